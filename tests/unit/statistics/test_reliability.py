from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.one_factor import fit_one_factor
from diagnose.statistics.reliability import (
    cronbach_alpha,
    guttman_lambda_2,
    omega_total,
    standard_error_of_measurement,
)


@pytest.fixture
def answers(rng):
    trait = rng.normal(size=(200, 1))
    latent = trait + rng.normal(size=(200, 4))
    return pd.DataFrame(
        np.clip(np.round(latent * 0.8 + 3), 1, 5), columns=["q1", "q2", "q3", "q4"]
    )


def test_constant_answers_are_refused():
    straight_liners = pd.DataFrame({"q1": [3, 3, 3], "q2": [4, 4, 4]})

    with pytest.raises(InsufficientDataError, match="does not vary over 3 respondents"):
        cronbach_alpha(straight_liners)


def test_items_that_cancel_out_are_refused():
    mirrored = pd.DataFrame({"q1": [0.1, 0.2, 0.3], "q2": [0.3, 0.2, 0.1]})

    with pytest.raises(InsufficientDataError, match="does not vary over 3 respondents"):
        cronbach_alpha(mirrored)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        (pd.DataFrame({"q1": [1, 2, 3]}), "got 1 items and 3 complete of 3"),
        (
            pd.DataFrame({"q1": [1, np.nan, 3], "q2": [1, 2, np.nan]}),
            "got 2 items and 1 complete of 3",
        ),
    ],
)
def test_too_little_is_refused_with_its_size(items, text):
    with pytest.raises(InsufficientDataError, match=text):
        cronbach_alpha(items)


def test_missing_raise_refuses_incomplete_respondents(answers):
    answers.iloc[0, 0] = np.nan

    with pytest.raises(InsufficientDataError, match="1 of 200 respondents"):
        cronbach_alpha(answers, missing="raise")


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"interval": "fisher"}, "`interval` must be one of 'feldt', 'duhachek_iac"),
        ({"conf_level": 95}, "`conf_level` must lie between 0 and 1; got 95"),
        (
            {"n_bootstrap": 10},
            "`n_bootstrap` must be a whole number of at least 100",
        ),
        ({"missing": "pairwise"}, "`missing` must be one of 'listwise', 'raise'"),
    ],
)
def test_wrong_options_are_named(answers, option, text):
    with pytest.raises(ValueError, match=text):
        cronbach_alpha(answers, **option)


def test_constant_item_is_flagged_and_contributes_nothing(answers):
    with_constant = answers.assign(q5=3.0)

    result = cronbach_alpha(with_constant)

    assert result.flags == ("constant_item:q5",)
    without = cronbach_alpha(answers).estimate
    assert result.estimate == pytest.approx(without * (5 / 4) / (4 / 3))


def test_negative_alpha_is_kept_and_flagged(answers):
    wrongly_keyed = answers.assign(q2=6 - answers["q2"], q3=6 - answers["q3"])

    result = cronbach_alpha(wrongly_keyed)

    assert result.estimate < 0
    assert result.flags[-1] == "negative_estimate"


def test_two_items_give_spearman_brown_for_equal_variances():
    items = pd.DataFrame({"q1": [1, 2, 3, 4], "q2": [2, 1, 4, 3]})

    r = items.corr().iloc[0, 1]
    assert cronbach_alpha(items).estimate == pytest.approx(2 * r / (1 + r))


def test_bootstrap_is_reproducible_and_names_its_seed(answers):
    one = cronbach_alpha(answers, interval="bootstrap", n_bootstrap=300, seed=4)
    two = cronbach_alpha(answers, interval="bootstrap", n_bootstrap=300, seed=4)

    assert one == two
    assert one.interval_method == "bootstrap_percentile(n=300, seed=4)"
    assert one.conf_low < one.estimate < one.conf_high


def test_bootstrap_in_batches_equals_plain_resampling(answers, monkeypatch):
    from diagnose.statistics.reliability import bootstrap

    monkeypatch.setattr(bootstrap, "_CELLS_AT_ONCE", 200 * 37)
    alpha = cronbach_alpha(answers, interval="bootstrap", n_bootstrap=100, seed=1)
    lambda_2 = guttman_lambda_2(answers, interval="bootstrap", n_bootstrap=100, seed=1)

    generator = np.random.default_rng(1)
    rows = np.concatenate(
        [generator.integers(200, size=(size, 200)) for size in (37, 37, 26)]
    )
    for result, function in ((alpha, cronbach_alpha), (lambda_2, guttman_lambda_2)):
        one_by_one = [function(answers.iloc[drawn]).estimate for drawn in rows]
        limits = np.quantile(one_by_one, [0.025, 0.975])
        assert [result.conf_low, result.conf_high] == pytest.approx(limits, rel=1e-10)
        spread = np.std(one_by_one, ddof=1)
        assert result.std_error == pytest.approx(spread, rel=1e-9)


