"""Values as a parser returns them, to a plain tree that a model can check."""

from __future__ import annotations

import datetime
import math
from typing import Any

from diagnose.documents.problems import problem
from diagnose.errors import Problem

MAX_DEPTH = 30
MAX_NODES = 20_000
"""Generous: the largest instrument of this project has about 1,500 keys and values."""

_LARGEST = 10**15
_SHOWN = 60
_QUOTE = "put it between quotes"
_WHOLE = "text without half characters"


class TooMuchError(Exception):
    """A document is deeper or larger than a person would write."""

    def __init__(self, limit: int, what: str) -> None:
        super().__init__(f"more than {limit:,} {what}")
        self.limit = limit
        self.what = what

    def at(self, place: str) -> Problem:
        """Return the problem of the document at `place`."""
        return problem("Y006", place, limit=f"{self.limit:,}", what=self.what)


class Tally:
    """Count of what was met so far; refuses what goes beyond the limits."""

    def __init__(self) -> None:
        self.n_nodes = 0

    def add(self, depth: int) -> None:
        """Count one key or value that lies `depth` levels below the document."""
        self.n_nodes += 1
        if depth > MAX_DEPTH:
            raise TooMuchError(MAX_DEPTH, "levels")
        if self.n_nodes > MAX_NODES:
            raise TooMuchError(MAX_NODES, "keys and values")


def plain_tree(
    value: object, place: str
) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Make a plain tree of what a parser returned or a caller wrote.

    Parameters
    ----------
    value : object
        Should be a mapping. Not modified. May share parts with itself, or hold itself.
    place : str
        Name of the document in messages.

    Returns
    -------
    dict or None
        The mapping, with text for keys, tuples for lists and text for dates; None when
        it is no mapping, or too deep or large.
    list of Problem
        Values and keys that no document may hold, such as a date without quotes; the
        tree holds their text instead.
    """
    if not isinstance(value, dict):
        refused = problem("Y013", place, value=describe(value), allowed="a mapping")
        return None, [refused]
    walk = _Walk(place)
    try:
        return walk.mapping(value, "", 1), walk.problems
    except TooMuchError as error:
        return None, [error.at(place)]


def describe(value: object) -> str:
    """Name the kind of a value as somebody who writes YAML would."""
    if value is None:
        return "empty (null)"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, (int, float)):
        return (
            "a number of more than 15 digits" if _long(value) else f"the number {value}"
        )
    if isinstance(value, str):
        return f"the text {shown_text(value)}"
    if isinstance(value, datetime.date):
        return f"the date {value}"
    return "a mapping" if isinstance(value, dict) else "a list"


def shown_text(text: str) -> str:
    """Return a text between quotes; a long one is cut."""
    return repr(text if len(text) < _SHOWN else text[: _SHOWN - 3] + "...")


def step(path: str, part: int | str) -> str:
    """Return the path of a part of what lies at `path`, as messages show it."""
    if isinstance(part, int):
        return f"{path}[{part}]"
    # A key may hold anything, and messages go to terminals: show odd ones escaped.
    plain = part.isprintable() and len(part) < _SHOWN
    name = part if plain else shown_text(part)
    return f"{path}.{name}" if path else name


def _long(value: float) -> bool:
    """Tell whether a whole number has more digits than a person would type.

    Hexadecimal ones may even have more than Python agrees to write out.
    """
    return isinstance(value, int) and abs(value) >= _LARGEST


class _Walk:
    """One walk over values that may share or contain themselves."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.problems: list[Problem] = []
        self.tally = Tally()

    def mapping(self, value: dict[Any, Any], path: str, depth: int) -> dict[str, Any]:
        plain = {}
        for key, entry in value.items():
            self.tally.add(depth)
            name = self._key(key, path)
            plain[name] = self._node(entry, step(path, name), depth)
        return plain

    def _key(self, key: object, path: str) -> str:
        if isinstance(key, str) and _encodable(key):
            return key
        name = _as_text(key)
        found = f"a key that is {describe(key)}"
        if isinstance(key, str):
            self._report(step(path, name), found, _WHOLE)
        else:
            self._report(step(path, name), found, "text", _QUOTE)
        return name

    def _node(self, value: Any, path: str, depth: int) -> Any:
        self.tally.add(depth)
        if isinstance(value, dict):
            return self.mapping(value, path, depth + 1)
        if isinstance(value, (list, tuple)):
            return tuple(
                self._node(entry, step(path, position), depth + 1)
                for position, entry in enumerate(value)
            )
        return value if _is_plain(value) else self._odd(value, path)

    def _odd(self, value: object, path: str) -> str:
        if isinstance(value, float):
            self._report(path, describe(value), "a finite number")
        elif isinstance(value, int):
            self._report(path, describe(value), "a number of at most 15 digits")
        elif isinstance(value, datetime.date):
            self._report(path, describe(value), "text", _QUOTE)
        elif isinstance(value, str):
            self._report(path, describe(value), _WHOLE)
        else:
            self._report(path, f"of the kind {type(value).__name__}", "plain text")
        return _as_text(value)

    def _report(
        self, path: str, value: str, allowed: str, suggestion: str = ""
    ) -> None:
        self.problems.append(
            problem(
                "Y013",
                f"{self.place}: {path}",
                value=value,
                allowed=allowed,
                suggestion=suggestion,
            )
        )


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return _encodable(value)
    if isinstance(value, (int, float)):
        return not _long(value) and math.isfinite(value)
    return value is None


def _encodable(text: str) -> bool:
    """Tell whether a text can be written to a file: it holds no half characters."""
    return text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text)


def _as_text(value: object) -> str:
    if isinstance(value, int) and _long(value):
        return describe(value)
    return str(value).encode("utf-8", "replace").decode("utf-8")
