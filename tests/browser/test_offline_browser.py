"""The offline questionnaire in a real browser: what is answered is what is saved."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

import diagnose as dg
from builders import both, number_scale
from builders import instrument as small
from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, build_survey
from diagnose.instrument.export.offline import OFFLINE
from diagnose.instrument.model import Instrument

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]

PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True}
WIDE = {"viewport": {"width": 1280, "height": 800}}
NARROW = {"viewport": {"width": 320, "height": 640}}
UNITS = [("Care", f"Team {number}") for number in range(1, 4)]
CODES = ("1", "2", "3", "4", "5", "na")
HOSTILE = "<img src=x onerror=alert(1)></script><b>&amp;{number}\n$& 🙂 שלום"
WORDS = {
    "nl": {"next": "Volgende", "back": "Vorige", "save": "Mijn antwoorden bewaren",
           "clear": "Antwoord wissen", "name": "Nederlands"},
    "en": {"next": "Next", "back": "Back", "save": "Save my answers",
           "clear": "Clear answer", "name": "English"},
}  # fmt: skip
ADD = "document.body.append(Object.assign(document.createElement('%s'), {%s: '%s'}))"
MANY_ORDERS = """() => {
    let seed = 7;
    crypto.getRandomValues = numbers => numbers.map((_, place) => {
        seed = Math.imul(seed ^ (seed >>> 15), seed | 1) + 0x6d2b79f5 | 0;
        numbers[place] = seed ^ (seed >>> 13);
        return numbers[place];
    });
    history.pushState = () => 0;
    const press = selector => document.querySelector(selector).click();
    const orders = [];
    for (let respondent = 0; respondent < 180; respondent += 1) {
        press('#buttons .main'); press('#buttons .main');
        press('#after > button');
        press('.choose button');
        press('#agreed'); press('#buttons .main'); press('#buttons .main');
        orders.push([...document.querySelectorAll('fieldset')].map(e => e.id));
    }
    return orders;
}"""
WATCH = """() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation',
        event => window.violations.push(event.violatedDirective));
}"""


@pytest.fixture
def visit(browser, tmp_path):
    """Return a function that opens the questionnaire and watches what it does."""
    pages = []

    def open_page(survey, **options):
        ((name, content),) = OFFLINE.write(survey).items()
        (tmp_path / name).write_bytes(content)
        page = browser.new_page(**{**WIDE, **options})
        page.set_default_timeout(5000)
        pages.append(page)
        respondent = Respondent(page, survey, tmp_path)
        page.goto((tmp_path / name).as_uri())
        return respondent

    yield open_page
    for page in pages:
        page.close()


class Respondent:
    """One page, answered by somebody who reads the words on it."""

    def __init__(self, page, survey, folder):
        self.page, self.survey, self.folder = page, survey, folder
        self.language = survey.language
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.add_init_script(f"({WATCH})()")
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def button(self, key):
        name = WORDS[self.language][key]
        return self.page.get_by_role("button", name=name, exact=True)

    def start(self, language=None):
        """Choose the language, agree, and leave the introduction."""
        if len(self.survey.languages) > 1:
            self.language = language or self.language
            self.page.get_by_role("button", name=WORDS[self.language]["name"]).click()
        self.page.get_by_role("checkbox").check()
        self.press_next(2)

    def press_next(self, times=1):
        for _ in range(times):
            self.button("next").click()

    def skip(self):
        """Go on although answers are missing, which takes a second press."""
        before = self.number()
        self.button("next").click()
        if self.number() == before:
            self.button("next").click()
        assert self.number() == before + 1

    def number(self):
        return self.page.evaluate("document.querySelector('progress').value")

    @property
    def heading(self):
        return self.page.locator("h1:visible").inner_text()

    @property
    def message(self):
        return self.page.get_by_role("status").inner_text()

    def row(self, statement):
        return self.page.locator(f"#row-{statement.id}")

    def radio(self, statement, code):
        return self.row(statement).locator(f'input[value="{code}"]')

    def answer(self, matrix, answers, how="click"):
        for statement in matrix.rows:
            if statement.id in answers:
                label = option_of(matrix, answers[statement.id]).label[self.language]
                option = (
                    self.row(statement)
                    .locator(".option")
                    .get_by_text(label, exact=True)
                )
                getattr(option.locator(".."), how)()

    def to_end(self):
        last = self.page.evaluate("document.querySelector('progress').max")
        while self.number() < last:
            self.skip()

    def save(self):
        with self.page.expect_download() as waiting:
            self.button("save").click()
        path = self.folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path, json.loads(path.read_text(encoding="utf-8"))


def option_of(matrix, code):
    return next(option for option in matrix.options if option.code == code)


def make_survey(name="pulse", languages=("nl", "en"), *, units=(), **details):
    given = load_instrument(name) if isinstance(name, str) else name
    return build_survey(
        given, "floor", languages, units=units, details=FieldingDetails(**details)
    )


def answers_for(survey, shift=0):
    """Return block to item to code: every code in turn, each seventh item left open."""
    given: dict[str, dict[str, str]] = {}
    for number, (matrix, row) in enumerate(survey.statements(), start=shift):
        if number % 7 != 6:
            code = CODES[number % len(CODES)]
            given.setdefault(matrix.id, {})[row.id] = code
    return given


def answered(saved):
    """Return the answers in a saved file; what was skipped stands there as null."""
    blocks = {
        block: {item: code for item, code in items.items() if code is not None}
        for block, items in saved["answers"].items()
    }
    return {block: items for block, items in blocks.items() if items}


def flat(answers):
    return {item: code for block in answers.values() for item, code in block.items()}


def fill(respondent, answers, how="click"):
    for matrix in respondent.survey.matrices:
        respondent.answer(matrix, flat(answers), how)
        respondent.skip()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_clicked_is_what_the_saved_file_gives_back(visit, language):
    survey = make_survey("bottom-up", units=UNITS, link=True, order="random")
    given = answers_for(survey)
    person = visit(survey)

    person.start(language)
    person.page.get_by_role("combobox").select_option(label="Care / Team 2")
    person.press_next()
    fill(person, given)
    person.page.get_by_role("textbox").fill('  Rust, "en" ruimte\nvoor 🙂  ')
    person.press_next()
    person.page.get_by_role("textbox").fill("Ma07st")
    person.press_next()
    path, saved = person.save()

    assert saved.pop("submitted") == person.page.evaluate(
        "new Date().toLocaleDateString('sv')"
    )
    assert 0 <= saved.pop("seconds") < 600
    response = saved.pop("response")
    assert path.name == f"bottom-up-floor-{response[:8]}.json"
    assert answered(saved) == given
    assert set(flat(saved["answers"]).values()) >= {None, "na", "1"}
    del saved["answers"]
    assert saved == {
        "format": "diagnose-answers/1",
        "edition": survey.edition,
        "role": "floor",
        "language": language,
        "unit": survey.questions[0].options[1].code,
        "link": "Ma07st",
        "comments": {"first": 'Rust, "en" ruimte\nvoor 🙂'},
    }
    assert person.complaints == []
    assert [a for a in person.asked if not a.startswith("blob:")] == [person.page.url]


def test_the_reader_understands_a_folder_of_saved_files(visit, tmp_path):
    survey = make_survey(units=UNITS)
    folder = tmp_path / "answers"
    folder.mkdir()
    given = {}
    person = visit(survey)
    for number, language in enumerate(("nl", "en", "nl")):
        answers = answers_for(survey, shift=number)
        person.start(language)
        person.page.get_by_role("combobox").select_option(index=number + 1)
        person.press_next()
        fill(person, answers)
        person.skip()
        path, _ = person.save()
        shutil.copy(path, folder)
        given[path.name] = (UNITS[number][-1], language, flat(answers))
        person.page.locator("#after > button").click()

    read = dg.read_responses(folder, load_instrument("pulse"), units=UNITS)

    assert read.report.problems == ()
    assert read.report.platform == "surveyjs"
    assert set(read.people["role"]) == {"floor"}
    assert read.people["seconds"].between(0, 600).all()
    found = [
        (person[read.hierarchy[-1]], person["language"], _codes(read, index))
        for index, person in read.people.iterrows()
    ]
    assert found == [given[name] for name in sorted(given)]


def _codes(read, index):
    """Return item to code of one respondent."""
    values = read.answers.loc[index].dropna().astype(int).astype(str).to_dict()
    unknown = read.not_applicable.loc[index]
    return values | dict.fromkeys(unknown[unknown].index, "na")


def test_everything_can_be_done_with_the_keyboard_alone(visit):
    survey = make_survey(units=UNITS, link=True)
    person = visit(survey)
    keys = person.page.keyboard

    def reach(selector):
        for _ in range(40):
            if person.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            keys.press("Tab")
        raise AssertionError(f"Tab does not reach {selector}")

    reach("button[lang=en]")
    keys.press("Enter")
    person.language = "en"
    reach("#agreed")
    keys.press("Space")
    reach("#buttons .main")
    keys.press("Enter")
    reach("#buttons .main")
    keys.press("Enter")
    reach("select")
    keys.press("ArrowDown")
    reach("#buttons .main")
    keys.press("Enter")
    for number, statement in enumerate(survey.matrices[0].rows):
        reach(f"#row-{statement.id} input")
        keys.press("Space")
        for _ in range(number % 6):
            keys.press("ArrowRight")
    reach("#buttons .main")
    keys.press("Enter")
    reach("textarea")
    keys.type("More time")
    reach("#buttons .main")
    keys.press("Enter")
    reach("input")
    keys.type("ab12cd")
    reach("#buttons .main")
    keys.press("Enter")
    with person.page.expect_download() as waiting:
        reach("#buttons .main")
        keys.press("Enter")
    saved = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))

    rows = survey.matrices[0].rows
    assert answered(saved) == {
        "single": {row.id: CODES[number % 6] for number, row in enumerate(rows)}
    }
    assert saved["unit"] == survey.questions[0].options[0].code
    assert (saved["link"], saved["comments"]) == ("ab12cd", {"first": "More time"})


def test_on_a_phone_answers_are_given_by_touch(visit):
    survey = make_survey("bottom-up")
    given = answers_for(survey, shift=3)
    person = visit(survey, **PHONE)

    person.start("en")
    fill(person, given, how="tap")
    person.to_end()
    _, saved = person.save()

    assert answered(saved) == given


def test_language_changes_midway_and_answers_stay(visit):
    survey = make_survey(order="random")
    first, second = survey.matrices[0].rows[:2]
    person = visit(survey)
    person.start("nl")
    order = "[...document.querySelectorAll('fieldset')].map(e => e.id)"
    before = person.page.evaluate(order)
    person.radio(first, "4").check()

    person.page.get_by_role("button", name="English").click()
    person.language = "en"

    assert person.page.evaluate("document.documentElement.lang") == "en"
    assert person.page.evaluate("document.activeElement.lang") == "en"
    assert person.page.evaluate(order) == before
    assert person.radio(first, "4").is_checked()
    person.radio(second, "na").check()
    person.to_end()
    _, saved = person.save()
    assert saved["language"] == "en"
    assert answered(saved) == {"single": {first.id: "4", second.id: "na"}}


@pytest.mark.parametrize("way", ["button", "browser"])
def test_going_back_keeps_what_was_answered(visit, way):
    survey = make_survey(units=UNITS)
    first = survey.matrices[0].rows[0]
    person = visit(survey)
    person.start("en")
    person.page.get_by_role("combobox").select_option(index=2)
    person.press_next()
    person.radio(first, "2").check()
    person.skip()
    person.page.get_by_role("textbox").fill("Words")

    for _ in range(2):
        if way == "button":
            person.button("back").click()
        else:
            person.page.go_back()

    chosen = person.page.get_by_role("combobox").input_value()
    assert chosen == survey.questions[0].options[1].code
    person.press_next()
    assert person.radio(first, "2").is_checked()
    person.skip()
    assert person.page.get_by_role("textbox").input_value() == "Words"


@pytest.mark.parametrize("way", ["button", "Delete", "Backspace"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_an_answer_can_be_taken_back(visit, way, size):
    survey = make_survey()
    first, second = survey.matrices[0].rows[:2]
    person = visit(survey, **size)
    person.start("en")
    person.radio(first, "2").check()
    person.radio(second, "5").check()

    if way == "button":
        person.row(first).get_by_role("button", name="Clear answer").click()
    else:
        person.radio(first, "2").press(way)

    assert person.message == "The answer has been cleared."
    assert person.row(first).locator("input:checked").count() == 0
    assert person.page.evaluate("document.activeElement.name") == first.id
    assert person.row(first).get_by_role("button").count() == 0
    person.to_end()
    _, saved = person.save()
    assert answered(saved) == {"single": {second.id: "5"}}


def test_the_space_bar_does_not_take_a_chosen_answer_back(visit):
    survey = make_survey()
    first = survey.matrices[0].rows[0]
    person = visit(survey)
    person.start("en")

    person.radio(first, "2").press("ArrowRight")
    person.page.keyboard.press("Space")

    assert person.radio(first, "3").is_checked()


def test_a_random_order_differs_between_respondents_and_holds_every_row(visit):
    survey = make_survey(order="random")
    order = "[...document.querySelectorAll('fieldset')].map(e => e.id)"
    seen = []
    for _ in range(4):
        person = visit(survey)
        person.start("en")
        seen.append(tuple(person.page.evaluate(order)))

    assert len(set(seen)) > 1
    written = sorted(f"row-{row.id}" for row in survey.matrices[0].rows)
    assert all(sorted(one) == written for one in seen)


def test_a_random_order_favours_no_place(visit):
    texts = {name: (f"Statement {name}", name) for name in ("v1", "v2", "v3")}
    survey = make_survey(small({"v": "v1 v2 v3"}, texts=texts), order="random")
    person = visit(survey)
    person.start("en")
    orders = Counter(map(tuple, person.page.evaluate(MANY_ORDERS)))

    # 30 each are expected; the generator is seeded, so that this cannot fail by chance
    assert len(orders) == 6
    assert all(15 <= count <= 45 for count in orders.values()), orders


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_written_order_is_kept_unless_random(visit, language):
    survey = make_survey("bottom-up")
    person = visit(survey)
    person.start(language)

    legends = person.page.locator("legend").all_inner_texts()
    assert legends == [row.text[language] for row in survey.matrices[0].rows]


def test_nobody_goes_on_without_the_agreement(visit):
    person = visit(make_survey(languages=["en"]))
    assert person.heading == "Before you start"

    person.press_next(2)

    assert person.heading == "Before you start"
    assert person.message == "You can go on once you have ticked the box."
    box = person.page.get_by_role("checkbox")
    assert box.get_attribute("aria-invalid") == "true"
    assert person.page.evaluate("document.activeElement.id") == "agreed"
    box.check()
    assert person.message == ""
    person.press_next()
    assert person.heading == "Work floor"


def test_missing_answers_are_told_once_and_never_forced(visit):
    survey = make_survey("bottom-up", units=UNITS)
    person = visit(survey)
    person.start("en")

    person.press_next()
    assert "One answer on this page is still open" in person.message
    person.press_next()
    assert person.heading == "Block V"
    person.radio(survey.matrices[0].rows[0], "1").check()
    person.press_next()
    assert "3 answers on this page are still open" in person.message
    assert person.page.locator("fieldset.open").count() == 3
    person.press_next()
    assert person.heading == "Block O"
    person.button("back").click()
    person.press_next()
    assert person.heading == "Block O"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_words_mean_can_be_read_again_beside_every_block(visit, language):
    survey = make_survey("bottom-up")
    person = visit(survey)
    person.start(language)
    told = person.page.get_by_text(survey.introduction[language])

    for _ in survey.matrices:
        assert not told.is_visible()
        person.page.locator("summary").click()
        assert told.is_visible()
        person.skip()


def test_nothing_answered_is_saved_as_nothing(visit):
    survey = make_survey(units=UNITS, link=True)
    person = visit(survey)
    person.start("nl")
    person.to_end()
    _, saved = person.save()

    assert set(saved) == {
        *("format", "response", "edition", "role", "language", "submitted"),
        *("seconds", "answers", "comments"),
    }
    assert answered(saved) == saved["comments"] == {}
    asked = [row.id for _, row in survey.statements()]
    assert [item for block in saved["answers"].values() for item in block] == asked


def test_every_page_has_the_focus_on_its_heading_and_says_where_one_is(visit):
    survey = make_survey(link=True)
    person = visit(survey)
    person.start("en")
    titles = []
    while True:
        assert person.page.evaluate("document.activeElement.id") == "heading"
        titles.append(person.page.title())
        if not person.button("next").count():
            break
        person.skip()

    assert titles == [
        f"Page {number} of 6 – Bottom-up change pulse" for number in range(3, 7)
    ]
    assert person.page.locator("#where").inner_text() == "Page 6 of 6"


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "size",
    [WIDE, PHONE, {**WIDE, "color_scheme": "dark"}],
    ids=["wide", "phone", "dark"],
)
def test_axe_finds_nothing_on_any_page(visit, violations, language, size):
    survey = make_survey(units=UNITS, link=True)
    person = visit(survey, **size)
    seen = 0

    def check():
        assert violations(person.page) == []
        return 1

    seen += check()
    person.language = language
    person.page.get_by_role("button", name=WORDS[language]["name"]).click()
    seen += check()
    person.press_next()
    seen += check()
    person.page.get_by_role("checkbox").check()
    person.press_next()
    seen += check()
    person.press_next()
    seen += check()
    person.skip()
    person.answer(survey.matrices[0], flat(answers_for(survey)))
    person.press_next()
    seen += check()
    person.press_next()
    seen += check()
    person.press_next()
    seen += check()
    person.press_next()
    person.page.locator("summary").click()
    seen += check()
    person.save()
    seen += check()
    assert seen == 10


@pytest.mark.parametrize("size", [WIDE, PHONE, NARROW], ids=["wide", "phone", "narrow"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_scrolls_sideways_and_targets_are_large(visit, size, language):
    survey = make_survey(units=UNITS, link=True)
    person = visit(survey, **size)
    small_ones = """() => [...document.querySelectorAll(
        'button, select, input[type=text], .option, .agree, summary')]
        .filter(e => e.checkVisibility({visibilityProperty: true}))
        .map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
        .filter(([, box]) => box.height < %d || box.width < 44)"""
    least = 36 if size is WIDE else 44

    def check():
        wide = person.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["viewport"]["width"], person.heading
        assert person.page.evaluate(small_ones % least) == []

    check()
    person.start(language)
    while person.button("next").count():
        check()
        if person.heading in {"Part 1", "Deel 1"}:
            person.answer(survey.matrices[0], {"v4": "4"})
            check()
        person.skip()
    check()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_screen_reader_hears_statement_and_label_with_every_radio(visit, size):
    survey = make_survey()
    person = visit(survey, **size)
    person.start("nl")
    matrix = survey.matrices[0]
    for row in matrix.rows:
        group = person.page.get_by_role("group", name=row.text["nl"], exact=True)
        for option in matrix.options:
            label = option.label["nl"]
            assert group.get_by_role("radio", name=label, exact=True).count() == 1


def test_statements_are_rows_on_wide_screens_and_cards_on_phones(visit):
    survey = make_survey()
    first = survey.matrices[0].rows[0]
    tops = """e => [...e.querySelectorAll('input')]
        .map(i => Math.round(i.getBoundingClientRect().top))"""
    found = {}
    for name, size in {"wide": WIDE, "phone": PHONE}.items():
        person = visit(survey, **size)
        person.start("en")
        found[name] = len(set(person.row(first).evaluate(tops)))
        assert person.page.locator(".head").is_visible() == (name == "wide")

    assert found == {"wide": 1, "phone": 6}


def test_every_column_of_the_matrix_stands_under_its_label(visit):
    survey = make_survey("bottom-up")
    person = visit(survey)
    person.start("nl")
    middle = (
        "e => { const b = e.getBoundingClientRect(); return b.left + b.width / 2; }"
    )
    matrix = survey.matrices[0]
    for option in matrix.options:
        label = option.label["nl"]
        head = person.page.locator(".head span").get_by_text(label, exact=True)
        radio = person.radio(matrix.rows[1], option.code)
        assert abs(head.evaluate(middle) - radio.evaluate(middle)) < 3, label


def test_a_long_scale_keeps_its_codes(visit):
    survey = make_survey(
        small(
            {"v": "v1 v2"},
            scales={"v": number_scale("long", 0, 10)},
            texts={"v1": ("One", "Een"), "v2": ("Two", "Twee")},
        )
    )
    person = visit(survey, **NARROW)
    person.start("en")
    assert person.page.evaluate("document.documentElement.scrollWidth") <= 320
    person.answer(survey.matrices[0], {"v1": "10", "v2": "0"})
    person.press_next()
    _, saved = person.save()

    assert answered(saved) == {"v": {"v1": "10", "v2": "0"}}


def test_two_hundred_units_can_be_chosen_from(visit):
    units = [("Care", f"Team {number:03}") for number in range(200)]
    survey = make_survey(units=units)
    person = visit(survey)
    person.start("en")
    unit = person.page.get_by_label("In which unit do you work?")
    assert unit.locator("option").count() == 201

    unit.select_option(label="Care / Team 150")
    unit.select_option(index=0)
    person.press_next()
    assert "One answer on this page is still open" in person.message
    unit.select_option(label="Care / Team 151")
    person.to_end()
    _, saved = person.save()

    assert saved["unit"] == survey.questions[0].options[151].code


def test_hostile_texts_are_shown_and_never_run(visit):
    texts = {"v1": (HOSTILE, HOSTILE), "constructor": ("Odd", "Vreemd")}
    given = small({"v": "v1 constructor"}, texts=texts).model_copy(
        update={"title": both(HOSTILE), "status": both(HOSTILE)}
    )
    survey = build_survey(given, "floor", ["en"], units=[(HOSTILE.replace("/", ""),)])
    person = visit(survey)
    alerts = []
    person.page.on("dialog", lambda dialog: (alerts.append(1), dialog.dismiss()))
    person.start()

    title = person.page.locator("#title").text_content()
    assert title == HOSTILE
    person.page.get_by_role("combobox").select_option(index=1)
    person.press_next()
    assert person.page.locator("legend").first.text_content() == HOSTILE
    assert person.page.locator("img, b").count() == 0
    person.answer(survey.matrices[0], {"constructor": "3"})
    person.page.locator('#row-v1 input[value="5"]').check()
    person.skip()
    _, saved = person.save()
    assert answered(saved) == {"v": {"v1": "5", "constructor": "3"}}
    assert alerts == person.complaints == []
    assert person.page.evaluate("window.violations") == []


@pytest.mark.parametrize(
    "attempt",
    [
        "fetch('https://example.org/').catch(() => 0)",
        "new Image().src = 'https://example.org/a.png'",
        ADD % ("script", "text", "window.ran = 1"),
        "document.body.setAttribute('style', 'color: red')",
        ADD % ("iframe", "src", "https://example.org/"),
    ],
    ids=["fetch", "image", "script", "style", "frame"],
)
def test_the_policy_stops_whatever_is_not_of_the_page(visit, attempt):
    person = visit(make_survey())
    person.page.evaluate(attempt)

    person.page.wait_for_function("window.violations.length > 0")
    assert person.page.evaluate("window.ran") is None


def test_nothing_is_stored_in_the_browser(visit):
    survey = make_survey()
    person = visit(survey)
    person.start("en")
    fill(person, answers_for(survey))
    person.page.get_by_role("textbox").fill("Words of one person")
    person.to_end()
    person.save()

    stored = person.page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, document.cookie,
            (await indexedDB.databases()).length, JSON.stringify(history.state)]"""
    )
    assert stored == [0, 0, "", 0, '{"page":5}']


