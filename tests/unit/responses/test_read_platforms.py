"""Which platform takes which export, what an override may do, and hostile tables."""

from __future__ import annotations

import csv
import io
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import instrument
from diagnose import load_instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.responses.files.table import read_table
from diagnose.responses.files.tabular import HEAD_ROWS, Table
from diagnose.responses.read import PLATFORM_NAMES, PLATFORMS, detect_platform
from diagnose.responses.read.layout import split_code
from exports import (
    delimited,
    drawn_answers,
    google_forms_rows,
    kobo_rows,
    limesurvey,
    microsoft_forms_rows,
    odk_central_rows,
    qualtrics,
    redcap_rows,
    surveymonkey_rows,
    workbook,
)

BOTTOM_UP = load_instrument("bottom-up")
CODES = drawn_answers(BOTTOM_UP, 12)


def as_text(rows):
    return delimited(rows).encode("utf-8")


EXPORTS = {
    "limesurvey": [
        limesurvey(CODES, BOTTOM_UP, headings=headings, language=language)
        for headings in ("code", "em", "text", "codetext")
        for language in ("en", "nl")
    ],
    "qualtrics": [
        qualtrics(CODES, BOTTOM_UP, names=names, language=language)
        for names in ("code", "own")
        for language in ("en", "nl")
    ],
    "surveymonkey": [
        as_text(surveymonkey_rows(CODES, BOTTOM_UP, single=single, language=language))
        for single in (True, False)
        for language in ("en", "nl")
    ],
    "microsoft-forms": [
        workbook(microsoft_forms_rows(CODES, BOTTOM_UP, heads=heads))
        for heads in ("en", "nl", "de", "fr")
    ],
    "google-forms": [
        as_text(google_forms_rows(CODES, BOTTOM_UP, grid=grid, heading=heading))
        for grid in (True, False)
        for heading in ("Timestamp", "Tijdstempel")
    ],
    "kobo": [
        as_text(kobo_rows(CODES, BOTTOM_UP)),
        as_text(kobo_rows(CODES, BOTTOM_UP, labels="nl")),
        as_text(odk_central_rows(CODES)),
    ],
    "redcap": [
        as_text(redcap_rows(CODES, BOTTOM_UP)),
        as_text(redcap_rows(CODES, BOTTOM_UP, labels="nl")),
    ],
    "plain": [
        as_text([list(CODES), *CODES.to_numpy().tolist()]),
        as_text([["team", *CODES], *([["A", *r] for r in CODES.to_numpy().tolist()])]),
    ],
}
CASES = [(name, content) for name, contents in EXPORTS.items() for content in contents]
IDS = [f"{name}-{i}" for i, (name, _) in enumerate(CASES)]


def table_of(tmp_path, content):
    path = tmp_path / "export.dat"
    path.write_bytes(content)
    return read_table(path)


@pytest.mark.parametrize(("name", "content"), CASES, ids=IDS)
def test_each_export_is_taken_by_its_own_platform_alone(tmp_path, name, content):
    table = table_of(tmp_path, content)

    takers = [one for one, platform in PLATFORMS.items() if platform.detect(table)]

    assert detect_platform(table).name == name
    assert takers == ([name] if name == "plain" else [name, "plain"])


def test_of_two_platforms_that_fit_the_first_in_order_is_taken(tmp_path):
    headings = "submitdate,lastpage,_uuid,_submission_time,v1"
    content = f"{headings}\n2026-03-04 09:00:00,3,a,2026-03-04T09:00:00,4\n"
    table = table_of(tmp_path, content.encode())

    takers = [one for one, platform in PLATFORMS.items() if platform.detect(table)]

    assert takers == ["kobo", "limesurvey", "plain"]
    assert detect_platform(table).name == "kobo"
    assert PLATFORMS["limesurvey"].layout(table).system["submitted"] == 0


@pytest.mark.parametrize("forced", [n for n in PLATFORM_NAMES if n != "plain"])
@pytest.mark.parametrize("name", [n for n in EXPORTS if n != "plain"])
def test_a_wrong_override_is_refused_and_says_what_it_is(tmp_path, name, forced):
    table = table_of(tmp_path, EXPORTS[name][0])
    if forced == name:
        assert PLATFORMS[forced].layout(table).columns
        return

    with pytest.raises(ResponseError) as caught:
        PLATFORMS[forced].layout(table)

    (problem,) = caught.value.problems
    assert problem.code == "R120"
    assert name in problem.message and forced in problem.message


@pytest.mark.parametrize("name", ["qualtrics", "surveymonkey"])
def test_two_heading_rows_cannot_be_read_as_plain(tmp_path, name):
    table = table_of(tmp_path, EXPORTS[name][0])

    with pytest.raises(ResponseError, match="was to be read as plain") as caught:
        PLATFORMS["plain"].layout(table)

    assert [p.code for p in caught.value.problems] == ["R120"]


