"""Errors of the model, told in the words of somebody who edits the YAML file."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from diagnose.errors import Problem
from diagnose.instrument.model import Instrument
from diagnose.instrument.problems import problem
from diagnose.instrument.yamltree import describe

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_PATTERNS = {
    r"^[a-z][a-z0-9-]{0,31}$": (
        "a lower-case letter, then up to 31 lower-case letters, digits or hyphens"
    ),
    r"^[a-z][a-z0-9]{0,15}$": (
        "a lower-case letter, then up to 15 lower-case letters or digits"
    ),
    r"^[a-z]{2}$": "a language code of two lower-case letters, such as 'nl'",
    r"^\d+\.\d+\.\d+$": "three numbers with dots, such as '1.0.0'",
    r"^10\.\d{4,9}/\S+$": "a DOI such as '10.1000/182', without https://doi.org/",
}
_KINDS = {
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
}


def model_problems(error: ValidationError, place: str) -> list[Problem]:
    """Translate a validation error of `Instrument` into the catalogue's problems.

    Parameters
    ----------
    error : pydantic.ValidationError
        What the model refused, all of it.
    place : str
        Name of the file in messages.

    Returns
    -------
    list of Problem
        One for each refused field, in the order of the model.
    """
    refused = error.errors(include_url=False)
    return [
        _translate(details, f"{place}: {_path(details['loc'])}")
        for details in refused
        if not _is_echo(details, refused)
    ]


def _is_echo(details: ErrorDetails, refused: list[ErrorDetails]) -> bool:
    """Tell whether a list seems too short only because its entries were refused."""
    inside = details["loc"]
    return details["type"] == "too_short" and any(
        other["loc"][: len(inside)] == inside and other["loc"] != inside
        for other in refused
    )


def _path(location: tuple[int | str, ...]) -> str:
    # pydantic marks a refused key with a last part "[key]"; the key itself precedes it.
    parts = location[:-1] if location and location[-1] == "[key]" else location
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")


def _translate(details: ErrorDetails, place: str) -> Problem:
    kind = details["type"]
    if kind == "missing":
        return problem("I010", place)
    if kind == "extra_forbidden":
        return _unknown_field(details, place)
    if kind in _KINDS:
        return _wrong_type(details, place)
    if kind in _REFUSED:
        allowed = _REFUSED[kind](details.get("ctx", {}))
        return problem("I012", place, value=_shown(details["input"]), allowed=allowed)
    if kind in {"too_short", "string_too_short", "string_too_long"}:
        return _wrong_size(details, place)
    return problem("I015", place, detail=details["msg"])


def _listed(context: Mapping[str, Any]) -> str:
    return str(context["expected"]).replace(" or ", ", ")


_REFUSED: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "literal_error": _listed,
    "string_pattern_mismatch": lambda context: _PATTERNS[context["pattern"]],
    "greater_than_equal": lambda context: f"{context['ge']} or more",
}


def _shown(value: object) -> str:
    plain = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    return repr(value) if plain else describe(value)


def _wrong_type(details: ErrorDetails, place: str) -> Problem:
    expected, value = _KINDS[details["type"]], details["input"]
    scalar = isinstance(value, (int, float))
    suggestion = "put it between quotes" if expected == "text" and scalar else ""
    if expected.endswith("number") and isinstance(value, str):
        suggestion = "write it without quotes"
    return problem(
        "I013", place, value=describe(value), allowed=expected, suggestion=suggestion
    )


def _wrong_size(details: ErrorDetails, place: str) -> Problem:
    context = details.get("ctx", {})
    if details["type"] == "string_too_long":
        size, allowed = len(details["input"]), f"at most {context['max_length']}"
        return problem("I014", place, value=f"{size} characters", allowed=allowed)
    if details["type"] == "string_too_short":
        return problem("I014", place, value="no text", allowed="at least 1 character")
    value = f"{context['actual_length']} entries"
    return problem(
        "I014", place, value=value, allowed=f"{context['min_length']} or more"
    )


def _unknown_field(details: ErrorDetails, place: str) -> Problem:
    name = str(details["loc"][-1])
    fields = _fields_at(details["loc"][:-1])
    close = difflib.get_close_matches(name, fields, n=1)
    return problem(
        "I011",
        place,
        allowed=", ".join(repr(field) for field in fields),
        suggestion=f"did you mean {close[0]!r}?" if close else "",
    )


def _fields_at(location: tuple[int | str, ...]) -> list[str]:
    """Return the field names of the part of the model that a location points to."""
    part: type[BaseModel] = Instrument
    for name in location:
        # Positions and keys of mappings lead nowhere new: the part is found by field.
        if isinstance(name, str) and name in part.model_fields:
            part = _part_in(part.model_fields[name].annotation) or part
    return list(part.model_fields)


def _part_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_part_in(argument) for argument in get_args(annotation))
    return next((part for part in found if part is not None), None)
