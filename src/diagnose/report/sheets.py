"""Which tables stand on which sheet of the workbook."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from diagnose.plots.words import Row, Words, is_number, rows
from diagnose.report import measurement_tables, record_tables, tables
from diagnose.report.agreed_section import agreed_tables
from diagnose.report.build import Field, known_text, make_table, numbers, plots
from diagnose.report.comment_section import comment_tables
from diagnose.report.document import Table
from diagnose.report.driver_tables import driver_tables
from diagnose.report.figure_tables import agreement_table, funnel_table
from diagnose.report.item_section import item_groups, item_tables
from diagnose.report.model_tables import model_tables
from diagnose.report.movement_section import assumption_texts, movement_tables
from diagnose.report.representation_tables import representation_tables
from diagnose.report.sections import privacy_texts, reading_texts
from diagnose.report.short_section import FINDING_ORDER
from diagnose.report.steps_section import steps_table
from diagnose.report.suitability_section import change_texts, suitability_tables
from diagnose.report.title import title_lines
from diagnose.report.trend_tables import trend_tables
from diagnose.report.unit_pattern_tables import levels_table, spread_table
from diagnose.report.unit_tables import (
    divided_table,
    models_table,
    unit_gap_tables,
    units_table,
)
from diagnose.report.workbook import Part

_EVIDENCE = (
    "n_respondents",
    "mean",
    "estimate",
    "difference",
    "conf_low",
    "conf_high",
    "p_adjusted",
)


def make_sheets(words: Words) -> list[tuple[str, list[Part]]]:
    """Return the sheets in order, each with its parts."""
    return [
        ("reading", _reading(words)),
        ("findings", [findings_table(words)]),
        ("suitability", _suitability(words)),
        ("steps", _steps(words)),
        ("profile", _profile(words)),
        ("items", _items(words)),
        *([("comments", [*told])] if (told := comment_tables(words)) else ()),
        ("units", _units(words)),
        ("gap", _gap(words)),
        ("drivers", list(driver_tables(words).values())),
        *([("agreed", [*agreed])] if (agreed := agreed_tables(words)) else ()),
        ("trend", [*trend_tables(words)]),
        ("movement", _movement(words)),
        ("measurement", _measurement(words)),
        ("privacy", _privacy(words)),
        ("provenance", [record_tables.provenance_table(words)]),
    ]


def _reading(words: Words) -> list[Part]:
    heading = words.text("section.reading")
    return [*title_lines(words), *((heading, text) for text in reading_texts(words))]


def findings_table(words: Words) -> Table:
    """Return every finding with the numbers it rests on."""
    found: list[Row] = [
        {
            **cast("Row", dict(finding.evidence)),
            "kind": known_text(words, "findings", f"kind.{finding.kind}"),
            "finding": finding.sentence(words.language),
            "subscale": ", ".join(map(words.subscale, finding.subscales)),
            "unit": plots(words).parent(finding.path),
        }
        for kind in (*FINDING_ORDER, "open")
        for finding in words.publication.findings
        if finding.kind == kind
    ]
    return make_table(
        words,
        "findings",
        words.text("sheet.findings"),
        [
            Field("kind"),
            Field("finding"),
            Field("subscale"),
            Field("unit"),
            Field("n_respondents", "count"),
            *numbers("mean", "estimate"),
            Field("difference", "signed"),
            *numbers("conf_low", "conf_high"),
            Field("p_adjusted", "p_value"),
        ],
        found,
    )


def _profile(words: Words) -> list[Part]:
    roles = [
        role
        for role in ("floor", "leader")
        if any(is_number(r["mean"]) for r in rows(words.publication.profile, role=role))
    ]
    made: list[Part] = [tables.profile_table(words, role) for role in roles]
    made += [tables.roles_table(words), funnel_table(words)]
    made.append(tables.meaning_table(words))
    return [*made, *representation_tables(words)]


def _items(words: Words) -> list[Part]:
    """Return the answers as one table for each response scale."""
    joined: dict[tuple[str, ...], Table] = {}
    for name, topic, items in item_groups(words):
        for table in item_tables(words, name, topic, items):
            key = tuple(column.heading for column in table.columns)
            first = joined.get(key)
            joined[key] = (
                replace(first, rows=first.rows + table.rows)
                if first
                else replace(table, caption=words.text("sheet.items"))
            )
    return list(joined.values())


def _units(words: Words) -> list[Part]:
    if not words.publication.hierarchy:
        return []
    parts: list[Part] = [units_table(words)]
    if len(words.publication.units.agreement):
        parts.append(agreement_table(words))
        parts.append(divided_table(words))
        parts.append(spread_table(words))
    if len(words.publication.units.levels):
        parts.append(levels_table(words))
    parts += [
        models_table(words, level)
        for level in words.publication.hierarchy
        if rows(words.publication.units.models, level=level)
    ]
    return [*parts, tables.units_participation_table(words)]


def _suitability(words: Words) -> list[Part]:
    suitability = words.publication.suitability
    why, change, rule = (
        known_text(words, *key)
        for key in (
            ("begin", "suitability.reasons"),
            ("begin", "suitability.change"),
            ("suitability", "rule.title"),
        )
    )
    language = words.language
    return [
        *((why, reason.sentence(language)) for reason in suitability.reasons),
        *((change, text) for text in change_texts(words)),
        *suitability_tables(words),
        (rule, known_text(words, "suitability", "rule.words")),
        *((rule, note.sentence(language)) for note in suitability.notes),
    ]


def _steps(words: Words) -> list[Part]:
    prepared = words.publication.first_steps
    heading = words.text("column.note")
    notes: list[Part] = [(heading, n.sentence(words.language)) for n in prepared.notes]
    return [*notes, steps_table(words)] if prepared.steps else notes


def _movement(words: Words) -> list[Part]:
    made = movement_tables(words)
    if not made:
        return []
    heading = known_text(words, "movement", "assumptions")
    return [*made, *((heading, text) for text in assumption_texts(words))]


def _gap(words: Words) -> list[Part]:
    if not len(words.publication.gap):
        return []
    return [tables.gap_table(words), *unit_gap_tables(words)]


def _measurement(words: Words) -> list[Part]:
    return [
        measurement_tables.verdicts_table(words),
        measurement_tables.reliability_table(words),
        measurement_tables.item_analysis_table(words),
        *model_tables(words).values(),
        measurement_tables.careless_table(words),
        measurement_tables.sensitivity_table(words),
    ]


def _privacy(words: Words) -> list[Part]:
    heading = words.text("column.rule")
    lines: list[Part] = [(heading, text) for text in privacy_texts(words)]
    if not len(words.publication.suppressed):
        return [*lines, (heading, words.text("privacy.none"))]
    return [
        *lines,
        record_tables.log_summary_table(words),
        record_tables.log_table(words),
    ]
