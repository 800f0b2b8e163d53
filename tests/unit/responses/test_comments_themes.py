"""Themes on the review sheet: read per text, and refused where they are no labels."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from diagnose.errors import ResponseError
from diagnose.responses.comments import (
    Comments,
    ItemComments,
    read_review,
    write_review,
)
from diagnose.responses.comments.sheet import (
    COLUMNS,
    HEAD_ROW,
    OLD_COLUMNS,
    OLD_MAGIC,
    total_of,
)
from diagnose.responses.comments.themes import (
    is_label,
    is_quoted,
    names_a_unit,
    names_someone,
    split_themes,
    words_of_units,
)

TEXTS = (
    "De planning komt te laat en niemand zegt iets",
    "Meer tijd graag",
    "Vraag het eens aan ons",
    "Te weinig tijd voor het werk dat er ligt",
)
FIRST = HEAD_ROW + 2
DECISION, THEME = COLUMNS.index("decision") + 1, COLUMNS.index("theme") + 1
EXPORT = "ab" * 32


def themed_review(tmp_path, *cells, decisions=(), edit=None, language="en"):
    """Write a sheet, decide on every row, fill in its themes, and return its path."""
    comments = Comments(
        instrument="pulse 0.1.0 0123456789ab",
        source="export.csv",
        sha256=EXPORT,
        items=(ItemComments(item="first", texts=TEXTS),),
    )
    path = write_review(comments, tmp_path / "r.xlsx", language=language)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(2, 4).value = dt.date(2026, 11, 26)
    for at in range(len(TEXTS)):
        chosen = decisions[at] if at < len(decisions) else "keep as is"
        sheet.cell(FIRST + at, DECISION).value = chosen
        sheet.cell(FIRST + at, THEME).value = cells[at] if at < len(cells) else None
        sheet.cell(FIRST + at, THEME).data_type = "s"
    if edit:
        edit(sheet)
    book.save(path)
    return path


def codes(path):
    with pytest.raises(ResponseError) as error:
        read_review(path)
    return {problem.code: problem.message for problem in error.value.problems}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_sheet_asks_for_themes_and_explains_them(tmp_path, language):
    book = openpyxl.load_workbook(themed_review(tmp_path, language=language))
    texts, instructions = book.worksheets

    heading = {"en": "Themes (optional)", "nl": "Thema's (mag leeg)"}[language]
    assert texts.cell(HEAD_ROW + 1, THEME).value == heading
    told = " ".join(str(row[1].value) for row in instructions.iter_rows())
    assert {"en": "separated by a semicolon", "nl": "puntkomma"}[language] in told
    assert texts.cell(FIRST, THEME).protection.locked is False
    assert texts.column_dimensions["I"].hidden


def test_themes_are_read_for_every_text(tmp_path):
    reviewed = read_review(
        themed_review(tmp_path, "planning; speaking up", "time;time ")
    )

    assert sorted(reviewed.themes["first"]) == [
        (),
        (),
        ("planning", "speaking up"),
        ("time",),
    ]
    assert reviewed.n_answered == {"first": 4}
    assert reviewed.sha256 == EXPORT
    assert "planning" not in repr(reviewed)


def test_a_text_that_is_left_out_still_counts(tmp_path):
    path = themed_review(tmp_path, "planning", decisions=("leave out",))

    reviewed = read_review(path)

    assert len(reviewed.quotes["first"]) == 3
    assert reviewed.n_answered["first"] == 4
    assert ("planning",) in reviewed.themes["first"]


def test_nothing_tells_which_quote_a_theme_is_of(tmp_path):
    one = read_review(themed_review(tmp_path, "b", "a", "d", "c"))

    assert one.themes["first"] == (("a",), ("b",), ("c",), ("d",))


def test_a_sheet_without_the_column_is_still_read(tmp_path):
    def as_before(sheet):
        sheet.delete_cols(THEME)
        last = len(OLD_COLUMNS)
        rows = range(FIRST, FIRST + len(TEXTS))
        checks = [sheet.cell(row, last).value for row in rows]
        sheet.cell(1, last).value = OLD_MAGIC
        digest = total_of([sheet.cell(2, last).value, *checks])
        sheet.cell(3, last).value = f"{len(TEXTS)} {digest}"

    reviewed = read_review(themed_review(tmp_path, edit=as_before))

    assert sorted(reviewed.quotes["first"]) == sorted(TEXTS)
    assert reviewed.themes == {"first": ((),) * 4}
    assert (reviewed.n_answered, reviewed.sha256) == ({"first": 4}, "")


def test_a_sheet_that_claims_another_export_is_refused(tmp_path):
    def edit(sheet):
        sheet.cell(1, len(COLUMNS)).value = f"diagnose-comments/2 {'cd' * 32}"

    assert set(codes(themed_review(tmp_path, edit=edit))) == {"R158"}


def test_all_themes_that_are_no_labels_are_told_by_row(tmp_path):
    found = codes(
        themed_review(
            tmp_path,
            "komt te laat en niemand",
            "a; b; c; d",
            "<b>vet</b>",
            "vraag henk",
        )
    )

    lines = {code: message.rsplit(": ", 1)[1] for code, message in found.items()}
    assert lines == {
        "R182": str(FIRST),
        "R180": str(FIRST + 1),
        "R181": str(FIRST + 2),
        "R183": str(FIRST + 3),
    }
    assert "henk" not in str(found)


def test_a_formula_in_the_themes_is_refused(tmp_path):
    def edit(sheet):
        sheet.cell(FIRST, THEME).value = "=1+1"
        sheet.cell(FIRST, THEME).data_type = "f"

    assert "R164" in codes(themed_review(tmp_path, edit=edit))


@pytest.mark.parametrize(
    "theme",
    [
        "=1+1",
        "-min",
        "@iedereen",
        "<script>",
        "a\u202eb",
        "👩\u200d💻",
        "het duurt te lang voordat iemand iets doet",
        "x" * 41,
        "einde. begin",
        "a,b",
        "a\tb\x07",
        "a/../b\\c",
        "{n}",
        "#set",
    ],
)
def test_signs_and_sentences_are_no_labels(theme):
    assert not is_label(theme)


@pytest.mark.parametrize(
    "theme",
    ["werkdruk", "z'n werk & rust", "ruimte (tijd)", "24 uur", "تخطيط", "coördinatie"],
)
def test_a_few_words_are_a_label(theme):
    assert is_label(theme)


@pytest.mark.parametrize(
    ("theme", "told"),
    [
        ("jan zei", True),
        ("06 12345678", True),
        ("a@b.nl", True),
        ("overleg met Verhoeven", True),
        ("werkdruk", False),
    ],
)
def test_a_theme_that_leads_to_somebody_is_found(theme, told):
    assert names_someone(theme) is told


@pytest.mark.parametrize(
    ("theme", "told"),
    [
        ("night shift", True),
        ("more Night-Shift work", True),
        ("nights", False),
        ("shift night", False),
        ("rust bij R&D", True),
        ("it", False),
        ("meer IT", True),
        ("werkdruk", False),
    ],
)
def test_a_theme_that_names_a_unit_is_found(theme, told):
    units = words_of_units(("Night shift", "R&D", "IT", "+++", ""))

    assert names_a_unit(theme, units) is told


def test_four_words_of_a_text_are_a_quote_and_three_are_not():
    text = "Er is te weinig tijd, altijd."

    assert is_quoted("Te weinig tijd altijd", text)
    assert not is_quoted("te weinig tijd", text)
    assert not is_quoted("altijd tijd weinig te", text)


def test_themes_are_split_trimmed_and_each_kept_once():
    assert split_themes(" time ;; Time;speaking   up;") == ("Time", "speaking up")
