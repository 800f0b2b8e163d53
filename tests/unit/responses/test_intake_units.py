"""One question for the smallest unit: by code, path or name, and never by guessing."""

from __future__ import annotations

import csv
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import instrument
from diagnose.instrument.units import UNIT_SEPARATOR, UnitList, unit_code
from diagnose.responses import read_responses
from diagnose.responses.account import intake_page, intake_record
from diagnose.responses.columns.mapping import ColumnMapping
from diagnose.responses.model import NO_UNIT
from diagnose.responses.rows.units import read_smallest

ASKED = instrument({"v": "v1 v2"})
UNITS = [
    ("Care", "North", "Team 1"),
    ("Care", "North", "Night"),
    ("Care", "South", "Team 1"),
    ("Support", "Finance", "Pay"),
]
LEVELS = ("division", "department", "team")


def read(tmp_path, cells, *, units=UNITS, heading="unit", mapping=None, **options):
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["v1", "v2", heading])
        writer.writerows(["4", "5", cell] for cell in cells)
    mapping = {"answers": "codes", **(mapping or {})}
    return read_responses(path, ASKED, mapping=mapping, units=units, **options)


def paths(result):
    return [tuple(r) for r in result.people[list(result.hierarchy)].itertuples(False)]


def codes(result):
    return [problem.code for problem in result.report.problems]


def smallest(texts, *, units=None, levels=(), counted=None, **mapping):
    return read_smallest(
        pd.Series(texts, dtype="category"),
        ColumnMapping(**mapping),
        levels=levels,
        units=None if units is None else UnitList(units),
        place="x.csv",
        counted=None if counted is None else pd.Series(counted),
    )


@pytest.mark.parametrize("levels", [(), LEVELS, ("one", "two", "three")])
@pytest.mark.parametrize("write", [unit_code, UNIT_SEPARATOR.join])
def test_codes_and_paths_become_a_unit_on_every_level(tmp_path, write, levels):
    result = read(tmp_path, map(write, UNITS), levels=levels)

    assert codes(result) == []
    assert result.hierarchy == (levels or LEVELS)
    assert paths(result) == UNITS


def test_a_unique_name_is_enough_and_case_does_not_matter(tmp_path):
    result = read(tmp_path, ["night", "  PAY ", "", unit_code(UNITS[2]).upper()])

    assert codes(result) == []
    assert paths(result) == [UNITS[1], UNITS[3], (NO_UNIT,) * 3, UNITS[2]]


def test_two_levels(tmp_path):
    units = [("A", "x"), ("B", "x")]
    result = read(tmp_path, ["A / x", unit_code(units[1])], units=units)

    assert result.hierarchy == ("department", "team")
    assert paths(result) == units


def test_a_name_that_two_units_have_is_not_guessed(tmp_path):
    result = read(tmp_path, ["Team 1"] * 6)

    assert codes(result) == ["R080"]
    assert paths(result) == [(NO_UNIT,) * 3] * 6
    assert '"Team 1" (6×)' in result.report.problems[0].message


def test_a_near_miss_is_named_with_the_line_that_settles_it(tmp_path):
    result = read(tmp_path, ["Care / Norht / Team 1", unit_code(UNITS[0])])

    (found,) = result.report.problems
    assert found.code == "R080"
    line = 'unit_names: {"Care / Norht / Team 1": "Care / North / Team 1"}'
    assert line in found.remedy
    names = {"Care / Norht / Team 1": "Care / North / Team 1"}
    settled = read(tmp_path, ["Care / Norht / Team 1"], mapping={"unit_names": names})
    assert codes(settled) == []
    assert paths(settled) == [UNITS[0]]


def test_accents_stay_readable_in_the_line_to_write(tmp_path):
    units = [("Financiën",), ("Überlingen",)]
    result = read(tmp_path, ["Financiëen"], units=units)

    assert '{"Financiëen": "Financiën"}' in result.report.problems[0].remedy


def test_rare_own_words_are_counted_and_not_shown(tmp_path):
    secret = "Jannie van de balie"
    result = read(tmp_path, [secret, secret, "j.jansen@example.org", "Night"])

    (found,) = result.report.problems
    assert found.code == "R082"
    assert "2 texts" in found.message
    for shown in (
        repr(result.report),
        intake_page(result.reports, "en"),
        intake_record(result.reports),
    ):
        assert "Jannie" not in shown
        assert "example.org" not in shown


def test_an_unknown_name_that_many_gave_is_shown_beside_hidden_ones(tmp_path):
    result = read(tmp_path, ["Warehouse"] * 5 + ["Jannie"])

    (found,) = result.report.problems
    assert found.code == "R080"
    assert '"Warehouse" (5×)' in found.message
    assert "names not shown: 1" in found.message
    assert 'unit_names: {"Warehouse": "…"}' in found.remedy


