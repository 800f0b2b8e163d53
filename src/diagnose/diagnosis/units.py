"""The units of the organisation: their cells, and what may be concluded from cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import (
    SHOWN,
    Path,
    build_frame,
    direction_of,
    paths_of,
    shown_cells,
    summarise_groups,
)
from diagnose.diagnosis.columns import CELLS, ESTIMATES, MODELS
from diagnose.errors import InsufficientDataError
from diagnose.responses.model import NO_UNIT

if TYPE_CHECKING:
    from diagnose.statistics.team_sums import CheckedSummary

LOWEST_SHARE = 0.2
"""Share of the units that "among the lowest" and "among the highest" are about."""

FEWEST_TO_RANK = 5
"""Units below which there is no fifth of them, and no order is drawn."""


def count_cells(
    scores: pd.DataFrame, people: pd.DataFrame, hierarchy: tuple[str, ...]
) -> pd.DataFrame:
    """Summarise the scores of every unit at every level.

    Parameters
    ----------
    scores : pandas.DataFrame, shape (n_respondents, n_subscales)
        Scores of the work floor, missing as NaN: left out subscale by subscale.
    people : pandas.DataFrame
        The same respondents; holds a column for each level of `hierarchy`.
    hierarchy : tuple of str
        Levels from large to small.

    Returns
    -------
    pandas.DataFrame
        See `Units.cells`; levels from large to small, units in the order of their
        labels, subscales in the order of the instrument. Respondents whose unit is
        not known form the unit `NO_UNIT` of their parent, so that units add up.
    """
    levels = [
        _count_level(scores, people, list(hierarchy[: depth + 1]))
        for depth in range(len(hierarchy))
    ]
    return pd.concat(levels, ignore_index=True) if levels else build_frame((), CELLS)


def _count_level(
    scores: pd.DataFrame, people: pd.DataFrame, keys: list[str]
) -> pd.DataFrame:
    grouped = people.groupby(keys, sort=True)
    paths = paths_of(grouped.size().index)
    counts, means, spreads = summarise_groups(
        scores, grouped.ngroup().to_numpy(), len(paths)
    )
    n_subscales = scores.shape[1]
    repeated = [path for path in paths for _ in range(n_subscales)]
    columns = {
        "level": keys[-1],
        "path": repeated,
        "parent": [path[:-1] for path in repeated],
        "subscale": list(scores.columns) * len(paths),
        "n_respondents": counts.ravel(),
        "mean": means.ravel(),
        "sd": spreads.ravel(),
        "status": SHOWN,
    }
    return build_frame(columns, CELLS)


def compare_units(
    cells: pd.DataFrame, *, conf_level: float, counted: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the units of each level on each subscale, from cells alone.

    Within a level and subscale the means are shrunken towards each other, and each
    unit is set against the rest of the units, each with the larger of the variance
    within all units and its own, drawn towards the others: with one variance for all,
    skewed answers raise a false alarm in one of ten organisations without differences.
    The p-values are adjusted by Benjamini-Hochberg over one family: all units and all
    subscales of a level. A unit is called higher or lower only when its adjusted
    p-value is below ``1 - conf_level``; the intervals of the differences are not
    adjusted. The order of the units is drawn, always with the same seed, at the lowest
    level only, from `FEWEST_TO_RANK` units on.

    Takes part: cells with status ``shown`` and an answer. Roll-ups (``rest``), hidden
    cells and people whose unit is not known are no units to compare.

    Parameters
    ----------
    cells : pandas.DataFrame
        See `Units.cells`. Not modified.
    conf_level : float
        Coverage of the intervals.
    counted : pandas.DataFrame, optional
        See `Participation.units`: where the head count of a unit is known and shown,
        its estimate for the people who are there now is given too.

    Returns
    -------
    estimates, models : pandas.DataFrame
        See `Units`. A level and subscale with fewer than two units, or without any
        variance within units, has no rows.
    """
    numbered = cells.reset_index(drop=True)
    lowest = None if numbered.empty else numbered["level"].iloc[-1]
    staff = _head_counts(counted)
    estimates, models = [], []
    for level, subscale, units in _families(numbered):
        try:
            estimate, model = _compare_family(
                units, staff, ranked=level == lowest, conf_level=conf_level
            )
        except InsufficientDataError:
            continue  # `find` says that these units cannot be compared
        estimates.append(estimate)
        models.append({"level": level, "subscale": subscale, **model})
    if not estimates:
        return build_frame((), ESTIMATES), build_frame((), MODELS)
    together = pd.concat(estimates).sort_index()
    own = numbered.loc[together.index]
    columns = {name: own[name] for name in ESTIMATES if name in own}
    columns |= {str(name): numbers for name, numbers in together.items()}
    return (
        _adjusted(build_frame(columns, ESTIMATES), conf_level=conf_level),
        build_frame(models, MODELS),
    )


