"""What must hold of a general factor beside group factors for any answers."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.schmid_leiman import omega_hierarchical, schmid_leiman

SETTINGS = settings(max_examples=20, deadline=None)


@st.composite
def answers_of_people(draw):
    """Answers of 300 people to three groups of items under one general factor."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = [draw(st.integers(3, 4)) for _ in range(3)]
    groups = 0.8 * generator.normal(size=(300, 1)) + generator.normal(size=(300, 3))
    latent = np.repeat(groups, sizes, axis=1)
    latent = latent + generator.normal(size=latent.shape)
    return pd.DataFrame(latent).rename(columns="q{}".format)


def proper(statistic, answers, **options):
    """Return the result, or have Hypothesis choose other answers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", AssumptionWarning)
            return statistic(answers, **options)
    except (AssumptionWarning, InsufficientDataError):
        assume(False)


@SETTINGS
@given(answers=answers_of_people())
def test_three_groups_explain_what_the_first_order_explains(answers):
    """Three correlations are three loadings: nothing is lost by the hierarchy."""
    result = proper(schmid_leiman, answers)

    shared = result.general**2 + (result.group**2).sum(axis="columns")
    pd.testing.assert_series_equal(shared, result.communalities, rtol=1e-7)
    whole = result.group @ result.group.T + np.outer(result.general, result.general)
    implied = result.first_order.implied_correlations().to_numpy()
    off = ~np.eye(len(whole), dtype=bool)
    assert whole.to_numpy()[off] == pytest.approx(implied[off], abs=1e-7)


@SETTINGS
@given(answers=answers_of_people())
def test_shares_lie_in_their_range(answers):
    result = proper(omega_hierarchical, answers)

    assert 0 <= result.estimate <= result.omega_total <= 1
    assert 0 <= result.omega_limit <= 1
    assert 0 <= result.ecv <= 1
    assert 0 <= result.uncontaminated <= 1
    assert result.hierarchy.general_share.between(0, 1).all()
    groups = result.groups
    assert groups["n_items"].sum() == answers.shape[1]
    both = groups["omega_general"] + groups["omega_group"]
    pd.testing.assert_series_equal(both, groups["omega_total"], check_names=False)


@SETTINGS
@given(answers=answers_of_people(), seed=st.integers(0, 99))
def test_order_units_and_reflecting_all_items_are_irrelevant(answers, seed):
    expected = proper(omega_hierarchical, answers)
    columns = np.random.default_rng(seed).permutation(answers.columns)
    changed = 3 - 2 * answers.sample(frac=1, random_state=seed)[columns]

    got = proper(omega_hierarchical, changed)

    assert got.estimate == pytest.approx(expected.estimate, abs=1e-6)
    assert got.omega_total == pytest.approx(expected.omega_total, rel=1e-7)
    assert got.ecv == pytest.approx(expected.ecv, abs=1e-6)
