"""Draw what the program makes of an export, for the pages on fielding.

    python book/_tools/draw_exports.py

What happens to a column or row is what layout and intake report say; see
`export_sheet`.
``<platform>.svg`` is the English picture, ``<platform>.nl.svg`` the Dutch one, which
the Dutch edition takes by itself: it is what Sphinx does under the default of
``figure_language_filename``. A test compares the committed pictures with new ones.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path

from export_sheet import EXPORTS, Drawn, Sheet, read_sheet

from diagnose.language import load_catalogue

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "book" / "images" / "fielding"
LANGUAGES = ("en", "nl")

WIDTH, SHOWN_WIDTH = 400, 500
MARGIN, GUTTER, GAP, BAND, PAD = 4, 28, 12, 11, 5
PER_STRIP = 3
SIZE, LINE = 12.5, 16
FONTS = "'DejaVu Sans', Verdana, Geneva, sans-serif"
INK, RULE, GREY, PAPER = "#1f2933", "#9aa5b1", "#52606d", "#ffffff"
MASK = "…"
HEAD_LINES = {1: 6, 2: 5, 3: 3}
"""Lines in a heading, by how many heading rows there are."""
CELL_LINES = 2

KINDS = {
    "item": ("#d6e8f7", "#0b5a8f"),
    "fact": ("#dcf0e4", "#1e6b48"),
    "rows": ("#fbe9cd", "#8a4b08"),
    "out": ("#f1f2f4", "#616e7c"),
}
"""What happens to a column, to the tint of its cells and the ink of its band."""

WORDS = {
    "size": {
        "en": "{columns} columns, {rows} rows of answers; {kept} count.",
        "nl": "{columns} kolommen, {rows} rijen met antwoorden; {kept} tellen mee.",
    },
    "item": {
        "en": "read as an item of the survey",
        "nl": "gelezen als item van de vragenlijst",
    },
    "fact": {
        "en": "read as a fact: unit, role, language, duration, edition",
        "nl": "gelezen als gegeven: eenheid, rol, taal, duur, editie",
    },
    "rows": {
        "en": "decides which rows count, and their order",
        "nl": "bepaalt welke rijen meetellen, en hun volgorde",
    },
    "out": {
        "en": "left out: the heading is known, the content is not",
        "nl": "weggelaten: de kop is bekend, de inhoud niet",
    },
    "row": {"en": "row left out: {reason}", "nl": "rij weggelaten: {reason}"},
    "gap": {
        "en": "columns that are not drawn",
        "nl": "kolommen die niet zijn getekend",
    },
}


@cache
def text_width(text: str, *, bold: bool = False) -> float:
    """Return how wide a text is in DejaVu Sans, the widest of the faces asked for."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    weight = "bold" if bold else "normal"
    face = FontProperties(family="DejaVu Sans", size=SIZE, weight=weight)
    return TextToPath().get_text_width_height_descent(text, face, ismath=False)[0]


_JOINT = re.compile(r"[a-z](?=[A-Z])|[_/.:-](?=\w)|:(?=\")")
_SYLLABLE = re.compile(r"[a-z]{2}[aeiou](?=[b-df-hj-np-tv-z][aeiou][a-z]{2})")
"""Where a long word may be broken, as it is or with a hyphen."""


def wrapped(text: str, width: float, most: int, *, bold: bool = False) -> list[str]:
    """Return a text in at most so many lines; the last one ends in … when it is cut."""
    lines, rest = [], " ".join(text.split())
    while rest:
        n, hyphen = _break(rest, width, bold=bold)
        lines.append(rest[:n].rstrip() + hyphen)
        rest = rest[n:].lstrip()
    if len(lines) > most:
        last = lines[most - 1]
        while text_width(last + MASK, bold=bold) > width:
            last = last[:-1].rstrip()
        lines = [*lines[: most - 1], last + MASK]
    return lines


