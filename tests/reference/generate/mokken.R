# Write the reference values of Mokken scaling.
#
#     Rscript tests/reference/generate/mokken.R
#
# H comes from covariances of the columns and of the columns sorted apart, and again
# from weighted Guttman errors. Standard errors come from the influence of each answer
# pattern on the Guttman errors, and again (up to 400 patterns) from numerical
# derivatives of H to the frequency of each pattern. The script stops when two routes
# disagree. Monotonicity is counted with plain loops. Only base R, numDeriv and jsonlite.

suppressPackageStartupMessages({library(jsonlite); library(numDeriv)})
set.seed(1)

awkward <- function(name) {
  frame <- read.csv(file.path("tests/reference/cases/awkward", paste0(name, ".csv")))
  rows <- frame[rep(seq_len(nrow(frame)), frame$count), ]
  rows[complete.cases(rows), startsWith(names(rows), "x")]
}
synth <- read.csv("tests/reference/oracle/synth_complete.csv")

# ---- scalability -----------------------------------------------------------------

pairs_of <- function(k) t(combn(k, 2))  # 1 2, 1 3, ..., 2 3, ...

coefficients <- function(top, bottom) {  # k x k, zero diagonals
  c(sum(top) / sum(bottom), rowSums(top) / rowSums(bottom),
    (top / bottom)[pairs_of(nrow(top))])
}

by_sorting <- function(x) {
  k <- ncol(x)
  top <- cov(x) * (1 - diag(k))
  bottom <- cov(apply(x, 2, sort)) * (1 - diag(k))
  coefficients(top, bottom)
}

# H as a function of the frequencies of the patterns, by the most equal joint margins.
by_frequencies <- function(m, patterns) {
  k <- ncol(patterns); p <- m / sum(m)
  top <- bottom <- matrix(0, k, k)
  for (i in seq_len(k)) for (j in seq_len(k)) if (i != j) {
    x <- patterns[, i]; y <- patterns[, j]
    top[i, j] <- sum(p * x * y) - sum(p * x) * sum(p * y)
    for (a in min(x):(max(x) - 1)) for (b in min(y):(max(y) - 1)) {
      pa <- sum(p[x > a]); pb <- sum(p[y > b])
      bottom[i, j] <- bottom[i, j] + min(pa, pb) - pa * pb
    }
  }
  coefficients(top, bottom)
}

# Weighted Guttman errors of one answer pair: pairs of item steps of which the less
# popular one was taken and the more popular one was not. A tie counts half each way.
guttman_weight <- function(u, v, x, y) {
  weight <- 0
  for (a in min(x):(max(x) - 1)) for (b in min(y):(max(y) - 1)) {
    na <- sum(x > a); nb <- sum(y > b)
    took_a <- u > a; took_b <- v > b
    first_wrong <- took_a && !took_b; second_wrong <- took_b && !took_a
    if (na < nb) weight <- weight + first_wrong
    if (nb < na) weight <- weight + second_wrong
    if (na == nb) weight <- weight + (first_wrong + second_wrong) / 2
  }
  weight
}

# Observed and expected errors, and the influence of every respondent on both.
guttman <- function(x) {
  n <- nrow(x); k <- ncol(x)
  observed <- expected <- matrix(0, k, k)
  on_observed <- on_expected <- array(0, c(n, k, k))
  for (i in seq_len(k)) for (j in seq_len(k)) if (i != j) {
    vi <- sort(unique(x[, i])); vj <- sort(unique(x[, j]))
    w <- outer(vi, vj, Vectorize(function(u, v) guttman_weight(u, v, x[, i], x[, j])))
    ci <- match(x[, i], vi); cj <- match(x[, j], vj)
    pi <- tabulate(ci, length(vi)) / n; pj <- tabulate(cj, length(vj)) / n
    joint <- matrix(tabulate((cj - 1) * length(vi) + ci, length(w)), length(vi)) / n
    observed[i, j] <- sum(w * joint)
    expected[i, j] <- sum(w * outer(pi, pj))
    on_observed[, i, j] <- w[cbind(ci, cj)] - observed[i, j]
    on_expected[, i, j] <- as.vector(w %*% pj)[ci] + as.vector(pi %*% w)[cj] -
      2 * expected[i, j]
  }
  list(observed = observed, expected = expected,
       on_observed = on_observed, on_expected = on_expected)
}

