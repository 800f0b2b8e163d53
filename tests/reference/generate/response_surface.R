# Write the reference values of the response surface of leaders and teams.
#
#     Rscript tests/reference/generate/response_surface.R
#
# lm and sandwich::vcovHC (HC3); slopes and curvatures by linear combination; joint tests
# by clubSandwich with one pair a cluster. HC3 is computed once more by leaving out one
# pair at a time; the script stops when they differ.

suppressPackageStartupMessages({library(sandwich); library(clubSandwich); library(jsonlite)})

surface <- function(name, data, midpoint) {
  d <- data[complete.cases(data), ]
  L <- d$leader - midpoint; S <- d$team - midpoint
  fit <- lm(d$outcome ~ L + S + I(L^2) + I(L * S) + I(S^2))
  V <- vcovHC(fit, type = "HC3")
  X <- model.matrix(fit)
  changes <- sapply(seq_len(nrow(X)), function(i)
    coef(fit) - lm.fit(X[-i, ], d$outcome[-i])$coefficients)
  if (max(abs(tcrossprod(changes) - V) / sqrt(outer(diag(V), diag(V)))) > 1e-8)
    stop(paste(name, "HC3"))
  A <- rbind(diag(6), c(0, 1, 1, 0, 0, 0), c(0, 0, 0, 1, 1, 1), c(0, 1, -1, 0, 0, 0),
             c(0, 0, 0, 1, -1, 1))
  estimate <- as.vector(A %*% coef(fit)); error <- sqrt(diag(A %*% V %*% t(A)))
  df <- df.residual(fit); t <- estimate / error
  robust <- vcovCR(fit, seq_len(nrow(d)), type = "CR2")  # one pair a cluster: HC2
  if (max(abs(robust / vcovHC(fit, type = "HC2") - 1)) > 1e-7) stop(paste(name, "HC2"))
  wald <- function(i) Wald_test(fit, constrain_zero(i), robust, test = "HTZ")
  all <- wald(2:6); curved <- wald(4:6)
  gap <- as.vector(scale(d$leader) - scale(d$team))
  vif <- sapply(2:6, function(k) 1 / (1 - summary(lm(X[, k] ~ X[, -k]))$r.squared))
  list(name = name, data = as.list(data), midpoint = midpoint,
       rows = list(estimate = estimate, std_error = error, statistic = t,
                   p_value = 2 * pt(-abs(t), df),
                   conf_low = estimate - qt(.975, df) * error,
                   conf_high = estimate + qt(.975, df) * error),
       fields = list(r_squared = summary(fit)$r.squared, df2 = all$df_denom,
                     statistic = all$Fstat, p_value = all$p_val,
                     curvature_statistic = curved$Fstat, curvature_df2 = curved$df_denom,
                     curvature_p_value = curved$p_val,
                     share_in_agreement = mean(abs(gap) <= .5),
                     share_leader_higher = mean(gap > .5),
                     share_team_higher = mean(gap < -.5), n_pairs = nrow(d),
                     correlation = cor(d$leader, d$team), largest_vif = max(vif)))
}

set.seed(20261127)
n <- 80; team <- round(rnorm(n, 3.2, .5), 3); leader <- round(.5 * team + rnorm(n, 1.8, .6), 3)
smooth <- data.frame(leader, team,
  outcome = round(3 + .3 * (team - 3) - .2 * (leader - team)^2 + rnorm(n, sd = .4), 3))
coarse <- data.frame(leader = sample(1:5, 64, TRUE, c(1, 2, 4, 6, 4)),
                     team = round(runif(64, 2, 4.5), 1))
coarse$outcome <- pmin(pmax(round(coarse$team + rnorm(64, sd = 1)), 1), 5)
coarse$leader[3] <- NA; coarse$outcome[c(9, 20)] <- NA

answer <- list(
  source = "synthetic data of this script",
  software = paste("R", getRversion(), "sandwich", packageVersion("sandwich"),
                   "clubSandwich", packageVersion("clubSandwich")),
  rtol = 1e-10, why = "closed forms in both programs",
  cases = list(surface("smooth ratings", smooth, 3),
               surface("whole ratings, missing ones, another midpoint", coarse, 2.5)))
write(toJSON(answer, digits = 15, auto_unbox = TRUE, na = "null"),
      "tests/reference/cases/response_surface.json")
