"""Do leader and floor agree, and what goes with it: the response surface of pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_proportion, check_whole_number, require
from diagnose.statistics.clustered.core import ClusterFit, fit_from_blocks
from diagnose.statistics.means import FloatArray, as_vector

MINIMUM_PAIRS = 50
_TERMS = ("b0", "b1", "b2", "b3", "b4", "b5")
_MEANINGS = (
    "outcome where leader and team stand at the midpoint",
    "leader",
    "team",
    "leader squared",
    "leader times team",
    "team squared",
    "slope where leader and team agree",
    "curvature where leader and team agree",
    "slope where they disagree, leader above team",
    "curvature where they disagree",
)
_SURFACE = np.array(
    [
        [0, 1, 1, 0, 0, 0],
        [0, 0, 0, 1, 1, 1],
        [0, 1, -1, 0, 0, 0],
        [0, 0, 0, 1, -1, 1],
    ],
    dtype=float,
)
_HALF = 0.5  # of a standard deviation: the convention for "in agreement"
_HIGH_CORRELATION = 0.8
_SMALL_SHARE = 0.10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseSurface:
    """Polynomial regression of an outcome on what leader and team say.

    Attributes
    ----------
    method : str
        ``"polynomial_ols_hc3"``.
    r_squared : float
        Share (0-1) of the outcome's variance that the surface reproduces.
    statistic, df, df2, p_value : float
        Test that b1 to b5 are all zero: approximate Hotelling (HTZ) on HC2 errors, as
        an F test on HC3 calls too many surfaces real. Without it, the surface has no
        shape to speak of.
    curvature_statistic, curvature_df, curvature_df2, curvature_p_value : float
        The same for b3 to b5: whether a plane would do.
    share_in_agreement, share_leader_higher, share_team_higher : float
        Shares (0-1) of the pairs whose standardised ratings differ by at most half a
        standard deviation, or by more with the leader or the team higher. They compare
        each with its own average, so they say nothing about leaders being higher on the
        whole.
    correlation : float
        Between leader and team ratings.
    largest_vif : float
        Largest variance inflation factor of the five predictors.
    midpoint : float
        What the ratings were centred on.
    leader_range, team_range : tuple of float
        Lowest and highest rating seen, uncentred. The surface holds within them only.
    conf_level : float
        Coverage of the intervals.
    n_pairs : int
        Pairs with all three values.
    n_left_out : int
        Pairs that lack one.
    notes : tuple of str
        What a reader must know about these numbers.
    """

    method: str
    r_squared: float
    statistic: float
    df: float
    df2: float
    p_value: float
    curvature_statistic: float
    curvature_df: float
    curvature_df2: float
    curvature_p_value: float
    share_in_agreement: float
    share_leader_higher: float
    share_team_higher: float
    correlation: float
    largest_vif: float
    midpoint: float
    leader_range: tuple[float, float]
    team_range: tuple[float, float]
    conf_level: float
    n_pairs: int
    n_left_out: int
    notes: tuple[str, ...]
    _rows: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient (b0 to b5) and surface value (a1 to a4).

        Columns are ``term``, ``meaning``, ``estimate``, ``std_error``, ``statistic``
        (t), ``df``, ``p_value``, ``conf_low``, ``conf_high``, ``conf_level``,
        ``n_pairs`` and ``method``.
        """
        return self._rows.copy()


