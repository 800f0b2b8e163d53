"""A proposed mapping: close wordings only, nobody's words, and refused unconfirmed."""

from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from builders import instrument
from diagnose.errors import ResponseError
from diagnose.instrument import load_instrument
from diagnose.responses import read_responses
from diagnose.responses.columns.proposal import propose_mapping

TEXTS = {
    "v1": ("I can raise a concern with my manager here", "Ik kan hier een zorg uiten"),
    "v2": ("My ideas are taken seriously in this team", "Mijn ideeën tellen hier mee"),
    "c1": ("We try a change out before we decide", "We proberen verandering eerst uit"),
    "c2": ("Mistakes are talked about in the open", "Over fouten praten we openlijk"),
}
ASKED = instrument({"v": "v1 v2", "c": "c1 c2"}, texts=TEXTS)
NEAR = {
    "Q1": "I can raise a concern with my boss here",
    "Q2": "My ideas are taken very seriously in this team",
    "Q3": "We try every change out before we decide",
    "Q4": "Mistakes are discussed in the open",
}


def write(tmp_path, columns, *, name="export.csv"):
    path = tmp_path / name
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def near_export(tmp_path, answers=("Agree",) * 6):
    return write(tmp_path, {text: list(answers) for text in NEAR.values()})


def parsed(text):
    return YAML(typ="safe", pure=True).load(text)


def test_each_item_gets_the_column_that_resembles_it_most(tmp_path):
    found = parsed(propose_mapping(near_export(tmp_path), ASKED))

    assert found["confirmed"] is False
    assert found["items"] == dict(zip(TEXTS, NEAR.values(), strict=True))


def test_nothing_is_read_before_a_person_confirms(tmp_path):
    export = near_export(tmp_path)
    text = propose_mapping(export, ASKED)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(text, encoding="utf-8")

    with pytest.raises(ResponseError) as caught:
        read_responses(export, ASKED, mapping=mapping)
    assert [p.code for p in caught.value.problems] == ["R056"]

    confirmed = text.replace("confirmed: false", "confirmed: true")
    mapping.write_text(confirmed, encoding="utf-8")
    result = read_responses(export, ASKED, mapping=mapping)
    assert not result.report.problems
    assert result.answers["c2"].tolist() == [4.0] * 6


def test_a_column_is_proposed_once_and_for_its_best_item(tmp_path):
    column = "We try a change out before we decide it"
    found = parsed(propose_mapping(write(tmp_path, {column: ["a"], "b": ["x"]}), ASKED))

    assert found["items"] == {"c1": column}


def test_what_resembles_nothing_is_not_proposed(tmp_path):
    text = propose_mapping(
        write(tmp_path, {"What is your favourite colour?": ["a"], "Q7": ["b"]}), ASKED
    )

    assert "items" not in parsed(text)
    assert "# v1: no column resembles it" in text


def test_what_is_recognised_needs_no_line(tmp_path):
    columns = {"v1": ["4"], "v2": ["4"], NEAR["Q3"]: ["Agree"], "x": ["1"]}
    text = propose_mapping(write(tmp_path, columns), ASKED)

    assert "Recognised already, no line needed: v1, v2" in text
    assert parsed(text)["items"] == {"c1": NEAR["Q3"]}


def test_how_alike_is_told_in_the_language_of_the_reader(tmp_path):
    export = near_export(tmp_path)

    assert "% like" in propose_mapping(export, ASKED, language="en")
    assert "% gelijk aan" in propose_mapping(export, ASKED, language="nl")
    with pytest.raises(ValueError, match="`language` must be one of"):
        propose_mapping(export, ASKED, language="de")


def test_a_label_of_many_is_proposed_and_one_that_resembles_none_left_open(tmp_path):
    answers = ["Agre"] * 5 + ["Absolutely"] * 6 + ["Disagree"]
    text = propose_mapping(near_export(tmp_path, answers), ASKED)

    assert parsed(text)["labels"] == {"agree5": {"Agre": "4"}}
    assert '#     "Absolutely": "…"  # given 6 times' in text