ratio_influence <- function(g, rows, columns) {  # sum over the given pairs
  top <- bottom <- 0; on_top <- on_bottom <- 0
  for (s in seq_along(rows)) {
    i <- rows[s]; j <- columns[s]
    top <- top + g$observed[i, j]; bottom <- bottom + g$expected[i, j]
    on_top <- on_top + g$on_observed[, i, j]; on_bottom <- on_bottom + g$on_expected[, i, j]
  }
  -(on_top - top / bottom * on_bottom) / bottom
}

influences <- function(g, k) {
  upper <- pairs_of(k)
  scale <- ratio_influence(g, upper[, 1], upper[, 2])
  item <- sapply(seq_len(k), function(i)
    ratio_influence(g, rep(i, k - 1), setdiff(seq_len(k), i)))
  pair <- apply(upper, 1, function(p) ratio_influence(g, p[1], p[2]))
  cbind(scale, item, pair)
}

agree <- function(a, b, tolerance, what) {
  gap <- max(abs(a - b) / pmax(abs(a), 1e-8))
  if (gap > tolerance) stop(what, ": two routes differ by ", gap)
}

scalability <- function(x, clusters = NULL) {
  x <- as.matrix(x); n <- nrow(x); k <- ncol(x)
  h <- by_sorting(x)
  g <- guttman(x)
  agree(h, coefficients(g$expected - g$observed, g$expected), 1e-10, "H")
  psi <- influences(g, k)
  se <- sqrt(colSums(psi^2)) / n
  key <- apply(x, 1, paste, collapse = " ")
  patterns <- x[!duplicated(key), , drop = FALSE]
  m <- as.vector(table(factor(key, unique(key))))
  numeric <- NULL
  if (nrow(patterns) <= 400) {
    agree(h, by_frequencies(m, patterns), 1e-10, "H by frequencies")
    numeric <- n * t(jacobian(by_frequencies, m, patterns = patterns))
    agree(se, sqrt(colSums(m * numeric^2)) / n, 1e-6, "standard error")
  }
  out <- list(estimate = h[1], std_error = se[1], item_estimate = h[2:(k + 1)],
              item_std_error = se[2:(k + 1)], pair_estimate = h[-(1:(k + 1))],
              pair_std_error = se[-(1:(k + 1))])
  if (!is.null(clusters)) {
    groups <- length(unique(clusters))
    spread <- function(by) sqrt(colSums(rowsum(by, clusters)^2) * groups / (groups - 1)) / n
    clustered <- spread(psi)
    if (!is.null(numeric))
      agree(clustered, spread(numeric[match(key, unique(key)), ]), 1e-6, "clustered")
    out$clustered_std_error <- clustered[1]
    out$clustered_item_std_error <- clustered[2:(k + 1)]
    out$clustered_pair_std_error <- clustered[-(1:(k + 1))]
  }
  out
}

# ---- monotonicity ----------------------------------------------------------------

smallest_group <- function(n) {
  if (n >= 500) floor(n / 10) else if (n >= 250) floor(n / 5) else max(floor(n / 3), 50)
}

rest_groups <- function(rest, smallest) {
  ordered <- sort(rest); last <- c(); from <- 0; n <- length(rest)
  repeat {
    if (n - from < smallest) break
    end <- from + smallest
    while (end < n && ordered[end + 1] == ordered[end]) end <- end + 1
    last <- c(last, end); from <- end
  }
  last[length(last)] <- n
  high <- ordered[last]
  vapply(rest, function(r) which(r <= high)[1], 1)
}

