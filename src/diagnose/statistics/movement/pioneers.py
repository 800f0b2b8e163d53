"""Who starts: the order in which people would be asked to be a pioneer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from diagnose.statistics.movement.luck import FloatArray, IntArray, Luck
from diagnose.statistics.movement.networks import Network

Placement = Literal["random", "clustered", "spread", "bridges", "willing"]


def pioneer_order(
    network: Network,
    placement: Placement | IntArray,
    luck: Luck,
    thresholds: FloatArray,
) -> IntArray:
    """Return the people of each run in the order in which they become pioneers.

    The first k are the pioneers when there are k: more pioneers are always the same
    ones and some others. Given people come first in every run.

    Returns
    -------
    numpy.ndarray of int, shape (n_runs, n_people)
    """
    if not isinstance(placement, str):
        others = np.setdiff1d(np.arange(network.n_people), placement)
        order = np.concatenate([placement, others])
        return np.broadcast_to(order, (luck.n_runs, network.n_people))
    chance = luck.uniforms("pioneers", network.n_people)
    if placement == "random":
        key = chance
    elif placement == "willing":
        return np.lexsort((chance, thresholds), axis=1)
    elif placement == "bridges":
        key = chance - network.bridges()
    else:
        by_team = luck.uniforms("teams", network.n_teams)
        if placement == "clustered":
            turn = np.argsort(np.argsort(by_team, axis=1), axis=1)
            key = turn[:, network.teams] + chance
        else:
            key = _turn_in_team(network, chance) + by_team[:, network.teams]
    return np.argsort(key, axis=1)


def count_pioneers(pioneers: object, n_people: int) -> int:
    """Return the number of pioneers that a number or a share stands for.

    Raises
    ------
    ValueError
        A negative number, more than there are people, or a share outside 0 to 1.
    """
    if isinstance(pioneers, bool):
        pass
    elif isinstance(pioneers, (int, np.integer)):
        if 0 <= pioneers <= n_people:
            return int(pioneers)
    elif isinstance(pioneers, (float, np.floating)) and 0 <= pioneers <= 1:
        count = round(float(pioneers) * n_people)
        return max(count, 1) if pioneers > 0 else 0
    raise ValueError(
        f"`pioneers` must be a whole number from 0 to {n_people}, the people there "
        f"are, or a share from 0.0 to 1.0; got {pioneers!r}."
    )


def check_pioneers(pioneers: Sequence[int] | IntArray, n_people: int) -> IntArray:
    """Return given pioneers as an array.

    Raises
    ------
    ValueError
        Someone who does not exist or is named twice.
    """
    people = np.asarray(pioneers)
    if people.size == 0:
        return np.empty(0, dtype=np.int64)
    whole = people.ndim == 1 and people.dtype.kind in "iu"
    if not whole or people.min() < 0 or people.max() >= n_people:
        raise ValueError(
            f"`pioneers` must name people from 0 to {n_people - 1}, or be a number or "
            f"share of them; got {pioneers!r}."
        )
    if len(np.unique(people)) < len(people):
        raise ValueError("`pioneers` must name each person once.")
    return people.astype(np.int64)


def _turn_in_team(network: Network, chance: FloatArray) -> IntArray:
    """Return the random place of each person within the own team, from 0."""
    order = np.argsort(network.teams + chance, axis=1)  # team by team, random within
    starts = np.concatenate([[0], np.cumsum(network.team_sizes)[:-1]])
    sorted_teams = np.sort(network.teams)
    places = np.arange(network.n_people) - starts[sorted_teams]
    turn = np.empty(order.shape, dtype=np.int64)
    np.put_along_axis(turn, order, np.broadcast_to(places, order.shape), axis=1)
    return turn
