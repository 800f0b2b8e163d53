"""The line through three waves or more, each step, and what could have been seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.change.cells import cell_table, check_cells, ordered_codes
from diagnose.statistics.change.wave_means import (
    IndependentMeans,
    WaveMeans,
    clustered_means,
)
from diagnose.statistics.change.wave_times import wave_times
from diagnose.statistics.multiplicity import adjust_p_values
from diagnose.statistics.team_sums import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveTrend:
    """Means of waves in order of time, and the straight line through them.

    Attributes
    ----------
    method : str
        ``"cluster_cr2_satterthwaite"`` with teams, ``"welch_satterthwaite"`` without.
    estimate : float
        Slope of the line per `time_unit`: the weighted least-squares line through the
        wave means, weighted by their respondents.
    std_error, statistic, df, p_value : float
        Standard error, t, degrees of freedom and two-sided p-value of the slope.
    conf_low, conf_high, conf_level : float
        Interval of the slope and its coverage; also that of all other intervals.
    time_unit : str
        ``"wave"``, ``"month"`` or ``"unit of times"``.
    linearity_statistic, linearity_df, linearity_df2, linearity_p_value : float or None
        F test that the wave means lie on a line; None with two waves.
    detectable_slope : float
        Slope that would have been found significant with probability `power`.
    power : float
        Probability behind all detectable changes.
    n_respondents, n_waves : int
        Answers over all waves, and waves.
    n_teams : int or None
        Teams in any wave; None without teams.
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
    time_unit: str
    linearity_statistic: float | None
    linearity_df: float | None
    linearity_df2: float | None
    linearity_p_value: float | None
    detectable_slope: float
    power: float
    n_respondents: int
    n_waves: int
    n_teams: int | None
    notes: tuple[str, ...]
    _waves: pd.DataFrame
    _steps: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a wave: its mean, and the line there with its band.

        Columns: wave, time, n_respondents, n_teams, estimate (the mean), std_error,
        df, conf_low, conf_high, fitted, fitted_low, fitted_high. The band holds at
        each point of time by itself.
        """
        return self._waves.copy()

    def to_steps(self) -> pd.DataFrame:
        """Return one row a step from one wave to the next.

        Columns: wave, previous, estimate (change), std_error, statistic, df, p_value,
        p_adjusted (Holm over the steps), conf_low, conf_high (not adjusted),
        detectable (change found with probability `power` by its unadjusted test).
        """
        return self._steps.copy()


def wave_trend(
    cells: pd.DataFrame,
    *,
    times: Mapping[Any, Any] | None = None,
    power: float = 0.8,
    conf_level: float = 0.95,
) -> WaveTrend:
    """Line through the means of two or more anonymous waves, from cells alone.

    Every wave has its own mean; the slope, the steps, the band and the test of
    linearity are contrasts of these means with one joint error. With teams that error
    is clustered: a team with the same label in several waves is one cluster, so people
    who answer again and again are allowed for. "No trend shown" is not "no change":
    read the interval of the slope, and what could have been detected. Check first that
    the waves measure the same thing (measurement invariance).

    Parameters
    ----------
    cells : pandas.DataFrame
        One row a wave and team, as made by `wave_cells`: ``wave``, ``team``,
        ``n_respondents``, ``mean`` and optionally ``weight``; or, without ``team``,
        one row a wave with ``variance`` too. Scores of a subscale or answers to a
        single item alike. Cells that may not be shown are left out, not blanked.
        Waves that are numbers, dates or ordered categories keep their order; others
        come in the order of the rows, unless there are `times`.
    times : mapping of wave to number or date, optional
        When each wave was held. Dates give a slope per month (30.44 days), numbers
        one per unit of them. Without it the waves count 0, 1, 2, ….
    power : float
        Probability with which a detectable change would be found, between 0 and 1.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    WaveTrend

    Raises
    ------
    InsufficientDataError
        One wave, fewer than 2 teams (without teams: answers) in a wave, or no
        variance.
    ValueError
        A column, a number or the time of a wave is missing, a cell occurs twice, or
        two waves share a time.

    References
    ----------
    Bell and McCaffrey, 2002, Survey Methodology (clustered error).
    Tipton and Pustejovsky, 2015, Journal of Educational and Behavioral Statistics
    (test of linearity with teams). Johansen, 1980, Biometrika (without).
    """
    check_proportion("conf_level", conf_level)
    check_proportion("power", power)
    clustered = isinstance(cells, pd.DataFrame) and "team" in cells.columns
    if isinstance(cells, pd.DataFrame) and "weight" in cells.columns and not clustered:
        raise ValueError("weighted cells need `team`: their error is that of teams.")
    kind = ("team",) if clustered else ("variance",)
    check_cells(cells, needs=("wave", *kind, "n_respondents", "mean"))
    codes, labels = ordered_codes(cells["wave"])
    when, unit = wave_times(labels, times)
    order = np.argsort(when, kind="stable")
    labels, when = [labels[position] for position in order], when[order]
    codes = np.argsort(order)[codes]
    _check_enough(cells, codes, labels, clustered=clustered)
    means: WaveMeans = (
        clustered_means(*cell_table(cells, codes, len(labels)))
        if clustered
        else _plain(cells, codes)
    )
    sizes = np.bincount(codes, cells["n_respondents"].to_numpy(float)).astype(int)
    frame = pd.DataFrame({"wave": pd.Series(labels, dtype=object), "time": when})
    frame["n_respondents"] = sizes
    frame["n_teams"] = np.bincount(codes) if clustered else pd.NA
    return _result(
        means,
        frame,
        n_teams=int(cells["team"].nunique()) if clustered else None,
        unit=unit,
        power=power,
        conf_level=conf_level,
    )


def _check_enough(
    cells: pd.DataFrame, codes: IntArray, labels: list[object], *, clustered: bool
) -> None:
    require(
        len(labels) >= 2, f"a trend needs at least 2 waves; got {len(labels)} wave(s)."
    )
    counts = cells["n_respondents"].to_numpy(dtype=float)
    inside = np.bincount(codes) if clustered else np.bincount(codes, counts)
    fewest = int(np.argmin(inside))
    what = "teams" if clustered else "answers"
    require(
        inside[fewest] >= 2,
        f"a trend needs at least 2 {what} in each wave; got {int(inside[fewest])} in "
        f"{labels[fewest]}. Leave that wave out"
        + (", or compare without teams." if clustered else "."),
    )


def _plain(cells: pd.DataFrame, codes: IntArray) -> IndependentMeans:
    ordered = cells.iloc[np.argsort(codes)]
    sizes, means, variances = (
        ordered[name].to_numpy(dtype=float)
        for name in ("n_respondents", "mean", "variance")
    )
    return IndependentMeans(sizes, means, variances)


def _result(
    means: WaveMeans,
    frame: pd.DataFrame,
    *,
    n_teams: int | None,
    unit: str,
    power: float,
    conf_level: float,
) -> WaveTrend:
    when = frame["time"].to_numpy(dtype=float)
    share = means.totals / means.totals.sum()
    centred = when - share @ when
    slope = share * centred / (share @ centred**2)
    names = [str(label) for label in frame["wave"]]
    line = share + centred[:, None] * slope  # one row a wave: contrast of its fit
    with_means = pd.concat(
        [
            frame,
            infer(
                means, np.eye(len(frame)), [f"in {name}" for name in names], conf_level
            ).drop(columns=["statistic", "p_value"]),
            infer(means, line, [f"of the line in {name}" for name in names], conf_level)
            .rename(columns={"estimate": "fitted"})
            .rename(columns={"conf_low": "fitted_low", "conf_high": "fitted_high"})[
                ["fitted", "fitted_low", "fitted_high"]
            ],
        ],
        axis="columns",
    )
    trend = infer(means, slope[None, :], ["in the slope"], conf_level).iloc[0]
    linear = linearity(means, centred)
    return WaveTrend(
        method="welch_satterthwaite"
        if n_teams is None
        else "cluster_cr2_satterthwaite",
        **{str(name): float(value) for name, value in trend.items()},
        conf_level=conf_level,
        time_unit=unit,
        linearity_statistic=linear[0],
        linearity_df=linear[1],
        linearity_df2=linear[2],
        linearity_p_value=linear[3],
        detectable_slope=_detectable(
            trend["std_error"], trend["df"], power, conf_level
        ),
        power=power,
        n_respondents=int(frame["n_respondents"].sum()),
        n_waves=len(frame),
        n_teams=n_teams,
        notes=_notes(n_teams, len(frame), float(trend["df"]), linear[2]),
        _waves=with_means,
        _steps=_steps(means, frame["wave"], names, power=power, conf_level=conf_level),
    )


def infer(
    means: WaveMeans, contrasts: FloatArray, names: list[str], conf_level: float
) -> pd.DataFrame:
    """Return estimate, error, test and interval of each contrast, one row each."""
    from scipy.special import stdtr, stdtrit

    estimate, std_error, df = means.contrasts(contrasts)
    # Rounding leaves about 1e-16 of the means where the error should be 0.
    empty = ~(std_error > 1e-12 * float(np.abs(means.means).max()))
    require(
        not empty.any(),
        "there is no variation to judge by "
        f"{names[int(empty.argmax())]}: all answers, or all team means, stand or move "
        "alike. Leave that wave out.",
    )
    margin = stdtrit(df, (1 + conf_level) / 2) * std_error
    return pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": std_error,
            "statistic": estimate / std_error,
            "df": df,
            "p_value": 2 * stdtr(df, -np.abs(estimate / std_error)),
            "conf_low": estimate - margin,
            "conf_high": estimate + margin,
        }
    )


def linearity(
    means: WaveMeans, times: FloatArray
) -> tuple[float | None, float | None, float | None, float | None]:
    """Return F, its two df and p-value of the deviations from a line, or Nones."""
    from scipy.special import fdtrc

    if len(times) < 3:
        return None, None, None, None
    line = np.column_stack([np.ones_like(times), times / np.abs(times).max()])
    basis = np.linalg.qr(line, mode="complete")[0]
    tested = means.joint(basis[:, 2:].T)
    if tested is None:
        return None, None, None, None
    statistic, df, df2 = tested
    return statistic, df, df2, float(fdtrc(df, df2, statistic))


def _steps(
    means: WaveMeans,
    waves: pd.Series,
    names: list[str],
    *,
    power: float,
    conf_level: float,
) -> pd.DataFrame:
    size = len(names)
    contrasts = np.eye(size)[1:] - np.eye(size)[:-1]
    places = [f"from {before} to {after}" for before, after in pairwise(names)]
    steps = infer(means, contrasts, places, conf_level)
    steps.insert(0, "wave", waves.iloc[1:].to_numpy())
    steps.insert(1, "previous", waves.iloc[:-1].to_numpy())
    adjusted = adjust_p_values(steps["p_value"], method="holm").to_numpy()
    steps.insert(list(steps.columns).index("p_value") + 1, "p_adjusted", adjusted)
    return steps.assign(
        detectable=[
            _detectable(error, df, power, conf_level)
            for error, df in zip(steps["std_error"], steps["df"], strict=True)
        ]
    )


def _detectable(std_error: float, df: float, power: float, conf_level: float) -> float:
    from scipy.special import stdtrit

    quantiles = stdtrit(df, (1 + conf_level) / 2) + stdtrit(df, power)
    return float(quantiles * std_error)


def _notes(
    n_teams: int | None, n_waves: int, df: float, linearity_df2: float | None
) -> tuple[str, ...]:
    notes = ["no trend shown is not the same as no change: read the interval"]
    if n_teams is None:
        notes.append(
            "everyone counts as independent: teammates who resemble each other make "
            "intervals too narrow, people who answered again make those of change too "
            "wide"
        )
    elif df < 4:
        notes.append(
            f"the slope rests on {df:.1f} degrees of freedom: few teams carry it, and "
            "the p-value is rough below 4 (Tipton 2015)"
        )
    if n_waves == 2:
        notes.append("two waves: the slope is their difference, no line can be tested")
    elif linearity_df2 is None:
        notes.append("too few teams to test whether the waves lie on a line")
    elif linearity_df2 < 4:
        notes.append(
            "the test of the line rests on few teams: it will hardly find a bend"
        )
    return tuple(notes)
