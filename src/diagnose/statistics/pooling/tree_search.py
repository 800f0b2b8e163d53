"""The ratios of variances that suit a tree of units best, by REML."""

from __future__ import annotations

from itertools import product

import numpy as np

from diagnose.errors import InsufficientDataError
from diagnose.statistics.pooling.tree import Tree, climb, descend
from diagnose.statistics.team_sums import FloatArray

STARTS = (0.0, 0.01, 0.1, 1.0, 10.0)
N_SEARCHES = 3
MOST_STEPS = 100


def best_ratios(tree: Tree) -> FloatArray:
    """Return the variance of each level over sigma2, at the best of some searches.

    The likelihood may have several optima, so Newton's method starts from the best
    points of a grid. A ratio whose likelihood falls from 0 on stays at exactly 0.
    """
    grid = np.array(list(product(STARTS, repeat=tree.n_levels)))
    criterion = climb(grid, tree).criterion
    found = [_search(grid[start], tree) for start in np.argsort(criterion)[:N_SEARCHES]]
    return found[int(np.argmin(climb(np.array(found), tree).criterion))]


def _search(start: FloatArray, tree: Tree) -> FloatArray:
    ratios = start.copy()
    for _ in range(MOST_STEPS):
        slope = _slopes(ratios[None, :], tree)[0]
        free = (ratios > 0) | (slope < 0)
        if not free.any():
            return ratios
        step = _newton_step(ratios, slope, free, tree)
        new = _line_search(ratios, step, slope, tree)
        moved = np.abs(new - ratios)
        ratios = new
        if (moved <= 1e-11 * (ratios + 1e-4)).all():
            return ratios
    raise InsufficientDataError(
        f"the variances of {tree.n_levels} levels cannot be told apart: the search for "
        f"them did not end within {MOST_STEPS} steps. Leave out a level."
    )


def _slopes(ratios: FloatArray, tree: Tree) -> FloatArray:
    return descend(ratios, tree, climb(ratios, tree)).slope


def _newton_step(
    ratios: FloatArray, slope: FloatArray, free: np.ndarray, tree: Tree
) -> FloatArray:
    """Return the step on the free ratios; curvature from differences of the slope.

    Where the likelihood is not convex the absolute curvature leads downhill still.
    """
    places = np.flatnonzero(free)
    widths = 1e-4 * ratios[places] + 1e-6
    ups = np.repeat(ratios[None, :], len(places), axis=0)
    downs = ups.copy()
    ups[range(len(places)), places] += widths
    downs[range(len(places)), places] = np.maximum(ratios[places] - widths, 0)
    span = ups[range(len(places)), places] - downs[range(len(places)), places]
    change = (_slopes(ups, tree) - _slopes(downs, tree))[:, places] / span[:, None]
    values, vectors = np.linalg.eigh((change + change.T) / 2)
    values = np.maximum(np.abs(values), 1e-8 * np.abs(values).max() + 1e-300)
    step = np.zeros_like(ratios)
    step[places] = -vectors @ ((vectors.T @ slope[places]) / values)
    return step


def _line_search(
    ratios: FloatArray, step: FloatArray, slope: FloatArray, tree: Tree
) -> FloatArray:
    """Return the first of shorter and shorter steps that does not climb."""
    lengths = 0.5 ** np.arange(12)
    tried = np.maximum(ratios + lengths[:, None] * step, 0)
    now = climb(ratios[None, :], tree).criterion[0]
    hoped = (tried - ratios) @ slope
    # rounding of the criterion must not stop the last, tiny steps
    slack = 1e-12 * (abs(now) + 1)
    good = climb(tried, tree).criterion <= now + 1e-4 * hoped + slack
    return tried[int(np.argmax(good))] if good.any() else ratios
