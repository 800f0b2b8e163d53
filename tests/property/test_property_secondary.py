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


def left_over(cells, shown):
    """Return the smallest units that are left over in each visible unit."""
    inner = {p[:-1] for p in cells}
    left = {}
    for path in cells:
        if path in inner or not cells[path].n_respondents:
            continue
        above = (path[:end] for end in range(len(path), -1, -1))
        home = next(p for p in above if p in shown or not p)
        if home != path:
            left.setdefault(home, set()).add(path)
    return left


def is_below(path, above):
    return path[: len(above)] == above


def derives(cells, shown, left, unit, total):
    """Tell whether a hidden unit is a sum of what is visible and what is left over."""
    if cells[unit].n_respondents == total:
        return False  # known as the whole work floor
    home = next(
        unit[:end]
        for end in range(len(unit) - 1, -1, -1)
        if unit[:end] in shown or not end
    )
    inside = [is_below(path, unit) for path in left.get(home, ())]
    return not any(inside) or all(inside)


def obeys(root, cells, shown, barred=frozenset()):
    """Tell whether exactly these units may be visible, by the rules as written."""
    left = left_over(cells, shown)
    homes = {()} | {p for p in shown if any(q[:-1] == p for q in cells)}
    nameless = [p for p in shown if not p[-1]]  # or they stand in the rest
    inner = {p[:-1] for p in cells if len(p) > 1}
    secret = set(barred) | {p for p in inner if not p[-1]}
    enough = {p for p in secret - shown if cells[p].n_respondents >= K}
    return (
        all(may_be_seen(cells, path, barred) for path in shown)
        and all(may_be_left(cells, shown, left, home) for home in homes)
        and all(p[:-1] in homes and not left.get(p[:-1]) for p in nameless)
        and not any(
            shown and derives(cells, shown, left, unit, root.n_respondents)
            for unit in enough
        )
    )


def may_be_seen(cells, path, barred):
    """Tell whether a unit may be shown as far as it and its parents go."""
    units = [path[:end] for end in range(1, len(path) + 1)]
    alike = any(is_unanimous(cells[p], BOUNDS) for p in units)
    return cells[path].n_respondents >= K and not alike and path not in barred


def may_be_left(cells, shown, left, home):
    """Tell whether what is left over in a visible unit may be known."""
    own = left.get(home, set())
    below = [p for p in shown if p != home and is_below(p, home)]
    if not own or not (home or below):
        return True
    rest = pool(cells[p] for p in own)
    enough = len(own) > 1 and rest.n_respondents >= K
    return enough and not is_unanimous(rest, BOUNDS)


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

    One more for each smallest unit and unit above it: whether it is left over there;
    and one for each of these units: whether anybody is left over in it.
    """

    def __init__(self, cells):
        inner = {p[:-1] for p in cells}
        self.cells = {p: c for p, c in cells.items() if c.n_respondents}
        self.leaves = [p for p in self.cells if p not in inner]
        self.homes = [(), *(p for p in self.cells if p in inner)]
        pairs = [(leaf, p) for leaf in self.leaves for p in self.homes]
        pairs = [(leaf, p) for leaf, p in pairs if is_below(leaf, p)]
        names = [*self.cells, *pairs, *(("some", p) for p in self.homes)]
        self.place = {name: i for i, name in enumerate(names)}
        self.rows, self.least = [], []
        for leaf, home in pairs:
            self.add_pair(leaf, home)
        for home in self.homes:
            own = [leaf for leaf, p in pairs if p == home]
            self.add_home(home, own)

    def need(self, terms, least):
        row = np.zeros(len(self.place))
        constant = 0
        for name, weight in terms:
            if name == ():
                constant += weight  # the whole is visible
            else:
                row[self.place[name]] += weight
        self.rows.append(row)
        self.least.append(least - constant)

    def add_pair(self, leaf, home):
        """Left over here is what is below a visible unit and in none in between."""
        between = [leaf[:end] for end in range(len(home) + 1, len(leaf) + 1)]
        pair = (leaf, home)
        self.need([(pair, 1), (home, -1), *((p, 1) for p in between)], 0)
        self.need([(home, 1), (pair, -1)], 0)
        for path in between:
            self.need([(path, -1), (pair, -1)], -1)
        self.need([(("some", home), 1), (pair, -1)], 0)

    def add_home(self, home, own):
        some = ("some", home)
        sizes = [((leaf, home), self.cells[leaf].n_respondents) for leaf in own]
        if home or (len(own) > 1 and sum(n for _, n in sizes) >= K):
            self.need([*sizes, (some, -K)], 0)
            self.need([*(((leaf, home), 1) for leaf in own), (some, -2)], 0)
        if (*home, "") in self.cells:  # people without a unit stand in the rest
            self.need([(some, -1), ((*home, ""), -1)], -1)
            self.need([(home, 1), ((*home, ""), -1)], 0)

    def solve(self):
        from scipy.optimize import Bounds, LinearConstraint, milp

        gain, upper = np.zeros(len(self.place)), np.ones(len(self.place))
        for path, cell in self.cells.items():
            gain[self.place[path]] = cell.n_respondents if path[-1] else 0
            upper[self.place[path]] = cell.n_respondents >= K
        found = milp(
            -gain,
            integrality=np.ones(len(self.place)),
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
