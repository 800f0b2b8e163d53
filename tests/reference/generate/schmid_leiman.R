# Reference values of the Schmid-Leiman transformation and hierarchical omega.
#
#     Rscript tests/reference/generate/schmid_leiman.R       (from the repository root)
#
# Writes tests/reference/cases/schmid_leiman.json. psych's own answer stops a few digits
# early, as its factor analysis does. So its parts are carried on here (principal axes
# iterated until they stand still, GPArotation to a gradient of 1e-9), put together by
# the definitions, and compared with psych::omega, which must be near.

suppressMessages({
  library(psych)
  library(GPArotation)
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

# Iterated principal axes have their fixed point at the minimum of minres.
principal_axes <- function(r, m) {
  h <- smc(r)
  for (step in 1:200000) {
    diag(r) <- h
    e <- eigen(r, symmetric = TRUE)
    a <- e$vectors[, 1:m, drop = FALSE] %*% diag(sqrt(e$values[1:m]), m)
    if (max(abs(rowSums(a^2) - h)) < 1e-14) return(a)
    h <- rowSums(a^2)
  }
  stop("no convergence of principal axes")
}

case <- function(name, r, m, n) {
  first <- principal_axes(r, m)
  early <- GPFoblq(first, method = "oblimin", methodArgs = list(gam = 0))
  found <- GPFoblq(first, Tmat = early$Th, method = "oblimin", eps = 1e-9,
                   methodArgs = list(gam = 0), maxit = 5000)
  stopifnot(10^tail(found$Table[, 3], 1) < 1e-7)
  signs <- ifelse(colSums(found$loadings) < 0, -1, 1)
  by <- order(-colSums(found$loadings^2))
  pattern <- sweep(found$loadings, 2, signs, "*")[, by]
  phi <- (found$Phi * outer(signs, signs))[by, by]
  second <- if (m == 2) rep(sqrt(phi[1, 2]), 2) else abs(principal_axes(phi, 1)[, 1])
  general <- drop(pattern %*% second)
  group <- pattern %*% diag(sqrt(1 - second^2))
  total <- sum(r)
  unique_variance <- 1 - rowSums(first^2)
  result <- list(
    data = name, items = colnames(r), n_respondents = n, n_group_factors = m,
    general = unname(general), group = unname(group), second_order = second,
    uniquenesses = unname(unique_variance),
    omega_hierarchical = sum(general)^2 / total,
    omega_total = 1 - sum(unique_variance) / total,
    ecv = sum(general^2) / (sum(general^2) + sum(group^2)),
    alpha = alpha(r)$total$std.alpha)
  o <- suppressWarnings(suppressMessages(
    omega(r, m, n.obs = n, plot = FALSE, flip = FALSE)))
  same(o$omega_h, result$omega_hierarchical, 1e-4, "omega_h")
  same(o$omega.tot, result$omega_total, 1e-5, "omega_t")
  same(o$ECV, result$ecv, 1e-4, "ECV")
  # psych orders the groups its own way: by the largest total loading of its factors
  sizes <- sapply(seq_len(m), function(j) sum(abs(pattern[, j])))
  result$groups <- unname(as.matrix(group_omegas(r, general, group)))
  theirs <- as.matrix(o$omega.group[-1, c("total", "general", "group")])
  key <- function(x) x[order(x[, 1]), ]
  same(key(result$groups), key(theirs), 1e-3, "omega of groups")
  result
}

group_omegas <- function(r, general, group) {
  main <- apply(abs(group), 1, which.max)
  t(sapply(seq_len(ncol(group)), function(j) {
    members <- main == j
    total <- sum(r[members, members])
    common <- sum(general[members])^2 / total
    own <- sum(group[members, j])^2 / total
    c(common + own, common, own)
  }))
}

synth <- cor(read.csv("tests/reference/oracle/synth_complete.csv")[, 4:19])
large <- awkward("large")

result <- list(
  statistic = "schmid_leiman, omega_hierarchical",
  source = "oracle/synth_complete.csv and cases/awkward",
  software = paste0("R ", getRversion(), ", psych ", packageVersion("psych"),
                    ", GPArotation ", packageVersion("GPArotation")),
  atol = 2e-7,
  why = "GPArotation ends at a gradient of 1e-9; a rotation is flat around its minimum",
  cases = list(
    case("synth", synth, 4, 630),
    case("synth", synth, 3, 630),
    case("large", cor(large), 2, nrow(large))))

write_json(result, "tests/reference/cases/schmid_leiman.json", auto_unbox = TRUE,
           digits = NA, pretty = 1)
