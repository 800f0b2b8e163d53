"""The intake page in a real browser: readable at any width, and accessible."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import instrument
from diagnose.responses import read_responses
from diagnose.responses.account import intake_page
from exports import drawn_answers, limesurvey

pytestmark = pytest.mark.browser


ROOT = Path(__file__).parents[2]
ASKED = instrument({"v": "v1 v2 v3- v4", "c": "c1 c2 c3"})
WIDTHS = (1200, 375)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the page of a file in which much is open, and of one that is clear."""
    folder = tmp_path_factory.mktemp("intake")
    codes = drawn_answers(ASKED, 80)
    turned = codes.assign(
        v3=[str(6 - int(code)) if code.isdigit() else code for code in codes["v3"]]
    )
    made = {}
    for name, content in {
        "blocked": limesurvey(turned, ASKED).replace(b'"4"', b'"44"', 6),
        "clear": limesurvey(codes, ASKED, answers="long"),
    }.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content)
        report = read_responses(path, ASKED).report
        assert report.blocks_scoring == (name == "blocked")
        for language in ("en", "nl"):
            made[name, language] = folder / f"{name}-{language}.html"
            made[name, language].write_text(intake_page([report], language), "utf-8")
    return made


def opened(browser, path, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return page, asked


@pytest.mark.parametrize("name", ["blocked", "clear"])
@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_intake_page_fits_and_asks_for_nothing(
    browser, pages, name, language, width
):
    page, asked = opened(browser, pages[name, language], width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [pages[name, language].as_uri()]
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_what_must_be_resolved_is_no_slit(browser, pages, width):
    page, _ = opened(browser, pages["blocked", "nl"], width)

    widths = page.evaluate(
        "[...document.querySelectorAll('.problems td:nth-child(n+3)')]"
        ".map(cell => cell.getBoundingClientRect().width)"
    )
    assert widths
    assert min(widths) >= 200
    page.close()


@pytest.mark.parametrize("name", ["blocked", "clear"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_intake_page_is_accessible(browser, violations, pages, name, width):
    page, _ = opened(browser, pages[name, "nl"], width)

    assert violations(page) == []
    page.close()
