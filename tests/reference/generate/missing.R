# Write the values that missing answers are checked on: tests/reference/cases/missing.json
#
#     Rscript tests/reference/generate/missing.R
#
# Run from the root of the repository. Means and covariances of incomplete answers, their
# log-likelihood and the information on them come from lavaan (missing = "ml", a saturated
# model). They are checked against a second route written out here: the density of every
# respondent, and an EM step that must leave the moments where they are. Pooling comes
# from mice, and is checked against the formulas of Rubin and of Barnard and Rubin.

suppressMessages({
  library(lavaan)
  library(mice)
  library(jsonlite)
})

set.seed(20260101)

respondents <- function(file) {
  counted <- read.csv(file)
  rows <- rep(seq_len(nrow(counted)), counted$count)
  counted[rows, setdiff(names(counted), "count")]
}

awkward <- function(name) {
  respondents(file.path("tests/reference/cases/awkward", paste0(name, ".csv")))
}

synthetic <- function() {
  answers <- read.csv("tests/reference/oracle/synth_missing.csv")
  answers[, setdiff(names(answers), c("team", "level", "site", "outcome"))]
}

# lavaan stops when no moment moves by more than the tolerance, in its own units.
saturated <- function(items, do_fit) {
  second_moment <- apply(items^2, 2, mean, na.rm = TRUE)
  tolerance <- 1e-13 * max(second_moment)
  v <- names(items)
  pairs <- sapply(seq_along(v), function(i) {
    paste(v[i], "~~", paste(v[i:length(v)], collapse = " + "))
  })
  suppressWarnings(lavaan(
    c(paste(v, "~ 1"), pairs), items,
    missing = "ml", information = "observed",
    em.h1.iter.max = 20000, em.h1.tol = tolerance, do.fit = do_fit,
    control = list(rel.tol = 1e-15)
  ))
}

# Second route: each respondent's density, and one step of EM.
by_respondent <- function(items, mean, covariance) {
  x <- as.matrix(items)
  p <- ncol(x)
  logl <- 0
  sums <- numeric(p)
  squares <- matrix(0, p, p)
  for (i in seq_len(nrow(x))) {
    o <- !is.na(x[i, ])
    if (!any(o)) next
    inverse <- solve(covariance[o, o, drop = FALSE])
    r <- x[i, o] - mean[o]
    logl <- logl - 0.5 * (sum(o) * log(2 * pi) + sum(r * (inverse %*% r)) -
      as.numeric(determinant(inverse)$modulus))
    filled <- x[i, ]
    spread <- matrix(0, p, p)
    if (any(!o)) {
      slope <- covariance[!o, o, drop = FALSE] %*% inverse
      filled[!o] <- mean[!o] + slope %*% r
      spread[!o, !o] <- covariance[!o, !o] - slope %*% covariance[o, !o]
    }
    sums <- sums + filled
    squares <- squares + tcrossprod(filled - mean) + spread
  }
  n <- sum(rowSums(!is.na(x)) > 0)
  new_mean <- sums / n
  list(
    logl = logl, mean = new_mean,
    covariance = squares / n - tcrossprod(new_mean - mean)
  )
}

little <- function(items, mean, covariance) {
  x <- as.matrix(items)
  x <- x[rowSums(!is.na(x)) > 0, , drop = FALSE]
  key <- apply(!is.na(x), 1, function(o) paste(as.integer(o), collapse = ""))
  statistic <- 0
  df <- -ncol(x)
  for (k in unique(key)) {
    part <- x[key == k, , drop = FALSE]
    o <- !is.na(part[1, ])
    off <- colMeans(part[, o, drop = FALSE]) - mean[o]
    statistic <- statistic +
      nrow(part) * sum(off * solve(covariance[o, o, drop = FALSE], off))
    df <- df + sum(o)
  }
  list(
    statistic = statistic, df = df,
    p_value = pchisq(statistic, df, lower.tail = FALSE)
  )
}

moments_case <- function(items, data, information = FALSE) {
  fit <- saturated(items, do_fit = information)
  moments <- lavInspect(fit, "sampstat")
  mean <- as.numeric(moments$mean)
  covariance <- matrix(as.numeric(moments$cov), length(mean))
  log_likelihood <- fit@h1$loglik
  again <- by_respondent(items, mean, covariance)
  stopifnot(
    abs(again$logl / log_likelihood - 1) < 1e-12,
    max(abs(again$mean - mean) / sqrt(diag(covariance))) < 1e-10,
    max(abs(cov2cor(again$covariance) - cov2cor(covariance))) < 1e-10
  )
  expected <- list(
    mean = mean, covariance = covariance,
    log_likelihood = log_likelihood,
    n_respondents = lavInspect(fit, "nobs"),
    n_patterns = nrow(lavInspect(fit, "patterns")),
    little = little(items, mean, covariance)
  )
  if (information) {
    n <- lavInspect(fit, "nobs")
    # The model and EM stop a little apart; the information is that at the model.
    stopifnot(max(abs(coef(fit)[seq_along(mean)] - mean)) < 1e-6)
    implied <- lavInspect(fit, "implied")
    expected$information_mean <- as.numeric(implied$mean)
    expected$information_covariance <- matrix(as.numeric(implied$cov), length(mean))
    for (kind in c("observed", "expected", "first.order")) {
      name <- paste0("information.", kind)
      expected[[name]] <- n * unclass(lavInspect(fit, name))
    }
  }
  list(data = data, expected = expected)
}

