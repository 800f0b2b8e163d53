"""Head counts and response rates that keep a unit from being shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from diagnose.disclosure import Thresholds, publish
from diagnose.errors import DisclosureError
from unit.disclosure.organisations import diagnose_people, people_of

TEAMS = {
    ("A",): [3.0, 3.25, 4.0, 2.5, 3.5, 4.25, 2.75, 3.0, 3.75],
    ("B",): [2.0, 2.25, 3.0, 2.5, 3.5, 1.25, 2.75],
    ("C",): [1.25, 2.0, 2.25, 3.0, 2.75, 4.0],
    ("D",): [4.0, 4.25, 3.0, 4.5, 3.5, 4.75, 3.75, 2.0],
}
MEMBERS = (12, 9, 6, 40)
HALF = Thresholds(response_rate=0.5)


def published(limits, n_members=MEMBERS):
    return publish(
        diagnose_people(people_of(TEAMS, n_members=n_members)), thresholds=limits
    )


def shown(frame):
    return {
        p for p, s in zip(frame["path"], frame["status"], strict=True) if s == "shown"
    }


def rules(publication, table):
    log = publication.suppressed
    own = log.loc[log["table"] == table]
    return dict(zip(own["path"], own["rule"], strict=True))


def test_without_conditions_everything_is_shown():
    publication = published(Thresholds())

    assert shown(publication.units.cells) == set(TEAMS)
    assert shown(publication.participation.units) == set(TEAMS)


def test_a_unit_of_few_people_is_shown_nowhere_and_not_said_to_be_small():
    publication = published(Thresholds(group=8))

    for table, frame in (
        ("units.cells", publication.units.cells),
        ("participation.units", publication.participation.units),
    ):
        assert shown(frame) == {("A",), ("D",)}
        assert rules(publication, table) == {("B",): "protected", ("C",): "protected"}


def test_a_head_count_that_is_not_known_bars_nobody():
    publication = publish(
        diagnose_people(people_of(TEAMS)), thresholds=Thresholds(group=50)
    )

    assert shown(publication.units.cells) == set(TEAMS)


def test_a_low_response_hides_the_scores_and_is_told():
    publication = published(HALF)

    assert shown(publication.participation.units) == set(TEAMS)
    assert shown(publication.units.cells) == {("A",), ("B",)}
    assert rules(publication, "units.cells") == {
        ("D",): "response-low",
        ("C",): "protected",
    }
    assert set(publication.units.estimates["path"]) == {("A",), ("B",)}


def test_a_response_that_is_exactly_enough_is_enough():
    publication = published(Thresholds(response_rate=0.2))

    assert shown(publication.units.cells) == set(TEAMS)


def test_a_low_response_is_not_told_where_the_numbers_are_hidden():
    teams = {**TEAMS, ("E",): [3.0, 2.0, 4.0]}
    people = people_of(teams, n_members=(12, 30, 6, 40, 4))
    publication = publish(
        diagnose_people(people), thresholds=Thresholds(response_rate=0.25)
    )
    counted = rules(publication, "participation.units")

    assert set(counted) == {("C",), ("E",)}  # the smallest covers for the small one
    assert rules(publication, "units.cells")[("B",)] == "response-low"
    people = people_of(teams, n_members=(12, 9, 30, 40, 4))
    publication = publish(
        diagnose_people(people), thresholds=Thresholds(response_rate=0.25)
    )
    assert rules(publication, "units.cells")[("C",)] == "protected"


@pytest.mark.parametrize("rate", [-0.1, 1.01, 40, float("nan")])
def test_a_response_rate_that_is_no_proportion_is_refused(rate):
    with pytest.raises(DisclosureError, match=r"response_rate.*40 % as 0\.4") as caught:
        Thresholds(response_rate=rate)
    assert [problem.code for problem in caught.value.problems] == ["D001"]


def test_a_smallest_head_count_below_five_is_refused():
    with pytest.raises(DisclosureError, match=r"thresholds.group.*5 or more"):
        Thresholds(group=4)


def test_all_thresholds_that_are_wrong_are_told_at_once():
    with pytest.raises(DisclosureError) as caught:
        Thresholds(scores=4, group=2, response_rate=2.0)
    assert len(caught.value.problems) == 3


def test_the_audit_refuses_units_that_head_counts_bar():
    publication = published(Thresholds())

    for limits, codes in (
        (Thresholds(group=8), {"D013"}),
        (Thresholds(response_rate=0.5), {"D014"}),
        (Thresholds(group=10, response_rate=0.5), {"D013", "D014"}),
    ):
        with pytest.raises(DisclosureError) as caught:
            replace(publication, thresholds=limits)
        assert {problem.code for problem in caught.value.problems} == codes


def test_the_audit_refuses_a_mean_within_a_point_of_the_end():
    publication = published(Thresholds())
    profile = publication.profile.assign(mean=5 - 1 / 30)

    with pytest.raises(DisclosureError) as caught:
        replace(publication, profile=profile)
    assert "D005" in {problem.code for problem in caught.value.problems}


def test_a_nearly_unanimous_role_is_hidden():
    teams = {("A",): [5.0] * 8 + [4.5], ("B",): [5.0] * 9 + [4.75]}
    publication = publish(diagnose_people(people_of(teams)))

    assert publication.profile["status"].tolist() == ["hidden"]
    assert np.isnan(publication.profile["mean"]).all()
