"""What the intake may show of texts that few people gave."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import instrument, responses
from diagnose.assessment.organisation import check_units
from diagnose.errors import AssessmentError, ResponseError
from diagnose.responses import read_responses
from diagnose.responses.account import intake_page, intake_record
from diagnose.responses.answers.vocabulary import has_only_words_of
from diagnose.responses.columns.proposal import propose_mapping
from diagnose.scoring import score

ASKED = instrument({"v": "v1 v2"})


def problems_about(tmp_path, text, n=1):
    path = tmp_path / "export.csv"
    rows = [f'"{text}",Agree'] * n + ["Agree,Disagree"] * 20
    path.write_text("\n".join(["v1,v2", *rows]) + "\n", encoding="utf-8")
    read = read_responses(path, ASKED)
    shown = intake_page(read.reports, "nl") + intake_record(read.reports)
    return read.report.problems, repr(read.report) + shown


@pytest.mark.parametrize(
    "text",
    [
        "Strongly agree Jan",
        "Strongly agree, J.",
        "Neither agree nor disagree, ask Ria",
        "Jan: agree",
    ],
)
def test_a_label_with_something_added_is_not_shown(tmp_path, text):
    (found,), shown = problems_about(tmp_path, text)

    assert found.code == "R045"
    assert text not in shown


@pytest.mark.parametrize("text", ["Stronly agree", "Strongly agreed", "disagreee"])
def test_a_label_with_a_slip_is_shown(tmp_path, text):
    (found,), shown = problems_about(tmp_path, text)

    assert found.code == "R042"
    assert text in shown


@pytest.mark.parametrize("text", ["1985", "63", "7391", "11", "-31", "88.5", "66"])
def test_a_number_that_may_be_about_one_person_is_not_shown(tmp_path, text):
    (found,), _ = problems_about(tmp_path, text)

    assert found.code == "R045"
    assert text not in found.message + found.remedy + found.place


@pytest.mark.parametrize("text", ["0", "6", "10", "9", "99", "-99", "999", "-8", "2.5"])
def test_a_number_that_scales_and_platforms_use_is_shown(tmp_path, text):
    found, _ = problems_about(tmp_path, text)

    assert f'"{text}" (1×)' in next(p for p in found if p.code == "R043").message


def test_a_number_that_many_gave_is_shown(tmp_path):
    found, _ = problems_about(tmp_path, "1985", n=5)

    assert any('"1985" (5×)' in p.message for p in found if p.code == "R043")


@given(
    st.lists(st.sampled_from(["strongly", "agree", "nor", "eens"]), min_size=1),
    st.text("bcdfghjklmpqwxz", min_size=3, max_size=8),
)
@settings(max_examples=200, deadline=None)
def test_a_word_of_its_own_is_always_noticed(words, own):
    known = ["Strongly agree", "Neither agree nor disagree", "Mee eens"]

    assert has_only_words_of(" ".join(words), known)
    assert not has_only_words_of(" ".join([*words, own]), known)


HEAD_COUNTS = pd.DataFrame(
    {
        "division": ["Care", "Care"],
        "team": ["North", "South"],
        "n_members": [9, 9],
    }
)


def refused_units(*names):
    answered = responses(pd.DataFrame({"v1": [4.0] * len(names)}))
    units = answered.people.assign(division="Care", team=list(names))
    read = replace(answered, people=units, hierarchy=("division", "team"))
    with pytest.raises(AssessmentError) as caught:
        check_units(read, HEAD_COUNTS, file="organisation.csv")
    return {p.code: str(p) for p in caught.value.problems}, str(caught.value)


def test_words_of_few_people_are_no_units_to_show():
    """An open answer that was mapped as the team must not end in a message."""
    found, told = refused_units("Jan shouts at us", "Ask Ria", "North", "North")

    assert set(found) == {"A024"}
    assert "lacks 2 units" in told
    assert "Jan" not in told
    assert "Ria" not in told


def test_units_of_many_and_names_with_a_slip_are_shown():
    found, told = refused_units(*["West"] * 5, "Nortth", "Ask Ria")

    assert {"A016", "A024"} <= set(found)
    assert "West" in told
    assert 'unit_names: {"Nortth": "North"}' in told
    assert "Ria" not in told


def read_teams(tmp_path, names, **options):
    path = tmp_path / "export.csv"
    rows = [f'Agree,Disagree,"{name}"' for name in names]
    path.write_text("\n".join(["v1,v2,team", *rows]) + "\n", encoding="utf-8")
    return read_responses(path, ASKED, **options)


WORDS = [f"Ria shouted {n} times" for n in range(12)]


@pytest.mark.parametrize(
    "names", [WORDS + ["North"] * 11, ["North"] * 40 + ["Ria shouts. " * 11]]
)
def test_an_open_question_taken_for_a_unit_blocks_and_is_not_shown(tmp_path, names):
    """Names of units stand in reports, also of units that are withheld."""
    read = read_teams(tmp_path, names)

    (found,) = [p for p in read.report.problems if p.code == "R090"]
    assert found.place == "export.csv: team"
    assert "of one person each" in found.message
    assert "Ria" not in repr(read.reports)
    with pytest.raises(ResponseError, match="R090"):
        score(read)


@pytest.mark.parametrize(
    "names",
    [WORDS[:9], WORDS + ["North"] * 12, [""] * 30, ["North", "South"] * 20],
    ids=["a handful", "half of them", "blank", "units"],
)
def test_small_units_are_units(tmp_path, names):
    read = read_teams(tmp_path, names)

    assert "R090" not in {p.code for p in read.report.problems}


def test_the_list_of_the_organisation_settles_what_a_unit_is(tmp_path):
    read = read_teams(tmp_path, WORDS, units=[(name,) for name in WORDS])

    assert "R090" not in {p.code for p in read.report.problems}


@pytest.mark.parametrize(
    "text", ["ria.bos@example.org", "+31 6 12345678", "NL91ABNA0417164300", "1234 AB"]
)
def test_contact_data_of_one_person_are_no_label_however_many_gave_them(tmp_path, text):
    """Such as the address of a manager, in the rows of a whole team."""
    found, shown = problems_about(tmp_path, text, n=30)
    proposal = propose_mapping(tmp_path / "export.csv", ASKED)

    assert {"R045"} == {p.code for p in found}
    assert text not in shown + proposal


def test_contact_data_are_no_role_and_no_unit_to_show(tmp_path):
    path = tmp_path / "export.csv"
    rows = ["Agree,Agree,ria.bos@example.org,ria.bos@example.org"] * 9
    path.write_text("\n".join(["v1,v2,role,unit", *rows]) + "\n", encoding="utf-8")

    read = read_responses(path, ASKED, units=[("Care", "North")])

    assert {"R048", "R082"} == {p.code for p in read.report.problems}
    assert "ria.bos" not in repr(read.report)


def test_rare_names_of_units_are_counted_where_no_list_tells_what_they_are(tmp_path):
    path = tmp_path / "export.csv"
    teams = ["North"] * 6 + ["South"] * 5 + ["ask Pieter of the night shift"]
    rows = ["v1,v2,team", *(f"Agree,Agree,{team}" for team in teams)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    asked = instrument({"v": "v1 v2"})

    alone = read_responses(path, asked)
    listed = read_responses(path, asked, units=[("North",), ("South",)])

    (note,) = [n for n in alone.report.notes if n.code == "R091"]
    assert "1 of 3" in note.message and "Pieter" not in str(note)
    assert "R091" not in [n.code for n in listed.report.notes]
