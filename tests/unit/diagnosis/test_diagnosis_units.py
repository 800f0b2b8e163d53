"""Units: cells, comparison from cells alone, and agreement within teams."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import builders
from diagnose.diagnosis.agreement import assess_agreement, read_agreement
from diagnose.diagnosis.units import compare_units
from diagnose.statistics.multiplicity import adjust_p_values
from diagnose.statistics.pooling import (
    difference_from_rest,
    shrunken_means_from_summary,
)


def cells_of(*rows, level="team"):
    """Return cells from (path, subscale, n, mean, sd, status)."""
    return pd.DataFrame(
        [
            {
                "level": level,
                "path": path,
                "parent": path[:-1],
                "subscale": subscale,
                "n_respondents": number,
                "mean": mean,
                "sd": sd,
                "status": status,
            }
            for path, subscale, number, mean, sd, status in rows
        ]
    )


TEAMS = cells_of(
    (("N", "A"), "v", 20, 3.0, 0.8, "shown"),
    (("N", "B"), "v", 15, 3.2, 0.9, "shown"),
    (("S", "C"), "v", 25, 4.2, 0.7, "shown"),
    (("S", "D"), "v", 1, 5.0, np.nan, "shown"),
)


def test_estimates_are_those_of_the_statistics_on_the_same_summary():
    estimates, models = compare_units(TEAMS, conf_level=0.9)

    summary = pd.DataFrame(
        {
            "team": ["A", "B", "C", "D"],
            "n_respondents": [20, 15, 25, 1],
            "mean": TEAMS["mean"],
            "variance": TEAMS["sd"] ** 2,
        }
    )
    shrunken = shrunken_means_from_summary(summary, conf_level=0.9)
    rest = difference_from_rest(
        summary, variances="cautious", conf_level=0.9
    ).to_frame()
    assert estimates["estimate"].tolist() == shrunken.to_frame()["estimate"].tolist()
    assert estimates["difference_low"].tolist() == rest["conf_low"].tolist()
    assert models.loc[0, "tau2"] == shrunken.tau2
    assert models.loc[0, "n_teams"] == 4


def test_p_values_are_adjusted_over_units_and_subscales_of_a_level():
    other = TEAMS.assign(subscale="o", mean=TEAMS["mean"] + [0.1, 0, -0.2, 0])
    top = cells_of(
        (("N",), "v", 35, 3.1, 0.8, "shown"), (("S",), "v", 26, 4.2, 0.7, "shown")
    ).assign(level="division")
    cells = pd.concat([top, TEAMS, other], ignore_index=True)

    estimates, _ = compare_units(cells, conf_level=0.95)

    for _, family in estimates.groupby("level"):
        expected = adjust_p_values(family["p_value"], method="benjamini-hochberg")
        assert family["p_adjusted"].tolist() == expected.tolist()


def test_directions_follow_the_adjusted_p_value():
    estimates, _ = compare_units(TEAMS, conf_level=0.95)

    by_unit = dict(zip(estimates["path"], estimates["direction"], strict=True))
    assert by_unit[("S", "C")] == "higher"
    assert by_unit[("N", "A")] == "lower"
    assert by_unit[("S", "D")] == "unclear"  # one person, however high


@pytest.mark.parametrize("status", ["hidden", "rest"])
def test_only_shown_cells_take_part(status):
    taken_away = TEAMS.copy()
    taken_away.loc[2, "status"] = status
    if status == "hidden":
        taken_away.loc[2, ["n_respondents", "mean", "sd"]] = np.nan
    left = TEAMS.drop(index=2)

    for frames in zip(
        compare_units(taken_away, conf_level=0.95),
        compare_units(left, conf_level=0.95),
        strict=True,
    ):
        pd.testing.assert_frame_equal(*frames)


def test_people_without_a_unit_are_no_unit_to_compare():
    nameless = cells_of((("N", ""), "v", 30, 1.0, 0.5, "shown"))

    together = compare_units(pd.concat([TEAMS, nameless]), conf_level=0.95)

    pd.testing.assert_frame_equal(together[0], compare_units(TEAMS, conf_level=0.95)[0])


@pytest.mark.parametrize(
    "cells",
    [
        TEAMS.iloc[:0],
        TEAMS.iloc[:1],
        TEAMS.assign(status="hidden"),
        TEAMS.assign(n_respondents=1, sd=np.nan),
        TEAMS.assign(sd=[0.0, 0.0, 0.0, np.nan]),
    ],
    ids=["no cells", "one unit", "all hidden", "units of one", "no variance within"],
)
def test_what_cannot_be_compared_has_no_rows(cells):
    estimates, models = compare_units(cells, conf_level=0.95)

    assert estimates.empty
    assert models.empty
    assert "direction" in estimates.columns


def test_a_unit_without_variance_does_not_spoil_the_comparison():
    cells = TEAMS.assign(sd=[0.8, 0.0, 0.7, np.nan])

    estimates, models = compare_units(cells, conf_level=0.95)

    assert len(estimates) == 4
    assert models.loc[0, "statistic"] > 0  # Welch over the two that vary


def agreement_rows(**numbers):
    row = {"n_respondents": 10, "r_wg_j_uniform": 0.9, "r_wg_j_slight_skew": 0.8}
    return pd.DataFrame([row | {"a_wg": 0.8} | numbers])


@pytest.mark.parametrize(
    ("numbers", "reading"),
    [
        ({}, "agree"),
        ({"n_respondents": 4}, "unclear"),
        ({"a_wg": 0.65}, "unclear"),
        ({"r_wg_j_slight_skew": 0.5}, "unclear"),
        ({"a_wg": np.nan}, "unclear"),
        ({"a_wg": 0.3, "r_wg_j_uniform": 0.5, "r_wg_j_slight_skew": 0.1}, "divided"),
        ({"a_wg": 0.5, "r_wg_j_uniform": 0.6, "r_wg_j_slight_skew": 0.2}, "unclear"),
        ({"a_wg": 0.5, "r_wg_j_uniform": 0.75, "r_wg_j_slight_skew": 0.2}, "unclear"),
        ({"a_wg": 0.3, "r_wg_j_uniform": 0.4, "n_respondents": 4}, "unclear"),
    ],
)
def test_readings_of_agreement(numbers, reading):
    assert read_agreement(agreement_rows(**numbers)).tolist() == [reading]


def test_agreement_is_read_for_collective_subscales_only():
    asked = builders.instrument({"v": "v1 v2", "o": "o1 o2"}, individual=("o",))
    text = "| team | v1 | v2 | o1 | o2 |\n" + "| A | 1 | 1 | 1 | 1 |\n" * 4
    given = builders.responses(text + "| A | 5 | 5 | 5 | 5 |\n" * 4, asked)

    rows = assess_agreement(given.answers, given.people, asked, given.hierarchy)

    readings = dict(zip(rows["subscale"], rows["reading"], strict=True))
    assert readings == {"v": "divided", "o": ""}
    assert rows["a_wg"].notna().all()


def test_agreement_outside_five_points_uses_the_uniform_null():
    scale = builders.number_scale("seven", 1, 7)
    asked = builders.instrument({"v": "v1 v2"}, scales={"v": scale})
    text = "| team | v1 | v2 |\n" + "| A | 4 | 5 |\n| A | 5 | 5 |\n" * 4
    given = builders.responses(text, asked)

    rows = assess_agreement(given.answers, given.people, asked, given.hierarchy)

    assert rows["r_wg_j_slight_skew"].isna().all()
    assert rows["reading"].tolist() == ["agree"]


def test_agreement_needs_answers_one_apart():
    scale = builders.number_scale("halves", 0, 2) | {"highest": 1.0}
    points = [p | {"value": p["value"] / 2} for p in scale["points"]]
    asked = builders.instrument(
        {"v": "v1 v2"}, scales={"v": scale | {"points": tuple(points)}}
    )
    given = builders.responses("| team | v1 | v2 |\n| A | 0.5 | 1 |\n" * 1, asked)

    rows = assess_agreement(given.answers, given.people, asked, given.hierarchy)

    assert rows.empty
