from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError, SmallSampleWarning
from diagnose.statistics.irt import (
    eap_scores,
    graded_response,
    item_fit,
    local_dependence,
)
from diagnose.statistics.irt.patterns import find_patterns
from diagnose.statistics.irt.quadrature import make_quadrature

THRESHOLDS = np.array([-1.4, -0.5, 0.5, 1.4])


def simulate(generator, slopes, n_respondents):
    latent = np.array(slopes) * generator.normal(size=(n_respondents, 1))
    latent = latent + generator.logistic(size=latent.shape)
    cut = np.array(slopes)[:, None] * THRESHOLDS
    answers = (latent[:, :, None] > cut).sum(axis=2) + 1.0
    return pd.DataFrame(answers).rename(columns=lambda i: f"q{i + 1}")


@pytest.fixture
def answers(rng):
    return simulate(rng, [1.0, 1.4, 1.8, 2.2], 400)


@pytest.fixture
def result(answers):
    return graded_response(answers)


# ---- what is refused -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"missing": "pairwise"}, ValueError, "`missing` must be one of 'available'"),
        ({"prior": "flat"}, ValueError, "`prior` must be one of 'none', 'log_normal'"),
        ({"quadrature": "gauss"}, ValueError, "`quadrature` must be one of 'grid'"),
        (
            {"n_points": 5},
            ValueError,
            "between 11 and 501 for quadrature='grid'; got 5",
        ),
        (
            {"n_points": 201, "quadrature": "gauss_hermite"},
            ValueError,
            "between 11 and 101 for quadrature='gauss_hermite'; got 201",
        ),
        ({"n_points": 61.0}, TypeError, "`n_points` must be a whole number; got 61.0"),
        ({"limit": 2}, ValueError, "`limit` must lie between 3 and 12; got 2"),
        ({"conf_level": 95}, ValueError, "`conf_level` must lie between 0 and 1"),
    ],
)
def test_wrong_options_are_named(answers, options, error, text):
    with pytest.raises(error, match=text):
        graded_response(answers, **options)


def test_two_items_are_refused(answers):
    with pytest.raises(InsufficientDataError, match=r"at least 3 items .* got 2 items"):
        graded_response(answers[["q1", "q2"]])


def test_an_item_without_variance_is_refused_by_name(answers):
    with pytest.raises(
        InsufficientDataError, match="q5 does not vary over 400 answers"
    ):
        graded_response(answers.assign(q5=3.0))


def test_an_item_that_nobody_answered_is_refused_by_name(answers):
    with pytest.raises(InsufficientDataError, match="answered q5; leave it out"):
        graded_response(answers.assign(q5=np.nan))


def test_columns_with_the_same_name_as_text_are_refused(answers):
    with pytest.raises(ValueError, match="repeated columns: 1"):
        graded_response(answers.set_axis([1, "1", 2, 3], axis=1))


def test_nobody_left_is_refused(answers):
    with pytest.raises(InsufficientDataError, match="0 of 400 respondents"):
        graded_response(answers.assign(q4=np.nan), missing="listwise")


def test_measurements_are_refused_as_categories(answers, rng):
    measured = answers.assign(q5=rng.normal(size=400))

    with pytest.raises(
        ValueError, match=r"q5 has 400 different answers; .* at most 20"
    ):
        graded_response(measured)


def test_fewer_respondents_than_parameters_are_refused():
    few = pd.DataFrame(np.tile(np.arange(19) % 5 + 1.0, (4, 1)).T).rename(columns=str)

    with pytest.raises(InsufficientDataError, match="got 19 respondents for 20 param"):
        graded_response(few)


def test_a_repeated_item_has_no_bound_and_is_refused(answers):
    with pytest.raises(
        InsufficientDataError,
        match=r"no bound for q4 \(2\d.*\), q5 .*prior='log_normal'",
    ):
        graded_response(answers.assign(q5=answers["q4"]))


def test_points_too_coarse_for_a_slope_are_named_as_the_reason(rng):
    steep = simulate(rng, [1.2, 1.5, 9.0], 800)

    with pytest.raises(InsufficientDataError, match="raise `n_points`, as these carry"):
        graded_response(steep, quadrature="gauss_hermite", n_points=11)


def test_an_item_that_nobody_answered_with_another_is_refused(rng):
    items = simulate(rng, [1.0, 1.4, 1.8, 2.2, 1.5], 600)
    items.loc[:199, ["q1", "q2", "q3", "q4"]] = np.nan
    items.loc[200:, "q5"] = np.nan

    with pytest.raises(
        InsufficientDataError, match="do not determine the parameters of q5"
    ):
        graded_response(items)


def test_a_search_that_ends_early_is_refused(answers, monkeypatch):
    from diagnose.statistics.irt import maximise

    monkeypatch.setattr(maximise, "_MOST_STEPS", 3)
    with pytest.raises(InsufficientDataError, match="did not converge in 3 steps"):
        graded_response(answers)


# ---- what is warned of and flagged ---------------------------------------------------


