"""What can be concluded, in short: one entry a finding, or one a unit."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from diagnose.diagnosis.first_steps import FirstSteps
from diagnose.plots.words import words_for
from diagnose.report.document import Bullets, Fold, Table
from diagnose.report.record_tables import provenance_table
from diagnose.report.sheets import make_sheets
from diagnose.report.short_section import (
    findings_of_kind,
    short_blocks,
    short_entries,
)
from published import make_publication


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def entries(publication, kind, language="en"):
    return short_entries(words_for(publication, language, "report"), kind)


def about(publication, kind, path):
    found = [f for f in publication.findings if f.kind == kind and f.path == path]
    assert len(found) > 1
    return found


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("unit", ("Care", "Day shift")),
        ("divided", ("Care", "Evening shift")),
    ],
)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_unit_has_one_entry_with_every_subscale(publication, kind, path, language):
    found = about(publication, kind, path)
    named = f"“{' › '.join(path)}”"
    (entry,) = [e for e in entries(publication, kind, language) if named in e]

    for finding in found:
        assert finding.words["subscale"][language] in entry
        for name in ("mean", "difference", "a_wg", "r_wg"):
            assert finding.words.get(name, {}).get(language, "") in entry
    assert "{" not in entry


def test_lower_and_higher_subscales_stand_apart(publication):
    (entry,) = [e for e in entries(publication, "unit") if "Day shift" in e]

    assert re.search(
        r"Lower on “Voice and signal” 2\.80 \(−0\.61; −0\.96 to −0\.26\)\. "
        r"Higher on “Visible progress” 3\.97",
        entry,
    )
    assert "the largest p = 0.012" in entry


def test_entries_stand_where_their_most_important_finding_would(publication):
    told = entries(publication, "unit")
    first = {}
    for place, finding in enumerate(
        findings_of_kind(words_for(publication, "en", "report"), "unit")
    ):
        first.setdefault(finding.path or place, finding)
    names = [f.words["unit"]["en"] if f.path else "" for f in first.values()]

    assert len(told) == len(names)
    assert all(name in entry for name, entry in zip(names, told, strict=True))


def test_a_unit_with_one_finding_keeps_its_sentence(publication):
    (finding,) = [
        f
        for f in publication.findings
        if f.kind == "unit" and f.path == ("Support", "Finance")
    ]

    assert finding.sentence("en") in entries(publication, "unit")


@pytest.mark.parametrize(
    ("language", "note"),
    [("en", "On “Ownership”: Mind: "), ("nl", "Bij “Eigenaarschap”: Let op: ")],
)
def test_gaps_of_one_unit_keep_both_means_and_every_caution(
    publication, language, note
):
    one = next(f for f in publication.findings if f.code == "gap.unit_floor_lower")
    caution = {"en": " Mind: something.", "nl": " Let op: iets."}
    title = publication.instrument.subscale("o").title
    other = replace(
        one,
        code="gap.unit_floor_higher",
        subscales=("o",),
        evidence={**one.evidence, "difference": 0.7, "p_adjusted": 0.031},
        words={
            **one.words,
            "subscale": {lang: f"“{words}”" for lang, words in title.items()},
            "mean_floor": {"en": "4.10", "nl": "4,10"},
            "caution": caution,
        },
    )
    both = replace(publication, findings=(one, other), first_steps=FirstSteps())
    (entry,) = entries(both, "gap", language)

    assert one.words["mean_leader"][language] in entry
    assert other.words["mean_floor"][language] in entry
    assert {"en": "0.031", "nl": "0,031"}[language] in entry
    assert "n = 75" in entry
    assert "n = 7)" in entry
    assert note in entry


def test_the_rest_of_the_entries_is_folded_and_counted(publication):
    words = words_for(publication, "en", "report")
    made = list(short_blocks(words))
    told = short_entries(words, "unit")
    place = next(
        i for i, b in enumerate(made) if getattr(b, "items", ())[:1] == told[:1]
    )

    assert isinstance(made[place], Bullets)
    assert made[place].items == told[:4]
    assert isinstance(made[place + 1], Fold)
    assert made[place + 1].summary.startswith(f"{len(told) - 4} more")


def test_the_workbook_keeps_one_row_a_finding(publication):
    sheets = dict(make_sheets(words_for(publication, "en", "report")))
    (table,) = [part for part in sheets["findings"] if isinstance(part, Table)]

    assert len(table.rows) == len(publication.findings)


def test_answers_about_the_change_are_in_the_language_of_the_report(publication):
    screen = {"screen": {"q1": "yes", "q2": "unknown"}}
    words = words_for(replace(publication, provenance=screen), "nl", "report")
    written = [row[1].value for row in provenance_table(words).rows]

    assert written == ["ja", "niet bekend"]
