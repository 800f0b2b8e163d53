# Write the reference values of weights, weighted means and post-stratification.
#
#     Rscript tests/reference/generate/weights.R
#
# Raking comes from survey::rake and again from a plain loop over the margins; the
# script stops when the two disagree. Standard errors come from survey's linearisation.
# Only survey, base R and jsonlite.

suppressPackageStartupMessages({library(survey); library(jsonlite)})
synth <- read.csv("tests/reference/oracle/synth_complete.csv")
synth$score <- rowMeans(synth[, paste0("valence", 1:4)])
level <- c(manager = 150, staff = 450)
site <- c(A = 300, B = 200, C = 100)
outcome_third <- cut(synth$outcome, quantile(synth$outcome, c(0, .2, .7, 1)),
                     labels = c("low", "mid", "high"), include.lowest = TRUE)
synth$third <- as.character(outcome_third)

same <- function(a, b, tol = 1e-9) {
  if (max(abs(a - b)) > tol * max(1, abs(b))) stop("two routes disagree")
}
frame_of <- function(name, totals) {
  frame <- data.frame(names(totals), unname(totals)); names(frame) <- c(name, "Freq")
  frame
}
loop <- function(data, margins, w) {
  for (round in 1:5000) for (name in names(margins)) {
    reached <- tapply(w, data[[name]], sum)
    w <- w * (margins[[name]][names(reached)] / reached)[data[[name]]]
  }
  unname(w)
}
mean_of <- function(design) {
  m <- svymean(~score, design, na.rm = TRUE)
  c(unname(coef(m)), unname(SE(m)[1]))
}

# ---- raking --------------------------------------------------------------------

raked <- function(data, margins, w, cluster = NULL) {
  data$w <- w
  ids <- if (is.null(cluster)) ~1 else ~team
  design <- svydesign(ids, data = data, weights = ~w)
  design <- rake(design, lapply(names(margins), function(n) as.formula(paste("~", n))),
                 lapply(names(margins), function(n) frame_of(n, margins[[n]])),
                 control = list(epsilon = 1e-13, maxit = 5000))
  same(weights(design), loop(data, margins, w))
  design
}
# The same weights by calibration, whose residuals have the design weights.
calibrated <- function(data, margins, w, cluster = NULL) {
  data$w <- w
  for (n in names(margins)) data[[n]] <- factor(data[[n]], names(margins[[n]]))
  design <- svydesign(if (is.null(cluster)) ~1 else ~team, data = data, weights = ~w)
  formula <- as.formula(paste("~", paste(names(margins), collapse = "+")))
  totals <- c("(Intercept)" = sum(margins[[1]]))
  for (n in names(margins)) {
    part <- margins[[n]][-1]; totals[paste0(n, names(part))] <- part
  }
  design <- calibrate(design, formula, totals, calfun = "raking", epsilon = 1e-13,
                      maxit = 500)
  same(weights(design), loop(data, margins, w))
  design
}
cell_means <- function(design, data, margins) {
  key <- do.call(paste, c(data[names(margins)], sep = " "))
  as.list(tapply(weights(design), key, mean))
}

uneven <- round(0.5 + (synth$team %% 5) / 2, 1)  # design weights .5 to 2.5
gaps <- synth; gaps$score[seq(1, nrow(gaps), by = 7)] <- NA
two <- list(level = level, site = site)
three <- list(level = level, site = site, third = c(low = 200, mid = 250, high = 150))
cases <- list(
  list(name = "two margins", data = synth, margins = two, w = rep(1, 630)),
  list(name = "three margins", data = synth, margins = three, w = rep(1, 630)),
  list(name = "design weights", data = synth, margins = two, w = uneven),
  list(name = "missing scores", data = gaps, margins = two, w = uneven))
