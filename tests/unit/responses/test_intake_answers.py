"""What answer texts mean, and what is told of texts that mean nothing."""

from __future__ import annotations

import numpy as np
import pytest

from builders import instrument, number_scale, responses
from diagnose.errors import ResponseError
from diagnose.instrument.model import ResponseScale
from diagnose.responses import combine_waves, read_responses
from diagnose.responses.answers.vocabulary import Vocabulary
from diagnose.scoring import score


def vocabulary(answers="auto", decimal=".", extra=None, missing=()):
    return Vocabulary(
        instrument().response_scales[0],
        extra=extra or {},
        answers=answers,
        missing=missing,
        decimal=decimal,
        proven={},
        absent=(),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4.0),
        (" 4 ", 4.0),
        ("4.0", 4.0),
        ("\ufeff4", 4.0),
        ("Agree", 4.0),
        ("agree ", 4.0),
        ("\ufeffStrongly\u00a0 AGREE", 5.0),
        ("Helemaal mee eens", 5.0),
        ("5 - Strongly agree", 5.0),
        ("1. Helemaal mee oneens", 1.0),
    ],
)
def test_codes_and_labels_of_every_language_are_understood(text, value):
    assert vocabulary().meaning(text).value == value


@pytest.mark.parametrize("text", ["na", " na\u00a0", "Don’t know / not applicable"])
def test_not_applicable_is_no_number(text):
    meaning = vocabulary().meaning(text)

    assert meaning.not_applicable
    assert np.isnan(meaning.value)


@pytest.mark.parametrize(
    "text",
    ["0", "6", "3.5", "4,0", "1e0", "-oth-", "Mostly", "5 - Agree", "nan", "1_0"],
)
def test_nothing_else_is_understood(text):
    assert vocabulary().meaning(text).by == "unknown"


def test_codes_only_and_labels_only():
    assert vocabulary("codes").meaning("Agree").by == "unknown"
    assert vocabulary("labels").meaning("4").by == "unknown"
    assert vocabulary("labels").meaning("Agree").value == 4.0
    assert vocabulary(decimal=",").meaning("4,0").value == 4.0


def test_missing_texts_and_blank_cells():
    words = vocabulary(missing=("-99", "No answer"))

    assert {words.meaning(t).by for t in ("", " ", "-99", "no  answer")} == {"missing"}


def test_a_label_that_is_another_points_code_is_ambiguous():
    scale = ResponseScale.model_validate(
        {
            "id": "turned",
            "lowest": 1.0,
            "highest": 2.0,
            "points": (
                {"code": "1", "value": 1.0, "label": {"en": "2"}},
                {"code": "2", "value": 2.0, "label": {"en": "1"}},
            ),
        }
    )
    words = {
        answers: Vocabulary(
            scale,
            extra={},
            answers=answers,
            missing=(),
            decimal=".",
            proven={},
            absent=(),
        )
        for answers in ("auto", "codes", "labels")
    }

    assert words["auto"].meaning("1").by == "ambiguous"
    assert words["codes"].meaning("1").value == 1.0
    assert words["labels"].meaning("1").value == 2.0


def about_texts(read):
    """Return the open questions, but for the one on codes that nothing proves."""
    return [found for found in read.report.problems if found.code != "R046"]


def export(tmp_path, columns):
    path = tmp_path / "export.csv"
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_labels_of_many_are_shown_with_counts_and_block_scoring(tmp_path):
    path = export(
        tmp_path,
        {"v1": ["Mostly true"] * 6 + ["Agree"] * 4, "v2": ["Agree"] * 10},
    )

    read = read_responses(path, instrument({"v": "v1 v2"}, min_answered={"v": 1}))

    (found,) = about_texts(read)
    assert found.code == "R042"
    assert '"Mostly true" (6×)' in found.message
    assert 'labels: {agree5: {"Mostly true": "…"}}' in found.remedy
    assert read.answers["v1"].isna().sum() == 6
    with pytest.raises(ResponseError, match="Mostly true"):
        score(read)


def test_a_near_miss_is_shown_and_its_code_suggested(tmp_path):
    path = export(tmp_path, {"v1": ["Strongly agreed", "Agree"], "v2": ["4", "4"]})

    (found,) = about_texts(read_responses(path, instrument({"v": "v1 v2"})))

    assert 'labels: {agree5: {"Strongly agreed": "5"}}' in found.remedy


