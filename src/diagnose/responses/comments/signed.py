"""The review sheet as it comes back: every row decided, nothing else changed."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diagnose.errors import Problem, ResponseError
from diagnose.responses.comments.model import ReviewedComments
from diagnose.responses.comments.redact import suggest_redactions
from diagnose.responses.comments.sheet import (
    COLUMNS,
    DATE_CELL,
    FIRST_CELL,
    HEAD_ROW,
    OLD_COLUMNS,
    OLD_MAGIC,
    Decision,
    check_of,
    decision_of,
    total_of,
)
from diagnose.responses.comments.themes import (
    is_label,
    is_quoted,
    names_someone,
    split_themes,
    too_many,
)
from diagnose.responses.files.archive import Archive, open_archive
from diagnose.responses.files.sheet import check_sheet
from diagnose.responses.files.source import read_source
from diagnose.responses.problems import problem, refuse

_TOKEN = re.compile(
    rb'<(?:\w+:)?(?:row\b[^>]*?\br="(?P<row>\d{1,7})"|(?P<formula>f)[\s>/])'
)
_TOTAL = re.compile(r"(?P<n>[0-9]{1,6}) (?P<digest>[0-9a-f]{12})")
_CHECK = re.compile(r"[0-9a-f]{12}-[0-9a-f]{12}-[0-9a-f]{12}")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_CONTACT = frozenset({"email", "phone", "iban", "bsn"})
_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of the sheet; `line` is its number as a workbook program shows it."""

    line: int
    number: str
    item: str
    text: str
    redacted: str
    decision: str
    own: str
    theme: str
    check: str

    @property
    def decided(self) -> Decision | None:
        return decision_of(self.decision)

    @property
    def changed(self) -> tuple[bool, bool]:
        """Tell whether the place of the row, and whether its texts were changed."""
        number = int(self.number) if self.number.isdecimal() else -1
        now = check_of(number, self.item, self.text, self.redacted).split("-")
        was = self.check.split("-")
        return now[0] != was[0], now[1:] != was[1:]

    @property
    def themes(self) -> tuple[str, ...]:
        """Return the themes of the text, each once."""
        return split_themes(self.theme)

    def quote(self) -> str:
        """Return the text as it may be quoted, empty when it may not."""
        return {
            "keep": self.text,
            "redacted": self.redacted,
            "own": self.own,
        }.get(self.decided or "", "")


def read_review(path: str | Path) -> ReviewedComments:
    """Read a review sheet and return what may be quoted.

    Parameters
    ----------
    path : str or Path
        Workbook of `write_review`, filled in; in either language.

    Returns
    -------
    ReviewedComments
        Only texts with a decision to quote them. ``notes`` name the rows in which the
        quote still looks like an e-mail address, telephone, account or citizen number.

    Raises
    ------
    ResponseError
        It is no review sheet, holds macros or formulas, a row has no or an unknown
        decision, a row is missing, added, repeated or changed, a theme is no short
        label or could lead to a person, or there is no date; all problems at once, by
        row.
    """
    source = read_source(path)
    if not source.is_workbook:
        raise refuse("R158", source.name)
    cells, formulas = _sheet(open_archive(source))
    _check_form(cells, source.name)
    rows = list(_rows(cells))
    reviewed_on = _date(cells[DATE_CELL[0]][DATE_CELL[1]])
    problems = [
        *_listed("R164", source.name, formulas),
        *_undated(reviewed_on, source.name),
        *_altered(cells, rows, source.name),
        *_undecided(rows, source.name),
        *_no_themes(rows, source.name),
    ]
    if problems:
        raise ResponseError(problems)
    quotes: dict[str, list[str]] = {}
    themes: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        quotes.setdefault(row.item, [])
        themes.setdefault(row.item, []).append(row.themes)
        if row.quote():
            quotes[row.item].append(row.quote())
    return ReviewedComments(
        instrument=str(cells[1][-1]),
        reviewed_on=reviewed_on,
        quotes={item: tuple(texts) for item, texts in quotes.items()},
        decisions=dict(Counter(str(row.decided) for row in rows)),
        n_answered={item: len(texts) for item, texts in themes.items()},
        # sorted, so that nothing tells which themes and which quote are of one text
        themes={item: tuple(sorted(texts)) for item, texts in themes.items()},
        sha256=_export(cells),
        notes=tuple(_still_contact(rows, source.name)),
    )


def _sheet(archive: Archive) -> tuple[list[list[Any]], list[int]]:
    """Return the cells of the sheet that says it is a review sheet, and its formulas.

    Formulas are told by their row.
    """
    try:
        found = _find_sheet(archive)
    except BaseException as error:
        if hasattr(error, "problems"):
            raise
        # The library panics on some damage, which is no Exception.
        panics = type(error).__name__ == "PanicException"
        if panics or isinstance(error, Exception):
            raise refuse("R012", archive.name) from None
        raise
    if found is None:
        raise refuse("R158", archive.name)
    return found


def _find_sheet(archive: Archive) -> tuple[list[list[Any]], list[int]] | None:
    from python_calamine import load_workbook

    book = load_workbook(io.BytesIO(archive.content))
    for name in book.sheet_names:
        part = archive.sheet(name)
        lines = sorted(set(_formula_lines(part)))
        _check_sheet(part, archive.name, name, has_formulas=bool(lines))
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        cells = _cells(rows)
        if cells:
            return cells, lines
    return None


