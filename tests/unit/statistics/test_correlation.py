"""Refusals, warnings and edges of the correlations of ordinal items."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.correlation import (
    bivariate_normal_cdf,
    bivariate_normal_density,
    bivariate_normal_dependence,
    ordinal_moments,
    polychoric,
    polyserial,
    rectangle_probabilities,
    smooth_correlation,
)
from diagnose.statistics.correlation.tables import code_items, tabulate

INF = np.inf


@pytest.fixture
def answers(rng):
    factor = rng.normal(size=(200, 1))
    noise = rng.normal(size=(200, 3))
    values = np.digitize(0.7 * factor + 0.7 * noise, [-1, 0, 1]) + 1.0
    return pd.DataFrame(values, columns=["a", "b", "c"])


def test_a_constant_item_is_refused_by_name(answers):
    with pytest.raises(InsufficientDataError, match="b does not vary: all 200 answers"):
        polychoric(answers.assign(b=2.0))


def test_a_continuous_column_is_refused_by_name(answers):
    with pytest.raises(InsufficientDataError, match="c has 200 different answers"):
        polychoric(answers.assign(c=np.linspace(0, 1, 200)))


def test_an_item_that_nobody_answered_is_refused_by_name(answers):
    with pytest.raises(InsufficientDataError, match="Nobody of 200 answered a"):
        polychoric(answers.assign(a=np.nan))


def test_one_item_is_refused(answers):
    with pytest.raises(InsufficientDataError, match="takes 2 items; got 1"):
        polychoric(answers[["a"]])


def test_one_respondent_is_refused(answers):
    alone = answers.copy()
    alone.iloc[1:] = np.nan

    with pytest.raises(InsufficientDataError, match="got 1 with any answer of 200"):
        polychoric(alone)


def test_too_few_complete_rows_are_refused(answers):
    answers.iloc[1:, 0] = np.nan

    with pytest.raises(InsufficientDataError, match="got 1 complete of 200"):
        polychoric(answers, missing="listwise")


def test_a_pair_that_nobody_answered_is_refused_by_name(answers):
    answers.loc[:99, "a"] = np.nan
    answers.loc[100:, "c"] = np.nan

    with pytest.raises(InsufficientDataError, match="answered both a and c"):
        polychoric(answers)


def test_infinite_answers_are_refused(answers):
    answers.iloc[0, 1] = INF

    with pytest.raises(ValueError, match="b holds infinite values"):
        polychoric(answers)


def test_text_is_refused(answers):
    with pytest.raises(TypeError, match="not numeric: b"):
        polychoric(answers.assign(b="often"))


@pytest.mark.parametrize(
    ("option", "value"),
    [("missing", "raise"), ("zero_cells", 0.5), ("smooth", True), ("conf_level", 95)],
)
def test_unknown_options_are_refused(answers, option, value):
    with pytest.raises(ValueError, match=f"`{option}` must"):
        polychoric(answers, **{option: value})


def test_whole_numbers_nullable_numbers_and_any_codes_give_the_same(answers):
    expected = polychoric(answers).pairs["estimate"]

    for other in (answers.astype(int), answers.astype("Int64"), answers / 3):
        np.testing.assert_array_equal(polychoric(other).pairs["estimate"], expected)


def test_thresholds_come_from_the_own_margin_of_each_item(answers):
    holes = answers.copy()
    holes.loc[:49, "b"] = np.nan

    result = polychoric(holes).thresholds.set_index("item")

    expected = polychoric(answers).thresholds.set_index("item")
    pd.testing.assert_frame_equal(result.loc[["a", "c"]], expected.loc[["a", "c"]])
    assert (result.loc["b", "n_respondents"] == 150).all()


def test_pairs_carry_their_own_number_of_respondents(answers):
    answers.loc[:49, "b"] = np.nan
    answers.loc[0, :] = np.nan

    result = polychoric(answers)

    assert result.pairs["n_respondents"].tolist() == [150, 199, 150]
    assert result.n_respondents == 199


def test_one_row_a_pair_with_the_vocabulary_of_the_package(answers):
    frame = polychoric(answers).to_frame()

    assert list(frame[["item_1", "item_2"]].itertuples(index=False, name=None)) == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]
    names = ["estimate", "std_error", "conf_low", "conf_high", "conf_level", "method"]
    assert set(names) <= set(frame.columns)
    assert (frame["conf_low"] < frame["estimate"]).all()
    assert (frame["estimate"] < frame["conf_high"]).all()


def test_perfect_agreement_lies_at_the_bound_and_is_said(answers):
    with pytest.warns(AssumptionWarning, match=r"1 of 3 .* bound of 0\.999: a with b"):
        result = polychoric(answers.assign(b=answers["a"] * 2), smooth="never")

    assert result.at_bound == (("a", "b"),)
    pair = result.pairs.iloc[0]
    assert pair["estimate"] == 0.999
    assert np.isnan(pair[["std_error", "conf_low", "conf_high"]].astype(float)).all()


def test_perfect_disagreement_lies_at_the_other_bound(answers):
    with pytest.warns(AssumptionWarning, match="a with b"):
        result = polychoric(answers.assign(b=-answers["a"]), smooth="never")

    assert result.pairs["estimate"].iloc[0] == -0.999


def test_an_empty_cell_of_a_binary_table_leads_to_the_bound_unless_it_is_filled():
    items = pd.DataFrame({"x": [1] * 15 + [2] * 11, "y": [1] * 10 + [2] * 16})

    with pytest.warns(AssumptionWarning, match="bound"):
        bare = polychoric(items, zero_cells="none")

    filled = polychoric(items)
    assert bare.pairs["estimate"].item() == 0.999
    assert filled.at_bound == ()
    assert filled.empty_cells == bare.empty_cells == (("x", "y"),)
    assert filled.pairs["n_empty_cells"].item() == 1


def test_a_correlation_at_its_bound_is_no_moment_that_varies(answers):
    moments = ordinal_moments(answers.assign(b=answers["a"]))

    assert moments.at_bound == (("a", "b"),)
    assert moments.gamma[9].tolist() == [0.0] * 12


def contradictory():
    """Return answers of which each pair was given by other people.

    a goes with b and b with c, but a goes against c.
    """
    together = np.repeat([[1, 1], [2, 2], [1, 2], [2, 1]], [45, 45, 10, 10], axis=0)
    opposed = together * [1, -1] + [0, 3]
    blocks = [
        pd.DataFrame(together, columns=["a", "b"]),
        pd.DataFrame(together, columns=["b", "c"]),
        pd.DataFrame(opposed, columns=["a", "c"]),
    ]
    return pd.concat(blocks, ignore_index=True)


def test_correlations_that_do_not_fit_together_are_smoothed_and_it_is_said():
    with pytest.warns(AssumptionWarning, match="not positive definite.*were smoothed"):
        result = polychoric(contradictory())

    assert result.smoothed
    assert result.smallest_eigenvalue < 0
    assert np.linalg.eigvalsh(result.correlation).min() > 0
    change = result.pairs["smoothed"] - result.pairs["estimate"]
    assert result.largest_change == pytest.approx(change.abs().max(), abs=1e-15)


def test_without_smoothing_it_is_said_too():
    with pytest.warns(AssumptionWarning, match=r"smallest eigenvalue -0\.\d+\)\.$"):
        result = polychoric(contradictory(), smooth="never")

    assert not result.smoothed
    assert result.largest_change == 0
    np.testing.assert_array_equal(result.pairs["smoothed"], result.pairs["estimate"])


def test_tables_are_those_of_counting(rng):
    n_respondents = 40_000  # more than are counted at once
    items = pd.DataFrame(
        {
            "two": rng.integers(0, 2, n_respondents),
            "five": rng.integers(1, 6, n_respondents),
            "three": rng.choice([-1.5, 0.0, 9.0], n_respondents),
        }
    ).mask(rng.random((n_respondents, 3)) < 0.1)

    tables = tabulate(code_items(items))

    for pair, (i, j) in enumerate(zip(tables.first, tables.second, strict=True)):
        expected = pd.crosstab(items.iloc[:, i], items.iloc[:, j]).to_numpy()
        rows, columns = expected.shape
        np.testing.assert_array_equal(tables.counts[pair, :rows, :columns], expected)
        assert tables.counts[pair].sum() == expected.sum()
    assert tables.n_answers.tolist() == items.notna().sum().tolist()


def test_declared_categories_are_kept(answers):
    moments = ordinal_moments(answers, categories={"a": [1, 2, 3, 4]})

    assert moments.categories[0] == (1.0, 2.0, 3.0, 4.0)
    assert [len(values) for values in moments.thresholds] == [3, 3, 3]
    assert moments.gamma.shape == (12, 12)
    assert moments.to_frame()["parameter"].tolist()[8:10] == ["c|t3", "a~~b"]


def test_an_empty_declared_category_is_refused_with_the_remedy(answers):
    with pytest.raises(
        InsufficientDataError,
        match=r"a has no answer in category 5 among 200.*Collapse",
    ):
        ordinal_moments(answers, categories={"a": [1, 2, 3, 4, 5]})


def test_answers_outside_the_declared_categories_are_refused(answers):
    with pytest.raises(ValueError, match="a holds 4; its categories are 1, 2, 3"):
        ordinal_moments(answers, categories={"a": [1, 2, 3]})


def test_categories_of_an_unknown_item_are_refused(answers):
    with pytest.raises(ValueError, match="names z, which is not an item"):
        ordinal_moments(answers, categories={"z": [1, 2]})


@pytest.mark.parametrize("values", [[2, 1], [1, 1, 2], [1]])
def test_categories_that_do_not_ascend_are_refused(answers, values):
    with pytest.raises(ValueError, match="2 or more ascending values"):
        ordinal_moments(answers, categories={"a": values})


def test_moments_of_incomplete_answers_say_so(answers):
    answers.iloc[0, 0] = np.nan

    assert ordinal_moments(answers).missing == "pairwise"
    assert ordinal_moments(answers.dropna()).missing == "complete"


def test_infinite_limits_and_perfect_correlations_are_exact():
    got = bivariate_normal_cdf(
        [INF, -INF, INF, 0, 0.5, 0.5, -1], [0.0, 1, INF, INF, 0, 0.5, 0.9],
        [0.5, 0.5, 0.99, -0.3, 1, -1, -1],
    )  # fmt: skip

    median, above = 0.5, 0.6914624612740131  # Phi(.5)
    expected = [median, 0, 1, median, median, 2 * above - 1, 0]
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-16)
    assert bivariate_normal_dependence([INF, -INF, 0.3], 0.2, [0.9, 0.9, 0]).any() == 0
    assert bivariate_normal_density(INF, 0, 0.5) == 0


def test_perfect_correlation_leaves_the_overlap_of_the_cells():
    thresholds = np.array([[-1.0, 1.0]])

    agree = rectangle_probabilities(thresholds, thresholds, np.array([1.0]))[0]
    oppose = rectangle_probabilities(thresholds, thresholds, np.array([-1.0]))[0]

    margin = [0.15865525393145707, 0.6826894921370859, 0.15865525393145707]
    np.testing.assert_allclose(agree, np.diag(margin), rtol=1e-14, atol=1e-17)
    np.testing.assert_allclose(oppose, agree[:, ::-1], rtol=1e-14, atol=1e-17)


def test_impossible_correlations_and_missing_limits_are_refused():
    with pytest.raises(ValueError, match=r"correlations from -1 to 1; got 1\.2\."):
        bivariate_normal_cdf(0, 0, 1.2)
    with pytest.raises(ValueError, match=r"strictly between -1 and 1; got 1\.0\."):
        bivariate_normal_density(0, 0, 1)
    with pytest.raises(ValueError, match="must not be missing"):
        bivariate_normal_cdf(np.nan, 0, 0.5)
    with pytest.raises(ValueError, match="correlations from -1 to 1; got nan"):
        bivariate_normal_cdf(0, 0, np.nan)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1, 0.5]], "must be square"),
        ([[1, np.nan], [np.nan, 1]], "2 missing or infinite values"),
        ([[1, 0.5], [0.4, 1]], "must be symmetric"),
        ([[2, 0.5], [0.5, 2]], "1 on the diagonal"),
        ([[1, 1.5], [1.5, 1]], "1 on the diagonal"),
    ],
)
def test_what_is_no_correlation_matrix_is_refused(matrix, message):
    with pytest.raises(ValueError, match=message):
        smooth_correlation(pd.DataFrame(matrix))


def test_smoothing_refuses_arrays_and_impossible_floors():
    with pytest.raises(TypeError, match="must be a pandas DataFrame; got ndarray"):
        smooth_correlation(np.eye(2))
    with pytest.raises(ValueError, match="`floor` must lie between 0 and 1"):
        smooth_correlation(pd.DataFrame(np.eye(2)), floor=0)


def test_smoothing_says_what_it_changed():
    matrix = pd.DataFrame(
        [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], index=list("abc")
    ).set_axis(list("abc"), axis="columns")

    frame = smooth_correlation(matrix).to_frame()

    assert frame["n_clipped"].item() == 1
    assert frame["changed_pair"].item() in {"a~~b", "a~~c", "b~~c"}
    assert frame["largest_change"].item() == pytest.approx(0.4, abs=1e-6)


def test_polyserial_uses_who_have_both(answers, rng):
    measured = pd.Series(rng.normal(size=200) + answers["a"], name="score")
    measured[:20] = np.nan
    answers.loc[190:, "b"] = np.nan

    result = polyserial(measured, answers)

    assert result.pairs["n_respondents"].tolist() == [180, 170, 180]
    alone = polyserial(measured[20:190], answers["b"][20:190])
    expected = alone.to_frame().iloc[0]
    pd.testing.assert_series_equal(
        result.to_frame().iloc[1], expected, check_names=False
    )
    assert result.continuous == "score"
    assert len(result.thresholds) == 9


def test_polyserial_of_one_and_the_same_is_at_the_bound(rng):
    measured = pd.Series(rng.normal(size=300), name="score")
    item = (measured > 0).astype(float).rename("item")

    with pytest.warns(AssumptionWarning, match="of item lies at the bound"):
        result = polyserial(measured, item)

    assert result.pairs["estimate"].item() == 0.999
    assert np.isnan(result.pairs["std_error"].item())


def test_polyserial_refuses_what_has_no_correlation(answers):
    measured = pd.Series(np.arange(200.0))

    with pytest.raises(InsufficientDataError, match="does not vary over the 200"):
        polyserial(measured * 0, answers)
    with pytest.raises(InsufficientDataError, match="a does not vary"):
        polyserial(measured, answers.assign(a=1.0))
    with pytest.raises(InsufficientDataError, match=r"at least 3 respondents.*got 2"):
        polyserial(measured.where(measured < 2), answers)
    with pytest.raises(ValueError, match="must have the same index"):
        polyserial(measured[1:], answers)
    with pytest.raises(TypeError, match="must be a pandas Series; got DataFrame"):
        polyserial(answers, answers)
