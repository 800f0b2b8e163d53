"""Levels of units within units: divisions, departments, teams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.pooling.hierarchy import (
    Hierarchy,
    build_hierarchy,
    summarise_paths,
)
from diagnose.statistics.pooling.mixture import Mixture
from diagnose.statistics.pooling.tree import TreeLevels, climb, descend
from diagnose.statistics.pooling.tree_posterior import ratio_points, unit_levels
from diagnose.statistics.pooling.tree_search import best_ratios
from diagnose.statistics.team_sums import FloatArray

MOST_EXACT = 500
"""Units of a level up to which limits are cut from the mixture itself."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NestedMeans:
    """Levels of all units of a hierarchy, with the variances they rest on.

    Attributes
    ----------
    method : str
        ``"REML"``.
    levels : tuple of str
        Names of the levels, from large to small.
    n_units : tuple of int
        Units at each level.
    mu, mu_std_error : float
        Mean of the whole and its standard error (variances taken as known).
    variances : tuple of float
        Variance that each level adds, in squared units of the score.
    sigma2 : float
        Variance within the smallest units.
    shares : tuple of float
        Share of each level in the variance of one person's score; the rest lies within
        the smallest units.
    levels_equal : tuple of str
        Levels whose variance is estimated at 0.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    n_respondents, n_teams : int
        Size of the data analysed; n_teams counts the smallest units.
    notes : tuple of str
        What a reader must know about these numbers.
    """

    method: str
    levels: tuple[str, ...]
    n_units: tuple[int, ...]
    mu: float
    mu_std_error: float
    variances: tuple[float, ...]
    sigma2: float
    shares: tuple[float, ...]
    levels_equal: tuple[str, ...]
    conf_level: float
    n_respondents: int
    n_teams: int
    notes: tuple[str, ...]
    _units: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a unit, large levels first.

        ``path`` is the tuple of labels from the top, which tells apart units of one
        name; ``mean`` the mean of all respondents of the unit; ``effect`` the shrunken
        difference with the unit above; ``estimate`` the level, mu plus the effects of
        the unit and of those above it, with ``std_error``, ``conf_low``, ``conf_high``.
        """
        return self._units.copy()


def nested_means(
    values: pd.Series, levels: pd.DataFrame, *, conf_level: float = 0.95
) -> NestedMeans:
    """Shrink the means of units within units, each towards the unit above it.

    The model is value = mu + effect of the division + effect of the department in it +
    effect of the team in that + rest; effects and rest are normal, with one variance a
    level. It says at which level people differ, and what is believed about each unit.

    Parameters
    ----------
    values : pandas.Series, shape (n_respondents,)
        One score a respondent; missing ones are left out.
    levels : pandas.DataFrame, shape (n_respondents, 2 or 3)
        Unit of each respondent at each level, columns from large to small, same index.
        Rows that lack a label are left out. A unit is known by its path: departments
        of one name in two divisions are two departments.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    NestedMeans
        See `nested_means_from_summary` for the intervals.

    Raises
    ------
    TypeError
        Values that are no numbers, or levels that are no frame.
    ValueError
        A wrong option, not 2 or 3 levels, or a different index.
    InsufficientDataError
        One unit at the top, two levels with the same units, no smallest unit of 2 or
        more, no variance within these, or no more than 3 respondents.

    References
    ----------
    Goldstein, H. (2011). Multilevel statistical models (4th ed.). Wiley.
    """
    summary = summarise_paths(values, levels)
    return nested_means_from_summary(
        summary, levels=list(levels.columns), conf_level=conf_level
    )


def nested_means_from_summary(
    summary: pd.DataFrame, *, levels: Sequence[str], conf_level: float = 0.95
) -> NestedMeans:
    """Shrink units within units, given n, mean and variance of each smallest unit.

    Variances are REML and estimates empirical BLUPs, as in a mixed model with a random
    intercept for each level. Standard errors and limits add up what would be believed
    at all variances, by how well these fit (with the priors of
    `shrunken_means_from_summary` for each level; units less units one level up take the
    place of teams less one), so they allow for differences where a variance is
    estimated at 0. At a level of more than 500 units the limits are those of a t
    distribution with the mean and standard deviation of that mixture.

    Parameters
    ----------
    summary : pandas.DataFrame, one row a smallest unit
        The columns of `levels`, and n_respondents, mean, variance (NaN for a unit of
        one). Units that may not be shown are left out, not blanked.
    levels : sequence of 2 or 3 str
        Columns that name the units, from large to small.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    TypeError, ValueError, InsufficientDataError
        As in `nested_means`; also for a row that occurs twice or lacks a number.

    References
    ----------
    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical
    models. Bayesian Analysis, 1.
    """
    check_proportion("conf_level", conf_level)
    hierarchy = build_hierarchy(summary, levels)
    tree = hierarchy.tree
    require(
        tree.df_total > 2,
        "intervals of unit levels need more than 3 respondents; got "
        f"{tree.df_total + 1:g}. Show the raw means, or take units together.",
    )
    ratios = best_ratios(tree)
    fit = climb(ratios[None, :], tree)
    predicted = descend(ratios[None, :], tree, fit)
    believed = unit_levels(*ratio_points(ratios, tree), tree)
    sigma2 = float(fit.residual[0]) / tree.df_total
    equal = tuple(
        name for name, r in zip(hierarchy.levels, ratios, strict=True) if r == 0
    )
    return NestedMeans(
        method="REML",
        levels=hierarchy.levels,
        n_units=tuple(len(paths) for paths in hierarchy.paths),
        mu=float(fit.mu[0]),
        mu_std_error=float(np.sqrt(sigma2 / fit.precision[0])),
        variances=tuple(float(r) * sigma2 for r in ratios),
        sigma2=sigma2,
        shares=tuple(float(r / (1 + ratios.sum())) for r in ratios),
        levels_equal=equal,
        conf_level=conf_level,
        n_respondents=hierarchy.checked.n_respondents,
        n_teams=hierarchy.checked.n_teams,
        notes=_notes(hierarchy, equal),
        _units=_unit_frame(hierarchy, predicted, believed, conf_level=conf_level),
    )


def _unit_frame(
    hierarchy: Hierarchy,
    predicted: TreeLevels,
    believed: tuple[Mixture, ...],
    *,
    conf_level: float,
) -> pd.DataFrame:
    checked = hierarchy.checked
    frames = []
    for depth, name in enumerate(hierarchy.levels):
        units, mixture = hierarchy.codes[depth], believed[depth]
        sums = np.bincount(units, checked.sizes * checked.means)
        low, high = _limits(mixture, conf_level)
        columns = {
            "level": name,
            "path": pd.Series(hierarchy.paths[depth], dtype=object),
            "n_respondents": np.bincount(units, checked.counts).astype(int),
            "n_teams": np.bincount(units),
            "mean": sums / np.bincount(units, checked.sizes),
            "effect": predicted.effects[depth][0],
            "estimate": predicted.levels[depth][0],
            "std_error": mixture.sd(),
            "conf_low": low,
            "conf_high": high,
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _limits(mixture: Mixture, conf_level: float) -> tuple[FloatArray, FloatArray]:
    """Return the limits of each unit; many units by the moments of their mixtures."""
    from scipy.special import stdtrit

    if mixture.location.shape[1] <= MOST_EXACT:
        return mixture.limits(conf_level)
    scale = mixture.sd() * np.sqrt((mixture.df - 2) / mixture.df)
    reach = float(stdtrit(mixture.df, (1 + conf_level) / 2)) * scale
    centre = mixture.mean()
    return centre - reach, centre + reach


def _notes(hierarchy: Hierarchy, equal: tuple[str, ...]) -> tuple[str, ...]:
    notes = [
        f"the variance of level {name} is estimated at 0: the data show no differences "
        "between its units beyond chance and beyond the level above"
        for name in equal
    ]
    above = 1
    for name, paths in zip(hierarchy.levels, hierarchy.paths, strict=True):
        if len(paths) - above == 1:
            notes.append(
                f"the variance of level {name} has one degree of freedom: intervals "
                "rest on a half-Cauchy prior of scale 1 on tau / sigma"
            )
        above = len(paths)
    return tuple(notes)
