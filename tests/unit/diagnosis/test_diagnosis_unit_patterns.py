"""Units together: shares of levels, order, people there now, shapes of disagreement."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import builders
from diagnose.diagnosis.agreement import assess_agreement
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import CELLS, UNIT_COUNTS
from diagnose.diagnosis.divided import count_divided_answers, name_shape, shape_words
from diagnose.diagnosis.findings import find
from diagnose.diagnosis.levels import share_levels
from diagnose.diagnosis.units import compare_units
from diagnose.statistics.pooling import (
    nested_means_from_summary,
    rank_probabilities,
    shrunken_means_from_summary,
)


def cells_of(means, *, level="team", subscale="v", sd=0.8, n=20, status="shown"):
    """Return cells from a mean for each path."""
    rows = [
        {"level": level, "path": path, "parent": path[:-1], "subscale": subscale}
        | {"n_respondents": n, "mean": mean, "sd": sd, "status": status}
        for path, mean in means.items()
    ]
    return build_frame(rows, CELLS)


PATHS = [("N", "A"), ("N", "B"), ("N", "C"), ("S", "D"), ("S", "E"), ("S", "F")]
TEAMS = cells_of(dict(zip(PATHS, (3.0, 3.1, 3.4, 4.0, 4.1, 3.8), strict=True)))


def summary_of(cells):
    return pd.DataFrame(
        {
            "division": [path[0] for path in cells["path"]],
            "team": [path[1] for path in cells["path"]],
            "n_respondents": cells["n_respondents"].astype(int),
            "mean": cells["mean"],
            "variance": cells["sd"] ** 2,
        }
    )


def test_shares_of_levels_are_those_of_the_nested_model():
    shares = share_levels(TEAMS, ("division", "team")).set_index("level")

    model = nested_means_from_summary(summary_of(TEAMS), levels=["division", "team"])
    assert shares["share"][["division", "team"]].tolist() == list(model.shares)
    assert shares["variance"][""] == model.sigma2
    assert shares["share"].sum() == pytest.approx(1, abs=1e-12)
    assert shares["n_units"][["division", "team"]].tolist() == [2, 6]
    assert shares["note"][["division", "team"]].tolist() == ["note.few_units", ""]


@pytest.mark.parametrize("status", ["hidden", "rest"])
def test_shares_rest_on_shown_cells_alone(status):
    taken = TEAMS.assign(status=["shown"] * 5 + [status])

    pd.testing.assert_frame_equal(
        share_levels(taken, ("division", "team")),
        share_levels(TEAMS.iloc[:5], ("division", "team")),
    )


def test_a_level_of_one_unit_is_left_out():
    deeper = {("all", *path): 3 + i / 10 for i, path in enumerate(PATHS)}

    shares = share_levels(cells_of(deeper), ("whole", "division", "team"))

    assert shares["level"].tolist() == ["division", "team", ""]


@pytest.mark.parametrize(
    ("cells", "hierarchy"),
    [
        (TEAMS.iloc[:3], ("division", "team")),  # one division
        (TEAMS.iloc[[0, 3]], ("division", "team")),  # each division has one team
        (TEAMS.iloc[:0], ("division", "team")),
        (TEAMS, ("team",)),
        (TEAMS.assign(sd=0.0), ("division", "team")),
    ],
)
def test_levels_that_cannot_be_told_apart_have_no_shares(cells, hierarchy):
    assert share_levels(cells, hierarchy).empty


def test_the_order_is_drawn_at_the_lowest_level_only():
    top = cells_of({("N",): 3.2, ("S",): 4.0}, level="division", n=60)
    wide = cells_of({(f"D{i}",): 3 + i / 9 for i in range(6)}, level="division")

    estimates, models = compare_units(pd.concat([top, wide, TEAMS]), conf_level=0.9)

    drawn = rank_probabilities(
        summary_of(TEAMS).drop(columns="division"), lowest=0.2, conf_level=0.9
    ).to_frame()
    own = estimates.loc[estimates["level"] == "team"]
    for name in ("p_lowest", "p_highest", "rank_low", "rank_high"):
        assert own[name].tolist() == drawn[name].tolist()
    assert estimates.loc[estimates["level"] == "division", "rank_low"].isna().all()
    n_lowest = models.set_index("level")["n_lowest"]
    assert n_lowest["team"] == 1
    assert np.isnan(n_lowest["division"])


def test_fewer_than_five_units_have_no_order():
    estimates, models = compare_units(TEAMS.iloc[:4], conf_level=0.95)

    assert estimates["rank_low"].isna().all()
    assert models["n_lowest"].isna().all()


def counted(*members, status="shown"):
    rows = [
        {"level": "team", "path": path, "parent": path[:-1], "n_respondents": 20}
        | {"n_members": n_members, "status": status}
        for path, n_members in zip(PATHS, members, strict=False)
    ]
    return build_frame(rows, UNIT_COUNTS)


def test_people_there_now_only_where_the_head_count_is_known():
    estimates, _ = compare_units(
        TEAMS, conf_level=0.95, counted=counted(25, 20, 18, np.nan)
    )

    known = dict(zip(TEAMS["path"], (25, 20, 20, 20, 20, 20), strict=True))
    everybody = summary_of(TEAMS).drop(columns="division").assign(team=TEAMS["path"])
    expected = shrunken_means_from_summary(everybody, n_members=known).to_frame()
    assert estimates["now_low"][0] == pytest.approx(expected["now_low"][0], rel=1e-12)
    assert estimates["now_low"][1] == estimates["mean"][1]  # all answered
    assert estimates["n_members"].notna().tolist() == [True, True] + [False] * 4
    assert estimates["now_estimate"].notna().tolist() == [True, True] + [False] * 4


def test_a_hidden_head_count_gives_no_mean_of_the_people_there_now():
    hidden = counted(25, 25, status="hidden")

    estimates, _ = compare_units(TEAMS, conf_level=0.95, counted=hidden)

    assert estimates["now_estimate"].isna().all()


@pytest.mark.parametrize(
    ("sides", "shape"),
    [
        ((0.4, 0.2, 0.4), "camps"),
        ((0.3, 0.3, 0.4), "spread"),
        ((0.29, 0.1, 0.61), "lopsided"),
        ((0.2, 0.15, 0.65), "lopsided"),
        ((0.2, 0.25, 0.55), "spread"),
        ((0.5, 0.0, 0.5), "camps"),
    ],
)
def test_shapes_have_names(sides, shape):
    assert name_shape(*sides) == shape
    assert name_shape(*reversed(sides)) == shape


def divided_team(extra=""):
    asked = builders.instrument({"v": "v1 v2-", "o": "o1"})
    text = "| team | v1 | v2 | o1 |\n" + "| A | 1 | 5 | 3 |\n" * 6
    text += "| A | 5 | 1 | 3 |\n" * 4 + "| B | 3 | 3 | 3 |\n" * 5
    given = builders.responses(text + extra, asked)
    keyed = given.answers.assign(v2=6 - given.answers["v2"])
    agreement = assess_agreement(keyed, given.people, asked, given.hierarchy)
    return asked, count_divided_answers(
        keyed, given.people, asked, given.hierarchy, agreement
    )


def test_answers_are_counted_after_turning_items_round():
    _, (answers, skips) = divided_team("| A | 1 |  | 3 |\n")

    own = answers.loc[[path == ("A",) for path in answers["path"]]]
    assert own["count"].tolist() == [13, 0, 0, 0, 8]
    assert own["share"].sum() == pytest.approx(1)
    assert own["n_respondents"].unique().tolist() == [11]
    whole = answers.loc[[path == () for path in answers["path"]]]
    assert whole["count"].tolist() == [13, 0, 10, 0, 8]
    of_team = skips.loc[[path == ("A",) for path in skips["path"]]]
    assert dict(zip(of_team["n_items"], of_team["count"], strict=True)) == {1: 1, 2: 10}


def test_the_shape_is_said_with_its_shares():
    asked, (answers, _) = divided_team()
    own = answers.loc[[path == ("A",) for path in answers["path"]]]

    said = shape_words(asked, own)

    assert said["en"] == (
        " The answers fall into two camps: 60% on the low side, 0% in the middle and "
        "40% on the high side of the response scale."
    )
    assert said["nl"].startswith(" De antwoorden vallen in twee kampen uiteen: 60")
    assert "% aan de lage kant, 0" in said["nl"]
    assert shape_words(asked, own.assign(status="hidden"))["en"] == ""


def test_units_that_do_not_differ_are_said_to_be_alike_by_chance(parts):
    from dataclasses import replace

    means = dict.fromkeys(PATHS, 3.4)
    cells = pd.concat([cells_of(means), cells_of(means, subscale="c")])
    estimates, models = compare_units(cells, conf_level=0.95)
    made = parts(hierarchy=("division", "team"))
    made.units = replace(
        made.units,
        cells=cells,
        estimates=estimates,
        models=models,
        levels=share_levels(cells, ("division", "team")),
    )

    said = {finding.code: finding for finding in find(made)}

    assert "no larger than chance makes them" in said["open.units_equal"].sentence("en")
    assert "niet groter dan toeval ze maakt" in said["open.units_equal"].sentence("nl")
    assert "open.units_alike" not in said
    assert said["open.order"].evidence["share"] == 1.0
    assert "100% of the 6 units" in said["open.order"].sentence("en")
    assert said["unit.levels"].evidence["share"] == pytest.approx(1, abs=1e-6)
    assert "100% lies between people in the same unit" in said["unit.levels"].sentence(
        "en"
    )
    assert "ligt tussen mensen in dezelfde eenheid" in said["unit.levels"].sentence(
        "nl"
    )
