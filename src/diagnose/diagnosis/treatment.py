"""Whether answers are treated as ordinal categories or as numbers: decided once.

Everything that models the answers of a set of items reads this one decision, and
every row it makes says which it was.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

Treatment = Literal["mlr", "wlsmv"]
"""Robust maximum likelihood on the numbers, or least squares on the categories."""

MILD_SKEW = 1.0
LARGEST_SHARE = 0.50
LARGEST_EXTREME = 0.40
FEW_CATEGORIES = 4
MANY_CATEGORIES = 6
TOLERATED = 0.25
"""Share of the items that may be coarse before all are treated as ordinal."""


def choose_treatment(items: pd.DataFrame) -> Treatment:
    """Decide how the answers to a set of items are treated.

    An item is coarse when it has at most four categories; or five, and half of the
    answers in one of them, two fifths in an extreme one, or a skew of 1 and more. With
    more than a quarter of coarse items the categories are modelled. Convention: no
    study gives these borders, so a diagnosis says whether its conclusions depend on
    the choice.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers, missing as NaN.
    """
    coarse = [_is_coarse(items[item].dropna().to_numpy(float)) for item in items]
    return "wlsmv" if np.mean(coarse) > TOLERATED else "mlr"


def _is_coarse(answers: np.ndarray) -> bool:
    values, counts = np.unique(answers, return_counts=True)
    if len(values) <= FEW_CATEGORIES:
        return True
    if len(values) >= MANY_CATEGORIES:
        return False
    shares = counts / counts.sum()
    spread = answers - answers.mean()
    skew = np.mean(spread**3) / np.mean(spread**2) ** 1.5
    return bool(
        shares.max() >= LARGEST_SHARE
        or max(shares[0], shares[-1]) >= LARGEST_EXTREME
        or abs(skew) >= MILD_SKEW
    )
