"""From answers to what a factor model is fitted to: groups, rows, means, covariances.

Answers are read in pieces, so that a million respondents never stand in memory twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.cfa.normal_theory import SampleMoments
from diagnose.statistics.sample import check_magnitude, check_numeric_frame

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
Group = pd.Series | npt.NDArray[np.generic] | Sequence[object]

_CELLS_AT_ONCE = 2_000_000
_SINGULAR = 1e-10
"""Smallest eigenvalue of a correlation matrix that counts as more than rounding."""


@dataclass(slots=True, kw_only=True, eq=False)
class GroupSample:
    """The answers of one group.

    Attributes
    ----------
    name : str
        Of the group; ``""`` for a single sample.
    items : tuple of str
        Names of the columns.
    mean, cross : numpy.ndarray, shapes (p,) and (p, p)
        Means and centred cross-products of the complete rows.
    n_complete, n_incomplete, n_unanswered : int
        Rows with every answer, with at least one of them missing, and without any.
    low, high : numpy.ndarray, shape (p,)
        Smallest and largest answer given to each item in the rows used.
    rows : list of numpy.ndarray
        The rows themselves, in pieces, where an estimator needs them.
    """

    name: str
    items: tuple[str, ...]
    mean: FloatArray
    cross: FloatArray
    low: FloatArray
    high: FloatArray
    n_complete: int = 0
    n_incomplete: int = 0
    n_unanswered: int = 0
    rows: list[FloatArray] = field(default_factory=list)

    @classmethod
    def empty(cls, name: str, items: tuple[str, ...]) -> GroupSample:
        """Return a group that holds nobody yet."""
        p = len(items)
        return cls(
            name=name,
            items=items,
            mean=np.zeros(p),
            cross=np.zeros((p, p)),
            low=np.full(p, np.inf),
            high=np.full(p, -np.inf),
        )

    @property
    def n_rows(self) -> int:
        """Return the number of rows, used or not."""
        return self.n_complete + self.n_incomplete

    @property
    def n_answering(self) -> int:
        """Return the number of rows with at least one answer."""
        return self.n_rows - self.n_unanswered

    @property
    def moments(self) -> SampleMoments:
        """Return means and covariances of the complete rows."""
        return SampleMoments(
            mean=self.mean,
            covariance=self.cross / self.n_complete,
            n_respondents=self.n_complete,
        )

    def values(self) -> FloatArray:
        """Return the rows that were kept, in the order of the data."""
        return np.concatenate(self.rows) if self.rows else np.empty((0, len(self.low)))

    def take(self, block: FloatArray, *, incomplete: bool, keep: bool) -> None:
        """Add rows of answers, merging means and cross-products pairwise.

        Parameters
        ----------
        block : numpy.ndarray, shape (n, p)
            Answers of this group, missing ones as NaN.
        incomplete : bool
            Whether incomplete rows are used too.
        keep : bool
            Whether to keep the rows.
        """
        absent = np.isnan(block)
        whole = ~absent.any(axis=1)
        self.n_unanswered += int(absent.all(axis=1).sum())
        complete = block if whole.all() else block[whole]
        self.n_incomplete += len(block) - len(complete)
        used = block if incomplete else complete
        if len(used):
            self.low = np.fmin(self.low, np.fmin.reduce(used, axis=0))
            self.high = np.fmax(self.high, np.fmax.reduce(used, axis=0))
        if keep:
            self.rows.append(used.copy())
        n = len(complete)
        if n == 0:
            return
        mean = complete.mean(axis=0)
        centred = complete - mean
        away = mean - self.mean
        total = self.n_complete + n
        self.cross += centred.T @ centred
        self.cross += np.outer(away, away) * (self.n_complete * n / total)
        self.mean = self.mean + away * (n / total)
        self.n_complete = total


def read_samples(
    items: pd.DataFrame,
    names: tuple[str, ...],
    group: Group | None,
    *,
    incomplete: bool,
    keep: bool,
) -> tuple[tuple[GroupSample, ...], int]:
    """Return the answers of each group, and how many rows name no group.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, at least p)
        Answers; columns that the model does not name are ignored.
    names : tuple of str
        Items of the model, in its order.
    group : Series, array or sequence, optional
        A group for each row; rows without one are left out.
    incomplete, keep : bool
        Whether incomplete rows are used, and whether rows are kept.

    Raises
    ------
    TypeError
        Not a frame, or items that are not numeric.
    ValueError
        Items that the frame lacks, or a group that does not match the rows.
    """
    columns = _columns(items, names)
    labels, codes = _groups(group, items.index)
    samples = tuple(GroupSample.empty(label, names) for label in labels)
    for start, block in _blocks(items, columns):
        check_magnitude(block, name="`items`")
        of_row = codes[start : start + len(block)]
        for number, sample in enumerate(samples):
            own = block if len(samples) == 1 else block[of_row == number]
            if len(samples) == 1 and (of_row < 0).any():
                own = block[of_row == 0]
            sample.take(own, incomplete=incomplete, keep=keep)
    return samples, int((codes < 0).sum())


def refuse_poor_samples(
    samples: Sequence[GroupSample], usable: Callable[[GroupSample], int]
) -> None:
    """Refuse groups that cannot carry a model of their items.

    Parameters
    ----------
    samples : sequence of GroupSample
        All groups.
    usable : callable
        How many respondents of a group the estimator uses.

    Raises
    ------
    InsufficientDataError
        Not more respondents than items, or an item that nobody answered or that is
        constant.
    """
    for sample in samples:
        n_respondents, n_items = usable(sample), len(sample.items)
        where = f" in group {sample.name!r}" if sample.name else ""
        require(
            n_respondents > n_items,
            f"A factor model needs more respondents than items{where}; got "
            f"{n_respondents} usable respondents of {sample.n_rows} for {n_items} "
            "items. Use fewer items, leave the group out, or (where answers are "
            "missing) missing='fiml'.",
        )
        ranges = list(zip(sample.items, sample.low, sample.high, strict=True))
        unanswered = [item for item, low, high in ranges if low > high]
        require(
            not unanswered,
            f"None of the {n_respondents} usable respondents{where} answered "
            f"{', '.join(unanswered)}: leave the item out of the model.",
        )
        constant = [item for item, low, high in ranges if low == high]
        require(
            not constant,
            f"Every one of the {n_respondents} usable respondents{where} gave the same "
            f"answer to {', '.join(constant)}: leave the item out of the model.",
        )


def refuse_singular(name: str, items: tuple[str, ...], moments: SampleMoments) -> None:
    """Refuse items of which one is a combination of the others, and name them."""
    scale = np.sqrt(np.diag(moments.covariance))
    roots, vectors = np.linalg.eigh(moments.covariance / np.outer(scale, scale))
    where = f" in group {name!r}" if name else ""
    part = np.abs(vectors[:, 0])
    involved = [item for item, size in zip(items, part, strict=True) if size > 0.05]
    require(
        bool(roots[0] > _SINGULAR),
        f"The covariance matrix of the {len(items)} items is singular over "
        f"{moments.n_respondents} respondents{where}: of {', '.join(involved)} one is "
        "a combination of the others (a copy, a sum). Leave it out of the model.",
    )


def _columns(items: pd.DataFrame, names: tuple[str, ...]) -> list[int]:
    """Return the place of each item of the model among the columns."""
    if not isinstance(items, pd.DataFrame):
        raise TypeError(
            f"`items` must be a pandas DataFrame; got {type(items).__name__}."
        )
    held = [str(column) for column in items.columns]
    absent = [name for name in names if name not in held]
    if absent:
        raise ValueError(
            f"`items` has no column {', '.join(absent)}, which `model` names; it has "
            f"{', '.join(held)}."
        )
    chosen = set(names)
    places = [place for place, name in enumerate(held) if name in chosen]
    check_numeric_frame(items.iloc[:0, places])
    return [held.index(name) for name in names]


def _groups(group: Group | None, index: pd.Index) -> tuple[tuple[str, ...], IntArray]:
    """Return the names of the groups, sorted, and the number of each row's group."""
    n_rows = len(index)
    if group is None:
        return ("",), np.zeros(n_rows, dtype=np.intp)
    if isinstance(group, str):
        raise TypeError(
            "`group` must hold a group for each respondent (a Series or array), not "
            f"the name of a column; got {group!r}."
        )
    if isinstance(group, pd.Series) and not group.index.equals(index):
        raise ValueError(
            f"`group` must have the index of `items` ({n_rows} rows); its own index "
            f"has {len(group)} rows or another order."
        )
    if len(group) != n_rows:
        raise ValueError(
            f"`group` must have one value a row of `items`: {n_rows}; got {len(group)}."
        )
    codes, values = pd.factorize(pd.Series(group).to_numpy(), sort=True)
    labels = tuple(str(value) for value in values)
    require(len(labels) > 0, f"None of the {n_rows} respondents has a group.")
    return labels, codes.astype(np.intp)


def _blocks(
    items: pd.DataFrame, columns: list[int]
) -> Iterator[tuple[int, FloatArray]]:
    size = max(1000, _CELLS_AT_ONCE // max(items.shape[1], 1))
    for start in range(0, len(items), size):
        rows = items.iloc[start : start + size, columns]
        yield start, rows.to_numpy(dtype=float, na_value=np.nan)
