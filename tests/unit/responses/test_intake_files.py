"""Files that are no good: each is one clear problem, and nothing of it is read."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from builders import instrument
from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.responses.files.source import read_source
from diagnose.responses.files.table import read_table
from diagnose.responses.files.text import find_delimiter, first_line

GOOD = "v1,v2,v3,v4,team\n4,4,2,5,A\n3,2,3,4,B\n"


def workbook(rows, *, extra=None, sheets=("Blad1",)):
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        dates = book.add_format({"num_format": "d-mmm"})
        for name in sheets:
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    if hasattr(value, "year"):
                        sheet.write_datetime(i, j, value, dates)
                    else:
                        sheet.write(i, j, value)
    content = out.getvalue()
    if extra:
        packed = io.BytesIO(content)
        with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
            for name, data in extra.items():
                archive.writestr(name, data)
        content = packed.getvalue()
    return content


def refused(path, content=None, asked=None, **options):
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ResponseError) as caught:
        read_responses(path, asked or instrument(), **options)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


RUBBISH = np.random.default_rng(3).integers(0, 256, 4000, dtype=np.uint8).tobytes()


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("empty.csv", b"", "R005", "is empty"),
        ("blank.csv", b"\xef\xbb\xbf \r\n\r\n", "R005", "is empty"),
        ("header.csv", b"v1,v2,v3\n", "R007", "no responses"),
        ("header.csv", b"v1,v2,v3\r\n\r\n", "R007", "no responses"),
        ("rubbish.csv", RUBBISH, "R004", "not text"),
        ("nul.csv", GOOD.replace("4,4", "4,\x00").encode(), "R009", "NUL"),
        ("utf16_without_mark.csv", GOOD.encode("utf-16-le"), "R009", "NUL"),
        ("page.csv", b"<!DOCTYPE html><html><table>", "R004", "a web page"),
        ("page.csv", b"\n<table><tr><td>v1</td></tr></table>", "R004", "a web page"),
        ("report.csv", b"%PDF-1.7 ...", "R004", "PDF"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "R004", "old XLS"),
        ("macros.xlsm", b"PK\x03\x04", "R011", "macros"),
        ("damaged.xlsx", b"PK\x03\x04 and then nothing", "R012", "damaged"),
        ("one.csv", b"v1\n4\n5\n", "R010", "one column"),
        ("ragged.csv", b"v1,v2,v3\n4,4,4\n4,4\n4,4,4,4\n", "R008", "row 3, 4"),
        ("open.csv", b'v1,v2\n4,"4\n5,5\n', "R017", "quotation mark"),
        ("numbers.csv", b"4,4,2\n3,2,5\n1,1,1\n", "R006", "no headings"),
        ("words.csv", b"Agree,Disagree,Agree\nAgree,Agree,Agree\n", "R006", "headings"),
        ("other.csv", b"name,age\nJan,40\n", "R039", "no column holds an item"),
    ],
)
def test_hostile_files_are_one_clear_problem(tmp_path, name, content, code, words):
    found = refused(tmp_path / name, content)

    assert found.code == code
    assert words in str(found)
    assert name in found.place


def test_a_missing_file_suggests_its_neighbour(tmp_path):
    (tmp_path / "export_2026.csv").write_text(GOOD)

    assert refused(tmp_path / "export2026.csv").code == "R016"
    assert refused(tmp_path / "nothing like it").code == "R001"
    assert refused(tmp_path / "no" / "folder.csv").code == "R001"


def test_a_folder_without_answers_is_no_export(tmp_path):
    assert refused(tmp_path).code == "R140"
    with pytest.raises(ResponseError, match="is a folder"):
        read_source(tmp_path)


def test_a_text_of_answers_never_shows_in_a_refusal(tmp_path):
    found = refused(tmp_path / "x.csv", "Agree,Agree,Jan Jansen\nAgree,Agree,Piet\n")

    assert "Jansen" not in str(found)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_line_ends_and_delimiters(
    tmp_path, encoding, expected, end, delimiter
):
    text = GOOD.replace(",A", ",Coördinatie").replace(",", delimiter).replace("\n", end)
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode(encoding))

    read = read_responses(path, instrument())

    assert (read.report.encoding, read.report.delimiter) == (expected, delimiter)
    assert read.people["team"].tolist() == ["Coördinatie", "B"]
    assert read.answers.to_numpy().tolist() == [[4, 4, 2, 5], [3, 2, 3, 4]]
    assert ("R060" in [n.code for n in read.report.notes]) == (encoding == "cp1252")


def test_semicolons_with_decimal_commas(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1;v2;v3;v4;seconds\n4,0;4,0;2,0;5,0;301,25\n3,0;2,0;3,0;;12\n")

    read = read_responses(path, instrument(), mapping={"answers": "codes"})

    assert read.answers.iloc[0].tolist() == [4, 4, 2, 5]
    assert read.people["seconds"].tolist() == [301.25, 12.0]
    assert not read.report.blocks_scoring
    assert "R068" in [n.code for n in read.report.notes]


def test_thousands_are_not_taken_for_decimals(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1;v2;seconds\n4.0;4,0;1\n3.0;2.0;2\n")
    asked = instrument({"v": "v1 v2"})

    read = read_responses(path, asked, mapping={"answers": "codes"})

    assert [p.code for p in read.report.problems] == ["R043"]


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ('"v1. Do you agree; yes, no, or neither, that; it, works?","v2"', ","),
        ("v1;Well, yes, no, maybe, so;v2", ";"),
        ("v1\tone, two; three, four\tv2", "\t"),
        ("v1, v2, v3", ","),
        ("v1;v2", ";"),
    ],
)
def test_punctuation_in_question_texts_does_not_decide(header, delimiter):
    assert find_delimiter(header) == delimiter


def test_a_line_end_between_quotes_does_not_end_the_header():
    assert first_line('\n"a\nb",c\n1,2\n') == '"a\nb",c'


def test_line_ends_within_cells_and_a_blank_last_line(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(
        b'"v1","remark\r\nhere","v2"\r\n"4","a\r\n\r\nb ""c""","5"\r\n\r\n'
    )

    read = read_responses(path, instrument())

    assert read.report.n_rows == 1
    assert read.answers.to_numpy().tolist() == [[4.0, 5.0]]
    assert read.report.dropped == ("remark here",)


