"""Rows of a publication to tables of a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diagnose.language import level_name, load_catalogue
from diagnose.plots.words import Row, Words, is_number
from diagnose.report.document import Cell, Column, Fold, Kind, Table, Value

MISSING = "–"
"""Stands where there is no number, in every output."""

Reading = Callable[[Row], Value | Cell]


@dataclass(frozen=True, slots=True)
class Field:
    """One column to build: its key, how it is written, and where it is read.

    Attributes
    ----------
    key : str
        Column of the frame, and of the heading in the catalogue unless `heading` says
        otherwise.
    kind : str
        How its values are written.
    read : callable, optional
        Reads the value from a row; by default the row's own value.
    heading : str
        Key of the heading under ``column.``.
    """

    key: str
    kind: Kind = "text"
    read: Reading | None = None
    heading: str = ""


def make_table(
    words: Words,
    name: str,
    caption: str,
    fields: Sequence[Field],
    found: Sequence[Row],
    *,
    note: str = "",
) -> Table:
    """Return a table of rows; the cells of a hidden row say that they are hidden."""
    columns = tuple(
        Column(key=f.key, heading=_heading(words, f.heading or f.key), kind=f.kind)
        for f in fields
    )
    lines = tuple(tuple(_cell(words, f, row) for f in fields) for row in found)
    return Table(name=name, caption=caption, columns=columns, rows=lines, note=note)


def _heading(words: Words, key: str) -> str:
    level = words.level()
    return words.text(f"column.{key}", level=level)


def _cell(words: Words, field: Field, row: Row) -> Cell:
    value = field.read(row) if field.read else row.get(field.key)
    if isinstance(value, Cell):
        return value
    if field.kind != "text" and not is_number(value):
        hidden = row.get("status") == "hidden"
        return hidden_cell(words) if hidden else Cell(value=MISSING)
    if field.key == "level" and isinstance(value, str):
        value = level_name(value, words.language)
    return Cell(value=value if isinstance(value, str | int | float) else None)


def hidden_cell(words: Words) -> Cell:
    """Return a cell that says why it holds no number."""
    return Cell(
        value=words.text("hidden_cell"),
        tone="hidden",
        spoken=words.text("hidden_spoken"),
    )


def subscale_field(words: Words) -> Field:
    """Return the column with the title of the subscale."""
    return Field("subscale", read=lambda row: words.subscale(row["subscale"]))


def item_field(words: Words) -> Field:
    """Return the column with the code and the words of an item."""
    items = {item.id: item for item in words.publication.instrument.items}

    def wording(row: Row) -> str:
        item = items[row["item"]]
        mark = " (R)" if item.keyed == "reverse" else ""
        return f"{item.id.upper()}  {words.item(item)}{mark}"

    return Field("wording", read=wording)


def unit_field(words: Words) -> Field:
    """Return the column with the name of the unit."""
    plot_words = plots(words)

    def name(row: Row) -> str:
        return plot_words.unit(row["path"], row.get("status", "shown"))

    return Field("unit", read=name)


def parent_field(words: Words) -> Field:
    """Return the column with the path of the unit's parent."""
    plot_words = plots(words)
    return Field("parent", read=lambda row: plot_words.parent(row["parent"]))


def direction_field(words: Words) -> Field:
    """Return the column that says in words whether a difference is clear."""

    def direction(row: Row) -> Value:
        if row.get("direction") in ("higher", "lower"):
            return words.text(f"direction.{row['direction']}")
        judged = is_number(row.get("p_adjusted"))
        return words.text("direction.unclear") if judged else None

    return Field("direction", read=direction)


def numbers(*keys: str, kind: Kind = "number") -> list[Field]:
    """Return columns of numbers that are written alike."""
    return [Field(key, kind) for key in keys]


def interval_fields(low: str, high: str, kind: Kind = "number") -> list[Field]:
    """Return the two columns of an interval."""
    return [
        Field(low, kind, heading="conf_low"),
        Field(high, kind, heading="conf_high"),
    ]


def plots(words: Words) -> Words:
    """Return the same words with the catalogue of the figures."""
    return Words(
        publication=words.publication, language=words.language, section="plots"
    )


def known_text(words: Words, section: str, key: str, /, **values: object) -> str:
    """Return a text of another catalogue; nothing for an empty key."""
    return load_catalogue(section).text(key, words.language, **values) if key else ""


def coded_text(words: Words, group: str, key: str) -> str:
    """Return the words for a code of the diagnosis, the code itself when it is new."""
    name = f"{group}.{key}"
    return words.text(name) if load_catalogue("report").has(name) else key


def folded(words: Words, table: Table, *, detail: bool = False) -> Fold:
    """Return a table that opens on demand; a detail stands on the page alone."""
    return Fold(
        summary=words.text("show_table", name=table.caption),
        blocks=(table,),
        detail=detail,
    )
