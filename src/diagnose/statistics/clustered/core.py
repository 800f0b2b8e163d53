"""Least squares whose errors respect teams, from one small matrix a team.

Write X for the design, (X'X)^-1 = C C', and Q = X C, whose columns are orthonormal.
The hat matrix is Q Q', so for a team j with rows Q_j the adjustment of Bell and
McCaffrey, (I - Q_j Q_j')^(-1/2), acts within the columns of Q_j only: ::

    Q_j' (I - Q_j Q_j')^(-1/2) = B_j Q_j',   B_j = (I - G_j)^(-1/2),   G_j = Q_j' Q_j

Variances, Satterthwaite's degrees of freedom and the joint test follow from the p by p
matrices G_j and the vectors u_j = Q_j' e_j (e: residuals), however large the teams are.

References
----------
Bell and McCaffrey, 2002, Survey Methodology (CR2, degrees of freedom).
Pustejovsky and Tipton, 2018, Journal of Business and Economic Statistics.
Tipton and Pustejovsky, 2015, Journal of Educational and Behavioral Statistics (HTZ).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, require
from diagnose.statistics.clustered.moments import satterthwaite_df, wishart_df

FloatArray = npt.NDArray[np.float64]
ClusterErrors = Literal["cr2", "cr1", "cr1s", "cr0", "classical"]

_DETERMINED = 1e-10  # a direction that one team alone determines has no residual in it
_NO_ERROR = 1e-12  # share of the total squares that is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTest:
    """Test that several contrasts of coefficients are all zero.

    Attributes
    ----------
    method : str
        ``"hotelling_t2_htz"`` for clustered errors, ``"f"`` for classical ones.
    statistic : float
        F.
    df, df2 : float
        Number of contrasts, and the approximate denominator degrees of freedom.
    p_value : float
        Upper tail.
    n_respondents, n_teams : int
        Rows and teams analysed.
    """

    method: str
    statistic: float
    df: float
    df2: float
    p_value: float
    n_respondents: int
    n_teams: int

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterFit:
    """Coefficients of a linear model, with an error for every contrast of them.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
        Least squares.
    errors : str
        See `clustered_regression`.
    n_respondents, n_teams : int
        Rows and teams analysed.
    residual_square : float
        Sum of squared residuals.
    n_determining : int
        Teams that alone determine a combination of coefficients. Their residuals say
        nothing about it, so its error is understated.
    """

    coefficients: FloatArray
    errors: str
    n_respondents: int
    n_teams: int
    residual_square: float
    n_determining: int
    _root: FloatArray  # C, shape (p, p)
    _spread: FloatArray  # B_j G_j, shape (m, p, p), or (m, p) where diagonal
    _size: FloatArray  # B_j G_j B_j, the same
    _scores: FloatArray  # B_j u_j times the root of the scale, shape (m, p)

    @property
    def df_residual(self) -> int:
        """Return rows minus coefficients."""
        return self.n_respondents - len(self.coefficients)

    def covariance(self) -> FloatArray:
        """Return the covariance matrix of the coefficients."""
        if self.errors == "classical":
            square = self.residual_square / self.df_residual
            return np.asarray(square * self._root @ self._root.T)
        influence = self.influence()
        return np.asarray(influence.T @ influence)

    def influence(self) -> FloatArray:
        """Return what each team adds to the error of the coefficients, (m, p)."""
        return np.asarray(self._scores @ self._root.T)

    def contrast(self, weights: FloatArray) -> tuple[float, float, float]:
        """Return estimate, standard error and df of ``weights @ coefficients``."""
        estimates, std_errors, df = self.contrasts(np.atleast_2d(weights))
        return float(estimates[0]), float(std_errors[0]), float(df[0])

    def contrasts(
        self, weights: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return estimates, standard errors and df, one for each row of `weights`.

        The df are Satterthwaite's under equal independent errors.
        """
        estimates = weights @ self.coefficients
        turned = self._root.T @ weights.T  # (p, q)
        if self.errors == "classical":
            square = self.residual_square / self.df_residual
            std_errors = np.sqrt(square * (turned**2).sum(axis=0))
            return estimates, std_errors, np.full(len(weights), float(self.df_residual))
        std_errors = np.sqrt(((self._scores @ turned) ** 2).sum(axis=0))
        return estimates, std_errors, satterthwaite_df(self._spread, self._size, turned)

    def joint(self, contrasts: FloatArray) -> JointTest:
        """Test that every row of ``contrasts @ coefficients`` is zero.

        The variance of the contrasts is matched to a Wishart matrix by the sum of the
        variances of its elements; F is the Hotelling statistic rescaled (HTZ).
        """
        from scipy.special import fdtrc

        contrasts = np.atleast_2d(contrasts)
        n_contrasts = len(contrasts)
        estimate = contrasts @ self.coefficients
        variance = contrasts @ self.covariance() @ contrasts.T
        classical = self.errors == "classical"
        eta = float(self.df_residual)
        if not classical:
            eta = wishart_df(self._spread, self._size, self._root.T @ contrasts.T)
        df2 = eta if classical else eta - n_contrasts + 1
        require(
            df2 > 0 and _is_definite(variance),
            f"{n_contrasts} contrasts cannot be tested together: {self.n_teams} teams "
            f"({self.n_respondents} respondents) carry too few degrees of freedom. Use "
            "fewer groups or predictors.",
        )
        wald = float(estimate @ np.linalg.solve(variance, estimate))
        statistic = wald * df2 / (eta * n_contrasts)
        return JointTest(
            method="f" if classical else "hotelling_t2_htz",
            statistic=statistic,
            df=float(n_contrasts),
            df2=df2,
            p_value=float(fdtrc(n_contrasts, df2, statistic)),
            n_respondents=self.n_respondents,
            n_teams=self.n_teams,
        )


