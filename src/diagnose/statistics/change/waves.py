"""Did the mean change between two anonymous waves.

Before any of this: check that the waves measure the same thing in the same way
(measurement invariance over waves); a shift in what an item means looks like change.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from diagnose._options import check_option, check_proportion, require
from diagnose.statistics.change.cells import cell_table, check_cells
from diagnose.statistics.change.wave_answers import (
    answered_rows,
    check_answers,
    summarise_teams,
)
from diagnose.statistics.change.wave_means import (
    ClusteredMeans,
    clustered_means,
    plain_cluster_error,
)
from diagnose.statistics.means import Values
from diagnose.statistics.two_means import (
    MeanDifference,
    compare_two,
    compare_two_from_summary,
)

ClusterErrors = Literal["cr2", "cr1s"]
SummaryErrors = Literal["cr2", "cr1s", "welch"]

_SECOND_LESS_FIRST = np.array([-1.0, 1.0])
_METHODS = {"cr1s": "cluster_cr1s_t", "cr2": "cluster_cr2_satterthwaite"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveComparison:
    """Change of a mean between two anonymous waves, second minus first.

    Attributes
    ----------
    method : str
        ``"welch_t"`` without teams; ``"cluster_cr2_satterthwaite"`` or
        ``"cluster_cr1s_t"`` (sandwich, df teams - 1) with teams;
        ``"weighted_cr2_satterthwaite"`` with weights and no teams.
    estimate : float
        Mean of the second wave minus mean of the first.
    std_error, statistic, df, p_value : float
        Standard error, t, degrees of freedom, two-sided p-value.
    conf_low, conf_high, conf_level : float
        Interval of the change and its coverage.
    mean_first, mean_second : float
        Means of the waves.
    n_first, n_second, n_respondents : int
        Answered values in each wave and together. People who answered twice count
        twice: nobody knows who they are.
    n_teams : int or None
        Teams in either wave; None when teams were not given.
    n_teams_both : int or None
        Teams present in both waves.
    notes : tuple of str
        What a reader must know beside the numbers.
    """

    method: str
    estimate: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    mean_first: float
    mean_second: float
    n_first: int
    n_second: int
    n_respondents: int
    n_teams: int | None = None
    n_teams_both: int | None = None
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def compare_waves(
    first: Values,
    second: Values,
    *,
    first_teams: pd.Series | None = None,
    second_teams: pd.Series | None = None,
    first_weights: Values | None = None,
    second_weights: Values | None = None,
    errors: ClusterErrors = "cr2",
    conf_level: float = 0.95,
) -> WaveComparison:
    """Change of a mean between two waves whose respondents are not linked.

    Without teams this is Welch's comparison, which takes everyone as independent.
    With teams the standard error allows for teammates who resemble each other, within
    and across waves: a team with the same label in both waves is one cluster, so what
    is lasting about it cancels. People who answered twice are part of that; without
    teams they make the error too large, never too small.

    Parameters
    ----------
    first, second : Series, array or sequence of float
        Scores of the earlier and the later wave; missing as NaN, which are left out.
    first_teams, second_teams : Series, optional
        Team of each respondent, in the same order; give both or neither.
    first_weights, second_weights : Series, array or sequence of float, optional
        Weight of each respondent, above 0; give both or neither. Only their ratios
        within a wave count; they are taken as known.
    errors : {"cr2", "cr1s"}
        ``"cr2"``: the bias-reduced clustered error with Satterthwaite degrees of
        freedom, right for few and for unequal teams. ``"cr1s"``: the usual clustered
        error with a t on teams - 1 degrees of freedom, too small with few teams.
        Unused without teams.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    WaveComparison
        Second minus first.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 answers in a wave, fewer than 2 teams in a wave, or no variance.
    ValueError
        One of the team or weight columns without the other, of another length, or
        with missing labels or weights.

    References
    ----------
    Bell and McCaffrey, 2002, Survey Methodology (bias-reduced linearisation).
    Pustejovsky and Tipton, 2018, Journal of Business and Economic Statistics.
    """
    check_option("errors", errors, ClusterErrors)
    check_proportion("conf_level", conf_level)
    _check_both("teams", first_teams, second_teams)
    _check_both("weights", first_weights, second_weights)
    if first_teams is None and first_weights is None:
        return _welch_waves(first, second, conf_level)
    early = answered_rows(first, first_teams, first_weights, name="first")
    late = answered_rows(second, second_teams, second_weights, name="second")
    check_answers(early, late)
    result = compare_waves_from_team_summaries(
        summarise_teams(early),
        summarise_teams(late),
        errors=errors if first_teams is not None else "cr2",
        conf_level=conf_level,
    )
    return result if first_teams is not None else _without_teams(result)


def compare_waves_from_team_summaries(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    errors: SummaryErrors = "cr2",
    conf_level: float = 0.95,
) -> WaveComparison:
    """Change between two waves, given only n and mean of each team in each wave.

    Parameters
    ----------
    first, second : pandas.DataFrame
        One row a team: ``team``, ``n_respondents``, ``mean``; ``variance`` (divisor
        n - 1) for ``"welch"`` alone; ``weight`` (summed over the team) if the means
        are weighted. Teams that may not be shown are left out, not blanked: the
        result is then about the others.
    errors : {"cr2", "cr1s", "welch"}
        See `compare_waves`; ``"welch"`` merges the teams of a wave and takes everyone
        as independent.
    conf_level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    WaveComparison
        The same numbers as `compare_waves` on the answers.

    Raises
    ------
    InsufficientDataError
        Fewer than 2 teams in a wave, or all teams moved alike.
    ValueError
        A column or number is missing, or a team occurs twice in a wave.

    References
    ----------
    Bell and McCaffrey, 2002, Survey Methodology.
    """
    check_option("errors", errors, SummaryErrors)
    check_proportion("conf_level", conf_level)
    welch = errors == "welch"
    needs = ("team", "n_respondents", "mean") + (("variance",) if welch else ())
    for frame in (first, second):
        check_cells(frame, needs=needs)
    if welch:
        return _welch_from_teams(first, second, conf_level)
    if ("weight" in first.columns) != ("weight" in second.columns):
        raise ValueError("give `weight` in both waves, or in neither.")
    _check_teams(first, second)
    cells = pd.concat([first, second], ignore_index=True)
    codes = np.repeat([0, 1], [len(first), len(second)])
    means = clustered_means(*cell_table(cells, codes, 2))
    return _clustered_result(
        means,
        sizes=(int(first["n_respondents"].sum()), int(second["n_respondents"].sum())),
        errors=errors,
        conf_level=conf_level,
    )


def clustered_change(
    means: ClusteredMeans, n_respondents: int, *, reduced: bool
) -> tuple[float, float, float]:
    """Return change, standard error and df; refuse teams that leave no error."""
    estimate, std_error, df = means.fit.contrast(_SECOND_LESS_FIRST)
    n_teams = len(means.weights)
    if not reduced:
        std_error, df = plain_cluster_error(means, _SECOND_LESS_FIRST, n_respondents)
    # Rounding leaves about 1e-16 of the scores where the error should be 0.
    shown = means.cell_means[means.weights > 0]
    require(
        std_error > 1e-12 * float(np.abs(shown).max()),
        f"waves cannot be compared: all {n_teams} teams moved alike, which leaves no "
        f"error to judge by ({n_respondents} respondents).",
    )
    return estimate, std_error, df


def _check_both(what: str, first: object, second: object) -> None:
    if (first is None) != (second is None):
        raise ValueError(f"give `first_{what}` and `second_{what}`, or neither.")


def _welch_waves(first: Values, second: Values, conf_level: float) -> WaveComparison:
    return _from_difference(compare_two(second, first, conf_level=conf_level))


def _welch_from_teams(
    first: pd.DataFrame, second: pd.DataFrame, conf_level: float
) -> WaveComparison:
    late, early = (_merged(frame) for frame in (second, first))
    return _from_difference(
        compare_two_from_summary(*late, *early, conf_level=conf_level)
    )


def _merged(frame: pd.DataFrame) -> tuple[float, float, int]:
    """Return mean, standard deviation and n of all teams of a wave together."""
    sizes, means = frame["n_respondents"].to_numpy(float), frame["mean"].to_numpy(float)
    n = int(sizes.sum())
    require(n >= 2, f"a wave needs at least 2 answers; got {n}.")
    within = np.where(sizes > 1, frame["variance"].to_numpy(float) * (sizes - 1), 0.0)
    mean = float(sizes @ means) / n
    squares = float(within.sum() + sizes @ (means - mean) ** 2)
    return mean, float(np.sqrt(squares / (n - 1))), n


def _from_difference(difference: MeanDifference) -> WaveComparison:
    """Return Welch's comparison, later minus earlier, under the names of waves."""
    return WaveComparison(
        method=difference.method,
        estimate=difference.estimate,
        std_error=difference.std_error,
        statistic=difference.statistic,
        df=difference.df,
        p_value=difference.p_value,
        conf_low=difference.conf_low,
        conf_high=difference.conf_high,
        conf_level=difference.conf_level,
        mean_first=difference.mean_second,
        mean_second=difference.mean_first,
        n_first=difference.n_second,
        n_second=difference.n_first,
        n_respondents=difference.n_respondents,
        notes=(
            "everyone counts as independent: teammates who resemble each other make "
            "the interval too narrow, people who answered twice make it too wide",
        ),
    )


