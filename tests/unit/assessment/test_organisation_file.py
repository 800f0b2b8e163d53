"""The organisation file: what is read, what is refused, and the whole way through."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from openpyxl import Workbook

from diagnose.assessment import load_assessment, read_assessment
from diagnose.assessment.organisation import (
    check_levels,
    read_head_counts,
    read_organisation,
    unit_paths,
)
from diagnose.errors import AssessmentError, ResponseError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import edition_of
from diagnose.instrument.units import UNIT_SEPARATOR, unit_code
from diagnose.language.problems import problems_in_words

LEVELS = ("division", "team")
ROWS = [("Care", "Team 1", "12"), ("Care", "Team 2", "8"), ("Support", "Pay", "0")]


def as_csv(rows, *, head=(*LEVELS, "n_members"), delimiter=","):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def read(tmp_path, content, *, name="organisation.csv", levels=LEVELS, **options):
    path = tmp_path / name
    path.write_bytes(content)
    return read_organisation(path, levels, **options)


def refused(function, *arguments, **options):
    with pytest.raises(AssessmentError) as caught:
        function(*arguments, **options)
    return caught.value.problems


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_units_and_head_counts_are_read(tmp_path, delimiter):
    frame = read(tmp_path, as_csv(ROWS, delimiter=delimiter))

    assert list(frame.columns) == ["division", "team", "n_members"]
    assert frame["n_members"].tolist() == [12.0, 8.0, 0.0]
    assert unit_paths(frame) == [row[:2] for row in ROWS]


def test_a_workbook_with_numbers_is_read_the_same(tmp_path):
    book = Workbook()
    book.active.append(["Division", " team ", "FTE", "n_members"])
    for division, team, n in ROWS:
        book.active.append([division, team, 1.5, int(n)])
    book.save(tmp_path / "organisation.xlsx")

    frame = read_organisation(tmp_path / "organisation.xlsx", LEVELS)

    assert frame.equals(read(tmp_path, as_csv(ROWS)))


def test_headings_may_differ_in_case_and_order_and_others_are_left_out(tmp_path):
    head = ("Manager", "N_Members", "TEAM", "Division")
    rows = [("Jannie", n, team, division) for division, team, n in ROWS]

    frame = read(tmp_path, as_csv(rows, head=head))

    assert unit_paths(frame) == [row[:2] for row in ROWS]
    assert "Jannie" not in frame.to_string()


def test_another_heading_for_the_number_of_people(tmp_path):
    content = as_csv(ROWS, head=(*LEVELS, "people"))

    assert read(tmp_path, content, members="people")["n_members"].sum() == 20


def test_names_are_compared_as_exports_write_them(tmp_path):
    name = unicodedata.normalize("NFD", "  Financiën ")

    frame = read(tmp_path, as_csv([("A", name, "5"), ("A", "NA", "5")]))

    assert frame["team"].tolist() == ["Financiën", "NA"]


def test_wrong_headings_are_refused_with_the_nearest(tmp_path):
    problems = refused(
        read, tmp_path, as_csv(ROWS, head=("Divison", "teams", "members"))
    )

    assert codes(problems) == ["A006"] * 3
    assert 'nearest: "Divison"' in problems[0].remedy
    assert 'nearest: "teams"' in problems[1].remedy
    assert problems[2].allowed == "Divison, teams, members"


def test_a_heading_that_stands_twice_is_refused(tmp_path):
    problems = refused(
        read,
        tmp_path,
        as_csv([(*row, "x") for row in ROWS], head=(*LEVELS, "n_members", "Team")),
    )

    assert codes(problems) == ["A018"]


@pytest.mark.parametrize("n", ["", "many", "-1", "1.5", "1,200", "twelve", "²"])
def test_what_is_no_whole_number_of_people_is_refused(tmp_path, n):
    (found,) = refused(read, tmp_path, as_csv([*ROWS, ("Support", "IT", n)]))

    assert found.code == "A007"
    assert found.place == "organisation.csv: Support / IT"
    assert f'"{n}"' in found.message


def test_a_row_of_totals_and_a_unit_twice_are_refused_together(tmp_path):
    rows = [*ROWS, ("Care", "Team 1", "3"), ("Total", "", "23"), ("", "", "x")]
    problems = refused(read, tmp_path, as_csv(rows))

    assert codes(problems) == ["A008", "A017", "A017", "A007"]
    assert problems[0].place == "organisation.csv: Care / Team 1"
    assert "totals" in problems[1].remedy
    assert problems[1].place == "organisation.csv: Total"


@pytest.mark.parametrize(
    "levels", [("team", "team"), ("role", "team"), ("n_members",), ("unit",)]
)
def test_levels_that_cannot_be_told_apart_are_refused(tmp_path, levels):
    assert "A023" in codes(refused(check_levels, levels, place="--levels"))
    assert "A023" in codes(refused(read, tmp_path, as_csv(ROWS), levels=levels))


def test_levels_must_be_named(tmp_path):
    assert codes(refused(read, tmp_path, as_csv(ROWS), levels=())) == ["A022"]


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"just a line", b"a,b,c\n"])
def test_what_is_no_table_is_refused(tmp_path, content):
    with pytest.raises(ResponseError):
        read(tmp_path, content)


def test_every_refusal_speaks_dutch(tmp_path):
    rows = [*ROWS, ("Care", "Team 1", "x"), ("Totaal", "", "23")]
    problems = refused(read, tmp_path, as_csv(rows))

    for english, dutch in zip(problems, problems_in_words(problems, "nl"), strict=True):
        assert dutch.code == english.code
        assert dutch.message != english.message
        assert "row" not in str(dutch)


def test_five_hundred_units_are_read(tmp_path):
    rows = [(f"Division {i // 25}", f"Team {i}", str(i)) for i in range(500)]

    assert unit_paths(read(tmp_path, as_csv(rows)))[499] == ("Division 19", "Team 499")


PULSE = load_instrument("pulse")
SETTINGS = """
title: {{en: "Acme"}}
instrument: pulse
organisation: {{{organisation}levels: [division, team]}}
waves:
  - {{label: "1", file: export.csv, date: "2026-01-31"{more}}}
