"""What a model refuses, told in the words of somebody who edits the YAML file."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from diagnose.documents.problems import problem
from diagnose.documents.tree import describe, shown_text, step
from diagnose.errors import Problem

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

Path = tuple[int | str, ...]

_KEY = "[key]"
"""Last part of the location that pydantic gives to a refused key."""

_KINDS = {
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "model_attributes_type": "a mapping",
    "model_type": "a mapping",
    "string_type": "text",
    "tuple_type": "a list",
}
_BOUNDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than": lambda context: f"more than {context['gt']:.15g}",
    "greater_than_equal": lambda context: f"{context['ge']:.15g} or more",
    "less_than": lambda context: f"less than {context['lt']:.15g}",
    "less_than_equal": lambda context: f"{context['le']:.15g} or less",
    "literal_error": lambda context: str(context["expected"]).replace(" or ", ", "),
}
_RAISED = "Value error, "
"""What pydantic puts before the words of a model's own check."""
_SIZES = {"string_too_long", "string_too_short", "too_long", "too_short"}


@dataclass(frozen=True, slots=True)
class _Refusal:
    """One error of pydantic, at the path that it has in the file.

    ``of_union`` tells that pydantic tried several models or types at this place.
    """

    details: ErrorDetails
    path: Path
    of_union: bool


def model_problems(
    error: ValidationError,
    model: type[BaseModel],
    tree: Mapping[str, Any],
    *,
    place: str,
    patterns: Mapping[str, str],
) -> list[Problem]:
    """Translate a validation error into problems of the document.

    Parameters
    ----------
    error : pydantic.ValidationError
        What the model refused, all of it.
    model : type
        The model.
    tree : mapping
        What the model was given.
    place : str
        Name of the file in messages.
    patterns : mapping of str to str
        Regular expression to what it asks for, in words.

    Returns
    -------
    list of Problem
        One for each refused place, in the order of the model.
    """
    refusals = [_refusal(found, tree) for found in error.errors(include_url=False)]
    around = {path[:n] for path in (r.path for r in refusals) for n in range(len(path))}
    problems: list[Problem] = []
    for refusal in refusals:
        if _is_echo(refusal, around):
            continue
        found = _translate(refusal, model, _place(place, refusal.path), patterns)
        if refusal.of_union and problems and problems[-1].place == found.place:
            problems[-1] = _either(problems[-1], found)
        else:
            problems.append(found)
    return problems


def _refusal(details: ErrorDetails, tree: Mapping[str, Any]) -> _Refusal:
    location = details["loc"]
    inner = location[:-1] if location and location[-1] == _KEY else location
    path = _in_file(inner, tree)
    if details["type"] == "missing":
        path = (*_in_file(inner[:-1], tree), inner[-1])
    return _Refusal(details, path, of_union=len(path) < len(inner))


def _in_file(location: Path, tree: Any) -> Path:
    """Leave out of a location what the file does not hold: the branches of a union."""
    path: list[int | str] = []
    node = tree
    for part in location:
        if _holds(node, part):
            node = node[part]
            path.append(part)
    return tuple(path)


def _holds(node: object, part: int | str) -> bool:
    if isinstance(node, dict):
        return part in node
    return isinstance(node, tuple) and isinstance(part, int) and part < len(node)


def _is_echo(refusal: _Refusal, around: set[Path]) -> bool:
    """Tell whether something is refused only because of what is refused inside it.

    A list seems too short when its entries were refused, and of a union the branch
    that came deepest is the one that was meant. `around` holds every path that leads
    to the path of another refusal.
    """
    can_be = refusal.of_union or refusal.details["type"] == "too_short"
    return can_be and refusal.path in around


def _either(first: Problem, second: Problem) -> Problem:
    return replace(first, allowed=f"{first.allowed}, or {second.allowed}")


def _place(place: str, path: Path) -> str:
    words = ""
    for part in path:
        words = step(words, part)
    return f"{place}: {words}" if words else place


def _translate(
    refusal: _Refusal,
    model: type[BaseModel],
    place: str,
    patterns: Mapping[str, str],
) -> Problem:
    details = refusal.details
    kind = details["type"]
    if kind == "missing":
        return problem("Y010", place)
    # A field that wants an object of Python is one that no file can fill.
    if kind in {"extra_forbidden", "is_instance_of"}:
        return _unknown_field(details["loc"], model, place)
    if kind in _KINDS:
        return _wrong_type(details, place)
    if kind in _SIZES:
        return _wrong_size(details, place)
    return _wrong_value(details, place, patterns)


def _wrong_value(
    details: ErrorDetails, place: str, patterns: Mapping[str, str]
) -> Problem:
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        allowed = patterns.get(pattern, f"text of the pattern {pattern}")
    elif kind in _BOUNDS:
        allowed = _BOUNDS[kind](context)
    else:
        return problem("Y015", place, detail=details["msg"].removeprefix(_RAISED))
    if isinstance(value, str):
        shown = shown_text(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        shown = str(value)
    else:
        shown = describe(value)
    return problem("Y012", place, value=shown, allowed=allowed)


def _wrong_type(details: ErrorDetails, place: str) -> Problem:
    expected, value = _KINDS[details["type"]], details["input"]
    suggestion = ""
    if expected == "text" and isinstance(value, (int, float)):
        suggestion = "put it between quotes"
    elif isinstance(value, str) and expected in {"a number", "a whole number"}:
        suggestion = "write it without quotes"
    return problem(
        "Y013", place, value=describe(value), allowed=expected, suggestion=suggestion
    )


def _wrong_size(details: ErrorDetails, place: str) -> Problem:
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind.endswith("short"):
        allowed = f"at least {context['min_length']}"
    else:
        allowed = f"at most {context['max_length']}"
    if isinstance(value, str):
        # Blanks at both ends are taken off before the model measures.
        found = _counted(len(value.strip()), "character", "characters")
    else:
        found = _counted(len(value), "entry", "entries")
    return problem("Y014", place, value=found, allowed=allowed)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count or 'no'} {one if count == 1 else many}"


def _unknown_field(location: Path, model: type[BaseModel], place: str) -> Problem:
    fields = _fields_at(location[:-1], model)
    close = difflib.get_close_matches(str(location[-1]), fields, n=1)
    return problem(
        "Y011",
        place,
        allowed=", ".join(repr(field) for field in fields),
        suggestion=f"did you mean {close[0]!r}?" if close else "",
    )


def _fields_at(location: Path, model: type[BaseModel]) -> list[str]:
    """Return the field names of the part of the model that a location points to."""
    part = model
    for name in location:
        # Positions and keys of mappings lead nowhere new: the part is found by field.
        if isinstance(name, str) and name in part.model_fields:
            part = _part_in(part.model_fields[name].annotation) or part
    return [name for name, field in part.model_fields.items() if not field.exclude]


def _part_in(annotation: Any) -> type[BaseModel] | None:
    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_part_in(argument) for argument in get_args(annotation))
    return next((part for part in found if part is not None), None)
