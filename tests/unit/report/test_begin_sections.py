"""The sections on how to begin: verdict, first steps, pioneers and movement."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from diagnose.diagnosis.suitability import assess_suitability
from diagnose.instrument.screen import read_screen
from diagnose.language import load_catalogue
from diagnose.plots.words import Words
from diagnose.report.document import Bullets, Fold, Heading, Paragraph, tables_in
from diagnose.report.movement_section import movement_blocks
from diagnose.report.sheets import make_sheets
from diagnose.report.steps_section import steps_blocks
from diagnose.report.suitability_section import suitability_blocks
from published import make_large_publication, make_publication, skip_figures

ANSWERS = {f"q{n}": "no" if n in (2, 3) else "yes" for n in range(1, 8)}


@pytest.fixture(autouse=True)
def no_figures(monkeypatch):
    skip_figures(monkeypatch)


def words_of(publication, language="en"):
    return Words(publication=publication, language=language, section="report")


def text_of(blocks):
    told = []
    for block in blocks:
        if isinstance(block, Paragraph | Heading):
            told.append(block.text)
        elif isinstance(block, Bullets):
            told += block.items
        elif isinstance(block, Fold):
            told += [block.summary, text_of(block.blocks)]
    return " ".join(told).replace("\u00a0", " ")


def screened(answers):
    publication = make_large_publication()
    screen = read_screen(answers, publication.instrument)
    again = assess_suitability(publication, screen)
    return replace(publication, suitability=again)


@pytest.mark.parametrize(
    ("language", "verdict", "missing"),
    [
        ("en", "Verdict: cannot be told", "have not been answered"),
        ("nl", "Oordeel: niet te zeggen", "zijn niet beantwoord"),
    ],
)
def test_without_a_screen_the_verdict_waits(language, verdict, missing):
    text = text_of(suitability_blocks(words_of(make_large_publication(), language)))

    assert verdict in text
    assert missing in text


def test_the_screen_stands_in_the_report_in_words():
    words = words_of(screened(ANSWERS | {"q5": "no"}), "nl")
    (screen,) = [
        table
        for table in tables_in(tuple(suitability_blocks(words)))
        if table.name == "screen"
    ]

    answers = [(row[1].value, row[2].value) for row in screen.rows]
    assert answers[0] == ("ja", "laat verdergaan")
    assert answers[4] == ("nee", "eerst regelen")


def test_what_would_change_the_verdict_is_said_as_a_sentence():
    text = text_of(suitability_blocks(words_of(screened(ANSWERS))))

    assert "were “no” instead of “yes”: not from below for this change." in text


def test_first_steps_say_why_who_when_and_when_not():
    publication = make_large_publication()
    blocks = tuple(steps_blocks(words_of(publication)))
    text = text_of(blocks)

    assert 1 <= len(publication.first_steps.steps) <= 5
    for part in ("Because of what was found", "Who: ", "Week 1: ", "When not: "):
        assert text.count(part) >= len(publication.first_steps.steps)
    assert "prepared, not prescribed" in text
    assert "Instead: " in text


def test_the_what_if_stands_with_its_assumptions():
    english = text_of(movement_blocks(words_of(make_large_publication())))
    dutch = text_of(movement_blocks(words_of(make_large_publication(), "nl")))

    assert "a what-if and no forecast" in english
    assert "“One per cent is enough”" in english
    assert "d + 2 × p × s is 1 or more" in english
    assert "480 in 24 teams" in english
    assert "geen voorspelling" in dutch
    assert "“Bij een kwart slaat het om”" in dutch


def test_a_what_if_that_could_not_be_made_is_told():
    text = text_of(movement_blocks(words_of(make_publication(), "nl")))

    assert "Er is geen ‘wat als’" in text


def test_the_workbook_holds_verdict_steps_and_movement():
    sheets = dict(make_sheets(words_of(make_large_publication())))

    names = {
        part.name
        for name in ("suitability", "steps", "movement")
        for part in sheets[name]
        if not isinstance(part, tuple)
    }
    assert names == {
        *("suitability", "suitability-shares", "steps"),
        *("movement", "movement-inputs"),
    }


@pytest.mark.parametrize("section", ["begin", "movement"])
def test_numbers_and_words_follow_the_language(section):
    for key, text in load_catalogue(section).entries.items():
        assert not re.search(r"\d,\d", text["en"]), key
        assert not re.search(r"\d\.\d", text["nl"]), key
        assert not re.search(r"\bwill become\b|\bpredicts?\b", text["en"]), key
        assert not re.search(r"\bvoorspelt\b|\bzal worden\b", text["nl"]), key
