"""Roles, units and languages of respondents."""

from __future__ import annotations

import pytest

from builders import instrument
from diagnose.responses import read_responses


def read(tmp_path, rows, **options):
    path = tmp_path / "export.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    asked = instrument({"v": "v1 v2"})
    return read_responses(path, asked, mapping={"answers": "codes"}, **options)


def codes(read):
    return [p.code for p in (*read.report.problems, *read.report.notes)]


def test_roles_that_are_not_known_block_scoring_and_few_are_not_shown(tmp_path):
    rows = ["v1,v2,role", *["4,5,Monteur"] * 5, "4,5,Jan zelf", "4,5,floor"]

    problems = read(tmp_path, rows).report.problems

    assert [p.code for p in problems] == ["R041"]
    assert '"Monteur" (5×)' in problems[0].message
    assert "Jan" not in str(problems)


def test_a_role_of_one_person_is_not_shown(tmp_path):
    result = read(tmp_path, ["v1,v2,role", "4,5,Directeur", "4,5,leader"])

    assert codes(result)[0] == "R048"
    assert "Directeur" not in repr(result.report)


def test_everyone_is_work_floor_when_nothing_tells(tmp_path):
    result = read(tmp_path, ["v1,v2", "4,5"])

    assert result.people["role"].tolist() == ["floor"]
    assert "R063" in codes(result)


def test_unit_labels_keep_what_looks_like_missing(tmp_path):
    names = ["NA", "None", "N/A", "nan", "null", "-", "0012", "1.0", "  Zuid  "]

    result = read(tmp_path, ["v1,v2,team", *(f"4,5,{name}" for name in names)])

    assert result.people["team"].tolist() == [name.strip() for name in names]


def test_units_that_differ_in_case_or_space_only_are_noted(tmp_path):
    names = ["Team A"] * 5 + ["team a", "TeamA", "Team B"]

    result = read(tmp_path, ["v1,v2,team", *(f"4,5,{name}" for name in names)])

    (note,) = [n for n in result.report.notes if n.code == "R065"]
    assert '"Team A", "TeamA", "team a"' in note.message
    assert result.people["team"].nunique() == 4
    assert not result.report.blocks_scoring


def test_names_that_differ_in_case_only_are_not_shown_when_few_have_them(tmp_path):
    """An open question that was taken for a team holds people's own words."""
    rows = ["v1,v2,team", "4,5,Ask Jan", "4,5,ask jan", "4,5,Team B"]

    result = read(tmp_path, rows)

    (note,) = [n for n in result.report.notes if n.code == "R089"]
    assert note.message.endswith(": 1")
    assert "jan" not in repr(result.report).casefold()


@pytest.mark.parametrize(
    ("text", "code"),
    [("NL", "nl"), ("nl-informal", "nl"), ("en_GB", "en"), ("Jan", ""), ("", "")],
)
def test_languages_are_two_letters(tmp_path, text, code):
    result = read(tmp_path, ["v1,v2,language", f"4,5,{text}"])

    assert result.people["language"].tolist() == [code]


def test_frames_have_the_types_that_others_rely_on(tmp_path):
    result = read(tmp_path, ["v1,v2,team", "4,na,A", ",5,B"], wave="w")

    assert result.answers.dtypes.astype(str).tolist() == ["float64"] * 2
    assert result.not_applicable.dtypes.astype(str).tolist() == ["bool"] * 2
    assert list(result.people.columns) == [
        "wave",
        "role",
        "language",
        "seconds",
        "link",
        "team",
        "order",
    ]
    kinds = result.people.dtypes.astype(str)
    assert kinds.drop(["seconds", "order"]).unique().tolist() == ["str"]
    assert kinds[["seconds", "order"]].unique().tolist() == ["float64"]
    assert result.people.index.tolist() == result.answers.index.tolist() == [0, 1]


def test_one_link_code_in_two_units_is_two_people(tmp_path):
    rows = [
        "v1,v2,team,link",
        *("4,5,A,ab12cd", "5,5,B,ab12cd", "3,5,A,ab12cd", "2,5,A,ef34gh"),
    ]

    result = read(tmp_path, rows, link_key="a key of the client")

    assert result.answers["v1"].tolist() == [5, 3, 2]
    assert result.people["team"].tolist() == ["B", "A", "A"]
    assert result.report.excluded == {"duplicate": 1}


def test_what_stands_in_a_row_that_is_left_out_raises_no_question(tmp_path):
    """Whoever tried the form out may be of no role and no unit at all."""
    rows = ["v1,v2,role,unit,submitted", "4,5,floor,Care / North,2026-01-05"]
    trial = "4,5,Tester,Nowhere,"

    left_out = read(tmp_path, [*rows, trial], units=[("Care", "North")])
    kept = read(tmp_path, [*rows, trial], units=[("Care", "North")], partials="keep")

    assert not {"R048", "R082"} & set(codes(left_out))
    assert {"R048", "R082"} <= set(codes(kept))
