"""What can be concluded, in short: one entry a finding, or one a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from diagnose.diagnosis.model import Finding
from diagnose.diagnosis.wording import p_value
from diagnose.plots.sheet import count_range
from diagnose.plots.words import Words
from diagnose.report.build import known_text, plots
from diagnose.report.document import Block, Bullets, Fold, Heading, Paragraph

FINDING_ORDER = (
    "concern",
    "strength",
    "gap",
    "change",
    "driver",
    "unit",
    "divided",
    "measurement",
)
_TOLD_AT_ONCE = 4
"""Entries of one kind in full view; the others are one click away."""


def short_blocks(words: Words) -> Iterator[Block]:
    """Yield what can be concluded."""
    yield Paragraph(text=words.text("short.intro"))
    told = False
    for kind in FINDING_ORDER:
        if entries := short_entries(words, kind):
            told = True
            yield from _told(words, kind, entries)
    if not told:
        yield Paragraph(text=words.text("short.none"))


def findings_of_kind(words: Words, kind: str) -> list[Finding]:
    """Return the findings of one kind, most important first."""
    return [f for f in words.publication.findings if f.kind == kind]


def short_entries(words: Words, kind: str, *, most: int = 0) -> tuple[str, ...]:
    """Return the sentences of one kind; a unit with several has one entry for all.

    An entry stands where the most important of its findings would.

    Parameters
    ----------
    words : Words
        The publication and the language.
    kind : str
        Of the findings.
    most : int
        Subscales of a unit that are named with their numbers, the others are counted;
        0 names all.
    """
    together: dict[object, list[Finding]] = {}
    for finding in findings_of_kind(words, kind):
        alone = not finding.path or kind not in _GROUPED
        together.setdefault(id(finding) if alone else finding.path, []).append(finding)
    return tuple(
        found[0].sentence(words.language)
        if len(found) == 1
        else _GROUPED[kind](words, found, most)
        for found in together.values()
    )


def _told(words: Words, kind: str, entries: tuple[str, ...]) -> Iterator[Block]:
    title = known_text(words, "findings", f"kind.{kind}")
    yield Heading(text=title)
    yield Bullets(items=entries[:_TOLD_AT_ONCE])
    if rest := entries[_TOLD_AT_ONCE:]:
        summary = words.text("short.more", n=len(rest), kind=title)
        yield Fold(summary=summary, blocks=(Bullets(items=rest),))


def _unit_entry(words: Words, found: Sequence[Finding], most: int) -> str:
    """Tell on which subscales a unit is lower, and on which higher."""
    sides = []
    for direction in ("lower", "higher"):
        own = [f for f in found if f.code == f"unit.{direction}"]
        parts = [_part(words, "unit_part", finding, ("mean",)) for finding in own]
        if parts:
            listed = _listed(words, parts, most)
            sides.append(words.text(f"short.unit_{direction}", subscales=listed))
    return words.text(
        "short.unit",
        unit=_written(words, found[0], "unit"),
        level=_written(words, found[0], "level"),
        n=_counts(words, found, "n_respondents"),
        sides=". ".join(sides),
        **_shared(words, found),
    )


def _divided_entry(words: Words, found: Sequence[Finding], most: int) -> str:
    """Tell on which subscales a unit is divided."""
    parts = [
        words.text(
            "short.divided_part",
            **{
                name: _written(words, finding, name)
                for name in ("subscale", "a_wg", "r_wg")
            },
        )
        for finding in found
    ]
    told = words.text(
        "short.divided",
        unit=_written(words, found[0], "unit"),
        n=_counts(words, found, "n_respondents"),
        n_subscales=words.number(len(found), 0),
        subscales=_listed(words, parts, most),
    )
    if most:
        return told
    section = words.text("section.divided")
    return f"{told} {words.text('short.divided_where', section=section)}"


def _gap_entry(words: Words, found: Sequence[Finding], most: int) -> str:
    """Tell on which subscales the two sides of a unit see different things."""
    means = ("mean_floor", "mean_leader")
    parts = [_part(words, "gap_part", finding, means) for finding in found]
    cautions = [
        words.text(
            "short.caution",
            subscale=_written(words, finding, "subscale"),
            caution=caution.strip(),
        )
        for finding in (found[:most] if most else found)
        if (caution := _written(words, finding, "caution"))
    ]
    told = words.text(
        "short.gap",
        unit=_written(words, found[0], "unit"),
        level=_written(words, found[0], "level"),
        n_floor=_counts(words, found, "n_floor"),
        n_leader=_counts(words, found, "n_leader"),
        n_subscales=words.number(len(found), 0),
        subscales=_listed(words, parts, most),
        **_shared(words, found),
    )
    return " ".join((told, *cautions))


def _listed(words: Words, parts: Sequence[str], most: int) -> str:
    """Join what is told of each subscale; beyond `most` say how many are left."""
    told = list(parts)
    # One more takes no more room than the words that it is left out.
    if most and len(told) > most + 1:
        others = words.text("short.others", n=words.number(len(told) - most, 0))
        told = [*told[:most], others]
    return plots(words).listed(told)


def _part(words: Words, key: str, finding: Finding, means: tuple[str, ...]) -> str:
    """Write a subscale with its means, and the difference with its interval."""
    evidence = finding.evidence
    return words.text(
        f"short.{key}",
        subscale=_written(words, finding, "subscale"),
        difference=_written(words, finding, "difference"),
        limits=words.interval(evidence["conf_low"], evidence["conf_high"]),
        **{name: _written(words, finding, name) for name in means},
    )


def _shared(words: Words, found: Sequence[Finding]) -> dict[str, str]:
    """Return the coverage of the intervals and the largest p-value."""
    largest = max(finding.evidence["p_adjusted"] for finding in found)
    return {"conf": words.level(), "p": p_value(largest)[words.language]}


def _counts(words: Words, found: Sequence[Finding], name: str) -> str:
    return count_range(words, [finding.evidence[name] for finding in found])


def _written(words: Words, finding: Finding, name: str) -> str:
    return finding.words[name][words.language]


_GROUPED: dict[str, Callable[[Words, Sequence[Finding], int], str]] = {
    "gap": _gap_entry,
    "unit": _unit_entry,
    "divided": _divided_entry,
}
