# Cascades, network measures and fixed points in plain R, written from the definitions
# with full matrices. Run from the repository root:
#   Rscript tests/reference/generate/movement.R
# Stops when two routes to one number disagree.
library(jsonlite)
set.seed(20261125)
options(digits = 17)

same <- function(one, other, what, tolerance = 1e-9) {
  if (max(abs(one - other)) > tolerance) stop("two routes disagree: ", what)
}

# --- networks ------------------------------------------------------------------
adjacency <- function(ties, n) {
  a <- matrix(0, n, n)
  a[ties] <- 1
  a[ties[, 2:1, drop = FALSE]] <- 1
  a
}

random_ties <- function(n, chance, teams, within) {
  pairs <- t(combn(n, 2))
  p <- ifelse(teams[pairs[, 1]] == teams[pairs[, 2]], within, chance)
  pairs[runif(nrow(pairs)) < p, , drop = FALSE]
}

measures <- function(a, teams) {
  n <- nrow(a)
  degree <- rowSums(a)
  triangles <- diag(a %*% a %*% a) / 2
  by_loop <- sapply(seq_len(n), function(i) {
    friends <- which(a[i, ] == 1)
    if (length(friends) < 2) 0 else mean(a[friends, friends][upper.tri(diag(length(friends)))])
  })
  clustering <- ifelse(degree > 1, triangles / (degree * (degree - 1) / 2), 0)
  same(clustering, by_loop, "clustering")
  reach <- diag(n) + a
  repeat {
    further <- (reach %*% reach > 0) * 1
    if (all(further == reach)) break
    reach <- further
  }
  part <- apply(reach > 0, 1, function(row) which(row)[1])
  list(
    n_ties = sum(a) / 2, mean_degree = mean(degree), max_degree = max(degree),
    clustering = mean(clustering),
    bridging_share = if (sum(a) > 0) sum(a * outer(teams, teams, "!=")) / sum(a) else 0,
    n_parts = length(unique(part)), largest_part = max(table(part)),
    n_isolated = sum(degree == 0)
  )
}

# --- cascades ------------------------------------------------------------------
exposure <- function(a, active, peer_weight, afar, counts) {
  seen <- as.vector(a %*% active)
  if (counts) return(seen)
  share <- seen / pmax(rowSums(a), 1)
  peer_weight * share + (1 - peer_weight) * afar * (sum(active) - active) / length(active)
}

together <- function(a, thresholds, pioneers, peer_weight = 1, afar = 1, counts = FALSE) {
  active <- numeric(nrow(a))
  active[pioneers] <- 1
  adopters <- sum(active)
  repeat {
    joins <- active == 0 &
      exposure(a, active, peer_weight, afar, counts) >= thresholds - 1e-9
    if (!any(joins)) break
    active[joins] <- 1
    adopters <- c(adopters, sum(active))
  }
  list(active = active, adopters = adopters)
}

one_by_one <- function(a, thresholds, pioneers, peer_weight = 1, afar = 1, counts = FALSE) {
  active <- numeric(nrow(a))
  active[pioneers] <- 1
  repeat {
    joins <- which(active == 0 &
      exposure(a, active, peer_weight, afar, counts) >= thresholds - 1e-9)
    if (!length(joins)) break
    active[joins[sample.int(length(joins), 1)]] <- 1
  }
  active
}

cascade_case <- function(name, sizes, chance, within, thresholds, pioneers,
                         peer_weight = 1, afar = 1, counts = FALSE) {
  teams <- rep(seq_along(sizes), sizes)
  n <- length(teams)
  ties <- random_ties(n, chance, teams, within)
  a <- adjacency(ties, n)
  run <- together(a, thresholds, pioneers, peer_weight, afar, counts)
  for (k in 1:3) {
    same(run$active, one_by_one(a, thresholds, pioneers, peer_weight, afar, counts), name)
  }
  list(
    name = name, teams = teams - 1, ties = ties - 1, thresholds = thresholds,
    pioneers = pioneers - 1, peer_weight = peer_weight, visibility_afar = afar,
    counts = counts,
    expected = c(measures(a, teams), list(
      adopters = run$adopters, active = which(run$active == 1) - 1
    ))
  )
}

