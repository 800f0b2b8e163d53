# Write the reference values of differential item functioning.
#
#     Rscript tests/reference/generate/dif.R
#
# Every model is fitted by MASS::polr, and again by a likelihood written here, whose
# maximum is reached by Newton steps on its derivative (itself checked by numDeriv).
# The script stops when the two disagree. Levels, joining of categories, R squared,
# expected answers and purification are written with plain loops.

suppressPackageStartupMessages({library(MASS); library(jsonlite); library(numDeriv)})

awkward <- read.csv("tests/reference/cases/awkward/empty_category.csv")
awkward <- awkward[rep(seq_len(nrow(awkward)), awkward$count), ]
synth <- read.csv("tests/reference/oracle/synth_complete.csv")

# ---- one model -------------------------------------------------------------------

probabilities <- function(par, X, C) {  # rows x categories
  cut <- par[seq_len(C - 1)]; eta <- as.vector(X %*% par[-seq_len(C - 1)])
  below <- cbind(0, plogis(outer(-eta, cut, "+")), 1)
  below[, -1, drop = FALSE] - below[, -(C + 1), drop = FALSE]
}

score_of <- function(par, y, X, C) {  # derivative of the log-likelihood
  cut <- par[seq_len(C - 1)]; eta <- as.vector(X %*% par[-seq_len(C - 1)])
  density <- cbind(0, dlogis(outer(-eta, cut, "+")), 0)
  row <- seq_along(y)
  upper <- density[cbind(row, y + 1)]; lower <- density[cbind(row, y)]
  share <- probabilities(par, X, C)[cbind(row, y)]
  cuts <- sapply(seq_len(C - 1), function(c)
    sum(upper[y == c] / share[y == c]) - sum(lower[y == c + 1] / share[y == c + 1]))
  c(cuts, -colSums(X * (upper - lower) / share))
}

fit <- function(y, X) {  # y in 1 ... C
  C <- max(y)
  loglik <- function(par) sum(log(probabilities(par, X, C)[cbind(seq_along(y), y)]))
  if (C > 2) {
    start <- polr(factor(y) ~ X, control = list(reltol = 1e-14, maxit = 1000))
    par <- c(start$zeta, start$coefficients)
    first <- as.numeric(logLik(start))
  } else {
    start <- glm((y == 2) ~ X, family = binomial, control = list(epsilon = 1e-12))
    par <- c(-start$coefficients[1], start$coefficients[-1])
    first <- as.numeric(logLik(start))
  }
  score <- function(par) score_of(par, y, X, C)
  if (max(abs(score(par) - grad(loglik, par))) > 1e-5) stop("wrong derivative")
  for (step in 1:3) par <- par - solve(jacobian(score, par), score(par))
  value <- loglik(par)
  if (abs(value - first) > 1e-6) stop("two fits differ by ", value - first)
  error <- sqrt(diag(solve(-jacobian(score, par))))
  list(value = value, par = unname(par), slopes = unname(par[-seq_len(C - 1)]),
       errors = unname(error[-seq_len(C - 1)]), C = C)
}

# ---- categories and levels -------------------------------------------------------

join <- function(x, group, least) {
  members <- as.list(sort(unique(x)))
  rarest <- function() {
    counts <- sapply(members, function(m) min(tapply(x %in% m, group, sum)))
    i <- which.min(counts)
    if (counts[i] < least) i else 0
  }
  while (length(members) > 1 && (i <- rarest()) > 0) {
    total <- sapply(members, function(m) sum(x %in% m))
    lower <- if (i == 1) 1 else if (i == length(members)) i - 1 else
      if (total[i - 1] <= total[i + 1]) i - 1 else i
    members[[lower]] <- c(members[[lower]], members[[lower + 1]])
    members[[lower + 1]] <- NULL
  }
  y <- sapply(x, function(v) which(sapply(members, function(m) v %in% m)))
  list(y = y, value = sapply(seq_along(members), function(c) mean(x[y == c])),
       members = members)
}

