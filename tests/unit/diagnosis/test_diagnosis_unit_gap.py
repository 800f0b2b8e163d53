"""The gap within units: where both cells may be shown, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import CELLS
from diagnose.diagnosis.unit_gap import compare_roles_in_units
from diagnose.statistics.two_means import compare_two_from_summary


def cell(path, mean, n_respondents=20, sd=0.6, status="shown", subscale="v"):
    names = ("level", "path", "parent", "subscale")
    where = dict(zip(names, ("team", path, path[:-1], subscale), strict=True))
    return (
        where
        | {"n_respondents": n_respondents, "mean": mean, "sd": sd}
        | {"status": status}
    )


def compare(floor, leaders):
    return compare_roles_in_units(
        build_frame(floor, CELLS), build_frame(leaders, CELLS), conf_level=0.95
    )


def test_a_unit_alone_is_compared_with_its_own_leaders_by_welch():
    gaps = compare([cell(("A",), 3.0)], [cell(("A",), 3.9, 6)])

    expected = compare_two_from_summary(3.0, 0.6, 20, 3.9, 0.6, 6)
    row = gaps.iloc[0]
    assert list(gaps["path"]) == [("A",)]
    assert row["difference"] == pytest.approx(-0.9)
    assert row["p_value"] == pytest.approx(expected.p_value, rel=1e-12)
    assert row["conf_low"] == pytest.approx(expected.conf_low, rel=1e-12)
    assert row["direction"] == "lower"


def test_leaders_who_happen_to_agree_borrow_spread_from_other_units():
    paths = [(letter,) for letter in "ABCDEF"]
    floor = [cell(path, 3.0) for path in paths]
    others = [cell(path, 3.4, 6) for path in paths[1:]]

    alone = compare(floor[:1], [cell(("A",), 3.4, 6, sd=0.05)])
    among = compare(floor, [cell(("A",), 3.4, 6, sd=0.05), *others])

    assert alone["p_value"].iloc[0] < 0.01
    assert among["p_value"].iloc[0] > 0.1


@pytest.mark.parametrize(
    ("floor", "leader"),
    [
        (cell(("A",), 3.0, status="hidden"), cell(("A",), 3.9)),
        (cell(("A",), 3.0), cell(("A",), 3.9, status="hidden")),
        (cell(("A",), 3.0), cell(("A",), 3.9, status="rest")),
        (cell(("",), 3.0), cell(("",), 3.9)),  # people whose unit is not known
    ],
)
def test_what_is_not_shown_is_not_compared(floor, leader):
    assert compare([floor], [leader]).empty


def test_units_and_subscales_of_a_level_are_one_family():
    paths = [(letter,) for letter in "ABCDEFGH"]
    floor = [cell(path, 3.0) for path in paths]
    leaders = [cell(path, 3.05, 8) for path in paths[1:]]

    alone = compare(floor[:1], [cell(("A",), 3.6, 8)])
    among = compare(floor, [cell(("A",), 3.6, 8), *leaders])

    assert alone["p_adjusted"].iloc[0] == alone["p_value"].iloc[0]
    assert among["p_adjusted"].iloc[0] == pytest.approx(8 * among["p_value"].iloc[0])


def test_leaders_who_all_answer_alike_leave_no_certainty():
    gaps = compare([cell(("A",), 3.0)], [cell(("A",), 4.0, 6, sd=0.0)])

    assert np.isnan(gaps["conf_low"].iloc[0])
    assert gaps["direction"].iloc[0] == "unclear"


def test_no_units_and_no_leaders_give_an_empty_table():
    assert compare([], []).empty
    assert compare([cell(("A",), 3.0)], []).empty
