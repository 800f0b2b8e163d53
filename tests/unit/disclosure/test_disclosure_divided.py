"""Answers of divided units: nobody who skipped an item can be singled out by them."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from diagnose.diagnosis.divided import side_of
from diagnose.disclosure import Thresholds
from diagnose.disclosure.divided import (
    AnswerGroup,
    choose_units,
    rule_people,
    singles_out,
)
from diagnose.disclosure.nesting import Answerers, ItemAnswers, hide_items

THRESHOLDS = Thresholds()
N_ITEMS, OPTIONS = 3, (1.0, 2.0, 3.0, 4.0, 5.0)


def group(answers):
    """Return the group of people with these answers, NaN where an item was skipped."""
    given = answers[~np.isnan(answers)]
    n_items = (~np.isnan(answers)).sum(axis=1)
    return AnswerGroup(
        n_respondents=float((n_items > 0).sum()),
        n_scored=float((n_items > 0).sum()),
        options={value: float((given == value).sum()) for value in OPTIONS},
        skips={float(k): float(n) for k, n in Counter(n_items).items() if k},
    )


def random_wave(rng):
    """Return answers and teams of a work floor in which few or many skip items."""
    sizes = rng.integers(5, 15, size=int(rng.integers(2, 6)))
    teams = np.repeat(np.arange(len(sizes)), sizes)
    answers = rng.choice(OPTIONS, size=(len(teams), N_ITEMS))
    skipping = rng.random(answers.shape) < rng.choice([0.0, 0.02, 0.08, 0.3])
    skipping[skipping.all(axis=1)] = False
    return np.where(skipping, np.nan, answers), teams


def answerers(answered, teams):
    """Return who of which team answered which items, all of whom have a score."""
    groups: dict = {}
    for team, own in zip(teams, answered, strict=True):
        bits = sum(1 << int(j) for j in np.flatnonzero(own))
        groups.setdefault(((str(team),), 0), Counter())[bits, True] += 1
    return Answerers(groups=groups)


def publish(answers, teams):
    """Return what `choose_units` shows, and the items whose answers are withheld."""
    answered = ~np.isnan(answers)
    items = [
        ItemAnswers(item=str(j), n_respondents=int(answered[:, j].sum()), bit=1 << j)
        for j in range(N_ITEMS)
    ]
    who = answerers(answered, teams)
    withheld = hide_items(
        items,
        n_scored=len(answers),
        n_complete=int(answered.all(axis=1).sum()),
        n_total=len(answers),
        threshold=THRESHOLDS.scores,
        answerers=who,
    )
    units = {(str(t),): group(answers[teams == t]) for t in np.unique(teams)}
    hidden, full = choose_units(
        group(answers), units, THRESHOLDS, withheld=bool(withheld), who=who
    )
    sides = {path for path in units if path not in hidden and path not in full}
    return full, sides, {int(item) for item in withheld}


def equations(answers, teams, full, sides, withheld):
    """Return what a reader knows, and the people of each class of equal columns.

    The unknowns are whether somebody chose an option on an item; people of one team
    who answered the same items have equal columns, so one of them stands for all.
    """
    patterns, classes, sizes = np.unique(
        np.column_stack([teams, ~np.isnan(answers)]),
        axis=0,
        return_inverse=True,
        return_counts=True,
    )
    del classes
    team, asked = patterns[:, 0], patterns[:, 1:].astype(bool)
    ones = asked[:, :, None] * np.ones(len(OPTIONS))
    rows = []
    for item in set(range(N_ITEMS)) - withheld:
        for option in range(len(OPTIONS)):
            mask = np.zeros_like(ones)
            mask[:, item, option] = 1
            rows.append(ones * mask)
    score = ones * np.array(OPTIONS) / asked.sum(axis=1)[:, None, None]
    for number in np.unique(team):
        inside = (team == number)[:, None, None]
        rows.append(score * inside)
        if (str(number),) in full:
            rows += [ones * inside * np.eye(5)[option] for option in range(5)]
        if (str(number),) in sides:
            names = [side_of(value, (1.0, 5.0)) for value in OPTIONS]
            for side in ("low", "middle", "high"):
                rows.append(ones * inside * np.array([name == side for name in names]))
    return np.array(rows), sizes


def singled_out(known, sizes):
    """Return the groups below the threshold about whom an equation speaks alone."""
    flat = known.reshape(len(known), -1)
    whole = np.linalg.matrix_rank(flat)
    few = [i for i, size in enumerate(sizes) if size < THRESHOLDS.scores]
    found = set()
    for n_classes in (1, 2, 3):
        for chosen in combinations(few, n_classes):
            if sizes[list(chosen)].sum() >= THRESHOLDS.scores:
                continue
            outside = np.delete(known, chosen, axis=1).reshape(len(known), -1)
            if np.linalg.matrix_rank(outside) < whole:
                found.add(chosen)
    return found


def test_answers_of_units_single_nobody_out():
    n_shown = n_sides = 0
    for seed in range(60):
        answers, teams = random_wave(np.random.default_rng(seed))
        full, sides, withheld = publish(answers, teams)
        n_shown, n_sides = n_shown + len(full), n_sides + len(sides)
        assert not singled_out(*equations(answers, teams, full, sides, withheld)), seed
    assert n_shown > 20
    assert n_sides > 20


def test_without_the_rules_the_same_attack_finds_people():
    caught = 0
    for seed in range(30):
        answers, teams = random_wave(np.random.default_rng(seed))
        _, _, withheld = publish(answers, teams)
        everybody = {(str(team),) for team in teams}
        before = singled_out(*equations(answers, teams, (), (), withheld))
        after = singled_out(*equations(answers, teams, everybody, (), withheld))
        caught += bool(after - before)
    assert caught > 3


def whole_and_units(*sizes, skips=None):
    rng = np.random.default_rng(3)
    parts = [rng.choice(OPTIONS, size=(size, N_ITEMS)) for size in sizes]
    for part, number in zip(parts, skips or [0] * len(parts), strict=True):
        part[:number, 0] = np.nan
    units = {(str(i),): group(part) for i, part in enumerate(parts)}
    return group(np.vstack(parts)), units


@pytest.mark.parametrize(
    ("sizes", "shown", "hidden"),
    [
        ((12, 12), (0, 1), set()),  # nobody is left
        ((12, 12, 8), (0, 1), set()),  # eight are left
        ((12, 10, 7), (0, 1), {("1",)}),  # seven are left: the smaller one goes too
        ((7, 30), (0,), {("0",)}),
    ],
)
def test_what_is_left_of_the_work_floor_is_nobody_or_enough(sizes, shown, hidden):
    whole, units = whole_and_units(*sizes)
    chosen = {(str(i),): units[(str(i),)] for i in shown}

    away, _ = choose_units(whole, chosen, THRESHOLDS, withheld=False)

    assert set(away) == hidden


def test_a_withheld_item_leaves_somebody_over():
    whole, units = whole_and_units(12, 12)

    away, _ = choose_units(whole, units, THRESHOLDS, withheld=True)

    assert set(away) == {("0",)}


def test_few_who_skip_an_item_leave_the_sides_only():
    whole, units = whole_and_units(20, 20, 20, skips=[2, 6, 0])

    _, full = choose_units(whole, units, THRESHOLDS, withheld=True)
    chosen = {path: units[path] for path in [("0",), ("1",)]}
    _, beside = choose_units(whole, chosen, THRESHOLDS, withheld=False)

    assert full >= {("1",)}
    assert ("0",) not in full
    assert ("1",) not in beside  # else two people are left beside the third unit


def test_one_option_for_everybody_is_never_shown():
    alike = group(np.full((10, N_ITEMS), 4.0))

    assert rule_people(alike, THRESHOLDS) == "complement"


@pytest.mark.parametrize(("n_others", "rule"), [(1, "complement"), (2, "")])
def test_one_person_outside_one_option_is_never_shown(n_others, rule):
    answers = np.full((10, N_ITEMS), 4.0)
    answers[:n_others] = 2.0

    assert rule_people(group(answers), THRESHOLDS) == rule


def test_a_team_that_skipped_an_item_covers_for_nobody_who_is_left():
    rng = np.random.default_rng(3)
    answers = rng.choice(OPTIONS, size=(30, N_ITEMS))
    teams = np.repeat([0, 1, 2], 10)
    answers[:10, 0] = np.nan
    answers[10, 1] = np.nan
    whole, units = group(answers), {("2",): group(answers[teams == 2])}
    who = answerers(~np.isnan(answers), teams)

    _, known = choose_units(whole, units, THRESHOLDS, withheld=False, who=who)
    _, unknown = choose_units(whole, units, THRESHOLDS, withheld=False)

    # Eleven of the twenty who are left answered two items: many, and yet ten of them
    # are a team of their own, beside which the eleventh stands alone.
    assert unknown == {("2",)}
    assert not known


def test_beside_a_cut_across_units_only_many_who_skipped_let_options_stand():
    answers = np.full((24, N_ITEMS), 4.0)
    answers[::2] = 2.0
    answers[:12, 0] = np.nan
    unit = group(answers)
    who = answerers(~np.isnan(answers), np.zeros(24, dtype=int))
    apart = Answerers(
        groups={
            (("0",), 0): {(6, True): 12},
            (("0",), 1): {(7, True): 12},
        },
        crossed=True,
    )

    assert not singles_out(unit, THRESHOLDS, who)
    assert singles_out(unit, THRESHOLDS, apart)
