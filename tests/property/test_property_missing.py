"""What must hold of the likelihood of any incomplete answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.errors import InsufficientDataError
from diagnose.statistics.missing import (
    IncompleteData,
    em_covariance,
    incomplete,
    missing_patterns,
    moment_information,
    person_mean,
)

SETTINGS = settings(max_examples=25, deadline=None)


@st.composite
def incomplete_answers(draw, most_missing=0.7):
    """Draw correlated answers around a mean that may be far from 0, with gaps."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_items = draw(st.integers(2, 6))
    shape = (draw(st.integers(30, 80)), n_items)
    values = generator.normal(size=(shape[0], 1)) + generator.normal(size=shape)
    if draw(st.booleans()):  # coarse answers repeat patterns and rows
        values = np.round(values)
    values = values + draw(st.sampled_from([0.0, 3.4, 100.0]))
    share = draw(st.floats(0.0, most_missing))
    return np.where(generator.random(shape) < share, np.nan, values)


def built(values):
    try:
        return IncompleteData(values)
    except InsufficientDataError:
        assume(False)


def fitted(data):
    """Return the saturated moments, of data that have them."""
    try:
        fit = data.saturated(max_iterations=2000)
    except InsufficientDataError:  # the likelihood of few complete rows has no top
        assume(False)
    assume(fit.converged)
    return fit


def some_moments(values, generator):
    """Return moments that are not those of the data, and positive definite."""
    n_items = values.shape[1]
    root = generator.normal(size=(n_items, n_items)) / 2
    mean = np.nanmean(values, axis=0) + generator.normal(size=n_items) / 4
    return mean, root @ root.T + np.eye(n_items) / 2


def by_respondent(values, mean, covariance):
    """Return the log-likelihood, one respondent at a time."""
    total = 0.0
    for row in values:
        seen = ~np.isnan(row)
        part = covariance[np.ix_(seen, seen)]
        off = row[seen] - mean[seen]
        _, log_determinant = np.linalg.slogdet(2 * np.pi * part)
        total -= (log_determinant + off @ np.linalg.solve(part, off)) / 2
    return total


def distinct(n_items):
    return np.triu_indices(n_items)


def packed(mean, matrix):
    return np.concatenate([mean, matrix[distinct(len(mean))]])


def unpacked(point, n_items):
    matrix = np.zeros((n_items, n_items))
    matrix[distinct(n_items)] = point[n_items:]
    return point[:n_items], matrix + np.triu(matrix, 1).T


def slopes(data, point):
    """Return the gradient to the distinct moments."""
    gradient = data.moment_gradient(*unpacked(point, data.n_items))
    first, second = distinct(data.n_items)
    twice = np.where(first == second, 1, 2)
    return np.concatenate([gradient.mean, gradient.covariance[first, second] * twice])


@SETTINGS
@given(values=incomplete_answers(), seed=st.integers(0, 99))
def test_likelihood_is_the_sum_over_respondents(values, seed):
    data = built(values)
    at = some_moments(values, np.random.default_rng(seed))

    expected = by_respondent(values[data.kept], *at)
    assert data.log_likelihood(*at) == pytest.approx(expected, rel=1e-10)


@SETTINGS
@given(values=incomplete_answers(), seed=st.integers(0, 99))
def test_gradient_is_the_slope_of_the_likelihood(values, seed):
    data = built(values)
    point = packed(*some_moments(values, np.random.default_rng(seed)))

    steps = 1e-5 * np.eye(len(point))
    numeric = [
        data.log_likelihood(*unpacked(point + step, data.n_items))
        - data.log_likelihood(*unpacked(point - step, data.n_items))
        for step in steps
    ]
    got = slopes(data, point)
    # Central differences: rounding of the likelihood over the step.
    assert got == pytest.approx(np.array(numeric) / 2e-5, rel=1e-4, abs=1e-3)


@SETTINGS
@given(values=incomplete_answers(), seed=st.integers(0, 99))
def test_information_is_minus_the_slope_of_the_gradient(values, seed):
    data = built(values)
    point = packed(*some_moments(values, np.random.default_rng(seed)))

    steps = 1e-6 * np.eye(len(point))
    numeric = [slopes(data, point - s) - slopes(data, point + s) for s in steps]

    got = data.moment_information(*unpacked(point, data.n_items))
    expected = np.array(numeric) / 2e-6
    assert got == pytest.approx(expected, rel=1e-4, abs=1e-6 * np.abs(got).max())
    assert got == pytest.approx(got.T, rel=1e-12, abs=1e-9)


@SETTINGS
@given(values=incomplete_answers(), seed=st.integers(0, 99))
def test_two_ways_to_the_information_along_directions_agree(values, seed):
    data = built(values)
    generator = np.random.default_rng(seed)
    at = some_moments(values, generator)
    n_items = data.n_items
    d_mean = generator.normal(size=(4, n_items))
    d_cov = generator.normal(size=(4, n_items, n_items))
    directions = d_mean, d_cov + d_cov.transpose(0, 2, 1)

    for kind in ("observed", "expected"):
        full = data.information(*at, *directions, kind=kind)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(incomplete, "_ITEMS_AT_ONCE", 1)
            patch.setattr(moment_information, "_ROWS_OF_PRODUCTS", 40)
            along = data.information(*at, *directions, kind=kind)

        assert along == pytest.approx(full, rel=1e-9, abs=1e-9 * np.abs(full).max())