drawn <- function(n, mean, sd) round(rnorm(n, mean, sd), 3)
uneven <- c(1, 2, 9, 14, 1, 5, 28)
cascades <- list(
  cascade_case("ties only", rep(10, 6), .02, .5, drawn(60, .3, .15), c(1, 2, 3)),
  cascade_case("uneven teams, one-person teams", uneven, .03, .4, drawn(60, .25, .12),
    c(5, 30, 60)),
  cascade_case("ties and the whole organisation", uneven, .02, .5, drawn(60, .25, .15),
    1:4, peer_weight = .6, afar = .7),
  cascade_case("the whole organisation only", uneven, .02, .5, drawn(60, .3, .25),
    1:6, peer_weight = 0, afar = .9),
  cascade_case("no ties at all", c(4, 6), 0, 0, drawn(10, .3, .2), 1:2),
  cascade_case("tied thresholds on round shares", rep(6, 8), .01, 1,
    rep(c(.2, .4, .5, .6), 12), c(1, 2, 7)),
  cascade_case("two others", rep(12, 5), .04, .5, rep(2, 60), c(1, 2, 3), counts = TRUE),
  cascade_case("three others", rep(12, 5), .03, .6, rep(3, 60), 1:6, counts = TRUE)
)

# --- the window of Watts (2002), for Poisson degrees -----------------------------
window_case <- function(threshold) {
  most <- floor(1 / threshold + 1e-9)
  series <- function(z) {
    k <- 0:most
    sum(k * (k - 1) * dpois(k, z)) / z - 1
  }
  closed <- function(z) z * ppois(most - 2, z) - 1
  grid <- seq(.05, 200, by = .01)
  values <- sapply(grid, series)
  turns <- which(diff(sign(values)) != 0)
  if (!length(turns)) return(list(threshold = threshold, exists = FALSE))
  ends <- sapply(turns, function(i) {
    one <- uniroot(series, grid[i + 0:1], tol = 1e-15)$root
    other <- uniroot(closed, grid[i + 0:1], tol = 1e-15)$root
    same(one, other, "window")
    other
  })
  list(threshold = threshold, exists = TRUE, low = ends[1], high = ends[2])
}
windows <- lapply(c(.08, .1, .15, .18, .2, .25, .26, .4), window_case)

# --- fixed points (Granovetter 1978; Granovetter & Soong 1983) -------------------
fixed_case <- function(mean, sd, pioneers, space, afar) {
  rest <- function(r) {
    pioneers + (1 - pioneers) * space * pnorm(afar * r, mean, sd) - r
  }
  grid <- seq(pioneers, 1, length.out = 20001)
  first <- which(sapply(grid, rest) <= 0)[1]
  root <- uniroot(rest, grid[first - 1:0], tol = 1e-15)$root
  r <- pioneers
  for (k in 1:50000) r <- rest(r) + r
  same(root, r, "fixed point")
  list(mean = mean, sd = sd, pioneer_share = pioneers, space = space,
       visibility_afar = afar, estimate = root)
}
fixed <- list(
  fixed_case(.25, .10, 0, 1, 1), fixed_case(.25, .12, 0, 1, 1),
  fixed_case(.25, .125, 0, 1, 1), fixed_case(.4, .2, .05, 1, 1),
  fixed_case(.3, .15, .1, .8, .9), fixed_case(.5, .2, .25, .6, .5)
)

# --- intervals of a share of runs ------------------------------------------------
wilson <- lapply(list(c(0, 200), c(1, 50), c(37, 100), c(500, 1000), c(30, 30)), function(x) {
  ends <- suppressWarnings(prop.test(x[1], x[2], correct = FALSE, conf.level = .9)$conf.int)
  z2 <- qnorm(.95)^2
  p <- x[1] / x[2]
  by_hand <- (p + z2 / (2 * x[2]) + c(-1, 1) * sqrt(z2) *
    sqrt(p * (1 - p) / x[2] + z2 / (4 * x[2]^2))) / (1 + z2 / x[2])
  same(ends, by_hand, "Wilson")
  list(n_events = x[1], n_runs = x[2], conf_level = .9, low = ends[1], high = ends[2])
})
ranks <- lapply(c(4, 5, 20, 101, 200, 1000), function(n) {
  low <- qbinom(.025, n, .5)  # the largest rank with at most 2.5 % below it
  list(n_runs = n, conf_level = .95, low = low - 1, high = n - low)
})

write_json(list(
  statistic = "movement",
  source = "synthetic networks and thresholds; Watts 2002; Granovetter & Soong 1983; Wilson 1927",
  software = paste(R.version.string, "base and stats; no network package"),
  date = "2026-11-25",
  script = "tests/reference/generate/movement.R",
  rtol = 1e-9,
  reason = paste("cascades are whole numbers and must agree exactly; measures, intervals",
                 "and ends of windows are closed forms or roots found to 1e-13 or better"),
  cascades = cascades, windows = windows, fixed_points = fixed,
  wilson = wilson, median_ranks = ranks
), "tests/reference/cases/movement.json", digits = 16, auto_unbox = TRUE, pretty = FALSE)
