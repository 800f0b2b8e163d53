"""What must hold of the graded response model for any answers."""

from __future__ import annotations

import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.errors import InsufficientDataError, SmallSampleWarning
from diagnose.statistics.irt import (
    eap_scores,
    graded_response,
    item_fit,
    local_dependence,
    person_fit,
)
from diagnose.statistics.irt.intake import take_in
from diagnose.statistics.irt.likelihood import Data, evaluate, observed_information
from diagnose.statistics.irt.modes import modes
from diagnose.statistics.irt.person_fit import _moments
from diagnose.statistics.irt.quadrature import make_quadrature
from diagnose.statistics.irt.respondents import patterns_of
from diagnose.statistics.irt.start import starting_values

SETTINGS = settings(max_examples=12, deadline=None)
seeds = st.integers(0, 2**32 - 1)


def simulate(generator, slopes, thresholds, n_respondents, theta=None):
    """Return answers 1 to m that follow the model exactly."""
    if theta is None:
        theta = generator.normal(size=n_respondents)
    slopes, thresholds = np.asarray(slopes), np.asarray(thresholds)
    latent = slopes * theta[:, None]
    latent = latent + generator.logistic(size=(len(theta), len(slopes)))
    answers = (latent[:, :, None] > slopes[:, None] * thresholds).sum(axis=2) + 1.0
    return pd.DataFrame(answers).rename(columns="q{}".format)


def any_answers(seed, n_respondents=400, n_items=4, missing=0.0):
    generator = np.random.default_rng(seed)
    slopes = generator.uniform(0.8, 2.5, n_items)
    shift = generator.normal(0, 0.4, (n_items, 1))
    thresholds = np.linspace(-1.4, 1.4, 4) + shift
    items = simulate(generator, slopes, thresholds, n_respondents)
    return items.mask(generator.random(items.shape) < missing)


def fit(items, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallSampleWarning)
        try:
            return graded_response(items, **options)
        except InsufficientDataError:
            assume(False)


def data_of(items):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallSampleWarning)
        intake = take_in(items, "available")
    rule = make_quadrature("grid", 61, 6)
    return Data(layout=intake.layout, patterns=intake.patterns, quadrature=rule)


@SETTINGS
@given(seed=seeds, share=st.sampled_from([0.0, 0.2]))
def test_order_of_people_and_items_is_irrelevant(seed, share):
    items = any_answers(seed, missing=share)
    generator = np.random.default_rng(seed)
    columns = generator.permutation(4)

    moved = fit(items.iloc[generator.permutation(len(items)), columns])

    expected = fit(items)
    assert moved.log_likelihood == pytest.approx(expected.log_likelihood, rel=1e-12)
    assert moved.slopes == pytest.approx(expected.slopes[columns], rel=1e-7)
    assert moved.slope_se == pytest.approx(expected.slope_se[columns], rel=1e-6)


@SETTINGS
@given(seed=seeds)
def test_reversing_all_items_flips_the_latent_variable(seed):
    items = any_answers(seed, missing=0.1)
    before = items.copy()

    result, reversed_ = fit(items), fit(6 - items)

    assert reversed_.slopes == pytest.approx(result.slopes, rel=1e-7)
    for plain, mirrored in zip(result.thresholds, reversed_.thresholds, strict=True):
        assert mirrored[::-1] == pytest.approx(-plain, rel=1e-6, abs=1e-6)
    scores = eap_scores(result, items)
    flipped = eap_scores(reversed_, 6 - items)
    assert flipped["estimate"].to_numpy() == pytest.approx(
        -scores["estimate"].to_numpy(), abs=1e-6, nan_ok=True
    )
    pd.testing.assert_frame_equal(items, before)


@SETTINGS
@given(seed=seeds)
def test_reversing_one_item_turns_its_slope_and_is_flagged(seed):
    items = any_answers(seed)
    result = fit(items)

    one = fit(items.assign(q2=6 - items["q2"]))

    turned = np.array([1, 1, -1, 1])
    assert one.slopes == pytest.approx(result.slopes * turned, rel=1e-7)
    assert one.log_likelihood == pytest.approx(result.log_likelihood, rel=1e-12)
    assert one.flags[0] == "negative_slope:q2"
    assert (np.diff(one.thresholds[2]) < 0).all()


@SETTINGS
@given(seed=seeds)
def test_only_the_order_of_the_answers_counts(seed):
    items = any_answers(seed)

    stretched = fit(items**2 - 7)

    expected = fit(items)
    assert (stretched.slopes == expected.slopes).all()
    assert stretched.categories[0] == (-6.0, -3.0, 2.0, 9.0, 18.0)


@SETTINGS
@given(seed=seeds)
def test_listwise_equals_dropping_the_rows_first(seed):
    items = any_answers(seed, n_respondents=600, missing=0.05)

    listwise = fit(items, missing="listwise")

    dropped = fit(items.dropna())
    assert (listwise.slopes == dropped.slopes).all()
    assert listwise.n_respondents == dropped.n_respondents
    assert listwise.n_left_out == len(items) - dropped.n_respondents


