"""Readers of data and plain text: JSON, scripts, tables with separators, words."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence

from diagnose.disclosure.files.model import Found

_CALL = re.compile(r"^\s*(?:[\w.$]+\s*\(|(?:var|let|const)?\s*[\w.$]+\s*=)\s*(?=[{\[])")


def read_json(content: bytes, name: str, place: str, found: Found) -> None:
    """Read every value and key of a JSON file."""
    text = content.decode("utf-8")
    walk_json(json.loads(text, object_pairs_hook=_once), place, found)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a mapping; of a key that comes twice a program would see one value."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key comes twice")
    return value


def read_json_in(content: bytes, name: str, place: str, found: Found) -> None:
    """Read a script: its data when it only holds data, else its text."""
    read_script(content.decode("utf-8"), place, found)


def read_script(text: str, place: str, found: Found) -> None:
    """Read the text of a script."""
    opened = _CALL.match(text)
    body = text[opened.end() :] if opened else text
    try:
        decoder = json.JSONDecoder(object_pairs_hook=_once)
        value, end = decoder.raw_decode(body.lstrip())
    except ValueError:
        value, end = None, 0
    if end:
        rest = body.lstrip()[end:].strip(" \t\r\n);")
        found.text(f"{place} behind the data", _plainly(rest), "script")
    if isinstance(value, dict) and {"docnames", "terms"} <= value.keys():
        _walk_index(value, place, found)
    elif isinstance(value, dict | list):
        walk_json(value, place, found)
    else:
        found.text(place, _plainly(text), "script")


_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")


def _plainly(text: str) -> str:
    """Return the text of a program with the letters that it writes as codes."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


def _walk_index(value: object, place: str, found: Found) -> None:
    """Read a search index: words of the other pages, and numbers of those pages."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            found.text(f"{place} key", key, "script")
            _walk_index(part, f"{place}.{key}", found)
    elif isinstance(value, str):
        found.text(place, value, "script")
    elif isinstance(value, list):
        for part in value:
            _walk_index(part, place, found)
    elif isinstance(value, float):
        found.number(place, value, "data")


def walk_json(value: object, place: str, found: Found) -> None:
    """Read a value that came out of JSON, with everything inside it."""
    if isinstance(value, Mapping):
        _walk_mapping(value, place, found)
    elif isinstance(value, str):
        _read_string(value, place, found)
    elif isinstance(value, Sequence):
        for at, part in enumerate(value):
            walk_json(part, f"{place}[{at}]", found)
        found.row(place, [v for v in value if _is_plain(v)])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found.number(place, float(value), "data")


def _walk_mapping(value: Mapping[str, object], place: str, found: Found) -> None:
    numbers = [v for v in value.values() if _is_number(v)]
    for key, part in value.items():
        found.text(f"{place} key", key)
        walk_json(part, f"{place}.{key}", found)
        if _is_number(part):
            found.row(f"{place}.{key}", (key, part))  # type: ignore[arg-type]
        elif isinstance(part, list):
            found.row(f"{place}.{key}", (key, *(v for v in part if _is_number(v))))
        elif isinstance(part, str) and numbers and len(part) <= _LONGEST_NAME:
            found.row(f"{place}.{key}", (part, *numbers))  # type: ignore[arg-type]


_LONGEST_NAME = 400


def _read_string(text: str, place: str, found: Found) -> None:
    """Read a string, which may be a page or a picture of its own."""
    start = text.lstrip()[:1]
    if start == "<" and ">" in text:
        found.inner(text.encode("utf-8"), "inner.html", place, found)
    else:
        found.text(place, text)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_plain(value: object) -> bool:
    return isinstance(value, str) or _is_number(value)


def read_csv(content: bytes, name: str, place: str, found: Found) -> None:
    """Read a table with separators, cell by cell."""
    text = content.decode("utf-8-sig")
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    for line, row in enumerate(csv.reader(io.StringIO(text), delimiter=mark), start=1):
        cells = [_value(cell) for cell in row]
        for column, cell in enumerate(cells, start=1):
            where = f"{place} row {line} column {column}"
            if isinstance(cell, float):
                found.number(where, cell, "cell")
            else:
                found.text(where, cell)
        found.row(f"{place} row {line}", cells)


def _value(cell: str) -> str | float:
    try:
        return float(cell)
    except ValueError:
        return cell


def read_plain(content: bytes, name: str, place: str, found: Found) -> None:
    """Read words, line by line; and as a whole, for what runs over lines."""
    whole = content.decode("utf-8")
    for line, text in enumerate(whole.splitlines(), start=1):
        found.text(f"{place} line {line}", text)
    found.text(f"{place} as a whole", whole, "script")
