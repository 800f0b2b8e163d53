# Change between waves: clustered wave means, Welch and Johansen, mixed models, make-up.
# Run from the repository root: Rscript tests/reference/generate/change.R
# It stops where two independent routes disagree.
suppressMessages({library(clubSandwich); library(nlme); library(lme4)
  library(lmerTest); library(jsonlite)})
set.seed(20261125)
number <- function(x) if (is.null(x)) NULL else signif(as.numeric(x), 15)
same <- function(a, b, tol, what) if (max(abs(a / b - 1)) > tol)
  stop(what, ": ", max(abs(a / b - 1)))

# ---- anonymous waves in unequal teams; some teams in one wave only, some of one --------
sizes <- c(1, 1, 2, 3, 3, 4, 5, 7, 9, 12, 20, 33)
make_wave <- function(wave, absent) {
  team <- rep(seq_along(sizes), pmax(1, sizes + (wave %% 2)))
  effect <- round(sin(3 * team), 2) * .5
  value <- round(3 + effect + .15 * wave + .1 * cos(team * wave) + rnorm(length(team)), 2)
  data.frame(wave, team = sprintf("t%02d", team), value,
             weight = round(runif(length(team), .5, 2), 2))[!(team %in% absent), ]
}
absent <- list(c(2, 9), integer(), c(5), c(1, 11), 7)
rows <- do.call(rbind, Map(make_wave, 0:4, absent))
rows$wave_f <- factor(rows$wave)

cr2_contrast <- function(fit, cluster, contrast) {
  V <- vcovCR(fit, cluster = cluster, type = "CR2")
  w <- Wald_test(fit, constraints = matrix(contrast, 1), vcov = V, test = "HTZ")
  est <- sum(contrast * coef(fit)); se <- sqrt(drop(contrast %*% V %*% contrast))
  same(w$Fstat, (est / se)^2, 1e-8, "HTZ of one contrast is the squared t")
  list(estimate = number(est), std_error = number(se), df = number(w$df_denom))
}
# CR2 from its definition with full matrices, the working variance being 1 / weight and
# the root taken of the hat matrix of the standardised residuals. clubSandwich roots
# another matrix where weights differ within a team (standard error .2127, here .2163);
# both are unbiased under the working variance.
cr2_by_matrices <- function(fit, cluster, contrast) {
  X <- model.matrix(fit); w <- weights(fit); if (is.null(w)) w <- rep(1, nrow(X))
  Xs <- sqrt(w) * X; bread <- solve(crossprod(Xs))
  maker <- diag(nrow(X)) - Xs %*% bread %*% t(Xs)
  columns <- sapply(unique(cluster), function(name) {
    mine <- which(cluster == name)
    e <- eigen(maker[mine, mine, drop = FALSE], symmetric = TRUE)
    root <- e$vectors %*% (e$values^-.5 * t(e$vectors))
    maker[, mine, drop = FALSE] %*% root %*% Xs[mine, , drop = FALSE] %*% bread %*% contrast
  })
  moments <- crossprod(columns)
  list(estimate = number(sum(contrast * coef(fit))),
       std_error = number(sqrt(sum(crossprod(columns, sqrt(w) * fit$model$value)^2))),
       df = number(sum(diag(moments))^2 / sum(moments^2)))
}
two <- rows[rows$wave < 2, ]
fit2 <- lm(value ~ 0 + wave_f, droplevels(two))
fit2w <- lm(value ~ 0 + wave_f, droplevels(two), weights = weight)
fit2p <- lm(value ~ wave, two)
V1 <- vcovCR(fit2p, cluster = two$team, type = "CR1S")
two_waves <- list(
  cr2 = cr2_contrast(fit2, two$team, c(-1, 1)),
  weighted = cr2_by_matrices(fit2w, two$team, c(-1, 1)),
  weighted_alone = cr2_by_matrices(fit2w, seq_len(nrow(two)), c(-1, 1)),
  cr1 = list(estimate = number(coef(fit2p)[2]), std_error = number(sqrt(V1[2, 2])),
             df = length(unique(two$team)) - 1))
ct <- coef_test(fit2p, vcov = "CR2", cluster = two$team, test = "Satterthwaite")
same(ct$SE[2], two_waves$cr2$std_error, 1e-9, "CR2 in two parameterisations")
same(ct$df_Satt[2], two_waves$cr2$df, 1e-9, "df in two parameterisations")

matrices <- cr2_by_matrices(fit2, two$team, c(-1, 1))
same(unlist(matrices), unlist(two_waves$cr2), 1e-9, "CR2 by clubSandwich and by matrices")
alone <- vcovCR(fit2w, cluster = seq_len(nrow(two)), type = "CR2", target = 1 / two$weight,
                inverse_var = TRUE)
same(sqrt(sum(diag(alone))), two_waves$weighted_alone$std_error, 1e-9, "weights, no teams")

