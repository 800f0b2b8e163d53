"""SPSS: a sheet to type into, syntax within its limits, and a file with its labels."""

from __future__ import annotations

import re
import time

import pytest

import builders
from diagnose.errors import InstrumentError
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.spss import SPSS, shortened, write_spss
from diagnose.responses.read.layout import split_code

UNITS = (("Care", "North", "Team 1"), ("Care", "South's", "Team 2"))
FIELDED = [
    (name, form, language)
    for name in ("bottom-up", "pulse")
    for form in ("floor", "leader")
    for language in ("nl", "en")
]


def survey_of(name, form, language, **details):
    return build_survey(
        load_instrument(name),
        form,
        (language,),
        details=FieldingDetails(link=True, **details),
        units=UNITS,
    )


def reread(survey, tmp_path):
    import pyreadstat

    path = tmp_path / "back.sav"
    path.write_bytes(write_spss(survey)[f"{survey.name}-{survey.language}.sav"])
    return pyreadstat.read_sav(str(path), user_missing=True)


def syntax_of(survey):
    content = write_spss(survey)[f"{survey.name}-{survey.language}.sps"]
    assert content.startswith(b"\xef\xbb\xbf")
    return content.decode("utf-8-sig")


def scaled(**points):
    """Return an instrument whose one scale has other points: code to value."""
    scale = builders.number_scale("odd", 0, 1)
    scale["points"] = tuple(
        {"code": code.strip("_"), "value": value, "label": builders.both(f"l {code}")}
        for code, value in points.items()
    )
    return builders.instrument(
        {"v": "v1 v2"}, texts={"v1": ("A", "A")}, scales={"v": scale}
    )


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_labels_and_missing_values_come_back_from_the_data_file(
    name, form, language, tmp_path
):
    survey = survey_of(name, form, language)

    frame, meta = reread(survey, tmp_path)

    assert len(frame) == 0
    assert meta.number_rows == 0
    for matrix, row in survey.statements():
        assert meta.column_names_to_labels[row.id] == shortened(row.text[language], 256)
        assert meta.variable_value_labels[row.id] == {
            float(option.number): option.label[language] for option in matrix.options
        }
        assert meta.missing_ranges[row.id] == [{"lo": 9.0, "hi": 9.0}]
        assert meta.variable_measure[row.id] == "ordinal"
        assert meta.original_variable_types[row.id] == "F1.0"
        assert row.id in split_code(row.id)
    units = meta.variable_value_labels["unit"]
    assert set(units.values()) == {"Care / North / Team 1", "Care / South's / Team 2"}
    assert meta.original_variable_types["first"] == "A2000"
    assert meta.file_label == shortened(survey.title[language], 64)


@pytest.mark.parametrize(("language", "delimiter"), [("nl", ";"), ("en", ",")])
def test_the_sheet_has_one_line_of_headings(language, delimiter):
    survey = survey_of("pulse", "floor", language)

    sheet = write_spss(survey)[f"pulse-floor-{language}-entry.csv"]

    first, *rest = sheet.decode("utf-8-sig").split("\r\n")
    assert rest == [""]
    headings = first.split(delimiter)
    assert headings[:4] == ["unit", "role", "edition", "link"]
    assert headings[4:] == [*(row.id for _, row in survey.statements()), "first"]
    assert f"/DELIMITERS='{delimiter}'" in syntax_of(survey)


def test_without_units_and_link_the_sheet_has_neither():
    survey = build_survey(load_instrument("pulse"), "floor", ("en",))

    sheet = write_spss(survey)["pulse-floor-en-entry.csv"].decode("utf-8-sig")

    assert sheet.startswith("role,edition,")
    assert "link" not in sheet


@pytest.mark.parametrize(("name", "form", "language"), FIELDED)
def test_syntax_lines_keep_below_256_bytes(name, form, language):
    for line in syntax_of(survey_of(name, form, language)).split("\r\n"):
        assert len(line.encode("utf-8")) < 256
        assert line.replace("'\"'", "").count("'") % 2 == 0


