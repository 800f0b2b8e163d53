"""Try one damage on every way it applies to, and count what became of it."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from mutation.corpus import ways_for
from mutation.damage import Damage, check


def tried(damage: Damage, number: int) -> Counter[str]:
    """Return how often each outcome came; all failures of one damage together."""
    counts: Counter[str] = Counter()
    failures = []
    for way in ways_for(number):
        with tempfile.TemporaryDirectory() as folder:
            try:
                outcome = check(damage, way, Path(folder))
            except AssertionError as error:
                failures.append(str(error))
                continue
        if outcome is not None:
            counts[outcome.word] += 1
    assert not failures, "\n".join(failures)
    return counts
