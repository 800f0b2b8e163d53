# Write the reference values of regressions of soldiers in 49 companies (lq2002, not in
# this repository).
#
#     DIAGNOSE_REFERENCE_DATA=... Rscript tests/reference/generate/clustered_real.R
#
# clubSandwich on lm; ordinal::clm with clustered errors from sandwich on MASS::polr, the
# estimates of which must agree.

suppressPackageStartupMessages({library(clubSandwich); library(MASS); library(ordinal)
  library(sandwich); library(jsonlite)})

d <- read.csv(file.path(Sys.getenv("DIAGNOSE_REFERENCE_DATA"), "lq2002", "lq2002.csv"))
fit <- lm(HOSTILE ~ LEAD + TSIG, d)
V <- vcovCR(fit, d$COMPID, type = "CR2")
table <- coef_test(fit, V, test = "Satterthwaite")
wald <- Wald_test(fit, constrain_zero(2:3), V, test = "HTZ")

d$agrees <- as.numeric(d$TSIG01 >= 4)
two <- lm(LEAD ~ agrees, d)
pair <- coef_test(two, vcovCR(two, d$COMPID, type = "CR2"), test = "Satterthwaite")[2, ]

clm <- clm(factor(LEAD01) ~ agrees, data = d, control = clm.control(gradTol = 1e-12))
polr <- polr(factor(LEAD01) ~ agrees, d, Hess = TRUE, control = list(reltol = 1e-15, maxit = 1000))
if (abs(coef(polr) / clm$beta - 1) > 1e-5) stop("polr")
clustered <- vcovCL(polr, d$COMPID, type = "HC0", cadjust = TRUE)

answer <- list(
  source = "lq2002 of the R package multilevel: 2042 soldiers in 49 companies",
  software = paste("R", getRversion(), "clubSandwich", packageVersion("clubSandwich"),
                   "ordinal", packageVersion("ordinal"), "sandwich", packageVersion("sandwich")),
  rtol = 1e-9, why = "closed forms; R works with n by n blocks, we with p by p ones",
  rtol_clustered_ordinal = 1e-5, why_ordinal = "polr stops short of the maximum",
  regression = list(estimate = table$beta, std_error = table$SE, df = table$df_Satt,
                    p_value = table$p_Satt),
  joint = list(statistic = wald$Fstat, df2 = wald$df_denom, p_value = wald$p_val),
  pair = list(estimate = pair$beta, std_error = pair$SE, df = pair$df_Satt,
              p_value = pair$p_Satt),
  ordinal = list(estimate = unname(clm$beta), std_error = sqrt(vcov(clm)["agrees", "agrees"]),
                 clustered_error = sqrt(clustered["agrees", "agrees"])))
write(toJSON(answer, digits = 15, auto_unbox = TRUE), "tests/reference/cases/clustered_real.json")