def test_the_syntax_declares_numbers_labels_and_missing_values():
    text = " ".join(syntax_of(survey_of("pulse", "floor", "en")).split())

    assert text.startswith("* Encoding: UTF-8. * Go to the folder")
    assert "/FILE='pulse-floor-en-entry.csv'" in text
    assert re.search(
        r"RECODE v4 [a-z0-9 ]+\('na'='9'\) \('NA'='9'\) \('Na'='9'\) \.", text
    )
    assert re.search(r"ALTER TYPE v4 [a-z0-9 ]+\(F1\.0\)\.", text)
    assert re.search(r"FORMATS v4 [a-z0-9 ]+\(F1\.0\)\.", text)
    assert re.search(r"MISSING VALUES v4 [a-z0-9 ]+\(9\)\.", text)
    assert re.search(r"VARIABLE LEVEL v4 [a-z0-9 ]+\(ORDINAL\)\.", text)
    assert "'Care / South''s / Team 2'" in text
    assert text.index("RECODE") < text.index("ALTER TYPE") < text.index("VALUE LABELS")


def test_a_long_label_is_joined_from_pieces_and_cut_at_its_limit():
    wording = "it's " * 80
    asked = builders.instrument({"v": "v1 v2"}, texts={"v1": (wording, wording)})

    text = syntax_of(build_survey(asked, "floor", ("en",)))

    label = text.partition("VARIABLE LABELS v1\r\n")[2].partition(".\r\n")[0]
    pieces = re.findall(r"'((?:[^']|'')*)'", label)
    assert len(pieces) > 1
    whole = "".join(piece.replace("''", "'") for piece in pieces)
    assert whole == shortened(wording.strip(), 256)
    assert whole.endswith("…")


@pytest.mark.parametrize(
    ("text", "most", "kept"),
    [("abc", 3, "abc"), ("abcd", 3, "…"), ("éééé", 7, "éé…"), ("a bcdef", 5, "a…")],
)
def test_texts_are_cut_between_signs(text, most, kept):
    assert shortened(text, most) == kept
    assert len(kept.encode("utf-8")) <= most


def test_a_number_of_two_digits_gets_its_width(tmp_path):
    survey = build_survey(scaled(_0=0.0, _10=10.0, _na=None), "floor", ("en",))

    _, meta = reread(survey, tmp_path)

    assert meta.original_variable_types["v1"] == "F2.0"
    assert meta.variable_value_labels["v1"] == {
        0.0: "l _0",
        10.0: "l _10",
        9.0: "l _na",
    }


def test_a_capital_that_is_a_code_of_its_own_is_not_taken_for_the_small_letter():
    survey = build_survey(scaled(_a=0.0, _A=1.0), "floor", ("en",))

    text = syntax_of(survey)

    assert "('a'='0')" in text
    assert "('A'='1')" in text
    assert "('A'='0')" not in text
    assert "('a'='1')" not in text


def test_more_kinds_of_unknown_than_spss_can_declare_are_a_problem():
    survey = build_survey(
        scaled(_0=0.0, _a=None, _b=None, _c=None, _d=None), "floor", ("en",)
    )

    with pytest.raises(InstrumentError, match=r"\[F030\].*4 answers.*can declare 3"):
        write_spss(survey)


def test_an_item_called_like_a_word_of_spss_is_a_problem():
    asked = builders.instrument({"v": "with v2"}, texts={"with": ("A", "A")})

    with pytest.raises(InstrumentError, match=r"\[F020\] small-floor: with: SPSS"):
        write_spss(build_survey(asked, "floor", ("en",)))


def test_bytes_do_not_depend_on_the_clock(tmp_path):
    survey = survey_of("pulse", "floor", "nl")

    first = write_spss(survey)
    time.sleep(1.1)  # the header counts seconds

    assert write_spss(survey) == first
    _, meta = reread(survey, tmp_path)
    assert meta.creation_time.year == 2000
    assert not SPSS.multilingual
