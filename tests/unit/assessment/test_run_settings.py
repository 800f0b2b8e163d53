"""What assessment.yaml asks for reaches what is hidden and what is quoted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from assessed import (
    LONG,
    MARKUP,
    PLAIN,
    export_rows,
    make_folder,
    open_workbook,
    small_instrument,
    snapshot,
    write_export,
)
from diagnose.assessment import publish_assessment, run_assessment
from diagnose.assessment.publish import prepare_assessment
from diagnose.errors import AssessmentError, DisclosureError, ResponseError
from diagnose.responses.comments import read_comments, write_review
from diagnose.responses.comments.sheet import COLUMNS, HEAD_ROW

SAID = [f"More time for plan {number} of our own" for number in range(14)]
SAID[3] = "=1+1 & <i>nothing</i> changes"
LEFT_OUT = "the boss of my neighbour is Jan"


def shown_units(publication):
    cells = publication.units.cells
    return {path[-1] for path in cells.loc[cells["status"] == "shown", "path"]}


def test_a_head_count_below_the_smallest_group_hides_a_unit(tmp_path, prepared):
    folder = make_folder(tmp_path / "a", more="thresholds: {group: 13}\n")
    publication = publish_assessment(folder)

    assert LONG in shown_units(prepared.publication)
    assert publication.thresholds.group == 13
    assert not {LONG} & shown_units(publication)
    assert PLAIN in shown_units(publication)


def test_a_low_response_hides_the_scores_of_a_unit(tmp_path):
    folder = make_folder(tmp_path / "a", more="thresholds: {response_rate: 0.8}\n")
    path = folder / "organisation.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    changed = [
        line.rpartition(",")[0] + ",30" if MARKUP in line else line for line in lines
    ]
    assert changed != lines
    path.write_text("\n".join(changed) + "\n", encoding="utf-8")

    publication = publish_assessment(folder)

    assert publication.thresholds.response_rate == pytest.approx(0.8)
    assert MARKUP not in shown_units(publication)
    rules = set(publication.suppressed["rule"])
    assert "response-low" in rules


@pytest.mark.parametrize(
    "asked", ["scores: 4", "group: 1", "response_rate: 1.4", "distributions: 5"]
)
def test_a_threshold_below_its_floor_is_refused(tmp_path, asked):
    folder = make_folder(tmp_path / "a", more=f"thresholds: {{{asked}}}\n")

    with pytest.raises(AssessmentError) as error:
        publish_assessment(folder)
    assert "thresholds" in str(error.value)


def reviewed(folder, name="review.xlsx", *, source=None, signed=True):
    """Write the review of an export, with a decision about each row."""
    export = source or folder / "responses" / "export.csv"
    path = write_review(read_comments(export, small_instrument()), folder / name)
    book = open_workbook(path)
    sheet = book.worksheets[0]
    if signed:
        sheet.cell(2, 4).value = dt.date(2026, 2, 1)
    place = {name: at for at, name in enumerate(COLUMNS, start=1)}
    for row in range(HEAD_ROW + 2, sheet.max_row + 1):
        text = sheet.cell(row, place["text"]).value
        decided = "leave out" if text.startswith(LEFT_OUT) else "keep as is"
        sheet.cell(row, place["decision"]).value = decided
    book.save(path)
    return path


@pytest.fixture(scope="module")
def commented(tmp_path_factory):
    """Return a folder with a signed review of its open answers."""
    base = tmp_path_factory.mktemp("commented") / "a"
    # As many as a threshold: with fewer, others are held back beside them.
    left_out = [f"{LEFT_OUT}, number {number}" for number in range(5)]
    folder = make_folder(base, wave=", comments: review.xlsx", said=[*SAID, *left_out])
    reviewed(folder)
    return folder


def test_signed_quotes_reach_page_and_workbook_and_nothing_else_does(commented):
    run_assessment(commented, formats=("html", "xlsx"), teams=False, handbook=False)

    tree = snapshot(commented / "output")
    page = tree["report.html"].decode("utf-8")
    cells = [
        cell
        for sheet in open_workbook(tree["tables.xlsx"]).worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]
    quotes = [cell for cell in cells if isinstance(cell.value, str)]
    assert SAID[0] in page
    assert "=1+1 &amp; &lt;i&gt;nothing&lt;/i&gt; changes" in page
    assert any(SAID[0] in cell.value for cell in quotes)
    assert {c.data_type for c in quotes if SAID[3] in c.value} == {"s"}
    assert not any(LEFT_OUT.encode() in content for content in tree.values())
    assert not any(LEFT_OUT in cell.value for cell in quotes)


def test_the_provenance_names_what_is_read_beside_the_answers(commented):
    before = prepare_assessment(commented).publication.provenance["inputs"]

    named = {entry["name"]: entry["sha256"] for entry in before}
    assert set(named) == {"organisation.csv", "review.xlsx"}
    assert all(len(digest) == 64 for digest in named.values())


def test_the_review_of_another_export_is_refused(commented, tmp_path):
    folder = make_folder(tmp_path / "a", wave=", comments: review.xlsx", said=SAID[:12])
    (folder / "review.xlsx").write_bytes((commented / "review.xlsx").read_bytes())

    with pytest.raises(ResponseError) as error:
        run_assessment(folder)
    assert [problem.code for problem in error.value.problems] == ["A037"]
    assert "diagnose comments responses/export.csv" in str(error.value)
    assert not (folder / "output").exists()


def test_a_review_that_nobody_signed_is_refused(tmp_path):
    folder = make_folder(tmp_path / "a", wave=", comments: review.xlsx", said=SAID)
    reviewed(folder, signed=False)

    with pytest.raises(ResponseError):
        publish_assessment(folder)


def test_a_review_that_is_missing_is_named(tmp_path):
    folder = make_folder(tmp_path / "a", wave=", comments: review.xlsx")

    with pytest.raises(AssessmentError, match=r"review\.xlsx"):
        publish_assessment(folder)


def test_too_few_answers_to_a_question_are_not_quoted(tmp_path):
    folder = make_folder(tmp_path / "a", wave=", comments: review.xlsx", said=SAID[:8])
    reviewed(folder)
    comments = publish_assessment(folder).comments

    assert list(comments.questions["status"]) == ["hidden"]
    assert not len(comments.quotes)


def test_an_edited_ledger_stops_the_run_with_the_way_out(tmp_path):
    folder = make_folder(tmp_path / "a")
    (folder / "ledger.json").write_text('{"entries": []}', encoding="utf-8")

    with pytest.raises(DisclosureError) as error:
        publish_assessment(folder)
    (problem,) = error.value.problems
    assert problem.code == "D028"
    assert "backup" in problem.remedy


def test_late_answers_of_one_person_are_another_publication(prepared, tmp_path):
    """The rows really differ, so that what the ledger refuses is a real difference."""
    folder = make_folder(tmp_path / "a")
    rows = export_rows(folder)
    floor = next(row for row in rows if row["role"] == "floor" and row["team"] == PLAIN)
    write_export(folder, [*rows, {**floor, "id": "999"}])

    later = publish_assessment(folder)

    def n(publication):
        roles = publication.participation.roles.set_index("role")
        return int(roles.loc["floor", "n_respondents"])

    assert n(later) == n(prepared.publication) + 1
    assert replace(later, provenance={}) != replace(prepared.publication, provenance={})
