"""What every statistic refuses at its boundary."""

import numpy as np
import pandas as pd
import pytest

from diagnose._options import check_at_least, check_proportion, check_whole_number
from diagnose.statistics.correlation import polychoric
from diagnose.statistics.reliability import cronbach_alpha, omega_categorical
from diagnose.statistics.sample import check_numeric_frame, check_within


@pytest.fixture
def answers():
    return pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [2.0, 3.0, np.nan]})


@pytest.mark.parametrize("statistic", [cronbach_alpha, polychoric, omega_categorical])
@pytest.mark.parametrize("table", [None, [[1, 2], [3, 4]], np.eye(3)])
def test_what_is_no_frame_is_refused(statistic, table):
    with pytest.raises(TypeError, match="`items` must be a pandas DataFrame; got"):
        statistic(table)


@pytest.mark.parametrize(
    "column",
    [
        ["x", "y", "z"],
        [True, False, True],
        [1 + 1j, 2, 3],
        pd.Categorical([1, 2, 3]),
        pd.date_range("2020-01-01", periods=3),
    ],
    ids=["text", "boolean", "complex", "category", "date"],
)
def test_what_is_no_real_number_is_refused_by_name(answers, column):
    with pytest.raises(TypeError, match="not numeric: a"):
        check_numeric_frame(answers.assign(a=column))


def test_names_that_read_the_same_are_refused(answers):
    with pytest.raises(ValueError, match="repeated columns: 1"):
        check_numeric_frame(answers.set_axis([1, "1"], axis="columns"))


def test_names_of_several_levels_are_refused(answers):
    levels = pd.MultiIndex.from_tuples([("x", "a"), ("x", "b")])

    with pytest.raises(ValueError, match="column names of 2 levels"):
        check_numeric_frame(answers.set_axis(levels, axis="columns"))


@pytest.mark.parametrize("missing_code", [-1e308, 1e300])
def test_a_value_that_would_overflow_is_refused(answers, missing_code):
    with pytest.raises(ValueError, match="replace it with NaN"):
        check_numeric_frame(answers.fillna(missing_code))


def test_large_codes_are_numbers_like_others(answers):
    check_numeric_frame(answers * 1e15)


def test_answers_of_a_nullable_type_are_read(answers):
    nullable = pd.concat([answers] * 2, ignore_index=True).astype("Int64")

    assert cronbach_alpha(nullable) == cronbach_alpha(nullable.astype(float))


def test_answers_outside_the_response_scale_are_refused_by_name(answers):
    check_within(answers, 1, 4)

    with pytest.raises(ValueError, match="`raw` has answers outside 2 to 4 in a;"):
        check_within(answers, 2, 4, name="raw")


@pytest.mark.parametrize("value", ["0.95", None, 95, 0, float("nan")])
def test_a_proportion_is_a_number_between_0_and_1(value):
    with pytest.raises(ValueError, match="`conf_level` must lie between 0 and 1; got"):
        check_proportion("conf_level", value)


def test_text_is_not_at_least_anything():
    with pytest.raises(ValueError, match="`tolerance` must be at least 0; got '1'"):
        check_at_least("tolerance", "1", 0)


@pytest.mark.parametrize("value", [99, 150.5, "200", None, True])
def test_a_count_is_a_whole_number(value):
    with pytest.raises(ValueError, match="`n` must be a whole number of at least 100"):
        check_whole_number("n", value, 100)


@pytest.mark.parametrize("seed", [None, -1, 0.5])
def test_a_bootstrap_has_a_seed_that_can_be_repeated(answers, seed):
    with pytest.raises(ValueError, match="`seed` must be a whole number"):
        cronbach_alpha(answers, interval="bca", seed=seed)
