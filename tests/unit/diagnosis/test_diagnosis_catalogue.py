"""The catalogue of findings: complete in both languages, and nothing unused."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import diagnose.diagnosis
from diagnose.diagnosis import screening
from diagnose.diagnosis.comparability import ACROSS, Comparison
from diagnose.diagnosis.factor_rows import PairVerdict
from diagnose.diagnosis.model import FindingKind, Verdict
from diagnose.diagnosis.treatment import Treatment
from diagnose.instrument.model import Kind
from diagnose.language import load_catalogue

CATALOGUE = load_catalogue("findings")
OWN_CATALOGUE = ("suitability", "first_steps")
"""Modules whose texts stand in the catalogue ``suitability``."""
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in Path(str(resources.files(diagnose.diagnosis))).glob("*.py")
    if not path.name.startswith(OWN_CATALOGUE)
)
COMPOSED = {
    *(f"unit.{direction}" for direction in ("higher", "lower")),
    *(f"change.{direction}" for direction in ("higher", "lower")),
    *(f"change.{what}_{d}" for what in ("line", "linked") for d in ("higher", "lower")),
    *(f"gap.floor_{d}{e}" for d in ("higher", "lower") for e in ("", "_estimated")),
    *(f"gap.unit_floor_{direction}" for direction in ("higher", "lower")),
    *(f"measurement.{flag}_item" for flag in ("weak", "negative", "constant")),
    *(f"reason.{flag}_item" for flag in ("weak", "negative", "constant")),
    *(f"measurement.{flag}_loading" for flag in ("weak", "negative")),
    *(f"word.kind_{kind}" for kind in get_args(Kind)),
    *(f"word.model_{model}" for model in ("one_factor", "grouping")),
    *(f"word.way_{treatment}" for treatment in get_args(Treatment)),
    *(f"word.across_{across}" for across in ACROSS),
}
FOR_REPORTS = {
    *(f"kind.{kind}" for kind in get_args(FindingKind)),
    *(f"verdict.{verdict}" for verdict in get_args(Verdict)),
    *(f"reading.{reading}" for reading in ("agree", "divided", "unclear")),
    *(f"pair.{verdict}" for verdict in get_args(PairVerdict) if verdict),
    *(f"comparison.{verdict}" for verdict in get_args(Comparison)),
    *(f"hurdle.{hurdle}" for hurdle in (*screening._INDEX_OF, "careless")),
}


def in_source():
    sections = {key.split(".")[0] for key in CATALOGUE.entries}
    words = "|".join(sorted(sections))
    return set(re.findall(rf'"((?:{words})\.[a-z_]+)"', SOURCE))


def test_every_key_is_used_and_every_code_has_words():
    assert in_source() | COMPOSED | FOR_REPORTS == set(CATALOGUE.entries)


@pytest.mark.parametrize("key", sorted(CATALOGUE.entries))
def test_every_text_says_the_same_in_both_languages(key):
    text = CATALOGUE.entries[key]

    assert set(text) == {"en", "nl"}
    fields = {
        language: {field for _, field, _, _ in Formatter().parse(words) if field}
        for language, words in text.items()
    }
    assert fields["en"] == fields["nl"]


@pytest.mark.parametrize("key", sorted(CATALOGUE.entries))
def test_numbers_are_written_the_way_of_the_language(key):
    text = CATALOGUE.entries[key]

    assert not re.search(r"\d,\d", text["en"])
    assert not re.search(r"\d\.\d", text["nl"])
