"""The engine: many runs at once, and only what changed is passed on.

People of all runs of a block stand in one row of length n_runs * n_people, run after
run. A step costs as much as the ties of those who joined or gave up in the step before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from diagnose.statistics.movement.conditions import Conditions
from diagnose.statistics.movement.distributions import ROUNDING, Thresholds
from diagnose.statistics.movement.luck import (
    FloatArray,
    IntArray,
    KeyArray,
    Luck,
    tossed,
)
from diagnose.statistics.movement.networks import Network
from diagnose.statistics.movement.pioneers import Placement, pioneer_order

BoolArray = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int32]
Tally = npt.NDArray[Any]  # counts, or sums of shares
BLOCK_PEOPLE = 1_000_000  # runs times people held at once; fixes which runs share luck
CHUNK_TIES = 400_000  # ties passed on at once: what a processor's cache holds
OUT_OF_REACH = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Some runs before they start: the people, their thresholds, their luck.

    Attributes
    ----------
    network : Network
    conditions : Conditions
    thresholds : numpy.ndarray, shape (n_runs, n_people)
        Infinite for people without space.
    counts : bool
        Whether thresholds are numbers of people and not shares.
    order : numpy.ndarray of int, shape (n_runs, n_people)
        The first k are the pioneers.
    sight, staying : numpy.ndarray of 64-bit numbers, shape (n_runs,)
        Keys of the coins for visible ties and for giving up.
    """

    network: Network
    conditions: Conditions
    thresholds: FloatArray
    counts: bool
    order: IntArray
    sight: KeyArray
    staying: KeyArray

    @property
    def n_runs(self) -> int:
        """Number of runs."""
        return len(self.order)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What became of the runs of a block.

    Attributes
    ----------
    adopters : numpy.ndarray of int, shape (n_runs, n_steps + 1)
        People taking part at the start and after each step.
    followers : numpy.ndarray of int, shape (n_runs,)
        People taking part at the end who were no pioneer.
    settled : numpy.ndarray of bool, shape (n_runs,)
        Whether nothing could change any more.
    active : numpy.ndarray of bool, shape (n_runs, n_people)
        Who takes part at the end.
    """

    adopters: IntArray
    followers: IntArray
    settled: BoolArray
    active: BoolArray


def runs_in_a_block(n_people: int) -> int:
    """Return how many runs are held at once."""
    return max(1, BLOCK_PEOPLE // n_people)


def draw_block(
    network: Network,
    thresholds: Thresholds,
    conditions: Conditions,
    start: Placement | IntArray,
    luck: Luck,
) -> Block:
    """Return runs with everything drawn that is drawn before the start.

    `start` is a placement, or the people who are the pioneers of every run.
    """
    people = network.n_people
    needs_chance = thresholds.method not in ("fixed", "count", "given")
    uniforms = (
        luck.uniforms("thresholds", people)
        if needs_chance
        else np.broadcast_to(0.5, (luck.n_runs, people))
    )
    own = thresholds.at(uniforms, network.teams)
    order = pioneer_order(network, start, luck, own)
    if conditions.space < 1:
        room = luck.uniforms("space", people) < conditions.space
        own = np.where(room, own, np.inf)
    return Block(
        network=network,
        conditions=conditions,
        thresholds=own,
        counts=thresholds.counts,
        order=order,
        sight=luck.keys("sight"),
        staying=luck.keys("staying"),
    )


def run_block(block: Block, n_pioneers: IntArray, max_steps: int) -> Outcome:
    """Return what becomes of the runs, each with its own number of pioneers."""
    active = np.zeros(block.order.shape, dtype=np.bool_)
    first = np.arange(block.network.n_people) < n_pioneers[:, None]
    np.put_along_axis(active, block.order, first, axis=1)
    conditions = block.conditions
    alone = conditions.peer_weight == 1 and conditions.obstacles == 0
    run = _only_joining if alone else _joining_and_leaving
    totals, settled = run(block, active, max_steps)
    kept = np.take_along_axis(active, block.order, axis=1) & first
    return Outcome(
        adopters=np.column_stack(totals),
        followers=totals[-1] - kept.sum(axis=1),
        settled=settled,
        active=active,
    )


def _only_joining(
    block: Block, active: BoolArray, max_steps: int
) -> tuple[list[IntArray], BoolArray]:
    """Run when only ties count and no one gives up: whole numbers, no full scans."""
    people = block.network.n_people
    flat = active.ravel()
    missing = _ties_needed(block).ravel()  # how many more one wants to see
    missing[flat] = OUT_OF_REACH
    joined = np.flatnonzero(flat)
    totals = [active.sum(axis=1)]
    for moment in range(max_steps):
        touched = _pass_on(block, joined, missing, np.int32(-1))
        joined = _reached(missing, touched, everyone=moment == 0)
        if not joined.size:
            break
        flat[joined] = True
        missing[joined] = OUT_OF_REACH
        gained = np.bincount(joined // people, minlength=block.n_runs)
        totals.append(totals[-1] + gained)
    waiting = np.bincount(joined // people, minlength=block.n_runs)
    return totals, waiting == 0


def _ties_needed(block: Block) -> Counts:
    """Return the least number of ties seen to take part that makes a person join."""
    ties = np.maximum(block.network.degrees, 1)  # with none, one more than there is
    own = block.thresholds - ROUNDING
    needed = np.ceil(own if block.counts else own * ties)
    return np.clip(needed, 0, OUT_OF_REACH).astype(np.int32)


def _reached(missing: Counts, touched: list[IntArray], *, everyone: bool) -> IntArray:
    """Return who sees enough now, each once; look only where something changed.

    The first time `everyone` is looked at, for those who start unprompted; and when
    many were touched, because one scan is cheaper than a list.
    """
    n_touched = sum(map(len, touched))
    if everyone or n_touched > missing.size // 16:
        return np.flatnonzero(missing <= 0)
    ready = [some[missing[some] <= 0] for some in touched]
    return np.unique(np.concatenate(ready)) if ready else np.empty(0, dtype=np.int64)


def _pass_on(
    block: Block, changed: IntArray, tally: Tally, step: np.int32 | FloatArray
) -> list[IntArray]:
    """Add `step` at everyone who sees one of `changed`; return whom that touched.

    `step` is one number, or one for each person who sees.
    """
    network, visibility = block.network, block.conditions.visibility
    people = network.n_people
    touched = []
    for some in _chunks(network, changed):
        person = some % people
        n_ties = network.degrees[person]
        before = np.cumsum(n_ties) - n_ties
        tie = np.repeat(network.indptr[person] - before, n_ties)
        tie += np.arange(len(tie))
        target = np.repeat(some - person, n_ties)
        target += network.indices[tie]
        if visibility < 1:
            keys = np.repeat(block.sight[some // people], n_ties)
            target = target[tossed(keys, tie, visibility)]
        amount = step[target % people] if isinstance(step, np.ndarray) else step
        np.add.at(tally, target, amount)
        touched.append(target)
    return touched


def _chunks(network: Network, changed: IntArray) -> list[IntArray]:
    """Split people so that each part has about as many ties as a cache holds."""
    if not changed.size or network.n_ties == 0:
        return []
    mean_ties = 2 * network.n_ties / network.n_people
    length = max(1, int(CHUNK_TIES / mean_ties))
    return [changed[at : at + length] for at in range(0, len(changed), length)]


def _joining_and_leaving(
    block: Block, active: BoolArray, max_steps: int
) -> tuple[list[IntArray], BoolArray]:
    """Run when the whole organisation is looked at, or people may give up.

    `above` is by how much what people see of their ties exceeds their threshold; what
    they see of the whole organisation is the same for all of a run and added later.
    """
    people = block.network.n_people
    flat = active.ravel()
    above = (ROUNDING - block.thresholds).ravel()
    weight, afar = _weights(block)
    joined, at_risk = np.flatnonzero(flat), np.flatnonzero(flat)
    left = joined[:0]
    live = np.arange(block.n_runs)
    totals = [active.sum(axis=1)]
    for moment in range(max_steps):
        touched = _pass_on(block, joined, above, weight)
        touched += _pass_on(block, left, above, -weight)
        n_touched = sum(map(len, touched))
        if moment == 0 or afar > 0 or n_touched > above.size // 16:
            seen_afar = afar * totals[-1]
            joined, at_risk = _look_at_all(above, flat, live, people, seen_afar, afar)
        else:
            some = np.unique(np.concatenate([*touched, at_risk]))
            joined = some[~flat[some] & (above[some] >= 0)]
            at_risk = some[flat[some] & (above[some] < 0)]
        left = _give_up(block, at_risk, moment)
        flat[joined] = True
        flat[left] = False
        open_to_change = at_risk if block.conditions.obstacles > 0 else joined[:0]
        live = np.unique(np.concatenate([joined, open_to_change]) // people)
        if not live.size:
            break
        gained = np.bincount(joined // people, minlength=block.n_runs)
        lost = np.bincount(left // people, minlength=block.n_runs)
        totals.append(totals[-1] + gained - lost)
    settled = np.ones(block.n_runs, dtype=np.bool_)
    settled[live] = False
    return totals, settled


def _weights(block: Block) -> tuple[FloatArray, float]:
    """Return what one tie, and one person anywhere, adds to what someone sees."""
    conditions, network = block.conditions, block.network
    if block.counts:
        return np.ones(network.n_people), 0.0
    weight = conditions.peer_weight / np.maximum(network.degrees, 1)
    afar = (1 - conditions.peer_weight) * conditions.visibility_afar
    return weight, afar / network.n_people


def _look_at_all(
    above: FloatArray,
    flat: BoolArray,
    live: IntArray,
    people: int,
    seen_afar: FloatArray,
    afar: float,
) -> tuple[IntArray, IntArray]:
    """Return who joins, and who takes part below the own threshold, in live runs."""
    margin, now = above.reshape(-1, people), flat.reshape(-1, people)
    if len(live) < len(margin):
        margin, now = margin[live], now[live]
    wanted = -seen_afar[live][:, None]
    enough = margin >= wanted
    joined = np.flatnonzero(enough & ~now)
    # Whoever takes part sees one fewer in the whole organisation: not oneself.
    enough = margin >= wanted + afar
    at_risk = np.flatnonzero(now & ~enough)
    return _in_all(joined, live, people), _in_all(at_risk, live, people)


def _in_all(found: IntArray, live: IntArray, people: int) -> IntArray:
    """Return places in the row of all runs from places in the row of live runs."""
    place: IntArray = live[found // people] * people + found % people
    return place


def _give_up(block: Block, at_risk: IntArray, moment: int) -> IntArray:
    """Return those of `at_risk` who give up at this moment."""
    chance = block.conditions.obstacles
    if chance == 0 or not at_risk.size:
        return at_risk[:0]
    people = block.network.n_people
    keys = block.staying[at_risk // people]
    return at_risk[tossed(keys, at_risk % people + people * moment, chance)]