def _break(text: str, width: float, *, bold: bool) -> tuple[int, str]:
    """Return how much of a text stands on one line, and what is put after it."""
    n = len(text)
    while n > 1 and text_width(text[:n], bold=bold) > width:
        n -= 1
    blank = text.rfind(" ", 0, n + 1)
    if n == len(text) or blank > 0:
        return (n if n == len(text) else blank), ""
    for places, hyphen in ((_JOINT, ""), (_SYLLABLE, "-")):
        ends = [
            m.end() for m in places.finditer(text) if 3 < m.end() + len(hyphen) <= n
        ]
        if ends:
            return ends[-1], hyphen
    return n, ""


def draw(platform: str, language: str) -> str:
    """Return the picture of one platform."""
    sheet = read_sheet(platform, language)
    parts, y = [], float(MARGIN)
    for start in range(0, len(sheet.columns), PER_STRIP):
        strip = sheet.columns[start : start + PER_STRIP]
        before = sheet.columns[start - 1].position if start else -1
        drawn, y = _strip(sheet, strip, before, y)
        parts += drawn
    drawn, height = _legend(sheet, language, y)
    body = "\n".join([*_patterns(), _box(0, 0, WIDTH, height, PAPER), *parts, *drawn])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SHOWN_WIDTH}" '
        f'height="{height * SHOWN_WIDTH / WIDTH:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(_size(sheet, language))}" '
        f'font-family="{FONTS}" font-size="{SIZE}" fill="{INK}">\n{body}\n</svg>\n'
    )


def _size(sheet: Sheet, language: str) -> str:
    report = sheet.report
    return WORDS["size"][language].format(
        columns=len(sheet.kinds), rows=report.n_rows, kept=report.n_kept
    )


def _patterns() -> Iterator[str]:
    """Yield a hatching for each kind, so that they differ without colour."""
    marks = {
        "fact": '<circle cx="3" cy="3" r="1.7" fill="{}"/>',
        "rows": '<path d="M-1 7L7 -1M2 10L10 2" stroke="{}" stroke-width="2.2"/>',
        "out": '<path d="M0 0L6 6M6 0L0 6" stroke="{}" stroke-width="1"/>',
    }
    yield "<defs>"
    for kind, mark in marks.items():
        size = 8 if kind == "rows" else 6
        yield (
            f'<pattern id="{kind}" width="{size}" height="{size}" '
            f'patternUnits="userSpaceOnUse">{mark.format(KINDS[kind][1])}</pattern>'
        )
    yield "</defs>"


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f'<rect {place} fill="{fill}"/>'


def _band(kind: str, x: float, y: float, width: float) -> Iterator[str]:
    tint, ink = KINDS[kind]
    yield _box(x, y, width, BAND, ink if kind == "item" else tint)
    if kind != "item":
        yield _box(x, y, width, BAND, f"url(#{kind})")
    yield (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{BAND}" '
        f'fill="none" stroke="{ink}"/>'
    )


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}"{more}>{escape(text)}</text>'


def _strip(
    sheet: Sheet, columns: tuple[Drawn, ...], before: int, top: float
) -> tuple[list[str], float]:
    """Return a few columns side by side, and where the next ones begin."""
    places = [before, *(one.position for one in columns)]
    gaps = [now - then > 1 for then, now in pairwise(places)]
    room = WIDTH - 2 * MARGIN - GUTTER - PER_STRIP * GAP
    width = room / PER_STRIP
    texts = [_column_texts(one, len(sheet.numbers), width) for one in columns]
    tall = [
        max(1, *(len(t[row]) for t in texts)) * LINE + PAD
        for row in range(len(texts[0]))
    ]
    n_heads = len(columns[0].heads)
    parts, x = list(_gutter(sheet, n_heads, tall, top)), float(MARGIN + GUTTER)
    for one, gap, lines in zip(columns, gaps, texts, strict=True):
        if gap:
            middle = top + BAND + tall[0] / 2 + 4
            parts.append(_text(x + 1, middle, MASK, f' fill="{GREY}"'))
        x += GAP
        parts += _band(one.kind, x, top, width)
        parts += _cells(one, lines, tall, x, top + BAND, width)
        x += width
    return parts, top + BAND + sum(tall) + 14


