"""The workbook: typed, inert, complete, and the same every time."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from diagnose.report import render_html, render_xlsx, write_xlsx
from published import HOSTILE_LABELS, make_publication, skip_figures

SHEETS = {
    "en": [
        "How to read",
        "Findings",
        "Verdict",
        "First steps",
        "Profile",
        "Items",
        "Units",
        "Gap",
        "Outcomes",
        "Trend",
        "Movement",
        "Measurement",
        "Privacy",
        "Provenance",
    ],
    "nl": [
        "Leeswijzer",
        "Bevindingen",
        "Oordeel",
        "Eerste stappen",
        "Profiel",
        "Vragen",
        "Eenheden",
        "Verschil",
        "Uitkomsten",
        "Verloop",
        "Beweging",
        "Meting",
        "Privacy",
        "Herkomst",
    ],
}


@pytest.fixture(scope="module")
def publication():
    return make_publication()


@pytest.fixture(scope="module")
def content(publication):
    return render_xlsx(publication, "en")


def sheet(content: bytes, name: str) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_anything_but_a_publication_is_refused(tmp_path):
    with pytest.raises(TypeError, match="must be a Publication; got NoneType"):
        write_xlsx(None, tmp_path / "tables.xlsx")


def test_two_runs_give_the_same_bytes(publication, content):
    assert render_xlsx(publication, "en") == content


@pytest.mark.parametrize("language", ["en", "nl"])
def test_sheets_have_names_in_the_language(publication, language):
    book = CalamineWorkbook.from_filelike(BytesIO(render_xlsx(publication, language)))

    assert book.sheet_names == SHEETS[language]


def test_numbers_are_numbers_and_unrounded(publication, content):
    rows = sheet(content, "Profile")
    first = publication.profile.iloc[0]

    assert rows[1][:4] == ["Subscale", "Kind", "n", "Mean"]
    expected = first[["n_respondents", "mean", "conf_low", "conf_high"]].tolist()
    # The file holds 16 significant digits: the last bit of a number may be lost.
    assert rows[2][2:6] == pytest.approx(expected, rel=1e-15)


def test_hidden_units_say_why_and_hold_no_number(content):
    hidden = [row for row in sheet(content, "Units") if row[0] == "Kitchen"]

    assert hidden
    for row in hidden:
        assert not any(isinstance(cell, int | float) for cell in row)
        assert "hidden" in row
    assert any("hidden: fewer than 5, or derivable" in row for row in hidden)


def test_hostile_names_stay_text():
    content = render_xlsx(make_publication(HOSTILE_LABELS), "en")
    with zipfile.ZipFile(BytesIO(content)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}

    cells = {str(row[0]) for row in sheet(content, "Units")}
    assert {"=cmd|' /C calc'!A0", "@SUM(1)"} <= cells
    for name, part in parts.items():
        assert "<f>" not in part, name
        assert "hyperlink" not in part, name
        assert "externalLink" not in name


def test_report_and_workbook_show_the_same_means(publication, content, monkeypatch):
    skip_figures(monkeypatch)
    html = render_html(publication, "en")
    shown = re.search(r'<table id="table-profile-floor".*?</table>', html, re.DOTALL)[0]
    values = re.findall(r"<td[^>]*>(\d\.\d\d)</td>", shown)

    first = sheet(content, "Profile")[2:14]
    written = [f"{value:.2f}" for row in first for value in row[3:7]]
    assert values == written
