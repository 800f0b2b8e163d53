"""What the scan, the suitability screen and the self-test tell their scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from diagnose.handbook.build import find_book
from diagnose.handbook.live import element_data
from diagnose.handbook.live import quiz as bank
from diagnose.instrument import load_instrument

SCAN = load_instrument("bottom-up")
GOOD = """
id: small
questions:
  - ask: {en: "Which?", nl: "Welke?"}
    options:
      - {text: {en: "A", nl: "A"}, right: true, why: {en: "Yes.", nl: "Ja."}}
      - {text: {en: "B", nl: "B"}, right: false, why: {en: "No.", nl: "Nee."}}
"""


def problems_of(tmp_path: Path, text: str, name: str = "small.yaml") -> list[str]:
    """Return code and place of everything that is wrong with a set."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(bank.QuizError) as caught:
        bank.read_quiz(path)
    return [f"{one.code} {one.place}" for one in caught.value.problems]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_scan_holds_every_statement_in_the_words_of_the_instrument(language):
    data = element_data("questionnaire", language)
    told = {
        item["id"]: (item["text"], item["reverse"])
        for subscale in data["subscales"]
        for item in subscale["items"]
    }

    assert told == {
        item.id: (
            {form: item.text[form][language] for form in ("floor", "leader")},
            item.keyed == "reverse",
        )
        for item in SCAN.items
    }
    assert json.loads(json.dumps(data)) == data


def test_the_short_form_is_the_pulse():
    data = element_data("questionnaire", "en")
    pulse = load_instrument("pulse")
    own = [{item["id"] for item in one["items"]} for one in data["subscales"]]

    assert data["pulse"] == list(pulse.item_ids)
    assert [len(ids & set(data["pulse"])) for ids in own] == [1] * 12


def test_each_row_leads_to_a_chapter_of_the_book():
    toc = (find_book() / "_toc.yml").read_text(encoding="utf-8")
    chapters = set(re.findall(r"file: (\S+)", toc))

    data = element_data("questionnaire", "en")
    assert data["conversation"].removesuffix(".html") in chapters
    for one in data["subscales"]:
        page, place = one["address"].split("#")
        chapter = page.removesuffix(".html")
        assert chapter in chapters, one["id"]
        text = (find_book() / f"{chapter}.md").read_text(encoding="utf-8")
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        ids = [re.sub(r"[^a-z]+", "-", heading.lower()) for heading in headings]
        assert ids.count(place) == 1, one["id"]


def test_the_scan_opens_in_the_form_that_is_asked_for():
    assert element_data("questionnaire", "en", form="leader")["form"] == "leader"
    with pytest.raises(KeyError, match="boss"):
        element_data("questionnaire", "en", form="boss")


def test_the_screen_asks_what_the_instrument_asks():
    questions = element_data("screen", "nl")["questions"]

    assert [(one["text"], one["go_if"], one["if_not"]) for one in questions] == [
        (one.text["nl"], one.go_if, one.if_not) for one in SCAN.suitability
    ]


def test_a_sound_set_is_read(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(GOOD, encoding="utf-8")

    assert bank.read_quiz(path).questions[0].options[0].right


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: small", "id: other", "Z001 small.yaml: id"),
        ("right: true", "right: false", "Z002 small.yaml: questions[0].options"),
        ("right: false", "right: true", "Z003 small.yaml: questions[0].options"),
        (
            'text: {en: "B", nl: "B"}',
            'text: {en: "a", nl: "B"}',
            "Z005 small.yaml: questions[0].options[1].text.en",
        ),
        (
            'why: {en: "No.", nl: "Nee."}',
            'why: {en: "No."}',
            "Y010 small.yaml: questions[0].options[1].why.nl",
        ),
        (
            'nl: "Welke?"}',
            'nl: "Welke?", fr: "Quoi?"}',
            "Y011 small.yaml: questions[0].ask.fr",
        ),
    ],
)
def test_a_mistake_in_a_set_is_named_with_its_place(tmp_path, old, new, expected):
    assert problems_of(tmp_path, GOOD.replace(old, new, 1)) == [expected]


def test_only_right_options_test_nothing(tmp_path):
    text = GOOD.replace("right: false", "right: true").replace(
        "    options:", "    several: true\n    options:"
    )

    assert problems_of(tmp_path, text) == ["Z004 small.yaml: questions[0].options"]


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    text = GOOD.replace("right: true", "right: false").replace("id: small", "id: big")
    text = text.replace('{en: "B", nl: "B"}', '{en: "B", nl: "A"}')

    assert [line.split()[0] for line in problems_of(tmp_path, text)] == [
        "Z001",
        "Z002",
        "Z005",
    ]


def test_a_set_must_be_named_and_be_there():
    for options in ({}, {"set": "../why"}, {"set": "nowhere"}):
        with pytest.raises(KeyError, match="'why'"):
            element_data("quiz", "en", **options)
    with pytest.raises(TypeError):
        element_data("quiz", "en", set="why", colour="red")


@pytest.mark.parametrize("name", bank.quiz_ids())
@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_set_of_the_book_is_sound(name, language):
    data = element_data("quiz", language, set=name)

    assert data["questions"]
    assert all(option["why"] for one in data["questions"] for option in one["options"])


@pytest.mark.parametrize("name", ["why", "reading"])
def test_the_right_answer_has_no_fixed_place(name):
    questions = element_data("quiz", "en", set=name)["questions"]
    places = {
        tuple(k for k, option in enumerate(one["options"]) if option["right"])
        for one in questions
    }

    assert len(places) > 1


def test_on_paper_the_answers_come_after_all_questions():
    text = bank.printed("nl", set="why")
    data = element_data("quiz", "nl", set="why")
    asked, answers = text.split("<strong>Antwoorden</strong>")

    for question in data["questions"]:
        for option in question["options"]:
            assert option["text"] in asked.replace("&#x27;", "'")
            assert option["why"] not in asked
            assert option["why"] in answers.replace("&#x27;", "'")


def test_on_paper_words_stay_words(tmp_path, monkeypatch):
    folder = tmp_path / "book" / "quizzes"
    folder.mkdir(parents=True)
    hostile = GOOD.replace("Which?", "<b>&</b>").replace("Yes.", "<i>")
    (folder / "small.yaml").write_text(hostile, encoding="utf-8")
    monkeypatch.setattr(bank, "find_book", lambda: tmp_path)

    text = bank.printed("en", set="small")

    assert "&lt;b&gt;&amp;&lt;/b&gt;" in text
    assert "<i>" not in text
