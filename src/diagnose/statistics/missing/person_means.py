"""The mean of the items a person answered, when there are enough of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.missing.coverage import require_answers
from diagnose.statistics.sample import check_numeric_frame

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PersonMeans:
    """Scores of respondents, and from how many answers they were made.

    Attributes
    ----------
    scores : pandas.Series
        Mean of the answered items, in response-scale units; NaN when fewer than
        `min_answered` were answered. Indexed as the answers.
    n_answered : pandas.Series
        Items each respondent answered.
    min_answered : int
        Fewest answers that make a score.
    n_respondents : int
        Respondents with a score: those that any further analysis rests on.
    n_complete, n_partial : int
        Of these, who answered every item, and who did not.
    n_too_few, n_unanswered : int
        Respondents without a score: some answers but too few, and none at all.
    n_items : int
        Items of the score.
    method : str
        ``"mean_of_answered"``.
    """

    scores: pd.Series
    n_answered: pd.Series
    min_answered: int
    n_respondents: int
    n_complete: int
    n_partial: int
    n_too_few: int
    n_unanswered: int
    n_items: int
    method: str = "mean_of_answered"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a respondent: ``estimate`` and ``n_answered``."""
        return pd.DataFrame({"estimate": self.scores, "n_answered": self.n_answered})


def person_mean(items: pd.DataFrame, *, min_answered: int) -> PersonMeans:
    """Score each respondent with the mean of the items answered.

    Leaving an item out is the same as giving it the mean of one's other answers. That
    is fair when items have about the same mean; when hard items are left out most, the
    score of those who left them out is too high. A mean, not a sum, so that leaving
    items out does not by itself lower a score.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers in response-scale units, missing ones as NaN. Not modified.
    min_answered : int
        Fewest answers that make a score, from 1 to the number of items. Half to three
        quarters of the items is usual, a convention.

    Returns
    -------
    PersonMeans

    Raises
    ------
    InsufficientDataError
        Not a single answer.
    TypeError, ValueError
        Not a frame of finite numbers, or `min_answered` is not a count from 1 to the
        number of items.
    """
    check_numeric_frame(items)
    values = items.to_numpy(dtype=float, na_value=np.nan)
    require_answers(values)
    n_items = items.shape[1]
    whole = isinstance(min_answered, int | np.integer) and min_answered is not True
    if not whole or not 1 <= min_answered <= n_items:
        raise ValueError(
            f"`min_answered` must be a count from 1 to the {n_items} items; got "
            f"{min_answered!r}."
        )
    n_answered = (~np.isnan(values)).sum(axis=1)
    scored = n_answered >= min_answered
    scores = mean_of_answered(values, int(min_answered))
    complete = n_answered == n_items
    return PersonMeans(
        scores=pd.Series(scores, index=items.index),
        n_answered=pd.Series(n_answered, index=items.index),
        min_answered=int(min_answered),
        n_respondents=int(scored.sum()),
        n_complete=int(complete.sum()),
        n_partial=int((scored & ~complete).sum()),
        n_too_few=int((~scored & (n_answered > 0)).sum()),
        n_unanswered=int((n_answered == 0).sum()),
        n_items=n_items,
    )


def mean_of_answered(values: FloatArray, min_answered: int) -> FloatArray:
    """Return the mean of what each respondent answered, NaN with too few answers.

    Parameters
    ----------
    values : numpy.ndarray, shape (n_respondents, n_items)
        Keyed answers, missing ones as NaN.
    min_answered : int
        Fewest answers that make a score, at least 1.
    """
    answered = ~np.isnan(values)
    n_answered = answered.sum(axis=1)
    total = np.where(answered, values, 0.0).sum(axis=1)
    means: FloatArray = np.where(
        n_answered >= min_answered, total / np.maximum(n_answered, 1), np.nan
    )
    return means
