"""Definitions of every platform: which codes they prove, and which they do not."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import xlsxwriter

from builders import AGREE5, instrument
from diagnose.errors import ResponseError
from diagnose.instrument.codebook import codebook
from diagnose.responses.definition import Definition, read_definition

EN = {code: (labels[0],) for code, labels in AGREE5.items()}
BOTH = {code: labels for code, labels in AGREE5.items()}
WORDS = ("We are heard", "Wij worden gehoord")
ROW_NAMES = ("v[v1]", "v_v1", "v/v1", "v.v1", "v-v1", "v1")


@pytest.fixture
def defined(tmp_path):
    def read(content, name="definition"):
        path = tmp_path / name
        raw = content if isinstance(content, bytes) else content.encode("utf-8")
        path.write_bytes(raw)
        return read_definition(path)

    return read


def refused(defined, content):
    with pytest.raises(ResponseError) as caught:
        defined(content)
    return [found.code for found in caught.value.problems]


def section(name, rows):
    cells = (
        "<row>"
        + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in row.items())
        + "</row>"
        for row in rows
    )
    return f"<{name}><fields/><rows>{''.join(cells)}</rows></{name}>"


def lss(*sections, version=261):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<document>'
        "<LimeSurveyDocType>Survey</LimeSurveyDocType>"
        f"<DBVersion>{version}</DBVersion>{''.join(sections)}</document>"
    )


def question(qid, title, kind, text="", parent="0", **more):
    return {
        "qid": qid,
        "parent_qid": parent,
        "type": kind,
        "title": title,
        "question": text,
        "language": "en",
        "scale_id": "0",
        **more,
    }


def answers(qid, labels=AGREE5, language=0, **more):
    return [
        {
            "qid": qid,
            "code": code,
            "answer": texts[language],
            "language": ("en", "nl")[language],
            "scale_id": "0",
            **more,
        }
        for code, texts in labels.items()
    ]


def old_lss():
    return lss(
        section("answers", answers("5") + answers("5", language=1)),
        section(
            "questions",
            [
                question("5", "v", "F", "How far?"),
                question("6", "open1", "T"),
                question("7", "many", "M"),
            ],
        ),
        section(
            "subquestions",
            [
                question("50", "v1", "T", f"<p>{WORDS[0]}&nbsp;</p>", "5"),
                question("50", "v1", "T", WORDS[1], "5", language="nl"),
                question("70", "SQ001", "T", "One", "7"),
            ],
        ),
    )


def new_lss():
    code_rows = [
        {"aid": str(i), "qid": "5", "code": code, "scale_id": "0"}
        for i, code in enumerate(AGREE5)
    ]
    texts = [
        {
            "id": f"{i}{n}",
            "aid": str(i),
            "answer": labels[n],
            "language": ("en", "nl")[n],
        }
        for i, labels in enumerate(AGREE5.values())
        for n in (0, 1)
    ]
    rows = [
        {"qid": "5", "parent_qid": "0", "type": "F", "title": "v", "scale_id": "0"},
        {"qid": "6", "parent_qid": "0", "type": "T", "title": "open1", "scale_id": "0"},
        {"qid": "7", "parent_qid": "0", "type": "M", "title": "many", "scale_id": "0"},
    ]
    below = [
        {"qid": "50", "parent_qid": "5", "type": "T", "title": "v1", "scale_id": "0"},
        {
            "qid": "70",
            "parent_qid": "7",
            "type": "T",
            "title": "SQ001",
            "scale_id": "0",
        },
    ]
    words = [
        {"id": "1", "qid": "50", "question": WORDS[0], "language": "en"},
        {"id": "2", "qid": "50", "question": WORDS[1], "language": "nl"},
    ]
    return lss(
        section("questions", rows),
        section("subquestions", below),
        section("answers", code_rows),
        section("answer_l10ns", texts),
        section("question_l10ns", words),
        version=640,
    )


@pytest.mark.parametrize("content", [old_lss(), new_lss()], ids=["old", "new"])
def test_lss_of_both_kinds_says_the_same(defined, content):
    found = defined(content)

    assert found.kind == "lss"
    assert all(found.answers[name] == BOTH for name in ROW_NAMES)
    assert found.wordings["v[v1]"] == WORDS
    assert found.unproven["open1"] == "open"
    assert found.unproven["many[sq001]"] == "open"
    assert found.unproven["v"] == "open"


def test_lss_dual_arrays_keep_their_two_scales_apart(defined):
    other = {"1": ("never", "nooit"), "2": ("often", "vaak")}
    found = defined(
        lss(
            section("answers", answers("5") + answers("5", other, scale_id="1")),
            section("questions", [question("5", "d", "1")]),
            section("subquestions", [question("50", "d1", "T", "", "5")]),
        )
    )

    assert found.answers["d[d1][1]"] == EN
    assert found.answers["d[d1][2]"] == {"1": ("never",), "2": ("often",)}
    assert "d1" not in found.answers


def test_equal_codes_of_subquestions_with_other_answers_prove_nothing(defined):
    other = {"1": ("never", "nooit"), "5": ("often", "vaak")}
    found = defined(
        lss(
            section("answers", answers("5") + answers("6", other)),
            section("questions", [question("5", "v", "F"), question("6", "w", "F")]),
            section(
                "subquestions",
                [
                    question("50", "SQ001", "T", "", "5"),
                    question("60", "SQ001", "T", "", "6"),
                ],
            ),
        )
    )

    assert found.ambiguous == ("sq001",)
    assert found.answers_of(("sq001",)) == {}
    assert found.answers_of(("v[sq001]", "sq001")) == EN
    assert found.answers_of(("w[sq001]", "sq001"))["5"] == ("often",)


def test_an_unproven_column_does_not_borrow_the_answers_of_another():
    found = Definition(
        source="x",
        kind="lss",
        answers={"sq001": EN},
        unproven={"many[sq001]": "open"},
    )

    assert found.answers_of(("many[sq001]", "sq001")) == {}
    assert found.answers_of(("unheard[sq001]", "sq001")) == EN


def test_a_code_with_two_labels_in_one_language_proves_nothing(defined):
    twice = [*answers("5"), {**answers("5")[0], "answer": "Something else"}]
    found = defined(
        lss(
            section("answers", twice),
            section("questions", [question("5", "v1", "L")]),
        )
    )

    assert found.ambiguous == ("v1",)
    assert not found.answers


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]><document><LimeSurveyDocType>&j;</LimeSurveyDocType></document>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    "<document><LimeSurveyDocType>&x;</LimeSurveyDocType></document>"
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "R145"),
        (OUTSIDE, "R145"),
        ("<document><LimeSurveyDocType>", "R146"),
        ('<?xml version="1.0" encoding="x-unknown"?><document/>', "R146"),
        ("<html><body/></html>", "R144"),
        ("<a>" * 100_000, "R146"),
        ('{"SurveyElements": []}', "R146"),
        ('{"SurveyElements": [{"Element": "SQ", "Payload": []}]}', "R146"),
        ('{"responses": [{"v1": 1}]}', "R144"),
        ('[{"v1": 1}]', "R144"),
        ('{"a": ' * 100_000, "R134"),
        ("v1;v2\n1;2\n", "R144"),
        ("just some words", "R144"),
        (b"%PDF-1.7 \xff\xfe\x81", "R144"),
        ("", "R005"),
        (b"$FL2 but no more", "R142"),
    ],
)
def test_what_is_no_definition_is_refused_in_words(defined, content, code):
    assert refused(defined, content) == [code]


def test_an_absent_file_and_a_folder_are_refused(tmp_path):
    for path, code in ((tmp_path, "R144"), (tmp_path / "x.lss", "R001")):
        with pytest.raises(ResponseError) as caught:
            read_definition(path)
        assert [found.code for found in caught.value.problems] == [code]


def test_a_definition_of_100_megabytes_is_refused_at_once(tmp_path):
    path = tmp_path / "large.lss"
    with path.open("wb") as file:
        file.write(b"<document>")
        file.truncate(100_000_000)
    with pytest.raises(ResponseError) as caught:
        read_definition(path)
    assert [found.code for found in caught.value.problems] == ["R003"]


def tsv(*rows):
    header = "class\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\n"
    return "\ufeff" + header + "".join("\t".join(row) + "\n" for row in rows)


def tsv_block(language):
    n = ("en", "nl").index(language)
    return [
        ("G", "", "V", "", "Voice", "", language),
        ("Q", "F", "v", "1", "How far?", "", language),
        ("SQ", "0", "v1", "1", WORDS[n], "", language),
        *(("A", "0", c, "", t[n], "", language) for c, t in AGREE5.items()),
        ("Q", "T", "first", "1", "What first?", "", language),
    ]


def test_limesurvey_tsv_has_every_language(defined):
    found = defined(tsv(*tsv_block("en"), *tsv_block("nl")))

    assert found.kind == "limesurvey-tsv"
    assert all(found.answers[name] == BOTH for name in ROW_NAMES)
    assert found.wordings["v1"] == WORDS
    assert found.unproven["first"] == "open"


def test_limesurvey_tsv_with_one_name_twice_proves_nothing_for_it(defined):
    other = [
        ("Q", "L", "v", "1", "Again?", "", "en"),
        ("A", "0", "1", "", "Never", "", "en"),
    ]
    found = defined(
        tsv(("Q", "L", "v", "1", "", "", "en"), *tsv_block("en")[3:8], *other)
    )

    assert found.ambiguous == ("v",)


def test_limesurvey_tsv_with_an_open_quotation_mark_is_refused(defined):
    rows = tsv_block("en")
    rows[2] = (*rows[2][:4], '"We are heard', *rows[2][5:])
    rows[-1] = (*rows[-1][:4], 'What "first"?', *rows[-1][5:])

    assert refused(defined, tsv(*rows, *tsv_block("en")[3:])) == ["R146"]


def qsf(*payloads):
    return json.dumps(
        {
            "SurveyEntry": {"SurveyID": "SV_1"},
            "SurveyElements": [
                {"Element": "BL", "Payload": [{"Type": "Default"}]},
                {"Element": "QC", "Payload": None},
                *({"Element": "SQ", "Payload": payload} for payload in payloads),
            ],
        }
    )


def matrix(**changes):
    payload = {
        "QuestionText": "How far?",
        "DataExportTag": "v",
        "QuestionType": "Matrix",
        "Selector": "Likert",
        "SubSelector": "SingleAnswer",
        "QuestionID": "QID3",
        "Choices": {"1": {"Display": WORDS[0]}, "2": {"Display": "Second"}},
        "ChoiceOrder": ["2", "1"],
        # The ids of the answers are not in the order of the scale.
        "Answers": {
            str(place): {"Display": labels[0]}
            for place, labels in zip((9, 2, 4, 5, 6, 7), AGREE5.values(), strict=True)
        },
        "RecodeValues": dict(
            zip("924567", ("1", "2", "3", "4", "5", "99"), strict=True)
        ),
        "Language": [],
        "ChoiceDataExportTags": False,
    }
    return {**payload, **changes}


FIVE = {code: labels for code, labels in EN.items() if code != "na"}
RECODED = {**FIVE, "99": EN["na"]}


def test_qsf_gives_the_recode_value_of_each_answer(defined):
    found = defined(qsf(matrix()))

    assert found.kind == "qsf"
    for name in ("v_1", "v1", "v[1]", "v.1", "qid3_1", "qid3-1"):
        assert found.answers[name] == RECODED
    assert found.wordings["qid3_1"] == (WORDS[0],)
    assert found.unproven["v"] == "open"


def test_qsf_without_recode_values_gives_the_ids_and_not_the_order(defined):
    payload = matrix()
    del payload["RecodeValues"]

    found = defined(qsf(payload))

    assert found.answers["v_1"]["9"] == EN["1"]
    assert found.answers["v_1"]["2"] == EN["2"]
    assert "1" not in found.answers["v_1"]


def test_qsf_with_some_recode_values_leaves_the_others_open(defined):
    found = defined(qsf(matrix(RecodeValues={"9": "1", "2": "2"})))

    assert found.answers["v_1"] == {"1": EN["1"], "2": EN["2"]}


def test_qsf_with_one_recode_value_for_two_answers_proves_nothing(defined):
    found = defined(qsf(matrix(RecodeValues=dict.fromkeys("924567", "1"))))

    assert not found.answers
    assert "v_1" in found.ambiguous


def test_qsf_rows_are_called_by_their_export_tags(defined):
    tags = {"1": "v1", "2": "v2"}
    found = defined(qsf(matrix(ChoiceDataExportTags=tags)))

    assert found.answers["v_v1"] == found.answers["v1"] == RECODED
    assert found.answers["qid3_2"] == RECODED
    assert "v_1" not in found.answers


def test_qsf_translations_and_second_names_are_labels_too(defined):
    dutch = {
        "QuestionText": "In hoeverre?",
        "Choices": {"1": {"Display": WORDS[1]}},
        "Answers": {"9": {"Display": AGREE5["1"][1]}},
    }
    found = defined(qsf(matrix(Language={"NL": dutch}, VariableNaming={"9": "SD"})))

    assert found.answers["v_1"]["1"] == (*AGREE5["1"], "SD")
    assert found.wordings["v_1"] == WORDS


@pytest.mark.parametrize(
    "changes",
    [
        {"SubSelector": "MultipleAnswer"},
        {"Selector": "Profile"},
        {"DynamicChoices": {"Locator": "q://QID1"}},
        {"QuestionType": "SBS"},
        {"QuestionType": "MC", "Selector": "MAVR"},
        {"QuestionType": "Slider"},
    ],
)
def test_qsf_questions_of_another_kind_prove_nothing(defined, changes):
    found = defined(qsf(matrix(**changes)))

    assert not found.answers
    assert found.unproven["v_1"] == "open"


def test_qsf_single_choice_and_choices_written_as_a_list(defined):
    payload = {
        "QuestionType": "MC",
        "Selector": "SAVR",
        "DataExportTag": "a1",
        "QuestionID": "QID9",
        "Choices": [{"Display": "No"}, {"Display": "Yes"}],
    }

    found = defined(qsf(payload))

    assert found.answers["a1"] == found.answers["qid9"]
    assert found.answers["a1"] == {"0": ("No",), "1": ("Yes",)}


def advanced(answers_mark="[[AdvancedAnswers]]"):
    numbers = {code: "9" if code == "na" else code for code in AGREE5}
    return "\n".join(
        [
            "[[AdvancedFormat]]",
            "[[Block:V]]",
            "[[Question:Matrix]]",
            "[[ID:v]]",
            "How far?",
            "[[AdvancedChoices]]",
            "[[Choice:1]]",
            WORDS[0],
            answers_mark,
            *(
                line
                for code, number in numbers.items()
                for line in (f"[[Answer:{number}]]", AGREE5[code][0])
            ),
            "[[PageBreak]]",
            "[[Question:MC:SingleAnswer:Vertical]]",
            "[[ID:a1]]",
            "A second one",
            "[[Choices]]",
            "First",
            "Second",
            "",
        ]
    )


def test_qualtrics_text_tells_wordings_and_proves_no_number(defined):
    found = defined(advanced())

    assert found.kind == "qualtrics-txt"
    assert not found.answers
    assert found.wordings["v_1"] == (WORDS[0],)
    assert set(found.unproven.values()) == {"open"}


def surveyjs(**changes):
    element = {
        "type": "matrix",
        "name": "v",
        "title": {"default": "How far?", "nl": "In hoeverre?"},
        "columns": [
            {"value": c if c == "na" else int(c), "text": {"default": t[0], "nl": t[1]}}
            for c, t in AGREE5.items()
        ],
        "rows": [{"value": "v1", "text": {"default": WORDS[0], "nl": WORDS[1]}}],
        **changes,
    }
    inside = [
        {"type": "panel", "name": "p", "elements": [element]},
        {"type": "dropdown", "name": "q", "valueName": "a1", "choices": ["x", "y"]},
        {"type": "checkbox", "name": "many", "choices": [1, 2]},
        {"type": "comment", "name": "first", "title": "What first?"},
        {
            "type": "paneldynamic",
            "name": "again",
            "templateElements": [{"type": "dropdown", "name": "v2", "choices": [1]}],
        },
    ]
    return json.dumps({"pages": [{"name": "one", "elements": inside}]})


def test_surveyjs_forms_say_what_their_values_mean(defined):
    found = defined(surveyjs())

    assert found.kind == "surveyjs"
    assert all(found.answers[name] == BOTH for name in ROW_NAMES)
    assert found.wordings["v.v1"] == WORDS
    assert found.answers["a1"] == {"x": ("x",), "y": ("y",)}
    assert found.unproven == dict.fromkeys(("v", "many", "first", "again"), "open")
    assert "v2" not in found.answers


@pytest.mark.parametrize(
    "changes", [{"cellType": "checkbox"}, {"type": "matrixdropdown"}]
)
def test_surveyjs_matrices_of_another_kind_prove_nothing(defined, changes):
    assert "v.v1" not in defined(surveyjs(**changes)).answers


def written_csv(rows, delimiter=","):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


REDCAP = [
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_redcap_dictionary_keeps_commas_in_labels(defined, delimiter):
    choices = "1, Yes, mostly | 2,No | na, Don't know"
    rows = [
        ["v1", "v", "", "radio", WORDS[0], choices],
        ["many", "v", "", "checkbox", "Which?", "1, A | 2, B"],
        ["sum", "v", "", "calc", "Total", "[v1] + 1"],
        ["yes", "v", "", "yesno", "Sure?", ""],
    ]
    found = defined(written_csv([REDCAP, *rows], delimiter))

    assert found.kind == "redcap"
    assert found.answers == {
        "v1": {"1": ("Yes, mostly",), "2": ("No",), "na": ("Don't know",)}
    }
    assert found.unproven["many___1"] == found.unproven["yes"] == "open"


ASKED = instrument({"v": "v1 v2 v3-"}, texts={"v1": WORDS})


def test_our_codebook_proves_its_own_codes_under_every_name(defined):
    found = defined(codebook(ASKED, "nl").to_csv(index=False))

    assert found.kind == "codebook"
    own = {c: (t[1],) for c, t in AGREE5.items()}
    for name in (*ROW_NAMES, "v_1", "v[1]"):
        assert found.answers[name] == {**own, "9": own["na"]}
    assert found.wordings["v1"] == (WORDS[1],)


def test_numbers_of_a_codebook_stand_beside_its_codes(defined):
    frame = codebook(ASKED, "en").drop(columns="number")
    assert defined(frame.to_csv(index=False)).answers["v1"] == EN
    frame["number"] = frame["code"].replace("na", "9")

    assert defined(frame.to_csv(index=False)).answers["v1"] == {**EN, "9": EN["na"]}


def test_a_number_that_is_the_code_of_another_answer_proves_nothing(defined):
    frame = codebook(ASKED, "en")
    frame["number"] = frame["code"].replace({"1": "5", "5": "1"})

    assert "v1" in defined(frame.to_csv(index=False)).ambiguous


def workbook(survey, choices, **sheets):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, rows in {"survey": survey, "choices": choices, **sheets}.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return out.getvalue()


LABELS = ["label::English (en)", "label::Nederlands (nl)"]
SURVEY = [
    ["type", "name", *LABELS, "appearance"],
    ["begin_group", "page", "", "", ""],
    ["begin group", "v", "Voice", "Stem", ""],
    ["select_one agree5", "v1", *WORDS, "likert"],
    ["end group", "", "", "", ""],
    ["end_group", "", "", "", ""],
    ["select_multiple agree5", "many", "", "", ""],
    ["text", "first", "What first?", "", ""],
]
CHOICES = [
    ["list_name", "name", *LABELS],
    *(["agree5", c if c == "na" else int(c), *t] for c, t in AGREE5.items()),
]


def test_an_xlsform_names_an_item_by_its_groups(defined):
    found = defined(workbook(SURVEY, CHOICES, settings=[["form_id"], ["x"]]))

    assert found.kind == "xlsform"
    for name in (*ROW_NAMES, "page/v/v1", "page-v-v1", "page.v.v1"):
        assert found.answers[name] == BOTH
    assert found.wordings["v1"] == WORDS
    assert found.unproven == {"many": "open", "first": "open"}


def test_workbooks_that_are_no_xlsform_are_refused(defined):
    assert refused(defined, workbook([["v1"], ["1"]], [])) == ["R144"]
    assert refused(defined, workbook(SURVEY, CHOICES)[:-200]) == ["R012"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", BOMB)
    assert refused(defined, out.getvalue()) == ["R145"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a>" + " " * 40_000_000)
    assert refused(defined, out.getvalue()) == ["R013"]


def test_labels_in_an_spss_file_are_a_definition(tmp_path):
    path = tmp_path / "labels.sav"
    frame = pd.DataFrame({"V1": np.array([1.0]), "v2": np.array([2.0])})
    labels = {float(c): t[1] for c, t in AGREE5.items() if c != "na"}
    pyreadstat.write_sav(
        frame,
        path,
        variable_value_labels={"V1": labels},
        column_labels={"V1": WORDS[1]},
    )

    found = read_definition(path)

    assert found.kind == "sav"
    assert found.answers == {"v1": {c: (t[1],) for c, t in AGREE5.items() if c != "na"}}
    assert found.wordings == {"v1": (WORDS[1],)}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_of_a_codebook_does_not_matter(defined, encoding):
    content = "item,code,label\nv1,1,Één\n".encode(encoding)

    assert defined(content).answers["v1"] == {"1": ("Één",)}


def test_a_bare_number_is_never_the_name_of_a_row(defined):
    found = defined(qsf(matrix(DataExportTag="Q1")))

    assert not {"1", "2", "q11"} & (set(found.answers) | set(found.unproven))
