# Write tests/reference/cases/carelessness.json. Run from the repository root:
#
#     Rscript tests/reference/generate/carelessness.R
#
# Indices of careless answering from their definitions, one respondent and one pair at a
# time, on answers with gaps. On the complete synthetic answers the script stops unless
# they equal what the careless package (1.2.2) gave, which is stored with those answers.

suppressMessages(library(jsonlite))

runs <- function(row) {
  found <- rle(ifelse(is.na(row), -seq_along(row), row)) # a gap is a run of its own
  lengths <- found$lengths[found$values >= 0]
  if (length(lengths)) c(max(lengths), mean(lengths)) else c(NA, NA)
}

variability <- function(row) sd(row, na.rm = TRUE)

distances <- function(items) {
  S <- cov(items, use = "pairwise.complete.obs")
  means <- colMeans(items, na.rm = TRUE)
  apply(items, 1, function(row) {
    there <- !is.na(row)
    if (any(there)) mahalanobis(row[there], means[there], S[there, there]) else NA
  })
}

within <- function(first, second) {
  both <- !is.na(first) & !is.na(second)
  if (sum(both) < 3) return(NA)
  first <- first[both]
  second <- second[both]
  # Equal means of a few whole numbers differ in the last digit.
  if (diff(range(first)) < 1e-9 || diff(range(second)) < 1e-9) return(NA)
  cor(first, second)
}

even_odd <- function(items, blocks) {
  apply(items, 1, function(row) {
    halves <- sapply(blocks, function(block) {
      odd <- block[seq(1, length(block), 2)]
      even <- block[seq(2, length(block), 2)]
      c(mean(row[odd], na.rm = TRUE), mean(row[even], na.rm = TRUE))
    })
    r <- within(halves[1, ], halves[2, ])
    if (is.na(r)) NA else -max(2 * r / (1 + r), -1)
  })
}

pairs_within <- function(items, chosen) {
  apply(items, 1, function(row) within(row[chosen[, 1]], row[chosen[, 2]]))
}

related <- function(items, critical, antonyms = FALSE) {
  r <- cor(items, use = "pairwise.complete.obs")
  r[upper.tri(r, diag = TRUE)] <- NA
  which(if (antonyms) r < -critical else r > critical, arr.ind = TRUE)
}

contradiction <- function(items, pairs, ends) {
  apply(items, 1, function(row) {
    off <- abs(row[pairs[, 1]] + row[pairs[, 2]] - sum(ends)) / diff(ends)
    if (all(is.na(off))) NA else mean(off, na.rm = TRUE)
  })
}

indices <- function(items, blocks, critical) {
  items <- as.matrix(items)
  found <- apply(items, 1, runs)
  turned <- items
  turned[, c(FALSE, TRUE)] <- 6 - turned[, c(FALSE, TRUE)]
  synonyms <- related(items, critical)
  antonyms <- related(turned, critical, antonyms = TRUE)
  names <- colnames(items)
  opposites <- cbind(names[c(TRUE, FALSE)], names[c(FALSE, TRUE)])
  out <- list(
    longest_run = found[1, ], mean_run = found[2, ],
    variability = apply(items, 1, variability),
    distance = distances(items),
    synonyms = pairs_within(items, synonyms),
    antonyms = pairs_within(turned, antonyms),
    contradiction = contradiction(turned, opposites, c(1, 5))
  )
  if (length(blocks) >= 3) out$even_odd <- even_odd(items, blocks)
  list(
    n_synonyms = nrow(synonyms), n_antonyms = nrow(antonyms),
    indices = lapply(out, unname)
  )
}

shortened <- function(found, n = 40) {
  found$indices <- lapply(found$indices, function(index) {
    list(
      first = head(index, n), sum = sum(index, na.rm = TRUE),
      n_undefined = sum(is.na(index))
    )
  })
  found
}

agree <- function(what, one, other) {
  other <- as.numeric(other)
  if (!identical(is.na(one), is.na(other)) ||
    max(abs(one - other), na.rm = TRUE) > 1e-10) {
    stop(what, " differs from careless")
  }
}

folder <- "tests/reference/oracle"
blocks <- lapply(
  c(valence = "valence", efficacy = "efficacy", support = "support", commit = "commit"),
  paste0, 1:4
)
complete <- read.csv(file.path(folder, "synth_complete.csv"))[unlist(blocks)]
missing <- read.csv(file.path(folder, "synth_missing.csv"))[unlist(blocks)]
awkward <- function(name) {
  rows <- read.csv(file.path("tests/reference/cases/awkward", paste0(name, ".csv")))
  rows[rep(seq_len(nrow(rows)), rows$count), setdiff(names(rows), "count")]
}

on_complete <- indices(complete, blocks, 0.45)
stored <- fromJSON(file.path(folder, "synth_R_oracle.json"))$careless
number <- function(x) suppressWarnings(as.numeric(unlist(x)))
agree("longest run", on_complete$indices$longest_run, number(stored$longstring))
agree("mean run", on_complete$indices$mean_run, number(stored$avgstr))
agree("variability", on_complete$indices$variability, number(stored$irv))
agree("distance", on_complete$indices$distance, number(stored$mahad))
agree("even-odd", on_complete$indices$even_odd, number(stored$evenodd))
agree("synonyms", on_complete$indices$synonyms, number(stored$psychsyn$cor))

out <- list(
  source = paste(
    "synthetic data in tests/reference/oracle and tests/reference/cases/awkward;",
    "every second item turned round for antonyms and contradictions"
  ),
  software = paste(R.version.string, "base functions"),
  rtol = list(1e-10, "the same closed forms in both programs"),
  cases = list(
    complete = shortened(c(critical_r = 0.45, on_complete)),
    missing = shortened(c(critical_r = 0.45, indices(missing, blocks, 0.45))),
    missing_3 = shortened(c(critical_r = 0.3, indices(awkward("missing_3"), list(), 0.3))),
    missing_30 = shortened(
      c(critical_r = 0.3, indices(awkward("missing_30"), list(), 0.3))
    )
  )
)
write_json(
  out, "tests/reference/cases/carelessness.json",
  auto_unbox = TRUE, digits = NA, na = "null", pretty = FALSE
)
