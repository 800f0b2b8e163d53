# Write the values that shrunken means and contrasts are checked on:
# tests/reference/cases/pooling.json
#
#     Rscript tests/reference/generate/pooling.R
#
# Run from the root of the repository. The model comes from lme4, whose optimiser is
# followed by Newton steps; it is checked against generalised least squares with full
# matrices. Intervals come from adaptive integration over tau / sigma and root finding.
# Contrasts come from lm, and from t.test (Welch) where there are two teams.

suppressMessages({
  library(lme4)
  library(jsonlite)
})

set.seed(20260202)

# Five-point answers averaged over four items: ties, and no normal distribution.
organisation <- function(sizes, tau, missing = 0) {
  team <- rep(sprintf("team %02d", seq_along(sizes)), sizes)
  level <- rep(rnorm(length(sizes), 0, tau), sizes)
  value <- pmin(pmax(round(4 * (3.4 + level + rnorm(length(team), 0, 0.8))) / 4, 1), 5)
  if (missing > 0) value[sample(length(value), missing)] <- NA
  data.frame(team = team, value = value)
}

# lme4 stops its search a little early: Newton steps on its own deviance function.
sharp <- function(formula, data) {
  parsed <- lFormula(formula, data, REML = TRUE)
  deviance <- do.call(mkLmerDevfun, parsed)
  start <- optimizeLmer(deviance, optimizer = "bobyqa", control = list(rhoend = 1e-9))
  theta <- start$par
  free <- theta > 1e-4
  for (step in 1:8) {
    if (!any(free)) break
    at <- function(x) {
      full <- numeric(length(theta))
      full[free] <- x
      deviance(full)
    }
    move <- solve(numDeriv::hessian(at, theta[free]), numDeriv::grad(at, theta[free]))
    theta[free] <- theta[free] - move
  }
  theta[!free] <- 0
  deviance(theta)
  list(theta = theta, fit = mkMerMod(
    environment(deviance), list(par = theta, fval = deviance(theta), conv = 0),
    parsed$reTrms, fr = parsed$fr
  ))
}

# Second route: full matrices.
by_matrices <- function(value, team, ratio) {
  z <- model.matrix(~ 0 + team)
  inverse <- solve(diag(length(value)) + ratio * z %*% t(z))
  one <- rep(1, length(value))
  precision <- sum(inverse)
  mu <- sum(inverse %*% value) / precision
  rest <- value - mu
  sigma2 <- as.numeric(t(rest) %*% inverse %*% rest) / (length(value) - 1)
  list(
    mu = mu, mu_std_error = sqrt(sigma2 / precision), sigma2 = sigma2,
    effects = as.numeric(ratio * t(z) %*% inverse %*% rest)
  )
}

model_case <- function(name, data) {
  data <- data[!is.na(data$value), ]
  data$team <- factor(data$team)
  sharpened <- sharp(value ~ 1 + (1 | team), data)
  fit <- sharpened$fit
  ratio <- sharpened$theta^2
  effects <- ranef(fit, condVar = TRUE)$team
  again <- by_matrices(data$value, data$team, ratio)
  expected <- list(
    mu = as.numeric(fixef(fit)), mu_std_error = sqrt(as.numeric(vcov(fit))),
    tau2 = as.numeric(VarCorr(fit)$team), sigma2 = sigma(fit)^2,
    effects = effects[[1]],
    posterior_sd = sqrt(as.numeric(attr(effects, "postVar"))),
    n_respondents = nrow(data), n_teams = nlevels(data$team)
  )
  stopifnot(
    abs(again$mu - expected$mu) < 1e-10, abs(again$sigma2 / expected$sigma2 - 1) < 1e-10,
    abs(again$mu_std_error / expected$mu_std_error - 1) < 1e-9,
    max(abs(again$effects - expected$effects)) < 1e-9
  )
  list(
    name = name, software = "R 4.2.2, lme4 1.1-31", rtol = 1e-7,
    why = "derivatives of lme4's deviance are numerical: 1e-8 in the ratio of variances",
    data = as.list(data), expected = expected
  )
}

