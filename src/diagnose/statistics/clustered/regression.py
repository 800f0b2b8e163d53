"""Linear regression of people in teams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion, require
from diagnose.statistics.clustered.core import (
    ClusterErrors,
    ClusterFit,
    FloatArray,
    JointTest,
    check_has_error,
    fit_from_blocks,
)
from diagnose.statistics.means import as_vector
from diagnose.statistics.team_sums import IntArray, team_codes

CONSTANT = "constant"
_FEW_DF = 4.0  # below it the t approximation is poor (Tipton 2015)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusteredRegression:
    """Coefficients of a linear regression, with errors that respect teams.

    Attributes
    ----------
    method : str
        ``"ols_cr2_satterthwaite"``, ``"ols_cr1_satterthwaite"`` and so on, or
        ``"ols_classical"``.
    r_squared : float
        Share (0-1) of the outcome's variance that the predictors reproduce.
    residual_sd : float
        Root of the residual variance (divisor n - p), in units of the outcome.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    n_respondents, n_teams : int
        Complete rows, and the teams they sit in.
    n_left_out : int
        Rows that lack the outcome, a predictor or a team.
    notes : tuple of str
        What a reader must know about these numbers.
    """

    method: str
    r_squared: float
    residual_sd: float
    conf_level: float
    n_respondents: int
    n_teams: int
    n_left_out: int
    notes: tuple[str, ...]
    _terms: tuple[str, ...]
    _fit: ClusterFit

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient.

        Columns are ``term`` (``"constant"`` first), ``estimate``, ``std_error``,
        ``statistic`` (t), ``df``, ``p_value``, ``conf_low``, ``conf_high``,
        ``conf_level``, ``n_respondents``, ``n_teams`` and ``method``.
        """
        from scipy.special import stdtr, stdtrit

        estimate, error, df = self._fit.contrasts(np.eye(len(self._terms)))
        statistic = estimate / error
        margin = stdtrit(df, (1 + self.conf_level) / 2) * error
        return pd.DataFrame(
            {
                "term": list(self._terms),
                "estimate": estimate,
                "std_error": error,
                "statistic": statistic,
                "df": df,
                "p_value": 2 * stdtr(df, -np.abs(statistic)),
                "conf_low": estimate - margin,
                "conf_high": estimate + margin,
                "conf_level": self.conf_level,
                "n_respondents": self.n_respondents,
                "n_teams": self.n_teams,
                "method": self.method,
            }
        )

    def covariance(self) -> pd.DataFrame:
        """Return the covariance matrix of the coefficients."""
        names = list(self._terms)
        return pd.DataFrame(self._fit.covariance(), index=names, columns=names)

    def joint_test(self, terms: list[str] | None = None) -> JointTest:
        """Test that all of these coefficients are zero.

        The approximate Hotelling test with the degrees of freedom of Tipton and
        Pustejovsky (2015), known as HTZ; with classical errors the F test.

        Parameters
        ----------
        terms : list of str, optional
            Names of coefficients; all but the constant when left out.

        Raises
        ------
        ValueError
            A name that is no coefficient, a repeated one, or none at all.
        InsufficientDataError
            Teams too few for so many coefficients.
        """
        chosen = list(self._terms[1:]) if terms is None else list(terms)
        unknown = [term for term in chosen if term not in self._terms]
        if unknown or not chosen or len(set(chosen)) < len(chosen):
            raise ValueError(
                f"`terms` must be different names out of {', '.join(self._terms)}; "
                f"got {chosen!r}."
            )
        places = [self._terms.index(term) for term in chosen]
        return self._fit.joint(np.eye(len(self._terms))[places])


def clustered_regression(
    outcome: pd.Series,
    predictors: pd.DataFrame,
    clusters: pd.Series,
    *,
    errors: ClusterErrors = "cr2",
    conf_level: float = 0.95,
) -> ClusteredRegression:
    """Regress an outcome on predictors, for people who sit in teams.

    Ordinary least squares with a constant. ``"cr2"`` is unbiased when errors are equal
    and independent, and right for any dependence within teams when teams are many; its
    Satterthwaite degrees of freedom keep the error rate with few or unequal teams.

    Parameters
    ----------
    outcome : pandas.Series, shape (n_respondents,)
        Missing as NaN.
    predictors : pandas.DataFrame, shape (n_respondents, n_predictors)
        Numbers, missing as NaN, on the index of `outcome`; groups as 0/1 columns.
    clusters : pandas.Series, shape (n_respondents,)
        Team of each respondent, on the same index. Rows that lack anything are left
        out and counted.
    errors : {"cr2", "cr1", "cr1s", "cr0", "classical"}
        Sandwich with the adjustment of Bell and McCaffrey; scaled by m / (m - 1) for m
        teams, or as Stata by (n - 1) / (n - p) too; plain; or errors that ignore teams
        (df n - p), for comparison.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    ClusteredRegression

    Raises
    ------
    TypeError, ValueError
        Columns that are no numbers, indexes that differ, infinite values, an unknown
        option.
    InsufficientDataError
        Fewer than 2 teams, no more rows than coefficients, a predictor that is constant
        or follows from the others, or an outcome without any residual.

    References
    ----------
    Bell and McCaffrey, 2002, Survey Methodology. Pustejovsky and Tipton, 2018,
    Journal of Business and Economic Statistics.
    """
    check_option("errors", errors, ClusterErrors)
    check_proportion("conf_level", conf_level)
    y, x, codes = complete_rows(outcome, predictors, clusters)
    names = [str(name) for name in predictors.columns]
    check_rows(len(y), x, names, n_teams=len(np.unique(codes)))
    fit, total_square = fit_rows(y, x, codes, names, errors=errors)
    kind = errors if errors == "classical" else f"{errors}_satterthwaite"
    return ClusteredRegression(
        method=f"ols_{kind}",
        r_squared=1 - fit.residual_square / total_square,
        residual_sd=float(np.sqrt(fit.residual_square / fit.df_residual)),
        conf_level=conf_level,
        n_respondents=fit.n_respondents,
        n_teams=fit.n_teams,
        n_left_out=len(outcome) - len(y),
        notes=_notes(fit),
        _terms=(CONSTANT, *names),
        _fit=fit,
    )


