"""What must hold of response surfaces for any pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.response_surface import response_surface

MODEST = settings(max_examples=30, deadline=None)


@st.composite
def pairs(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(50, 90))
    team = rng.normal(3, 0.6, n)
    leader = draw(st.floats(-0.5, 0.9)) * team + rng.normal(2, 0.5, n)
    return pd.DataFrame({"outcome": rng.normal(size=n), "leader": leader, "team": team})


def fit(table, *, midpoint=3.0):
    return response_surface(
        table["outcome"], table["leader"], table["team"], midpoint=midpoint
    )


@MODEST
@given(table=pairs())
def test_swapped_raters_mirror_the_surface(table):
    plain = fit(table)
    swapped = fit(table.rename(columns={"leader": "team", "team": "leader"}))

    first = plain.to_frame().set_index("term")["estimate"]
    second = swapped.to_frame().set_index("term")["estimate"]
    for term, other in (("b1", "b2"), ("b3", "b5"), ("b4", "b4"), ("a1", "a1")):
        assert second[term] == pytest.approx(first[other], rel=1e-6, abs=1e-8)
    assert second["a3"] == pytest.approx(-first["a3"], rel=1e-6, abs=1e-8)
    assert second["a4"] == pytest.approx(first["a4"], rel=1e-6, abs=1e-8)
    assert swapped.share_leader_higher == plain.share_team_higher
    assert swapped.p_value == pytest.approx(plain.p_value, rel=1e-6)


@MODEST
@given(table=pairs(), shift=st.floats(-20, 20))
def test_only_the_distance_from_the_midpoint_counts(table, shift):
    moved = table.assign(leader=table["leader"] + shift, team=table["team"] + shift)

    pd.testing.assert_frame_equal(
        fit(moved, midpoint=3 + shift).to_frame(),
        fit(table).to_frame(),
        rtol=1e-6,
        atol=1e-8,
    )


@MODEST
@given(table=pairs(), midpoint=st.floats(1, 5))
def test_curvatures_and_fit_do_not_depend_on_the_midpoint(table, midpoint):
    one, other = fit(table), fit(table, midpoint=midpoint)

    first = one.to_frame().set_index("term")
    second = other.to_frame().set_index("term")
    for term in ("b3", "b4", "b5", "a2", "a4"):
        for column in ("estimate", "std_error", "p_value"):
            assert second.loc[term, column] == pytest.approx(
                first.loc[term, column], rel=1e-5, abs=1e-8
            )
    assert other.r_squared == pytest.approx(one.r_squared, rel=1e-8)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-5)


@MODEST
@given(table=pairs(), unit=st.floats(0.1, 50), seed=st.integers(0, 99))
def test_unit_of_the_outcome_and_order_of_pairs_do_not_matter(table, unit, seed):
    changed = table.assign(outcome=table["outcome"] * unit)
    changed = changed.sample(frac=1, random_state=seed)

    first, second = fit(table).to_frame(), fit(changed).to_frame()
    assert second["estimate"].to_numpy() == pytest.approx(
        first["estimate"].to_numpy() * unit, rel=1e-7, abs=1e-9 * unit
    )
    assert second["p_value"].to_numpy() == pytest.approx(
        first["p_value"].to_numpy(), rel=1e-6
    )
