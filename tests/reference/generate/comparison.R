# Write the reference values of Hedges' g, omega squared and their limits.
#
#     Rscript tests/reference/generate/comparison.R
#
# Limits come from uniroot on the non-central distributions. effectsize, whose general
# optimiser stops early, must agree to 1e-4. Its limits of g carry the small-sample
# factor and those of omega squared start from another F, so the comparison is made with
# its Cohen's d and eta squared.

suppressPackageStartupMessages({library(effectsize); library(jsonlite)})

agree <- function(a, b, tolerance, what)
  if (max(abs(a - b)) > tolerance * max(abs(b))) stop(what)
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-13, maxiter = 1000)$root

two <- function(x, y, level) {
  n1 <- length(x); n2 <- length(y); df <- n1 + n2 - 2; unit <- sqrt(1 / n1 + 1 / n2)
  d <- (mean(x) - mean(y)) / sqrt(((n1 - 1) * var(x) + (n2 - 1) * var(y)) / df)
  t <- d / unit
  limit <- function(p) root(function(ncp) pt(t, df, ncp) - p, t - 12, t + 12) * unit
  g <- hedges_g(x, y, ci = level)$Hedges_g
  limits <- c(limit((1 + level) / 2), limit((1 - level) / 2))
  peer <- cohens_d(x, y, ci = level)
  agree(limits, c(peer$CI_low, peer$CI_high), 1e-4, "limits of d")
  list(first = x, second = y, conf_level = level, hedges_g = g, hedges_g_low = limits[1],
       hedges_g_high = limits[2])
}

many <- function(F, df, df2, level) {
  n <- df + df2 + 1
  limit <- function(p) if (pf(F, df, df2) <= p) 0 else
    root(function(ncp) pf(F, df, df2, ncp) - p, 0, 20 * df * F + 200)
  ncp <- c(limit((1 + level) / 2), limit((1 - level) / 2))
  peer <- F_to_eta2(F, df, df2, ci = level, alternative = "two.sided")
  agree(ncp / (ncp + df2), c(peer$CI_low, peer$CI_high), 1e-3, "limits of eta squared")
  list(statistic = F, df = df, df2 = df2, n_respondents = n, conf_level = level,
       expected = c(F_to_omega2(F, df, df2, ci = NULL)$Omega2_partial, ncp / (ncp + n)))
}

set.seed(20261128)
answer <- list(
  source = "synthetic data of this script",
  software = paste("R", getRversion(), "effectsize", packageVersion("effectsize")),
  rtol = 1e-8,
  why = "R's non-central t and F are right to about 1e-12, and so are the roots",
  two = list(two(c(4, 7, 8, 6, 3, 2, 5), c(6, 8, 7, 10, 11, 9, 9, 12, 7), .95),
             two(round(rnorm(40), 2), round(rnorm(15, .1, 2), 2), .9),
             two(c(1, 1, 2), c(5, 4, 5, 5), .99)),
  many = list(many(4.2, 3, 50, .95), many(1.3, 2, 97, .95), many(.6, 4, 20, .95),
              many(25, 5, 300, .9)))
write(toJSON(answer, digits = 15, auto_unbox = TRUE), "tests/reference/cases/effect_sizes.json")
