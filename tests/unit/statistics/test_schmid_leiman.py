from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.dimensionality import CorrelationMatrix
from diagnose.statistics.schmid_leiman import omega_hierarchical, schmid_leiman

SECOND = np.array([0.8, 0.7, 0.6])
FIRST = np.repeat(np.eye(3), 3, axis=0) * np.tile([0.8, 0.7, 0.6], 3)[:, None]


def population(loadings, second, n_respondents=500):
    """Return correlations with an exact hierarchy."""
    phi = np.outer(second, second)
    np.fill_diagonal(phi, 1.0)
    return given(loadings @ phi @ loadings.T, n_respondents)


def given(values, n_respondents=500):
    names = [f"q{i}" for i in range(len(values))]
    values = np.array(values)
    np.fill_diagonal(values, 1.0)
    return CorrelationMatrix(
        matrix=pd.DataFrame(values, index=names, columns=names),
        n_respondents=n_respondents,
    )


@pytest.fixture
def answers(rng):
    general = rng.normal(size=(500, 1))
    groups = 0.7 * general + 0.7 * rng.normal(size=(500, 3))
    latent = np.repeat(groups, 3, axis=1) + 0.7 * rng.normal(size=(500, 9))
    return pd.DataFrame(np.clip(np.round(latent + 3), 1, 5)).rename(
        columns="q{}".format
    )


def test_an_exact_hierarchy_is_recovered():
    result = schmid_leiman(population(FIRST, SECOND))

    general = FIRST @ SECOND
    group = FIRST * np.sqrt(1 - SECOND**2)
    assert list(result.general) == pytest.approx(general, abs=1e-7)
    # All groups have the same sum of squares: their order is not theirs to choose.
    order = result.group.abs().idxmax(axis="columns").iloc[[0, 3, 6]].tolist()
    assert result.group[order].to_numpy() == pytest.approx(group, abs=1e-7)
    assert list(result.second_order[order]) == pytest.approx(SECOND, abs=1e-7)
    ecv = (general**2).sum() / ((general**2).sum() + (group**2).sum())
    assert result.ecv == pytest.approx(ecv)
    assert result.flags == ()


def test_omega_of_an_exact_hierarchy():
    matrix = population(FIRST, SECOND)

    result = omega_hierarchical(matrix)

    total = matrix.values.sum()
    assert result.estimate == pytest.approx((FIRST @ SECOND).sum() ** 2 / total)
    unique = 9 - (FIRST**2).sum()
    assert result.omega_total == pytest.approx(1 - unique / total)
    assert result.uncontaminated == pytest.approx(27 / 36)
    assert (result.conf_low, result.conf_high) == (None, None)
    assert result.interval_method == "none"
    first = result.groups.set_index("n_items").loc[3]
    assert len(first) == 3


def test_two_group_factors_share_their_correlation():
    with pytest.warns(AssumptionWarning, match="do not identify a general factor"):
        result = schmid_leiman(
            population(FIRST[:6, :2], np.array([0.8, 0.5])), n_group_factors=2
        )

    assert list(result.second_order) == pytest.approx([np.sqrt(0.4)] * 2)
    assert "two_group_factors" in result.flags


def test_two_group_factors_that_run_against_each_other_are_refused():
    matrix = population(FIRST[:6, :2], np.array([0.8, -0.5]))

    with pytest.raises(
        InsufficientDataError, match=r"the 2 group factors correlate -0\.4"
    ):
        schmid_leiman(matrix, n_group_factors=2)


@pytest.mark.parametrize("n_group_factors", [0, 1, 2.5])
def test_groups_are_a_whole_number_of_at_least_two(answers, n_group_factors):
    with pytest.raises(ValueError, match="`n_group_factors` must be a whole number"):
        omega_hierarchical(answers, n_group_factors=n_group_factors)


def test_too_many_groups_are_refused(answers):
    with pytest.raises(InsufficientDataError, match="6 factors ask more than 9 items"):
        schmid_leiman(answers, n_group_factors=6)