times <- c(0, 2, 3, 7, 8)
fit5 <- lm(value ~ 0 + wave_f, rows)
share <- as.numeric(table(rows$wave_f)) / nrow(rows)
slope_of <- function(share, times) {
  away <- times - sum(share * times); share * away / sum(share * away^2)
}
slope <- slope_of(share, times)
same(sum(slope * coef(fit5)), coef(lm(value ~ times[wave + 1], rows))[2], 1e-9, "slope")
line <- function(at) share + (at - sum(share * times)) * slope
deviations <- qr.Q(qr(cbind(1, times)), complete = TRUE)[, 3:5]
V5 <- vcovCR(fit5, cluster = rows$team, type = "CR2")
htz <- Wald_test(fit5, constraints = t(deviations), vcov = V5, test = "HTZ")
cells <- aggregate(value ~ team + wave, rows, function(v) c(length(v), mean(v)))
trend <- list(
  times = times,
  slope = cr2_contrast(fit5, rows$team, slope),
  steps = lapply(1:4, function(w) cr2_contrast(fit5, rows$team, diag(5)[w + 1, ] - diag(5)[w, ])),
  means = lapply(1:5, function(w) cr2_contrast(fit5, rows$team, diag(5)[w, ])),
  line = lapply(times, function(at) cr2_contrast(fit5, rows$team, line(at))),
  linearity = list(statistic = number(htz$Fstat), df = 3, df2 = number(htz$df_denom)))

# ---- without teams: Welch's error; for equal means Johansen's F is Welch's ------------
m <- tapply(rows$value, rows$wave, mean); v <- tapply(rows$value, rows$wave, var)
n <- tapply(rows$value, rows$wave, length)
johansen <- function(C) {
  S <- diag(v / n); inv <- solve(C %*% S %*% t(C)); q <- nrow(C)
  A <- 0
  for (g in seq_along(n)) {
    Q <- diag(as.numeric(seq_along(n) == g)); B <- S %*% t(C) %*% inv %*% C %*% Q
    A <- A + (sum(diag(B %*% B)) + sum(diag(B))^2) / (n[g] - 1) / 2
  }
  list(statistic = number(t(C %*% m) %*% inv %*% (C %*% m) / (q + 2 * A - 6 * A / (q + 2))),
       df = q, df2 = number(q * (q + 2) / (3 * A)))
}
equal <- johansen(cbind(-1, diag(4)))
welch <- oneway.test(value ~ wave, rows)
same(c(equal$statistic, equal$df2), c(welch$statistic, welch$parameter[2]), 1e-9, "Welch")
parts <- slope^2 * v / n
plain <- list(
  slope = list(estimate = number(sum(slope * m)), std_error = number(sqrt(sum(parts))),
               df = number(sum(parts)^2 / sum(parts^2 / (n - 1)))),
  linearity = johansen(t(deviations)))
tt <- t.test(rows$value[rows$wave == 1], rows$value[rows$wave == 0])
plain$first_step <- list(estimate = number(tt$estimate[1] - tt$estimate[2]),
                         df = number(tt$parameter), p_value = number(tt$p.value))

# ---- linked people, some missing; in teams of unequal size -----------------------------
n_people <- 90
team <- rep(1:14, c(1, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 14, 16))
person_effect <- rnorm(n_people, 0, .6); team_effect <- rnorm(14, 0, .5)
linked <- expand.grid(person = seq_len(n_people), wave = 0:3)
linked$team <- team[linked$person]
linked$value <- round(3 + person_effect[linked$person] + team_effect[linked$team] +
  .12 * linked$wave + rnorm(nrow(linked), 0, .7), 2)
linked <- linked[runif(nrow(linked)) > .25, ]
linked$wave_f <- factor(linked$wave)
tight <- lmerControl(optimizer = "nloptwrap",
  optCtrl = list(xtol_abs = 1e-14, ftol_abs = 1e-14, xtol_rel = 1e-14, ftol_rel = 1e-15,
                 maxeval = 100000))
mixed <- function(formula, data, lme_random, fixed) {
  fit <- lmerTest::lmer(formula, data, REML = TRUE, control = tight)
  table <- summary(fit, ddf = "Satterthwaite")$coefficients
  peer <- lme(fixed, data, random = lme_random,
              control = lmeControl(msTol = 1e-12, tolerance = 1e-12, msMaxIter = 500))
  same(fixef(peer), fixef(fit), 1e-5, "nlme and lme4, fixed effects")
  v <- as.data.frame(VarCorr(fit))
  list(estimate = number(table[, "Estimate"]), std_error = number(table[, "Std. Error"]),
       df = number(table[, "df"]),
       containment = unname(peer$fixDF$X[length(fixef(peer))]),
       variances = setNames(as.list(number(v$vcov)), v$grp),
       log_likelihood = number(logLik(fit)))
}
linked_cases <- list(
  person = mixed(value ~ wave_f + (1 | person), linked, ~ 1 | person, value ~ wave_f),
  person_linear = mixed(value ~ wave + (1 | person), linked, ~ 1 | person, value ~ wave),
  person_in_team = mixed(value ~ wave_f + (1 | team) + (1 | person), linked,
                         ~ 1 | team / person, value ~ wave_f),
  linear_in_team = mixed(value ~ wave + (1 | team) + (1 | person), linked,
                         ~ 1 | team / person, value ~ wave))
