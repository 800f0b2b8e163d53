"""Indices of careless responding from answers that ought to go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.careless_indices import as_values
from diagnose.statistics.null_distributions import count_options
from diagnose.statistics.sample import check_within
from diagnose.statistics.team_sums import FloatArray, IntArray

Blocks = Mapping[str, Sequence[str]]
Pairs = Sequence[tuple[str, str]]
MIN_POINTS = 3  # through two points every correlation is 1 or -1
_NO_VARIANCE = 1e-12  # equal means of a few whole numbers differ in the last digit


def even_odd_consistency(items: pd.DataFrame, blocks: Blocks) -> pd.Series:
    """Agreement between the odd and the even items of each block, sign turned.

    Within each block the odd-placed and the even-placed answers are averaged; the two
    halves are correlated over blocks, stepped up to full length (2r / (1 + r), not
    below -1) and multiplied by -1: **high is careless**.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers. A half is the mean of the items answered; a block with an
        unanswered half is left out for that respondent.
    blocks : mapping of str to sequence of str
        Items of each subscale, in the order of the questionnaire; at least 3 blocks of
        at least 2 items.

    Returns
    -------
    pandas.Series
        From -1 (consistent) to 1; NaN with fewer than 3 blocks or equal halves.

    Raises
    ------
    TypeError, ValueError
        Blocks that are no mapping to lists, an item that is not in the frame, or a
        block of one item.
    InsufficientDataError
        Fewer than 3 blocks.

    References
    ----------
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods, 17.
    """
    _check_long_blocks(items, blocks)
    require(
        len(blocks) >= MIN_POINTS,
        f"even-odd consistency needs at least {MIN_POINTS} blocks; got {len(blocks)}.",
    )
    as_values(items)
    order = [item for block in blocks.values() for item in block]
    answers = items[order].to_numpy(dtype=float, na_value=np.nan)
    half = np.concatenate([np.arange(len(block)) % 2 for block in blocks.values()])
    block = np.repeat(np.arange(len(blocks)), [len(b) for b in blocks.values()])
    member = np.zeros((len(order), 2 * len(blocks)))
    member[np.arange(len(order)), 2 * block + half] = 1.0
    answered = ~np.isnan(answers)
    with np.errstate(invalid="ignore"):
        halves = (np.where(answered, answers, 0.0) @ member) / (answered @ member)
    correlation = _row_correlations(halves[:, 0::2], halves[:, 1::2])
    with np.errstate(divide="ignore"):
        stepped_up = 2 * correlation / (1 + correlation)
    return pd.Series(-np.maximum(stepped_up, -1), index=items.index)


def psychometric_synonyms(
    items: pd.DataFrame, *, critical_r: float = 0.60, antonyms: bool = False
) -> pd.DataFrame:
    """Correlation, within each respondent, over pairs of items that go together.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Keyed answers for synonyms. A pair counts when both items are answered. The
        later item of a pair is always the first variable, so the order of items matters
        a little.
    critical_r : float
        Pairs that correlate above this over respondents are synonyms; with `antonyms`,
        below minus this.
    antonyms : bool
        Use pairs of opposites (give the answers as they were, not keyed).

    Returns
    -------
    pandas.DataFrame
        Columns ``estimate`` (low is careless for synonyms, high for antonyms; NaN below
        3 pairs or without variance) and ``n_pairs``.

    Raises
    ------
    ValueError
        `critical_r` not between 0 and 1.
    InsufficientDataError
        Fewer than 3 pairs of items pass `critical_r`; says how many.
    """
    if not 0 <= critical_r < 1:
        raise ValueError(f"`critical_r` must lie in [0, 1); got {critical_r!r}.")
    answers = as_values(items)
    later, earlier = _pairs_that_go_together(items, critical_r, antonyms=antonyms)
    require(
        len(later) >= MIN_POINTS,
        f"at least {MIN_POINTS} pairs of items must correlate "
        f"{'below -' if antonyms else 'above '}{critical_r}; {len(later)} do.",
    )
    first, second = answers[:, later], answers[:, earlier]
    n_pairs = (~np.isnan(first) & ~np.isnan(second)).sum(axis=1)
    return pd.DataFrame(
        {"estimate": _row_correlations(first, second), "n_pairs": n_pairs},
        index=items.index,
    )


def psychometric_antonyms(
    items: pd.DataFrame, *, critical_r: float = 0.60
) -> pd.DataFrame:
    """Correlation, within each respondent, over pairs of items that are opposites.

    The mirror image of `psychometric_synonyms`. All pairs are used, none is drawn at
    random, so the same answers give the same value.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers as they were given (not keyed, which would leave no opposites). A pair
        counts when both items are answered.
    critical_r : float
        Pairs that correlate below minus this over respondents are antonyms.

    Returns
    -------
    pandas.DataFrame
        Columns ``estimate`` (-1 is consistent, **high is careless**; NaN below 3 pairs
        or without variance) and ``n_pairs``.

    Raises
    ------
    ValueError
        `critical_r` not between 0 and 1.
    InsufficientDataError
        Fewer than 3 pairs of items pass `critical_r`; says how many.

    References
    ----------
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods, 17.
    """
    return psychometric_synonyms(items, critical_r=critical_r, antonyms=True)


def reversed_pair_contradiction(
    items: pd.DataFrame, pairs: Pairs, *, lowest: int, highest: int
) -> pd.DataFrame:
    """How far each respondent says yes (or no) to a statement and to its opposite.

    The mean over pairs of ``|a + b - (lowest + highest)| / (highest - lowest)``: 0
    when the answers mirror each other, 1 for "fully agree" with both. Answering the
    middle everywhere is no contradiction.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, n_items)
        Answers as they were given (not keyed).
    pairs : sequence of (str, str)
        Items that state the opposite of each other.
    lowest, highest : int
        Ends of the response scale.

    Returns
    -------
    pandas.DataFrame
        Columns ``estimate`` (0 to 1, NaN without an answered pair) and ``n_pairs``.

    Raises
    ------
    TypeError, ValueError
        No pairs, a pair that is not two items, an item that is not in the frame, or an
        answer outside the response scale.
    """
    as_values(items)
    count_options(lowest, highest)
    check_within(items, lowest, highest)
    _check_pairs(items, pairs)
    first = items[[pair[0] for pair in pairs]].to_numpy(dtype=float, na_value=np.nan)
    second = items[[pair[1] for pair in pairs]].to_numpy(dtype=float, na_value=np.nan)
    contradiction = np.abs(first + second - (lowest + highest)) / (highest - lowest)
    answered = ~np.isnan(contradiction)
    n_pairs = answered.sum(axis=1)
    with np.errstate(invalid="ignore"):
        estimate = np.where(answered, contradiction, 0.0).sum(axis=1) / n_pairs
    return pd.DataFrame({"estimate": estimate, "n_pairs": n_pairs}, index=items.index)


def check_blocks(items: pd.DataFrame, blocks: Blocks) -> None:
    """Raise unless `blocks` maps names to lists of items of the frame."""
    if not isinstance(blocks, Mapping):
        raise TypeError(
            "`blocks` must map each subscale to its items, such as {'voice': ['v1', "
            f"'v2']}}; got {type(blocks).__name__}."
        )
    for name, block in blocks.items():
        if isinstance(block, str):
            raise TypeError(
                f"`blocks[{name!r}]` must be a list of items; got the text {block!r}."
            )
    _check_known(items, [i for block in blocks.values() for i in block], name="blocks")


def _check_pairs(items: pd.DataFrame, pairs: Pairs) -> None:
    wrong = [pairs] if isinstance(pairs, str) else []
    wrong += [pair for pair in pairs if isinstance(pair, str) or len(pair) != 2]
    if wrong:
        raise TypeError(
            "`pairs` must hold pairs of items, such as [('q1', 'q4')]; got "
            f"{wrong[0]!r}."
        )
    _check_known(items, [item for pair in pairs for item in pair], name="pairs")
    if not pairs:
        raise ValueError("`pairs` must hold at least one pair of items; got none.")


def _check_known(items: pd.DataFrame, wanted: Sequence[str], *, name: str) -> None:
    unknown = sorted({str(item) for item in wanted if item not in items.columns})
    if unknown:
        raise ValueError(
            f"`{name}` names items that are not in the frame: {', '.join(unknown)}."
        )


def _check_long_blocks(items: pd.DataFrame, blocks: Blocks) -> None:
    check_blocks(items, blocks)
    short = [str(name) for name, block in blocks.items() if len(block) < 2]
    if short:
        raise ValueError(
            f"`blocks` needs at least 2 items a block; not so for {', '.join(short)}."
        )


def _pairs_that_go_together(
    items: pd.DataFrame, critical_r: float, *, antonyms: bool
) -> tuple[IntArray, IntArray]:
    varies = items.std().to_numpy(dtype=float, na_value=0.0) > 0
    correlations = np.full((items.shape[1],) * 2, np.nan)
    correlations[np.ix_(varies, varies)] = items.loc[:, varies].corr().to_numpy()
    below_diagonal = np.tril(np.ones_like(correlations, dtype=bool), k=-1)
    side = -correlations if antonyms else correlations
    later, earlier = np.nonzero(below_diagonal & (side > critical_r))
    return later, earlier


def _row_correlations(first: FloatArray, second: FloatArray) -> FloatArray:
    """Correlate each row of `first` with the same row of `second`, pairs complete."""
    both = ~np.isnan(first) & ~np.isnan(second)
    count = both.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        a = _centred(first, both, count)
        b = _centred(second, both, count)
        a_squares, b_squares = (a**2).sum(axis=1), (b**2).sum(axis=1)
        correlation = (a * b).sum(axis=1) / np.sqrt(a_squares * b_squares)
    varies = (a_squares > _NO_VARIANCE) & (b_squares > _NO_VARIANCE)
    defined = varies & (count[:, 0] >= MIN_POINTS)
    return np.where(defined, np.clip(correlation, -1, 1), np.nan)


def _centred(
    values: FloatArray,
    both: npt.NDArray[np.bool_],
    count: FloatArray,
) -> FloatArray:
    used = np.where(both, values, 0.0)
    return np.where(both, used - used.sum(axis=1, keepdims=True) / count, 0.0)
