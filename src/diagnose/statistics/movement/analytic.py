"""What theory says about spreading, without a single run."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.movement.conditions import Conditions, check_share
from diagnose.statistics.movement.distributions import (
    SharedThreshold,
    Thresholds,
    check_kind,
)
from diagnose.statistics.movement.networks import Network, check_network
from diagnose.statistics.movement.thresholds import given_thresholds

ROUNDING = 1e-9
SETTLED = 1e-14
MAX_ROUNDS = 100_000

_LEAST_THRESHOLD = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class WattsWindow:
    """Mean numbers of ties between which one person can set off a random network.

    Attributes
    ----------
    method : str
        ``"cascade condition, Poisson degrees"``.
    threshold : float
        The share of ties that makes a person join, the same for all.
    exists : bool
        Whether there is a window at all; above a threshold of 1/4 there is none.
    low, high : float or None
        Its ends, in ties a person; None when it does not exist. Below it the network
        is too thin to pass anything on, above it everyone has too many ties to be
        moved by one.
    """

    method: str
    threshold: float
    exists: bool
    low: float | None
    high: float | None

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeCondition:
    """Whether one pioneer can reach a share of a very large network.

    Attributes
    ----------
    method : str
        ``"cascade condition, degrees of the network"``.
    estimate : float
        People moved by one newly moved person, on average, while few take part yet.
    possible : bool
        Whether that is above 1.
    n_people, n_teams : int
        Sizes of the network.
    notes : tuple of str
        What a reader must know.
    """

    method: str
    estimate: float
    possible: bool
    n_people: int
    n_teams: int
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row, without the notes."""
        row = asdict(self)
        del row["notes"]
        return pd.DataFrame([row])


@dataclass(frozen=True, slots=True, kw_only=True)
class Equilibrium:
    """Where participation comes to rest when everyone sees the whole organisation.

    Attributes
    ----------
    method : str
        ``"fixed point: "`` and the kind of thresholds.
    estimate : float
        Share of all people that takes part in the end.
    pioneer_share : float
        Share that started.
    n_rounds : int
        Rounds until it changed by less than 1e-14.
    settled : bool
        Whether it did so within 100,000 rounds; else `estimate` is still rising, very
        slowly, past a place where the curve all but touches the diagonal.
    """

    method: str
    estimate: float
    pioneer_share: float
    n_rounds: int
    settled: bool

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


def watts_window(threshold: float) -> WattsWindow:
    """Window of mean degrees in which a random network can be set off by one person.

    A person of k ties is moved by a single one when ``1 / k >= threshold``. With
    Poisson degrees of mean z such people pass it on to more than one other when
    ``sum over k of k (k - 1) rho_k p_k > z``, which is ``z P(X <= K - 2) > 1`` with X
    Poisson of mean z and K the largest k that one tie moves. For very large networks.

    Parameters
    ----------
    threshold : float
        Share of ties that makes a person join, above 0 and at most 1.

    References
    ----------
    Watts, 2002, Proceedings of the National Academy of Sciences.
    """
    check_share("threshold", threshold)
    if threshold == 0:
        raise ValueError("`threshold` must be above 0: at 0 everyone joins unprompted.")
    if threshold < _LEAST_THRESHOLD:
        raise ValueError(
            f"`threshold` must be at least {_LEAST_THRESHOLD:g}, one of so many ties; "
            f"got {threshold!r}."
        )
    from scipy.optimize import brentq, minimize_scalar
    from scipy.special import gammaincc

    most_ties = int(np.floor(1 / threshold + ROUNDING))

    def excess(degree: float) -> float:
        # P(X <= m) of a Poisson variable is the upper incomplete gamma Q(m + 1, z).
        if most_ties < 2:
            return -1.0
        return float(degree * gammaincc(most_ties - 1, degree)) - 1

    far = 2.0 * most_ties + 20
    top = float(
        minimize_scalar(lambda z: -excess(z), bounds=(0, far), method="bounded").x
    )
    exists = excess(top) > 0
    return WattsWindow(
        method="cascade condition, Poisson degrees",
        threshold=float(threshold),
        exists=exists,
        low=float(brentq(excess, 0.0, top, xtol=1e-13)) if exists else None,
        high=float(brentq(excess, top, 10 * far, xtol=1e-13)) if exists else None,
    )


