"""What a network looks like in a few numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from diagnose.statistics.movement.networks import Network, check_network


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkMeasures:
    """Size, density, clustering and coherence of a network.

    Attributes
    ----------
    method : str
        How the network was made.
    n_people, n_teams, n_ties : int
        Sizes.
    mean_degree : float
        Ties of a person, on average.
    max_degree : int
        Ties of the person with most of them.
    clustering : float
        Mean over people of the share of pairs of their ties that are tied themselves;
        0 for people of fewer than two ties.
    bridging_share : float
        Share of ties between different teams; 0 without ties.
    n_parts : int
        Separate parts; nothing spreads from one to another.
    largest_part : int
        People in the largest part.
    n_isolated : int
        People without any tie.
    """

    method: str
    n_people: int
    n_teams: int
    n_ties: int
    mean_degree: float
    max_degree: int
    clustering: float
    bridging_share: float
    n_parts: int
    largest_part: int
    n_isolated: int

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def measure_network(network: Network) -> NetworkMeasures:
    """Describe a network.

    Parameters
    ----------
    network : Network

    References
    ----------
    Watts & Strogatz, 1998, Nature (clustering).
    """
    from scipy.sparse.csgraph import connected_components

    check_network(network)
    degrees = network.degrees
    n_parts, part = connected_components(_matrix(network), directed=False)
    across = int(network.bridges().sum())
    return NetworkMeasures(
        method=network.method,
        n_people=network.n_people,
        n_teams=network.n_teams,
        n_ties=network.n_ties,
        mean_degree=float(degrees.mean()),
        max_degree=int(degrees.max()),
        clustering=_clustering(network),
        bridging_share=across / (2 * network.n_ties) if network.n_ties else 0.0,
        n_parts=int(n_parts),
        largest_part=int(np.bincount(part).max()),
        n_isolated=int((degrees == 0).sum()),
    )


def coherence_notes(networks: Sequence[Network]) -> tuple[str, ...]:
    """Return a note when networks are not coherent, about the first of these."""
    from scipy.sparse.csgraph import connected_components

    found = [connected_components(_matrix(one), directed=False) for one in networks]
    broken = [place for place, (n_parts, _) in enumerate(found) if n_parts > 1]
    if not broken:
        return ()
    n_parts, part = found[broken[0]]
    network = networks[broken[0]]
    which = "the network"
    if len(networks) > 1:
        which = f"{len(broken)} of {len(networks)} networks are in parts; the first"
    return (
        f"{which} falls apart into {n_parts} parts, the largest with "
        f"{np.bincount(part).max()} of {network.n_people} people; "
        f"{(network.degrees == 0).sum()} people have no ties; nothing spreads along "
        f"ties from one part to another",
    )


def _clustering(network: Network) -> float:
    """Return the mean local clustering, from the triangles at every person."""
    matrix = _matrix(network)
    closed = (matrix @ matrix).multiply(matrix).sum(axis=1)
    twice_triangles = np.asarray(closed, dtype=np.float64).ravel()
    degrees = network.degrees
    possible = np.maximum(degrees * (degrees - 1), 1)
    return float((twice_triangles / possible).mean())


def _matrix(network: Network) -> Any:
    from scipy.sparse import csr_array

    ones = np.ones(len(network.indices), dtype=np.int32)
    shape = (network.n_people, network.n_people)
    return csr_array((ones, network.indices, network.indptr), shape=shape)
