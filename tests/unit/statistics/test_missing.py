from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.missing import (
    IncompleteData,
    em_covariance,
    missing_patterns,
    person_mean,
)

GAP = np.nan


@pytest.fixture
def answers(rng):
    trait = rng.normal(size=(80, 1))
    values = np.round(trait + rng.normal(size=(80, 3)) + 3)
    values[rng.random((80, 3)) < 0.15] = GAP
    values[:2] = GAP
    return pd.DataFrame(values, columns=["q1", "q2", "q3"])


@pytest.fixture
def moments(answers):
    result = em_covariance(answers)
    return result.mean.to_numpy(), result.covariance.to_numpy()


def test_patterns_are_counted_by_hand():
    items = pd.DataFrame(
        [[1, 2], [2, 1], [3, GAP], [GAP, GAP], [4, 4], [5, GAP]], columns=["a", "b"]
    )

    result = missing_patterns(items)

    frame = result.to_frame()
    assert frame[["a", "b"]].to_numpy().tolist() == [[True, True], [True, False]]
    assert frame["n_respondents"].tolist() == [3, 2]
    assert frame["share"].tolist() == [0.6, 0.4]
    assert frame["n_missing"].tolist() == [0, 1]
    assert (result.n_respondents, result.n_unanswered, result.n_complete) == (5, 1, 3)
    assert result.items["share_missing"].tolist() == pytest.approx([0, 0.4])
    assert result.coverage.to_numpy().tolist() == [[1.0, 0.6], [0.6, 0.6]]
    assert result.share_missing == pytest.approx(0.2)


def test_items_named_as_columns_of_the_result_are_refused():
    with pytest.raises(ValueError, match="columns named share, which are columns of"):
        missing_patterns(pd.DataFrame({"share": [1.0, 2], "b": [2.0, 1]}))


def test_little_compares_two_patterns_as_by_hand():
    """With one item complete, the means of it differ between the two patterns."""
    items = pd.DataFrame(
        {"a": [1.0, 2, 3, 4, 5, 9, 8], "b": [2.0, 1, 4, 3, 6, GAP, GAP]}
    )

    result = missing_patterns(items).mcar_test

    # For two items, one of them complete, the statistic reduces to the distances of
    # the two means of the complete item: n1 n2 / n (difference)^2 / variance.
    variance = items["a"].var(ddof=0)
    expected = 5 * 2 / 7 * (3 - 8.5) ** 2 / variance
    assert result.statistic == pytest.approx(expected, rel=1e-8)
    assert result.df == 1
    assert result.to_frame().loc[0, "method"] == "little_1988"


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ({"a": [1, 2, 3, 5], "b": [2, 1, 4, 3]}, "all 4 respondents answered the same"),
        ({"a": [1, 2, GAP], "b": [GAP, 1, 3]}, "2 items, .*answered|together|follows"),
        ({"a": [1, 2, 3], "b": [GAP, GAP, GAP]}, "never answered by any of 3 .*: b"),
        ({"a": [1, 2, 3], "b": [4, 4, GAP]}, "the same answer from everyone.*: b"),
    ],
)
def test_without_a_test_the_reason_is_given(items, reason):
    result = missing_patterns(pd.DataFrame(items, dtype=float))

    assert result.mcar_test is None
    assert pd.Series([result.mcar_untested]).str.contains(reason).all()


def test_little_flags_patterns_of_one_respondent(answers):
    items = answers.copy()
    items.loc[5, ["q1", "q2"]] = GAP
    items.loc[5, "q3"] = 4.0

    result = missing_patterns(items)

    single = int((result.patterns["n_respondents"] == 1).sum())
    expected = (f"single_respondent_patterns:{single}",) if single else ()
    assert result.mcar_test.flags == expected


def test_em_keeps_names_and_says_what_it_analysed(answers):
    result = em_covariance(answers)

    assert list(result.mean.index) == list(result.covariance.columns) == list(answers)
    assert (result.n_respondents, result.n_unanswered, result.n_items) == (78, 2, 3)
    assert np.diagonal(result.correlation).tolist() == [1.0, 1.0, 1.0]
    assert result.method == "em_normal"
    assert "missing at random" in result.assumptions[0]
    frame = result.to_frame()
    assert frame["n_answers"].tolist() == answers.notna().sum().tolist()
    assert frame["estimate"].tolist() == result.mean.tolist()


