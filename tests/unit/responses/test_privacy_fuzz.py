"""The privacy check on any file: counts, or a clear refusal, and never a cell."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import instrument
from diagnose.errors import ResponseError
from diagnose.responses.comments import read_comments
from diagnose.responses.privacy import privacy_check

ASKED = instrument({"v": "v1 v2"})
HEADINGS = st.lists(
    st.sampled_from(
        ["v1", "v2", "team", "role", "link", "E-mail", "Naam", "Opmerkingen", "ID", "x"]
    ),
    min_size=2,
    max_size=6,
)
SECRET = "Qqzx"  # stands in every cell and in no text of the program
CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@given(headings=HEADINGS, cells=st.lists(CELLS, min_size=1, max_size=30))
@settings(max_examples=80, deadline=None)
def test_no_cell_of_any_table_is_told(headings, cells):
    width = len(headings)
    texts = [f"{SECRET} {cell}" for cell in cells]
    rows = [texts[i : i + width] for i in range(0, len(texts), width)]
    rows = [[*row, *[SECRET] * (width - len(row))] for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([headings, *rows])

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_text(out.getvalue(), encoding="utf-8", newline="")
        try:
            report = privacy_check(path, instrument=ASKED)
        except ResponseError as error:
            told = str(error)
        else:
            told = repr(report) + json.dumps(report.to_dict())
            told += report.in_words("en") + report.in_words("nl")
            told += report.to_frame().to_csv()

    assert SECRET not in told


@given(content=st.binary(max_size=300))
@settings(max_examples=120, deadline=None)
def test_any_bytes_raise_only_the_documented_error(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(content)
        try:
            privacy_check(path)
        except ResponseError:
            return


@given(
    noise=st.text(max_size=20),
    place=st.integers(0, 400),
    name=st.sampled_from(["a.csv", "a.xlsx", "a.json"]),
)
@settings(max_examples=120, deadline=None)
def test_a_mutated_export_is_read_or_refused(noise, place, name):
    open_item = {"id": "first", "text": {"floor": {"en": "What first?"}}}
    asked = ASKED.model_validate(
        {**ASKED.model_dump(), "open_items": (open_item,)}, strict=False
    )
    rows = "\n".join(f"{i},Noord,4,idee {i}" for i in range(12))
    text = f"id,team,v1,first\n{rows}\n"
    text = text[:place] + noise + text[place:]

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode("utf-8", "replace"))
        for read in (
            read_comments,
            lambda file, one: privacy_check(file, instrument=one),
        ):
            try:
                read(path, asked)
            except ResponseError as error:
                assert "idee 7" not in str(error)
