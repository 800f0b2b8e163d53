from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.cfa.ordinal_answers import AnswerCuts
from diagnose.statistics.cfa.wlsmv import OrdinalData
from diagnose.statistics.correlation import ordinal_moments, rectangle_probabilities
from diagnose.statistics.reliability import ordinal
from diagnose.statistics.reliability.ordinal import (
    omega_categorical,
    omega_ordinal,
    ordinal_alpha,
)

COEFFICIENTS = [omega_categorical, omega_ordinal, ordinal_alpha]


def simulate(rng, n_respondents=400, loadings=(0.8, 0.7, 0.6, 0.7), cuts=(-0.8, 0.9)):
    factor = rng.normal(size=(n_respondents, 1))
    error = rng.normal(size=(n_respondents, len(loadings)))
    latent = factor * loadings + error * np.sqrt(1 - np.square(loadings))
    return pd.DataFrame(
        np.digitize(latent, cuts) + 1.0,
        columns=[f"q{i + 1}" for i in range(len(loadings))],
    )


@pytest.fixture
def answers(rng):
    return simulate(rng)


# --- refusals -----------------------------------------------------------------------


@pytest.mark.parametrize("omega", [omega_categorical, omega_ordinal])
def test_omega_refuses_two_items(answers, omega):
    with pytest.raises(
        InsufficientDataError, match="omega needs at least 3 items; got 2"
    ):
        omega(answers.iloc[:, :2])


def test_alpha_refuses_one_item(answers):
    with pytest.raises(
        InsufficientDataError, match="alpha needs at least 2 items; got 1"
    ):
        ordinal_alpha(answers.iloc[:, :1])


@pytest.mark.parametrize("omega", [omega_categorical, omega_ordinal])
def test_a_heywood_case_is_refused_by_name(rng, omega):
    # the loading of q1 would be .7 / sqrt(.35)
    correlation = [[1, 0.7, 0.7], [0.7, 1, 0.35], [0.7, 0.35, 1]]
    latent = rng.multivariate_normal(np.zeros(3), correlation, 500)
    items = pd.DataFrame(np.digitize(latent, [-0.7, 0.7]), columns=["q1", "q2", "q3"])

    with pytest.raises(InsufficientDataError, match="q1 would have no error variance"):
        omega(items)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_a_constant_item_is_refused_by_name(answers, coefficient):
    with pytest.raises(
        InsufficientDataError, match="q5 does not vary: all 400 answers"
    ):
        coefficient(answers.assign(q5=3.0))


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_a_repeated_item_is_refused_by_name(answers, coefficient):
    with pytest.raises(InsufficientDataError, match="of q1 and q5 lies at its bound"):
        coefficient(answers.assign(q5=answers["q1"]))


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_a_continuous_item_is_refused_by_name(answers, rng, coefficient):
    with pytest.raises(InsufficientDataError, match="q1 has 400 different answers"):
        coefficient(answers.assign(q1=rng.normal(size=400)))


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_missing_raise_refuses_incomplete_respondents(answers, coefficient):
    answers.iloc[0, 0] = np.nan

    with pytest.raises(InsufficientDataError, match="1 of 400 respondents"):
        coefficient(answers, missing="raise")


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
@pytest.mark.parametrize(
    ("option", "text"),
    [
        (
            {"missing": "fiml"},
            "`missing` must be one of 'listwise', 'pairwise', 'raise'",
        ),
        ({"conf_level": 95}, "`conf_level` must lie between 0 and 1; got 95"),
    ],
)
def test_wrong_options_are_named(answers, coefficient, option, text):
    with pytest.raises(ValueError, match=text):
        coefficient(answers, **option)


def test_a_wrong_denominator_is_named(answers):
    with pytest.raises(ValueError, match="`denominator` must be one of 'observed'"):
        omega_categorical(answers, denominator="total")


@pytest.mark.parametrize(
    ("coefficient", "text"),
    [
        (ordinal_alpha, "alpha is undefined: the polychoric correlations of the 3"),
        (
            omega_categorical,
            "omega is undefined: the one-factor model did not converge",
        ),
    ],
)
def test_correlations_that_no_sum_can_have_are_refused(rng, coefficient, text):
    """Every two items disagree, each pair in respondents of its own."""
    items = pd.DataFrame(np.nan, index=range(900), columns=["a", "b", "c"])
    for start, pair in ((0, [0, 1]), (300, [0, 2]), (600, [1, 2])):
        latent = rng.multivariate_normal([0, 0], [[1, -0.65], [-0.65, 1]], 300)
        items.iloc[start : start + 300, pair] = np.digitize(latent, [-0.5, 0.5])

    with pytest.raises(InsufficientDataError, match=text):
        coefficient(items, missing="pairwise")


def test_a_sum_without_variance_has_no_omega():
    whole = ordinal._Sum(value=-0.1, gradient=np.zeros(2))

    with pytest.raises(InsufficientDataError, match=r"comes out at -0\.1"):
        ordinal._Sum(value=1.0, gradient=np.zeros(2)).over(whole)


# --- behaviour ----------------------------------------------------------------------


