"""The truth is what a very large simulation of the same organisation finds."""

from __future__ import annotations

import numpy as np
import pytest

from builders import instrument
from diagnose.scoring.score import score
from diagnose.simulation import SimulatedResponses, Unit, simulate
from diagnose.simulation import truth as truth_module
from diagnose.simulation.design import Design
from diagnose.simulation.measurement import build_measurement
from diagnose.simulation.truth import answer_moments

N_MEMBERS = 40_000
SETTINGS = {
    "hierarchy": ("division", "team"),
    "n_units": (2, 4),
    "team_sizes": (N_MEMBERS,) * 4,
    "team_share": {"v": 0.3, "c": 0.0},
    "loadings": {"v1": 0.9, "v2": 0.5, "c1": 0.6},
    "means": {"v": 2.4},
    "leader_gap": {"v": 0.8},
    "units": {"Team 3": Unit(divided=2.5, shift=-0.4), "Division 1": Unit(shift=0.3)},
    "response_rate": 0.99,
}


@pytest.fixture(scope="module")
def large() -> SimulatedResponses:
    """Return four very large teams, a third of whose members lead."""
    return simulate(instrument(), seed=5, leaders_per_team=N_MEMBERS // 3, **SETTINGS)


def test_scores_of_teams_and_their_spread_match_a_large_simulation(large):
    scores = score(large).frame
    people = large.people

    groups = scores.groupby([people["role"], people["team"]])
    truth = large.truth.teams.set_index(["role", "team", "subscale"])
    for subscale in ("v", "c"):
        expected = truth.xs(subscale, level="subscale")
        error = np.sqrt(expected["variance"] / groups.size())
        distance = (groups[subscale].mean() - expected["expected"]) / error
        ratio = groups[subscale].var() / expected["variance"]
        assert distance.abs().max() < 4  # 8 means, each with its standard error
        assert ratio.tolist() == pytest.approx([1] * 8, abs=0.05)


def test_counts_are_those_of_the_attentive(large):
    counted = large.people.groupby(["role", "team"]).size()
    first = large.truth.teams.query("subscale == 'v'").set_index(["role", "team"])

    assert (first["n_respondents"] == counted).all()
    assert first.groupby("role")["n_members"].sum().to_dict() == {
        "floor": 4 * (N_MEMBERS - N_MEMBERS // 3),
        "leader": 4 * (N_MEMBERS // 3),
    }


def test_alpha_and_icc_match_a_large_simulation(large):
    result = score(large)
    floor = large.people["role"] == "floor"
    truth = large.truth.reliability.set_index("subscale")

    for subscale in large.instrument.subscales:
        items = result.keyed.loc[floor, [item.id for item in subscale.items]]
        covariance = items.cov().to_numpy()
        k = len(covariance)
        alpha = k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())
        scores = result.frame.loc[floor, subscale.id]
        level = scores.groupby(large.people["team"]).transform("mean")
        icc = level.var() / scores.var()
        assert alpha == pytest.approx(truth.loc[subscale.id, "alpha"], abs=0.005)
        assert icc == pytest.approx(truth.loc[subscale.id, "icc"], abs=0.01)


def test_the_gap_is_floor_minus_leaders(large):
    means = score(large).frame.groupby(large.people["role"]).mean()

    gap = large.truth.gap.set_index("subscale")
    assert gap.loc["v", "by_respondents"] < -0.4
    for subscale in ("v", "c"):
        found = means.loc["floor", subscale] - means.loc["leader", subscale]
        assert found == pytest.approx(gap.loc[subscale, "by_respondents"], abs=0.03)


def test_units_add_up_to_the_organisation(large):
    units = large.truth.units("division", weight="members")
    floor = units[(units["role"] == "floor") & (units["subscale"] == "v")]
    whole = large.truth.to_frame().query("role == 'floor' and subscale == 'v'")

    total = np.average(floor["expected"], weights=floor["n_members"])
    assert total == pytest.approx(whole["by_members"].item())
    assert len(floor) == 2


def test_missing_answers_leave_the_truth_as_it_is():
    settings = {**SETTINGS, "leaders_per_team": 0}
    whole = simulate(instrument(), seed=5, **settings)
    gaps = simulate(
        instrument(), seed=5, dont_know_share=0.1, unanswered_share=0.1, **settings
    )

    truth = gaps.truth.organisation.set_index("subscale")["by_respondents"]
    assert truth.tolist() == pytest.approx(
        whole.truth.organisation["by_respondents"].tolist()
    )
    assert score(gaps).frame.mean().tolist() == pytest.approx(truth.tolist(), abs=0.02)


def test_the_careless_count_for_nothing():
    result = simulate(instrument(), seed=1, straight_share=0.5)

    attentive = result.people[result.careless == ""]
    counted = attentive.groupby("role").size()
    truth = result.truth.organisation.query("subscale == 'v'").set_index("role")
    assert (truth["n_respondents"] == counted).all()


def test_nobody_to_weigh_by_gives_no_expected_score():
    result = simulate(
        instrument(), seed=1, hierarchy=("team",), n_units=(2,), team_sizes=(300, 300),
        units={"Team 2": Unit(response_rate=0.0)},
    )  # fmt: skip

    teams = result.truth.units("team").query("role == 'floor' and subscale == 'v'")
    assert teams["expected"].isna().tolist() == [False, True]
    assert result.truth.units("team", weight="members")["expected"].notna().all()


def test_without_leaders_there_is_no_gap():
    result = simulate(instrument(), seed=1, leaders_per_team=0)

    assert set(result.truth.organisation["role"]) == {"floor"}
    assert result.truth.gap["by_respondents"].isna().all()


def test_interpolation_agrees_with_integration(monkeypatch):
    items = build_measurement(instrument(), Design()).items[0]
    level = np.linspace(-6, 6, 300)
    camps = np.where(level > 0, 1.0, 0.0)

    interpolated = answer_moments(items, level, camps, 0.9)
    monkeypatch.setattr(truth_module, "_N_INTERPOLATION", 10**6)
    direct = answer_moments(items, level, camps, 0.9)

    assert np.abs(interpolated.mean - direct.mean).max() < 1e-9
    assert np.abs(interpolated.covariance - direct.covariance).max() < 1e-9


def test_covariances_do_not_depend_on_the_number_of_nodes(monkeypatch):
    items = build_measurement(instrument(), Design(loadings=0.9)).items[0]
    level, camps = np.linspace(-2, 2, 9), np.zeros(9)

    usual = answer_moments(items, level, camps, 0.9)
    finer = truth_module.normal_quadrature(150)
    monkeypatch.setattr(truth_module, "normal_quadrature", lambda: finer)
    fine = answer_moments(items, level, camps, 0.9)

    assert np.abs(usual.covariance - fine.covariance).max() < 1e-5


def test_an_unknown_level_is_refused():
    result = simulate(instrument(), seed=1, hierarchy=("team",), n_units=(3,))

    with pytest.raises(ValueError, match="`level` must be one of 'team'; got 'squad'"):
        result.truth.units("squad")