def _is_definite(variance: FloatArray) -> bool:
    """Return whether the matrix has full rank, on the scale of unit diagonals."""
    size = np.sqrt(np.diagonal(variance))
    if not (size > 0).all():
        return False
    return bool(np.linalg.eigvalsh(variance / np.outer(size, size))[0] > 1e-12)


def fit_from_blocks(
    coefficients: FloatArray,
    root: FloatArray,
    blocks: FloatArray,
    scores: FloatArray,
    *,
    n_respondents: int,
    residual_square: float,
    errors: ClusterErrors = "cr2",
) -> ClusterFit:
    """Return the fit of which coefficients and team blocks are known.

    Parameters
    ----------
    coefficients : ndarray, shape (p,)
    root : ndarray, shape (p, p)
        C, with ``C @ C.T`` the inverse of X'X.
    blocks : ndarray, shape (m, p, p), or (m, p)
        G_j, adding up to the identity; their diagonals where they are diagonal.
    scores : ndarray, shape (m, p)
        u_j, adding up to zero.
    n_respondents, residual_square : int, float
        Rows, and their sum of squared residuals.
    errors : {"cr2", "cr1", "cr1s", "cr0", "classical"}
        See `clustered_regression`.
    """
    check_option("errors", errors, ClusterErrors)
    n_teams, p = scores.shape
    shares, directions = blocks, None
    if blocks.ndim == 3:
        shares, directions = np.linalg.eigh(blocks)
    free = 1 - shares
    scale, spread, size = 1.0, blocks, blocks
    if errors == "cr2":
        root_free = np.sqrt(np.maximum(free, _DETERMINED))
        factor = np.where(free > _DETERMINED, 1 / root_free, 0.0)
        if directions is None:
            spread, size, scores = factor * blocks, factor**2 * blocks, factor * scores
        else:
            adjust = (directions * factor[:, None, :]) @ directions.swapaxes(1, 2)
            spread = adjust @ blocks
            size, scores = spread @ adjust, (adjust @ scores[:, :, None])[:, :, 0]
    else:
        scale = _scale(errors, n_teams, n_respondents, p)
    return ClusterFit(
        coefficients=coefficients,
        errors=errors,
        n_respondents=n_respondents,
        n_teams=n_teams,
        residual_square=residual_square,
        n_determining=int((free <= _DETERMINED).any(axis=1).sum()),
        _root=root,
        _spread=spread,
        _size=size,
        _scores=np.sqrt(scale) * scores,
    )


def _scale(errors: str, n_teams: int, n_respondents: int, p: int) -> float:
    """Return the factor of the variance: those of Stata (cr1s), or m / (m - 1)."""
    if errors == "cr1":
        return n_teams / (n_teams - 1)
    if errors == "cr1s":
        rows = (n_respondents - 1) / (n_respondents - p)
        return n_teams / (n_teams - 1) * rows
    return 1.0


def fit_cluster_sums(
    cross_products: FloatArray,
    moments: FloatArray,
    outcome_square: float,
    *,
    n_respondents: int,
    errors: ClusterErrors = "cr2",
) -> ClusterFit:
    """Least squares from the cross products of every team.

    Parameters
    ----------
    cross_products : ndarray, shape (m, p, p)
        X_j' X_j of each team; their sum must have full rank. Centre and scale columns
        beforehand where they differ much in size: digits are lost otherwise.
    moments : ndarray, shape (m, p)
        X_j' y_j.
    outcome_square : float
        y'y of all rows.
    n_respondents : int
        Rows behind the sums.
    errors : {"cr2", "cr1", "cr1s", "cr0", "classical"}
        See `clustered_regression`.
    """
    total = cross_products.sum(axis=0)
    values, vectors = np.linalg.eigh(total)
    require(
        bool(values[0] > 1e-12 * values[-1]),
        "the predictors are collinear: one of them follows from the others.",
    )
    root = vectors / np.sqrt(values)
    whole = moments.sum(axis=0)
    coefficients = root @ (root.T @ whole)
    residual = moments - cross_products @ coefficients
    return fit_from_blocks(
        coefficients,
        root,
        root.T @ cross_products @ root,
        residual @ root,
        n_respondents=n_respondents,
        residual_square=max(float(outcome_square - coefficients @ whole), 0.0),
        errors=errors,
    )


def check_has_error(fit: ClusterFit, total_square: float) -> None:
    """Refuse a fit without residuals in any team: there is nothing to judge by."""
    unexplained = float((fit._scores**2).sum())
    require(
        unexplained > _NO_ERROR * total_square > 0,
        "no error can be estimated: the outcome follows exactly, or all team sums "
        f"fall on the fitted values ({fit.n_respondents} respondents, {fit.n_teams} "
        "teams).",
    )