def _cells(rows: list[list[Any]]) -> list[list[Any]]:
    """Return the cells below `COLUMNS`, none when it is no review sheet."""
    for columns, first in ((COLUMNS, FIRST_CELL), (OLD_COLUMNS, re.compile(OLD_MAGIC))):
        width = len(columns)
        padded = [[*row, *[""] * width][:width] for row in rows]
        if padded and first.fullmatch(str(padded[0][-1])):
            missing = [""] * (len(COLUMNS) - width)
            return [[*row[:-1], *missing, row[-1]] for row in padded]
    return []


def _export(cells: list[list[Any]]) -> str:
    """Return the hash of the export that the sheet was made of, if it says so."""
    found = FIRST_CELL.fullmatch(str(cells[0][-1]))
    return (found["sha256"] or "") if found else ""


def _check_sheet(part: bytes, file: str, name: str, *, has_formulas: bool) -> None:
    try:
        check_sheet(part, file, name)
    except ResponseError as error:
        # Formulas without a value are told with all others, by row.
        if not has_formulas or {p.code for p in error.problems} != {"R111"}:
            raise


def _check_form(cells: list[list[Any]], name: str) -> None:
    if len(cells) <= HEAD_ROW or not _TOTAL.fullmatch(str(cells[2][-1])):
        raise refuse("R158", name)


def _rows(cells: list[list[Any]]) -> Iterator[_Row]:
    for line, row in enumerate(cells[HEAD_ROW + 1 :], start=HEAD_ROW + 2):
        texts = {name: _text(value) for name, value in zip(COLUMNS, row, strict=True)}
        if any(texts.values()):
            del texts["suggestions"]
            yield _Row(line=line, **texts)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n").strip()


def _date(value: object) -> str:
    """Return a date in ISO form, empty when the cell holds none."""
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    text = str(value).strip()
    iso, day_first = _ISO.fullmatch(text), _DAY_FIRST.fullmatch(text)
    parts = iso.groups() if iso else day_first.groups()[::-1] if day_first else ()
    try:
        return dt.date(*(int(part) for part in parts)).isoformat() if parts else ""
    except ValueError:
        return ""


def _undated(reviewed_on: str, name: str) -> Iterator[Problem]:
    if not reviewed_on:
        yield problem("R166", name)


def _formula_lines(content: bytes) -> Iterator[int]:
    line = 0
    for found in _TOKEN.finditer(content):
        if found["row"]:
            line = int(found["row"])
        else:
            yield line


def _listed(code: str, name: str, lines: list[int]) -> Iterator[Problem]:
    if lines:
        more = len(lines) - _MOST_SHOWN
        shown = ", ".join(str(line) for line in lines[:_MOST_SHOWN])
        yield problem(code, name, rows=shown + (f" … (+{more})" if more > 0 else ""))


def _altered(cells: list[list[Any]], rows: list[_Row], name: str) -> Iterator[Problem]:
    own = [row for row in rows if _CHECK.fullmatch(row.check)]
    strange = [row.line for row in rows if not _CHECK.fullmatch(row.check)]
    moved = [row.line for row in own if row.changed[0]]
    yield from _listed("R162", name, [row.line for row in own if row.changed[1]])
    counts = Counter(row.number for row in own)
    repeated = [row.line for row in own if counts[row.number] > 1]
    yield from _listed("R161", name, sorted({*strange, *moved, *repeated}))
    total = _TOTAL.fullmatch(str(cells[2][-1]))
    n_written = int(total["n"]) if total else 0
    missing = [n for n in range(1, n_written + 1) if str(n) not in counts]
    if missing and not moved:
        yield from _listed("R163", name, missing)
    if total and not (strange or moved or repeated or missing):
        checks = [r.check for r in sorted(own, key=lambda row: int(row.number))]
        about = [str(cells[1][-1])]
        about += [] if cells[0][-1] == OLD_MAGIC else [_export(cells)]
        if total_of([*about, *checks]) != total["digest"]:
            yield problem("R158", name)


def _undecided(rows: list[_Row], name: str) -> Iterator[Problem]:
    yield from _listed("R159", name, [r.line for r in rows if not r.decision])
    unknown = [r.line for r in rows if r.decision and r.decided is None]
    yield from _listed("R160", name, unknown)
    contradicted = [
        row.line
        for row in rows
        if row.decided is not None and (row.decided == "own") != bool(row.own)
    ]
    yield from _listed("R165", name, contradicted)


def _no_themes(rows: list[_Row], name: str) -> Iterator[Problem]:
    """Yield the rows whose themes are no labels, by what is wrong with them."""
    tests: dict[str, Callable[[_Row], bool]] = {
        "R180": lambda row: too_many(row.themes),
        "R181": lambda row: not all(map(is_label, row.themes)),
        "R182": lambda row: any(is_quoted(one, row.text) for one in row.themes),
        "R183": lambda row: any(map(names_someone, row.themes)),
    }
    for code, is_wrong in tests.items():
        yield from _listed(code, name, [row.line for row in rows if is_wrong(row)])


def _still_contact(rows: list[_Row], name: str) -> Iterator[Problem]:
    lines = [
        row.line
        for row in rows
        if any(s.kind in _CONTACT for s in suggest_redactions(row.quote()))
    ]
    # A person decided so; the note makes that a choice and no oversight.
    yield from _listed("R167", name, lines)
