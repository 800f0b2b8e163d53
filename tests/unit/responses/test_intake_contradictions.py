"""What a mapping or a definition says against the instrument is never followed."""

from __future__ import annotations

import pytest

from builders import both, instrument, number_scale
from diagnose.errors import ResponseError
from diagnose.language.problems import problems_in_words
from diagnose.responses import combine_waves, read_responses
from diagnose.responses.definition import Definition
from diagnose.scoring import score

TEXTS = {
    "v1": ("We dare to speak up here.", "Wij durven hier iets te zeggen."),
    "v2": ("Questions get an answer here.", "Vragen krijgen hier een antwoord."),
    "v3": ("Ideas of the floor are heard.", "Ideeën van de werkvloer tellen mee."),
}
ASKED = instrument({"v": "v1 v2 v3"}, texts=TEXTS)
WORDS = ("Strongly disagree", "Disagree", "Agree", "Strongly agree")


def export(tmp_path, rows, head="v1,v2,v3"):
    path = tmp_path / "export.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def refusal(path, mapping, asked=ASKED):
    with pytest.raises(ResponseError) as caught:
        read_responses(path, asked, mapping=mapping)
    return caught.value.problems


def notes(read):
    return {note.code: note for note in read.report.notes}


def test_a_label_cannot_be_given_the_code_of_another(tmp_path):
    """With such a line every answer would be turned round, and no check sees it."""
    turned = {"strongly AGREE": "1", "Helemaal mee oneens": "5", "Agree": "4"}

    found = refusal(
        export(tmp_path, ["Agree,Agree,Agree"]), {"labels": {"agree5": turned}}
    )

    assert [one.code for one in found] == ["R085", "R085"]
    assert found[0].place == "mapping: labels.agree5"
    assert '"strongly AGREE" the code 1, while the instrument gives it 5' in str(
        found[0]
    )
    assert "Helemaal mee oneens" in found[1].message


def test_dont_know_cannot_be_made_the_middle_of_the_scale(tmp_path):
    label = "Don’t know / not applicable"

    (found,) = refusal(
        export(tmp_path, [f"Agree,Agree,{label}"]), {"labels": {"agree5": {label: "3"}}}
    )

    assert found.code == "R085"


def test_a_label_with_the_code_that_it_has_is_no_contradiction(tmp_path):
    mapping = {"labels": {"agree5": {"Agree": "4", "Fully agree": "5"}}}

    read = read_responses(
        export(tmp_path, ["Agree,Fully agree,Disagree"]), ASKED, mapping=mapping
    )

    assert read.answers.to_numpy().tolist() == [[4, 5, 2]]


@pytest.mark.parametrize("text", ["3", "Neither agree nor disagree", "mee EENS"])
def test_an_answer_cannot_be_declared_missing(tmp_path, text):
    (found,) = refusal(export(tmp_path, ["4,4,3"]), {"missing": [text, "-99"]})

    assert (found.code, found.place) == ("R086", "mapping: missing")
    assert f'"{text}"' in found.message
    assert "agree5" in found.message


def test_dont_know_may_be_declared_missing(tmp_path):
    read = read_responses(
        export(tmp_path, ["Agree,Agree,na"]), ASKED, mapping={"missing": ["na"]}
    )

    assert read.answers["v3"].isna().all()


def test_one_code_told_by_a_person_proves_no_other(tmp_path):
    """99 was told to be "don't know"; what 0 to 4 mean is as unproven as before."""
    asked = instrument({"h": "h1 h2 h3"}, scales={"h": with_dont_know()})
    path = export(tmp_path, ["0,4,99", "1,2,3"], head="h1,h2,h3")

    read = read_responses(path, asked, mapping={"labels": {"zero4": {"99": "na"}}})

    (found,) = read.report.problems
    assert found.code == "R046"
    assert "5 answers" in found.message
    assert read.report.codes_by == "nothing"
    assert read.report.answers_as == "codes"
    with pytest.raises(ResponseError, match="R046"):
        score(read)


def with_dont_know():
    scale = number_scale("zero4", 0, 4)
    unsure = {"code": "na", "value": None, "label": both("Don't know", "Weet niet")}
    return {**scale, "points": (*scale["points"], unsure)}


def test_codes_that_a_person_explained_are_codes_in_the_report(tmp_path):
    told = {"9": "1", "2": "2", "7": "4", "6": "5"}

    read = read_responses(
        export(tmp_path, ["9,2,7", "6,6,2"]),
        ASKED,
        mapping={"labels": {"agree5": told}},
    )

    assert not read.report.blocks_scoring
    assert read.answers.to_numpy().tolist() == [[1, 2, 4], [5, 5, 2]]
    assert (read.report.answers_as, read.report.codes_by) == ("codes", "person")


def labelled(rows):
    return [",".join(WORDS[number] for number in row) for row in rows]


