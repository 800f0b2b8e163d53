"""What must hold of correlations of ordinal items for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from diagnose.statistics.correlation import (
    bivariate_normal_cdf,
    bivariate_normal_dependence,
    ordinal_moments,
    polychoric,
    polyserial,
    rectangle_probabilities,
    smooth_correlation,
)

# Sparse answers may give correlations at the bound, or that do not fit together.
pytestmark = pytest.mark.filterwarnings(
    "ignore::diagnose.errors.AssumptionWarning",
)

SETTINGS = settings(max_examples=25, deadline=None)
LIMIT = st.floats(-6, 6)
CORRELATION = st.floats(-1, 1)


@st.composite
def ordinal_items(draw):
    """Draw answers to 2 to 4 items of 2 to 5 categories, with one common factor."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_items = draw(st.integers(2, 4))
    n_respondents = draw(st.integers(60, 200))
    factor = generator.normal(size=(n_respondents, 1))
    answers = {}
    for i in range(n_items):
        loading = draw(st.sampled_from([-0.6, 0.3, 0.7]))
        n_cuts = draw(st.integers(1, 4))
        cuts = np.sort(generator.uniform(-1.2, 1.2, n_cuts))
        noise = generator.normal(size=n_respondents) * np.sqrt(1 - loading**2)
        answers[f"q{i}"] = np.digitize(factor[:, 0] * loading + noise, cuts) + 1.0
    frame = pd.DataFrame(answers)
    assume((frame.nunique() > 1).all())
    return frame


def estimates(result):
    return result.pairs[["estimate", "std_error"]].to_numpy()


@settings(max_examples=100, deadline=None)
@given(h=LIMIT, k=LIMIT, r=CORRELATION)
def test_bivariate_normal_reflects_swaps_and_stays_in_its_bounds(h, k, r):
    got = float(bivariate_normal_cdf(h, k, r))

    assert got == pytest.approx(float(bivariate_normal_cdf(k, h, r)), abs=1e-15)
    reflected = ndtr(h) - float(bivariate_normal_cdf(h, -k, -r))
    assert got == pytest.approx(reflected, abs=1e-14)
    low, high = max(0.0, ndtr(h) + ndtr(k) - 1), min(ndtr(h), ndtr(k))
    assert low - 1e-15 <= got <= high + 1e-15
    dependence = float(bivariate_normal_dependence(h, k, r))
    assert dependence == pytest.approx(got - ndtr(h) * ndtr(k), abs=1e-15)
    assert dependence * r >= 0


@settings(max_examples=60, deadline=None)
@given(
    h=st.lists(LIMIT, min_size=1, max_size=4, unique=True).map(sorted),
    k=st.lists(LIMIT, min_size=1, max_size=4, unique=True).map(sorted),
    r=CORRELATION,
)
def test_cells_add_to_the_margins_and_to_differences_of_the_distribution(h, k, r):
    rows, columns = np.array([h]), np.array([k])

    cells = rectangle_probabilities(rows, columns, np.array([r]))[0]

    edges_h = np.array([-np.inf, *h, np.inf])
    edges_k = np.array([-np.inf, *k, np.inf])
    np.testing.assert_allclose(cells.sum(axis=1), np.diff(ndtr(edges_h)), atol=1e-14)
    np.testing.assert_allclose(cells.sum(axis=0), np.diff(ndtr(edges_k)), atol=1e-14)
    corners = bivariate_normal_cdf(edges_h[:, None], edges_k, r)
    differences = np.diff(np.diff(corners, axis=0), axis=1)
    np.testing.assert_allclose(cells, differences, atol=1e-14)
    assert (cells >= 0).all()


@SETTINGS
@given(answers=ordinal_items(), n_incomplete=st.integers(1, 5))
def test_listwise_equals_dropping_the_rows_first(answers, n_incomplete):
    incomplete = answers.sample(n_incomplete, replace=True, random_state=0)
    incomplete.iloc[:, 0] = np.nan
    everyone = pd.concat([answers, incomplete], ignore_index=True)

    result = polychoric(everyone, missing="listwise", smooth="never")

    expected = polychoric(answers, smooth="never")
    np.testing.assert_array_equal(estimates(result), estimates(expected))
    assert result.n_respondents == len(answers)


@SETTINGS
@given(answers=ordinal_items(), seed=st.integers(0, 99))
def test_order_of_people_and_items_is_irrelevant(answers, seed):
    generator = np.random.default_rng(seed)
    rows = generator.permutation(len(answers))
    columns = generator.permutation(answers.columns)

    shuffled = polychoric(answers.iloc[rows][columns], smooth="never")

    expected = polychoric(answers, smooth="never").correlation
    got = shuffled.correlation.loc[answers.columns, answers.columns]
    np.testing.assert_allclose(got, expected, atol=1e-9)


