"""The mean of the people who are in a team now, whether or not they answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from diagnose._options import is_number
from diagnose.statistics.pooling.posterior import ratio_posterior, team_levels
from diagnose.statistics.random_intercept import RandomIntercept
from diagnose.statistics.sample import MOST_PEOPLE
from diagnose.statistics.team_sums import CheckedSummary, FloatArray

Members = pd.Series | Mapping[Any, float]
"""Number of people in each team, by team."""


def staff_sizes(checked: CheckedSummary, n_members: Members) -> FloatArray:
    """Return the number of people in each team of the summary, or refuse."""
    if not isinstance(n_members, pd.Series | Mapping):
        raise TypeError(
            "`n_members` must be a pandas Series or a mapping, by team; got "
            f"{type(n_members).__name__}."
        )
    if isinstance(n_members, pd.Series) and n_members.index.has_duplicates:
        raise ValueError("`n_members` has more than one number for a team.")
    _need_answered_means(checked)
    known = dict(n_members.items())
    absent = [str(team) for team in checked.team if team not in known]
    if absent:
        raise ValueError(f"`n_members` lacks the teams {', '.join(absent)}.")
    given = [known[team] for team in checked.team]
    staff = np.array([float(size) if is_number(size) else np.nan for size in given])
    whole = (staff <= MOST_PEOPLE) & (staff == np.floor(staff))
    wrong = [
        f"{team} ({size:g} members, {count:g} respondents)"
        for team, size, count, right in zip(
            checked.team,
            staff,
            checked.counts,
            whole & (staff >= checked.counts),
            strict=True,
        )
        if not right
    ]
    if wrong:
        raise ValueError(
            "`n_members` must be whole numbers, no smaller than the respondents of the "
            f"team; not so for {', '.join(wrong)}. Correct the list of teams, or find "
            "out who answered for another team."
        )
    return staff


def _need_answered_means(checked: CheckedSummary) -> None:
    if np.isnan(checked.answered_means).any():
        raise ValueError(
            "`n_members` with weighted means needs the column sum in `summary` (the "
            "sum without weights), because those who answered count as they are."
        )


def members_now(
    checked: CheckedSummary,
    model: RandomIntercept,
    staff: FloatArray,
    levels: pd.DataFrame,
    *,
    interval: str,
    conf_level: float,
) -> dict[str, FloatArray]:
    """Return the columns about the people who are there now.

    Who answered is known; the mean of the N - n others varies around the level of the
    team with variance sigma2 / (N - n).
    """
    unseen = staff - checked.counts
    share = unseen / staff
    known = (1 - share) * checked.answered_means
    estimate = known + share * levels["estimate"].to_numpy()
    low, high = known.copy(), known.copy()
    some = unseen > 0
    if some.any():
        limits = _posterior_limits if interval == "posterior" else _normal_limits
        below, above = limits(checked, model, unseen, levels, conf_level)
        low[some] += (share * below)[some]
        high[some] += (share * above)[some]
    raw = known + share * checked.means
    reach = share * _raw_reach(checked, unseen, conf_level)
    return {
        "n_members": staff.astype(int),
        "now_estimate": estimate,
        "now_low": low,
        "now_high": high,
        "raw_now_low": raw - reach,
        "raw_now_high": raw + reach,
    }


def _raw_reach(
    checked: CheckedSummary, unseen: FloatArray, conf_level: float
) -> FloatArray:
    """Return how far the mean of the unseen may lie from the raw mean.

    Without weights this comes to the finite-population factor: sigma2 / n (1 - n / N).
    """
    from scipy.special import stdtrit

    quantile = float(stdtrit(checked.df_within_effective, (1 + conf_level) / 2))
    both = 1 / checked.sizes + 1 / np.maximum(unseen, 1.0)
    reach: FloatArray = quantile * np.sqrt(checked.mean_square_within * both)
    return reach


def _posterior_limits(
    checked: CheckedSummary,
    model: RandomIntercept,
    unseen: FloatArray,
    levels: pd.DataFrame,
    conf_level: float,
) -> tuple[FloatArray, FloatArray]:
    del model, levels
    others = np.maximum(unseen, 1.0)  # where nobody is unseen the result is not used
    mixture = team_levels(ratio_posterior(checked), checked, unseen=others)
    return mixture.limits(conf_level)


def _normal_limits(
    checked: CheckedSummary,
    model: RandomIntercept,
    unseen: FloatArray,
    levels: pd.DataFrame,
    conf_level: float,
) -> tuple[FloatArray, FloatArray]:
    from scipy.special import stdtrit

    estimate = levels["estimate"].to_numpy()
    own = model.sigma2 / np.maximum(unseen, 1.0)
    std_error = np.sqrt(levels["std_error"].to_numpy() ** 2 + own)
    quantile = float(stdtrit(checked.df_within_effective, (1 + conf_level) / 2))
    return estimate - quantile * std_error, estimate + quantile * std_error