def cascade_condition(
    network: Network, thresholds: Thresholds, *, conditions: Conditions | None = None
) -> CascadeCondition:
    """Whether a single pioneer can set off a network of these degrees.

    The sum ``visibility * space * sum of k (k - 1) F(1 / k) / sum of k``, with F the
    distribution of thresholds: the people whom one tie moves, and how many others they
    reach. It takes the network to be random but for its degrees; ties that close into
    triangles, as in teams, pass less on than it says.

    Parameters
    ----------
    network : Network
    thresholds : Thresholds
        Not `given_thresholds`, which are tied to persons.
    conditions : Conditions, optional
        Only `visibility` and `space` are used; `peer_weight` must be 1.

    Raises
    ------
    InsufficientDataError
        A network without ties.
    ValueError
        A `peer_weight` below 1.

    References
    ----------
    Watts, 2002, Proceedings of the National Academy of Sciences.
    """
    conditions = Conditions() if conditions is None else conditions
    if conditions.peer_weight < 1:
        raise ValueError(
            f"the cascade condition is about ties only: `peer_weight` must be 1; "
            f"got {conditions.peer_weight}. See `threshold_equilibrium`."
        )
    check_network(network)
    check_kind(thresholds)
    require(
        network.n_ties > 0,
        f"the cascade condition needs ties; {network.n_people} people have none.",
    )
    degrees = network.degrees[network.degrees > 0].astype(np.float64)
    one_tie = np.ones_like(degrees) if thresholds.counts else 1 / degrees
    moved = thresholds.share_below(one_tie)
    reach = conditions.visibility * conditions.space
    factor = float(reach * (degrees * (degrees - 1) * moved).sum() / degrees.sum())
    return CascadeCondition(
        method="cascade condition, degrees of the network",
        estimate=factor,
        possible=factor > 1,
        n_people=network.n_people,
        n_teams=network.n_teams,
        notes=(
            "holds for a network that is random but for its degrees; ties that close "
            "into triangles, as in teams, pass less on",
        ),
    )


def threshold_equilibrium(
    thresholds: Thresholds | npt.ArrayLike,
    *,
    pioneer_share: float = 0.0,
    conditions: Conditions | None = None,
) -> Equilibrium:
    """Where participation comes to rest when everyone sees everyone.

    The smallest fixed point of ``r = p + (1 - p) * space * F(visibility_afar * r)``
    that is reached from the pioneers' share p, with F the distribution of thresholds;
    it is what `spread` tends to with `peer_weight` 0 and random pioneers in a large
    organisation.

    Parameters
    ----------
    thresholds : Thresholds or array of float
        How much example people need, as shares.
    pioneer_share : float
        Share that starts, from 0 to 1.
    conditions : Conditions, optional
        Only `space` and `visibility_afar` are used; `obstacles` must be 0.

    Raises
    ------
    ValueError
        Thresholds that are numbers of people, obstacles, or a share out of range.

    References
    ----------
    Granovetter, 1978, American Journal of Sociology. Granovetter & Soong, 1983,
    Journal of Mathematical Sociology.
    """
    conditions = Conditions() if conditions is None else conditions
    check_share("pioneer_share", pioneer_share)
    own: Thresholds
    if isinstance(thresholds, Thresholds):
        own = thresholds
    else:
        own = given_thresholds(thresholds)
    if isinstance(own, SharedThreshold) and own.counts:
        raise ValueError("`thresholds` must be shares, not numbers of people.")
    if conditions.obstacles > 0:
        raise ValueError(
            "`obstacles` must be 0: with people who give up there is no such fixed "
            "point; use `spread`."
        )
    scale = (1 - pioneer_share) * conditions.space
    share, n_rounds, step = float(pioneer_share), 0, 1.0
    while step > SETTLED and n_rounds < MAX_ROUNDS:
        seen = np.array(conditions.visibility_afar * share)
        following = pioneer_share + scale * float(own.share_below(seen))
        step, share = abs(following - share), following
        n_rounds += 1
    return Equilibrium(
        method=f"fixed point: {own.method}",
        estimate=share,
        pioneer_share=float(pioneer_share),
        n_rounds=n_rounds,
        settled=step <= SETTLED,
    )