def test_words_of_a_few_people_are_never_shown(tmp_path):
    texts = ["Ask Jan", "He shouted at me", "My GP said no", "Agree", "Agree"]
    path = export(tmp_path, {"v1": texts, "v2": ["4"] * 5})

    read = read_responses(path, instrument({"v": "v1 v2"}))

    (found,) = about_texts(read)
    assert found.code == "R045"
    assert "3 texts" in found.message
    assert not any(text in repr(read) + str(found) for text in texts[:3])


def test_a_straight_liner_does_not_make_a_text_frequent(tmp_path):
    asked = instrument({"v": "v1 v2 v3 v4 v5 v6"})
    path = export(tmp_path, {f"v{i}": ["Ask Jan", "4"] for i in range(1, 7)})

    (found,) = about_texts(read_responses(path, asked))

    assert found.code == "R045"


def test_values_outside_the_scale_are_named_and_never_scored(tmp_path):
    path = export(tmp_path, {"v1": ["0", "6", "4"], "v2": ["4"] * 3, "v3": ["9"] * 3})

    read = read_responses(path, instrument({"v": "v1 v2 v3"}))

    (found,) = about_texts(read)
    assert found.code == "R043"
    assert '"9" (3×), "0" (1×), "6" (1×)' in found.message
    assert found.allowed == "1, 2, 3, 4, 5, na"
    assert read.answers["v1"].isna().tolist() == [True, True, False]


def test_long_numbers_are_not_shown(tmp_path):
    path = export(tmp_path, {"v1": ["0612345678", "4"], "v2": ["4", "4"]})

    read = read_responses(path, instrument())

    assert "0612345678" not in repr(read.report)


def test_na_written_by_statistics_programs_needs_a_person(tmp_path):
    asked = instrument({"h": "h1 h2"}, scales={"h": number_scale("zero4", 0, 4)})
    path = export(tmp_path, {"h1": ["NA"] * 5 + ["0"], "h2": ["1"] * 6})

    codes = {"answers": "codes"}
    blocked = read_responses(path, asked, mapping=codes)
    told = read_responses(path, asked, mapping={**codes, "missing": ["NA"]})

    assert [p.code for p in blocked.report.problems] == ["R042"]
    assert not told.report.blocks_scoring
    assert told.answers["h1"].isna().tolist() == [True] * 5 + [False]


def test_codes_labels_and_both_are_reported(tmp_path):
    codes = read_responses(export(tmp_path, {"v1": ["4"], "v2": ["5"]}), instrument())
    mixed = read_responses(
        export(tmp_path, {"v1": ["Mee eens"], "v2": ["5"]}), instrument()
    )

    assert codes.report.answers_as == "codes"
    assert mixed.report.answers_as == "mixed"


def test_labels_of_several_languages_in_one_file(tmp_path):
    path = export(
        tmp_path, {"v1": ["Agree", "Mee eens"], "v2": ["Disagree", "Mee oneens"]}
    )

    read = read_responses(path, instrument())

    assert read.answers.to_numpy().tolist() == [[4, 2], [4, 2]]


def test_the_order_of_columns_is_that_of_the_instrument(tmp_path):
    asked = instrument(context="a1 a2")
    path = export(tmp_path, {"a2": ["1"], "v2": ["2"], "a1": ["3"], "v1": ["4"]})

    read = read_responses(path, asked)

    assert list(read.answers.columns) == ["v1", "v2", "a1", "a2"]
    assert read.report.not_asked == ("v3", "v4", "c1", "c2", "c3")


def test_waves_with_other_items_and_levels_are_combined():
    asked = instrument()
    first = responses("| team | wave | v1 | v2 |\n| A | one | 4 | 5 |", asked)
    second = responses("| wave | v1 | c1 |\n| two | 3 | na |", asked)

    both = combine_waves([first, second])

    assert both.waves == ("one", "two")
    assert list(both.answers.columns) == ["v1", "v2", "c1"]
    assert both.people["team"].tolist() == ["A", ""]
    assert both.not_applicable["c1"].tolist() == [False, True]
    assert both.answers["v2"].isna().tolist() == [False, True]
