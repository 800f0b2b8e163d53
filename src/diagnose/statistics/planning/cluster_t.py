"""Many clustered t tests at once: bias-reduced errors from the sums of each team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterTests:
    """One coefficient in each of many data sets.

    Attributes
    ----------
    estimate, std_error, df : numpy.ndarray, shape (n_sets,)
        Coefficient, bias-reduced clustered standard error (CR2) and Satterthwaite
        degrees of freedom.
    """

    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray

    def p_values(self) -> FloatArray:
        """Return two-sided p-values."""
        from scipy.special import stdtr

        p_values: FloatArray = 2 * stdtr(
            self.df, -np.abs(self.estimate) / self.std_error
        )
        return p_values

    def margins(self, conf_level: float) -> FloatArray:
        """Return half the width of each interval."""
        from scipy.special import stdtrit

        margins: FloatArray = stdtrit(self.df, (1 + conf_level) / 2) * self.std_error
        return margins


def cluster_tests(
    products: FloatArray, moments: FloatArray, contrast: FloatArray
) -> ClusterTests:
    """Regress in every set by least squares, with teams as clusters.

    The adjustment of a team's residuals acts only in the space of its predictors, so
    the sums X'X and X'y of each team are all that is needed: in the metric of the
    whole design a team's share is T = M^(1/2) X'X M^(1/2) with M the inverse of the
    total, and its adjusted score is (I - T)^(-1/2) M^(1/2) X'e. A team that alone
    carries a coefficient (an eigenvalue of 1) adds nothing, as its residuals are 0.

    Parameters
    ----------
    products : numpy.ndarray, shape (n_sets, n_teams, p, p)
        X'X of each team; zeros for a team without answers.
    moments : numpy.ndarray, shape (n_sets, n_teams, p)
        X'y of each team.
    contrast : numpy.ndarray, shape (p,)
        Weights of the coefficients.

    References
    ----------
    Bell and McCaffrey, 2002, Survey Methodology.
    Pustejovsky and Tipton, 2018, Journal of Business and Economic Statistics.
    """
    root = _inverse_root(products.sum(axis=1))
    coefficients = root @ (root @ moments.sum(axis=1)[..., None])
    residual = moments - (products @ coefficients[:, None])[..., 0]
    share, axes = np.linalg.eigh(root[:, None] @ products @ root[:, None])
    share = np.clip(share, 0.0, 1.0)
    rest = 1 - share
    adjust = np.where(rest > 1e-10, 1 / np.sqrt(np.maximum(rest, 1e-10)), 0.0)
    # everything below is written in the axes of each team's share
    weight = np.einsum("stpa,sp->sta", axes, root @ contrast)
    turned = np.einsum("stpa,spq,stq->sta", axes, root, residual)
    scores = (weight * adjust * turned).sum(axis=-1)
    within = (weight**2 * adjust**2 * share).sum(axis=-1)
    pull = np.einsum("stpa,sta->stp", axes, weight * adjust * share)
    return ClusterTests(
        estimate=(coefficients[..., 0] @ contrast),
        std_error=np.sqrt((scores**2).sum(axis=-1)),
        df=_satterthwaite(within, pull),
    )


def _satterthwaite(within: FloatArray, pull: FloatArray) -> FloatArray:
    """Return the df from the two moments of the variance under equal errors.

    The matrix of the quadratic form is diag(within) - pull pull'.
    """
    own = (pull**2).sum(axis=-1)
    cross = np.einsum("stp,stq->spq", pull, pull)
    trace = (within - own).sum(axis=-1)
    squares = (within**2 - 2 * within * own).sum(axis=-1) + (cross**2).sum(axis=(1, 2))
    df: FloatArray = trace**2 / squares
    return df


def _inverse_root(total: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(total)
    root: FloatArray = (vectors / np.sqrt(values)[..., None, :]) @ np.swapaxes(
        vectors, -1, -2
    )
    return root
