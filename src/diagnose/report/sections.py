"""The report as a list of sections, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

from diagnose.errors import InsufficientDataError
from diagnose.plots import plot_funnel, plot_gap, plot_profile
from diagnose.plots.svg import figure_svg
from diagnose.plots.words import Words, is_number, rows
from diagnose.report import record_tables, tables
from diagnose.report.agreed_section import agreed_blocks
from diagnose.report.build import folded, known_text
from diagnose.report.comment_section import comment_blocks
from diagnose.report.document import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Picture,
    Section,
)
from diagnose.report.driver_section import driver_blocks
from diagnose.report.figure_tables import funnel_table
from diagnose.report.item_section import item_blocks
from diagnose.report.measurement_section import measurement_blocks
from diagnose.report.movement_section import movement_blocks
from diagnose.report.references import REFERENCES
from diagnose.report.representation_section import (
    representation_blocks,
    response_blocks,
)
from diagnose.report.short_section import short_blocks, short_entries
from diagnose.report.steps_section import steps_blocks
from diagnose.report.suitability_section import suitability_blocks
from diagnose.report.trend_section import trend_blocks
from diagnose.report.unit_section import divided_blocks, unit_blocks, unit_gap_blocks

READING = ("scale", "interval", "clear", "pooled", "apart", "no_norms", "use")
METHODS = (
    "scoring",
    "intervals",
    "multiplicity",
    "waves",
    "pooling",
    "agreement",
    "drivers",
    "reliability",
    "models",
    "precision",
    "comparability",
    "careless",
    "bars",
    "theory",
    "weights",
    "limits",
)


def make_sections(words: Words) -> list[Section]:
    """Return the sections of the report; those without content say so in words."""
    makers: dict[str, Callable[[Words], Iterator[Block]]] = {
        "short": short_blocks,
        "suitability": suitability_blocks,
        "steps": steps_blocks,
        "open": open_blocks,
        "participation": participation_blocks,
        "reading": reading_blocks,
        "profile": profile_blocks,
        "items": item_blocks,
        "comments": comment_blocks,
        "units": unit_blocks,
        "divided": divided_blocks,
        "gap": gap_blocks,
        "drivers": driver_blocks,
        "agreed": agreed_blocks,
        "trend": trend_blocks,
        "movement": movement_blocks,
        "measurement": measurement_blocks,
        "privacy": privacy_blocks,
        "methods": method_blocks,
        "provenance": provenance_blocks,
    }
    sections = (
        Section(
            name=name, title=words.text(f"section.{name}"), blocks=tuple(make(words))
        )
        for name, make in makers.items()
    )
    return [section for section in sections if section.blocks]


def open_blocks(words: Words) -> Iterator[Block]:
    """Yield what cannot be concluded."""
    if sentences := short_entries(words, "open"):
        yield Paragraph(text=words.text("open.intro"))
        yield Bullets(items=sentences)
    else:
        yield Paragraph(text=words.text("open.none"))


def participation_blocks(words: Words) -> Iterator[Block]:
    """Yield who took part."""
    yield tables.roles_table(words)
    yield from _funnel_blocks(words)
    if words.publication.hierarchy:
        yield from response_blocks(words)
        yield tables.units_participation_table(words)
    yield from representation_blocks(words)


def _funnel_blocks(words: Words) -> Iterator[Block]:
    """Yield how many were counted, answered and have scores."""
    try:
        drawn = plot_funnel(words.publication, language=words.language)
    except InsufficientDataError:
        return
    yield Picture(name="funnel", svg=figure_svg(drawn))
    yield folded(words, funnel_table(words), detail=True)


def reading_blocks(words: Words) -> Iterator[Block]:
    """Yield how to read the report."""
    yield Bullets(items=reading_texts(words))


def reading_texts(words: Words) -> tuple[str, ...]:
    """Return how to read the report, one text a topic."""
    instrument = words.publication.instrument
    scale = instrument.response_scale(instrument.subscales[0].response_scale)
    named = {point.value: words.translated(point.label) for point in scale.points}
    return tuple(
        words.text(
            f"reading.{topic}",
            level=words.level(),
            low=named[scale.values[0]],
            high=named[scale.values[-1]],
            low_value=words.number(scale.values[0], 0),
            high_value=words.number(scale.values[-1], 0),
        )
        for topic in READING
        if topic != "pooled" or words.publication.hierarchy
    )


def profile_blocks(words: Words) -> Iterator[Block]:
    """Yield the profile of each role."""
    publication, language = words.publication, words.language
    yield Paragraph(text=words.text("profile.intro"))
    for role in ("floor", "leader"):
        shown = rows(publication.profile, role=role)
        if any(is_number(row["mean"]) for row in shown):
            drawn = plot_profile(publication, role=role, language=language)
            yield Picture(name=f"profile-{role}", svg=figure_svg(drawn))
            yield folded(words, tables.profile_table(words, role))
    yield folded(words, tables.meaning_table(words))


def gap_blocks(words: Words) -> Iterator[Block]:
    """Yield the gap, or why there is none."""
    found = rows(words.publication.gap)
    if not any(is_number(row["difference"]) for row in found):
        yield Paragraph(text=words.text("gap.none"))
        return
    yield Paragraph(text=words.text("gap.intro"))
    drawn = plot_gap(words.publication, language=words.language)
    yield Picture(name="gap", svg=figure_svg(drawn))
    yield folded(words, tables.gap_table(words))
    yield from unit_gap_blocks(words)


def privacy_blocks(words: Words) -> Iterator[Block]:
    """Yield the rules of disclosure control and what they took away."""
    intro, *rules = privacy_texts(words)
    yield Paragraph(text=intro)
    yield Bullets(items=tuple(rules))
    if not len(words.publication.suppressed):
        yield Paragraph(text=words.text("privacy.none"))
        return
    yield record_tables.log_summary_table(words)
    yield Bullets(items=rule_texts(words))
    yield folded(words, record_tables.log_table(words), detail=True)


def privacy_texts(words: Words) -> tuple[str, ...]:
    """Return what disclosure control does, its thresholds, its proof and its limits."""
    thresholds = words.publication.thresholds
    smallest = {
        "scores": thresholds.scores,
        "distributions": thresholds.distributions,
        "comments": thresholds.comments,
    }
    others = {"others": thresholds.scores - 1}

    def told(key: str) -> str:
        return known_text(words, "disclosure", key, **smallest, **others)

    return (
        told("intro"),
        *(words.text(f"privacy.rule_{name}", k=k) for name, k in smallest.items()),
        words.text("privacy.rule_group", k=thresholds.group),
        *_response_rule(words),
        words.text("privacy.crossed"),
        told("rest"),
        told("proof"),
        told("limits"),
    )


def _response_rule(words: Words) -> list[str]:
    rate = words.publication.thresholds.response_rate
    if not rate:
        return []
    return [words.text("privacy.rule_response", rate=words.share(rate))]


def rule_texts(words: Words) -> tuple[str, ...]:
    """Return each rule that took something away, explained."""
    thresholds = asdict(words.publication.thresholds)
    return tuple(
        known_text(words, "disclosure", f"explanation.{rule}", **thresholds)
        for rule in dict.fromkeys(words.publication.suppressed["rule"])
    )


def method_blocks(words: Words) -> Iterator[Block]:
    """Yield how the numbers were made, with references."""
    yield Bullets(items=tuple(words.text(f"method.{topic}") for topic in METHODS))
    yield Heading(text=words.text("method.references"))
    yield Bullets(items=REFERENCES, language="en")


def provenance_blocks(words: Words) -> Iterator[Block]:
    """Yield hashes, versions and settings."""
    instrument = words.publication.instrument
    yield Paragraph(text=words.translated(instrument.provenance.evidence))
    yield folded(words, record_tables.provenance_table(words))