def response_surface(
    outcome: pd.Series,
    leader: pd.Series,
    team_mean: pd.Series,
    *,
    midpoint: float,
    minimum_pairs: int = MINIMUM_PAIRS,
    conf_level: float = 0.95,
) -> ResponseSurface:
    """Relate an outcome to the ratings of leaders and their teams, one row a pair.

    With L and T the ratings less the midpoint, the outcome is taken as b0 + b1 L + b2 T
    + b3 L^2 + b4 L T + b5 T^2. Along L = T it has slope a1 = b1 + b2 and curvature
    a2 = b3 + b4 + b5; along L = -T slope a3 = b1 - b2 and curvature a4 = b3 - b4 + b5.
    Difference scores are the special case b1 = -b2, b3 = b4 = b5 = 0, here tested
    instead of taken for granted. Standard errors are HC3, with t on n - 6 degrees of
    freedom. Errors in the ratings bias the curvatures towards zero; nothing here is
    causal.

    Parameters
    ----------
    outcome : pandas.Series, shape (n_pairs,)
        Such as the mean commitment of the team. Missing as NaN.
    leader, team_mean : pandas.Series, shape (n_pairs,)
        Rating by the leader, and mean rating of the team, on one response scale and on
        the index of `outcome`. Pairs that lack a value are left out and counted.
    midpoint : float
        Middle of the response scale, such as 3 for 1 to 5.
    minimum_pairs : int
        Refuse fewer complete pairs; at least 50. There are six coefficients, and the
        squares and the product vary little: below some 50 pairs the curvatures are
        noise, and single leaders can be recognised in them.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    ResponseSurface

    Raises
    ------
    TypeError, ValueError
        Columns that are no numbers, indexes that differ, an option out of range.
    InsufficientDataError
        Fewer pairs than `minimum_pairs`, ratings or outcome that do not vary, too few
        different ratings for a surface, or a pair that determines it alone.

    References
    ----------
    Edwards and Parry, 1993, Academy of Management Journal. Shanock, Baran, Gentry,
    Pattison and Heggestad, 2010, Journal of Business and Psychology. Long and Ervin,
    2000, The American Statistician (HC3). Tipton and Pustejovsky, 2015, Journal of
    Educational and Behavioral Statistics (joint tests).
    """
    check_proportion("conf_level", conf_level)
    check_whole_number("minimum_pairs", minimum_pairs, MINIMUM_PAIRS)
    pairs = _complete_pairs(outcome, leader, team_mean)
    _check_pairs(pairs, minimum_pairs)
    y, ratings = pairs[:, 0], pairs[:, 1:]
    centre = float(as_vector([midpoint], name="midpoint")[0])
    fit, covariance, r_squared = _fit(y, ratings, centre)
    shape, curvature = fit.joint(np.eye(6)[1:]), fit.joint(np.eye(6)[3:])
    shares = _shares(ratings)
    correlation = float(np.asarray(np.corrcoef(ratings.T))[0, 1])
    vif = _largest_vif(ratings - centre)
    return ResponseSurface(
        method="polynomial_ols_hc3",
        r_squared=r_squared,
        statistic=shape.statistic,
        df=shape.df,
        df2=shape.df2,
        p_value=shape.p_value,
        curvature_statistic=curvature.statistic,
        curvature_df=curvature.df,
        curvature_df2=curvature.df2,
        curvature_p_value=curvature.p_value,
        share_in_agreement=shares[0],
        share_leader_higher=shares[1],
        share_team_higher=shares[2],
        correlation=correlation,
        largest_vif=vif,
        midpoint=centre,
        leader_range=(float(ratings[:, 0].min()), float(ratings[:, 0].max())),
        team_range=(float(ratings[:, 1].min()), float(ratings[:, 1].max())),
        conf_level=conf_level,
        n_pairs=len(y),
        n_left_out=len(outcome) - len(y),
        notes=_notes(shares, correlation, shape.p_value),
        _rows=_rows(fit.coefficients, covariance, len(y), conf_level),
    )


def _complete_pairs(
    outcome: pd.Series, leader: pd.Series, team_mean: pd.Series
) -> FloatArray:
    columns = {"outcome": outcome, "leader": leader, "team_mean": team_mean}
    for name, column in columns.items():
        if not isinstance(column, pd.Series):
            raise TypeError(f"`{name}` must be a Series; got {type(column).__name__}.")
        if not column.index.equals(outcome.index):
            raise ValueError(f"`{name}` and `outcome` must have the same index.")
    table = np.column_stack(
        [as_vector(column, name=name) for name, column in columns.items()]
    )
    return table[~np.isnan(table).any(axis=1)]


def _check_pairs(pairs: FloatArray, minimum_pairs: int) -> None:
    n_pairs = len(pairs)
    require(
        n_pairs >= minimum_pairs,
        f"a response surface needs at least {minimum_pairs} pairs of leader and team; "
        f"got {n_pairs} complete ones. It has six coefficients, whose curvatures are "
        "noise below that. Compare leaders and teams by their difference instead.",
    )
    for place, name in enumerate(("outcome", "leader", "team_mean")):
        require(
            bool(np.ptp(pairs[:, place]) > 0),
            f"`{name}` does not vary over {n_pairs} pairs.",
        )


