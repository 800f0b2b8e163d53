# Write tests/reference/cases/reliability.json. Run from the repository root:
#
#     Rscript tests/reference/generate/reliability.R
#
# Every closed form is computed twice (psych or semTools, and from its definition); the
# script stops where the two disagree. Standard errors come from numerical derivatives
# and fourth-order moments (closed forms) and from lavaan's delta method (factor model).

suppressMessages({
  library(psych)
  library(lavaan)
  library(semTools)
  library(numDeriv)
  library(jsonlite)
})

agree <- function(what, one, other, tolerance = 1e-10) {
  if (max(abs(as.numeric(one) - as.numeric(other))) > tolerance) {
    stop(what, ": ", toString(one), " against ", toString(other))
  }
}

awkward <- function(name) {
  rows <- read.csv(file.path("tests/reference/cases/awkward", paste0(name, ".csv")))
  rows[rep(seq_len(nrow(rows)), rows$count), setdiff(names(rows), "count")]
}
synthetic <- read.csv("tests/reference/oracle/synth_complete.csv")
items_of <- function(subscale) synthetic[paste0(subscale, 1:4)]
first_four <- c("x1", "x2", "x3", "x4")
sets <- list(
  valence = items_of("valence"), efficacy = items_of("efficacy"),
  support = items_of("support"), commit = items_of("commit"),
  small = awkward("small"), large = awkward("large"), zero_cell = awkward("zero_cell"),
  negative_item = awkward("negative_item"), two_items = awkward("two_items"),
  heywood = awkward("heywood"), empty_category = awkward("empty_category")[first_four],
  missing_3 = awkward("missing_3"), missing_30 = awkward("missing_30")
)

# --- coefficients from their definitions, as functions of a covariance matrix --------

alpha_of <- function(S) ncol(S) / (ncol(S) - 1) * (1 - sum(diag(S)) / sum(S))
lambda2_of <- function(S) {
  off <- S
  diag(off) <- 0
  (sum(off) + sqrt(ncol(S) / (ncol(S) - 1) * sum(off^2))) / sum(S)
}
lambda6_of <- function(S) 1 - sum(1 / diag(solve(S))) / sum(S)
standardised <- function(f) function(S) f(cov2cor(S))

# The standard error without an assumption on the distribution: the derivative by
# Richardson extrapolation, times the covariances of the products of deviations.
distribution_free <- function(f, items) {
  deviations <- scale(as.matrix(items), scale = FALSE)
  n <- nrow(deviations)
  k <- ncol(deviations)
  S <- crossprod(deviations) / n
  lower <- lower.tri(S, diag = TRUE)
  full <- function(v) {
    M <- matrix(0, k, k)
    M[lower] <- v
    M + t(M) - diag(diag(M), k)
  }
  slope <- grad(function(v) f(full(v)), S[lower])
  products <- t(apply(deviations, 1, function(d) tcrossprod(d)[lower]))
  sqrt(drop(slope %*% cov(products) %*% slope) / n)
}

# The variance that the other items leave unexplained, by regression.
residual_variances <- function(items) {
  sapply(names(items), function(name) {
    fit <- lm(reformulate(setdiff(names(items), name), name), items)
    sum(residuals(fit)^2) / (nrow(items) - 1)
  })
}

closed_forms <- function(items) {
  S <- cov(items)
  by_psych <- suppressWarnings(alpha(items, check.keys = FALSE, warnings = FALSE))
  total <- by_psych$total
  agree("alpha", total$raw_alpha, alpha_of(S))
  agree("standardised alpha", total$std.alpha, alpha_of(cov2cor(S)))
  agree("lambda 6", total$`G6(smc)`, lambda6_of(cov2cor(S)))
  agree("lambda 6 raw", lambda6_of(S), 1 - sum(residual_variances(items)) / sum(S))
  if (ncol(items) > 2) {
    by_guttman <- suppressMessages(suppressWarnings(guttman(items)))
    agree("lambda 2", by_guttman$lambda.2, lambda2_of(cov2cor(S)))
  }
  forms <- list(
    alpha = alpha_of, alpha_standardised = standardised(alpha_of),
    lambda_2_raw = lambda2_of, lambda_2_standardised = standardised(lambda2_of),
    lambda_6_raw = lambda6_of, lambda_6_standardised = standardised(lambda6_of)
  )
  c(
    list(
      ase = total$ase,
      feldt = unname(unlist(by_psych$feldt[c("lower.ci", "upper.ci")]))
    ),
    lapply(forms, function(f) {
      list(estimate = f(S), std_error = distribution_free(f, items))
    })
  )
}

# --- one factor ----------------------------------------------------------------------

