# Write the reference values of polychoric and polyserial correlations.
#
#     Rscript tests/reference/generate/correlation.R
#
# Polychoric correlations, thresholds, standard errors and their asymptotic covariance
# (NACOV) come from lavaan. A second route solves the same two-step equation of each pair
# with pbivnorm and uniroot to 1e-14; the script stops when they differ by more than
# 5e-8, which is where lavaan's optimiser stops. That second value is stored: it is the
# more accurate one. Bivariate normal probabilities come from pbivnorm and mvtnorm
# (TVPACK), which must agree to 1e-13. Smoothing is psych::cor.smooth. Polyserial
# correlations come from lavaan; their standard errors from lavaan's NACOV by the delta
# method, checked against numerical derivatives of a second likelihood of our own.

suppressPackageStartupMessages({
  library(jsonlite); library(lavaan); library(pbivnorm); library(mvtnorm)
})
set.seed(1)
FOLDER <- "tests/reference/cases"
lavaan_version <- paste("R", getRversion(), "lavaan", packageVersion("lavaan"))

awkward <- function(name) {
  frame <- read.csv(file.path(FOLDER, "awkward", paste0(name, ".csv")))
  rows <- frame[rep(seq_len(nrow(frame)), frame$count), ]
  rows[startsWith(names(rows), "x")]
}
synth <- read.csv("tests/reference/oracle/synth_complete.csv")
cut_at <- function(x, breaks) findInterval(x, breaks)

mixed <- awkward("negative_item")
mixed <- data.frame(
  two = cut_at(mixed$x1, 3), three = cut_at(mixed$x2, c(2, 4)), five = mixed$x3,
  four = pmin(mixed$x4, 4)
)
binary <- as.data.frame(lapply(awkward("zero_cell"), function(x) as.integer(x > 3)))
with_hole <- data.frame(x = rep(1:2, c(15, 11)), y = rep(c(1, 2, 2), c(10, 5, 11)))
olsson <- matrix(c(13, 69, 41, 6, 113, 132, 0, 22, 104), 3, byrow = TRUE)
olsson <- data.frame(x = rep(row(olsson), olsson), y = rep(col(olsson), olsson))

# ---- second route: one pair, solved to the last digits ------------------------------

thresholds_of <- function(x) {
  share <- cumsum(table(x)) / sum(!is.na(x))
  qnorm(unname(share[-length(share)]))
}

exact <- function(x, y, near, counts) {
  h <- c(-Inf, thresholds_of(x), Inf)
  k <- c(-Inf, thresholds_of(y), Inf)
  corner <- function(f, edge) {
    grid <- outer(seq_along(h), seq_along(k), Vectorize(function(i, j) {
      if (is.infinite(h[i]) || is.infinite(k[j])) edge(h[i], k[j]) else f(h[i], k[j])
    }))
    t(diff(t(diff(grid))))
  }
  slope <- function(r) {
    probability <- corner(function(a, b) pbivnorm(a, b, r),
                          function(a, b) if (a == Inf) pnorm(b) else if (b == Inf) pnorm(a) else 0)
    density <- corner(function(a, b) exp(-(a^2 - 2 * r * a * b + b^2) / (2 * (1 - r^2))) /
                        (2 * pi * sqrt(1 - r^2)), function(a, b) 0)
    sum((counts * density / probability)[counts > 0])
  }
  uniroot(slope, near + c(-1e-3, 1e-3), tol = 1e-14, maxiter = 500)$root
}

# What lavaan does to a 2 x 2 table with one empty cell, and on demand to larger ones.
half_moved <- function(x, y, zero_cells) {
  counts <- unclass(table(x, y))
  if (zero_cells == "all" && any(dim(counts) > 2)) counts[counts == 0] <- 0.5
  if (all(dim(counts) == 2) && sum(counts == 0) == 1) {
    sign <- if (any(diag(counts) == 0)) 0.5 else -0.5
    counts <- counts + sign * matrix(c(1, -1, -1, 1), 2)
  }
  counts
}

digits <- function(x) signif(unname(x), 14)

