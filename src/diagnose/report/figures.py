"""Every figure of the report as files of its own, each with its data and its words."""

from __future__ import annotations

import csv
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from diagnose.errors import InsufficientDataError
from diagnose.language import Language
from diagnose.plots.sheet import drawing
from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.plots.svg import alt_text, figure_svg
from diagnose.plots.words import words_for
from diagnose.report.build import MISSING
from diagnose.report.document import Cell, Table
from diagnose.report.figure_list import ReportFigure, report_figures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from diagnose.disclosure.publication import Publication

FOLDER = "figures"
INDEX = f"{FOLDER}/index.json"
DOTS_PER_INCH = 200

_SAFE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 80
_STARTS_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula, full width too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What the index tells of one figure."""

    name: str
    title: str
    alt: str
    files: tuple[str, ...]


def render_figures(
    publication: Publication, language: Language = "en", *, style: HouseStyle = PLAIN
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a folder with every figure of the report.

    Each figure comes as SVG, as PNG with its text alternative inside, and with the
    numbers behind it as CSV: `figures/<name>.svg`, `.png` and `.csv`; a figure with
    several tables has `.csv` for the first and `-2.csv` and so on for the others.
    `figures/index.json` comes last and tells name, title, text alternative and files.

    One figure is in memory at a time. The same publication gives the same bytes.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    language : {"en", "nl"}
        Language of every word.
    style : HouseStyle
        Whose accent the figures have.

    Yields
    ------
    tuple of str and bytes
        Path with forward slashes, and content.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    """
    words = words_for(publication, language, "report")
    entries: list[_Entry] = []
    taken: set[str] = set()
    for spec in report_figures(words):
        made = _files(spec, _free_name(spec.name, taken), style)
        if made is None:
            continue
        entry, files = made
        entries.append(entry)
        yield from files
    yield INDEX, _index(entries)


def _files(
    spec: ReportFigure, name: str, style: HouseStyle
) -> tuple[_Entry, list[tuple[str, bytes]]] | None:
    """Return the files of one figure; None when there is nothing to draw.

    The style is left again before anything is handed over: a generator that rests
    inside it would lend it to whoever called.
    """
    with drawing(style):
        try:
            figure = spec.draw()
        except InsufficientDataError:
            return None
        files = [
            (f"{FOLDER}/{name}.svg", figure_svg(figure).encode("utf-8")),
            (f"{FOLDER}/{name}.png", figure_png(figure)),
        ]
    for place, table in enumerate(spec.tables(), 1):
        end = "" if place == 1 else f"-{place}"
        files.append((f"{FOLDER}/{name}{end}.csv", table_csv(table)))
    entry = _Entry(
        name=spec.name,
        title=figure_title(figure),
        alt=alt_text(figure),
        files=tuple(path.removeprefix(f"{FOLDER}/") for path, _ in files),
    )
    figure.clear()  # its parts refer to each other, and would wait for the collector
    return entry, files


def figure_title(figure: Figure) -> str:
    """Return the title of a figure on one line."""
    return " ".join(figure.texts[0].get_text().split())


def figure_png(figure: Figure) -> bytes:
    """Return a figure as PNG: without date or program, with its text alternative."""
    buffer = BytesIO()
    about = {
        "Software": None,
        "Title": figure_title(figure),
        "Description": alt_text(figure),
    }
    with drawing(), warnings.catch_warnings():
        # A name may hold a sign that the typeface lacks; a box then stands for it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format="png", dpi=DOTS_PER_INCH, metadata=about)
    return buffer.getvalue()


def table_csv(table: Table) -> bytes:
    """Return a table as CSV: comma, point, UTF-8 with a mark that Excel reads.

    Numbers stand unrounded, to ten digits. A text that a spreadsheet would take for a
    formula gets an apostrophe before it.
    """
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_guarded(column.heading) for column in table.columns])
    for row in table.rows:
        writer.writerow([_field(cell) for cell in row])
    return buffer.getvalue().encode("utf-8-sig")


def _field(cell: Cell) -> str:
    value = cell.value
    if value is None or value == MISSING:
        return ""
    if isinstance(value, str):
        return _guarded(value)
    return f"{float(value):.10g}"


def _guarded(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_FORMULA) else text


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name for files that every system allows and that is not taken yet."""
    plain = _SAFE.sub("-", name)[:_LONGEST_NAME].strip("-") or "figure"
    free, number = plain, 1
    while free.lower() in taken:
        number += 1
        free = f"{plain}_{number}"
    taken.add(free.lower())
    return free


def _index(entries: Sequence[_Entry]) -> bytes:
    listed = [
        {"name": e.name, "title": e.title, "alt": e.alt, "files": list(e.files)}
        for e in entries
    ]
    text = json.dumps({"figures": listed}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()
