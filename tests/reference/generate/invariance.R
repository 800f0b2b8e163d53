# Reference values of measurement invariance between groups and over waves.
#
#     Rscript tests/reference/generate/invariance.R        (from the repository root)
#
# Writes tests/reference/cases/invariance.json, and with the environment variable
# DIAGNOSE_REFERENCE_DATA (a folder of real survey data) invariance_real.json beside it.
# Ordered items: syntax from semTools (Wu and Estabrook, 2016). The script stops when
# lavaan's difference tests depart from the formulas written out here.

suppressMessages({
  library(lavaan)
  library(semTools)
  library(jsonlite)
})

oracle <- read.csv("tests/reference/oracle/synth_complete.csv")
oracle_missing <- read.csv("tests/reference/oracle/synth_missing.csv")
awkward <- function(name) {
  rows <- read.csv(file.path("tests/reference/cases/awkward", paste0(name, ".csv")))
  rows[rep(seq_len(nrow(rows)), rows$count), names(rows) != "count"]
}

state <- function(factors) {
  lines <- sapply(names(factors), function(f) {
    paste(f, "=~", paste(factors[[f]], collapse = " + "))
  })
  paste(lines, collapse = "\n")
}

SHARED <- list(configural = "", metric = "loadings",
               scalar = c("loadings", "intercepts"),
               strict = c("loadings", "intercepts", "residuals"))
ORDERED <- list(configural = "", thresholds = "thresholds",
                metric = c("thresholds", "loadings"),
                scalar = c("thresholds", "loadings", "intercepts"))

# --- the minimum itself -------------------------------------------------------------

# lavaan stops early. Its solution is refined by Newton's method on its own slope, and
# lavaan is asked for standard errors and tests there; `level_of` looks at what is left.
TIGHT <- list(rel.tol = 1e-15, iter.max = 20000, eval.max = 40000)
fit_tight <- function(...) {
  by <- function(...) {
    suppressWarnings(cfa(..., control = TIGHT, optim.force.converged = TRUE,
                         em.h1.tol = 1e-13, em.h1.iter.max = 50000))
  }
  first <- by(...)
  start <- parTable(first)
  start$est[start$free > 0] <- newton(first)
  there <- by(..., start = start, optim.method = "none")
  there@Options$optim.method <- first@Options$optim.method
  there@baseline <- first@baseline      # which is to be searched, not only looked at
  there
}

slope <- function(fit, x) {
  model <- lav_model_set_parameters(fit@Model, x)
  # of incomplete answers the slopes are weighed by group already
  drop(lavaan:::lav_model_gradient(model, lavsamplestats = fit@SampleStats,
                                   lavdata = fit@Data, lavcache = fit@Cache,
                                   group.weight = !fit@SampleStats@missing.flag))
}

newton <- function(fit) {
  x <- fit@optim$x
  along <- basis(fit)
  h <- 1e-5
  curvature <- apply(along, 2, function(way) {
    drop(crossprod(along, slope(fit, x + h * way) - slope(fit, x - h * way))) / (2 * h)
  })
  for (step in 1:30) {
    moved <- drop(along %*% solve(curvature, crossprod(along, slope(fit, x))))
    x <- x - moved
    if (max(abs(moved)) < 1e-11) break
  }
  x
}

# lavaan stops early with ordered items: the minimum is found by Gauss-Newton steps, and
# lavaan is asked for its tests there.
fit_ordered <- function(...) {
  first <- suppressWarnings(cfa(...))
  stopifnot(lavInspect(first, "converged"))
  start <- parTable(first)
  start$est[start$free > 0] <- minimum_near(first)
  there <- suppressWarnings(cfa(..., start = start, optim.method = "none"))
  there@Options$optim.method <- first@Options$optim.method
  there
}

basis <- function(fit) {
  if (fit@Model@eq.constraints) fit@Model@eq.constraints.K else diag(length(fit@optim$x))
}

