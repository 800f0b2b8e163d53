"""How the answers to each closed item spread over its response scale."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis.cells import SHOWN, build_frame
from diagnose.diagnosis.columns import DISTRIBUTIONS
from diagnose.diagnosis.profile import ROLE_ORDER
from diagnose.instrument.model import Instrument
from diagnose.responses.model import Responses


def count_answers(responses: Responses) -> pd.DataFrame:
    """Count each answer to each closed item, as it was given, for each role.

    Reverse-keyed items are *not* reversed here: a reader compares the bars with the
    words of the item.

    Parameters
    ----------
    responses : Responses
        The respondents of one wave.

    Returns
    -------
    pandas.DataFrame
        One row a role, item and response value, values ascending; see
        `Diagnosis.distributions`. Shares are of the valid answers.
    """
    roles = responses.people["role"]
    parts = [
        _count_item(responses, answered, role, str(item))
        for role in ROLE_ORDER
        if (answered := (roles == role).to_numpy()).any()
        for item in responses.answers.columns
    ]
    rows = [row for part in parts for row in part]
    return build_frame(rows, DISTRIBUTIONS).assign(status=SHOWN)


def _count_item(
    responses: Responses, members: npt.NDArray[np.bool_], role: str, item: str
) -> list[dict[str, object]]:
    instrument = responses.instrument
    given = responses.answers[item].to_numpy(dtype=float)[members]
    not_applicable = int(responses.not_applicable[item].to_numpy()[members].sum())
    n_valid = int(np.isfinite(given).sum())
    common = {
        "role": role,
        "item": item,
        "subscale": _subscale_of(instrument, item),
        "n_respondents": n_valid,
        "n_not_applicable": not_applicable,
        "n_unanswered": len(given) - n_valid - not_applicable,
    }
    counts = {
        value: int((given == value).sum())
        for value in instrument.response_scale_of(item).values
    }
    return [
        {
            **common,
            "value": value,
            "count": count,
            "share": count / n_valid if n_valid else float("nan"),
        }
        for value, count in counts.items()
    ]


def _subscale_of(instrument: Instrument, item: str) -> str:
    """Return the subscale of an item; empty for a context item, which has none."""
    if any(context.id == item for context in instrument.context_items):
        return ""
    return instrument.subscale_of(item).id
