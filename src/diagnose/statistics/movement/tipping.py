"""The smallest start that is more likely than not to become a movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_proportion
from diagnose.statistics.movement.cascade import (
    Block,
    BoolArray,
    draw_block,
    run_block,
)
from diagnose.statistics.movement.chance import about_networks, is_movement
from diagnose.statistics.movement.conditions import Conditions
from diagnose.statistics.movement.distributions import Thresholds
from diagnose.statistics.movement.luck import FloatArray, IntArray
from diagnose.statistics.movement.networks import Network
from diagnose.statistics.movement.pioneers import Placement, count_pioneers
from diagnose.statistics.movement.proportion import median_ranks, wilson_interval
from diagnose.statistics.movement.spread import (
    MAX_STEPS,
    check_networks,
    check_run,
    deal_runs,
    spread,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TippingShare:
    """Share of pioneers at which half of the runs become a movement.

    Attributes
    ----------
    method : str
        Kind of thresholds and of network.
    estimate : float
        The share: the median over runs of the smallest start that becomes a movement.
        0 when most runs need no pioneers, infinite when most do not become a movement
        even with `largest_share`.
    conf_low, conf_high, conf_level : float
        Distribution-free interval of that median, and its least coverage (more when
        few people can be counted): the doubt that so many runs on the given networks
        leave. Infinite where the runs do not reach so far.
    n_pioneers : int or None
        The number of people that `estimate` stands for; None when it is infinite.
    chance, chance_low, chance_high : float
        Share of the runs that become a movement with `n_pioneers` (with
        `largest_share` when `estimate` is infinite), with Wilson's interval.
    largest_share : float
        Largest start that was tried.
    n_beyond : int
        Runs that did not become a movement even with that.
    resolution : int
        People; the smallest start of each run is known to so many.
    critical : numpy.ndarray of float, shape (n_runs,)
        Smallest number of pioneers of each run, infinite beyond `largest_share`. The
        share of runs at or below k is the chance of a movement with k pioneers.
    movement_at, n_people, n_teams, n_runs, seed
        As in `movement_chance`.
    notes : tuple of str
        What a reader must know.
    """

    method: str
    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    n_pioneers: int | None
    chance: float
    chance_low: float
    chance_high: float
    largest_share: float
    n_beyond: int
    resolution: int
    critical: FloatArray
    movement_at: float
    n_people: int
    n_teams: int
    n_runs: int
    seed: int
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row: every field but the runs themselves and the notes."""
        row = asdict(self)
        del row["critical"], row["notes"]
        return pd.DataFrame([row])


def tipping_share(  # noqa: PLR0913 - who starts, where, and how it is counted
    network: Network | Sequence[Network],
    thresholds: Thresholds | npt.ArrayLike,
    *,
    placement: Placement = "random",
    conditions: Conditions | None = None,
    movement_at: float = 0.5,
    largest_share: float = 0.5,
    n_runs: int = 200,
    conf_level: float = 0.95,
    seed: int = 1,
) -> TippingShare:
    """Smallest share of pioneers with which half of the runs become a movement.

    Each run halves its own bracket: the people, their thresholds and their luck stay,
    only the number of pioneers changes. That is exact as long as more pioneers do not
    do harm, which holds without obstacles but for the people who leave the ranks of
    the followers to be pioneers; `chance` shows what the found number really does.

    Parameters
    ----------
    network, thresholds, placement, conditions
        As in `spread`.
    movement_at, n_runs, conf_level, seed
        As in `movement_chance`.
    largest_share : float
        Largest share of pioneers to try, above 0 and below 1.

    Raises
    ------
    ValueError
        As `spread`.
    """
    for name, value in (
        ("movement_at", movement_at),
        ("largest_share", largest_share),
        ("conf_level", conf_level),
    ):
        check_proportion(name, value)
    conditions = Conditions() if conditions is None else conditions
    networks = check_networks(network, n_runs)
    people = networks[0].n_people
    own = check_run(networks[0], thresholds, placement, conditions, n_runs, seed)
    most = count_pioneers(float(largest_share), people)
    resolution = max(1, people // 1000)
    found = []
    for one, luck in deal_runs(networks, n_runs, seed):
        block = draw_block(one, own, conditions, placement, luck)
        found.append(_smallest(block, most, resolution, movement_at))
    critical = np.concatenate(found)
    median, low, high = _median(critical, conf_level)
    reached = bool(np.isfinite(median))
    result = spread(
        network,
        own,
        pioneers=int(median) if reached else most,
        placement=placement,
        conditions=conditions,
        n_runs=n_runs,
        seed=seed,
    )
    moved = is_movement(result.followers, result.n_pioneers, people, movement_at)
    chance_low, chance_high = wilson_interval(moved.sum(), n_runs, conf_level)
    return TippingShare(
        method=result.method,
        estimate=median / people,
        conf_low=low / people,
        conf_high=high / people,
        conf_level=conf_level,
        n_pioneers=int(median) if reached else None,
        chance=float(moved.mean()),
        chance_low=float(chance_low),
        chance_high=float(chance_high),
        largest_share=float(largest_share),
        n_beyond=int(np.isinf(critical).sum()),
        resolution=resolution,
        critical=critical,
        movement_at=movement_at,
        n_people=people,
        n_teams=result.n_teams,
        n_runs=n_runs,
        seed=seed,
        notes=(about_networks(result), *result.notes),
    )


def _smallest(
    block: Block, most: int, resolution: int, movement_at: float
) -> FloatArray:
    """Return the smallest number of pioneers of each run; infinite beyond `most`."""
    people = block.network.n_people

    def moves(counts: IntArray) -> BoolArray:
        outcome = run_block(block, counts, MAX_STEPS)
        return is_movement(outcome.followers, counts, people, movement_at)

    low = np.zeros(block.n_runs, dtype=np.int64)
    high = np.full(block.n_runs, most)
    unprompted, beyond = moves(low), ~moves(high)
    while (wide := (high - low > resolution) & ~unprompted & ~beyond).any():
        middle = (low + high) // 2
        enough = moves(middle)
        high = np.where(wide & enough, middle, high)
        low = np.where(wide & ~enough, middle, low)
    return np.where(unprompted, 0.0, np.where(beyond, np.inf, high))


def _median(critical: FloatArray, conf_level: float) -> tuple[float, float, float]:
    """Return the smallest number that is enough in half of the runs, and its ends."""
    ordered = np.sort(critical)
    n_runs = len(ordered)
    low, high = median_ranks(n_runs, conf_level)
    return (
        float(ordered[(n_runs - 1) // 2]),
        float(ordered[low]) if low >= 0 else 0.0,
        float(ordered[high]) if high < n_runs else np.inf,
    )
