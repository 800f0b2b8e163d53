# Write the reference values of agreement and intraclass correlation on awkward data.
#
#     Rscript tests/reference/generate/agreement.R
#
# The indices come from multilevel; r_wg(j), AD and ICC also from their formulas in base
# R, and the script stops when the two disagree. Agreement around the group's own mean
# and the interval of eta squared have no R function: they come from uniroot and pf.
# Chance cut-offs come from multilevel's own simulations.

suppressPackageStartupMessages({library(multilevel); library(jsonlite)})
set.seed(7)
same <- function(a, b, tol = 1e-10) {
  if (any(abs(a - b) > tol * pmax(1, abs(b)))) stop("two routes disagree")
}

# ---- data: teams of 1 to 12 with a unanimous, a divided and a tied team -----------

sizes <- c(1, 2, 2, 3, 4, 5, 6, 8, 12, 1, 4, 4, 4)
team <- rep(seq_along(sizes), sizes)
base <- rep(c(2, 3, 4, 3, 2, 4, 3, 3, 2, 5, 4, 3, 3), sizes)
x <- sapply(1:3, function(i) pmin(5, pmax(1, base + sample(-1:1, length(team), TRUE))))
x[team == 11, ] <- 4                                     # everyone the same
x[team == 12, ] <- matrix(c(1, 1, 5, 5), 4, 3)           # two camps
x[team == 13, ] <- matrix(c(2, 2, 3, 3), 4, 3)           # ties around the middle
x[team == 7, 1] <- 5; x[team == 7, 2] <- 1               # means at both ends
colnames(x) <- c("q1", "q2", "q3")
holes <- x
holes[cbind(c(5, 9, 20, 33), c(1, 2, 3, 1))] <- NA
shares <- list(
  uniform = rep(.2, 5), slight_skew = c(.05, .15, .20, .35, .25),
  moderate_skew = c(0, .10, .15, .40, .35), heavy_skew = c(0, 0, .10, .40, .50),
  triangular = c(.11, .22, .34, .22, .11), normal = c(.07, .24, .38, .24, .07))
variance <- sapply(shares, function(p) sum(p * (1:5)^2) - sum(p * 1:5)^2)

# ---- indices by team ----------------------------------------------------------------

around_mean <- function(m) {
  if (m <= 1 || m >= 5) return(0)
  p_at <- function(l) { w <- exp(l * (1:5 - 3)); w / sum(w) }
  l <- uniroot(function(l) sum(p_at(l) * 1:5) - m, c(-60, 60), tol = 1e-14)$root
  p <- p_at(l)
  sum(p * (1:5)^2) - sum(p * 1:5)^2
}
own_null <- function(rows) {
  s2 <- apply(rows, 2, var); sigma2 <- sapply(colMeans(rows), around_mean)
  keep <- sigma2 > 0
  star <- if (any(keep)) 1 - mean(s2[keep] / sigma2[keep]) else NA
  j <- sum(keep); one <- max(star, 0)
  c(j * one / (j * one + 1 - one), j)
}
by_team <- function(x) {
  keep <- complete.cases(x); x <- x[keep, ]; g <- team[keep]
  x <- x[g %in% names(which(table(g) > 1)), ]; g <- g[g %in% names(which(table(g) > 1))]
  single <- sapply(names(variance), function(n) rwg(x[, 1], g, ranvar = variance[[n]])$rwg)
  joint <- sapply(names(variance), function(n) rwg.j(x, g, ranvar = variance[[n]])$rwg.j)
  s2 <- tapply(seq_along(g), g, function(i) mean(apply(x[i, ], 2, var)))
  for (n in names(variance)) {
    q <- pmin(s2 / variance[[n]], 1); same(joint[, n], 3 * (1 - q) / (3 * (1 - q) + q))
  }
  ad <- ad.m(x, g)$AD.M; md <- ad.m(x, g, type = "median")$AD.M
  hand <- tapply(seq_along(g), g, function(i)
    mean(apply(x[i, ], 2, function(v) mean(abs(v - mean(v))))))
  same(ad, hand)
  own <- t(sapply(unique(g), function(k) own_null(x[g == k, ])))
  a <- awg(x, g, range = c(1, 5))
  list(team = unique(g), n_respondents = as.integer(table(g)),
       single = as.list(as.data.frame(single)), joint = as.list(as.data.frame(joint)),
       star = rwg.j.lindell(x, g, ranvar = 2)$rwg.lindell, ad_mean = ad,
       ad_median = md, a_wg = a$a.wg, group_mean = own[, 1], n_group_mean = own[, 2])
}

