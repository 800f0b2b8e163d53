"""The workbook in which a person decides what may be quoted, and how."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

from diagnose._options import check_option
from diagnose.language.catalogue import Catalogue, Language, load_catalogue
from diagnose.responses.comments.model import Comments
from diagnose.responses.comments.redact import redact, suggest_redactions
from diagnose.responses.comments.sheet import (
    COLUMNS,
    DATE_CELL,
    DECISIONS,
    HEAD_ROW,
    LONGEST_CELL,
    MAGIC,
    check_of,
    total_of,
)
from diagnose.responses.problems import refuse

_CREATED = datetime(2000, 1, 1)
"""The same in every workbook: the clock would change the bytes."""

_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS = (8, 12, 58, 58, 34, 20, 46, 30, 10)
_LINE, _TALLEST = 15.0, 405.0
"""Points: height of one line of text, and of the highest row that a workbook has."""

_OPEN = ("decision", "own", "theme")
"""Columns that the reviewer fills in; all other cells are locked."""

_MAY = {"format_columns": True, "format_rows": True, "autofilter": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One text as it stands on the sheet."""

    number: int
    item: str
    text: str
    redacted: str
    suggestions: str

    @property
    def check(self) -> str:
        return check_of(self.number, self.item, self.text, self.redacted)


def write_review(
    comments: Comments,
    path: str | Path,
    *,
    language: Language = "en",
    names: Iterable[str] = (),
) -> Path:
    """Write the sheet on which a person decides about every text.

    Everything is written as text: a comment that starts with ``=``, ``+``, ``-`` or
    ``@`` stays as it is and never becomes a formula or a link. The same comments in the
    same order give the same bytes. The sheet holds personal data: keep it with the
    export, and delete it with the export.

    Parameters
    ----------
    comments : Comments
        From `read_comments`.
    path : str or Path
        Workbook to write; one that is there already may hold decisions, and is never
        replaced.
    language : {"en", "nl"}
        Language of headings, instructions and decisions.
    names : iterable of str
        Labels of units, to be suggested for redaction wherever they occur.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ResponseError
        The file exists already, or cannot be written.
    ValueError
        `language` is none of the options.
    """
    check_option("language", language, Language)
    target = Path(path)
    if target.exists():
        raise refuse("R168", target.name)
    content = render_review(comments, language=language, names=names)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        os.replace(part, target)  # noqa: PTH105 - whole or not at all
    except OSError as error:
        part.unlink(missing_ok=True)
        raise refuse("R169", target.name, detail=error.strerror or "") from error
    return target


def render_review(
    comments: Comments, *, language: Language = "en", names: Iterable[str] = ()
) -> bytes:
    """Return the workbook of `write_review` as bytes."""
    from xlsxwriter import Workbook

    check_option("language", language, Language)
    words = load_catalogue("comments")
    rows = list(_rows(comments, language, tuple(names)))
    buffer = BytesIO()
    book = Workbook(buffer, _SAFE)
    title = words.text("sheet.title", language)
    book.set_properties({"title": title, "created": _CREATED})
    _write_texts(book, rows, comments, words, language)
    _write_instructions(book, words, language)
    book.close()
    return buffer.getvalue()


def _rows(
    comments: Comments, language: Language, names: tuple[str, ...]
) -> Iterator[_Row]:
    number = 0
    for one in comments.items:
        for text in one.texts:
            number += 1
            found = suggest_redactions(text, names=names)
            said = dict.fromkeys(suggestion.in_words(language) for suggestion in found)
            yield _Row(
                number=number,
                item=one.item,
                text=text,
                redacted=redact(text, names=names)[:LONGEST_CELL],
                suggestions="\n".join(said)[:LONGEST_CELL],
            )


class _Look:
    """The formats of the workbook."""

    def __init__(self, book: Any) -> None:
        cell = {
            "valign": "top",
            "text_wrap": True,
            "border": 1,
            "border_color": "#CFD8DC",
        }
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"font_color": "#455A64"})
        self.label = book.add_format({"bold": True, "align": "right"})
        self.head = book.add_format(
            {**cell, "bold": True, "bg_color": "#37474F", "font_color": "#FFFFFF"}
        )
        self.cell = book.add_format(cell)
        # Format "@" keeps what a reviewer types from becoming a number or a date.
        self.fill = book.add_format(
            {**cell, "num_format": "@", "locked": False, "bg_color": "#FFF8E1"}
        )
        self.date = book.add_format(
            {
                "num_format": "yyyy-mm-dd",
                "locked": False,
                "border": 1,
                "align": "left",
                "bg_color": "#FFF8E1",
            }
        )
        self.plain = book.add_format({"valign": "top", "text_wrap": True})