def test_labels_that_resemble_none_leave_a_file_that_can_be_read(tmp_path):
    export = near_export(tmp_path, ["Absolutely"] * 6)
    text = propose_mapping(export, ASKED)
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text.replace("confirmed: false", ""), encoding="utf-8")

    assert "labels" not in parsed(text)
    found = read_responses(export, ASKED, mapping=mapping).report.problems
    assert [p.code for p in found] == ["R042"]


def test_words_that_one_person_repeats_are_not_the_words_of_many(tmp_path):
    asked = instrument({"v": "v1 v2 v3 v4 v5 v6"})
    columns = {f"v{i}": ["Jannie said so", "4", "4"] for i in range(1, 7)}

    text = propose_mapping(write(tmp_path, columns), asked)

    assert "Jannie" not in text


def test_columns_about_people_are_hinted_at_as_comments_only(tmp_path):
    columns = {
        **{text: ["Agree"] for text in NEAR.values()},
        "In which department do you work?": ["Jannie's"],
        "Your function": ["cook"],
    }
    text = propose_mapping(write(tmp_path, columns), ASKED)

    assert '# units: {team: "In which department do you work?"}' in text
    assert '# role: {column: "Your function"}' in text
    assert set(parsed(text)) == {"confirmed", "items"}
    assert "Jannie" not in text and "cook" not in text


@pytest.mark.parametrize(
    "heading",
    [
        'Quote " and \\ and # sign: {x}',
        "two\nlines - We try a change out before we decide it",
        "'we' try a change: out before we decide",
    ],
)
def test_hostile_headings_stay_one_text(tmp_path, heading):
    export = write(tmp_path, {heading: ["Agree"] * 2, "We try a change out": ["x"] * 2})

    found = parsed(propose_mapping(export, ASKED))

    assert found["confirmed"] is False
    assert set(found) <= {"confirmed", "items"}


def test_a_file_name_cannot_write_lines_of_its_own(tmp_path):
    columns = {text: ["Agree"] * 2 for text in NEAR.values()}
    export = write(tmp_path, columns, name="x\nconfirmed: true\n#.csv")

    assert parsed(propose_mapping(export, ASKED))["confirmed"] is False


def test_two_columns_with_one_heading_are_not_chosen_between(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(f"{NEAR['Q3']},{NEAR['Q3']},z\nAgree,Agree,1\n", encoding="utf-8")
    text = propose_mapping(path, ASKED).replace("confirmed: false", "confirmed: true")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text, encoding="utf-8")

    with pytest.raises(ResponseError) as caught:
        read_responses(path, ASKED, mapping=mapping)
    assert "R035" in [p.code for p in caught.value.problems]


@pytest.mark.parametrize("content", [b"", b"a", b"a,b\n", b"\x00\xff" * 9])
def test_what_is_no_export_is_refused(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    with pytest.raises(ResponseError):
        propose_mapping(path, ASKED)


def test_an_unknown_platform_is_refused(tmp_path):
    with pytest.raises(ResponseError, match="R083"):
        propose_mapping(near_export(tmp_path), ASKED, platform="paper")


def test_three_hundred_columns_take_a_few_seconds(tmp_path):
    asked = load_instrument("bottom-up")
    words = [item.text["floor"]["en"].split() for item in asked.closed_items]
    columns = {
        f"{' '.join(words[i % len(words)][: 4 + i % 5])} and then some {i}": ["Agree"]
        for i in range(300)
    }
    export = write(tmp_path, columns)
    begun = time.perf_counter()

    propose_mapping(export, asked)

    assert time.perf_counter() - begun < 10


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
        min_size=3,
        max_size=6,
        unique=True,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_headings_give_a_proposal_or_a_refusal(tmp_path_factory, headings):
    folder = tmp_path_factory.mktemp("any")
    export = write(folder, {h: ["Agree", "x"] for h in headings})

    try:
        text = propose_mapping(export, ASKED)
    except ResponseError:
        return
    assert parsed(text)["confirmed"] is False
