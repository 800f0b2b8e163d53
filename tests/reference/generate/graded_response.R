# Graded response model by another route, in base R.
#
#     Rscript tests/reference/generate/graded_response.R
#
# Run from the repository root. Writes tests/reference/cases/graded_response.json.
#
# The parameters here are slopes and thresholds (the package works with intercepts),
# category probabilities are differences, the search is optim(BFGS) followed by
# Newton steps, and the Hessian is made of fourth-order central differences of the
# gradient. The gradient rests on Fisher's identity with numerical derivatives of each
# item; the script stops unless it agrees with differences of the log-likelihood, and
# unless the log-likelihood at ltm's optimum agrees with ltm's.

library(jsonlite)

grid_points <- function(n = 61, limit = 6) {
  x <- seq(-limit, limit, length.out = n)
  list(x = x, w = dnorm(x) / sum(dnorm(x)))
}

gauss_hermite <- function(n = 21) {  # Golub and Welsch, for the standard normal
  off <- sqrt(seq_len(n - 1))
  jacobi <- matrix(0, n, n)
  jacobi[cbind(seq_len(n - 1), 2:n)] <- off
  jacobi[cbind(2:n, seq_len(n - 1))] <- off
  e <- eigen(jacobi, symmetric = TRUE)
  list(x = e$values, w = e$vectors[1, ]^2)
}

# Answers -> patterns with counts; codes 1 to m, NA where missing.
patterns_of <- function(answers) {
  answers <- as.matrix(answers)
  answers <- answers[rowSums(!is.na(answers)) > 0, , drop = FALSE]
  known <- lapply(seq_len(ncol(answers)), function(j) sort(unique(answers[, j])))
  codes <- sapply(seq_len(ncol(answers)), function(j) match(answers[, j], known[[j]]))
  key <- apply(codes, 1, paste, collapse = " ")
  first <- !duplicated(key)
  list(codes = codes[first, , drop = FALSE],
       count = as.vector(table(factor(key, levels = key[first]))),
       m = lengths(known), known = known, n = nrow(codes))
}

# Category probabilities of one item, categories x theta, from (slope, thresholds):
# differences of cumulative probabilities, taken in the nearer tail.
item_probability <- function(par, theta) {
  logit <- par[1] * outer(par[-1], theta, function(b, t) t - b)
  passing <- rbind(1, plogis(logit), 0)
  failing <- rbind(0, plogis(logit, lower.tail = FALSE), 1)
  ifelse(tail(passing, -1) > 0.5, tail(failing, -1) - head(failing, -1),
         head(passing, -1) - tail(passing, -1))
}

pieces <- function(par, m) split(par, rep(seq_along(m), m))  # slope + (m - 1) thresholds

# The log-likelihood and the expected answers in each category at each point.
e_step <- function(par, d, q) {
  by_item <- lapply(pieces(par, d$m), item_probability, theta = q$x)
  if (any(sapply(by_item, min) <= 0)) return(list(value = -Inf))
  joint <- matrix(log(q$w), nrow(d$codes), length(q$x), byrow = TRUE)
  for (j in seq_along(by_item)) {
    seen <- which(!is.na(d$codes[, j]))
    joint[seen, ] <- joint[seen, ] + log(by_item[[j]])[d$codes[seen, j], , drop = FALSE]
  }
  top <- apply(joint, 1, max)
  joint <- exp(joint - top)
  total <- rowSums(joint)
  list(value = sum(d$count * (top + log(total))), posterior = joint / total)
}

log_likelihood <- function(par, d, q) e_step(par, d, q)$value

differences <- function(f, x, h) {  # fourth-order central differences
  sapply(seq_along(x), function(j) {
    at <- function(s) f(replace(x, j, x[j] + s * h))
    (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)
  })
}

gradient <- function(par, d, q) {
  posterior <- e_step(par, d, q)$posterior * d$count
  own <- pieces(par, d$m)
  unlist(lapply(seq_along(own), function(j) {
    seen <- which(!is.na(d$codes[, j]))
    level <- factor(d$codes[seen, j], levels = seq_len(d$m[j]))
    expected <- rowsum(posterior[seen, , drop = FALSE], level)
    expected <- expected[levels(level), , drop = FALSE]
    differences(
      function(p) sum(expected * log(item_probability(p, q$x))), own[[j]], 1e-3)
  }), use.names = FALSE)
}

