# Write the reference values of ordinal logits, of their clustered errors, and of
# Brant's check.
#
#     Rscript tests/reference/generate/ordinal_comparison.R
#
# ordinal::clm (Newton's method) gives the estimates; MASS::polr must agree to what its
# optimiser reaches. Clustered errors come from the scores of the likelihood: without an
# adjustment sandwich::vcovCL on polr must agree, with Bell and McCaffrey's adjustment
# clubSandwich on whitened rows where there are two categories. Brant's test is put
# together from glm.

suppressPackageStartupMessages({
  library(MASS); library(ordinal); library(sandwich); library(clubSandwich)
  library(numDeriv); library(jsonlite)})

agree <- function(a, b, tolerance, what)
  if (max(abs(a - b) / pmax(abs(b), 1e-3)) > tolerance) stop(what)

row_scores <- function(par, y, X, C) {  # derivative of each row's log-likelihood
  eta <- as.vector(X %*% par[-seq_len(C - 1)]); cuts <- c(-Inf, par[seq_len(C - 1)], Inf)
  p <- plogis(cuts[y + 1] - eta) - plogis(cuts[y] - eta)
  up <- dlogis(cuts[y + 1] - eta) / p; down <- dlogis(cuts[y] - eta) / p
  cbind(sapply(seq_len(C - 1), function(c) (y == c) * up - (y == c + 1) * down),
        (down - up) * X)
}

power <- function(m, k) {
  e <- eigen(m, symmetric = TRUE); e$vectors %*% (e$values^k * t(e$vectors))
}

# Bell and McCaffrey's adjustment with the information of a team for its cross product.
# Satterthwaite's df and the HTZ df from the full team by team arrays of covariances.
adjusted <- function(par, y, X, C, team) {
  teams <- split(seq_along(y), team)
  score <- lapply(teams, function(i) colSums(row_scores(par, y[i], X[i, , drop = FALSE], C)))
  info <- lapply(teams, function(i) -jacobian(
    function(q) colSums(row_scores(q, y[i], X[i, , drop = FALSE], C)), par))
  M <- solve(Reduce(`+`, info)); root <- power(M, .5); p <- length(par); m <- length(teams)
  G <- lapply(info, function(a) root %*% ((a + t(a)) / 2) %*% root)
  B <- lapply(G, function(g) power(diag(p) - g, -.5))
  push <- sapply(seq_len(m), function(j) root %*% B[[j]] %*% root %*% score[[j]])
  V <- tcrossprod(push)
  own <- lapply(seq_len(m), function(j) root %*% B[[j]] %*% G[[j]] %*% B[[j]] %*% root)
  h <- lapply(seq_len(m), function(j) root %*% G[[j]] %*% B[[j]])  # rows: coefficients
  between <- function(j, k) (if (j == k) own[[j]] else 0) - h[[j]] %*% t(h[[k]])
  df <- sapply(seq_len(p), function(s) {
    P <- outer(seq_len(m), seq_len(m), Vectorize(function(j, k) between(j, k)[s, s]))
    sum(diag(P))^2 / sum(P^2)
  })
  s <- C:p; q <- length(s)
  expected <- Reduce(`+`, lapply(seq_len(m), function(j) between(j, j)[s, s, drop = FALSE]))
  W <- power(expected, -.5); total <- 0
  for (j in seq_len(m)) for (k in seq_len(m)) {
    t <- W %*% between(j, k)[s, s, drop = FALSE] %*% W
    total <- total + sum(diag(t))^2 + sum(t * t(t))
  }
  eta <- q * (q + 1) / total; df2 <- eta - q + 1
  F <- as.numeric(t(par[s]) %*% solve(V[s, s], par[s])) * df2 / (eta * q)
  list(V = V, df = df, htz = c(F, df2, pf(F, q, df2, lower.tail = FALSE)))
}

