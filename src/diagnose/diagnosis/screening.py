"""Careless answers: how many, and whether the means would be others without them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import CARELESS, SENSITIVITY
from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Instrument
from diagnose.responses.model import Responses
from diagnose.scoring.score import Scores

BoolArray = npt.NDArray[np.bool_]

# Each hurdle with the index it stands on: a respondent without that index (too few
# answers, no times) was not screened by it.
_INDEX_OF = {
    "longstring": "longest_run",
    "variability": "variability",
    "distance": "distance",
    "even_odd": "even_odd",
    "synonyms": "synonyms",
    "contradiction": "contradiction",
    "speed": "seconds_per_item",
}


def find_careless(
    responses: Responses, scores: Scores
) -> tuple[pd.DataFrame, BoolArray]:
    """Screen the respondents of one wave.

    Only items on the response scale that most items share are screened, as runs and
    spread have no meaning across response scales.

    Returns
    -------
    counts : pandas.DataFrame
        See `Measurement.careless`; empty when the answers cannot be screened at all.
    careless : numpy.ndarray of bool, shape (n_respondents,)
        Respondents who fail hurdles of several kinds.
    """
    from diagnose.statistics.carelessness import screen_careless

    nobody = np.zeros(len(responses), dtype=bool)
    items, bounds = _screened_items(responses.instrument, list(scores.keyed.columns))
    # Distances and synonyms set a person against the others: one person has none.
    if bounds is None or len(responses) < 2:
        return build_frame((), CARELESS), nobody
    seconds = responses.people["seconds"].astype(float)
    try:
        screen = screen_careless(
            responses.answers[items],
            scores.keyed[items],
            blocks=_blocks(responses.instrument, items),
            lowest=bounds[0],
            highest=bounds[1],
            seconds=seconds if seconds.notna().any() else None,
        )
    except InsufficientDataError:
        return build_frame((), CARELESS), nobody
    screened = screen.to_frame()
    rows = [
        {
            "hurdle": hurdle,
            "n_screened": screened[index].notna().sum(),
            "n_flagged": screened[f"flag_{hurdle}"].sum(),
        }
        for hurdle, index in _INDEX_OF.items()
    ]
    rows.append(
        {
            "hurdle": "careless",
            "n_screened": screen.n_respondents,
            "n_flagged": screen.n_careless,
        }
    )
    return build_frame(rows, CARELESS), screened["careless"].to_numpy(dtype=bool)


def _screened_items(
    instrument: Instrument, items: list[str]
) -> tuple[list[str], tuple[int, int] | None]:
    """Return the items on the commonest response scale, and its ends if whole."""
    ends = {
        item: (scale.lowest, scale.highest)
        for item in items
        if (scale := instrument.response_scale_of(item))
    }
    if not ends:
        return [], None
    common = Counter(ends.values()).most_common(1)[0][0]
    chosen = [item for item in items if ends[item] == common]
    if not all(end.is_integer() for end in common):
        return chosen, None
    return chosen, (int(common[0]), int(common[1]))


def _blocks(instrument: Instrument, items: list[str]) -> dict[str, tuple[str, ...]]:
    blocks = {
        subscale.id: tuple(item.id for item in subscale.items if item.id in items)
        for subscale in instrument.subscales
    }
    return {name: block for name, block in blocks.items() if block}


def compare_without(scores: pd.DataFrame, careless: BoolArray) -> pd.DataFrame:
    """Set the mean of everyone beside the mean without the careless answerers.

    Parameters
    ----------
    scores : pandas.DataFrame, shape (n_respondents, n_subscales)
        Scores, missing as NaN.
    careless : numpy.ndarray of bool, shape (n_respondents,)
        Whom to leave out on the other side of the comparison.
    """
    kept = scores.loc[~careless]
    columns = {
        "subscale": list(scores.columns),
        "n_all": scores.count().to_numpy(),
        "mean_all": scores.mean().to_numpy(),
        "n_without": kept.count().to_numpy(),
        "mean_without": kept.mean().to_numpy(),
        "difference": (kept.mean() - scores.mean()).to_numpy(),
    }
    return build_frame(columns, SENSITIVITY)
