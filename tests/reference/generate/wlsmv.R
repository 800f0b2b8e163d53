# Reference values of diagonally weighted least squares for ordered items.
#
#     Rscript tests/reference/generate/wlsmv.R        (from the repository root)
#
# Writes tests/reference/cases/wlsmv.json: standard errors and tests of lavaan at the
# minimum itself. The script stops when its estimates, recomputed here from its own
# statistics by another minimiser (Gauss-Newton, numerical derivatives), depart from it;
# or when semTools and Green and Yang's formula, written out here, differ.

suppressMessages({
  library(lavaan)
  library(semTools)
  library(jsonlite)
})

awkward <- function(name) {
  rows <- read.csv(file.path("tests/reference/cases/awkward", paste0(name, ".csv")))
  rows[rep(seq_len(nrow(rows)), rows$count), names(rows) != "count"]
}

oracle <- read.csv("tests/reference/oracle/synth_complete.csv")
oracle_missing <- read.csv("tests/reference/oracle/synth_missing.csv")

fit_ordered <- function(model, data, std.lv = FALSE, missing = "listwise",
                        items = lavNames(lavaanify(model), "ov"), ...) {
  fit_by <- function(...) {
    suppressWarnings(cfa(model, data, ordered = items, std.lv = std.lv,
                         missing = missing, estimator = "WLSMV", ...))
  }
  fit <- fit_by(...)
  stopifnot(lavInspect(fit, "converged"))
  least <- minimum_near(fit)
  far <- max(abs(least - fit@optim$x))
  if (far > 1e-4) stop("lavaan stopped ", far, " from the minimum")
  # lavaan's own standard errors and tests, at the minimum itself
  start <- parTable(fit)
  start$est[start$free > 0] <- least
  there <- fit_by(start = start, optim.method = "none", ...)
  moved <- max(abs(there@optim$x - least))
  if (moved > 1e-9) stop("lavaan did not stay where it was put: ", moved)
  there
}

# --- the second route ---------------------------------------------------------------

# equal parameters: x moves along the columns of a basis only
basis <- function(fit) {
  if (fit@Model@eq.constraints) fit@Model@eq.constraints.K
  else diag(length(fit@optim$x))
}

implied_by <- function(fit, x) {
  model <- lav_model_set_parameters(fit@Model, x)
  unlist(lavaan:::lav_model_wls_est(model))
}

minimum_near <- function(fit) {
  observed <- unlist(fit@SampleStats@WLS.obs)
  n <- unlist(fit@SampleStats@nobs)
  weight <- unlist(Map(function(w, size) w * (size - 1) / sum(n),
                       fit@SampleStats@WLS.VD, n))
  x <- fit@optim$x
  along <- basis(fit)
  for (pass in 1:50) {
    away <- observed - implied_by(fit, x)
    slope <- apply(along, 2, function(way) {
      (implied_by(fit, x + 1e-5 * way) - implied_by(fit, x - 1e-5 * way)) / 2e-5
    })
    move <- qr.solve(crossprod(slope, weight * slope), crossprod(slope, weight * away))
    step <- as.vector(along %*% move)
    x <- x + step
    if (max(abs(step)) < 1e-10) break
  }
  x
}

# --- what is written ----------------------------------------------------------------

FIT <- c("chisq", "df", "chisq.scaled", "pvalue.scaled", "chisq.scaling.factor",
         "baseline.chisq", "baseline.chisq.scaled", "baseline.df",
         "baseline.chisq.scaling.factor", "cfi.scaled", "tli.scaled", "rmsea.scaled",
         "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled", "srmr")

# Every parameter that is not a free threshold fitted as observed: "F=~x1.1" is the
# loading of x1 in group 1.
parameters <- function(fit) {
  table <- parTable(fit)
  free <- table$free > 0
  tied <- any(table$op == "==") && any(table$op == "~*~" & free)
  kept <- free & (table$op %in% c("=~", "~~", "~1", "~*~") | (table$op == "|" & tied))
  kept <- table[kept, ]
  if (is.null(kept$group)) kept$group <- 1
  # the residual variances that remain are computed, not free
  names <- paste0(kept$lhs, kept$op, kept$rhs, ".", kept$group)
  list(estimate = as.list(setNames(kept$est, names)),
       std_error = as.list(setNames(kept$se, names)))
}

