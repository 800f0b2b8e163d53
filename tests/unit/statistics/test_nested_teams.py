"""Units within units: edges and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.pooling import (
    nested_means,
    nested_means_from_summary,
    tree_posterior,
)
from diagnose.statistics.pooling.hierarchy import build_hierarchy
from diagnose.statistics.pooling.tree_search import best_ratios

LEVELS = ["division", "department", "team"]


@pytest.fixture
def people(rng):
    rows = []
    for a in range(4):
        division = rng.normal(0, 0.5)
        for b in range(3):
            department = division + rng.normal(0, 0.4)
            for c in range(3):
                level = department + rng.normal(0, 0.4)
                for _ in range(int(rng.integers(1, 8))):
                    rows.append((f"a{a}", f"b{b}", f"c{c}", level + rng.normal()))
    return pd.DataFrame(rows, columns=[*LEVELS, "value"])


def test_people_and_summary_give_the_same(people):
    grouped = people.groupby(LEVELS)["value"]
    summary = grouped.agg(
        n_respondents="count", mean="mean", variance="var"
    ).reset_index()

    first = nested_means(people["value"], people[LEVELS])
    second = nested_means_from_summary(summary[::-1], levels=LEVELS)

    pd.testing.assert_frame_equal(first.to_frame(), second.to_frame(), rtol=1e-6)
    assert (first.n_respondents, first.n_teams) == (len(people), 36)
    assert first.n_units == (4, 12, 36)


def test_a_unit_is_known_by_its_path(people):
    frame = nested_means(people["value"], people[LEVELS]).to_frame()

    departments = frame.loc[frame["level"] == "department"]
    assert len(departments) == 12
    assert departments["path"].iloc[0] == ("a0", "b0")
    inside = people.query("division == 'a0' and department == 'b0'")
    assert departments["n_respondents"].iloc[0] == len(inside)
    assert departments["n_teams"].iloc[0] == 3
    assert departments["mean"].iloc[0] == pytest.approx(inside["value"].mean())


def test_who_lacks_a_value_or_a_label_is_left_out(people):
    holes = people.copy()
    holes.loc[0, "value"] = np.nan
    holes.loc[1, "department"] = None
    holes.loc[2, "team"] = None

    first = nested_means(holes["value"], holes[LEVELS])
    second = nested_means(people["value"][3:], people[LEVELS][3:])

    pd.testing.assert_frame_equal(first.to_frame(), second.to_frame())
    assert first.n_respondents == len(people) - 3


def test_labels_may_be_numbers_and_texts(people):
    mixed = people[LEVELS].copy()
    mixed["division"] = people["division"].map({"a0": 1, "a1": "1", "a2": 2, "a3": "x"})

    first = nested_means(people["value"], mixed)

    assert first.n_units == (4, 12, 36)
    assert first.variances == pytest.approx(
        nested_means(people["value"], people[LEVELS]).variances
    )


def test_a_level_without_differences_is_said_to_have_none(people):
    shifted = people["value"] - people.groupby("division")["value"].transform("mean")

    result = nested_means(shifted, people[LEVELS])
    divisions = result.to_frame().query("level == 'division'")

    assert result.levels_equal == ("division",)
    assert result.variances[0] == 0
    assert any("level division is estimated at 0" in note for note in result.notes)
    assert divisions["estimate"].to_numpy() == pytest.approx(result.mu)
    assert (divisions["conf_low"] < divisions["conf_high"]).all()  # doubt remains


def test_the_points_do_as_well_as_very_many(people, monkeypatch):
    summary = people.groupby(LEVELS)["value"].agg(
        n_respondents="count", mean="mean", variance="var"
    )
    hierarchy = build_hierarchy(summary.reset_index(), LEVELS)
    tree, mode = hierarchy.tree, best_ratios(hierarchy.tree)
    few = tree_posterior.unit_levels(*tree_posterior.ratio_points(mode, tree), tree)
    monkeypatch.setattr(tree_posterior, "_n_points", lambda tree: 30)
    monkeypatch.setattr(tree_posterior, "_negligible", lambda tree: 22.0)
    many = tree_posterior.unit_levels(*tree_posterior.ratio_points(mode, tree), tree)

    for one, other in zip(few, many, strict=True):
        # a thousandth of a standard deviation is far below what a reader can see
        assert one.sd() == pytest.approx(other.sd(), rel=1e-3)
        assert np.abs((one.mean() - other.mean()) / other.sd()).max() < 1e-3


def test_limits_of_many_units_come_from_moments(people, monkeypatch):
    exact = nested_means(people["value"], people[LEVELS]).to_frame()
    monkeypatch.setattr("diagnose.statistics.pooling.nested.MOST_EXACT", 1)
    moments = nested_means(people["value"], people[LEVELS]).to_frame()

    off = (moments["conf_low"] - exact["conf_low"]) / exact["std_error"]
    assert off.abs().max() < 0.3  # the mixture leans a little: few units here
    assert (moments["conf_low"] != exact["conf_low"]).all()


def test_one_unit_at_the_top_is_refused(people):
    one = people.loc[people["division"] == "a0"]

    with pytest.raises(InsufficientDataError, match="level division needs at least 2"):
        nested_means(one["value"], one[LEVELS])


def test_two_levels_that_are_the_same_are_refused(people):
    same = people.assign(department="only")

    with pytest.raises(InsufficientDataError, match="division and department cannot"):
        nested_means(same["value"], same[LEVELS])


def test_a_level_with_one_degree_of_freedom_says_so(people):
    two = people.loc[people["division"].isin(["a0", "a1"])]

    result = nested_means(two["value"], two[["division", "department"]])

    assert any("one degree of freedom" in note for note in result.notes)


def test_nothing_that_varies_within_is_refused(people):
    with pytest.raises(InsufficientDataError, match="do not vary within"):
        nested_means(people.groupby(LEVELS)["value"].transform("mean"), people[LEVELS])
    alone = people.drop_duplicates(LEVELS)
    with pytest.raises(InsufficientDataError, match="have one respondent"):
        nested_means(alone["value"], alone[LEVELS])


def test_wrong_levels_are_refused(people):
    summary = people.groupby(LEVELS)["value"].agg(["count", "mean", "var"])
    summary.columns = ["n_respondents", "mean", "variance"]
    summary = summary.reset_index()

    with pytest.raises(TypeError, match="`levels` must be a pandas DataFrame"):
        nested_means(people["value"], people["team"])
    with pytest.raises(ValueError, match=r"2 or 3 different levels.*shrunken_means"):
        nested_means(people["value"], people[["team"]])
    with pytest.raises(ValueError, match="2 or 3 different levels"):
        nested_means_from_summary(summary, levels="team")
    with pytest.raises(ValueError, match="lacks the levels site"):
        nested_means_from_summary(summary, levels=["site", "team"])
    with pytest.raises(ValueError, match="1 rows of `summary` lack the label"):
        nested_means_from_summary(
            summary.assign(team=[None, *summary["team"][1:]]), levels=LEVELS
        )
    with pytest.raises(ValueError, match="more than one row"):
        nested_means_from_summary(summary, levels=LEVELS[:2])
    with pytest.raises(TypeError, match="`summary` must be a pandas DataFrame"):
        nested_means_from_summary([1, 2], levels=LEVELS)
