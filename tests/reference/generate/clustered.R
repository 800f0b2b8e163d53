# Write the reference values of regressions and group means of people in teams.
#
#     Rscript tests/reference/generate/clustered.R
#
# clubSandwich gives the standard errors, Satterthwaite's degrees of freedom and the HTZ
# test. CR2 and its degrees of freedom are computed once more from the full hat matrix,
# straight from their definition; the script stops when the two disagree.

suppressPackageStartupMessages({library(clubSandwich); library(jsonlite)})

inverse_root <- function(m) {
  e <- eigen(m, symmetric = TRUE)
  keep <- e$values > 1e-10
  e$vectors[, keep, drop = FALSE] %*%
    (t(e$vectors[, keep, drop = FALSE]) / sqrt(e$values[keep]))
}

by_definition <- function(fit, team) {
  X <- model.matrix(fit); M <- solve(crossprod(X)); R <- diag(nrow(X)) - X %*% M %*% t(X)
  e <- residuals(fit); p <- ncol(X); V <- matrix(0, p, p)
  rows <- split(seq_along(team), team)
  maps <- lapply(rows, function(i)
    M %*% t(X[i, , drop = FALSE]) %*% inverse_root(R[i, i, drop = FALSE]))
  for (j in seq_along(rows)) V <- V + tcrossprod(maps[[j]] %*% e[rows[[j]]])
  df <- sapply(seq_len(p), function(k) {
    G <- sapply(seq_along(rows), function(j)
      R[, rows[[j]], drop = FALSE] %*% maps[[j]][k, ])
    P <- crossprod(G); sum(diag(P))^2 / sum(P^2)
  })
  list(V = V, df = df)
}

agree <- function(a, b, what) if (max(abs(a - b) / pmax(abs(b), 1e-8)) > 1e-8) stop(what)

regression <- function(name, data, formula, joint) {
  complete <- data[complete.cases(data), ]
  fit <- lm(formula, complete)
  out <- lapply(c("CR0", "CR1", "CR1S", "CR2"), function(type) {
    V <- vcovCR(fit, complete$team, type = type)
    table <- coef_test(fit, V, test = "Satterthwaite", coefs = "All")
    wald <- Wald_test(fit, constrain_zero(joint), V, test = "HTZ")
    if (type == "CR2") {
      own <- by_definition(fit, complete$team)
      agree(unname(sqrt(diag(own$V))), table$SE, paste(name, "SE"))
      agree(own$df, table$df_Satt, paste(name, "df"))
    }
    list(estimate = table$beta, std_error = table$SE, statistic = table$tstat,
         df = table$df_Satt, p_value = table$p_Satt,
         joint_statistic = wald$Fstat, joint_df2 = wald$df_denom,
         joint_p_value = wald$p_val)
  })
  names(out) <- c("cr0", "cr1", "cr1s", "cr2")
  plain <- summary(fit)
  out$classical <- list(
    estimate = unname(coef(fit)), std_error = unname(plain$coefficients[, 2]),
    statistic = unname(plain$coefficients[, 3]), df = rep(fit$df.residual, length(coef(fit))),
    p_value = unname(plain$coefficients[, 4]))
  list(name = name, kind = "regression", data = as.list(data), joint = joint - 1,
       predictors = I(attr(terms(fit), "term.labels")),
       r_squared = plain$r.squared, residual_sd = plain$sigma,
       n_respondents = nrow(complete), n_teams = length(unique(complete$team)),
       expected = out)
}

