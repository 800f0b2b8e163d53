from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.cfa import (
    FactorModel,
    bifactor_model,
    fit_cfa,
    fit_prepared,
    prepare_cfa,
    second_order_model,
)

TWO = {"f": ["x1", "x2", "x3"], "g": ["x4", "x5", "x6"]}


@pytest.fixture
def answers(rng):
    root = np.linalg.cholesky(np.array([[1.0, 0.4], [0.4, 1.0]]))
    factors = np.repeat(rng.normal(size=(300, 2)) @ root.T, 3, axis=1)
    latent = 0.7 * factors + 0.7 * rng.normal(size=(300, 6))
    return pd.DataFrame(latent, columns=[f"x{i}" for i in range(1, 7)])


@pytest.fixture
def group():
    return pd.Series(np.repeat(["staff", "lead"], 150))


def with_correlations(rng, correlation, n_respondents=100):
    """Return answers that have these correlations exactly."""
    values = rng.normal(size=(n_respondents, len(correlation)))
    white = np.linalg.qr(values - values.mean(axis=0))[0]
    columns = [f"x{i + 1}" for i in range(len(correlation))]
    return pd.DataFrame(white @ np.linalg.cholesky(correlation).T, columns=columns)


# --- what comes back ----------------------------------------------------------------


def test_estimates_are_a_row_each_with_what_they_join(answers):
    table = fit_cfa(answers, TWO).to_frame()

    assert list(table.columns) == [
        "group",
        "parameter",
        "left",
        "right",
        "estimate",
        "std_error",
        "statistic",
        "p_value",
        "conf_low",
        "conf_high",
        "status",
    ]
    marker = table.iloc[0]
    assert (marker["left"], marker["right"], marker["status"]) == ("f", "x1", "fixed")
    assert (marker["estimate"], marker["std_error"]) == (1.0, 0.0)
    free = table[table["status"] == "free"]
    assert (free["conf_low"] < free["estimate"]).all()
    assert (free["estimate"] < free["conf_high"]).all()
    assert len(free) == 13


def test_intervals_follow_their_level(answers):
    wide = fit_cfa(answers, TWO, conf_level=0.99).to_frame()
    narrow = fit_cfa(answers, TWO).to_frame()

    ratio = (wide["conf_high"] - wide["conf_low"]) / (
        narrow["conf_high"] - narrow["conf_low"]
    )
    expected = 2.5758293035489 / 1.9599639845401
    assert ratio[wide["status"] == "free"].to_numpy() == pytest.approx(expected)


def test_implied_and_residual_moments_add_up(answers):
    fit = fit_cfa(answers, TWO, means=True)

    observed = answers.cov(ddof=0)
    added = fit.implied_covariance() + fit.residual_covariance()
    assert np.allclose(added, observed)
    assert np.allclose(fit.implied_means() + fit.residual_means(), answers.mean())
    assert np.allclose(np.diag(fit.residual_correlation()), 0)
    difference = answers.corr() - fit.residual_correlation()
    correlation = difference.loc["x1", "x4"]
    implied = fit.implied_covariance()
    scale = np.sqrt(implied.loc["x1", "x1"] * implied.loc["x4", "x4"])
    assert correlation == pytest.approx(implied.loc["x1", "x4"] / scale)


def test_indices_are_one_row(answers):
    table = fit_cfa(answers, TWO, estimator="mlr").indices.to_frame()

    assert len(table) == 1
    row = table.iloc[0]
    assert row["basis"] == "robust"
    assert row["cfi"] == row["robust_cfi"]
    assert row["rmsea_high"] == row["robust_rmsea_conf_high"]
    assert {"plain_tli", "scaled_tli", "baseline_statistic"} <= set(table.columns)


def test_what_is_read_depends_on_estimator_and_missing_answers(answers):
    coarse = answers.round()
    bases = [
        fit_cfa(answers, TWO).indices.basis,
        fit_cfa(answers, TWO, missing="fiml").indices.basis,
        fit_cfa(coarse.clip(-1, 1), TWO, estimator="wlsmv").indices.basis,
    ]

    assert bases == ["plain", "robust", "scaled"]


def test_means_count_as_parameters_and_change_no_test(answers):
    without, with_means = (fit_cfa(answers, TWO, means=m) for m in (False, True))

    assert with_means.indices.n_parameters == without.indices.n_parameters + 6
    assert with_means.indices.statistic == pytest.approx(without.indices.statistic)
    assert with_means.indices.aic == pytest.approx(without.indices.aic + 12)
    assert with_means.indices.srmr < without.indices.srmr
    covariances = without.indices.srmr_covariances
    assert with_means.indices.srmr_covariances == pytest.approx(covariances)


