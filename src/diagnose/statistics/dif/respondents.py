"""Who takes part in a comparison of groups: complete answers, a group, a level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.sample import complete_rows
from diagnose.statistics.team_sums import team_codes

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MIN_GROUP = 30
"""A group with fewer complete respondents is refused."""
SMALL_GROUP = 200
"""A group with fewer is flagged: only large differences will be found."""
MOST_CATEGORIES = 50
"""More distinct answers than this to one item are no answer categories."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Respondents:
    """Complete respondents that have a group.

    Attributes
    ----------
    items : tuple of str
        Names of the k items.
    answers : ndarray, shape (n_respondents, k)
        In response-scale units.
    theta : ndarray, shape (n_respondents,), or None
        Level that was given, if any.
    group : ndarray of int, shape (n_respondents,)
        Number of the group.
    labels : tuple of str
        Names of the groups, the reference group first.
    n_incomplete, n_without_group : int
        Rows left out, for a missing answer or (complete) for a missing group.
    """

    items: tuple[str, ...]
    answers: FloatArray
    theta: FloatArray | None
    group: IntArray
    labels: tuple[str, ...]
    n_incomplete: int
    n_without_group: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Return the number of respondents in each group."""
        counts = np.bincount(self.group, minlength=len(self.labels))
        return tuple(int(count) for count in counts)


def select_respondents(
    items: pd.DataFrame, group: pd.Series, theta: pd.Series | None
) -> Respondents:
    """Return who can be compared, or refuse with the numbers."""
    complete = complete_rows(items)
    _check_series("group", group, items)
    kept = items.notna().all(axis="columns").to_numpy()
    codes, labels = team_codes(group.loc[kept])
    has_group = codes >= 0
    used = complete.loc[has_group]
    codes = codes[has_group]
    _check_groups(codes, labels)
    _check_categories(used)
    return Respondents(
        items=tuple(str(name) for name in items.columns),
        answers=used.to_numpy(),
        theta=_theta(theta, items, kept)[has_group] if theta is not None else None,
        group=codes,
        labels=tuple(str(label) for label in labels),
        n_incomplete=int((~kept).sum()),
        n_without_group=int((~has_group).sum()),
    )


def _check_series(name: str, values: pd.Series, items: pd.DataFrame) -> None:
    if not isinstance(values, pd.Series):
        raise TypeError(
            f"`{name}` must be a pandas Series; got {type(values).__name__}."
        )
    if not values.index.equals(items.index):
        raise ValueError(f"`items` and `{name}` must have the same index.")


def _check_groups(codes: IntArray, labels: list[object]) -> None:
    require(
        len(labels) >= 2,
        f"differential item functioning compares at least 2 groups; got {len(labels)} "
        f"among {len(codes)} complete respondents.",
    )
    counts = np.bincount(codes, minlength=len(labels))
    small = [
        f"{label} (n = {count})"
        for label, count in zip(labels, counts, strict=True)
        if count < MIN_GROUP
    ]
    require(
        not small,
        f"every group needs at least {MIN_GROUP} complete respondents; fewer in "
        f"{', '.join(small)}. Leave the group out or join it to another.",
    )


def _check_categories(used: pd.DataFrame) -> None:
    distinct = used.nunique()
    constant = [str(name) for name in used.columns[distinct < 2]]
    require(
        not constant,
        f"items must vary; all {len(used)} respondents gave the same answer to "
        f"{', '.join(constant)}. Leave these items out.",
    )
    fine = [str(name) for name in used.columns[distinct > MOST_CATEGORIES]]
    if fine:
        raise ValueError(
            f"`items` must hold answer categories, at most {MOST_CATEGORIES} an item; "
            f"more in {', '.join(fine)}. Cut the answers into categories first."
        )


def _theta(
    theta: pd.Series, items: pd.DataFrame, kept: npt.NDArray[np.bool_]
) -> FloatArray:
    _check_series("matching", theta, items)
    if not pd.api.types.is_numeric_dtype(theta):
        raise TypeError("`matching` must hold numbers when it is a Series.")
    level = theta.to_numpy(dtype=float, na_value=np.nan)[kept]
    absent = int((~np.isfinite(level)).sum())
    if absent:
        raise ValueError(
            f"`matching` is missing or infinite for {absent} of {len(level)} complete "
            "respondents; give everyone a level, or leave these people out of all."
        )
    return level