polychoric_case <- function(source, data, awkward_name = NULL, gamma = FALSE,
                            zero_cells = "binary") {
  items <- names(data)
  missing <- if (anyNA(data)) "pairwise" else "listwise"
  fit <- lavCor(data, ordered = items, missing = missing, se = "robust.sem",
                estimator = "WLSMV", output = "fit",
                zero.add = if (zero_cells == "all") c(0.5, 0.5) else c(0.5, 0))
  moments <- lavInspect(fit, "sampstat")
  nacov <- unclass(lavInspect(fit, "gamma"))
  pairs <- t(combn(length(items), 2))
  order <- c(names(moments$th), apply(pairs, 1, function(p) {
    names <- paste0(items[p], "~~", items[rev(p)])
    names[names %in% rownames(nacov)]
  }))
  nacov <- nacov[order, order]
  error <- sqrt(diag(nacov) / lavInspect(fit, "nobs"))
  n_thresholds <- length(moments$th)
  stored <- apply(pairs, 1, function(p) moments$cov[p[1], p[2]])
  second <- mapply(function(i, j, near) {
    exact(data[[i]], data[[j]], near,
          half_moved(data[[i]], data[[j]], zero_cells))
  }, pairs[, 1], pairs[, 2], stored)
  if (max(abs(stored - second)) > 5e-8) stop(source, ": the two routes disagree")
  own <- unlist(lapply(data, thresholds_of))
  if (max(abs(own - moments$th)) > 1e-10) stop(source, ": thresholds disagree")
  case <- list(
    statistic = "polychoric", source = source,
    software = paste0(lavaan_version, "; correlations solved with pbivnorm and uniroot"),
    missing = missing, zero_cells = zero_cells, awkward = awkward_name,
    items = if (is.null(awkward_name)) as.list(data),
    expected = list(
      correlations = digits(second), thresholds = digits(moments$th),
      correlation_errors = digits(error[-seq_len(n_thresholds)]),
      threshold_errors = digits(error[seq_len(n_thresholds)])
    ),
    rtol = list(correlations = 1e-10, thresholds = 1e-12,
                correlation_errors = 1e-6, threshold_errors = 1e-10),
    why = paste("correlations: the same equation, solved to 1e-14 there and here;",
                "errors: closed forms of correlations that lavaan stops at 2e-8 from")
  )
  if (gamma) case$expected$gamma <- digits(nacov)
  case
}

polychoric_cases <- list(
  polychoric_case("awkward: 30 respondents", awkward("small"), "small", gamma = TRUE),
  polychoric_case("awkward: zero cells", awkward("zero_cell"), "zero_cell"),
  polychoric_case("awkward: zero cells, .5 in each", awkward("zero_cell"), "zero_cell",
                  zero_cells = "all"),
  polychoric_case("awkward: negative item", awkward("negative_item"), "negative_item"),
  polychoric_case("awkward: two items", awkward("two_items"), "two_items", gamma = TRUE),
  polychoric_case("awkward: 20,000 respondents", awkward("large"), "large"),
  polychoric_case("awkward: 3 per cent missing", awkward("missing_3"), "missing_3"),
  polychoric_case("awkward: 30 per cent missing", awkward("missing_30"), "missing_30",
                  gamma = TRUE),
  polychoric_case("items of 2, 3, 5 and 4 categories", mixed, gamma = TRUE),
  polychoric_case("tetrachoric", binary),
  polychoric_case("2 x 2 with an empty cell", with_hole),
  polychoric_case("Olsson 1979, table 3 x 3", olsson)
)

# ---- bivariate normal ----------------------------------------------------------------

points <- expand.grid(h = c(-4, -1.3, 0, 0.7, 2.9), k = c(-3.1, -1.31, 0, 0.6, 2.9),
                      r = c(-0.999, -0.95, -0.5, 0.1, 0.9, 0.924, 0.926, 0.99, 0.9999))
first <- with(points, pbivnorm(h, k, r))
second <- apply(points, 1, function(p) {
  pmvnorm(upper = p[1:2], corr = matrix(c(1, p[3], p[3], 1), 2),
          algorithm = TVPACK(abseps = 1e-15))
})
if (max(abs(first - second)) > 1e-13) stop("bivariate normal: the two routes disagree")
normal_case <- list(
  statistic = "bivariate_normal_cdf", source = "grid of limits and correlations",
  software = paste("R", getRversion(), "pbivnorm", packageVersion("pbivnorm"),
                   "and mvtnorm", packageVersion("mvtnorm")),
  h = points$h, k = points$k, r = points$r, expected = signif(first, 16), atol = 2e-14,
  why = "absolute error of the two programs, which differ by up to 1e-14"
)

# ---- smoothing -----------------------------------------------------------------------

