"""Decks of organisations with many units: a few rows a slide, and it says so."""

from __future__ import annotations

import pytest

from diagnose.plots.words import Words
from diagnose.report import executive_profile, executive_units
from diagnose.report.deck.heads import set_heads
from diagnose.report.deck.metrics import Metrics
from diagnose.report.document import Column
from diagnose.report.executive import executive_deck
from diagnose.report.record_tables import provenance_table
from diagnose.report.short_section import short_entries
from diagnose.report.telling import Telling
from published import make_publication


@pytest.fixture(scope="module")
def telling():
    words = Words(publication=make_publication(), language="en", section="report")
    return Telling(words=words)


def named(telling):
    deck = executive_deck(telling.words.publication, "en")
    return {slide.name: slide for slide in deck.slides}


def test_the_rows_with_most_clear_differences_stand_on_the_slide(telling, monkeypatch):
    table = named(telling)["heat"].blocks[0]
    clear = [sum(c.tone in ("higher", "lower") for c in row) for row in table.rows]
    monkeypatch.setattr(executive_units, "_MOST_ROWS", 3)

    cut = executive_units._bounded(telling, table)

    kept = [sum(c.tone in ("higher", "lower") for c in row) for row in cut.rows]
    assert sorted(kept, reverse=True) == sorted(clear, reverse=True)[:3]
    places = [table.rows.index(row) for row in cut.rows]
    assert places == sorted(places)
    assert f"The 3 of {len(table.rows)} rows" in cut.note


def test_cases_beyond_what_a_slide_holds_are_counted(telling, monkeypatch):
    whole = named(telling)["divided"].blocks[0]
    monkeypatch.setattr(executive_units, "_MOST_DIVIDED", 1)

    cut = named(telling)["divided"].blocks[0]

    (row,) = cut.rows
    at = [column.key for column in whole.columns].index("a_wg")
    assert row[at].value == min(row[at].value for row in whole.rows)
    assert f"The {len(whole.rows) - 1} other cases" in cut.note


def test_the_response_of_many_units_takes_one_slide(telling, monkeypatch):
    monkeypatch.setattr(executive_profile, "_MOST_UNITS", 0)

    slide = named(telling)["participation"]

    assert [block.name for block in slide.blocks] == ["roles"]


def test_the_slide_of_findings_says_what_stands_out(telling):
    title = named(telling)["short"].title

    assert title.startswith("What stands out: ")
    assert "is a" in title


@pytest.mark.parametrize("kind", ["unit", "divided", "gap"])
def test_a_line_on_a_slide_names_few_subscales(telling, kind):
    long = short_entries(telling.words, kind)
    short = short_entries(telling.words, kind, most=1)

    assert len(long) == len(short)
    assert all(len(a) <= len(b) for a, b in zip(short, long, strict=True))
    if kind == "divided":
        assert any(" others" in entry for entry in short)


def test_one_heading_on_its_side_takes_the_others_along():
    headings = ("Unit", "n", "Short", "A heading that is far too wide")
    columns = [
        Column(key=str(place), heading=text) for place, text in enumerate(headings)
    ]

    heads, _ = set_heads(columns, 12.0, [2.0, 0.6, 0.6, 0.6], Metrics(), turned=True)

    assert [head.on_side for head in heads] == [False, False, True, True]


def test_settings_are_told_in_the_language_of_the_reader():
    publication = make_publication()
    settings = {"settings": {"conf_level": 0.95, "duplicates": "last", "trials": ""}}
    made = object.__new__(type(publication))
    for name in type(publication).__slots__:
        object.__setattr__(made, name, getattr(publication, name))
    object.__setattr__(made, "provenance", settings)
    words = Words(publication=made, language="nl", section="report")

    rows = [[cell.value for cell in row] for row in provenance_table(words).rows]

    assert ["instelling · dekking van de intervallen", "0,95"] in rows
    assert ["instelling · meer rijen van één persoon", "de laatste telt (last)"] in rows
    assert rows[-1][1]