monotone <- function(x, smallest = smallest_group(nrow(x)), least = 0.03) {
  x <- as.matrix(x); k <- ncol(x)
  h <- by_sorting(x)[2:(k + 1)]
  out <- list()
  for (j in seq_len(k)) {
    member <- rest_groups(rowSums(x[, -j, drop = FALSE]), smallest)
    groups <- max(member)
    compared <- violations <- significant <- 0; sizes <- zs <- c()
    for (step in sort(unique(x[, j]))[-1]) {
      for (low in seq_len(groups - 1)) for (high in (low + 1):groups) {
        in_low <- x[member == low, j] >= step; in_high <- x[member == high, j] >= step
        if (any(in_low) && !all(in_high)) compared <- compared + 1
        drop <- mean(in_low) - mean(in_high)
        if (drop > least + 1e-12) {
          violations <- violations + 1
          sizes <- c(sizes, drop)
          wrong <- sqrt(as.numeric(sum(in_low)) * sum(!in_high))
          right <- sqrt((sum(in_high) + 1) * (sum(!in_low) + 1))
          z <- 2 * abs(right - wrong) / sqrt(length(in_low) + length(in_high) - 1)
          zs <- c(zs, z)
          if (z > qnorm(0.95)) significant <- significant + 1
        }
      }
    }
    largest <- max(0, sizes); total <- sum(sizes); z <- max(0, zs)
    crit <- 50 * (0.3 - h[j]) + sqrt(violations) + 100 * violations / compared +
      100 * largest + 10 * sqrt(total) + 1000 * total / compared + 5 * z +
      10 * sqrt(significant) + 100 * significant / compared
    out[[j]] <- list(
      item = colnames(x)[j], item_h = h[j], n_groups = groups, n_comparisons = compared,
      n_violations = violations, largest_violation = largest, sum_violations = total,
      largest_z = z, n_significant = significant,
      crit = if (violations > 0) crit else 0)
  }
  out
}

# ---- cases -----------------------------------------------------------------------

valence <- synth[paste0("valence", 1:4)]
all_items <- synth[setdiff(names(synth), c("team", "level", "site", "outcome"))]
unequal <- valence
unequal$valence1 <- c(0, 0, 1, 1, 1)[valence$valence1]
unequal$valence2 <- c(1, 1, 2, 3, 3)[valence$valence2]

data <- list(
  small = awkward("small"), zero_cell = awkward("zero_cell"),
  negative_item = awkward("negative_item"), two_items = awkward("two_items"),
  large = awkward("large"), missing_3 = awkward("missing_3"),
  valence = valence, unequal = unequal, synth_16 = all_items)
clustered <- c("valence", "unequal")
with_groups <- c("zero_cell", "negative_item", "two_items", "large", "valence", "unequal",
                 "synth_16")

cases <- lapply(names(data), function(name) {
  x <- data[[name]]
  case <- list(
    data = name, n_respondents = nrow(x), items = names(x),
    scalability = scalability(x, if (name %in% clustered) synth$team))
  if (name %in% with_groups)
    case$monotonicity <- list(list(
      min_group = smallest_group(nrow(x)), min_violation = 0.03, items = monotone(x)))
  if (name %in% c("negative_item", "synth_16", "unequal"))
    case$monotonicity[[2]] <- list(
      min_group = 25, min_violation = 0, items = monotone(x, 25, 0))
  case
})

write_json(list(
  statistic = "mokken_h, monotonicity",
  source = "cases/awkward and oracle/synth_complete.csv",
  software = paste0("R ", getRversion(), ", numDeriv ", packageVersion("numDeriv"),
                    "; own loops, no Mokken package"),
  recoded = list(unequal = list(valence1 = c(0, 0, 1, 1, 1), valence2 = c(1, 1, 2, 3, 3))),
  rtol = 1e-10,
  why = "closed forms; both programs add the same numbers in another order",
  cases = cases
), "tests/reference/cases/mokken.json", auto_unbox = TRUE, digits = I(15), pretty = 1)
