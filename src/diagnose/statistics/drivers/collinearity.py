"""Whether predictors say the same, so that their weights cannot be told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, require
from diagnose.errors import InsufficientDataError
from diagnose.statistics.drivers.weights import SINGULAR
from diagnose.statistics.sample import check_numeric_frame, complete_rows

FloatArray = npt.NDArray[np.float64]

_HIGH_VIF, _VERY_HIGH_VIF = 5.0, 10.0
_HIGH_CONDITION = 30.0
_SAME = 0.85


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Collinearity:
    """How far each predictor follows from the others.

    Attributes
    ----------
    method : str
        ``"pearson"``.
    condition_number : float
        Root of the ratio of the largest to the least eigenvalue of the correlations;
        1 when the predictors are uncorrelated.
    largest_correlation : float
        The correlation that is largest in size, with its sign.
    largest_pair : tuple of str
        The two predictors it belongs to.
    n_respondents : int
        Complete respondents.
    notes : tuple of str
        ``"vif_above_10:<name>"``, ``"vif_above_5:<name>"``,
        ``"condition_number_above_30"``, ``"correlation_above_0.85:<name>|<name>"``.
        The numbers are conventions.
    """

    method: str
    condition_number: float
    largest_correlation: float
    largest_pair: tuple[str, str]
    n_respondents: int
    notes: tuple[str, ...]
    _predictors: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a predictor.

        Columns: predictor, vif, tolerance (1 / vif), r_squared (with the others).
        """
        return self._predictors.copy()


def collinearity(
    predictors: pd.DataFrame, *, missing: MissingPolicy = "listwise"
) -> Collinearity:
    """Return variance inflation factors, condition number and the closest pair.

    The weights of predictors that say the same depend on chance; their sum does not.

    Parameters
    ----------
    predictors : pandas.DataFrame, shape (n_respondents, n_predictors)
        At least 2 scores, missing as NaN.
    missing : {"listwise", "raise"}
        Leave out respondents with a missing answer, or refuse them.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 predictors, fewer than 3 respondents more than predictors, a
        constant predictor, or one that follows from the others.

    References
    ----------
    Belsley, Kuh and Welsch, 1980, Regression Diagnostics.
    """
    correlations, n_respondents = complete_correlations(
        predictors, missing=missing, name="predictors"
    )
    names = list(correlations.columns)
    matrix = correlations.to_numpy()
    values, vectors = np.linalg.eigh(matrix)
    if values[0] <= SINGULAR:
        listed = ", ".join(np.array(names)[np.abs(vectors[:, 0]) > 1e-3])
        raise InsufficientDataError(
            f"the predictors {listed} are collinear: one of them follows from the "
            "others. Leave one out, or average those that say the same."
        )
    vif = np.diag(np.linalg.inv(matrix))
    first, second = largest_off_diagonal(matrix)
    largest = float(matrix[first, second])
    condition = float(np.sqrt(values[-1] / values[0]))
    pair = (names[first], names[second])
    return Collinearity(
        method="pearson",
        condition_number=condition,
        largest_correlation=largest,
        largest_pair=pair,
        n_respondents=n_respondents,
        notes=_notes(names, vif, condition, largest, pair),
        _predictors=pd.DataFrame(
            {
                "predictor": names,
                "vif": vif,
                "tolerance": 1 / vif,
                "r_squared": 1 - 1 / vif,
            }
        ),
    )


def complete_correlations(
    scores: pd.DataFrame, *, missing: MissingPolicy, name: str
) -> tuple[pd.DataFrame, int]:
    """Return the correlations of the complete rows, and how many rows there are."""
    check_numeric_frame(scores, name=name)
    complete = complete_rows(scores, missing=missing)
    n_respondents, n_scores = complete.shape
    require(
        n_scores >= 2 and n_respondents >= n_scores + 3,
        f"correlations need at least 2 {name} and 3 respondents more than {name}; got "
        f"{n_scores} and {n_respondents} complete of {len(scores)}.",
    )
    values = complete.to_numpy()
    centred = values - values.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    names = [str(column) for column in complete.columns]
    constant = spread <= 1e-12 * np.abs(values).max(axis=0)
    listed = ", ".join(np.array(names)[constant])
    require(
        not bool(constant.any()),
        f"{listed} does not vary over the {n_respondents} complete respondents. Leave "
        "it out.",
    )
    standardised = centred / spread
    matrix = standardised.T @ standardised / n_respondents
    np.fill_diagonal(matrix, 1.0)
    return pd.DataFrame(matrix, index=names, columns=names), n_respondents


def largest_off_diagonal(matrix: FloatArray) -> tuple[int, int]:
    """Return where the correlation that is largest in size stands."""
    rows, columns = np.triu_indices(len(matrix), 1)
    place = int(np.argmax(np.abs(matrix[rows, columns])))
    return int(rows[place]), int(columns[place])


def _notes(
    names: list[str],
    vif: FloatArray,
    condition: float,
    largest: float,
    pair: tuple[str, str],
) -> tuple[str, ...]:
    notes = []
    for name, inflation in zip(names, vif, strict=True):
        if inflation > _VERY_HIGH_VIF:
            notes.append(f"vif_above_10:{name}")
        elif inflation > _HIGH_VIF:
            notes.append(f"vif_above_5:{name}")
    if condition > _HIGH_CONDITION:
        notes.append("condition_number_above_30")
    if abs(largest) > _SAME:
        notes.append(f"correlation_above_{_SAME}:{pair[0]}|{pair[1]}")
    return tuple(notes)
