"""Whether a unit gives enough answers, and how precise they are."""

from __future__ import annotations

from math import sqrt

from diagnose._options import (
    check_positive,
    check_proportion,
    check_whole_number,
    is_number,
)
from diagnose.statistics.planning.noncentral import t_quantile


def chance_of_enough(n_members: int, response: float, n_needed: int) -> float:
    """Return the probability that at least `n_needed` of the members answer.

    Binomial: members answer independently, with one probability. Where colleagues
    follow each other, small units are less certain than this.

    Parameters
    ----------
    n_members : int
        Members of the unit, 0 or more.
    response : float
        Chance that a member answers, above 0 and at most 1.
    n_needed : int
        Answers needed, at least 1.
    """
    from scipy.special import bdtrc

    check_whole_number("n_members", n_members, 0)
    check_whole_number("n_needed", n_needed, 1)
    if not is_number(response) or not 0 < response <= 1:
        raise ValueError(f"`response` must be above 0 and at most 1; got {response!r}.")
    if n_members < n_needed:
        return 0.0
    return (
        float(bdtrc(n_needed - 1, n_members, float(response))) if response < 1 else 1.0
    )


def margin_of_answers(n_respondents: int, sd: float, conf_level: float = 0.95) -> float:
    """Return half the width of the t interval of a mean of so many answers.

    Parameters
    ----------
    n_respondents : int
        Answers, at least 2.
    sd : float
        Standard deviation expected among them, above 0.
    conf_level : float
        Coverage of the interval.
    """
    check_whole_number("n_respondents", n_respondents, 2)
    check_positive("sd", sd)
    check_proportion("conf_level", conf_level)
    return t_quantile(n_respondents - 1, conf_level) * sd / sqrt(n_respondents)