brant <- function(y, X, C, team) {
  n <- length(y); Z <- cbind(1, X); p <- ncol(Z); K <- C - 1
  fits <- lapply(seq_len(K), function(k) glm.fit(Z, as.numeric(y > k), family = binomial(),
    control = glm.control(epsilon = 1e-14, maxit = 100)))
  pi <- sapply(fits, function(f) f$fitted.values)
  B <- lapply(seq_len(K), function(k) solve(t(Z) %*% (Z * (pi[, k] * (1 - pi[, k])))))
  V <- matrix(0, K * p, K * p)
  at <- function(k) (k - 1) * p + seq_len(p)
  if (is.null(team)) {
    for (k in seq_len(K)) for (l in k:K) {
      block <- B[[k]] %*% t(Z) %*% (Z * (pi[, l] * (1 - pi[, k]))) %*% B[[l]]
      V[at(k), at(l)] <- block; V[at(l), at(k)] <- t(block)
    }
  } else {
    teams <- split(seq_len(n), team)
    S <- do.call(cbind, lapply(seq_len(K), function(k) {
      root <- power(B[[k]], .5)
      t(sapply(teams, function(i) {
        Zi <- Z[i, , drop = FALSE]; w <- pi[i, k] * (1 - pi[i, k])
        free <- power(diag(p) - root %*% t(Zi) %*% (Zi * w) %*% root, -.5)
        root %*% free %*% root %*% colSums(Zi * ((y[i] > k) - pi[i, k]))
      }))
    }))
    V <- crossprod(S)
  }
  slopes <- unlist(lapply(seq_len(K), function(k) fits[[k]]$coefficients))
  test <- function(columns) {
    D <- do.call(rbind, lapply(2:K, function(k) {
      d <- matrix(0, length(columns), K * p)
      for (i in seq_along(columns)) {
        d[i, at(1)[columns[i]]] <- 1; d[i, at(k)[columns[i]]] <- -1
      }
      d
    }))
    q <- nrow(D); W <- as.numeric(t(D %*% slopes) %*% solve(D %*% V %*% t(D), D %*% slopes))
    if (is.null(team)) return(c(W, q, pchisq(W, q, lower.tail = FALSE)))
    m <- length(unique(team)); F <- W * (m - q) / ((m - 1) * q)
    c(F, q, pf(F, q, m - q, lower.tail = FALSE))
  }
  tests <- lapply(c(list(2:p), as.list(2:p)), test)
  list(statistic = sapply(tests, `[`, 1), df = sapply(tests, `[`, 2),
       p_value = sapply(tests, `[`, 3))
}

