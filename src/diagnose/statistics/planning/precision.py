"""What a number of respondents buys, and how many a wish costs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil, inf, isfinite, sqrt

import pandas as pd

from diagnose._options import (
    check_at_least,
    check_positive,
    check_proportion,
    is_number,
)
from diagnose.statistics.planning.noncentral import beyond_critical


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """What a number of respondents buys.

    Attributes
    ----------
    method : str
        ``"margin of error"`` or ``"smallest detectable difference"``.
    estimate : float
        Half the width of the interval of a mean, or the difference between two means
        that is found with probability `power`; in units of the score.
    std_error : float
        Standard error of the mean, or of the difference.
    conf_level : float
        Coverage of the interval; 1 minus the two-sided significance level.
    power : float
        Probability of finding the difference; NaN for a margin of error.
    design_effect : float
        How many respondents in teams are worth one independent respondent.
    n_respondents, n_effective : float
        Respondents, and independent respondents worth as much; over both groups.
    """

    method: str
    estimate: float
    std_error: float
    conf_level: float
    power: float
    design_effect: float
    n_respondents: int
    n_effective: float

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """How many respondents a wish costs.

    Attributes
    ----------
    method : str
        ``"margin of error"`` or ``"two groups, t test"``.
    n_respondents : int
        Respondents needed, rounded up; in each group for two groups.
    exact : float
        The same before rounding.
    n_groups : int
        1 or 2.
    target : float
        The margin or the difference asked for, in units of the score.
    conf_level, power : float
        What it was computed for; power is NaN for a margin of error.
    design_effect : float
        How many respondents in teams are worth one independent respondent.
    """

    method: str
    n_respondents: int
    exact: float
    n_groups: int
    target: float
    conf_level: float
    power: float
    design_effect: float

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def design_effect(
    *, icc: float = 0.0, mean_team_size: float = 1.0, team_size_cv: float = 0.0
) -> float:
    """Return the factor by which teams enlarge the variance of a mean.

    1 + ((1 + cv^2) m - 1) ICC, with m the mean number of respondents a team and cv
    their standard deviation divided by m. A negative ICC(1) counts as 0.

    Raises
    ------
    ValueError
        An ICC of 1 or more, a mean team size below 1 or a negative variation.
    """
    if not is_number(icc) or not -1 <= icc < 1:
        raise ValueError(f"`icc` must be below 1; got {icc!r}.")
    check_at_least("mean_team_size", mean_team_size, 1)
    check_at_least("team_size_cv", team_size_cv, 0)
    return 1 + ((1 + team_size_cv**2) * mean_team_size - 1) * max(icc, 0.0)


def margin_of_error(
    sd: float,
    n_respondents: int,
    *,
    population: int | None = None,
    icc: float = 0.0,
    mean_team_size: float = 1.0,
    team_size_cv: float = 0.0,
    conf_level: float = 0.95,
) -> Precision:
    """Half the width of the interval of a mean.

    z sqrt(deff sd^2 / n (1 - n / population)).

    Parameters
    ----------
    sd : float
        Standard deviation of the score between people, in units of the score.
    n_respondents : int
        Respondents, at least 1.
    population : int, optional
        Size of the workforce. Give it only for a claim about these people now; a claim
        about what would happen again, or elsewhere, has no finite population.
    icc, mean_team_size, team_size_cv : float
        Share of the variance between teams, respondents a team, and their variation;
        see `design_effect`.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Raises
    ------
    ValueError
        A number that cannot be, or more respondents than the population.
    """
    check_at_least("sd", sd, 0)
    check_at_least("n_respondents", n_respondents, 1)
    deff = design_effect(
        icc=icc, mean_team_size=mean_team_size, team_size_cv=team_size_cv
    )
    share_unseen = 1 - n_respondents / _population(population, n_respondents)
    std_error = sqrt(deff * sd**2 / n_respondents * share_unseen)
    return Precision(
        method="margin of error",
        estimate=_two_sided_z(conf_level) * std_error,
        std_error=std_error,
        conf_level=conf_level,
        power=float("nan"),
        design_effect=deff,
        n_respondents=n_respondents,
        n_effective=n_respondents / deff,
    )


def smallest_detectable_difference(
    sd: float,
    n_first: int,
    n_second: int,
    *,
    icc: float = 0.0,
    mean_team_size: float = 1.0,
    team_size_cv: float = 0.0,
    power: float = 0.80,
    conf_level: float = 0.95,
) -> Precision:
    """Difference between two group means that is found with probability `power`.

    (z_conf + z_power) sd sqrt(deff (1 / n1 + 1 / n2)); a normal approximation, some
    percent too small below about 20 a group.

    Parameters
    ----------
    sd : float
        Standard deviation of the score within each group, in units of the score.
    n_first, n_second : int
        Respondents of each group, at least 1.
    icc, mean_team_size, team_size_cv : float
        Whole teams belong to one group; see `design_effect`.
    power : float
        Probability of finding it, between 0 and 1.
    conf_level : float
        1 minus the two-sided significance level.
    """
    from scipy.special import ndtri

    check_at_least("sd", sd, 0)
    check_at_least("n_first", n_first, 1)
    check_at_least("n_second", n_second, 1)
    check_proportion("power", power)
    deff = design_effect(
        icc=icc, mean_team_size=mean_team_size, team_size_cv=team_size_cv
    )
    std_error = sd * sqrt(deff * (1 / n_first + 1 / n_second))
    return Precision(
        method="smallest detectable difference",
        estimate=(_two_sided_z(conf_level) + float(ndtri(power))) * std_error,
        std_error=std_error,
        conf_level=conf_level,
        power=power,
        design_effect=deff,
        n_respondents=n_first + n_second,
        n_effective=(n_first + n_second) / deff,
    )


def power_two_groups(
    difference: float,
    sd: float,
    n_per_group: float,
    *,
    design_effect: float = 1.0,
    conf_level: float = 0.95,
) -> float:
    """Probability that a two-sided t test finds `difference`, both tails counted.

    Parameters
    ----------
    difference, sd : float
        Difference between the means and standard deviation within the groups.
    n_per_group : float
        Respondents of each group; divided by `design_effect` at least 2.
    design_effect : float
        Factor for teams, see the function of that name.
    conf_level : float
        1 minus the significance level.
    """
    from scipy.special import stdtrit

    check_proportion("conf_level", conf_level)
    check_positive("sd", sd)
    check_at_least("n_per_group", n_per_group, 2)
    check_positive("design_effect", design_effect)
    if not is_number(difference) or not isfinite(difference):
        raise ValueError(f"`difference` must be a number; got {difference!r}.")
    n_effective = n_per_group / design_effect
    if not n_effective >= 2:
        raise ValueError(
            f"`n_per_group` must be worth at least 2 independent respondents; "
            f"got {n_per_group!r} with a design effect of {design_effect!r}."
        )
    df = 2 * (n_effective - 1)
    shift = abs(difference) / sd * sqrt(n_effective / 2)
    critical = float(stdtrit(df, (1 + conf_level) / 2))
    return beyond_critical(critical, df=df, shift=shift)


def respondents_needed(
    target: float,
    sd: float,
    *,
    groups: int = 2,
    population: int | None = None,
    design_effect: float = 1.0,
    power: float = 0.80,
    conf_level: float = 0.95,
) -> SampleSize:
    """Respondents needed to find a difference, or to reach a margin of error.

    Parameters
    ----------
    target : float
        With 2 groups the difference between their means to be found by a t test; with
        1 group the margin of error of its mean. In units of the score.
    sd : float
        Standard deviation of the score within a group.
    groups : {2, 1}
        Compare two groups of one size, or describe one.
    population : int, optional
        Size of the workforce, for 1 group; see `margin_of_error`.
    design_effect : float
        Factor for teams, see the function of that name.
    power : float
        Probability of finding the difference, for 2 groups.
    conf_level : float
        1 minus the significance level, or the coverage of the interval.

    Raises
    ------
    ValueError
        A number that cannot be, or a population with 2 groups.
    """
    check_positive("target", target)
    check_positive("sd", sd)
    check_proportion("power", power)
    check_at_least("design_effect", design_effect, 1)
    if not is_number(groups) or groups not in (1, 2):
        raise ValueError(f"`groups` must be 1 or 2; got {groups!r}.")
    if groups == 2 and population is not None:
        raise ValueError("`population` holds for 1 group: a difference has none.")
    if groups == 2:
        exact = design_effect * _n_for_power(target / sd, power, conf_level)
    else:
        unlimited = design_effect * (_two_sided_z(conf_level) * sd / target) ** 2
        exact = unlimited / (1 + unlimited / _population(population, 1))
    return SampleSize(
        method="two groups, t test" if groups == 2 else "margin of error",
        # a whole number that comes out as 96.00000000001 is 96
        n_respondents=max(ceil(exact - 1e-9), 1),
        exact=exact,
        n_groups=groups,
        target=target,
        conf_level=conf_level,
        power=power if groups == 2 else float("nan"),
        design_effect=design_effect,
    )


def _n_for_power(effect: float, power: float, conf_level: float) -> float:
    """Return the group size at which the t test has `power`, not below 2."""
    from scipy.optimize import brentq

    def shortfall(n_per_group: float) -> float:
        return power_two_groups(effect, 1.0, n_per_group, conf_level=conf_level) - power

    if shortfall(2.0) >= 0:
        return 2.0
    upper = 4.0
    while shortfall(upper) < 0:
        upper *= 2
    return float(brentq(shortfall, upper / 2, upper, xtol=1e-10, rtol=1e-12))


def _population(population: int | None, n_respondents: int) -> float:
    if population is None:
        return inf
    if not is_number(population) or not n_respondents <= population < inf:
        raise ValueError(
            f"`population` must be at least the number of respondents; "
            f"got {population} for {n_respondents} respondents."
        )
    return float(population)


def _two_sided_z(conf_level: float) -> float:
    from scipy.special import ndtri

    check_proportion("conf_level", conf_level)
    return float(ndtri((1 + conf_level) / 2))
