"""What the tests of invariance may not depend on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.invariance import (
    longitudinal_invariance,
    measurement_invariance,
)

ITEMS = list("abcd")
MODEL = {"F": ITEMS}
FEW = settings(max_examples=6, deadline=None)
seeds = st.integers(0, 10_000)
estimators = st.sampled_from(["ml", "mlr", "wlsmv"])


def simulate(seed, n=400, *, cut=False):
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(n, 1))
    latent = trait * [1.0, 0.8, 0.9, 1.1] + rng.normal(0, 0.8, size=(n, 4))
    cuts = np.array([-1.3, -0.4, 0.5, 1.4])
    codes = (latent[:, :, None] > cuts).sum(axis=2) + 1.0 if cut else latent
    return pd.DataFrame(codes, columns=ITEMS)


def differences(result):
    return [one.delta_statistic for one in result.levels if one.delta_df]


@FEW
@given(seed=seeds, estimator=estimators)
def test_the_same_answers_twice_do_not_differ(seed, estimator):
    once = simulate(seed, cut=True)
    twice = pd.concat([once, once], ignore_index=True)
    group = np.repeat(["x", "y"], len(once))

    result = measurement_invariance(twice, MODEL, group, estimator=estimator)

    for one in result.levels[1:]:
        # scaled and shifted to a mean of df, so that none at all is not 0
        unscaled = result.fits[one.level].indices.unscaled
        assert unscaled == pytest.approx(
            result.fits["configural"].indices.unscaled, abs=1e-6
        )
        assert one.holds
    for mean in result.latent_means:
        assert mean.estimate == pytest.approx(0, abs=1e-6)


@FEW
@given(seed=seeds, estimator=estimators)
def test_the_order_of_two_groups_turns_signs_only(seed, estimator):
    answers = simulate(seed, cut=True)
    group = np.repeat(["x", "y"], 200)
    swapped = np.repeat(["y", "x"], 200)

    first, second = (
        measurement_invariance(
            answers, MODEL, labels, estimator=estimator, identification="marker"
        )
        for labels in (group, swapped)
    )

    levels = [(one.statistic, one.cfi, one.srmr) for one in first.levels]
    again = [(one.statistic, one.cfi, one.srmr) for one in second.levels]
    np.testing.assert_allclose(levels, again, rtol=1e-6, atol=1e-6)
    assert first.verdict == second.verdict
    if estimator == "wlsmv":
        return  # there the first group gives the unit: means turn sign up to it
    (mean,), (turned,) = first.latent_means, second.latent_means
    assert mean.estimate == pytest.approx(-turned.estimate, rel=1e-5, abs=1e-7)
    assert mean.std_error == pytest.approx(turned.std_error, rel=1e-5)


@FEW
@given(seed=seeds, moved=st.floats(-50, 50), stretched=st.floats(0.1, 10))
def test_units_of_an_item_do_not_matter(seed, moved, stretched):
    answers = simulate(seed)
    group = np.repeat(["x", "y"], 200)
    other = answers.assign(b=moved + stretched * answers["b"])

    first = measurement_invariance(answers, MODEL, group)
    second = measurement_invariance(other, MODEL, group)

    got, expected = (
        [one.statistic for one in result.levels] for result in (second, first)
    )
    np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-7)


@FEW
@given(seed=seeds)
def test_the_order_of_respondents_does_not_matter(seed):
    answers = simulate(seed)
    group = pd.Series(np.repeat(["x", "y"], 200))
    order = np.random.default_rng(seed).permutation(400)

    first = measurement_invariance(answers, MODEL, group, estimator="mlr")
    second = measurement_invariance(
        answers.iloc[order], MODEL, group.iloc[order], estimator="mlr"
    )

    np.testing.assert_allclose(differences(first), differences(second), rtol=1e-6)


@FEW
@given(seed=seeds)
def test_identification_changes_units_only(seed):
    answers = simulate(seed)
    waves = {"1": answers.iloc[:200], "2": answers.iloc[200:].set_axis(range(200))}

    marker, unit = (
        longitudinal_invariance(waves, MODEL, identification=identification)
        for identification in ("marker", "unit_variance")
    )

    got, expected = (
        [one.statistic for one in result.levels] for result in (unit, marker)
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)
    (own,), (other,) = marker.latent_means, unit.latent_means
    assert own.standardised == pytest.approx(other.estimate, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("estimator", ["ml", "wlsmv"])
def test_random_halves_hold_in_about_the_nominal_share(estimator):
    """Of 25 samples, 5 per cent is 1.25; 7 or more have a chance below .001."""
    rejected = dict.fromkeys(("metric", "scalar"), 0)
    group = np.repeat(["x", "y"], 200)
    for seed in range(25):
        result = measurement_invariance(
            simulate(seed, cut=True),
            MODEL,
            group,
            estimator=estimator,
            collapse=estimator == "wlsmv",
        )
        for level in rejected:
            rejected[level] += result.level(level).delta_p_value < 0.05

    assert max(rejected.values()) < 7
