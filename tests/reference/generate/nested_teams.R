# Write the values that units within units are checked on:
# tests/reference/cases/nested_teams.json
#
#     Rscript tests/reference/generate/nested_teams.R
#
# Run from the root of the repository. Variances and predictions come from lme4, whose
# optimiser is followed by Newton steps on its own deviance. They are checked against
# generalised least squares with full matrices, at the same ratios, and the likelihood
# against nlme's search where no variance is 0.

suppressMessages({
  library(lme4)
  library(nlme)
  library(jsonlite)
})

set.seed(20260303)

organisation <- function(n_divisions, sds, people, missing = 0) {
  rows <- list()
  for (a in seq_len(n_divisions)) {
    division <- rnorm(1, 0, sds[1])
    for (b in seq_len(sample(1:4, 1) + (a == 1))) {
      department <- division + rnorm(1, 0, sds[2])
      for (c in seq_len(sample(1:4, 1) + (b == 1))) {
        team <- department + rnorm(1, 0, sds[3])
        n <- sample(people, 1)
        rows[[length(rows) + 1]] <- data.frame(
          division = paste0("division ", a), department = paste0("department ", b),
          team = paste0("team ", c), # names come back under other parents
          value = pmin(pmax(round(4 * (3.3 + team + rnorm(n, 0, 0.8))) / 4, 1), 5)
        )
      }
    }
  }
  data <- do.call(rbind, rows)
  if (missing > 0) data$value[sample(nrow(data), missing)] <- NA
  data[sample(nrow(data)), ]
}

sharp <- function(formula, data) {
  parsed <- lFormula(formula, data,
    REML = TRUE,
    control = lmerControl(check.nobs.vs.nlev = "ignore")
  )
  deviance <- do.call(mkLmerDevfun, parsed)
  start <- optimizeLmer(deviance, optimizer = "bobyqa", control = list(rhoend = 1e-9))
  theta <- start$par
  free <- theta > 1e-4
  at <- function(x) {
    full <- numeric(length(theta))
    full[free] <- x
    deviance(full)
  }
  for (step in 1:8) {
    if (!any(free)) break
    move <- solve(numDeriv::hessian(at, theta[free]), numDeriv::grad(at, theta[free]))
    theta[free] <- theta[free] - move
  }
  theta[!free] <- 0
  deviance(theta)
  fit <- mkMerMod(
    environment(deviance), list(par = theta, fval = deviance(theta), conv = 0),
    parsed$reTrms, fr = parsed$fr
  )
  list(theta = setNames(theta, names(parsed$reTrms$cnms)), fit = fit)
}

nested_case <- function(name, data, levels) {
  data <- data[!is.na(data$value), ]
  for (level in levels) data[[level]] <- factor(data[[level]])
  paths <- lapply(seq_along(levels), function(depth) {
    interaction(data[levels[seq_len(depth)]], drop = TRUE, sep = "/", lex.order = TRUE)
  })
  for (depth in seq_along(levels)) data[[paste0("path", depth)]] <- paths[[depth]]
  terms <- paste0("(1 | path", seq_along(levels), ")", collapse = " + ")
  sharpened <- sharp(as.formula(paste("value ~ 1 +", terms)), data)
  wanted <- paste0("path", seq_along(levels))
  ratios <- as.numeric(sharpened$theta[wanted]^2)
  fit <- sharpened$fit
  effects <- lapply(wanted, function(path) {
    found <- ranef(fit)[[path]]
    setNames(found[[1]], rownames(found))[levels(data[[path]])]
  })

  # Second route: full matrices at the same ratios
  designs <- lapply(wanted, function(path) model.matrix(~ 0 + data[[path]]))
  v <- diag(nrow(data))
  for (depth in seq_along(levels)) v <- v + ratios[depth] * tcrossprod(designs[[depth]])
  inverse <- solve(v)
  mu <- sum(inverse %*% data$value) / sum(inverse)
  rest <- data$value - mu
  sigma2 <- as.numeric(t(rest) %*% inverse %*% rest) / (nrow(data) - 1)
  stopifnot(abs(mu - fixef(fit)) < 1e-9, abs(sigma2 / sigma(fit)^2 - 1) < 1e-9)
  for (depth in seq_along(levels)) {
    again <- ratios[depth] * t(designs[[depth]]) %*% inverse %*% rest
    stopifnot(max(abs(again - effects[[depth]])) < 1e-8)
  }
  if (all(ratios > 1e-3)) { # third route: another search
    nested <- as.formula(paste("~ 1 |", paste(levels, collapse = " / ")))
    other <- lme(value ~ 1, data, nested, control = lmeControl(msMaxIter = 500))
    stopifnot(abs(as.numeric(logLik(other)) - as.numeric(logLik(fit))) < 1e-6)
  }
  list(
    name = name, software = "R 4.2.2, lme4 1.1-31, nlme 3.1-162", rtol = 1e-7,
    why = "lme4's deviance is differentiated numerically: 1e-8 in the variances",
    levels = levels, data = as.list(data[c(levels, "value")]),
    expected = list(
      mu = as.numeric(fixef(fit)), mu_std_error = sqrt(as.numeric(vcov(fit))),
      variances = ratios * sigma2, sigma2 = sigma2,
      paths = lapply(paths, function(path) I(levels(path))), effects = lapply(effects, as.numeric)
    )
  )
}

# Take away what lies between the units of a level: its variance is then at its bound.
without_divisions <- function(data) {
  data$value <- data$value - ave(data$value, data$division) + 3.3
  data
}
without_teams <- function(data) {
  department <- paste(data$division, data$department)
  data$value <- data$value - ave(data$value, paste(department, data$team)) +
    ave(data$value, department)
  data
}

three <- c("division", "department", "team")
cases <- list(
  nested_case("three levels", organisation(7, c(0.5, 0.4, 0.4), 2:9), three),
  nested_case("singletons and missing", organisation(6, c(0.4, 0.4, 0.5), 1:6, 20), three),
  nested_case(
    "nothing between divisions",
    without_divisions(organisation(8, c(0, 0.5, 0.4), 2:9)), three
  ),
  nested_case("nothing between departments", organisation(8, c(0.6, 0, 0.4), 2:9), three),
  nested_case(
    "nothing between teams",
    without_teams(organisation(8, c(0.5, 0.5, 0), 2:9)), three
  ),
  nested_case(
    "nothing at all",
    without_divisions(without_teams(organisation(6, c(0, 0, 0), 2:9))), three
  ),
  nested_case("two levels", organisation(9, c(0.5, 0.4, 0), 2:9), three[1:2]),
  nested_case("two divisions", organisation(2, c(0.8, 0.4, 0.3), 4:12), three[1:2])
)
for (case in cases) {
  cat(case$name, length(case$data$value), signif(case$expected$variances, 4), "\n")
}

write_json(
  list(date = "2026-11-25", cases = cases), "tests/reference/cases/nested_teams.json",
  digits = 15, auto_unbox = TRUE
)
