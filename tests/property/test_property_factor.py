"""What must hold of factors for any answers."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.factor import (
    Rotation,
    exploratory_factor_analysis,
    factor_score_weights,
    factor_scores,
)

SETTINGS = settings(max_examples=20, deadline=None)
ROTATIONS = ["oblimin", "geomin", "promax", "varimax", "quartimax"]


@st.composite
def answers_of_people(draw):
    """Answers of 200 people to two or three groups of items that go together."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n_factors = draw(st.integers(1, 3))
    sizes = [draw(st.integers(3, 4)) for _ in range(max(n_factors, 2))][:n_factors]
    shared = generator.normal(size=(200, 1))
    factors = 0.5 * shared + generator.normal(size=(200, n_factors))
    own = np.repeat(factors, sizes, axis=1)
    latent = own + generator.normal(size=own.shape) * 0.9
    return pd.DataFrame(latent).rename(columns="q{}".format), n_factors


def analyse(answers, n_factors, **options):
    """Return the analysis, or have Hypothesis choose other answers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", AssumptionWarning)
            return exploratory_factor_analysis(answers, n_factors, **options)
    except (AssumptionWarning, InsufficientDataError):
        assume(False)


@SETTINGS
@given(
    drawn=answers_of_people(),
    seed=st.integers(0, 99),
    method=st.sampled_from(["minres", "ml"]),
    rotation=st.sampled_from(ROTATIONS),
)
def test_order_of_people_and_items_is_irrelevant(drawn, seed, method, rotation):
    answers, n_factors = drawn
    expected = analyse(answers, n_factors, method=method, rotation=rotation)
    assume(not any("minima" in flag for flag in expected.flags))
    columns = np.random.default_rng(seed).permutation(answers.columns)
    shuffled = answers.sample(frac=1, random_state=seed)[columns]

    got = analyse(shuffled, n_factors, method=method, rotation=rotation)

    assert got.fit.statistic == pytest.approx(expected.fit.statistic, rel=1e-7)
    pd.testing.assert_series_equal(
        got.uniquenesses[answers.columns], expected.uniquenesses, rtol=1e-7
    )
    pd.testing.assert_frame_equal(
        got.loadings.loc[answers.columns], expected.loadings, atol=1e-5, rtol=0
    )


@SETTINGS
@given(drawn=answers_of_people(), method=st.sampled_from(["minres", "ml"]))
def test_rotation_leaves_what_the_factors_explain(drawn, method):
    answers, n_factors = drawn
    unrotated = analyse(answers, n_factors, method=method, rotation="none")

    for rotation in ROTATIONS:
        rotated = analyse(answers, n_factors, method=method, rotation=rotation)
        pd.testing.assert_series_equal(
            rotated.communalities, unrotated.communalities, rtol=1e-9
        )
        pd.testing.assert_frame_equal(
            rotated.implied_correlations(), unrotated.implied_correlations(), rtol=1e-8
        )
        assert rotated.fit == unrotated.fit
        assert rotated.variance["sum_of_squares"].sum() == pytest.approx(
            unrotated.communalities.sum()
        )
        phi = rotated.factor_correlations.to_numpy()
        assert np.diag(phi) == pytest.approx(np.ones(n_factors))
        assert np.linalg.eigvalsh(phi)[0] > 0


@SETTINGS
@given(drawn=answers_of_people(), rotation=st.sampled_from(ROTATIONS))
def test_factors_come_in_a_fixed_order_and_direction(drawn, rotation):
    answers, n_factors = drawn
    result = analyse(answers, n_factors, rotation=rotation)

    sums = (result.loadings**2).sum()
    assert list(sums) == sorted(sums, reverse=True)
    assert (result.loadings.sum() >= 0).all()
    assert list(result.loadings.columns) == [f"F{j + 1}" for j in range(n_factors)]


@SETTINGS
@given(drawn=answers_of_people(), rotation=st.sampled_from(ROTATIONS))
def test_one_factor_is_not_rotated(drawn, rotation):
    answers, _ = drawn
    rotated = analyse(answers, 1, rotation=rotation)

    plain = analyse(answers, 1, rotation="none")
    pd.testing.assert_frame_equal(rotated.loadings, plain.loadings)
    assert rotated.rotation == "none"
    assert rotated.search is None


@SETTINGS
@given(drawn=answers_of_people(), method=st.sampled_from(["minres", "ml"]))
def test_units_and_constants_are_irrelevant(drawn, method):
    answers, n_factors = drawn
    expected = analyse(answers, n_factors, method=method, rotation="none")
    units = np.linspace(0.5, 20, answers.shape[1])

    got = analyse(answers * units - 7, n_factors, method=method, rotation="none")

    pd.testing.assert_frame_equal(got.loadings, expected.loadings, rtol=1e-6, atol=1e-8)


@SETTINGS
@given(drawn=answers_of_people(), method=st.sampled_from(["minres", "ml"]))
def test_the_derivative_vanishes_and_residuals_add_nothing_on_the_diagonal(
    drawn, method
):
    answers, n_factors = drawn
    result = analyse(answers, n_factors, method=method)

    assert result.gradient < 1e-8
    total = result.communalities + result.uniquenesses
    assert total.to_numpy() == pytest.approx(np.ones(answers.shape[1]), abs=1e-7)
    structure = result.loadings @ result.factor_correlations
    pd.testing.assert_frame_equal(result.structure, structure, rtol=1e-12)


@SETTINGS
@given(drawn=answers_of_people())
def test_scores_keep_their_promises(drawn):
    answers, n_factors = drawn
    result = analyse(answers, n_factors)
    try:
        regression = factor_score_weights(result)
    except InsufficientDataError:
        assume(False)
    tenberge = factor_score_weights(result, method="tenberge")
    bartlett = factor_score_weights(result, method="bartlett")

    # Ten Berge keeps the correlations of the factors; Bartlett is unbiased; regression
    # correlates highest with its factor.
    pd.testing.assert_frame_equal(
        tenberge.score_correlations, result.factor_correlations, atol=1e-8
    )
    identity = bartlett.weights.T.to_numpy() @ result.loadings.to_numpy()
    assert identity == pytest.approx(np.eye(n_factors), abs=1e-8)
    for other in (tenberge, bartlett):
        assert (other.determinacy <= regression.determinacy + 1e-9).all()
    scores = factor_scores(result, answers, method="tenberge").scores
    assert scores.mean().to_numpy() == pytest.approx(np.zeros(n_factors), abs=1e-9)
    assert scores.std().to_numpy() == pytest.approx(np.ones(n_factors), rel=1e-6)


@SETTINGS
@given(drawn=answers_of_people(), seed=st.integers(0, 2**32 - 1))
def test_more_starts_never_end_higher(drawn, seed):
    answers, n_factors = drawn
    assume(n_factors > 1)
    rotation = Rotation(name="geomin", epsilon=0.001)

    one = analyse(answers, n_factors, rotation=rotation, n_starts=1)
    many = analyse(answers, n_factors, rotation=rotation, n_starts=10, seed=seed)

    assert many.search.criterion <= one.search.criterion + 1e-8
    assert 1 <= many.search.n_at_best <= many.search.n_starts
