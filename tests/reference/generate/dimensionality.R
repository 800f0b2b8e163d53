# Reference values of KMO, Bartlett's sphericity, Velicer's MAP and parallel analysis.
#
#     Rscript tests/reference/generate/dimensionality.R      (from the repository root)
#
# Writes tests/reference/cases/dimensionality.json. Each value is computed twice, by psych
# and by its definition from the answers, and the script stops where these disagree.

suppressMessages({
  library(psych)
  library(jsonlite)
})
options(mc.cores = 1)

awkward <- function(name) {
  rows <- read.csv(file.path("tests/reference/cases/awkward", paste0(name, ".csv")))
  rows[rep(seq_len(nrow(rows)), rows$count), names(rows) != "count"]
}

same <- function(a, b, tolerance, what) {
  far <- max(abs(a - b))
  if (!(far < tolerance)) stop(what, ": two routes differ by ", far)
}

# Partial correlations from regressions of the answers, not from the inverse matrix.
kmo_by_regression <- function(x) {
  p <- ncol(x)
  r <- cor(x)
  partial <- matrix(0, p, p)
  for (i in 1:(p - 1)) for (j in (i + 1):p) {
    rest <- as.matrix(x[, -c(i, j), drop = FALSE])
    a <- if (p > 2) residuals(lm(x[, i] ~ rest)) else x[, i]
    b <- if (p > 2) residuals(lm(x[, j] ~ rest)) else x[, j]
    partial[i, j] <- partial[j, i] <- cor(a, b)
  }
  diag(r) <- 0
  list(all = sum(r^2) / (sum(r^2) + sum(partial^2)),
       items = colSums(r^2) / (colSums(r^2) + colSums(partial^2)))
}

# What is left of the items after regression on component scores.
map_by_regression <- function(x) {
  z <- scale(x)
  p <- ncol(z)
  axes <- eigen(cor(z), symmetric = TRUE)$vectors
  off <- upper.tri(diag(p))
  both <- sapply(0:(p - 2), function(m) {
    left <- if (m == 0) z else residuals(lm(z ~ z %*% axes[, 1:m, drop = FALSE]))
    r <- cor(left)[off]
    c(mean(r^2), mean(r^4))
  })
  list(squared = both[1, ], fourth_power = both[2, ])
}

one_factor_eigenvalues <- function(r) {
  # Iterated principal axes, to convergence; psych stops early.
  h <- smc(r)
  for (step in 1:20000) {
    reduced <- r
    diag(reduced) <- h
    e <- eigen(reduced, symmetric = TRUE)
    new <- e$vectors[, 1]^2 * max(e$values[1], 0)
    if (max(abs(new - h)) < 1e-14) break
    h <- new
  }
  if (max(h) > 0.995) return(NULL)  # a Heywood case, which iteration does not stop
  diag(r) <- h
  eigen(r, symmetric = TRUE, only.values = TRUE)$values
}

case <- function(name, x) {
  n <- nrow(x)
  r <- cor(x)
  p <- ncol(r)

  adequacy <- KMO(r)
  again <- kmo_by_regression(x)
  same(adequacy$MSA, again$all, 1e-10, "KMO")
  same(adequacy$MSAi, again$items, 1e-10, "KMO of items")

  sphericity <- cortest.bartlett(r, n = n)
  determinant <- sum(log(eigen(r, symmetric = TRUE, only.values = TRUE)$values))
  same(sphericity$chisq / (-(n - 1 - (2 * p + 5) / 6) * determinant), 1, 1e-10,
       "Bartlett")

  left <- map_by_regression(x)
  most <- min(p - 2, 8)
  if (most >= 1) {
    map <- suppressWarnings(VSS(r, n = most, plot = FALSE, n.obs = n))$map
    same(map, left$squared[1 + 1:most], 1e-9, "MAP")
  }

  reduced <- r
  diag(reduced) <- smc(r)
  values <- list(
    components = eigen(r, symmetric = TRUE, only.values = TRUE)$values,
    factors = if (p > 2) one_factor_eigenvalues(r),
    factors_smc = eigen(reduced, symmetric = TRUE, only.values = TRUE)$values)
  if (!is.null(values$factors))
    same(values$factors, suppressWarnings(fa(r, 1, rotate = "none"))$values, 1e-3,
         "eigenvalues with the communalities of one factor")

  list(data = name, n_respondents = n, items = colnames(x), kmo = adequacy$MSA,
       kmo_items = unname(adequacy$MSAi), bartlett = sphericity$chisq,
       bartlett_df = sphericity$df, bartlett_p = sphericity$p.value,
       map_squared = I(left$squared),
       map_fourth_power = I(left$fourth_power),
       eigenvalues = values)
}

# The reference distribution: permuted columns, all in plain loops.
reference <- function(name, x, replications, seed) {
  set.seed(seed)
  draws <- list(components = NULL, factors_smc = NULL)
  for (i in seq_len(replications)) {
    r <- cor(apply(x, 2, sample))
    draws$components <- rbind(draws$components,
                              eigen(r, symmetric = TRUE, only.values = TRUE)$values)
    diag(r) <- 1 - 1 / diag(solve(r))
    draws$factors_smc <- rbind(draws$factors_smc,
                               eigen(r, symmetric = TRUE, only.values = TRUE)$values)
  }
  set.seed(seed)
  retained <- fa.parallel(x, plot = FALSE, n.iter = 100, quant = 0.95)
  list(data = name, items = colnames(x), replications = replications,
       reference = lapply(draws, function(d) list(
         mean = colMeans(d), sd = apply(d, 2, sd),
         quantile = apply(d, 2, quantile, probs = 0.95, names = FALSE))),
       psych_components = retained$ncomp, psych_factors = retained$nfact)
}

synth <- read.csv("tests/reference/oracle/synth_complete.csv")[, 4:19]
missing_30 <- awkward("missing_30")
missing_3 <- awkward("missing_3")

result <- list(
  statistic = "kmo, bartlett_sphericity, velicer_map, parallel_analysis",
  source = "oracle/synth_complete.csv and cases/awkward",
  software = paste0("R ", getRversion(), ", psych ", packageVersion("psych")),
  rtol = 1e-9,
  why = "closed forms of the same matrix; the routes in R agree to 1e-10",
  rtol_factors = 1e-8,
  why_factors = "principal axes iterated to 1e-14, a linear convergence",
  cases = list(
    case("synth", synth),
    case("small", awkward("small")),
    case("large", awkward("large")),
    case("zero_cell", awkward("zero_cell")),
    case("negative_item", awkward("negative_item")),
    case("two_items", awkward("two_items")),
    case("missing_3", missing_3[complete.cases(missing_3), ]),
    case("missing_30", missing_30[complete.cases(missing_30), ])),
  parallel = list(
    reference("synth", synth, 2000, 1),
    reference("negative_item", awkward("negative_item"), 2000, 2)))

write_json(result, "tests/reference/cases/dimensionality.json", auto_unbox = TRUE,
           digits = NA, pretty = 1)