def test_bootstrap_flags_resamples_without_variance():
    tiny = pd.DataFrame({"q1": [1, 2, 3], "q2": [1, 3, 3]})

    result = cronbach_alpha(tiny, interval="bootstrap", n_bootstrap=500)

    flag = result.flags[0]
    assert flag.startswith("undefined_resamples:")
    assert 20 < int(flag.split(":")[1]) < 120  # one in nine is expected


def test_result_frame_has_one_row(answers):
    frame = cronbach_alpha(answers).to_frame()

    assert frame.shape == (1, 11)
    assert frame.loc[0, "n_respondents"] == 200


def test_omega_refuses_two_items(answers):
    with pytest.raises(InsufficientDataError, match="at least 3 items"):
        omega_total(answers[["q1", "q2"]])


def test_omega_refuses_a_constant_item_by_name(answers):
    with pytest.raises(InsufficientDataError, match="q5 does not vary over 200"):
        omega_total(answers.assign(q5=3.0))


def test_omega_refuses_a_repeated_item(answers):
    with pytest.raises(InsufficientDataError, match="singular"):
        omega_total(answers.assign(q5=answers["q1"]))


def test_omega_refuses_a_heywood_case_by_name():
    # One item correlates .9 with two that correlate .5: its loading would exceed 1.
    correlation = np.array([[1, 0.9, 0.85], [0.9, 1, 0.6], [0.85, 0.6, 1]])
    root = np.linalg.cholesky(correlation)
    spread = np.linalg.qr(np.random.default_rng(1).normal(size=(50, 4)))[0]
    spread -= spread.mean(axis=0)
    basis = np.linalg.qr(spread[:, :3])[0]
    items = pd.DataFrame(basis @ root.T, columns=["q1", "q2", "q3"])

    with pytest.raises(InsufficientDataError, match="q1 would have a negative error"):
        omega_total(items)


def test_omega_flags_an_item_keyed_the_other_way(answers):
    result = omega_total(answers.assign(q2=6 - answers["q2"]))

    assert result.flags == ("negative_loading:q2",)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"denominator": "total"}, "`denominator` must be one of 'observed'"),
        ({"interval": "feldt"}, "`interval` must be one of 'delta', 'adf'"),
    ],
)
def test_omega_options_are_checked(answers, option, text):
    with pytest.raises(ValueError, match=text):
        omega_total(answers, **option)


def test_omega_names_its_denominator_and_alpha_has_none(answers):
    assert omega_total(answers).denominator == "observed"
    assert omega_total(answers, denominator="implied").denominator == "implied"
    assert cronbach_alpha(answers).denominator == ""


def test_three_items_fit_by_construction(answers):
    fit = fit_one_factor(answers[["q1", "q2", "q3"]].cov(ddof=0), 200)

    assert fit.df == 0
    assert np.isnan(fit.p_value)
    assert fit.statistic == pytest.approx(0, abs=1e-8)
    observed = answers[["q1", "q2", "q3"]].cov(ddof=0).to_numpy()
    assert fit.implied_covariance == pytest.approx(observed, rel=1e-7)


def test_one_factor_information_matches_its_definition(answers):
    from diagnose.statistics.one_factor import parameter_derivatives

    fit = fit_one_factor(answers.cov(ddof=0).to_numpy(), 200)

    inverse = np.linalg.inv(fit.implied_covariance)
    parts = [inverse @ d for d in parameter_derivatives(fit.loadings)]
    expected = [[np.trace(a @ b) / 2 for b in parts] for a in parts]
    assert fit.information == pytest.approx(np.array(expected), rel=1e-9, abs=1e-12)
    assert list(fit.to_frame()["item"]) == ["0", "1", "2", "3"]


def test_one_factor_refuses_a_matrix_that_is_not_square():
    with pytest.raises(ValueError, match="must be square; got shape"):
        fit_one_factor(np.ones((3, 2)), 10)


def test_standard_error_of_measurement_closed_form():
    assert standard_error_of_measurement(1, 0.80) == pytest.approx(
        0.4472135955, rel=1e-9
    )


@pytest.mark.parametrize("reliability", [-0.1, 1.1, np.nan])
def test_standard_error_refuses_an_impossible_reliability(reliability):
    with pytest.raises(ValueError, match="must lie from 0 to 1"):
        standard_error_of_measurement(1, reliability)


def test_an_item_that_runs_against_the_others_is_named():
    items = pd.DataFrame(
        {
            "q1": [1, 2, 3, 4, 5, 3],
            "q2": [1, 3, 3, 4, 4, 3],
            "q3": [2, 2, 3, 4, 5, 2],
            "q4": [3, 4, 3, 3, 2, 3],
        }
    )

    assert cronbach_alpha(items).flags == ("negative_item:q4",)
