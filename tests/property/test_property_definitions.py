"""What must hold for JSON, SPSS files and definitions, whatever is in them."""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import instrument
from diagnose.errors import ResponseError
from diagnose.instrument.codebook import codebook
from diagnose.responses.definition.build import Asked, build_definition
from diagnose.responses.definition.read import definition_in
from diagnose.responses.files.json_records import read_json
from diagnose.responses.files.source import Source
from diagnose.responses.files.spss import number_text as spss_number
from diagnose.responses.files.spss import read_spss
from diagnose.responses.files.strict_json import number_text

MODEST = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
FEW = settings(MODEST, max_examples=60)


def table_of(value):
    return read_json(Source.of("x.json", json.dumps(value).encode()))


def cells(table):
    frame = table.take(range(len(table.head[0]))).astype(str)
    return {table.head[0][i]: list(frame[i]) for i in frame}


KEYS = st.sampled_from(["v1", "v2", "c1", "team", "1", "é"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
)
FLAT = st.dictionaries(KEYS, LEAVES, min_size=1, max_size=6)


@MODEST
@given(st.lists(FLAT, min_size=1, max_size=6))
def test_every_value_of_json_comes_out_in_its_own_cell(rows):
    found = cells(table_of(rows))

    assert set(found) == {key for row in rows for key in row}
    for key, column in found.items():
        assert len(column) == len(rows)
        for row, text in zip(rows, column, strict=True):
            value = row.get(key)
            if value is None:
                assert text == ""
            elif isinstance(value, bool):
                assert text == str(value).lower()
            elif isinstance(value, (int, float)):
                assert Decimal(text) == Decimal(json.dumps(value))
            else:
                assert text == value


@FEW
@given(
    st.lists(
        st.dictionaries(st.sampled_from("ab"), FLAT, min_size=1), min_size=1, max_size=3
    )
)
def test_flattening_is_the_same_as_dotted_keys(rows):
    dotted = [
        {
            f"{block}.{key}": value
            for block, row in one.items()
            for key, value in row.items()
        }
        for one in rows
    ]

    assert cells(table_of(rows)) == cells(table_of(dotted))


@MODEST
@given(
    st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
)
def test_a_json_number_is_told_without_a_loss(number):
    raw = json.dumps(number)
    text = number_text(raw)

    assert Decimal(text) == Decimal(raw)
    if isinstance(number, int) and abs(number) < 10**29:
        assert text == str(number)


@MODEST
@given(st.floats(allow_nan=False))
def test_an_spss_number_is_told_without_a_loss(number):
    assert float(spss_number(number)) == number


def _sav(options, **columns):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.sav"
        pyreadstat.write_sav(pd.DataFrame(columns), path, **options)
        return path.read_bytes()


NUMBERS = st.lists(
    st.sampled_from([1.0, 2.0, 2.5, 9.0, -99.0, 1e20, float("nan")]),
    min_size=1,
    max_size=20,
)
SHORT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]),
    max_size=8,
)


@FEW
@given(numbers=NUMBERS, text=SHORT, packed=st.booleans(), label=SHORT)
def test_an_spss_file_comes_back_as_it_was_written(numbers, text, packed, label):
    labels = {"v1": {1.0: label}} if label.strip() else {}
    content = _sav(
        {"compress": packed, "variable_value_labels": labels},
        v1=np.array(numbers),
        team=[text] * len(numbers),
    )

    table = read_spss(Source.of("x.sav", content))
    found = cells(table)

    expected = ["" if np.isnan(n) else spss_number(n) for n in numbers]
    assert found["v1"] == expected
    assert {one.rstrip() for one in found["team"]} == {text.rstrip()}
    if labels:
        assert table.definition.answers["v1"]["1"] == (" ".join(label.split()),)


def changed(draw, content):
    """Return bytes with some of them changed, taken out, doubled or put in."""
    raw = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(0, len(raw) - 1)))
        how = draw(st.sampled_from("sdic"))
        if how == "s" and raw:
            raw[place] = draw(st.integers(0, 255))
        elif how == "d":
            del raw[place : place + draw(st.integers(1, 40))]
        elif how == "i":
            raw[place:place] = draw(st.binary(max_size=12))
        else:
            raw[place:place] = raw[: draw(st.integers(1, 30))]
    return bytes(raw)


