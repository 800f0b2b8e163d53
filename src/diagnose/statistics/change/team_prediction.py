"""The second mean of each team, predicted from its first by the random intercept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.statistics.random_intercept import RandomIntercept
from diagnose.statistics.sample import (
    MOST_PEOPLE,
    check_unique_columns,
    number_column,
)
from diagnose.statistics.team_sums import CheckedSummary, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamPrediction:
    """Second mean of each team: weight of its first mean, and what is unsure."""

    weight: FloatArray
    expected: FloatArray
    variance: FloatArray
    gradient: FloatArray

    def error(self, combination: FloatArray, model: RandomIntercept) -> float:
        """Return the standard error of a combination of (second - expected)."""
        used = combination != 0
        part = combination[used]
        variances = part @ (self.gradient[:, used].T)
        return float(
            np.sqrt(
                part**2 @ self.variance[used]
                + (part @ (1 - self.weight[used]) * model.mu_std_error) ** 2
                + variances @ model.covariance @ variances
            )
        )


def second_wave(
    checked: CheckedSummary, second: pd.DataFrame | None
) -> tuple[FloatArray, FloatArray | None]:
    """Return size and mean of each team in the second wave, NaN without."""
    if second is None:
        return checked.sizes, None
    if not isinstance(second, pd.DataFrame):
        raise TypeError(
            f"`second` must be a pandas DataFrame; got {type(second).__name__}."
        )
    check_unique_columns(second, name="`second`")
    absent = [name for name in ("team", "n_respondents") if name not in second.columns]
    if absent:
        raise ValueError(f"`second` lacks the columns {', '.join(absent)}.")
    require(len(second) > 0, "`second` is empty: no team can be followed.")
    if second["team"].duplicated().any():
        raise ValueError("`second` has more than one row for a team.")
    at = pd.Index(second["team"]).get_indexer(pd.Index(checked.team, dtype=object))
    numbers = [name for name in ("n_respondents", "mean") if name in second.columns]
    table = np.column_stack(
        [number_column(second, name, name="`second`") for name in numbers]
    )
    right = (table[:, 0] >= 1) & (table[:, 0] <= MOST_PEOPLE)
    if not np.isfinite(table).all() or not right.all():
        raise ValueError(
            "`second` needs an n_respondents of at least 1 and a finite mean in every "
            "row; leave out the teams that may not be shown."
        )
    aligned = np.where(at[:, None] >= 0, table[at], np.nan)
    return aligned[:, 0], aligned[:, 1] if len(numbers) == 2 else None


def predict_second(
    checked: CheckedSummary, model: RandomIntercept, sizes: FloatArray, carry: float
) -> TeamPrediction:
    """Return the regression of each team's second mean on its first.

    With total = tau2 + sigma2 / n and shared = tau2 + carry sigma2 / sqrt(n n2), the
    weight is shared / total; its derivatives by (tau2, sigma2) give the error due to
    estimated variances.
    """
    first, cross = 1 / checked.sizes, carry / np.sqrt(checked.sizes * sizes)
    total = model.tau2 + model.sigma2 * first
    shared = model.tau2 + model.sigma2 * cross
    weight = shared / total
    away = checked.means - model.mu
    gradient = np.vstack([(1 - weight) / total, (cross - weight * first) / total])
    return TeamPrediction(
        weight=weight,
        expected=model.mu + weight * away,
        variance=model.tau2 + model.sigma2 / sizes - weight * shared,
        gradient=gradient * away,
    )
