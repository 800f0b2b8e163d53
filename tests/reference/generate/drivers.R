# Write tests/reference/cases/drivers.json. Run from the repository root:
#
#     Rscript tests/reference/generate/drivers.R
#
# LMG is averaged over all subsets from lm(), and for few predictors over all orders of
# entry as well; Johnson's weights come from an eigenvalue decomposition and from a
# singular value decomposition of the data. The script stops where two routes disagree.
# Tests are those of clubSandwich; jackknife intervals refit without each team.

suppressMessages({
  library(clubSandwich)
  library(jsonlite)
})

agree <- function(what, one, other, tolerance = 1e-10) {
  if (max(abs(as.numeric(one) - as.numeric(other))) > tolerance) {
    stop(what, ": ", toString(one), " against ", toString(other))
  }
}

complete <- read.csv("tests/reference/oracle/synth_complete.csv")
incomplete <- read.csv("tests/reference/oracle/synth_missing.csv")

# Thirty teams, most of one respondent; tied answers on a scale of 1 to 5.
set.seed(20261125)
size <- c(14, 9, 6, 4, 3, 2, 2, rep(1, 23))
team <- rep(seq_along(size), size)
mood <- rnorm(length(size))[team]
likert <- function(z) pmin(5, pmax(1, round(3 + z)))
common <- rnorm(length(team))
singletons <- data.frame(
  team = team,
  a = likert(common + .4 * mood + .8 * rnorm(length(team))),
  b = likert(common + .9 * rnorm(length(team))),
  c = likert(-.5 * common + rnorm(length(team)))
)
singletons$outcome <- likert(
  .5 * singletons$a - 1.5 + .4 * mood + .8 * rnorm(length(team))
)

nine <- c("valence1", "valence2", "efficacy1", "efficacy2", "support1", "support2",
          "commit1", "commit2", "commit3")
sets <- list(
  nine = list(data = complete, predictors = nine),
  missing = list(data = incomplete,
                 predictors = c("valence1", "efficacy2", "support3", "commit4")),
  singletons = list(data = singletons, predictors = c("a", "b", "c"))
)

explained <- function(data, predictors) {
  if (length(predictors) == 0) return(0)
  summary(lm(reformulate(predictors, "outcome"), data))$r.squared
}

lmg_by_subsets <- function(data, predictors) {
  p <- length(predictors)
  r2 <- sapply(0:(2^p - 1), function(s) {
    explained(data, predictors[bitwAnd(s, 2^(seq_len(p) - 1)) > 0])
  })
  sapply(seq_len(p), function(j) {
    without <- which(bitwAnd(0:(2^p - 1), 2^(j - 1)) == 0)
    k <- sapply(without - 1, function(s) sum(bitwAnd(s, 2^(seq_len(p) - 1)) > 0))
    sum((r2[without + 2^(j - 1)] - r2[without]) / (p * choose(p - 1, k)))
  })
}

orders_of <- function(x) {
  if (length(x) == 1) return(list(x))
  unlist(lapply(seq_along(x), function(i) {
    lapply(orders_of(x[-i]), function(rest) c(x[i], rest))
  }), recursive = FALSE)
}
lmg_by_orders <- function(data, predictors) {
  gains <- sapply(orders_of(seq_along(predictors)), function(order) {
    steps <- sapply(0:length(order), function(k) {
      explained(data, predictors[order[seq_len(k)]])
    })
    diff(steps)[match(seq_along(predictors), order)]
  })
  rowMeans(matrix(gains, nrow = length(predictors)))
}

johnson <- function(data, predictors) {
  e <- eigen(cor(data[predictors]))
  root <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  beta <- solve(root, cor(data[predictors], data$outcome))
  as.numeric(root^2 %*% beta^2)
}
johnson_by_svd <- function(data, predictors) {
  x <- scale(as.matrix(data[predictors]))
  s <- svd(x)
  z <- s$u %*% t(s$v)  # the nearest orthonormal variables
  as.numeric(cor(x, z)^2 %*% cor(z, data$outcome)^2)
}

marginal <- function(data, predictor) {
  fit <- lm(reformulate(predictor, "outcome"), data)
  coef_test(fit, vcovCR(fit, data$team, "CR2"))[2, ]
}

jackknife <- function(data, f) {
  left_out <- sapply(unique(data$team), function(g) f(data[data$team != g, ]))
  left_out <- matrix(left_out, ncol = length(unique(data$team)))
  G <- ncol(left_out)
  sqrt((G - 1) / G * rowSums((left_out - rowMeans(left_out))^2))
}