# log-normal prior of the slopes, or none
penalty <- function(par, d, prior) {
  if (is.null(prior)) return(0)
  a <- sapply(pieces(par, d$m), `[`, 1)
  -sum(((log(abs(a)) - log(prior[1])) / prior[2])^2) / 2
}

penalty_gradient <- function(par, d, prior) {
  if (is.null(prior)) return(0)
  out <- numeric(length(par))
  place <- cumsum(c(1, head(d$m, -1)))
  a <- par[place]
  out[place] <- -(log(abs(a)) - log(prior[1])) / (prior[2]^2 * a)
  out
}

start_values <- function(answers, d) {
  unlist(lapply(seq_along(d$m), function(j) {
    rest <- rowMeans(answers[, -j], na.rm = TRUE)
    side <- sign(cor(answers[, j], rest, use = "complete.obs"))
    share <- table(factor(answers[, j], levels = d$known[[j]]))
    passing <- rev(cumsum(rev(share)))[-1] / sum(share)
    c(1.5 * side, -1.3 * qlogis(as.vector(passing)) / (1.5 * side))
  }))
}

fit <- function(answers, q, prior = NULL, slow = FALSE) {
  d <- patterns_of(answers)
  g <- function(p) gradient(p, d, q) + penalty_gradient(p, d, prior)
  f <- function(p) log_likelihood(p, d, q) + penalty(p, d, prior)
  coarse <- optim(start_values(answers, d), function(p) max(-1e10, f(p)), g,
                  method = "BFGS",
                  control = list(fnscale = -1, maxit = 1000, reltol = 1e-12))
  par <- coarse$par
  hessian <- function(p) { h <- differences(g, p, 2e-3); (h + t(h)) / 2 }
  for (i in 1:6) {  # Newton, halved where it does not go up
    if (i < 4) curvature <- hessian(par)
    step <- -solve(curvature, g(par))
    while (!(f(par + step) > f(par) - 1e-9)) step <- step / 2
    par <- par + step
  }
  left <- max(abs(g(par)))
  check <- sample(length(par), 3)
  direct <- sapply(check, function(j)
    differences(function(x) f(replace(par, j, x)), par[j], 2e-3))
  stopifnot(left < 1e-6, max(abs(direct - g(par)[check])) < 1e-5)
  covariance <- solve(-hessian(par))
  se <- sqrt(diag(covariance))
  value <- log_likelihood(par, d, q)
  list(log_likelihood = value, n_respondents = d$n, n_patterns = length(d$count),
       slopes = unname(sapply(pieces(par, d$m), `[`, 1)),
       thresholds = unname(lapply(pieces(par, d$m), function(p) p[-1])),
       slope_se = unname(sapply(pieces(se, d$m), `[`, 1)),
       threshold_se = unname(lapply(pieces(se, d$m), function(p) p[-1])),
       aic = -2 * value + 2 * length(par), bic = -2 * value + length(par) * log(d$n),
       par = par, d = d)
}

kept <- function(x) x[setdiff(names(x), c("par", "d"))]

# ---- what follows from a fit, for four items without missing answers -----------------

posterior_by_integration <- function(f, code) {
  own <- pieces(f$par, f$d$m)
  density <- Vectorize(function(t)
    dnorm(t) * prod(mapply(function(p, k)
      if (is.na(k)) 1 else item_probability(p, t)[k], own, code)))
  moment <- function(r) integrate(function(t) t^r * density(t), -8, 8,
                                  rel.tol = 1e-12, subdivisions = 2000)$value
  mean <- moment(1) / moment(0)
  c(mean, sqrt(moment(2) / moment(0) - mean^2))
}

