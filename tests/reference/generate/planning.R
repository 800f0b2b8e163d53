# Write the reference values of planning.
#
#     Rscript tests/reference/generate/planning.R
#
# Standard errors come from their formula, and again from the covariance matrix of the
# answers of explicit teams, added up. Power comes from pt with a non-centrality, and
# again from pf (a squared t). The script stops when two routes disagree. Clustered t
# tests come from clubSandwich. Only base R, clubSandwich and jsonlite.

suppressPackageStartupMessages({library(jsonlite); library(clubSandwich)})

agree <- function(a, b, tol = 1e-9) {
  stopifnot(isTRUE(all.equal(unname(a), unname(b), tolerance = tol)))
  a
}

# ---- power ---------------------------------------------------------------------

power_by_t <- function(shift, df, conf) {
  q <- qt((1 + conf) / 2, df)
  pt(q, df, ncp = shift, lower.tail = FALSE) + pt(-q, df, ncp = shift)
}
power_by_f <- function(shift, df, conf) {
  pf(qf(conf, 1, df), 1, df, ncp = shift^2, lower.tail = FALSE)
}
shift_for <- function(df, power, conf) {
  solve_with <- function(f) {
    uniroot(function(s) f(s, df, conf) - power, c(1e-6, 60), tol = 1e-13)$root
  }
  agree(solve_with(power_by_t), solve_with(power_by_f), 1e-8)
}

# ---- explicit teams --------------------------------------------------------------

# Covariance of all answers of teams of these sizes (everyone responds), over waves.
covariance <- function(sizes, sd, icc, waves = 1, r_team = 0, r_person = 0) {
  team <- rep(seq_along(sizes), sizes)
  person <- seq_along(team)
  same_team <- outer(team, team, "=="); same_person <- outer(person, person, "==")
  block <- function(same_wave) {
    between <- if (same_wave) 1 else r_team
    within <- if (same_wave) 1 else r_person
    sd^2 * (icc * between * same_team + (1 - icc) * within * same_person)
  }
  rows <- lapply(seq_len(waves), function(i) {
    do.call(cbind, lapply(seq_len(waves), function(j) block(i == j)))
  })
  do.call(rbind, rows)
}
variance_of <- function(weights, v) drop(t(weights) %*% v %*% weights)

cv_of <- function(sizes) sd(sizes) / mean(sizes)
spread <- function(k, cv) cv^2 * (k - 1) / k
deff <- function(k, m, cv, icc) max(1 + ((1 + spread(k, cv)) * m - 1) * icc, 1)
df_teams <- function(k, cv) max(k / (1 + spread(k, cv)) - 1, 1)
cv_answers <- function(a) sqrt(a$team_size_cv^2 + (1 - a$response) / (a$team_size * a$response))

defaults <- list(sd = 0.8, icc = 0.10, team_size = 12, team_size_cv = 0.5,
                 response = 0.7, conf_level = 0.95, power = 0.8)
with_defaults <- function(...) modifyList(defaults, list(...))

case <- function(call, arguments, a, expected) {
  list(call = call, arguments = arguments, assumptions = a, expected = expected)
}

# ---- mean ------------------------------------------------------------------------