def test_leaving_with_unsaved_answers_is_asked_about_and_saved_ones_not(visit):
    survey = make_survey()
    person = visit(survey)
    asked = []
    person.page.on(
        "dialog", lambda dialog: (asked.append(dialog.type), dialog.accept())
    )
    person.start("en")
    person.page.reload()
    assert asked == []

    person.start("en")
    person.radio(survey.matrices[0].rows[0], "1").check()
    person.page.reload()
    assert asked == ["beforeunload"]

    person.start("en")
    person.radio(survey.matrices[0].rows[0], "1").check()
    person.to_end()
    person.save()
    person.page.reload()
    assert asked == ["beforeunload"]


def test_the_next_person_finds_nothing_of_the_one_before(visit):
    survey = make_survey(units=UNITS, link=True)
    person = visit(survey)
    person.start("nl")
    person.page.get_by_role("combobox").select_option(index=1)
    person.press_next()
    fill(person, answers_for(survey))
    person.page.get_by_role("textbox").fill("Woorden")
    person.to_end()
    again = person.page.get_by_role("button", name="Opnieuw beginnen voor de volgende")
    again.click()
    assert "nog niet bewaard" in person.message
    _, before = person.save()
    again.click()

    assert person.heading == "Kies je taal\nChoose your language"
    person.page.go_back()
    assert person.heading in {"Voordat je begint", "Kies je taal\nChoose your language"}
    assert not person.page.get_by_role("checkbox").is_checked()
    person.page.get_by_role("checkbox").check()
    person.press_next(2)
    assert person.page.get_by_role("combobox").input_value() == ""
    person.skip()
    assert person.page.locator("input:checked").count() == 0
    person.to_end()
    _, after = person.save()
    assert answered(after) == after["comments"] == {}
    assert "unit" not in after
    assert after["response"] != before["response"]


