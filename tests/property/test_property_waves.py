"""What must hold for trends, linked waves, make-up, leavers and selected teams."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.errors import InsufficientDataError
from diagnose.statistics.change import (
    compare_linked_waves,
    compare_waves,
    compare_waves_from_team_summaries,
    composition_shift_from_summaries,
    regression_to_the_mean,
    wave_cells,
    wave_trend,
)

SETTINGS = settings(max_examples=40, deadline=None)
FIGURES = ["estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]


@st.composite
def rows(draw, min_waves=2):
    """Answers of people in unequal teams over waves; not everyone answers each time."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n_waves, n_teams = draw(st.integers(min_waves, 5)), draw(st.integers(4, 9))
    home = np.repeat(np.arange(n_teams), rng.integers(1, 7, n_teams))
    person = np.tile(np.arange(len(home)), n_waves)
    wave = np.repeat(np.arange(n_waves), len(home))
    level = rng.normal(3, 0.5, n_teams)[home] + rng.normal(0, 0.6, len(home))
    frame = pd.DataFrame({"person": person, "wave": wave, "team": home[person]})
    frame["value"] = level[person] + rng.normal(0, 0.6, len(person))
    frame = frame[rng.random(len(frame)) < draw(st.sampled_from([0.7, 1.0]))]
    teams = frame.groupby("wave")["team"].nunique()
    assume(len(teams) == n_waves and teams.min() >= 3)
    assume((frame["person"].value_counts() > 1).sum() > n_waves + 1)
    return frame.reset_index(drop=True)


def trend_of(frame, **options):
    cells = wave_cells(frame["value"], frame["wave"], teams=frame["team"])
    return wave_trend(cells, **options)


def linked(frame, **options):
    return compare_linked_waves(
        frame["value"], frame["wave"], frame["person"], **options
    )


@SETTINGS
@given(frame=rows(), seed=st.integers(0, 99))
def test_order_and_names_do_not_matter(frame, seed):
    renamed = frame.assign(
        team="t" + frame["team"].astype(str), person=999 - frame["person"]
    ).sample(frac=1, random_state=seed)

    for ask in (trend_of, linked):
        expected, got = ask(frame).to_frame(), ask(renamed).to_frame()
        numbers = ["estimate", "std_error", "df"]
        np.testing.assert_allclose(got[numbers], expected[numbers], rtol=1e-6)


@SETTINGS
@given(frame=rows(), shift=st.floats(-5, 5), scale=st.floats(0.1, 10))
def test_units_of_the_score_carry_through(frame, shift, scale):
    moved = frame.assign(value=shift + scale * frame["value"])

    plain, other = trend_of(frame), trend_of(moved)
    assert other.estimate == pytest.approx(scale * plain.estimate, rel=1e-7, abs=1e-9)
    assert other.std_error == pytest.approx(scale * plain.std_error, rel=1e-7)
    assert other.df == pytest.approx(plain.df, rel=1e-7)

    plain, other = linked(frame), linked(moved)
    assert other.var_residual == pytest.approx(scale**2 * plain.var_residual, rel=1e-6)
    assert other.var_person == pytest.approx(
        scale**2 * plain.var_person, rel=1e-5, abs=1e-9
    )


@SETTINGS
@given(frame=rows(min_waves=3), gap=st.floats(0.1, 10))
def test_time_can_be_counted_in_any_unit(frame, gap):
    waves = sorted(frame["wave"].unique())

    by_wave = trend_of(frame)
    by_time = trend_of(frame, times={wave: 7 + gap * wave for wave in waves})

    assert by_time.estimate == pytest.approx(by_wave.estimate / gap, rel=1e-7, abs=1e-9)
    assert by_time.p_value == pytest.approx(by_wave.p_value, rel=1e-6)
    if by_wave.linearity_p_value is not None:
        assert by_time.linearity_p_value == pytest.approx(
            by_wave.linearity_p_value, rel=1e-5
        )


@SETTINGS
@given(frame=rows())
def test_the_first_step_is_the_comparison_of_two_waves(frame):
    two = frame[frame["wave"] < 2]
    first, second = two[two["wave"] == 0], two[two["wave"] == 1]

    step = trend_of(two).to_steps().iloc[0]
    change = compare_waves(
        first["value"],
        second["value"],
        first_teams=first["team"],
        second_teams=second["team"],
    )

    for figure in FIGURES:
        assert step[figure] == pytest.approx(getattr(change, figure), rel=1e-8)


