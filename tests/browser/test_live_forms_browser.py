"""The scan, the suitability screen and the self-test in a real browser.

Scores and verdicts of the page are held against those of the package.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import diagnose as dg
from builders import responses
from diagnose.handbook.live import element_data
from diagnose.instrument import load_instrument, read_screen
from diagnose.language import load_catalogue
from live_pages import write_live_page

pytestmark = pytest.mark.browser


SCAN, PULSE = load_instrument("bottom-up"), load_instrument("pulse")
CODES = ("1", "2", "3", "4", "5", "na", "")
HOSTILE = "<img src=x onerror=alert(1)> & {unit}"
ROWS = """() => [...document.querySelectorAll('[data-subscale]')].map(
    row => [row.dataset.subscale, row.dataset.mean, row.lastChild.textContent])"""
FEW = {"en": "no mean: ", "nl": "geen gemiddelde: "}
VERSION = element_data("questionnaire", "en")["instrument"]
ANSWER = """answers => {
    const next = () => document.querySelector('.scan-main').click();
    next();
    while (document.querySelector('.scan-question')) {
        document.querySelectorAll('.scan-question').forEach(box => {
            const code = answers.shift();
            if (code) box.querySelector(`input[value="${code}"]`).click();
        });
        next();
    }
    return (ROWS)();
}""".replace("ROWS", ROWS)
STEPS = {
    "questionnaire": (
        "document.querySelector('.scan-main').click()",
        """() => {
            const answers = Array.from({length: 45}, (_, k) => [5, 2, 'na'][k % 3]);
            while (document.querySelector('.scan-question')) {
                document.querySelectorAll('.scan-question').forEach(
                    box => box.querySelector(`[value="${answers.shift()}"]`).click());
                document.querySelector('.scan-main').click();
            }
        }""",
    ),
    "quiz": (
        """() => {
            document.querySelector('input').click();
            document.querySelector('fieldset button').click();
        }""",
    ),
}
SCREEN_ALL = """combinations => combinations.map(answers => {
    answers.forEach((answer, k) => {
        const box = document.querySelectorAll('fieldset')[k];
        const input = box.querySelector(`input[value="${answer}"]`);
        if (!input.checked) input.click();
    });
    const said = document.querySelector('.live-says');
    const reasons = [...document.querySelectorAll('[data-kind]')];
    return [said.dataset.status, said.textContent,
            reasons.map(one => [one.dataset.kind, one.textContent])];
})"""


@pytest.fixture(scope="module")
def tab(browser):
    """Return one page of the browser for all tests."""
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.set_default_timeout(5000)
    page.complaints, page.asked = [], []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.context.close()


@pytest.fixture
def show(tab, live_folder):
    """Return a function that opens a page with one element, and watches it."""

    def open_page(
        name, language="en", *, base="", scheme="light", width=1000, **options
    ):
        path = write_live_page(live_folder, name, language, scheme=scheme, **options)
        tab.set_viewport_size({"width": width, "height": 800})
        tab.goto(f"{base}/{path.name}" if base else path.as_uri())
        tab.evaluate("localStorage.clear()")
        tab.reload()
        tab.asked.clear()
        return tab

    tab.complaints.clear()
    yield open_page
    tab.emulate_media(media="screen")
    assert tab.complaints == []


def scored(instrument, answers, form):
    """Return the scores that the package gives to one set of answers."""
    cells = dict(zip(instrument.item_ids, answers, strict=True)) | {"role": form}
    return dg.score(responses(pd.DataFrame([cells]), instrument)).frame.iloc[0]


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def answer_all(page, code="4"):
    """Start the scan, give one answer everywhere, and go to the profile."""
    count = 12 if page.get_by_label("12 s").is_checked() else 45
    return page.evaluate(ANSWER, [code] * count)


@pytest.mark.parametrize(
    ("form", "language", "pulse"),
    [("floor", "en", False), ("leader", "nl", False), ("floor", "nl", True)],
)
def test_the_page_scores_as_the_package_does(show, rng, form, language, pulse):
    instrument = PULSE if pulse else SCAN
    page = show("questionnaire", language, form=form)
    for _ in range(4):
        page.reload()
        if pulse:
            page.get_by_label("12 s").check()
        chance = rng.dirichlet(np.ones(len(CODES)))
        answers = [
            str(code) for code in rng.choice(CODES, len(instrument.items), p=chance)
        ]
        if not any(answer in "12345" for answer in answers if answer):
            answers[0] = "3"

        rows = page.evaluate(ANSWER, list(answers))
        expected = scored(instrument, answers, form)

        assert [name for name, _, _ in rows] == [one.id for one in SCAN.subscales]
        for name, mean, cell in rows:
            if np.isnan(expected[name]):
                assert mean == ""
                none = "–" if pulse else FEW[language]
                assert cell.startswith(none)
            else:
                assert float(mean) == pytest.approx(expected[name], abs=1e-12)
                shown = f"{expected[name]:.0f}" if pulse else f"{expected[name]:.2f}"
                assert cell == (shown.replace(".", ",") if language == "nl" else shown)


def test_the_statements_are_those_of_the_chosen_form(show):
    page = show("questionnaire", "nl")
    page.get_by_label("Leidinggevenden").check()
    press(page, "Beginnen")

    legends = page.locator(".scan-question legend").all_inner_texts()

    assert legends == [item.text["leader"]["nl"] for item in SCAN.subscale("v").items]
    assert "de leiding van jouw organisatie" in page.locator("details p").inner_text()


def test_the_two_forms_keep_their_own_answers(show):
    page = show("questionnaire")
    answer_all(page, "4")
    press(page, "Change my answers")
    press(page, "Back")
    page.get_by_label("Leaders").check()
    press(page, "Start")

    assert page.locator(".scan-question input:checked").count() == 0
    press(page, "Back")
    page.get_by_label("Work floor").check()
    press(page, "Start")
    assert page.locator(".scan-question input:checked").count() == 4


def test_the_whole_scan_can_be_filled_in_by_keyboard(show):
    page = show("questionnaire")
    page.get_by_label("12 statements").check()
    start = page.get_by_role("button", name="Start")
    start.focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        assert page.evaluate("document.activeElement.tagName") == "H3"
        page.keyboard.press("Tab")  # the introduction
        for _ in range(4):
            page.keyboard.press("Tab")
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

    heading = page.evaluate("document.activeElement.textContent")
    assert heading == "Your profile"
    assert page.locator(".live-says").first.inner_text() == (
        "Your profile is drawn from 12 answers to 12 statements."
    )


@pytest.mark.parametrize("over_http", [True, False])
def test_nothing_is_kept_unless_the_reader_says_so(show, live_site, over_http):
    page = show("questionnaire", base=live_site if over_http else "")
    answer_all(page)

    assert page.evaluate("localStorage.length") == 0
    page.reload()
    assert page.get_by_role("button", name="Start").is_visible()


@pytest.mark.parametrize("over_http", [True, False])
def test_what_is_kept_comes_back_and_can_be_erased(show, live_site, over_http):
    page = show("questionnaire", base=live_site if over_http else "")
    page.get_by_label("Keep my answers on this device").check()
    before = answer_all(page)
    page.reload()

    assert "45 of 45" in page.locator(".live-says").first.inner_text()
    press(page, "Show my profile")
    assert page.evaluate(ROWS) == before

    press(page, "Erase my answers")
    assert page.evaluate("localStorage.length") == 1
    press(page, "Press again to erase everything")
    assert page.evaluate("localStorage.length") == 0
    assert "erased" in page.locator(".live-says").first.inner_text()
    page.reload()
    assert page.get_by_role("button", name="Start").is_visible()


def test_taking_the_tick_away_erases_what_was_kept(show):
    page = show("questionnaire")
    page.get_by_label("Keep my answers on this device").check()
    assert page.evaluate("localStorage.length") == 1
    page.get_by_label("Keep my answers on this device").uncheck()

    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(
    "kept",
    [
        "not json",
        '{"instrument": "bottom-up 9.9.9", "answers": {"floor": {"v1": "4"}}}',
        '{"instrument": "%s", "answers": {"floor": {"v1": "9"}}, "form": "boss"}',
        '{"instrument": "%s", "answers": 7}',
        '{"instrument": "%s", "answers": [null], "date": "<b>"}',
    ],
)
def test_what_cannot_be_used_is_not_brought_back(show, kept):
    page = show("questionnaire")
    kept = kept.replace("%s", VERSION)
    page.evaluate("text => localStorage.setItem('diagnose-scan', text)", kept)
    page.reload()

    assert page.get_by_role("button", name="Start").is_visible()
    assert page.get_by_label("Work floor").is_checked()


def test_a_browser_that_keeps_nothing_says_so(show):
    page = show("questionnaire")
    page.evaluate("void (Storage.prototype.setItem = () => { throw Error('full'); })")
    page.get_by_label("Keep my answers on this device").click()

    assert "does not let" in page.locator(".live-says").first.inner_text()
    assert not page.get_by_label("Keep my answers on this device").is_checked()


def test_what_the_reader_types_stays_text(show):
    page = show("questionnaire")
    page.get_by_label("Which change").fill(HOSTILE)
    answer_all(page)

    assert HOSTILE in page.locator(".scan").inner_text()
    assert page.locator(".scan img").count() == 0


def test_the_profile_says_what_it_is_and_where_answers_differ(show):
    page = show("questionnaire")
    answers = ["4"] * 45
    answers[0] = "1"  # v1; v3 is reverse-keyed, so 4 there counts as 2
    page.evaluate(ANSWER, answers)
    text = page.locator(".scan").inner_text()

    assert "no diagnosis of your organisation" in text
    assert "nothing is added up" in text
    assert "Voice and signal\nWhat the work floor knows" in text
    quoted = page.locator(".scan q").all_inner_texts()
    assert quoted[0] == SCAN.items[0].text["floor"]["en"]
    assert page.locator("circle").count() == 45
    assert page.locator(".scan-turned").count() == 5
    assert page.locator("path.scan-mean").count() == 12
    links = page.locator("[data-subscale] a").evaluate_all(
        "all => all.map(one => one.getAttribute('href'))"
    )
    assert links[0] == "../book/conditions/voice.html#high-low-and-divided"
    drawn = page.locator("svg a").evaluate_all(
        "all => all.map(one => one.getAttribute('href'))"
    )
    assert drawn == links
    onward = page.get_by_role("link", name="The conversation")
    assert onward.get_attribute("href") == "../book/showing/conversation.html"


def test_a_dot_stands_where_the_answer_is(show):
    page = show("questionnaire")
    answers = [""] * 45
    answers[:4] = ["1", "5", "5", "3"]  # keyed: 1, 5, 1, 3
    page.evaluate(ANSWER, answers)

    places = page.locator("circle").evaluate_all(
        "all => all.map(c => +c.getAttribute('cx'))"
    )
    low, high, turned, middle = places
    assert low == turned < middle < high
    assert middle == pytest.approx((low + high) / 2)
    tip = page.locator("path.scan-mean").get_attribute("d")
    assert float(tip[1:].split()[0]) == pytest.approx(low + (high - low) * 1.5 / 4)


@pytest.mark.parametrize("over_http", [True, False])
def test_the_file_is_one_that_the_package_reads(show, live_site, tmp_path, over_http):
    page = show("questionnaire", "nl", base=live_site if over_http else "")
    answers = (["1", "2", "3", "4", "5", "na", ""] * 7)[:45]
    page.evaluate(ANSWER, list(answers))
    with page.expect_download() as saved:
        press(page, "Mijn antwoorden opslaan als bestand")
    path = tmp_path / saved.value.suggested_filename
    saved.value.save_as(path)

    read = dg.read_responses(path, SCAN)

    expected = scored(SCAN, answers, "floor")
    np.testing.assert_allclose(dg.score(read).frame.iloc[0], expected, atol=1e-12)
    assert list(read.people["role"]) == ["floor"]


def test_the_text_holds_every_row(show):
    page = show("questionnaire")
    rows = answer_all(page)
    press(page, "Copy as text")
    text = page.locator("textarea").input_value()

    assert [line.count(":") > 0 for line in text.splitlines() if line[:2] == "- "] == [
        True
    ] * 12
    assert all(cell in text for _, _, cell in rows)
    assert "no diagnosis" in text


def test_a_profile_is_printed_and_an_open_scan_is_not(show):
    page = show("questionnaire")
    page.emulate_media(media="print")
    assert page.locator(".live-printed").is_visible()
    page.emulate_media(media="screen")
    answer_all(page)
    page.emulate_media(media="print")

    assert page.locator(".scan-profile").is_visible()
    assert not page.locator(".live-printed").is_visible()
    assert not page.locator(".scan-tools").is_visible()


def test_the_screen_judges_as_the_package_does(show):
    language = "nl"
    page = show("screen", language)
    names = [f"q{k}" for k in range(1, 8)]
    every = list(itertools.product(("yes", "no", "unknown"), repeat=7))
    told = page.evaluate(SCREEN_ALL, every)
    catalogue = load_catalogue("suitability")
    verdicts = {
        "do-not-field": catalogue.text("verdict.not_suited", language),
        "postpone": catalogue.text("verdict.prepare_first", language),
        "open": catalogue.text("verdict.cannot_tell", language),
        "go": load_catalogue("live_screen").text("go", language),
    }

    assert len(told) == 3**7
    for answers, (status, sentence, reasons) in zip(every, told, strict=True):
        screen = read_screen(dict(zip(names, answers, strict=True)), SCAN)
        assert status == screen.status, answers
        assert sentence == verdicts[status], answers
        expected = [
            (kind, questions)
            for kind, questions in (
                ("stops", screen.stops),
                ("unknown", screen.unknown_stops + screen.unknown_postpones),
                ("postpones", screen.postpones),
            )
            if questions
        ]
        assert [kind for kind, _ in reasons] == [kind for kind, _ in expected], answers
        for (_, text), (_, questions) in zip(reasons, expected, strict=True):
            asked = [
                SCAN.suitability[int(name[1]) - 1].text[language] for name in questions
            ]
            assert all(one in text for one in asked), answers
            assert text.count("“") == len(asked), answers


def test_an_unfinished_screen_gives_no_verdict_but_one_that_stands(show):
    page = show("screen")
    said = page.locator(".live-says")
    assert said.inner_text() == "Still to answer: 7 of 7."
    page.locator("fieldset").nth(3).get_by_label("no", exact=True).check()
    assert said.inner_text() == "Still to answer: 6 of 7."
    page.locator("fieldset").nth(2).get_by_label("yes").check()
    assert "Do not start" in said.inner_text()
    assert "cannot change that" in said.inner_text()
    press(page, "Start again")
    assert said.inner_text() == "Still to answer: 7 of 7."
    assert page.locator("input:checked").count() == 0


def test_the_quiz_tells_why_and_counts(show):
    page = show("quiz", set="why")
    questions = element_data("quiz", "en", set="why")["questions"]
    said = page.locator(".live-says")
    for question in questions:
        for option in question["options"]:
            assert option["why"] not in page.locator("body").inner_text()

    for k, question in enumerate(questions):
        box = page.locator("fieldset").nth(k)
        right = [o for o in question["options"] if o["right"]]
        wrong = [o for o in question["options"] if not o["right"]]
        box.get_by_role("button", name="Check").click()
        assert box.get_by_role("status").inner_text() == "Choose an answer first."
        box.get_by_label(wrong[0]["text"]).check()
        box.get_by_role("button", name="Check").click()
        told = box.get_by_role("status").inner_text()
        assert f"Not right. {wrong[0]['why']}" in told
        assert all(o["why"] not in told for o in right)
        if question["several"]:
            box.get_by_label(wrong[0]["text"]).uncheck()
            box.get_by_label(right[0]["text"]).check()
            box.get_by_role("button", name="Check").click()
            assert "something is missing" in box.get_by_role("status").inner_text()
        for option in right:
            box.get_by_label(option["text"]).check()
        box.get_by_role("button", name="Check").click()
        assert f"Right. {right[0]['why']}" in box.get_by_role("status").inner_text()
        assert said.inner_text() in (
            f"Right so far: {k + 1} of {len(questions)}.",
            f"All {len(questions)} are right.",
        )

    assert said.inner_text() == f"All {len(questions)} are right."
    page.locator("fieldset").first.get_by_label(
        questions[0]["options"][0]["text"]
    ).check()
    assert said.inner_text().startswith(f"Right so far: {len(questions) - 1}")
    press(page, "Start again")
    assert page.locator("input:checked").count() == 0
    assert page.locator(".form-told p").count() == 0


@pytest.mark.parametrize(
    ("name", "options"),
    [("questionnaire", {}), ("screen", {}), ("quiz", {"set": "reading"})],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_and_a_checker_find_nothing_wrong(
    show, live_site, violations, name, options, scheme
):
    page = show(name, "nl", base=live_site, scheme=scheme, width=390, **options)
    steps = STEPS.get(name, ())
    for step in (None, *steps):
        if step:
            page.evaluate(step)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, step
        assert violations(page) == [], step


def test_no_element_asks_anything_of_a_server(show, live_site):
    page = show("questionnaire", base=live_site)
    page.get_by_label("Keep my answers on this device").check()
    answer_all(page)
    press(page, "Copy as text")

    assert page.asked == []
