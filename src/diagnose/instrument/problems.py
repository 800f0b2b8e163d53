"""The catalogue of everything that can be wrong with an instrument.

What can be wrong with any YAML file has its codes in ``documents/problems.py``.
"""

from __future__ import annotations

from diagnose.documents.problems import Entry, fill
from diagnose.errors import Problem

CATALOGUE: dict[str, Entry] = {
    # finding the file
    "I001": Entry("there is no instrument of this name", "{allowed}", "{suggestion}"),
    "I002": Entry(
        "there is no such file",
        "the path of an instrument.yaml, or of the folder that holds one",
    ),
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
    "I037": Entry("names {value}, which is no subscale", "{allowed}"),
    "I038": Entry(
        "leaves out {value}, or names it twice",
        "every subscale of the kinds that it groups, once",
    ),
}
"""Code to wording; every code is asserted by a test, and no code is ever reused."""


PATTERNS = {
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
"""What each regular expression of the model asks for, in words."""


def problem(code: str, place: str, **values: object) -> Problem:
    """Return this catalogue's problem `code` at `place`, with its fields filled in."""
    return fill(CATALOGUE[code], code, place, values)
