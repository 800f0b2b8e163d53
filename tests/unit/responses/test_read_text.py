"""Delimited text: encodings, quotation marks and limits."""

from __future__ import annotations

import csv
import io
import time

import pytest

from diagnose.errors import ResponseError
from diagnose.responses.files import quoting
from diagnose.responses.files.table import read_table


def table_of(tmp_path, content):
    path = tmp_path / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path)


def rows_of(table):
    frame = table.load(range(len(table.head[0])))
    return [list(row) for row in frame.astype(str).itertuples(index=False)]


def refusal_of(tmp_path, content):
    with pytest.raises(ResponseError) as caught:
        rows_of(table_of(tmp_path, content))
    (found,) = caught.value.problems
    return found


def test_categories_are_plain_text_in_order(tmp_path):
    column = table_of(tmp_path, "a,b\n2,x\n1,x\n2,NA\n").take([0, 1])[1]

    assert list(column.cat.categories) == ["NA", "b", "x"]
    assert all(type(text) is str for text in column.cat.categories)
    assert column.tolist() == ["x", "x", "NA"]


def test_columns_are_named_by_position_whatever_the_order_asked(tmp_path):
    frame = table_of(tmp_path, "a,b,c\n1,2,3\n4,5,6\n").take([2, 0, 2])

    assert list(frame.columns) == [0, 2]
    assert frame[2].tolist() == ["3", "6"]


@pytest.mark.parametrize("text", ["NA", "null", "NULL", "None", "nan", "#N/A", "-"])
def test_no_text_is_taken_for_nothing(tmp_path, text):
    assert rows_of(table_of(tmp_path, f"a,b\n{text},1\n"))[1] == [text, "1"]


def test_numbers_and_dates_stay_the_text_they_are(tmp_path):
    cells = ["007", "1e3", "2026-01-05", "4.0", "+5", "true"]
    text = "a,b,c,d,e,f\n" + ",".join(cells) + "\n"

    assert rows_of(table_of(tmp_path, text))[1] == cells


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('5" pipe,6"', ['5" pipe', '6"']),
        ('x"y"z,1', ['x"y"z', "1"]),
        ('"a ""b""",""', ['a "b"', ""]),
        ('"""",x', ['"', "x"]),
        (' "a",b', [' "a"', "b"]),
        ('"a\nb",c', ["a\nb", "c"]),
        ('"a,b",c', ["a,b", "c"]),
    ],
)
def test_marks_are_read_as_pythons_parser_reads_them(tmp_path, line, cells):
    assert rows_of(table_of(tmp_path, f"h,i\n{line}\n1,2\n"))[1] == cells


@pytest.mark.parametrize(
    "line", ['"a"b,c', '"a" ,c', '"he said "yes" to me",c', '1,"a"b']
)
def test_text_behind_a_closing_mark_is_refused_with_its_row(tmp_path, line):
    found = refusal_of(tmp_path, f"h,i\n1,2\n{line}\n3,4\n")

    assert found.code == "R102"
    assert "row 3" in found.message


def test_a_mark_that_swallows_rows_is_not_read_as_one_cell(tmp_path):
    # Python's parser, when it is not strict, reads two rows as one and says nothing.
    text = 'v1,v2\n4,"4\n5,5\n3,"x"\n'
    assert len(list(csv.reader(io.StringIO(text)))) == 2

    assert refusal_of(tmp_path, text).code == "R102"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_an_open_mark_is_refused(tmp_path, end):
    assert refusal_of(tmp_path, f'a,b\n1,"2\n3,4{end}').code == "R017"
    assert refusal_of(tmp_path, f'a,b\n5" x,y\n1,"2\n3,4{end}').code == "R017"


@pytest.mark.parametrize(
    "blank", ["\n", "\r\n", "\r", " \n", "  \r\n", "\t\n", "\xa0\n", "\n" * 50]
)
def test_blank_lines_are_no_rows(tmp_path, blank):
    table = table_of(tmp_path, f"{blank}a,b\n{blank}1,2\n{blank}3,4\n{blank}")

    assert table.n_records == 3
    assert rows_of(table) == [["a", "b"], ["1", "2"], ["3", "4"]]


@pytest.mark.parametrize("line", ['""', '"x"', "x", "", " ", '" "', '"\n"'])
def test_a_row_of_one_field_is_ragged_unless_the_line_is_blank(tmp_path, line):
    content = f"a,b\n1,2\n{line}\n3,4\n"

    if line == '""' or "x" in line:
        found = refusal_of(tmp_path, content)
        assert (found.code, "in row 3;" in str(found)) == ("R008", True)
    else:
        assert len(rows_of(table_of(tmp_path, content))) == 3


def test_ragged_rows_are_counted_and_the_first_named(tmp_path):
    body = "".join("1,2\n" if i % 2 else "1,2,3\n" for i in range(20))

    found = refusal_of(tmp_path, "a,b\n" + body)

    assert found.code == "R008"
    assert found.message.startswith("10 rows")
    assert "2, 4, 6, 8, 10" in found.message


def test_line_ends_within_cells_become_line_feeds(tmp_path):
    content = b'a,b\r\n"x\r\ny",1\r\n"x\ry",2\r\n"x\ny",3\r\n'

    column = table_of(tmp_path, content).take([0])[0]

    assert column.tolist() == ["x\ny"] * 3
    assert column.cat.categories.tolist() == ["a", "x\ny"]


