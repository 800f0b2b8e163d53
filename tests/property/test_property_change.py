"""What must hold of wave comparisons for any scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.change import compare_waves, reliable_change

SETTINGS = settings(max_examples=50, deadline=None)


@st.composite
def two_waves(draw):
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_teams = draw(st.integers(3, 12))
    effect = generator.normal(0, 0.7, n_teams)
    waves = []
    for _ in range(2):
        extra = generator.integers(n_teams, size=draw(st.integers(1, 40)))
        team = np.concatenate([np.arange(n_teams), extra])
        value = effect[team] + generator.normal(3, 1, len(team))
        waves.append(pd.DataFrame({"value": value, "team": team}))
    return waves


def compare(first, second, errors):
    return compare_waves(
        first["value"],
        second["value"],
        first_teams=first["team"],
        second_teams=second["team"],
        errors=errors,
    )


@SETTINGS
@given(waves=two_waves(), errors=st.sampled_from(["cr1s", "cr2"]))
def test_swapped_waves_flip_the_sign(waves, errors):
    forward, backward = compare(*waves, errors), compare(*waves[::-1], errors)

    assert forward.estimate == -backward.estimate
    assert forward.std_error == pytest.approx(backward.std_error, rel=1e-9)
    assert forward.df == pytest.approx(backward.df, rel=1e-9)
    assert forward.conf_low == pytest.approx(-backward.conf_high)


@SETTINGS
@given(
    waves=two_waves(),
    errors=st.sampled_from(["cr1s", "cr2"]),
    seed=st.integers(0, 99),
)
def test_names_and_order_of_teams_are_irrelevant(waves, errors, seed):
    renamed = [
        wave.assign(team="team " + (7 * wave["team"] + 1).astype(str)).sample(
            frac=1, random_state=seed
        )
        for wave in waves
    ]

    got, expected = compare(*renamed, errors), compare(*waves, errors)

    assert got.std_error == pytest.approx(expected.std_error, rel=1e-9)
    assert got.df == pytest.approx(expected.df, rel=1e-9)
    assert got.n_teams == expected.n_teams


@SETTINGS
@given(waves=two_waves())
def test_reduced_df_are_at_most_the_teams_and_missing_answers_do_not_count(waves):
    first, second = waves
    unanswered = first.head(2).assign(value=np.nan)

    longer = compare(pd.concat([first, unanswered]), second, "cr2")

    result = compare(first, second, "cr2")
    assert longer == result
    # The moments form a matrix of one row a team, which bounds the df by its rank.
    assert 0 < result.df <= result.n_teams + 1e-9


@SETTINGS
@given(
    scores=st.lists(
        st.tuples(st.floats(1, 5), st.floats(1, 5)), min_size=1, max_size=20
    )
)
def test_swapped_waves_swap_up_and_down(scores):
    first, second = (list(side) for side in zip(*scores, strict=True))

    forward = reliable_change(first, second, sd=0.8, reliability=0.8)
    backward = reliable_change(second, first, sd=0.8, reliability=0.8)

    assert (forward.n_up, forward.n_down) == (backward.n_down, backward.n_up)
