"""Whether a publication may be released beside what was released earlier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from diagnose.disclosure.ledger.compare import Group, Limits, compare_releases
from diagnose.disclosure.ledger.model import Ledger, Release
from diagnose.disclosure.ledger.record import record_release
from diagnose.disclosure.ledger.renamed import with_waves_of
from diagnose.disclosure.ledger.together import find_combinations, find_remainders
from diagnose.disclosure.suppression import bounds_of
from diagnose.errors import DisclosureError, Problem

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication


def check_ledger(ledger: Ledger, publication: Publication) -> None:
    """Raise unless a publication is safe beside everything that was released.

    Answers of different waves are different answers, so a new wave beside an old one
    adds nothing about the old: only what both tell about the same wave matters, under
    whatever name (`diagnose.disclosure.ledger.renamed`). See
    `diagnose.disclosure.ledger.compare` for what the same group tells twice, and
    `diagnose.disclosure.ledger.together` for what different groups tell.

    Parameters
    ----------
    ledger : Ledger
        What was released earlier; withdrawn releases do not count.
    publication : Publication
        What would be released now. The one that was released already is safe.

    Raises
    ------
    DisclosureError
        Everything that was found, each with its way out: ``D020`` a wave with a few
        late answers, ``D021`` a group that differs by a few people, ``D022`` scores
        of another edition, ``D023`` a small group between units of several releases,
        ``D024`` more answers and other units at once, ``D025`` levels that do not
        nest, ``D026`` a threshold that was lowered, ``D027`` items or parts of the
        people that were never checked together.
    """
    new = record_release(publication, number=0, files={})
    standing = ledger.standing
    if any(old.publication == new.publication for old in standing):
        return
    standing = tuple(with_waves_of(new, old) for old in standing)
    bounds = {
        subscale.id: bounds_of(publication.instrument, subscale.id)
        for subscale in publication.instrument.subscales
    }
    limits = Limits(
        scores=publication.thresholds.scores,
        distributions=publication.thresholds.distributions,
        comments=publication.thresholds.comments,
        bounds=bounds,
    )
    problems: list[Problem] = []
    changed: set[Group] = set()
    for old in standing:
        problems += _lowered(old, new)
        found, groups = compare_releases(old, new, limits)
        problems += found
        changed |= groups
    everything = (*standing, new)
    problems += find_remainders(
        everything, changed, threshold=limits.scores, bounds=bounds
    )
    problems += find_combinations(everything)
    if problems:
        raise DisclosureError(dict.fromkeys(problems))


def _lowered(old: Release, new: Release) -> Iterator[Problem]:
    for name, before in old.thresholds.items():
        now = new.thresholds.get(name, before)
        if now < before:
            yield Problem(
                code="D026",
                place=f"release {old.number}, thresholds.{name}",
                message=f"was {before:g} and would be {now:g}",
                allowed=f"{before:g} or more",
                remedy="thresholds that people were promised may be raised, never "
                "lowered",
            )
