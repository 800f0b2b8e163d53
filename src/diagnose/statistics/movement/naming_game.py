"""A committed minority against a convention, and how many it takes to tip it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_list, check_proportion, check_whole_number
from diagnose.statistics.movement.conditions import check_share
from diagnose.statistics.movement.luck import FloatArray
from diagnose.statistics.movement.proportion import wilson_interval

SHARES = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NamingGame:
    """How often a committed minority overturned a convention.

    Attributes
    ----------
    method : str
        ``"naming game, best response to the last plays"``.
    tipping_share : float
        Smallest of the tried shares with which at least half of the runs tipped;
        infinite when none did.
    n_people, memory, n_rounds, n_runs : int
        People, plays that each remembers, rounds of random pairs, runs a row.
    conf_level : float
        Coverage of the intervals.
    seed : int
        Of all chance.
    notes : tuple of str
        What a reader must know.
    """

    method: str
    tipping_share: float
    n_people: int
    memory: int
    n_rounds: int
    n_runs: int
    conf_level: float
    seed: int
    notes: tuple[str, ...]
    _rows: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a committed share.

        `committed_share`, `n_committed`, `estimate` (share of runs in which most of
        the others ended with the new convention), `conf_low`, `conf_high`,
        `conf_level`, `mean_share_new` (of the others, at the end), `n_runs`, `method`.
        """
        return self._rows.copy()


def naming_game_tipping(
    committed_shares: Sequence[float] = SHARES,
    *,
    n_people: int = 24,
    memory: int = 12,
    n_rounds: int = 100,
    n_runs: int = 1000,
    conf_level: float = 0.95,
    seed: int = 1,
) -> NamingGame:
    """Chance that a committed minority overturns an established convention.

    The setting of Centola and others (2018): people meet in random pairs and each says
    a name; who says the same has coordinated. Everyone remembers the last `memory`
    names heard and says the one heard more often, either one at a tie. At the start
    all remember the established name only. The committed always say the new one. It
    is about conventions, where people only want to agree; not about change that costs
    something, for which see `spread`.

    Parameters
    ----------
    committed_shares : sequence of float
        Shares of all people who are committed, from 0 to 1; rounded to whole people.
    n_people : int
        At least 2; 20 to 30 in the experiment. With an odd number one person sits out
        each round.
    memory : int
        Names remembered; 12 is what the authors estimated.
    n_rounds : int
        Rounds; in each round every person meets one other.
    n_runs : int
        Runs a share.
    conf_level : float
        Coverage of the Wilson intervals.
    seed : int
        Same seed, same runs.

    Raises
    ------
    ValueError
        Shares outside 0 to 1 or none at all, no one left to convince, or a number out
        of range.

    References
    ----------
    Centola, Becker, Brackbill & Baronchelli, 2018, Science,
    doi:10.1126/science.aas8827.
    """
    for name, value, least in (
        ("n_people", n_people, 2),
        ("memory", memory, 1),
        ("n_rounds", n_rounds, 1),
        ("n_runs", n_runs, 1),
        ("seed", seed, 0),
    ):
        check_whole_number(name, value, least)
    check_proportion("conf_level", conf_level)
    counts = _committed(committed_shares, n_people)
    rows = []
    for n_committed in counts:
        rng = np.random.default_rng([seed, n_committed])
        new = _play(n_committed, n_people, memory, n_rounds, n_runs, rng)
        n_tipped = int((new > 0.5).sum())
        low, high = wilson_interval(n_tipped, n_runs, conf_level)
        rows.append(
            {
                "committed_share": n_committed / n_people,
                "n_committed": n_committed,
                "estimate": n_tipped / n_runs,
                "conf_low": float(low),
                "conf_high": float(high),
                "conf_level": conf_level,
                "mean_share_new": float(new.mean()),
                "n_runs": n_runs,
                "method": "naming game, best response to the last plays",
            }
        )
    frame = pd.DataFrame(rows)
    tipped = frame.loc[frame["estimate"] >= 0.5, "committed_share"]
    return NamingGame(
        method="naming game, best response to the last plays",
        tipping_share=float(tipped.min()) if len(tipped) else np.inf,
        n_people=n_people,
        memory=memory,
        n_rounds=n_rounds,
        n_runs=n_runs,
        conf_level=conf_level,
        seed=seed,
        notes=(
            "about conventions, where people only want to agree; the tipping share "
            "depends on memory, on the number of rounds and on the size of the group",
        ),
        _rows=frame,
    )


def _play(
    n_committed: int,
    n_people: int,
    memory: int,
    n_rounds: int,
    n_runs: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Return the share of the others who prefer the new name at the end of each run."""
    heard = np.zeros((memory, n_runs, n_people), dtype=np.bool_)
    newer = np.zeros((n_runs, n_people), dtype=np.int64)  # new names in the memory
    next_slot = np.zeros((n_runs, n_people), dtype=np.int64)
    runs = np.arange(n_runs)[:, None]
    half = n_people // 2
    for _ in range(n_rounds):
        says = 2 * newer > memory
        says |= (2 * newer == memory) & (rng.random(newer.shape) < 0.5)
        says[:, :n_committed] = True
        order = np.argsort(rng.random((n_runs, n_people)), axis=1)
        one, other = order[:, :half], order[:, half : 2 * half]
        for listener, speaker in ((one, other), (other, one)):
            slot = next_slot[runs, listener]
            name = says[runs, speaker]
            newer[runs, listener] += name
            newer[runs, listener] -= heard[slot, runs, listener]
            heard[slot, runs, listener] = name
            next_slot[runs, listener] = (slot + 1) % memory
    new: FloatArray = (2 * newer[:, n_committed:] > memory).mean(axis=1)
    return new


def _committed(shares: Sequence[float], n_people: int) -> list[int]:
    shares = check_list("committed_shares", shares)
    for share in shares:
        check_share("committed_shares", share)
    counts = sorted({round(share * n_people) for share in shares})
    if counts[-1] >= n_people:
        raise ValueError(
            f"`committed_shares` must leave at least 1 of the {n_people} people to "
            f"convince; got {max(shares)}."
        )
    return counts
