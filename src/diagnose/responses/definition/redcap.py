"""REDCap's data dictionary: CSV, one row a field, choices as ``1, A | 2, B``.

Source: REDCap's own header row and https://www.project-redcap.org; the form with
names such as ``field_name`` is that of its API.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from diagnose.responses.definition.build import Asked, Labels, build_definition
from diagnose.responses.definition.model import Definition

_COLUMNS = {
    "name": ("variable / field name", "field_name"),
    "type": ("field type", "field_type"),
    "label": ("field label", "field_label"),
    "choices": (
        "choices, calculations, or slider labels",
        "choices or calculations",
        "select_choices_or_calculations",
    ),
}
_SINGLE = {"radio", "dropdown"}


def is_redcap(header: Sequence[str]) -> bool:
    """Tell whether these headings are those of a data dictionary."""
    return all(_place(header, part) is not None for part in _COLUMNS)


def _place(header: Sequence[str], part: str) -> int | None:
    names = [cell.strip().casefold() for cell in header]
    return next((names.index(n) for n in _COLUMNS[part] if n in names), None)


def read_redcap(rows: Sequence[Sequence[str]], name: str) -> Definition:
    """Return the definition in a data dictionary; the first row has its headings."""
    places = {part: _place(rows[0], part) for part in _COLUMNS}
    fields = (
        {
            part: row[place] if place is not None and place < len(row) else ""
            for part, place in places.items()
        }
        for row in rows[1:]
    )
    asked = (one for field in fields for one in _asked(field))
    return build_definition(asked, source=name, kind="redcap")


def _asked(field: Mapping[str, str]) -> Iterator[Asked]:
    kind, choices = field["type"].strip().casefold(), _choices(field["choices"])
    yield Asked(
        names=(field["name"],),
        choices=choices if kind in _SINGLE else (),
        texts=(field["label"],),
    )
    if kind == "checkbox":
        for code, _ in choices:
            yield Asked(names=(f"{field['name'].strip()}___{code}",))


def _choices(text: str) -> tuple[tuple[str, Labels], ...]:
    """Return the choices; a label may have commas of its own."""
    parts = (part.partition(",") for part in text.split("|"))
    return tuple(
        (code.strip(), {"": label.strip()}) for code, comma, label in parts if comma
    )