groups <- function(name, data) {
  data$group <- factor(data$group)
  fit <- lm(y ~ 0 + group, data)
  V <- vcovCR(fit, data$team, type = "CR2")
  k <- nlevels(data$group)
  wald <- Wald_test(fit, constrain_equal(1:k), V, test = "HTZ")
  means <- coef_test(fit, V, test = "Satterthwaite")
  pairs <- lapply(seq_len(k - 1), function(a) lapply((a + 1):k, function(b) {
    w <- rep(0, k); w[a] <- 1; w[b] <- -1
    t <- linear_contrast(fit, V, matrix(w, 1), test = "Satterthwaite", level = .95,
                         p_values = TRUE)
    list(first = levels(data$group)[a], second = levels(data$group)[b],
         estimate = t$Est, std_error = t$SE, df = t$df, p_value = t$p_val,
         conf_low = t$CI_L, conf_high = t$CI_U)
  }))
  pairs <- unlist(pairs, recursive = FALSE)
  list(name = name, kind = "groups", data = lapply(as.list(data), as.character),
       means = list(estimate = means$beta, std_error = means$SE, df = means$df_Satt),
       pairs = pairs,
       holm = p.adjust(sapply(pairs, `[[`, "p_value"), "holm"),
       omnibus = list(statistic = wald$Fstat, df2 = wald$df_denom, p_value = wald$p_val))
}

set.seed(20261125)
sizes <- c(1, 1, 2, 3, 4, 5, 7, 9, 12, 15, 22)
team <- rep(seq_along(sizes), sizes); n <- length(team)
person <- rnorm(n); climate <- round(rnorm(length(sizes)), 2)[team]
leader <- as.numeric(ave(person, team, FUN = function(v) v == max(v)))
y <- 3 + .2 * person + .3 * climate + rnorm(length(sizes), sd = .4)[team] + rnorm(n, sd = .8)
unequal <- data.frame(y = round(y, 3), person = round(person, 3), climate, leader, team)

ties <- unequal; ties$y <- pmin(pmax(round(ties$y), 1), 5)
ties$y[c(3, 40)] <- NA; ties$person[17] <- NA; ties$team[60] <- NA

lone <- unequal[unequal$team > 3, ]
lone$new <- as.numeric(lone$team == 7)  # one team alone determines this slope

flat <- unequal[unequal$team > 2, c("y", "person", "team")]
flat$y <- round(flat$y - ave(flat$y, flat$team) + 3, 3)  # nearly no variance between teams

synth <- read.csv("tests/reference/oracle/synth_complete.csv")
synth$y <- rowMeans(synth[paste0("valence", 1:4)])
real <- data.frame(y = synth$y, manager = as.numeric(synth$level == "manager"),
                   site_b = as.numeric(synth$site == "B"),
                   site_c = as.numeric(synth$site == "C"), team = synth$team)

crossed <- data.frame(y = unequal$y, group = ifelse(leader == 1, "leader", "floor"), team)
nested <- data.frame(y = unequal$y, group = c("a", "b", "c")[team %% 3 + 1], team)
mixed <- data.frame(y = ties$y, group = sample(letters[1:4], n, TRUE), team = ties$team)
mixed <- mixed[complete.cases(mixed), ]
by_site <- data.frame(y = synth$y, group = synth$site, team = synth$team)
by_level <- data.frame(y = synth$y, group = synth$level, team = synth$team)

cases <- list(
  regression("unequal teams with singletons", unequal, y ~ person + climate + leader, 2:4),
  regression("tied answers, missing ones", ties, y ~ person + climate + leader, c(2, 4)),
  regression("a slope that one team determines", lone, y ~ person + new, 2:2),
  regression("no variance between teams", flat, y ~ person, 1:2),
  regression("synthetic organisation", real, y ~ manager + site_b + site_c, 2:4),
  groups("leaders and floor of the same teams", crossed),
  groups("whole teams in three groups", nested),
  groups("four groups across teams, tied answers", mixed),
  groups("synthetic organisation by site", by_site),
  groups("synthetic organisation by level", by_level))

answer <- list(
  source = "synthetic data of this script, and tests/reference/oracle",
  software = paste("R", getRversion(), "clubSandwich", packageVersion("clubSandwich")),
  rtol = 1e-10,
  why = "closed forms; R works with n by n blocks, we with p by p ones",
  cases = cases)
write(toJSON(answer, digits = 15, auto_unbox = TRUE, na = "null"),
      "tests/reference/cases/clustered.json")
