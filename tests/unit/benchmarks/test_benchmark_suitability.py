"""The committed verdicts are those of the benchmark, and keep its promise."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture
def suitability(script):
    yield script("suitability")
    sys.modules.pop("suitability", None)


def test_the_committed_table_keeps_the_promise(suitability, committed):
    table = committed("suitability")

    assert suitability.broken_promises(table).empty
    assert len(table) == 4 * len(suitability.scenarios())
    found = table.groupby(["truth", "n_respondents"])["share"].sum()
    assert found.round(2).eq(1).all()


def test_many_answers_give_the_right_verdict(suitability):
    for name, truth in suitability.TRUTHS.items():
        assert suitability.verdict_of(name, 400, 1) == truth.right


def test_a_wrong_verdict_breaks_the_promise(suitability, committed):
    table = committed("suitability")
    first = (table["truth"] == "all_at_the_middle") & (table["verdict"] == "hybrid")
    worse = table.assign(share=table["share"].where(~first, 0.2))

    assert set(suitability.broken_promises(worse)["truth"]) == {"all_at_the_middle"}
