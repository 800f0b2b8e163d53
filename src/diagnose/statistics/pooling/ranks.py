"""How sure the order of the teams is."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_proportion, check_whole_number
from diagnose.statistics.pooling.posterior import RatioPosterior, ratio_posterior
from diagnose.statistics.random_intercept import fit_random_intercept
from diagnose.statistics.team_sums import CheckedSummary, Summary, check_summary

SinglesArray = npt.NDArray[np.float32]
RanksArray = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankProbabilities:
    """Where each team may stand in the order of the teams.

    Attributes
    ----------
    method : str
        How the order was drawn.
    n_lowest : int
        Number of teams that "among the lowest" and "among the highest" mean.
    teams_equal : bool
        True when REML puts the variance between teams at 0.
    conf_level : float
        Coverage of the rank intervals, between 0 and 1.
    n_draws, seed : int
        Draws of the whole set of levels, and the seed they came from. A probability
        has a Monte-Carlo standard error of at most 0.5 / sqrt(n_draws).
    n_respondents, n_teams : int
        Size of the data analysed.
    notes : tuple of str
        What a reader must know about these numbers.
    """

    method: str
    n_lowest: int
    teams_equal: bool
    conf_level: float
    n_draws: int
    seed: int
    n_respondents: int
    n_teams: int
    notes: tuple[str, ...]
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team; rank 1 is the lowest level.

        Columns: team, n_respondents, mean, p_lowest and p_highest (probability to be
        among the n_lowest lowest, and highest), expected_rank, rank_low and rank_high.
        """
        return self._teams.copy()


def rank_probabilities(
    summary: Summary,
    *,
    lowest: float = 0.25,
    n_draws: int = 1000,
    seed: int = 1,
    conf_level: float = 0.95,
) -> RankProbabilities:
    """Say how likely each team is to be among the lowest, and where it may stand.

    The levels of all teams are drawn together, again and again, from what the data say
    about tau2 / sigma2, sigma2, mu and the levels (the distribution behind the
    interval of `shrunken_means`), and ranked each time. Where teams do not differ
    every team has about the same chance.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 4), or CheckedSummary
        Columns team, n_respondents, mean, variance, as made by `team_summary`.
    lowest : int or float
        How many teams are "the lowest": a whole number from 1 to n_teams - 1, or a
        share between 0 and 1, of which the nearest number of teams is taken.
    n_draws : int
        Number of draws, at least 100.
    seed : int
        Seed of the draws: the same call gives the same numbers.
    conf_level : float
        Coverage of the rank intervals, between 0 and 1.

    Returns
    -------
    RankProbabilities

    Raises
    ------
    ValueError
        A wrong option, a column or a number is missing, or a team occurs twice.
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, no variance within teams, or no more
        than 3 respondents.

    References
    ----------
    Goldstein, H., & Spiegelhalter, D. J. (1996). League tables and their limitations.
    Journal of the Royal Statistical Society, Series A, 159.
    Laird, N. M., & Louis, T. A. (1989). Empirical Bayes ranking methods. Journal of
    Educational Statistics, 14.
    """
    check_whole_number("n_draws", n_draws, 100)
    check_whole_number("seed", seed, 0)
    check_proportion("conf_level", conf_level)
    checked = check_summary(summary)
    n_lowest = _number_of_lowest(lowest, checked.n_teams)
    drawn = _draw_levels(ratio_posterior(checked), checked, n_draws=n_draws, seed=seed)
    teams_equal = fit_random_intercept(checked).tau2 == 0
    note = (
        "the variance between teams is estimated at 0: the order of the teams is "
        "hardly more than chance"
    )
    return RankProbabilities(
        method="draws of all levels together",
        n_lowest=n_lowest,
        teams_equal=teams_equal,
        conf_level=conf_level,
        n_draws=n_draws,
        seed=seed,
        n_respondents=checked.n_respondents,
        n_teams=checked.n_teams,
        notes=(note,) if teams_equal else (),
        _teams=_rank_frame(
            checked, _ranks(drawn), n_lowest=n_lowest, conf_level=conf_level
        ),
    )


def _number_of_lowest(lowest: float, n_teams: int) -> int:
    number = 0
    if isinstance(lowest, Integral) and not isinstance(lowest, bool):
        number = int(lowest)
    elif isinstance(lowest, Real) and 0 < lowest < 1:
        number = min(max(round(float(lowest) * n_teams), 1), n_teams - 1)
    if not 1 <= number <= n_teams - 1:
        raise ValueError(
            f"`lowest` must be a whole number from 1 to {n_teams - 1} (one less than "
            f"the teams) or a share between 0 and 1; got {lowest!r}."
        )
    return number