@SETTINGS
@given(frame=rows(), weight=st.floats(0.2, 5))
def test_answers_cells_and_equal_weights_agree(frame, weight):
    two = frame[frame["wave"] < 2]
    waves = [two[two["wave"] == wave] for wave in (0, 1)]
    values, teams = ([part[name] for part in waves] for name in ("value", "team"))
    clusters = {"first_teams": teams[0], "second_teams": teams[1]}

    answers = compare_waves(*values, **clusters)
    weighted = compare_waves(
        *values,
        **clusters,
        first_weights=np.full(len(values[0]), weight),
        second_weights=np.full(len(values[1]), weight),
    )
    cells = compare_waves_from_team_summaries(
        *(
            part.groupby("team")["value"]
            .agg(n_respondents="size", mean="mean")
            .reset_index()
            for part in waves
        )
    )

    for other in (weighted, cells):
        for figure in FIGURES:
            assert getattr(other, figure) == pytest.approx(
                getattr(answers, figure), rel=1e-8
            )


@SETTINGS
@given(seed=st.integers(0, 10**6), n_teams=st.integers(4, 12))
def test_panel_teams_are_compared_with_themselves(seed, n_teams):
    """Large lasting differences between teams present in both waves cancel."""
    rng = np.random.default_rng(seed)
    team = pd.Series(np.repeat(np.arange(n_teams), 3))
    first, second = (
        pd.DataFrame({"team": team, "value": rng.normal(0, 0.3, len(team)) + 2 * team})
        for _ in range(2)
    )

    paired = compare_waves(
        first["value"],
        second["value"],
        first_teams=first["team"],
        second_teams=second["team"],
    )
    strangers = compare_waves(
        first["value"],
        second["value"],
        first_teams=first["team"],
        second_teams=second["team"] + 1000,
    )

    assert paired.std_error < strangers.std_error / 2


@SETTINGS
@given(frame=rows())
def test_a_team_intercept_never_lowers_the_likelihood(frame):
    try:
        alone = linked(frame)
        teams = linked(frame, teams=frame["team"])
    except InsufficientDataError:
        assume(False)

    assert teams.log_likelihood >= alone.log_likelihood - 1e-8
    assert teams.var_person >= 0
    assert teams.var_team >= 0


@SETTINGS
@given(frame=rows())
def test_the_input_is_left_alone(frame):
    before = frame.copy()

    trend_of(frame)
    linked(frame, teams=frame["team"])

    pd.testing.assert_frame_equal(frame, before)


@st.composite
def two_cells(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n_groups = draw(st.integers(2, 7))
    return [
        pd.DataFrame(
            {
                "team": np.arange(n_groups),
                "n_respondents": rng.integers(2, 40, n_groups),
                "mean": rng.normal(3, 0.7, n_groups),
                "variance": rng.uniform(0.2, 2, n_groups),
            }
        )
        for _ in range(2)
    ]


@SETTINGS
@given(cells=two_cells(), kept=st.integers(1, 7))
def test_parts_of_the_change_add_up_and_flip_with_the_waves(cells, kept):
    first, second = cells[0], cells[1].head(kept)

    result = composition_shift_from_summaries(first, second)
    swapped = composition_shift_from_summaries(second, first)

    parts = result.within + result.composition + result.turnover
    change = np.average(second["mean"], weights=second["n_respondents"]) - np.average(
        first["mean"], weights=first["n_respondents"]
    )
    assert parts == pytest.approx(change, abs=1e-12)
    for name in ("within", "composition", "turnover", "change"):
        assert getattr(swapped, name) == pytest.approx(
            -getattr(result, name), abs=1e-12
        )
    assert swapped.std_error == pytest.approx(result.std_error)
    assert 0 <= result.total_variation <= 1


@SETTINGS
@given(
    cells=two_cells(),
    turn=st.booleans(),
    baseline=st.sampled_from(["no_change", "other_teams"]),
)
def test_lowest_teams_of_reflected_scores_are_the_highest(cells, turn, baseline):
    first, second = cells
    assume(len(first) >= 3)
    flip = [part.assign(mean=6 - part["mean"]) for part in cells]
    sides = ("lowest", "highest") if turn else ("highest", "lowest")
    options = {"k": 1, "baseline": baseline}

    low = regression_to_the_mean(first, second=second, selected=sides[0], **options)
    high = regression_to_the_mean(flip[0], second=flip[1], selected=sides[1], **options)

    assert high.expected_change == pytest.approx(-low.expected_change, abs=1e-7)
    assert high.estimate == pytest.approx(-low.estimate, abs=1e-7)
    assert high.std_error == pytest.approx(low.std_error, rel=1e-5)