implied_by <- function(fit, x) {
  unlist(lavaan:::lav_model_wls_est(lav_model_set_parameters(fit@Model, x)))
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

# --- one fitted level ---------------------------------------------------------------

level_of <- function(fit) {
  left <- max(abs(crossprod(basis(fit), slope(fit, fit@optim$x))))
  if (left > 1e-9) stop("a slope of ", left, " is left")
  wanted <- c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "bic",
              paste0(c("chisq", "df", "pvalue", "cfi", "tli", "rmsea"), ".scaled"),
              "chisq.scaling.factor", paste0(c("cfi", "tli", "rmsea"), ".robust"))
  found <- fitMeasures(fit)
  as.list(found[intersect(wanted, names(found))])
}

differences <- function(fits, estimator) {
  lapply(seq_along(fits)[-1], function(i) {
    narrow <- fits[[i]]
    wide <- fits[[i - 1]]
    test <- lavTestLRT(wide, narrow)[2, ]
    own <- list(nested = names(fits)[i], wider = names(fits)[i - 1],
                statistic = test[["Chisq diff"]], df = test[["Df diff"]],
                p_value = test[["Pr(>Chisq)"]])
    if (estimator != "WLSMV") check_difference(narrow, wide, own, estimator)
    if (estimator == "MLR") {
      positive <- tryCatch(
        lavTestLRT(wide, narrow, method = "satorra.bentler.2010")[2, "Chisq diff"],
        error = function(e) NULL
      )
      # lavaan leaves the means of factors behind when it moves the estimates of the
      # scalar model to the metric one: its figure is then of another model
      if (names(fits)[i] == "scalar") positive <- NULL
      own$statistic_2010 <- positive
    }
    own
  })
}

check_difference <- function(narrow, wide, own, estimator) {
  a <- fitMeasures(narrow)
  b <- fitMeasures(wide)
  plain <- a[["chisq"]] - b[["chisq"]]
  if (estimator == "MLR") {
    scale <- (a[["df"]] * a[["chisq.scaling.factor"]] -
                b[["df"]] * b[["chisq.scaling.factor"]]) / (a[["df"]] - b[["df"]])
    plain <- plain / scale
  }
  if (abs(plain - own$statistic) > 1e-6 * max(1, abs(plain))) {
    stop("lavaan's difference departs: ", plain, " ", own$statistic)
  }
}

means_of <- function(fit) {
  found <- parTable(fit)
  est <- parameterEstimates(fit)
  latent <- lavNames(fit, "lv")
  rows <- est[est$op == "~1" & est$lhs %in% latent & est$se > 0, ]
  lapply(seq_len(nrow(rows)), function(i) {
    list(factor = rows$lhs[i],
         group = if (is.null(rows$group)) "" else lavInspect(fit, "group.label")[rows$group[i]],
         estimate = rows$est[i], std_error = rows$se[i])
  })
}

# --- groups -------------------------------------------------------------------------

by_group <- function(name, data, factors, group, estimator = "ML", missing = "listwise",
                     std.lv = FALSE, partial = list(), source = name, ...) {
  data <- data[order(data[[group]]), ]      # the first group is the reference
  model <- state(factors)
  fits <- lapply(names(SHARED), function(level) {
    fit_tight(model, data, group = group, estimator = estimator, missing = missing,
              std.lv = std.lv, meanstructure = TRUE, group.equal = SHARED[[level]],
              group.partial = if (is.null(partial[[level]])) "" else partial[[level]])
  })
  names(fits) <- names(SHARED)
  tell(name, source, factors, group, estimator, missing, std.lv, partial, fits)
}

ordered_by_group <- function(name, data, factors, group, levels = names(ORDERED),
                             missing = "listwise", partial = list(), source = name) {
  data <- data[order(data[[group]]), ]
  items <- unlist(factors, use.names = FALSE)
  fits <- lapply(levels, function(level) {
    made <- measEq.syntax(state(factors), data = data, group = group, ordered = items,
                          parameterization = "delta", ID.fac = "std.lv",
                          ID.cat = "Wu.Estabrook.2016", missing = missing,
                          group.equal = ORDERED[[level]],
                          group.partial = if (is.null(partial[[level]])) ""
                                          else partial[[level]])
    fit_ordered(as.character(made), data, group = group, ordered = items,
                std.lv = TRUE, parameterization = "delta", estimator = "WLSMV",
                missing = missing)
  })
  names(fits) <- levels
  tell(name, source, factors, group, "WLSMV", missing, TRUE, partial, fits)
}

