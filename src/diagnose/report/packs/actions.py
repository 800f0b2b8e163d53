"""The sheet in which a unit writes what it agrees, for the next wave to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.plots.words import clean
from diagnose.report.packs.view import UnitView

FORMAT = "diagnose-actions-1"
"""Stands in the second cell of the sheet that says what it is about."""
COLUMNS = ("subject", "action", "who", "when", "status")
STATUSES = ("planned", "busy", "done", "stopped")
N_LINES = 12
FIRST_LIST = 3
"""Column, from 0, of the ids of the first list; its words stand beside them."""
LONGEST_ACTION = 600
"""Signs of an agreement: more does not fit in a row of a table."""
Lists = Mapping[str, Sequence[tuple[str, str]]]
_CREATED = datetime(2000, 1, 1)
_HEAD = 3
_WIDTHS = (36, 62, 24, 20, 16)
_LETTERS = {"subject": "E", "status": "G"}
"""Columns of the second sheet with the words to choose from."""
_DATES = {"en": "yyyy-mm-dd", "nl": "dd-mm-yyyy"}
_LINE = "#B0BEC5"


def actions_workbook(view: UnitView, style: HouseStyle = PLAIN) -> bytes:
    """Return an empty sheet for agreements, with subjects and states to choose from.

    Its second sheet says which unit, instrument and wave it belongs to, and the ids
    behind the words, so that it is read back whatever its language, and with its
    columns in any order. Names of people stay in the sheet: the reader passes over the
    column in which they stand.
    """
    from xlsxwriter import Workbook

    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(buffer, options)
    title = view.told("section.agreements")
    book.set_properties({"title": f"{view.name}: {title}", "created": _CREATED})
    lists = _lists(view)
    form = book.add_worksheet(title)
    about = book.add_worksheet(view.told("actions.about"))
    _fill_about(book, about, view, lists)
    _fill_form(book, form, view, style, lists)
    book.close()
    return buffer.getvalue()


def _lists(view: UnitView) -> Lists:
    """Return id and word of each subject, each state and each column."""
    instrument = view.words.publication.instrument
    return {
        "subject": [(s.id, view.words.subscale(s.id)) for s in instrument.subscales],
        "status": [(state, view.told(f"actions.{state}")) for state in STATUSES],
        "column": [(name, view.told(f"column.{name}")) for name in COLUMNS],
    }


def _fill_about(book: Any, sheet: Any, view: UnitView, lists: Lists) -> None:
    """Write what the reader needs; people need not look at it."""
    publication = view.words.publication
    lines = [
        ("format", FORMAT),
        ("instrument", publication.instrument.id),
        ("wave", publication.wave),
        *((f"unit_{depth}", label) for depth, label in enumerate(view.path, start=1)),
    ]
    grey = book.add_format({"font_color": "#455A64"})
    for line, (name, value) in enumerate(lines):
        sheet.write_string(line, 0, name, grey)
        sheet.write_string(line, 1, value, grey)
    for place, entries in enumerate(lists.values()):
        for line, (key, word) in enumerate(entries):
            sheet.write_string(line, FIRST_LIST + 2 * place, key, grey)
            sheet.write_string(line, FIRST_LIST + 1 + 2 * place, word, grey)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, FIRST_LIST + 2 * len(lists), 26)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1)
    sheet.protect()  # against slips, not against anybody: there is no password


def _fill_form(
    book: Any, sheet: Any, view: UnitView, style: HouseStyle, lists: Lists
) -> None:
    big = book.add_format({"bold": True, "font_size": 14, "font_color": style.accent})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format(
        {
            "bold": True,
            "text_wrap": True,
            "bottom": 2,
            "bottom_color": style.accent,
            "bg_color": "#F5F7F8",
        }
    )
    wave = view.words.publication.wave
    name = clean(view.name)
    sheet.write_string(0, 0, view.told("actions.head", unit=name, wave=wave), big)
    sheet.merge_range(1, 0, 1, len(COLUMNS) - 1, "", text)
    sheet.write_string(1, 0, view.told("actions.how"), text)
    sheet.set_row(0, 24)
    sheet.set_row(1, 48)
    for place, (column, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(_HEAD, place, view.told(f"column.{column}"), head)
    _draw_lines(book, sheet, view)
    _offer_words(sheet, view, lists)
    sheet.freeze_panes(_HEAD + 1, 0)
    sheet.repeat_rows(_HEAD)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{_plain(name)}&R&P / &N")


def _draw_lines(book: Any, sheet: Any, view: UnitView) -> None:
    """Draw the empty lines of the form."""
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": _LINE}
    plain = book.add_format(cell)
    dated = book.add_format(
        {**cell, "num_format": _DATES[view.words.language], "align": "left"}
    )
    for line in range(_HEAD + 1, _HEAD + 1 + N_LINES):
        sheet.set_row(line, 34)
        for place, column in enumerate(COLUMNS):
            look = dated if column == "when" else plain
            sheet.write_blank(line, place, None, look)


def _offer_words(sheet: Any, view: UnitView, lists: Lists) -> None:
    about = view.told("actions.about").replace("'", "''")
    for column, letter in _LETTERS.items():
        at = COLUMNS.index(column)
        rule = {
            "validate": "list",
            "source": f"='{about}'!${letter}$1:${letter}${len(lists[column])}",
            "error_title": view.told(f"column.{column}")[:32],
            "error_message": view.told("actions.choose"),
        }
        sheet.data_validation(_HEAD + 1, at, _HEAD + N_LINES, at, rule)


def _plain(name: str) -> str:
    """Return a name for a footer: its codes begin with an ampersand."""
    short = name if len(name) <= 80 else f"{name[:79]}…"
    return short.replace("&", "&&")
