# Reference values of exploratory factor analysis.
#
#     Rscript tests/reference/generate/factor.R              (from the repository root)
#
# Writes tests/reference/cases/factor.json. psych, factanal and GPArotation stop a few
# digits early. So their answers are carried on here, by Newton steps on the first
# derivatives (extraction) and by more iterations (rotation), and the script stops where
# the end lies further from theirs than their own tolerance explains.

suppressMessages({
  library(psych)
  library(GPArotation)
  library(numDeriv)
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

# --- extraction ---------------------------------------------------------------------

# Loadings that belong to uniquenesses u, and the residuals on the diagonal, which are 0
# at the minimum of either method.
loadings_at <- function(u, r, m, method) {
  scale <- if (method == "ml") sqrt(u) else rep(1, length(u))
  taken <- if (method == "ml") diag(length(u)) else diag(u)
  e <- eigen(if (method == "ml") r / outer(scale, scale) else r - taken,
             symmetric = TRUE)
  variance <- pmax(e$values[1:m] - (method == "ml"), 0)
  scale * e$vectors[, 1:m, drop = FALSE] %*% diag(sqrt(variance), m)
}

diagonal_residuals <- function(u, r, m, method) {
  rowSums(loadings_at(u, r, m, method)^2) + u - diag(r)
}

extract <- function(r, m, method, free = rep(TRUE, nrow(r))) {
  first <- if (method == "ml") {
    factanal(covmat = r, factors = m, rotation = "none", n.obs = 1000)$uniquenesses
  } else {
    suppressWarnings(fa(r, m, fm = "minres", rotate = "none"))$uniquenesses
  }
  u <- pmax(first, 0.005)
  residuals <- function(part) {
    all <- u
    all[free] <- part
    diagonal_residuals(all, r, m, method)[free]
  }
  for (step in 1:20) {
    move <- solve(jacobian(residuals, u[free]), residuals(u[free]))
    u[free] <- u[free] - move
    if (max(abs(move)) < 1e-13) break
  }
  same(residuals(u[free]), 0, 1e-12, "extraction")
  if (all(free)) same(u, first, 2e-3, "extraction against R's own")
  list(loadings = loadings_at(u, r, m, method), uniquenesses = unname(u))
}

# --- rotation -----------------------------------------------------------------------

ordered <- function(loadings, phi = diag(ncol(loadings))) {
  signs <- ifelse(colSums(loadings) < 0, -1, 1)
  by <- order(-colSums(loadings^2))
  loadings <- sweep(loadings, 2, signs, "*")[, by, drop = FALSE]
  phi <- (phi * outer(signs, signs))[by, by, drop = FALSE]
  list(loadings = unname(loadings), phi = unname(phi))
}

# The lowest of some starts by GPArotation's usual tolerance, and then iterated on.
lowest <- function(a, rotate, starts = 10) {
  set.seed(7)
  found <- lapply(seq_len(starts), function(i) {
    start <- if (i == 1) diag(ncol(a)) else Random.Start(ncol(a))
    suppressWarnings(rotate(a, start, 1e-5))
  })
  values <- sapply(found, function(each) min(each$Table[, 2]))
  best <- suppressWarnings(rotate(a, found[[which.min(values)]]$Th, 1e-9))
  slope <- 10^tail(best$Table[, 3], 1)
  if (slope > 1e-7) stop("no convergence: ", slope)
  phi <- if (is.null(best$Phi)) diag(ncol(a)) else best$Phi
  c(ordered(best$loadings, phi), value = min(best$Table[, 2]))
}

kaiser_weights <- function(a) sqrt(rowSums(a^2))

# From rows of length 1 and the varimax rotation of them.
promax_of <- function(a, turn, power) {
  rotated <- (a / kaiser_weights(a)) %*% turn
  target <- sign(rotated) * abs(rotated)^power
  u <- qr.solve(rotated, target)
  u <- u %*% diag(sqrt(diag(solve(crossprod(u)))))
  ordered(a %*% turn %*% u, solve(crossprod(u)))
}

oblique <- function(method, args = NULL) function(a, start, eps) {
  GPFoblq(a, Tmat = start, method = method, methodArgs = args, eps = eps, maxit = 5000)
}

orthogonal <- function(method) function(a, start, eps) {
  GPForth(a, Tmat = start, method = method, eps = eps, maxit = 5000)
}

# stats::varimax may stop at once: it looks at a sum of singular values, which may fall
# before it rises. So it is a second route only where it gets there (the sixteen items).
varimax_of <- function(a) {
  h <- kaiser_weights(a)
  again <- ordered(unclass(varimax(a, normalize = TRUE, eps = 1e-15)$loadings))
  own <- ordered(lowest(a / h, orthogonal("varimax"))$loadings * h)
  same(own$loadings, again$loadings, 1e-6, "varimax")
  own
}

promax_checked <- function(a) {
  # psych cannot be told to go on with its varimax: it is compared where that stops.
  h <- kaiser_weights(a)
  early <- promax_of(a, varimax(a / h)$rotmat, 4)
  psych <- kaiser(a, rotate = "Promax")
  psych <- ordered(unclass(psych$loadings), psych$Phi)
  same(early$loadings, psych$loadings, 1e-10, "promax against psych")
  same(early$phi, psych$phi, 1e-10, "promax against psych")
  varied <- lowest(a / h, orthogonal("varimax"))
  promax_of(a, qr.solve(a / h, varied$loadings), 4)
}

usual_rotations <- function(a) {
  list(oblimin = lowest(a, oblique("oblimin", list(gam = 0))), promax = promax_checked(a))
}

other_rotations <- function(a) {
  list(
    `oblimin -0.5` = lowest(a, oblique("oblimin", list(gam = -0.5))),
    quartimin = lowest(a, oblique("quartimin")),
    geomin = lowest(a, oblique("geomin", list(delta = 0.01))),
    `geomin 0.001` = lowest(a, oblique("geomin", list(delta = 0.001))),
    quartimax = lowest(a, orthogonal("quartimax")),
    `varimax raw` = lowest(a, orthogonal("varimax")),
    varimax = varimax_of(a))
}

# --- fit and scores -----------------------------------------------------------------

fit_of <- function(r, found, n) {
  stats <- fa.stats(r, f = found$loadings, n.obs = n, alpha = 0.1)
  noncentrality <- function(share) {
    if (pchisq(stats$STATISTIC, stats$dof) <= share) return(0)
    uniroot(function(x) pchisq(stats$STATISTIC, stats$dof, x) - share,
            c(0, 2 * stats$STATISTIC + 100), tol = 1e-12)$root
  }
  bounds <- if (stats$dof > 0) {
    sqrt(c(noncentrality(0.95), noncentrality(0.05)) / (n - 1) / stats$dof)
  }
  if (stats$dof > 0 && stats$RMSEA[[1]] > 0) {
    same(bounds, stats$RMSEA[c("lower", "upper")], 1e-5, "RMSEA interval")
  }
  list(discrepancy = stats$objective, statistic = stats$STATISTIC, df = stats$dof,
       p_value = stats$PVAL, null_statistic = stats$null.chisq,
       null_df = stats$null.dof, rmsea = stats$RMSEA[["RMSEA"]],
       rmsea_low = bounds[1], rmsea_high = bounds[2], tli = stats$TLI,
       bic = stats$BIC, rms = stats$rms, rms_corrected = stats$crms,
       residual_statistic = stats$chi)
}

scores_of <- function(r, rotated) {
  f <- rotated$loadings
  dimnames(f) <- list(NULL, paste0("F", seq_len(ncol(f))))
  methods <- c(regression = "Thurstone", tenberge = "tenBerge", bartlett = "Bartlett")
  weights <- lapply(methods, function(method) {
    unname(unclass(factor.scores(r, f, Phi = rotated$phi, method = method)$weights))
  })
  structure <- rotated$loadings %*% rotated$phi
  determinacy <- lapply(weights, function(w) {
    diag(t(w) %*% structure) / sqrt(diag(t(w) %*% r %*% w))
  })
  list(weights = weights, determinacy = determinacy)
}

case <- function(name, r, n, m, method, all_rotations = FALSE, free = rep(TRUE, nrow(r))) {
  found <- extract(r, m, method, free)
  result <- list(data = name, items = colnames(r), n_respondents = n, n_factors = m,
                 method = method, uniquenesses = found$uniquenesses)
  if (all(free)) result$fit <- fit_of(r, found, n)
  if (m == 1) {
    result$rotations <- list(none = ordered(found$loadings))
  } else {
    result$rotations <- usual_rotations(found$loadings)
    result$scores <- scores_of(r, result$rotations$oblimin)
    if (all_rotations) {
      result$rotations <- c(result$rotations, other_rotations(found$loadings))
    }
  }
  result
}

synth <- cor(read.csv("tests/reference/oracle/synth_complete.csv")[, 4:19])
large <- awkward("large")
missing_3 <- awkward("missing_3")
complete <- missing_3[complete.cases(missing_3), ]
pairs <- min(pairwiseCount(missing_3))
zero_cell <- awkward("zero_cell")
negative_item <- awkward("negative_item")
heywood <- awkward("heywood")
small <- awkward("small")
# A Heywood case is the first item held at the bound and the others at their minimum.
stopped <- c(FALSE, TRUE, TRUE, TRUE)

result <- list(
  statistic = "exploratory_factor_analysis, factor_score_weights",
  source = "oracle/synth_complete.csv and cases/awkward",
  software = paste0("R ", getRversion(), ", psych ", packageVersion("psych"),
                    ", GPArotation ", packageVersion("GPArotation"), ", numDeriv ",
                    packageVersion("numDeriv")),
  rtol = 1e-8,
  why = paste("both programs iterate until derivatives of 1e-11 (extraction) are left;",
              "fit and score weights are closed forms of that"),
  atol_rotation = 1e-7,
  why_rotation = paste("GPArotation ends at a gradient of 1e-9, and the criterion of a",
                       "rotation is flat: an error of some 1e-8 in a loading"),
  cases = list(
    case("synth", synth, 630, 4, "minres", all_rotations = TRUE),
    case("synth", synth, 630, 4, "ml", all_rotations = TRUE),
    case("synth", synth, 630, 3, "minres"),
    case("synth", synth, 630, 1, "ml"),
    case("large", cor(large), nrow(large), 2, "minres"),
    case("large", cor(large), nrow(large), 2, "ml"),
    case("missing_3", cor(complete), nrow(complete), 2, "minres"),
    case("missing_3 pairwise", cor(missing_3, use = "pairwise"), pairs, 2, "minres"),
    case("missing_3 pairwise", cor(missing_3, use = "pairwise"), pairs, 1, "ml"),
    case("zero_cell", cor(zero_cell), nrow(zero_cell), 1, "minres"),
    case("negative_item", cor(negative_item), nrow(negative_item), 1, "ml"),
    case("heywood", cor(heywood), nrow(heywood), 1, "minres"),
    case("small", cor(small), nrow(small), 1, "minres", free = stopped),
    case("small", cor(small), nrow(small), 1, "ml", free = stopped),
    case("heywood", cor(heywood), nrow(heywood), 1, "ml", free = stopped)))

write_json(result, "tests/reference/cases/factor.json", auto_unbox = TRUE, digits = NA,
           pretty = 1)