tell <- function(name, source, factors, group, estimator, missing, std.lv, partial,
                 fits) {
  message(name)
  list(name = name, data = source, factors = factors, group = group,
       estimator = tolower(estimator), missing = missing, unit_variance = std.lv,
       partial = partial, levels = lapply(fits, level_of),
       differences = differences(fits, estimator),
       latent_means = means_of(fits[["scalar"]]))
}

# --- waves --------------------------------------------------------------------------

over_waves <- function(name, wide, items, waves, estimator = "ML", missing = "listwise",
                       source = name) {
  at <- function(item, wave) paste0(item, "_", wave)
  syntax <- function(level) {
    tied <- SHARED[[level]]
    lines <- c()
    for (w in waves) {
      label <- if ("loadings" %in% tied) paste0("l", seq_along(items), "*") else ""
      terms <- paste0(label, at(items, w))
      if ("loadings" %in% tied) terms[1] <- paste0("1*", at(items[1], w))
      lines <- c(lines, paste0("F_", w, " =~ ", paste(terms, collapse = " + ")))
      for (k in seq_along(items)) {
        int <- if ("intercepts" %in% tied) paste0("i", k, "*") else ""
        res <- if ("residuals" %in% tied) paste0("r", k, "*") else ""
        lines <- c(lines, paste0(at(items[k], w), " ~ ", int, "1"),
                   paste0(at(items[k], w), " ~~ ", res, at(items[k], w)))
        for (v in waves[seq_len(match(w, waves) - 1)]) {
          lines <- c(lines, paste(at(items[k], v), "~~", at(items[k], w)))
        }
      }
      free <- "intercepts" %in% tied && w != waves[1]
      lines <- c(lines, paste0("F_", w, if (free) " ~ NA*1" else " ~ 0*1"))
    }
    paste(lines, collapse = "\n")
  }
  fits <- lapply(names(SHARED), function(level) {
    fit_tight(syntax(level), wide, estimator = estimator, missing = missing,
              meanstructure = TRUE)
  })
  names(fits) <- names(SHARED)
  message(name)
  list(name = name, data = source, items = items, waves = waves,
       estimator = tolower(estimator), missing = missing,
       levels = lapply(fits, level_of), differences = differences(fits, estimator),
       latent_means = means_of(fits[["scalar"]]))
}

store <- function(file, groups, waves, data) {
  write_json(
    list(software = paste0("R ", getRversion(), ", lavaan ", packageVersion("lavaan"),
                           ", semTools ", packageVersion("semTools")),
         date = format(Sys.Date()), source = "tests/reference/generate/invariance.R",
         data = data, groups = groups, waves = waves),
    file.path("tests/reference/cases", file), digits = I(15), auto_unbox = TRUE,
    pretty = TRUE, null = "null"
  )
}

# --- the cases ----------------------------------------------------------------------

SCALES <- c("valence", "efficacy", "support", "commit")
four <- sapply(SCALES, function(s) paste0(s, 1:4), simplify = FALSE)
two <- four[c("valence", "efficacy")]
one <- four["valence"]

pseudo <- function(data) {
  # three subscales stand in for three waves of four items
  wide <- data[unlist(four[1:3], use.names = FALSE)]
  names(wide) <- paste0("i", 1:4, "_", rep(c("w1", "w2", "w3"), each = 4))
  wide
}

cut_down <- function(data, answers) {
  # two answers: 1-3, 4-5; three: 1-2, 3, 4-5
  items <- one$valence
  data[items] <- lapply(data[items], function(x) {
    if (answers == 2) as.integer(x > 3) else pmin(pmax(x, 2), 4)
  })
  data
}

collapsed <- awkward("empty_category")
collapsed$x1 <- pmax(collapsed$x1, 2)
collapsed_items <- list(F = grep("^x", names(collapsed), value = TRUE))