one_factor_case <- function(items, data) {
  model <- paste("f =~", paste(names(items), collapse = " + "))
  fit <- suppressWarnings(cfa( # about the baseline model, which is not used
    model, items,
    std.lv = TRUE, missing = "ml",
    information = "observed", observed.information = "hessian",
    control = list(rel.tol = 1e-15)
  ))
  n <- lavInspect(fit, "nobs")
  estimates <- coef(fit)
  list(
    data = data,
    expected = list(
      parameters = names(estimates), estimates = as.numeric(estimates),
      log_likelihood = as.numeric(logLik(fit)),
      observed = n * unclass(lavInspect(fit, "information.observed")),
      expected = n * unclass(lavInspect(fit, "information.expected")),
      first_order = n * unclass(lavInspect(fit, "information.first.order"))
    )
  )
}

pooled <- function(estimates, std_errors, n, k) {
  got <- pool.scalar(estimates, std_errors^2, n = n, k = k)
  m <- length(estimates)
  r <- (1 + 1 / m) * got$b / got$ubar
  lambda <- (1 + 1 / m) * got$b / got$t
  old <- (m - 1) / lambda^2
  observed <- if (is.finite(n)) {
    d <- n - k
    (d + 1) / (d + 3) * d * (1 - lambda)
  } else {
    Inf
  }
  df <- if (is.finite(observed)) old * observed / (old + observed) else old
  stopifnot(
    abs(got$r - r) < 1e-12, abs(got$df - df) < 1e-9 * df,
    abs(got$fmi - (r + 2 / (df + 3)) / (r + 1)) < 1e-12
  )
  list(
    estimates = estimates, std_errors = std_errors,
    df_complete = if (is.finite(n)) n - k else NULL,
    expected = list(
      estimate = got$qbar, std_error = sqrt(got$t), df = got$df,
      between = got$b, within = got$ubar, relative_increase = got$r,
      fraction_missing = got$fmi
    )
  )
}

chained <- function(items, data, m) {
  imputed <- mice(items, m = m, maxit = 10, method = "pmm", printFlag = FALSE, seed = 7)
  means <- sapply(seq_len(m), function(i) colMeans(complete(imputed, i)))
  variances <- sapply(seq_len(m), function(i) {
    apply(complete(imputed, i), 2, var) / nrow(items)
  })
  correlations <- sapply(seq_len(m), function(i) {
    r <- cor(complete(imputed, i))
    r[upper.tri(r)]
  })
  list(
    data = data, n_imputations = m,
    expected = list(
      mean = as.numeric(rowMeans(means)),
      between = as.numeric(apply(means, 1, var)),
      within = as.numeric(rowMeans(variances)),
      correlation = as.numeric(rowMeans(correlations)),
      correlation_between = as.numeric(apply(correlations, 1, var))
    )
  )
}

estimates <- round(rnorm(20, 0.4, 0.05), 4)
std_errors <- round(runif(20, 0.08, 0.12), 4)

stated <- function(case, source, rtol, why) {
  c(list(source = source, rtol = rtol, why = why), case)
}
em_why <- paste(
  "EM in both programs, stopped when no moment moves by about 1e-12; covariances near 0",
  "keep fewer digits"
)
at_model <- "the same closed form, at the same moments"

out <- list(
  software = paste0(
    "R ", getRversion(), ", lavaan ", packageVersion("lavaan"),
    ", mice ", packageVersion("mice")
  ),
  saturated = list(
    stated(
      moments_case(synthetic(), "synth_missing"),
      "synthetic answers, 5 per cent missing; lavaan, checked by an EM step", 1e-8, em_why
    ),
    stated(
      moments_case(awkward("missing_3"), "missing_3"),
      "synthetic answers, 3 per cent missing; lavaan, checked by an EM step", 1e-8, em_why
    ),
    stated(
      moments_case(awkward("missing_30"), "missing_30", information = TRUE),
      "synthetic answers, 30 per cent missing; lavaan, checked by an EM step", 1e-8,
      em_why
    ),
    stated(
      moments_case(airquality, "airquality"),
      "R data set airquality, uncentred, in unequal units; lavaan, by an EM step", 1e-8,
      em_why
    )
  ),
  one_factor = list(
    stated(
      one_factor_case(awkward("missing_3")[, 1:3], "missing_3"),
      "one factor, 3 items, FIML; lavaan", 1e-8, at_model
    ),
    stated(
      one_factor_case(awkward("missing_30")[, 1:4], "missing_30"),
      "one factor, 4 items, FIML; lavaan", 1e-8, at_model
    )
  ),
  pooling = list(
    stated(
      pooled(estimates, std_errors, 500, 3), "20 imputations, n 500, k 3", 1e-10, at_model
    ),
    stated(
      pooled(estimates[1:5], std_errors[1:5], 25, 1), "5 imputations, n 25", 1e-10,
      at_model
    ),
    stated(
      pooled(estimates, std_errors, Inf, 1), "20 imputations, n unknown", 1e-10, at_model
    ),
    stated(
      pooled(c(1, 2, 3, 2.5), c(1, 1.1, 0.9, 1), 30, 1), "4 imputations that differ much",
      1e-10, at_model
    )
  ),
  chained = list(stated(
    chained(awkward("missing_30"), "missing_30", 100), "mice, 100 imputations by pmm", 0,
    "random draws: judged by their Monte Carlo error"
  )),
  airquality = as.list(airquality)
)
json <- toJSON(out, digits = NA, auto_unbox = TRUE, null = "null", na = "null")
writeLines(json, "tests/reference/cases/missing.json")