def test_result_names_its_method_and_denominator(answers):
    frame = omega_categorical(answers).to_frame()

    assert frame.loc[0, "method"] == "omega_categorical"
    assert frame.loc[0, "denominator"] == "observed"
    assert frame.loc[0, "interval_method"] == "delta"
    assert (frame.loc[0, "n_respondents"], frame.loc[0, "n_items"]) == (400, 4)


def test_an_item_may_have_the_name_of_the_factor(answers):
    renamed = answers.rename(columns={"q1": "factor", "q2": "factor_"})

    assert omega_categorical(renamed) == omega_categorical(answers)


@pytest.mark.parametrize("omega", [omega_categorical, omega_ordinal])
def test_an_item_against_the_others_is_flagged(answers, omega):
    result = omega(answers.assign(q3=4 - answers["q3"]))

    assert result.flags == ("negative_loading:q3",)
    assert result.estimate < omega(answers).estimate


def test_negative_alpha_is_kept_and_flagged(answers):
    result = ordinal_alpha(answers.assign(q2=4 - answers["q2"], q3=4 - answers["q3"]))

    assert result.estimate < 0
    assert result.flags == ("negative_estimate",)


def test_alpha_of_two_items_is_spearman_brown(answers):
    two = answers[["q1", "q2"]]
    r = ordinal_moments(two).correlation[0, 1]

    assert ordinal_alpha(two).estimate == pytest.approx(2 * r / (1 + r))


def test_pairwise_uses_every_answer(answers, rng):
    holed = answers.mask(rng.random(answers.shape) < 0.2)

    pairwise = omega_categorical(holed, missing="pairwise")

    assert pairwise.n_respondents == int(holed.notna().any(axis=1).sum())
    assert omega_categorical(holed).n_respondents == len(holed.dropna())


def test_answers_are_added_up_in_their_own_units(rng):
    """Unequal steps between answers count, in covariances and in variances."""
    items = simulate(rng, cuts=(-0.8, 0.2, 1.1))
    uneven = items.replace({1.0: 0.0, 2.0: 1.0, 3.0: 5.0, 4.0: 6.0})
    moments = ordinal_moments(uneven)
    cuts = AnswerCuts.of(moments)
    scores = np.array([0.0, 1.0, 5.0, 6.0])
    first, second = np.triu_indices(4, 1)
    r = moments.correlation[first, second]
    thresholds = np.stack(moments.thresholds)
    cells = rectangle_probabilities(thresholds[first], thresholds[second], r)
    margins = np.stack([(uneven == score).mean() for score in scores], axis=1)
    means = margins @ scores

    got = cuts.covariance(first, second, r).value
    variances, _ = cuts.variance()

    products = np.einsum("pab,a,b->p", cells, scores, scores)
    assert got == pytest.approx(products - means[first] * means[second], abs=1e-12)
    assert variances == pytest.approx(margins @ scores**2 - means**2, abs=1e-12)
    assert omega_categorical(uneven).estimate != pytest.approx(
        omega_categorical(items).estimate, abs=1e-3
    )


@pytest.mark.parametrize("denominator", ["observed", "implied"])
@pytest.mark.parametrize("sums", [ordinal._of_answers, ordinal._of_variables])
def test_gradients_are_those_of_central_differences(rng, sums, denominator):
    """Through the weighted least squares, where the model does not hold."""
    items = simulate(rng, cuts=(-0.8, 0.2, 1.1))
    items["q2"] = np.where(items["q1"] > 2, items["q1"], items["q2"])  # shared residual
    items["q4"] = items["q4"].clip(upper=3)  # fewer categories
    sample = ordinal._read(items, missing="listwise", conf_level=0.95, name="omega")

    def coefficient(statistics):
        moments = sample.moments
        places = np.cumsum([len(own) for own in moments.thresholds])
        parts = np.split(statistics, places)
        correlation = np.eye(4)
        correlation[np.triu_indices(4, 1)] = parts[-1]
        correlation += np.triu(correlation, 1).T
        moved = replace(moments, thresholds=tuple(parts[:-1]), correlation=correlation)
        other = replace(sample, data=OrdinalData(("",), [moved]))
        shared, total = sums(moved, ordinal._fit(other), denominator)
        return shared.over(total)

    at = sample.moments.moments
    gradient = coefficient(at).gradient

    for place in range(len(at)):
        step = np.zeros(len(at))
        step[place] = 1e-5
        change = coefficient(at + step).value - coefficient(at - step).value
        assert gradient[place] == pytest.approx(change / 2e-5, abs=2e-8)


def test_the_standard_error_agrees_with_simulation(rng):
    """Monte Carlo: 150 samples give a standard deviation within 6 per cent or so."""
    results = [omega_categorical(simulate(rng)) for _ in range(150)]

    spread = np.std([result.estimate for result in results])
    stated = np.mean([result.std_error for result in results])
    assert stated == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize(
    "coefficient", [omega_categorical, omega_ordinal, ordinal_alpha]
)
def test_the_refusal_counts_the_respondents_there_were(answers, coefficient):
    gaps = answers.copy()
    gaps.iloc[:, 0] = np.nan

    with pytest.raises(
        InsufficientDataError, match=f"got 0 usable respondents of {len(answers)} for"
    ):
        coefficient(gaps)
