"""Composite reliability, variance extracted, and heterotrait-monotrait ratios."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.reliability import (
    average_variance_extracted,
    composite_reliability,
    convergent_validity,
    htmt,
)

MODEL = {"voice": ["q1", "q2", "q3"], "trust": ["q4", "q5"]}


@pytest.fixture
def answers(rng):
    traits = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 200)
    latent = np.repeat(traits, [3, 2], axis=1) + rng.normal(size=(200, 5))
    return pd.DataFrame(
        np.clip(np.round(latent + 3), 1, 5), columns=["q1", "q2", "q3", "q4", "q5"]
    )


def test_composite_by_hand():
    # (.8 + .6)^2 = 1.96, errors .36 + .64 = 1
    assert composite_reliability([0.8, 0.6]) == pytest.approx(1.96 / 2.96)
    together = composite_reliability(
        [0.8, 0.6], error_covariances=[[0.0, 0.1], [0.1, 0.0]]
    )
    assert together == pytest.approx(1.96 / 3.16)
    assert composite_reliability([0.8, 0.6], total_variance=2.8) == pytest.approx(0.7)


def test_variance_extracted_by_hand():
    assert average_variance_extracted([0.8, 0.6]) == pytest.approx(0.5)
    # (4 + 1) over (4 + 1 + 3 + 2)
    raw = average_variance_extracted([2, 1], error_variances=pd.Series([3, 2]))
    assert raw == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("loadings", "options", "text"),
    [
        ([0.8], {}, "`loadings` must be at least 2 finite numbers"),
        ([0.8, np.nan], {}, "`loadings` must be at least 2 finite numbers"),
        ([[0.8, 0.6]], {}, r"got shape \(1, 2\)"),
        ([1.4, 0.6], {}, "1.4, beyond a standardised loading of 1"),
        ([1.4, 0.6], {"error_variances": [1]}, r"one value a loading \(2\)"),
        ([1.4, 0.6], {"error_variances": [1, -0.1]}, "a Heywood case"),
        ([0, 0], {"error_variances": [0, 0]}, "are all 0"),
    ],
)
def test_loadings_that_cannot_be_are_refused(loadings, options, text):
    for function in (composite_reliability, average_variance_extracted):
        with pytest.raises(ValueError, match=text):
            function(loadings, **options)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"error_covariances": [[0, 0.1]]}, "matrix of 2 by 2; got shape"),
        ({"error_covariances": [[0, 0.1], [0.2, 0]]}, "must be symmetric"),
        ({"error_covariances": [[0, -0.9], [-0.9, 0]]}, "variance of the sum negative"),
        ({"total_variance": 0}, "`total_variance` must be above 0; got 0"),
        ({"total_variance": 2, "error_variances": [1, 1]}, "give either"),
    ],
)
def test_errors_that_cannot_be_are_refused(options, text):
    with pytest.raises(ValueError, match=text):
        composite_reliability([0.8, 0.6], **options)


def test_equal_loadings_give_spearman_brown():
    assert composite_reliability([0.7] * 4) == pytest.approx(4 * 0.49 / (1 + 3 * 0.49))


@pytest.mark.parametrize("interval", ["delta", "adf", "bootstrap", "bca"])
def test_convergent_validity_has_two_rows_with_intervals(answers, interval):
    items = answers[["q1", "q2", "q3", "q4"]]

    table = convergent_validity(items, interval=interval, n_bootstrap=200).to_frame()

    assert table["method"].tolist() == [
        "composite_reliability",
        "average_variance_extracted",
    ]
    assert (table["conf_low"] < table["estimate"]).all()
    assert (table["estimate"] < table["conf_high"]).all()
    assert table["denominator"].eq("implied").all()


def test_standardised_items_are_scored_as_such(answers):
    items = answers[["q1", "q2", "q3"]]
    scaled = items / items.std(ddof=0)

    got = convergent_validity(items * [1, 5, 1], scored="standardised")
    expected = convergent_validity(scaled)

    assert got.to_frame()["estimate"].to_numpy() == pytest.approx(
        expected.to_frame()["estimate"].to_numpy(), rel=1e-8
    )


def test_standardised_resamples_equal_fitting_each(answers):
    items = answers[["q1", "q2", "q3"]]

    result = convergent_validity(
        items, scored="standardised", interval="bootstrap", n_bootstrap=100, seed=2
    ).average_variance_extracted

    drawn = np.random.default_rng(2).integers(200, size=(100, 200))
    one_by_one = [
        convergent_validity(
            items.iloc[rows], scored="standardised"
        ).average_variance_extracted.estimate
        for rows in drawn
    ]
    limits = np.quantile(one_by_one, [0.025, 0.975])
    assert [result.conf_low, result.conf_high] == pytest.approx(limits, rel=1e-7)


def test_convergent_validity_refuses_what_omega_refuses(answers):
    with pytest.raises(InsufficientDataError, match="convergent validity needs at"):
        convergent_validity(answers[["q1", "q2"]])
    for scored in ("raw", "standardised"):
        with pytest.raises(InsufficientDataError, match="q9 does not vary"):
            convergent_validity(answers.assign(q9=2), scored=scored)
    with pytest.raises(ValueError, match="`scored` must be one of"):
        convergent_validity(answers, scored="both")


def test_ratio_by_hand(answers):
    matrix = pd.DataFrame(np.eye(5), index=answers.columns, columns=answers.columns)
    matrix.loc["q1", "q2"] = matrix.loc["q2", "q1"] = 0.5
    matrix.loc["q1", "q3"] = matrix.loc["q3", "q1"] = 0.4
    matrix.loc["q2", "q3"] = matrix.loc["q3", "q2"] = 0.3
    matrix.loc["q4", "q5"] = matrix.loc["q5", "q4"] = 0.9
    matrix.loc["q1", "q4"] = matrix.loc["q4", "q1"] = -0.3

    def ratio(variant):
        table = htmt(answers, MODEL, correlation=matrix, variant=variant).to_frame()
        return table["estimate"].item()

    between, within = 0.3 / 6, np.sqrt(0.4 * 0.9)
    assert ratio("htmt") == pytest.approx(between / within)
    assert ratio("htmt_signed") == pytest.approx(-between / within)
    assert ratio("htmt2") == 0  # a correlation of 0 makes the geometric mean 0


def test_ratio_table_says_what_it_rests_on(answers):
    answers.loc[0, "q5"] = np.nan

    result = htmt(answers, MODEL, n_bootstrap=200, seed=7)

    table = result.to_frame()
    assert table[["first", "second"]].to_numpy().tolist() == [["voice", "trust"]]
    assert table["n_items"].item() == 5
    assert table["n_respondents"].item() == result.n_respondents == 199
    assert result.interval_method == "bootstrap_percentile(n=200, seed=7)"
    assert table["conf_low"].item() < table["estimate"].item()
    assert result.flags == ()


def test_a_wrongly_keyed_item_is_flagged(answers):
    turned = answers.assign(q1=6 - answers["q1"])

    result = htmt(turned, MODEL, n_bootstrap=100)

    assert result.flags == ("negative_correlation_within:voice",)
    with pytest.raises(InsufficientDataError, match="items of trust do not correlate"):
        htmt(answers.assign(q4=6 - answers["q4"]), MODEL, variant="htmt_signed")


def test_resamples_without_a_ratio_are_counted(rng):
    items = pd.DataFrame(rng.normal(size=(9, 3)), columns=["q1", "q2", "q3"])
    items["q4"] = [1.0] + [0.0] * 8
    items["q5"] = items["q4"] + items["q1"] * 0.1

    result = htmt(items, {"a": ["q1", "q2"], "b": ["q4", "q5"]}, n_bootstrap=200)

    assert result.flags[-1].startswith("undefined_resamples:")


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ({"voice": ["q1", "q2"]}, "at least 2 subscales; got 1"),
        ({"voice": ["q1", "q2"], "trust": ["q4"]}, "2 items a subscale; not so for tr"),
        ({"voice": ["q1", "q2"], "trust": ["q2", "q4"]}, "more than once: q2"),
        ({"voice": ["q1", "q2"], "trust": ["q4", "q9"]}, "not in the frame: q9"),
    ],
)
def test_models_that_cannot_be_are_refused(answers, model, text):
    with pytest.raises(ValueError, match=text):
        htmt(answers, model)


def test_other_inputs_of_the_ratio_are_refused(answers):
    with pytest.raises(ValueError, match="`variant` must be one of 'htmt'"):
        htmt(answers, MODEL, variant="htmt3")
    with pytest.raises(ValueError, match="`correlation` must be one of 'pearson'"):
        htmt(answers, MODEL, correlation="spearman")
    with pytest.raises(ValueError, match="`correlation` lacks items of the model: q5"):
        htmt(answers, MODEL, correlation=answers[["q1", "q2", "q3", "q4"]].corr())
    with pytest.raises(ValueError, match="symmetric correlation matrix"):
        htmt(answers, MODEL, correlation=answers.cov())
    with pytest.raises(TypeError, match="must be a pandas DataFrame; got list"):
        htmt([[1, 2]], MODEL)
    with pytest.raises(InsufficientDataError, match="q2 does not vary over 200"):
        htmt(answers.assign(q2=1), MODEL)
    with pytest.raises(InsufficientDataError, match="got 2 complete of 2"):
        htmt(answers.head(2), MODEL)


def test_loadings_that_are_text_are_refused():
    with pytest.raises(TypeError, match="`loadings` must hold numbers"):
        composite_reliability(["high", "low"])
