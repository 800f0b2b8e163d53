"""Numbers that pages state in words are those of the kit."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnose.instrument import load_actions, load_instrument

BOOK = Path(__file__).resolve().parents[2] / "book"
SAID = {2: "two", 12: "twelve", 14: "fourteen", 20: "twenty"}


@pytest.fixture
def instrument():
    return load_instrument("bottom-up")


def test_the_evidence_page_counts_the_actions_as_they_are(instrument):
    text = (BOOK / "why" / "evidence.md").read_text(encoding="utf-8")
    found = [one.evidence.strength for one in load_actions(instrument).actions]
    count = {kind: found.count(kind) for kind in set(found)}

    strong = SAID[count["strong"]]
    assert f"Of the {len(found)} actions in the library {strong} " in text
    moderate, thin = SAID[count["moderate"]], SAID[count["thin"]]
    practice = SAID[count["practice-only"]]
    assert (
        f"{moderate.capitalize()} are moderate, {thin} thin, and {practice} rest on "
        "practice only." in text
    )


def test_the_scan_page_says_how_to_score_on_paper_as_the_kit_scores(instrument):
    text = (BOOK / "scan.md").read_text(encoding="utf-8")
    rules = {
        (one.kind, one.min_answered, len(one.items)) for one in instrument.subscales
    }
    kinds = [one.kind for one in instrument.subscales]

    assert rules == {("condition", 3, 4), ("outcome", 2, 3)}
    assert "at least three of four for a condition, and two of three for an" in text
    assert (kinds.count("condition"), kinds.count("outcome")) == (9, 3)
    assert "nine conditions" in text
    assert "three outcomes" in text
    assert "Keep the twelve means apart." in text


def test_no_page_says_that_the_instrument_is_validated():
    assert "The instrument is experimental" in (BOOK / "scan.md").read_text("utf-8")
    conditions = (BOOK / "conditions.md").read_text(encoding="utf-8")
    assert "no item of this instrument has been validated yet" in conditions