mean_error <- function(k, all, a) {
  m <- a$team_size * a$response
  alone <- a$sd^2 / (k * m)
  clustered <- deff(k, m, cv_answers(a), a$icc) * alone
  df <- df_teams(k, cv_answers(a))
  if (is.null(all)) return(c(sqrt(clustered), df))
  f <- k / all
  parts <- c((1 - f) * clustered, f * (1 - a$response) * alone)
  c(sqrt(sum(parts)), sum(parts)^2 / sum(parts^2 / c(df, k * m - 1)))
}
for (sizes in list(c(4, 8, 12, 16, 20), c(9, 9, 9), c(1, 2, 30, 7, 5, 5))) {
  a <- with_defaults(response = 1, team_size = mean(sizes), team_size_cv = cv_of(sizes))
  n <- sum(sizes)
  direct <- variance_of(rep(1 / n, n), covariance(sizes, a$sd, a$icc))
  agree(mean_error(length(sizes), NULL, a)[1]^2, direct)
}
mean_case <- function(k, a, all = NULL) {
  e <- mean_error(k, all, a)
  arguments <- list(n_teams = k)
  if (!is.null(all)) arguments$teams_in_organisation <- all
  case("plan_mean", arguments, a,
       list(estimate = qt((1 + a$conf_level) / 2, e[2]) * e[1], std_error = e[1], df = e[2]))
}
mean_needed <- function(margin, a) {
  k <- 2
  while (with(list(e = mean_error(k, NULL, a)),
              qt((1 + a$conf_level) / 2, e[2]) * e[1]) > margin) k <- k + 1
  case("plan_mean", list(margin = margin), a, list(n_teams = k))
}

# ---- team ------------------------------------------------------------------------

level <- function(m, correction, conf) {
  q <- 1 - conf
  switch(correction, none = q, bonferroni = q / m,
         "benjamini-hochberg" = {
           # fixed point of alpha = q (1 + (m - 1) alpha) / m, by iteration
           alpha <- q / m
           for (i in 1:200) alpha <- q * (1 + (m - 1) * alpha) / m
           alpha
         })
}
team_difference <- function(answers, k, subscales, correction, a) {
  others <- (k - 1) * a$team_size * a$response
  within <- (1 - a$icc) * a$sd^2
  se <- sqrt(within * (1 / answers + 1 / others))
  df <- others + answers - k
  alpha <- level(k * subscales, correction, a$conf_level)
  case("plan_team", list(answers = answers, wish = "difference", n_teams = k,
                         n_subscales = subscales, correction = correction), a,
       list(estimate = shift_for(df, a$power, 1 - alpha) * se, std_error = se, df = df,
            alpha = alpha))
}
team_margin <- function(answers, a) {
  se <- sqrt((1 - a$icc) * a$sd^2 / answers)
  case("plan_team", list(answers = answers), a,
       list(estimate = qt((1 + a$conf_level) / 2, answers - 1) * se, std_error = se,
            df = answers - 1))
}
team_reliability <- function(answers, a) {
  tau2 <- a$icc * a$sd^2; sigma2 <- (1 - a$icc) * a$sd^2
  case("plan_team", list(answers = answers, wish = "reliability"), a,
       list(estimate = tau2 / (tau2 + sigma2 / answers)))
}

# ---- gap, change -------------------------------------------------------------------

gap_case <- function(k, leaders, a) {
  n_leaders <- k * leaders * a$response
  m <- a$team_size * a$response
  l <- a$sd^2 / n_leaders * (1 + (1 - a$response) / n_leaders)
  f <- deff(k, m, cv_answers(a), a$icc) * a$sd^2 / (k * m)
  df_l <- max(k / (1 + (1 - a$response) / (leaders * a$response)) - 1 - (1 - a$response), 1)
  df <- (l + f)^2 / (l^2 / df_l + f^2 / df_teams(k, cv_answers(a)) + 2 * l * f / (k - 1))
  df <- max(df, 1)
  case("plan_gap", list(n_teams = k, leaders_per_team = leaders), a,
       list(estimate = shift_for(df, a$power, a$conf_level) * sqrt(l + f),
            std_error = sqrt(l + f), df = df))
}

