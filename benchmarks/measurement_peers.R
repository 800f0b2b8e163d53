# The peer side of measurement_speed.py: the same tasks on the same files, in R.
#
#   Rscript benchmarks/measurement_peers.R FOLDER
#
# FOLDER holds the files that measurement_speed.py writes, and gets peers.csv: one row a
# task with the elapsed and the processor seconds of the call alone (not of starting R,
# loading packages or reading the file), and one figure by which the two are compared.
suppressMessages({
  library(lavaan)
  library(psych)
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

complete <- read("complete")
missing <- read("missing")
items <- names(complete)[1:40]
blocks <- split(items, rep(1:8, each = 5))
model <- paste(sprintf("f%d =~ %s", 1:8, sapply(blocks, paste, collapse = " + ")),
               collapse = "\n")
scaled <- function(fit) fitMeasures(fit, "chisq.scaled")[[1]]
plain <- function(fit) fitMeasures(fit, "chisq")[[1]]
x <- complete[items]

record("alpha, bootstrap 1000, 8 items", "psych",
       function() alpha(x[1:8], n.iter = 1000), function(r) r$total$raw_alpha)
record("polychoric, 40 items", "psych",
       function() polychoric(x, correct = 0), function(r) r$rho[1, 2])
record("polychoric, 40 items, second peer", "lavaan",
       function() lavCor(x, ordered = items), function(r) unclass(r)[1, 2])
record("parallel analysis, 20 replications", "psych",
       function() fa.parallel(x, fa = "pc", n.iter = 20, plot = FALSE),
       function(r) r$pc.values[1])
record("EFA minres oblimin, 8 factors", "psych",
       function() fa(x, 8, rotate = "oblimin"), function(r) sum(r$communality))
record("CFA, ML, 8 x 5", "lavaan", function() cfa(model, x), plain)
record("CFA, MLR, 8 x 5", "lavaan",
       function() cfa(model, x, estimator = "MLR"), scaled)
record("invariance of two groups, ML, scalar level", "lavaan",
       function() cfa(model, complete, group = "group",
                      group.equal = c("loadings", "intercepts")), plain)
record("CFA, FIML, 3 % missing", "lavaan",
       function() cfa(model, missing[items], missing = "fiml"), plain)
record("CFA, WLSMV, 8 x 5", "lavaan",
       function() cfa(model, x, ordered = items, estimator = "WLSMV"), scaled)
if (file.exists(file.path(folder, "large.csv"))) {
  large <- read("large")[items]
  record("CFA, WLSMV, 8 x 5, N = 100,000", "lavaan",
         function() cfa(model, large, ordered = items, estimator = "WLSMV"), scaled)
}