@SETTINGS
@given(seed=seeds, share=st.sampled_from([0.0, 0.3]))
def test_gradient_and_information_are_derivatives(seed, share):
    data = data_of(any_answers(seed, n_respondents=150, n_items=3, missing=share))
    at = starting_values(data.layout, data.patterns)

    gradient = evaluate(data, at).gradient
    information = observed_information(data, at)

    def differences(function, h):
        shifts = h * np.eye(len(at))
        return np.array(
            [(function(at + s) - function(at - s)) / (2 * h) for s in shifts]
        )

    by_value = differences(lambda p: evaluate(data, p).log_likelihood, 1e-4)
    by_gradient = -differences(lambda p: evaluate(data, p).gradient, 1e-4)
    # Central differences: truncation 1e-8 of the third derivative, rounding 1e-9.
    assert gradient == pytest.approx(by_value, abs=2e-5)
    assert information == pytest.approx(by_gradient, abs=2e-5)


@SETTINGS
@given(seed=seeds)
def test_estimates_are_a_maximum(seed):
    items = any_answers(seed, missing=0.1)
    result = fit(items)
    data = data_of(items)
    generator = np.random.default_rng(seed)

    assert result.largest_gradient < 1e-7
    for _ in range(5):
        step = generator.normal(0, 1e-3, result.n_parameters)
        moved = evaluate(data, result.parameters + step).log_likelihood
        assert moved < result.log_likelihood


@SETTINGS
@given(seed=seeds, theta=st.floats(-4, 4))
def test_information_is_the_expected_curvature(seed, theta):
    result = fit(any_answers(seed))
    h = 1e-3
    around = result.category_curves([theta - h, theta, theta + h])

    probability = around["probability"].to_numpy().reshape(-1, 3)
    logs = np.log(probability)
    curvature = -(logs[:, 0] - 2 * logs[:, 1] + logs[:, 2]) / h**2
    expected = (probability[:, 1] * curvature).reshape(4, 5).sum(axis=1)
    got = result.item_information(theta).to_numpy()[0]
    # Second differences: truncation 1e-6, rounding 1e-10.
    assert got == pytest.approx(expected, rel=1e-4, abs=1e-6)
    total = result.test_information(theta).loc[0, "information"]
    assert total == pytest.approx(got.sum(), rel=1e-12)
    assert probability.reshape(4, 5, 3).sum(axis=1) == pytest.approx(1, rel=1e-12)


@SETTINGS
@given(seed=seeds)
def test_scores_equal_brute_force_integration(seed):
    items = any_answers(seed, missing=0.3)
    result = fit(items, n_points=81, limit=8)  # beyond 6 a rare pattern has weight 1e-6
    theta = np.linspace(-8, 8, 4001)
    curves = result.category_curves(theta)["probability"].to_numpy()
    curves = curves.reshape(4, 5, 4001)

    scores = eap_scores(result, items.head(20)).to_numpy()[:, :2]

    for row, got in zip(items.head(20).to_numpy(), scores, strict=True):
        density = np.exp(-(theta**2) / 2)
        for item, answer in enumerate(row):
            if not np.isnan(answer):
                density = density * curves[item, int(answer) - 1]
        if np.isnan(row).all():
            continue
        density /= density.sum()
        mean = density @ theta
        deviation = np.sqrt(density @ (theta - mean) ** 2)
        assert got.astype(float) == pytest.approx([mean, deviation], abs=1e-7)


@SETTINGS
@given(seed=seeds, with_prior=st.booleans())
def test_modes_are_the_tops_of_the_likelihood(seed, with_prior):
    items = any_answers(seed, missing=0.2)
    result = fit(items)
    patterns = patterns_of(result, items)

    theta, exists = modes(
        result.layout, result.parameters, patterns, with_prior=with_prior
    )

    grid = np.linspace(-6, 6, 2401)
    curves = np.log(result.category_curves(grid)["probability"].to_numpy())
    curves = curves.reshape(4, 5, 2401)
    for codes, top, has_top in zip(patterns.codes, theta, exists, strict=True):
        if not has_top or abs(top) > 5:
            continue
        total = -with_prior * grid**2 / 2
        for item in np.flatnonzero(codes >= 0):
            total = total + curves[item, codes[item]]
        assert abs(grid[total.argmax()] - top) <= 0.005 + 1e-9


