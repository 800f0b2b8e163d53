"""From ordered answers to what a factor model of them is fitted to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, require
from diagnose.statistics.cfa.model import FactorModel
from diagnose.statistics.cfa.samples import Group, GroupSample, read_samples
from diagnose.statistics.cfa.wlsmv import OrdinalData
from diagnose.statistics.correlation import OrdinalMoments, ordinal_moments

FloatArray = npt.NDArray[np.float64]
OrdinalMissing = Literal["listwise", "pairwise"]

MOST_CATEGORIES = 15

_SHOWN = 6


def read_ordinal(
    items: pd.DataFrame,
    model: FactorModel,
    *,
    missing: OrdinalMissing = "listwise",
    group: Group | None = None,
) -> tuple[OrdinalData, tuple[str, ...]]:
    """Return the moments of the ordered answers of each group, and what to know.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, at least n_items)
        Answers in any numeric codes, missing ones as NaN; columns that the model does
        not name are ignored. Not modified.
    model : FactorModel
        The model.
    missing : {"listwise", "pairwise"}
        Leave out respondents with an unanswered item; or use each answer for its own
        thresholds, and the respondents who answered both items for a correlation
        (which asks that answers are missing completely at random).
    group : Series, array or sequence, optional
        A group for each row; rows without one are left out.

    Returns
    -------
    data : OrdinalData
    flags : tuple of str
        ``"left_out:<n>"`` (respondents without a usable answer), ``"no_group:<n>"``
        and ``"empty_cells:<n>"`` (pairs of items, over all groups, with a combination
        of answers that nobody gave).

    Raises
    ------
    InsufficientDataError
        Too few respondents, an item that does not vary or has too many categories, a
        category that nobody chose in one group but some did in another, two items
        whose correlation has no maximum below 1. Each message names the items.
    TypeError, ValueError
        Not numeric, items that are absent, a group that does not match.
    """
    check_option("missing", missing, OrdinalMissing)
    samples, n_without_group = read_samples(
        items, model.items, group, incomplete=missing == "pairwise", keep=True
    )
    answers = {sample.name: sample.values() for sample in samples}
    _refuse_few(samples, answers, missing)
    categories = _categories(answers, model.items)
    ordinal = []
    for name, values in answers.items():
        frame = pd.DataFrame(values, columns=list(model.items), copy=False)
        one = ordinal_moments(frame, categories=categories)
        _refuse_extreme(name, one)
        ordinal.append(one)
    n_read = sum(sample.n_complete + sample.n_incomplete for sample in samples)
    counts = {
        "left_out": n_read - sum(one.n_respondents for one in ordinal),
        "no_group": n_without_group,
        "empty_cells": sum(len(one.empty_cells) for one in ordinal),
    }
    flags = tuple(f"{name}:{count}" for name, count in counts.items() if count)
    return OrdinalData(tuple(answers), ordinal), flags


def _refuse_few(
    samples: Sequence[GroupSample],
    answers: Mapping[str, FloatArray],
    missing: OrdinalMissing,
) -> None:
    """Refuse groups with no more respondents than items."""
    for sample in samples:
        n_items = len(sample.items)
        values = answers[sample.name]
        n_respondents = int((~np.isnan(values)).any(axis=1).sum())
        n_rows = sample.n_complete + sample.n_incomplete
        advice = " or missing='pairwise'" if missing == "listwise" else ""
        require(
            n_respondents > n_items,
            f"A factor model needs more respondents than items{_in(sample.name)}; got "
            f"{n_respondents} usable respondents of {n_rows} for {n_items} items. Use "
            f"fewer items{advice}, or leave the group out.",
        )


def _categories(
    answers: Mapping[str, FloatArray], names: tuple[str, ...]
) -> dict[str, tuple[float, ...]]:
    """Return the values of each item, the same in every group; refuse what differs."""
    found, problems = {}, []
    for column, item in enumerate(names):
        counts = {name: _count(values[:, column]) for name, values in answers.items()}
        values = sorted({value for own in counts.values() for value in own})
        if len(values) > MOST_CATEGORIES:
            problems.append(
                f"{item} has {len(values)} different answers, an ordered item has at "
                f"most {MOST_CATEGORIES}: treat it as continuous (estimator='mlr')"
            )
        for name, own in counts.items():
            problems += _of_group(item, name, own, counts, values)
        found[item] = tuple(values)
    shown = "; ".join(problems[:_SHOWN])
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    require(not problems, f"Not every item can be analysed as ordered: {shown}{more}.")
    return found


def _of_group(
    item: str,
    name: str,
    own: Mapping[float, int],
    counts: Mapping[str, Mapping[float, int]],
    values: list[float],
) -> list[str]:
    """Return what is wrong with the answers of one group to an item."""
    total = sum(own.values())
    if len(own) < 2:
        if not own:
            return [f"{item}: nobody{_in(name)} answered it; leave the item out"]
        return [
            f"{item} does not vary: all {total} answers{_in(name)} are "
            f"{next(iter(own)):g}; leave the item out"
        ]
    problems = []
    for value in values:
        if value in own or len(values) > MOST_CATEGORIES:
            continue
        elsewhere = ", ".join(
            f"{other[value]} of {sum(other.values())}{_in(group)}"
            for group, other in counts.items()
            if value in other
        )
        neighbour = min(own, key=lambda answer: abs(answer - value))
        problems.append(
            f"{item}: none of {total}{_in(name)} answered {value:g}, as {elsewhere} "
            f"did, so the groups do not share its thresholds; count {value:g} as "
            f"{neighbour:g} in all groups (items[{item!r}].replace({value:g}, "
            f"{neighbour:g})), or leave the item out"
        )
    return problems


def _count(answers: FloatArray) -> dict[float, int]:
    values, counts = np.unique(answers[~np.isnan(answers)], return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _refuse_extreme(name: str, one: OrdinalMoments) -> None:
    """Refuse pairs of items whose correlation has no estimate below 1."""
    pairs = ", ".join(
        f"{first} and {second}" for first, second in one.at_bound[:_SHOWN]
    )
    require(
        not one.at_bound,
        f"The polychoric correlation of {pairs}{_in(name)} lies at its bound over "
        f"{one.n_respondents} respondents: these items say the same, or too few people "
        "gave differing answers. Leave one of them out, or merge rare categories.",
    )
    variances = np.diag(one.gamma)
    require(
        bool(np.isfinite(variances).all() and (variances > 0).all()),
        f"The sampling variances of the correlations are not defined{_in(name)} over "
        f"{one.n_respondents} respondents: too few of them. Merge rare categories, or "
        "use fewer items.",
    )


def _in(group: str) -> str:
    return f" in group {group!r}" if group else ""
