"""The report in a real browser: whole, readable at any width, in one language."""

from __future__ import annotations

import re

import pytest

from diagnose.plots.style import HouseStyle
from diagnose.report import render_html, write_html
from published import make_publication, skip_figures

pytestmark = pytest.mark.browser


DUTCH_NAMES = {
    "Care": "Zorg",
    "Support": "Ondersteuning",
    "Day shift": "Dagdienst",
    "Evening shift": "Avonddienst",
    "Night shift": "Nachtdienst",
    "Kitchen": "Keuken",
    "Finance": "Financiën",
    "Planning": "Planning",
    "IT": "ICT",
}
ENGLISH = (
    "the and of with from to for not is are was were by mean means hidden shown level "
    "unit units table figure work floor leaders higher lower clearly clear difference "
    "respondents wave waves subscale subscales items statement conditions outcomes "
    "condition outcome none unknown source answers agree disagree neutral read value "
    "pooled own organisation contents methods file rows left "
    "division together true false nan none"
)
ALLOWED = {"is", "of", "was"}
"""Words that are Dutch as well."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    publication = make_publication(DUTCH_NAMES, levels=("divisie", "team"))
    return {
        language: write_html(publication, folder / f"{language}.html", language)
        for language in ("en", "nl")
    }


def opened(browser, path, **options):
    """Return the open page, what it asked for, and what it complained about."""
    page = browser.new_page(**options)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    return page, asked, complaints


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_asks_for_nothing_and_complains_of_nothing(
    browser, reports, language, scheme
):
    page, asked, complaints = opened(browser, reports[language], color_scheme=scheme)

    assert asked == [reports[language].as_uri()]
    assert complaints == []
    page.close()


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("width", [390, 1280])
def test_page_never_scrolls_sideways(browser, reports, language, width):
    size = {"width": width, "height": 844}
    page, *_ = opened(browser, reports[language], viewport=size)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_picture_has_a_text_alternative(browser, reports, language):
    page, *_ = opened(browser, reports[language])
    silent = page.evaluate(
        "[...document.querySelectorAll('svg, img')].filter("
        "e => !(e.getAttribute('aria-label') || e.getAttribute('alt'))).length"
    )

    assert page.locator("svg").count() > 30
    assert silent == 0
    page.close()


def test_both_languages_have_the_same_sections(browser, reports):
    sections = []
    for path in reports.values():
        page, *_ = opened(browser, path)
        sections.append(
            page.evaluate("[...document.querySelectorAll('section')].map(s => s.id)")
        )
        page.close()

    assert sections[0] == sections[1]
    assert len(sections[0]) == 18


def test_dutch_report_holds_no_english_word(browser, reports):
    page, *_ = opened(browser, reports["nl"])
    text = page.evaluate(
        """() => {
        document.querySelectorAll('[lang=en], script, style').forEach(e => e.remove());
        const named = [...document.querySelectorAll('[aria-label]')];
        const labels = named.map(e => e.getAttribute('aria-label'));
        return document.body.textContent + ' ' + labels.join(' ');
        }"""
    )
    page.close()
    found = {word.lower() for word in re.findall(r"[A-Za-z]+", text)}

    assert found & (set(ENGLISH.split()) - ALLOWED) == set()


def test_report_works_without_scripts(browser, reports):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["en"].as_uri())

    page.get_by_role("link", name="The profile").click()
    assert page.url.endswith("#profile")
    page.locator("#profile summary").first.click()
    assert page.locator("#profile table").first.is_visible()
    context.close()


def test_the_keyboard_reaches_the_content_first(browser, reports):
    page, *_ = opened(browser, reports["en"])
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.close()


def test_print_opens_what_is_folded(browser, reports, tmp_path):
    page, *_ = opened(browser, reports["en"])
    page.pdf(path=tmp_path / "folded.pdf")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.pdf(path=tmp_path / "open.pdf")
    page.close()
    folded, full = (
        len(re.findall(rb"/Type\s*/Page\b", (tmp_path / name).read_bytes()))
        for name in ("folded.pdf", "open.pdf")
    )

    assert folded == full > 10


def long_tables(page):
    """Return the tables that have a field to search in, and open what folds them."""
    page.click("#open-all")
    return page.locator("table[data-long]")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_long_table_is_searched_and_says_how_much_was_found(
    browser, reports, language
):
    page, _, complaints = opened(browser, reports[language])
    table = long_tables(page).first
    rows = table.locator("tbody tr")
    before = rows.count()
    field = page.locator("input[type=search]").first
    told = page.locator(".search [role=status]").first
    word = rows.nth(2).locator("th, td").first.inner_text().strip().split()[0]

    assert page.locator("input[type=search]").count() == long_tables(page).count() > 2
    assert page.locator(f"label[for={field.get_attribute('id')}]").first.inner_text()
    assert told.inner_text() == ""
    field.fill(word.upper())
    shown = [row for row in rows.all() if row.is_visible()]
    assert 0 < len(shown) < before or all(
        word.lower() in row.text_content().lower() for row in rows.all()
    )
    assert all(word.lower() in row.text_content().lower() for row in shown)
    counts = [int(n) for n in re.findall(r"\d+", told.inner_text())]
    assert counts == [len(shown), before]

    field.fill("zzz no such row zzz")
    assert not any(row.is_visible() for row in rows.all())
    field.fill("")
    assert all(row.is_visible() for row in rows.all())
    assert told.inner_text() == ""
    assert complaints == []
    page.close()


def test_a_short_table_has_no_field(browser, reports):
    page, *_ = opened(browser, reports["en"])
    short = page.locator("table:not([data-long])")

    assert short.count() > 3
    for table in short.all():
        assert table.locator("tbody tr").count() <= 12
    for table in page.locator("table[data-long]").all():
        assert table.locator("tbody tr").count() > 12
    page.close()


def test_everything_opens_and_closes_at_once(browser, reports):
    page, *_ = opened(browser, reports["en"])
    opened_now = "[...document.querySelectorAll('details')].map(d => d.open)"
    assert page.locator(".tools button").count() == 2

    page.click("#open-all")
    assert all(page.evaluate(opened_now))
    page.click("#close-all")
    assert not any(page.evaluate(opened_now))
    page.close()


def test_without_scripts_there_are_no_dead_buttons_or_fields(browser, reports):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["en"].as_uri())

    assert not page.locator(".tools").is_visible()
    assert page.locator("input").count() == 0
    page.locator("#profile summary").first.click()
    assert page.locator("#profile table tbody tr").first.is_visible()
    context.close()


def test_on_paper_a_searched_table_is_whole_and_afterwards_searched_again(
    browser, reports
):
    page, *_ = opened(browser, reports["en"])
    rows = long_tables(page).first.locator("tbody tr")
    page.locator("input[type=search]").first.fill("zzz no such row zzz")
    page.click("#close-all")
    hidden = (
        "[...document.querySelectorAll('table[data-long] tbody')][0]"
        ".querySelectorAll('tr[hidden]').length"
    )
    assert page.evaluate(hidden) == rows.count()

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(hidden) == 0
    assert page.evaluate("[...document.querySelectorAll('details')].every(d => d.open)")
    assert not page.locator(".tools").is_visible()
    assert not page.locator("input[type=search]").first.is_visible()

    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(hidden) == rows.count()
    assert not page.evaluate(
        "[...document.querySelectorAll('details')].some(d => d.open)"
    )
    page.close()


LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10" width="40"'
    b' height="10"><rect width="40" height="10" fill="#701d55"/></svg>'
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_client_s_colour_and_logo_are_seen(browser, tmp_path, monkeypatch, scheme):
    skip_figures(monkeypatch)
    style = HouseStyle(name="Acme", accent="#701d55", logo=LOGO, logo_kind="svg")
    path = tmp_path / "styled.html"
    path.write_text(render_html(make_publication(), style=style), encoding="utf-8")
    page, asked, complaints = opened(browser, path, color_scheme=scheme)
    logo = page.locator("img").first

    assert logo.get_attribute("alt") == "Acme"
    assert logo.evaluate("e => e.complete && e.naturalWidth > 0")
    assert logo.bounding_box()["height"] < 120
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert complaints == []
    if scheme == "light":
        assert (
            page.evaluate("getComputedStyle(document.querySelector('h1')).color")
            == "rgb(112, 29, 85)"
        )
    page.close()
