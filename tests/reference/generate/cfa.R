# Confirmatory factor models by lavaan, for tests/reference/test_reference_cfa.py.
#
#     Rscript tests/reference/generate/cfa.R
#
# run from the root of the repository. Writes tests/reference/cases/cfa.json.
#
# lavaan stops early by default. Its solution is refined here by Newton's method on its
# own gradient, and lavaan is then asked for standard errors and tests at that point. The
# log-likelihood is computed a second time from the raw answers and the implied moments,
# respondent by respondent; the script stops where the two disagree, or where a small step
# along any parameter finds a higher likelihood.

suppressMessages({
  library(lavaan)
  library(jsonlite)
})

folder <- "tests/reference"
read_counted <- function(name) {
  d <- read.csv(file.path(folder, "cases", "awkward", paste0(name, ".csv")))
  d[rep(seq_len(nrow(d)), d$count), setdiff(names(d), "count"), drop = FALSE]
}
complete <- read.csv(file.path(folder, "oracle", "synth_complete.csv"))
incomplete <- read.csv(file.path(folder, "oracle", "synth_missing.csv"))
# lavaan takes groups in the order of the data; the package sorts them.
by_level <- function(d) d[order(d$level), ]

scales <- c("valence", "efficacy", "support", "commit")
four <- setNames(lapply(scales, function(s) paste0(s, 1:4)), scales)
two <- list(f = paste0("x", 1:3), g = paste0("x", 4:6))
one <- list(f = paste0("x", 1:4))

case <- function(name, data, factors, ..., more = character(), options = list()) {
  list(name = name, data = data, factors = factors, more = more,
       options = options, lavaan = list(...))
}
level <- function(name, equal, ..., data = "synth_complete", options = list()) {
  in_lavaan <- c(loadings = "loadings", intercepts = "intercepts",
                 residuals = "residuals",
                 residual_covariances = "residual.covariances",
                 factor_variances = "lv.variances",
                 factor_covariances = "lv.covariances", factor_means = "means")
  shared <- if (length(equal)) unname(in_lavaan[equal]) else ""
  case(name, data, four, group = "level", group.equal = shared, ...,
       options = c(list(group = "level", equal = I(equal)), options))
}
robust <- list(estimator = "mlr")
partial <- list(missing = "fiml")
both <- c(robust, partial)
pairs <- list(c("valence1", "efficacy1"), c("support1", "support2"))

