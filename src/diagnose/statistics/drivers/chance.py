"""A predictor of pure chance, clustered as the true ones, drawn team by team."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diagnose.statistics.drivers.moments import UnitSums

FloatArray = npt.NDArray[np.float64]

_RANK = 1e-9  # eigenvalues below this share of the largest count as zero


def with_chance_predictor(sums: UnitSums, *, seed: int) -> UnitSums:
    """Return the sums with a random normal predictor put before the others.

    Its intraclass correlation is the mean one of the predictors. Nothing but the sums
    is needed: given a unit's cross products S, those of independent normal numbers
    with its variables are normal with covariance S, and what is left of their square
    is chi-square with the remaining degrees of freedom.
    """
    rng = np.random.default_rng(seed)
    icc = _mean_intraclass(sums)
    cross = sums.cross_products()
    values, vectors = np.linalg.eigh(cross)
    in_rank = values > _RANK * values[:, -1:]
    # turned there and back, so that the signs of the eigenvectors do not matter
    turned = np.einsum("gij,gi->gj", vectors, rng.standard_normal(values.shape))
    drawn = np.where(in_rank, turned, 0.0)
    roots = np.sqrt(np.where(in_rank, values, 0.0))
    person = np.einsum("gij,gj->gi", vectors, roots * drawn)
    left_over = np.maximum(sums.counts - in_rank.sum(axis=1), 0)
    squares = (drawn**2).sum(axis=1) + 2 * rng.standard_gamma(left_over / 2)
    team = np.sqrt(icc) * rng.standard_normal(sums.n_units)
    weight = np.sqrt(1 - icc)
    products = team[:, None] * cross[:, 0] + weight * person
    square = (
        team**2 * sums.counts + 2 * team * weight * person[:, 0] + weight**2 * squares
    )
    return UnitSums(
        counts=sums.counts,
        sums=np.column_stack([products[:, 0], sums.sums]),
        products=np.column_stack([square, products[:, 1:], sums.products]),
    )


def _mean_intraclass(sums: UnitSums) -> float:
    """Return the mean ICC(1) of the predictors by analysis of variance, within 0-1."""
    n_respondents, n_units = sums.counts.sum(), sums.n_units
    if n_respondents == n_units:
        return 0.0
    diagonal = np.cumsum([0, *range(sums.n_variables, 1, -1)])
    total = sums.products[:, diagonal].sum(axis=0)  # the variables have mean zero
    between = (sums.sums**2 / sums.counts[:, None]).sum(axis=0)
    mean_between = between / (n_units - 1)
    mean_within = (total - between) / (n_respondents - n_units)
    size = (n_respondents - (sums.counts**2).sum() / n_respondents) / (n_units - 1)
    icc = (mean_between - mean_within) / (mean_between + (size - 1) * mean_within)
    return float(np.clip(icc[:-1].mean(), 0.0, 1.0))