def test_an_item_that_nobody_answered_is_told(tmp_path):
    rows = [f"{line},," for line in ["Agree", "Disagree"] * 5]

    read = read_responses(export(tmp_path, rows, head="v1,v2,v3"), ASKED)

    note = notes(read)["R087"]
    assert "v2, v3" in note.message
    assert "items: {v2: null, v3: null}" in note.remedy
    again = read_responses(
        export(tmp_path, rows, head="v1,v2,v3"),
        ASKED,
        mapping={"items": {"v2": None, "v3": None}},
    )
    assert "R087" not in notes(again)


@pytest.mark.parametrize(
    "rows",
    [
        ["Agree,Agree,"] * 9,
        [*["Agree,Agree,"] * 20, "Agree,Agree,na"],
        [*["Agree,Agree,"] * 20, ",,Disagree"],
    ],
    ids=["a handful", "someone did not know", "someone answered"],
)
def test_an_item_that_few_could_answer_raises_no_question(tmp_path, rows):
    assert "R087" not in notes(read_responses(export(tmp_path, rows), ASKED))


def test_an_item_of_leaders_alone_may_be_blank_on_the_floor(tmp_path):
    content = ASKED.model_dump()
    forms = content["forms"]
    assert "leader" in forms
    third = content["subscales"][0]["items"][2]
    third["text"] = {"leader": third["text"]["leader"]}
    asked = type(ASKED).model_validate(content)

    read = read_responses(export(tmp_path, ["Agree,Agree,"] * 20), asked)

    assert "R087" not in notes(read)


def definition(wordings):
    answers = {"1": ("Agree",), "2": ("Disagree",)}
    return Definition(
        source="survey.qsf",
        kind="qsf",
        answers={item: answers for item in wordings},
        wordings={item: (text,) for item, text in wordings.items()},
    )


def test_a_definition_that_asks_another_item_under_this_code_blocks(tmp_path):
    given = definition(
        {"v1": TEXTS["v2"][0], "v2": TEXTS["v1"][1], "v3": f"<b>{TEXTS['v3'][0]}</b>"}
    )

    read = read_responses(export(tmp_path, ["1,2,1"]), ASKED, definition=given)

    assert [(p.code, p.place) for p in read.report.problems] == [
        ("R057", "survey.qsf: v1"),
        ("R057", "survey.qsf: v2"),
    ]


def test_a_definition_in_other_words_is_told(tmp_path):
    given = definition({"v1": "The canteen serves good soup.", "v2": TEXTS["v2"][1]})

    read = read_responses(export(tmp_path, ["1,2,Agree"]), ASKED, definition=given)

    note = notes(read)["R088"]
    assert "survey.qsf asks v1 in other words" in note.message
    (dutch,) = problems_in_words([note], "nl")
    assert "andere woorden" in dutch.message
    assert read.answers.to_numpy().tolist() == [[4, 2, 4]]


def test_codes_alone_in_a_definition_say_nothing_about_words(tmp_path):
    given = definition({"v1": "Row 1", "v2": "", "v3": "v3"})

    read = read_responses(export(tmp_path, ["1,2,1"]), ASKED, definition=given)

    assert "R088" not in notes(read)
    assert not read.report.blocks_scoring


def test_a_definition_is_not_asked_about_answers_in_words(tmp_path):
    """A slip in the definition, or codes in another order, change no label."""
    answers = {"A1": ("Agree",), "A2": ("Disagre",), "A3": ("Agree", "Disagree")}
    given = Definition(
        source="survey.lss", kind="lss", answers=dict.fromkeys(TEXTS, answers)
    )
    words, codes = ["Agree,Disagree,"] * 3, ["A1,A1,Agree"]

    read = read_responses(export(tmp_path, words), ASKED, definition=given)
    coded = read_responses(export(tmp_path, codes), ASKED, definition=given)

    assert not read.report.blocks_scoring
    assert "R073" not in notes(read)
    assert [(p.code, p.place) for p in coded.report.problems] == [
        ("R054", "export.csv: v1, v2"),
        ("R055", "export.csv: v1, v2"),
    ]
    assert "R073" in notes(coded)


def test_waves_of_two_editions_are_not_combined(tmp_path):
    """The key of the first would be laid on the answers to the second."""
    turned = instrument({"v": "v1 v2- v3"}, texts=TEXTS)
    path = export(tmp_path, ["Agree,Agree,Disagree"])
    first, second = (read_responses(path, asked) for asked in (ASKED, turned))

    with pytest.raises(ValueError, match="same edition of one instrument"):
        combine_waves([first, second])
    assert len(combine_waves([first, read_responses(path, ASKED)])) == 2


def test_a_definition_goes_before_what_a_person_confirmed(tmp_path):
    """Its labels say which answer a code was, here the other way round."""
    labels = ("Agree", "Disagree")
    answers = {"2": labels[:1], "4": labels[1:]}
    given = Definition(
        source="survey.qsf", kind="qsf", answers=dict.fromkeys(TEXTS, answers)
    )
    path = export(tmp_path, ["2,4,2", "4,4,4"])

    read = read_responses(path, ASKED, mapping={"answers": "codes"}, definition=given)

    assert read.answers.to_numpy().tolist() == [[4, 2, 4], [2, 2, 2]]
    assert read.report.codes_by == "definition"
    assert "R073" in notes(read)
