"""The answers of a Mokken scale as categories, tabulated once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, require
from diagnose.statistics.sample import complete_rows

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_CATEGORIES = 50
"""More distinct answers than this to one item are no answer categories."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Categories:
    """Complete answers, each as the number of a category; categories of all items.

    The K categories of all items stand in one list, item after item, each item's from
    low to high.

    Attributes
    ----------
    items : tuple of str
        Names of the k columns.
    codes : ndarray of int, shape (n_respondents, k)
        Place of each answer in the list of K categories.
    value : ndarray, shape (K,)
        Answer that a category stands for, in response-scale units.
    owner : ndarray, shape (K, k)
        1 where the category belongs to the item, else 0.
    """

    items: tuple[str, ...]
    codes: IntArray
    value: FloatArray
    owner: FloatArray

    def indicators(self) -> FloatArray:
        """Return 1 where a respondent chose a category, shape (n_respondents, K)."""
        n_respondents = len(self.codes)
        chosen = np.zeros((n_respondents, len(self.value)))
        chosen[np.arange(n_respondents)[:, None], self.codes] = 1.0
        return chosen


def check_scale(
    items: pd.DataFrame, *, missing: MissingPolicy, what: str
) -> pd.DataFrame:
    """Return the complete rows, or refuse what no scale can be made of.

    Parameters
    ----------
    what : str
        The statistic as it is named at the start of a message.
    """
    complete = complete_rows(items, missing=missing)
    n_respondents, n_items = complete.shape
    require(
        n_items >= 2 and n_respondents >= 2,
        f"{what} needs at least 2 items and 2 complete respondents; got {n_items} "
        f"items and {n_respondents} complete of {len(items)}.",
    )
    values = complete.to_numpy()
    constant = complete.columns[np.ptp(values, axis=0) == 0]
    require(
        constant.empty,
        f"{what} needs items that vary; all {n_respondents} respondents gave the same "
        f"answer to {_listed(constant)}. Leave these items out.",
    )
    distinct = complete.nunique()
    fine = complete.columns[distinct > MOST_CATEGORIES]
    if not fine.empty:
        raise ValueError(
            f"`items` must hold answer categories, at most {MOST_CATEGORIES} an item; "
            f"more in {_listed(fine)}. Cut the answers into categories first."
        )
    return complete


def categorise(complete: pd.DataFrame) -> Categories:
    """Return the answers as categories; only answers that were given count as one."""
    values = complete.to_numpy()
    codes = np.empty(values.shape, dtype=np.int64)
    found: list[FloatArray] = []
    start = 0
    for column in range(values.shape[1]):
        distinct, place = np.unique(values[:, column], return_inverse=True)
        codes[:, column] = start + place
        start += len(distinct)
        found.append(distinct)
    belongs = np.repeat(np.arange(len(found)), [len(distinct) for distinct in found])
    return Categories(
        items=tuple(str(name) for name in complete.columns),
        codes=codes,
        value=np.concatenate(found),
        owner=np.eye(len(found))[belongs],
    )


def _listed(names: pd.Index[str]) -> str:
    return ", ".join(str(name) for name in names)