def _head_counts(counted: pd.DataFrame | None) -> dict[Path, float]:
    """Return the head count of each unit that is shown."""
    if counted is None or counted.empty:
        return {}
    known = counted.loc[(counted["status"] == SHOWN) & counted["n_members"].notna()]
    return {
        path: float(number)
        for path, number in zip(known["path"], known["n_members"], strict=True)
    }


def _families(cells: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    units = comparable_units(cells)
    for (level, subscale), group in units.groupby(["level", "subscale"], sort=False):
        if len(group) >= 2:
            yield str(level), str(subscale), group


def comparable_units(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that take part in a comparison of units."""
    units = shown_cells(cells)
    named = [path[-1] != NO_UNIT for path in units["path"]]
    return units.loc[np.array(named, dtype=bool)]


def _compare_family(
    units: pd.DataFrame,
    staff: Mapping[Path, float],
    *,
    ranked: bool,
    conf_level: float,
) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return the numbers of the units of one level and subscale, and their model."""
    from diagnose.statistics.pooling import (
        difference_from_rest,
        shrunken_means_from_summary,
    )
    from diagnose.statistics.team_sums import check_summary

    summary = pd.DataFrame(
        {
            "team": units.index,
            "n_respondents": units["n_respondents"].astype(int),
            "mean": units["mean"],
            "variance": units["sd"] ** 2,
        }
    )
    checked = check_summary(summary)
    members = _members(units, staff)
    # Where it is not known, that everybody answered stands in, and is blanked below:
    # the number of one unit does not touch the others.
    model = shrunken_means_from_summary(
        checked,
        n_members=members.fillna(units["n_respondents"]),
        conf_level=conf_level,
    )
    contrast = difference_from_rest(
        checked, variances="cautious", conf_level=conf_level
    ).to_frame()
    now = ["n_members", "now_estimate", "now_low", "now_high"]
    shrunken = model.to_frame().astype(dict.fromkeys(now, float))
    shrunken.loc[members.isna().to_numpy(), now] = np.nan
    order, n_lowest = _order(checked, ranked=ranked, conf_level=conf_level)
    numbers = shrunken[
        ["estimate", "conf_low", "conf_high", "reliability", *now]
    ].assign(
        difference=contrast["estimate"],
        difference_low=contrast["conf_low"],
        difference_high=contrast["conf_high"],
        p_value=contrast["p_value"],
        **order,
    )
    return numbers.set_index(units.index), {
        "n_teams": model.n_teams,
        "n_respondents": model.n_respondents,
        "mu": model.mu,
        "tau2": model.tau2,
        "sigma2": model.sigma2,
        **_intraclass(checked, conf_level=conf_level),
        **_welch(summary),
        "n_lowest": n_lowest,
    }


def _members(units: pd.DataFrame, staff: Mapping[Path, float]) -> pd.Series:
    """Return the head counts that fit the answers; a smaller one is of other people."""
    known = [staff.get(path, float("nan")) for path in units["path"]]
    members = pd.Series(known, index=units.index, dtype=float)
    return members.where(members >= units["n_respondents"])


def _order(
    summary: CheckedSummary, *, ranked: bool, conf_level: float
) -> tuple[dict[str, pd.Series], float]:
    """Return where each unit may stand, and how many the lowest fifth are."""
    from diagnose.statistics.pooling import rank_probabilities

    if not ranked or summary.n_teams < FEWEST_TO_RANK:
        return {}, float("nan")
    result = rank_probabilities(summary, lowest=LOWEST_SHARE, conf_level=conf_level)
    drawn = result.to_frame()
    names = ("p_lowest", "p_highest", "rank_low", "rank_high")
    return {name: drawn[name] for name in names}, float(result.n_lowest)


def _adjusted(estimates: pd.DataFrame, *, conf_level: float) -> pd.DataFrame:
    from diagnose.statistics.multiplicity import adjust_p_values

    adjusted = estimates.groupby("level", sort=False)["p_value"].transform(
        lambda family: adjust_p_values(family, method="benjamini-hochberg")
    )
    directions = [
        direction_of(difference, p_value, conf_level=conf_level)
        for difference, p_value in zip(estimates["difference"], adjusted, strict=True)
    ]
    return estimates.assign(p_adjusted=adjusted, direction=directions).reset_index(
        drop=True
    )


def _intraclass(summary: CheckedSummary, *, conf_level: float) -> dict[str, float]:
    from diagnose.statistics.intraclass import icc_from_summary

    result = icc_from_summary(summary, conf_level=conf_level)
    return {
        "icc1": result.icc1,
        "icc1_low": result.conf_low,
        "icc1_high": result.conf_high,
        "icc2": result.icc2,
    }


def _welch(summary: pd.DataFrame) -> dict[str, float | None]:
    """Return Welch's test over the units that have a variance, or nothing."""
    from diagnose.statistics.comparison import welch_from_summary

    varies = summary.loc[summary["variance"] > 0]
    try:
        result = welch_from_summary(varies, conf_level=None)
    except InsufficientDataError:
        return {}
    return {
        "statistic": result.statistic,
        "df": result.df,
        "df2": result.df2,
        "p_value": result.p_value,
    }