def test_sparse_categories_are_named_with_their_n(answers):
    answers.loc[answers["q2"] == 5, "q2"] = 4
    answers.loc[[0, 1], "q2"] = 5

    with pytest.warns(SmallSampleWarning, match=r"q2=5 \(n 2\); consider merging"):
        result = graded_response(answers)

    assert result.flags == ("sparse_category:q2=5",)


def test_an_answer_that_an_item_lacks_is_flagged(answers):
    answers["q2"] = answers["q2"].replace(3, 4)

    result = graded_response(answers)

    assert result.flags == ("unused_answer:q2=3",)
    assert result.categories[1] == (1.0, 2.0, 4.0, 5.0)
    assert len(result.thresholds[1]) == 3


def test_few_respondents_a_parameter_are_warned_of(rng):
    items = simulate(rng, [1.0, 1.2, 1.4], 70).clip(2, 4)

    with pytest.warns(SmallSampleWarning, match="70 respondents for 15 parameters"):
        result = graded_response(simulate(rng, [1.0, 1.2, 1.4], 70))

    assert "small_sample" in result.flags
    assert "small_sample" not in graded_response(items).flags


def test_an_item_without_relation_is_flagged(answers, rng):
    unrelated = answers.assign(q4=rng.permutation(answers["q4"]))

    assert graded_response(unrelated).flags == ("slope_near_zero:q4",)


def test_coarse_points_are_flagged(answers):
    coarse = graded_response(answers, quadrature="gauss_hermite", n_points=21)

    assert coarse.flags == ("coarse_quadrature",)


# ---- what is counted and reported ----------------------------------------------------


def test_respondents_without_an_answer_are_left_out_and_counted(answers, result):
    empty = pd.DataFrame(np.nan, index=range(7), columns=answers.columns)

    more = graded_response(pd.concat([answers, empty], ignore_index=True))

    assert (more.n_respondents, more.n_left_out) == (400, 7)
    assert more.flags == ("left_out:7",)
    assert more.log_likelihood == result.log_likelihood


def test_a_prior_bounds_what_the_sample_does_not(rng):
    items = simulate(rng, [1.0, 1.4, 1.8], 40)
    items["q4"] = items["q3"]

    with pytest.warns(SmallSampleWarning):
        result = graded_response(items.replace({5: 4, 1: 2}), prior="log_normal")

    assert result.method == "graded_response_map(log_normal(median=1.7, sd=1))"
    assert result.slopes.max() < 20


def test_the_prior_hardly_matters_in_a_large_sample(answers, result):
    weak = graded_response(answers, prior="log_normal")

    assert weak.slopes == pytest.approx(result.slopes, abs=0.1 * result.slope_se.min())
    assert weak.log_likelihood < result.log_likelihood


def test_frame_has_a_row_a_parameter(result):
    frame = result.to_frame()

    assert len(frame) == result.n_parameters == 20
    first = frame.iloc[0]
    assert (first["item"], first["parameter"]) == ("q1", "slope")
    assert frame["category"].tolist()[1:5] == [2, 3, 4, 5]
    margin = 1.959963984540054 * frame["std_error"]
    assert (frame["conf_high"] - frame["estimate"]).tolist() == pytest.approx(
        margin.tolist()
    )
    assert frame["n_respondents"].unique().tolist() == [400]


def test_information_criteria_follow_from_the_likelihood(result):
    assert result.aic == pytest.approx(-2 * result.log_likelihood + 40)
    assert result.bic == pytest.approx(-2 * result.log_likelihood + 20 * np.log(400))


def test_threshold_is_where_a_higher_answer_becomes_likely(result):
    threshold = result.thresholds[2][1]

    curves = result.category_curves(threshold).query("item == 'q3'")

    higher = curves.loc[curves["category"] >= 3, "probability"].sum()
    assert higher == pytest.approx(0.5, abs=1e-12)


def test_reliability_curve_and_marginal_reliability_agree(result):
    theta = result.quadrature.points
    curve = result.test_information(theta)

    mean = result.quadrature.weights @ curve["reliability"]
    assert result.marginal_reliability == pytest.approx(mean, rel=1e-12)
    assert result.empirical_reliability == pytest.approx(mean, abs=0.03)
    assert (curve["std_error"] ** -2).tolist() == pytest.approx(
        curve["information"].tolist()
    )


@pytest.mark.parametrize("theta", [[], [[0.0]], [np.nan], [np.inf]])
def test_theta_must_be_a_row_of_numbers(result, theta):
    with pytest.raises(ValueError, match="`theta` must be one number or a row"):
        result.test_information(theta)


def test_curves_run_from_minus_4_to_4_by_default(result):
    frame = result.item_information()

    assert frame.shape == (81, 4)
    assert (frame.index.name, frame.index[0], frame.index[-1]) == ("theta", -4.0, 4.0)


# ---- scores --------------------------------------------------------------------------


