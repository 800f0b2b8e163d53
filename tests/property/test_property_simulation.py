"""What holds of every simulated organisation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import instrument, number_scale
from diagnose.scoring.score import score
from diagnose.simulation import SimulatedResponses, simulate
from diagnose.statistics.intraclass import icc

SMALL = {"hierarchy": ("team",), "n_units": (6,), "team_size_median": 6.0}
seeds = st.integers(0, 2**32)
shares = st.floats(0, 0.3)


def content(result: SimulatedResponses) -> bytes:
    """Return everything about the respondents as bytes."""
    frames = (result.answers, result.not_applicable, result.people, result.head_counts)
    return "".join(frame.to_csv() for frame in frames).encode()


@settings(max_examples=60, deadline=None)
@given(
    seed=seeds,
    points=st.integers(2, 9),
    loading=st.floats(0, 0.99),
    team_share=st.floats(0, 0.99),
    spread=st.floats(0, 3),
    careless=shares,
    missing=shares,
)
def test_answers_lie_on_the_response_scale(
    seed, points, loading, team_share, spread, careless, missing
):
    scale = number_scale("some", 1, points)
    asked = instrument({"v": "v1 v2 v3-", "c": "c1 c2-"}, scales={"v": scale})

    result = simulate(
        asked,
        seed=seed,
        loadings=loading,
        team_share=team_share,
        difficulty_spread=spread,
        straight_share=careless,
        random_share=careless,
        unanswered_share=missing,
        dont_know_share=missing,
        **SMALL,
    )

    for item in asked.closed_items:
        allowed = set(asked.response_scale_of(item.id).values)
        assert set(result.answers[item.id].dropna()) <= allowed
    assert not (result.not_applicable & result.answers.notna()).any(axis=None)
    bounds = {s.id: asked.response_scale(s.response_scale) for s in asked.subscales}
    for table, column in ((result.truth.organisation, "by_members"),
                          (result.truth.teams, "expected")):  # fmt: skip
        for subscale, expected in table.groupby("subscale")[column]:
            assert expected.min() >= bounds[subscale].lowest
            assert expected.max() <= bounds[subscale].highest


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_the_same_seed_gives_the_same_bytes(seed):
    options = {"waves": ("1", "2"), "linked": True, "random_share": 0.1, **SMALL}

    first = simulate(instrument(), seed=seed, **options)
    second = simulate(instrument(), seed=seed, **options)

    assert content(first) == content(second)
    pd.testing.assert_frame_equal(first.truth.teams, second.truth.teams)


@settings(max_examples=25, deadline=None)
@given(seed=seeds, step=st.integers(1, 1000))
def test_different_seeds_give_different_answers(seed, step):
    first = simulate(instrument(), seed=seed, **SMALL)
    second = simulate(instrument(), seed=seed + step, **SMALL)

    assert content(first) != content(second)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_without_team_effects_there_is_no_agreement_beyond_chance(seed):
    result = simulate(
        instrument(), seed=seed, hierarchy=("team",), n_units=(40,),
        team_sizes=(40,) * 40, team_share=0.0, leaders_per_team=0,
    )  # fmt: skip

    found = icc(score(result).frame["v"], result.people["team"], method="anova")

    # over 400 seeds: mean 0.000, standard deviation 0.0076
    assert found.icc1 == pytest.approx(0, abs=0.05)
    assert result.truth.reliability["icc"].to_numpy() == pytest.approx([0, 0], abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, gap=st.floats(0.2, 2))
def test_leaders_who_see_more_give_a_negative_gap(seed, gap):
    more = simulate(instrument(), seed=seed, leader_gap=gap, **SMALL).truth.gap
    less = simulate(instrument(), seed=seed, leader_gap=-gap, **SMALL).truth.gap
    none = simulate(instrument(), seed=seed, leader_gap=0.0, **SMALL)

    # by head count, every team weighs differently for floor and leaders: so compare
    same = none.truth.gap["by_members"]
    assert (more["by_members"] < same).all()
    assert (less["by_members"] > same).all()


@settings(max_examples=30, deadline=None)
@given(seed=seeds, share=st.floats(0.01, 0.5), loading=st.floats(0.3, 0.95))
def test_alpha_and_icc_are_proportions_that_grow(seed, share, loading):
    options = {"team_share": share, **SMALL}
    weak = simulate(instrument(), seed=seed, loadings=0.2, **options).truth
    strong = simulate(instrument(), seed=seed, loadings=loading, **options).truth

    for truth in (weak, strong):
        assert truth.reliability[["alpha", "icc"]].to_numpy().min() >= 0
        assert truth.reliability[["alpha", "icc"]].to_numpy().max() <= 1
    assert (strong.reliability["alpha"] > weak.reliability["alpha"]).all()


def test_means_over_many_seeds_match_the_truth():
    distances = []
    for seed in range(200):
        result = simulate(
            instrument(), seed=seed, team_share=0.2, dont_know_share=0.05, **SMALL
        )
        floor = result.people["role"] == "floor"
        teams = result.truth.teams.query("role == 'floor'")
        found = score(result).frame[floor]
        for subscale, truth in teams.groupby("subscale"):
            n = truth["n_respondents"].sum()
            expected = (truth["expected"] * truth["n_respondents"]).sum() / n
            variance = (truth["variance"] * truth["n_respondents"]).sum() / n**2
            mean = found[subscale].mean()
            distances.append((mean - expected) / np.sqrt(variance))

    # 400 standardised errors, pairs of them correlated: mean 0, spread near 1
    assert np.mean(distances) == pytest.approx(0, abs=0.2)
    assert np.std(distances) == pytest.approx(1, abs=0.15)
