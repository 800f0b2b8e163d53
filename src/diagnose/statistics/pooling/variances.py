"""Which within-team variance each team is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from diagnose._options import check_option, require
from diagnose.statistics.team_sums import CheckedSummary, FloatArray

VarianceChoice = Literal["pooled", "cautious", "moderated", "separate"]
FEWEST_VARIANCES = 3
"""Below so many variances their spread says nothing: they count as one variance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamVariances:
    """A variance for each team, and how well it is known.

    Attributes
    ----------
    variance, df : numpy.ndarray, shape (n_teams,)
        Within-team variance, and its degrees of freedom.
    one_for_all : bool
        True when it is one estimate, the same for every team.
    """

    variance: FloatArray
    df: FloatArray
    one_for_all: bool


def team_variances(checked: CheckedSummary, choice: VarianceChoice) -> TeamVariances:
    """Return the variance of each team by `choice`, or refuse."""
    check_option("variances", choice, VarianceChoice)
    if choice == "pooled":
        return _pooled(checked)
    if choice == "separate":
        return _separate(checked)
    moderated = _moderated(checked)
    if choice == "moderated" or moderated.one_for_all:
        return moderated
    return TeamVariances(
        variance=np.maximum(moderated.variance, checked.mean_square_within),
        df=moderated.df,
        one_for_all=False,
    )


def _pooled(checked: CheckedSummary) -> TeamVariances:
    return TeamVariances(
        variance=np.full(checked.n_teams, checked.mean_square_within),
        df=np.full(checked.n_teams, checked.df_within_effective),
        one_for_all=True,
    )


def _separate(checked: CheckedSummary) -> TeamVariances:
    usable = (checked.counts > 1) & (checked.within_squares > 0)
    unusable = [
        str(team) for team, fine in zip(checked.team, usable, strict=True) if not fine
    ]
    require(
        not unusable,
        "separate variances need 2 respondents and some variance in every team; not "
        f'so in {", ".join(unusable)}. Use variances="cautious" or "pooled".',
    )
    df = checked.sizes - 1
    return TeamVariances(variance=checked.within_squares / df, df=df, one_for_all=False)


def _moderated(checked: CheckedSummary) -> TeamVariances:
    """Return variances that share a scaled inverse chi-squared distribution.

    Its parameters come from the mean and the variance of the log variances (Smyth
    2004). Where these vary no more than by chance, one variance does for all. A team
    without variance does not take part in that, as its logarithm does not exist.
    """
    from scipy.special import digamma, polygamma

    half = (checked.sizes - 1) / 2
    usable = (checked.counts > 1) & (checked.within_squares > 0)
    if usable.sum() < FEWEST_VARIANCES:
        return _pooled(checked)
    own = half[usable]
    logs = np.log(checked.within_squares[usable] / (2 * own))
    logs += np.log(own) - digamma(own)
    spread = logs.var(ddof=1) - polygamma(1, own).mean()
    if spread <= 0:
        return _pooled(checked)
    prior = _inverse_trigamma(spread)  # half the degrees of freedom of the prior
    centre = np.exp(logs.mean() + digamma(prior) - np.log(prior))
    return TeamVariances(
        variance=(2 * prior * centre + checked.within_squares) / (2 * (prior + half)),
        df=2 * (prior + half),
        one_for_all=False,
    )


def _inverse_trigamma(value: float) -> float:
    """Return x with trigamma(x) = value, by Newton steps on 1 / trigamma.

    1 / trigamma is convex and nearly straight, so the steps cannot overshoot.
    """
    from scipy.special import polygamma

    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(polygamma(2, x))
        x += step
        if abs(step) < 1e-12 * x:
            break
    return x
