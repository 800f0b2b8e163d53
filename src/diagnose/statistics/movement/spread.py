"""A start by a few people, and how far it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, check_whole_number
from diagnose.statistics.movement.cascade import (
    BoolArray,
    Outcome,
    draw_block,
    run_block,
    runs_in_a_block,
)
from diagnose.statistics.movement.conditions import Conditions
from diagnose.statistics.movement.distributions import Thresholds
from diagnose.statistics.movement.luck import FloatArray, IntArray, Luck
from diagnose.statistics.movement.measures import coherence_notes
from diagnose.statistics.movement.networks import Network
from diagnose.statistics.movement.pioneers import (
    Placement,
    check_pioneers,
    count_pioneers,
)
from diagnose.statistics.movement.thresholds import given_thresholds

MAX_STEPS = 1_000
BAND = (0.05, 0.95)  # of the runs, in a curve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """What became of a start, in each run.

    Attributes
    ----------
    method : str
        Kind of thresholds and of network, ``"threshold cascade: normal on teams"``.
    placement : str
        How pioneers were placed; ``"given"`` when they were named.
    conditions : Conditions
        What surrounded the start.
    n_people, n_teams, n_networks, n_pioneers, n_runs : int
        Sizes.
    adopters : numpy.ndarray of int, shape (n_runs, n_steps + 1)
        People taking part at the start and after each step; a run that settled early
        keeps its last number.
    followers : numpy.ndarray of int, shape (n_runs,)
        People taking part at the end who were no pioneer.
    settled : numpy.ndarray of bool, shape (n_runs,)
        Whether nothing could change any more when the run was ended.
    team_shares : numpy.ndarray of float, shape (n_teams,)
        Share of each team that takes part at the end, mean over runs.
    seed : int
        Of all chance.
    notes : tuple of str
        What a reader must know.
    """

    method: str
    placement: str
    conditions: Conditions
    n_people: int
    n_teams: int
    n_networks: int
    n_pioneers: int
    n_runs: int
    adopters: IntArray
    followers: IntArray
    settled: BoolArray
    team_shares: FloatArray
    seed: int
    notes: tuple[str, ...]

    @property
    def final_shares(self) -> FloatArray:
        """Share of all people, pioneers included, that takes part at the end."""
        return self.adopters[:, -1] / self.n_people

    @property
    def follower_shares(self) -> FloatArray:
        """Share of those who were no pioneer that takes part; 0 when all were."""
        shares: FloatArray = self.followers / max(self.n_people - self.n_pioneers, 1)
        return shares

    @property
    def steps_to_half(self) -> FloatArray:
        """Steps until half of all people take part; infinite where they never do."""
        reached = 2 * self.adopters >= self.n_people
        return np.where(reached.any(axis=1), reached.argmax(axis=1), np.inf)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a run."""
        return pd.DataFrame(
            {
                "run": np.arange(1, self.n_runs + 1),
                "n_pioneers": self.n_pioneers,
                "n_adopters": self.adopters[:, -1],
                "n_followers": self.followers,
                "final_share": self.final_shares,
                "follower_share": self.follower_shares,
                "steps_to_half": self.steps_to_half,
                "settled": self.settled,
            }
        )

    def curve(self) -> pd.DataFrame:
        """Return one row a step: median share taking part, and where 90 % of runs lie.

        The band is the spread of runs, not an interval of an estimate.
        """
        shares = self.adopters / self.n_people
        low, middle, high = np.quantile(shares, [BAND[0], 0.5, BAND[1]], axis=0)
        return pd.DataFrame(
            {
                "step": np.arange(shares.shape[1]),
                "median_share": middle,
                "mean_share": shares.mean(axis=0),
                "runs_low": low,
                "runs_high": high,
            }
        )


