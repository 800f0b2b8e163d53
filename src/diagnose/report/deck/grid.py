"""How a table is set: widths of its columns, size of its letters, and its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diagnose.language import Language
from diagnose.report.deck.heads import Head, set_heads, side_width
from diagnose.report.deck.metrics import Metrics, line_height
from diagnose.report.deck.texts import safe
from diagnose.report.document import Cell, Column, Table, written

SIZES = (14.0, 13.0, 12.0, 11.0, 10.0)
"""Letters of a table in points; the last is the floor."""

_LOOSE = 1.09
"""A row grows where a sign comes from another face; so it has some room."""

SIDE, ABOVE = 0.06, 0.035
"""Space around the text of a cell, in inches."""

_SMALL = SIZES[-3:]
"""Letters of a table on several pages: whichever gives the fewest."""

_LONGEST_WORD = 2.2
_MOST_TEXT = 4.5
"""A column of text wants no more than this, in inches."""

_READABLE = 12.0
_LEAST_HIDDEN = 7.0
_WIDEST_HEAT = 1.1
_LEAST_NAME = 1.7
"""Names of a grid are not squeezed below this, in inches: columns are parted."""

_MOST_AMPLE = 0.35
"""Share of the width that a table may be widened by, beyond what it asks for."""

_GAP = " "

LOUD = ("higher", "lower")
"""Tones whose cells are set bold."""

_LONGEST_TEXT, _LONGEST_HEAD = 400, 60
"""Letters that a cell holds; the whole of a longer text stands in the notes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table, or a part of one, ready to draw.

    Attributes
    ----------
    table : Table
        Its columns and rows.
    size : float
        Of its letters, in points.
    widths, heights : tuple of float
        Of its columns and rows in inches; the heading is the first row.
    heads : tuple of Head
        Its headings.
    """

    table: Table
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    heads: tuple[Head, ...]


def cell_text(cell: Cell, column: Column, language: Language, *, heat: bool) -> str:
    """Return what stands in a cell, on one line.

    Of a grid of numbers only the names keep their small text: the number of answers
    behind each cell stands in the column of counts and in the sheets.
    """
    value = written(cell, column.kind, language)
    parts = [f"{value} {cell.mark}" if cell.mark else value]
    if cell.small and not (heat and column.kind != "text"):
        parts.append(f"· {cell.small}")
    return safe(_GAP.join(parts)).replace("\n", " ")


def hidden_size(text: str, width: float, size: float, metrics: Metrics) -> float:
    """Return the size of the word in a hidden cell, which may be smaller."""
    wide = metrics.width(text, size)
    return min(size, max(_LEAST_HIDDEN, size * (width - 2 * SIDE) / max(wide, 0.01)))


def _may_shrink(table: Table, cell: Cell) -> bool:
    """Tell whether a cell is a hidden one among numbers, which needs no room."""
    return table.heat and cell.tone == "hidden"


def is_left(column: Column) -> bool:
    """Tell whether the cells of a column stand at its left."""
    return column.kind == "text"


def set_table(
    table: Table, size: tuple[float, float], metrics: Metrics, language: Language
) -> list[Grid]:
    """Return the table as grids that each fit in a box of this width and height.

    Letters become smaller down to the floor before columns are set on several pages,
    and columns before rows; every page repeats the head and the names.
    """
    width, height = size
    table = _bounded(table)
    tried = (_try(table, letters, width, metrics, language) for letters in SIZES)
    fitting = [g for g in tried if g and sum(g.heights) <= height]
    even = [grid for grid in fitting if grid.size >= _READABLE and _is_even(grid)]
    if fitting:
        return [next(iter(even), fitting[0])]
    whole = [_try(table, letters, width, metrics, language) for letters in _SMALL]
    parted = [list(_row_parts(grid, height)) for grid in whole if grid]
    if parted:
        return min(parted, key=len)
    parts = _column_parts(table, width, metrics, language)
    return [page for part in parts for page in _row_parts(part, height)]


def _bounded(table: Table) -> Table:
    """Return the table with texts that a page can hold; the others move to its note."""
    longer: list[str] = []

    def bounded(cell: Cell) -> Cell:
        if not isinstance(cell.value, str) or len(cell.value) <= _LONGEST_TEXT:
            return cell
        longer.append(cell.value)
        return replace(cell, value=f"{cell.value[:_LONGEST_TEXT].rstrip()} …")

    rows = tuple(tuple(map(bounded, row)) for row in table.rows)
    longer += [c.heading for c in table.columns if len(c.heading) > _LONGEST_HEAD]
    note = "\n".join([*([table.note] if table.note else []), *longer])
    return replace(table, rows=rows, note=note) if longer else table


def _is_even(grid: Grid) -> bool:
    """Tell whether no row has more than one line."""
    _, *rows = grid.heights
    return max(rows, default=0.0) <= line_height(grid.size) * _LOOSE + 2 * ABOVE + 0.001


def wanted_width(table: Table, metrics: Metrics, language: Language) -> float:
    """Return the width that a table would like to have, at a size that reads well."""
    texts = _texts(table, language)
    return sum(_column_widths(table, texts, _READABLE, metrics, turned=False)[1])


def _try(
    table: Table, size: float, width: float, metrics: Metrics, language: Language
) -> Grid | None:
    """Return the table at one size; None when its columns do not fit."""
    texts = _texts(table, language)
    for turned in (False, True) if table.heat else (False,):
        fewest, wanted = _column_widths(table, texts, size, metrics, turned=turned)
        if table.heat:
            name = max(fewest[0], min(wanted[0], _LEAST_NAME))
            numbers = max(fewest[1:], default=0.0) * (len(fewest) - 1)
            fewest = [name, *fewest[1:]]
            if name + numbers > width:
                continue
        if sum(fewest) <= width:
            widths = _share_out(fewest, wanted, width, heat=table.heat)
            return _grid(table, texts, size, widths, metrics, turned=turned)
    return None


def _texts(table: Table, language: Language) -> list[list[str]]:
    return [
        [
            cell_text(cell, column, language, heat=table.heat)
            for cell, column in zip(row, table.columns, strict=True)
        ]
        for row in table.rows
    ]


def _column_widths(
    table: Table,
    texts: Sequence[Sequence[str]],
    size: float,
    metrics: Metrics,
    *,
    turned: bool,
) -> tuple[list[float], list[float]]:
    """Return the fewest inches each column can do with, and what it would like."""
    fewest, wanted = [], []
    for place, column in enumerate(table.columns):
        shown = [
            (text[place], row[place].tone in LOUD)
            for text, row in zip(texts, table.rows, strict=True)
            if not _may_shrink(table, row[place])
        ]
        cells = [text for text, _ in shown]
        head = safe(column.heading)
        on_side = turned and place > 0
        if on_side:
            word = line = side_width(head, size, metrics)
        else:
            word = metrics.widest_word(head, size, bold=True)
            line = metrics.width(head, size, bold=True)
        longest = max((metrics.width(t, size, bold=b) for t, b in shown), default=0.0)
        if is_left(column):
            words = (metrics.widest_word(cell, size) for cell in cells)
            least = min(max(words, default=0.0), _LONGEST_WORD)
            longest = min(longest, _MOST_TEXT)
        else:
            least, line = longest, min(line, max(word, longest) * 1.6)
        least = max(min(word, _LONGEST_WORD), least)
        fewest.append(least + 2 * SIDE + 0.02)
        wanted.append(max(line, longest, least) + 2 * SIDE + 0.02)
    return fewest, wanted


def _share_out(
    fewest: Sequence[float], wanted: Sequence[float], width: float, *, heat: bool
) -> tuple[float, ...]:
    """Divide the width: by need where it is short; what is left goes to the names."""
    if heat:
        return _share_heat(wanted, fewest, width)
    spare = width - sum(fewest)
    needs = [want - few for want, few in zip(wanted, fewest, strict=True)]
    if sum(needs) >= spare:
        share = spare / sum(needs) if sum(needs) else 0.0
        return tuple(f + n * share for f, n in zip(fewest, needs, strict=True))
    ample = min(width - sum(wanted), _MOST_AMPLE * width)
    return (wanted[0] + max(ample, 0.0), *wanted[1:])


def _share_heat(
    wanted: Sequence[float], fewest: Sequence[float], width: float
) -> tuple[float, ...]:
    """Give every column of numbers the same width, and the names what they want."""
    numbers = max(fewest[1:], default=0.0)
    n_numbers = len(fewest) - 1
    name = max(min(wanted[0], width - numbers * n_numbers), fewest[0])
    each = min((width - name) / max(n_numbers, 1), _WIDEST_HEAT)
    return (min(width - each * n_numbers, wanted[0] + 0.6), *[each] * n_numbers)


def _grid(
    table: Table,
    texts: Sequence[Sequence[str]],
    size: float,
    widths: tuple[float, ...],
    metrics: Metrics,
    *,
    turned: bool,
) -> Grid:
    inner = [width - 2 * SIDE for width in widths]
    heads, head = set_heads(table.columns, size, inner, metrics, turned=turned)
    heights = [head]
    for row, cells in zip(texts, table.rows, strict=True):
        lines = max(
            len(metrics.wrap(text, wide, size, bold=cell.tone in LOUD))
            for text, wide, cell in zip(row, inner, cells, strict=True)
            if not _may_shrink(table, cell)
        )
        heights.append(lines * line_height(size) * _LOOSE + 2 * ABOVE)
    return Grid(
        table=table, size=size, widths=widths, heights=tuple(heights), heads=heads
    )


def _column_parts(
    table: Table, width: float, metrics: Metrics, language: Language
) -> Iterator[Grid]:
    """Yield the table in parts that are narrow enough, the first column in each."""
    size, start, last = SIZES[-1], 1, len(table.columns)
    while start < last:
        end = start + 1
        grid = _try(_columns(table, start, end), size, width, metrics, language)
        while end < last:
            more = _columns(table, start, end + 1)
            larger = _try(more, size, width, metrics, language)
            if larger is None:
                break
            grid, end = larger, end + 1
        yield grid or _forced(_columns(table, start, end), width, metrics, language)
        start = end


def _columns(table: Table, start: int, end: int) -> Table:
    return replace(
        table,
        columns=(table.columns[0], *table.columns[start:end]),
        rows=tuple((row[0], *row[start:end]) for row in table.rows),
    )


def _forced(table: Table, width: float, metrics: Metrics, language: Language) -> Grid:
    """Set two columns that are too wide for their words: words break inside."""
    widths = (width * 0.4, width * 0.6)
    texts = _texts(table, language)
    size = SIZES[-1]
    return _grid(table, texts, size, widths, metrics, turned=False)


def _row_parts(grid: Grid, height: float) -> Iterator[Grid]:
    """Yield as many rows a page as fit, about the same number on each."""
    head, *rows = grid.heights
    room = height - head
    starts, used = [0], 0.0
    for place, row in enumerate(rows):
        if used and used + row > room:
            starts.append(place)
            used = 0.0
        used += row
    if len(starts) > 1 and max(rows) - min(rows) < 0.01:
        each = -(-len(rows) // len(starts))
        starts = list(range(0, len(rows), each))
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        yield replace(
            grid,
            table=replace(grid.table, rows=grid.table.rows[start:end]),
            heights=(head, *rows[start:end]),
        )
