"""The review sheet: what goes out comes back, decided, or is refused by row."""

from __future__ import annotations

import datetime as dt
import io
import pickle
import zipfile

import openpyxl
import pytest

from diagnose.errors import ResponseError
from diagnose.responses.comments import (
    Comments,
    ItemComments,
    read_review,
    render_review,
    write_review,
)
from diagnose.responses.comments.sheet import COLUMNS, HEAD_ROW
from diagnose.responses.problems import problems_in_words

TEXTS = (
    "=SUM(A1:A9)",
    "+31 6 12345678 bellen kan",
    "- te weinig tijd",
    "@iedereen doet mee",
    "Vraag Henk Jansen maar",
    "regel een\nregel twee",
    "https://example.org/plan",
    "00123",
    "2026-01-01",
    "emoji 👍🏽 en é",
)
FIRST = HEAD_ROW + 2  # row number of the first text, as a workbook program shows it
DECISION, OWN = COLUMNS.index("decision") + 1, COLUMNS.index("own") + 1


def comments_of(*texts, item="first"):
    return Comments(
        instrument="pulse 0.1.0 0123456789ab",
        source="export.csv",
        sha256="0" * 64,
        items=(ItemComments(item=item, texts=tuple(texts)),),
    )


def filled(tmp_path, edit=None, *, texts=TEXTS, decision="keep as is", language="en"):
    """Write a sheet, fill every row in, let `edit` change it, and return its path."""
    path = write_review(comments_of(*texts), tmp_path / "r.xlsx", language=language)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(2, 4).value = dt.date(2026, 11, 26)
    for row in range(FIRST, FIRST + len(texts)):
        sheet.cell(row, DECISION).value = decision
    # openpyxl would write these texts as formulas; a workbook program would not
    for row in sheet.iter_rows(min_row=FIRST):
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    if edit:
        edit(sheet)
    book.save(path)
    return path


def refused(path):
    with pytest.raises(ResponseError) as error:
        read_review(path)
    return {problem.code: problem.message for problem in error.value.problems}


def test_every_text_survives_the_sheet_unchanged(tmp_path):
    reviewed = read_review(filled(tmp_path))

    assert reviewed.quotes == {"first": TEXTS}
    assert reviewed.reviewed_on == "2026-11-26"
    assert reviewed.instrument == "pulse 0.1.0 0123456789ab"
    assert reviewed.decisions == {"keep": len(TEXTS)}
    assert not any(text in repr(reviewed) for text in TEXTS)


def test_the_sheet_holds_no_formula_and_no_link(tmp_path):
    content = render_review(comments_of(*TEXTS))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        xml = b"".join(archive.read(name) for name in sheets)
    assert b"<f>" not in xml and b"<hyperlink" not in xml
    assert xml.count(b"<sheetProtection") == 2
    assert b"dataValidation" in xml and b'state="frozen"' in xml


def test_text_that_looks_like_an_escape_of_a_workbook_is_written_as_text():
    from python_calamine import load_workbook

    text = "_x0041_ en _x005F_"
    book = load_workbook(io.BytesIO(render_review(comments_of(text))))

    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)

    assert rows[HEAD_ROW + 1][2] == text


def test_the_same_comments_give_the_same_bytes():
    assert render_review(comments_of(*TEXTS)) == render_review(comments_of(*TEXTS))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_decisions_are_read_in_both_languages(tmp_path, language):
    words = {"en": "Leave out ", "nl": "Weglaten"}

    path = filled(tmp_path, decision=words[language], language=language)

    reviewed = read_review(path)
    assert reviewed.decisions == {"leave_out": len(TEXTS)}
    assert reviewed.quotes == {"first": ()} and len(reviewed) == 0


def test_a_text_that_is_left_out_does_not_survive_the_review(tmp_path):
    def edit(sheet):
        sheet.cell(FIRST + 4, DECISION).value = "leave out"

    reviewed = read_review(filled(tmp_path, edit))

    assert b"Henk" not in pickle.dumps(reviewed)
    assert len(reviewed) == len(TEXTS) - 1


def test_redacted_and_own_wording_are_quoted_as_decided(tmp_path):
    def edit(sheet):
        sheet.cell(FIRST + 4, DECISION).value = "use the redacted text"
        sheet.cell(FIRST, DECISION).value = "use own wording"
        sheet.cell(FIRST, OWN).value = "tel alles op"

    quotes = read_review(filled(tmp_path, edit)).quotes["first"]

    assert quotes[0] == "tel alles op"
    assert quotes[4] == "Vraag […] maar"


def test_quotes_that_still_hold_contact_data_are_noted(tmp_path):
    reviewed = read_review(filled(tmp_path))

    (note,) = reviewed.notes
    assert note.code == "R167" and str(FIRST + 1) in note.message


@pytest.mark.parametrize(
    "when", ["2026-11-26", "26-11-2026", dt.datetime(2026, 11, 26)]
)
def test_dates_are_read_as_typed(tmp_path, when):
    path = filled(tmp_path, lambda sheet: setattr(sheet.cell(2, 4), "value", when))

    assert read_review(path).reviewed_on == "2026-11-26"


