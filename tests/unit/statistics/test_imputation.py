from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.missing import (
    multiple_imputation,
    pool_estimates,
    pool_over_imputations,
)

GAP = np.nan


@pytest.fixture
def answers(rng):
    trait = rng.normal(size=(60, 1))
    values = np.clip(np.round(trait + rng.normal(size=(60, 3)) + 3), 1, 5)
    values[rng.random((60, 3)) < 0.15] = GAP
    values[7] = GAP
    frame = pd.DataFrame(values, columns=["q1", "q 2", "3"])
    return frame.set_index(frame.index + 100)


@pytest.mark.parametrize("engine", ["chained", "statsmodels"])
def test_imputations_say_what_was_done(answers, engine):
    result = multiple_imputation(
        answers, n_imputations=2, n_cycles=2, engine=engine, seed=5
    )

    kept = answers.dropna(how="all")
    assert (result.n_respondents, result.n_unanswered) == (len(kept), 60 - len(kept))
    n_missing = int(kept.isna().sum().sum())
    assert result.n_missing == n_missing
    assert result.imputed.shape == (2, n_missing)
    assert result.method == f"predictive_mean_matching({engine})"
    assert any("missing at random" in text for text in result.assumptions)
    table = result.complete(1)
    assert table.index.equals(kept.index)
    assert set(np.unique(table)) <= {1.0, 2.0, 3.0, 4.0, 5.0}


@pytest.mark.parametrize("engine", ["chained", "statsmodels"])
def test_same_seed_gives_the_same_and_another_seed_does_not(answers, engine):
    first, same, other = (
        multiple_imputation(
            answers, n_imputations=2, n_cycles=2, engine=engine, seed=seed
        ).imputed
        for seed in (1, 1, 2)
    )

    assert (first == same).all()
    assert (first != other).any()


def test_frame_has_one_row_a_filled_gap(answers):
    result = multiple_imputation(answers, n_imputations=2, n_cycles=1)

    frame = result.to_frame()

    assert len(frame) == 2 * result.n_missing
    row = frame.iloc[-1]
    table = result.complete(row["imputation"])
    assert table.loc[row["respondent"], row["item"]] == row["value"]
    assert np.isnan(answers.loc[row["respondent"], row["item"]])


def test_chain_means_end_with_the_means_that_were_imputed(answers):
    result = multiple_imputation(answers, n_imputations=2, n_cycles=3)

    last = result.chain_means.query("cycle == 2")
    for number in range(2):
        filled = result.complete(number).where(result.observed.isna()).mean()
        got = last[last["imputation"] == number].set_index("item")["estimate"]
        assert got.to_dict() == pytest.approx(filled.dropna().to_dict())


def test_an_item_that_follows_from_another_is_imputed_from_it(rng):
    first = rng.integers(1, 6, 80).astype(float)
    items = pd.DataFrame({"a": first, "b": 6 - first, "c": rng.normal(size=80)})
    items.loc[:9, "b"] = GAP

    table = multiple_imputation(items, n_imputations=2).complete(0)

    assert (table["b"] == 6 - table["a"]).all()


def test_complete_answers_are_returned_as_they_are():
    items = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [2.0, 1, 4, 3]})

    result = multiple_imputation(items, n_imputations=2)

    assert result.n_missing == 0
    pd.testing.assert_frame_equal(result.complete(1), items)
    assert len(result.to_frame()) == 0


def test_asking_for_an_imputation_that_is_not_there_is_refused(answers):
    result = multiple_imputation(answers, n_imputations=2, n_cycles=1)

    with pytest.raises(ValueError, match="`number` must be 0 to 1; got 2"):
        result.complete(2)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        (
            {"n_imputations": 1},
            "`n_imputations` must be a whole number of at least 2",
        ),
        ({"n_cycles": 0}, "`n_cycles` must be a whole number of at least 1; got 0"),
        ({"n_donors": 0}, "`n_donors` must be a whole number of at least 1; got 0"),
        ({"seed": -1}, "`seed` must be a whole number of at least 0; got -1"),
        ({"engine": "mice"}, "`engine` must be one of 'chained', 'statsmodels'"),
    ],
)
def test_wrong_options_are_named(answers, option, text):
    with pytest.raises(ValueError, match=text):
        multiple_imputation(answers, **option)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ({"a": [GAP, GAP], "b": [GAP, GAP]}, "no answers: 2 respondents, 2 items"),
        ({"a": [1, 2, 3], "b": [GAP] * 3}, "never answered by any of 3 respondents: b"),
        ({"a": [1, 2, 3], "b": [2, 2, GAP]}, "the same answer from everyone .*: b"),
        ({"a": [1, 2, 3]}, "an item is imputed from others; got 1 item"),
        ({"a": [1, 2, 3, 4], "b": [1, 2, GAP, GAP]}, r"too few of 4 .*: b \(2\)"),
    ],
)
def test_what_cannot_be_imputed_is_refused(items, text):
    with pytest.raises(InsufficientDataError, match=text):
        multiple_imputation(pd.DataFrame(items, dtype=float))


