"""A survey as LimeSurvey's tab-separated text, read back as its manual says."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export.limesurvey import LIMESURVEY
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
    instances,
    reworded,
    seen,
)
from grammar.limesurvey_tsv import GrammarError, Parsed, parse, plain

HIDDEN = ("role", "edition")


def written(survey) -> bytes:
    """Return the one file."""
    (content,) = LIMESURVEY.write(survey).values()
    return content


def asked(parsed: Parsed, language: str) -> list[tuple]:
    """Return id, text, rows and answers of every question that is seen."""
    return [
        (
            q.code,
            plain(q.text[language]),
            [(code, plain(text[language])) for code, text in q.rows.items()],
            [(code, plain(text[language])) for code, text in q.answers.items()],
        )
        for q in parsed.questions()
        if q.code not in HIDDEN
    ]


def wanted(survey, language: str) -> list[tuple]:
    """Return the same of the survey itself."""
    return [
        (name, text, rows, [(code, label) for code, _, label in options])
        for name, text, rows, options in expected(survey, language)
    ]


@pytest.mark.parametrize("survey", instances(), ids=lambda s: s.name)
def test_the_limesurvey_file_says_what_the_survey_says(survey):
    parsed = parse(written(survey))

    assert parsed.languages == list(survey.languages)
    for one in survey.languages:
        assert asked(parsed, one) == wanted(survey, one)


@pytest.mark.parametrize("survey", instances(), ids=lambda s: s.name)
def test_the_limesurvey_file_is_the_same_on_a_second_run(survey):
    assert LIMESURVEY.write(survey) == LIMESURVEY.write(survey)
    assert list(LIMESURVEY.write(survey)) == [f"{survey.name}-limesurvey.txt"]


def test_hostile_texts_arrive_in_limesurvey_as_they_are():
    survey = reworded(fielded("bottom-up", "floor", link=True), HOSTILE)

    parsed = parse(written(survey))

    for one in survey.languages:
        assert asked(parsed, one) == wanted(survey, one)
        assert plain(parsed.words[one]["surveyls_title"]) == seen(survey.title[one])
        assert seen(survey.introduction[one]) in plain(
            parsed.words[one]["surveyls_welcometext"]
        )


def test_no_text_in_a_limesurvey_file_can_be_an_expression_or_be_unquoted():
    content = written(reworded(fielded("pulse", "floor"), HOSTILE)).decode("utf-8-sig")

    assert not set('{}"') & set(content)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_limesurvey_headings_name_the_items(name, form):
    survey = fielded(name, form)
    parsed = parse(written(survey))
    headings = [f"{q.code}[{row}]" for q in parsed.questions() for row in q.rows]
    underscored = [f"{q.code}_{row}" for q in parsed.questions() for row in q.rows]

    items = [row.id for _, row in survey.statements()]
    assert [split_code(heading)[1] for heading in headings] == items
    assert [split_code(heading)[1] for heading in underscored] == items


def test_role_and_edition_are_hidden_constants_on_a_page_that_is_seen():
    survey = fielded("bottom-up", "leader")

    first = parse(written(survey)).groups[0].questions

    hidden = {q.code: q for q in first if q.code in HIDDEN}
    for language in survey.languages:
        texts = {name: q.text[language] for name, q in hidden.items()}
        assert texts == dict(survey.hidden)
    assert all(q.kind == "*" for q in hidden.values())
    assert all(q.attributes == {"hidden": "1"} for q in hidden.values())
    assert [q.code for q in first if q.code not in HIDDEN] == ["unit"]


def test_only_random_surveys_shuffle_rows_in_limesurvey():
    shuffling = parse(written(fielded("bottom-up", "floor", order="random")))
    still = parse(written(fielded("bottom-up", "floor")))

    def shuffled(parsed: Parsed) -> set[str]:
        return {q.kind for q in parsed.questions() if "random_order" in q.attributes}

    assert shuffled(shuffling) == {"F"}
    assert shuffled(still) == set()


def test_limesurvey_keeps_no_address_and_no_moment_of_a_respondent():
    settings = parse(written(fielded("pulse", "floor"))).settings

    kept_out = {"anonymized": "Y", "ipaddr": "N", "refurl": "N", "datestamp": "N"}
    assert kept_out.items() <= settings.items()
    assert settings["format"] == "G"


def test_the_privacy_page_stands_in_the_welcome_text_in_every_language():
    survey = fielded("bottom-up", "floor", link=True)

    words = parse(written(survey)).words

    for language in survey.languages:
        welcome = plain(words[language]["surveyls_welcometext"])
        for paragraph in survey.privacy[language]:
            assert paragraph.heading in welcome
            assert paragraph.text in welcome
        agree = survey.agree[language]
        assert words[language]["surveyls_policy_notice_label"] == agree


def with_codes(*codes: str):
    """Return a survey whose first block has these answer codes."""
    survey = fielded("pulse", "floor", units=False)
    matrix = survey.questions[0]
    options = tuple(
        replace(option, code=code)
        for option, code in zip(matrix.options, codes, strict=False)
    )
    changed = replace(matrix, options=options)
    return replace(survey, questions=(changed, *survey.questions[1:]))


@pytest.mark.parametrize("code", ["sixsix", "-99", "a b", "é"])
def test_an_answer_code_that_limesurvey_does_not_take_is_refused(code):
    with pytest.raises(InstrumentError) as caught:
        LIMESURVEY.write(with_codes("1", code))

    assert [found.code for found in caught.value.problems] == ["F021"]
    assert "five letters or digits" in str(caught.value)


@pytest.mark.parametrize("name", ["self", "that", "this", "time", "other"])
def test_a_name_that_limesurvey_keeps_for_itself_is_refused(name):
    survey = fielded("pulse", "floor", units=False)
    matrix = survey.questions[0]
    rows = (replace(matrix.rows[0], id=name), *matrix.rows[1:])
    survey = replace(
        survey, questions=(replace(matrix, rows=rows), *survey.questions[1:])
    )

    with pytest.raises(InstrumentError, match=f"the name {name}") as caught:
        LIMESURVEY.write(survey)

    assert [found.code for found in caught.value.problems] == ["F020"]


def as_limesurvey_exports(survey) -> bytes:
    """Return what LimeSurvey would export: heads and answers in codes.

    The first respondent picks the first answer everywhere, the second the second, ….
    """
    parsed = parse(written(survey))
    rows = []
    for picked in range(6):
        row = {"id": str(picked + 1), "submitdate": "1980-01-01 00:00:00"}
        row["startlanguage"] = survey.language
        for question in parsed.questions():
            codes = [*question.answers]
            answer = codes[min(picked, len(codes) - 1)] if codes else ""
            if question.kind == "*":
                answer = plain(question.text[survey.language])
            names = [f"{question.code}[{sub}]" for sub in question.rows]
            row.update(dict.fromkeys(names or [question.code], answer))
        rows.append(row)
    content = io.StringIO()
    writer = csv.writer(content, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([rows[0], *(row.values() for row in rows)])
    return content.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("order", ["written", "shuffled", "random"])
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_what_limesurvey_exports_in_codes_is_read_whole(tmp_path, name, form, order):
    survey = fielded(name, form, ("nl", "en"), order=order, link=True)
    file = tmp_path / "answers.csv"
    file.write_bytes(as_limesurvey_exports(survey))

    read = read_responses(file, load_instrument(SURVEYS / name), units=UNITS)

    assert (read.report.platform, read.report.codes_by) == ("limesurvey", "edition")
    assert not read.report.problems
    assert set(read.answers) == {row.id for _, row in survey.statements()}
    assert set(read.people["role"]) == {form}
    for place, value in enumerate((1, 2, 3, 4, 5)):
        assert (read.answers.iloc[place] == value).all()
    assert read.answers.iloc[5].isna().all()
    assert read.not_applicable.iloc[5].all()
    assert not read.not_applicable.iloc[:5].any(axis=None)


@pytest.mark.parametrize("survey", instances(), ids=lambda s: s.name)
def test_our_reader_of_definitions_finds_the_same_in_the_limesurvey_file(
    survey, tmp_path
):
    file = tmp_path / f"{survey.name}.txt"
    file.write_bytes(written(survey))

    found = read_definition(file)

    for matrix, row in survey.statements():
        labels = {option.code: set(option.label.values()) for option in matrix.options}
        assert {c: set(words) for c, words in found.answers[row.id].items()} == labels
        assert set(found.wordings[row.id]) == set(row.text.values())


# What the grammar refuses: that it can refuse at all makes the tests above worth it.


def lines_of(**details) -> list[str]:
    """Return the lines of a correct file in two languages."""
    content = written(fielded("bottom-up", "floor", **details))
    return content.decode("utf-8-sig").rstrip("\n").split("\n")


def joined(lines: list[str]) -> bytes:
    """Return lines as a file."""
    return ("\ufeff" + "\n".join(lines) + "\n").encode()


def place(lines: list[str], kind: str, name: str, *, last: bool = False) -> int:
    """Return the place of the first, or the last, row of a class and a name."""
    found = [
        position
        for position, line in enumerate(lines)
        if line.split("\t")[2] == kind and line.split("\t")[4] == name
    ]
    return found[-1] if last else found[0]


def edited(lines: list[str], at: int, **cells: str) -> list[str]:
    """Return lines with cells of one row changed."""
    names = {"kind": 2, "scale": 3, "name": 4, "text": 6, "language": 8, "own": 0}
    row = lines[at].split("\t")
    for cell, value in cells.items():
        row[names[cell]] = value
    return [*lines[:at], "\t".join(row), *lines[at + 1 :]]


def mutilated() -> dict[str, bytes]:
    """Return broken files by what is broken in them."""
    lines = lines_of()
    item = place(lines, "SQ", "v2")
    translated = place(lines, "SQ", "v2", last=True)
    answer = place(lines, "A", "4")
    swapped = [*lines]
    swapped[translated : translated + 2] = reversed(lines[translated : translated + 2])
    return {
        "no byte-order mark": joined(lines)[3:],
        "not UTF-8": joined(lines).replace("ë".encode(), b"\xeb"),
        "row missing in the second language": joined(
            [*lines[:translated], *lines[translated + 1 :]]
        ),
        "row missing in the base language": joined([*lines[:item], *lines[item + 1 :]]),
        "other order in the second language": joined(swapped),
        "answer code of six signs": joined(edited(lines, answer, name="sixsix")),
        "unknown class": joined(edited(lines, item, kind="X")),
        "unknown type": joined(edited(lines, place(lines, "Q", "v"), scale="%")),
        "item twice": joined(edited(lines, item, name="v1")),
        "answer twice": joined(edited(lines, answer, name="3")),
        "question twice": joined(edited(lines, place(lines, "Q", "o"), name="v")),
        "reserved name": joined(edited(lines, place(lines, "Q", "v"), name="SID")),
        "name with an underscore": joined(edited(lines, item, name="v_2")),
        "language that was not announced": joined(
            edited(lines, translated, language="de")
        ),
        "expression": joined(edited(lines, item, text="{SID}")),
        "quotes": joined(edited(lines, item, text='"quoted"')),
        "markup": joined(edited(lines, item, text="<script>")),
        "no text": joined(edited(lines, item, text="")),
        "another id": joined(edited(lines, answer, own="99")),
        "cell too many": joined(
            [*lines[:item], lines[item] + "\t", *lines[item + 1 :]]
        ),
        "a blank line": joined([*lines, ""]),
        "a heading changed": joined([lines[0].replace("class", "kind"), *lines[1:]]),
        "settings behind the questions": joined([lines[0], *lines[2:], lines[1]]),
    }


FAULTS = mutilated()


@pytest.mark.parametrize("fault", list(FAULTS))
def test_the_grammar_of_limesurvey_refuses(fault):
    assert FAULTS[fault] != joined(lines_of())

    with pytest.raises(GrammarError):
        parse(FAULTS[fault])


def test_the_grammar_of_limesurvey_takes_the_file_before_it_is_broken():
    assert parse(joined(lines_of())).groups
