"""A YAML file to a plain tree, without trusting it."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from diagnose.documents.problems import problem
from diagnose.documents.tree import TooMuchError, plain_tree
from diagnose.errors import Problem

MAX_BYTES = 300_000
"""Ten times the largest instrument of this project."""


def read_content(
    source: Path | Traversable, *, place: str
) -> tuple[bytes | None, list[Problem]]:
    """Read the bytes of a document, and no more of them than `parse_yaml` takes.

    Parameters
    ----------
    source : Path or Traversable
        An existing file.
    place : str
        Its name in messages.

    Returns
    -------
    bytes or None
        The file, cut after `MAX_BYTES` + 1; None when it cannot be opened.
    list of Problem
        Why it cannot.
    """
    try:
        with source.open("rb") as stream:
            return stream.read(MAX_BYTES + 1), []
    except OSError as error:
        detail = error.strerror or type(error).__name__
        return None, [problem("Y007", place, detail=detail)]


def parse_yaml(
    content: bytes, place: str
) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Parse a document as YAML 1.2, in which ``no`` is a word and not False.

    Parameters
    ----------
    content : bytes
        The file.
    place : str
        Its name in messages.

    Returns
    -------
    dict or None
        The mapping in the file, with tuples for lists and text for dates. None when
        the file is too large, not UTF-8, not YAML, holds a key twice, or no mapping.
    list of Problem
        Why it is None; or else values and keys that need quotes, of which the tree
        holds the text.
    """
    if len(content) > MAX_BYTES:
        return None, [problem("Y003", place, limit=f"{MAX_BYTES:,}")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [problem("Y004", place, position=error.start)]
    tree, problems = _load(text, place)
    if problems:
        return None, problems
    if tree is None:
        return None, [problem("Y005", place)]
    return plain_tree(tree, place)


def _load(text: str, place: str) -> tuple[Any, list[Problem]]:
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError

    from diagnose.documents.composer import BoundedComposer

    reader = YAML(typ="safe", pure=True)
    reader.Composer = BoundedComposer
    try:
        return reader.load(text), []
    except TooMuchError as error:
        return None, [error.at(place)]
    except DuplicateKeyError as error:
        return None, [_duplicate_key(error, place)]
    except MarkedYAMLError as error:
        return None, [_syntax(error, place)]
    except Exception as error:
        # Tags such as !!int or !!timestamp on other texts raise what their constructor
        # happens to meet; whatever it is, the file is to blame and not the program.
        detail = str(error).splitlines()[0] if str(error) else type(error).__name__
        return None, [problem("Y007", place, detail=detail)]


def _duplicate_key(error: Any, place: str) -> Problem:
    key = str(error.problem).partition('"')[2].partition('"')[0]
    return problem("Y002", place, value=repr(key), line=error.problem_mark.line + 1)


def _syntax(error: Any, place: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    return problem(
        "Y001",
        place,
        line=mark.line + 1 if mark else "?",
        column=mark.column + 1 if mark else "?",
        detail=error.problem or error.context or "not understood",
    )