"""


def make(tmp_path, cells, *, column="unit", more="", file=True, mapping=""):
    """Make an assessment folder whose people say where they work in one column."""
    base = tmp_path / "acme"
    base.mkdir()
    named = "file: organisation.csv, " if file else ""
    text = SETTINGS.format(organisation=named, more=more)
    (base / "assessment.yaml").write_text(text, encoding="utf-8")
    (base / "organisation.csv").write_bytes(as_csv(ROWS))
    items = [item.id for item in PULSE.closed_items]
    edition = edition_of(PULSE)
    head = (*items, column, "role", "edition")
    rows = [(*["4"] * len(items), cell, "floor", edition) for cell in cells]
    (base / "export.csv").write_bytes(as_csv(rows, head=head))
    if mapping:
        (base / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return base


def test_an_assessment_with_one_column_of_units_end_to_end(tmp_path):
    paths = [row[:2] for row in ROWS]
    cells = [unit_code(paths[0]), UNIT_SEPARATOR.join(paths[1]), "pay", ""]

    responses = read_assessment(make(tmp_path, cells))

    assert not responses.report.problems
    assert responses.hierarchy == LEVELS
    found = [tuple(r) for r in responses.people[list(LEVELS)].itertuples(index=False)]
    assert found == [*paths, ("", "")]
    assert responses.head_counts["n_members"].tolist() == [12.0, 8.0, 0.0]


def test_a_unit_that_the_organisation_lacks_blocks_with_the_line(tmp_path):
    base = make(tmp_path, ["Teams 1", "Team 1"])

    (found,) = read_assessment(base).report.problems
    assert found.code == "R080"
    assert '{"Teams 1": "Care / Team 1"}' in found.remedy


def test_that_line_in_a_mapping_settles_it(tmp_path):
    mapping = 'unit_names: {"Teams 1": "Care / Team 1"}\n'
    base = make(tmp_path, ["Teams 1"], more=", mapping: mapping.yaml", mapping=mapping)

    responses = read_assessment(base)

    assert not responses.report.problems
    assert responses.people["team"].tolist() == ["Team 1"]


def test_columns_of_levels_that_name_another_unit_are_refused(tmp_path):
    base = make(tmp_path, ["Team 1"], column="team")
    text = (base / "export.csv").read_text("utf-8")
    rows = [f"{line},{'division' if not i else 'Caer'}" for i, line in
            enumerate(text.splitlines())]  # fmt: skip
    (base / "export.csv").write_text("\n".join(rows), encoding="utf-8")

    (found,) = refused(read_assessment, base)
    assert found.code == "A016"
    assert 'unit_names: {"Caer": "Care"}' in found.remedy


def test_levels_without_a_file_are_checked_too(tmp_path):
    base = make(tmp_path, ["x / y"], file=False)
    path = base / "assessment.yaml"
    path.write_text(path.read_text("utf-8").replace("division", "role"), "utf-8")

    assert codes(refused(read_head_counts, load_assessment(base))) == ["A023"]


def test_without_a_file_there_are_no_head_counts_and_paths_are_read(tmp_path):
    base = make(tmp_path, ["Care / Team 1"], file=False)
    responses = read_assessment(base)

    assert responses.head_counts is None
    assert unit_paths(None) == []
    assert responses.people["team"].tolist() == ["Team 1"]