@SETTINGS
@given(values=incomplete_answers(), seed=st.integers(0, 99))
def test_scores_add_up_to_the_gradient(values, seed):
    data = built(values)
    generator = np.random.default_rng(seed)
    at = some_moments(values, generator)
    n_items = data.n_items
    d_mean = generator.normal(size=(3, n_items))
    d_cov = generator.normal(size=(3, n_items, n_items))
    directions = d_mean, d_cov + d_cov.transpose(0, 2, 1)

    scores = data.casewise_scores(*at, *directions)

    gradient = data.moment_gradient(*at)
    expected = d_mean @ gradient.mean
    expected = expected + np.tensordot(directions[1], gradient.covariance, 2)
    assert scores.sum(axis=0) == pytest.approx(expected, rel=1e-8, abs=1e-8)
    products = data.score_cross_product(*at, *directions)
    assert products == pytest.approx(scores.T @ scores, rel=1e-9)
    one = IncompleteData(values[data.kept]).casewise_scores(*at, *directions)
    assert one == pytest.approx(scores)


@SETTINGS
@given(values=incomplete_answers(), seed=st.integers(0, 99))
def test_small_blocks_give_what_large_ones_give(values, seed):
    """Patterns of many respondents are condensed and cut; neither may show."""
    data = built(np.round(values))
    at = some_moments(values, np.random.default_rng(seed))
    repeated = np.repeat(np.round(values), 7, axis=0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diagnose.statistics.missing.answer_patterns._CELLS_AT_ONCE", 1)
        seven = IncompleteData(repeated)

    assert seven.log_likelihood(*at) == pytest.approx(7 * data.log_likelihood(*at))
    for of_seven, of_one in (
        (seven.moment_information, data.moment_information),
        (seven.moment_score_cross_product, data.moment_score_cross_product),
    ):
        expected = 7 * of_one(*at)
        scale = 1e-10 * np.abs(expected).max()
        assert of_seven(*at) == pytest.approx(expected, rel=1e-9, abs=scale)


@SETTINGS
@given(values=incomplete_answers(most_missing=0.0))
def test_complete_answers_have_their_plain_moments_at_once(values):
    fitted(built(values))
    frame = pd.DataFrame(values)

    result = em_covariance(frame)

    assert result.n_iterations == 1
    assert result.mean.to_numpy() == pytest.approx(frame.mean().to_numpy(), rel=1e-12)
    expected = frame.cov(ddof=0).to_numpy()
    assert result.covariance.to_numpy() == pytest.approx(expected, rel=1e-10, abs=1e-12)


@SETTINGS
@given(values=incomplete_answers(most_missing=0.4), seed=st.integers(0, 99))
def test_em_stops_where_the_likelihood_is_highest(values, seed):
    data = built(values)
    fit = fitted(data)

    gradient = data.moment_gradient(fit.mean, fit.covariance)
    step = fit.covariance @ gradient.covariance @ fit.covariance / data.n_respondents
    assert np.abs(step).max() < 1e-8
    near = np.random.default_rng(seed).normal(size=data.n_items) * 0.01
    moved = data.log_likelihood(fit.mean + near, fit.covariance)
    assert moved < fit.log_likelihood


@SETTINGS
@given(
    values=incomplete_answers(most_missing=0.4),
    seed=st.integers(0, 99),
    unit=st.sampled_from([0.01, 1.0, 250.0]),
)
def test_order_units_and_constants_do_not_matter(values, seed, unit):
    data = built(values)
    fitted(data)
    generator = np.random.default_rng(seed)
    rows = generator.permutation(len(values))
    columns = generator.permutation(values.shape[1])
    frame = pd.DataFrame(values)
    before = frame.copy()

    result = em_covariance(frame)
    moved = em_covariance(frame.iloc[rows, columns] * unit + 7)

    expected = result.correlation.iloc[columns, columns].to_numpy()
    # Each stops where an EM step moves less than 1e-10; with much missing the way
    # still to go is some hundred times that.
    assert moved.correlation.to_numpy() == pytest.approx(expected, abs=1e-7)
    pd.testing.assert_frame_equal(frame, before)
    if data.n_patterns > 1:
        one, other = (
            missing_patterns(f).mcar_test
            for f in (frame, frame.iloc[rows, columns] * unit + 7)
        )
        assert other.statistic == pytest.approx(one.statistic, rel=1e-5)
        assert other.df == one.df


@SETTINGS
@given(values=incomplete_answers(), min_answered=st.integers(1, 2))
def test_scores_lie_between_the_lowest_and_highest_answer(values, min_answered):
    assume(not np.isnan(values).all())
    result = person_mean(pd.DataFrame(values), min_answered=min_answered)

    scored = result.scores.notna().to_numpy()
    assert (scored == (result.n_answered >= min_answered)).all()
    low, high = np.nanmin(values[scored], axis=1), np.nanmax(values[scored], axis=1)
    scores = result.scores.to_numpy()[scored]
    assert (scores >= low - 1e-9).all()
    assert (scores <= high + 1e-9).all()
    counts = (
        result.n_complete,
        result.n_partial,
        result.n_too_few,
        result.n_unanswered,
    )
    assert sum(counts) == len(values)
    assert result.n_respondents == scored.sum() == result.n_complete + result.n_partial


@SETTINGS
@given(values=incomplete_answers())
def test_patterns_count_every_respondent_once(values):
    assume(not np.isnan(values).all())
    result = missing_patterns(pd.DataFrame(values))

    frame = result.to_frame()
    assert frame["n_respondents"].sum() == result.n_respondents
    assert result.n_respondents + result.n_unanswered == len(values)
    assert frame["share"].sum() == pytest.approx(1)
    missing = (frame["n_missing"] * frame["n_respondents"]).sum()
    assert missing == result.items["n_missing"].sum()
    cells = result.n_respondents * result.n_items
    assert result.share_missing == pytest.approx(missing / cells)
    assert (result.mcar_test is None) == bool(result.mcar_untested)