alpha_of <- function(x) {
  k <- ncol(x); s <- cov(x)
  k / (k - 1) * (1 - sum(diag(s)) / sum(s))
}

level_of <- function(items, group, j, anchors, matching) {
  rest <- setdiff(which(anchors), j)
  score <- rowSums(items[, rest, drop = FALSE])
  if (matching == "total_score") return(score + items[, j])
  if (matching == "rest_score") return(score)
  for (g in unique(group)) {
    own <- group == g
    reliability <- alpha_of(items[own, rest])
    score[own] <- mean(score[own]) + reliability * (score[own] - mean(score[own]))
  }
  score
}

# ---- one item --------------------------------------------------------------------

item_dif <- function(x, group, level, least) {
  labels <- sort(unique(group)); joined <- join(x, group, least)
  y <- joined$y; n <- length(y)
  dummies <- sapply(labels[-1], function(g) as.numeric(group == g))
  z <- (level - mean(level)) / sd(level); unit <- sd(level)
  m1 <- fit(y, cbind(z)); m2 <- fit(y, cbind(z, dummies))
  m3 <- fit(y, cbind(z, dummies, dummies * z))
  m0 <- sum(table(y) * log(table(y) / n))
  values <- c(m0, m1$value, m2$value, m3$value)
  others <- length(labels) - 1
  statistic <- 2 * c(values[3] - values[2], values[4] - values[3], values[4] - values[2])
  df <- others * c(1, 1, 2)
  cox <- 1 - exp(2 * (m0 - values) / n)
  changes <- function(r) c(r[3] - r[2], r[4] - r[3], r[4] - r[2])
  signed <- absolute <- c()
  for (g in labels[-1]) {
    own <- group == g
    expect <- function(as) {
      d <- matrix(labels[-1] == as, sum(own), others, byrow = TRUE) * 1
      design <- cbind(z[own], d, d * z[own])
      as.vector(probabilities(m3$par, design, m3$C) %*% joined$value)
    }
    gap <- expect(g) - expect(labels[1])
    signed <- c(signed, mean(gap)); absolute <- c(absolute, mean(abs(gap)))
  }
  list(
    n_categories = m1$C,
    joined = Filter(function(m) length(m) > 1, joined$members),
    tests = list(
      statistic = statistic, df = df,
      p_value = pchisq(statistic, df, lower.tail = FALSE),
      mcfadden_change = changes(1 - values / m0),
      cox_snell_change = changes(cox),
      nagelkerke_change = changes(cox / (1 - exp(2 * m0 / n)))),
    slope_change = abs(m2$slopes[1] / m1$slopes[1] - 1),
    effects = list(
      estimate = m2$slopes[-1], std_error = m2$errors[-1],
      slope_difference = m3$slopes[-(1:(1 + others))] / unit,
      slope_std_error = m3$errors[-(1:(1 + others))] / unit,
      score_difference = signed, score_difference_absolute = absolute))
}

study <- function(items, group, matching, least, purify = FALSE, anchors = NULL,
                  level = NULL) {
  items <- as.matrix(items); k <- ncol(items)
  chosen <- if (is.null(anchors)) rep(TRUE, k) else colnames(items) %in% anchors
  rounds <- 0
  repeat {
    rounds <- rounds + 1
    found <- lapply(seq_len(k), function(j) {
      own <- if (is.null(level)) level_of(items, group, j, chosen, matching) else level
      item_dif(items[, j], group, own, least)
    })
    adjusted <- sapply(1:3, function(t)
      p.adjust(sapply(found, function(f) f$tests$p_value[t]), "BH"))
    flagged <- adjusted[, 3] < 0.05
    # At most half of the items leave, those with the largest statistics.
    total <- sapply(found, function(f) f$tests$statistic[3])
    leaves <- flagged & rank(-total * flagged) <= floor(k / 2)
    if (!purify || all(leaves == !chosen)) break
    if (rounds == 20) stop("purification is not stable")
    chosen <- !leaves
  }
  for (j in seq_len(k)) {
    found[[j]]$tests$p_value_adjusted <- adjusted[j, ]
    found[[j]]$item <- colnames(items)[j]
    found[[j]]$dif <- flagged[j]
  }
  list(n_respondents = nrow(items), n_iterations = rounds,
       anchors = colnames(items)[chosen], items = found)
}

