"""The one correlation matrix that everything about dimensions reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, check_whole_number, require
from diagnose.errors import InsufficientDataError
from diagnose.statistics.sample import check_numeric_frame, complete_rows

FloatArray = npt.NDArray[np.float64]
CorrelationKind = Literal["pearson", "polychoric"]
CorrelationMissing = Literal["listwise", "pairwise", "raise"]

_SINGULAR = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CorrelationMatrix:
    """Correlations between items, with what a reader must know of them.

    Give one to any function of `dimensionality`, `factor` or `schmid_leiman` instead
    of answers, for a matrix from elsewhere.

    Attributes
    ----------
    matrix : DataFrame, shape (n_items, n_items)
        Symmetric, with ones on the diagonal; the items label rows and columns.
    n_respondents : int
        Respondents behind the matrix; with ``missing="pairwise"`` the smallest number
        behind any of its correlations.
    method : str
        ``"pearson"``, ``"polychoric"``, or ``"given"``.
    means, sds : Series or None
        Of the answers of each item (divisor n - 1), where answers were given.
    flags : tuple of str
        ``"pairwise_n:<smallest>-<largest>"``; for polychoric correlations
        ``"polychoric_empty_cells:<pairs>"`` (a combination of answers that nobody
        gave) and ``"polychoric_at_bound:<pairs>"`` (a correlation of .999).
    """

    matrix: pd.DataFrame
    n_respondents: int
    method: str = "given"
    means: pd.Series | None = None
    sds: pd.Series | None = None
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no correlation matrix."""
        _check_matrix(self.matrix)
        check_whole_number("n_respondents", self.n_respondents, 3)

    @property
    def items(self) -> tuple[str, ...]:
        """Return the names of the items."""
        return tuple(str(name) for name in self.matrix.columns)

    @property
    def n_items(self) -> int:
        """Return the number of items."""
        return len(self.matrix)

    @property
    def values(self) -> FloatArray:
        """Return the correlations as an array."""
        return self.matrix.to_numpy(dtype=float)

    def to_frame(self) -> pd.DataFrame:
        """Return the matrix."""
        return self.matrix.copy()


def correlations_of(
    items: pd.DataFrame | CorrelationMatrix,
    *,
    correlation: CorrelationKind = "pearson",
    missing: CorrelationMissing = "listwise",
) -> CorrelationMatrix:
    """Return the correlations of the answers, or the given matrix as it is.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items), or CorrelationMatrix
        Answers in response-scale units, missing answers as NaN. Not modified.
    correlation : {"pearson", "polychoric"}
        Of the answers as numbers, or of the normal variables behind the categories.
    missing : {"listwise", "pairwise", "raise"}
        Leave out respondents with an unanswered item; use all who answered both items
        of a pair; or refuse them. A pairwise matrix has no single number of
        respondents: the smallest is used, and it may not be positive definite.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 items or 3 respondents, or an item that does not vary.
    ValueError
        An unknown option, or a matrix together with ``correlation="polychoric"``.
    """
    check_option("correlation", correlation, CorrelationKind)
    check_option("missing", missing, CorrelationMissing)
    if isinstance(items, CorrelationMatrix):
        if correlation == "polychoric":
            raise ValueError(
                "`correlation` must be left out with a CorrelationMatrix: its "
                f"correlations are there already (method {items.method!r})."
            )
        return items
    check_numeric_frame(items)
    n_items = items.shape[1]
    require(n_items >= 2, f"correlations need at least 2 items; got {n_items}.")
    answers = (
        items.astype(float)
        if missing == "pairwise"
        else complete_rows(items, missing=missing)
    )
    _require_variation(answers, len(items))
    if correlation == "polychoric":
        return _polychoric(answers)
    return _pearson(answers)


def require_respondents(correlations: CorrelationMatrix, purpose: str) -> None:
    """Raise unless there are more respondents than items."""
    n_items, n_respondents = correlations.n_items, correlations.n_respondents
    require(
        n_respondents > n_items,
        f"{purpose} needs more respondents than items; got {n_items} items and "
        f"{n_respondents} respondents.",
    )


def require_invertible(correlations: CorrelationMatrix, purpose: str) -> None:
    """Raise unless the matrix is positive definite and has respondents enough."""
    require_respondents(correlations, purpose)
    n_items, n_respondents = correlations.n_items, correlations.n_respondents
    smallest = float(np.linalg.eigvalsh(correlations.values)[0])
    require(
        smallest > _SINGULAR,
        f"{purpose} needs a positive definite correlation matrix; the smallest "
        f"eigenvalue of the {n_items} items over {n_respondents} respondents is "
        f"{smallest:.2g}. An item repeats others, or the correlations contradict each "
        "other, as pairwise and polychoric ones may: leave an item out, use "
        "missing='listwise' or Pearson correlations.",
    )