def _draw_levels(
    posterior: RatioPosterior, checked: CheckedSummary, *, n_draws: int, seed: int
) -> SinglesArray:
    """Return levels, shape (n_draws, n_teams), up to what does not change their order.

    The points of the posterior are drawn in proportion (systematically), which leaves
    less to chance. Single precision is ample for an order, and sorts faster.
    """
    rng = np.random.default_rng(seed)
    steps = (np.arange(n_draws) + rng.random()) / n_draws
    ends = posterior.shares.cumsum()
    part = np.minimum(np.searchsorted(ends, steps), len(ends) - 1)
    sigma2 = (
        posterior.variance[part] * posterior.df / rng.chisquare(posterior.df, n_draws)
    )
    mu = posterior.mu[part]
    mu = mu + rng.standard_normal(n_draws) * np.sqrt(sigma2 / posterior.precision[part])
    ratio = posterior.ratios[part]
    sigma = np.sqrt(sigma2 * ratio).astype(np.float32)[:, None]
    # around one origin for all teams: single precision then has digits to spare
    origin = checked.means.mean()
    means = (checked.means - origin).astype(np.float32)
    centre = (mu - origin).astype(np.float32)[:, None]
    sizes = checked.sizes.astype(np.float32)
    inflation = ratio.astype(np.float32)[:, None] * sizes
    rest = 1 / (1 + inflation)  # 1 - reliability
    drawn = rng.standard_normal((n_draws, checked.n_teams), dtype=np.float32)
    drawn = drawn[:, _places(checked)]
    drawn *= sigma * np.sqrt(rest)
    drawn += rest * (centre + inflation * means)
    return drawn


def _places(checked: CheckedSummary) -> RanksArray:
    """Return the place of each team by mean and size: its luck goes with that.

    So neither the order of the rows nor the names of the teams change any number.
    """
    order = np.lexsort((checked.sizes, checked.means))
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def _ranks(drawn: SinglesArray) -> RanksArray:
    """Return the rank of each team in each draw, shape (n_teams, n_draws), from 1."""
    n_draws, n_teams = drawn.shape
    order = np.argsort(drawn, axis=1)
    ranks = np.empty((n_draws, n_teams), dtype=np.int32)
    places = np.arange(1, n_teams + 1, dtype=np.int32)
    np.put_along_axis(ranks, order, places[None, :], axis=1)
    return np.ascontiguousarray(ranks.T)


def _rank_frame(
    checked: CheckedSummary, ranks: RanksArray, *, n_lowest: int, conf_level: float
) -> pd.DataFrame:
    n_draws = ranks.shape[1]
    tail = (1 - conf_level) / 2
    low = int(np.floor(tail * n_draws))
    high = n_draws - 1 - low
    expected = ranks.mean(axis=1)
    p_lowest = (ranks <= n_lowest).mean(axis=1)
    p_highest = (ranks > checked.n_teams - n_lowest).mean(axis=1)
    ranks.sort(axis=1)
    frame = pd.DataFrame(
        {
            "team": pd.Series(checked.team, dtype=object),
            "n_respondents": checked.counts.astype(int),
            "mean": checked.means,
            "p_lowest": p_lowest,
            "p_highest": p_highest,
            "expected_rank": expected,
            "rank_low": ranks[:, low],
            "rank_high": ranks[:, high],
        }
    )
    return _shared_by_equals(frame, checked)


def _shared_by_equals(frame: pd.DataFrame, checked: CheckedSummary) -> pd.DataFrame:
    """Give teams of one mean and one size the same numbers."""
    equal = pd.MultiIndex.from_arrays([checked.means, checked.sizes])
    if equal.is_unique:
        return frame
    groups = frame.groupby(equal.factorize()[0], sort=False)
    averaged = groups[["p_lowest", "p_highest", "expected_rank"]].transform("mean")
    return frame.assign(
        p_lowest=averaged["p_lowest"],
        p_highest=averaged["p_highest"],
        expected_rank=averaged["expected_rank"],
        rank_low=groups["rank_low"].transform("min"),
        rank_high=groups["rank_high"].transform("max"),
    )