def test_headings_with_line_ends_have_line_feeds(tmp_path):
    assert table_of(tmp_path, b'"a\r\nb",c\r\n1,2\r\n').head[0] == ("a\nb", "c")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe" + "a,b\n1,2\n".encode("utf-16-le")[:-1], "R103"),
        (b"\xfe\xff" + "a,b\n1,\ud83d\n".encode("utf-16-be", "surrogatepass"), "R103"),
        (b"\xef\xbb\xbfa,b\n1,\xe9\n", "R103"),
        ("a,b\n1,ë\n".encode("utf-16-le"), "R009"),
        ("a,b\n1,ë\n".encode("utf-16-be"), "R009"),
        ("a,b\n1,ë\n".encode("utf-32"), "R009"),
        ("a,b\n1,é\n2,".encode() + "ë\n".encode("cp1252"), "R104"),
        ("a,b\n1,é\n2,ë".encode()[:-1], "R104"),
        (b"a,b\n1,\x81\n", "R004"),
    ],
)
def test_bytes_that_contradict_their_encoding_are_refused(tmp_path, content, code):
    assert refusal_of(tmp_path, content).code == code


def test_the_encoding_is_found_far_into_the_file(tmp_path):
    body = "1,2\n" * 500_000
    late = (f"a,b\n{body}é,3\n").encode("cp1252")

    table = table_of(tmp_path, late)

    assert table.encoding == "cp1252"
    assert table.take([0])[0].iloc[-1] == "é"


def test_a_letter_on_the_border_of_two_pieces_is_one_letter(tmp_path, monkeypatch):
    from diagnose.responses.files import source

    for size in (1, 2, 3, 5, 7):
        monkeypatch.setattr(source, "CHUNK_BYTES", size)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            text = 'a;b\r\n"é""\r\n€";2\r\n\r\n3;"4"\r\n'
            table = table_of(tmp_path, text.encode(encoding))

            assert (table.encoding, table.n_records) == (encoding, 3)
            assert rows_of(table)[1:] == [['é"\n€', "2"], ["3", "4"]]


BIG = "x" * 10_000_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f"a,b\n1,{BIG}\n", "R100"),
        (f'a,b\n1,"{BIG}"\n2,3\n', "R100"),
        (f'a,b\n5" x,2\n1,{BIG}\n', "R100"),
        (f"{BIG},b\n1,2\n", "R100"),
        ("a,b\n1,2\n" + "1," * 10_000_000, "R100"),
        ("a,b\n1," + "x" * 200_000 + "\n", "R101"),
        ('a,b\n5" y,1\n1,' + "x" * 200_000 + "\n", "R101"),
        ("," * 1_000_000 + "\n", "R105"),
        (",".join(f"c{i}" for i in range(250_000)) + "\n1,2\n", "R105"),
        ("\n" * 1_000_000, "R005"),
        ("a,b\n" + "\n" * 1_000_000, "R007"),
        ('a,b\n"' + "x\n" * 5_000_000, "R100"),
    ],
    ids=range(12),
)
def test_huge_cells_rows_and_headers_are_refused_within_seconds(
    tmp_path, content, code
):
    start = time.process_time()

    found = refusal_of(tmp_path, content)

    assert found.code == code
    assert "xxx" not in str(found)
    assert time.process_time() - start < 10


def test_a_row_that_is_too_long_is_named(tmp_path):
    found = refusal_of(tmp_path, f"a,b\n1,2\n\n3,4\n5,{BIG}\n")

    assert "row 4 " in found.message


def test_a_heading_of_two_columns_of_many_marks_is_counted_rightly(tmp_path):
    heading = '"' + "," * 30_000 + '",b\n1,2\n'

    assert table_of(tmp_path, heading).n_records == 2


def test_a_million_blank_lines_between_rows_are_skipped(tmp_path):
    assert table_of(tmp_path, "a,b\n" + "\n" * 1_000_000 + "1,2\n").n_records == 2


def test_a_file_that_changes_between_looking_and_loading_is_refused(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("a,b\n1,2\n")
    table = read_table(path)
    path.write_text("a,b\n1,2\n3,4\n")

    with pytest.raises(ResponseError, match="was changed while it was read"):
        table.take([0])


def test_a_file_that_disappears_is_refused(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text("a,b\n1,2\n")
    table = read_table(path)
    path.unlink()

    with pytest.raises(ResponseError, match="cannot be read"):
        table.take([0])


def test_a_title_above_the_headings_is_refused(tmp_path):
    found = refusal_of(tmp_path, "Report of the survey,,\nv1,v2,v3\n1,2,3\n")

    assert found.code == "R119"


def test_no_error_quotes_a_row(tmp_path):
    secret = "call me at home"
    for content in (
        f"a,b\n{secret},1,2\n",
        f'a,b\n"{secret}"x,1\n',
        f'a,b\n1,"{secret}\n',
    ):
        with pytest.raises(ResponseError) as caught:
            rows_of(table_of(tmp_path, content))
        error = caught.value
        assert secret not in str(error)
        assert error.__cause__ is None or secret not in str(error.__cause__)


def test_a_scanner_that_meets_doubt_stops_counting():
    scanner = quoting.QuoteScanner(",", "x.csv")

    scanner.feed(b'a,b\n1,2"\n')

    assert not scanner.regular


def test_the_delimiter_of_the_header_holds_for_the_whole_file(tmp_path):
    content = "a;b\n1,5;2,5\n3,0;4,0\n"

    assert rows_of(table_of(tmp_path, content))[1] == ["1,5", "2,5"]
