"""No publication lets anybody work out a group that is smaller than the threshold."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from builders import instrument
from diagnose.diagnosis import conclusions
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import ESTIMATES, LEVEL_SHARES, MODELS, TREND
from diagnose.diagnosis.movement import Movement
from diagnose.diagnosis.participation import count_participation
from diagnose.diagnosis.units import compare_units
from diagnose.disclosure import Thresholds, audit, publish, release, secondary, tree
from diagnose.errors import DisclosureError
from diagnose.responses.model import FLOOR
from unit.disclosure import organisations
from unit.disclosure.organisations import (
    Reader,
    diagnose_people,
    leaks,
    random_large_people,
    random_people,
    read_publication,
    rest_of,
)

AUDIT = import_module("diagnose.disclosure.audit")  # the package has the function
N_ORGANISATIONS = 25
N_LARGE = 4
N_TREES = 400
TWO = instrument({"v": "v1 v2 v3 v4", "c": "c1 c2 c3 c4"})
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


def test_no_group_below_the_threshold_can_be_derived(without_models):
    shapes = set()
    for people in draw(N_ORGANISATIONS):
        publication = publish(diagnose_people(people))
        reader = read_publication(publication, people)

        assert leaks(reader, threshold=THRESHOLD) == []
        assert leaks(read_counts(publication, people), threshold=THRESHOLD) == []
        check_numbers(reader, people.scores["v"].to_numpy())
        shapes |= set(publication.units.cells["status"])
    assert shapes == {"shown", "hidden", "rest"}


@pytest.mark.parametrize("draw_people", [random_people, random_large_people])
def test_no_tree_gives_a_small_group_away(draw_people):
    """The rule alone, on many more trees than can be published in the time."""
    n_told = 0
    for seed in range(N_TREES if draw_people is random_people else N_TREES // 8):
        rng = np.random.default_rng(50_000 + seed)
        people = draw_people(rng)
        cells = {path: cell_of(people, people.below(path)) for path in people.units()}
        named = [path for path in cells if path[-1]]
        barred = {p: tree.PROTECTED for p in named if rng.random() < 0.05}
        root = cell_of(people, people.of(FLOOR))
        decision = tree.decide(
            root, cells, threshold=THRESHOLD, bounds=(1.0, 5.0), barred=barred
        )

        reader = without_whole(read_decision(decision, people, cells), people)
        assert leaks(reader, threshold=THRESHOLD) == []
        assert not set(barred) - set(decision.rules)
        n_told += len(reader.known)
    assert n_told > 100


def cell_of(people, members):
    scores = people.scores["v"].to_numpy()[members]
    own = scores[~np.isnan(scores)]
    if not len(own):
        return tree.Cell(n_respondents=0, mean=0.0)
    sd = float(own.std(ddof=1)) if len(own) > 1 else float("nan")
    return tree.Cell(n_respondents=len(own), mean=float(own.mean()), sd=sd)


def read_decision(decision, people, cells):
    valid = people.scores["v"].notna().to_numpy()
    shown = [path for path in cells if path not in decision.rules]
    top = {path[:1] for path in cells}
    told = [people.below(path) for path in shown]
    if top and {decision.rules.get(path) for path in top} != {tree.PARENT_HIDDEN}:
        told.append(people.of(FLOOR))
    told += [rest_of(people, parent, shown) for parent in decision.rests]
    hidden = [people.below(path) & valid for path in decision.rules]
    return Reader(
        known=[members & valid for members in told],
        told=[],
        hidden=[members for members in hidden if members.any()],
    )


CONDITIONS = [
    Thresholds(group=group, response_rate=rate)
    for group in (5, 8)
    for rate in (0.0, 0.4, 0.7)
]


@pytest.mark.parametrize("limits", CONDITIONS, ids=str)
def test_no_group_can_be_derived_in_deep_and_wide_organisations(limits, without_models):
    first = 1000 * CONDITIONS.index(limits)
    barred = 0
    for seed in range(first, first + N_LARGE):
        people = random_large_people(np.random.default_rng(seed))
        publication = publish(diagnose_people(people, TWO), thresholds=limits)
        readers = [
            *(read_publication(publication, people, name) for name in "vc"),
            read_counts(publication, people),
        ]

        for reader in readers:
            assert leaks(without_whole(reader, people), threshold=THRESHOLD) == []
        barred += check_conditions(publication, people, limits)
    assert barred > 0


def without_whole(reader, people):
    """Leave out units that are the whole work floor, which is no unit and is shown."""
    n_floor = max((members.sum() for members in reader.known), default=0)
    hidden = [members for members in reader.hidden if members.sum() < n_floor]
    return replace(reader, hidden=hidden)


def check_conditions(publication, people, limits):
    """Check head counts and rates where they can be known; count the barred units."""
    known = count_participation(diagnosed(people)).units.set_index("path")
    few = set(known.index[known["n_members"] < limits.group])
    low = set(known.index[known["response_rate"] < limits.response_rate])
    cells, counted = publication.units.cells, publication.participation.units
    shown = set(cells.loc[cells["status"] == "shown", "path"])
    assert not shown & (few | low)
    assert not few & set(counted.loc[counted["status"] == "shown", "path"])
    log = publication.suppressed
    told = set(log.loc[log["rule"] == "response-low", "path"])
    rates = counted.loc[counted["status"] == "shown"].set_index("path")["response_rate"]
    assert all(rates[path] < limits.response_rate for path in told)
    return len(few | low)


def diagnosed(people):
    everybody = pd.Series(True, index=people.frame.index)
    return organisations._responses(people, everybody, TWO)


def test_a_higher_threshold_holds_as_well(without_models):
    for people in draw(8):
        publication = publish(diagnose_people(people), thresholds=Thresholds(scores=8))

        assert leaks(read_publication(publication, people), threshold=8) == []


def test_comparisons_are_functions_of_what_is_published():
    for people in draw(5):
        publication = publish(diagnose_people(people))
        estimates, models = compare_units(publication.units.cells, conf_level=0.95)

        pd.testing.assert_frame_equal(publication.units.estimates, estimates)
        pd.testing.assert_frame_equal(publication.units.models, models)


def hide_small_only(left, threshold):
    return True


def forget_single_units(left, threshold):
    return not left.number or left.number >= threshold


def forget_the_number(left, threshold):
    return not left.number or left.groups > 1


@pytest.mark.parametrize(
    "broken", [hide_small_only, forget_single_units, forget_the_number]
)
def test_a_broken_rule_is_caught_by_rank_and_by_audit(
    broken, monkeypatch, without_models
):
    monkeypatch.setattr(secondary, "is_safe", broken)
    by_rank = by_audit = 0
    for people in draw(12):
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
    hidden = [people.below(p) for p in people.units() if p not in set(shown)]
    return Reader(
        known=[
            *(people.of(r) for r in roles.loc[roles["status"] == "shown", "role"]),
            *(people.below(path) for path in shown),
            *(rest_of(people, parent, shown) for parent in rests),
        ],
        told=[],
        hidden=[members for members in hidden if members.any()],
    )
