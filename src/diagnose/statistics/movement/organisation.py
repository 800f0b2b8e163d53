"""Networks of an organisation whose team sizes are known and whose ties are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from diagnose._options import (
    check_at_least,
    check_option,
    check_whole_number,
    require,
)
from diagnose.statistics.movement.conditions import check_share
from diagnose.statistics.movement.networks import (
    IntArray,
    Network,
    from_pairs,
    team_codes,
)

Shape = Literal["teams", "small_world", "random", "scale_free", "complete"]
_MOST_TIES = 200_000_000  # each takes 16 bytes, and as much again while it is made
LARGEST_COMPLETE = 3_000  # 9 million ties, each twice: 72 MB


def organisation_network(
    team_sizes: Sequence[int] | IntArray,
    *,
    shape: Shape = "teams",
    density_within: float = 0.8,
    bridges_per_person: float = 1.0,
    managers: int = 0,
    mean_degree: float | None = None,
    rewiring: float = 0.1,
    seed: int = 1,
) -> Network:
    """Network of ties in an organisation, drawn from a few assumptions.

    The shape ``"teams"`` is the one to believe when nothing but the team sizes is
    known. The others have the same mean degree unless `mean_degree` says otherwise,
    so that a difference between shapes is not one of the number of ties.

    Parameters
    ----------
    team_sizes : sequence of int, shape (n_teams,)
        People in each team, at least 1. People are numbered team by team.
    shape : {"teams", "small_world", "random", "scale_free", "complete"}
        ``"teams"``: ties within teams, bridges between them, and managers.
        ``"small_world"``: Watts–Strogatz, people on a ring in the order of their
        teams. ``"random"``: every pair alike. ``"scale_free"``: Barabási–Albert, a few
        people with very many ties. ``"complete"``: everyone tied to everyone, at most
        3,000 people (more: let people look at the whole organisation, `peer_weight` 0).
    density_within : float
        Chance that two people of one team are tied, from 0 to 1.
    bridges_per_person : float
        Mean number of ties that a person has to people of other teams, at least 0.
    managers : int
        0: none. Else the first person of each team leads it, is tied to all of it, and
        reports to one other manager, who has at most so many of them.
    mean_degree : float, optional
        Mean number of ties of a person, for the shapes other than ``"teams"`` and
        ``"complete"``; ``"small_world"`` and ``"scale_free"`` take the nearest even
        number of at least 2.
    rewiring : float
        Share of the ties of ``"small_world"`` that lead to a random other person, from
        0 (a ring of neighbours) to 1 (random).
    seed : int
        Same seed, same network.

    Raises
    ------
    InsufficientDataError
        No team.
    ValueError
        A share outside 0 to 1, more ties than people, bridges with one team only, or
        an unknown shape.

    References
    ----------
    Watts & Strogatz, 1998, Nature. Barabási & Albert, 1999, Science.
    """
    check_option("shape", shape, Shape)
    check_share("density_within", density_within)
    check_at_least("bridges_per_person", bridges_per_person, 0)
    check_whole_number("managers", managers, 0)
    check_share("rewiring", rewiring)
    check_whole_number("seed", seed, 0)
    teams = team_codes(team_sizes)
    rng = np.random.default_rng(seed)
    if shape == "complete":
        return _complete(teams)
    if shape == "teams" and mean_degree is not None:
        raise ValueError(
            "`mean_degree` follows from `density_within`, `bridges_per_person` and "
            "`managers` in the shape 'teams'; leave it out or choose another shape."
        )
    if mean_degree is None:
        between = _chance_between(teams, bridges_per_person)
        network = _teams(teams, density_within, between, managers, rng)
        if shape == "teams":
            return network
        mean_degree = float(network.degrees.mean())
    _check_degree(mean_degree, len(teams))
    if shape == "random":
        chance = mean_degree / max(len(teams) - 1, 1)
        first, second = _unrank(_chosen(_pairs(len(teams)), chance, rng))
        return from_pairs(first, second, teams, shape)
    return _generated(shape, teams, mean_degree, rewiring, rng)


def _teams(
    teams: IntArray,
    density: float,
    between: float,
    managers: int,
    rng: np.random.Generator,
) -> Network:
    sizes = np.bincount(teams)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    ends: IntArray = np.cumsum(_pairs_each(sizes))
    chosen = _chosen(int(ends[-1]), density, rng)
    team = np.searchsorted(ends, chosen, side="right")
    low, high = _unrank(chosen - (ends - _pairs_each(sizes))[team])
    pairs = [(low + starts[team], high + starts[team])]
    low, high = _unrank(_chosen(_pairs(len(teams)), between, rng))
    across = teams[low] != teams[high]
    pairs.append((low[across], high[across]))
    if managers:
        pairs.extend(_line(teams, starts, managers))
    first = np.concatenate([one for one, _ in pairs])
    second = np.concatenate([other for _, other in pairs])
    return from_pairs(first, second, teams, "teams")


def _line(
    teams: IntArray, starts: IntArray, span: int
) -> list[tuple[IntArray, IntArray]]:
    """Return the ties of managers: to their own team, and up to their own manager."""
    import networkx as nx

    people = np.arange(len(teams))
    led = people != starts[teams]
    tree = nx.full_rary_tree(span, len(starts))
    up = np.array(list(tree.edges()), dtype=np.int64).reshape(-1, 2)
    return [
        (starts[teams[led]], people[led]),
        (starts[up[:, 0]], starts[up[:, 1]]),
    ]


def _complete(teams: IntArray) -> Network:
    n_people = len(teams)
    if n_people > LARGEST_COMPLETE:
        raise ValueError(
            f"the shape 'complete' takes at most {LARGEST_COMPLETE} people; got "
            f"{n_people}. Let people look at the whole organisation instead: "
            f"`peer_weight` 0 in any network."
        )
    first, second = np.triu_indices(n_people, 1)
    return from_pairs(first, second, teams, "complete")


def _generated(
    shape: Shape,
    teams: IntArray,
    mean_degree: float,
    rewiring: float,
    rng: np.random.Generator,
) -> Network:
    """Return a network made by networkx."""
    import networkx as nx

    n_people = len(teams)
    half = max(1, round(mean_degree / 2))
    require(
        n_people > 2 * half,
        f"the shape {shape!r} with {2 * half} ties a person needs more than "
        f"{2 * half} people; got {n_people}.",
    )
    nx_seed = int(rng.integers(2**31))
    if shape == "small_world":
        graph = nx.watts_strogatz_graph(n_people, 2 * half, rewiring, seed=nx_seed)
        place = np.arange(n_people)
    else:
        graph = nx.barabasi_albert_graph(n_people, half, seed=nx_seed)
        place = rng.permutation(n_people)  # else the first teams held all the hubs
    edges = np.array(list(graph.edges()), dtype=np.int64).reshape(-1, 2)
    return from_pairs(place[edges[:, 0]], place[edges[:, 1]], teams, shape)


def _chance_between(teams: IntArray, bridges_per_person: float) -> float:
    """Return the chance of a tie between two people of different teams."""
    sizes = np.bincount(teams)
    n_pairs = _pairs(len(teams)) - int(_pairs_each(sizes).sum())
    wanted = bridges_per_person * len(teams) / 2
    if wanted > n_pairs:
        raise ValueError(
            f"`bridges_per_person` asks for {wanted:g} ties between teams; "
            f"{len(sizes)} team(s) of together {len(teams)} people allow {n_pairs}. "
            f"Ask for fewer, or 0 with one team."
        )
    return wanted / n_pairs if n_pairs else 0.0


def _check_degree(mean_degree: float, n_people: int) -> None:
    check_at_least("mean_degree", mean_degree, 0)
    if mean_degree > n_people - 1:
        raise ValueError(
            f"`mean_degree` must be at most {n_people - 1}, the other people; "
            f"got {mean_degree!r}."
        )


def _pairs(count: int) -> int:
    """Return the number of pairs among so many people."""
    return count * (count - 1) // 2


def _pairs_each(counts: IntArray) -> IntArray:
    """Return the number of pairs in each of some groups."""
    return counts * (counts - 1) // 2


def _chosen(n_pairs: int, chance: float, rng: np.random.Generator) -> IntArray:
    """Return the numbers of the pairs that are tied, each with the same chance.

    The gaps between them are geometric, so the cost is that of the ties and not that
    of all pairs (Batagelj & Brandes, 2005, Physical Review E).
    """
    if chance <= 0 or n_pairs == 0:
        return np.empty(0, dtype=np.int64)
    expected = n_pairs * min(chance, 1.0)
    if expected > _MOST_TIES:
        raise ValueError(
            f"the network would have some {expected:.3g} ties, and at most "
            f"{_MOST_TIES:.0g} fit in memory: make the teams smaller or the ties fewer."
        )
    gaps = rng.geometric(min(chance, 1.0), size=int(expected + 8 * expected**0.5 + 16))
    chosen = np.cumsum(np.minimum(gaps, n_pairs + 1)) - 1
    while chosen[-1] < n_pairs:  # eight standard errors: next to never
        more = np.minimum(rng.geometric(chance, size=64), n_pairs + 1)
        chosen = np.concatenate([chosen, chosen[-1] + np.cumsum(more)])
    found: IntArray = chosen[chosen < n_pairs]
    return found


def _unrank(pair: IntArray) -> tuple[IntArray, IntArray]:
    """Return the two people of each pair: 0 is (0, 1), 1 is (0, 2), 2 is (1, 2)."""
    high = np.floor((1 + np.sqrt(1 + 8 * pair.astype(np.float64))) / 2).astype(np.int64)
    high -= high * (high - 1) // 2 > pair  # the root may be off by one when rounded
    high += high * (high + 1) // 2 <= pair
    return pair - high * (high - 1) // 2, high
