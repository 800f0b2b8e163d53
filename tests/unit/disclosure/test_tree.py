import numpy as np
import pytest

from diagnose.disclosure.tree import Cell, decide, is_unanimous, pool

BOUNDS = (1.0, 5.0)


def cell(number, mean=3.0, sd=0.8):
    return Cell(n_respondents=number, mean=mean, sd=sd)


def rules(teams, threshold=5):
    cells = {(name,): value for name, value in teams.items()}
    return decide(pool(cells.values()), cells, threshold=threshold, bounds=BOUNDS)


def test_the_example_of_nine_six_and_three():
    decision = rules({"A": cell(9), "B": cell(6), "C": cell(3)})

    assert decision.rules == {("C",): "small", ("B",): "remainder"}
    assert decision.rests[()].n_respondents == 9


def test_small_units_that_protect_each_other_take_nobody_with_them():
    decision = rules({"A": cell(9), "B": cell(3), "C": cell(4)})

    assert set(decision.rules) == {("B",), ("C",)}
    assert decision.rests[()].n_respondents == 7


def test_nothing_is_rolled_up_when_nothing_is_left():
    decision = rules({"A": cell(5), "B": cell(4)})

    assert set(decision.rules) == {("A",), ("B",)}
    assert not decision.rests


def test_a_silent_unit_protects_nobody():
    decision = rules({"A": cell(9), "B": cell(8), "C": cell(3), "D": cell(0)})

    assert ("B",) in decision.rules
    assert decision.rests[()].n_respondents == 11


def test_a_silent_unit_alone_hides_nobody_else():
    decision = rules({"A": cell(9), "B": cell(8), "C": Cell(n_respondents=0)})

    assert decision.rules == {("C",): "small"}
    assert not decision.rests


def test_a_unanimous_unit_is_hidden_with_another_and_under_the_same_rule():
    decision = rules({"A": cell(9), "B": cell(7, sd=0.0), "C": cell(8)})

    assert decision.rules == {("B",): "remainder", ("C",): "remainder"}


def test_two_unanimous_units_with_the_same_score_take_a_third():
    teams = {name: cell(7, mean=4.0, sd=0.0) for name in "AB"}
    decision = rules({**teams, "C": cell(9), "D": cell(12)})

    assert set(decision.rules) == {("A",), ("B",), ("C",)}
    assert decision.rests[()].sd > 0


def test_the_child_that_costs_the_fewest_lines_covers_not_the_smallest():
    cells = {
        ("D1",): cell(9),
        ("D2",): cell(10),
        ("D3",): cell(4),
        ("D1", "A"): cell(9),
        ("D2", "B"): cell(4),
        ("D2", "C"): cell(6),
        ("D3", "E"): cell(4),
    }
    decision = decide(cell(23), cells, threshold=5, bounds=BOUNDS)

    # B must be hidden anyway, and is enough: its sister stays, below a hidden unit
    assert decision.rules == {
        ("D3",): "small",
        ("D3", "E"): "small",
        ("D2",): "remainder",
        ("D2", "B"): "small",
    }
    assert set(decision.rests) == {()}
    assert decision.rests[()].n_respondents == 8
    assert decision.homes[("D2", "B")] == ()


def test_two_people_without_a_unit_take_one_team_and_not_a_whole_division():
    teams = {(d, f"{d}{i}"): cell(6 + i) for d in "AB" for i in range(4)}
    divisions = {(d,): cell(30) for d in "AB"}
    cells = {**divisions, **teams, ("",): cell(2), ("", ""): cell(2)}
    decision = decide(cell(62), cells, threshold=5, bounds=BOUNDS)

    named = {path for path in decision.rules if path[-1]}
    assert named == {("A",), ("A", "A0")}
    assert decision.rests[()].n_respondents == 8


def test_a_hidden_unit_saves_the_cover_of_what_it_leaves_over():
    cells = {
        ("",): cell(2),
        ("A",): cell(34),
        ("B",): cell(8),
        ("", ""): cell(2),
        ("A", "a"): cell(30),
        ("A", "b"): cell(4),
        ("B", "a"): cell(8),
    }
    decision = decide(cell(44), cells, threshold=5, bounds=BOUNDS)

    # 34 lines; to hide the team of 30 inside A and the 8 of B twice would be 46
    assert set(cells) - set(decision.rules) == {("A", "a"), ("B",), ("B", "a")}
    assert decision.rests[()].n_respondents == 6


def test_a_unit_below_a_barred_one_is_shown_and_does_not_tell_it():
    cells = {
        ("A",): cell(20),
        ("B",): cell(30),
        ("A", "a"): cell(12),
        ("A", "b"): cell(8),
        ("B", "a"): cell(16),
        ("B", "b"): cell(14),
    }
    decision = decide(
        cell(50), cells, threshold=5, bounds=BOUNDS, barred={("A",): "response-low"}
    )
    shown = set(cells) - set(decision.rules)

    assert ("A", "a") in shown
    assert not {("A", "b"), ("B",)} & shown  # else A were a sum of what is shown
    assert ("B", "a") in shown