def test_no_hierarchy_is_refused():
    phi = np.array(
        [[1, 0.7, 0.7], [0.7, 1, 0.3], [0.7, 0.3, 1]]
    )  # F1: .7 * .7 / .3 > 1

    with pytest.raises(InsufficientDataError, match="on the general factor, above 1"):
        schmid_leiman(given(FIRST @ phi @ FIRST.T))


def test_a_group_that_is_wholly_general_is_warned_of():
    # The first group correlates with the others as high as the general factor does.
    matrix = population(FIRST, np.array([0.9985, 0.7, 0.6]))

    with pytest.warns(AssumptionWarning, match="nothing is left of F1 beside"):
        result = schmid_leiman(matrix)

    assert result.flags == ("heywood_second_order:F1",)
    assert result.group["F1"].abs().max() < 0.1


def test_an_item_keyed_the_other_way_is_flagged(answers):
    keyed = omega_hierarchical(answers)

    result = omega_hierarchical(answers.assign(q4=6 - answers["q4"]))

    assert "negative_general_loading:q4" in result.flags
    assert result.estimate < keyed.estimate


def test_bootstrap_is_reproducible_and_names_its_seed(answers):
    options = {"n_bootstrap": 100, "seed": 3, "conf_level": 0.9}

    one = omega_hierarchical(answers, **options)
    two = omega_hierarchical(answers, **options)

    assert (one.conf_low, one.conf_high) == (two.conf_low, two.conf_high)
    assert one.conf_low < one.estimate < one.conf_high
    assert one.interval_method == "bootstrap_percentile(n=100, seed=3)"
    assert one.conf_level == 0.9


def test_bootstrap_equals_resampling_the_respondents(answers):
    result = omega_hierarchical(answers, n_bootstrap=100, seed=8)

    generator = np.random.default_rng(8)
    estimates = []
    for _ in range(100):
        drawn = answers.iloc[generator.integers(500, size=500)]
        estimates.append(omega_hierarchical(drawn).estimate)
    expected = np.quantile(estimates, [0.025, 0.975])
    assert [result.conf_low, result.conf_high] == pytest.approx(expected, abs=1e-7)


def test_resamples_without_omega_are_counted(rng):
    groups = np.repeat(0.5 * rng.normal(size=(40, 1)) + rng.normal(size=(40, 3)), 3, 1)
    few = pd.DataFrame(groups + rng.normal(size=(40, 9)))

    result = omega_hierarchical(few, n_bootstrap=200)

    flag = next(flag for flag in result.flags if "undefined_resamples" in flag)
    assert 0 < int(flag.split(":")[1]) < 100


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"method": "bifactor"}, "`method` must be one of 'schmid_leiman'"),
        ({"conf_level": 95}, "`conf_level` must lie between 0 and 1; got 95"),
        ({"n_bootstrap": 10}, "`n_bootstrap` must be a whole number of at least 100"),
        ({"n_bootstrap": 200, "missing": "pairwise"}, "pairwise correlations; got 200"),
        ({"n_bootstrap": 200, "correlation": "polychoric"}, "go without an interval"),
    ],
)
def test_wrong_options_are_named(answers, option, text):
    with pytest.raises(ValueError, match=text):
        omega_hierarchical(answers, **option)


def test_a_matrix_has_no_respondents_to_draw():
    with pytest.raises(ValueError, match="must be 0 for a CorrelationMatrix"):
        omega_hierarchical(population(FIRST, SECOND), n_bootstrap=200)


def test_frames(answers):
    result = omega_hierarchical(answers)

    frame = result.to_frame()
    assert frame.shape[0] == 1
    assert frame.loc[0, "n_respondents"] == 500
    assert "groups" not in frame.columns
    items = result.hierarchy.to_frame()
    assert list(items.columns[:5]) == ["item", "general", "F1", "F2", "F3"]
    assert len(items) == 9