def test_a_model_without_degrees_of_freedom_fits_and_tests_nothing(answers):
    for options in ({}, {"estimator": "mlr"}, {"missing": "fiml"}):
        indices = fit_cfa(answers, {"f": TWO["f"]}, **options).indices

        assert (indices.df, indices.cfi, indices.tli, indices.rmsea) == (0, 1, 1, 0)
        assert indices.statistic == pytest.approx(0, abs=1e-6)
        assert np.isnan(indices.p_value)


def test_people_left_out_are_counted(answers, group):
    answers.iloc[:4, 0] = np.nan
    answers.iloc[4] = np.nan
    group.iloc[10:13] = None

    listwise = fit_cfa(answers, TWO, group=group)
    full = fit_cfa(answers, TWO, group=group, missing="fiml")

    assert listwise.flags == ("left_out:5", "no_group:3")
    assert listwise.n_by_group == (150, 142)
    assert full.flags == ("left_out:1", "no_group:3")
    assert full.n_respondents == 296


def test_groups_are_sorted_and_named(answers, group):
    fit = fit_cfa(answers, TWO, group=group, equal=["loadings", "intercepts"])

    assert fit.groups == ("lead", "staff")
    table = fit.to_frame()
    means = table[table["parameter"] == "factor_mean"]
    assert list(means["status"]) == ["fixed", "fixed", "free", "free"]
    assert list(means["group"]) == ["lead", "lead", "staff", "staff"]
    loadings = table[table["parameter"] == "loading"]
    assert list(loadings["status"].unique()) == ["fixed", "shared"]


def test_column_names_need_not_be_text(answers):
    numbered = answers.set_axis(range(6), axis="columns")

    fit = fit_cfa(numbered, {"f": ["0", "1", "2"], "g": ["3", "4", "5"]})

    assert fit.indices.statistic == fit_cfa(answers, TWO).indices.statistic


# --- models -------------------------------------------------------------------------


def test_equal_loadings_free_variances_that_gave_the_unit(answers, group):
    options = {"group": group, "identification": "unit_variance"}
    freed = fit_cfa(answers, TWO, equal=["loadings"], **options)
    held = fit_cfa(answers, TWO, equal=["loadings", "factor_variances"], **options)

    assert freed.indices.df == 20
    assert held.indices.df == 22


def test_equal_intercepts_of_a_second_order_model_free_the_lower_means(answers, group):
    three = {"f": ["x1", "x2"], "g": ["x3", "x4"], "h": ["x5", "x6"]}
    prepared = prepare_cfa(answers, second_order_model(three), group=group)

    table = prepared.table(["loadings", "intercepts"])

    free = {row.left for row in table.select("factor_mean") if row.free >= 0}
    assert free == {"f", "g", "h"}


def test_one_preparation_serves_a_series(answers, group):
    prepared = prepare_cfa(answers, TWO, group=group)

    for equal in ([], ["loadings"], ["loadings", "intercepts"]):
        again = fit_prepared(prepared, prepared.table(equal))
        alone = fit_cfa(answers, TWO, group=group, equal=equal)
        assert again.indices == alone.indices


def test_partial_invariance_releases_named_parameters(answers, group):
    prepared = prepare_cfa(answers, TWO, group=group)
    table = prepared.table(["loadings"])

    partial = fit_prepared(prepared, table.free([(1, "loading:f:x3")]))

    full = fit_prepared(prepared, table)
    assert partial.indices.df == full.indices.df - 1
    assert partial.indices.statistic < full.indices.statistic
    shared = partial.to_frame().query("parameter == 'loading' and right == 'x3'")
    assert list(shared["status"]) == ["free", "free"]


def test_names_can_be_tied_within_a_group(answers):
    prepared = prepare_cfa(answers, TWO)
    tied = prepared.table().tie([[(0, "loading:f:x2"), (0, "loading:g:x5")]])

    fit = fit_prepared(prepared, tied)

    loadings = fit.to_frame().set_index(["left", "right"])["estimate"]
    assert loadings["f", "x2"] == loadings["g", "x5"]
    assert fit.indices.df == 9