# ---- intraclass correlation -----------------------------------------------------------

intraclass <- function(name, y, g) {
  fit <- aov(y ~ factor(g)); f <- summary(fit)[[1]]
  ms <- f[["Mean Sq"]]; df <- f[["Df"]]; stat <- f[["F value"]][1]
  n <- length(y); m <- mean(table(g))
  by_hand <- (ms[1] - ms[2]) / (ms[1] + (m - 1) * ms[2])
  if (min(table(g)) > 0) same(ICC1(fit), by_hand)
  ncp <- sapply(c(.975, .025), function(p) {
    if (pf(stat, df[1], df[2]) <= p) return(0)
    uniroot(function(x) pf(stat, df[1], df[2], x) - p, c(0, 50 * df[1] * max(stat, 1)),
            tol = 1e-12)$root
  })
  k <- table(g)
  list(name = name, values = y, teams = g, icc1 = ICC1(fit), icc2 = ICC2(fit),
       statistic = stat, p_value = f[["Pr(>F)"]][1],
       eta_squared = f[["Sum Sq"]][1] / sum(f[["Sum Sq"]]),
       eta_limits = ncp / (ncp + n),
       design_effect = 1 + ((1 + mean((k - m)^2) / m^2) * m - 1) * max(ICC1(fit), 0))
}
y <- round(rowMeans(x) + (team %% 3) / 4, 4)
flat <- rep(c(1, 2, 3, 4), 5)                              # equal team means
icc <- list(
  intraclass("unequal teams and singletons", y, team),
  intraclass("equal team means", flat, rep(1:5, each = 4)),
  intraclass("tied answers", x[, 1], team),
  intraclass("two teams", c(1, 2, 2, 3, 5, 4, 5), c(1, 1, 1, 1, 2, 2, 2)))

# ---- cut-offs by simulation -----------------------------------------------------------

R4 <- matrix(.5, 4, 4); diag(R4) <- 1
chance <- list(
  list(index = "r_wg_j", n_respondents = 10, n_items = 4, normal_correlation = 0,
       cutoff = unname(quantile(rwg.j.sim(10, 4, 5, nrep = 2e4)$rwg, .95))),
  list(index = "r_wg_j", n_respondents = 15, n_items = 4, normal_correlation = .5,
       cutoff = unname(quantile(rwg.j.sim(15, 4, 5, itemcors = R4, nrep = 2e4)$rwg, .95))),
  list(index = "ad_mean", n_respondents = 10, n_items = 4, normal_correlation = 0,
       cutoff = unname(quantile(ad.m.sim(10, 4, 5, nrep = 2e4)$ad.m, .05))),
  list(index = "ad_mean", n_respondents = 15, n_items = 4, normal_correlation = .5,
       cutoff = unname(quantile(ad.m.sim(15, 4, 5, itemcors = R4, nrep = 2e4)$ad.m, .05))))

write_json(list(
  statistic = "r_wg, r_wg_j, r_wg_j_star, average_deviation, a_wg, icc, agreement_cutoffs",
  source = "made in this script: team sizes 1 to 12",
  software = paste("R", getRversion(), "multilevel", packageVersion("multilevel")),
  rtol = 1e-11,
  why = paste("closed forms, the same numbers added in another order; eta_limits 1e-7 and",
              "group_mean 1e-10 for the tolerance of R's uniroot; cutoffs by the",
              "Monte-Carlo error of two simulations"),
  items = as.data.frame(x), holes = as.data.frame(holes), team = team,
  complete = by_team(x), listwise = by_team(holes), icc = icc, chance = chance),
  "tests/reference/cases/agreement.json", digits = NA, auto_unbox = TRUE, na = "null",
  dataframe = "columns", pretty = 1)
