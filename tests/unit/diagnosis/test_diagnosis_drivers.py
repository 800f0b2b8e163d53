"""What goes with the outcomes: who and what takes part, and what is said of it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import VERDICTS
from diagnose.diagnosis.driver_findings import find_drivers_told
from diagnose.diagnosis.drivers import Drivers, leading_conditions
from diagnose.statistics.drivers import relative_importance
from diagnose.statistics.multiplicity import adjust_p_values
from driven import ASKED, draw_scores, drivers_of, teams_of


def told(drivers, *, unsupported=()):
    """Return the findings about drivers, by code."""
    parts = SimpleNamespace(
        instrument=ASKED,
        conf_level=0.95,
        drivers=drivers,
        measurement=SimpleNamespace(
            verdicts=build_frame(
                [
                    {
                        "subscale": s.id,
                        "verdict": "unsupported" if s.id in unsupported else "good",
                        "reason": "",
                    }
                    for s in ASKED.subscales
                ],
                VERDICTS,
            )
        ),
    )
    return {finding.code: finding for finding in find_drivers_told(parts)}


@pytest.fixture(scope="module")
def drivers():
    return drivers_of(draw_scores(240), teams=teams_of(240, 24))


def test_weights_are_those_of_whole_teams_resampled(drivers):
    scores = draw_scores(240)

    own = relative_importance(
        scores["k"],
        scores[["v", "o"]],
        clusters=pd.Series(teams_of(240, 24)),
        n_bootstrap=1000,
    ).to_frame()

    made = drivers.weights.loc[drivers.weights["outcome"] == "k"]
    for name in ("estimate", "share", "share_high", "correlation", "p_value"):
        assert made[name].to_numpy() == pytest.approx(own[name].to_numpy())


def test_all_conditions_and_outcomes_are_one_family(drivers):
    weights = drivers.weights

    assert len(weights) == 4
    expected = adjust_p_values(weights["p_value"].to_numpy()).to_numpy()
    assert weights["p_adjusted"].to_numpy() == pytest.approx(expected)
    assert weights["holds"].tolist() == ["yes", "no", "yes", "no"]
    chance = weights["holds"] == "no"
    assert (weights.loc[chance, ["conf_low", "share_low"]] == 0).all(axis=None)


def test_outcomes_rest_on_the_same_people():
    scores = draw_scores(240)
    scores.loc[:9, "k"] = np.nan
    scores.loc[5:19, "v"] = np.nan

    models = drivers_of(scores).models

    assert models["n_respondents"].tolist() == [220, 220]
    assert models["n_others"].tolist() == [20, 20]


def test_headroom_is_what_the_scale_leaves_above_the_mean_of_everybody():
    scores = draw_scores(240)
    scores.loc[:9, "k"] = np.nan

    row = drivers_of(scores).weights.iloc[0]

    assert row["mean"] == pytest.approx(scores["v"].mean())
    assert row["headroom"] == pytest.approx((5 - scores["v"].mean()) / 4)
    assert row["headroom_low"] < row["headroom"] < row["headroom_high"]


def test_people_without_a_team_take_part_as_teams_of_their_own():
    scores = draw_scores(240)
    teams = teams_of(240, 24)
    teams[:12] = [""] * 12

    models = drivers_of(scores, teams=teams).models

    assert models["n_respondents"].tolist() == [240, 240]
    assert models["note"].tolist() == ["", ""]


def test_what_is_not_supported_takes_no_part():
    made = drivers_of(draw_scores(240), verdicts={"o": "unsupported"})

    assert made.models["note"].tolist() == ["note.few_conditions"] * 2
    assert made.weights.empty


def test_without_outcomes_or_conditions_there_is_nothing():
    unsupported = dict.fromkeys("ck", "unsupported")

    made = drivers_of(draw_scores(240), verdicts=unsupported)

    assert made.models.empty
    assert told(made) == {}


def test_conditions_that_say_the_same_are_no_model():
    scores = draw_scores(240)
    scores["o"] = scores["v"]

    made = drivers_of(scores)

    assert made.models["note"].tolist() == ["note.no_drivers"] * 2
    assert "open.no_drivers" in told(made)


def test_a_condition_is_named_with_its_share_and_without_a_cause(drivers):
    finding = told(drivers)["driver.most"]

    english, dutch = finding.sentence("en"), finding.sentence("nl")
    assert "More than half of that goes with “V” (" in english
    assert "the answers do not tell what causes what" in english
    assert "All this allows for the 4 links" in english
    assert "Also beyond chance" not in english
    assert "Meer dan de helft daarvan hangt samen met “V” (" in dutch
    assert "wat waarvan de oorzaak is, zeggen de antwoorden niet" in dutch
    assert finding.subscales in (("c", "v"), ("k", "v"))
    assert finding.evidence["n_respondents"] == 240


def test_a_negative_link_is_said_to_be_so():
    made = drivers_of(draw_scores(240, links={"v": -0.8, "o": 0.0}))

    finding = told(made)["driver.most"]
    assert "more of the one goes with less of the other" in finding.sentence("en")
    assert "meer van het een samen met minder van het ander" in finding.sentence("nl")


def test_conditions_with_smaller_parts_are_named_after_those_with_half():
    made = drivers_of(draw_scores(240, links={"v": 0.9, "o": 0.4}))

    sentence = told(made)["driver.most"].sentence("en")
    assert "Also beyond chance, with smaller parts: “O”." in sentence
    assert "How they rank" not in sentence
    assert leading_conditions(made.weights, "c")["subscale"].tolist() == ["v"]


def test_an_order_that_is_not_certain_is_said_to_be_so():
    made = drivers_of(draw_scores(240, links={"v": 0.6, "o": 0.55}))

    finding = told(made)["driver.most"]
    assert "others may weigh as much" in finding.sentence("en")
    assert "De volgorde staat niet vast" in finding.sentence("nl")


def test_when_little_is_beyond_chance_half_is_not_claimed(drivers):
    weights = drivers.weights.assign(share=[0.3, 0.7, 0.3, 0.7])

    sentences = told(Drivers(weights=weights, models=drivers.models))

    assert "driver.most" not in sentences
    assert "Within that, beyond chance: “V”" in sentences["driver.part"].sentence("en")
    assert "Meer dan toeval daarbinnen" in sentences["driver.part"].sentence("nl")


def test_few_teams_are_said_to_be_few():
    made = drivers_of(draw_scores(400, links={"v": 2, "o": 0}), teams=teams_of(400, 8))

    assert made.models["note"].tolist() == ["note.few_teams"] * 2
    finding = told(made)["driver.most"]
    assert "With fewer than ten teams" in finding.sentence("en")
    assert "minder dan tien teams" in finding.sentence("nl")


def test_below_fifty_people_it_is_said_how_many_more_are_needed():
    made = drivers_of(draw_scores(41))

    assert made.weights.empty
    found = told(made)
    assert set(found) == {"open.few_for_drivers"}
    assert "41 have them, which is 9 too few" in found["open.few_for_drivers"].sentence(
        "en"
    )
    assert "dat geldt voor 41, dus 9 te weinig" in found[
        "open.few_for_drivers"
    ].sentence("nl")


def test_below_a_hundred_no_condition_is_named():
    made = drivers_of(draw_scores(80))

    assert len(made.weights) == 4
    assert made.models["note"].tolist() == ["note.rough_drivers"] * 2
    found = told(made)
    assert set(found) == {"open.rough_drivers", "open.one_sitting"}
    assert "(20 more)" in found["open.rough_drivers"].sentence("en")


def test_nothing_beyond_chance_is_left_open():
    found = told(drivers_of(draw_scores(240, links={"v": 0.0, "o": 0.0})))

    assert "driver.most" not in found
    assert "does not prove that none does" in found["open.drivers_unclear"].sentence(
        "en"
    )
    assert "bewijst niet" in found["open.drivers_unclear"].sentence("nl")


def test_conditions_that_resemble_each_other_are_said_to():
    scores = draw_scores(240)
    scores["o"] = scores["v"] + 0.01 * draw_scores(240, seed=2)["v"]

    found = told(drivers_of(scores))

    sentence = found["open.drivers_alike"].sentence("en")
    assert "“V” and “O”" in sentence
    assert "from 5 it is called high" in sentence


def test_one_questionnaire_at_one_moment_is_always_a_caution(drivers):
    finding = told(drivers)["open.one_sitting"]

    share = drivers.models["first_factor"].iloc[0]
    assert f"{100 * share:.0f}% of all differences" in finding.sentence("en")
    assert f"{100 * share:.0f} % van alle verschillen" in finding.sentence("nl")


def test_no_finding_rests_on_what_measurement_does_not_support(drivers):
    assert told(drivers, unsupported=("o",)) == {}
    assert set(told(drivers, unsupported=("c",))) >= {"driver.most"}


def test_the_same_answers_give_the_same_numbers(drivers):
    again = drivers_of(draw_scores(240), teams=teams_of(240, 24))

    pd.testing.assert_frame_equal(again.weights, drivers.weights)
    pd.testing.assert_frame_equal(again.models, drivers.models)
