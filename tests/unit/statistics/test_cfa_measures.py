"""What follows from a fitted factor model: refusals, edges, one behaviour each."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.cfa import (
    FactorModel,
    fit_cfa,
    fit_prepared,
    prepare_cfa,
    second_order_model,
)
from diagnose.statistics.reliability.hierarchical import omega_hierarchical_bifactor

TWO = {"f": ["a1", "a2", "a3"], "g": ["b1", "b2", "b3"]}


@pytest.fixture(scope="module")
def answers():
    generator = np.random.default_rng(7)
    f = generator.standard_normal(400)
    g = 0.4 * f + generator.standard_normal(400)
    noise = generator.standard_normal((400, 6))
    items = 0.8 * np.column_stack([f, f, f, g, g, g]) + noise
    return pd.DataFrame(items, columns=["a1", "a2", "a3", "b1", "b2", "b3"])


@pytest.fixture(scope="module")
def ordinal(answers):
    return answers.clip(-1.5, 1.5).round()


@pytest.fixture(scope="module")
def fit(answers):
    return fit_cfa(answers, TWO)


@pytest.fixture(scope="module")
def heywood():
    """Return a model in which the first item has a negative residual variance."""
    generator = np.random.default_rng(1)
    population = np.array(
        [
            [1, 0.6, 0.6, 0.1],
            [0.6, 1, 0.2, 0.05],
            [0.6, 0.2, 1, 0.05],
            [0.1, 0.05, 0.05, 1],
        ]
    )
    rows = generator.standard_normal((300, 4)) @ np.linalg.cholesky(population).T
    items = pd.DataFrame(rows, columns=list("abcd"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        improper = fit_cfa(items, {"f": list("abcd")})
    assert improper.improper
    return improper, items


# --- standardised -----------------------------------------------------------------


def test_standardised_rows_say_what_is_explained(fit):
    table = fit.standardised()
    assert list(table.columns) == [
        *("group", "parameter", "left", "right", "estimate"),
        *("std_error", "statistic", "p_value", "conf_low", "conf_high"),
    ]
    shares = table[table["parameter"] == "r_squared"]
    assert list(shares["left"]) == list(fit.table.items)


def test_variance_of_an_independent_factor_is_one_without_error(fit):
    table = fit.standardised()
    rows = table[(table["parameter"] == "factor_covariance")]
    own = rows[rows["left"] == rows["right"]]
    assert own["estimate"].tolist() == [1.0, 1.0]
    assert own["std_error"].tolist() == [0.0, 0.0]
    assert own["statistic"].isna().all()


def test_dependent_factors_have_a_share_explained(answers):
    model = second_order_model({**TWO, "h": ["c1", "c2", "c3"]})
    generator = np.random.default_rng(3)
    more = answers.assign(
        **{
            f"c{i}": answers["a1"] + answers["b1"] + generator.normal(size=400) * 2
            for i in (1, 2, 3)
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        table = fit_cfa(more, model).standardised()
    shares = set(table.loc[table["parameter"] == "r_squared", "left"])
    assert shares == {*model.items, "f", "g", "h"}


def test_heywood_case_has_standardised_loadings(heywood):
    table = heywood[0].standardised()
    assert (table.loc[table["parameter"] == "r_squared", "estimate"] > 1).any()


def test_residual_correlation_without_a_residual_variance_is_refused(answers):
    prepared = prepare_cfa(answers, TWO, residual_covariances=[("a1", "b1")])
    table = prepared.table().fix([(0, "residual_covariance:a1:a1")], 0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        improper = fit_prepared(prepared, table)
    with pytest.raises(InsufficientDataError, match="residual of item a1"):
        improper.standardised()


# --- modification indices ---------------------------------------------------------


def test_a_planted_residual_covariance_comes_first(answers):
    generator = np.random.default_rng(5)
    both = 0.7 * generator.standard_normal(400)
    items = answers.assign(a1=answers["a1"] + both, b3=answers["b3"] + both)
    result = fit_cfa(items, TWO).modification_indices()
    first = result.table.iloc[0]
    assert (first["parameter"], first["left"], first["right"], first["change"]) == (
        *("residual_covariance", "a1", "b3"),
        "add",
    )
    assert first["expected_change"] > 0.2
    assert result.information == "expected"


def test_expected_change_is_near_the_estimate_once_freed(answers):
    small = fit_cfa(answers, TWO).modification_indices().table
    row = small[(small["left"] == "a1") & (small["right"] == "b1")].iloc[0]
    freed = fit_cfa(answers, TWO, residual_covariances=[("a1", "b1")])
    table = freed.to_frame()
    own = table[(table["left"] == "a1") & (table["right"] == "b1")].iloc[0]
    assert row["expected_change"] == pytest.approx(own["estimate"], rel=0.1)
    gain = fit_cfa(answers, TWO).indices.statistic - freed.indices.statistic
    assert row["statistic"] == pytest.approx(gain, rel=0.1)


def test_robust_fits_say_that_the_tests_are_unscaled(answers):
    result = fit_cfa(answers, TWO, estimator="mlr").modification_indices()
    assert "unscaled" in result.flags
    assert {"information", "estimator", "n_respondents"} <= set(result.to_frame())


def test_of_two_equal_parameters_one_row_is_released(answers):
    group = np.repeat(["x", "y"], 200)
    result = fit_cfa(answers, TWO, group=group, equal=["loadings"])
    table = result.modification_indices().table
    released = table[table["change"] == "release"]
    assert sorted(released["right"]) == ["a2", "a3", "b2", "b3"]
    assert set(released["group"]) == {"y"}


def test_of_three_equal_parameters_each_is_released(answers):
    group = np.resize(["x", "y", "z"], 400)
    fit = fit_cfa(answers, TWO, group=group, equal=["loadings"])
    table = fit.modification_indices().table
    assert (table["change"] == "release").sum() == 4 * 3


def test_markers_of_groups_with_equal_loadings_can_be_freed(answers):
    group = np.repeat(["x", "y"], 200)
    fit = fit_cfa(answers, TWO, group=group, equal=["loadings"])
    table = fit.modification_indices().table
    freed = table[(table["change"] == "free") & (table["parameter"] == "loading")]
    assert set(freed["right"]) == {"a1", "b1"}


def test_a_saturated_model_has_no_candidate_that_can_be_told_apart():
    generator = np.random.default_rng(4)
    f = generator.standard_normal((200, 1))
    items = pd.DataFrame(f + generator.standard_normal((200, 3)), columns=list("abc"))
    table = fit_cfa(items, {"f": list("abc")}).modification_indices()
    assert len(table.table) == 0
    assert table.flags == ("not_identified:4",)


def test_ordinal_indices_ask_for_the_answers(ordinal):
    fit = fit_cfa(ordinal, TWO, estimator="wlsmv")
    with pytest.raises(ValueError, match="`prepared` is needed for modification"):
        fit.modification_indices()


def test_other_answers_are_refused(answers, ordinal):
    fit = fit_cfa(ordinal, TWO, estimator="wlsmv")
    other = prepare_cfa(ordinal.iloc[:300], TWO, estimator="wlsmv")
    with pytest.raises(ValueError, match="holds other answers"):
        fit.modification_indices(other)
    with pytest.raises(ValueError, match="holds other answers"):
        fit.modification_indices(prepare_cfa(answers, TWO))


def test_ordinal_answers_have_no_observed_information(ordinal):
    prepared = prepare_cfa(ordinal, TWO, estimator="wlsmv")
    fit = fit_prepared(prepared, prepared.table())
    with pytest.raises(ValueError, match="no observed information"):
        fit.modification_indices(prepared, information="observed")


def test_unknown_information_is_refused(fit):
    with pytest.raises(ValueError, match="`information` must be one of"):
        fit.modification_indices(information="fisher")


# --- factor scores ----------------------------------------------------------------


def test_scores_keep_the_index_and_skip_incomplete_rows(fit, answers):
    some = answers.set_axis([f"r{i}" for i in range(400)])
    some.iloc[3, 0] = np.nan
    result = fit.factor_scores(some)
    assert list(result.scores.index) == list(some.index)
    assert result.scores.iloc[3].isna().all()
    assert result.flags == ("unscored:1",)
    assert result.n_respondents == 399
    assert list(result.to_frame()["respondent"][:2]) == ["r0", "r0"]


def test_incomplete_respondents_are_scored_less_surely(answers):
    some = answers.copy()
    some.iloc[0, :2] = np.nan
    some.iloc[1, :] = np.nan
    fit = fit_cfa(some, TWO, missing="fiml")
    result = fit.factor_scores(some)
    assert result.std_errors.iloc[0, 0] > result.std_errors.iloc[2, 0]
    assert result.flags == ("unscored:1",)


def test_bartlett_scores_need_an_answer_to_each_factor(answers):
    some = answers.copy()
    some.iloc[0, :3] = np.nan
    fit = fit_cfa(some, TWO, missing="fiml")
    result = fit.factor_scores(some, method="bartlett")
    assert result.scores.iloc[0].isna().all()
    assert result.flags == ("unscored:1",)
    assert fit.factor_scores(some).flags == ()


def test_bartlett_scores_of_second_order_factors_are_refused(answers):
    generator = np.random.default_rng(3)
    more = answers.assign(
        **{
            f"c{i}": answers["a1"] + answers["b1"] + generator.normal(size=400) * 2
            for i in (1, 2, 3)
        }
    )
    model = second_order_model({**TWO, "h": ["c1", "c2", "c3"]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        fit = fit_cfa(more, model)
    with pytest.raises(InsufficientDataError, match="do not tell apart general"):
        fit.factor_scores(more, method="bartlett")


def test_bartlett_scores_of_a_heywood_case_are_refused(heywood):
    improper, items = heywood
    with pytest.raises(InsufficientDataError, match="not positive definite"):
        improper.factor_scores(items, method="bartlett")


def test_regression_scores_of_a_heywood_case_are_refused(heywood):
    improper, items = heywood
    with pytest.raises(InsufficientDataError, match="more than the whole variance"):
        improper.factor_scores(items)


def test_methods_belong_to_estimators(fit, answers, ordinal):
    with pytest.raises(
        ValueError, match="'regression', 'bartlett' with estimator='ml'"
    ):
        fit.factor_scores(answers, method="mode")
    ordered = fit_cfa(ordinal, TWO, estimator="wlsmv")
    with pytest.raises(ValueError, match="'mode', 'mean' with estimator='wlsmv'"):
        ordered.factor_scores(ordinal, method="regression")
    with pytest.raises(InsufficientDataError, match="integrates over one factor"):
        ordered.factor_scores(ordinal, method="mean")


def test_group_is_asked_for_where_there_are_groups(answers, fit):
    grouped = fit_cfa(answers, TWO, group=np.repeat(["x", "y"], 200))
    with pytest.raises(ValueError, match="`group` must be given"):
        grouped.factor_scores(answers)
    with pytest.raises(ValueError, match="the model has one sample"):
        fit.factor_scores(answers, group=np.repeat(["x", "y"], 200))


def test_rows_of_other_groups_are_not_scored(answers):
    fit = fit_cfa(answers, TWO, group=np.repeat(["x", "y"], 200))
    result = fit.factor_scores(answers, group=np.repeat(["x", "w"], 200))
    assert result.flags == ("unscored:200",)
    assert set(result.reliability["group"]) == {"x"}


def test_nobody_to_score_is_refused(fit, answers):
    with pytest.raises(InsufficientDataError, match="Nobody of 400 rows"):
        fit.factor_scores(answers.assign(a1=np.nan))


def test_ordinal_scores_refuse_other_categories(ordinal):
    fit = fit_cfa(ordinal, TWO, estimator="wlsmv")
    with pytest.raises(InsufficientDataError, match="a1 has 2 and the model"):
        fit.factor_scores(ordinal.assign(a1=(ordinal["a1"] > 0).astype(float)))


def test_ordinal_scores_refuse_correlated_residuals(ordinal):
    fit = fit_cfa(ordinal, TWO, estimator="wlsmv", residual_covariances=[("a1", "b1")])
    with pytest.raises(InsufficientDataError, match="uncorrelated residuals"):
        fit.factor_scores(ordinal)


def test_mode_and_mean_of_one_factor_lie_close(ordinal):
    fit = fit_cfa(ordinal, {"f": TWO["f"]}, estimator="wlsmv")
    mode = fit.factor_scores(ordinal, method="mode")
    mean = fit.factor_scores(ordinal, method="mean")
    assert np.corrcoef(mode.scores["f"], mean.scores["f"])[0, 1] > 0.999
    assert mean.std_errors["f"].mean() == pytest.approx(
        mode.std_errors["f"].mean(), rel=0.05
    )


# --- reliability ------------------------------------------------------------------


def test_reliability_names_coefficient_denominator_and_scale(fit):
    table = fit.reliability().to_frame()
    assert list(table["coefficient"]) == ["omega", "average_variance_extracted"] * 2
    assert set(table["denominator"]) == {"observed"}
    assert set(table["scale"]) == {"answers"}
    assert (table["conf_low"] < table["estimate"]).all()
    assert (table["conf_high"] > table["estimate"]).all()


def test_an_item_of_two_factors_makes_omega_hierarchical(answers):
    model = {"f": TWO["f"], "g": [*TWO["g"], "a3"]}
    table = fit_cfa(answers, model).reliability().table
    assert list(table["coefficient"]) == ["omega_hierarchical"] * 2


def test_a_negative_loading_is_flagged(answers):
    turned = answers.assign(a2=-answers["a2"])
    flags = fit_cfa(turned, TWO).reliability().flags
    assert flags == ("negative_loading:f:a2",)


def test_a_factor_of_one_item_is_left_out(answers):
    model = FactorModel(factors=(("f", ("a1", "a2", "a3")), ("g", ("b1",))))
    prepared = prepare_cfa(answers, model)
    table = prepared.table().fix([(0, "residual_covariance:b1:b1")], 0.3)
    result = fit_prepared(prepared, table).reliability()
    assert result.flags == ("one_item:g",)
    assert set(result.table["factor"]) == {"f"}


def test_robust_errors_of_observed_denominators_ask_for_the_answers(answers):
    fit = fit_cfa(answers, TWO, estimator="mlr")
    with pytest.raises(ValueError, match="`prepared` is needed for the standard error"):
        fit.reliability()
    assert len(fit.reliability(denominator="implied").table) == 4


def test_ordinal_reliability_asks_for_the_answers(ordinal):
    fit = fit_cfa(ordinal, TWO, estimator="wlsmv")
    with pytest.raises(ValueError, match="`prepared` is needed for the reliability"):
        fit.reliability(denominator="implied")


def test_unknown_denominator_is_refused(fit):
    with pytest.raises(ValueError, match="`denominator` must be one of"):
        fit.reliability(denominator="both")


# --- bifactor ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"f": ["a1", "a2", "a3"]}, "at least 2 groups"),
        ({"f": ["a1", "a2"], "g": ["b1", "b2", "b3"]}, "at least 3 items a group"),
        ({"f": ["a1", "a2", "a3"], "g": ["a1", "b2", "b3"]}, "a1 is in several groups"),
        ({**TWO, "general": ["c1", "c2", "c3"]}, "the name of no group"),
    ],
)
def test_groups_that_make_no_bifactor_model_are_refused(answers, groups, message):
    with pytest.raises(ValueError, match=message):
        omega_hierarchical_bifactor(answers, groups)


def test_a_bifactor_model_that_answers_do_not_carry_is_refused():
    generator = np.random.default_rng(11)
    f = generator.standard_normal((60, 1))
    items = pd.DataFrame(
        f + generator.standard_normal((60, 6)),
        columns=["a1", "a2", "a3", "b1", "b2", "b3"],
    )
    with pytest.raises(InsufficientDataError):
        omega_hierarchical_bifactor(items, TWO)


def test_intervals_of_standardised_loadings_stay_within_bounds(rng):
    factor = rng.normal(size=60)
    answers = pd.DataFrame(
        {
            f"x{i}": factor + spread * rng.normal(size=60)
            for i, spread in enumerate((0.15, 0.6, 0.8, 1.0))
        }
    )

    loading = fit_cfa(answers, {"f": list(answers)}).standardised().iloc[0]

    assert loading["conf_high"] < 1
    z, low, high = np.arctanh(
        [loading["estimate"], loading["conf_low"], loading["conf_high"]]
    )
    assert high - z == pytest.approx(z - low)
    assert high - z == pytest.approx(
        1.959963985 * loading["std_error"] / (1 - loading["estimate"] ** 2)
    )
