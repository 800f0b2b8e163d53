"""Units within units: the tree, and the likelihood that runs over it once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diagnose.statistics.team_sums import CheckedSummary, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tree:
    """Teams in departments in divisions; siblings stand next to each other.

    Attributes
    ----------
    parents : tuple of numpy.ndarray, one a level from large to small
        For each unit, its place among the units one level up (0 at the top).
    starts : tuple of numpy.ndarray
        For each unit one level up, the place of its first child.
    sizes, means : numpy.ndarray, shape (n_teams,)
        Respondents and mean of the smallest units.
    within, df_total : float
        Sum of squares within the smallest units; respondents less one.
    """

    parents: tuple[IntArray, ...]
    starts: tuple[IntArray, ...]
    sizes: FloatArray
    means: FloatArray
    within: float
    df_total: float

    @property
    def n_levels(self) -> int:
        """Return the number of levels."""
        return len(self.parents)

    def n_units(self, level: int) -> int:
        """Return the number of units at a level; -1 stands for the whole."""
        return 1 if level < 0 else len(self.parents[level])

    def gather(self, numbers: FloatArray, level: int) -> FloatArray:
        """Add up the last axis, units of `level`, by their parents."""
        sums: FloatArray = np.add.reduceat(numbers, self.starts[level], axis=-1)
        return sums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TreeFit:
    """The model at given ratios, mu and sigma2 at their optima.

    Attributes
    ----------
    weights, means : tuple of numpy.ndarray, shape (n_ratios, n_units), one a level
        What each unit counts for one level up, and its weighted mean.
    mu, precision, residual, criterion : numpy.ndarray, shape (n_ratios,)
        As in `RatioProfile`.
    """

    weights: tuple[FloatArray, ...]
    means: tuple[FloatArray, ...]
    mu: FloatArray
    precision: FloatArray
    residual: FloatArray
    criterion: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TreeLevels:
    """What is predicted for every unit at given ratios.

    Attributes
    ----------
    effects, levels, spreads : tuple of numpy.ndarray, shape (n_ratios, n_units)
        Effect of the unit, mu plus the effects of the unit and all above it, and the
        prediction variance of that sum in units of sigma2; one array a level.
    slope : numpy.ndarray, shape (n_ratios, n_levels)
        Derivative of the criterion to the ratios.
    """

    effects: tuple[FloatArray, ...]
    levels: tuple[FloatArray, ...]
    spreads: tuple[FloatArray, ...]
    slope: FloatArray


def build_tree(codes: list[IntArray], checked: CheckedSummary) -> Tree:
    """Return the tree of teams in order; `codes` give each team its unit at a level.

    Codes run from 0 upwards without jumps, and units one level down stay together.
    """
    parents, starts = [], []
    above = np.zeros(len(codes[0]), dtype=np.int64)
    for units in codes:
        first = np.flatnonzero(np.diff(units, prepend=-1))
        own = above[first]
        parents.append(own)
        starts.append(np.flatnonzero(np.diff(own, prepend=-1)))
        above = units
    return Tree(
        parents=tuple(parents),
        starts=tuple(starts),
        sizes=checked.sizes,
        means=checked.means,
        within=float(checked.within_squares.sum()),
        df_total=checked.df_total,
    )


def climb(ratios: FloatArray, tree: Tree) -> TreeFit:
    """Return the restricted likelihood, level by level from the teams to the whole.

    The mean of a unit, weighted by what its children count for, says all that they
    say about the unit: a unit of precision W counts for W / (1 + r W) one level up.
    """
    n_ratios = len(ratios)
    precision = np.broadcast_to(tree.sizes, (n_ratios, len(tree.sizes)))
    means = np.broadcast_to(tree.means, precision.shape)
    residual = np.full(n_ratios, tree.within)
    logs = np.zeros(n_ratios)
    all_weights, all_means = [], []
    for level in reversed(range(tree.n_levels)):
        inflation = ratios[:, [level]] * precision
        weights = precision / (1 + inflation)
        logs = logs + np.log1p(inflation).sum(axis=1)
        all_weights.append(weights)
        all_means.append(means)
        precision = tree.gather(weights, level)
        above = tree.gather(weights * means, level) / precision
        around = (means - above[:, tree.parents[level]]) ** 2
        residual = residual + (weights * around).sum(axis=1)
        means = above
    whole = precision[:, 0]
    return TreeFit(
        weights=tuple(reversed(all_weights)),
        means=tuple(reversed(all_means)),
        mu=means[:, 0],
        precision=whole,
        residual=residual,
        criterion=tree.df_total * np.log(residual) + logs + np.log(whole),
    )


def descend(ratios: FloatArray, tree: Tree, fit: TreeFit) -> TreeLevels:
    """Return predictions for all units, from the whole down to the teams."""
    levels, spreads, effects = [], [], []
    slope = np.empty((len(ratios), tree.n_levels))
    level_above, spread_above = fit.mu[:, None], 1 / fit.precision[:, None]
    for level in range(tree.n_levels):
        parents, weights = tree.parents[level], fit.weights[level]
        ratio = ratios[:, [level]]
        base, doubt = level_above[:, parents], spread_above[:, parents]
        pull = weights * (fit.means[level] - base)
        rest = 1 - ratio * weights
        slope[:, level] = (weights - weights**2 * doubt).sum(axis=1) - (
            tree.df_total * (pull**2).sum(axis=1) / fit.residual
        )
        effects.append(ratio * pull + 0.0)  # no -0.0
        level_above = base + ratio * pull
        spread_above = ratio * rest + rest**2 * doubt
        levels.append(level_above)
        spreads.append(spread_above)
    return TreeLevels(
        effects=tuple(effects),
        levels=tuple(levels),
        spreads=tuple(spreads),
        slope=slope,
    )
