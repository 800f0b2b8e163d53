"""Answers of respondents, old or new, read against a fitted model."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose.statistics.irt.intake import named_by_text
from diagnose.statistics.irt.patterns import Patterns, encode, find_patterns
from diagnose.statistics.irt.result import GradedResponse


def patterns_of(result: GradedResponse, items: pd.DataFrame) -> Patterns:
    """Return the answer patterns of all rows, with the items in the model's order.

    Raises
    ------
    ValueError
        An item of the model has no column, or an answer is no category of its item.
    """
    answers = named_by_text(items)
    absent = [name for name in result.items if name not in answers.columns]
    if absent:
        raise ValueError(
            f"`items` has no column {', '.join(absent)}; the model was fitted to "
            f"{', '.join(result.items)}."
        )
    known = [np.array(values) for values in result.categories]
    codes, unknown = encode(answers[list(result.items)], known)
    if unknown:
        listed = "; ".join(
            f"{name}: {', '.join(f'{value:g}' for value in values)}"
            for name, values in unknown.items()
        )
        raise ValueError(
            "`items` has answers that nobody gave when the model was fitted "
            f"({listed}); merge them with a neighbour, or fit the model to all answers."
        )
    return find_patterns(codes)