@pytest.mark.parametrize("name", ["limesurvey", "kobo", "redcap", "google-forms"])
def test_one_heading_row_may_be_read_as_plain_with_a_note(tmp_path, name):
    table = table_of(tmp_path, EXPORTS[name][0])

    layout = PLATFORMS["plain"].layout(table)

    assert [note.code for note in layout.notes] == ["R122"]
    assert name in layout.notes[0].message


@pytest.mark.parametrize("forced", ["qualtrics", "surveymonkey"])
def test_a_plain_table_lacks_the_heading_rows_that_are_asked_for(tmp_path, forced):
    table = table_of(tmp_path, EXPORTS["plain"][0])

    with pytest.raises(ResponseError) as caught:
        PLATFORMS[forced].layout(table)

    assert [p.code for p in caught.value.problems] == ["R121"]


@pytest.mark.parametrize(
    "forced", ["limesurvey", "kobo", "redcap", "google-forms", "microsoft-forms"]
)
def test_an_export_without_its_metadata_can_be_named(tmp_path, forced):
    path = tmp_path / "export.csv"
    path.write_bytes(EXPORTS["plain"][0])

    read = read_responses(path, BOTTOM_UP, platform=forced)

    assert read.report.platform == forced
    assert read.report.n_rows == 12


@pytest.mark.parametrize("heading", ["time_v1", "comment_v1", "n/v1", "x_v1"])
def test_a_code_behind_another_word_is_no_item_in_a_plain_table(tmp_path, heading):
    path = tmp_path / "export.csv"
    path.write_text(f"{heading},v2\n4,2\n")

    read = read_responses(path, BOTTOM_UP, mapping={"answers": "codes"})

    assert list(read.answers.columns) == ["v2"]


@pytest.mark.parametrize(
    "heading", ["v1", "V1", "v[v1]", "v_v1", "v/v1", "v_1", "v[1]"]
)
def test_every_way_to_write_a_code_is_known_in_a_plain_table(tmp_path, heading):
    path = tmp_path / "export.csv"
    path.write_text(f"{heading},x\n4,2\n")

    read = read_responses(path, BOTTOM_UP, mapping={"answers": "codes"})

    assert read.answers["v1"].tolist() == [4.0]


@pytest.mark.parametrize("name", ["Q1_1", "q1/1", "Q1[1]"])
def test_the_first_row_of_q1_is_not_q11(name):
    assert "q11" not in split_code(name)
    assert "v1" in split_code("V_1")


def test_names_of_platforms_are_known_without_the_readers():
    assert tuple(sorted(PLATFORMS)) == tuple(sorted(PLATFORM_NAMES))
    assert PLATFORM_NAMES[-1] == list(PLATFORMS)[-1] == "plain"


# --- whatever happens to the headings, an answer is never read as another one --------

TEXTS = {
    "v1": ("We dare to speak up", "Wij durven onze mond open te doen"),
    "v2": ("We help others - always", "Wij helpen anderen - altijd"),
    "c1": ("We know who decides", "Wij weten wie beslist"),
}
SMALL = instrument({"v": "v1 v2", "c": "c1"}, texts=TEXTS)
GIVEN = pd.DataFrame(
    {
        "v1": ["1", "2", "4", "na", "3", "5"],
        "v2": ["5", "1", "", "2", "4", "3"],
        "c1": ["3", "4", "2", "5", "1", "na"],
    }
)
TRUTH = GIVEN.replace({"": None, "na": None}).astype(float)


def as_rows(content, delimiter):
    text = content.decode("utf-8-sig").strip()
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


SMALL_ROWS = {
    "limesurvey-code": as_rows(limesurvey(GIVEN, SMALL), ";"),
    "limesurvey-text": as_rows(
        limesurvey(GIVEN, SMALL, headings="text", answers="long", language="nl"), ";"
    ),
    "limesurvey-both": as_rows(limesurvey(GIVEN, SMALL, headings="codetext"), ";"),
    "qualtrics": as_rows(qualtrics(GIVEN, SMALL), ","),
    "qualtrics-own": as_rows(qualtrics(GIVEN, SMALL, names="own", language="nl"), ","),
    "surveymonkey": surveymonkey_rows(GIVEN, SMALL),
    "surveymonkey-single": surveymonkey_rows(GIVEN, SMALL, single=True),
    "microsoft-forms": microsoft_forms_rows(GIVEN, SMALL, language="nl"),
    "google-forms": google_forms_rows(GIVEN, SMALL),
    "kobo": kobo_rows(GIVEN, SMALL),
    "kobo-labels": kobo_rows(GIVEN, SMALL, labels="nl"),
    "redcap": redcap_rows(GIVEN, SMALL),
    "odk": odk_central_rows(GIVEN),
}
IN_CODES = {"limesurvey-code", "limesurvey-both", "kobo", "redcap", "odk"}
MOST = int(os.environ.get("DIAGNOSE_EXAMPLES", "100"))
"""Damaged exports that are tried; more when someone asks for it."""