@SETTINGS
@given(seed=seeds, theta=st.floats(-3, 3))
def test_moments_of_person_fit_equal_enumeration(seed, theta):
    """Over all 125 patterns of three items: mean, variance, covariance, information."""
    result = fit(any_answers(seed, n_items=3))
    every = np.array(list(product(range(5), repeat=3)))
    at = np.full(len(every), theta)
    h = 1e-5

    here = _moments(result.layout, result.parameters, every, at)
    up, down = (
        _moments(result.layout, result.parameters, every, at + s)[0] for s in (h, -h)
    )

    weight, log_likelihood, score = np.exp(here[0]), here[0], (up - down) / (2 * h)
    assert weight.sum() == pytest.approx(1, rel=1e-12)
    mean = weight @ log_likelihood
    expected = [
        mean,
        weight @ (log_likelihood - mean) ** 2,
        weight @ (log_likelihood * score),
        weight @ score**2,
    ]
    assert here[1:, 0] == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_simulation_recovers_slopes_and_thresholds(rng):
    """Ten thousand respondents: errors are of the size of the standard errors."""
    slopes = np.array([0.7, 1.2, 1.8, 2.6, -1.5])
    thresholds = np.linspace(-1.5, 1.5, 4) + np.linspace(-0.5, 0.5, 5)[:, None]
    thresholds[4] = -thresholds[4]  # descending, where the slope is negative
    items = simulate(rng, slopes, thresholds, 10_000)

    result = graded_response(items)

    error = np.concatenate([result.slopes, *result.thresholds])
    error -= np.concatenate([slopes, thresholds.ravel()])
    z = error / np.concatenate([result.slope_se, *result.threshold_se])
    assert np.abs(z).max() < 4  # 25 estimates: a chance of .002
    assert result.flags == ("negative_slope:q4",)


def test_standard_errors_agree_with_simulation(rng):
    """Over 150 samples errors have the deviation that the standard errors promise."""
    slopes = np.array([0.9, 1.3, 1.7, 2.2])
    thresholds = np.tile(np.array([-1.2, 0.0, 1.2]), (4, 1))
    z = []
    for _ in range(150):
        result = graded_response(simulate(rng, slopes, thresholds, 500))
        error = np.concatenate([result.slopes, *result.thresholds])
        error -= np.concatenate([slopes, thresholds.ravel()])
        z.append(error / np.concatenate([result.slope_se, *result.threshold_se]))

    # Each of 16 deviations has a Monte-Carlo error of .058; their mean one of about
    # .02, as estimates are correlated.
    deviation = np.std(z, axis=0)
    assert deviation.mean() == pytest.approx(1, abs=0.06)
    assert (np.abs(deviation - 1) < 0.22).all()


def test_flags_of_person_fit_hold_their_level_and_find_random_answers(rng):
    slopes = rng.uniform(1, 2.5, 20)
    thresholds = np.linspace(-1.5, 1.5, 4) + rng.normal(0, 0.5, (20, 1))
    items = simulate(rng, slopes, thresholds, 4000)
    result = graded_response(items)

    honest = person_fit(result, items, flag_level=0.05)
    random = pd.DataFrame(rng.integers(1, 6, items.shape), columns=items.columns)
    careless = person_fit(result, random, flag_level=0.05)

    # The correction is of first order: at 20 items the level is .05 within .015.
    assert honest.n_flagged / honest.n_judged == pytest.approx(0.05, abs=0.015)
    spread = honest.to_frame()[["l_z", "l_z_star"]].std()
    assert abs(spread["l_z_star"] - 1) < abs(spread["l_z"] - 1)
    assert careless.n_flagged / careless.n_judged > 0.95


def test_item_fit_holds_its_level_and_finds_an_item_that_does_not_follow(rng):
    slopes, thresholds = np.full(6, 1.6), np.tile(np.linspace(-1.5, 1.5, 4), (6, 1))
    p_values = []
    for _ in range(25):
        items = simulate(rng, slopes, thresholds, 600)
        p_values.append(item_fit(graded_response(items), items).to_frame()["p_value"])

    # 150 tests: 7.5 expected below .05, with a deviation of 2.7.
    assert 1 <= (np.array(p_values) < 0.05).sum() <= 16
    theta = rng.normal(size=1500)
    bent = simulate(rng, slopes, thresholds, 1500, theta)
    unfolding = simulate(rng, slopes[:1], thresholds[:1], 1500, 2 * np.abs(theta) - 1.5)
    bent["q5"] = np.where(rng.random(1500) < 0.5, unfolding["q0"], bent["q5"])
    frame = item_fit(graded_response(bent), bent).to_frame()
    assert frame["p_value"].idxmin() == 5
    assert frame["p_value"].min() < 1e-4


def test_q3_finds_the_pair_that_shares_more(rng):
    slopes, thresholds = np.full(8, 1.5), np.tile(np.linspace(-1.5, 1.5, 4), (8, 1))
    items = simulate(rng, slopes, thresholds, 1500)
    copied = rng.random(1500) < 0.4
    items["q7"] = np.where(copied, items["q6"], items["q7"])

    result = local_dependence(graded_response(items), items)

    flagged = result.to_frame().query("flagged")
    assert flagged[["item", "other"]].to_numpy().tolist() == [["q6", "q7"]]
    plain = simulate(rng, slopes, thresholds, 1500)
    independent = local_dependence(graded_response(plain), plain)
    assert not independent.to_frame()["flagged"].any()
    assert independent.mean_q3 == pytest.approx(-1 / 7, abs=0.05)