case_of <- function(set) {
  predictors <- set$predictors
  data <- na.omit(set$data[c("team", "outcome", predictors)])
  lmg <- lmg_by_subsets(data, predictors)
  if (length(predictors) <= 4) agree("LMG", lmg, lmg_by_orders(data, predictors))
  weights <- johnson(data, predictors)
  agree("Johnson", weights, johnson_by_svd(data, predictors))
  agree("R squared", c(sum(lmg), sum(weights)), rep(explained(data, predictors), 2))

  fit <- lm(reformulate(predictors, "outcome"), data)
  V <- vcovCR(fit, data$team, "CR2")
  alone <- do.call(rbind, lapply(predictors, function(x) marginal(data, x)))
  together <- coef_test(fit, V)[-1, ]
  joint <- Wald_test(fit, constrain_zero(2:(length(predictors) + 1)), V)

  r <- function(d) as.numeric(cor(d[predictors], d$outcome))
  beta <- function(d) as.numeric(solve(cor(d[predictors]), r(d)))
  r_margin <- qt(.975, alone$df_Satt) * jackknife(data, function(d) atanh(r(d)))
  b_margin <- qt(.975, together$df_Satt) * jackknife(data, beta)
  adjusted <- function(d) {
    summary(lm(reformulate(predictors, "outcome"), d))$adj.r.squared
  }
  G <- length(unique(data$team))
  left <- log(1 - adjusted(data))
  margin <- qt(.975, G - 1) * jackknife(data, function(d) log(1 - adjusted(d)))
  list(
    predictors = predictors, n_respondents = nrow(data), n_teams = G,
    lmg = lmg, johnson = weights,
    r_squared = explained(data, predictors), r_squared_adjusted = adjusted(data),
    r_squared_limits = 1 - exp(left + c(margin, -margin)),
    correlation = r(data), coefficient = beta(data),
    correlation_low = tanh(atanh(r(data)) - r_margin),
    correlation_high = tanh(atanh(r(data)) + r_margin),
    coefficient_low = beta(data) - b_margin,
    coefficient_high = beta(data) + b_margin,
    statistic = alone$tstat, df = alone$df_Satt, p_value = alone$p_Satt,
    p_value_adjusted = p.adjust(alone$p_Satt, "holm"),
    joint = c(joint$Fstat, joint$df_num, joint$df_denom, joint$p_val),
    vif = sapply(predictors, function(x) {
      1 / (1 - summary(lm(reformulate(setdiff(predictors, x), x), data))$r.squared)
    }, USE.NAMES = FALSE),
    condition_number = sqrt(kappa(cor(data[predictors]), exact = TRUE))
  )
}

# --- common method: Lindell and Whitney's adjustment, as a partial correlation --------
# With a method variable that correlates sqrt(r_M) with every score the partial
# correlation given it is (r - r_M) / (1 - r_M).

method_case <- function(marker) {
  scores <- complete[nine]
  R <- cor(scores)
  substantive <- setdiff(nine, marker)
  smallest <- if (length(marker)) min(R[marker, substantive]) else min(R)
  pairs <- combn(substantive, 2)
  partial <- apply(pairs, 2, function(two) {
    full <- rbind(cbind(R[two, two], sqrt(smallest)), c(rep(sqrt(smallest), 2), 1))
    P <- solve(full)
    -P[1, 2] / sqrt(P[1, 1] * P[2, 2])
  })
  by_formula <- (R[t(pairs)] - smallest) / (1 - smallest)
  agree("partial correlation", partial, by_formula)
  df <- nrow(scores) - 3
  t <- partial * sqrt(df / (1 - partial^2))
  off <- R[substantive, substantive][upper.tri(diag(length(substantive)))]
  list(
    marker = marker, method_correlation = smallest,
    method_correlation_high = tanh(atanh(smallest) + qnorm(.975) / sqrt(df)),
    first_factor_share = prcomp(scores[substantive], scale. = TRUE)$sdev[1]^2 /
      length(substantive),
    mean_absolute_correlation = mean(abs(off)),
    first = pairs[1, ], second = pairs[2, ],
    estimate = partial, statistic = t, p_value = 2 * pt(-abs(t), df)
  )
}

result <- list(
  source = "synthetic data in tests/reference/oracle, and teams of one made here",
  software = paste0(R.version.string, ", clubSandwich ",
                    packageVersion("clubSandwich")),
  rtol = list(
    closed_form = list(1e-11, "the same closed form; rounding leaves about 1e-14"),
    degrees_of_freedom = list(1e-10, "matrices of whole teams in R, of sums here; about 4e-13")
  ),
  singletons = singletons,
  importance = lapply(sets, case_of),
  common_method = list(none = method_case(character(0)),
                       marker = method_case("commit3"))
)
write_json(result, "tests/reference/cases/drivers.json", digits = I(15),
           auto_unbox = TRUE, pretty = TRUE)

# With DIAGNOSE_REFERENCE_DATA (a folder of real survey data): soldiers in companies,
# lq2002 of the package multilevel; only statistics are kept.
real <- Sys.getenv("DIAGNOSE_REFERENCE_DATA")
if (real != "") {
  soldiers <- read.csv(file.path(real, "lq2002", "lq2002.csv"))
  names(soldiers)[match(c("COMPID", "HOSTILE"), names(soldiers))] <- c("team", "outcome")
  case <- case_of(list(
    data = soldiers, predictors = c("LEAD01", "LEAD04", "LEAD08", "TSIG01", "TSIG02")
  ))
  write_json(c(result[c("software", "rtol")], list(lq2002 = case)),
             "tests/reference/cases/drivers_real.json", digits = I(15),
             auto_unbox = TRUE, pretty = TRUE)
}