@SETTINGS
@given(answers=ordinal_items())
def test_other_codes_leave_and_a_reversed_item_turns_the_correlations(answers):
    recoded = answers**3 - 7.5
    reversed_first = answers.assign(q0=-answers["q0"])
    expected = polychoric(answers, smooth="never")

    same = polychoric(recoded, smooth="never")
    turned = polychoric(reversed_first, smooth="never")

    np.testing.assert_array_equal(estimates(same), estimates(expected))
    sign = np.where(expected.pairs["item_1"] == "q0", -1.0, 1.0)
    np.testing.assert_allclose(
        turned.pairs["estimate"], sign * expected.pairs["estimate"], atol=1e-9
    )
    np.testing.assert_allclose(
        turned.pairs["std_error"], expected.pairs["std_error"], rtol=1e-6
    )


@SETTINGS
@given(answers=ordinal_items())
def test_everybody_twice_halves_the_variances(answers):
    twice = pd.concat([answers, answers], ignore_index=True)
    once = polychoric(answers, zero_cells="none", smooth="never")

    result = polychoric(twice, zero_cells="none", smooth="never")

    got, expected = estimates(result), estimates(once)
    np.testing.assert_allclose(got[:, 0], expected[:, 0], atol=1e-9)
    np.testing.assert_allclose(got[:, 1] * np.sqrt(2), expected[:, 1], rtol=1e-6)


@SETTINGS
@given(answers=ordinal_items(), share=st.sampled_from([0.0, 0.2]))
def test_covariance_of_moments_holds_the_errors_and_is_that_of_patterns(answers, share):
    generator = np.random.default_rng(1)
    holes = answers.mask(generator.random(answers.shape) < share)
    assume((holes.nunique() == answers.nunique()).all())
    before = holes.copy()

    moments = ordinal_moments(holes, zero_cells="none")

    pd.testing.assert_frame_equal(holes, before)
    result = polychoric(holes, zero_cells="none", smooth="never")
    errors = [*result.thresholds["std_error"], *result.pairs["std_error"]]
    at_bound = [False] * len(result.thresholds) + [*result.pairs["at_bound"]]
    frame = moments.to_frame()
    np.testing.assert_allclose(
        frame["std_error"], np.where(at_bound, 0.0, errors), rtol=1e-9
    )
    assert np.linalg.eigvalsh(moments.gamma).min() > -1e-8 * moments.gamma.max()
    # Few respondents are taken one by one, many by answer pattern.
    three = pd.concat([holes] * 3, ignore_index=True)
    many = ordinal_moments(three, zero_cells="none")
    np.testing.assert_allclose(
        many.gamma, moments.gamma, atol=1e-7 * moments.gamma.max()
    )


@SETTINGS
@given(seed=st.integers(0, 2**32 - 1), n_items=st.integers(2, 8))
def test_smoothing_gives_a_correlation_matrix_and_leaves_a_good_one(seed, n_items):
    generator = np.random.default_rng(seed)
    values = generator.uniform(-1, 1, (n_items, n_items))
    values = (values + values.T) / 2
    np.fill_diagonal(values, 1)

    result = smooth_correlation(pd.DataFrame(values), floor=1e-4)

    smooth = result.correlation.to_numpy()
    np.testing.assert_array_equal(smooth.diagonal(), 1.0)
    assert np.linalg.eigvalsh(smooth).min() > 0
    assert result.smoothed == (np.linalg.eigvalsh(values).min() < 1e-4)
    assert result.largest_change == np.abs(smooth - values).max()


@SETTINGS
@given(answers=ordinal_items(), slope=st.floats(-2, 2), shift=st.floats(-9, 9))
def test_polyserial_ignores_unit_and_turns_with_the_sign(answers, slope, shift):
    assume(abs(slope) > 0.1)
    generator = np.random.default_rng(0)
    measured = pd.Series(answers["q0"] / 2 + generator.normal(size=len(answers)))
    expected = polyserial(measured, answers["q0"]).pairs

    moved = polyserial(measured * slope + shift, 6 - answers["q0"]).pairs

    got = moved["estimate"].item() * -np.sign(slope)
    assert got == pytest.approx(expected["estimate"].item(), abs=1e-9)
    error = expected["std_error"].item()
    assert moved["std_error"].item() == pytest.approx(error, rel=1e-7)