def test_of_equal_costs_the_smaller_and_then_the_first_is_taken():
    equal = rules({"C": cell(3), "B": cell(8), "A": cell(8)})

    assert set(equal.rules) == {("C",), ("A",)}


def test_people_without_a_unit_are_cover_enough():
    decision = rules({"A": cell(30), "": cell(9), "B": cell(3), "C": cell(8)})

    assert set(decision.rules) == {("",), ("B",)}
    assert decision.rests[()].n_respondents == 12


def test_a_barred_unit_takes_another_with_it():
    cells = {("A",): cell(20), ("B",): cell(9), ("C",): cell(7)}
    decision = decide(
        cell(36), cells, threshold=5, bounds=BOUNDS, barred={("A",): "response-low"}
    )

    assert decision.rules == {("A",): "response-low", ("C",): "remainder"}
    assert decision.rests[()].n_respondents == 27


def test_two_barred_units_cover_each_other():
    cells = {("A",): cell(20), ("B",): cell(9), ("C",): cell(7)}
    barred = dict.fromkeys([("B",), ("C",)], "protected")
    decision = decide(cell(36), cells, threshold=5, bounds=BOUNDS, barred=barred)

    assert set(decision.rules) == set(barred)


def test_a_unit_that_is_the_same_people_as_a_barred_one_is_barred_too():
    cells = {
        ("D1",): cell(6),
        ("D2",): cell(20),
        ("D3",): cell(30),
        ("D1", "A"): cell(6),
        ("D1", "B"): Cell(n_respondents=0),
        ("D2", "C"): cell(20),
        ("D3", "E"): cell(30),
    }
    decision = decide(
        cell(56), cells, threshold=5, bounds=BOUNDS, barred={("D1", "A"): "protected"}
    )

    assert decision.rules[("D1", "A")] == "protected"
    assert {("D1",), ("D2",)} <= set(decision.rules)


def test_a_nearly_unanimous_rest_takes_another():
    near = {name: cell(6, mean=4.95, sd=0.1) for name in "AB"}
    decision = rules({**near, "C": cell(9), "D": cell(12)})

    assert set(decision.rules) == {("A",), ("B",), ("C",)}


def test_people_without_a_unit_join_the_rest():
    decision = rules({"A": cell(30), "": cell(9), "B": cell(3), "C": cell(4)})

    assert decision.rules[("",)] == "remainder"
    assert decision.rests[()].n_respondents == 16


def test_people_without_a_unit_are_shown_where_nothing_is_hidden():
    assert not rules({"A": cell(30), "": cell(9)}).rules


def test_everything_below_a_small_unit_is_hidden():
    cells = {
        ("D1",): cell(20),
        ("D2",): cell(4),
        ("D3",): cell(9),
        ("D1", "A"): cell(20),
        ("D2", "B"): cell(4),
        ("D3", "C"): cell(9),
    }
    decision = decide(cell(33), cells, threshold=5, bounds=BOUNDS)

    assert decision.rules[("D3",)] == "remainder"
    assert decision.rules[("D2", "B")] == "small"
    assert decision.rules[("D3", "C")] == "remainder"  # it is the same people as D3
    assert ("D1", "A") not in decision.rules  # the only child is the same group


@pytest.mark.parametrize("root", [cell(4), cell(40, sd=0.0), cell(40, mean=5.0)])
def test_nothing_is_shown_below_a_hidden_organisation(root):
    decision = decide(root, {("A",): cell(40)}, threshold=5, bounds=BOUNDS)

    assert decision.rules == {("A",): "parent-hidden"}


def test_pooling_equals_the_pooled_scores(rng):
    groups = [rng.normal(3, 1, size=size) for size in (1, 4, 9)]
    together = pool(
        Cell(
            n_respondents=len(g),
            mean=float(g.mean()),
            sd=float(g.std(ddof=1)) if len(g) > 1 else float("nan"),
        )
        for g in groups
    )
    everyone = np.concatenate(groups)

    assert together.n_respondents == len(everyone)
    assert together.mean == pytest.approx(everyone.mean())
    assert together.sd == pytest.approx(everyone.std(ddof=1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (cell(6), False),
        (cell(6, sd=0.0), True),
        (cell(6, mean=1.0, sd=1e-3), True),
        (Cell(n_respondents=1, mean=3.0), True),
        (Cell(n_respondents=6), False),
        (cell(6, mean=1.15, sd=0.2), True),  # together 0.9 of a point above the end
        (cell(5, mean=4.8, sd=0.45), True),  # exactly one point: one answered 4
        (cell(5, mean=4.75, sd=0.45), False),
        (cell(8, mean=1.15, sd=0.2), False),
        (cell(40, mean=4.98, sd=0.1), True),
    ],
)
def test_who_is_unanimous(value, expected):
    assert is_unanimous(value, BOUNDS) is expected
