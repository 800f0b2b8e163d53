"""Where spreading comes to rest in a large random network, without a single run."""

from __future__ import annotations

import numpy as np

from diagnose._options import require
from diagnose.statistics.movement.analytic import Equilibrium
from diagnose.statistics.movement.conditions import Conditions, check_share
from diagnose.statistics.movement.distributions import Thresholds, check_kind
from diagnose.statistics.movement.luck import FloatArray, IntArray
from diagnose.statistics.movement.networks import Network, check_network

SETTLED = 1e-13
MAX_ROUNDS = 20_000


def random_network_equilibrium(
    network: Network,
    thresholds: Thresholds,
    *,
    pioneer_share: float,
    conditions: Conditions | None = None,
) -> Equilibrium:
    """Where participation comes to rest in a random network of these degrees.

    Two equations: the chance q that someone at the end of a tie takes part when the
    other end is not counted, and the share of all people that takes part, given q. A
    person of k ties sees a binomial number of the k, each with chance
    ``visibility * q``. Where it holds it says in milliseconds what `spread` tends to
    with random pioneers; the difference between the two is what teams, and other ties
    that close into triangles, do.

    Parameters
    ----------
    network : Network
        Only its degrees are used.
    thresholds : Thresholds
        A distribution; `given_thresholds` are taken to be independent of degree.
    pioneer_share : float
        Share that starts, from 0 to 1. Very small shares are an average over runs
        that take off and runs that do not; this gives the former.
    conditions : Conditions, optional
        Only `visibility` and `space` are used; `peer_weight` must be 1 and
        `obstacles` 0.

    Raises
    ------
    InsufficientDataError
        A network without ties.
    ValueError
        Other conditions, or a share out of range.

    References
    ----------
    Gleeson & Cahalane, 2007, Physical Review E.
    """
    conditions = Conditions() if conditions is None else conditions
    check_share("pioneer_share", pioneer_share)
    if conditions.peer_weight < 1 or conditions.obstacles > 0:
        raise ValueError(
            f"`peer_weight` must be 1 and `obstacles` 0 for this equilibrium; got "
            f"{conditions.peer_weight} and {conditions.obstacles}. Use `spread`."
        )
    check_network(network)
    check_kind(thresholds)
    require(
        network.n_ties > 0,
        f"spreading along ties needs ties; {network.n_people} people have none.",
    )
    degrees, counts = np.unique(network.degrees, return_counts=True)
    moved = [_moved(int(degree), thresholds) for degree in degrees]
    by_tie = degrees * counts / (degrees * counts).sum()
    scale = (1 - pioneer_share) * conditions.space
    share, n_rounds, step = float(pioneer_share), 0, 1.0
    while step > SETTLED and n_rounds < MAX_ROUNDS:
        seen = conditions.visibility * share
        joining = _joining(degrees, moved, seen, one_end=True)
        following = pioneer_share + scale * float(by_tie @ joining)
        step, share = abs(following - share), following
        n_rounds += 1
    joining = _joining(degrees, moved, conditions.visibility * share, one_end=False)
    return Equilibrium(
        method=f"random network fixed point: {thresholds.method}",
        estimate=pioneer_share + scale * float(counts @ joining) / network.n_people,
        pioneer_share=float(pioneer_share),
        n_rounds=n_rounds,
        settled=step <= SETTLED,
    )


def _moved(degree: int, thresholds: Thresholds) -> FloatArray:
    """Return the share of people of this degree whom 0, 1, … degree others move."""
    others = np.arange(degree + 1, dtype=np.float64)
    example = others if thresholds.counts else others / max(degree, 1)
    return thresholds.share_below(example)


def _joining(
    degrees: IntArray, moved: list[FloatArray], seen: float, *, one_end: bool
) -> FloatArray:
    """Return the share of people of each degree that joins when each tie shows `seen`.

    With `one_end` the tie along which one looks is not counted among the ties.
    """
    joining = np.zeros(len(degrees))
    for place, degree in enumerate(degrees.tolist()):
        ties = degree - 1 if one_end else degree
        if ties >= 0:
            joining[place] = _binomial(ties, seen) @ moved[place][: ties + 1]
    return joining


def _binomial(ties: int, chance: float) -> FloatArray:
    from scipy.special import gammaln, xlog1py, xlogy

    hits = np.arange(ties + 1)
    log_ways = gammaln(ties + 1) - gammaln(hits + 1) - gammaln(ties - hits + 1)
    weights: FloatArray = np.exp(
        log_ways + xlogy(hits, chance) + xlog1py(ties - hits, -chance)
    )
    return weights
