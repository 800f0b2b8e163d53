"""Alpha and omega against R: psych, lavaan and semTools."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.one_factor import fit_one_factor
from diagnose.statistics.reliability import (
    convergent_validity,
    cronbach_alpha,
    guttman_lambda_2,
    guttman_lambda_6,
    omega_total,
    standardised_alpha,
)
from diagnose.statistics.reliability.intervals import log_interval

FOLDER = Path(__file__).parent / "cases"
CASES = json.loads((FOLDER / "cronbach_alpha.json").read_text("utf-8"))
IN_R = json.loads((FOLDER / "reliability.json").read_text("utf-8"))
RTOL = {name: tolerance for name, (tolerance, _) in IN_R["rtol"].items()}
SUBSCALES = ("valence", "efficacy", "support", "commit")


@pytest.fixture(scope="module")
def answers(oracle):
    return pd.read_csv(oracle / "synth_complete.csv")


@pytest.fixture(scope="module")
def in_r(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))["scales"]


def subscale(answers, name):
    return answers[[f"{name}{i}" for i in range(1, 5)]]


def dataset(answers, name):
    """Return a subscale of the synthetic data, or one of the awkward sets."""
    if name in SUBSCALES:
        return subscale(answers, name)
    rows = pd.read_csv(FOLDER / "awkward" / f"{name}.csv")
    people = rows.loc[rows.index.repeat(rows["count"])]
    return people[[column for column in people if column.startswith("x")]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["source"])
def test_alpha_matches_reference(case):
    result = cronbach_alpha(pd.DataFrame(case["items"]))

    got = {name: getattr(result, name) for name in case["expected"]}
    assert got == pytest.approx(case["expected"], rel=case["rtol"])


@pytest.mark.parametrize("name", SUBSCALES)
def test_alpha_and_feldt_match_psych(answers, in_r, name):
    result = cronbach_alpha(subscale(answers, name))

    expected = in_r[name]
    assert result.estimate == pytest.approx(expected["raw_alpha"], rel=1e-11)
    limits = (result.conf_low, result.conf_high)
    assert limits == pytest.approx(tuple(expected["feldt"]), rel=1e-11)


@pytest.mark.parametrize(
    ("dataset", "expected", "n_respondents"),
    [
        ("cronbach_alpha", (0.5917188486, 0.1949213907, 0.8398208146), 15),
        # pingouin counts the 12 rows before deletion and prints .581 to .933.
        ("cronbach_wide_missing", (0.8016949153, 0.5330031999, 0.9472079674), 9),
    ],
)
def test_alpha_counts_respondents_after_deletion(dataset, expected, n_respondents):
    import pingouin

    items = pingouin.read_dataset(dataset)
    if dataset == "cronbach_alpha":
        items = items.pivot(index="Subj", columns="Items", values="Scores")

    result = cronbach_alpha(items)

    got = (result.estimate, result.conf_low, result.conf_high)
    assert got == pytest.approx(expected, rel=1e-8)  # R printed 10 decimals
    assert result.n_respondents == n_respondents


@pytest.mark.parametrize("name", SUBSCALES)
def test_one_factor_matches_lavaan(answers, in_r, name):
    items = subscale(answers, name)

    fit = fit_one_factor(items.cov(ddof=0), len(items))

    expected = in_r[name]
    got = np.concatenate([fit.loadings, fit.uniquenesses])
    # lavaan stops at a gradient of about 1e-6; so the 1e-5 for maximum likelihood.
    assert got == pytest.approx(list(expected["cfa_coef"].values()), rel=1e-5)
    errors = np.concatenate([fit.loading_se, fit.uniqueness_se])
    assert errors == pytest.approx(expected["cfa_se"], rel=1e-5)
    assert fit.statistic == pytest.approx(expected["cfa_fit"]["chisq"], rel=1e-5)
    assert fit.p_value == pytest.approx(expected["cfa_fit"]["pvalue"], rel=1e-5)
    assert fit.log_likelihood == pytest.approx(expected["cfa_fit"]["logl"], rel=1e-9)
    assert fit.df == expected["cfa_fit"]["df"]
    assert fit.converged


@pytest.mark.parametrize("name", SUBSCALES)
def test_omega_matches_semtools(answers, in_r, name):
    result = omega_total(subscale(answers, name))

    # Loadings by maximum likelihood, as above.
    assert result.estimate == pytest.approx(in_r[name]["omega_cfa"], rel=1e-5)


def test_implied_denominator_is_another_number(answers):
    result = omega_total(subscale(answers, "valence"), denominator="implied")

    assert result.estimate == pytest.approx(0.80468943, rel=1e-7)  # 8 decimals stored
    assert result.method == "omega_total_implied"


def testlog_interval_matches_published_check():
    limits = log_interval(0.88, 0.0147, 100, 0.95)

    assert limits == pytest.approx((0.8489611641, 0.9065575425), rel=1e-9)


def test_delta_error_of_implied_omega_is_that_of_the_parameters(answers):
    """Second route: the textbook delta method over loadings and uniquenesses."""
    items = subscale(answers, "support")
    fit = fit_one_factor(items.cov(ddof=0), len(items))
    common, error = fit.loadings.sum(), fit.uniquenesses.sum()
    total = common**2 + error
    slope = np.repeat([2 * common * error / total**2, -(common**2) / total**2], 4)
    variance = slope @ np.linalg.inv(fit.information) @ slope / len(items)

    result = omega_total(items, denominator="implied")

    expected = log_interval(result.estimate, np.sqrt(variance), len(items), 0.95)
    assert (result.conf_low, result.conf_high) == pytest.approx(expected, rel=1e-10)


def test_delta_error_of_observed_omega_agrees_with_simulation(answers, rng):
    """Monte Carlo: 300 normal samples give the standard error within 10 per cent."""
    items = subscale(answers, "valence")
    covariance = fit_one_factor(items.cov(ddof=0), 630).implied_covariance
    simulated = [
        omega_total(
            pd.DataFrame(rng.multivariate_normal(np.zeros(4), covariance, 630))
        ).estimate
        for _ in range(300)
    ]

    result = omega_total(items)

    width = result.conf_high - result.conf_low
    assert width / (2 * 1.959964) == pytest.approx(np.std(simulated), rel=0.10)


CLOSED_FORMS = {
    "alpha": lambda items: cronbach_alpha(items, interval="adf"),
    "alpha_standardised": standardised_alpha,
    "lambda_2_raw": lambda items: guttman_lambda_2(items, scored="raw"),
    "lambda_2_standardised": guttman_lambda_2,
    "lambda_6_raw": lambda items: guttman_lambda_6(items, scored="raw"),
    "lambda_6_standardised": guttman_lambda_6,
}


@pytest.mark.parametrize("method", CLOSED_FORMS)
@pytest.mark.parametrize("name", IN_R["closed_forms"])
def test_closed_forms_and_their_errors_match_r(answers, name, method):
    result = CLOSED_FORMS[method](dataset(answers, name))

    expected = IN_R["closed_forms"][name][method]
    assert result.estimate == pytest.approx(
        expected["estimate"], rel=RTOL["closed_form"]
    )
    assert result.std_error == pytest.approx(
        expected["std_error"], rel=RTOL["closed_form_std_error"]
    )
    assert result.n_respondents == IN_R["n_respondents"][name]


@pytest.mark.parametrize("name", IN_R["closed_forms"])
def test_normal_intervals_of_alpha_match_psych(answers, name):
    items = dataset(answers, name)

    feldt = cronbach_alpha(items)
    symmetric = cronbach_alpha(items, interval="duhachek_iacobucci")

    expected = IN_R["closed_forms"][name]
    assert [feldt.conf_low, feldt.conf_high] == pytest.approx(
        expected["feldt"], rel=RTOL["closed_form"]
    )
    errors = [feldt.std_error, symmetric.std_error]
    assert errors == pytest.approx([expected["ase"]] * 2, rel=RTOL["closed_form"])
    width = (symmetric.conf_high - symmetric.conf_low) / 2
    assert width == pytest.approx(1.959963984540054 * expected["ase"], rel=1e-10)


@pytest.mark.parametrize("name", SUBSCALES)
def test_standardised_coefficients_match_psych_on_the_synthetic_data(
    answers, in_r, name
):
    items = subscale(answers, name)

    got = [
        standardised_alpha(items).estimate,
        guttman_lambda_6(items).estimate,
        cronbach_alpha(items).std_error,
    ]

    expected = [in_r[name][key] for key in ("std_alpha", "G6", "ase")]
    assert got == pytest.approx(expected, rel=1e-11)  # stored with 13 digits


@pytest.mark.parametrize("name", IN_R["factor_model"])
def test_omega_and_its_errors_match_lavaan(answers, name):
    items = dataset(answers, name)

    observed = omega_total(items)
    implied = omega_total(items, denominator="implied")
    robust = omega_total(items, denominator="implied", interval="adf")

    expected = IN_R["factor_model"][name]
    assert [
        observed.estimate,
        implied.estimate,
        implied.std_error,
        robust.std_error,
    ] == pytest.approx(
        [
            expected["omega_observed"],
            expected["omega_implied"],
            expected["omega_implied_ml"],
            expected["omega_implied_robust"],
        ],
        rel=RTOL["factor"],
    )


@pytest.mark.parametrize("name", IN_R["factor_model"])
def test_variance_extracted_and_its_errors_match_lavaan(answers, name):
    items = dataset(answers, name)

    raw = convergent_validity(items).average_variance_extracted
    robust = convergent_validity(items, interval="adf").average_variance_extracted
    standardised = convergent_validity(
        items, scored="standardised", interval="adf"
    ).average_variance_extracted

    expected = IN_R["factor_model"][name]
    assert [
        raw.estimate,
        raw.std_error,
        robust.std_error,
        standardised.estimate,
        standardised.std_error,
    ] == pytest.approx(
        [
            expected["extracted"],
            expected["extracted_ml"],
            expected["extracted_robust"],
            expected["extracted_standardised"],
            expected["extracted_standardised_robust"],
        ],
        rel=RTOL["factor"],
    )


@pytest.mark.parametrize("name", SUBSCALES)
def test_variance_extracted_matches_semtools(answers, in_r, name):
    result = convergent_validity(subscale(answers, name))

    # Loadings by maximum likelihood, as above.
    extracted = result.average_variance_extracted.estimate
    assert extracted == pytest.approx(in_r[name]["AVE"], rel=1e-5)


@pytest.mark.parametrize("denominator", ["observed", "implied"])
def test_influence_on_omega_is_that_of_fitting_again(answers, denominator):
    """Second route: give one respondent a little more weight, and fit again."""
    from diagnose.statistics.reliability import omega

    items = subscale(answers, "commit").head(200)
    values = items.to_numpy()
    centred = values - values.mean(axis=0)
    covariance = np.cov(values, rowvar=False, ddof=0)

    def omega_of(matrix):
        fit = fit_one_factor(matrix, 200)
        functions = {"observed": omega.OBSERVED_OMEGA, "implied": omega.IMPLIED_OMEGA}
        return functions[denominator].value(
            fit.loadings[None], fit.uniquenesses[None], np.array([matrix.sum()])
        )[0]

    step = 1e-5
    influence = [
        (
            omega_of(covariance + step * (np.outer(row, row) - covariance))
            - omega_of(covariance - step * (np.outer(row, row) - covariance))
        )
        / (2 * step)
        for row in centred
    ]

    result = omega_total(items, denominator=denominator, interval="adf")

    expected = np.sqrt(np.square(influence).sum() / (200 * 199))
    # Central differences with steps of 1e-5 on influences of a few units.
    assert result.std_error == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("denominator", ["observed", "implied"])
def test_bootstrap_of_omega_is_that_of_fitting_each_resample(answers, denominator):
    items = subscale(answers, "valence").head(200)

    result = omega_total(
        items, denominator=denominator, interval="bootstrap", n_bootstrap=100, seed=3
    )

    drawn = np.random.default_rng(3).integers(200, size=(100, 200))
    one_by_one = [
        omega_total(items.iloc[rows], denominator=denominator).estimate
        for rows in drawn
    ]
    limits = np.quantile(one_by_one, [0.025, 0.975])
    assert [result.conf_low, result.conf_high] == pytest.approx(limits, rel=1e-7)
    assert result.std_error == pytest.approx(np.std(one_by_one, ddof=1), rel=1e-7)


def test_bca_agrees_with_scipy_where_resamples_are_biased(answers):
    from scipy.stats import bootstrap

    items = dataset(answers, "small")

    def lambda_6(*columns, axis=-1):
        parts = np.stack(columns)
        parts = parts - parts.mean(axis=axis, keepdims=True)
        covariance = np.einsum("i...n,j...n->...ij", parts, parts)
        precision = np.diagonal(np.linalg.inv(covariance), axis1=-2, axis2=-1)
        return 1 - (1 / precision).sum(axis=-1) / covariance.sum(axis=(-2, -1))

    by_scipy = bootstrap(
        tuple(items.to_numpy().T),
        lambda_6,
        paired=True,
        vectorized=True,
        n_resamples=4000,
        method="BCa",
        rng=np.random.default_rng(1),
    )

    options = {"scored": "raw", "n_bootstrap": 4000}
    ours = guttman_lambda_6(items, interval="bca", **options)
    plain = guttman_lambda_6(items, interval="bootstrap", **options)

    limits = by_scipy.confidence_interval
    # A limit has a Monte-Carlo error of .042 sd, one corrected outwards twice that.
    allowed = 3 * np.sqrt(2) * 0.08 * ours.std_error
    assert [ours.conf_low, ours.conf_high] == pytest.approx(
        [limits.low, limits.high], abs=allowed
    )
    assert ours.conf_low < plain.conf_low - allowed  # the correction is larger


def test_skewed_answers_need_an_interval_without_normal_theory(rng):
    """Of 300 samples of 300 people, 95 % intervals hold the true alpha."""
    loadings = np.array([0.8, 0.7, 0.6, 0.7])

    def skewed(n_respondents):
        trait = rng.normal(size=(n_respondents, 1))
        error = rng.normal(size=(n_respondents, 4)) * np.sqrt(1 - loadings**2)
        return pd.DataFrame(np.digitize(trait * loadings + error, [0.5, 1.2, 1.8, 2.3]))

    truth = cronbach_alpha(skewed(400_000)).estimate
    held = {"feldt": 0, "adf": 0}
    for _ in range(300):
        items = skewed(300)
        for interval in held:
            result = cronbach_alpha(items, interval=interval)
            held[interval] += result.conf_low <= truth <= result.conf_high

    # Monte-Carlo error .02 and .013: .858 and .939 over 4000 samples.
    assert held["feldt"] / 300 < 0.91
    assert held["adf"] / 300 > 0.90