out <- lapply(cases, function(case) {
  design <- raked(case$data, case$margins, case$w)
  clustered <- raked(case$data, case$margins, case$w, cluster = TRUE)
  case$data$own <- weights(design)
  plain <- svydesign(~1, data = case$data, weights = ~own)
  nested <- svydesign(~team, data = case$data, weights = ~own)
  w <- weights(design)
  first <- c(1:3, 628:630)
  list(name = case$name, margins = lapply(case$margins, as.list),
       first_and_last_weights = unname(w)[first], kish = sum(w)^2 / sum(w^2),
       design = mean_of(calibrated(case$data, case$margins, case$w)),
       design_teams = mean_of(calibrated(case$data, case$margins, case$w, TRUE)),
       equal = mean_of(design), equal_teams = mean_of(clustered),
       plain = mean_of(plain), plain_teams = mean_of(nested))
})

# ---- units as strata: members known ---------------------------------------------

strata <- subset(synth, !(team %in% c(1, 2)))
counts <- table(strata$team)
members <- setNames(2 * as.integer(counts) + seq_along(counts) %% 4, names(counts))
members[[3]] <- counts[[3]]                                   # everyone answered
strata$N <- members[as.character(strata$team)]
strata$w <- strata$N / as.integer(counts[as.character(strata$team)])
finite <- svydesign(~1, strata = ~team, data = strata, weights = ~w, fpc = ~N)
infinite <- svydesign(~1, strata = ~team, data = strata, weights = ~w)
by_hand <- {
  m <- tapply(strata$score, strata$team, mean); v <- tapply(strata$score, strata$team, var)
  W <- members / sum(members); n <- as.integer(counts)
  c(sum(W * m), sqrt(sum(W^2 * v / n * (1 - n / members))), sqrt(sum(W^2 * v / n)))
}
same(by_hand, c(mean_of(finite), mean_of(infinite)[2]), 1e-12)
limits <- confint(svymean(~score, finite), df = degf(finite))
kish <- sum(strata$w)^2 / sum(strata$w^2)

# each unit's own margin of error
own <- lapply(names(counts), function(t) {
  part <- strata[strata$team == as.integer(t), ]
  design <- svydesign(~1, data = part, fpc = ~N, weights = ~w)
  ci <- confint(svymean(~score, design), df = degf(design))
  list(team = as.integer(t), n_members = unname(members[[t]]),
       std_error = mean_of(design)[2], conf_low = ci[1], conf_high = ci[2])
})

# ---- early and late --------------------------------------------------------------

moment <- (synth$team * 37 + seq_len(630) * 13) %% 211       # with ties
early <- moment <= sort(moment)[210]; late <- moment >= sort(moment)[421]
welch <- t.test(synth$score[late], synth$score[early])
rank_test <- suppressWarnings(cor.test(synth$score, moment, method = "spearman",
                                       exact = FALSE))
# cor.test's default p comes from another approximation; the t one is by hand
rho <- unname(rank_test$estimate)
p <- 2 * pt(-abs(rho * sqrt(628 / (1 - rho^2))), 628)
pearson <- cor.test(rank(synth$score), rank(moment))
same(c(rho, p), c(unname(pearson$estimate), pearson$p.value), 1e-12)

write_json(list(
  statistic = "rake, weighted_mean, poststratified_mean, margins_of_error, compare_early_late",
  source = "oracle/synth_complete.csv: score is the mean of valence1 to valence4",
  software = paste("R", getRversion(), "survey", packageVersion("survey")),
  rtol = 1e-9,
  why = paste("closed forms at the end of an iteration that both programs run until the",
              "margins hold to 1e-13 (R) and 1e-14 (ours) of the total"),
  raking = out,
  strata = list(members = as.list(members), finite = mean_of(finite),
                infinite = mean_of(infinite), conf = unname(limits[1, ]),
                df = degf(finite), kish = kish, own = own),
  early_late = list(n_early = sum(early), n_late = sum(late),
    estimate = unname(welch$estimate[1] - welch$estimate[2]),
    std_error = welch$stderr, statistic = unname(welch$statistic),
    df = unname(welch$parameter), p_value = welch$p.value,
    conf_low = welch$conf.int[1], conf_high = welch$conf.int[2],
    trend = rho, trend_p_value = p)),
  "tests/reference/cases/weights.json", digits = NA, auto_unbox = TRUE, pretty = 1)
