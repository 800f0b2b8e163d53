"""A survey as Qualtrics' advanced text, read back by the grammar of its tags."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest

from diagnose.instrument import load_instrument
from diagnose.instrument.export.qualtrics import QUALTRICS
from diagnose.responses import read_responses
from diagnose.responses.definition import read_definition
from diagnose.responses.read.layout import split_code
from grammar.fielded import (
    FORMS,
    HOSTILE,
    SURVEYS,
    UNITS,
    expected,
    fielded,
    reworded,
    seen,
    statements,
)
from grammar.qualtrics_txt import Asked, GrammarError, Parsed, parse, plain

CASES = [
    pytest.param(
        fielded(name, form, (language,), units=units, link=units, order=order, seed=4),
        id=f"{name}-{form}-{language}-{units}-{order}",
    )
    for name, form in FORMS
    for language in ("en", "nl")
    for units in (True, False)
    for order in ("written", "shuffled")
]


def txt(survey) -> bytes:
    """Return the one file."""
    (content,) = QUALTRICS.write(survey).values()
    return content


def named(parsed: Parsed) -> dict[str, Asked]:
    """Return the questions by id."""
    return {one.id: one for one in parsed.questions()}


def answers_of(parsed: Parsed) -> dict[str, list[tuple[int, str]]]:
    """Return what can be answered under each export name, number and words."""
    found = {}
    for asked in parsed.questions():
        options = asked.answers or asked.choices
        if not options:
            continue
        labels = [(number, plain(text)) for number, text in options.items()]
        rows = asked.choices if asked.kind == "Matrix" else {}
        names = [f"{asked.id}_{number}" for number in rows] or [asked.id]
        found.update(dict.fromkeys(names, labels))
    return found


def items_of(parsed: Parsed, items: set[str]) -> dict[str, str]:
    """Return the item that our reader finds under each export name, with its text."""
    found = {}
    for name, text in parsed.exported().items():
        codes = [code for code in split_code(name) if code in items]
        if codes:
            assert codes[0] not in found, "two columns for one item"
            found[codes[0]] = plain(text)
    return found


@pytest.mark.parametrize("survey", CASES)
def test_each_qualtrics_column_names_the_item_whose_text_it_shows(survey):
    parsed = parse(txt(survey))
    wanted = statements(survey, survey.language)

    assert items_of(parsed, set(wanted)) == wanted


@pytest.mark.parametrize("survey", CASES)
def test_a_row_of_a_qualtrics_matrix_has_its_number_by_place_too(survey):
    for asked in parse(txt(survey)).questions():
        if asked.kind == "Matrix":
            assert list(asked.choices) == list(range(1, len(asked.choices) + 1))


@pytest.mark.parametrize("survey", CASES)
def test_every_qualtrics_answer_carries_the_number_of_its_option(survey):
    found = answers_of(parse(txt(survey)))

    for name, _, rows, options in expected(survey, survey.language):
        if options:
            labels = [(number, label) for _, number, label in options]
            for item in [item for item, _ in rows] or [name]:
                (column,) = [c for c in found if item in split_code(c)]
                assert found[column] == labels


@pytest.mark.parametrize("survey", CASES)
def test_the_qualtrics_file_is_the_same_on_a_second_run(survey):
    assert QUALTRICS.write(survey) == QUALTRICS.write(survey)
    name = f"{survey.name}-{survey.language}-qualtrics.txt"
    assert list(QUALTRICS.write(survey)) == [name]


def test_open_questions_and_the_unit_have_their_own_kinds_in_qualtrics():
    survey = fielded("bottom-up", "floor", ("nl",), link=True)

    asked = named(parse(txt(survey)))

    kinds = {name: asked[name].kind for name in ("unit", "first", "link")}
    assert kinds == {
        "unit": "MC:Dropdown",
        "first": "TE:Essay",  # codespell:ignore te
        "link": "TE:SingleLine",  # codespell:ignore te
    }
    assert asked["v"].kind == "Matrix"
    assert asked["a1"].kind == "MC:SingleAnswer:Horizontal"


def test_single_items_are_qualtrics_questions_of_their_own():
    asked = named(parse(txt(fielded("pulse", "floor", ("en",)))))

    assert "single" not in asked
    assert asked["v4"].kind == asked["i1"].kind == "MC:SingleAnswer:Horizontal"


def test_a_shuffled_block_is_no_qualtrics_matrix():
    survey = fielded("bottom-up", "floor", ("en",), order="shuffled", seed=4)
    moved = {
        matrix.id
        for matrix in survey.matrices
        if [row.id for row in matrix.rows] != sorted(row.id for row in matrix.rows)
    }

    kinds = {asked.id for asked in parse(txt(survey)).questions() if asked.answers}

    assert moved
    assert not moved & kinds


def test_the_role_is_embedded_in_qualtrics_and_the_edition_is_not():
    survey = fielded("bottom-up", "leader", ("en",))

    assert parse(txt(survey)).embedded == {"role": "leader"}
    assert survey.edition not in txt(survey).decode()


def test_introduction_and_privacy_come_before_the_qualtrics_questions():
    survey = fielded("bottom-up", "floor", ("nl",), link=True)

    first, second = parse(txt(survey)).blocks[0].pages

    assert seen(survey.introduction["nl"]) in plain(first[0].text)
    for paragraph in survey.privacy["nl"]:
        assert paragraph.text in plain(second[0].text)
    assert {asked.kind for asked in (*first, *second)} == {"DB"}


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_hostile_texts_arrive_in_qualtrics_as_they_are(name, form):
    survey = reworded(fielded(name, form, ("en",), link=True), HOSTILE)

    parsed = parse(txt(survey))

    wanted = statements(survey, "en")
    assert items_of(parsed, set(wanted)) == wanted
    found = answers_of(parsed)
    assert [label for _, label in found["unit"]] == [
        seen(option.label["en"]) for option in survey.questions[0].options
    ]


def test_quotes_in_labels_stay_as_they_are_so_that_exports_show_them():
    content = txt(fielded("bottom-up", "floor", ("en",))).decode()

    assert "\nDon't know / not applicable\n" in content


def test_texts_of_qualtrics_get_ids_that_no_item_has():
    survey = fielded("pulse", "floor", ("en",), units=False)
    matrix = survey.questions[0]
    rows = (replace(matrix.rows[0], id="text1"), *matrix.rows[1:])
    survey = replace(
        survey, questions=(replace(matrix, rows=rows), *survey.questions[1:])
    )

    assert named(parse(txt(survey)))["text1"].kind == "MC:SingleAnswer:Horizontal"


def as_qualtrics_exports(survey, picked: int, *, words: bool) -> bytes:
    """Return what Qualtrics would export: one answer to everything, and three heads."""
    parsed = parse(txt(survey))
    answers = answers_of(parsed)
    texts = {name: plain(text) for name, text in parsed.exported().items()}
    head = ["StartDate", "Status", "Finished", "ResponseId", "UserLanguage"]
    ids = [f'{{"ImportId":"{name}"}}' for name in ("startDate", "status", "finished")]
    ids += ['{"ImportId":"_recordId"}', '{"ImportId":"userLanguage"}']
    row = ["2026-01-05 10:00:00", "0", "1", "R_1", "EN"]
    lines = [
        [*head, *answers, "role"],
        [*head, *(texts[name] for name in answers), "role"],
        [
            *ids,
            *(f'{{"ImportId":"QID{n}"}}' for n, _ in enumerate(answers)),
            '{"ImportId":"role"}',
        ],
        [
            *row,
            *(
                str(labels[min(picked, len(labels) - 1)][words])
                for labels in answers.values()
            ),
            parsed.embedded["role"],
        ],
    ]
    content = io.StringIO()
    csv.writer(content).writerows(lines)
    return content.getvalue().encode()


@pytest.mark.parametrize("order", ["written", "shuffled"])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_what_qualtrics_exports_in_words_is_read_whole(tmp_path, name, form, order):
    survey = fielded(name, form, ("nl",), order=order, seed=4)
    file = tmp_path / "answers.csv"
    file.write_bytes(as_qualtrics_exports(survey, 1, words=True))

    read = read_responses(file, load_instrument(SURVEYS / name), units=UNITS)

    assert read.report.platform == "qualtrics"
    assert not read.report.problems
    assert (read.answers == 2).all(axis=None)
    assert set(read.answers) == set(statements(survey, "nl"))
    assert list(read.people["role"]) == [form]


@pytest.mark.parametrize("picked", range(6))
def test_numbers_from_qualtrics_are_not_scored_without_proof(tmp_path, picked):
    file = tmp_path / "answers.csv"
    survey = fielded("bottom-up", "floor", ("en",))
    file.write_bytes(as_qualtrics_exports(survey, picked, words=False))

    read = read_responses(file, load_instrument(SURVEYS / "bottom-up"), units=UNITS)

    assert read.report.problems


@pytest.mark.parametrize("survey", CASES)
def test_our_reader_of_definitions_finds_the_wordings_and_believes_no_number(
    survey, tmp_path
):
    (name,) = QUALTRICS.write(survey)
    (tmp_path / name).write_bytes(txt(survey))

    found = read_definition(tmp_path / name)

    assert not found.answers
    for _, row in survey.statements():
        assert found.wordings[row.id] == (row.text[survey.language],)


CORRECT = txt(fielded("bottom-up", "floor", ("en",))).decode()
FAULTS = {
    "no [[AdvancedFormat]]": CORRECT.replace("[[AdvancedFormat]]\n", "", 1),
    "unknown tag": CORRECT.replace("[[PageBreak]]", "[[PageBrake]]", 1),
    "unknown kind": CORRECT.replace("[[Question:DB]]", "[[Question:XY]]", 1),
    "an id twice": CORRECT.replace("[[ID:o]]", "[[ID:v]]", 1),
    "no id": CORRECT.replace("[[ID:o]]\n", "", 1),
    "a number twice": CORRECT.replace("[[Choice:2]]", "[[Choice:1]]", 1),
    "a number that is none": CORRECT.replace("[[Answer:9]]", "[[Answer:na]]", 1),
    "no number": CORRECT.replace("[[Answer:9]]", "[[Answer]]", 1),
    "a choice among answers": CORRECT.replace("[[Answer:9]]", "[[Choice:9]]", 1),
    "a text missing": CORRECT.replace("[[Answer:2]]\nDisagree\n", "[[Answer:2]]\n", 1),
    "a text too many": CORRECT.replace("\nDisagree\n", "\nDisagree\nmore\n", 1),
    "a matrix without answers": re.sub(
        r"\n\n\[\[AdvancedAnswers\]\].*?\n\n", "\n\n", CORRECT, count=1, flags=re.DOTALL
    ),
    "a tag inside a text": CORRECT.replace("Disagree", "Dis[[agree]]", 1),
    "piped text": CORRECT.replace("Disagree", "${e://Field/x}", 1),
    "markup": CORRECT.replace("Disagree", "<b>Disagree</b>", 1),
    "embedded data too late": CORRECT + "[[ED:role:leader]]\n",
    "a question outside a block": re.sub(r"\[\[Block:.*?\]\]\n", "", CORRECT, count=1),
    "a carriage return": CORRECT.replace("\n", "\r\n", 1),
    "an empty page": CORRECT.replace("[[PageBreak]]", "[[PageBreak]]\n[[PageBreak]]"),
}


@pytest.mark.parametrize("fault", list(FAULTS))
def test_the_grammar_of_qualtrics_refuses(fault):
    assert FAULTS[fault] != CORRECT

    with pytest.raises(GrammarError):
        parse(FAULTS[fault].encode())


def test_the_grammar_of_qualtrics_refuses_another_encoding():
    with pytest.raises(GrammarError):
        parse(txt(fielded("pulse", "floor", ("nl",))).decode().encode("cp1252"))
