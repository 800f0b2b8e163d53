"""Ranks of teams: what must hold for any teams."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.pooling import rank_probabilities


@st.composite
def summaries(draw):
    sizes = draw(st.lists(st.integers(1, 30), min_size=2, max_size=15))
    sizes[0] = max(sizes[0], 4)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    variances = np.where(np.array(sizes) > 1, rng.uniform(0.5, 2, len(sizes)), np.nan)
    return pd.DataFrame(
        {
            "team": range(len(sizes)),
            "n_respondents": sizes,
            "mean": rng.normal(3, draw(st.sampled_from([0.0, 0.3, 3.0])), len(sizes)),
            "variance": variances,
        }
    )


@settings(max_examples=40, deadline=None)
@given(summaries(), st.floats(0.05, 0.95))
def test_probabilities_and_ranks_add_up(summary, share):
    result = rank_probabilities(summary, lowest=share, n_draws=200)
    frame, n_teams = result.to_frame(), len(summary)

    assert 1 <= result.n_lowest <= n_teams - 1
    assert frame["p_lowest"].sum() == pytest.approx(result.n_lowest)
    assert frame["p_highest"].sum() == pytest.approx(result.n_lowest)
    assert frame["expected_rank"].sum() == pytest.approx(n_teams * (n_teams + 1) / 2)
    assert frame["rank_low"].between(1, frame["rank_high"]).all()
    assert frame["rank_high"].le(n_teams).all()


@settings(max_examples=30, deadline=None)
@given(summaries(), st.floats(0.1, 50), st.floats(-100, 100))
def test_unit_and_origin_do_not_matter(summary, unit, origin):
    moved = summary.assign(
        mean=origin + unit * summary["mean"], variance=unit**2 * summary["variance"]
    )

    first = rank_probabilities(summary, lowest=1, n_draws=200).to_frame()
    second = rank_probabilities(moved, lowest=1, n_draws=200).to_frame()

    # rounding in single precision may swap two teams in a draw
    assert second["p_lowest"].to_numpy() == pytest.approx(
        first["p_lowest"].to_numpy(), abs=0.02
    )


def test_names_and_the_order_of_rows_change_no_number():
    rng = np.random.default_rng(3)
    teams = pd.DataFrame(
        {
            "team": [f"t{i:02d}" for i in range(20)],
            "n_respondents": rng.integers(2, 12, 20),
            "mean": np.repeat(rng.normal(3, 0.4, 10), 2),
            "variance": 0.5,
        }
    )
    teams.loc[:3, ["n_respondents", "mean"]] = [5, 3.0]  # four that are alike
    moved = teams.sample(frac=1, random_state=1).reset_index(drop=True)

    first = rank_probabilities(teams).to_frame().set_index("team")
    second = rank_probabilities(moved).to_frame().set_index("team")

    pd.testing.assert_frame_equal(first, second.loc[first.index])
    assert first.loc[["t00", "t01", "t02", "t03"], "p_lowest"].nunique() == 1