ADDED = st.sampled_from(
    [
        " ",
        "2",
        "_TEXT",
        "Time",
        " (copy)",
        "[other]",
        "/x",
        "...",
        ".. ",
        "\u00a0",
        " -",
    ]
)


def _without(row, place):
    return [*row[:place], *row[place + 1 :]]


@st.composite
def damaged(draw):
    """Return rows of which columns went, came, moved or were renamed; and a mapping."""
    name = draw(st.sampled_from(sorted(SMALL_ROWS)))
    rows = [[str(cell) for cell in row] for row in SMALL_ROWS[name]]
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(rows[0]) - 1))
        kind = draw(
            st.sampled_from(["drop", "double", "rename", "blank", "move", "cut"])
        )
        if kind == "drop" and len(rows[0]) > 3:
            rows = [_without(row, place) for row in rows]
        elif kind == "double":
            rows = [[*row, row[place]] for row in rows]
        elif kind == "move":
            rows = [[row[place], *_without(row, place)] for row in rows]
        elif kind == "rename":
            rows[0][place] += draw(ADDED)
        elif kind == "cut":
            rows[0][place] = rows[0][place][: draw(st.integers(1, 15))]
        elif kind == "blank":
            rows[0][place] = ""
    return rows, {"answers": "codes"} if name in IN_CODES else None


@settings(max_examples=MOST, deadline=None)
@given(damaged())
def test_damaged_headings_never_lead_to_another_answer(tmp_path_factory, export):
    rows, mapping = export
    path = tmp_path_factory.mktemp("damaged") / "export.csv"
    path.write_bytes(as_text(rows))
    try:
        read = read_responses(path, SMALL, mapping=mapping)
    except ResponseError:
        return
    if read.report.blocks_scoring:
        return
    items = list(read.answers.columns)
    answered = (GIVEN[items] != "").any(axis="columns")
    truth = TRUTH.loc[answered, items].reset_index(drop=True)
    pd.testing.assert_frame_equal(read.answers, truth)


# --- hostile tables ------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *("ResponseId", "StartDate", "Finished", '{"ImportId":"QID1"}', "V1", "v_1"),
        *("Respondent ID", "Collector ID", "Response", "ID", "Start time", "v1"),
        *("Completion time", "Name", "record_id", "scan_complete", "scan_timestamp"),
        *("redcap_event_name", "Complete?", "Survey Timestamp", "_uuid", "v/v1", "KEY"),
        *("_submission_time", "SubmissionDate", "Timestamp", "submitdate", "lastpage"),
        *("v[v1]. How? [Text]", "[", "]", "..", "v1.. ", "2026/03/04 1:00:00 p.m. CET"),
        *("", " ", "\ufeff", "Points - v1", "v1 - Topics", "1_v1", "/", "-", "a/b-c.d"),
    ]
)
CELLS = st.one_of(WORDS, st.text(max_size=12))


@settings(max_examples=400, deadline=None)
@given(
    st.integers(2, 6).flatmap(
        lambda width: st.lists(
            st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=5
        )
    ),
    st.sampled_from(PLATFORM_NAMES),
)
def test_no_table_breaks_a_platform(rows, forced):
    frame = pd.DataFrame(rows).astype("category")
    table = Table(
        name="hostile.csv",
        sha256="",
        encoding="utf-8",
        delimiter=",",
        head=tuple(tuple(row) for row in rows[:HEAD_ROWS]),
        n_records=len(rows),
        load=lambda positions: frame[list(positions)],
    )
    for platform in (detect_platform(table), PLATFORMS[forced]):
        try:
            layout = platform.layout(table)
        except ResponseError:
            continue
        assert len(layout.columns) == len(rows[0])
        assert layout.n_header_rows <= len(rows)
        names = {position: purpose for purpose, position in layout.system.items()}
        system = table.take(list(names), n_header_rows=layout.n_header_rows)
        arranged = platform.arrange(system.astype("str").rename(columns=names))
        assert len(platform.exclude(arranged)) == len(arranged)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_choice_of_a_platform(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "export.csv"
    path.write_bytes(b"Respondent ID,v1\n,Response\n" + content)
    try:
        read_responses(path, SMALL)
    except ResponseError:
        return
