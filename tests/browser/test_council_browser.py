"""The page for the works council in a real browser: whole, readable, on its own."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from diagnose.disclosure.files import FileAccount, FileAudit
from diagnose.disclosure.ledger import Ledger, extend_ledger
from diagnose.report import render_council
from published import make_publication

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]

NAMES = ("report.html", "tables.xlsx", "teams/care/day-shift/deck.pptx")
AUDIT = FileAudit(
    files=tuple(
        FileAccount(
            name=name,
            sha256=hashlib.sha256(name.encode()).hexdigest(),
            n_numbers=1234,
            n_texts=56789,
            n_offences=0,
        )
        for name in NAMES
    ),
    problems=(),
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("council")
    publication = make_publication()
    ledger = extend_ledger(Ledger(), publication, {"report.html": "0" * 64})
    found = {}
    for language in ("en", "nl"):
        files = dict(
            render_council(publication, AUDIT, language=language, ledger=ledger)
        )
        found[language] = folder / f"{language}.html"
        found[language].write_bytes(files["disclosure.html"])
    return found


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_council_page(
    browser, violations, pages, language, scheme
):
    page = browser.new_page(color_scheme=scheme)
    page.goto(pages[language].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("width", [390, 1280])
def test_council_page_stands_alone_at_any_width(browser, pages, language, width):
    page = browser.new_page(viewport={"width": width, "height": 844})
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(pages[language].as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert asked == [pages[language].as_uri()]
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_council_page_needs_no_scripts(browser, pages):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["en"].as_uri())

    page.get_by_role("link", name="How this was checked").click()
    assert page.url.endswith("#checked")
    page.locator("#checked summary").first.click()
    assert page.locator("#table-searched").is_visible()
    context.close()


def test_council_page_prints_what_is_folded(browser, pages, tmp_path):
    page = browser.new_page()
    page.goto(pages["nl"].as_uri())
    page.pdf(path=tmp_path / "folded.pdf")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.pdf(path=tmp_path / "open.pdf")
    page.close()
    folded, opened = (
        len(re.findall(rb"/Type\s*/Page\b", (tmp_path / name).read_bytes()))
        for name in ("folded.pdf", "open.pdf")
    )

    assert folded == opened > 5
