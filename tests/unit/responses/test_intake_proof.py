"""What codes mean is proven by labels; the order of codes proves nothing."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import AGREE5, agree_scale, instrument
from diagnose.errors import ResponseError
from diagnose.instrument.model import ResponseScale
from diagnose.responses import read_responses
from diagnose.responses.definition import Definition
from diagnose.responses.definition.proof import prove_codes
from diagnose.responses.rows.check import REASONS
from diagnose.scoring import score
from exports import drawn_answers

ASKED = instrument({"v": "v1 v2 v3- v4"})
SCALE = ResponseScale.model_validate(agree_scale())
LABELS = {code: english for code, (english, _) in AGREE5.items()}
RECODES = {"9": "1", "2": "2", "4": "3", "5": "4", "6": "5", "7": "na"}
"""As in a survey whose answers were edited after launch: gaps, and 9 is the lowest."""
ROTATED = {"1": "4", "2": "1", "3": "3", "4": "5", "5": "2", "na": "na"}
"""Every code is one of the scale, and means another one."""


def definition(codes, *, items=("v1", "v2", "v3", "v4"), extra=(), **labels):
    answers = {theirs: (LABELS[ours],) for theirs, ours in codes.items()}
    answers |= {code: (label,) for code, label in extra}
    answers |= {code: tuple(texts) for code, texts in labels.items()}
    return Definition(
        source="survey.qsf", kind="qsf", answers=dict.fromkeys(items, answers)
    )


def write(tmp_path, codes, meaning=None):
    if meaning:
        back = {ours: theirs for theirs, ours in meaning.items()}
        codes = codes.apply(lambda column: column.map({**back, "": ""}))
    path = tmp_path / "export.csv"
    codes.to_csv(path, index=False)
    return path


def read(tmp_path, codes, meaning=None, **options):
    return read_responses(write(tmp_path, codes, meaning), ASKED, **options)


def told(result):
    return [problem.code for problem in result.report.problems]


@pytest.fixture
def drawn():
    return drawn_answers(ASKED, 60)


@pytest.mark.parametrize("meaning", [RECODES, ROTATED], ids=["recodes", "rotated"])
def test_codes_out_of_order_give_the_answers_that_were_given(tmp_path, drawn, meaning):
    truth = read(tmp_path, drawn, mapping={"answers": "codes"})

    result = read(tmp_path, drawn, meaning, definition=definition(meaning))

    assert told(result) == []
    pd.testing.assert_frame_equal(result.answers, truth.answers)
    pd.testing.assert_frame_equal(result.not_applicable, truth.not_applicable)
    assert result.report.codes_by == "definition"
    assert result.report.definition == "survey.qsf"
    (note,) = [n for n in result.report.notes if n.code == "R073"]
    moved = [(t, o) for t, o in meaning.items() if t != o]
    assert all(f"{theirs} = {ours}" in note.message for theirs, ours in moved)
    assert note.place == "export.csv: v1, v2, v3, v4"


def test_without_the_definition_the_same_codes_are_refused(tmp_path, drawn):
    assert told(read(tmp_path, drawn, ROTATED)) == ["R046"]
    assert "R043" in told(read(tmp_path, drawn, RECODES))


def test_codes_in_order_need_no_note(tmp_path, drawn):
    same = {code: code for code in LABELS}
    result = read(tmp_path, drawn, definition=definition(same))

    assert told(result) == []
    assert "R073" not in [n.code for n in result.report.notes]


def test_dutch_labels_prove_too(tmp_path, drawn):
    dutch = {theirs: [AGREE5[ours][1]] for theirs, ours in ROTATED.items()}
    truth = read(tmp_path, drawn, mapping={"answers": "codes"})

    result = read(tmp_path, drawn, ROTATED, definition=definition({}, **dutch))

    assert told(result) == []
    pd.testing.assert_frame_equal(result.answers, truth.answers)


def test_a_label_that_the_instrument_does_not_know_blocks(tmp_path, drawn):
    known = {t: o for t, o in ROTATED.items() if o != "5"}
    given = definition(known, extra=[("4", "Totally agree")])
    result = read(tmp_path, drawn, ROTATED, definition=given)

    assert "R054" in told(result)
    found = next(p for p in result.report.problems if p.code == "R054")
    assert 'labels: {agree5: {"Totally agree": "…"}}' in found.remedy
    assert found.place == "export.csv: v1, v2, v3, v4"
    with pytest.raises(ResponseError, match="R054"):
        score(result)
    mapping = {"labels": {"agree5": {"Totally agree": "5"}}}
    settled = read(tmp_path, drawn, ROTATED, definition=given, mapping=mapping)
    truth = read(tmp_path, drawn, mapping={"answers": "codes"})
    assert told(settled) == []
    pd.testing.assert_frame_equal(settled.answers, truth.answers)


def test_labels_of_different_answers_on_one_code_block(tmp_path, drawn):
    given = definition({}, **{"1": ["Agree", "Helemaal mee oneens"]})
    result = read(tmp_path, drawn, definition=given)

    assert "R055" in told(result)
    found = next(p for p in result.report.problems if p.code == "R055")
    assert "Agree, Helemaal mee oneens" in found.message


def test_a_definition_of_another_survey_proves_nothing(tmp_path, drawn):
    given = definition(ROTATED, items=("q1", "q2"))

    assert told(read(tmp_path, drawn, definition=given)) == ["R076", "R046"]


def test_a_definition_that_knows_the_items_and_no_codes_says_so(tmp_path, drawn):
    given = Definition(
        source="survey.txt",
        kind="advanced",
        wordings={"v1": ("x",)},
        unproven={"v1": "ambiguous"},
    )

    assert told(read(tmp_path, drawn, definition=given)) == ["R084", "R046"]


def test_items_that_the_definition_lacks_stay_unproven(tmp_path, drawn):
    given = definition({code: code for code in LABELS}, items=("v1", "v2", "v3"))
    result = read(tmp_path, drawn, definition=given)

    assert told(result) == ["R046"]


def test_a_code_that_the_definition_lacks_is_not_believed(tmp_path, drawn):
    given = definition({code: code for code in LABELS if code != "5"})

    assert told(read(tmp_path, drawn, definition=given)) == ["R043"]


def test_extra_labels_go_before_none_and_case_does_not_matter():
    proof = prove_codes(
        {"a": ("STRONGLY  agree",), "b": ("top",), "c": ("", " ")},
        SCALE,
        extra={"Top ": "5"},
    )

    assert proof.codes == {"a": "5", "b": "5"}
    assert (proof.unknown, proof.clashing) == ({}, {})


def test_what_is_unknown_keeps_the_first_label_that_says_something():
    proof = prove_codes({"1": (" ", "Yes", "Ja")}, SCALE, extra={})

    assert proof.unknown == {"1": "Yes"}


@given(
    st.permutations(list(LABELS)),
    st.lists(st.sampled_from([*LABELS, ""]), min_size=8, max_size=8),
)
@settings(max_examples=40, deadline=None)
def test_any_permutation_of_the_codes_gives_the_same_answers(
    tmp_path_factory, order, cells
):
    meaning = dict(zip(LABELS, order, strict=True))
    frame = pd.DataFrame({"v1": cells, "v2": "1", "v3": "na", "v4": cells[::-1]})
    folder = tmp_path_factory.mktemp("order")
    truth = read(folder, frame, mapping={"answers": "codes"})

    result = read(folder, frame, meaning, definition=definition(meaning))

    pd.testing.assert_frame_equal(result.answers, truth.answers)
    pd.testing.assert_frame_equal(result.not_applicable, truth.not_applicable)


QSF = {
    "SurveyEntry": {"SurveyID": "SV_1"},
    "SurveyElements": [
        {
            "Element": "SQ",
            "PrimaryAttribute": "QID1",
            "Payload": {
                "QuestionType": "Matrix",
                "Selector": "Likert",
                "SubSelector": "SingleAnswer",
                "DataExportTag": "v",
                "QuestionID": "QID1",
                "QuestionText": "How far do you agree?",
                "Choices": {str(i): {"Display": f"statement {i}"} for i in range(1, 5)},
                "ChoiceDataExportTags": {str(i): f"v_{i}" for i in range(1, 5)},
                "Answers": {
                    str(place): {"Display": label}
                    for place, label in enumerate(LABELS.values(), start=1)
                },
                "AnswerOrder": [str(i) for i in range(1, 7)],
                "RecodeValues": {
                    str(place): theirs for place, theirs in enumerate(RECODES, start=1)
                },
            },
        }
    ],
}


def test_recodes_of_a_qualtrics_file_prove_the_numbers(tmp_path, drawn):
    path = tmp_path / "survey.qsf"
    path.write_text(json.dumps(QSF), encoding="utf-8")
    back = {ours: theirs for theirs, ours in RECODES.items()} | {"": ""}
    cells = drawn.apply(lambda column: column.map(back))
    export = tmp_path / "export.csv"
    names = [f"v_{i}" for i in range(1, 5)]
    rows = [
        ["ResponseId", "Finished", *names],
        ["Response ID", "Finished", *(f"How - statement {i}" for i in range(1, 5))],
        [
            '{"ImportId":"_recordId"}',
            '{"ImportId":"finished"}',
            *(f'{{"ImportId":"QID1_{i}"}}' for i in range(1, 5)),
        ],
        *([f"R_{n}", "1", *row] for n, row in enumerate(cells.itertuples(index=False))),
    ]
    pd.DataFrame(rows).to_csv(export, index=False, header=False)

    result = read_responses(export, ASKED, definition=path)

    truth = read(tmp_path / "..", drawn, mapping={"answers": "codes"})
    assert result.report.platform == "qualtrics"
    assert told(result) == []
    assert "R073" in [n.code for n in result.report.notes]
    pd.testing.assert_frame_equal(result.answers, truth.answers)


ROWS = """response,submitted,v1,v2,status
1,,4,4,
2,2026-01-01,4,4,
3,2026-01-01,5,5,
1,2026-01-02,2,2,
1,2026-01-03,3,3,
2,,1,1,
4,2026-01-04,,,
"""


@pytest.mark.parametrize(
    ("partials", "duplicates", "excluded", "kept"),
    [
        ("drop", "last", {"partial": 2, "duplicate": 1, "empty": 1}, [4, 5, 3]),
        ("drop", "first", {"partial": 2, "duplicate": 1, "empty": 1}, [4, 5, 2]),
        ("drop", "keep", {"partial": 2, "empty": 1}, [4, 5, 2, 3]),
        ("keep", "last", {"duplicate": 3, "empty": 1}, [4, 5, 3]),
        ("keep", "first", {"duplicate": 3, "empty": 1}, [4, 5, 2]),
        ("keep", "keep", {"empty": 1}, [4, 4, 5, 2, 3, 1]),
    ],
)
@pytest.mark.parametrize("trials", ["drop", "keep"])
def test_every_combination_of_rules_counts_what_it_leaves_out(
    tmp_path, partials, duplicates, trials, excluded, kept
):
    path = tmp_path / "export.csv"
    lines = ROWS.splitlines()
    head = "id;submitdate;lastpage;startlanguage;v[v1];v[v2]"
    cells = [line.split(",") for line in lines[1:]]
    body = [";".join([c[0], c[1], "1", "en", c[2], c[3]]) for c in cells]
    path.write_text("\n".join([head, *body]) + "\n", encoding="utf-8")
    asked = instrument({"v": "v1 v2"})
    rules = {"partials": partials, "trials": trials, "duplicates": duplicates}

    report = read_responses(path, asked, mapping={"answers": "codes"}, **rules)

    assert report.report.platform == "limesurvey"
    assert report.report.rules == rules
    assert report.report.excluded == excluded
    assert report.answers["v1"].tolist() == kept
    assert report.report.n_rows == 7
    assert report.report.n_kept + sum(excluded.values()) == 7
    assert list(excluded) == [r for r in REASONS if r in excluded]


@pytest.mark.parametrize(
    ("trials", "excluded", "codes"),
    [("drop", {"preview": 1, "test": 1, "spam": 1}, []),
     ("keep", {"spam": 1}, ["R075"])],
)  # fmt: skip
def test_trials_are_kept_only_when_asked_and_then_told(
    tmp_path, trials, excluded, codes
):
    rows = [
        ["ResponseId", "Status", "v_1", "v_2"],
        ["Response ID", "Response Type", "How - a", "How - b"],
        *[
            [
                f'{{"ImportId":"{i}"}}'
                for i in ("_recordId", "status", "QID1_1", "QID1_2")
            ]
        ],
        ["R_1", "IP Address", "Agree", "Agree"],
        ["R_2", "Survey Preview", "Disagree", "Agree"],
        ["R_3", "Survey Test", "Disagree", "Agree"],
        ["R_4", "Spam", "Disagree", "Agree"],
    ]
    path = tmp_path / "export.csv"
    pd.DataFrame(rows).to_csv(path, index=False, header=False)

    result = read_responses(path, instrument({"v": "v1 v2"}), trials=trials)

    assert result.report.excluded == excluded
    assert result.report.n_kept == 4 - sum(excluded.values())
    assert [n.code for n in result.report.notes if n.code == "R075"] == codes


@pytest.mark.parametrize("rule", ["partials", "trials", "duplicates"])
def test_a_rule_that_does_not_exist_is_refused(tmp_path, rule):
    with pytest.raises(ValueError, match=rf"`{rule}` must be one of"):
        read_responses(tmp_path / "x.csv", ASKED, **{rule: "sometimes"})
