"""What a simulated organisation looks like."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from builders import instrument, number_scale
from diagnose.instrument.model import Instrument
from diagnose.scoring.score import key_answers, score
from diagnose.simulation import Design, SimulatedResponses, Unit, simulate

ONE_TEAM = {"hierarchy": ("team",), "n_units": (1,), "response_rate": 1.0}


def crowd(n_members: int = 20_000, **settings: object) -> SimulatedResponses:
    """Return one large team without leaders."""
    defaults = {"team_sizes": (n_members,), "leaders_per_team": 0, **ONE_TEAM}
    return simulate(instrument(), seed=3, **{**defaults, **settings})


def test_the_responses_keep_what_the_model_promises():
    result = simulate(instrument(context="a1"), seed=1, waves=("2025", "2026"))

    assert list(result.answers) == ["v1", "v2", "v3", "v4", "c1", "c2", "c3", "a1"]
    assert list(result.people)[:5] == ["wave", "role", "language", "seconds", "link"]
    assert result.hierarchy == ("division", "department", "team")
    assert result.waves == ("2025", "2026")
    assert set(result.people["wave"]) == {"2025", "2026"}
    assert [report.platform for report in result.reports] == ["simulated"] * 2
    assert sum(report.n_kept for report in result.reports) == len(result)
    assert not result.report.blocks_scoring
    assert not score(result).frame.isna().any(axis=None)


def test_every_team_has_its_head_count_and_one_leader_at_most():
    result = simulate(instrument(), seed=1, response_rate=1.0)

    floor = result.people["role"] == "floor"
    answered = result.people[floor].groupby("team").size()
    counts = result.head_counts.set_index("team")["n_members"]
    assert (answered == counts).all()
    assert counts.between(3, 29).all()
    assert counts.nunique() > 5
    leaders = result.people[result.people["role"] == "leader"].groupby("team").size()
    assert (leaders == 1).all()
    assert len(leaders) == 30


def test_units_are_nested():
    result = simulate(instrument(), seed=1, n_units=(3, 8, 30))

    parents = result.head_counts.groupby("team")["department"].nunique()
    grandparents = result.head_counts.groupby("department")["division"].nunique()
    assert (parents == 1).all()
    assert (grandparents == 1).all()
    assert result.head_counts["department"].nunique() == 8


def test_a_design_may_be_given_whole_and_adapted():
    design = Design(hierarchy=("team",), n_units=(4,), waves=("a",))

    plain = simulate(instrument(), design=design, seed=1)
    adapted = simulate(instrument(), design=design, seed=1, waves=("a", "b"))

    assert plain.design == design
    assert adapted.waves == ("a", "b")


def test_means_are_those_of_the_design():
    asked = instrument(
        {"v": "v1 v2 v3-", "t": "t1"}, scales={"t": number_scale("seven", 1, 7)}
    )

    result = simulate(
        asked,
        seed=1,
        means={"v": 2.2, "t": 5.5},
        team_share=0.0,
        team_sizes=(40_000,),
        leaders_per_team=0,
        **ONE_TEAM,
    )

    means = score(result).frame.mean()
    assert means["v"] == pytest.approx(2.2, abs=0.02)
    assert means["t"] == pytest.approx(5.5, abs=0.03)
    assert result.truth.organisation["by_members"].tolist() == pytest.approx([2.2, 5.5])


def test_reverse_keyed_items_are_answered_in_reverse():
    result = crowd()

    raw = result.answers.corr()
    keyed = key_answers(result.answers, result.instrument).corr()
    assert raw.loc["v1", "v3"] < -0.3
    assert keyed.loc["v1", "v3"] == pytest.approx(-raw.loc["v1", "v3"])


def test_subscales_correlate_as_designed():
    independent = score(crowd(correlation=0.0)).frame.corr().loc["v", "c"]
    related = score(crowd(correlation=((1.0, 0.8), (0.8, 1.0)))).frame.corr()

    assert independent == pytest.approx(0, abs=0.03)
    assert related.loc["v", "c"] > 0.55


def test_loadings_make_items_reliable():
    weak = crowd(loadings={"v1": 0.1}).answers.corr().loc["v1", "v2"]
    usual = crowd().answers.corr().loc["v1", "v2"]

    assert weak < 0.15
    assert usual > 0.4


def test_missing_answers_come_as_often_as_designed():
    result = crowd(dont_know_share=0.1, unanswered_share=0.05)

    unanswered = result.answers.isna() & ~result.not_applicable
    assert unanswered.to_numpy().mean() == pytest.approx(0.05, abs=0.005)
    assert result.not_applicable.to_numpy().mean() == pytest.approx(0.095, abs=0.005)
    assert not result.answers.notna()[result.not_applicable].any(axis=None)


def test_the_careless_are_known_and_the_attentive_answer_as_before():
    without = crowd(2000)
    result = crowd(2000, straight_share=0.1, random_share=0.1)

    straight = result.answers[result.careless == "straight"]
    attentive = result.careless == ""
    assert (straight.nunique(axis=1) == 1).all()
    assert attentive.mean() == pytest.approx(0.8, abs=0.04)
    assert set(result.careless) == {"", "straight", "random"}
    pd.testing.assert_frame_equal(result.answers[attentive], without.answers[attentive])
    seconds = result.people["seconds"]
    assert seconds[~attentive].median() < 0.5 * seconds[attentive].median()


def test_stayers_are_linked_and_resemble_themselves():
    result = crowd(4000, waves=("1", "2"), linked=True, stayers_share=0.6)

    first, second = (
        score(result).frame[result.people["wave"] == wave].set_axis(
            result.people.loc[result.people["wave"] == wave, "link"]
        )
        for wave in ("1", "2")
    )  # fmt: skip
    stayers = first.index.intersection(second.index)
    assert first.index.is_unique
    assert len(stayers) / 4000 == pytest.approx(0.6, abs=0.03)
    assert first.loc[stayers, "v"].corr(second.loc[stayers, "v"]) > 0.4
    assert set(result.people["link"].str.len()) == {16}


def test_without_links_nobody_can_be_followed():
    assert set(crowd(50, waves=("1", "2")).people["link"]) == {""}


def test_a_wave_changes_what_the_design_says():
    result = crowd(waves=("1", "2"), change={"2": {"v": 0.5}})

    frame = score(result).frame.groupby(result.people["wave"]).mean()
    assert frame.loc["2", "v"] - frame.loc["1", "v"] > 0.3
    assert frame.loc["2", "c"] - frame.loc["1", "c"] == pytest.approx(0, abs=0.03)


def test_units_differ_as_designed():
    units = {
        "Division 1": Unit(shift=0.5, response_rate=0.5),
        "Team 1": Unit(shift={"v": 0.5}, response_rate=0.9),
        "Team 4": Unit(divided=3.0),
    }

    result = simulate(
        instrument(),
        seed=2,
        hierarchy=("division", "team"),
        n_units=(2, 4),
        team_sizes=(4000,) * 4,
        team_share=0.0,
        units=units,
    )

    scored = score(result).frame.groupby(result.people["team"])
    mean, spread, size = scored.mean(), scored.std(), scored.size()
    assert mean.loc["Team 1", "v"] > mean.loc["Team 2", "v"] > mean.loc["Team 3", "v"]
    assert mean.loc["Team 1", "c"] == pytest.approx(mean.loc["Team 2", "c"], abs=0.06)
    assert spread.loc["Team 4", "v"] > 1.25 * spread.loc["Team 3", "v"]
    assert (size / 4000).tolist() == pytest.approx([0.9, 0.5, 0.7, 0.7], abs=0.03)


def test_languages_come_as_often_as_designed():
    result = crowd(languages={"nl": 0.8, "en": 0.2})

    shares = result.people["language"].value_counts(normalize=True)
    assert shares["nl"] == pytest.approx(0.8, abs=0.02)
    assert set(crowd(50).people["language"]) == {"en"}


def test_items_outside_the_leader_form_are_not_asked_of_leaders():
    content = instrument(context="a1").model_dump()
    content["context_items"][0]["text"] = {"floor": {"en": "Enough", "nl": "Genoeg"}}
    asked = Instrument.model_validate(content)

    result = simulate(asked, seed=1, dont_know_share=0.3)

    leads = result.people["role"] == "leader"
    assert result.answers.loc[leads, "a1"].isna().all()
    assert not result.not_applicable.loc[leads, "a1"].any()
    assert result.answers.loc[~leads, "a1"].notna().any()


def test_taking_a_part_keeps_the_truth_and_the_careless_in_step():
    result = simulate(instrument(), seed=1, straight_share=0.3, waves=("1", "2"))

    part = result.take(result.people["wave"] == "2")

    assert isinstance(part, SimulatedResponses)
    assert len(part) == len(part.careless) == (result.people["wave"] == "2").sum()
    assert (part.answers[part.careless == "straight"].nunique(axis=1) == 1).all()
    assert part.truth is result.truth


def test_a_hundred_thousand_respondents_take_seconds():
    twelve = {c: f"{c}1 {c}2 {c}3- {c}4" for c in "abcdefghijkl"}

    start = time.process_time()
    result = simulate(
        instrument(twelve), seed=1, n_units=(5, 20, 250), team_sizes=(400,) * 250,
        response_rate=1.0,
    )  # fmt: skip
    seconds = time.process_time() - start

    assert result.answers.shape == (100_000, 48)
    assert np.isfinite(result.answers.to_numpy()).all()
    assert seconds < 15  # of the processor; takes about two
