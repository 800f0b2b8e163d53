"""Who sees whom: the ties of an organisation, as light arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from diagnose._options import check_whole_number, require

if TYPE_CHECKING:
    import networkx as nx

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """People, their teams, and the mutual ties between them.

    Attributes
    ----------
    method : str
        How the network was made, for example ``"teams"`` or ``"ties"``.
    indptr : numpy.ndarray of int, shape (n_people + 1,)
        Where the ties of each person begin and end in `indices`.
    indices : numpy.ndarray of int, shape (2 n_ties,)
        The people each person is tied to, ascending within a person. Each tie stands
        there twice, once for either end.
    teams : numpy.ndarray of int, shape (n_people,)
        Team of each person, 0, 1, 2, …
    n_people, n_teams, n_ties : int
        Sizes.
    """

    method: str
    indptr: IntArray
    indices: IntArray
    teams: IntArray
    n_people: int
    n_teams: int
    n_ties: int

    @property
    def degrees(self) -> IntArray:
        """Number of ties of each person."""
        return np.diff(self.indptr)

    @property
    def team_sizes(self) -> IntArray:
        """Number of people in each team."""
        return np.bincount(self.teams, minlength=self.n_teams)

    def ties(self) -> IntArray:
        """Return the ties as pairs of people, shape (n_ties, 2), each once."""
        first = np.repeat(np.arange(self.n_people), self.degrees)
        once = first < self.indices
        return np.column_stack([first[once], self.indices[once]])

    def bridges(self) -> IntArray:
        """Return the number of ties that each person has to other teams."""
        first = np.repeat(np.arange(self.n_people), self.degrees)
        across = self.teams[first] != self.teams[self.indices]
        return np.bincount(first[across], minlength=self.n_people)

    def to_networkx(self) -> nx.Graph[int]:
        """Return a networkx graph; each person carries the attribute ``team``."""
        import networkx as nx

        graph: nx.Graph[int] = nx.Graph()
        graph.add_nodes_from(
            (person, {"team": team}) for person, team in enumerate(self.teams.tolist())
        )
        graph.add_edges_from(self.ties().tolist())
        return graph


def network_from_ties(
    ties: npt.ArrayLike,
    teams: Sequence[int] | IntArray,
    *,
    method: str = "ties",
) -> Network:
    """Network from a list of mutual ties.

    Parameters
    ----------
    ties : array of int, shape (n_ties, 2)
        Pairs of people, numbered from 0. A pair given twice or in both directions
        counts once; an empty list is a network without ties.
    teams : sequence of int, shape (n_people,)
        Team of each person, 0, 1, 2, …; its length is the number of people.
    method : str
        Name to give the network.

    Raises
    ------
    InsufficientDataError
        No people.
    ValueError
        A person tied to himself, a number outside the people, team numbers that do
        not run from 0, or arrays of another shape.
    """
    codes = _check_teams(teams)
    n_people = len(codes)
    pairs = np.asarray(ties)
    if pairs.size == 0:
        pairs = np.empty((0, 2), dtype=np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise ValueError(
            f"`ties` must hold two whole numbers a row; "
            f"got shape {pairs.shape} of {pairs.dtype}."
        )
    if pairs.size and (pairs.min() < 0 or pairs.max() >= n_people):
        raise ValueError(
            f"`ties` must name people from 0 to {n_people - 1}; "
            f"got {pairs.min()} to {pairs.max()}."
        )
    if (pairs[:, 0] == pairs[:, 1]).any():
        raise ValueError("`ties` must join two different people.")
    return from_pairs(pairs[:, 0], pairs[:, 1], codes, method)


def network_from_graph(graph: Any, teams: Sequence[int] | IntArray) -> Network:
    """Network from a networkx graph whose nodes are the people, numbered from 0.

    Parameters
    ----------
    graph : networkx.Graph
        Undirected; parallel ties count once and ties to oneself are refused.
    teams : sequence of int, shape (n_people,)
        Team of each person, 0, 1, 2, …

    Raises
    ------
    InsufficientDataError
        No people.
    ValueError
        A directed graph, other nodes than 0 … n_people - 1, or a person tied to
        himself.
    """
    codes = _check_teams(teams)
    if graph.is_directed():
        raise ValueError("`graph` must be undirected; use `graph.to_undirected()`.")
    if set(graph.nodes) != set(range(len(codes))):
        raise ValueError(
            f"the nodes of `graph` must be 0 to {len(codes) - 1}, one a person in "
            f"`teams`; relabel them with networkx.convert_node_labels_to_integers."
        )
    edges = np.array(list(graph.edges()), dtype=np.int64).reshape(-1, 2)
    return network_from_ties(edges, codes, method="graph")


def from_pairs(
    first: IntArray, second: IntArray, teams: IntArray, method: str
) -> Network:
    """Return the network of pairs that were checked already."""
    n_people = len(teams)
    low = np.minimum(first, second).astype(np.int64)
    high = np.maximum(first, second).astype(np.int64)
    keys = np.unique(low * n_people + high)
    low, high = keys // n_people, keys % n_people
    order = np.sort(np.concatenate([keys, high * n_people + low]))
    counts = np.bincount(order // n_people, minlength=n_people)
    return Network(
        method=method,
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        indices=order % n_people,
        teams=teams,
        n_people=n_people,
        n_teams=int(teams.max()) + 1,
        n_ties=len(keys),
    )


def team_codes(team_sizes: Sequence[int] | IntArray) -> IntArray:
    """Return the team of each person, people in the order of their teams."""
    sizes = np.asarray(team_sizes)
    require(sizes.size > 0, "a network needs at least 1 team; got none.")
    for size in sizes.ravel().tolist():
        check_whole_number("team_sizes", size, 1)
    return np.repeat(np.arange(sizes.size), sizes.ravel().astype(np.int64))


def _check_teams(teams: Sequence[int] | IntArray) -> IntArray:
    codes = np.asarray(teams)
    require(codes.size > 0, "a network needs at least 1 person; got none.")
    if codes.ndim != 1 or codes.dtype.kind not in "iu":
        raise ValueError(
            f"`teams` must hold one whole number a person; "
            f"got shape {codes.shape} of {codes.dtype}."
        )
    if codes.min() != 0 or len(np.unique(codes)) != codes.max() + 1:
        raise ValueError(
            "`teams` must number the teams 0, 1, 2, … without a gap; "
            "pandas.factorize(teams)[0] does that."
        )
    return codes.astype(np.int64)


def check_network(network: object) -> None:
    """Raise TypeError unless `network` is a Network."""
    if not isinstance(network, Network):
        raise TypeError(
            f"`network` must be a Network, such as `organisation_network` makes; got "
            f"{type(network).__name__}."
        )
