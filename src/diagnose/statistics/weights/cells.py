"""Respondents counted by their categories, against the margins they should have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.statistics.sample import label_codes
from diagnose.statistics.team_sums import FloatArray, IntArray

Margins = Mapping[str, Mapping[object, float]]
_SAME_TOTAL = 1e-9  # relative; margins that were rounded differ by more


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Respondents who are alike in every category and in their design weight.

    Attributes
    ----------
    categories : tuple of numpy.ndarray, each of shape (n_cells,)
        For every margin, the category of each cell as a whole number.
    targets : tuple of numpy.ndarray, each of shape (n_categories,)
        For every margin, its totals.
    design, sizes : numpy.ndarray, shape (n_cells,)
        Design weight of one respondent, and respondents.
    place : numpy.ndarray, shape (n_respondents,)
        Cell of each respondent.
    names : tuple of tuple
        For every margin, its column and the names of its categories.
    """

    categories: tuple[IntArray, ...]
    targets: tuple[FloatArray, ...]
    design: FloatArray
    sizes: FloatArray
    place: IntArray
    names: tuple[tuple[str, tuple[object, ...]], ...]

    @property
    def total(self) -> float:
        """Return the total that all margins share."""
        return float(self.targets[0].sum())


def tabulate_cells(
    respondents: pd.DataFrame, margins: Margins, design: FloatArray
) -> Cells:
    """Count the respondents by cell, after checking them against the margins."""
    _check_margins(margins)
    if not isinstance(respondents, pd.DataFrame):
        raise TypeError(
            "`respondents` must be a pandas DataFrame of categories; "
            f"got {type(respondents).__name__}."
        )
    absent = [repr(name) for name in margins if name not in respondents.columns]
    if absent:
        raise ValueError(
            f"`respondents` lacks the columns {', '.join(absent)} of `margins`."
        )
    require(len(respondents) > 0, "raking needs respondents; got none.")
    codes = [_codes(respondents[name], margins[name], name) for name in margins]
    key = np.zeros(len(respondents), dtype=np.int64)
    for code, name in zip(codes, margins, strict=True):
        key = key * len(margins[name]) + code
        # back to small numbers, so that many margins cannot overflow
        key = np.unique(key, return_inverse=True)[1]
    _, levels = np.unique(design, return_inverse=True)
    key = key * (int(levels.max()) + 1) + levels
    _, first, place, sizes = np.unique(
        key, return_index=True, return_inverse=True, return_counts=True
    )
    return Cells(
        categories=tuple(code[first] for code in codes),
        targets=tuple(
            np.array([float(total) for total in margins[name].values()])
            for name in margins
        ),
        design=design[first],
        sizes=sizes.astype(float),
        place=place,
        names=tuple((str(name), tuple(margins[name])) for name in margins),
    )


def _codes(column: pd.Series, margin: Mapping[object, float], name: str) -> IntArray:
    n_missing = int(column.isna().sum())
    if n_missing:
        raise ValueError(
            f"{n_missing} of {len(column)} respondents have no category of {name!r}. "
            "Leave them out, or give them a category with a total of its own."
        )
    codes, found = label_codes(column, name=f"the categories of {name!r}")
    unknown = [repr(category) for category in found if category not in margin]
    if unknown:
        raise ValueError(
            f"`margins[{name!r}]` has no total for {', '.join(sorted(unknown))}, and "
            "there are respondents in it. Add the total, or merge categories."
        )
    order = {category: position for position, category in enumerate(margin)}
    places = np.array([order[category] for category in found], dtype=np.int64)
    present = set(found)
    empty = [repr(category) for category in margin if category not in present]
    if empty:
        raise ValueError(
            f"`margins[{name!r}]` counts people in {', '.join(empty)}, where nobody "
            "answered; no weight can stand for them. Merge categories."
        )
    return places[codes]


def _check_margins(margins: Margins) -> None:
    if not isinstance(margins, Mapping) or not margins:
        raise ValueError(
            "`margins` must give at least one column with its totals, as in "
            "{'site': {'A': 300, 'B': 200}}."
        )
    totals = {}
    for name, margin in margins.items():
        if not isinstance(margin, Mapping) or not margin:
            raise ValueError(
                f"`margins[{name!r}]` must give a total for each category; "
                f"got {margin!r}."
            )
        wrong = [
            f"{category!r} ({total!r})"
            for category, total in margin.items()
            if not (isinstance(total, Real) and 0 < float(total) < np.inf)
        ]
        if wrong:
            raise ValueError(
                f"`margins[{name!r}]` must hold totals above 0; not so for "
                f"{', '.join(wrong)}. Leave out empty categories."
            )
        totals[name] = float(sum(margin.values()))
    smallest, largest = min(totals.values()), max(totals.values())
    if largest - smallest > _SAME_TOTAL * largest:
        listed = ", ".join(f"{name!r} {total:g}" for name, total in totals.items())
        raise ValueError(
            f"all margins must have one total, the size of the workforce; got {listed}."
        )
