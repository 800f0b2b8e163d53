"""Take pictures of real outputs of the synthetic example, for the pages on showing.

    python book/_tools/draw_outputs.py

``<output>.png`` is the English picture, ``<output>.nl.png`` the Dutch one, which the
Dutch edition takes by itself. It needs LibreOffice and a Chromium browser: the pictures
show what a reader sees who opens the files. Fonts differ between computers, so no test
compares them.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

import diagnose as dg
from diagnose.report import render_outputs, render_packs

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from PIL.Image import Image

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "book" / "images" / "showing"
LANGUAGES = ("en", "nl")
WIDTH = 1000
COLOURS = 64
SLIDE, SHEET = 6, 5
"""Slide of the deck and sheet of the workbook, from 1."""
SHOWN_ROWS, SHOWN_COLUMNS = 15, 7
TEAM = "/team-13/"
"""Part of the folder whose hand-out is shown."""


_SCROLL = "name => document.getElementById(name).scrollIntoView({behavior: 'instant'})"
_SHEET_STYLE = """
body{margin:0;font:13px 'Liberation Sans',Arial,sans-serif}
table{border-collapse:collapse;table-layout:fixed;width:1000px}
td,th{border:1px solid #d0d5da;padding:3px 5px;height:17px}
th{background:#f0f2f4;color:#52606d;font-weight:normal}
p{margin:6px 0}
span{border:1px solid #d0d5da;padding:4px 10px;font-size:12px}
"""


def outputs(language: str) -> dict[str, bytes]:
    """Return the files to take pictures of."""
    publication = dg.publish_assessment(ROOT / "surveys" / "example")
    files = dict(
        render_outputs(publication, formats=("html", "xlsx", "pptx"), language=language)
    )
    packs = render_packs(publication, language=language, formats=("pdf",))
    files["handout.pdf"] = next(file for name, file in packs if TEAM in name)
    return files


def page_of(pdf: bytes, number: int) -> Image:
    """Return a page of a PDF file, from 1."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return document[number - 1].render(scale=2).to_pil()


def printed(name: str, content: bytes) -> bytes:
    """Return a file of an office program as LibreOffice prints it."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        raise SystemExit("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / name).write_bytes(content)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", "pdf"]
        command += ["--outdir", scratch, str(folder / name)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return (folder / name).with_suffix(".pdf").read_bytes()


def screen_of(page: bytes, *, part: str = "") -> Image:
    """Return a page as a browser shows it: all of it, or a screen of one part."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    browsers = ("chromium", "chromium-browser", "google-chrome")
    browser = next((found for name in browsers if (found := shutil.which(name))), None)
    with sync_playwright() as player:
        chrome = player.chromium.launch(executable_path=browser)
        sheet = chrome.new_page(
            viewport={"width": 1000, "height": 900 if part else 100}
        )
        sheet.set_content(page.decode("utf-8"))
        if part:
            sheet.evaluate(_SCROLL, part)
        picture = sheet.screenshot(full_page=not part)
        chrome.close()
    return Image.open(io.BytesIO(picture))


def sheet_page(workbook: bytes, language: str) -> bytes:
    """Return the top of a sheet as a page: cells, widths, tints and number formats."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(workbook))
    sheet = book.worksheets[SHEET - 1]
    letters = [get_column_letter(n) for n in range(1, SHOWN_COLUMNS + 1)]
    head = "".join(f"<th>{letter}</th>" for letter in letters)
    widths = [
        next(
            (d.width for d in sheet.column_dimensions.values() if d.min <= n <= d.max),
            9,
        )
        for n in range(1, SHOWN_COLUMNS + 1)
    ]
    columns = "".join(f'<col style="width:{width * 7.5:.0f}px">' for width in widths)
    lines = "".join(
        f"<tr><th>{cells[0].row}</th>{''.join(_cell(c, language) for c in cells)}</tr>"
        for cells in sheet.iter_rows(max_row=SHOWN_ROWS, max_col=SHOWN_COLUMNS)
    )
    tabs = "".join(f"<span>{escape(one.title)}</span>" for one in book.worksheets[:7])
    page = (
        f"<style>{_SHEET_STYLE}</style><table><col style='width:34px'>{columns}"
        f"<tr><th></th>{head}</tr>{lines}</table><p>{tabs}</p>"
    )
    return page.encode("utf-8")


def _cell(cell: Cell, language: str) -> str:
    """Return a cell of a sheet as HTML, numbers as a program of that language does."""
    value, number = cell.value, isinstance(cell.value, int | float)
    if number and "%" in cell.number_format:
        text = f"{value:.0%}"
    elif number and "." in cell.number_format:
        text = f"{value:.{len(cell.number_format.rpartition('.')[2])}f}"
        text = text.replace(".", ",") if language == "nl" else text
    else:
        text = escape("" if value is None else str(value))
    tint = cell.fill.fgColor.rgb[2:] if cell.fill.patternType == "solid" else "ffffff"
    weight = "bold" if cell.font.b else "normal"
    side = "right" if number else "left"
    lines = "normal" if cell.alignment.wrap_text else "nowrap"
    style = f"background:#{tint};font-weight:{weight};text-align:{side};"
    style += f"white-space:{lines}"
    return f'<td style="{style}">{text}</td>'


def draw(language: str) -> dict[str, Image]:
    """Return the pictures of one language."""
    files: Mapping[str, bytes] = outputs(language)
    return {
        "report": screen_of(files["report.html"], part="profile"),
        "deck": page_of(printed("deck.pptx", files["deck.pptx"]), SLIDE),
        "tables": screen_of(sheet_page(files["tables.xlsx"], language)),
        "handout": page_of(files["handout.pdf"], 1),
    }


def save(picture: Image, place: Path) -> None:
    """Write a picture small enough for a page, in few colours."""
    height = round(picture.height * WIDTH / picture.width)
    small = picture.convert("RGB").resize((WIDTH, height))
    small.quantize(COLOURS).save(place, optimize=True)


def place_of(name: str, language: str) -> Path:
    """Return where a picture is kept."""
    middle = "" if language == "en" else f".{language}"
    return TARGET / f"{name}{middle}.png"


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    for language in LANGUAGES:
        for name, picture in draw(language).items():
            place = place_of(name, language)
            save(picture, place)
            sys.stdout.write(f"{place.relative_to(ROOT)}\n")
