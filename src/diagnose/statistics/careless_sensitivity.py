"""What careless answers do to a statistic: the same with and without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.sample import check_numeric_frame

Flags = pd.Series | npt.NDArray[np.bool_]


class _Estimated(Protocol):
    def to_frame(self) -> pd.DataFrame: ...


def with_and_without(
    statistic: Callable[[pd.DataFrame], _Estimated],
    items: pd.DataFrame,
    careless: Flags,
) -> pd.DataFrame:
    """Set a statistic of everyone beside the same statistic without the careless.

    A flag is no proof of carelessness, so neither side is the right one. Where they
    differ enough to matter, report both.

    Parameters
    ----------
    statistic : callable
        Takes the answers and returns a result with an ``estimate``, such as
        `cronbach_alpha`; give it options with `functools.partial`.
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers as the statistic wants them, missing as NaN. Not modified.
    careless : Series or array of bool, shape (n_respondents,)
        Whom to leave out on the other side, such as the column ``careless`` of
        `screen_careless`. A Series has the index of the answers.

    Returns
    -------
    pandas.DataFrame
        For each row of the result two: ``respondents`` is ``"all"`` or ``"without"``,
        ``n_left_out`` counts the flagged respondents left out, then come the columns
        of the result, and ``difference`` is the estimate less that of all.

    Raises
    ------
    TypeError
        Flags that are not bool, or a statistic without an estimate.
    ValueError
        Flags of another length or index.
    InsufficientDataError
        By the statistic, when the others are too few for it.
    """
    check_numeric_frame(items)
    flagged = _as_flags(careless, items)
    everyone = _table(statistic, items)
    others = _table(statistic, items.loc[~flagged])
    before = everyone["estimate"].to_numpy(dtype=float)
    parts = [
        part.assign(
            respondents=name,
            n_left_out=n_left_out,
            difference=part["estimate"].to_numpy(dtype=float) - before,
        )
        for part, name, n_left_out in (
            (everyone, "all", 0),
            (others, "without", int(flagged.sum())),
        )
    ]
    both = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    first = ["respondents", "n_left_out"]
    rest = [name for name in everyone.columns if name not in first]
    return both[[*first, *rest, "difference"]]


def _as_flags(careless: Flags, items: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if isinstance(careless, pd.Series) and not careless.index.equals(items.index):
        raise ValueError("`careless` must have the index of the answers.")
    flags = np.asarray(careless)
    if flags.dtype != np.bool_:
        raise TypeError(f"`careless` must hold True and False; got {flags.dtype}.")
    if flags.shape != (len(items),):
        raise ValueError(
            f"`careless` must have one value a respondent ({len(items)}); got shape "
            f"{flags.shape}."
        )
    return flags


def _table(
    statistic: Callable[[pd.DataFrame], _Estimated], items: pd.DataFrame
) -> pd.DataFrame:
    table = statistic(items).to_frame()
    if "estimate" not in table.columns:
        raise TypeError(
            "`statistic` must return a result with an `estimate`; got columns "
            f"{', '.join(map(str, table.columns))}."
        )
    return table.reset_index(drop=True)