indefinite <- matrix(c(1, .9, .1, .4, .9, 1, .8, .2, .1, .8, 1, .9, .4, .2, .9, 1), 4)
smoothing_case <- list(
  statistic = "smooth_correlation", source = "an indefinite 4 x 4 matrix",
  software = paste("R", getRversion(), "psych", packageVersion("psych")),
  matrix = indefinite,
  expected = digits(suppressWarnings(psych::cor.smooth(indefinite))),
  rtol = 1e-9, why = "the same closed form"
)

# ---- polyserial ----------------------------------------------------------------------

# Log-likelihood of each respondent, given mean, variance, thresholds and correlation.
casewise <- function(theta, x, y) {
  n_thresholds <- length(theta) - 3
  tau <- c(-Inf, theta[2 + seq_len(n_thresholds)], Inf)
  r <- theta[length(theta)]
  z <- (x - theta[1]) / sqrt(theta[2])
  upper <- (tau[y + 1] - r * z) / sqrt(1 - r^2)
  lower <- (tau[y] - r * z) / sqrt(1 - r^2)
  dnorm(x, theta[1], sqrt(theta[2]), log = TRUE) + log(pnorm(upper) - pnorm(lower))
}

polyserial_pair <- function(x, y) {
  data <- data.frame(x = x, y = y)
  fit <- lavCor(data, ordered = "y", se = "robust.sem", estimator = "WLSMV",
                output = "fit")
  moments <- lavInspect(fit, "sampstat")
  variance <- moments$cov[1, 1]
  estimate <- moments$cov[1, 2] / sqrt(variance)
  nacov <- unclass(lavInspect(fit, "gamma"))
  index <- c("x~~x", grep("^(x~~y|y~~x)$", rownames(nacov), value = TRUE))
  slope <- c(-estimate / (2 * variance), 1 / sqrt(variance))
  error <- sqrt(drop(slope %*% nacov[index, index] %*% slope) / length(x))
  # Second route: the sandwich of numerical scores of our own likelihood.
  y <- as.integer(factor(y))
  tau <- thresholds_of(y)
  first <- c(mean(x), mean((x - mean(x))^2), tau)
  root <- uniroot(function(r) {
    sum(casewise(c(first, r + 1e-5), x, y) - casewise(c(first, r - 1e-5), x, y))
  }, c(estimate - .05, estimate + .05), tol = 1e-13)$root
  theta <- c(first, root)
  scores <- sapply(seq_along(theta), function(i) {
    step <- replace(0 * theta, i, 1e-5)
    (casewise(theta + step, x, y) - casewise(theta - step, x, y)) / 2e-5
  })
  # The first step by cross-products of its own scores, one variable at a time.
  z <- (x - theta[1]) / sqrt(theta[2])
  own_x <- cbind(z / sqrt(theta[2]), (z^2 - 1) / (2 * theta[2]))
  edge <- cbind(0, diag(dnorm(tau), nrow = length(tau)), 0)
  share <- diff(c(0, pnorm(tau), 1))
  own_y <- t((edge[, -1] - edge[, -ncol(edge)])[, y]) / share[y]
  influence <- cbind(own_x %*% solve(crossprod(own_x)), own_y %*% solve(crossprod(own_y)))
  rho <- ncol(scores)
  cross <- crossprod(scores[, rho], scores[, -rho])
  rest <- scores[, rho] - influence %*% t(cross)
  own <- sqrt(sum(rest^2)) / sum(scores[, rho]^2)
  if (abs(root - estimate) > 1e-6 || abs(own / error - 1) > 1e-5) {
    stop("polyserial: the two routes disagree: ", root - estimate, " ", own / error - 1)
  }
  c(estimate = estimate, std_error = error)
}

names <- c("valence1", "efficacy2", "commit4")
values <- sapply(synth[names], function(y) polyserial_pair(synth$outcome, y))
polyserial_case <- list(
  statistic = "polyserial", source = "outcome of synth_complete.csv with three items",
  software = paste0(lavaan_version, "; error by the delta method from its NACOV"),
  items = names, expected = list(estimate = digits(values["estimate", ]),
                                 std_error = digits(values["std_error", ])),
  rtol = 1e-6, why = "lavaan's optimiser stops at about 1e-7"
)

write_json(
  c(polychoric_cases, list(normal_case, smoothing_case, polyserial_case)),
  file.path(FOLDER, "correlation.json"), auto_unbox = TRUE, digits = NA, null = "null",
  matrix = "rowmajor", pretty = FALSE
)