@pytest.mark.parametrize("when", [None, "11/26/2026", "vandaag", "31-02-2026", 45000])
def test_no_clear_date_is_refused(tmp_path, when):
    def edit(sheet):
        sheet.cell(2, 4).value = when
        sheet.cell(2, 4).number_format = "General"

    assert set(refused(filled(tmp_path, edit))) == {"R166"}


def test_rows_without_or_with_an_unknown_decision_are_refused_together(tmp_path):
    def edit(sheet):
        sheet.cell(FIRST, DECISION).value = None
        sheet.cell(FIRST + 2, DECISION).value = "misschien"
        sheet.cell(FIRST + 3, DECISION).value = "use own wording"
        sheet.cell(FIRST + 5, OWN).value = "iets anders"

    found = refused(filled(tmp_path, edit))

    assert set(found) == {"R159", "R160", "R165"}
    assert found["R159"].endswith(f": {FIRST}")
    assert found["R160"].endswith(f": {FIRST + 2}")
    assert found["R165"].endswith(f": {FIRST + 3}, {FIRST + 5}")


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("text", "een andere tekst", "R162"),
        ("redacted", "een andere tekst", "R162"),
        ("item", "second", "R161"),
        ("number", 99, "R161"),
        ("check", "", "R161"),
    ],
)
def test_a_changed_cell_is_found_by_row(tmp_path, column, value, code):
    place = COLUMNS.index(column) + 1
    path = filled(
        tmp_path, lambda sheet: setattr(sheet.cell(FIRST + 2, place), "value", value)
    )

    assert str(FIRST + 2) in refused(path)[code]


def test_a_missing_row_and_an_added_one_are_found(tmp_path):
    missing = refused(filled(tmp_path, lambda sheet: sheet.delete_rows(FIRST + 3)))
    (tmp_path / "r.xlsx").unlink()

    def add(sheet):
        sheet.cell(FIRST + len(TEXTS), 3).value = "niet van ons"

    assert missing["R163"].endswith(": 4")
    assert str(FIRST + len(TEXTS)) in refused(filled(tmp_path, add))["R161"]


def test_a_repeated_row_is_found(tmp_path):
    def edit(sheet):
        for place in range(1, len(COLUMNS) + 1):
            sheet.cell(FIRST + 10, place).value = sheet.cell(FIRST + 2, place).value

    assert f"{FIRST + 2}, {FIRST + 10}" in refused(filled(tmp_path, edit))["R161"]


def test_sorted_rows_are_still_the_same_rows(tmp_path):
    def edit(sheet):
        for place in range(1, len(COLUMNS) + 1):
            one, two = sheet.cell(FIRST + 2, place), sheet.cell(FIRST + 3, place)
            one.value, two.value = two.value, one.value

    reviewed = read_review(filled(tmp_path, edit))

    assert sorted(reviewed.quotes["first"]) == sorted(TEXTS)


def test_a_formula_is_refused_by_row(tmp_path):
    def edit(sheet):
        sheet.cell(FIRST + 1, OWN).value = '=HYPERLINK("https://example.org")'
        sheet.cell(FIRST + 1, DECISION).value = "use own wording"

    path = filled(tmp_path, edit)
    assert refused(path)["R164"].endswith(f": {FIRST + 1}")

    # the same with a stored value, as a workbook program saves it
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"</f><v></v>" in parts[sheet] or b"</f><v/>" in parts[sheet]
    for empty in (b"</f><v></v>", b"</f><v/>"):
        parts[sheet] = parts[sheet].replace(empty, b"</f><v>7</v>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert set(refused(path)) == {"R164"}


def test_a_sheet_with_decisions_is_never_replaced(tmp_path):
    path = filled(tmp_path)
    before = path.read_bytes()

    with pytest.raises(ResponseError) as error:
        write_review(comments_of(*TEXTS), path)

    assert [p.code for p in error.value.problems] == ["R168"]
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ResponseError) as error:
        write_review(comments_of(*TEXTS), tmp_path / "niets" / "r.xlsx")

    assert [p.code for p in error.value.problems] == ["R169"]


def test_other_files_are_no_review_sheet(tmp_path):
    csv = tmp_path / "a.csv"
    csv.write_text("a,b\n1,2\n", encoding="utf-8")
    other = tmp_path / "b.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.save(other)

    assert set(refused(csv)) == set(refused(other)) == {"R158"}


def test_macros_and_damaged_books_are_refused(tmp_path):
    path = filled(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    macro = refused(path)
    path.write_bytes(path.read_bytes()[:3000])

    assert set(macro) == {"R011"}
    assert set(refused(path)) == {"R012"}


def test_no_problem_of_a_review_quotes_a_text(tmp_path):
    def edit(sheet):
        for row in range(FIRST, FIRST + len(TEXTS)):
            sheet.cell(row, DECISION).value = "zomaar iets persoonlijks"
            sheet.cell(row, 3).value = "een heel persoonlijk verhaal"

    with pytest.raises(ResponseError) as error:
        read_review(filled(tmp_path, edit))

    told = " ".join(str(p) for p in problems_in_words(error.value.problems, "nl"))
    assert "persoonlijk" not in told + str(error.value)
