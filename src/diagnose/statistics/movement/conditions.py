"""What surrounds people who might join: whom they look at, and what stops them."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Five shares that say how a start meets its surroundings.

    A person joins when the exposure reaches the own threshold. With s the share of
    the own ties who are seen to take part and r the share of the whole organisation
    that takes part, the exposure is
    ``peer_weight * s + (1 - peer_weight) * visibility_afar * r``.

    Attributes
    ----------
    peer_weight : float
        Whose example counts: 1 only that of people one is tied to, 0 only that of
        the whole organisation, between them a weighted mean.
    visibility : float
        Chance that a given tie shows that the other takes part, drawn once for each
        tie and direction: who does not see a colleague now does not see him later.
    visibility_afar : float
        Part of the participation in the whole organisation that everyone sees, as
        through a newsletter.
    space : float
        Chance that a person can take part at all (time, permission, means), drawn
        once a person; which is the same as the chance to act once persuaded.
        Pioneers have taken that space already.
    obstacles : float
        Chance at every step that someone gives up who takes part while the exposure
        is below the own threshold: a pioneer without enough company, or a follower
        whose examples gave up. Who is reinforced to the own threshold stays. Who gave
        up joins again once the threshold is reached.
    """

    peer_weight: float = 1.0
    visibility: float = 1.0
    visibility_afar: float = 1.0
    space: float = 1.0
    obstacles: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        for name in CONDITION_NAMES:
            check_share(name, getattr(self, name))


CONDITION_NAMES = (
    "peer_weight",
    "visibility",
    "visibility_afar",
    "space",
    "obstacles",
)


def check_share(name: str, value: float) -> None:
    """Raise ValueError unless `value` is a number from 0 to 1, both included."""
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 <= value <= 1:
        raise ValueError(f"`{name}` must be a share from 0 to 1; got {value!r}.")
