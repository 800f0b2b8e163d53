# The peer side of diagnosis_speed.py: the same tasks on the same files, in R.
#
#   Rscript benchmarks/diagnosis_peers.R FOLDER
#
# FOLDER holds the files that diagnosis_speed.py writes, and gets peers.csv: one row a
# task with the elapsed and the processor seconds of the call alone (not of starting R,
# loading packages or reading the file), and one figure by which the two are compared.
suppressMessages({
  library(nlme)
  library(lme4)
  library(multilevel)
  library(clubSandwich)
})
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
rows <- list()
record <- function(task, peer, call, figure) {
  start <- proc.time()
  result <- suppressWarnings(suppressMessages(call()))
  spent <- proc.time() - start
  rows[[length(rows) + 1]] <<- data.frame(
    task = task, peer = peer, elapsed = spent[["elapsed"]],
    processor = sum(spent[c("user.self", "sys.self", "user.child", "sys.child")]),
    figure = figure(result)
  )
  write.csv(do.call(rbind, rows), file.path(folder, "peers.csv"), row.names = FALSE)
  cat(task, spent[["elapsed"]], "s\n", file = stderr())
}

people <- read("people")
items <- people[c("q1", "q2", "q3", "q4")]
waves <- read("waves")
waves$wave <- factor(waves$wave)
variance_of <- function(group) function(fit) {
  components <- as.data.frame(VarCorr(fit))
  components$vcov[components$grp == group]
}

record("random intercept: variance between teams", "lme4",
       function() {
         fit <- lmer(v ~ 1 + (1 | team), people)
         ranef(fit)
         fit
       }, variance_of("team"))
record("teams in divisions: variance between divisions", "lme4",
       function() {
         fit <- lmer(v ~ 1 + (1 | division / team), people)
         ranef(fit)
         fit
       }, variance_of("division"))
record("ICC(1) by analysis of variance", "multilevel",
       function() ICC1(aov(v ~ as.factor(team), people)), function(r) r)
record("r_wg(j) of every team", "multilevel",
       function() rwg.j(items, people$team, ranvar = 2), function(r) mean(r$rwg.j))
record("AD of every team", "multilevel",
       function() ad.m(items, people$team), function(r) mean(r$AD.M))
record("change with teams as clusters (CR2): standard error", "clubSandwich",
       function() coef_test(lm(score ~ wave, waves), vcov = "CR2", cluster = waves$team),
       function(r) r$SE[2])
record("change of linked people in teams: standard error", "nlme",
       function() lme(score ~ wave, random = ~ 1 | team / person, data = waves),
       function(r) sqrt(vcov(r)[2, 2]))
record("change of linked people in teams: standard error", "lme4",
       function() lmer(score ~ wave + (1 | team / person), waves),
       function(r) sqrt(vcov(r)[2, 2]))
