"""What the pages of condition, agreement, reliability, planner and noise are given."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from diagnose.diagnosis.agreement import AGREE_AT_LEAST, DIVIDED_BELOW, WEAK_UP_TO
from diagnose.handbook.live import element_data, element_names
from diagnose.instrument import load_instrument
from diagnose.language import load_catalogue
from diagnose.statistics.planning import PlanAssumptions

EXPLORERS = ("agreement", "condition", "noise", "planner", "reliability")
SCRIPTS = Path(__file__).resolve().parents[3] / "book" / "_static" / "live"
SUBSCALES = {one.id: one for one in load_instrument("bottom-up").subscales}
FILLED_HERE = re.compile(r"\{(cv|level|power|correlation|sd|subscale|meaning|few)\}")


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_is_given_plain_data_with_its_fixed_numbers_filled_in(
    name, language
):
    made = element_data(name, language)

    assert name in element_names()
    assert json.loads(json.dumps(made)) == made
    assert made["language"] == language
    left = {
        key
        for key, text in made["words"].items()
        if FILLED_HERE.search(text) and not key.startswith(("spread", "note_"))
    }
    assert left == set()


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_word_that_a_script_names_is_there(name):
    script = (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")
    there = element_data(name, "en")["words"]
    named = set(re.findall(r"\bwords\.(\w+)", script))
    named |= set(re.findall(r'\bwords\["([\w.]+)"\]', script))
    begun = set(re.findall(r'\bwords\["([\w.]+)" \+', script))

    assert named
    assert named - set(there) == set()
    assert {b for b in begun if not any(key.startswith(b) for key in there)} == set()


@pytest.mark.parametrize("subscale", SUBSCALES)
def test_a_condition_speaks_about_its_own_subscale_only(subscale):
    made = element_data("condition", "en", subscale=subscale)
    asked = SUBSCALES[subscale]
    readings = {key for key in made["words"] if key.endswith(".says")}

    assert {key.split(".")[0] for key in readings} == {
        *("high", "low", "divided", "middle", "unknown", "hidden")
    }
    catalogue = load_catalogue("live_condition")
    for reading in ("high", "low", "divided", "middle"):
        for kind in ("says", "ask"):
            own = catalogue.text(f"{subscale}.{reading}.{kind}", "en")
            assert made["words"][f"{reading}.{kind}"] == own
    assert made["words"]["means"].endswith(asked.meaning["en"])
    assert [item["reverse"] for item in made["items"]] == [
        item.keyed == "reverse" for item in asked.items
    ]
    assert made["individual"] == (subscale in ("o", "i"))
    assert ("Divided is" in made["words"]["note"]) != made["individual"]
    verdict = made["words"]["verdict.divided"]
    assert verdict == ("Widely spread." if made["individual"] else "Divided.")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_level_is_praised_and_every_question_is_one(language):
    verdict = re.compile(
        r"\b(good|bad|healthy|worrying|strong|weak|goed|goede|slecht|zorgelijk)\b"
    )
    texts = load_catalogue("live_condition").entries
    asked = [key for key in texts if key.endswith(".ask")]

    assert len(asked) == 4 * len(SUBSCALES) + 2
    assert len({texts[key][language] for key in asked}) == len(asked)
    for key in asked:
        assert texts[key][language].endswith("?")
        assert texts[key][language].count("?") == 1
        said = texts[key.replace(".ask", ".says")][language]
        assert said.endswith(".")
        assert not verdict.search(said), key


def test_the_middle_never_claims_and_the_individual_are_never_a_divided_team():
    texts = load_catalogue("live_condition").entries
    for subscale in SUBSCALES:
        assert "includes the middle" in texts[f"{subscale}.middle.says"]["en"]
        divided = texts[f"{subscale}.divided.says"]["en"]
        assert ("no sign of a divided team" in divided) == (subscale in ("o", "i"))


@pytest.mark.parametrize("wrong", [{"subscale": "x"}, {"form": "board"}])
def test_an_unknown_subscale_or_form_is_refused(wrong):
    with pytest.raises(KeyError):
        element_data("condition", "en", **wrong)


def test_the_borders_are_those_of_the_report():
    team = element_data("condition", "nl")["borders"]
    one = element_data("agreement", "nl")

    assert (team["agree"], team["divided"], team["weak"]) == (
        *(AGREE_AT_LEAST, DIVIDED_BELOW, WEAK_UP_TO),
    )
    assert team["middle"] == 3
    assert one["borders"]["acceptable"] == AGREE_AT_LEAST
    assert one["nulls"] == pytest.approx([2.0, 1.34])
    assert all(len(preset["counts"]) == 5 for preset in one["presets"])


def test_the_planner_starts_from_what_the_package_takes_for_granted():
    given, made = PlanAssumptions(), element_data("planner", "en")
    start = {key: one["value"] for key, one in made["sliders"].items()}

    assert start["people"] / start["teams"] == given.team_size
    assert start["response"] == given.response
    assert (start["icc"], start["sd"]) == (given.icc, given.sd)
    assert made["fixed"]["cv"] == given.team_size_cv
    assert "0.5 times" in made["words"]["assumes"]


def test_the_seed_of_the_league_table_may_be_chosen():
    assert element_data("noise", "en", seed=3)["seed"] == 3