@pytest.mark.parametrize("far", [1e3, 1e6, 1e9])
def test_em_settles_as_soon_where_the_means_are_far_from_0(answers, far):
    near, away = em_covariance(answers), em_covariance(answers + far)

    # Adding `far` rounds the answers, here by at most 1e-7.
    assert away.covariance.to_numpy() == pytest.approx(
        near.covariance.to_numpy(), abs=1e-6
    )
    assert (away.mean - far).to_numpy() == pytest.approx(near.mean.to_numpy(), abs=1e-6)
    assert away.n_iterations == pytest.approx(near.n_iterations, abs=3)


def test_em_of_one_item_is_its_plain_mean():
    result = em_covariance(pd.DataFrame({"a": [1.0, 2, 4, GAP]}))

    assert result.mean["a"] == pytest.approx(7 / 3)
    assert result.covariance.loc["a", "a"] == pytest.approx(14 / 9)


@pytest.mark.parametrize("function", [em_covariance, missing_patterns])
def test_no_answers_at_all_are_refused(function):
    empty = pd.DataFrame({"a": [GAP, GAP], "b": [GAP, GAP]})

    with pytest.raises(
        InsufficientDataError, match="no answers: 2 respondents, 2 items"
    ):
        function(empty)
    with pytest.raises(InsufficientDataError, match="no answers: 0 respondents"):
        function(empty.iloc[:0])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"q2": GAP}, r"never answered by any of \d+ respondents: q2\. Leave"),
        (
            {"q2": 4.0},
            r"the same answer from everyone who answered, over .*: q2\. Leave",
        ),
    ],
)
def test_items_without_information_are_refused(answers, change, text):
    with pytest.raises(InsufficientDataError, match=text):
        em_covariance(answers.iloc[2:].assign(**change))


def test_items_never_answered_together_are_refused(answers):
    apart = answers.copy()
    apart.loc[:40, "q1"] = GAP
    apart.loc[41:, "q3"] = GAP

    with pytest.raises(
        InsufficientDataError, match="answered both q1 and q3: how these"
    ):
        em_covariance(apart)


def test_more_items_than_respondents_are_refused(rng):
    wide = pd.DataFrame(rng.normal(size=(4, 4)))

    with pytest.raises(
        InsufficientDataError, match=r"4 respondents .* too few for .* 4"
    ):
        em_covariance(wide)


def test_items_that_determine_others_are_refused_by_name(answers):
    doubled = answers.assign(q4=answers["q1"] * 2 - 1)

    with pytest.raises(InsufficientDataError, match="one of q1, q4 follows from"):
        em_covariance(doubled)


def test_complete_items_that_determine_others_are_refused(rng):
    items = pd.DataFrame(rng.normal(size=(30, 2)), columns=["a", "b"])

    with pytest.raises(InsufficientDataError, match="one of a, b, c follows from"):
        em_covariance(items.assign(c=items["a"] + items["b"]))


def test_a_likelihood_without_a_top_is_refused():
    """With fewer complete rows than items the likelihood may rise without end."""
    generator = np.random.default_rng(26)
    values = generator.normal(size=(40, 1)) + generator.normal(size=(40, 6))
    values[generator.random((40, 6)) < 0.4] = GAP

    with pytest.raises(InsufficientDataError, match="cannot be estimated from 39"):
        em_covariance(pd.DataFrame(values))


def test_too_few_iterations_are_refused_with_the_way_out(answers):
    with pytest.raises(InsufficientDataError, match="allow more with `max_iterations`"):
        em_covariance(answers, max_iterations=2)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"max_iterations": 0}, "`max_iterations` must be at least 1; got 0"),
        ({"tolerance": -1}, "`tolerance` must be at least 0; got -1"),
    ],
)
def test_wrong_options_of_em_are_named(answers, option, text):
    with pytest.raises(ValueError, match=text):
        em_covariance(answers, **option)


@pytest.mark.parametrize("function", [em_covariance, missing_patterns])
def test_text_is_refused(function):
    with pytest.raises(TypeError, match="not numeric: a"):
        function(pd.DataFrame({"a": ["often", "never"], "b": [1, 2]}))


