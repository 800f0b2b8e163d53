"""Items beside the scores of units: nobody who skipped an item can be singled out.

A reader knows the sum of scores of every group that is shown, and the sum of answers to
every item that is. The unknowns are the answers; a group of people is found out when
some combination of what is known speaks of them alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from builders import instrument, responses
from diagnose.diagnosis import diagnose
from diagnose.disclosure import publish
from diagnose.disclosure.nesting import Answerers, ItemAnswers, hide_items

THRESHOLD, N_ITEMS = 5, 4
ITEMS = tuple(f"v{j + 1}" for j in range(N_ITEMS))
ASKED = instrument({"v": "v1 v2 v3 v4"})


def equations(answered, groups, shown, *, least=3, kinds=None):
    """Return what is known over the answers of one person of each class, and sizes.

    People of one group (and kind) who answered the same items are one class: their
    columns are equal. The published sums are those of each group and kind, of scores,
    and of each item of `shown`, of answers.
    """
    kinds = np.zeros(len(groups)) if kinds is None else kinds
    classes, sizes = np.unique(
        np.column_stack([groups, kinds, answered]), axis=0, return_counts=True
    )
    asked = classes[:, 2:].astype(bool)
    number = asked.sum(axis=1, keepdims=True)
    score = np.where(number >= least, asked / np.maximum(number, 1), 0.0)
    rows = [score * (classes[:, [0]] == group) for group in np.unique(groups)]
    rows += [score * (classes[:, [1]] == kind) for kind in np.unique(kinds)]
    for item in shown:
        rows.append(asked * (np.arange(asked.shape[1]) == item))
    kept = asked.any(axis=1)
    return np.array(rows)[:, kept], sizes[kept]


def singled_out(known, sizes):
    """Return the groups below the threshold about whom an equation speaks alone."""
    flat = known.reshape(len(known), -1)
    whole = np.linalg.matrix_rank(flat)
    few = [i for i, size in enumerate(sizes) if size < THRESHOLD]
    found = set()
    for n_classes in range(1, THRESHOLD):
        for chosen in combinations(few, n_classes):
            if sizes[list(chosen)].sum() < THRESHOLD:
                others = np.delete(known, chosen, axis=1).reshape(len(known), -1)
                if np.linalg.matrix_rank(others) < whole:
                    found.add(chosen)
    return found


def answerers(answered, groups, *, kinds=None, least=3):
    kinds = np.zeros(len(groups), dtype=int) if kinds is None else kinds
    found: dict = {}
    for group, kind, own in zip(groups, kinds, answered, strict=True):
        bits = sum(1 << j for j in np.flatnonzero(own))
        if bits:
            place = found.setdefault(((str(group),), int(kind)), Counter())
            place[bits, bool(own.sum() >= least)] += 1
    return Answerers(groups=found, crossed=bool(kinds.any()))


def rule(answered, groups, *, knows_groups=True, kinds=None, least=3):
    """Return the places of the items that stay."""
    numbers = answered.sum(axis=0)
    n_people = int(answered.any(axis=1).sum())
    gone = hide_items(
        [
            ItemAnswers(item=str(j), n_respondents=int(n), bit=1 << j)
            for j, n in enumerate(numbers)
        ],
        n_scored=int((answered.sum(axis=1) >= least).sum()),
        n_complete=int(answered.all(axis=1).sum()),
        n_total=n_people,
        threshold=THRESHOLD,
        answerers=answerers(answered, groups, kinds=kinds, least=least)
        if knows_groups
        else None,
    )
    small = {str(j) for j, n in enumerate(numbers) if n < THRESHOLD}
    return [j for j in range(len(numbers)) if str(j) not in gone | small]


def one_skips_beside_a_team():
    """A team of eight that was not asked one item, and one person who skipped one."""
    groups = np.repeat([0, 1, 2], [8, 10, 12])
    answered = np.ones((30, N_ITEMS), dtype=bool)
    answered[:8, 3] = False
    answered[9, 1] = False
    return answered, groups


def test_a_team_that_skipped_an_item_covers_for_nobody():
    answered, groups = one_skips_beside_a_team()
    by_numbers = rule(answered, groups, knows_groups=False)
    by_groups = rule(answered, groups)

    assert by_numbers == [0, 1, 2, 3]  # nine people answered in part: enough
    assert singled_out(*equations(answered, groups, by_numbers))
    assert by_groups == [0, 1, 2]
    assert not singled_out(*equations(answered, groups, by_groups))


def test_the_equation_gives_the_very_score(rng):
    answered, groups = one_skips_beside_a_team()
    answers = np.where(answered, rng.integers(1, 6, answered.shape), np.nan)
    scores, sums = np.nanmean(answers, axis=1), np.nansum(answers, axis=0)
    of_team, of_others = scores[groups == 0].sum(), scores[groups != 0].sum()

    left = 4 * of_others + 3 * of_team - sums.sum()

    assert left == pytest.approx(4 * scores[9] - 3 * scores[9])


def test_a_team_that_skipped_an_item_hides_nothing_on_its_own():
    answered, groups = one_skips_beside_a_team()
    answered[9] = True

    assert rule(answered, groups) == [0, 1, 2, 3]


def random_answers(rng):
    """Return who answered what: people who skip, teams that skip, items few answer."""
    sizes = rng.integers(5, 13, size=int(rng.integers(1, 5)))
    groups = np.repeat(np.arange(len(sizes)), sizes)
    answered = rng.random((len(groups), N_ITEMS)) >= rng.choice([0.0, 0.03, 0.15, 0.4])
    for group in range(len(sizes)):
        if rng.random() < 0.4:
            answered[groups == group] = rng.random(N_ITEMS) < 0.7
            odd = rng.integers(len(groups), size=int(rng.integers(0, 3)))
            answered[odd] = rng.random((len(odd), N_ITEMS)) < 0.7
    if rng.random() < 0.2:  # an item of which nearly everybody knew nothing
        answered[rng.random(len(groups)) < 0.8, 0] = False
    return answered, groups


def test_no_few_people_can_be_singled_out_beside_any_groups():
    caught = whole = n_shown = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        answered, groups = random_answers(rng)
        scored = answered.sum(axis=1) >= 3
        if np.bincount(groups[scored], minlength=groups.max() + 1).min() < THRESHOLD:
            continue  # such a group is not shown
        shown = rule(answered, groups)
        whole += 1
        n_shown += len(shown)
        assert not singled_out(*equations(answered, groups, shown)), seed
        before = rule(answered, groups, knows_groups=False)
        caught += bool(singled_out(*equations(answered, groups, before)))
    assert whole > 60
    assert n_shown > 2.5 * whole
    assert caught > 3  # what the groups alone could do before


def test_no_few_people_can_be_singled_out_beside_a_cut_across_groups():
    whole = kept = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        answered, groups = random_answers(rng)
        kinds = (rng.random(len(groups)) < rng.choice([0.3, 0.6])).astype(int)
        scored = answered.sum(axis=1) >= 3
        if np.bincount(groups[scored], minlength=groups.max() + 1).min() < THRESHOLD:
            continue
        if not kinds.any():
            continue
        shown = rule(answered, groups, kinds=kinds)
        whole, kept = whole + 1, kept + (len(shown) == N_ITEMS)
        without = singled_out(*equations(answered, groups, (), kinds=kinds))
        beside = singled_out(*equations(answered, groups, shown, kinds=kinds))
        assert beside <= without, seed
    assert whole > 40
    assert kept > 10


def test_parts_by_a_cut_have_no_number_of_their_own():
    # Two people of one group and kind skipped an item; all other parts are complete.
    groups, kinds = np.repeat([0, 0, 1, 1], [10, 2, 8, 9]), np.zeros(29, dtype=int)
    kinds[10:12] = kinds[20:] = 1
    answered = np.ones((29, N_ITEMS), dtype=bool)
    answered[10:12, 3] = False

    assert singled_out(*equations(answered, groups, range(N_ITEMS), kinds=kinds))
    shown = rule(answered, groups, kinds=kinds)
    assert shown == [0, 1, 2]
    assert not singled_out(*equations(answered, groups, shown, kinds=kinds))


def test_people_left_out_of_a_mean_may_be_any_of_those_who_skipped():
    answered = np.ones((40, N_ITEMS), dtype=bool)
    answered[:9, 3] = False  # nine people, of whom up to five may be careless
    who = answerers(answered, np.zeros(40, dtype=int))

    assert not who.leave_few(THRESHOLD)
    assert replace(who, n_apart=5).leave_few(THRESHOLD)
    assert not replace(who, n_apart=4).leave_few(THRESHOLD)


def test_one_item_more_goes_where_few_answered_two_of_them_together():
    answered = np.zeros((24, N_ITEMS), dtype=bool)
    answered[:12, :2] = True
    answered[12:, 2:] = True
    answered[[3, 15]] = True
    groups = np.repeat([0, 1], 12)

    shown = rule(answered, groups, least=1)

    assert singled_out(*equations(answered, groups, range(N_ITEMS), least=1))
    assert len(shown) < N_ITEMS - 1
    assert not singled_out(*equations(answered, groups, shown, least=1))


def test_without_knowing_who_skipped_one_item_goes_beside_units():
    items = [
        ItemAnswers(item="a", n_respondents=20),
        ItemAnswers(item="b", n_respondents=12),
    ]
    given = {"n_scored": 20, "n_complete": 12, "n_total": 20, "threshold": 5}

    assert hide_items(items, **given) == frozenset()
    assert hide_items(items, **given, divided=True) == {"b"}


def export(rng, role="floor"):
    answered, groups = one_skips_beside_a_team()
    answers = rng.integers(1, 6, answered.shape).astype(str)
    answers = np.where(answered, answers, "")
    frame = pd.DataFrame(answers, columns=list(ITEMS))
    frame.insert(0, "team", [f"Team {g}" for g in groups])
    frame.insert(0, "role", role)
    if role == "leader":
        floor = frame.assign(role="floor", **dict.fromkeys(ITEMS, "3"))
        spread = rng.integers(1, 6, answered.shape).astype(str)
        floor[list(ITEMS)] = spread
        frame = pd.concat([frame, floor], ignore_index=True)
    return frame


def items_shown(publication, role):
    answers = publication.distributions
    own = answers.loc[(answers["role"] == role) & (answers["status"] == "shown")]
    measured = publication.measurement.items
    by_mean = measured.loc[measured["status"] == "shown", "item"]
    known = set(own["item"]) | (set(by_mean) if role == "floor" else set())
    return [j for j, item in enumerate(ITEMS) if item in known]


@pytest.mark.parametrize("role", ["floor", "leader"])
def test_a_published_survey_singles_nobody_out(rng, role, monkeypatch):
    answered, groups = one_skips_beside_a_team()
    diagnosis = diagnose(responses(export(rng, role), ASKED))
    publication = publish(diagnosis)
    units = publication.units
    cells = units.cells if role == "floor" else units.leaders

    assert (cells["status"] == "shown").all()
    shown = items_shown(publication, role)
    assert len(shown) == N_ITEMS - 1
    assert not singled_out(*equations(answered, groups, shown))
    assert not len(publication.units.patterns)

    monkeypatch.setattr("diagnose.disclosure.items.find_answerers", lambda *_: {})
    monkeypatch.setattr("diagnose.disclosure.items.is_divided", lambda *_: False)
    before = items_shown(publish(diagnosis), role)
    if role == "floor":  # of leaders it is not known who answered everything
        assert singled_out(*equations(answered, groups, before))


def test_what_is_counted_for_the_rule_is_who_answered_what(rng):
    counted = diagnose(responses(export(rng), ASKED)).units.patterns
    rows = counted.set_index(["path", "answered"])

    assert rows["count"].to_dict() == {
        (("Team 0",), 7.0): 8.0,
        (("Team 1",), 13.0): 1.0,
        (("Team 1",), 15.0): 9.0,
        (("Team 2",), 15.0): 12.0,
    }
    assert (rows["n_scored"] == rows["count"]).all()