def test_stray_quotes_in_unquoted_cells(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text('v1,size,v2\n4,5" by 6" pipe,5\n3,7" pipe,2\n')

    assert read_responses(path, instrument()).answers["v2"].tolist() == [5.0, 2.0]


def test_the_line_that_announces_a_separator_is_skipped(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("sep=;\nv1;v2\n4;5\n")

    assert read_responses(path, instrument()).answers.to_numpy().tolist() == [[4, 5]]


def test_first_row_longer_than_the_header_does_not_become_an_index(tmp_path):
    found = refused(tmp_path / "x.csv", "v1,v2,v3\n9,4,4,4\n9,3,3,3\n")

    assert found.code == "R008"


def test_two_columns_for_one_item_block_scoring_and_neither_is_read(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,v[v1],v1\n4,5,3,2\n")
    asked = instrument({"v": "v1 v2"})

    read = read_responses(path, asked, mapping={"answers": "codes"})

    assert [p.code for p in read.report.problems] == ["R040", "R058"]
    assert "v1, v[v1], v1" in read.report.problems[0].message
    assert list(read.answers.columns) == ["v2"]


def test_headings_that_were_decoded_twice_are_noted(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("v1,v2,Ã«en\n4,5,3\n", encoding="utf-8")

    assert "R061" in [n.code for n in read_responses(path, instrument()).report.notes]


def test_a_workbook_is_read_for_values(tmp_path):
    path = tmp_path / "export.xlsx"
    rows = [
        ["v1", "v2", "v3", "v4", "team"],
        [4, 5.0, "2", "Agree", "NA"],
        [1, 2, "", 3, 7],
    ]
    path.write_bytes(workbook(rows, sheets=("Antwoorden", "Uitleg")))

    read = read_responses(path, instrument())

    assert read.answers.iloc[0].tolist() == [4, 5, 2, 4]
    assert np.isnan(read.answers.loc[1, "v3"])
    assert read.people["team"].tolist() == ["NA", "7"]
    assert read.report.encoding == "xlsx"
    assert [n.code for n in read.report.notes if n.code == "R062"]


def test_content_and_not_the_name_decides(tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(workbook([["v1", "v2"], [4, 5]]))
    other = tmp_path / "export.xlsx"
    other.write_text("v1,v2\n4,5\n")

    assert read_responses(path, instrument()).report.encoding == "xlsx"
    assert read_responses(other, instrument()).report.encoding == "utf-8"


def test_dates_for_answers_block_scoring(tmp_path):
    import datetime as dt

    path = tmp_path / "export.xlsx"
    path.write_bytes(workbook([["v1", "v2"], [4, dt.datetime(2026, 4, 3)], [5, 4]]))

    read = read_responses(path, instrument())

    assert "R047" in [p.code for p in read.report.problems]


def test_archives_are_refused_by_what_they_hold(tmp_path):
    good = [["v1", "v2"], [4, 5]]
    macros = workbook(good, extra={"xl/vbaProject.bin": b"x"})
    links = workbook(good, extra={"xl/externalLinks/externalLink1.xml": b"<x/>"})
    bomb = workbook(good, extra={"xl/media/zeros.bin": b"\0" * 3_000_000})
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    assert refused(tmp_path / "a.xlsx", macros).code == "R011"
    assert refused(tmp_path / "b.xlsx", links).code == "R014"
    assert refused(tmp_path / "c.xlsx", bomb).code == "R013"
    assert refused(tmp_path / "d.xlsx", other.getvalue()).code == "R004"


def test_files_above_the_limits_are_refused_unread(tmp_path, monkeypatch):
    from diagnose.responses.files import archive as reader
    from diagnose.responses.files import source

    monkeypatch.setattr(source, "MOST_TEXT_BYTES", 10)
    assert refused(tmp_path / "a.csv", GOOD).code == "R003"
    monkeypatch.setattr(source, "MOST_TEXT_BYTES", 10**9)
    monkeypatch.setattr(reader, "MOST_WORKBOOK_BYTES", 10)
    content = workbook([["v1", "v2"], [4, 5]])
    assert refused(tmp_path / "a.xlsx", content).code == "R003"


def test_a_table_without_answers_can_be_read_whole(tmp_path):
    path = tmp_path / "organisation.csv"
    path.write_text("team;n_members\nNA;012\n Zorg ;7\n", encoding="utf-8-sig")

    frame = read_table(path).frame

    assert frame.to_dict("list") == {
        "team": ["NA", " Zorg "],
        "n_members": ["012", "7"],
    }


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"platform": "limesurvy"}, "limesurvy, which no platform is called"),
        ({"partials": "maybe"}, "`partials` must be one of 'drop', 'keep'"),
        ({"link_key": ""}, "`link_key` must not be empty"),
    ],
)
def test_wrong_options_are_named(tmp_path, option, words):
    with pytest.raises(ValueError, match=words):
        read_responses(tmp_path / "x.csv", instrument(), **option)


def test_the_platform_can_be_told(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("submitdate,startlanguage,v1,v2\n,nl,4,5\n2026-01-01,nl,3,4\n")

    assert read_responses(path, instrument()).report.excluded == {"partial": 1}
    told = read_responses(path, instrument(), platform="plain")
    assert (told.report.platform, told.report.excluded) == ("plain", {})
