"""What one unit receives: its own numbers, those around it, and nobody else's."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from python_calamine import load_workbook as read_workbook

from action_sheets import FINANCE, blank, views
from diagnose.plots.style import HouseStyle
from diagnose.plots.words import is_number
from diagnose.report.document import Table, tables_in
from diagnose.report.packs import document as pack_document
from diagnose.report.packs import render_packs
from diagnose.report.packs.actions import COLUMNS, FORMAT, STATUSES, actions_workbook
from diagnose.report.packs.deck import unit_deck
from diagnose.report.packs.document import unit_document, unit_title
from diagnose.report.packs.sheets import unit_workbook
from diagnose.report.packs.tables import picture_table
from published import HIDDEN_WITH_IT, TOO_SMALL, make_publication

CARE = ("Care",)
HOSTILE = "=1+1 <b>&Ploeg\u202e\u0007 \U0001f600/..\\" + "x" * 280


@pytest.fixture
def hostile(monkeypatch):
    """Return a unit with such a name; its picture is another test's."""
    monkeypatch.setattr(pack_document, "plot_unit_profile", lambda *_, **__: None)
    monkeypatch.setattr(pack_document, "figure_svg", lambda _: "<svg></svg>")
    return replace(views(language="nl")[FINANCE], path=("Support", HOSTILE))


def numbers_in_tables(view):
    document = unit_document(view)
    for section in document.sections:
        for table in tables_in(section.blocks):
            for row in table.rows:
                for cell in row:
                    if is_number(cell.value):
                        yield table.name, row[0].value, cell.value


def own_numbers(view):
    """Return every number of a unit, of those above it and right below it."""
    units = view.words.publication.units
    near = {view.path[:depth] for depth in range(len(view.path) + 1)}
    found = set()
    for frame in (
        *(units.cells, units.estimates, units.changes, units.gaps, units.before),
        view.words.publication.profile.assign(path=[()] * 24),
    ):
        for row in frame.to_dict("records"):
            if row["path"] in near or row["path"][:-1] == view.path:
                found |= {float(v) for v in row.values() if is_number(v)}
    return found


@pytest.mark.parametrize("path", [FINANCE, CARE, ("Care", "Day shift")])
def test_no_table_holds_a_number_of_another_unit(path):
    view = views()[path]
    known = own_numbers(view)
    strange = [one for one in numbers_in_tables(view) if one[2] not in known]

    assert strange == []


@pytest.mark.parametrize(
    ("language", "path", "names"),
    [
        ("en", FINANCE, ["picture", "short", "change", "session", "agreements"]),
        ("nl", CARE, ["picture", "short", "change", "leaders", "below", "session"]),
    ],
)
def test_sections_stand_in_the_order_of_the_conversation(language, path, names):
    document = unit_document(views(language=language)[path])
    found = [section.name for section in document.sections]

    assert [name for name in found if name in names] == names
    assert found[-1] == "reading"
    assert document.language == language


@pytest.mark.parametrize("language", ["en", "nl"])
def test_slides_have_titles_notes_and_a_source(language):
    deck = unit_deck(views(language=language)[CARE])

    assert all(slide.title and slide.notes for slide in deck.slides)
    assert all(slide.source for slide in deck.slides[1:])
    assert len({slide.name for slide in deck.slides}) == len(deck.slides)


def test_hidden_units_below_hold_no_number():
    view = views()[CARE]
    below = next(s for s in unit_document(view).sections if s.name == "below")
    (table,) = tables_in(below.blocks)
    hidden = [r for r in table.rows if r[0].value in (TOO_SMALL, HIDDEN_WITH_IT)]

    assert len(hidden) == 2
    assert not any(is_number(cell.value) for row in hidden for cell in row)


def test_a_hidden_unit_has_no_pack_of_its_own():
    assert not {TOO_SMALL, HIDDEN_WITH_IT} & {path[-1] for path in views()}


