"""Test level after level and put the result together."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from diagnose._options import check_proportion
from diagnose.errors import AssumptionWarning
from diagnose.statistics.invariance.climb import Climber, Rung
from diagnose.statistics.invariance.conventions import Conventions
from diagnose.statistics.invariance.ladder import Level, Occasions
from diagnose.statistics.invariance.result import MeasurementInvariance
from diagnose.statistics.invariance.summary import (
    accepted,
    describe_rung,
    highest_level,
    judge,
    latent_means,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How levels are tested.

    Attributes
    ----------
    conventions : Conventions
        When a level holds.
    max_released : float
        Largest share of the items of a factor to release; 0 for none.
    conf_level : float
        Coverage of intervals.
    """

    conventions: Conventions
    max_released: float
    conf_level: float

    def __post_init__(self) -> None:
        """Check the figures."""
        check_proportion("conf_level", self.conf_level)
        if not 0 <= self.max_released <= 1:
            raise ValueError(
                f"`max_released` must lie between 0 and 1; got {self.max_released!r}."
            )


def choose_levels(
    ladder: tuple[Level, ...], levels: Sequence[Level] | None
) -> tuple[Level, ...]:
    """Return the levels to test, in order; ValueError for ones that cannot be."""
    if levels is None:
        return ladder
    if isinstance(levels, str):
        raise TypeError(f"`levels` must be a list of levels; got {levels!r}.")
    unknown = [one for one in levels if one not in ladder]
    if unknown or "configural" not in levels:
        raise ValueError(
            "`levels` must hold 'configural', and others only from "
            f"{', '.join(map(repr, ladder))}, which these answers can carry; got "
            f"{', '.join(map(repr, levels))}."
        )
    return tuple(one for one in ladder if one in levels)


def assemble(
    occasions: Occasions,
    request: Request,
    *,
    across: Literal["groups", "waves"],
    flags: tuple[str, ...] = (),
) -> MeasurementInvariance:
    """Return the tests of all levels, and what follows from them.

    Warns
    -----
    AssumptionWarning
        Estimates that no population can have, at the levels named.
    """
    climber = Climber(
        occasions,
        request.conventions,
        max_released=request.max_released,
        conf_level=request.conf_level,
    )
    rungs = climber.climb()
    reached = accepted(rungs)
    improper = [level for level, rung in reached.items() if rung.fit.improper]
    if improper:
        _warn_improper(rungs, improper)
    flags = (
        *occasions.prepared.flags,
        *flags,
        *(f"improper:{level}" for level in improper),
        *(
            f"cap_reached:{level}"
            for level, rung in reached.items()
            if rung.difference and not rung.holds and request.max_released > 0
        ),
    )
    return MeasurementInvariance(
        method=occasions.prepared.estimator,
        across=across,
        missing=occasions.prepared.missing,
        model=occasions.model,
        groups=occasions.labels,
        n_by_group=occasions.n_by_label,
        n_respondents=sum(occasions.prepared.data.n_respondents),
        n_items=len(occasions.model.items),
        levels=tuple(describe_rung(rung, request.conventions) for rung in rungs),
        fits={level: rung.fit for level, rung in reached.items()},
        released=rungs[-1].released,
        latent_means=latent_means(occasions, rungs, request.conf_level),
        verdict=judge(rungs),
        highest=highest_level(rungs),
        conventions=request.conventions,
        conf_level=request.conf_level,
        flags=flags,
    )


def _warn_improper(rungs: Sequence[Rung], levels: Sequence[Level]) -> None:
    found = [flag for rung in accepted(rungs).values() for flag in rung.fit.improper]
    listed = "; ".join(dict.fromkeys(found))
    warnings.warn(
        f"The solution is improper at {', '.join(levels)}: {listed}. Usual causes are "
        "few respondents in a group, too few items for a factor, or a wrong model; do "
        "not interpret these levels before that is mended.",
        AssumptionWarning,
        stacklevel=4,
    )