def spread(
    network: Network | Sequence[Network],
    thresholds: Thresholds | npt.ArrayLike,
    *,
    pioneers: float | Sequence[int] | IntArray,
    placement: Placement = "random",
    conditions: Conditions | None = None,
    n_runs: int = 1,
    max_steps: int = MAX_STEPS,
    seed: int = 1,
) -> Spread:
    """Let a start spread until nothing changes.

    At every step all people look at who takes part and join or give up together. When
    nobody gives up (`obstacles` 0) the end does not depend on the order in which
    people act, only the number of steps does: whoever is persuaded stays so.

    Parameters
    ----------
    network : Network or sequence of Network
        Who sees whom. Of several networks, drawn with different seeds for the same
        teams, each gets an equal part of the runs, so that the runs also show what is
        not known about the ties.
    thresholds : Thresholds or array of float, shape (n_people,)
        How much example people need; distributions are drawn anew for each run.
    pioneers : int, float or sequence of int
        Number of people who start (an int), or their share of all (a float; a share
        above 0 is at least one person), or the people themselves, numbered from 0,
        the same in all runs; then `placement` does not count.
    placement : {"random", "clustered", "spread", "bridges", "willing"}
        Who they are: anyone; whole teams one after the other; one of each team, then a
        second of each; those with most ties to other teams; those with the lowest
        thresholds.
    conditions : Conditions, optional
        What surrounds them; by default everything is seen and nothing is in the way.
    n_runs : int
        Runs, each with its own pioneers, thresholds and luck.
    max_steps : int
        A run is ended after so many steps, and then says that it had not settled.
    seed : int
        Same seed, same runs. Two settings with one seed meet the same people and luck,
        so that their runs can be compared one by one.

    Returns
    -------
    Spread

    Raises
    ------
    ValueError
        More pioneers than people, thresholds for another number of people or teams,
        thresholds that are numbers of people while the whole organisation is looked
        at, or an option out of range.

    References
    ----------
    Granovetter, 1978, American Journal of Sociology. Watts, 2002, Proceedings of the
    National Academy of Sciences. Centola & Macy, 2007, American Journal of Sociology.
    """
    conditions = Conditions() if conditions is None else conditions
    networks = check_networks(network, n_runs)
    own = check_run(networks[0], thresholds, placement, conditions, n_runs, seed)
    people, n_teams = networks[0].n_people, networks[0].n_teams
    check_whole_number("max_steps", max_steps, 1)
    start: Placement | IntArray = placement
    if isinstance(pioneers, (Sequence, np.ndarray)) and not isinstance(pioneers, str):
        start = check_pioneers(pioneers, people)
        n_pioneers = len(start)
    else:
        n_pioneers = count_pioneers(pioneers, people)
    outcomes = []
    team_totals = np.zeros(n_teams)
    for one, luck in deal_runs(networks, n_runs, seed):
        block = draw_block(one, own, conditions, start, luck)
        outcome = run_block(block, np.full(luck.n_runs, n_pioneers), max_steps)
        team_totals += np.bincount(one.teams, outcome.active.sum(axis=0), n_teams)
        outcomes.append(replace(outcome, active=outcome.active[:0]))  # free its memory
    settled = np.concatenate([outcome.settled for outcome in outcomes])
    return Spread(
        method=f"threshold cascade: {own.method} on {networks[0].method}",
        placement=start if isinstance(start, str) else "given",
        conditions=conditions,
        n_people=people,
        n_teams=n_teams,
        n_networks=len(networks),
        n_pioneers=n_pioneers,
        n_runs=n_runs,
        adopters=_padded(outcomes),
        followers=np.concatenate([outcome.followers for outcome in outcomes]),
        settled=settled,
        team_shares=team_totals / networks[0].team_sizes / n_runs,
        seed=seed,
        notes=coherence_notes(networks) + unsettled_notes(settled, max_steps),
    )


def check_run(
    network: Network,
    thresholds: Thresholds | npt.ArrayLike,
    placement: Placement,
    conditions: Conditions,
    n_runs: int,
    seed: int,
) -> Thresholds:
    """Refuse what cannot be run; return the thresholds as a distribution."""
    check_option("placement", placement, Placement)
    check_whole_number("n_runs", n_runs, 1)
    check_whole_number("seed", seed, 0)
    own: Thresholds
    if isinstance(thresholds, Thresholds):
        own = thresholds
    else:
        own = given_thresholds(thresholds)
    own.check_people(network.n_people, network.n_teams)
    if own.counts and conditions.peer_weight < 1:
        raise ValueError(
            f"`count_threshold` counts people one is tied to; with `peer_weight` "
            f"{conditions.peer_weight} the whole organisation is looked at too. "
            f"Use `peer_weight` 1, or `fixed_threshold`."
        )
    return own


def check_networks(
    network: Network | Sequence[Network], n_runs: int
) -> tuple[Network, ...]:
    """Return the networks, refusing those of different people."""
    if isinstance(network, Network):
        networks: tuple[Network, ...] = (network,)
    else:
        networks = tuple(network) if isinstance(network, Iterable) else ()
    if not networks or not all(isinstance(one, Network) for one in networks):
        raise ValueError("`network` must be a Network, or at least 1 of them.")
    teams = networks[0].teams
    if not all(np.array_equal(one.teams, teams) for one in networks[1:]):
        raise ValueError(
            "several networks must have the same people in the same teams."
        )
    check_whole_number("n_runs", n_runs, 1)
    if n_runs < len(networks):
        raise ValueError(
            f"`n_runs` must be at least {len(networks)}, one a network; got {n_runs}."
        )
    return networks


def deal_runs(
    networks: Sequence[Network], n_runs: int, seed: int
) -> list[tuple[Network, Luck]]:
    """Deal the runs to the networks, in blocks that are held at once."""
    size = runs_in_a_block(networks[0].n_people)
    dealt: list[tuple[Network, Luck]] = []
    for place, network in enumerate(networks):
        part = n_runs // len(networks) + (place < n_runs % len(networks))
        for done in range(0, part, size):
            n_now = min(size, part - done)
            dealt.append((network, Luck(seed=seed, block=len(dealt), n_runs=n_now)))
    return dealt


def unsettled_notes(settled: BoolArray, max_steps: int) -> tuple[str, ...]:
    """Return a note when runs were ended before they settled."""
    n_open = int((~settled).sum())
    if not n_open:
        return ()
    return (
        f"{n_open} of {len(settled)} runs had not settled after {max_steps} steps; "
        f"their final share may still have changed",
    )


def _padded(outcomes: list[Outcome]) -> IntArray:
    n_steps = max(outcome.adopters.shape[1] for outcome in outcomes)
    return np.concatenate(
        [
            np.pad(one.adopters, ((0, 0), (0, n_steps - one.adopters.shape[1])), "edge")
            for one in outcomes
        ]
    )
