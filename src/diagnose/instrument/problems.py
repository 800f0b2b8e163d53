"""The catalogue of everything that can be wrong with an instrument file."""

from __future__ import annotations

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
    # finding and reading the file
    "I001": Entry("there is no instrument of this name", "{allowed}", "{suggestion}"),
    "I002": Entry(
        "there is no such file",
        "the path of an instrument.yaml, or of the folder that holds one",
    ),
    "I003": Entry("is larger than {limit} bytes", "", "split the instrument"),
    "I004": Entry(
        "is not UTF-8 text (byte {position})",
        "",
        "save the file again with encoding UTF-8",
    ),
    "I005": Entry("is empty", "a mapping that starts with `id:`"),
    "I006": Entry(
        "is not valid YAML at line {line}, column {column}: {detail}",
        "",
        "look just before it: quote texts with a colon or hash; indent with spaces",
    ),
    "I007": Entry(
        "has the key {value} twice (line {line})", "", "remove or rename one of them"
    ),
    "I008": Entry(
        "is nested or repeated too much: more than {limit} {what}",
        "",
        "write out the repeated parts instead of using anchors and aliases",
    ),
    "I009": Entry("cannot be read: {detail}"),
    # one field at a time: the model
    "I010": Entry("is missing", "", "add it"),
    "I011": Entry("is not a known field", "{allowed}", "{suggestion}"),
    "I012": Entry("is {value}", "{allowed}"),
    "I013": Entry("is {value}", "{allowed}", "{suggestion}"),
    "I014": Entry("holds {value}", "{allowed}"),
    "I015": Entry("{detail}"),
    # fields together: the rules of check.py
    "I020": Entry("repeats the id {value} of {other}", "an id of its own"),
    "I021": Entry("is {value}, which no response scale has as its id", "{allowed}"),
    "I022": Entry("is {value}, more than the number of items", "{allowed}"),
    "I023": Entry(
        "is {value}, with {count} items",
        "'item' for exactly one item, 'mean' for two or more",
    ),
    "I024": Entry(
        "answers on {value}, whose bounds differ from those of {other}",
        "items that are averaged share the bounds of their response scale",
    ),
    "I025": Entry("{detail}", "{allowed}"),
    "I026": Entry("repeats {value} of {other}", "a {what} of its own"),
    "I027": Entry(
        "{value} is also a label of code {other}",
        "",
        "give each code labels of its own; case, quotes and spaces do not count",
    ),
    "I028": Entry("names {value}", "{allowed}"),
    "I029": Entry("has no text in language {value}", "", "add it"),
    "I030": Entry(
        "is a text in {value}, a language that is not declared",
        "{allowed}",
        "declare it under `languages` or remove the text",
    ),
    "I031": Entry("is for form {value}, which does not exist", "{allowed}"),
    "I032": Entry(
        "has no text, while other items have one",
        "",
        "give all items a text, or none when users bring their own items",
    ),
    "I033": Entry("is used by no item", "", "add texts for this form or remove it"),
    "I034": Entry("is {value}, less than `{other}` ({count})", "{count} or more"),
    "I035": Entry(
        "has the same wording as {other}",
        "",
        "change one: exports that carry texts could not tell the items apart",
    ),
    "I036": Entry("holds the placeholder {value}", "{{unit}}, {{change}}"),
}
"""Code to wording; every code is asserted by a test, and no code is ever reused."""


def problem(code: str, place: str, **values: object) -> Problem:
    """Return the catalogue's problem `code` at `place`, with its fields filled in.

    ``allowed`` and ``suggestion`` are empty when `values` lacks them.
    """
    entry = CATALOGUE[code]
    fields = {"allowed": "", "suggestion": "", **values}
    return Problem(
        code=code,
        place=place,
        message=entry.message.format(**fields),
        allowed=entry.allowed.format(**fields),
        remedy=entry.remedy.format(**fields),
    )