person_fit <- function(f, code) {
  own <- pieces(f$par, f$d$m)
  answered <- which(!is.na(code))
  log_post <- function(t) dnorm(t, log = TRUE) +
    sum(sapply(answered, function(j) log(item_probability(own[[j]], t)[code[j]])))
  theta <- optimize(log_post, c(-6, 6), maximum = TRUE, tol = 1e-10)$maximum
  slope_at <- function(t) differences(log_post, t, 1e-3)
  for (i in 1:5)  # Newton with differences, as optimize stops at 1e-8
    theta <- theta - slope_at(theta) / differences(slope_at, theta, 1e-2)
  observed <- mean <- variance <- tie <- information <- 0
  for (j in answered) {
    p <- item_probability(own[[j]], theta)[, 1]
    slope_of_p <- differences(function(t) item_probability(own[[j]], t)[, 1], theta, 1e-3)
    slope_of_p <- as.vector(slope_of_p)
    observed <- observed + log(p[code[j]])
    mean <- mean + sum(p * log(p))
    variance <- variance + sum(p * log(p)^2) - sum(p * log(p))^2
    tie <- tie + sum(slope_of_p * log(p))
    information <- information + sum(slope_of_p^2 / p)
  }
  c(theta, observed, (observed - mean) / sqrt(variance),
    (observed - mean - tie / information * theta) / sqrt(variance - tie^2 / information))
}

q3 <- function(f, values, q) {
  own <- pieces(f$par, f$d$m)
  eap <- as.vector(e_step(f$par, f$d, q)$posterior %*% q$x)
  residual <- sapply(seq_along(own), function(j)
    values[f$d$codes[, j]] - as.vector(values %*% item_probability(own[[j]], eap)))
  everyone <- residual[rep(seq_along(f$d$count), f$d$count), ]
  r <- cor(everyone)
  t(r)[lower.tri(r)]
}

# S-X2 by enumerating every pattern instead of the Lord-Wingersky recursion.
s_x2 <- function(f, q) {
  own <- lapply(pieces(f$par, f$d$m), item_probability, theta = q$x)
  every <- as.matrix(expand.grid(lapply(f$d$m, seq_len)))
  like <- Reduce(`*`, lapply(seq_along(own), function(j) own[[j]][every[, j], ]))
  probability <- as.vector(like %*% q$w)
  score <- rowSums(every)
  seen <- rowSums(f$d$codes)
  inner <- setdiff(sort(unique(score)), range(score))
  sapply(seq_along(own), function(j) {
    statistic <- 0; cells <- 0; groups <- 0
    for (s in inner) {
      n <- sum(f$d$count[seen == s])
      if (n == 0) next
      at <- score == s
      e <- sapply(seq_len(f$d$m[j]), function(k) sum(probability[at & every[, j] == k]))
      e <- n * e / sum(probability[at])
      o <- sapply(seq_len(f$d$m[j]), function(k)
        sum(f$d$count[seen == s & f$d$codes[, j] == k]))
      while (length(e) > 1 && min(e) < 1) {
        i <- which.min(e)
        other <- if (i - 1 < length(e) / 2) i + 1 else i - 1
        low <- min(i, other)
        e[low] <- e[low] + e[low + 1]; o[low] <- o[low] + o[low + 1]
        e <- e[-(low + 1)]; o <- o[-(low + 1)]
      }
      if (length(e) < 2) next
      statistic <- statistic + sum((o - e)^2 / e)
      cells <- cells + length(e); groups <- groups + 1
    }
    c(statistic, cells - groups - f$d$m[j])
  })
}

# ---- the cases -----------------------------------------------------------------------

set.seed(1)
oracle <- "tests/reference/oracle/"
complete <- read.csv(paste0(oracle, "synth_complete.csv"))
missing <- read.csv(paste0(oracle, "synth_missing.csv"))
ltm <- fromJSON(paste0(oracle, "synth_R_oracle.json"))$scales
awkward <- function(name) {
  x <- read.csv(paste0("tests/reference/cases/awkward/", name, ".csv"))
  x <- x[rep(seq_len(nrow(x)), x$count), ]
  x[, grepl("^x", names(x))]
}
columns <- function(s) paste0(s, 1:4)