case <- function(name, fit, data, state) {
  measures <- suppressWarnings(fitMeasures(fit, FIT))
  list(name = name, data = data, model = state,
       n_respondents = as.list(unlist(fit@SampleStats@nobs)),
       fit = as.list(measures),
       shift = fit@test$scaled.shifted$shift.parameter,
       parameters = parameters(fit))
}

one <- "F =~ x1 + x2 + x3 + x4"
two <- "F =~ x1 + x2 + x3\nG =~ x4 + x5 + x6"
factors_one <- list(F = paste0("x", 1:4))
factors_two <- list(F = paste0("x", 1:3), G = paste0("x", 4:6))
state <- function(factors, ...) c(list(factors = factors), list(...))

cases <- list()
add <- function(...) cases[[length(cases) + 1]] <<- case(...)

for (name in c("small", "zero_cell", "negative_item", "heywood")) {
  add(name, fit_ordered(one, awkward(name)), name, state(factors_one))
}
add("large", fit_ordered(two, awkward("large"), std.lv = TRUE), "large",
    state(factors_two, identification = "unit_variance"))
for (name in c("missing_3", "missing_30")) {
  add(paste0(name, " pairwise"), fit_ordered(two, awkward(name), missing = "pairwise"),
      name, state(factors_two, missing = "pairwise"))
  add(paste0(name, " listwise"), fit_ordered(two, awkward(name)), name,
      state(factors_two, missing = "listwise"))
}

# categories of different number: two, three, four and five
mixed <- awkward("negative_item")
mixed$x1 <- ifelse(mixed$x1 > 3, 2, 1)
mixed$x2 <- pmin(pmax(mixed$x2, 2), 4)
mixed$x3 <- pmin(mixed$x3, 4)
add("mixed categories", fit_ordered(one, mixed), "mixed",
    state(factors_one))

names4 <- function(s) paste0(s, 1:4)
scales <- c("valence", "efficacy", "support", "commit")
four <- lapply(setNames(scales, scales), names4)
text <- function(factors) paste(names(factors), "=~",
                                sapply(factors, paste, collapse = " + "),
                                collapse = "\n")
two_scales <- four[c("valence", "efficacy")]

add("correlated residuals",
    fit_ordered(paste0(text(two_scales), "\nvalence1 ~~ efficacy1\nvalence2 ~~ valence3"),
                oracle), "oracle",
    state(two_scales, residual_covariances = list(c("valence1", "efficacy1"),
                                                  c("valence2", "valence3"))))
crossed <- two_scales
crossed$efficacy <- c(crossed$efficacy, "valence4")
add("item of two factors", fit_ordered(text(crossed), oracle, std.lv = TRUE), "oracle",
    state(crossed, identification = "unit_variance"))
add("second order", fit_ordered(
      paste0(text(four), "\ngeneral =~ valence + efficacy + support + commit"), oracle),
    "oracle", state(c(four, list(general = scales))))
bifactor <- c(list(general = unlist(four, use.names = FALSE)), four)
add("bifactor", fit_ordered(text(bifactor), oracle, std.lv = TRUE, orthogonal = TRUE),
    "oracle", state(bifactor, identification = "unit_variance", orthogonal = TRUE))
add("four factors", fit_ordered(text(four), oracle), "oracle", state(four))
add("four factors, missing answers pairwise",
    fit_ordered(text(four), oracle_missing, missing = "pairwise"), "oracle_missing",
    state(four, missing = "pairwise"))

# --- several groups -----------------------------------------------------------------