# ---- cases -----------------------------------------------------------------------

valence <- synth[paste0("valence", 1:4)]
eight <- synth[c(paste0("valence", 1:4), paste0("commit", 1:4))]
planted <- eight  # managers, given to the first item one point more
manager <- synth$level == "manager"
planted$valence1[manager] <- pmin(planted$valence1[manager] + 1, 5)
x <- awkward[paste0("x", 1:4)]

strong <- valence  # managers, given to the first item two points more
strong$valence1[manager] <- pmin(strong$valence1[manager] + 2, 5)

cases <- list(
  list(name = "two groups, total score", data = "valence", group = "level",
       matching = "total_score", min_category = 5,
       result = study(valence, synth$level, "total_score", 5)),
  list(name = "three groups, total score", data = "eight", group = "site",
       matching = "total_score", min_category = 5,
       result = study(eight, synth$site, "total_score", 5)),
  list(name = "three groups, rest score", data = "valence", group = "site",
       matching = "rest_score", min_category = 1,
       result = study(valence, synth$site, "rest_score", 1)),
  list(name = "two groups, true score", data = "eight", group = "level",
       matching = "true_score", min_category = 5,
       result = study(eight, synth$level, "true_score", 5)),
  list(name = "planted item, purified", data = "planted", group = "level",
       matching = "total_score", min_category = 5, purify = TRUE,
       result = study(planted, synth$level, "total_score", 5, purify = TRUE)),
  list(name = "strong item among four, purified", data = "strong", group = "level",
       matching = "total_score", min_category = 5, purify = TRUE,
       result = study(strong, synth$level, "total_score", 5, purify = TRUE)),
  list(name = "planted item, purified true score", data = "planted", group = "level",
       matching = "true_score", min_category = 5, purify = TRUE,
       result = study(planted, synth$level, "true_score", 5, purify = TRUE)),
  list(name = "anchors given", data = "planted", group = "level",
       matching = "total_score", min_category = 5, anchors = paste0("commit", 1:4),
       result = study(planted, synth$level, "total_score", 5,
                      anchors = paste0("commit", 1:4))),
  list(name = "level given", data = "valence", group = "site",
       matching = "outcome", min_category = 5,
       result = study(valence, synth$site, "", 5, level = synth$outcome)),
  list(name = "category empty in a group", data = "empty_category", group = "group",
       matching = "total_score", min_category = 1,
       result = study(x, awkward$group, "total_score", 1)),
  list(name = "categories rare in a group", data = "empty_category", group = "group",
       matching = "total_score", min_category = 12,
       result = study(x, awkward$group, "total_score", 12)),
  list(name = "two categories left", data = "empty_category", group = "group",
       matching = "total_score", min_category = 80,
       result = study(x, awkward$group, "total_score", 80))
)

write_json(list(
  statistic = "ordinal_dif",
  source = "cases/awkward/empty_category.csv and oracle/synth_complete.csv",
  software = paste0("R ", getRversion(), ", MASS ", packageVersion("MASS"),
                    ", numDeriv ", packageVersion("numDeriv"), "; the rest own loops"),
  planted = "valence1 of managers is raised by 1 (strong: 2), at most to 5",
  rtol = 1e-8,
  atol = 1e-10,
  why = paste("maximum likelihood, brought to the last digits in both programs.",
              "Likelihood ratios are differences of sums near 1000 with 16 digits, so",
              "changes below 1e-10 mean nothing."),
  cases = cases
), "tests/reference/cases/dif.json", auto_unbox = TRUE, digits = I(15), pretty = 1)
