"""Lambda 2, lambda 6, standardised alpha, and the intervals they share with others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.one_factor_search import derivatives, discrepancy, minimise
from diagnose.statistics.reliability import (
    cronbach_alpha,
    guttman_lambda_2,
    guttman_lambda_6,
    omega_total,
    standardised_alpha,
)
from diagnose.statistics.reliability.bootstrap import bca_limits

STANDARDISED = [standardised_alpha, guttman_lambda_2, guttman_lambda_6]


@pytest.fixture
def answers(rng):
    trait = rng.normal(size=(120, 1))
    latent = trait + rng.normal(size=(120, 4))
    return pd.DataFrame(
        np.clip(np.round(latent + 3), 1, 5), columns=["q1", "q2", "q3", "q4"]
    )


@pytest.mark.parametrize("function", STANDARDISED)
def test_a_constant_item_cannot_be_standardised(answers, function):
    with pytest.raises(InsufficientDataError, match="q5 does not vary over 120"):
        function(answers.assign(q5=3.0))


def test_a_constant_raw_item_is_flagged_and_adds_nothing(answers):
    with_constant = guttman_lambda_2(answers.assign(q5=3.0), scored="raw")

    assert with_constant.flags == ("constant_item:q5",)
    assert with_constant.n_items == 5


def test_lambda_6_refuses_items_that_repeat_others(answers):
    repeated = answers.assign(q5=answers["q1"] + answers["q2"])

    for scored in ("raw", "standardised"):
        with pytest.raises(
            InsufficientDataError, match=r"5 items over 120 .* singular"
        ):
            guttman_lambda_6(repeated, scored=scored)


@pytest.mark.parametrize("function", STANDARDISED)
def test_items_that_cancel_out_have_no_sum(answers, function):
    mirrored = pd.DataFrame({"q1": answers["q1"], "q2": 6 - answers["q1"]})

    with pytest.raises(InsufficientDataError, match="sum of the 2 items does not vary"):
        function(mirrored)


@pytest.mark.parametrize("function", STANDARDISED)
@pytest.mark.parametrize("interval", ["adf", "bootstrap", "bca"])
def test_every_interval_holds_the_estimate(answers, function, interval):
    result = function(answers, interval=interval, n_bootstrap=300)

    assert result.conf_low < result.estimate < result.conf_high <= 1
    assert result.interval_method.startswith(
        {
            "adf": "adf",
            "bootstrap": "bootstrap_percentile(n=300",
            "bca": "bootstrap_bca(n=300",
        }[interval]
    )


@pytest.mark.parametrize("function", STANDARDISED)
def test_too_little_is_refused_with_its_size(function):
    with pytest.raises(InsufficientDataError, match="got 1 items and 3 complete of 3"):
        function(pd.DataFrame({"q1": [1, 2, 3]}))


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"scored": "both"}, "`scored` must be one of 'raw', 'standardised'"),
        ({"interval": "feldt"}, "`interval` must be one of 'adf', 'bootstrap', 'bca'"),
        (
            {"n_bootstrap": 1},
            "`n_bootstrap` must be a whole number of at least 100",
        ),
        ({"conf_level": 1}, "`conf_level` must lie between 0 and 1; got 1"),
    ],
)
def test_wrong_options_are_named(answers, option, text):
    for function in (guttman_lambda_2, guttman_lambda_6):
        with pytest.raises(ValueError, match=text):
            function(answers, **option)


def test_uncorrelated_items_have_no_standard_error_of_lambda_2():
    crossed = pd.DataFrame({"q1": [1, 1, 2, 2], "q2": [1, 2, 1, 2]})

    with pytest.raises(InsufficientDataError, match="none of the 2 items covaries"):
        guttman_lambda_2(crossed)


def test_negative_lambda_is_kept_and_flagged(answers):
    wrongly_keyed = answers.assign(q2=6 - answers["q2"], q3=6 - answers["q3"])

    result = standardised_alpha(wrongly_keyed)

    assert result.estimate < 0
    assert "negative_estimate" in result.flags


def test_a_limit_above_one_is_cut_off_with_a_flag():
    tiny = pd.DataFrame({"q1": [1, 2, 3, 5, 4, 1], "q2": [1, 2, 4, 5, 2, 2]})

    result = cronbach_alpha(tiny, interval="duhachek_iacobucci", conf_level=0.999)

    assert result.conf_high == 1
    assert result.flags == ("limit_above_one",)


def test_equal_items_have_no_error_at_all():
    same = pd.DataFrame({"q1": [1, 2, 3, 5], "q2": [1, 2, 3, 5]})

    for interval in ("feldt", "duhachek_iacobucci", "adf"):
        result = cronbach_alpha(same, interval=interval)

        assert [result.estimate, result.conf_low, result.conf_high] == pytest.approx(
            [1, 1, 1]
        )
        assert result.std_error == pytest.approx(0, abs=1e-12)


def test_bca_without_bias_or_skew_is_the_percentile_interval():
    estimates = np.linspace(0, 1, 1001)

    low, high = bca_limits(estimates, 0.9, estimate=0.5, acceleration=0.0)

    assert [low, high] == pytest.approx([0.05, 0.95], abs=1e-12)


def test_bca_by_hand():
    from scipy.stats import norm

    estimates = np.linspace(0, 1, 1001)

    low, high = bca_limits(estimates, 0.95, estimate=0.6, acceleration=0.1)

    bias = norm.ppf(600.5 / 1001)  # 600 below, and one that equals the estimate
    shifted = bias + norm.ppf([0.025, 0.975])
    expected = norm.cdf(bias + shifted / (1 - 0.1 * shifted))
    assert [low, high] == pytest.approx(expected, abs=1e-3)


def test_bca_needs_resamples_on_both_sides():
    with pytest.raises(
        InsufficientDataError, match="all 100 resamples lie on one side"
    ):
        bca_limits(np.full(100, 0.4), 0.95, estimate=0.5, acceleration=0.0)


def test_a_bootstrap_that_is_mostly_undefined_is_refused():
    rare = pd.DataFrame({"q1": [1.0] * 30 + [2.0], "q2": [1.0] * 29 + [2.0, 2.0]})

    with pytest.raises(InsufficientDataError, match=r"of 500 resamples leave the"):
        guttman_lambda_6(rare, interval="bootstrap", n_bootstrap=500)


def test_heywood_resamples_of_omega_are_kept_and_counted(rng):
    trait = rng.normal(size=(40, 1))
    items = pd.DataFrame(trait * [2.0, 1, 1] + rng.normal(size=(40, 3)))

    result = omega_total(items, interval="bootstrap", n_bootstrap=300)

    counts = [f for f in result.flags if f.startswith("heywood_resamples:")]
    assert 0 < int(counts[0].split(":")[1]) < 150
    assert result.conf_low < result.estimate < result.conf_high


def test_resamples_without_a_fit_are_left_out_and_counted(rng):
    trait = rng.normal(size=(12, 1))
    items = pd.DataFrame(np.round(trait + rng.normal(size=(12, 3)) * 0.7))

    result = omega_total(items, interval="bootstrap", n_bootstrap=400)

    assert any(flag.startswith("undefined_resamples:") for flag in result.flags)


def _problem(rng, n_matrices=5, n_items=4):
    data = rng.normal(size=(n_matrices, 60, 1)) + rng.normal(
        size=(n_matrices, 60, n_items)
    )
    matrices = np.stack([np.corrcoef(part, rowvar=False) for part in data])
    return matrices, np.tile(np.repeat([0.6, 0.5], n_items), (n_matrices, 1))


def test_second_derivatives_match_numerical_ones(rng):
    matrices, parameters = _problem(rng)
    gradient, _, hessian = derivatives(matrices, parameters)

    for column in range(8):
        step = np.zeros(8)
        step[column] = 1e-5
        moved = (
            derivatives(matrices, parameters + step)[0]
            - derivatives(matrices, parameters - step)[0]
        )
        assert moved / 2e-5 == pytest.approx(hessian[:, :, column], rel=1e-6, abs=1e-7)
        slope = (
            discrepancy(matrices, parameters + step)
            - discrepancy(matrices, parameters - step)
        ) / 2e-5
        assert slope / 2 == pytest.approx(gradient[:, column], rel=1e-5, abs=1e-7)


def test_many_searches_at_once_equal_one_at_a_time(rng):
    matrices, start = _problem(rng)

    together, converged = minimise(matrices, start)

    assert converged.all()
    for place in range(len(matrices)):
        alone, _ = minimise(matrices[[place]], start[[place]])
        assert together[place] == pytest.approx(alone[0], rel=1e-9)


def test_the_discrepancy_is_infinite_outside_the_permitted_values():
    parameters = np.array(
        [
            [0.5, 0.5, 0.5, -0.1, -0.1, 1.0],  # two negative uniquenesses
            [0.1, 0.5, 0.5, -0.5, 0.5, 0.5],  # a negative variance
            [0.9, 0.5, 0.5, -0.1, 0.8, 0.8],  # one negative, yet positive definite
        ]
    )

    values = discrepancy(np.tile(np.eye(3), (3, 1, 1)), parameters)

    assert np.isinf(values).tolist() == [True, True, False]
    roots = np.linalg.eigvalsh(
        np.outer([0.9, 0.5, 0.5], [0.9, 0.5, 0.5]) + np.diag([-0.1, 0.8, 0.8])
    )
    assert roots[0] > 0