def test_a_hidden_subject_stays_empty_in_table_and_chart():
    view = views()[FINANCE]
    nothing = dict.fromkeys(("n_respondents", "mean", "sd"), float("nan"))
    pooled = dict.fromkeys(("estimate", "conf_low", "conf_high", "difference"))
    cells = tuple(
        {**c, **nothing, **pooled, "direction": "unclear", "status": "hidden"}
        if c["subscale"] == "v"
        else c
        for c in view.cells
    )
    partly = replace(view, cells=cells)
    row = picture_table(partly).rows[0]
    charts = [b for s in unit_deck(partly).slides for b in s.blocks]

    # only the mean of the whole work floor, which is published, stands there
    numbers = [cell.value for cell in row if is_number(cell.value)]
    assert numbers == [view.cells[0]["whole"]]
    assert not any(
        "Voice and signal" in getattr(chart, "categories", ()) for chart in charts
    )


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_workbook_holds_the_same_numbers_as_the_handout(language):
    view = views(language=language)[FINANCE]
    book = read_workbook(BytesIO(unit_workbook(view)))
    cells = {
        round(value, 12)
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for value in row
        if is_number(value)
    }

    assert {round(value, 12) for *_, value in numbers_in_tables(view)} <= cells
    assert all(len(name) <= 31 for name in book.sheet_names)


def test_hostile_names_come_out_whole_and_harmless(hostile):
    document, deck = unit_document(hostile), unit_deck(hostile)
    book = load_workbook(BytesIO(actions_workbook(hostile)))
    form, facts = book.worksheets

    assert "x" * 280 in document.title
    assert "x" * 280 in deck.title
    assert form["A1"].data_type == "s"
    assert form["A1"].value.startswith("=1+1 <b>&Ploeg")
    assert facts["B5"].data_type == "s"
    assert "\u202e" not in unit_title(hostile)
    assert "\u202e" not in form["A1"].value
    tables = [b for s in deck.slides for b in s.blocks if isinstance(b, Table)]
    assert tables


def test_a_hostile_name_does_not_write_the_footer(hostile):
    form = load_workbook(BytesIO(actions_workbook(hostile))).worksheets[0]

    assert "&&Ploeg" in (form.oddFooter.left.text or "")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_action_sheet_says_what_it_belongs_to(language):
    book = blank(language=language)
    form, facts = book.worksheets
    told = {row[0].value: row[1].value for row in facts.iter_rows(max_row=5)}

    assert facts["B1"].value == FORMAT
    assert told == {
        "format": FORMAT,
        "instrument": "bottom-up",
        "wave": "2026-1",
        "unit_1": "Support",
        "unit_2": "Finance",
    }
    assert [facts.cell(n, 6).value for n in range(1, 5)] == list(STATUSES)
    assert [facts.cell(n, 8).value for n in range(1, 6)] == list(COLUMNS)
    assert [form.cell(4, n).value for n in range(1, 6)] == [
        facts.cell(n, 9).value for n in range(1, 6)
    ]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_subject_and_state_are_chosen_from_the_lists(language):
    form, facts = blank(language=language).worksheets
    rules = {str(r.sqref): r.formula1 for r in form.data_validations.dataValidation}
    last = len(make_publication().instrument.subscales)

    assert rules == {
        "A5:A16": f"'{facts.title}'!$E$1:$E${last}",
        "E5:E16": f"'{facts.title}'!$G$1:$G$4",
    }
    assert facts.cell(1, 5).value
    assert facts.cell(4, 7).value


def test_the_form_says_that_names_are_not_read():
    told = {language: blank(language=language).worksheets[0]["A2"].value
            for language in ("en", "nl")}  # fmt: skip

    assert "that column is not read" in told["en"]
    assert "die kolom wordt niet ingelezen" in told["nl"]


def test_the_same_unit_gives_the_same_bytes():
    style = HouseStyle(accent="#7a1f5c")
    one, two = (
        [actions_workbook(views()[FINANCE], style), unit_workbook(views()[FINANCE])]
        for _ in range(2)
    )

    assert one == two
    assert one[0] != actions_workbook(views()[CARE], style)


def test_every_shown_unit_gets_its_files_in_its_own_folder():
    packs = dict(render_packs(make_publication(), formats=("xlsx",)))
    again = dict(render_packs(make_publication(), formats=("xlsx",)))
    folders = {name.rsplit("/", 1)[0] for name in packs}

    assert packs == again
    assert len(folders) == len(views())
    assert all(re.fullmatch(r"teams(/[a-z0-9-]+)+/\w+\.xlsx", name) for name in packs)
    assert "teams/support/finance/actions.xlsx" in packs