def test_unsaved_answers_are_deleted_only_on_a_second_press(visit):
    survey = make_survey(languages=["en"])
    person = visit(survey)
    person.start()
    fill(person, answers_for(survey))
    person.to_end()
    again = person.page.get_by_role("button", name="Start again for the next person")

    again.click()
    assert "have not been saved" in person.message
    person.button("back").click()
    person.to_end()
    again.click()
    assert person.heading == "Save your answers"
    again.click()
    assert person.heading == "Before you start"


@pytest.mark.parametrize("allowed", [True, False])
def test_answers_can_be_copied_where_files_cannot_be_saved(browser, visit, allowed):
    survey = make_survey()
    given = answers_for(survey)
    person = visit(survey)
    person.start("en")
    fill(person, given)
    person.to_end()
    person.page.locator("summary").click()
    text = person.page.get_by_label("Your answers as text").input_value()
    person.page.evaluate(
        f"""() => {{
        navigator.clipboard.writeText = async text => {{
            if (!{str(allowed).lower()}) throw new Error('no');
            window.taken = text;
        }};
        document.execCommand = () => false;
        }}"""
    )

    person.page.get_by_role("button", name="Copy").click()

    expected = "have been copied" if allowed else "please copy it yourself"
    person.page.get_by_role("status").get_by_text(expected).wait_for()
    assert answered(json.loads(text)) == given
    assert person.page.evaluate("window.taken") == (text if allowed else None)
    assert person.page.evaluate("getSelection().toString()") == text