def _write_texts(
    book: Any,
    rows: list[_Row],
    comments: Comments,
    words: Catalogue,
    language: Language,
) -> None:
    sheet = book.add_worksheet(words.text("sheet.texts", language))
    look = _Look(book)
    for place, width in enumerate(_WIDTHS):
        hidden = {"hidden": True} if COLUMNS[place] == "check" else {}
        sheet.set_column(place, place, width, None, hidden)
    last = len(COLUMNS) - 1
    sheet.write_string(0, 0, words.text("sheet.title", language), look.title)
    sheet.write_string(0, last, f"{MAGIC} {comments.sha256}".strip())
    sheet.write_string(
        1, DATE_CELL[1] - 1, words.text("sheet.date", language), look.label
    )
    sheet.write_blank(*DATE_CELL, None, look.date)
    sheet.write_string(1, last, comments.instrument)
    sheet.write_string(2, 0, words.text("sheet.note", language), look.note)
    about = [comments.instrument, comments.sha256]
    total = total_of([*about, *(row.check for row in rows)])
    sheet.write_string(2, last, f"{len(rows)} {total}")
    for place, name in enumerate(COLUMNS):
        heading = words.text(f"column.{name}", language)
        sheet.write_string(HEAD_ROW, place, heading, look.head)
    for at, row in enumerate(rows, start=HEAD_ROW + 1):
        _write_row(sheet, look, at, row)
    _guard(sheet, len(rows), words, language)


def _write_row(sheet: Any, look: _Look, at: int, row: _Row) -> None:
    lines = max(
        _lines(text, width)
        for text, width in (
            (row.text, _WIDTHS[2]),
            (row.redacted, _WIDTHS[3]),
            (row.suggestions, _WIDTHS[4]),
        )
    )
    sheet.set_row(at, min(_TALLEST, 6 + _LINE * lines))
    sheet.write_number(at, 0, row.number, look.cell)
    for place, name in enumerate(COLUMNS[1:], start=1):
        if name in _OPEN:
            sheet.write_blank(at, place, None, look.fill)
        else:
            sheet.write_string(at, place, getattr(row, name), look.cell)


def _lines(text: str, width: int) -> int:
    return sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))


def _guard(sheet: Any, n_rows: int, words: Catalogue, language: Language) -> None:
    """Freeze, protect and set the choices, so that only decisions can be typed."""
    first, last = HEAD_ROW + 1, HEAD_ROW + max(1, n_rows)
    place = COLUMNS.index("decision")
    sheet.freeze_panes(first, 1)
    sheet.autofilter(HEAD_ROW, 0, last, len(COLUMNS) - 2)
    sheet.data_validation(
        first,
        place,
        last,
        place,
        {
            "validate": "list",
            "source": [words.text(f"decision.{one}", language) for one in DECISIONS],
            "error_title": words.text("sheet.unknown_title", language),
            "error_message": words.text("sheet.unknown", language),
        },
    )
    sheet.data_validation(
        *DATE_CELL,
        *DATE_CELL,
        {
            "validate": "date",
            "criteria": "between",
            "minimum": datetime(2000, 1, 1),
            "maximum": datetime(2099, 12, 31),
            "input_title": words.text("sheet.date", language),
            "input_message": words.text("sheet.date_help", language),
        },
    )
    sheet.protect("", _MAY)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)


def _write_instructions(book: Any, words: Catalogue, language: Language) -> None:
    sheet = book.add_worksheet(words.text("sheet.instructions", language))
    look = _Look(book)
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, words.text("sheet.instructions", language), look.title)
    steps = [key for key in words.entries if key.startswith("instruction.")]
    for at, key in enumerate(steps, start=1):
        text = words.text(key, language)
        sheet.set_row(at, 6 + _LINE * _lines(text, 100))
        sheet.write_number(at, 0, at, look.plain)
        sheet.write_string(at, 1, text, look.plain)
    sheet.protect("", _MAY)
