"""Whether the change is one of the answers, or of who answered: units and languages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.wave_groups import common_groups, divide_cells
from diagnose.errors import InsufficientDataError
from diagnose.responses.model import Responses

MAKEUP = (
    "wave",
    "across",
    "subscale",
    "n_groups",
    "n_smallest",
    "change",
    "within",
    "within_low",
    "within_high",
    "p_value",
    "composition",
    "turnover",
    "total_variation",
)
UNIT, LANGUAGE = "unit", "language"


def split_changes(
    trend: pd.DataFrame, wave_cells: pd.DataFrame | None, *, conf_level: float
) -> pd.DataFrame:
    """Split each change into one within units, and one of the make-up.

    Kitagawa's symmetric form over groups that hold the same units in both waves (see
    `diagnose.diagnosis.wave_groups.common_groups`). A pure function of cells. What is
    within units is an estimate with an interval and makes no claim of its own, so no
    p-value is adjusted here.

    Parameters
    ----------
    trend : pandas.DataFrame
        See `Diagnosis.trend`: only where it has a change, there is something to split.
    wave_cells : pandas.DataFrame or None
        See `Diagnosis.wave_cells`.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        Rows of `Change.makeup` across units; a step and subscale without two such
        groups has no row.

    References
    ----------
    Kitagawa, E. M. (1955). Components of a difference between two rates. Journal of
    the American Statistical Association, 50.
    """
    groups = divide_cells(wave_cells)
    changed = trend.loc[trend["change"].notna(), ["wave", "subscale", "change"]]
    changes = changed.set_index(["wave", "subscale"])["change"].to_dict()
    rows = []
    for before, after in pairwise(dict.fromkeys(trend["wave"])):
        for subscale in dict.fromkeys(trend["subscale"]):
            cells = groups.get((before, subscale)), groups.get((after, subscale))
            if (after, subscale) not in changes or cells[0] is None or cells[1] is None:
                continue
            found = _split(cells[0], cells[1], conf_level=conf_level)
            # Cells that are not the whole of both waves split another change.
            if found and np.isclose(found["change"], changes[after, subscale]):
                rows.append({"wave": after, "subscale": subscale, **found})
    return build_frame(rows, MAKEUP)


def _split(
    first: pd.DataFrame, second: pd.DataFrame, *, conf_level: float
) -> dict[str, Any]:
    from diagnose.statistics.change import composition_shift_from_summaries

    early, late = common_groups(first, second)
    try:
        found = composition_shift_from_summaries(early, late, conf_level=conf_level)
    except InsufficientDataError:
        return {}
    if found.n_groups < 2:
        return {}
    smallest = min(early["n_respondents"].min(), late["n_respondents"].min())
    return {
        "across": UNIT,
        "n_groups": found.n_groups,
        "n_smallest": float(smallest),
        "change": found.change,
        "within": found.within,
        "within_low": found.conf_low,
        "within_high": found.conf_high,
        "p_value": found.p_value,
        "composition": found.composition,
        "turnover": found.turnover,
        "total_variation": found.total_variation,
    }


def count_languages(responses: Responses) -> pd.DataFrame:
    """Return how far the languages of the answers shifted from wave to wave.

    Parameters
    ----------
    responses : Responses
        The work floor of every wave.

    Returns
    -------
    pandas.DataFrame
        Rows of `Change.makeup` across languages, without a subscale: counts of people
        alone, and none of their scores.
    """
    people = responses.people
    known = people.loc[people["language"] != ""]
    counts = pd.crosstab(known["wave"], known["language"])
    counts = counts.loc[[wave for wave in responses.waves if wave in counts.index]]
    whole = len(known) == len(people)
    rows = list(_shifts(counts)) if whole and counts.shape[1] > 1 else []
    return build_frame(rows, MAKEUP)


def _shifts(counts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for (_, before), (after, now) in pairwise(counts.iterrows()):
        both = np.vstack([before.to_numpy(float), now.to_numpy(float)])
        shares = both / both.sum(axis=1, keepdims=True)
        used = both.sum(axis=0) > 0
        if used.sum() > 1:
            yield {
                "wave": after,
                "across": LANGUAGE,
                "subscale": "",
                "n_groups": float(used.sum()),
                "n_smallest": float(both[both > 0].min()),
                "total_variation": float(np.abs(shares[1] - shares[0]).sum() / 2),
            }