factor_model <- function(items) {
  names(items) <- paste0("y", seq_along(items))
  k <- ncol(items)
  l <- paste0("l", 1:k)
  u <- paste0("u", 1:k)
  sum_of <- function(parts) paste0("(", paste(parts, collapse = " + "), ")")
  syntax <- c(
    paste("f =~", paste0(l, " * y", 1:k, collapse = " + ")),
    paste0("y", 1:k, " ~~ ", u, " * y", 1:k),
    paste0("omega := ", sum_of(l), "^2 / (", sum_of(l), "^2 + ", sum_of(u), ")"),
    paste0(
      "extracted := ", sum_of(paste0(l, "^2")), " / (", sum_of(paste0(l, "^2")),
      " + ", sum_of(u), ")"
    ),
    paste0("squared := ", sum_of(paste0(l, "^2 / (", l, "^2 + ", u, ")")), " / ", k)
  )
  fit_by <- function(estimator) {
    cfa(syntax, items,
      std.lv = TRUE, estimator = estimator,
      optim.method = "BFGS", control = list(reltol = 1e-15)
    )
  }
  defined <- function(fit) {
    table <- as.data.frame(parameterEstimates(fit))
    table <- table[table$op == ":=", ]
    setNames(split(table[c("est", "se")], table$lhs)[table$lhs], table$lhs)
  }
  normal <- fit_by("ML")
  ml <- defined(normal)
  # Ours divides by n - 1 where lavaan divides by n.
  n <- nrow(items)
  robust <- lapply(defined(fit_by("MLR")), function(row) row$se * sqrt(n / (n - 1)))
  observed <- unname(compRelSEM(normal, obs.var = TRUE))
  agree("omega", compRelSEM(normal, obs.var = FALSE), ml$omega$est, 1e-8)
  agree("AVE", AVE(normal), ml$extracted$est, 1e-5) # over observed variances there
  list(
    chisq = unname(fitMeasures(normal, "chisq")),
    omega_observed = observed,
    omega_implied = ml$omega$est, omega_implied_ml = ml$omega$se,
    omega_implied_robust = robust$omega,
    extracted = ml$extracted$est, extracted_ml = ml$extracted$se,
    extracted_robust = robust$extracted,
    extracted_standardised = ml$squared$est,
    extracted_standardised_robust = robust$squared
  )
}

# --- overlap of subscales ------------------------------------------------------------

ratio_of <- function(R, first, second, mean_of) {
  within <- function(block) {
    part <- R[block, block]
    mean_of(part[lower.tri(part)])
  }
  mean_of(R[first, second]) / sqrt(within(first) * within(second))
}
geometric <- function(x) exp(mean(log(abs(x))))
variants <- list(
  htmt = list(mean_of = function(x) mean(abs(x)), htmt2 = FALSE, absolute = TRUE),
  htmt_signed = list(mean_of = mean, htmt2 = FALSE, absolute = FALSE),
  htmt2 = list(mean_of = geometric, htmt2 = TRUE, absolute = TRUE)
)

overlap <- function(items, model) {
  syntax <- paste(
    names(model), "=~", sapply(model, paste, collapse = " + "), collapse = "\n"
  )
  R <- cor(items[unlist(model)])
  pairs <- combn(names(model), 2, simplify = FALSE)
  lapply(variants, function(variant) {
    by_semtools <- htmt(
      syntax, items[unlist(model)], htmt2 = variant$htmt2, absolute = variant$absolute
    )
    sapply(pairs, function(pair) {
      own <- ratio_of(R, model[[pair[1]]], model[[pair[2]]], variant$mean_of)
      agree("htmt", by_semtools[pair[2], pair[1]], own)
      own
    })
  })
}

# --- errors that go together -----------------------------------------------------------

correlated_errors <- function(items) {
  fit <- cfa(
    "f =~ x1 + x2 + x3 + x4 + x5 + x6\nx1 ~~ x2\nx4 ~~ x5",
    items, std.lv = TRUE, optim.method = "BFGS", control = list(reltol = 1e-15)
  )
  estimates <- lavInspect(fit, "est")
  theta <- unclass(estimates$theta)
  loadings <- as.numeric(estimates$lambda)
  own <- sum(loadings)^2 / (sum(loadings)^2 + sum(theta))
  agree("correlated errors", compRelSEM(fit, obs.var = FALSE), own, 1e-9)
  list(
    loadings = loadings, error_covariances = unname(theta), composite_reliability = own
  )
}

complete <- lapply(sets, na.omit)
with_factor <- c(
  "valence", "efficacy", "support", "commit", "large", "zero_cell", "negative_item",
  "empty_category", "missing_3"
)
out <- list(
  source = "synthetic data in tests/reference/oracle and tests/reference/cases/awkward",
  software = paste0(
    R.version.string, ", psych ", packageVersion("psych"), ", lavaan ",
    packageVersion("lavaan"), ", semTools ", packageVersion("semTools"), ", numDeriv ",
    packageVersion("numDeriv")
  ),
  rtol = list(
    closed_form = list(1e-12, "the same closed form in both programs"),
    closed_form_std_error = list(1e-8, "numerical derivatives of R keep 9 digits"),
    factor = list(2e-7, "lavaan's search, tightened, leaves about 5e-8")
  ),
  n_respondents = lapply(complete, nrow),
  closed_forms = lapply(complete, closed_forms),
  factor_model = lapply(complete[with_factor], factor_model),
  overlap = list(
    synthetic = overlap(synthetic, list(
      valence = names(items_of("valence")), efficacy = names(items_of("efficacy")),
      support = names(items_of("support")), commit = names(items_of("commit"))
    )),
    large = overlap(complete$large, list(a = paste0("x", 1:3), b = paste0("x", 4:6))),
    missing_3 = overlap(complete$missing_3, list(
      a = paste0("x", 1:3), b = paste0("x", 4:6)
    ))
  ),
  correlated_errors = correlated_errors(complete$missing_3)
)
write_json(
  out, "tests/reference/cases/reliability.json",
  auto_unbox = TRUE, digits = NA, pretty = TRUE
)