change_error <- function(k, waves, r_team, r_person, same, a) {
  m <- a$team_size * a$response
  chance <- (1 - a$response) / m
  shared <- if (same * a$response == 1) 0 else
    same * (1 - a$response)^2 / ((1 - same * a$response) * m)
  few <- (k - 1) / k
  own <- 1 + few * (a$team_size_cv^2 + chance)
  other <- r_team * (1 + few * (a$team_size_cv^2 + shared))
  between <- a$icc * a$sd^2 / k * (own - other)
  within <- (1 - a$icc) * a$sd^2 * (1 - same * r_person) / (k * m)
  # the squared weights of the slope times its length
  t <- seq(0, 1, length.out = waves)
  weights <- (t - mean(t)) / sum((t - mean(t))^2)
  sqrt(sum(weights^2) * (between + within))
}
for (waves in c(2, 5)) {
  sizes <- c(3, 9, 6, 14)
  a <- with_defaults(response = 1, team_size = mean(sizes), team_size_cv = cv_of(sizes))
  t <- seq(0, 1, length.out = waves)
  slope <- (t - mean(t)) / sum((t - mean(t))^2)
  n <- sum(sizes)
  v <- covariance(sizes, a$sd, a$icc, waves, 0.6, 0.4)
  direct <- variance_of(rep(slope / n, each = n), v)
  agree(change_error(length(sizes), waves, 0.6, 0.4, 1, a)^2, direct)
}
change_case <- function(k, a, waves = 2, r_team = 0.8, r_person = 0.5, same = 0) {
  se <- change_error(k, waves, r_team, r_person, same, a)
  df <- df_teams(k, cv_answers(a))
  case("plan_change", list(n_teams = k, n_waves = waves, team_correlation = r_team,
                           person_correlation = r_person, share_same_people = same), a,
       list(estimate = shift_for(df, a$power, a$conf_level) * se, std_error = se, df = df))
}

# ---- drivers -----------------------------------------------------------------------

driver_case <- function(k, predictors, icc_x, a) {
  m <- a$team_size * a$response; cv <- cv_answers(a)
  d <- max(1 + ((1 + cv^2) * m - 1) * a$icc * icc_x, 1)
  n <- k * m / d
  varied <- (cv^2 + 2 / m) * (k - 1) / k
  df <- min(n - predictors - 1, max(k / (1 + varied) - 1, 1))
  ratio <- shift_for(df, a$power, a$conf_level) / sqrt(n - predictors)
  # r as the cosine belonging to the tangent, rather than by the formula of the package
  case("plan_drivers", list(n_teams = k, n_predictors = predictors, icc_predictor = icc_x),
       a, list(estimate = sin(atan(ratio)), df = df, design_effect = d))
}
r_squared_case <- function(k, predictors, icc_x, r2, a) {
  m <- a$team_size * a$response; cv <- cv_answers(a)
  both <- r2 * (a$icc^2 + icc_x^2) / 2 + (1 - r2) * a$icc * icc_x
  n <- k * m / max(1 + ((1 + cv^2) * m - 1) * both, 1)
  # the null part: variance of a beta distribution, carried over to the adjusted value
  p <- predictors / 2; q <- (n - predictors - 1) / 2
  beta <- p * q / ((p + q)^2 * (p + q + 1)) * ((n - 1) / (n - predictors - 1))^2
  agree(beta, 2 * predictors / ((n + 1) * (n - predictors - 1)))
  # the large part: Olkin and Finn, times the square of the same factor
  olkin <- 4 * r2 * (1 - r2)^2 * (n - predictors - 1)^2 / ((n^2 - 1) * (n + 3)) *
    ((n - 1) / (n - predictors - 1))^2
  se <- sqrt(olkin + (1 - r2)^2 * beta)
  df <- n - predictors - 1
  case("plan_drivers", list(n_teams = k, wish = "r_squared", n_predictors = predictors,
                            r_squared = r2, icc_predictor = icc_x), a,
       list(estimate = qt((1 + a$conf_level) / 2, df) * se, std_error = se, df = df))
}