grouped <- function(level, factors, data, group) {
  equal <- list(configural = "", thresholds = "thresholds",
                metric = c("thresholds", "loadings"),
                scalar = c("thresholds", "loadings", "intercepts"))[[level]]
  syntax <- as.character(measEq.syntax(
    text(factors), data = data, ordered = unlist(factors, use.names = FALSE),
    parameterization = "delta", ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016",
    group = group, group.equal = equal))
  fit_ordered(syntax, data, group = group, items = unlist(factors, use.names = FALSE))
}

collapsed <- awkward("empty_category")
collapsed$x1 <- pmax(collapsed$x1, 2)
collapsed$x1 <- collapsed$x1 - 1

differences <- list()
ladder <- function(label, factors, data, group, where) {
  levels <- c("configural", "thresholds", "metric", "scalar")
  fits <- lapply(setNames(levels, levels), grouped, factors, data, group)
  for (level in levels) {
    add(paste(label, level), fits[[level]], where,
        state(factors, identification = "unit_variance", group = group, level = level))
  }
  compared <- suppressWarnings(lavTestLRT(fits$configural, fits$thresholds, fits$metric,
                                          fits$scalar, method = "satorra.2000",
                                          A.method = "delta"))
  for (i in 2:4) {
    differences[[length(differences) + 1]] <<- list(
      name = label, nested = levels[i], wider = levels[i - 1],
      statistic = compared[["Chisq diff"]][i], df = compared[["Df diff"]][i],
      p_value = compared[["Pr(>Chisq)"]][i],
      scale = attr(compared, "scale")[i], shift = attr(compared, "shift")[i])
  }
}
ladder("collapsed", factors_one, collapsed, "group", "collapsed")
ladder("two scales by level", two_scales, oracle, "level", "oracle")
ladder("three sites", four["valence"], oracle, "site", "oracle")

# nested by fixing, within one group: uncorrelated factors, equal loadings
wide <- fit_ordered(text(two_scales), oracle, std.lv = TRUE)
narrow <- fit_ordered(text(two_scales), oracle, std.lv = TRUE, orthogonal = TRUE)
parallel <- fit_ordered(paste(paste(names(two_scales), "=~",
    sapply(names(two_scales), function(s) paste0(substr(s, 1, 1), "*", names4(s),
                                                 collapse = " + "))), collapse = "\n"),
    oracle, std.lv = TRUE)
add("two scales", wide, "oracle", state(two_scales, identification = "unit_variance"))
add("two scales uncorrelated", narrow, "oracle",
    state(two_scales, identification = "unit_variance", orthogonal = TRUE))
add("two scales parallel", parallel, "oracle",
    state(two_scales, identification = "unit_variance", tie = "loadings"))
for (name in c("uncorrelated", "parallel")) {
  compared <- suppressWarnings(lavTestLRT(
    wide, if (name == "parallel") parallel else narrow, method = "satorra.2000",
    A.method = "delta"))
  differences[[length(differences) + 1]] <- list(
    name = "two scales", nested = paste("two scales", name), wider = "two scales",
    statistic = compared[["Chisq diff"]][2], df = compared[["Df diff"]][2],
    p_value = compared[["Pr(>Chisq)"]][2],
    scale = attr(compared, "scale")[2], shift = attr(compared, "shift")[2])
}

# --- reliability of a sum -----------------------------------------------------------

# Weighted least squares of one factor, by Gauss-Newton.
one_factor <- function(rho, weight, start) {
  k <- length(start)
  pairs <- combn(k, 2)
  loadings <- start
  for (pass in 1:200) {
    slope <- matrix(0, ncol(pairs), k)
    slope[cbind(seq_len(ncol(pairs)), pairs[1, ])] <- loadings[pairs[2, ]]
    slope[cbind(seq_len(ncol(pairs)), pairs[2, ])] <- loadings[pairs[1, ]]
    away <- rho - loadings[pairs[1, ]] * loadings[pairs[2, ]]
    step <- solve(crossprod(slope, weight * slope), crossprod(slope, weight * away))
    loadings <- loadings + as.vector(step)
    if (max(abs(step)) < 1e-13) break
  }
  loadings
}

