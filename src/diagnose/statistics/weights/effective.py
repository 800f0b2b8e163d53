"""What weighted answers are worth: Kish's n, and a mean with its standard error."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, check_proportion, require
from diagnose.statistics.means import as_vector
from diagnose.statistics.sample import holds_numbers
from diagnose.statistics.team_sums import FloatArray, team_codes

if TYPE_CHECKING:
    from diagnose.statistics.weights.rake import RakedWeights

ResidualWeights = Literal["design", "raked", "equal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedMean:
    """Weighted mean with a linearised standard error.

    Attributes
    ----------
    method : str
        ``"linearised"``, or ``"linearised, raked"`` when the standard error knows that
        the weights were raked; with ``", teams"`` when respondents sit in teams.
    estimate, std_error : float
        Weighted mean and its standard error, in units of the values.
    df : float
        Respondents - 1, or teams - 1.
    conf_low, conf_high, conf_level : float
        t interval and its coverage.
    unweighted : float
        Mean of the same values without weights.
    n_respondents : int
        Respondents with a value.
    n_teams : int or None
        Teams, when given.
    n_effective, design_effect : float
        Kish's effective size of the weights of these respondents, and
        `n_respondents` / `n_effective`.
    residual_weights : str
        Weights of the regression on the raking margins; empty without raking.
    """

    method: str
    estimate: float
    std_error: float
    df: float
    conf_low: float
    conf_high: float
    conf_level: float
    unweighted: float
    n_respondents: int
    n_teams: int | None
    n_effective: float
    design_effect: float
    residual_weights: str

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def effective_sample_size(weights: pd.Series | npt.NDArray[np.floating]) -> float:
    """Kish's effective sample size, (sum w)^2 / sum w^2.

    The number of equally weighted respondents whose mean is as precise, if the weights
    have nothing to do with the values.

    Parameters
    ----------
    weights : Series or array, shape (n_respondents,)
        Weights, at least 0 and not all 0; a missing weight is refused.

    References
    ----------
    Kish, L. (1965). Survey sampling. Wiley.
    """
    checked = checked_weights(weights, name="weights")
    # divided by the largest: squares of very large or small weights stay in range
    scaled = checked / checked.max()
    return float(scaled.sum() ** 2 / (scaled**2).sum())


def checked_weights(
    weights: pd.Series | npt.NDArray[np.floating], *, name: str
) -> FloatArray:
    """Return weights as an array, or refuse them by the `name` of the argument."""
    if isinstance(weights, pd.Series):
        numeric = holds_numbers(weights)
        values = weights.to_numpy(dtype=float, na_value=np.nan) if numeric else None
    else:
        array = np.asarray(weights)
        values = array.astype(float) if array.dtype.kind in "biuf" else None
    if values is None:
        raise TypeError(f"`{name}` must hold numbers.")
    if values.ndim != 1:
        raise ValueError(f"`{name}` must have one dimension; got {values.ndim}.")
    require(len(values) > 0, f"`{name}` must have at least 1 weight; got none.")
    wrong = int((~(np.isfinite(values) & (values >= 0))).sum())
    if wrong:
        raise ValueError(
            f"`{name}` must be finite and at least 0; not so for {wrong} of "
            f"{len(values)}. Leave these respondents out."
        )
    require(
        bool((values > 0).any()), f"`{name}` are all 0 ({len(values)} respondents)."
    )
    return values


def weighted_mean(
    values: pd.Series,
    weights: pd.Series | npt.NDArray[np.floating],
    *,
    rake: RakedWeights | None = None,
    residual_weights: ResidualWeights = "design",
    teams: pd.Series | None = None,
    conf_level: float = 0.95,
) -> WeightedMean:
    """Weighted mean with a linearised standard error and t interval.

    The standard error is that of the sum of w (y - mean) / sum(w), with the variance
    between respondents (or teams) and divisor n - 1. After raking, w times the
    residual of y - mean on the raking margins takes its place: what the margins
    explain no longer varies from sample to sample. The residuals come from a
    regression with the design weights, as in R's ``survey::calibrate``; those with the
    raked weights are equally valid in large samples (Deville and Sarndal 1992) and
    differ a little in small ones. R's ``survey::rake`` weighs all respondents alike,
    which is the same without design weights. Respondents are taken as drawn with
    replacement: no finite population.

    Parameters
    ----------
    values : pandas.Series, shape (n_respondents,)
        Scores; those without one are left out of the mean, as a subgroup.
    weights : Series or array, shape (n_respondents,)
        Weights, at least 0, on the same index.
    rake : RakedWeights, optional
        The raking that gave these weights.
    residual_weights : {"design", "raked", "equal"}
        Weights of the regression on the raking margins.
    teams : pandas.Series, shape (n_respondents,), optional
        Team of each respondent, none missing. People of a team resemble each other,
        and the standard error then rests on the differences between teams.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Raises
    ------
    ValueError
        Indexes that differ, a weight that cannot be, weights other than those of
        `rake`, a respondent without a team, or an unknown option.
    InsufficientDataError
        Fewer than 2 values with a weight, no variance among them, or 1 team.

    References
    ----------
    Deville, J.-C., & Sarndal, C.-E. (1992). Calibration estimators in survey sampling.
    Journal of the American Statistical Association, 87.
    """
    from scipy.special import stdtrit

    check_option("residual_weights", residual_weights, ResidualWeights)
    check_proportion("conf_level", conf_level)
    score, weight = _aligned(values, weights, rake)
    used = ~np.isnan(score) & (weight > 0)
    _require_variance(score[used], len(score))
    share = np.where(used, weight, 0.0) / weight[used].sum()
    estimate = float(share[used] @ score[used])
    deviation = np.where(used, score - estimate, 0.0)
    if rake is not None:
        deviation = _residuals(deviation, weight, rake, residual_weights)
        share = weight / weight[used].sum()
    parts, n_teams = _parts(share * deviation, teams, values)
    df = len(parts) - 1
    spread = float(((parts - parts.mean()) ** 2).sum())
    std_error = float(np.sqrt(len(parts) / df * spread))
    margin = float(stdtrit(df, (1 + conf_level) / 2)) * std_error
    n_effective = effective_sample_size(weight[used])
    raked = ", raked" if rake is not None else ""
    return WeightedMean(
        method="linearised" + raked + (", teams" if n_teams is not None else ""),
        estimate=estimate,
        std_error=std_error,
        df=float(df),
        conf_low=estimate - margin,
        conf_high=estimate + margin,
        conf_level=conf_level,
        unweighted=float(score[used].mean()),
        n_respondents=int(used.sum()),
        n_teams=n_teams,
        n_effective=n_effective,
        design_effect=int(used.sum()) / n_effective,
        residual_weights=residual_weights if rake is not None else "",
    )


def _aligned(
    values: pd.Series,
    weights: pd.Series | npt.NDArray[np.floating],
    rake: RakedWeights | None,
) -> tuple[FloatArray, FloatArray]:
    if not isinstance(values, pd.Series):
        raise TypeError("`values` must be a pandas Series of numbers.")
    score = as_vector(values)
    weight = checked_weights(weights, name="weights")
    if len(weight) != len(score):
        raise ValueError(
            f"`weights` must have one weight for each of {len(score)} values; "
            f"got {len(weight)}."
        )
    if isinstance(weights, pd.Series) and not weights.index.equals(values.index):
        raise ValueError("`values` and `weights` must have the same index.")
    if rake is not None and not np.array_equal(weight, rake.weights.to_numpy()):
        raise ValueError(
            "`weights` must be the weights of `rake`; pass `rake.weights`, or leave "
            "`rake` out for a standard error that does not know of it."
        )
    return score, weight


def _require_variance(score: FloatArray, n_all: int) -> None:
    require(
        len(score) >= 2,
        f"a weighted mean needs at least 2 values with a weight above 0; "
        f"got {len(score)} of {n_all}.",
    )
    require(
        bool(np.ptp(score) > 0),
        f"all {len(score)} values are the same, so the precision of their mean cannot "
        "be judged.",
    )


def _residuals(
    deviation: FloatArray,
    weight: FloatArray,
    rake: RakedWeights,
    residual_weights: ResidualWeights,
) -> FloatArray:
    """Return what the raking margins leave of `deviation`, from sums by cell."""
    cells = rake._cells
    own = {
        "design": cells.design[cells.place],
        "raked": weight,
        "equal": np.ones_like(weight),
    }[residual_weights]
    columns = [np.ones(len(cells.sizes))]
    for code, target in zip(cells.categories, cells.targets, strict=True):
        columns += [(code == k).astype(float) for k in range(1, len(target))]
    margins = np.column_stack(columns)
    weighted = np.bincount(cells.place, own)[:, None] * margins
    sums = margins.T @ np.bincount(cells.place, own * deviation)
    # margins that repeat each other are no problem to the least-squares solution
    slopes = np.linalg.lstsq(margins.T @ weighted, sums, rcond=1e-12)[0]
    residuals: FloatArray = deviation - (margins @ slopes)[cells.place]
    return residuals


def _parts(
    influence: FloatArray, teams: pd.Series | None, values: pd.Series
) -> tuple[FloatArray, int | None]:
    if teams is None:
        return influence, None
    codes, labels = team_codes(teams)
    if not teams.index.equals(values.index):
        raise ValueError("`values` and `teams` must have the same index.")
    n_without = int((codes < 0).sum())
    if n_without:
        raise ValueError(
            f"{n_without} of {len(codes)} respondents have no team. Leave them out "
            "before weighting, or give each a team of its own."
        )
    require(
        len(labels) >= 2,
        f"a standard error between teams needs at least 2 teams; got {len(labels)}.",
    )
    parts: FloatArray = np.bincount(codes, influence).astype(float)
    return parts, len(labels)
