"""Check that groups can be compared at all, before any model is fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.cfa.samples import Group, GroupSample, read_samples
from diagnose.statistics.invariance.climb import require_two

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapsed:
    """An answer that was counted as its neighbour, in all groups.

    Attributes
    ----------
    item : str
    category, into : float
        The answer, and the one it was counted as.
    groups : tuple of str
        Where nobody gave it.
    n_respondents : int
        How many gave it elsewhere.
    """

    item: str
    category: float
    into: float
    groups: tuple[str, ...]
    n_respondents: int


def check_groups(
    items: pd.DataFrame,
    names: tuple[str, ...],
    group: Group,
    *,
    incomplete: bool,
    min_group: int,
) -> tuple[GroupSample, ...]:
    """Return the answers of each group; refuse groups that cannot be compared.

    Raises
    ------
    InsufficientDataError
        Fewer than two groups, a group in which nobody answered an item, or one with
        fewer than `min_group` usable respondents. The message names all of them.
    """
    samples, _ = read_samples(items, names, group, incomplete=True, keep=True)
    require_two([sample.name for sample in samples], "group")
    _refuse_different_items(samples)
    usable = {
        sample.name: sample.n_answering if incomplete else sample.n_complete
        for sample in samples
    }
    small = [f"{name!r} (n = {n})" for name, n in usable.items() if n < min_group]
    require(
        not small,
        f"Groups need at least {min_group} usable respondents each, below which tests "
        f"of invariance tell little (a convention); smaller: {', '.join(small)}. Merge "
        "groups, leave them out, or lower `min_group` knowingly.",
    )
    return samples


def collapse_categories(
    items: pd.DataFrame, samples: Sequence[GroupSample], *, incomplete: bool
) -> tuple[pd.DataFrame, tuple[Collapsed, ...]]:
    """Merge answers that some group never gave with a neighbour, in all groups.

    The neighbour is the answer next to it that fewer people gave.

    Parameters
    ----------
    items : pandas.DataFrame
        Answers. Not modified.
    samples : sequence of GroupSample
        The same, by group.
    incomplete : bool
        Whether incomplete rows are used.
    """
    merged = items.copy()
    collapsed: list[Collapsed] = []
    for place, item in enumerate(samples[0].items):
        values, counts = _count(samples, place, incomplete=incomplete)
        steps = _merge(values, counts)
        for category, into, column in steps:
            absent = [
                sample.name for sample, n in zip(samples, column, strict=True) if n == 0
            ]
            collapsed.append(
                Collapsed(
                    item=item,
                    category=category,
                    into=into,
                    groups=tuple(absent),
                    n_respondents=int(column.sum()),
                )
            )
        if steps:
            column_name = next(name for name in items.columns if str(name) == item)
            answers = merged[column_name].to_numpy(dtype=float, na_value=np.nan)
            for category, into, _ in steps:
                answers = np.where(answers == category, into, answers)
            merged[column_name] = answers
    return merged, tuple(collapsed)


def _count(
    samples: Sequence[GroupSample], place: int, *, incomplete: bool
) -> tuple[list[float], IntArray]:
    """Return the different answers, and how many of each group gave them."""
    given = []
    for sample in samples:
        rows = sample.values()
        used = rows if incomplete else rows[~np.isnan(rows).any(axis=1)]
        given.append(used[:, place][~np.isnan(used[:, place])])
    values = np.unique(np.concatenate(given))
    counts = np.array([[(own == v).sum() for v in values] for own in given])
    return values.tolist(), counts.astype(np.intp)


def _merge(
    values: list[float], counts: IntArray
) -> list[tuple[float, float, IntArray]]:
    """Return which answer is counted as which other, and by whom it was given."""
    values, counts = list(values), counts.copy()
    steps = []
    while len(values) > 1 and (counts == 0).any():
        place = int(np.argmax((counts == 0).any(axis=0)))
        total = counts.sum(axis=0)
        beside = [p for p in (place - 1, place + 1) if 0 <= p < len(values)]
        into = min(beside, key=lambda p: total[p])
        steps.append((values[place], values[into], counts[:, place].copy()))
        counts[:, into] += counts[:, place]
        counts = np.delete(counts, place, axis=1)
        del values[place]
    return steps


def _refuse_different_items(samples: Sequence[GroupSample]) -> None:
    absent = []
    for sample in samples:
        rows = sample.values()
        n_answers = (~np.isnan(rows)).sum(axis=0).tolist()
        absent += [
            f"{item} (none of {len(rows)} in group {sample.name!r})"
            for item, n in zip(sample.items, n_answers, strict=True)
            if n == 0
        ]
    require(
        not absent,
        f"Groups must have answered the same items; nobody answered "
        f"{', '.join(absent)}. Leave these items or groups out.",
    )
