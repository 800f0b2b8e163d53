"""From a file, its bytes or its values to a checked model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from diagnose.documents.model import model_problems
from diagnose.documents.tree import plain_tree
from diagnose.documents.yaml import parse_yaml, read_content
from diagnose.errors import Problem

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")
_NO_WORDS: Mapping[str, str] = {}


def read_document(
    model: type[Model],
    path: Path,
    *,
    place: str,
    patterns: Mapping[str, str] = _NO_WORDS,
) -> tuple[Model | None, list[Problem]]:
    """Read one YAML file and check it against a model.

    Parameters
    ----------
    model : type
        A pydantic model; its fields say what is allowed. Values are never converted.
    path : Path
        An existing file.
    place : str
        How the file is called in messages.
    patterns : mapping of str to str
        Regular expression of the model to what it asks for, in words.

    Returns
    -------
    model or None
        None when there is a problem.
    list of Problem
        Everything that was found, in the order of the model.
    """
    content, problems = read_content(path, place=place)
    if content is None:
        return None, problems
    return parse_document(model, content, place=place, patterns=patterns)


def parse_document(
    model: type[Model],
    content: bytes,
    *,
    place: str,
    patterns: Mapping[str, str] = _NO_WORDS,
) -> tuple[Model | None, list[Problem]]:
    """Check the bytes of a YAML file against a model; see `read_document`."""
    tree, problems = parse_yaml(content, place)
    return _check(model, tree, problems, place, patterns)


def validate_document(
    model: type[Model],
    content: object,
    *,
    place: str,
    patterns: Mapping[str, str] = _NO_WORDS,
) -> tuple[Model | None, list[Problem]]:
    """Check what a document would hold against a model; see `read_document`.

    `content` is not modified; its lists may be lists or tuples.
    """
    tree, problems = plain_tree(content, place)
    return _check(model, tree, problems, place, patterns)


def _check(
    model: type[Model],
    tree: dict[str, Any] | None,
    odd: list[Problem],
    place: str,
    patterns: Mapping[str, str],
) -> tuple[Model | None, list[Problem]]:
    from pydantic import ValidationError

    if tree is None:
        return None, odd
    try:
        checked = model.model_validate(tree, strict=True)
    except ValidationError as error:
        told = {found.place for found in odd}
        refused = model_problems(error, model, tree, place=place, patterns=patterns)
        return None, odd + [found for found in refused if found.place not in told]
    return (None, odd) if odd else (checked, [])