def test_two_items_with_equal_loadings_are_a_factor(answers):
    prepared = prepare_cfa(answers, {"f": ["x1", "x2"]})
    table = prepared.table().fix([(0, "loading:f:x2")], 1.0)

    fit = fit_prepared(prepared, table)

    covariance = answers[["x1", "x2"]].cov(ddof=0).iloc[0, 1]
    assert fit.matrices().factor_covariance[0, 0] == pytest.approx(covariance)


def test_a_general_factor_beside_group_factors(rng):
    own = np.kron(np.eye(3), np.full((3, 3), 0.25))
    correlation = np.full((9, 9), 0.36) + own
    np.fill_diagonal(correlation, 1.0)
    items = with_correlations(rng, correlation)
    factors = {
        name: list(items.columns[3 * i : 3 * i + 3]) for i, name in enumerate("fgh")
    }

    fit = fit_cfa(items, bifactor_model(factors))

    assert fit.indices.df == 18
    assert fit.indices.statistic == pytest.approx(0, abs=1e-9)
    loadings = fit.matrices().loading * 10  # the items have variance 1 / 100
    assert loadings[:, 0] == pytest.approx(0.6)
    assert loadings[:, 1:].sum(axis=1) == pytest.approx(0.5)


# --- what is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ({"f": ["x1"], "g": TWO["g"]}, r"factor_covariance:f:f.*'f' has 1 indicator "),
        ({"f": ["x1", "x2"]}, "4 free parameters and the 2 items give 3 means and cov"),
        (second_order_model(TWO), "not identified: .*'general' has 2 indicators"),
        (bifactor_model(TWO), "can change together without any change of fit"),
        (
            FactorModel(
                factors=(("f", ("x1", "x2")), ("g", ("x4", "x5", "x6"))),
                orthogonal=True,
            ),
            "two and a correlation with another factor",
        ),
    ],
)
def test_models_that_data_cannot_identify_are_refused(answers, model, text):
    with pytest.raises(InsufficientDataError, match=text):
        fit_cfa(answers, model)


def test_a_model_that_these_data_do_not_identify_is_refused(rng):
    """Two items lean on the correlation with another factor, and it is exactly 0."""
    correlation = np.eye(5)
    correlation[:2, :2] = 0.5
    correlation[2:, 2:] = 0.5
    np.fill_diagonal(correlation, 1.0)
    items = with_correlations(rng, correlation)

    with pytest.raises(InsufficientDataError, match=r"In these data .* not identified"):
        fit_cfa(items, {"f": ["x1", "x2"], "g": ["x3", "x4", "x5"]})


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (0, "got 0 usable respondents of 0 for 6 items"),
        (6, "got 6 usable respondents of 6 for 6 items"),
        (12, "13 free parameters and there are 12 usable respondents"),
    ],
)
def test_too_few_respondents_are_refused_with_both_numbers(answers, rows, text):
    with pytest.raises(InsufficientDataError, match=text):
        fit_cfa(answers.iloc[:rows], TWO)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_constant_items_are_named(answers, missing):
    with pytest.raises(InsufficientDataError, match="same answer to x3"):
        fit_cfa(answers.assign(x3=4.0), TWO, missing=missing)


def test_an_item_that_nobody_answered_is_not_called_constant(answers):
    with pytest.raises(InsufficientDataError, match=r"None of the 300 .* answered x2"):
        fit_cfa(answers.assign(x2=np.nan), TWO, missing="fiml")


def test_an_item_constant_in_one_group_is_named_with_the_group(answers, group):
    answers.loc[group == "lead", "x3"] = 4.0

    with pytest.raises(InsufficientDataError, match=r"in group 'lead'.* to x3"):
        fit_cfa(answers, TWO, group=group)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_answers_that_are_all_missing_are_refused(answers, missing):
    with pytest.raises(InsufficientDataError, match="got 0 usable respondents of 300"):
        fit_cfa(answers * np.nan, TWO, missing=missing)


def test_an_item_that_follows_from_others_is_named(answers):
    summed = answers.assign(x3=answers["x1"] + answers["x2"])

    with pytest.raises(InsufficientDataError, match=r"of x1, x2, x3 one is a combinat"):
        fit_cfa(summed, TWO)


def test_small_groups_are_named(answers):
    group = ["many"] * 295 + ["few"] * 5

    with pytest.raises(InsufficientDataError, match="in group 'few'; got 5 usable"):
        fit_cfa(answers, TWO, group=group)