# Intervals: integrate over s = tau / sigma, find the root of the mixture's cdf.
posterior_case <- function(name, sizes, means, variances) {
  g <- length(sizes)
  n <- sum(sizes)
  within <- sum((sizes - 1) * variances, na.rm = TRUE)
  prior <- function(s) { # of s: half-Cauchy, flat, flat on its square
    if (g == 2) -log(1 + s^2) else if (g == 3) 0 else log(s)
  }
  at <- function(s) {
    w <- sizes / (1 + s^2 * sizes)
    mu <- sum(w * means) / sum(w)
    residual <- within + sum(w * (means - mu)^2)
    list(
      mu = mu, precision = sum(w), sigma2 = residual / (n - 1),
      rest = 1 / (1 + s^2 * sizes),
      log = -(n - 1) / 2 * log(residual) - sum(log(1 + s^2 * sizes)) / 2 -
        log(sum(w)) / 2 + prior(s)
    )
  }
  peak <- optimize(function(s) at(s)$log, c(1e-6, 20), maximum = TRUE)$objective
  over <- function(f) { # s = u / (1 - u), cut where the density bends
    inner <- function(u) {
      sapply(u, function(x) {
        s <- x / (1 - x)
        point <- at(s)
        exp(point$log - peak) * f(s, point) / (1 - x)^2
      })
    }
    ends <- c(0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1e4 / (1e4 + 1))
    sum(sapply(seq_len(length(ends) - 1), function(i) {
      integrate(inner, ends[i], ends[i + 1], rel.tol = 1e-11, subdivisions = 400)$value
    }))
  }
  whole <- over(function(s, point) 1)
  centre <- function(point, j) means[j] - point$rest[j] * (means[j] - point$mu)
  spread <- function(s, point, j, unseen = Inf) {
    r <- point$rest[j]
    sqrt(point$sigma2 * (s^2 * r + r^2 / point$precision + 1 / unseen))
  }
  limit <- function(j, p, unseen = Inf) {
    cdf <- function(x) {
      over(function(s, point) {
        pt((x - centre(point, j)) / spread(s, point, j, unseen), n - 1)
      }) / whole - p
    }
    uniroot(cdf, c(-20, 20), tol = 1e-12)$root
  }
  teams <- seq_along(sizes)
  first <- sapply(teams, function(j) over(function(s, p) centre(p, j)) / whole)
  second <- sapply(teams, function(j) {
    over(function(s, p) {
      centre(p, j)^2 + spread(s, p, j)^2 * (n - 1) / (n - 3)
    }) / whole
  })
  members <- sizes + seq_along(sizes)
  unseen <- members - sizes
  now <- function(p) {
    sapply(teams, function(j) {
      (sizes[j] * means[j] + unseen[j] * limit(j, p, unseen[j])) / members[j]
    })
  }
  list(
    name = name, software = "R 4.2.2, integrate and uniroot", rtol = 1e-6,
    why = "the package leaves out where the density is below e^-15, 3e-7, of its peak",
    data = list(
      team = sprintf("team %02d", teams), n_respondents = sizes, mean = means,
      variance = variances, n_members = members
    ),
    expected = list(
      posterior_mean = first, std_error = sqrt(second - first^2),
      conf_low = sapply(teams, limit, p = 0.025),
      conf_high = sapply(teams, limit, p = 0.975),
      now_low = now(0.025), now_high = now(0.975)
    )
  )
}

contrast_case <- function(name, data) {
  data$team <- factor(data$team)
  sizes <- as.numeric(table(data$team))
  means <- as.numeric(tapply(data$value, data$team, mean))
  variances <- as.numeric(tapply(data$value, data$team, var))
  fit <- lm(value ~ 0 + team, data)
  one <- function(j, weights) {
    contrast <- -weights / sum(weights[-j])
    contrast[j] <- 1
    parts <- contrast^2 * variances / sizes
    list(
      estimate = sum(contrast * coef(fit)),
      pooled = sqrt(as.numeric(t(contrast) %*% vcov(fit) %*% contrast)),
      separate = sqrt(sum(parts)),
      df = sum(parts)^2 / sum(parts^2 / (sizes - 1))
    )
  }
  both <- list(respondents = sizes, teams = rep(1, length(sizes)))
  expected <- lapply(both, function(weights) {
    rows <- lapply(seq_along(sizes), one, weights = weights)
    sapply(c("estimate", "pooled", "separate", "df"), function(field) {
      sapply(rows, `[[`, field)
    }, simplify = FALSE)
  })
  if (length(sizes) == 2) {
    welch <- t.test(value ~ team, data)
    stopifnot(
      abs(welch$stderr / expected$teams$separate[1] - 1) < 1e-12,
      abs(welch$parameter / expected$teams$df[1] - 1) < 1e-12
    )
  }
  list(
    name = name, software = "R 4.2.2, lm, t.test", rtol = 1e-10,
    why = "closed forms", data = as.list(data), expected = expected
  )
}

zero <- organisation(c(8, 3, 12, 1, 6), 0)
zero$value <- zero$value - ave(zero$value, zero$team) + 3 # equal means: no variance
cases <- list(
  models = list(
    model_case("unequal teams and singletons", organisation(
      c(1, 1, 2, 3, 5, 8, 13, 21, 34, 4), 0.5
    )),
    model_case("missing answers", organisation(c(6, 9, 4, 12, 7, 5, 15), 0.4, 11)),
    model_case("teams alike", zero),
    model_case("large differences", organisation(c(3, 4, 5, 6, 7, 30), 3)),
    model_case("two teams", data.frame(
      team = rep(c("a", "b"), c(4, 9)),
      value = c(1.25, 2, 2.5, 1.75, 3, 4.25, 3.5, 4, 2.75, 3.25, 4.5, 3.75, 3)
    ))
  ),
  intervals = list(
    posterior_case(
      "six teams", c(4, 30, 12, 9, 2, 1), c(1.5, 3.5, 2.8, 4, 2.2, 3.1),
      c(1, 0.8, 1.1, 0.7, 0.3, NA)
    ),
    posterior_case(
      "tau2 estimated at 0", c(9, 4, 16, 7), c(3, 3.1, 2.95, 3.3), c(1, 1.2, 0.9, 0.8)
    ),
    posterior_case("three teams", c(5, 6, 7), c(2.5, 3.5, 3.2), c(0.6, 0.8, 0.7)),
    posterior_case("two teams", c(5, 8), c(2.5, 3.5), c(0.6, 0.8)),
    posterior_case(
      "far apart", c(10, 8, 6, 12, 9), c(1, 2, 3, 4, 5), c(0.1, 0.2, 0.1, 0.2, 0.15)
    )
  ),
  contrasts = list(
    contrast_case("five teams", organisation(c(4, 9, 15, 3, 22), 0.4)),
    contrast_case("two teams", organisation(c(5, 11), 0.4))
  )
)

write_json(
  c(list(date = "2026-11-25"), cases), "tests/reference/cases/pooling.json",
  digits = 15, auto_unbox = TRUE, na = "null"
)
