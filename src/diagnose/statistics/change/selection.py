"""The lowest teams improve by themselves: what to expect of teams chosen by a score."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import (
    check_option,
    check_proportion,
    check_whole_number,
    is_number,
    require,
)
from diagnose.statistics.change.team_prediction import (
    TeamPrediction,
    predict_second,
    second_wave,
)
from diagnose.statistics.random_intercept import RandomIntercept, fit_random_intercept
from diagnose.statistics.team_sums import (
    CheckedSummary,
    FloatArray,
    IntArray,
    Summary,
    check_summary,
)

BoolArray = npt.NDArray[np.bool_]
Selected = Literal["lowest", "highest"]
Baseline = Literal["no_change", "other_teams"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegressionToTheMean:
    """What teams selected by their first score will show without any true change.

    Attributes
    ----------
    method : str
        ``"random_intercept_prediction"``.
    selected : {"lowest", "highest"}
        Which teams were chosen.
    baseline : {"no_change", "other_teams"}
        Whether the observed change is judged against no change, or against what the
        teams not selected did.
    first : float
        Mean of the selected teams' means in the first wave.
    expected : float
        Mean of their means to expect in the second wave if their levels stay.
    expected_change : float
        ``expected - first``: the regression to the mean.
    prediction_error : float
        Standard error of prediction, with the sampling error of the second wave.
    expected_low, expected_high : float
        Prediction interval of the selected teams' mean in the second wave.
    observed, naive_change : float or None
        Their mean in the second wave, and that minus `first`, which holds the
        regression to the mean; None without a second wave.
    estimate, std_error, statistic, df, p_value, conf_low, conf_high : float or None
        Observed minus expected (against the `baseline`), its error, t, degrees of
        freedom, two-sided p-value and interval; None without a second wave, except
        `df`, which the prediction interval uses too.
    conf_level : float
        Coverage of the intervals.
    tau2, sigma2, carry_over : float
        Variance between team levels and within teams in the first wave, and the
        correlation assumed between the errors of a team's two means.
    n_selected, n_teams, n_respondents : int
        Selected teams, teams and respondents of the first wave analysed.
    notes : tuple of str
        What a reader must know beside the numbers.
    """

    method: str
    selected: str
    baseline: str
    first: float
    expected: float
    expected_change: float
    prediction_error: float
    expected_low: float
    expected_high: float
    observed: float | None
    naive_change: float | None
    estimate: float | None
    std_error: float | None
    statistic: float | None
    df: float
    p_value: float | None
    conf_low: float | None
    conf_high: float | None
    conf_level: float
    tau2: float
    sigma2: float
    carry_over: float
    n_selected: int
    n_teams: int
    n_respondents: int
    notes: tuple[str, ...]
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return the public fields as a one-row frame, in declaration order."""
        public = [f.name for f in fields(self) if not f.name.startswith("_")]
        return pd.DataFrame([{name: getattr(self, name) for name in public}])

    def to_teams(self) -> pd.DataFrame:
        """Return one row a selected team, the most extreme first.

        Columns: team, n_first, mean_first, reliability (weight of its own mean),
        expected (mean in the second wave), n_second, and with a second wave
        mean_second.
        """
        return self._teams.copy()


def regression_to_the_mean(
    summary: Summary,
    *,
    k: int,
    selected: Selected = "lowest",
    second: pd.DataFrame | None = None,
    baseline: Baseline = "no_change",
    carry_over: float = 0.0,
    conf_level: float = 0.95,
) -> RegressionToTheMean:
    """Second-wave mean to expect of the lowest teams if nothing truly changes.

    A low team mean is partly bad luck, which does not repeat. By the random-intercept
    model the level of a team, given its mean, is the shrunken mean, whichever teams
    are picked by these means; so the mean of the shrunken means is what to expect. Its
    error holds the uncertainty of the levels, of the overall mean, of the variances
    (delta method) and the sampling of the second wave. Normal levels and errors are
    assumed, and the model of all teams: hand in every team, not only the low ones.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 4), or CheckedSummary
        First wave: ``team``, ``n_respondents``, ``mean``, ``variance``, all teams.
    k : int
        Number of teams selected, 1 to the number of teams less 1.
    selected : {"lowest", "highest"}
        Choose the k lowest or highest means. Of tied teams the first rows are taken.
    second : pandas.DataFrame, optional
        Second wave: ``team``, ``n_respondents`` and ``mean``. Teams that lack it are
        left out before selecting. Without ``mean`` (the sizes expected) or without
        `second` (the sizes of the first wave) there is a prediction and no test.
    baseline : {"no_change", "other_teams"}
        Judge the change of the selected teams against none, or against the others'
        change beyond their own regression, when the whole organisation may have
        moved.
    carry_over : float
        Correlation between the errors of a team's two means, 0 to below 1. 0 when
        other people answer each time. If the same people answer, what is lasting
        about them carries over and there is less regression; then it is about their
        correlation over waves within teams.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    RegressionToTheMean

    Raises
    ------
    InsufficientDataError
        Fewer than 3 teams, no team of 2 or more, or no variance within teams.
    ValueError
        `k` or `carry_over` out of range, or a number missing.

    References
    ----------
    Davis, 1976, American Journal of Epidemiology (regression to the mean).
    Robinson, 1991, Statistical Science (prediction of random effects).
    """
    check_option("selected", selected, Selected)
    check_option("baseline", baseline, Baseline)
    check_proportion("conf_level", conf_level)
    if not is_number(carry_over) or not 0 <= carry_over < 1:
        raise ValueError(f"`carry_over` must be from 0 to below 1; got {carry_over!r}.")
    check_whole_number("k", k, 1)
    checked = check_summary(summary)
    sizes, means = second_wave(checked, second)
    kept = np.isfinite(sizes)
    require(
        int(kept.sum()) >= 3,
        "regression to the mean needs at least 3 teams that can be followed; got "
        f"{int(kept.sum())} of {checked.n_teams}.",
    )
    if k >= kept.sum():
        raise ValueError(
            f"`k` must be below the {int(kept.sum())} teams that can be followed; "
            f"got {k!r}."
        )
    model = fit_random_intercept(checked)
    prediction = predict_second(checked, model, sizes, carry_over)
    chosen = _choose(checked.means, kept, k, lowest=selected == "lowest")
    return _result(
        checked,
        model,
        prediction,
        chosen=chosen,
        second=(sizes, means),
        options=(selected, baseline, carry_over, conf_level),
    )


