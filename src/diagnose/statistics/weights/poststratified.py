"""The mean of the whole workforce from the cells of its units."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion, require
from diagnose.statistics.sample import number_column
from diagnose.statistics.team_sums import FloatArray
from diagnose.statistics.weights.unit_summary import (
    refuse_units,
    unit_counts,
    unit_variances,
)

UnitVariance = Literal["own", "pooled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoststratifiedMean:
    """Mean over all units, each with the weight of its members.

    Attributes
    ----------
    method : str
        ``"units weighted by members"``.
    variance : {"own", "pooled"}
        Variance within units that was used.
    estimate : float
        Mean of the unit means, weighted by members, in units of the score.
    std_error : float
        Standard error for these members now: with the finite-population correction.
    conf_low, conf_high, conf_level : float
        t interval with `std_error`, and its coverage.
    std_error_infinite, conf_low_infinite, conf_high_infinite : float
        The same without the correction, for a claim beyond these members.
    df : float
        Respondents minus units.
    unweighted : float
        Mean of all respondents.
    n_effective, design_effect : float
        Kish's effective size of weights members / respondents, and `n_respondents`
        divided by it.
    n_respondents, n_members, n_teams : int
        Totals.
    """

    method: str
    variance: str
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    std_error_infinite: float
    conf_low_infinite: float
    conf_high_infinite: float
    df: float
    unweighted: float
    n_effective: float
    design_effect: float
    n_respondents: int
    n_members: int
    n_teams: int

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def poststratified_mean(
    summary: pd.DataFrame,
    *,
    variance: UnitVariance = "own",
    conf_level: float = 0.95,
) -> PoststratifiedMean:
    """Mean of the workforce when units answered at different rates.

    Sum of W mean, W the unit's share of the members; its variance is the sum of
    W^2 s^2 / n (1 - n / members), the respondents of a unit taken as a random sample
    of it and the numbers of respondents as given.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 5)
        Columns team, n_respondents, n_members, mean, and ``variance`` (divisor n - 1)
        or ``sd``.
    variance : {"own", "pooled"}
        Each unit's own variance, or one pooled over units; units of one respondent
        need the pooled one.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Raises
    ------
    ValueError
        A column or a number is missing, a unit occurs twice, more respondents than
        members, a unit without respondents, or with ``"own"`` a unit of one.
    InsufficientDataError
        No unit of 2 or more respondents, or no variance within any unit.

    References
    ----------
    Holt, D., & Smith, T. M. F. (1979). Post stratification. Journal of the Royal
    Statistical Society, Series A, 142.
    """
    from scipy.special import stdtrit

    check_option("variance", variance, UnitVariance)
    check_proportion("conf_level", conf_level)
    sizes, members, means, spread = _units(summary, variance)
    shares = members / members.sum()
    estimate = float(shares @ means)
    parts = shares**2 * spread / sizes
    finite = float(np.sqrt(parts @ (1 - sizes / members)))
    infinite = float(np.sqrt(parts.sum()))
    df = float(sizes.sum() - len(sizes))
    quantile = float(stdtrit(df, (1 + conf_level) / 2))
    n_effective = float(members.sum() ** 2 / (members**2 / sizes).sum())
    return PoststratifiedMean(
        method="units weighted by members",
        variance=variance,
        estimate=estimate,
        std_error=finite,
        conf_low=estimate - quantile * finite,
        conf_high=estimate + quantile * finite,
        conf_level=conf_level,
        std_error_infinite=infinite,
        conf_low_infinite=estimate - quantile * infinite,
        conf_high_infinite=estimate + quantile * infinite,
        df=df,
        unweighted=float(sizes @ means / sizes.sum()),
        n_effective=n_effective,
        design_effect=float(sizes.sum()) / n_effective,
        n_respondents=int(sizes.sum()),
        n_members=int(members.sum()),
        n_teams=len(sizes),
    )


def _units(
    summary: pd.DataFrame, variance: UnitVariance
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    sizes, members = unit_counts(summary, needed=("mean",))
    refuse_units(
        summary,
        sizes == 0,
        "nobody answered in some units, so nothing is known of their members. Merge "
        "them with a unit that resembles them, or leave them out and say so. It is so",
        verb="",
    )
    means = number_column(summary, "mean", name="`summary`")
    refuse_units(summary, ~np.isfinite(means), "`summary` needs a mean in every row")
    own = unit_variances(summary, sizes)
    df = float(sizes.sum()) - len(sizes)
    require(
        df >= 1,
        f"the precision of the mean needs a unit of 2 or more respondents; all "
        f"{len(sizes)} units have one.",
    )
    squares = float(np.where(sizes > 1, own * (sizes - 1), 0.0).sum())
    require(
        squares > 0,
        f"the values do not vary within any of the {len(sizes)} units, so the "
        "precision of the mean cannot be judged.",
    )
    if variance == "pooled":
        return sizes, members, means, np.full(len(sizes), squares / df)
    refuse_units(
        summary,
        sizes == 1,
        "a unit of one respondent has no variance of its own. Merge it with another "
        "unit or use variance='pooled'. It is so",
        verb="",
    )
    return sizes, members, means, own
