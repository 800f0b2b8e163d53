"""The screen: answers to the questions about the change, all or none."""

from __future__ import annotations

import pytest

import builders
from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.screen import (
    CATALOGUE,
    check_screen,
    read_screen,
    screen_ids,
)

BOTTOM_UP = load_instrument("bottom-up")
GO = {"q1": "yes", "q2": "no", "q3": "no"} | dict.fromkeys(
    ("q4", "q5", "q6", "q7"), "yes"
)
CASES = [
    ("Q001", GO | {"q8": "yes"}, "screen.q8: is no question of the screen"),
    ("Q002", {k: v for k, v in GO.items() if k != "q3"}, "acute crisis"),
    ("Q003", GO | {"q1": "maybe"}, "screen.q1: is the text 'maybe'; allowed: 'yes'"),
    ("Q003", GO | {"q1": True}, "screen.q1: is the truth value true"),
    ("Q003", GO | {"q1": None}, "screen.q1: is empty"),
    ("Q003", GO | {"q1": ["yes"]}, "screen.q1: is a list"),
    ("Q003", GO | {"q1": {"yes": 1}}, "screen.q1: is a mapping"),
    ("Q003", GO | {"q1": "Yes"}, "'Yes'"),
    ("Q005", ["yes"] * 7, "is a list; allowed: a mapping"),
]


@pytest.mark.parametrize(("code", "answers", "part"), CASES)
def test_what_is_wrong_is_said(code, answers, part):
    (problem,) = check_screen(answers, BOTTOM_UP)

    assert problem.code == code
    assert part in str(problem)


def test_answers_for_an_instrument_without_a_screen_are_refused():
    (problem,) = check_screen({"q1": "yes"}, builders.instrument())

    assert problem.code == "Q004"


def test_every_code_is_asserted():
    assert {case[0] for case in CASES} | {"Q004"} == set(CATALOGUE)


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(InstrumentError) as caught:
        read_screen({"q1": "no idea", "why": "yes"}, BOTTOM_UP, place="a: screen")

    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["Q003", "Q001"] + ["Q002"] * 6
    assert all(p.place.startswith("a: screen.") for p in caught.value.problems)


def test_no_screen_is_no_mistake():
    assert read_screen(None, BOTTOM_UP) is None


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({}, "go", None),
        ({"q1": "no"}, "do-not-field", "stops"),
        ({"q2": "yes"}, "do-not-field", "stops"),
        ({"q3": "yes"}, "do-not-field", "stops"),
        ({"q4": "no"}, "postpone", "postpones"),
        ({"q5": "no"}, "postpone", "postpones"),
        ({"q6": "no"}, "postpone", "postpones"),
        ({"q7": "no"}, "postpone", "postpones"),
        ({"q1": "unknown"}, "open", "unknown_stops"),
        ({"q7": "unknown"}, "open", "unknown_postpones"),
    ],
)
def test_one_answer_decides(change, status, field):
    screen = read_screen(GO | change, BOTTOM_UP)

    assert screen.status == status
    for name in ("stops", "postpones", "unknown_stops", "unknown_postpones"):
        assert getattr(screen, name) == (tuple(change) if name == field else ())


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"q1": "no", "q2": "unknown", "q5": "no"}, "do-not-field"),
        ({"q2": "unknown", "q5": "no"}, "open"),
        ({"q4": "unknown", "q5": "no"}, "postpone"),
    ],
)
def test_the_gravest_answer_counts(change, status):
    assert read_screen(GO | change, BOTTOM_UP).status == status


def test_the_order_of_the_answers_does_not_count():
    assert read_screen(dict(reversed(GO.items())), BOTTOM_UP) == read_screen(
        GO, BOTTOM_UP
    )


def test_questions_are_numbered_in_the_order_of_the_instrument():
    assert screen_ids(BOTTOM_UP) == tuple(GO)
    assert screen_ids(builders.instrument()) == ()
