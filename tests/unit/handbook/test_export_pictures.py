"""The pictures of exports show what the reader does with them today, and nobody."""

from __future__ import annotations

import importlib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.language import load_catalogue
from diagnose.responses.read.names import PLATFORM_NAMES

TOOLS = Path(__file__).resolve().parents[3] / "book" / "_tools"

with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(TOOLS)
    drawing = importlib.import_module("draw_exports")
    sheets = importlib.import_module("export_sheet")

PICTURES = [(name, lang) for name in PLATFORM_NAMES for lang in ("en", "nl")]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def sheet_of():
    kept = {}

    def read(platform):
        if platform not in kept:
            kept[platform] = sheets.read_sheet(platform, "en")
        return kept[platform]

    return read


def test_every_platform_has_a_picture_and_no_picture_is_left_over():
    wanted = {drawing.place_of(*one) for one in PICTURES}

    assert set(drawing.EXPORTS) == set(PLATFORM_NAMES)
    assert set(drawing.TARGET.glob("*")) == wanted


@pytest.mark.parametrize(("platform", "language"), PICTURES)
def test_the_picture_of_an_export_is_current(platform, language):
    committed = drawing.place_of(platform, language).read_text(encoding="utf-8")

    assert committed == drawing.draw(platform, language)


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_what_is_drawn_is_what_the_intake_report_says(platform, sheet_of):
    sheet = sheet_of(platform)
    report = sheet.report

    assert report.platform == platform
    assert not report.problems
    read = sum(kind in ("item", "fact") for kind in sheet.kinds)
    by_rows = sum(one.target == "submitted" for one in report.mapped)
    assert read + by_rows == len(report.mapped)
    assert len(sheet.kinds) == len(report.mapped) + len(report.dropped)
    assert sheet.counts == dict(report.excluded)
    assert {one.kind for one in sheet.columns} >= {"item", "fact", "rows", "out"}


@pytest.mark.parametrize("platform", PLATFORM_NAMES)
def test_no_cell_of_a_column_that_is_left_out_is_loaded(platform, sheet_of):
    for column in sheet_of(platform).columns:
        assert bool(column.cells) == (column.kind != "out")


@pytest.mark.parametrize(("platform", "language"), PICTURES)
def test_a_picture_shows_no_address_and_no_comment(platform, language):
    entries = load_catalogue("simulation").entries
    comments = [e for key, e in entries.items() if key.startswith("comment.")]
    text = drawing.place_of(platform, language).read_text(encoding="utf-8")

    for secret in ("192.0.2.1", "@", *(c[language][:12] for c in comments)):
        assert secret not in text


@pytest.mark.parametrize(("platform", "language"), PICTURES)
def test_no_text_of_a_picture_leaves_its_column(platform, language):
    place = drawing.place_of(platform, language)
    root = ElementTree.fromstring(place.read_text(encoding="utf-8"))
    for text in root.iter(SVG + "text"):
        start = float(text.get("x"))
        bold = text.get("font-weight") == "bold"
        wide = drawing.text_width(text.text, bold=bold)
        if text.get("text-anchor") == "end":
            assert start - wide >= drawing.MARGIN
        else:
            assert start + wide <= drawing.WIDTH - drawing.MARGIN
    assert any([_in_a_cell(text, root) for text in root.iter(SVG + "text")])


def _in_a_cell(text, root):
    """Tell whether a text stands in a box, and check that it ends there."""
    x, y = float(text.get("x")), float(text.get("y"))
    for box in root.iter(SVG + "rect"):
        left, top, width, height = (
            float(box.get(name)) for name in ("x", "y", "width", "height")
        )
        if width < 200 and left <= x <= left + width and top < y <= top + height:
            bold = text.get("font-weight") == "bold"
            assert x + drawing.text_width(text.text, bold=bold) <= left + width
            return True
    return False


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet='abeinordWF _/:{"', max_size=60), most=st.integers(1, 4))
def test_wrapped_lines_fit_and_lose_nothing_but_the_end(text, most):
    lines = drawing.wrapped(text, 90, most)

    assert len(lines) <= most
    assert all(drawing.text_width(line) <= 90 for line in lines)
    shown = "".join(lines).removesuffix(drawing.MASK).replace("-", "").replace(" ", "")
    assert text.replace(" ", "").startswith(shown)
