"""YAML documents written by people: read strictly, checked against a model.

YAML 1.2, so ``no`` is a word and not False; repeated keys, unknown fields, aliases and
oversized files are refused. Every problem says where it stands and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from diagnose.errors import Problem

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

_MOST_BYTES = 1_000_000

Model = TypeVar("Model", bound="BaseModel")


def read_document(path: Path, *, place: str) -> tuple[Any, list[Problem]]:
    """Read one YAML file into plain values.

    Parameters
    ----------
    path : Path
        The file.
    place : str
        How the file is called in messages.

    Returns
    -------
    tuple
        The content (None when there is a problem) and the problems.
    """
    size = path.stat().st_size
    if size > _MOST_BYTES:
        return None, [_unreadable(place, f"is {size:,} bytes", "at most 1 MB")]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return None, [_unreadable(place, "is not UTF-8 text", "a YAML file in UTF-8")]
    return parse_document(text, place=place)


def parse_document(text: str, *, place: str) -> tuple[Any, list[Problem]]:
    """Parse YAML text into plain values; see `read_document`."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if not text.strip():
        return None, [_unreadable(place, "is empty", "a YAML mapping")]
    try:
        reader = YAML(typ="safe", pure=True)
        for token in reader.scan(text):
            if type(token).__name__ in ("AliasToken", "AnchorToken"):
                line = token.start_mark.line + 1
                return None, [
                    _unreadable(f"{place}, line {line}", "uses an alias", "plain YAML")
                ]
        content = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        return None, [_yaml_problem(place, error)]
    except (YAMLError, ValueError, RecursionError) as error:
        return None, [_unreadable(place, f"is not YAML ({error})", "a YAML mapping")]
    if not isinstance(content, Mapping):
        kind = type(content).__name__
        return None, [_unreadable(place, f"holds a {kind}", "a mapping of fields")]
    return content, []


def _yaml_problem(place: str, error: Any) -> Problem:
    mark = error.problem_mark or error.context_mark
    where = f"{place}, line {mark.line + 1}" if mark else place
    words = str(error.problem or "cannot be parsed").split("\n")[0]
    if "duplicate key" in words:
        key = words.partition('key "')[2].partition('"')[0]
        return Problem(
            code="Y002",
            place=where,
            message=f"the key {key!r} stands twice",
            allowed="every key once",
        )
    return _unreadable(where, f"is not YAML: {words}", "YAML 1.2")


def _unreadable(place: str, message: str, allowed: str) -> Problem:
    return Problem(code="Y001", place=place, message=message, allowed=allowed)


def validate_document(
    model: type[Model], content: Any, *, place: str, code: str
) -> tuple[Model | None, list[Problem]]:
    """Check plain values against a pydantic model.

    Parameters
    ----------
    model : type
        The model; its fields say what is allowed.
    content : object
        What `read_document` returned.
    place : str
        How the file is called in messages.
    code : str
        Code that the problems carry.

    Returns
    -------
    tuple
        The model (None when there are problems) and every problem found.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(_tuples(content)), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [
            _model_problem(detail, place=place, code=code) for detail in found
        ]


def _tuples(value: Any) -> Any:
    """Turn lists into tuples: strict models hold tuples, YAML knows lists only."""
    if isinstance(value, Mapping):
        return {key: _tuples(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_tuples(inner) for inner in value)
    return value


def _model_problem(detail: ErrorDetails, *, place: str, code: str) -> Problem:
    path = _path(detail["loc"])
    where = f"{place}: {path}" if path else place
    kind = detail["type"]
    got = detail["input"]
    if kind == "missing":
        return Problem(code=code, place=where, message="is missing")
    if kind == "extra_forbidden":
        return Problem(
            code=code,
            place=where,
            message="is not a known field",
            remedy="correct the name or take it out",
        )
    remedy = ""
    if kind == "string_type" and isinstance(got, int | float):
        remedy = f'put quotes around it: "{got}"'
    message = f"is {got!r}" if not isinstance(got, Mapping | tuple) else "is not right"
    return Problem(
        code=code, place=where, message=message, allowed=_allowed(detail), remedy=remedy
    )


def _allowed(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if "expected" in context:
        return str(context["expected"]).replace(" or ", ", ")
    text = detail["msg"]
    return text[0].lower() + text[1:].removeprefix("Value error, ")


def _path(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".")