def _choose(means: FloatArray, kept: BoolArray, k: int, *, lowest: bool) -> IntArray:
    rank = np.where(kept, means if lowest else -means, np.inf)
    return np.argsort(rank, kind="stable")[:k]


def _result(
    checked: CheckedSummary,
    model: RandomIntercept,
    prediction: TeamPrediction,
    *,
    chosen: IntArray,
    second: tuple[FloatArray, FloatArray | None],
    options: tuple[str, str, float, float],
) -> RegressionToTheMean:
    from scipy.special import stdtrit

    selected, baseline, carry_over, conf_level = options
    first = float(checked.means[chosen].mean())
    expected = float(prediction.expected[chosen].mean())
    combination = np.zeros(checked.n_teams)
    combination[chosen] = 1 / len(chosen)
    error = prediction.error(combination, model)
    df = float(checked.n_teams - 1)
    margin = float(stdtrit(df, (1 + conf_level) / 2)) * error
    return RegressionToTheMean(
        method="random_intercept_prediction",
        selected=selected,
        baseline=baseline,
        first=first,
        expected=expected,
        expected_change=expected - first,
        prediction_error=error,
        expected_low=expected - margin,
        expected_high=expected + margin,
        **_test(prediction, model, combination, second, baseline, df, conf_level),
        naive_change=None
        if second[1] is None
        else float(second[1][chosen].mean()) - first,
        df=df,
        conf_level=conf_level,
        tau2=model.tau2,
        sigma2=model.sigma2,
        carry_over=carry_over,
        n_selected=len(chosen),
        n_teams=checked.n_teams,
        n_respondents=checked.n_respondents,
        notes=_notes(model, carry_over),
        _teams=_team_rows(checked, prediction, chosen, second),
    )


def _test(
    prediction: TeamPrediction,
    model: RandomIntercept,
    combination: FloatArray,
    second: tuple[FloatArray, FloatArray | None],
    baseline: str,
    df: float,
    conf_level: float,
) -> dict[str, float | None]:
    from scipy.special import stdtr, stdtrit

    names = (
        "observed",
        "estimate",
        "std_error",
        "statistic",
        "p_value",
        "conf_low",
        "conf_high",
    )
    sizes, means = second
    if means is None:
        return dict.fromkeys(names)
    contrast = combination.copy()
    if baseline == "other_teams":
        others = np.isfinite(sizes) & (combination == 0)
        contrast[others] = -1 / others.sum()
    used = contrast != 0
    surprise = means[used] - prediction.expected[used]
    estimate = float(contrast[used] @ surprise)
    std_error = prediction.error(contrast, model)
    margin = float(stdtrit(df, (1 + conf_level) / 2)) * std_error
    statistic = estimate / std_error
    chosen = combination > 0
    return {
        "observed": float(means[chosen].mean()),
        "estimate": estimate,
        "std_error": std_error,
        "statistic": statistic,
        "p_value": float(2 * stdtr(df, -abs(statistic))),
        "conf_low": estimate - margin,
        "conf_high": estimate + margin,
    }


def _team_rows(
    checked: CheckedSummary,
    prediction: TeamPrediction,
    chosen: IntArray,
    second: tuple[FloatArray, FloatArray | None],
) -> pd.DataFrame:
    sizes, means = second
    frame = pd.DataFrame(
        {
            "team": pd.Series([checked.team[at] for at in chosen], dtype=object),
            "n_first": checked.sizes[chosen].astype(int),
            "mean_first": checked.means[chosen],
            "reliability": prediction.weight[chosen],
            "expected": prediction.expected[chosen],
            "n_second": sizes[chosen].astype(int),
        }
    )
    return frame if means is None else frame.assign(mean_second=means[chosen])


def _notes(model: RandomIntercept, carry_over: float) -> tuple[str, ...]:
    notes = [
        "teams chosen for a low or high mean move back towards the mean of all teams "
        "by themselves; only what goes beyond the expected mean is change"
    ]
    if model.tau2 == 0:
        notes.append(
            "the teams do not differ beyond chance: each is expected at the mean of all"
        )
    if carry_over == 0:
        notes.append(
            "as if other people answered the second time; the same people regress less"
        )
    return tuple(notes)
