"""No other choice that obeys the rules shows more lines than the one that is made."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.disclosure.tree import Cell, decide, is_unanimous, pool

BOUNDS = (1.0, 5.0)
K = 5


def grow(leaves):
    """Return root and cells of a tree from its smallest units."""
    cells, level = dict(leaves), dict(leaves)
    while () not in level:
        above = {}
        for path, cell in level.items():
            above.setdefault(path[:-1], []).append(cell)
        level = {path: pool(own) for path, own in above.items()}
        cells |= level
    return cells.pop(()), cells


def lines(cells, shown):
    """Return the lines that are shown: one a respondent and level of a named unit."""
    return sum(cells[p].n_respondents for p in shown if p[-1])


def obeys(root, cells, shown, barred=frozenset()):
    """Tell whether exactly these units may be visible, by the rules as written."""
    visible = {()} | shown
    for path in shown:
        cell = cells[path]
        if path[:-1] not in visible or path in barred:
            return False
        if cell.n_respondents < K or is_unanimous(cell, BOUNDS):
            return False
    for parent in visible:
        own = [p for p in cells if p[:-1] == parent]
        hidden = [p for p in own if p not in shown and cells[p].n_respondents]
        if not hidden or len(hidden) == sum(cells[p].n_respondents > 0 for p in own):
            continue
        rest = pool(cells[p] for p in hidden)
        if len(hidden) < 2 or rest.n_respondents < K or is_unanimous(rest, BOUNDS):
            return False
        if any(p in shown and not p[-1] for p in own):
            return False  # people without a unit stand in the rest
    return True


def best(root, cells, barred=frozenset()):
    """Return the most lines of any choice that obeys, by trying them all."""
    if root.n_respondents < K or is_unanimous(root, BOUNDS):
        return 0
    paths = sorted(cells)
    choices = product([False, True], repeat=len(paths))
    sets = (
        {p for p, on in zip(paths, choice, strict=True) if on} for choice in choices
    )
    return max(lines(cells, s) for s in sets if obeys(root, cells, s, barred))


@st.composite
def trees(draw):
    """Draw up to ten units at one to three levels, also silent and unanimous ones."""
    shapes = [(4,), (6,), (2, 2), (3, 2), (2, 3), (1, 1, 2), (2, 1, 1), (1, 2, 2)]
    shape = draw(st.sampled_from(shapes))
    labels = [["a", "b", "c", "d", "e", "f"][:n] for n in shape]
    if draw(st.booleans()):
        labels[-1] = [*labels[-1][:-1], ""]
    sizes = st.integers(0, 14)
    leaves = {}
    for path in product(*labels):
        number = draw(sizes)
        answers = draw(
            st.one_of(
                st.lists(st.integers(4, 20), min_size=number, max_size=number),
                st.sampled_from(
                    [[20] * number, [20] * (number - 1) + [18] * (number > 0)]
                ),
            )
        )
        leaves[path] = cell_of(np.array(answers, dtype=float) / 4)
    return grow(leaves)


def cell_of(scores):
    if not len(scores):
        return Cell(n_respondents=0, mean=0.0)
    sd = float(scores.std(ddof=1)) if len(scores) > 1 else float("nan")
    return Cell(n_respondents=len(scores), mean=float(scores.mean()), sd=sd)


@settings(max_examples=120, deadline=None)
@given(trees(), st.data())
def test_no_safe_choice_shows_more_lines(tree, data):
    root, cells = tree
    barred = data.draw(st.sets(st.sampled_from(sorted(cells)), max_size=1))
    barred = {p for p in barred if p[-1]} if data.draw(st.booleans()) else set()
    decision = decide(
        root,
        cells,
        threshold=K,
        bounds=BOUNDS,
        barred=dict.fromkeys(barred, "protected"),
    )
    shown = set(cells) - set(decision.rules)
    alone = any(
        cells[p].n_respondents == cells[p[:-1]].n_respondents for p in barred if p[:-1]
    )  # then its parent is the same people, and barred with it

    if not alone:
        assert lines(cells, shown) == best(root, cells, barred)
    if root.n_respondents >= K and not is_unanimous(root, BOUNDS):
        assert obeys(root, cells, shown, barred)


@settings(max_examples=60, deadline=None)
@given(trees(), st.randoms(use_true_random=False))
def test_the_order_of_the_units_decides_nothing(tree, random):
    root, cells = tree
    shuffled = list(cells.items())
    random.shuffle(shuffled)
    one, two = (
        decide(root, own, threshold=K, bounds=BOUNDS) for own in (cells, dict(shuffled))
    )

    assert dict(one.rules) == dict(two.rules)
    assert set(one.rests) == set(two.rests)


class Program:
    """The rules as an integer program: one column a unit, shown or not.

    Two more columns a parent tell whether some of its units with answers are hidden,
    and whether some are shown; when both are, what is hidden must be safe.
    """

    def __init__(self, cells):
        self.cells = cells
        self.paths = [p for p in cells if cells[p].n_respondents]
        self.place = {p: i for i, p in enumerate(self.paths)}
        above = {p[:-1] for p in self.paths}
        self.parents = [(), *(p for p in self.paths if p in above)]
        self.width = len(self.paths) + 2 * len(self.parents)
        self.rows, self.least = [], []
        for path, i in self.place.items():
            if path[:-1]:  # below a visible parent only
                self.need([(self.place[path[:-1]], 1), (i, -1)], 0)
        for j, parent in enumerate(self.parents):
            self.add_parent(parent, len(self.paths) + 2 * j)

    def need(self, terms, least):
        row = np.zeros(self.width)
        for column, weight in terms:
            row[column] += weight
        self.rows.append(row)
        self.least.append(least)

    def add_parent(self, parent, some_hidden):
        some_shown = some_hidden + 1
        own = {i: p for p, i in self.place.items() if p[:-1] == parent}
        for i, path in own.items():
            self.need([(some_hidden, 1), (i, 1)], 1)
            self.need([(some_shown, 1), (i, -1)], 0)
            if not path[-1]:
                self.need([(some_hidden, -1), (i, -1)], -1)
        sizes = {i: self.cells[path].n_respondents for i, path in own.items()}
        for weights, least in ((sizes, K), (dict.fromkeys(own, 1), 2)):
            hidden = [(i, -weight) for i, weight in weights.items()]
            both = [(some_hidden, -least), (some_shown, -least)]
            self.need([*hidden, *both], -least - sum(weights.values()))

    def solve(self):
        from scipy.optimize import Bounds, LinearConstraint, milp

        gain, upper = np.zeros(self.width), np.ones(self.width)
        for path, i in self.place.items():
            gain[i] = self.cells[path].n_respondents if path[-1] else 0
            upper[i] = self.cells[path].n_respondents >= K
        found = milp(
            -gain,
            integrality=np.ones(self.width),
            bounds=Bounds(0, upper),
            constraints=LinearConstraint(np.array(self.rows), self.least, np.inf),
            options={"mip_rel_gap": 0.0},
        )
        assert found.success
        return round(-found.fun)


def optimum(root, cells):
    """Return the most lines by an integer program over the whole tree (HiGHS)."""
    return Program(cells).solve() if root.n_respondents >= K else 0


def wide_tree(rng):
    """Draw one to three levels with up to 40 teams a parent, of which people count."""
    depth = int(rng.integers(1, 4))
    upper = [
        (*a, f"D{i}")
        for a in (
            [()] if depth < 3 else [(f"R{i}",) for i in range(rng.integers(1, 4))]
        )
        for i in range(int(rng.integers(2, 6)))
    ]
    leaves = {}
    for parent in upper if depth > 1 else [()]:
        for i in range(int(rng.choice([1, 2, 3, rng.integers(4, 41)]))):
            number = int(rng.binomial(rng.integers(3, 16), rng.uniform(0.3, 1)))
            leaves[(*parent, f"T{i}")] = Cell(n_respondents=number)
        if rng.random() < 0.3:
            leaves[(*parent, "")] = Cell(n_respondents=int(rng.integers(1, 9)))
    return grow(leaves)


@pytest.mark.parametrize("seed", range(25))
def test_an_integer_program_finds_no_better_choice_in_wide_trees(seed):
    root, cells = wide_tree(np.random.default_rng(seed))
    decision = decide(root, cells, threshold=K, bounds=BOUNDS)

    assert lines(cells, set(cells) - set(decision.rules)) == optimum(root, cells)