def test_likelihood_where_there_is_none_is_minus_infinity(answers):
    data = IncompleteData(answers.to_numpy())
    mean, singular = np.full(3, 3.0), np.ones((3, 3))

    assert data.log_likelihood(mean, singular) == -np.inf
    assert data.log_likelihood(mean, np.full((3, 3), np.nan)) == -np.inf
    gradient = data.moment_gradient(mean, singular)
    assert gradient.log_likelihood == -np.inf
    assert np.isnan(gradient.covariance).all()
    with pytest.raises(ValueError, match="`covariance` of 3 items is not positive def"):
        data.moment_information(mean, singular)


def test_methods_leave_the_data_as_they_were(answers, moments):
    values = answers.to_numpy(copy=True)
    data = IncompleteData(values)

    first = data.moment_gradient(*moments)
    data.saturated()
    data.moment_information(*moments)
    data.moment_score_cross_product(*moments)

    again = data.moment_gradient(*moments)
    assert first.log_likelihood == again.log_likelihood
    assert (first.covariance == again.covariance).all()
    assert np.array_equal(values, answers.to_numpy(), equal_nan=True)


def test_engine_says_which_rows_it_kept(answers):
    data = IncompleteData(answers.to_numpy())

    assert data.kept.tolist() == answers.notna().any(axis="columns").tolist()
    assert (data.n_respondents, data.n_unanswered) == (78, 2)
    assert data.names == ("item 1", "item 2", "item 3")
    both = (answers["q1"].notna() & answers["q2"].notna()).sum()
    assert data.pair_counts[0, 1] == both


def test_pattern_distances_are_those_of_the_means_of_each_pattern(answers, moments):
    data = IncompleteData(answers.to_numpy())
    mean, covariance = moments

    got = data.pattern_distances(mean, covariance)

    for pattern, seen in enumerate(data.patterns.answered):
        rows = answers[data.kept].to_numpy()[data.patterns.of_respondent == pattern]
        off = rows[:, seen].mean(axis=0) - mean[seen]
        inverse = np.linalg.inv(covariance[np.ix_(seen, seen)])
        assert got[pattern] == pytest.approx(len(rows) * off @ inverse @ off)


@pytest.mark.parametrize(
    ("values", "names", "error", "text"),
    [
        (np.ones(3), None, TypeError, r"got shape \(3,\)"),
        ([[1.0, 2.0]], None, TypeError, "got list"),
        (np.array([[1.0, np.inf], [2, 3]]), None, ValueError, "infinite"),
        (
            np.array([[1.0, 2], [2, 3]]),
            ["a"],
            ValueError,
            "each of 2 items; got 1 names",
        ),
    ],
)
def test_engine_refuses_what_is_no_table(values, names, error, text):
    with pytest.raises(error, match=text):
        IncompleteData(values, names)


def test_unknown_kind_of_information_is_named(answers, moments):
    data = IncompleteData(answers.to_numpy())

    with pytest.raises(
        ValueError, match="`kind` must be one of 'observed', 'expected'"
    ):
        data.moment_information(*moments, kind="hessian")
    with pytest.raises(
        ValueError, match="`kind` must be one of 'observed', 'expected'"
    ):
        data.information(
            *moments, np.zeros((1, 3)), np.zeros((1, 3, 3)), kind="hessian"
        )


def test_score_is_the_mean_of_what_was_answered():
    items = pd.DataFrame(
        {"a": [1, 2, GAP, GAP], "b": [2, GAP, 5, GAP], "c": [6, 4, GAP, GAP]},
        index=["w", "x", "y", "z"],
    )

    result = person_mean(items, min_answered=2)

    assert result.scores.to_dict() == pytest.approx(
        {"w": 3.0, "x": 3.0, "y": GAP, "z": GAP}, nan_ok=True
    )
    assert (result.n_respondents, result.n_complete, result.n_partial) == (2, 1, 1)
    assert (result.n_too_few, result.n_unanswered) == (1, 1)
    assert result.to_frame()["n_answered"].tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize("min_answered", [0, 4, 1.5, True])
def test_min_answered_must_be_a_possible_count(answers, min_answered):
    with pytest.raises(ValueError, match="count from 1 to the 3 items; got"):
        person_mean(answers, min_answered=min_answered)


def test_scores_of_nobody_are_refused():
    with pytest.raises(InsufficientDataError, match="no answers"):
        person_mean(pd.DataFrame({"a": [GAP]}), min_answered=1)
