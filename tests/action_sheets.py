"""Action sheets as units give them back: written by code, filled in by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from diagnose.disclosure import Publication
from diagnose.language import Language
from diagnose.plots.words import words_for
from diagnose.report.packs.actions import COLUMNS, actions_workbook
from diagnose.report.packs.view import UnitView, Views
from published import make_publication

FIRST_LINE = 5
WAVES = ("2025-1", "2026-1")
LEVELS = ("division", "team")
FINANCE = ("Support", "Finance")

Answers = Mapping[str, object]


def views(
    publication: Publication | None = None, language: Language = "en"
) -> dict[tuple[str, ...], UnitView]:
    """Return every unit of a publication, by its path."""
    words = words_for(publication or make_publication(), language, "report")
    return {view.path: view for view in Views(words)}


def blank(path: tuple[str, ...] = FINANCE, language: Language = "en"):
    """Return the sheet of a unit as openpyxl has it: form and facts."""
    return load_workbook(BytesIO(actions_workbook(views(language=language)[path])))


def fill(book, lines: Sequence[Answers], *, start: int = FIRST_LINE) -> None:
    """Write answers below each other, as a person would: a text is a text."""
    form = book.worksheets[0]
    for row, line in enumerate(lines, start=start):
        for column, value in line.items():
            cell = form.cell(row, 1 + COLUMNS.index(column))
            cell.value = value
            if isinstance(value, str) and value.startswith("="):
                cell.data_type = "s"


def about(book, **facts: str) -> None:
    """Change what the second sheet says."""
    for row in book.worksheets[1].iter_rows(max_col=2):
        if row[0].value in facts:
            row[1].value = facts[row[0].value]


def save_sheet(
    folder: Path,
    lines: Sequence[Answers],
    *,
    name: str = "actions.xlsx",
    path: tuple[str, ...] = FINANCE,
    wave: str = WAVES[0],
    language: Language = "en",
) -> Path:
    """Write one filled-in sheet of an earlier wave into a folder."""
    book = blank(path, language)
    about(book, wave=wave)
    fill(book, lines)
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target
