"""SPSS files: numbers as text, labels as proof, missing values kept apart."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from builders import AGREE5, instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.responses.definition import read_definition
from diagnose.responses.files.spss import number_text
from diagnose.responses.files.table import read_table
from diagnose.responses.read import detect_platform

ASKED = instrument(
    {"v": "v1 v2", "c": "c1 c2"},
    texts={"c1": ("We can do this", "Wij kunnen dit")},
)
LABELS = {float(c): text[1] for c, text in AGREE5.items() if c != "na"}
WITH_NA = {**LABELS, 9.0: AGREE5["na"][1]}


@pytest.fixture
def written(tmp_path):
    def write(columns, *, name="export.sav", **options):
        path = tmp_path / name
        options.setdefault("variable_value_labels", {n: WITH_NA for n in columns})
        pyreadstat.write_sav(pd.DataFrame(columns), path, **options)
        return path

    return write


def column(table, name):
    place = table.head[0].index(name)
    return [str(cell) for cell in table.take([place])[place]]


def numbers(*values):
    return np.array(values, dtype=float)


def codes_of(caught):
    return [found.code for found in caught.value.problems]


@pytest.mark.parametrize("packing", [{}, {"compress": True}, {"row_compress": True}])
def test_values_and_texts_survive_every_packing(written, packing):
    path = written(
        {
            "v1": numbers(1, 2.5, np.nan, -99),
            "team": ["Zorg é", "NA", "", "  x  "],
            "c1": numbers(1, 2, 3, 4),
        },
        **packing,
    )

    table = read_table(path)

    assert column(table, "v1") == ["1", "2.5", "", "-99"]
    assert column(table, "team") == ["Zorg é", "NA", "", "  x"]
    assert (table.encoding, table.n_records) == ("sav", 5)
    assert table.head[1] == ("1", "Zorg é", "1")
    assert detect_platform(table).name == "spss"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3.0, "3"),
        (-0.0, "0"),
        (2.5, "2.5"),
        (2.9999999999999996, "2.9999999999999996"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e15, "1000000000000000.0"),
        (1e300, "1e+300"),
        (-99.0, "-99"),
    ],
)
def test_a_number_of_spss_is_told_exactly(number, text):
    assert number_text(number) == text
    assert float(text) == number


def test_floating_noise_is_no_answer(written):
    path = written({"v1": numbers(2.9999999999999996, 3), "v2": numbers(1, 2)})

    report = read_responses(path, ASKED).report

    assert {"R043", "R045"} & {found.code for found in report.problems}


def test_labels_prove_the_numbers_and_name_the_dont_know(written):
    turned = {6.0 - code: label for code, label in LABELS.items()}
    path = written(
        {"v1": numbers(1, 5, 9), "v2": numbers(1, 5, 9)},
        variable_value_labels={"v1": WITH_NA, "v2": turned | {9.0: AGREE5["na"][0]}},
    )

    responses = read_responses(path, ASKED)

    assert responses.answers["v1"].tolist()[:2] == [1, 5]
    assert responses.answers["v2"].tolist()[:2] == [5, 1]
    assert responses.not_applicable.loc[2].tolist() == [True, True]
    assert not responses.report.problems


def test_numbers_without_labels_are_not_believed(written):
    path = written({"v1": numbers(1, 5), "v2": numbers(2, 4)}, variable_value_labels={})

    assert "R046" in [p.code for p in read_responses(path, ASKED).report.problems]


def test_names_of_variables_are_compared_without_case(written):
    path = written({"V_V1": numbers(1, 5), "V_V2": numbers(2, 4)})

    assert read_responses(path, ASKED).answers["v1"].tolist() == [1, 5]
    assert set(read_table(path).definition.answers) == {"v_v1", "v_v2"}


@pytest.mark.parametrize(
    "label",
    [
        "Wij kunnen dit",
        "Hoe eens ben je het? - Wij kunnen dit",
        "Eens? [We can do this]",
    ],
)
def test_an_item_is_found_by_the_label_of_its_variable(written, label):
    path = written(
        {"q7": numbers(1, 5), "v2": numbers(2, 4)}, column_labels={"q7": label}
    )

    responses = read_responses(path, ASKED)

    assert responses.answers["c1"].tolist() == [1, 5]
    assert read_definition(path).wordings["q7"] == (label,)


def test_declared_missing_values_are_known_by_their_text(written):
    path = written(
        {
            "v1": numbers(1, 9, -99, -7.5),
            "v2": numbers(8, 2, 3, 4),
            "team": ["X", "a", "b", "c"],
        },
        missing_ranges={
            "v1": [9.0, {"lo": -999, "hi": -1}],
            "v2": [98.0],
            "team": ["X"],
        },
    )

    missing = read_table(path).missing

    assert missing == {
        0: frozenset({"9", "-99", "-7.5"}),
        1: frozenset({"98"}),
        2: frozenset({"X"}),
    }


def test_a_declared_missing_value_with_a_label_stays_a_dont_know(written):
    path = written(
        {"v1": numbers(1, 9, -99), "v2": numbers(1, 2, 3)},
        missing_ranges={"v1": [9.0, -99.0]},
    )

    responses = read_responses(path, ASKED)

    assert responses.not_applicable["v1"].tolist() == [False, True, False]
    assert responses.answers["v1"].isna().tolist() == [False, True, True]
    assert not responses.report.problems


def test_dates_become_iso_and_are_never_answers(written):
    path = written(
        {
            "v1": pd.to_datetime(["2026-04-03", "2026-04-04"]),
            "v2": numbers(1, 2),
            "submitted": [dt.date(2026, 11, 26), dt.date(2026, 11, 25)],
        },
        variable_value_labels={},
    )

    table = read_table(path)

    assert column(table, "v1") == ["2026-04-03 00:00:00", "2026-04-04 00:00:00"]
    assert column(table, "submitted") == ["2026-11-26", "2026-11-25"]
    assert table.dates == {0: 2, 2: 2}
    assert "R047" in [p.code for p in read_responses(path, ASKED).report.problems]


def test_codes_that_are_text_have_labels_too(written):
    path = written(
        {"v1": ["1", "na", "5"], "v2": numbers(1, 2, 3)},
        variable_value_labels={
            "v1": {"1": LABELS[1.0], "5": LABELS[5.0], "na": AGREE5["na"][1]},
            "v2": LABELS,
        },
    )

    responses = read_responses(path, ASKED)

    assert responses.not_applicable["v1"].tolist() == [False, True, False]
    assert responses.answers["v1"].tolist()[0] == 1


def test_previews_and_partials_of_qualtrics_are_left_out(written):
    n = 4
    path = written(
        {
            "ResponseId": [f"R_{i}" for i in range(n)],
            "Status": numbers(0, 1, 0, 0),
            "Finished": numbers(1, 1, 0, 1),
            "v_1": numbers(1, 2, 3, 4),
            "v_2": numbers(1, 2, 3, 4),
        },
        variable_value_labels={"v_1": LABELS, "v_2": LABELS},
    )

    responses = read_responses(path, ASKED)

    assert responses.report.excluded == {"preview": 1, "partial": 1}
    assert responses.answers["v1"].tolist() == [1, 4]


def test_a_lone_variable_called_status_decides_nothing(written):
    path = written({"status": numbers(1, 2), "v1": numbers(1, 2), "v2": numbers(1, 2)})

    assert len(read_responses(path, ASKED)) == 2


def test_partials_of_limesurvey_are_left_out(written):
    path = written(
        {
            "id": numbers(1, 2),
            "submitdate": ["1980-01-01 00:00:00", ""],
            "startlanguage": ["nl", "nl"],
            "v_v1": numbers(1, 2),
            "v_v2": numbers(1, 2),
        }
    )

    report = read_responses(path, ASKED).report

    assert report.excluded == {"partial": 1}


def test_a_file_that_names_no_encoding_is_read_as_windows(written):
    content = bytearray(
        written({"v1": numbers(1, 2), "team": ["Zorgeé", "b"]}).read_bytes()
    )
    # The records that tell the encoding become records that nobody reads.
    for subtype, size, count in ((3, 4, 8), (20, 1, 5)):
        mark = b"".join(n.to_bytes(4, "little") for n in (7, subtype, size, count))
        place = content.index(mark)
        content[place + 4] = 24 if size == 1 else 99
    old = bytes(content).replace("é".encode(), b"\xe9 ")
    path = written({"v1": numbers(1)}, name="old.sav")
    path.write_bytes(old)

    table = read_table(path)

    assert column(table, "team") == ["Zorgeé", "b"]
    assert [note.code for note in table.notes] in ([], ["R143"])


def test_a_file_that_names_a_wrong_encoding_is_read_as_windows(written):
    content = written({"v1": numbers(1, 2), "team": ["Zorgeé", "b"]}).read_bytes()
    path = written({"v1": numbers(1)}, name="wrong.sav")
    path.write_bytes(content.replace("é".encode(), b"\xe9 "))

    table = read_table(path)

    assert column(table, "team") == ["Zorgeé", "b"]
    assert [note.code for note in table.notes] == ["R143"]


@pytest.mark.parametrize("packing", [{}, {"compress": True}, {"row_compress": True}])
def test_a_file_cut_off_anywhere_is_refused(written, packing):
    path = written({"v1": numbers(*range(40)), "team": ["abc"] * 40}, **packing)
    content = path.read_bytes()
    for end in [*range(4, len(content), 97), len(content) - 1]:
        path.write_bytes(content[:end])
        with pytest.raises(ResponseError) as caught:
            read_table(path).take([0, 1])
        assert codes_of(caught) == ["R142"]


@pytest.mark.parametrize(
    ("offset", "value"),
    [(176 + 4, 0x76), (176 + 7, 0x76), (176 + 14, 1), (176 + 18, 1)],
    ids=["width", "no such width", "text format", "text format of writing"],
)
def test_a_variable_that_cannot_exist_is_refused_before_it_is_read(
    written, offset, value
):
    content = bytearray(written({"v1": numbers(1, 2)}).read_bytes())
    content[offset] = value
    path = written({"v1": numbers(1)}, name="bad.sav")
    path.write_bytes(bytes(content))

    with pytest.raises(ResponseError) as caught:
        read_table(path)
    assert codes_of(caught) == ["R142"]


def test_a_portable_file_is_refused_with_a_way_out(tmp_path):
    path = tmp_path / "old.por"
    path.write_bytes(b"\xc1\xe2\xc3" * 13 + b" ASCII SPSS PORT FILE" + b" " * 300)

    with pytest.raises(ResponseError, match=r"save it as \.sav") as caught:
        read_table(path)
    assert codes_of(caught) == ["R147"]


def test_a_file_with_more_than_can_be_held_is_refused(written, monkeypatch):
    from diagnose.responses.files import spss

    path = written({"v1": numbers(1, 2), "v2": numbers(1, 2)})
    for limit, most in (("MOST_CELLS", 3), ("MOST_COLUMNS", 1), ("MOST_SAV_BYTES", 9)):
        with monkeypatch.context() as patch:
            patch.setattr(spss, limit, most)
            with pytest.raises(ResponseError) as caught:
                read_table(path)
        assert codes_of(caught) == ["R003" if limit == "MOST_SAV_BYTES" else "R137"]


def test_no_text_of_a_respondent_is_in_the_representation(written):
    path = written({"v1": numbers(1, 2), "v2": numbers(1, 2), "note": ["Jannie", "x"]})

    responses = read_responses(path, ASKED)

    assert "Jannie" not in repr(responses)
    assert "note" in responses.report.dropped


def test_a_text_of_more_than_255_bytes_is_read_whole(written):
    path = written({"v1": numbers(1, 2), "note": ["é" * 400, "x"]})

    assert column(read_table(path), "note") == ["é" * 400, "x"]
