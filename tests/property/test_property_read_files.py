"""Whatever a file holds: what is read is what Python's parser reads, or a refusal."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.errors import ResponseError
from diagnose.responses.files.table import read_table

PIECES = st.sampled_from(
    [
        "a",
        "é",
        " ",
        "1",
        '"',
        '""',
        '","',
        '";"',
        ",",
        ";",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "x",
    ]
)
HOSTILE = st.lists(PIECES, max_size=40).map("".join)
CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"]),
    max_size=6,
)


def read_bytes(content):
    """Return the rows that the reader finds in a file of these bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(content)
        table = read_table(path)
        frame = table.load(range(len(table.head[0])))
    return table, [list(row) for row in frame.astype(str).itertuples(index=False)]


def by_python(text, delimiter, *, strict=False):
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=strict
    )
    return [
        [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row]
        for row in reader
        if row and (len(row) > 1 or row[0] == "" or row[0].strip())
    ]


@settings(max_examples=600, deadline=None)
@given(body=HOSTILE, end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_is_read_is_what_pythons_parser_reads(body, end):
    text = f"h,i{end}" + body

    try:
        table, rows = read_bytes(text.encode())
    except ResponseError as error:
        assert len(error.problems) == 1
        return
    assert rows == by_python(text, ",", strict=True)
    assert rows == by_python(text, ",")
    assert table.n_records == len(rows)
    assert [list(row) for row in table.head] == rows[:3]


@settings(max_examples=300, deadline=None)
@given(body=HOSTILE)
def test_only_doubtful_files_are_refused(body):
    text = "h,i\n" + body
    try:
        expected = by_python(text, ",", strict=True)
        sound = all(len(row) == 2 for row in expected) and len(expected) > 1
    except csv.Error:
        sound = False

    try:
        read_bytes(text.encode())
    except ResponseError:
        assert not sound
    else:
        assert sound


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_writer_writes_is_read_back(rows, delimiter, encoding, quoting, end):
    clean = "".join(cell for row in rows for cell in row)
    if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in clean):
        return
    # Python's writer leaves a return bare when lines end in line feeds alone.
    if "\r" in clean and quoting == csv.QUOTE_MINIMAL:
        return
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(["v1", "v2", "v3"])
    writer.writerows(rows)

    table, read = read_bytes(out.getvalue().encode(encoding))

    plain = [[c.replace("\r\n", "\n").replace("\r", "\n") for c in r] for r in rows]
    assert read == [["v1", "v2", "v3"], *plain]
    assert (table.encoding, table.delimiter) == (encoding, delimiter)
