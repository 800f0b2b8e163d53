"""Every user-facing text exists in both languages, with the same fields."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

import diagnose
from diagnose.language import load_catalogue

SECTIONS = sorted(
    path.stem
    for path in (Path(diagnose.__file__).parent / "language" / "texts").glob("*.yaml")
)


def fields(text: str) -> set[str]:
    """Return the names that a template wants to have filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_text_stands_in_both_languages(section):
    for key, text in load_catalogue(section).entries.items():
        assert set(text) == {"en", "nl"}, f"{section}.{key}"
        assert all(words.strip() for words in text.values()), f"{section}.{key}"


# the catalogue of the assessment folder holds YAML examples, whose braces are no fields
@pytest.mark.parametrize("section", [s for s in SECTIONS if s != "assessment"])
def test_both_languages_want_the_same_fields(section):
    for key, text in load_catalogue(section).entries.items():
        assert fields(text["en"]) == fields(text["nl"]), f"{section}.{key}"
