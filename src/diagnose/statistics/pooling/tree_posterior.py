"""What the data say about the variances of all levels, and so about every unit."""

from __future__ import annotations

import numpy as np

from diagnose.statistics.pooling.mixture import Mixture
from diagnose.statistics.pooling.posterior import FAR, log_prior
from diagnose.statistics.pooling.tree import Tree, climb, descend
from diagnose.statistics.team_sums import FloatArray

BATCH = 2_000_000
"""Numbers held at a time: points times teams."""
FEW_TEAMS = 500


def ratio_points(mode: FloatArray, tree: Tree) -> tuple[FloatArray, FloatArray]:
    """Return ratios of all levels and their probabilities on a few points.

    Each level has the prior of `log_prior`, as with one level. Gauss-Legendre in each
    direction over the stretch that matters: first along the axes through `mode`, then
    as wide as the sums over all points show that it must be.
    """
    units = _units(tree)
    n_points = _n_points(tree)
    points, widths = np.polynomial.legendre.leggauss(n_points)
    low, high = _stretches(mode, tree, units)
    furthest = np.arcsinh(FAR / units)
    for _ in range(6):
        axes = (low + high) / 2 + np.outer(points, high - low) / 2
        nodes = np.stack(np.meshgrid(*axes.T, indexing="ij"), axis=-1)
        nodes = nodes.reshape(-1, tree.n_levels)
        density = _log_density(nodes, tree, units)
        mass = np.exp(density - density.max()).reshape((n_points,) * tree.n_levels)
        new_low, new_high = _widened(mass, low, high, furthest)
        if (new_low == low).all() and (new_high == high).all():
            break
        low, high = new_low, new_high
    for axis in range(tree.n_levels):
        shape = [1] * tree.n_levels
        shape[axis] = n_points
        mass = mass * widths.reshape(shape)
    shares = mass.ravel()
    kept = shares > 1e-6 * shares.max()
    ratios = (units * np.sinh(nodes[kept])) ** 2
    return ratios, shares[kept] / shares[kept].sum()


def unit_levels(
    ratios: FloatArray, shares: FloatArray, tree: Tree
) -> tuple[Mixture, ...]:
    """Return what is believed about the level of each unit; one mixture a level."""
    locations: list[list[FloatArray]] = [[] for _ in range(tree.n_levels)]
    scales: list[list[FloatArray]] = [[] for _ in range(tree.n_levels)]
    for batch in _batches(ratios, tree):
        fit = climb(batch, tree)
        sigma2 = (fit.residual / tree.df_total)[:, None]
        predicted = descend(batch, tree, fit)
        for level in range(tree.n_levels):
            locations[level].append(predicted.levels[level])
            scales[level].append(np.sqrt(sigma2 * predicted.spreads[level]))
    return tuple(
        Mixture(
            shares=shares,
            location=np.concatenate(location),
            scale=np.concatenate(scale),
            df=tree.df_total,
        )
        for location, scale in zip(locations, scales, strict=True)
    )


def _units(tree: Tree) -> FloatArray:
    """Return the tau / sigma at which a unit's own mean counts for about a half."""
    respondents = tree.df_total + 1
    counts = [tree.n_units(level) for level in range(tree.n_levels)]
    return np.sqrt(np.array(counts) / respondents)


def _n_points(tree: Tree) -> int:
    """Return the points in each direction: with many teams a level costs more."""
    few = len(tree.sizes) <= FEW_TEAMS
    if tree.n_levels == 2:
        return 24 if few else 16
    return 16 if few else 10


def _negligible(tree: Tree) -> float:
    """Return the drop of the log density from its peak that ends a stretch."""
    return 13.0 if len(tree.sizes) <= FEW_TEAMS else 9.0


def _stretches(
    mode: FloatArray, tree: Tree, units: FloatArray
) -> tuple[FloatArray, FloatArray]:
    centre = np.arcsinh(np.sqrt(mode) / units)
    low, high = np.empty(tree.n_levels), np.empty(tree.n_levels)
    for level in range(tree.n_levels):
        steps = np.linspace(0, np.arcsinh(FAR / units[level]), 120)
        for _ in range(2):
            nodes = np.repeat(centre[None, :], len(steps), axis=0)
            nodes[:, level] = steps
            density = _log_density(nodes, tree, units)
            kept = np.flatnonzero(density > density.max() - _negligible(tree))
            low[level] = steps[max(kept[0] - 1, 0)]
            high[level] = steps[min(kept[-1] + 1, len(steps) - 1)]
            steps = np.linspace(low[level], high[level], 40)
    return low, high


def _widened(
    mass: FloatArray, low: FloatArray, high: FloatArray, furthest: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return wider ends in the directions where the outermost points still count."""
    new_low, new_high = low.copy(), high.copy()
    for axis in range(mass.ndim):
        others = tuple(other for other in range(mass.ndim) if other != axis)
        along = mass.sum(axis=others)
        reach = 0.4 * (high[axis] - low[axis])
        if along[-1] > 1e-3 * along.max():
            new_high[axis] = min(high[axis] + reach, furthest[axis])
        if along[0] > 1e-3 * along.max():
            new_low[axis] = max(low[axis] - reach, 0.0)
    return new_low, new_high


def _log_density(nodes: FloatArray, tree: Tree, units: FloatArray) -> FloatArray:
    roots = units * np.sinh(nodes)
    density = np.concatenate(
        [-climb(batch, tree).criterion / 2 for batch in _batches(roots**2, tree)]
    )
    density += np.log(np.cosh(nodes)).sum(axis=1)
    for level in range(tree.n_levels):
        df = tree.n_units(level) - tree.n_units(level - 1)
        density += log_prior(roots[:, level], df=df)
    return density


def _batches(ratios: FloatArray, tree: Tree) -> list[FloatArray]:
    size = max(BATCH // len(tree.sizes), 1)
    return [ratios[start : start + size] for start in range(0, len(ratios), size)]
