"""The actions of the kit: complete, in both languages, and honest about evidence."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from diagnose.instrument import load_instrument
from diagnose.instrument.actions import Strength, load_actions
from diagnose.instrument.actions_check import FEWEST_ACTIONS, SPECIAL_TOPICS

INSTRUMENT = load_instrument("bottom-up")
LIBRARY = load_actions(INSTRUMENT)
TOPICS = (*(s.id for s in INSTRUMENT.subscales), *SPECIAL_TOPICS)
ACTIONS = pytest.mark.parametrize("action", LIBRARY.actions, ids=lambda a: a.id)
PULSE = {item.id for item in load_instrument("pulse").items}


def texts(action):
    """Return every text of an action as a pair of English and Dutch."""
    own = (action.title, action.by, action.progress, action.cost, action.not_when)
    steps = [step.what for step in action.steps]
    return [(t["en"], t["nl"]) for t in (*own, *steps, action.evidence.words)]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_an_action_and_two_others(topic):
    assert len(LIBRARY.about(topic)) >= FEWEST_ACTIONS


@pytest.mark.parametrize("subscale", [s.id for s in INSTRUMENT.subscales])
def test_some_action_on_every_subscale_can_be_followed_with_the_pulse(subscale):
    items = {item for action in LIBRARY.about(subscale) for item in action.items}

    assert items & PULSE


@ACTIONS
def test_it_exists_in_both_languages_which_differ(action):
    for english, dutch in texts(action):
        assert english.strip()
        assert dutch.strip()
        assert english != dutch


@ACTIONS
def test_it_starts_in_the_first_two_weeks_and_is_over_after_six(action):
    weeks = [step.week for step in action.steps]

    assert weeks[0] <= 2
    assert weeks[-1] <= 6
    assert weeks == sorted(set(weeks))


@ACTIONS
def test_evidence_beyond_practice_names_its_source(action):
    assert action.evidence.strength in get_args(Strength)
    assert (action.evidence.strength == "practice-only") == (
        not action.evidence.sources
    )


@ACTIONS
def test_it_promises_nothing(action):
    forbidden = r"\b(proven|guarantee\w*|always works|bewezen|gegarandeerd|70 ?%)"
    for words in texts(action):
        assert not any(re.search(forbidden, text, re.I) for text in words)


@ACTIONS
def test_it_is_short_enough_to_read(action):
    for words in texts(action):
        assert all(len(text) <= 240 for text in words)


def test_an_id_begins_with_its_topic():
    for action in LIBRARY.actions:
        short = {"leaders-higher", "floor-higher", "divided"}
        prefix = action.about if action.about in short else action.about.split("-")[0]
        assert action.id.startswith(f"{prefix}-")


def test_the_library_is_free_to_use():
    assert LIBRARY.licence == "CC-BY-4.0"