def test_a_fit_without_minimum_names_what_moves(rng):
    noise = pd.DataFrame(
        rng.normal(size=(60, 6)), columns=[f"x{i}" for i in range(1, 7)]
    )

    with (
        warnings.catch_warnings(),
        pytest.raises(
            InsufficientDataError, match=r"did not converge .* 60 respondents"
        ),
    ):
        warnings.simplefilter("ignore", AssumptionWarning)
        for seed in range(20):
            shuffled = noise.sample(60, replace=True, random_state=seed)
            fit_cfa(shuffled, TWO)


def test_improper_estimates_come_with_a_warning_and_a_flag(rng):
    # the squared loading of the first item is .8 x .8 / .3
    correlation = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.3], [0.8, 0.3, 1.0]])
    items = with_correlations(rng, correlation)

    with pytest.warns(AssumptionWarning, match="negative_residual_variance:x1"):
        fit = fit_cfa(items, {"f": ["x1", "x2", "x3"]}, identification="unit_variance")

    assert fit.improper == fit.flags == ("negative_residual_variance:x1",)
    assert fit.matrices().loading[0, 0] ** 2 == pytest.approx(0.64 / 0.3 / 100)


def test_factors_that_are_one_are_flagged(rng):
    trait = rng.normal(size=(100, 1))
    items = pd.DataFrame(
        0.8 * trait + 0.6 * rng.normal(size=(100, 6)),
        columns=[f"x{i}" for i in range(1, 7)],
    )
    items["x1"] += 0.2 * items["x4"]
    items["x2"] += 0.2 * items["x5"]

    with pytest.warns(AssumptionWarning, match="factor_correlation_beyond_1:f~g"):
        fit = fit_cfa(items, TWO)

    covariance = fit.matrices().factor_covariance
    assert covariance[0, 1] ** 2 > covariance[0, 0] * covariance[1, 1]


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"estimator": "uls"}, ValueError, "`estimator` must be one of 'ml', 'mlr'"),
        ({"missing": "raise"}, ValueError, "`missing` must be one of 'listwise', 'fi"),
        ({"missing": "pairwise"}, ValueError, "with estimator='ml'; got 'pairwise'"),
        ({"missing": "fiml", "estimator": "wlsmv"}, ValueError, "needs a likelihood"),
        ({"conf_level": 95}, ValueError, "`conf_level` must lie between 0 and 1"),
        ({"equal": "loadings"}, TypeError, "`equal` must be a list"),
        ({"equal": ["loading"]}, ValueError, "`equal` must be taken from 'loadings'"),
        ({"equal": ["loadings"]}, ValueError, "asks for several groups; give `group`"),
        ({"group": "x1"}, TypeError, "not the name of a column; got 'x1'"),
        ({"group": ["a", "b"]}, ValueError, "one value a row of `items`: 300; got 2"),
        ({"group": [None] * 300}, InsufficientDataError, "None of the 300 respond"),
        ({"identification": "first"}, ValueError, "`identification` must be one of"),
    ],
)
def test_wrong_options_are_named(answers, options, error, text):
    with pytest.raises(error, match=text):
        fit_cfa(answers, TWO, **options)


def test_a_group_must_have_the_index_of_the_items(answers, group):
    with pytest.raises(ValueError, match="`group` must have the index of `items`"):
        fit_cfa(answers, TWO, group=group.iloc[::-1])


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"x3": "often"}, TypeError, "not numeric: x3"),
        ({"x3": np.inf}, ValueError, "infinite"),
    ],
)
def test_answers_must_be_finite_numbers(answers, change, error, text):
    with pytest.raises(error, match=text):
        fit_cfa(answers.assign(**change), TWO)


def test_absent_items_are_named_with_what_there_is(answers):
    with pytest.raises(
        ValueError, match=r"no column y1, which `model` names; it has x1"
    ):
        fit_cfa(answers, {"f": ["x1", "x2", "y1"]})


def test_items_must_be_a_frame(answers):
    with pytest.raises(
        TypeError, match="`items` must be a pandas DataFrame; got ndarr"
    ):
        fit_cfa(answers.to_numpy(), TWO)


def test_a_residual_covariance_stated_twice_is_refused():
    with pytest.raises(ValueError, match=r"\('a1', 'a2'\) is stated twice"):
        FactorModel(
            factors=(("a", ("a1", "a2", "a3", "a4")),),
            residual_covariances=(("a1", "a2"), ("a2", "a1")),
        )