coefficients <- function(s, cuts, weight, start) {
  k <- length(start)
  rho <- s[-seq_along(cuts)]
  loadings <- one_factor(rho, weight, start)
  tau <- split(s[seq_along(cuts)], cuts)
  r <- diag(k)
  r[lower.tri(r)] <- rho
  r <- r + t(r) - diag(k)
  shared <- total <- 0
  for (i in 1:k) for (j in 1:k) for (a in tau[[i]]) for (b in tau[[j]]) {
    apart <- pnorm(a) * pnorm(b)
    shared <- shared + pbivnorm::pbivnorm(a, b, loadings[i] * loadings[j]) - apart
    total <- total - apart + if (i == j) pnorm(min(a, b))
                             else pbivnorm::pbivnorm(a, b, r[i, j])
  }
  c(omega_categorical = shared / total, omega_ordinal = sum(loadings)^2 / sum(r),
    ordinal_alpha = k / (k - 1) * (1 - k / sum(r)))
}

reliability <- function(name, fit, data, state) {
  s <- fit@SampleStats@WLS.obs[[1]]
  cuts <- fit@Model@th.idx[[1]]
  weight <- fit@SampleStats@WLS.VD[[1]][-seq_along(cuts)]
  start <- as.vector(lavInspect(fit, "std")$lambda)
  start <- start * sign(sum(start))
  own <- coefficients(s, cuts, weight, start)
  by_semtools <- c(compRelSEM(fit, ord.scale = TRUE), compRelSEM(fit, ord.scale = FALSE),
                   compRelSEM(fit, tau.eq = TRUE, ord.scale = FALSE))
  far <- max(abs(own - by_semtools))
  if (far > 1e-7) stop(name, ": semTools and Green and Yang's formula differ by ", far)
  slopes <- sapply(seq_along(s), function(i) {
    step <- replace(numeric(length(s)), i, 1e-4)
    (coefficients(s + step, cuts, weight, start) -
       coefficients(s - step, cuts, weight, start)) / 2e-4
  })
  gamma <- lavInspect(fit, "gamma")
  gamma <- if (is.list(gamma)) gamma[[1]] else gamma
  std_error <- sqrt(diag(slopes %*% gamma %*% t(slopes)) / fit@SampleStats@ntotal)
  list(name = name, data = data, items = lavNames(fit, "ov"),
       missing = if (is.null(state$missing)) "listwise" else state$missing,
       n_respondents = fit@SampleStats@ntotal, estimate = as.list(own),
       std_error = as.list(setNames(std_error, names(own))))
}

reliabilities <- list()
for (name in c("zero_cell", "negative_item")) {  # "small" is a Heywood case
  reliabilities[[name]] <- reliability(name, fit_ordered(one, awkward(name), TRUE), name,
                                       state(factors_one))
}
reliabilities$mixed <- reliability("mixed categories", fit_ordered(one, mixed, TRUE),
                                   "mixed", state(factors_one))
reliabilities$pairwise <- reliability(
  "missing_30 pairwise", fit_ordered("F =~ x1 + x2 + x3 + x4 + x5 + x6",
                                     awkward("missing_30"), TRUE, missing = "pairwise"),
  "missing_30", state(factors_one, missing = "pairwise"))
for (scale in scales) {
  reliabilities[[scale]] <- reliability(scale, fit_ordered(text(four[scale]), oracle, TRUE),
                                        "oracle", state(four[scale]))
}

write_json(
  list(source = "synthetic answers of this repository",
       software = paste("R", getRversion(), "lavaan", packageVersion("lavaan"),
                        "semTools", packageVersion("semTools")),
       date = as.character(Sys.Date()),
       rtol = 1e-6,
       reason = paste("lavaan finds polychoric correlations to about 1e-8 and stops",
                      "about 1e-7 from the minimum"),
       cases = cases, differences = differences,
       reliability = unname(reliabilities)),
  "tests/reference/cases/wlsmv.json", auto_unbox = TRUE, digits = 15, pretty = 1,
  na = "null")