def _polynomial(ratings: FloatArray) -> FloatArray:
    leader, team = ratings.T
    return np.column_stack(
        [np.ones(len(leader)), leader, team, leader**2, leader * team, team**2]
    )


def _fit(
    y: FloatArray, ratings: FloatArray, centre: float
) -> tuple[ClusterFit, FloatArray, float]:
    """Return the fit with every pair a team, the HC3 covariance, and R squared."""
    design = _polynomial(ratings - centre)
    orthonormal, upper = np.linalg.qr(design)
    left = np.abs(np.diagonal(upper)) / np.sqrt((upper**2).sum(axis=0))
    require(
        bool((left > 1e-6).all()),
        f"the {len(y)} pairs hold too few different ratings for a surface: its squares "
        "and product follow from each other.",
    )
    inverse = np.linalg.inv(upper)
    level = y.mean()
    projected = orthonormal.T @ (y - level)
    residual = y - level - orthonormal @ projected
    leverage = (orthonormal**2).sum(axis=1)
    require(
        bool((leverage < 1 - 1e-9).all()),
        "one pair alone determines a coefficient of the surface; leave out the pair "
        "whose ratings stand apart, or do without a surface.",
    )
    total = float(((y - level) ** 2).sum())
    unexplained = float(residual @ residual)
    require(
        unexplained > 1e-20 * total,
        f"the outcome follows exactly from the ratings of the {len(y)} pairs: there is "
        "no error to judge by.",
    )
    coefficients = inverse @ projected
    coefficients[0] += level
    influence = (orthonormal * (residual / (1 - leverage))[:, None]) @ inverse.T
    fit = fit_from_blocks(
        coefficients,
        inverse,
        orthonormal[:, :, None] * orthonormal[:, None, :],
        orthonormal * residual[:, None],
        n_respondents=len(y),
        residual_square=unexplained,
    )
    return fit, influence.T @ influence, 1 - unexplained / total


def _shares(ratings: FloatArray) -> tuple[float, float, float]:
    """Return the shares of pairs in agreement, leader higher, team higher."""
    standard = (ratings - ratings.mean(axis=0)) / ratings.std(axis=0, ddof=1)
    gap = standard[:, 0] - standard[:, 1]
    leader, team = float((gap > _HALF).mean()), float((gap < -_HALF).mean())
    return float((np.abs(gap) <= _HALF).mean()), leader, team


def _largest_vif(centred: FloatArray) -> float:
    correlations = np.asarray(np.corrcoef(_polynomial(centred)[:, 1:].T))
    return float(np.diagonal(np.linalg.inv(correlations)).max())


def _rows(
    coefficients: FloatArray, covariance: FloatArray, n_pairs: int, conf_level: float
) -> pd.DataFrame:
    from scipy.special import stdtr, stdtrit

    contrasts = np.vstack([np.eye(6), _SURFACE])
    estimate = contrasts @ coefficients
    error = np.sqrt(np.einsum("ij,jk,ik->i", contrasts, covariance, contrasts))
    df = float(n_pairs - 6)
    margin = float(stdtrit(df, (1 + conf_level) / 2)) * error
    return pd.DataFrame(
        {
            "term": [*_TERMS, "a1", "a2", "a3", "a4"],
            "meaning": list(_MEANINGS),
            "estimate": estimate,
            "std_error": error,
            "statistic": estimate / error,
            "df": df,
            "p_value": 2 * stdtr(df, -np.abs(estimate / error)),
            "conf_low": estimate - margin,
            "conf_high": estimate + margin,
            "conf_level": conf_level,
            "n_pairs": n_pairs,
            "method": "polynomial_ols_hc3",
        }
    )


def _notes(
    shares: tuple[float, float, float], correlation: float, p_value: float
) -> tuple[str, ...]:
    said = {
        "fewer than 10 % of the pairs lie on one side of agreement: the surface says "
        "little there": min(shares[1:]) < _SMALL_SHARE,
        "leader and team ratings are nearly the same: what belongs to disagreement can "
        "hardly be told": abs(correlation) > _HIGH_CORRELATION,
        "the surface as a whole is not different from chance at .05: do not interpret "
        "its slopes and curvatures": p_value >= 0.05,
        "associations between ratings, not effects of agreement": True,
    }
    return tuple(note for note, applies in said.items() if applies)
