"""The movement simulator: who is tied to whom, and what answers stand for.

The network and the thresholds come from the package; the page runs the model itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from diagnose.language import Language

N_TEAMS, TEAM_SIZE, SPAN = 20, 10, 6
PEERS = 0.6
"""What the answers about colleagues come to, from 0 to 1: twice this, times the share
who are seen to take part, is added to a person's own drive."""

ANSWERS: dict[str, tuple[float, ...]] = {
    "wary": (0.25, 0.35, 0.25, 0.12, 0.03),
    "mixed": (0.05, 0.15, 0.30, 0.35, 0.15),
    "keen": (0.02, 0.05, 0.18, 0.40, 0.35),
}
"""Made-up shares of the five answers about taking part, lowest first. The middle one
is that of the explorer `diagnose.explore_movement`."""

MOVEMENT_AT = 0.25
N_RUNS = 50


def data(language: Language, *, seed: int = 1) -> dict[str, Any]:
    """Return the network of an organisation of 200 people, and what answers mean.

    Parameters
    ----------
    language : {"en", "nl"}
        Not used here; the words are added by `diagnose.handbook.live`.
    seed : int
        Same seed, same network.

    Returns
    -------
    dict
        ``teams`` (of each person), ``ties`` (pairs of people), ``answers``, ``limits``
        (lowest and highest threshold of each answer), ``movement_at`` and ``n_runs``.
    """
    from diagnose.statistics.movement import organisation_network

    network = organisation_network([TEAM_SIZE] * N_TEAMS, managers=SPAN, seed=seed)
    return {
        "teams": network.teams.tolist(),
        "ties": network.ties().tolist(),
        "answers": {name: list(shares) for name, shares in ANSWERS.items()},
        "limits": threshold_limits(len(ANSWERS["mixed"])),
        "movement_at": MOVEMENT_AT,
        "n_runs": N_RUNS,
        "seed": seed,
    }


def threshold_limits(n_options: int) -> list[tuple[float, float]]:
    """Return the ends of the thresholds that each answer stands for, lowest first.

    Own drive d lies evenly in the part of 0 to 1 that belongs to the answer, and a
    person joins when ``d + 2 p s >= 1``, so at the share ``s = (1 - d) / 2 p``.
    """
    ends = np.linspace(0.0, 1.0, n_options + 1)
    most, least = (1 - ends[:-1]) / (2 * PEERS), (1 - ends[1:]) / (2 * PEERS)
    return [(float(low), float(high)) for low, high in zip(least, most, strict=True)]