software <- paste0(R.version.string, ", base R (see script)")
reason_fit <- paste("the same likelihood on the same points; R stops at a gradient of",
                    "1e-6 and differentiates numerically")
case <- function(source, data, options, expected, rtol_std_error = 1e-7) {
  cat(source, "\n")
  list(statistic = "graded_response", source = source, software = software,
       script = "tests/reference/generate/graded_response.R", data = data,
       options = options, expected = expected, rtol_log_likelihood = 1e-12,
       rtol = 1e-9, rtol_std_error = rtol_std_error, reason = reason_fit)
}
named <- function(...) { x <- list(...); if (length(x)) x else structure(list(), names = character()) }

q61 <- grid_points()
q21 <- gauss_hermite()
cases <- list()
for (s in names(ltm)) {
  items <- complete[columns(s)]
  f <- fit(items, q21)
  # ltm stops early: never above the maximum, and within 2e-5 below it.
  stopifnot(f$log_likelihood - ltm[[s]]$grm_loglik > -1e-7,
            f$log_likelihood - ltm[[s]]$grm_loglik < 2e-5,
            max(abs(f$slopes - ltm[[s]]$grm_coef[, 5])) < 1.5e-3)
  cases[[length(cases) + 1]] <- case(
    paste("synthetic answers,", s, "21 Gauss-Hermite points"),
    list(file = "oracle/synth_complete.csv", columns = columns(s)),
    named(quadrature = "gauss_hermite", n_points = 21), kept(f))
  f <- fit(items, q61)
  cases[[length(cases) + 1]] <- case(
    paste("synthetic answers,", s),
    list(file = "oracle/synth_complete.csv", columns = columns(s)), named(), kept(f))
  if (s == "valence") {
    valence <- f
    rows <- c(1, 2, 3, 17, 100, 250)
    who <- items[rows, ]
    code <- as.matrix(who)
    code[2, 3] <- NA
    code[4, 1:2] <- NA
    person <- t(apply(code, 1, function(k) person_fit(f, k)))
    scores <- t(apply(code, 1, function(k) posterior_by_integration(f, k)))
    follow <- list(
      statistic = "what follows from graded_response", source = "synthetic answers, valence",
      software = software, script = "tests/reference/generate/graded_response.R",
      data = list(file = "oracle/synth_complete.csv", columns = columns(s)),
      answers = unname(code),
      eap = unname(scores), rtol_eap = 1e-9,
      reason_eap = "adaptive integration from -8 to 8 against 61 points from -6 to 6",
      person_fit = unname(person), rtol_person_fit = 1e-8,
      reason_person_fit = "R finds theta and the derivatives by differences",
      q3 = q3(f, 1:5, q61), rtol_q3 = 1e-9,
      reason_q3 = "the same formula; parameters agree to 1e-10",
      s_x2 = unname(s_x2(f, q61)), rtol_s_x2 = 1e-9,
      reason_s_x2 = "every pattern enumerated instead of a recursion; no rounding to speak of")
  }
}
cases[[length(cases) + 1]] <- case(
  "synthetic answers with missing, valence",
  list(file = "oracle/synth_missing.csv", columns = columns("valence")), named(),
  kept(fit(missing[columns("valence")], q61)))
for (name in c("zero_cell", "negative_item", "missing_3", "missing_30", "empty_category",
               "large")) {
  items <- awkward(name)
  cases[[length(cases) + 1]] <- case(
    paste("awkward set,", name),
    list(file = paste0("cases/awkward/", name, ".csv"), columns = names(items)),
    named(), kept(fit(items, q61)))
}
items <- awkward("small")
cases[[length(cases) + 1]] <- case(
  "awkward set, small, with the prior",
  list(file = "cases/awkward/small.csv", columns = names(items)),
  named(prior = "log_normal"), kept(fit(items, q61, prior = c(1.7, 1))),
  rtol_std_error = 2e-6)  # 30 respondents: the Hessian bends most between its differences

write_json(list(fits = cases, follow = follow), "tests/reference/cases/graded_response.json",
           digits = 14, auto_unbox = TRUE, pretty = TRUE, null = "null", na = "null")