def test_without_an_organisation_paths_are_read_and_codes_refused(tmp_path):
    good = read(tmp_path, ["A / x", "B / y", ""], units=())
    bad = read(tmp_path, [unit_code(("A", "x")), "A / x"], units=())

    assert codes(good) == []
    assert paths(good) == [("A", "x"), ("B", "y"), ("", "")]
    assert codes(bad) == ["R081"]
    assert "1 rows" in bad.report.problems[0].message


def test_without_an_organisation_a_slash_within_a_name_is_no_level(tmp_path):
    result = read(tmp_path, ["HR/Finance", "Sales"], units=())

    assert codes(result) == []
    assert paths(result) == [("HR/Finance",), ("Sales",)]


@pytest.mark.parametrize(
    "cell", ["A", "A / x / y", "A / ", " / x", "A / / x", "A /  / x"]
)
def test_a_path_without_a_name_on_every_level_is_refused(tmp_path, cell):
    result = read(tmp_path, ["A / x", cell], units=(), levels=("department", "team"))

    assert codes(result) == ["R081"]
    assert paths(result) == [("A", "x"), ("", "")]


def test_more_levels_than_have_neutral_names_lose_none():
    frame, problems = smallest(["a / b / c / d", "a / b / c / e"])

    assert problems == []
    assert list(frame.columns) == ["level1", "division", "department", "team"]
    assert frame["team"].tolist() == ["d", "e"]


def test_rows_that_do_not_count_raise_no_question():
    cells = ["Which unit?", "Night", "Jannie"]

    _, all_rows = smallest(cells, units=UNITS)
    _, one_row = smallest(cells, units=UNITS, counted=[False, True, False])

    assert [p.code for p in all_rows] == ["R082"]
    assert one_row == []


def test_names_of_a_mapping_go_before_those_of_the_organisation():
    frame, problems = smallest(
        ["Night", "the Night"],
        units=UNITS,
        unit_names={"night": "Pay", "THE  night": "Care / North / Night"},
    )

    assert problems == []
    assert frame["team"].tolist() == ["Pay", "Night"]


def test_a_mapping_to_a_unit_that_does_not_exist_is_refused():
    _, (found,) = smallest(["x"] * 5, units=UNITS, unit_names={"x": "Nowhere"})

    assert found.code == "R080"
    assert "Nowhere" not in found.message


def test_unit_names_hold_for_columns_of_levels_too(tmp_path):
    mapping = {"unit_names": {"team a": "Team A"}}
    result = read(
        tmp_path, ["TEAM A", "Team A"], heading="team", units=(), mapping=mapping
    )

    assert result.people["team"].tolist() == ["Team A", "Team A"]


def test_columns_of_levels_say_more_than_one_column(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,unit,team\n4,5,abcde,Night\n", encoding="utf-8")

    result = read_responses(path, ASKED, mapping={"answers": "codes"})

    assert result.hierarchy == ("team",)
    assert result.people["team"].tolist() == ["Night"]


def test_five_hundred_units_and_a_column_of_own_words_are_read_in_seconds():
    many = [(f"Division {i // 50}", f"Team {i}") for i in range(500)]
    words = [f"in my own words, number {i} of many" for i in range(3000)]
    begun = time.perf_counter()

    frame, (found,) = smallest([*map(unit_code, many), *words], units=many)

    assert time.perf_counter() - begun < 10
    assert frame["team"].tolist()[:500] == [path[-1] for path in many]
    assert found.code == "R082"


@given(
    st.lists(
        st.one_of(
            st.text(max_size=15),
            st.sampled_from([*map(unit_code, UNITS), *map(UNIT_SEPARATOR.join, UNITS)]),
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=150, deadline=None)
def test_a_cell_gives_a_unit_of_the_organisation_or_a_problem(cells):
    frame, problems = smallest(cells, units=UNITS)

    found = [tuple(row) for row in frame.itertuples(index=False)]
    assert set(found) <= {*UNITS, (NO_UNIT,) * 3}
    lost = any(
        path == (NO_UNIT,) * 3 and cell.replace("\ufeff", "").strip()
        for path, cell in zip(found, cells, strict=True)
    )
    assert bool(problems) == lost


@pytest.mark.parametrize("cell", ["Night with Jannie", "Pay (J. Jansen)", "Night Jan"])
def test_a_unit_with_a_name_behind_it_is_not_shown(tmp_path, cell):
    result = read(tmp_path, [cell, "Night"])

    assert codes(result) == ["R082"]
    assert "Jan" not in repr(result.report)
