"""Measurement: verdicts with their reasons, flags, notes, carelessness."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import builders
from diagnose.diagnosis import diagnose
from diagnose.diagnosis.measurement import judge
from diagnose.diagnosis.screening import compare_without
from diagnose.language import load_catalogue
from diagnose.statistics.reliability import cronbach_alpha

ITEMS = ["v1", "v2", "v3", "v4"]


def answers_of(n_respondents, *, seed=0, tie=0.9):
    rng = np.random.default_rng(seed)
    person = rng.normal(3, 1, size=(n_respondents, 1))
    noise = rng.normal(0, 1, size=(n_respondents, 4))
    answers = np.clip(np.rint(tie * person + (1 - tie) * 3 + 0.6 * noise), 1, 5)
    return pd.DataFrame(answers, columns=ITEMS)


def measured(answers, subscales=None):
    asked = builders.instrument(subscales or {"v": " ".join(ITEMS)})
    return diagnose(builders.responses(answers, asked)).measurement


def alpha_row(**numbers):
    row = {"n_respondents": 100, "estimate": 0.8, "conf_low": 0.75, "conf_high": 0.85}
    return pd.DataFrame([row | numbers])


@pytest.mark.parametrize(
    ("numbers", "flags", "verdict", "reason"),
    [
        ({}, set(), "good", "reason.good"),
        ({}, {"flag.weak"}, "care", "reason.weak_item"),
        ({}, {"flag.weak", "flag.negative"}, "care", "reason.negative_item"),
        ({}, {"flag.constant"}, "care", "reason.constant_item"),
        ({"conf_low": 0.69}, set(), "care", "reason.uncertain_alpha"),
        ({"conf_high": 0.69}, set(), "unsupported", "reason.low_alpha"),
        ({"estimate": -0.1}, set(), "unsupported", "reason.negative_alpha"),
        ({"estimate": np.nan}, set(), "unsupported", "reason.no_variance"),
        ({"n_respondents": 29}, set(), "unsupported", "reason.few_respondents"),
    ],
)
def test_verdicts(numbers, flags, verdict, reason):
    assert judge(alpha_row(**numbers), flags) == (verdict, reason)
    assert load_catalogue("findings").has(reason)


def test_reliability_is_that_of_the_statistics():
    answers = answers_of(80)

    row = measured(answers).reliability.set_index("method").loc["alpha"]

    expected = cronbach_alpha(answers)
    assert row["estimate"] == expected.estimate
    assert (row["conf_low"], row["conf_high"]) == (
        expected.conf_low,
        expected.conf_high,
    )
    assert row["n_respondents"] == 80


def test_an_item_against_its_key_is_flagged_and_never_flipped():
    answers = answers_of(80).assign(v4=lambda frame: 6 - frame["v4"])

    made = measured(answers)

    flags = made.items.set_index("item")["flag"]
    assert flags["v4"] == "flag.negative"
    assert made.verdicts.loc[0, "verdict"] in {"care", "unsupported"}


def test_a_constant_item_is_flagged():
    made = measured(answers_of(200).assign(v4=4.0))

    assert made.items.set_index("item").loc["v4", "flag"] == "flag.constant"
    assert made.verdicts.loc[0].to_dict() == {
        "subscale": "v",
        "verdict": "care",
        "reason": "reason.constant_item",
    }
    notes = made.reliability.set_index("method")["note"]
    assert notes.to_dict() == {
        "alpha": "note.constant_item",
        "omega_total": "note.no_variance",
        "omega_categorical": "note.no_variance",
    }


@pytest.mark.parametrize(
    ("n_respondents", "reason"), [(1, "few_respondents"), (29, "few_respondents")]
)
def test_few_respondents_support_nothing(n_respondents, reason):
    made = measured(answers_of(n_respondents))

    assert made.verdicts.loc[0, "verdict"] == "unsupported"
    assert made.verdicts.loc[0, "reason"] == f"reason.{reason}"
    assert len(made.items) == 4


def test_everyone_alike_supports_nothing():
    made = measured(answers_of(40) * 0 + 4)

    assert made.verdicts.loc[0, "reason"] == "reason.no_variance"
    assert made.reliability["estimate"].isna().all()


def test_one_item_has_no_reliability():
    made = measured(answers_of(40)[["v1"]], {"v": "v1"})

    assert made.verdicts.loc[0, "verdict"] == "single"
    assert made.reliability.empty
    assert made.items.loc[0, "flag"] == ""
    assert made.items.loc[0, "mean"] == answers_of(40)["v1"].mean()


def test_two_items_have_alpha_and_no_omega():
    made = measured(answers_of(60)[["v1", "v2"]], {"v": "v1 v2"})

    notes = made.reliability.set_index("method")["note"]
    assert notes.to_dict() == {"alpha": "", "omega_total": "note.two_items"}


def test_not_applicable_is_not_missing():
    text = "| v1 | v2 |\n| na | 3 |\n| | 3 |\n| 4 | 5 |\n| 2 | 1 |"
    items = measured(builders.table(text), {"v": "v1 v2"}).items.set_index("item")

    assert items.loc["v1", "share_not_applicable"] == 0.25
    assert items.loc["v1", "share_missing"] == 0.25
    assert items.loc["v1", "n_respondents"] == 2


def test_leaders_do_not_count_in_the_measurement():
    floor = answers_of(40).assign(role="floor")
    leaders = answers_of(40, seed=9).assign(role="leader")

    made = measured(pd.concat([floor, leaders]))

    pd.testing.assert_frame_equal(made.items, measured(answers_of(40)).items)


def test_careless_answerers_are_counted_and_kept():
    rng = np.random.default_rng(5)
    names = [f"{s}{i}" for s in "vocpe" for i in range(1, 5)]
    person = rng.normal(3, 0.8, size=(120, 5)).repeat(4, axis=1)
    honest = np.clip(np.rint(person + rng.normal(0, 0.5, size=(120, 20))), 1, 5)
    hurried = np.full((6, 20), 4.0)
    frame = pd.DataFrame(np.vstack([honest, hurried]), columns=names)
    frame["seconds"] = [300] * 120 + [12] * 6
    subscales = {s: " ".join(f"{s}{i}" for i in range(1, 5)) for s in "vocpe"}

    made = measured(frame, subscales)

    hurdles = made.careless.set_index("hurdle")
    assert hurdles.loc["speed", "n_flagged"] == 6
    assert hurdles.loc["careless", "n_flagged"] >= 6
    assert hurdles.loc["contradiction", "n_screened"] == 0
    assert (made.sensitivity["n_all"] == 126).all()
    assert (made.sensitivity["n_without"] <= 120).all()


def test_sensitivity_by_hand():
    scores = pd.DataFrame({"v": [1.0, 3.0, 5.0, np.nan]})

    row = compare_without(scores, np.array([True, False, False, True])).iloc[0]

    assert row.to_dict() == {
        "subscale": "v",
        "n_all": 3,
        "mean_all": 3.0,
        "n_without": 2,
        "mean_without": 4.0,
        "difference": 1.0,
    }