def test_only_time_on_the_questions_counts(visit):
    survey = make_survey()
    person = visit(survey)
    person.page.clock.install()
    person.page.reload()
    person.page.clock.fast_forward(100_000)
    person.start("en")
    person.page.clock.fast_forward(41_000)
    person.skip()
    person.page.clock.fast_forward(20_000)
    person.to_end()
    person.page.clock.fast_forward(500_000)
    _, saved = person.save()

    assert 61 <= saved["seconds"] <= 70


def test_time_out_of_sight_does_not_count(visit):
    person = visit(make_survey())
    person.page.clock.install()
    person.page.reload()
    person.start("en")
    person.page.clock.fast_forward(5_000)
    sight = """hidden => {
        Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    person.page.evaluate(sight, True)
    person.page.clock.fast_forward(900_000)
    person.page.evaluate(sight, False)
    person.to_end()
    _, saved = person.save()

    assert 5 <= saved["seconds"] <= 20


def test_a_language_written_from_right_to_left_turns_the_page(visit):
    given = Instrument.model_validate_json(make_arabic())
    survey = build_survey(given, "floor", ["en", "ar"])
    person = visit(survey)
    person.page.locator(".choose button[lang=ar]").click()
    page = person.page
    root = "[document.documentElement.lang, document.documentElement.dir]"
    assert page.evaluate(root) == ["ar", "rtl"]
    page.get_by_role("checkbox").check()
    page.locator("#buttons .main").click()
    page.locator("#buttons .main").click()

    where = "e => e.getBoundingClientRect().left"
    statement, first, last = (
        page.locator(f"#row-v1 {part}").evaluate(where)
        for part in ("legend", ".option:nth-of-type(1)", ".option:nth-of-type(6)")
    )
    assert last < first < statement
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator("#buttons .main").get_attribute("lang") == "en"
    page.locator("#languages button[lang=en]").click()
    assert page.evaluate(root) == ["en", "ltr"]


def make_arabic():
    """Return a small instrument as JSON, with Arabic beside each English text."""
    given = small({"v": "v1 v2"}, texts={"v1": ("One", "Een"), "v2": ("Two", "Twee")})

    def grown(tree):
        if isinstance(tree, list):
            return [grown(one) for one in tree]
        if not isinstance(tree, dict):
            return tree
        whole = {key: grown(value) for key, value in tree.items()}
        if isinstance(whole.get("en"), str):
            return {**whole, "ar": f"نص {whole['en']}"}
        return {**whole, "ar": whole["en"]} if "en" in whole else whole

    return json.dumps(grown(json.loads(given.model_dump_json())))


def test_saving_again_gives_the_same_response_and_the_later_answers(visit):
    survey = make_survey()
    first = survey.matrices[0].rows[0]
    person = visit(survey)
    person.start("en")
    person.radio(first, "1").check()
    person.to_end()
    _, before = person.save()
    for _ in range(2):
        person.button("back").click()
    person.radio(first, "5").check()
    person.to_end()
    _, after = person.save()

    assert before["response"] == after["response"]
    assert answered(before)["single"] == {first.id: "1"}
    assert answered(after)["single"] == {first.id: "5"}


def test_without_scripts_the_page_tells_so_in_both_languages(browser, tmp_path):
    ((name, content),) = OFFLINE.write(make_survey()).items()
    (tmp_path / name).write_bytes(content)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / name).as_uri())

    assert page.get_by_text("questionnaire on paper").is_visible()
    assert page.get_by_text("vragenlijst op papier").is_visible()
    assert page.locator("button:visible").count() == 0
    context.close()


def test_print_shows_the_answers_and_no_buttons(visit):
    person = visit(make_survey())
    person.start("en")
    person.page.emulate_media(media="print")

    assert person.page.locator("button:visible").count() == 0
    assert person.page.locator("fieldset:visible").count() == 12
