"""Weights, silent people and margins: from published cells and head counts alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis import diagnose
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import CELLS, PROFILE, UNIT_COUNTS
from diagnose.diagnosis.margins import add_margins
from diagnose.diagnosis.model import Participation
from diagnose.diagnosis.representation import weigh_means
from diagnose.diagnosis.strata import count_members, divide
from diagnose.disclosure import publish
from diagnose.statistics.weights import margins_of_error, poststratified_mean

NAN = float("nan")


def counted(path, n_respondents, n_members, status="shown"):
    return {
        "level": ("division", "team")[len(path) - 1],
        "path": path,
        "parent": path[:-1],
        "n_respondents": n_respondents,
        "n_members": n_members,
        "response_rate": n_respondents / n_members,
        "status": status,
    }


def cell(path, n_respondents, mean, status="shown", sd=0.7):
    return {
        "level": ("division", "team")[len(path) - 1],
        "path": path,
        "parent": path[:-1],
        "subscale": "v",
        "n_respondents": n_respondents,
        "mean": mean,
        "sd": sd,
        "status": status,
    }


def floor(mean, n_respondents, sd=0.7, subscale="v", low=NAN, high=NAN):
    return {
        "role": "floor",
        "subscale": subscale,
        "n_respondents": n_respondents,
        "mean": mean,
        "sd": sd,
        "conf_low": low,
        "conf_high": high,
        "status": "shown",
    }


TEAMS = [(("A",), 40, 3.0, 50), (("B",), 10, 4.0, 50)]


@pytest.fixture
def uneven(parts):
    """Return parts of two units of equal size of which one hardly answered."""
    return parts(
        profile=[floor(3.2, 50, low=3.0, high=3.4)],
        cells=[cell(path, n, mean) for path, n, mean, _ in TEAMS],
        unit_counts=[counted(path, n, members) for path, n, _, members in TEAMS],
    )


def divided(cells, members, n_members):
    found = divide(build_frame(cells, CELLS), members, n_members)
    return [(s.n_respondents, s.mean, s.n_members) for s in found]


def test_each_unit_weighs_as_many_as_work_there(uneven):
    row = weigh_means(uneven, n_members=100).iloc[0]

    summary = pd.DataFrame(
        {
            "team": ["A", "B"],
            "n_respondents": [40, 10],
            "n_members": [50, 50],
            "mean": [3.0, 4.0],
            "sd": [0.7, 0.7],
        }
    )
    expected = poststratified_mean(summary, variance="pooled")
    assert row["weighted"] == pytest.approx(3.5)
    assert row["difference"] == pytest.approx(0.3)
    assert row["weighted_low"] == pytest.approx(expected.conf_low_infinite)
    assert row["n_effective"] == pytest.approx(100**2 / (50**2 / 40 + 50**2 / 10))
    assert (row["n_teams"], row["n_weighted"], row["note"]) == (2, 50, "")


def test_silent_people_move_the_mean_by_their_share(uneven):
    row = weigh_means(uneven, n_members=100).iloc[0]

    assert row["if_lower"] == pytest.approx(3.2 - 0.5)
    assert row["if_higher"] == pytest.approx(3.2 + 0.5)
    assert row["lowest"] == pytest.approx(0.5 * 3.2 + 0.5 * 1)
    assert row["highest"] == pytest.approx(0.5 * 3.2 + 0.5 * 5)


def test_a_supposed_score_stays_on_the_response_scale(parts):
    near = parts(profile=[floor(4.8, 50)])

    row = weigh_means(near, n_members=100).iloc[0]

    assert row["if_higher"] == row["highest"] == pytest.approx(4.9)


def test_what_is_rolled_up_counts_as_one_group_with_the_rest_of_the_staff():
    cells = [
        cell(("N",), 30, 3.1),
        cell(("N", "A"), 20, 3.0),
        cell(("N", "B"), NAN, NAN, status="hidden"),
        cell(("N", ""), 10, 3.3, status="rest"),
        cell(("S",), 9, 4.0),
    ]
    members = {("N",): 60.0, ("N", "A"): 25.0, ("S",): 12.0}

    assert divided(cells, members, 72.0) == [(20, 3.0, 25), (10, 3.3, 35), (9, 4.0, 12)]


@pytest.mark.parametrize(
    "team", [{}, {("N", "A"): 19.0}, {("N", "A"): 55.0}], ids=["unknown", "few", "left"]
)
def test_a_unit_stays_whole_where_head_counts_below_it_do_not_fit(team):
    cells = [
        cell(("N",), 30, 3.1),
        cell(("N", "A"), 20, 3.0),
        cell(("N", ""), 10, 3.3, status="rest"),
        cell(("S",), 9, 4.0),
    ]
    members = {("N",): 60.0, ("S",): 12.0} | team

    assert divided(cells, members, 72.0) == [(30, 3.1, 60), (9, 4.0, 12)]


def test_people_without_a_unit_take_no_part_in_the_weights():
    cells = [cell(("A",), 20, 3.0), cell(("B",), 9, 4.0), cell(("",), 6, 5.0)]

    assert len(divided(cells, {("A",): 25.0, ("B",): 12.0}, 37.0)) == 2


def test_without_head_counts_it_says_so(uneven):
    row = weigh_means(uneven, n_members=NAN).iloc[0]

    assert row["note"] == "note.no_head_count"
    assert row[["weighted", "if_lower", "lowest"]].isna().all()


@pytest.mark.parametrize("column", ["n_members", "n_respondents"])
def test_one_unit_that_does_not_fit_leaves_no_weighted_mean(uneven, column):
    units = uneven.participation.units.copy()
    units.loc[0, "n_members"] = NAN if column == "n_members" else 30
    uneven.participation = replace(uneven.participation, units=units)

    row = weigh_means(uneven, n_members=100).iloc[0]

    assert row["note"] == "note.not_weighted"
    assert row["if_lower"] == pytest.approx(2.7)


def test_answers_without_variance_are_not_weighted(uneven):
    uneven.units.cells["sd"] = 0.0

    assert weigh_means(uneven, n_members=100)["note"].tolist() == ["note.not_weighted"]


def test_the_head_count_is_that_of_the_largest_units(uneven):
    units = uneven.participation.units
    nameless = counted(("",), 3, NAN)
    below = counted(("A", "x"), 5, 9)
    both = build_frame([*units.to_dict("records"), nameless, below], UNIT_COUNTS)

    roles = uneven.participation.roles
    assert count_members(Participation(roles=roles, units=both)) == 100
    unknown = both.assign(n_members=[50, NAN, NAN, 9])
    assert np.isnan(count_members(Participation(roles=roles, units=unknown)))


def test_the_margin_is_that_of_the_people_there_now(parts, asked):
    sides = parts(unit_counts=[counted(("A",), 8, 12), counted(("B",), 12, 12)])
    profile = build_frame(
        [floor(3.2, 30, sd=0.6), floor(3.2, 20, sd=0.9, subscale="o")], PROFILE
    )

    margins = add_margins(sides.participation, profile, asked, conf_level=0.9).units[
        "margin"
    ]

    pooled = np.sqrt((29 * 0.6**2 + 19 * 0.9**2) / 48)
    summary = pd.DataFrame(
        {"team": ["A"], "n_respondents": [8], "n_members": [12], "sd": [pooled]}
    )
    expected = margins_of_error(summary, conf_level=0.9).to_frame()["margin"].iloc[0]
    assert margins.tolist() == pytest.approx([expected, 0.0])


@pytest.mark.parametrize(("n_respondents", "n_members"), [(1, 9), (12, 9), (8, NAN)])
def test_no_margin_where_the_counts_carry_none(parts, asked, n_respondents, n_members):
    sides = parts(unit_counts=[counted(("A",), n_respondents, n_members)])
    profile = build_frame([floor(3.2, 30)], PROFILE)

    units = add_margins(sides.participation, profile, asked, conf_level=0.95).units

    assert units["margin"].isna().all()


def test_no_margin_where_no_mean_is_shown(parts, asked):
    sides = parts(unit_counts=[counted(("A",), 8, 12)])
    profile = build_frame([floor(3.2, 30) | {"status": "hidden"}], PROFILE)

    units = add_margins(sides.participation, profile, asked, conf_level=0.95).units

    assert units["margin"].isna().all()


def with_head_counts(organisation):
    """Return the organisation with staff half as many again as answers."""
    people = organisation.people.loc[organisation.people["wave"] == "2"]
    staff = people.loc[people["role"] == "floor"].groupby(["division", "team"]).size()
    counts = (1.5 * staff).astype(int).rename("n_members").reset_index()
    return replace(organisation, head_counts=counts)


def test_a_publication_weighs_what_it_shows(organisation):
    publication = publish(diagnose(with_head_counts(organisation)))

    n_members = publication.representation.means["n_members"].max()
    again = weigh_means(publication, n_members=n_members).assign(status="shown")
    pd.testing.assert_frame_equal(publication.representation.means, again)
