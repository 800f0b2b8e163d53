"""From answers to the sums of every team, and the refusals on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import MissingPolicy, check_option, require
from diagnose.errors import InsufficientDataError
from diagnose.statistics.drivers.moments import (
    UnitSums,
    chance_units,
    correlations_of,
    unit_sums,
)
from diagnose.statistics.drivers.weights import SINGULAR
from diagnose.statistics.sample import check_magnitude, check_numeric_frame
from diagnose.statistics.team_sums import team_codes

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEAST_RESPONDENTS = 50
_LEAST_PER_PREDICTOR = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DriverSums:
    """Counts, sums and cross products of every team: all that the drivers need.

    Attributes
    ----------
    outcome : str
        Name of the outcome.
    predictors : tuple of str
        Names of the predictors.
    n_respondents : int
        Respondents with every value (and a team, when teams were given).
    n_missing : int
        Respondents left out.
    n_teams : int or None
        Teams; None when respondents count as independent.
    units : UnitSums
        The sums of each team, in standardised units. They are no release: a team of
        one shows its answers in them.
    """

    outcome: str
    predictors: tuple[str, ...]
    n_respondents: int
    n_missing: int
    n_teams: int | None
    units: UnitSums

    def to_frame(self) -> pd.DataFrame:
        """Return the correlations of predictors and outcome (last)."""
        total = self.units.stacked().sum(axis=0, keepdims=True)
        names = [*self.predictors, self.outcome]
        matrix = correlations_of(total, len(names))[0]
        return pd.DataFrame(matrix, index=names, columns=names)


def driver_sums(
    outcome: pd.Series,
    predictors: pd.DataFrame,
    *,
    clusters: pd.Series | None = None,
    missing: MissingPolicy = "listwise",
    seed: int = 20261125,
) -> DriverSums:
    """Tabulate what `relative_importance` is computed from.

    Parameters
    ----------
    outcome, predictors, clusters, missing
        As in `relative_importance`.
    seed : int
        Used only beyond 5,000 respondents without teams, who are put together by
        chance in 5,000 parts.

    Raises
    ------
    InsufficientDataError
        Fewer than 50 complete respondents or 3 a predictor, fewer than 2 teams, a
        constant variable, collinear predictors, or an outcome they determine.
    """
    check_option("missing", missing, MissingPolicy)
    values, names = _table(outcome, predictors)
    codes = _codes(clusters, outcome.index)
    complete = np.isfinite(values).all(axis=1)
    kept = complete if codes is None else complete & (codes >= 0)
    n_missing = int((~kept).sum())
    if missing == "raise" and n_missing:
        raise InsufficientDataError(
            f"{n_missing} of {len(values)} respondents lack an answer or a team; "
            "use missing='listwise' to leave them out."
        )
    values = values[kept]
    _require_enough(len(values), len(names) - 1, n_missing)
    standardised = _standardise(values, names)
    if codes is None:
        units = chance_units(len(values), seed=seed)
        n_units = int(units.max()) + 1
    else:
        present, units = np.unique(codes[kept], return_inverse=True)
        n_units = len(present)
        require(
            n_units >= 2,
            f"drivers with teams need at least 2 teams; the {len(values)} complete "
            f"respondents are in {n_units}. Use clusters=None.",
        )
    sums = DriverSums(
        outcome=names[-1],
        predictors=tuple(names[:-1]),
        n_respondents=len(values),
        n_missing=n_missing,
        n_teams=None if codes is None else n_units,
        units=unit_sums(standardised, units, n_units),
    )
    check_regular(sums.to_frame())
    return sums


def check_regular(correlations: pd.DataFrame) -> None:
    """Refuse collinear predictors, and an outcome (last) that they determine."""
    matrix = correlations.to_numpy()
    names = [str(name) for name in correlations.columns]
    values, vectors = np.linalg.eigh(matrix[:-1, :-1])
    if values[0] <= SINGULAR:
        involved = np.abs(vectors[:, 0]) > 1e-3
        listed = ", ".join(np.array(names[:-1])[involved])
        raise InsufficientDataError(
            f"the predictors {listed} are collinear: one of them follows from the "
            "others. Leave one out, or average those that say the same."
        )
    outcome = matrix[:-1, -1]
    residual = 1 - outcome @ np.linalg.solve(matrix[:-1, :-1], outcome)
    require(
        bool(residual > SINGULAR),
        f"the predictors determine {names[-1]} (R squared is 1). Leave out the "
        "predictor that is a part or a copy of the outcome.",
    )


def _table(
    outcome: pd.Series, predictors: pd.DataFrame
) -> tuple[FloatArray, list[str]]:
    numeric = isinstance(outcome, pd.Series) and pd.api.types.is_numeric_dtype(outcome)
    types = pd.api.types
    if not numeric or types.is_bool_dtype(outcome) or types.is_complex_dtype(outcome):
        raise TypeError("`outcome` must be a pandas Series of numbers.")
    check_numeric_frame(predictors, name="predictors")
    if not outcome.index.equals(predictors.index):
        raise ValueError("`outcome` and `predictors` must have the same index.")
    if predictors.shape[1] < 1:
        raise ValueError("`predictors` has no column; give at least one.")
    score = outcome.to_numpy(dtype=float, na_value=np.nan)
    check_magnitude(score, name="`outcome`")
    names = [str(column) for column in predictors.columns]
    label = "outcome" if outcome.name is None else str(outcome.name)
    if label in names:
        raise ValueError(
            f"`outcome` and a predictor are both named {label!r}; an outcome cannot "
            "be its own predictor. Leave it out, or rename one."
        )
    table = predictors.to_numpy(dtype=float, na_value=np.nan)
    return np.column_stack([table, score]), [*names, label]


def _codes(clusters: pd.Series | None, index: pd.Index) -> IntArray | None:
    if clusters is None:
        return None
    codes, _labels = team_codes(clusters)
    if not clusters.index.equals(index):
        raise ValueError("`clusters` must have the index of `outcome`.")
    return codes


def _require_enough(n_respondents: int, n_predictors: int, n_missing: int) -> None:
    least = max(LEAST_RESPONDENTS, _LEAST_PER_PREDICTOR * n_predictors)
    require(
        n_respondents >= least,
        f"drivers need at least {least} complete respondents for {n_predictors} "
        f"predictors; got {n_respondents} ({n_missing} left out for a missing answer "
        "or team). Use fewer predictors, take in more respondents, or show the means "
        "alone.",
    )


def _standardise(values: FloatArray, names: list[str]) -> FloatArray:
    centred = values - values.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    constant = spread <= 1e-12 * np.abs(values).max(axis=0)
    listed = ", ".join(np.array(names)[constant])
    require(
        not bool(constant.any()),
        f"{listed} does not vary over the {len(values)} complete respondents; what "
        "does not vary goes with nothing. Leave it out.",
    )
    standardised: FloatArray = centred / spread
    return standardised
