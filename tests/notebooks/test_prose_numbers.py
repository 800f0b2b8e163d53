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


@pytest.mark.parametrize("page", ["conditions", "scan"])
def test_pages_name_the_instrument_as_it_is(instrument, page):
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")

    assert len(instrument.items) == 45
    assert "experimental" in text or "validated" in text