def test_pooling_over_imputations_uses_the_names_of_the_statistic(answers):
    imputations = multiple_imputation(answers, n_imputations=3, n_cycles=2)

    def mean_and_error(table):
        return table.mean(), table.std() / np.sqrt(len(table))

    result = pool_over_imputations(imputations, mean_and_error, df_complete=58)

    assert result.names == ("q1", "q 2", "3")
    tables = [imputations.complete(i)["q1"].mean() for i in range(3)]
    assert result.estimate[0] == pytest.approx(np.mean(tables))
    assert result.between[0] == pytest.approx(np.var(tables, ddof=1))
    frame = result.to_frame()
    assert frame["method"].unique().tolist() == ["rubin_barnard"]
    assert (frame["n_imputations"] == 3).all()


def test_pooling_a_single_number_works(answers):
    imputations = multiple_imputation(answers, n_imputations=2, n_cycles=1)

    result = pool_over_imputations(
        imputations, lambda table: (table["q1"].mean(), table["q1"].sem())
    )

    assert result.names == ("1",)
    assert result.method == "rubin"


def test_a_statistic_without_standard_errors_is_refused(answers):
    imputations = multiple_imputation(answers, n_imputations=2, n_cycles=1)

    with pytest.raises(TypeError, match=r"`statistic` must return .* got Series"):
        pool_over_imputations(imputations, lambda table: table.mean())


def test_without_spread_or_sample_size_the_reference_is_normal():
    result = pool_estimates([2.0, 2.0], [1.0, 1.0])

    assert result.df[0] == np.inf
    assert result.p_value[0] == pytest.approx(0.04550026389635842)
    assert result.conf_high[0] == pytest.approx(2 + 1.959963984540054)
    assert result.fraction_missing[0] == 0


def test_interval_is_that_of_t():
    result = pool_estimates([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], conf_level=0.9)

    # Total 1 + 4/3, lambda 4/7, df 2 / lambda^2 = 6.125; R: qt(.95, 6.125).
    assert result.df[0] == pytest.approx(6.125)
    margin = 1.936101194501 * np.sqrt(7 / 3)
    assert result.conf_low[0] == pytest.approx(2 - margin, rel=1e-9)
    assert result.p_value[0] == pytest.approx(0.237400350431, rel=1e-9)


def test_few_imputations_for_much_missing_information_are_flagged():
    result = pool_estimates(
        [[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]],
        [[1.0, 1.0]] * 3,
        names=["a", "b"],
    )

    assert result.flags == ("few_imputations:a",)


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        (([1.0], [1.0]), {}, "at least 2 imputations to compare; got 1"),
        (([1.0, 2.0], [1.0]), {}, r"same shape; got \(2,\) and \(1,\)"),
        ((1.0, 1.0), {}, r"same shape; got \(\) and \(\)"),
        (([1.0, GAP], [1.0, 1.0]), {}, "must be finite numbers"),
        (([1.0, 2.0], [1.0, 0.0]), {}, "`std_errors` must exceed 0; the lowest is 0"),
        (([1.0, 2.0], [1.0, 1.0]), {"conf_level": 95}, "`conf_level` must lie between"),
        (
            ([1.0, 2.0], [1.0, 1.0]),
            {"df_complete": 0},
            "`df_complete` must be at least",
        ),
        (([1.0, 2.0], [1.0, 1.0]), {"names": ["a", "b"]}, "each of 1 estimates; got 2"),
    ],
)
def test_what_cannot_be_pooled_is_refused(arguments, options, text):
    with pytest.raises(ValueError, match=text):
        pool_estimates(*arguments, **options)


@pytest.mark.parametrize("engine", ["chained", "statsmodels"])
def test_two_items_that_nobody_answered_both_of_are_refused(engine):
    answers = pd.DataFrame(
        np.random.default_rng(1).integers(1, 6, (60, 3)).astype(float),
        columns=["a", "b", "c"],
    )
    answers.loc[:29, "a"] = np.nan
    answers.loc[30:, "b"] = np.nan

    with pytest.raises(
        InsufficientDataError, match="60 respondents answered both a and b"
    ):
        multiple_imputation(answers, n_imputations=2, engine=engine)
