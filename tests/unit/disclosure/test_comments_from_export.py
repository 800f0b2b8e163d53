"""From an export to a publication: reviewed by a person, bound to that export."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from diagnose.diagnosis import diagnose
from diagnose.disclosure import publish
from diagnose.errors import DisclosureError
from diagnose.responses import read_responses
from diagnose.responses.comments import read_comments, read_review, write_review
from diagnose.responses.comments.sheet import COLUMNS, HEAD_ROW
from quoted import ASKED

N = 24


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Return an export of 24 people, of whom 18 answered the first open question."""
    path = tmp_path_factory.mktemp("export") / "export.csv"
    rows = ["v1,v2,v3,v4,first,keep"]
    for at in range(N):
        answers = [
            str(1 + (at * step + shift) % 5) for shift, step in enumerate((1, 2, 3, 4))
        ]
        said = f"Antwoord nummer {at} van iemand" if at < 18 else ""
        rows.append(",".join([*answers, said, "Niets anders" if at < 7 else ""]))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def diagnosis(export):
    return diagnose(read_responses(export, ASKED, mapping={"answers": "codes"}))


def review_of(export, folder):
    """Write the review of an export and let a person decide about each row."""
    path = write_review(read_comments(export, ASKED), folder / "review.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(2, 4).value = dt.date(2026, 11, 26)
    for at in range(18):
        row = HEAD_ROW + 2 + at
        said = "leave out" if at < 2 else "keep as is"
        sheet.cell(row, COLUMNS.index("decision") + 1).value = said
        theme = "planning" if at < 7 else "time" if at < 9 else None
        sheet.cell(row, COLUMNS.index("theme") + 1).value = theme
    book.save(path)
    return read_review(path)


def test_what_a_person_let_pass_is_published(export, diagnosis, tmp_path):
    comments = publish(diagnosis, comments=review_of(export, tmp_path)).comments

    first, keep, stop = comments.questions.to_dict("records")
    assert (first["n_answered"], first["n_quotes"]) == (18, 13)
    assert (keep["status"], stop["status"]) == ("hidden", "hidden")
    assert not comments.quotes["quote"].str.contains("anders").any()
    assert comments.themes["n_texts"].tolist() == [7, 11]
    assert comments.themes["theme"].tolist() == ["planning", ""]


def test_the_review_of_another_export_is_not_published(export, diagnosis, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(export.read_text("utf-8") + "1,2,3,4,,\n", encoding="utf-8")

    with pytest.raises(DisclosureError, match="another export"):
        publish(diagnosis, comments=review_of(other, tmp_path))