ROW = {
    "format": "diagnose-answers/1",
    "response": "k3",
    "answers": {"v": {"v1": "4", "v2": 4.0, "v3": None}},
    "many": ["a", 1],
    "parts": [{"a": 1}],
}
JSON = [
    json.dumps([ROW, ROW]).encode(),
    b"\n".join([json.dumps(ROW).encode()] * 2),
    json.dumps({"data": [ROW]}).encode("utf-16"),
]
SAV = [
    _sav(
        {
            "compress": packed,
            "row_compress": not packed,
            "variable_value_labels": {"v1": {1.0: "é", 9.0: "?"}, "t": {"X": "ix"}},
            "missing_ranges": {"v1": [9.0, {"lo": -99, "hi": -1}], "t": ["X"]},
            "column_labels": {"v1": "Vraag"},
        },
        v1=np.array([1.0, 9.0, -5.0, np.nan]),
        t=["X", "é", "", "b"],
        long=["é" * 200] * 4,
        d=pd.to_datetime(["2026-11-26"] * 4),
    )
    for packed in (False, True)
]
ASKED = instrument({"v": "v1 v2"}, texts={"v1": ("We are heard", "Gehoord")})
QSF = {
    "SurveyElements": [
        {
            "Element": "SQ",
            "Payload": {
                "QuestionType": "Matrix",
                "Selector": "Likert",
                "SubSelector": "SingleAnswer",
                "DataExportTag": "v",
                "QuestionID": "QID1",
                "Choices": {"1": {"Display": "We are heard"}},
                "Answers": {"1": {"Display": "Agree"}, "2": {"Display": "Disagree"}},
                "RecodeValues": {"1": "5", "2": "1"},
                "Language": {"NL": {"Answers": {"1": {"Display": "Eens"}}}},
            },
        }
    ]
}
SURVEYJS = {
    "pages": [
        {
            "elements": [
                {
                    "type": "matrix",
                    "name": "v",
                    "columns": [{"value": 1, "text": {"default": "A", "nl": "B"}}],
                    "rows": ["v1", {"value": "v2", "text": "Two"}],
                }
            ]
        }
    ]
}
LSS = (
    "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><questions><rows><row>"
    "<qid>1</qid><parent_qid>0</parent_qid><type>L</type><title>v1</title></row></rows>"
    "</questions><answers><rows><row><qid>1</qid><code>1</code><answer>Eens</answer>"
    "<language>nl</language></row></rows></answers></document>"
)
TSV = (
    "class\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\n"
    "Q\tL\tv1\t1\tHoe?\t\tnl\nA\t0\t1\t\tEens\t\tnl\n"
)
TXT = "[[AdvancedFormat]]\n[[Question:MC]]\n[[ID:v1]]\nHoe?\n[[Choice:1]]\nEens\n"
REDCAP = (
    '"Variable / Field Name","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels"\nv1,radio,Hoe,"1, Eens | 2, Oneens"\n'
)
DEFINITIONS = [
    json.dumps(QSF).encode(),
    json.dumps(SURVEYJS).encode(),
    LSS.encode(),
    TSV.encode(),
    TXT.encode(),
    REDCAP.encode(),
    codebook(ASKED, "nl").to_csv(index=False).encode(),
]


@pytest.mark.parametrize("content", DEFINITIONS)
def test_the_definitions_that_are_damaged_below_are_right(content):
    found = definition_in(content, "x")

    assert found.wordings or found.answers
    assert bool(found.answers) == (found.kind != "qualtrics-txt")


@MODEST
@given(st.data())
def test_damaged_json_is_read_or_refused_and_nothing_else(data):
    content = changed(data.draw, data.draw(st.sampled_from(JSON)))
    _read_or_refuse(read_json, content)


@MODEST
@given(st.data())
def test_a_damaged_spss_file_is_read_or_refused_and_nothing_else(data):
    whole = data.draw(st.sampled_from(SAV))
    content = whole[:4] + changed(data.draw, whole[4:])
    _read_or_refuse(read_spss, content)


def _read_or_refuse(read, content):
    try:
        table = read(Source.of("x", content))
        for place in range(len(table.head[0])):
            _load(table, place)
    except ResponseError as error:
        assert error.problems


def _load(table, place):
    try:
        assert len(table.take([place])) == table.n_records - 1
    except ResponseError as error:
        assert error.problems


@MODEST
@given(st.data())
def test_a_damaged_definition_is_read_or_refused_and_nothing_else(data):
    content = changed(data.draw, data.draw(st.sampled_from(DEFINITIONS)))
    try:
        found = definition_in(content, "x")
    except ResponseError as error:
        assert error.problems
    else:
        assert not set(found.answers) & set(found.unproven)


_NAMES = st.sampled_from(
    [
        *("SurveyElements", "Element", "Payload", "Choices", "Answers", "Display"),
        *("RecodeValues", "Language", "DataExportTag", "pages", "elements", "type"),
        *("name", "columns", "rows", "value", "text", "choices"),
    ]
)
JSON_VALUES = st.recursive(
    LEAVES,
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(_NAMES, inside, max_size=3)
    ),
    max_leaves=8,
)


@FEW
@given(st.sampled_from(["SurveyElements", "pages"]), JSON_VALUES, st.data())
def test_a_definition_of_any_form_is_read_or_refused(key, value, data):
    element = {
        "Element": "SQ",
        "Payload": {"QuestionType": "Matrix", "Selector": "Likert"}
        | {name: value for name in data.draw(st.lists(_NAMES, max_size=4))},
        "type": data.draw(st.sampled_from(["matrix", "dropdown", "rating"])),
        "name": "v",
        "columns": value,
        "rows": data.draw(JSON_VALUES),
        "choices": value,
    }
    try:
        definition_in(json.dumps({key: [element, value]}).encode(), "x")
    except ResponseError as error:
        assert error.problems


CODES = st.dictionaries(
    st.sampled_from("12345"), st.sampled_from(["A", "B", "a ", "C"]), max_size=4
)
CLAIMS = st.lists(
    st.tuples(st.sampled_from(["v1", "V1", "w1"]), CODES), min_size=1, max_size=5
)


@MODEST
@given(CLAIMS)
def test_the_order_of_questions_decides_nothing(claims):
    asked = [
        Asked(
            names=(name,), choices=tuple((c, {"": t}) for c, t in sorted(codes.items()))
        )
        for name, codes in claims
    ]
    one = build_definition(asked, source="x", kind="x")
    other = build_definition(asked[::-1], source="x", kind="x")

    assert set(one.answers) == set(other.answers)
    assert one.unproven == other.unproven
    for name in {name.casefold() for name, _ in claims}:
        claimed = [
            {c: t.strip().casefold() for c, t in codes.items()}
            for other_name, codes in claims
            if other_name.casefold() == name
        ]
        agree = all(claim == claimed[0] for claim in claimed)
        assert (name in one.ambiguous) == (not agree)
        assert (name in one.answers) == (agree and bool(claimed[0]))