cases <- list(
  mean_case(20, defaults), mean_case(3, defaults), mean_case(2, with_defaults(icc = 0)),
  mean_case(12, with_defaults(team_size = 3, response = 0.3, team_size_cv = 0)),
  mean_case(8, with_defaults(team_size_cv = 0, response = 1, icc = 0.3)),
  mean_case(10, defaults, 40), mean_case(10, with_defaults(response = 0.4), 10),
  mean_needed(0.15, defaults), mean_needed(0.05, with_defaults(icc = 0.02, conf_level = 0.9)),
  team_margin(5, defaults), team_margin(30, with_defaults(icc = 0.3, sd = 1)),
  team_reliability(7, with_defaults(icc = 0.2)), team_reliability(1, defaults),
  team_difference(8, 30, 12, "benjamini-hochberg", defaults),
  team_difference(8, 30, 12, "bonferroni", defaults),
  team_difference(5, 3, 1, "none", with_defaults(power = 0.9)),
  gap_case(20, 1, defaults), gap_case(6, 2, with_defaults(response = 0.9, icc = 0.25)),
  gap_case(4, 1, with_defaults(response = 0.6)),
  change_case(20, defaults), change_case(4, defaults, r_team = 0.3),
  change_case(15, defaults, same = 0.7, r_person = 0.6),
  change_case(10, with_defaults(sd = 1), waves = 8, same = 0.5),
  change_case(10, with_defaults(response = 1), same = 1),
  driver_case(25, 9, 0.1, defaults), driver_case(60, 3, 0.4, with_defaults(power = 0.9)),
  r_squared_case(25, 9, 0.1, 0.3, defaults), r_squared_case(60, 4, 0.4, 0.1, defaults)
)

# ---- two groups: power.t.test, and clusters as of Hemming et al. (2011) ---------------

two_groups <- lapply(list(c(0.5, 1, 20), c(0.3, 0.8, 64), c(1.2, 1, 4)), function(x) {
  list(difference = x[1], sd = x[2], n_per_group = x[3],
       power = power.t.test(n = x[3], delta = x[1], sd = x[2], strict = TRUE)$power)
})
needed <- lapply(list(c(0.5, 1, 1), c(0.25, 0.8, 1.9)), function(x) {
  n <- power.t.test(delta = x[1], sd = x[2], power = 0.8, strict = TRUE,
                    tol = 1e-12)$n
  list(target = x[1], sd = x[2], design_effect = x[3], exact = n * x[3])
})

# ---- clustered t tests ----------------------------------------------------------------

oracle <- read.csv("tests/reference/oracle/synth_complete.csv")
oracle$valence <- rowMeans(oracle[paste0("valence", 1:4)])
oracle$efficacy <- rowMeans(oracle[paste0("efficacy", 1:4)])
oracle$support <- rowMeans(oracle[paste0("support", 1:4)])
clustered <- lapply(
  list(list("valence ~ 1", 1), list("valence ~ efficacy", 2),
       list("outcome ~ valence + efficacy + support", 2)),
  function(x) {
    model <- lm(as.formula(x[[1]]), data = oracle)
    test <- coef_test(model, vcov = "CR2", cluster = oracle$team)
    list(model = x[[1]], column = x[[2]] - 1, estimate = test$beta[x[[2]]],
         std_error = test$SE[x[[2]]], df = test$df[x[[2]]])
  })

write(toJSON(list(
  statistic = "plan_mean, plan_team, plan_gap, plan_change, plan_drivers, power_two_groups",
  source = "formulas of each function; oracle/synth_complete.csv for clustered tests",
  software = paste0("R ", getRversion(), ", clubSandwich ", packageVersion("clubSandwich")),
  date = "2026-11-25",
  rtol = 1e-7,
  why = paste("closed forms, and roots of pt that R's own pt limits to about 1e-8;",
              "variances agree with explicit covariance matrices to 1e-9"),
  cases = cases, two_groups = two_groups, needed = needed, clustered = clustered
), auto_unbox = TRUE, digits = NA, pretty = TRUE), "tests/reference/cases/planning.json")
