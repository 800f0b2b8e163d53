"""Mapping files: they win over recognition, and their mistakes are named."""

from __future__ import annotations

import pytest

from builders import instrument, number_scale
from diagnose.errors import ResponseError
from diagnose.responses import read_mapping, read_responses

EXPORT = (
    "Nr,Q1. We are heard,Afdeling,Team,Rol,Taal,Tijd,Code,Q2\n"
    "1,4,Noord,A,Medewerker,NL,100,jj1980,2\n"
    "2,3,Zuid,B,Leidinggevende,en-GB,-1,,5\n"
)


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(EXPORT)
    return path


def problems_of(path, mapping, asked=None):
    with pytest.raises(ResponseError) as caught:
        read_responses(path, asked or instrument(), mapping=mapping)
    return caught.value.problems


FULL = """
items: {v1: "Q1", v2: "Q2"}
units: {division: "Afdeling", team: "Team"}
role: {column: "Rol", labels: {floor: ["Medewerker"], leader: ["Leidinggevende"]}}
language: "Taal"
seconds: "Tijd"
link: "Code"
"""


def test_a_mapping_file_names_everything(export, tmp_path):
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(FULL)

    read = read_responses(export, instrument(), mapping=mapping, link_key="secret")

    assert read.answers.to_dict("list") == {"v1": [4, 3], "v2": [2, 5]}
    assert read.hierarchy == ("division", "team")
    assert read.people["role"].tolist() == ["floor", "leader"]
    assert read.people["language"].tolist() == ["nl", "en"]
    assert read.people["seconds"].tolist()[0] == 100
    assert read.people["seconds"].isna().tolist() == [False, True]
    assert [len(link) for link in read.people["link"]] == [64, 0]
    assert read.report.dropped == ("Nr",)
    assert {m.how for m in read.report.mapped} == {"mapping"}


def test_links_are_keyed_and_need_a_key(export):
    mapping = {"items": {"v1": "Q1. We are heard"}, "link": "Code"}

    without = read_responses(export, instrument(), mapping=mapping)
    one = read_responses(export, instrument(), mapping=mapping, link_key="one")
    two = read_responses(export, instrument(), mapping=mapping, link_key=b"two")

    assert without.people["link"].tolist() == ["", ""]
    assert "Code" in without.report.dropped
    assert "R070" in [n.code for n in without.report.notes]
    assert one.people["link"][0] != two.people["link"][0]
    assert "jj1980" not in repr(one.people.to_dict())