# no lasting differences between people: the variance is at its limit of 0
flat <- expand.grid(person = 1:40, wave = 0:2)
flat$value <- round(3 + .1 * flat$wave + ifelse((flat$person + flat$wave) %% 3 == 0, 1, -.5) +
  rnorm(120, 0, .3), 2)
at_zero <- suppressMessages(lmerTest::lmer(value ~ factor(wave) + (1 | person), flat))
stopifnot(as.data.frame(VarCorr(at_zero))$vcov[1] == 0)
ols <- summary(lm(value ~ factor(wave), flat))$coefficients
linked_cases$zero <- list(estimate = number(ols[, 1]), std_error = number(ols[, 2]),
                          df = 117, log_likelihood = number(logLik(at_zero)))

# ---- make-up: Kitagawa by hand, standard error from one regression a wave ------
first <- data.frame(group = rep(c("a", "b", "c", "d"), c(12, 30, 7, 1)))
first$value <- round(rnorm(50, match(first$group, letters) / 2 + 2), 2)
second <- data.frame(group = rep(c("a", "b", "c", "d"), c(25, 14, 9, 3)))
second$value <- round(rnorm(51, match(second$group, letters) / 2 + 2.3), 2)
chi <- suppressWarnings(chisq.test(rbind(table(first$group), table(second$group))))
s1 <- prop.table(table(first$group)); s2 <- prop.table(table(second$group))
m1 <- tapply(first$value, first$group, mean); m2 <- tapply(second$value, second$group, mean)
within <- sum((s1 + s2) / 2 * (m2 - m1)); makeup <- sum((s2 - s1) * (m1 + m2) / 2)
same(within + makeup, mean(second$value) - mean(first$value), 1e-9, "Kitagawa")
fits <- list(lm(value ~ 0 + group, first), lm(value ~ 0 + group, second))
average <- as.numeric((s1 + s2) / 2)
parts <- sapply(fits, function(f) drop(average %*% vcov(f) %*% average))
freedom <- sapply(fits, df.residual)
composition <- list(
  within = number(within), composition = number(makeup),
  std_error = number(sqrt(sum(parts))), df = number(sum(parts)^2 / sum(parts^2 / freedom)),
  chi_square = number(chi$statistic), chi_square_p_value = number(chi$p.value),
  total_variation = number(sum(abs(s2 - s1)) / 2))

# ---- logistic regression of staying ----------------------------------------------------
stay <- data.frame(score = round(rnorm(60, 3, .8), 2), other = round(rnorm(60, 3, 1), 2))
stay$stayed <- as.integer(runif(60) < plogis(.4 + .8 * (stay$score - 3)))
scaled <- data.frame(stayed = stay$stayed, scale(stay[, 1:2]))
logit <- summary(glm(stayed ~ score + other, binomial, scaled,
                     control = glm.control(epsilon = 1e-14)))$coefficients
leavers <- t.test(stay$score[stay$stayed == 0], stay$score[stay$stayed == 1])
attrition <- list(estimate = number(logit[2:3, 1]), std_error = number(logit[2:3, 2]),
  difference = number(leavers$estimate[1] - leavers$estimate[2]),
  difference_df = number(leavers$parameter),
  wilson = number(prop.test(sum(stay$stayed == 0), 60, correct = FALSE)$conf.int))

out <- list(
  source = "synthetic rows with awkward teams, made by the script",
  software = paste0(R.version.string, "; clubSandwich ", packageVersion("clubSandwich"),
    "; lme4 ", packageVersion("lme4"), "; lmerTest ", packageVersion("lmerTest"),
    "; nlme ", packageVersion("nlme")),
  script = "tests/reference/generate/change.R",
  rtol = list(
    closed_form = list(value = 1e-9, reason = "same closed form; R wrote 15 digits"),
    reml = list(value = 1e-6, reason = "lme4 stops its search within this of the optimum"),
    satterthwaite = list(value = 1e-6,
      reason = "lmerTest differentiates numerically, twice, at lme4's optimum")),
  rows = as.list(rows[c("wave", "team", "value", "weight")]),
  two_waves = two_waves, trend = trend, plain = plain,
  linked = as.list(linked[c("person", "wave", "team", "value")]),
  flat = as.list(flat), linked_cases = linked_cases,
  first = as.list(first), second = as.list(second), composition = composition,
  stay = as.list(stay), attrition = attrition)
write_json(out, "tests/reference/cases/change.json", digits = 15, auto_unbox = TRUE)
