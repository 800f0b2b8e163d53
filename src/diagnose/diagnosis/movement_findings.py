"""What the what-if about pioneers and movement leaves open.

The what-if itself is no finding: it says what follows from assumptions, and stands
with them in its own section.
"""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.diagnosis.measurement_findings import listed_titles
from diagnose.diagnosis.model import Finding, Parts
from diagnose.diagnosis.movement import asks_for_movement, missing_subscales


def find_movement(parts: Parts) -> Iterator[Finding]:
    """Say that no what-if could be made, when it was asked and answers are missing."""
    if not asks_for_movement(parts):
        return
    missing = missing_subscales(parts)
    if missing:
        yield Finding(
            code="open.no_movement",
            kind="open",
            subscales=missing,
            importance=1.2,
            evidence={"n_subscales": len(missing)},
            words={"subscales": listed_titles(parts, missing)},
        )
