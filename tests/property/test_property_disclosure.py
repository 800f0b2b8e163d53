"""No publication lets anybody work out a group that is smaller than the threshold."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis import conclusions
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import ESTIMATES, LEVEL_SHARES, MODELS, TREND
from diagnose.diagnosis.movement import Movement
from diagnose.diagnosis.units import compare_units
from diagnose.disclosure import Thresholds, audit, publish, release, tree
from diagnose.errors import DisclosureError
from unit.disclosure import organisations
from unit.disclosure.organisations import (
    Reader,
    diagnose_people,
    leaks,
    random_people,
    read_publication,
    rest_of,
)

AUDIT = import_module("diagnose.disclosure.audit")  # the package has the function
N_ORGANISATIONS = 500
THRESHOLD = 5


@pytest.fixture
def without_models(monkeypatch):
    """Leave out what is a function of published cells alone, which takes the time.

    `test_comparisons_are_functions_of_what_is_published` says why that is allowed.
    """

    empty = build_frame((), ESTIMATES), build_frame((), MODELS)

    def nothing(cells, **options):
        return empty

    no_shares = build_frame((), LEVEL_SHARES)
    monkeypatch.setattr(release, "share_levels", lambda cells, hierarchy: no_shares)
    monkeypatch.setattr(release, "compare_units", nothing)

    def as_they_are(cells, *more, conf_level):
        return build_frame(cells.to_dict("list"), TREND)

    monkeypatch.setattr(conclusions, "find", lambda parts: ())
    monkeypatch.setattr(conclusions, "foresee_movement", lambda parts: Movement())
    monkeypatch.setattr(release, "compare_waves_from_cells", as_they_are)
    monkeypatch.setattr(organisations, "compare_waves_from_cells", as_they_are)
    monkeypatch.setattr(organisations, "compare_units", nothing)


def draw(n, first=0):
    for seed in range(first, first + n):
        yield random_people(np.random.default_rng(seed))


@pytest.mark.parametrize("first", range(0, N_ORGANISATIONS, 100))
def test_no_group_below_the_threshold_can_be_derived(first, without_models):
    shapes = set()
    for people in draw(100, first):
        publication = publish(diagnose_people(people))
        reader = read_publication(publication, people)

        assert leaks(reader, threshold=THRESHOLD) == []
        assert leaks(read_counts(publication, people), threshold=THRESHOLD) == []
        check_numbers(reader, people.scores["v"].to_numpy())
        shapes |= set(publication.units.cells["status"])
    assert shapes == {"shown", "hidden", "rest"}


def test_a_higher_threshold_holds_as_well(without_models):
    for people in draw(30):
        publication = publish(diagnose_people(people), thresholds=Thresholds(scores=8))

        assert leaks(read_publication(publication, people), threshold=8) == []


def test_comparisons_are_functions_of_what_is_published():
    for people in draw(8):
        publication = publish(diagnose_people(people))
        estimates, models = compare_units(publication.units.cells, conf_level=0.95)

        pd.testing.assert_frame_equal(publication.units.estimates, estimates)
        pd.testing.assert_frame_equal(publication.units.models, models)


def hide_small_only(hidden, threshold, bounds):
    return False


def forget_single_units(hidden, threshold, bounds):
    return 0 < sum(cell.n_respondents for cell in hidden) < threshold


@pytest.mark.parametrize("broken", [hide_small_only, forget_single_units])
def test_a_broken_rule_is_caught_by_rank_and_by_audit(
    broken, monkeypatch, without_models
):
    monkeypatch.setattr(tree, "_gives_away", broken)
    by_rank = by_audit = 0
    for people in draw(40):
        publication, caught = publish_unsafely(people, monkeypatch)
        by_rank += bool(leaks(read_publication(publication, people), threshold=5))
        by_audit += caught

    assert by_rank > 0
    assert by_audit > 0


def publish_unsafely(people, monkeypatch):
    with monkeypatch.context() as context:
        context.setattr(AUDIT, "audit", lambda publication: None)
        publication = publish(diagnose_people(people))
    try:
        audit(publication)
    except DisclosureError:
        return publication, True
    return publication, False


def check_numbers(reader: Reader, scores: np.ndarray) -> None:
    """Every published number is that of the people it is said to be of."""
    for members, (number, mean) in zip(reader.known, reader.told, strict=True):
        own = scores[members]
        assert len(own) == number
        assert own.mean() == pytest.approx(mean)
        assert np.ptp(own) > 0


def read_counts(publication, people):
    units = publication.participation.units
    roles = publication.participation.roles
    shown = units.loc[units["status"] == "shown", "path"].tolist()
    rests = units.loc[units["status"] == "rest", "parent"]
    hidden = [people.below(p) for p in units.loc[units["status"] == "hidden", "path"]]
    return Reader(
        known=[
            *(people.of(r) for r in roles.loc[roles["status"] == "shown", "role"]),
            *(people.below(path) for path in shown),
            *(rest_of(people, parent, shown) for parent in rests),
        ],
        told=[],
        hidden=[members for members in hidden if members.any()],
    )
