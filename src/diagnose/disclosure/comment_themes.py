"""Themes of one open question: which of their counts may be shown.

A text has a theme or has it not, so a count tells two groups: those who named it and,
with the number of people who answered, those who did not. Both must be large enough.
And if each text had one theme, which a reader may well suppose, the counts divide the
people. So there is a line for who named a smaller theme or none, and where that would
be a few people, the smallest of the larger themes joins it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from diagnose.instrument.labels import normalise_label

Members = dict[str, frozenset[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCounts:
    """What may be shown of the themes of one question.

    Attributes
    ----------
    wave, item : str
        Which question.
    n_texts : int
        People who answered it.
    counts : mapping of str to int
        Theme to its texts, both it and what is left large enough.
    common : tuple of str
        Themes that all but a few named, without a number.
    n_other : int
        Texts with any of the other themes, or without one; 0 when that is not shown.
    n_unlisted : int or None
        Most texts that a theme without a line can have; None when not known.
    hides : bool
        Whether any theme has no number of its own.
    """

    wave: str
    item: str
    n_texts: int
    counts: dict[str, int]
    common: tuple[str, ...]
    n_other: int
    n_unlisted: int | None
    hides: bool


def count_themes(
    texts: Sequence[tuple[str, ...]],
    smallest: int,
    *,
    wave: str,
    item: str,
) -> ThemeCounts:
    """Count the texts of each theme, and pool or drop what would count a few people.

    Parameters
    ----------
    texts : sequence of tuple of str
        The themes of each text, one text a person; their spelling counts without case
        and spaces.
    smallest : int
        Smallest group that may be counted.
    wave, item : str
        Which question.
    """
    n = len(texts)
    members = _members(texts)
    none = frozenset(at for at, themes in enumerate(texts) if not themes)
    large = {t: who for t, who in members.items() if len(who) >= smallest}
    common = sorted(t for t, who in large.items() if n - len(who) < smallest)
    counted = {t: who for t, who in large.items() if t not in common}
    pooled = {t: who for t, who in members.items() if t not in large}
    n_small = len(pooled)
    while True:
        n_other = _pool([none, *pooled.values()], n, smallest)
        left = n - sum(map(len, counted.values())) - n_other
        if not counted or not 0 < left < smallest:
            break
        least = min(counted, key=lambda theme: (len(counted[theme]), theme))
        pooled[least] = counted.pop(least)
    order = sorted(counted, key=lambda theme: (-len(counted[theme]), theme))
    return ThemeCounts(
        wave=wave,
        item=item,
        n_texts=n,
        counts={theme: len(counted[theme]) for theme in order},
        common=tuple(common),
        n_other=n_other,
        n_unlisted=smallest - 1 if len(pooled) == n_small else None,
        hides=bool(pooled or common),
    )


def _members(texts: Sequence[tuple[str, ...]]) -> Members:
    """Return each theme, in its most frequent spelling, with the texts that have it."""
    spelled: dict[str, Counter[str]] = {}
    found: dict[str, set[int]] = {}
    for at, themes in enumerate(texts):
        for theme in themes:
            key = normalise_label(theme)
            spelled.setdefault(key, Counter())[theme] += 1
            found.setdefault(key, set()).add(at)
    names = {
        key: min(counts, key=lambda name: (-counts[name], name))
        for key, counts in spelled.items()
    }
    return {names[key]: frozenset(found[key]) for key in sorted(found)}


def _pool(pooled: Sequence[frozenset[int]], n: int, smallest: int) -> int:
    """Return how many texts are in any of some groups, 0 when it may not be told."""
    together = len(frozenset[int]().union(*pooled))
    return together if smallest <= together <= n - smallest else 0
