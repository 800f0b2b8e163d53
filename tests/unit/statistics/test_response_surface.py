"""Response surfaces: what is refused and what is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.response_surface import response_surface


@pytest.fixture
def pairs(rng):
    n = 70
    team = rng.normal(3.2, 0.5, n)
    leader = 0.5 * team + rng.normal(1.8, 0.6, n)
    outcome = 3 + 0.5 * (team - 3) - 0.3 * (leader - team) ** 2
    return pd.DataFrame(
        {
            "outcome": outcome + rng.normal(0, 0.3, n),
            "leader": leader,
            "team": team,
        }
    )


def fit(pairs, **options):
    options = {"midpoint": 3, **options}
    return response_surface(pairs["outcome"], pairs["leader"], pairs["team"], **options)


def test_rows_are_the_coefficients_and_the_surface(pairs):
    result = fit(pairs)

    frame = result.to_frame().set_index("term")
    assert "".join(frame.index) == "b0b1b2b3b4b5a1a2a3a4"
    b = frame["estimate"]
    assert b["a1"] == pytest.approx(b["b1"] + b["b2"])
    assert b["a4"] == pytest.approx(b["b3"] - b["b4"] + b["b5"])
    assert frame.loc["a4", "conf_high"] < 0  # disagreement costs
    shares = (
        result.share_in_agreement,
        result.share_leader_higher,
        result.share_team_higher,
    )
    assert sum(shares) == pytest.approx(1)
    assert any("not effects" in note for note in result.notes)


def test_incomplete_pairs_are_left_out_and_counted(pairs):
    pairs.loc[[3, 9], "leader"] = np.nan

    result = fit(pairs)

    assert (result.n_pairs, result.n_left_out) == (68, 2)


def test_a_surface_of_noise_is_not_to_be_interpreted(pairs, rng):
    result = fit(pairs.assign(outcome=rng.normal(size=len(pairs))))

    assert result.p_value > 0.05
    assert any("do not interpret" in note for note in result.notes)


def test_ratings_that_are_nearly_the_same_are_noted(pairs, rng):
    near = pairs["team"] + rng.normal(0, 0.1, len(pairs))

    result = fit(pairs.assign(leader=near))

    assert result.correlation > 0.9
    assert any("nearly the same" in note for note in result.notes)


def test_fewer_than_fifty_pairs_are_refused_with_the_reason(pairs):
    with pytest.raises(InsufficientDataError, match=r"at least 50 pairs .* got 49"):
        fit(pairs.head(49))
    with pytest.raises(InsufficientDataError, match="at least 90 pairs"):
        fit(pairs, minimum_pairs=90)
    with pytest.raises(ValueError, match="`minimum_pairs` must be a whole number"):
        fit(pairs, minimum_pairs=20)


@pytest.mark.parametrize("column", ["outcome", "leader", "team"])
def test_columns_that_do_not_vary_are_refused(pairs, column):
    name = "team_mean" if column == "team" else column

    with pytest.raises(InsufficientDataError, match=f"`{name}` does not vary over 70"):
        fit(pairs.assign(**{column: 3.0}))


def test_too_few_different_ratings_are_refused(pairs):
    two = pairs.assign(leader=np.where(pairs["leader"] > 3.3, 4.0, 3.0))

    with pytest.raises(InsufficientDataError, match="too few different ratings"):
        fit(two)


def test_a_pair_that_stands_alone_is_refused(pairs):
    leader = np.tile([2.0, 3.0], 35)
    leader[0] = 5.0  # the only third rating: it alone gives the curvature

    with pytest.raises(InsufficientDataError, match="one pair alone determines"):
        fit(pairs.assign(leader=leader))


def test_an_outcome_without_error_is_refused(pairs):
    with pytest.raises(InsufficientDataError, match="no error to judge by"):
        fit(pairs.assign(outcome=pairs["team"] * 2))


def test_wrong_shapes_and_options_are_refused(pairs):
    outcome, leader, team = (pairs[name] for name in ("outcome", "leader", "team"))
    with pytest.raises(TypeError, match="`leader` must be a Series"):
        response_surface(outcome, list(leader), team, midpoint=3)
    with pytest.raises(
        ValueError, match="`team_mean` and `outcome` must have the same"
    ):
        response_surface(outcome, leader, team[::-1], midpoint=3)
    with pytest.raises(ValueError, match="`midpoint` holds infinite values"):
        fit(pairs, midpoint=np.inf)
    with pytest.raises(ValueError, match="`conf_level`"):
        fit(pairs, conf_level=0)