cases <- list(
  case("four factors", "synth_complete", four),
  case("four factors, unit variance", "synth_complete", four, std.lv = TRUE,
       options = list(identification = "unit_variance")),
  case("four factors, means", "synth_complete", four, meanstructure = TRUE,
       options = list(means = TRUE)),
  case("four factors, orthogonal", "synth_complete", four, orthogonal = TRUE,
       options = list(orthogonal = TRUE)),
  case("four factors, robust", "synth_complete", four, estimator = "MLR",
       options = robust),
  case("four factors, robust, means", "synth_complete", four, estimator = "MLR",
       meanstructure = TRUE, options = c(robust, means = TRUE)),
  case("one factor", "synth_complete", four["commit"]),
  case("one factor of everything", "synth_complete", list(all = unlist(four, FALSE, FALSE))),
  case("one factor of everything, robust", "synth_complete",
       list(all = unlist(four, FALSE, FALSE)), estimator = "MLR", options = robust),
  case("correlated residuals", "synth_complete", four,
       more = sapply(pairs, paste, collapse = " ~~ "),
       options = list(residual_covariances = pairs)),
  case("an item of two factors", "synth_complete",
       replace(four, "efficacy", list(c(four$efficacy, "valence4")))),
  case("second order", "synth_complete", c(four, list(general = scales))),
  case("second order, robust", "synth_complete", c(four, list(general = scales)),
       estimator = "MLR", options = robust),
  case("second order, unit variance", "synth_complete", c(four, list(general = scales)),
       std.lv = TRUE, options = list(identification = "unit_variance")),
  case("bifactor", "synth_complete", c(list(general = unlist(four, FALSE, FALSE)), four),
       std.lv = TRUE, orthogonal = TRUE,
       options = list(identification = "unit_variance", orthogonal = TRUE)),
  case("missing answers", "synth_missing", four, missing = "fiml", options = partial),
  case("missing answers, robust", "synth_missing", four, missing = "fiml",
       estimator = "MLR", options = both),
  case("missing answers, listwise", "synth_missing", four),
  case("missing answers, second order", "synth_missing", c(four, list(general = scales)),
       missing = "fiml", options = partial),
  level("groups share nothing", character()),
  level("groups share loadings", "loadings"),
  level("groups share loadings, unit variance", "loadings", std.lv = TRUE,
        options = list(identification = "unit_variance")),
  level("groups share intercepts", c("loadings", "intercepts")),
  level("groups share residuals", c("loadings", "intercepts", "residuals")),
  level("groups share factor variances",
        c("loadings", "intercepts", "residuals", "factor_variances")),
  level("groups share factor covariances", c("loadings", "factor_variances",
                                             "factor_covariances")),
  level("groups share factor means", c("loadings", "intercepts", "factor_means")),
  level("groups share residuals only", "residuals"),
  level("groups, robust", c("loadings", "intercepts"), estimator = "MLR",
        options = robust),
  level("groups, missing answers", c("loadings", "intercepts"), data = "synth_missing",
        missing = "fiml", options = partial),
  level("groups, missing answers, robust", c("loadings", "intercepts"),
        data = "synth_missing", missing = "fiml", estimator = "MLR", options = both),
  case("30 respondents", "small", one),
  case("30 respondents, robust", "small", one, estimator = "MLR", options = robust),
  case("20000 respondents", "large", two),
  case("20000 respondents, robust", "large", two, estimator = "MLR", options = robust),
  case("negative loading", "negative_item", one),
  case("negative loading, robust", "negative_item", one, estimator = "MLR",
       options = robust),
  case("Heywood case", "heywood", one),
  case("skewed answers", "zero_cell", one),
  case("skewed answers, robust", "zero_cell", one, estimator = "MLR", options = robust),
  case("3 per cent missing", "missing_3", two, missing = "fiml", options = partial),
  case("3 per cent missing, robust", "missing_3", two, missing = "fiml",
       estimator = "MLR", options = both),
  case("30 per cent missing", "missing_30", two, missing = "fiml", options = partial),
  case("30 per cent missing, robust", "missing_30", two, missing = "fiml",
       estimator = "MLR", options = both)
)

syntax <- function(case) {
  one_line <- function(name) {
    paste(name, "=~", paste(case$factors[[name]], collapse = " + "))
  }
  paste(c(vapply(names(case$factors), one_line, ""), case$more), collapse = "\n")
}

tight <- list(rel.tol = 1e-15, iter.max = 5000, eval.max = 10000)

fit <- function(case, data, ...) {
  arguments <- c(
    list(model = syntax(case), data = data, control = tight,
         optim.force.converged = TRUE, em.h1.tol = 1e-13, em.h1.iter.max = 50000),
    case$lavaan, list(...))
  suppressWarnings(do.call("cfa", arguments))
}

# Equal parameters: x moves along the columns of a basis only.
basis <- function(first) {
  if (first@Model@eq.constraints) first@Model@eq.constraints.K
  else diag(length(first@optim$x))
}

slope <- function(first, x) {
  model <- lav_model_set_parameters(first@Model, x)
  # of incomplete answers the slopes are weighed by group already
  drop(lavaan:::lav_model_gradient(model, lavsamplestats = first@SampleStats,
                                   lavdata = first@Data, lavcache = first@Cache,
                                   group.weight = !first@SampleStats@missing.flag))
}

