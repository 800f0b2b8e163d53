"""The workbook of one unit."""

from __future__ import annotations

from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.report.agreed_section import unit_agreed_table
from diagnose.report.build import known_text
from diagnose.report.packs import tables
from diagnose.report.packs.document import short_sentences, unit_facts, unit_title
from diagnose.report.packs.session import agenda_table, session_rules, three_questions
from diagnose.report.packs.view import UnitView
from diagnose.report.sections import reading_texts
from diagnose.report.workbook import Part, anchor_of, render_workbook


def unit_workbook(view: UnitView, style: HouseStyle = PLAIN) -> bytes:
    """Return the numbers of one unit as a workbook, how to read them first."""
    sheets = [(_sheet_name(view, name), parts) for name, parts in _sheets(view)]
    return render_workbook(
        unit_title(view),
        sheets,
        empty=view.words.text("sheet.empty"),
        anchor=anchor_of(view.words),
        style=style,
    )


def _sheet_name(view: UnitView, name: str) -> str:
    if name == "agreed":
        return known_text(view.words, "agreed", "own.sheet")
    return view.told(f"sheet.{name}")


def _sheets(view: UnitView) -> list[tuple[str, list[Part]]]:
    thresholds = view.words.publication.thresholds
    rule = known_text(
        view.words,
        "disclosure",
        "intro",
        scores=thresholds.scores,
        distributions=thresholds.distributions,
    )
    reading: list[Part] = [*unit_facts(view)]
    reading += [
        (view.told("sheet.reading"), text) for text in reading_texts(view.words)
    ]
    reading.append((view.told("sheet.reading"), rule))
    picture: list[Part] = [tables.picture_table(view)]
    picture += [(view.told("section.short"), text) for text in short_sentences(view)]
    questions = view.told("session.questions")
    agreed = unit_agreed_table(view.words, view.path)
    session: list[Part] = [agenda_table(view, again=agreed is not None)]
    session += [(questions, text) for text in three_questions(view)]
    session += [(view.told("session.rules"), text) for text in session_rules(view)]
    sheets = [("reading", reading), ("picture", picture)]
    if agreed is not None:
        caution = known_text(view.words, "agreed", "caution")
        sheets.append(("agreed", [agreed, (agreed.caption, caution)]))
    if view.changes:
        sheets.append(("change", [tables.change_table(view)]))
    if view.gaps:
        sheets.append(("leaders", [tables.leaders_table(view)]))
    below = tables.below_table(view)
    if below is not None:
        sheets.append(("below", [below]))
    return [*sheets, ("session", session)]