one <- function(name, data, predictors, check = TRUE) {
  complete <- data[complete.cases(data), ]
  y <- as.integer(factor(complete$item)); C <- max(y)
  formula <- reformulate(predictors, "factor(item)")
  X <- model.matrix(reformulate(predictors), complete)[, -1, drop = FALSE]
  clm <- clm(formula, data = complete, control = clm.control(gradTol = 1e-12, maxIter = 200))
  null <- clm(factor(item) ~ 1, data = complete)
  # polr needs three categories; with two it is a logistic regression
  second <- if (C > 2) polr(formula, data = complete, Hess = TRUE,
                            control = list(reltol = 1e-14, maxit = 1000))
    else glm(formula, binomial, complete, control = list(epsilon = 1e-14))
  places <- if (C > 2) seq_len(ncol(X)) else 1 + seq_len(ncol(X))
  agree(unname(coef(second)[places]), unname(clm$beta), 1e-5, paste(name, "polr"))
  V <- vcov(clm); team <- complete$team; m <- length(unique(team))
  sums <- rowsum(row_scores(coef(clm), y, X, C), team)
  clustered <- V %*% crossprod(sums) %*% V * m / (m - 1)
  peer <- vcovCL(second, cluster = team, type = "HC0", cadjust = TRUE)
  slopes <- C - 1 + seq_len(ncol(X))
  agree(sqrt(diag(peer))[places], sqrt(diag(clustered))[slopes], 1e-4,
        paste(name, "vcovCL"))
  own <- adjusted(coef(clm), y, X, C, team)
  if (C == 2) {
    # A logistic regression at its maximum is least squares of whitened rows, on which
    # clubSandwich can be asked. (On the glm itself it takes another square root.)
    w <- sqrt(second$weights); Z <- model.matrix(second) * w
    white <- lm(u ~ 0 + Z, list(u = w * (second$linear.predictors + residuals(second, "working")), Z = Z))
    V2 <- vcovCR(white, team, type = "CR2")
    table <- coef_test(white, V2, test = "Satterthwaite")
    agree(sqrt(diag(own$V)), table$SE, 1e-8, "CR2 of a logistic regression")
    agree(own$df, table$df_Satt, 1e-8, "df of a logistic regression")
    htz <- Wald_test(white, constrain_zero(2:(ncol(X) + 1)), V2, test = "HTZ")
    agree(own$htz, c(htz$Fstat, htz$df_denom, htz$p_val), 1e-8, "HTZ")
  }
  ratio <- anova(null, clm)
  list(name = name, data = lapply(data, function(v) if (is.factor(v)) as.character(v) else v),
       predictors = I(predictors), terms = I(colnames(X)), n_respondents = nrow(complete),
       n_teams = m, slopes = I(unname(clm$beta)), thresholds = I(unname(clm$alpha)),
       std_error = I(unname(sqrt(diag(V))[slopes])),
       threshold_error = I(unname(sqrt(diag(V))[-slopes])),
       cr1_error = I(unname(sqrt(diag(clustered))[slopes])),
       cr2_error = I(sqrt(diag(own$V))[slopes]), cr2_df = I(own$df[slopes]),
       cr2_threshold_error = I(sqrt(diag(own$V))[-slopes]),
       log_likelihood = as.numeric(logLik(clm)),
       null_log_likelihood = as.numeric(logLik(null)),
       ratio = list(statistic = ratio$LR.stat[2], df = ncol(X), p_value = ratio$`Pr(>Chisq)`[2]),
       htz = list(statistic = own$htz[1], df2 = own$htz[2], p_value = own$htz[3]),
       brant = if (check) brant(y, X, C, NULL), brant_clustered = if (check) brant(y, X, C, team))
}

synth <- read.csv("tests/reference/oracle/synth_complete.csv")
missing <- read.csv("tests/reference/oracle/synth_missing.csv")
frame <- function(d, item, ...) data.frame(item = d[[item]], ..., team = d$team)

set.seed(20261126)
n <- 240; team <- sample(1:14, n, TRUE, prob = (1:14)^1.5); x <- round(rnorm(n), 2)
skewed <- data.frame(x, z = rbinom(n, 1, .3), team)
skewed$item <- c(1, 2, 5, 7)[findInterval(
  .8 * x + .5 * skewed$z + rnorm(14, sd = .6)[team] + rlogis(n), c(-2, 1.5, 2.5)) + 1]
two <- skewed; two$item <- as.numeric(two$item > 2)

cases <- list(
  one("managers and staff", frame(synth, "valence1", group = synth$level), "group"),
  one("three sites", frame(synth, "commit2", group = synth$site), "group"),
  one("missing answers", frame(missing, "efficacy3", support1 = missing$support1,
      outcome = missing$outcome), c("support1", "outcome")),
  one("uneven categories with gaps, unequal teams", skewed, c("x", "z")),
  one("two categories", two, c("x", "z"), check = FALSE))

answer <- list(
  source = "synthetic data of this script, and tests/reference/oracle",
  software = paste("R", getRversion(), "ordinal", packageVersion("ordinal"), "MASS",
                   packageVersion("MASS"), "sandwich", packageVersion("sandwich"), "clubSandwich",
                   packageVersion("clubSandwich")),
  rtol = 1e-8,
  why = "maxima reached by Newton steps; the information of teams is a numerical derivative",
  cases = cases)
write(toJSON(answer, digits = 15, auto_unbox = TRUE, na = "null", null = "null"),
      "tests/reference/cases/ordinal_comparison.json")