newton <- function(first) {
  x <- first@optim$x
  k <- basis(first)
  curvature <- NULL
  for (step in 1:30) {
    gradient <- drop(crossprod(k, slope(first, x)))
    if (step <= 3) {
      h <- 1e-5
      curvature <- apply(k, 2, function(direction) {
        ahead <- slope(first, x + h * direction)
        behind <- slope(first, x - h * direction)
        drop(crossprod(k, ahead - behind)) / (2 * h)
      })
    }
    moved <- drop(k %*% solve(curvature, gradient))
    x <- x - moved
    if (max(abs(moved)) < 1e-12) break
  }
  x
}

refined <- function(case, data) {
  first <- fit(case, data)
  least <- newton(first)
  start <- parTable(first)
  start$est[start$free > 0] <- least
  there <- fit(case, data, start = start, optim.method = "none")
  # the model without correlations is to be searched, not only looked at
  there@Options$optim.method <- first@Options$optim.method
  there@baseline <- first@baseline
  far <- max(abs(first@optim$x - least))
  left <- max(abs(crossprod(basis(there), slope(there, there@optim$x))))
  stopifnot(far < 1e-3, max(abs(there@optim$x - least)) < 1e-9, left < 1e-9)
  check_maximum(there, data)
  cat(sprintf("%-40s refined by %8.1e, slope left %8.1e\n", case$name, far, left))
  there
}

# --- the second route: the likelihood of the raw answers --------------------------

by_respondent <- function(first, x) {
  implied <- lav_model_implied(lav_model_set_parameters(first@Model, x))
  total <- 0
  for (g in seq_along(first@Data@X)) {
    rows <- first@Data@X[[g]]
    sigma <- implied$cov[[g]]
    # without a mean structure the means are left free
    mu <- if (first@Model@meanstructure) drop(implied$mean[[g]]) else colMeans(rows)
    key <- apply(!is.na(rows), 1, paste, collapse = "")
    for (part in split(seq_len(nrow(rows)), key)) {
      seen <- !is.na(rows[part[1], ])
      if (!any(seen)) next
      root <- chol(sigma[seen, seen])
      away <- backsolve(root, t(rows[part, seen, drop = FALSE]) - mu[seen],
                        transpose = TRUE)
      total <- total - sum(away^2) / 2 - length(part) *
        (sum(log(diag(root))) + sum(seen) * log(2 * pi) / 2)
    }
  }
  total
}

check_maximum <- function(there, data) {
  x <- there@optim$x
  top <- by_respondent(there, x)
  stopifnot(abs(top - fitMeasures(there, "logl")) < 1e-7 * abs(top))
  k <- basis(there)
  error <- sqrt(diag(lavInspect(there, "vcov")))
  for (j in seq_len(ncol(k))) {
    step <- k[, j] * 0.01 * min(error[error > 0])
    beyond <- c(by_respondent(there, x + step), by_respondent(there, x - step))
    stopifnot(all(beyond <= top + 1e-9 * abs(top)))
  }
}

load_data <- function(name) {
  d <- switch(name, synth_complete = complete, synth_missing = incomplete,
              read_counted(name))
  if ("level" %in% names(d)) by_level(d) else d
}

measures <- c(
  statistic = "chisq", df = "df", p_value = "pvalue", baseline = "baseline.chisq",
  cfi = "cfi", tli = "tli", rmsea = "rmsea", rmsea_low = "rmsea.ci.lower",
  rmsea_high = "rmsea.ci.upper", rmsea_p_close = "rmsea.pvalue", srmr = "srmr",
  srmr_covariances = "srmr_bentler_nomean",
  log_likelihood = "logl", aic = "aic", bic = "bic", bic_adjusted = "bic2",
  n_parameters = "npar", n_respondents = "ntotal",
  scaled_statistic = "chisq.scaled", scaled_p_value = "pvalue.scaled",
  scaling_factor = "chisq.scaling.factor", scaled_baseline = "baseline.chisq.scaled",
  baseline_scaling_factor = "baseline.chisq.scaling.factor",
  scaled_cfi = "cfi.scaled", scaled_tli = "tli.scaled", scaled_rmsea = "rmsea.scaled",
  scaled_rmsea_low = "rmsea.ci.lower.scaled",
  scaled_rmsea_high = "rmsea.ci.upper.scaled",
  scaled_rmsea_p_close = "rmsea.pvalue.scaled",
  robust_cfi = "cfi.robust", robust_tli = "tli.robust", robust_rmsea = "rmsea.robust",
  robust_rmsea_low = "rmsea.ci.lower.robust",
  robust_rmsea_high = "rmsea.ci.upper.robust",
  robust_rmsea_p_close = "rmsea.pvalue.robust"
)

