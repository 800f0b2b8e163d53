"""Answer categories that every group uses; rare ones join a neighbour, on record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.dif.respondents import Respondents

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemCategories:
    """The categories of one item after joining.

    Attributes
    ----------
    codes : ndarray of int, shape (n_respondents,)
        Category of each answer, from 0.
    value : ndarray, shape (n_categories,)
        Mean answer of the respondents in a category, in response-scale units.
    joined : tuple of (tuple of float, float)
        The answers of each category that holds more than one, and its value.
    """

    codes: IntArray
    value: FloatArray
    joined: tuple[tuple[tuple[float, ...], float], ...]

    @property
    def n_categories(self) -> int:
        """Return how many categories are left."""
        return len(self.value)


def usable_categories(
    respondents: Respondents, min_category: int
) -> tuple[ItemCategories, ...]:
    """Return the categories of each item, given `min_category` times by each group.

    Raises
    ------
    InsufficientDataError
        Items of which fewer than 2 categories remain, by name.
    """
    n_groups = len(respondents.labels)
    found = tuple(
        _join(answers, respondents.group, n_groups, min_category)
        for answers in respondents.answers.T
    )
    single = [
        name
        for name, categories in zip(respondents.items, found, strict=True)
        if categories.n_categories < 2
    ]
    require(
        not single,
        f"no two answer categories are given at least {min_category} times by every "
        f"group ({_sizes(respondents)}) to {', '.join(single)}. Leave these items out, "
        "or lower `min_category`.",
    )
    return found


def _sizes(respondents: Respondents) -> str:
    pairs = zip(respondents.labels, respondents.sizes, strict=True)
    return ", ".join(f"{label}: n = {size}" for label, size in pairs)


def _join(
    answers: FloatArray, group: IntArray, n_groups: int, min_category: int
) -> ItemCategories:
    """Join the rarest category to its smaller neighbour until none is too rare."""
    value, place = np.unique(answers, return_inverse=True)
    size = n_groups * len(value)
    table = np.bincount(group * len(value) + place, minlength=size)
    counts = table.reshape(n_groups, len(value)).T  # category x group
    members = [[category] for category in range(len(value))]
    while len(members) > 1:
        least = counts.min(axis=1)
        rarest = int(least.argmin())
        if least[rarest] >= min_category:
            break
        lower = _lower_of_pair(counts.sum(axis=1), rarest)
        members[lower] += members.pop(lower + 1)
        counts[lower] += counts[lower + 1]
        counts = np.delete(counts, lower + 1, axis=0)
    code_of = np.empty(len(value), dtype=np.int64)
    for code, joined in enumerate(members):
        code_of[joined] = code
    codes = code_of[place]
    mean = np.bincount(codes, weights=answers) / np.bincount(codes)
    return ItemCategories(
        codes=codes,
        value=mean,
        joined=tuple(
            (tuple(float(value[category]) for category in joined), float(mean[code]))
            for code, joined in enumerate(members)
            if len(joined) > 1
        ),
    )


def _lower_of_pair(totals: IntArray, rarest: int) -> int:
    """Return the lower one of the two categories to join."""
    if rarest == 0:
        return 0
    last = rarest == len(totals) - 1
    return rarest - 1 if last or totals[rarest - 1] <= totals[rarest + 1] else rarest
