"""The built book in a real browser: self-contained, usable by keyboard, bilingual.

BOOK_HTML names the folder of the built book (``_build/site``). A page is opened once
for all tests that look at it, and these stand in the order that changes its size
and colours least often.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
BOOK = Path(os.environ.get("BOOK_HTML") or ROOT / "_build" / "site").resolve()
if not (BOOK / "nl").is_dir():
    pytest.skip("no built book: run `diagnose handbook`", allow_module_level=True)

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1024, "height": 768}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# Light and dark differ in colours alone: in the dark the rules about these are run.
RULES = {
    "light": {"type": "tag", "values": WCAG},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
OTHER = {"en": "nl", "nl": "en"}

ENGLISH = (
    "the and with from to for are by means hidden shown units team's table figure "
    "floor leaders higher lower answers spread between scale subscale conditions "
    "outcomes page skip main content back color mode light dark system settings "
    "toggle sidebar heading next previous search copy contents authors full screen "
    "version warning close"
)
"""Words that no Dutch sentence of this book holds."""
NAMES = re.compile("CC BY 4.0")
"""Names that hold such a word in every language."""

# The widget manager puts a .widget-subarea before each saved view and fills it.
WIDGETS_DRAWN = """() => [...document.querySelectorAll(
    'script[type="application/vnd.jupyter.widget-view+json"]')]
    .every(s => s.previousElementSibling?.matches('.widget-subarea') &&
                s.previousElementSibling.childElementCount > 0)"""

# What a reader can see of widgets; hidden states have no box.
SHOWN = """() => [...document.querySelectorAll('.widget-html-content')]
    .filter(e => e.getClientRects().length).map(e => e.innerHTML)"""

# Resolves once the page has come to rest: loaded, no element or attribute changed for
# some frames (icons become pictures, names are repaired), no colour or box still moves.
AT_REST = """() => new Promise(resolve => {
    let last = performance.now();
    const changed = () => { last = performance.now(); };
    const watch = new MutationObserver(changed);
    watch.observe(document, {subtree: true, childList: true, attributes: true});
    const moves = a => a.playState === 'running'
        && Number.isFinite(a.effect.getComputedTiming().endTime);
    const look = () => {
        if (document.readyState !== 'complete' || document.getAnimations().some(moves))
            changed();
        if (performance.now() - last < 60) return requestAnimationFrame(look);
        watch.disconnect();
        resolve();
    };
    requestAnimationFrame(() => requestAnimationFrame(look));
})"""

# Milliseconds until the page stands and its scripts, which wait for that, have run.
USABLE = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"

# Live elements that were not started, or that lack the name a screen reader announces.
NOT_STARTED = """() => [...document.querySelectorAll('.live')]
    .filter(e => !e.classList.contains('live-ready') ||
                 !e.querySelector('.live-host[aria-label]'))
    .map(e => e.dataset.live)"""

# What is seen of one live element, values of its controls included.
SEEN = """e => e.querySelector('.live-host').innerText +
    [...e.querySelectorAll('.live-host svg')].map(s => s.outerHTML).join('') +
    [...e.querySelectorAll('input')].map(i => i.checked).join('')"""

# Fill in the whole scan, the answers in turn, and return the means that are drawn.
FILL_IN = """answers => {
    const next = () => document.querySelector('.scan-main').click();
    let given = 0;
    next();
    while (document.querySelector('.scan-question')) {
        document.querySelectorAll('.scan-question').forEach(box => {
            const code = answers[given++ % answers.length];
            box.querySelector(`input[value="${code}"]`).click();
        });
        next();
    }
    return [...document.querySelectorAll('[data-subscale]')].map(e => e.dataset.mean);
}"""
ONE_ROUND = {"en": "One round", "nl": "Eén ronde"}

PICTURES_WITHOUT_TEXT = """() => {
    const found = [...document.querySelectorAll('main img')]
        .filter(i => !i.getAttribute('alt') || i.alt.endsWith('.png'));
    const drawn = [...document.querySelectorAll('main svg:not([aria-hidden=true])')]
        .filter(s => s.getAttribute('role') !== 'img' || !s.getAttribute('aria-label'))
        .filter(s => !s.closest('button, mjx-container'));
    return [...found, ...drawn].map(e => e.outerHTML.slice(0, 160));
}"""

BOXES_OUT_OF_REACH = """() => [...document.querySelectorAll('main *')]
    .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
    .filter(e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX))
    .filter(e => e.tabIndex < 0 && !e.querySelector('[tabindex="0"], a, button, input'))
    .map(e => e.outerHTML.slice(0, 160))"""

# Names that are heard or shown on hover, and the words of figures and of the furniture
# around the text. References and descriptions of the package keep their language.
SPOKEN_WORDS = r"""() => {
    const own = e => !e.closest('[lang=en], .citation, a.reference, .toctree-l1 code');
    const words = [];
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-tooltip',
                        'data-bs-original-title', 'data-bs-title', 'aria-valuetext'])
        for (const e of document.querySelectorAll(`[${name}]`))
            if (own(e)) words.push(e.getAttribute(name));
    const furniture = '.skip-link, #pst-skip-link, #pst-back-to-top, .bd-header, ' +
        '.bd-sidebar, .prev-next-footer, footer, .diagnose-figure svg text, ' +
        '.widget-subarea';
    for (const e of document.querySelectorAll(furniture)) {
        const copy = e.cloneNode(true);
        copy.querySelectorAll('[lang=en], script, style').forEach(x => x.remove());
        words.push(copy.textContent.replace(/\s+/g, ' '));
    }
    return words;
}"""


def _pages() -> list[str]:
    found = []
    for path in sorted(BOOK.rglob("*.html")):
        inside = path.relative_to(BOOK)
        redirects = len(inside.parts) == 2 and inside.name == "index.html"
        if "_static" in inside.parts or redirects:
            continue
        # pages that lead on or say that there is nothing: see test_built_book.py
        if 'name="robots" content="noindex"' not in path.read_text("utf-8")[:1000]:
            found.append(inside.as_posix())
    return found


PAGES = _pages()
BOOK_PAGES = [page for page in PAGES if page[:3] in ("en/", "nl/")]


LIVE_PAGES = [
    page
    for page in BOOK_PAGES
    if 'class="live"' in (BOOK / page).read_text(encoding="utf-8")
]


PAGES_WITH_NOTES = [
    page
    for page in BOOK_PAGES
    if '<aside class="margin' in (BOOK / page).read_text(encoding="utf-8")
]


class Visit:
    """One page in one tab, with the troubles it had so far."""

    def __init__(self, browser):
        self.troubles: list[str] = []
        self.tab = browser.new_page(viewport=DESKTOP, reduced_motion="reduce")
        self.tab.on("request", self._request)
        self.tab.on("response", self._response)
        self.tab.on("pageerror", lambda e: self.troubles.append(f"script error: {e}"))
        self.seen: tuple[dict[str, int], str] = (DESKTOP, "light")

    def _request(self, request):
        url = urlsplit(request.url)
        outside = url.scheme in ("http", "https", "ws", "wss")
        if outside and url.hostname != "127.0.0.1":
            self.troubles.append(f"outside request: {request.url}")

    def _response(self, response):
        if response.status >= 400:
            self.troubles.append(f"HTTP {response.status}: {response.url}")

    def open(self, address):
        self.troubles.clear()
        self._become(DESKTOP, "light")
        self.tab.goto(address)
        self.tab.wait_for_function(WIDGETS_DRAWN, timeout=15_000)
        self.tab.evaluate("window.MathJax?.startup?.promise")
        self.tab.evaluate(AT_REST)
        return self

    def look(self, size=DESKTOP, scheme="light"):
        if self._become(size, scheme):
            self.tab.evaluate(AT_REST)
        return self.tab

    def _become(self, size, scheme):
        """Change size and colours; tell whether that was needed."""
        before, self.seen = self.seen, (size, scheme)
        if before[0] != size:
            self.tab.set_viewport_size(size)
        if before[1] != scheme:
            self.tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        return before != self.seen


@pytest.fixture(scope="module")
def server(serve):
    return serve(BOOK)


@pytest.fixture(scope="module")
def tab(browser):
    return Visit(browser)


@pytest.fixture(scope="module")
def visit(tab, server, request):
    """Open the page once for all tests that look at it."""
    return tab.open(f"{server}/{request.param}")


def each(pages):
    """Run a test on each of these pages."""
    return pytest.mark.parametrize("visit", pages, indirect=True, scope="module")


each_page = each(PAGES)
each_book_page = each(BOOK_PAGES)
each_dutch_page = each([page for page in BOOK_PAGES if page.startswith("nl/")])


@each_page
def test_a_page_is_whole_and_asks_no_third_party(visit):
    visit.look()

    assert visit.troubles == []


@each_page
def test_a_page_can_be_used_within_a_second(visit):
    took = [visit.tab.evaluate(USABLE)]
    while took[-1] > 1000 and len(took) < 4:  # a busy machine is no slow page
        took.append(visit.open(visit.tab.url).tab.evaluate(USABLE))

    assert min(took) <= 1000, took


@each_page
def test_every_picture_has_a_text_alternative(visit):
    assert visit.look().evaluate(PICTURES_WITHOUT_TEXT) == []


@each_page
def test_every_slider_has_a_name_and_changes_what_is_shown(visit):
    page = visit.look()
    handles = page.locator(".noUi-handle")
    for k in range(handles.count()):
        handle = handles.nth(k)
        assert handle.get_attribute("aria-label"), f"slider {k} has no name"
        shown, at = page.evaluate(SHOWN), handle.get_attribute("aria-valuenow")
        handle.focus()
        for key in ("ArrowRight", "ArrowLeft"):  # at the end only one of them moves
            page.keyboard.press(key)
            page.evaluate(AT_REST)
            if handle.get_attribute("aria-valuenow") != at:
                break
        assert page.evaluate(SHOWN) != shown, f"slider {k} changes nothing"


def moves(page):
    """Move every slider of every live element by its keys; return what stays put."""
    stuck = page.evaluate(NOT_STARTED)
    for element in page.locator(".live").all():
        for slider in element.locator("input[type=range]").all():
            if not slider.is_visible():
                continue
            seen = element.evaluate(SEEN)
            slider.focus()
            for key in ("ArrowRight", "ArrowLeft"):  # at an end only one of them moves
                page.keyboard.press(key)
                if element.evaluate(SEEN) != seen:
                    break
            else:
                stuck.append(slider.evaluate("e => e.parentElement.innerText"))
    return stuck


@each(LIVE_PAGES)
def test_everything_live_moves_on_a_server(visit):
    assert moves(visit.look()) == []
    assert visit.troubles == []


@each_book_page
def test_the_language_switch_leads_to_the_same_page(visit, server):
    page = visit.look()
    language, _, rest = urlsplit(page.url).path.lstrip("/").partition("/")
    link = page.locator("a.language-switch")

    assert link.count() == 1
    assert link.evaluate("e => e.href") == f"{server}/{OTHER[language]}/{rest}"
    assert (BOOK / OTHER[language] / rest).is_file()
    assert page.evaluate("document.documentElement.lang") == language


@each_dutch_page
def test_the_dutch_edition_speaks_dutch(visit):
    found = {
        word: text.strip()
        for text in visit.look().evaluate(SPOKEN_WORDS)
        for word in re.findall(r"[a-z']+", NAMES.sub("", text).lower())
        if word in ENGLISH.split()
    }

    assert found == {}


@each_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_violation(visit, violations, scheme):
    page = visit.look(scheme=scheme)

    assert violations(page, runOnly=RULES[scheme]) == []


@each_page
def test_no_sideways_scrolling_on_a_phone(visit):
    page = visit.look(PHONE)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(BOXES_OUT_OF_REACH) == []


@each(PAGES_WITH_NOTES[:3])
def test_a_note_for_the_margin_stays_on_the_page_where_there_is_none(visit):
    page = visit.look(LAPTOP)

    assert page.locator("aside.margin").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= LAPTOP["width"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_works_when_opened_as_a_file(tab, path):
    page = tab.open((BOOK / path).as_uri()).look()

    assert path not in LIVE_PAGES or moves(page) == []
    assert tab.troubles == []


@pytest.fixture(params=["server", "file"])
def address(request, server):
    return server if request.param == "server" else BOOK.as_uri()


@pytest.mark.parametrize(
    ("language", "word", "found"),
    [
        ("en", "omega", "measurement.html"),
        ("en", "ownership", "conditions/ownership.html"),
        ("nl", "loslaten", "conditions/letting-go.html"),
        ("nl", "vragenlijst", "asking/words.html"),
        ("nl", "gesprek", "showing/conversation.html"),
        ("nl", "eigenaarschap", "conditions/ownership.html"),
    ],
)
def test_search_finds_the_page_about_a_word(tab, address, language, word, found):
    page = tab.open(f"{address}/{language}/search.html?q={word}").tab

    # the script cuts words to their stems by itself: both must cut alike
    page.wait_for_selector(f"#search-results a[href*='{found}']", state="attached")
    assert page.locator("#search-summary, .search-summary").first.inner_text().strip()
    assert tab.troubles == []


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_scan_is_filled_in_and_draws_a_profile(tab, address, language):
    page = tab.open(f"{address}/{language}/book/scan.html").tab
    drawn = page.evaluate(FILL_IN, ["4", "2", "na"])

    assert len(drawn) == 12
    assert {float(mean) for mean in drawn if mean} <= {2, 3, 4, 8 / 3, 10 / 3}
    assert page.locator(".scan-profile svg").first.is_visible()
    assert tab.troubles == []


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_simulator_runs_in_the_book(tab, address, language):
    page = tab.open(f"{address}/{language}/book/movement.html").tab
    element = page.locator(".live[data-live=movement]")
    seen = element.evaluate(SEEN)
    said = element.locator(".live-says").first.inner_text()
    element.get_by_role("button", name=ONE_ROUND[language]).press("Enter")

    assert element.locator(".live-says").first.inner_text() != said
    assert element.evaluate(SEEN) != seen
    assert tab.troubles == []


def test_a_reader_who_switches_language_stays_on_the_page(tab, address):
    page = tab.open(f"{address}/en/book/conditions/voice.html").tab
    title = page.locator("h1").first.inner_text()
    page.locator("a.language-switch").click()
    page.wait_for_url("**/nl/book/conditions/voice.html")

    assert page.locator("h1").first.inner_text() != title
    assert page.evaluate("document.documentElement.lang") == "nl"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_start_page_leads_to_both_editions(tab, server, language):
    page = tab.open(f"{server}/index.html").look()
    page.locator(f"a[hreflang={language}]").click()
    page.wait_for_url(f"**/{language}/book/index.html")

    assert page.locator("article h1").first.is_visible()
    assert tab.troubles == []
