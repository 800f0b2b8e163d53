"""Waves are compared on subscales of which they asked the same items."""

from __future__ import annotations

import pytest

import diagnose as dg
from diagnose.diagnosis.trend import asked_alike


@pytest.fixture(scope="module")
def responses():
    instrument = dg.load_instrument("bottom-up")
    design = {"hierarchy": ("team",), "n_units": (5,), "waves": ("1", "2")}
    return dg.simulate(instrument, seed=6, **design)


def without(responses, item, wave):
    """Return the responses as if one wave had not asked an item."""
    given = responses.take(responses.people["wave"] != "")
    asked_in = given.people["wave"] == wave
    given.answers.loc[asked_in, item] = float("nan")
    given.not_applicable.loc[asked_in, item] = False
    return given


def test_waves_with_the_same_items_are_compared_on_all(responses):
    assert set(asked_alike(responses)) == set("volrfpzseck" + "i")


def test_a_subscale_that_lost_an_item_is_not_compared_and_that_is_said(responses):
    diagnosis = dg.diagnose(without(responses, "v1", "2"))

    assert "v" not in set(diagnosis.trend["subscale"])
    assert "o" in set(diagnosis.trend["subscale"])
    (said,) = [f for f in diagnosis.findings if f.code == "open.items_differ"]
    assert said.subscales == ("v",)
    assert "Voice and signal" in said.sentence("en")
    assert "Stem en signaal" in said.sentence("nl")


def test_a_trend_survives_disclosure_when_an_item_was_lost(responses):
    publication = dg.publish(dg.diagnose(without(responses, "v1", "1")))

    assert "v" not in set(publication.trend["subscale"])
