"""Teams that stay visible below a department that is hidden as cover."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis.strata import divide
from diagnose.diagnosis.wave_groups import common_groups
from diagnose.disclosure import Thresholds, audit, publish
from diagnose.errors import DisclosureError
from unit.disclosure.organisations import (
    diagnose_people,
    leaks,
    people_of,
    read_publication,
)

DEPARTMENTS = {"A": (6, 9, 11), "B": (12, 10, 13)}


def scores(number, first=0):
    return [1.25 + (first + 3 * i) % 13 / 4 for i in range(number)]


TEAMS = {
    (name, f"{name}{i}"): scores(n, i)
    for name, sizes in DEPARTMENTS.items()
    for i, n in enumerate(sizes)
}
NOBODYS = {("", ""): scores(2)}
MEMBERS = tuple(n + 4 for sizes in DEPARTMENTS.values() for n in sizes)


def rows(frame):
    return {
        (path, status): number
        for path, status, number in zip(
            frame["path"], frame["status"], frame["n_respondents"], strict=True
        )
        if status != "hidden"
    }


@pytest.fixture(scope="module")
def people():
    return people_of({**TEAMS, **NOBODYS}, n_members=(*MEMBERS, 0))


@pytest.fixture(scope="module")
def published_once(people):
    return publish(diagnose_people(people))


def test_two_people_take_one_team_and_the_line_of_its_department(published_once):
    shown = rows(published_once.units.cells)

    assert shown == {
        (("B",), "shown"): 35,
        (("",), "rest"): 8,
        (("A", "A1"), "shown"): 9,
        (("A", "A2"), "shown"): 11,
        (("B", "B0"), "shown"): 12,
        (("B", "B1"), "shown"): 10,
        (("B", "B2"), "shown"): 13,
    }
    assert rows(published_once.participation.units) == shown


def test_the_rest_stands_with_the_units_right_below_the_one_it_is_left_of(
    published_once,
):
    cells = published_once.units.cells
    levels = cells.loc[cells["status"] == "rest", "level"].tolist()

    assert levels == ["department"]
    assert cells["path"].tolist()[:3] == [("A",), ("B",), ("",)]


def test_the_log_says_of_team_and_department_alike_that_they_are_protected(
    published_once,
):
    log = published_once.suppressed.query("table == 'units.cells'")

    assert set(zip(log["path"], log["rule"], strict=True)) == {
        (path, "protected") for path in [("A",), ("A", "A0"), ("",), ("", "")]
    }


def test_nobody_can_derive_the_department_or_its_team(people, published_once):
    assert leaks(read_publication(published_once, people), threshold=5) == []


def low_response():
    """Return an organisation of which one department hardly answered, but for a team.

    Its teams are 9 of 10 people, and 7 and 8 of 60.
    """
    teams = {**TEAMS, ("A", "A0"): scores(7), ("A", "A2"): scores(8)}
    members = [14 if path[0] == "B" else 60 for path in teams]
    members[1] = 10
    return people_of(teams, n_members=tuple(members))


def test_a_team_that_answered_is_shown_below_a_department_that_did_not():
    people = low_response()
    publication = publish(
        diagnose_people(people), thresholds=Thresholds(response_rate=0.5)
    )
    shown = {path for path, status in rows(publication.units.cells) if status != "rest"}

    assert ("A", "A1") in shown
    assert ("A",) not in shown
    assert ("B",) not in shown  # beside it, A would be what is left of the whole
    assert leaks(read_publication(publication, people), threshold=5) == []


def test_the_audit_finds_a_barred_unit_in_the_units_below_it():
    people = people_of(TEAMS, n_members=(60, 60, 60, 12, 10, 13))
    publication = publish(diagnose_people(people))
    cells = publication.units.cells
    gone = (cells["path"] == ("A",)).to_numpy()
    hidden = cells.assign(status=np.where(gone, "hidden", cells["status"]))
    hidden.loc[gone, ["n_respondents", "mean", "sd"]] = np.nan
    teams = {path for path in cells["path"] if path[0] == "A" and len(path) == 2}
    counted = publication.participation.units
    rate = counted["response_rate"].where(~counted["path"].isin(teams), 0.9)
    told = counted.assign(response_rate=rate)
    with pytest.raises(DisclosureError) as caught:
        audit_with(publication, hidden, told)

    assert "D014" in {problem.code for problem in caught.value.problems}


def audit_with(publication, cells, counted):
    """Build the publication again, which audits it."""
    audit(
        replace(
            publication,
            thresholds=Thresholds(response_rate=0.5),
            units=replace(publication.units, cells=cells),
            participation=replace(publication.participation, units=counted),
        )
    )


def test_strata_divide_the_whole_through_a_hidden_unit(published_once):
    members = {("B",): 50.0, ("A", "A1"): 13.0, ("A", "A2"): 15.0}
    cells = published_once.units.cells
    upper = cells.loc[[p[:1] != ("B",) or len(p) == 1 for p in cells["path"]]]
    groups = divide(upper, members, 90.0)

    assert sorted((g.n_respondents, g.n_members) for g in groups) == [
        (8, 12.0),
        (9, 13.0),
        (11, 15.0),
        (35, 50.0),
    ]


def groups(*found):
    frame = pd.DataFrame(found, columns=["path", "parent", "n_respondents"])
    return frame.assign(mean=3.0, variance=0.5, team=range(len(found)))


def test_a_unit_of_which_some_are_rolled_up_further_up_is_no_group_of_two_waves():
    first = groups(
        (("A", "a"), (), 10), (("",), (), 8), (("B",), (), 20),
    )  # fmt: skip
    second = groups(
        (("A", "a"), ("A",), 11), (("A", "b"), ("A",), 7), (("B",), (), 20),
    )  # fmt: skip
    early, late = common_groups(first, second)

    assert set(zip(early["team"], early["n_respondents"], strict=True)) == {
        (("A", "a"), 10),
        (("B",), 20),
        (("",), 8),
    }
    assert set(zip(late["team"], late["n_respondents"], strict=True)) == {
        (("A", "a"), 11),
        (("B",), 20),
        (("",), 7),
    }