def _column_texts(one: Drawn, n_rows: int, width: float) -> list[list[str]]:
    inner, most = width - 2 * PAD, HEAD_LINES[len(one.heads)]
    heads = [wrapped(text, inner, most, bold=True) for text in one.heads]
    cells = one.cells or (MASK,) * n_rows
    return [*heads, *(wrapped(text, inner, CELL_LINES) for text in cells)]


def _cells(
    one: Drawn,
    lines: list[list[str]],
    tall: list[float],
    x: float,
    y: float,
    width: float,
) -> Iterator[str]:
    for row, (texts, height) in enumerate(zip(lines, tall, strict=True)):
        is_head = row < len(one.heads)
        yield _box(x, y, width, height, KINDS[one.kind][0])
        yield f'<path d="M{x:g} {y + height:g}h{width:g}" stroke="{RULE}"/>'
        weight = ' font-weight="bold"' if is_head else ""
        for number, text in enumerate(texts, start=1):
            yield _text(x + PAD, y + number * LINE - 2, text, weight)
        y += height


def _gutter(sheet: Sheet, n_heads: int, tall: list[float], top: float) -> Iterator[str]:
    """Yield the numbers of the rows; a cross before those that are left out."""
    numbers = [*range(1, n_heads + 1), *sheet.numbers]
    reasons = [*("",) * n_heads, *sheet.reasons]
    y = top + BAND
    for number, reason, height in zip(numbers, reasons, tall, strict=True):
        at = MARGIN + GUTTER - 1
        if reason:
            yield _cross(MARGIN + 5, y + LINE - 6)
        yield _text(at, y + LINE - 2, str(number), f' text-anchor="end" fill="{GREY}"')
        y += height


def _cross(x: float, y: float) -> str:
    arms = f"M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8"
    return f'<path d="{arms}" stroke="#a61b1b" stroke-width="2.2"/>'


def _legend(sheet: Sheet, language: str, top: float) -> tuple[list[str], float]:
    """Return what bands, crosses and gaps mean, and the height of the picture."""
    reason = load_catalogue("intake")
    parts, y = [], top + 6
    left, width = MARGIN + 44, WIDTH - 2 * MARGIN - 44
    lines: list[tuple[str, str]] = [
        (kind, WORDS[kind][language])
        for kind in KINDS
        if any(one.kind == kind for one in sheet.columns)
    ]
    words = [reason.text(f"reason.{r}", language) for r in sheet.report.excluded]
    if words:
        text = WORDS["row"][language].format(reason=", ".join(words))
        lines.append(("row", text))
    lines += [("gap", WORDS["gap"][language]), ("size", _size(sheet, language))]
    for kind, text in lines:
        if kind in KINDS:
            parts += _band(kind, MARGIN, y, 34)
        elif kind == "row":
            parts.append(_cross(MARGIN + 17, y + 6))
        elif kind == "gap":
            parts.append(_text(MARGIN + 12, y + 9, MASK, f' fill="{GREY}"'))
        at, room = (MARGIN, WIDTH - 2 * MARGIN) if kind == "size" else (left, width)
        for line in wrapped(text, room, 3):
            parts.append(_text(at, y + 10, line))
            y += LINE
        y += 4
    return parts, y + MARGIN


def place_of(platform: str, language: str) -> Path:
    """Return where a picture is kept."""
    middle = "" if language == "en" else f".{language}"
    return TARGET / f"{platform}{middle}.svg"


if __name__ == "__main__":
    for platform in EXPORTS:
        for language in LANGUAGES:
            place = place_of(platform, language)
            place.write_text(draw(platform, language), encoding="utf-8")
            sys.stdout.write(f"{place.relative_to(ROOT)}\n")