def test_scores_keep_the_index_and_explain_what_is_missing(answers, result):
    who = answers.head(3).set_axis(["ann", "bob", "eve"])
    who.loc["bob"] = np.nan
    who.loc["eve", "q1"] = np.nan

    scores = eap_scores(result, who[["q4", "q3", "q2", "q1"]])

    assert scores.index.tolist() == ["ann", "bob", "eve"]
    assert scores["n_answered"].tolist() == [4, 0, 3]
    assert scores["reason"].tolist() == ["", "no_answer", ""]
    assert scores["estimate"].isna().tolist() == [False, True, False]


def test_scores_have_mean_0_and_the_variance_they_claim(answers, result):
    scores = eap_scores(result, answers)

    # At the maximum the mean posterior is close to the prior: mean 0, variance 1.
    assert scores["estimate"].mean() == pytest.approx(0, abs=0.02)
    total = scores["estimate"].var(ddof=0) + (scores["std_error"] ** 2).mean()
    assert total == pytest.approx(1, abs=0.05)


def test_an_answer_unknown_to_the_model_is_refused(answers, result):
    with pytest.raises(ValueError, match=r"nobody gave .* \(q2: 6, 7\); merge them"):
        eap_scores(result, answers.assign(q2=[6.0, 7.0] * 200))


def test_an_absent_item_is_refused(answers, result):
    with pytest.raises(
        ValueError, match="`items` has no column q3; the model was fitte"
    ):
        eap_scores(result, answers.drop(columns="q3"))


# ---- fit of items and pairs ----------------------------------------------------------


def test_item_fit_leaves_out_incomplete_respondents(answers, result):
    complete = item_fit(result, answers)
    answers.loc[400] = [np.nan, 1, 2, 3]

    fit = item_fit(result, answers)

    assert fit.n_respondents == 400
    pd.testing.assert_frame_equal(fit.to_frame(), complete.to_frame())


def test_item_fit_refuses_few_complete_respondents(answers, result):
    with pytest.raises(InsufficientDataError, match="got 19 complete of 19 for 20"):
        item_fit(result, answers.head(19))


def test_item_fit_with_nothing_to_test_says_so(answers, result):
    fit = item_fit(result, answers, min_expected=100).to_frame()

    assert fit["reason"].tolist() == ["no_df"] * 4
    assert fit[["statistic", "p_value", "rmsea"]].isna().all(axis=None)


def test_item_fit_wants_a_positive_cell(answers, result):
    with pytest.raises(ValueError, match="`min_expected` must be at least"):
        item_fit(result, answers, min_expected=0)


def test_q3_uses_the_respondents_who_answered_both(answers, result):
    answers.loc[:99, "q1"] = np.nan

    dependence = local_dependence(result, answers)

    frame = dependence.to_frame()
    assert frame["n_respondents"].tolist() == [300, 300, 300, 400, 400, 400]
    assert frame["q3_adjusted"].sum() == pytest.approx(0, abs=1e-12)
    assert dependence.mean_q3 == pytest.approx(frame["q3"].mean())


def test_q3_refuses_pairs_that_few_answered(answers, result):
    answers.loc[5:, "q1"] = np.nan

    with pytest.raises(InsufficientDataError, match="q1 and q2 have 5"):
        local_dependence(result, answers)


def test_q3_refuses_residuals_that_do_not_vary(answers, result):
    same = pd.DataFrame([answers.iloc[0]] * 20)

    with pytest.raises(
        InsufficientDataError, match="residuals of q1, q2, q3, q4 do not"
    ):
        local_dependence(result, same)


# ---- parts ---------------------------------------------------------------------------


def test_patterns_of_many_items_equal_unique_rows(rng):
    codes = rng.integers(-1, 5, (3000, 60))
    codes[1500:] = codes[:1500]

    patterns = find_patterns(codes)

    rows, counts = np.unique(codes, axis=0, return_counts=True)
    assert (patterns.codes == rows).all()
    assert (patterns.counts == counts).all()
    assert (patterns.codes[patterns.of_row] == codes).all()


@pytest.mark.parametrize(("rule", "n_points"), [("grid", 61), ("gauss_hermite", 21)])
def test_points_stand_for_a_normal_variable(rule, n_points):
    quadrature = make_quadrature(rule, n_points, 6)

    moments = [quadrature.weights @ quadrature.points**r for r in (0, 1, 2, 4)]
    # Cut off at 6, a normal variable lacks 1e-5 of its fourth moment.
    assert moments == pytest.approx([1, 0, 1, 3], abs=2e-5)
    assert (quadrature.points == -quadrature.points[::-1]).all()


def test_blocks_do_not_change_the_result(answers, result, monkeypatch):
    from diagnose.statistics.irt import patterns

    monkeypatch.setattr(patterns, "_CELLS_AT_ONCE", 9000)
    in_blocks = graded_response(answers)

    assert in_blocks.slopes == pytest.approx(result.slopes, rel=1e-9)
    assert in_blocks.slope_se == pytest.approx(result.slope_se, rel=1e-9)
    assert in_blocks.log_likelihood == pytest.approx(result.log_likelihood, rel=1e-13)
