"""Bytes of a YAML file to a plain tree that the model can check."""

from __future__ import annotations

import datetime
import math
from typing import Any

from diagnose.errors import InstrumentError, Problem
from diagnose.instrument.problems import problem

_QUOTE = "put it between quotes"

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_NODES = 100_000
"""Generous: the largest instrument of this project has about 1,500 nodes."""


def parse_yaml(content: bytes, place: str) -> tuple[dict[str, Any], list[Problem]]:
    """Parse an instrument file as YAML 1.2, without trusting it.

    Parameters
    ----------
    content : bytes
        The file.
    place : str
        Its name in messages.

    Returns
    -------
    dict
        The mapping in the file, with tuples for lists and text for dates.
    list of Problem
        Values and keys that need quotes; the tree holds their text instead.

    Raises
    ------
    InstrumentError
        The file is too large, not UTF-8, not YAML, holds a key twice, or is no
        mapping.
    """
    if len(content) > MAX_BYTES:
        raise InstrumentError([problem("I003", place, limit=f"{MAX_BYTES:,}")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InstrumentError([problem("I004", place, position=error.start)]) from error
    tree = _parse(text, place)
    if tree is None:
        raise InstrumentError([problem("I005", place)])
    if not isinstance(tree, dict):
        raise InstrumentError(
            [problem("I013", place, value=describe(tree), allowed="a mapping")]
        )
    walk = _Walk(place)
    plain = walk.mapping(tree, "", 1)
    return plain, walk.problems


def _parse(text: str, place: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except DuplicateKeyError as error:
        raise InstrumentError([_duplicate_key(error, place)]) from error
    except MarkedYAMLError as error:
        raise InstrumentError([_syntax(error, place)]) from error
    except RecursionError as error:
        raise InstrumentError([_too_deep(place)]) from error
    except Exception as error:
        # Tags such as !!int or !!timestamp on other texts raise what their constructor
        # happens to meet; whatever it is, the file is to blame and not the program.
        detail = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InstrumentError([problem("I009", place, detail=detail)]) from error


def _duplicate_key(error: Any, place: str) -> Problem:
    key = str(error.problem).partition('"')[2].partition('"')[0]
    return problem("I007", place, value=repr(key), line=error.problem_mark.line + 1)


def _syntax(error: Any, place: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    return problem(
        "I006",
        place,
        line=mark.line + 1 if mark else "?",
        column=mark.column + 1 if mark else "?",
        detail=error.problem or error.context or "not understood",
    )


def _too_deep(place: str) -> Problem:
    return problem("I008", place, limit=MAX_DEPTH, what="levels")


def describe(value: object) -> str:
    """Name the kind of a value as somebody who writes YAML would."""
    if value is None:
        return "empty (null)"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {value if len(value) < 60 else value[:57] + '...'!r}"
    if isinstance(value, datetime.date):
        return f"the date {value}"
    return "a mapping" if isinstance(value, dict) else "a list"


class _Walk:
    """One walk over what the parser returned, which may share or contain itself."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.problems: list[Problem] = []
        self.n_nodes = 0

    def node(self, value: Any, path: str, depth: int) -> Any:
        self._count(depth)
        if isinstance(value, dict):
            return self.mapping(value, path, depth + 1)
        if isinstance(value, (list, tuple)):
            return tuple(
                self.node(entry, f"{path}[{position}]", depth + 1)
                for position, entry in enumerate(value)
            )
        if value is None or isinstance(value, (bool, str, int)):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        return self._odd(value, path)

    def mapping(self, value: dict[Any, Any], path: str, depth: int) -> dict[str, Any]:
        plain = {}
        for key, entry in value.items():
            here = f"{path}.{key}" if path else str(key)
            if not isinstance(key, str):
                self._report(here, f"a key that is {describe(key)}", "text", _QUOTE)
            plain[str(key)] = self.node(entry, here, depth)
        return plain

    def _odd(self, value: object, path: str) -> str:
        if isinstance(value, float):
            self._report(path, describe(value), "a finite number")
        elif isinstance(value, datetime.date):
            self._report(path, describe(value), "text", _QUOTE)
        else:
            self._report(path, f"of the kind {type(value).__name__}", "plain text")
        return str(value)

    def _report(
        self, path: str, value: str, allowed: str, suggestion: str = ""
    ) -> None:
        self.problems.append(
            problem(
                "I013",
                f"{self.place}: {path}",
                value=value,
                allowed=allowed,
                suggestion=suggestion,
            )
        )

    def _count(self, depth: int) -> None:
        self.n_nodes += 1
        if depth > MAX_DEPTH:
            raise InstrumentError([_too_deep(self.place)])
        if self.n_nodes > MAX_NODES:
            raise InstrumentError(
                [problem("I008", self.place, limit=f"{MAX_NODES:,}", what="values")]
            )
