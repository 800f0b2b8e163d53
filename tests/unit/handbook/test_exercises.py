"""The bank of exercises: answers that hold, hints that fit, and nothing given away."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import diagnose as dg
from diagnose.handbook.exercises import load_bank
from diagnose.language import load_catalogue

ROOT = Path(__file__).resolve().parents[3]
TOOLS = ROOT / "book" / "_tools"
BANK = ROOT / "src" / "diagnose" / "handbook" / "exercises" / "bank.json"


def tool(name: str):
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


answers = tool("exercise_answers")
sealing = tool("seal_answers")


@cache
def answer(exercise: str):
    return answers.ANSWERS[exercise][3]()


@pytest.mark.parametrize("exercise", answers.ANSWERS)
def test_the_answer_of_the_data_is_called_right(exercise):
    assert dg.check(exercise, answer(exercise).right).is_right


@pytest.mark.parametrize("exercise", answers.ANSWERS)
def test_every_slip_is_wrong_and_gets_its_own_hint(exercise):
    words = load_catalogue("exercises")

    for name, value in answer(exercise).slips.items():
        verdict = dg.check(exercise, value, language="en")
        hint = words.text(f"exercise.{exercise}.{name}", "en")
        assert verdict.status == "wrong", name
        assert verdict.message.endswith(hint), name


def test_the_bank_is_what_the_tool_would_seal_for_a_cheap_exercise():
    stored = {entry["id"]: entry for entry in json.loads(BANK.read_text("utf-8"))}
    exercise = load_bank()["ex-shrink"]

    told = sealing.outcomes(exercise, answer("ex-shrink"))
    sealed = {sealing.seal("ex-shrink", text): said for text, said in told.items()}

    assert stored["ex-shrink"]["sealed"] == sealed
    assert list(stored) == list(answers.ANSWERS)


def test_the_bank_holds_hashes_and_no_answer_that_can_be_read():
    for exercise in load_bank().values():
        assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in exercise.sealed)
        assert "right" in exercise.sealed.values()
    every = [one for e in load_bank().values() for one in e.sealed]
    assert len(every) == len(set(every)), "one answer, one hash in every exercise"


def test_no_hint_tells_the_answer():
    entries = load_catalogue("exercises").entries
    for name, exercise in load_bank().items():
        if exercise.kind != "number":
            continue
        right = sealing.plain_answer(exercise, answer(name).right)
        hints = [text for key, text in entries.items() if f".{name}." in key]
        for hint in hints:
            found = re.findall(r"\d+(?:[.,]\d+)?", hint["en"] + hint["nl"])
            assert right not in [one.replace(",", ".") for one in found], name


@pytest.mark.parametrize(
    "given",
    [
        0.6254,
        "0.63",
        "0,63",
        np.float64(0.6254),
        [0.625],
        pd.Series([0.63]),
        pd.DataFrame({"estimate": [0.63]}),
        np.array([[0.63]]),
    ],
    ids=repr,
)
def test_the_same_number_in_any_dress_is_the_same_answer(given):
    assert dg.check("ex-length", given).is_right


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "no answer yet"),
        (..., "no answer yet"),
        ([], "no answer yet"),
        (float("nan"), "NaN"),
        (np.inf, "no end"),
        ("a lot", "number is asked"),
        (True, "number is asked"),
        ([0.6, 0.7], "One number"),
        ({"a": 1}, "cannot be read"),
        pytest.param(object(), "number is asked", id="object"),
    ],
    ids=repr,
)
def test_what_is_no_answer_is_said_in_words_and_never_raised(given, words):
    verdict = dg.check("ex-length", given, language="en")

    assert verdict.status == "unreadable"
    assert words in verdict.message
    assert str(verdict) == repr(verdict) == f"? {verdict.message}"


@pytest.mark.parametrize(
    ("given", "status"),
    [(0.62, "near"), (0.64, "near"), (0.6, "near"), (0.65, "wrong"), (10**50, "wrong")],
)
def test_rounding_is_told_from_being_wrong(given, status):
    assert dg.check("ex-length", given).status == status


def test_too_few_decimals_are_asked_for():
    assert "2 decimals" in dg.check("ex-length", 0.6, language="en").message
    assert "2 decimalen" in dg.check("ex-length", 0.6, language="nl").message


def test_words_come_in_any_order_and_case_but_all_of_them():
    right = answer("ex-steps-absent").right
    spoken = "; ".join(reversed(right)).upper()

    assert dg.check("ex-steps-absent", spoken).is_right
    assert dg.check("ex-steps-absent", set(right)).is_right
    assert not dg.check("ex-steps-absent", right[:-1]).is_right
    assert dg.check("ex-steps-absent", 3).status == "unreadable"


def test_truths_come_in_order_and_are_truths():
    assert dg.check("ex-attack-again", np.array([1, 1, 1]) == 1).is_right
    assert dg.check("ex-attack-again", [1, 1, 1]).status == "unreadable"
    assert dg.check("ex-attack-again", [True, True]).status == "wrong"


def test_an_unknown_exercise_names_those_near_it():
    verdict = dg.check("ex-lenght", 1, language="en")

    assert verdict.status == "unknown"
    assert "ex-length" in verdict.message
    assert dg.check(3, 1).status == "unknown"
    with pytest.raises(ValueError, match="ex-length"):
        dg.exercise_data("ex-lenght")
    with pytest.raises(ValueError, match="needs no data"):
        dg.exercise_data("ex-shrink")


def test_a_verdict_in_html_escapes_what_was_given():
    shown = dg.check("<b>", 1, language="en")._repr_html_()

    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown


def test_the_language_of_the_edition_speaks(monkeypatch):
    monkeypatch.setenv("DIAGNOSE_LANG", "nl")
    assert str(dg.check("ex-shrink", 3.2)).startswith("✓ Goed.")
    monkeypatch.setenv("DIAGNOSE_LANG", "en")
    assert str(dg.check("ex-shrink", 3.2)).startswith("✓ Right.")


def test_every_text_of_an_exercise_belongs_to_an_outcome_of_it():
    foreseen = {"right", "wrong"}
    for key in load_catalogue("exercises").entries:
        if key.startswith("exercise."):
            _, name, outcome = key.split(".")
            assert outcome in foreseen | set(load_bank()[name].sealed.values()), key


def test_data_are_the_same_twice_and_have_a_truth():
    one, two = (dg.exercise_data("ex-which-item") for _ in range(2))

    pd.testing.assert_frame_equal(one.answers, two.answers)
    assert not one.truth.organisation.empty
    assert (one.answers["p2"] != 6 - two.answers["p2"]).any()


def test_the_docstring_tells_of_every_data_set():
    from diagnose.handbook.exercises.data import _MADE

    told = re.findall(r"- ``(ex-[\w-]+)``", dg.exercise_data.__doc__)
    assert sorted(told) == sorted(_MADE)
    assert set(told) <= set(load_bank())