def _check_teams(first: pd.DataFrame, second: pd.DataFrame) -> None:
    require(
        len(first) >= 2 and len(second) >= 2,
        "clustered errors need at least 2 teams in each wave; got "
        f"{len(first)} in the first and {len(second)} in the second "
        f"({first['n_respondents'].sum()} and {second['n_respondents'].sum()} "
        "respondents).",
    )


def _without_teams(result: WaveComparison) -> WaveComparison:
    return replace(
        result,
        method="weighted_cr2_satterthwaite",
        n_teams=None,
        n_teams_both=None,
        notes=("everyone counts as independent, and the weights as known",),
    )


def _clustered_result(
    means: ClusteredMeans,
    *,
    sizes: tuple[int, int],
    errors: str,
    conf_level: float,
) -> WaveComparison:
    from scipy.special import stdtr, stdtrit

    n_respondents = int(sum(sizes))
    estimate, std_error, df = clustered_change(
        means, n_respondents, reduced=errors == "cr2"
    )
    statistic = estimate / std_error
    margin = float(stdtrit(df, (1 + conf_level) / 2)) * std_error
    mean_first, mean_second = (float(mean) for mean in means.means)
    present = means.weights > 0
    return WaveComparison(
        method=_METHODS[errors],
        estimate=estimate,
        std_error=std_error,
        statistic=statistic,
        df=df,
        p_value=float(2 * stdtr(df, -abs(statistic))),
        conf_low=estimate - margin,
        conf_high=estimate + margin,
        conf_level=conf_level,
        mean_first=mean_first,
        mean_second=mean_second,
        n_first=int(sizes[0]),
        n_second=int(sizes[1]),
        n_respondents=n_respondents,
        n_teams=len(present),
        n_teams_both=int(present.all(axis=1).sum()),
        notes=_clustered_notes(df),
    )


def _clustered_notes(df: float) -> tuple[str, ...]:
    notes = ["a team with the same label in both waves is one cluster"]
    if df < 4:
        notes.append(
            f"the error rests on {df:.1f} degrees of freedom: few teams carry it, and "
            "the p-value is rough below 4 (Tipton 2015)"
        )
    return tuple(notes)
