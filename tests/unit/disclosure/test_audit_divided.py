"""The audit finds answers of divided units that should not have been shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnose.errors import DisclosureError
from published import make_publication


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def refused(publication, **changes):
    with pytest.raises(DisclosureError) as caught:
        replace(publication, units=replace(publication.units, **changes))
    return {problem.code for problem in caught.value.problems}


def answers_of(publication, **changes):
    answers = publication.units.answers.copy()
    own = (answers["subscale"] == "v").to_numpy()
    for column, value in changes.items():
        answers.loc[own, column] = [value] * own.sum()
    return answers


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"n_respondents": 7.0}, "D003"),
        ({"n_answers": 98.0}, "D004"),  # two answers are lacking
        ({"count": 100.0}, "D005"),
        ({"path": ("Care", "Kitchen")}, "D007"),
        ({"status": "hidden"}, "D002"),  # with its numbers
        ({"status": ""}, "D002"),
    ],
)
def test_each_leak_is_found(publication, changes, code):
    assert code in refused(publication, answers=answers_of(publication, **changes))


def test_a_remainder_of_the_work_floor_that_is_too_small(publication):
    cells = publication.units.cells
    whole = publication.profile
    floor = (whole["role"] == "floor") & (whole["subscale"] == "v")
    fewer = whole.copy()
    own = cells.loc[(cells["subscale"] == "v") & (cells["level"] == "team")]
    divided = own.loc[[path[-1] == "Evening shift" for path in own["path"]]]
    fewer.loc[floor, "n_respondents"] = divided["n_respondents"].iloc[0] + 7

    with pytest.raises(DisclosureError, match="few people of the work floor over"):
        replace(publication, profile=fewer)


def test_counts_of_who_skipped_items_are_never_published(publication):
    skips = publication.units.skips.copy()
    skips.loc[0] = {"path": ("A",), "subscale": "v", "n_items": 2.0, "count": 3.0}

    assert "D009" in refused(publication, skips=skips)