def complete_rows(
    outcome: pd.Series, predictors: pd.DataFrame, clusters: pd.Series
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return outcome, predictors and team numbers of the rows that lack nothing."""
    if not isinstance(predictors, pd.DataFrame):
        raise TypeError(
            f"`predictors` must be a DataFrame; got {type(predictors).__name__}."
        )
    if not isinstance(outcome, pd.Series):
        raise TypeError(f"`outcome` must be a Series; got {type(outcome).__name__}.")
    codes, _ = team_codes(clusters)
    if not (
        outcome.index.equals(predictors.index) and outcome.index.equals(clusters.index)
    ):
        raise ValueError(
            "`outcome`, `predictors` and `clusters` must have the same index; align "
            "them first."
        )
    y = as_vector(outcome, name="outcome")
    columns = [
        as_vector(predictors.iloc[:, place], name=str(name))
        for place, name in enumerate(predictors.columns)
    ]
    x = np.column_stack(columns) if columns else np.empty((len(y), 0))
    kept = ~np.isnan(y) & ~np.isnan(x).any(axis=1) & (codes >= 0)
    _, numbered = np.unique(codes[kept], return_inverse=True)
    return y[kept], x[kept], numbered.astype(np.int64)


def check_rows(n_rows: int, x: FloatArray, names: list[str], *, n_teams: int) -> None:
    """Refuse rows that cannot carry the regression."""
    if len(set(names)) < len(names) or CONSTANT in names or not names:
        raise ValueError(
            f"`predictors` needs columns of different names, none of them "
            f"'{CONSTANT}'; got {names!r}."
        )
    require(
        n_teams >= 2,
        f"a regression of people in teams needs at least 2 teams; got {n_teams} "
        f"({n_rows} complete rows).",
    )
    require(
        n_rows > len(names) + 1,
        f"{len(names)} predictors and a constant need more than {len(names) + 1} "
        f"complete rows; got {n_rows}.",
    )
    constant = [
        name for name, column in zip(names, x.T, strict=True) if not column.std() > 0
    ]
    require(
        not constant,
        f"predictors that do not vary over {n_rows} rows: {', '.join(constant)}. "
        "Leave them out.",
    )


def fit_rows(
    y: FloatArray,
    x: FloatArray,
    codes: IntArray,
    names: list[str],
    *,
    errors: ClusterErrors,
) -> tuple[ClusterFit, float]:
    """Return the fit and the total sum of squares of the outcome."""
    centre, scale = x.mean(axis=0), x.std(axis=0)
    design = np.column_stack([np.ones(len(y)), (x - centre) / scale])
    orthonormal, upper = np.linalg.qr(design)
    _check_rank(upper, names)
    # Coefficients of the predictors as they came, from those of the scaled ones.
    back = np.diag(np.concatenate([[1.0], 1 / scale]))
    back[0, 1:] = -centre / scale
    root = back @ np.linalg.inv(upper)
    level = y.mean()
    projected = orthonormal.T @ (y - level)
    residual = y - level - orthonormal @ projected
    coefficients = root @ projected
    coefficients[0] += level
    total_square = float(((y - level) ** 2).sum())
    fit = fit_from_blocks(
        coefficients,
        root,
        *_team_sums(orthonormal, residual, codes),
        n_respondents=len(y),
        residual_square=float(residual @ residual),
        errors=errors,
    )
    check_has_error(fit, total_square)
    return fit, total_square


def _check_rank(upper: FloatArray, names: list[str]) -> None:
    """Refuse predictors that follow from the ones before them, by name."""
    left = np.abs(np.diagonal(upper)) / np.sqrt((upper**2).sum(axis=0))
    follows = [name for name, part in zip(names, left[1:], strict=True) if part < 1e-6]
    require(
        not follows,
        f"predictors that follow from the others: {', '.join(follows)}. Leave them "
        "out.",
    )


def _team_sums(
    orthonormal: FloatArray, residual: FloatArray, codes: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return Q_j' Q_j and Q_j' e_j of every team."""
    order = np.argsort(codes, kind="stable")
    rows = orthonormal[order]
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    p = rows.shape[1]
    blocks = np.empty((len(starts), p, p))
    for i in range(p):
        products = np.add.reduceat(rows[:, i : i + 1] * rows[:, i:], starts, axis=0)
        blocks[:, i, i:] = blocks[:, i:, i] = products
    scores = np.add.reduceat(rows * residual[order, None], starts, axis=0)
    return blocks, scores


def _notes(fit: ClusterFit) -> tuple[str, ...]:
    if fit.errors == "classical":
        return ("the errors ignore that people of one team resemble each other",)
    df = fit.contrasts(np.eye(len(fit.coefficients)))[2]
    said = {
        f"{fit.n_determining} team(s) alone determine a coefficient or a combination "
        "of coefficients, whose error is understated": fit.n_determining > 0,
        "some coefficients have fewer than 4 degrees of freedom: their p-values and "
        "intervals are rough": bool((df < _FEW_DF).any()),
    }
    return tuple(note for note, applies in said.items() if applies)