# lavaan finds the limits of RMSEA with a tolerance of 1e-4 on the non-centrality; here
# they are found again from the same chi-square and degrees of freedom.
limits <- function(statistic, df, n, groups, unit = 1) {
  centre <- function(p) {
    above <- function(lambda) pchisq(statistic, df, ncp = lambda) - p
    if (df == 0 || above(0) <= 0) return(0)
    top <- statistic + 20 * sqrt(2 * (statistic + df)) + 100
    uniroot(above, c(0, top), tol = 1e-13, maxiter = 10000)$root
  }
  sqrt(unit * c(centre(0.95), centre(0.05)) * groups / (n * df))
}

tight_limits <- function(there, found) {
  n <- found[["ntotal"]]
  groups <- lavInspect(there, "ngroups")
  t <- found[["chisq"]]
  df <- found[["df"]]
  robust <- "chisq.scaled" %in% names(found)
  unit <- if (robust) found[["chisq.scaling.factor"]] else 1
  all <- list(c("rmsea.ci.lower", "rmsea.ci.upper"), limits(t, df, n, groups))
  if (robust) all <- c(all, list(
    c("rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled"),
    limits(t, df * unit, n, groups)))
  if (there@SampleStats@missing.flag) {
    whole <- lavaan:::lav_fit_fiml_corrected(there, if (robust) "V3" else "V6")
    all <- c(all, list(
      c("rmsea.ci.lower.robust", "rmsea.ci.upper.robust"),
      limits(whole$XX3.scaled, df, n, groups, whole$c.hat3)))
  } else if (robust) {
    all <- c(all, list(c("rmsea.ci.lower.robust", "rmsea.ci.upper.robust"),
                       limits(t / unit, df, n, groups, unit)))
  }
  for (pair in split(all, rep(seq_len(length(all) / 2), each = 2))) {
    stopifnot(abs(found[pair[[1]]] - pair[[2]]) < 1e-3)
    found[pair[[1]]] <- pair[[2]]
  }
  found
}

answer <- function(case) {
  data <- load_data(case$data)
  there <- refined(case, data)
  found <- suppressWarnings(fitMeasures(there))
  if (found[["df"]] > 0) found <- tight_limits(there, found)
  parameters <- parameterEstimates(there, remove.nonfree = FALSE)
  parameters <- parameters[parameters$op %in% c("=~", "~~", "~1"), ]
  if (is.null(parameters$group)) parameters$group <- 1L
  held <- measures[measures %in% names(found)]
  options <- if (length(case$options)) case$options else setNames(list(), character())
  list(
    name = case$name, data = case$data, factors = lapply(case$factors, I),
    options = options,
    expected = as.list(setNames(unclass(found)[held], names(held))),
    parameters = list(
      group = parameters$group, op = parameters$op, left = parameters$lhs,
      right = parameters$rhs, estimate = parameters$est, std_error = parameters$se)
  )
}

answers <- lapply(cases, answer)
out <- list(
  source = "synthetic answers of tests/reference/oracle and cases/awkward",
  software = paste("R", getRversion(), "lavaan", packageVersion("lavaan")),
  date = "2026-11-25",
  cases = answers
)
write_json(out, file.path(folder, "cases", "cfa.json"), digits = NA,
           auto_unbox = TRUE, null = "null")