def test_rows_of_one_person_keep_the_last(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,link\n1,1,a\n2,2,b\n3,3, A \n4,4,\n5,5,\n")

    read = read_responses(path, instrument(), link_key="k")

    assert read.answers["v1"].tolist() == [2, 3, 4, 5]
    assert read.report.excluded == {"duplicate": 1}


def test_an_item_set_to_null_is_not_read(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2\n4,5\n")

    read = read_responses(path, instrument(), mapping={"items": {"v1": None}})

    assert list(read.answers.columns) == ["v2"]
    assert read.report.dropped == ("v1",)


def test_a_mapping_settles_two_columns_for_one_item(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v[v1]\nAgree,Strongly agree\n")
    asked = instrument({"v": "v1"})

    read = read_responses(path, asked, mapping={"items": {"v1": "v[v1]"}})

    assert read.answers["v1"].tolist() == [5]
    assert read.report.dropped == ("v1",)
    assert not read.report.blocks_scoring


def test_units_are_never_guessed_from_a_heading(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,location,Team name\n4,5,Utrecht,A\n")

    read = read_responses(path, instrument())

    assert read.hierarchy == ()
    assert read.report.dropped == ("location", "Team name")


def test_levels_that_must_be_there(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,team,division,location\nAgree,Agree,A,N,Utrecht\n")
    asked = instrument({"v": "v1 v2"})

    both = read_responses(path, asked, levels=("division", "team"))
    one = read_responses(path, asked, levels=("team",))
    lost = read_responses(path, asked, levels=("location", "team"))

    assert both.hierarchy == ("division", "team")
    assert one.hierarchy == ("team",) and "division" in one.report.dropped
    assert [p.code for p in lost.report.problems] == ["R049"]
    assert 'units: {location: "…"}' in lost.report.problems[0].remedy


def test_no_units_when_the_mapping_says_so(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,team\n4,5,A\n")

    assert read_responses(path, instrument(), mapping={"units": {}}).hierarchy == ()


def test_one_role_for_the_whole_file(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,role\n4,5,whatever\n")

    read = read_responses(path, instrument(), mapping={"role": "leader"})

    assert read.people["role"].tolist() == ["leader"]
    assert "role" in read.report.dropped


def test_the_column_of_submission_can_be_named(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,Datum verzonden\n4,5,\n3,3,2026-01-01\n")

    read = read_responses(path, instrument(), mapping={"submitted": "Datum verzonden"})

    assert read.report.excluded == {"partial": 1}


@pytest.mark.parametrize(
    ("mapping", "code", "words"),
    [
        ({"items": {"v1": "Q1. We are herd"}}, "R031", "did you mean"),
        ({"items": {"v1": "Something else"}}, "R038", "no column is called"),
        ({"items": {"v11": "Q2"}}, "R032", 'did you mean "v1"'),
        ({"items": {"zz": "Q2"}}, "R033", "v1, v2, v3"),
        ({"items": {"v1": "Q2", "v2": "Q2"}}, "R034", "already read as v1"),
        ({"reversed_by_platform": ["v33"]}, "R032", 'did you mean "v3"'),
        ({"units": {"role": "Rol"}}, "R037", "cannot be the name of a level"),
        ({"units": {"v1": "Team"}}, "R037", "cannot be the name of a level"),
        ({"labels": {"agree7": {"x": "1"}}}, "R032", 'did you mean "agree5"'),
        ({"labels": {"agree5": {"Mostly": "8"}}}, "R033", "1, 2, 3, 4, 5, na"),
        ({"labels": {"agree5": {"Mostly": 4}}}, "Y013", "put it between quotes"),
        ({"item": {"v1": "Q1"}}, "Y011", "did you mean 'items'?"),
        ({"answers": "text"}, "Y012", "'auto', 'codes', 'labels'"),
        ({"decimal": ";"}, "Y012", "','"),
        ({"role": "boss"}, "Y012", "'floor', 'leader', or a mapping"),
        ({"role": {"labels": {}}}, "Y010", "role.column: is missing"),
        ({"units": {"Team": "Team"}}, "Y012", "letters, digits or underscores"),
    ],
)
def test_mistakes_are_named(export, mapping, code, words):
    found = problems_of(export, mapping)

    assert code in [p.code for p in found]
    assert any(words in str(p) for p in found)


def test_all_mistakes_of_a_mapping_come_at_once(export):
    found = problems_of(
        export, {"items": {"v1": "Q9", "v2": "nothing"}, "language": "Tal"}
    )

    assert len(found) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("items: [", "Y001"),
        ("items: {}\nitems: {}\n", "Y002"),
        ("- v1\n", "Y013"),
    ],
)
def test_files_that_are_no_mapping(export, tmp_path, text, code):
    path = tmp_path / "mapping.yaml"
    path.write_text(text)

    assert [p.code for p in problems_of(export, path)] == [code]


def test_a_mapping_file_that_is_not_there(export, tmp_path):
    assert [p.code for p in problems_of(export, tmp_path / "no.yaml")] == ["R036"]


def test_a_template_with_comments_only_says_nothing(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("# items: {}\n\n# units: {}\n")
    blank = tmp_path / "blank.yaml"
    blank.touch()

    assert read_mapping(blank, instrument()) == read_mapping(None, instrument())
    assert read_mapping(path, instrument()) == read_mapping(None, instrument())


def test_labels_of_a_mapping_go_before_codes(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("h1,h2\n1,0\n")
    asked = instrument({"h": "h1 h2"}, scales={"h": number_scale("zero4", 0, 4)})

    read = read_responses(path, asked, mapping={"labels": {"zero4": {"1": "4"}}})

    assert read.answers.to_numpy().tolist() == [[4, 0]]