def _check_matrix(matrix: pd.DataFrame) -> None:
    check_numeric_frame(matrix, name="matrix")
    values = matrix.to_numpy(dtype=float)
    if values.shape[0] != values.shape[1] or len(values) < 2:
        raise ValueError(
            "`matrix` must be square, with at least 2 items; got shape "
            f"{values.shape}. For answers, give the frame itself."
        )
    if list(matrix.index) != list(matrix.columns):
        raise ValueError("`matrix` must have the same names on its rows and columns.")
    if np.isnan(values).any():
        raise ValueError("`matrix` holds missing correlations.")
    if not np.allclose(values, values.T, rtol=0, atol=1e-8):
        raise ValueError("`matrix` must be symmetric.")
    if not np.allclose(np.diag(values), 1, rtol=0, atol=1e-8):
        raise ValueError(
            "`matrix` must have ones on its diagonal; divide a covariance matrix by "
            "the standard deviations first."
        )
    if np.abs(values).max() > 1 + 1e-8:
        raise ValueError("`matrix` holds correlations outside -1 to 1.")


def _require_variation(answers: pd.DataFrame, n_rows: int) -> None:
    n_respondents = len(answers)
    require(
        n_respondents >= 3,
        f"correlations need at least 3 respondents; got {n_respondents} complete of "
        f"{n_rows}.",
    )
    values = answers.to_numpy()
    # Nobody's answers have no smallest one: numpy would warn.
    empty = [str(c) for c in answers.columns[np.isnan(values).all(axis=0)]]
    require(not empty, f"correlations are undefined: nobody answered {_list(empty)}.")
    constant = np.nanmax(values, axis=0) == np.nanmin(values, axis=0)
    names = [str(c) for c in answers.columns[constant]]
    require(
        not names,
        f"correlations are undefined: {_list(names)} does not vary over "
        f"{n_respondents} respondents; leave it out.",
    )


def _pearson(answers: pd.DataFrame) -> CorrelationMatrix:
    if answers.isna().to_numpy().any():
        return _pairwise_pearson(answers)
    values = answers.to_numpy()
    centred = values - values.mean(axis=0)
    scaled = centred / np.sqrt((centred**2).sum(axis=0))
    return _described(answers, scaled.T @ scaled, len(answers), "pearson", ())


def _pairwise_pearson(answers: pd.DataFrame) -> CorrelationMatrix:
    counts, flags = _pairwise_counts(answers)
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = answers.corr().to_numpy()
    rows, columns = np.nonzero(np.isnan(matrix))
    if len(rows):
        first, second = answers.columns[rows[0]], answers.columns[columns[0]]
        raise InsufficientDataError(
            f"the correlation of {first} and {second} is undefined: one of them does "
            f"not vary over the {counts[rows[0], columns[0]]} respondents who answered "
            "both; leave one out."
        )
    return _described(answers, matrix, int(counts.min()), "pearson", flags)


def _pairwise_counts(
    answers: pd.DataFrame,
) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Return the respondents behind each pair of items, and the flag that says so."""
    answered = answers.notna().to_numpy().astype(float)
    counts = np.rint(answered.T @ answered).astype(np.int64)
    smallest = int(counts.min())
    if smallest < 3:
        first, second = np.argwhere(counts == smallest)[0]
        raise InsufficientDataError(
            f"correlations need at least 3 respondents who answered both items; "
            f"{answers.columns[first]} and {answers.columns[second]} have {smallest}."
        )
    return counts, (f"pairwise_n:{smallest}-{int(counts.max())}",)


def _polychoric(answers: pd.DataFrame) -> CorrelationMatrix:
    # Smoothing would hide that the correlations contradict each other: what needs a
    # positive definite matrix refuses it, see `require_invertible`.
    from diagnose.statistics.correlation import polychoric

    flags: tuple[str, ...] = ()
    n_respondents = len(answers)
    if answers.isna().to_numpy().any():
        counts, flags = _pairwise_counts(answers)
        n_respondents = int(counts.min())
    found = polychoric(answers, missing="pairwise", smooth="never")
    if found.empty_cells:
        flags += (f"polychoric_empty_cells:{len(found.empty_cells)}",)
    if found.at_bound:
        flags += (f"polychoric_at_bound:{len(found.at_bound)}",)
    matrix = found.correlation.to_numpy(dtype=float)
    return _described(answers, matrix, n_respondents, "polychoric", flags)


def _described(
    answers: pd.DataFrame,
    matrix: FloatArray,
    n_respondents: int,
    method: str,
    flags: tuple[str, ...],
) -> CorrelationMatrix:
    exact = (matrix + matrix.T) / 2
    np.fill_diagonal(exact, 1.0)
    names = [str(name) for name in answers.columns]
    moments = answers.set_axis(names, axis="columns")
    return CorrelationMatrix(
        matrix=pd.DataFrame(np.clip(exact, -1, 1), index=names, columns=names),
        n_respondents=n_respondents,
        method=method,
        means=moments.mean(),
        sds=moments.std(ddof=1),
        flags=flags,
    )


def _list(names: list[str]) -> str:
    return ", ".join(names)
