"""What must hold of ordinal logits for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.errors import InsufficientDataError
from diagnose.statistics.ordinal_comparison import ordinal_logit

MODEST = settings(max_examples=25, deadline=None)


@st.composite
def answers(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(80, 200))
    effect = draw(st.floats(-1.5, 1.5))
    cuts = draw(st.sampled_from([[0.0], [-1.0, 1.0], [-2.0, -0.5, 1.0, 2.0]]))
    people = pd.DataFrame(
        {
            "group": rng.choice(["a", "b", "c"], n),
            "skill": rng.normal(size=n),
            "team": rng.integers(0, 15, n),
        }
    )
    latent = effect * (people["group"] == "b") + rng.logistic(size=n)
    return people.assign(item=np.digitize(latent, cuts) + 1.0)


def fit(people, **options):
    try:
        return ordinal_logit(people["item"], people["group"], **options)
    except InsufficientDataError:
        assume(False)


@MODEST
@given(people=answers())
def test_reversed_answers_turn_the_odds_around(people):
    plain, turned = fit(people), fit(people.assign(item=-people["item"]))

    first, second = plain.to_frame(), turned.to_frame()
    assert second["odds_ratio"].to_numpy() == pytest.approx(
        1 / first["odds_ratio"].to_numpy(), rel=1e-6
    )
    assert turned.p_value == pytest.approx(plain.p_value, rel=1e-6, abs=1e-12)
    assert turned.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-10)


@MODEST
@given(people=answers(), seed=st.integers(0, 99))
def test_order_and_values_of_answers_do_not_matter(people, seed):
    shuffled = people.sample(frac=1, random_state=seed)
    stretched = shuffled.assign(item=shuffled["item"] ** 3)
    before = stretched.copy()

    result = fit(stretched, clusters=stretched["team"])

    pd.testing.assert_frame_equal(stretched, before)
    expected = fit(people, clusters=people["team"])
    pd.testing.assert_frame_equal(
        result.to_frame(), expected.to_frame(), rtol=1e-6, atol=1e-9
    )


@MODEST
@given(people=answers())
def test_groups_are_columns_of_zeros_and_ones(people):
    by_group = fit(people, clusters=people["team"])

    columns = pd.get_dummies(people["group"])[["b", "c"]].astype(float)
    by_column = ordinal_logit(people["item"], columns, clusters=people["team"])

    pd.testing.assert_frame_equal(
        by_column.to_frame(), by_group.to_frame(), rtol=1e-6, atol=1e-8
    )
    assert by_column.thresholds()["estimate"].to_numpy() == pytest.approx(
        by_group.thresholds()["estimate"].to_numpy(), rel=1e-6, abs=1e-7
    )


@MODEST
@given(people=answers(), shift=st.floats(-50, 50), unit=st.floats(0.1, 20))
def test_units_of_a_predictor_do_not_matter(people, shift, unit):
    assume(people["item"].nunique() > 1)
    plain = ordinal_logit(people["item"], people[["skill"]])
    moved = ordinal_logit(people["item"], people[["skill"]] * unit + shift)

    first, second = plain.to_frame().loc[0], moved.to_frame().loc[0]
    assert second["estimate"] * unit == pytest.approx(
        first["estimate"], rel=1e-6, abs=1e-8
    )
    assert second["p_value"] == pytest.approx(first["p_value"], rel=1e-5, abs=1e-10)


@MODEST
@given(people=answers())
def test_no_estimate_nearby_is_more_likely(people):
    result = fit(people)

    cuts = result.thresholds()["estimate"].to_numpy()
    slopes = result.to_frame()["estimate"].to_numpy()
    place = np.searchsorted(result.categories, people["item"])
    design = np.column_stack([people["group"] == "b", people["group"] == "c"])

    def likelihood(cuts, slopes):
        edges = np.concatenate([[-np.inf], cuts, [np.inf]])
        predictor = design @ slopes
        below = 1 / (1 + np.exp(-(edges[place] - predictor)))
        above = 1 / (1 + np.exp(-(edges[place + 1] - predictor)))
        return np.log(above - below).sum()

    best = likelihood(cuts, slopes)
    assert best == pytest.approx(result.log_likelihood, rel=1e-9)
    for step in (1e-3, -1e-3):
        assert likelihood(cuts + step, slopes) < best
        assert likelihood(cuts, slopes + step * np.array([1, 0])) < best
