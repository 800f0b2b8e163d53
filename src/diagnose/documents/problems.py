"""The catalogue of everything that can be wrong with a YAML document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagnose.errors import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """The wording of one kind of problem; fields in braces are filled in.

    Attributes
    ----------
    message : str
        What was found at the place.
    allowed : str
        What would have been right; ``{allowed}`` when it depends on the field.
    remedy : str
        What the user can do.
    """

    message: str
    allowed: str = ""
    remedy: str = ""


CATALOGUE: dict[str, Entry] = {
    # the file as a whole
    "Y001": Entry(
        "is not valid YAML at line {line}, column {column}: {detail}",
        "",
        "look just before it: quote texts with a colon or hash; indent with spaces",
    ),
    "Y002": Entry(
        "has the key {value} twice (line {line})", "", "remove or rename one of them"
    ),
    "Y003": Entry(
        "is larger than {limit} bytes", "", "check that this is the right file"
    ),
    "Y004": Entry(
        "is not UTF-8 text (byte {position})",
        "",
        "save the file again with encoding UTF-8",
    ),
    "Y005": Entry("is empty", "a mapping: lines such as `name: value`"),
    "Y006": Entry(
        "is nested or repeated too much: more than {limit} {what}",
        "",
        "write out the repeated parts instead of using anchors and aliases",
    ),
    "Y007": Entry("cannot be read: {detail}"),
    # one field at a time
    "Y010": Entry("is missing", "", "add it"),
    "Y011": Entry("is not a known field", "{allowed}", "{suggestion}"),
    "Y012": Entry("is {value}", "{allowed}"),
    "Y013": Entry("is {value}", "{allowed}", "{suggestion}"),
    "Y014": Entry("holds {value}", "{allowed}"),
    "Y015": Entry("{detail}"),
}
"""Code to wording; every code is asserted by a test, and no code is ever reused."""


def problem(code: str, place: str, **values: object) -> Problem:
    """Return this catalogue's problem `code` at `place`; see `fill`."""
    return fill(CATALOGUE[code], code, place, values)


def fill(entry: Entry, code: str, place: str, values: Mapping[str, object]) -> Problem:
    """Return the problem of an entry, with its fields filled in.

    ``allowed`` and ``suggestion`` are empty when `values` lacks them.
    """
    fields = {"allowed": "", "suggestion": "", **values}
    return Problem(
        code=code,
        place=place,
        message=entry.message.format(**fields),
        allowed=entry.allowed.format(**fields),
        remedy=entry.remedy.format(**fields),
    )
