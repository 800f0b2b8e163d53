"""Units as answers: codes that last, and cells that name one unit or none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.errors import InstrumentError
from diagnose.instrument.units import (
    CODE_LENGTH,
    UNIT_SEPARATOR,
    UnitList,
    is_unit_code,
    unit_code,
    unit_codes,
)

PATHS = [
    ("Care", "North", "Team 1"),
    ("Care", "North", "Team 2"),
    ("Care", "South", "Team 1"),
    ("Support", "Finance", "Pay"),
]
NAMES = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)


def refused(paths):
    with pytest.raises(InstrumentError) as caught:
        unit_codes(paths)
    return [problem.code for problem in caught.value.problems]


def test_a_code_depends_on_the_names_alone():
    alone = unit_code(PATHS[2])

    assert list(unit_codes(PATHS))[2] == alone
    assert list(unit_codes(PATHS[::-1]))[1] == alone


def test_codes_of_today_are_those_of_tomorrow():
    """Codes stand in surveys that are in the field: they may never change."""
    assert unit_code(("Care", "North", "Team 1")) == "fpus9"


@pytest.mark.parametrize(
    "other",
    [
        ("care", "NORTH", "team 1"),
        (" Care ", "North\u00a0", "Team  1"),
        ("Ca\u200bre", "North", "Team 1"),
    ],
)
def test_case_and_blanks_make_no_other_unit(other):
    assert unit_code(other) == unit_code(PATHS[0])


def test_the_border_between_names_matters():
    assert unit_code(("A B", "C")) != unit_code(("A", "B C"))


@given(st.lists(NAMES, min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_every_code_is_legal_in_every_tool(path):
    code = unit_code(tuple(path))

    assert len(code) == CODE_LENGTH
    assert code.isascii() and code.isalnum() and code[0].isalpha()
    assert code == code.lower()
    assert is_unit_code(code)


@pytest.mark.parametrize(
    "text", ["Noord", "1abcd", "abcd", "abcdef", "ab cd", "", "é1234"]
)
def test_other_texts_are_no_codes(text):
    assert not is_unit_code(text)


@pytest.mark.parametrize(
    ("paths", "codes"),
    [
        ([("A", "x"), ("A", "X ")], ["F006"]),
        ([("A", "x / y")], ["F008"]),
        ([("A", " ")], ["F011"]),
        ([("A", "x"), ("A", "x"), ("", "y"), ("/", "z")], ["F006", "F011", "F008"]),
    ],
)
def test_units_that_cannot_be_told_apart_are_refused_together(paths, codes):
    assert refused(paths) == codes


def test_two_units_with_one_code_are_refused(monkeypatch):
    monkeypatch.setattr("diagnose.instrument.units.unit_code", lambda path: "abcde")

    assert refused([("A", "x"), ("A", "y")]) == ["F007"]


def test_a_slash_within_a_name_is_no_separator():
    assert UnitList([("HR/IT", "1/2")]).find("HR/IT / 1/2") == ("HR/IT", "1/2")


@pytest.mark.parametrize("path", PATHS)
def test_code_and_path_find_the_unit_in_any_case(path):
    units = UnitList(PATHS)
    joined = UNIT_SEPARATOR.join(path)

    for text in (unit_code(path), f" {unit_code(path).upper()} ", joined):
        assert units.find(text) == path
    assert units.find(joined.upper().replace(" ", "  ")) == path


def test_a_name_counts_only_when_nothing_else_has_it():
    units = UnitList([*PATHS, ("North", "Desk", "Night")])

    assert units.find("team 2") == PATHS[1]
    assert units.find("Pay") == PATHS[3]
    assert units.find("Team 1") is None  # in North and in South
    assert units.find("North") is None  # no smallest unit


def test_a_team_called_as_a_division_elsewhere_is_not_guessed():
    units = UnitList([("North", "Desk"), ("South", "North")])

    assert units.find("North") is None
    assert units.find("South / North") == ("South", "North")


def test_a_unit_that_has_the_name_of_its_own_division_is_found():
    assert UnitList([("Board", "Board"), ("Care", "x")]).find("board") == ("Board",) * 2


def test_two_ways_to_write_an_accent_are_one():
    name = unicodedata.normalize("NFD", "Financiën")

    assert UnitList([("A", "Financiën")]).find(name) == ("A", "Financiën")


def test_the_nearest_is_told_and_nonsense_resembles_nothing():
    units = UnitList(PATHS)

    assert units.nearest("Taem 2") == "Care / North / Team 2"
    assert units.nearest("Care / Nord / Team 1") == "Care / North / Team 1"
    assert units.nearest("my manager never listens") == ""
    assert units.nearest("") == ""


def test_five_hundred_units_have_five_hundred_codes_and_are_all_found():
    paths = [(f"D{i // 50}", f"A{i // 10}", f"Team {i}") for i in range(500)]
    units = UnitList(paths)

    assert len(unit_codes(paths)) == 500
    assert all(units.find(unit_code(path)) == path for path in paths)
    assert all(units.find(path[-1]) == path for path in paths)


@given(st.sets(st.tuples(NAMES, NAMES), min_size=1, max_size=8), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_what_is_found_always_names_the_unit(paths, text):
    try:
        units = UnitList(sorted(paths))
    except InstrumentError:
        return  # names that differ in case only
    found = units.find(text)

    assert found is None or found in paths
    for path in paths:
        assert units.find(UNIT_SEPARATOR.join(path)) == path
