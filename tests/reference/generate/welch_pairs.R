# Write the reference values of many pairs of groups by Welch's t.
#
#     Rscript tests/reference/generate/welch_pairs.R
#
# Each pair is a unit in this wave and in the wave before: t.test(var.equal = FALSE) on
# the scores themselves, and p.adjust by Benjamini-Hochberg over all pairs.

suppressPackageStartupMessages(library(jsonlite))

set.seed(20261126)
pair <- function(n, n_before, mean, mean_before, sd, sd_before) {
  now <- round(pmin(pmax(rnorm(n, mean, sd), 1), 5) * 4) / 4
  before <- round(pmin(pmax(rnorm(n_before, mean_before, sd_before), 1), 5) * 4) / 4
  list(now = now, before = before)
}
pairs <- list(pair(8, 9, 3.1, 2.4, .8, .6), pair(5, 6, 2.5, 2.6, .9, 1.2),
              pair(38, 37, 2.8, 2.6, .7, .7), pair(120, 15, 3.6, 3.1, .5, 1.1),
              pair(11, 60, 3.2, 3.9, 1.3, .4), pair(2, 2, 3.3, 3.0, .9, .9),
              pair(400, 390, 3.45, 3.4, .8, .8), pair(25, 25, 4.6, 3.2, .3, .9),
              pair(30, 40, 2.6, 3.8, .7, .6))
row <- function(p, level) {
  t <- t.test(p$now, p$before, var.equal = FALSE, conf.level = level)
  list(now = p$now, before = p$before,
       difference = unname(t$estimate[1] - t$estimate[2]), std_error = t$stderr,
       df = unname(t$parameter), conf_low = t$conf.int[1], conf_high = t$conf.int[2],
       p_value = t$p.value)
}
cases <- lapply(c(.95, .9), function(level) {
  rows <- lapply(pairs, row, level = level)
  p <- sapply(rows, function(r) r$p_value)
  list(conf_level = level, pairs = rows, p_adjusted = p.adjust(p, "BH"))
})
answer <- list(source = "synthetic scores of this script",
               software = paste("R", getRversion(), "stats::t.test, stats::p.adjust"),
               rtol = 1e-10, why = "closed forms, and R's t distribution",
               cases = cases)
write(toJSON(answer, digits = 15, auto_unbox = TRUE),
      "tests/reference/cases/welch_pairs.json")
