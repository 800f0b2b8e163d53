# Write the reference values of keyness.
#
#     Rscript tests/reference/generate/keyness.R
#
# G squared comes from its definition, 2 * sum(O * log(O / E)), and again as the drop in
# deviance of a logistic regression; the log ratio and its standard error from the
# formula, and again from a log-binomial regression. The script stops when two routes
# disagree. Only base R and jsonlite.

suppressPackageStartupMessages(library(jsonlite))
same <- function(a, b, tol = 1e-7) {
  if (max(abs(a - b)) > tol * max(1, abs(b))) stop("two routes disagree")
}
one <- function(a, b, n1, n2, level) {
  O <- matrix(c(a, b, n1 - a, n2 - b), 2)
  E <- outer(rowSums(O), colSums(O)) / sum(O)
  G <- 2 * sum(ifelse(O > 0, O * log(O / E), 0))
  d <- data.frame(yes = c(a, b), no = c(n1 - a, n2 - b), here = c(1, 0))
  same(G, {f <- glm(cbind(yes, no) ~ here, binomial, d,
                    control = list(epsilon = 1e-14, maxit = 100))
           f$null.deviance - f$deviance}, 1e-6)
  h <- if (any(O == 0)) .5 else 0
  ratio <- log((a + h) / (n1 + h)) - log((b + h) / (n2 + h))
  se <- sqrt(1 / (a + h) - 1 / (n1 + h) + 1 / (b + h) - 1 / (n2 + h))
  if (h == 0) {
    f <- glm(cbind(yes, no) ~ here, binomial("log"), d,
             start = c(log(b / n2), 0), control = list(epsilon = 1e-14, maxit = 200))
    same(c(ratio, se), coef(summary(f))[2, 1:2], 1e-6)
  }
  z <- qnorm((1 + level) / 2)
  list(statistic = G, p_value = pchisq(G, 1, lower.tail = FALSE),
       log_ratio = ratio / log(2), conf_low = (ratio - z * se) / log(2),
       conf_high = (ratio + z * se) / log(2), n_expected = min(E))
}
case <- function(name, a, b, n1, n2, level = .95) list(
  name = name, counts = Map(c, a, b), totals = c(n1, n2), conf_level = level,
  expected = Map(function(x, y) one(x, y, n1, n2, level), a, b))

cases <- list(
  case("two questions", c(14, 9, 5, 22), c(6, 11, 4, 4), 52, 61),
  case("small and large", c(5, 7, 12), c(30, 4, 118), 24, 310, .9),
  case("empty cells", c(8, 0, 30), c(0, 6, 11), 30, 41),
  case("ninety-nine per cent", c(6, 40), c(60, 300), 120, 900, .99))
out <- list(
  source = "made for this project", script = "tests/reference/generate/keyness.R",
  software = R.version.string, date = "2026-11-26", rtol = 1e-9,
  reason = "closed forms in both programs, written with 15 digits", cases = cases)
writeLines(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = TRUE),
           "tests/reference/cases/keyness.json")