groups <- list(
  by_group("level ml", oracle, four, "level", source = "oracle"),
  by_group("site ml", oracle, four, "site", source = "oracle"),
  by_group("site ml unit", oracle, two, "site", std.lv = TRUE, source = "oracle"),
  by_group("level fiml", oracle_missing, two, "level", missing = "fiml",
           source = "oracle_missing"),
  by_group("level mlr", oracle, four, "level", "MLR", source = "oracle"),
  by_group("site mlr", oracle, two, "site", "MLR", source = "oracle"),
  by_group("level mlr fiml", oracle_missing, one, "level", "MLR", missing = "fiml",
           source = "oracle_missing"),
  ordered_by_group("level ordered", oracle, one, "level", source = "oracle"),
  ordered_by_group("site ordered", oracle, two, "site", source = "oracle"),
  ordered_by_group("collapsed", collapsed, collapsed_items, "group",
                   source = "empty_category"),
  ordered_by_group("three answers", cut_down(oracle, 3), one, "site",
                   c("configural", "metric", "scalar"), source = "oracle"),
  ordered_by_group("two answers", cut_down(oracle, 2), one, "site",
                   c("configural", "scalar"), source = "oracle"),
  ordered_by_group("level released", oracle, one, "level", source = "oracle",
                   partial = list(metric = "valence =~ valence4",
                                  scalar = c("valence =~ valence4", "valence4 ~ 1")))
)
waves <- list(
  over_waves("pseudo ml", pseudo(oracle), paste0("i", 1:4), c("w1", "w2", "w3"),
             source = "oracle"),
  over_waves("pseudo mlr", pseudo(oracle), paste0("i", 1:4), c("w1", "w2", "w3"), "MLR",
             source = "oracle"),
  over_waves("pseudo fiml", pseudo(oracle_missing), paste0("i", 1:4),
             c("w1", "w2", "w3"), missing = "fiml", source = "oracle_missing")
)
store("invariance.json", groups, waves,
      "tests/reference/oracle and tests/reference/cases/awkward")

# the levels of the oracle were computed by another route (lavaan syntax by hand)
stored <- fromJSON("tests/reference/oracle/synth_R_oracle.json")
for (level in names(ORDERED)) {
  known <- stored$invariance_valence_ordinal_WuEstabrook[[level]]$chisq
  found <- groups[[8]]$levels[[level]]$chisq
  if (abs(found / known - 1) > 1e-5) stop("ordered, ", level, ": ", found, " ", known)
}

real <- Sys.getenv("DIAGNOSE_REFERENCE_DATA")
if (nzchar(real)) {
  hs <- read.csv(file.path(real, "holzinger1939/HolzingerSwineford1939.csv"))
  ability <- list(visual = paste0("x", 1:3), textual = paste0("x", 4:6),
                  speed = paste0("x", 7:9))
  bfi <- read.csv(file.path(real, "bfi/bfi.csv"), row.names = 1)
  nervous <- list(N = paste0("N", 1:5))
  bct <- read.csv(file.path(real, "univbct/univbct.csv"))
  bct <- bct[bct$TIME == 0, ]
  names(bct) <- sub("^(JOBSAT|COMMIT|READY)([123])$", "\\1_\\2", names(bct))
  freed <- c("x3 ~ 1", "x7 ~ 1")
  store("invariance_real.json", list(
    by_group("school", hs, ability, "school", source = "holzinger"),
    by_group("school released", hs, ability, "school", source = "holzinger",
             partial = list(scalar = freed, strict = c(freed, "x3 ~~ x3", "x7 ~~ x7"))),
    by_group("gender", bfi, nervous, "gender", source = "bfi"),
    by_group("gender mlr", bfi, nervous, "gender", "MLR", source = "bfi"),
    ordered_by_group("gender ordered", bfi[complete.cases(bfi[nervous$N]), ], nervous,
                     "gender", source = "bfi")
  ), list(
    over_waves("battalions", bct, c("JOBSAT", "COMMIT", "READY"), c("1", "2", "3"),
               source = "univbct"),
    over_waves("battalions fiml", bct, c("JOBSAT", "COMMIT", "READY"),
               c("1", "2", "3"), missing = "fiml", source = "univbct")
  ), "Holzinger and Swineford 1939; bfi; univbct")
}
