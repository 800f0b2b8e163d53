"""The units that scored lowest last time, and the rise that chance alone gives them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.contrasts import with_directions
from diagnose.diagnosis.wave_groups import divide_cells
from diagnose.errors import InsufficientDataError
from diagnose.responses.model import NO_UNIT

FEWEST_UNITS = 10
"""Units shown in both waves from which their lowest fifth is looked at, two units at
least; a convention, as no source gives a limit."""

SHARE = 5
"""One in so many units: the lowest fifth."""

SELECTED = (
    "wave",
    "subscale",
    "level",
    "n_teams",
    "n_selected",
    "before",
    "expected",
    "observed",
    "beyond",
    "conf_low",
    "conf_high",
    "p_value",
    "p_adjusted",
    "direction",
)


def follow_lowest(
    waves: tuple[str, ...],
    wave_cells: pd.DataFrame | None,
    hierarchy: tuple[str, ...],
    *,
    conf_level: float,
) -> pd.DataFrame:
    """Tell how far the lowest units of the wave before rose, and how far by chance.

    A low mean is partly bad luck, which does not repeat: regression to the mean, by a
    random-intercept model of all units of the lowest level in the wave before. What
    the lowest fifth did beyond that is held against what the other units did beyond
    theirs, because the whole organisation may have moved. It counts everybody as a
    new respondent; where the same people answered again, less of the rise is chance,
    and what lies beyond is more than it says. One number for all of the lowest units
    together; none is named. Step to the last wave; its subscales are the family of
    Holm's adjustment.

    Parameters
    ----------
    waves : tuple of str
        All waves, in order of time.
    wave_cells : pandas.DataFrame or None
        See `Diagnosis.wave_cells`; only units of the lowest level with a name count.
    hierarchy : tuple of str
        Levels from large to small.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        See `Change.selected`; no row below `FEWEST_UNITS` units in both waves.
    """
    if len(waves) < 2 or not hierarchy:
        return build_frame((), SELECTED)
    before, after = waves[-2:]
    groups = divide_cells(wave_cells)
    rows = []
    for (wave, subscale), own in groups.items():
        earlier = groups.get((before, subscale))
        if wave == after and earlier is not None:
            units = [_units(cells, len(hierarchy)) for cells in (earlier, own)]
            found = _follow(units[0], units[1], conf_level=conf_level)
            if found:
                named = {"wave": wave, "subscale": subscale, "level": hierarchy[-1]}
                rows.append({**named, **found})
    return with_directions(build_frame(rows, SELECTED), "beyond", conf_level=conf_level)


def _units(cells: pd.DataFrame, depth: int) -> pd.DataFrame:
    """Return the units of the lowest level that are known by name."""
    named = [len(path) == depth and NO_UNIT not in path for path in cells["path"]]
    return cells.loc[named]


def _follow(
    first: pd.DataFrame, second: pd.DataFrame, *, conf_level: float
) -> dict[str, Any]:
    from diagnose.statistics.change import regression_to_the_mean

    n_both = len(set(first["team"]) & set(second["team"]))
    if n_both < FEWEST_UNITS:
        return {}
    try:
        found = regression_to_the_mean(
            first[["team", "n_respondents", "mean", "variance"]],
            k=n_both // SHARE,
            second=second[["team", "n_respondents", "mean"]],
            baseline="other_teams",
            conf_level=conf_level,
        )
    except InsufficientDataError:
        return {}
    return {
        "n_teams": n_both,
        "n_selected": found.n_selected,
        "before": found.first,
        "expected": found.expected_change,
        "observed": found.naive_change,
        "beyond": found.estimate,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "p_value": found.p_value,
    }
