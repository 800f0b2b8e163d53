"""How a change can begin: every verdict is reached, and says what it rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import builders
import suitability_parts as made
from diagnose.diagnosis.suitability import (
    ALTERNATIVES,
    CONDITIONS,
    SCREEN,
    SHARES,
    assess_suitability,
)
from diagnose.diagnosis.suitability_rule import (
    PREREQUISITES,
    VERDICTS,
    columns_of,
    judge,
)
from diagnose.instrument import load_instrument
from diagnose.language import load_catalogue

COLUMNS = columns_of(made.INSTRUMENT)


def verdict_of(states, screen="go"):
    """Return the verdict of the rule, every subscale present but for `states`."""
    row = np.ones((1, len(COLUMNS.names)), dtype=np.int8)
    for name, state in states.items():
        row[0, COLUMNS.names.index(name)] = state
    return VERDICTS[judge(row, COLUMNS, screen)[0]]


@pytest.mark.parametrize(
    ("states", "screen", "verdict"),
    [
        ({}, "go", "bottom_up_now"),
        ({}, "do-not-field", "not_suited"),
        ({}, "postpone", "prepare_first"),
        ({}, "open", "cannot_tell"),
        ({}, None, "cannot_tell"),
        (dict.fromkeys(PREREQUISITES, -1), "do-not-field", "not_suited"),
        *(({name: -1}, "go", "prepare_first") for name in "lsve"),
        *(({name: 0}, "go", "cannot_tell") for name in "rlsve"),
        ({"r": -1}, "go", "hybrid"),
        ({"r": -1, "s": 0}, "go", "cannot_tell"),
        ({"r": -1, "s": -1}, "go", "prepare_first"),
        ({"r": 0, "s": -1}, "go", "prepare_first"),
        ({"r": -1, "i": -1}, "go", "hybrid"),
        *(({name: -1}, "go", "hybrid") for name in "cki"),
        ({"i": -1, "s": -1}, "go", "prepare_first"),
        ({"i": -1, "s": 0}, "go", "cannot_tell"),
        ({"i": -1, "r": 0}, "go", "cannot_tell"),
        *(({name: 0}, "go", "cannot_tell") for name in "cki"),
        ({"c": 0, "k": 0, "i": 0}, "go", "cannot_tell"),
        *(({name: -1}, "go", "bottom_up_now") for name in "ofpz"),
    ],
)
def test_the_rule(states, screen, verdict):
    assert verdict_of(states, screen) == verdict


@pytest.mark.parametrize(
    ("parts", "screen", "verdict"),
    [
        (made.parts(), made.screen(), "bottom_up_now"),
        (made.parts({"r": 2.4}), made.screen(), "hybrid"),
        (made.parts({"i": 2.4}), made.screen(), "hybrid"),
        (made.parts({"s": 2.4}), made.screen(), "prepare_first"),
        (made.parts(), made.screen(q5="no"), "prepare_first"),
        (made.parts(), made.screen(q2="yes"), "not_suited"),
        (made.parts(usual=3.0), made.screen(), "cannot_tell"),
        (made.parts(n=5), made.screen(), "cannot_tell"),
        (made.parts(usual=2.0, n=9), made.screen(), "cannot_tell"),
        (made.parts(), made.screen(q1="unknown"), "cannot_tell"),
        (made.parts(), None, "cannot_tell"),
    ],
)
def test_every_verdict_is_reached_from_cells(parts, screen, verdict):
    result = assess_suitability(parts, screen)

    assert result.verdict == verdict
    assert result.leaning == verdict
    assert result.stability > 0.9
    assert result.reasons[0].code == f"verdict.{verdict}"


def test_what_is_to_be_prepared_is_named_the_lowest_first():
    result = assess_suitability(made.parts({"s": 2.4, "v": 2.1, "f": 2}), made.screen())

    assert result.prepare == ("v", "s")
    codes = [reason.code for reason in result.reasons]
    assert {"prerequisite.absent", "why.s", "why.v", "grows.absent"} <= set(codes)


def test_people_are_never_called_unsuited():
    result = assess_suitability(made.parts(usual=1.2), made.screen())

    assert result.verdict == "prepare_first"
    assert set(result.prepare) == set(PREREQUISITES)


def test_a_close_call_is_not_called():
    # each interval just clears the middle, so that about half of the redraws fail
    means = dict.fromkeys(PREREQUISITES, 3.235)
    result = assess_suitability(made.parts(means), made.screen())

    assert result.leaning == "bottom_up_now"
    assert result.stability < 0.5
    assert result.verdict == "cannot_tell"
    assert "stability.close" in [reason.code for reason in result.reasons]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"n": 9}, "few"),
        ({"not_asked": ("s",)}, "not_asked"),
        ({"hidden": ("s",)}, "few"),
        ({"verdicts": {"s": "unsupported"}}, "unsupported"),
        ({"means": {"s": 3.1}}, "straddles"),
        ({"sd": 0.0}, "no_spread"),
        ({"leaders": {"s": 2.0}}, "disputed"),
        (
            {"agreement": (("A", "s", "divided"), ("B", "s", "divided"),
                           ("C", "s", "unclear"))},
            "divided",
        ),
    ],
)  # fmt: skip
def test_a_condition_is_open_for_a_reason(options, reason):
    result = assess_suitability(made.parts(**options), made.screen())

    space = result.conditions.set_index("subscale").loc["s"]
    assert (space["reading"], space["reason"]) == ("open", reason)
    assert result.verdict == "cannot_tell"
    assert f"open.{reason}" in [found.code for found in result.reasons]


@pytest.mark.parametrize(
    "options",
    [
        {"leaders": {"s": 2.0}, "n_leaders": 9},
        {"leaders": {"s": 2.9}},
        {"agreement": (("A", "s", "divided"), ("B", "s", "agree"))},
        {"agreement": (("A", "o", "divided"),)},
    ],
)
def test_too_little_does_not_open_a_condition(options):
    result = assess_suitability(made.parts(**options), made.screen())

    assert result.verdict == "bottom_up_now"


def test_leaders_do_not_make_present_what_the_work_floor_misses():
    result = assess_suitability(
        made.parts({"s": 2.2}, leaders={"s": 4.5}, gap={"s": "lower"}), made.screen()
    )

    assert result.verdict == "prepare_first"
    (gap,) = [r for r in result.reasons if r.code == "gap.leaders_higher"]
    assert gap.subscales == ("s",)


def test_divided_teams_and_both_directions_of_a_gap_are_told():
    result = assess_suitability(
        made.parts(
            gap={"v": "higher", "o": "lower", "l": "unclear"},
            agreement=(("A", "l", "divided"), ("A", "v", "agree"), ("B", "l", "agree")),
        ),
        made.screen(),
    )

    codes = {reason.code: reason for reason in result.reasons}
    assert codes["gap.floor_higher"].subscales == ("v",)
    assert "gap.leaders_higher" not in codes
    assert codes["teams.divided"].evidence == {"n_divided": 1, "n_teams": 2}
    assert result.n_teams == 2


def test_single_changes_that_would_change_the_verdict_are_listed():
    result = assess_suitability(made.parts({"s": 2.4}), made.screen())

    rows = {tuple(row) for row in result.alternatives.itertuples(index=False)}
    assert ("subscale", "s", "absent", "present", "bottom_up_now") in rows
    assert ("subscale", "s", "absent", "open", "cannot_tell") in rows
    assert ("screen", "q2", "no", "yes", "not_suited") in rows
    assert ("screen", "q5", "yes", "no", "prepare_first") not in rows


def test_without_a_screen_the_verdict_that_it_would_give_is_listed():
    result = assess_suitability(made.parts(), None)

    (row,) = result.alternatives.itertuples(index=False)
    assert tuple(row) == ("screen", "", "missing", "go", "bottom_up_now")
    assert result.screen.empty
    assert "screen.missing" in [reason.code for reason in result.reasons]


def test_the_frames_have_their_columns_and_the_screen_its_readings():
    result = assess_suitability(made.parts(), made.screen(q4="no", q7="unknown"))

    assert tuple(result.conditions) == CONDITIONS
    assert tuple(result.shares) == SHARES
    assert tuple(result.alternatives) == ALTERNATIVES
    assert tuple(result.screen) == SCREEN
    readings = dict(zip(result.screen["item"], result.screen["reading"], strict=True))
    assert readings | {"q4": "", "q7": ""} == dict.fromkeys(readings, "go") | {
        "q4": "", "q7": ""
    }  # fmt: skip
    assert (readings["q4"], readings["q7"]) == ("fails", "unknown")
    assert list(result.conditions["subscale"][:5]) == list(PREREQUISITES)
    assert result.to_frame().loc[0, "verdict"] == "prepare_first"


def test_the_share_above_the_middle_is_that_of_the_t_distribution():
    result = assess_suitability(
        made.parts({"s": 3.1}, n=20), made.screen(), n_draws=40_000
    )

    # R 4.2.2: pt((3.1 - 3) / (0.8 / sqrt(20)), 19)
    space = result.conditions.set_index("subscale").loc["s"]
    assert space["share_above"] == pytest.approx(0.7086, abs=4 * 0.5 / 200)


def test_the_same_call_gives_the_same_numbers_and_another_seed_others():
    parts, screen = made.parts({"s": 3.2}), made.screen()
    first = assess_suitability(parts, screen, seed=3)
    second = assess_suitability(parts, screen, seed=3)
    third = assess_suitability(parts, screen, seed=4)

    pd.testing.assert_frame_equal(first.conditions, second.conditions)
    assert not first.conditions.equals(third.conditions)


@pytest.mark.parametrize(
    "instrument", [load_instrument("pulse"), load_instrument("oric"), None]
)
def test_another_instrument_gets_no_verdict_and_no_error(instrument):
    instrument = instrument or builders.instrument()
    result = assess_suitability(made.parts(instrument=instrument), None)

    assert result.verdict == "cannot_tell"
    assert [reason.code for reason in result.reasons][1] == "rule.none"
    assert result.conditions.empty
    assert result.n_respondents == 0


@pytest.mark.parametrize(("option", "value"), [("n_draws", 99), ("seed", -1)])
def test_odd_options_are_refused(option, value):
    with pytest.raises(ValueError, match=f"`{option}` must be a whole number"):
        assess_suitability(made.parts(), made.screen(), **{option: value})


def test_every_reason_that_is_given_can_be_said_in_both_languages():
    parts = [
        made.parts(),
        made.parts(n=5),
        made.parts({"s": 2.4, "r": 2.1, "i": 2.2, "f": 2.0}, gap={"s": "lower"}),
        made.parts(sd=0.0),
    ]
    screens = [made.screen(), made.screen(q1="no", q5="no", q3="unknown"), None]
    for found in parts:
        for screen in screens:
            result = assess_suitability(found, screen)
            for reason in (*result.reasons, *result.notes):
                for language in ("en", "nl"):
                    sentence = reason.sentence(language)
                    assert "{" not in sentence
                    assert "nan" not in sentence


def test_every_verdict_open_reason_and_prerequisite_has_its_words():
    catalogue = load_catalogue("suitability")
    for verdict in VERDICTS:
        assert catalogue.has(f"verdict.{verdict}")
        assert catalogue.has(f"name.{verdict}")
    for name in PREREQUISITES:
        assert catalogue.has(f"why.{name}")


@pytest.mark.parametrize(
    ("not_asked", "verdict"),
    [(("c", "k"), "bottom_up_now"), (("c", "k", "i"), "cannot_tell")],
)
def test_outcomes_that_were_not_asked_are_left_out_but_not_all(not_asked, verdict):
    result = assess_suitability(made.parts(not_asked=not_asked), made.screen())

    assert result.verdict == verdict
    assert not set(not_asked) & set(result.conditions["subscale"])


def test_a_hidden_outcome_keeps_the_verdict_open():
    result = assess_suitability(made.parts(hidden=("c",)), made.screen())

    assert result.verdict == "cannot_tell"


def test_a_hidden_cell_has_no_influence():
    low = made.parts({"s": 1.2, "o": 1.2}, hidden=("s", "o"))
    high = made.parts({"s": 4.9, "o": 4.9}, hidden=("s", "o"))

    first, second = (assess_suitability(p, made.screen()) for p in (low, high))

    pd.testing.assert_frame_equal(first.conditions, second.conditions)
    pd.testing.assert_frame_equal(first.shares, second.shares)
    assert first.reasons == second.reasons
