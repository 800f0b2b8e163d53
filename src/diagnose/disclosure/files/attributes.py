"""Attributes in the parts of office files: most say how something looks, some tell."""

from __future__ import annotations

import re
from typing import Any

from diagnose.disclosure.files.model import Found, TextKind

_TELLING = frozenset(
    {"descr", "title", "tooltip", "alt", "caption", "author", "initials"}
)
_NAMED = frozenset(
    ("cNvPr", "docPr", "property", "pic", "definedName", "table", "tableColumn")
)
_LOOKS = frozenset(
    (
        *("adj", "coordorigin", "coordsize", "d", "fillcolor", "fmla", "formula"),
        *("ignorable", "ligatures", "panose", "path", "pos", "ref", "requires"),
        *("schemalocation", "script", "spans", "sqref", "strokecolor", "style"),
        *("textboxrect", "typeface", "vector"),
    )
)
"""Attributes with blanks or marks in them that only say how something is drawn."""
_VALUES = frozenset({("inputCells", "val"), ("filter", "val"), ("customFilter", "val")})
"""Numbers that a sheet keeps in attributes: scenarios, and what filters let through."""
_FREE_PARTS = re.compile(r"(?:^|[/ ])(?:customXml|tags)/")
"""Parts in which any program may keep anything."""
_QUOTED = re.compile(r'"([^"]*)"')
_WORDY = re.compile(r"[^\W\d_].*\s|\s.*[^\W\d_]", re.DOTALL)


def read_attributes(element: Any, name: str, place: str, found: Found) -> None:
    """Read what the attributes of an element say, besides how it looks.

    Words anywhere are words; numbers are geometry unless an element is known to keep
    results in them, or stands in a part that belongs to no format.

    Parameters
    ----------
    element : lxml element
        Of any part of an office file.
    name : str
        Its name without the namespace.
    place : str
        File and part.
    found : Found
        What was found so far.
    """
    free = bool(_FREE_PARTS.search(place))
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2]
        where = f"{place} {name} {attribute}"
        if free or (name, attribute) in _VALUES or _is_fixed_error(element, name):
            _read_value(value, where, found)
        elif attribute == "formatCode":
            # What stands between quotation marks is shown as it is.
            found.text(where, " ".join(_QUOTED.findall(value)))
        else:
            found.text(where, value, _kind(name, attribute, value))


def _is_fixed_error(element: Any, name: str) -> bool:
    """Tell whether it is the one length of all error bars of a series."""
    above = element.getparent()
    return name == "val" and above is not None and str(above.tag).endswith("errBars")


def _read_value(value: str, where: str, found: Found) -> None:
    try:
        found.number(where, float(value), "data")
    except ValueError:
        found.text(where, value)


def _kind(name: str, attribute: str, value: str) -> TextKind:
    if attribute in _TELLING or (attribute == "name" and name in _NAMED):
        return "prose"
    wordy = attribute.lower() not in _LOOKS and _WORDY.search(value)
    return "prose" if wordy else "code"
