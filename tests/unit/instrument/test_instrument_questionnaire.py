"""The questionnaire to print: complete, neutral, and without a network."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from diagnose.errors import UnsupportedError
from diagnose.instrument import load_instrument
from diagnose.instrument.codebook import questionnaire

SHOWN = [
    (name, form, language)
    for name in ("bottom-up", "pulse")
    for form in ("floor", "leader")
    for language in ("en", "nl")
]


class Reader(HTMLParser):
    """Collects the visible words and the addresses a page refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.hidden = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name in {"src", "href"}]
        if tag not in {"meta", "col"}:
            self.open.append(tag)
        self.hidden += tag in {"style", "title"}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.hidden -= tag in {"style", "title"}

    def handle_data(self, data):
        if not self.hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(unescape(" ".join(self.words)).split())


@pytest.mark.parametrize(("name", "form", "language"), SHOWN)
def test_every_statement_of_the_form_stands_on_the_page_once(name, form, language):
    instrument = load_instrument(name)

    page = Reader(questionnaire(instrument, form, language))

    assert page.open == []
    for item in instrument.closed_items:
        if form in item.text:
            assert page.text.count(item.text[form][language]) == 1, item.id
    for item in instrument.open_items:
        assert item.text[form][language] in page.text


@pytest.mark.parametrize(("name", "form", "language"), SHOWN)
def test_it_tells_respondents_neither_titles_nor_meanings(name, form, language):
    instrument = load_instrument(name)

    text = Reader(questionnaire(instrument, form, language)).text

    for subscale in instrument.subscales:
        assert subscale.meaning[language] not in text
        assert not re.search(rf"\b{re.escape(subscale.title[language])}\b", text)


@pytest.mark.parametrize(("name", "form", "language"), SHOWN)
def test_it_asks_nothing_of_a_network(name, form, language):
    page = questionnaire(load_instrument(name), form, language)

    assert Reader(page).links == []
    assert not re.search(r"https?:|url\(|@import|<script", page)


def test_it_has_a_box_for_every_answer():
    page = questionnaire(load_instrument("bottom-up"), "floor", "en")

    assert page.count('class="box"') == 47 * 6


def test_the_introduction_has_blanks_to_fill():
    page = questionnaire(load_instrument("bottom-up"), "floor", "en")

    assert 'class="blank">name of the organisation or unit</span>' in page
    assert 'class="blank">the change in question</span>' in page
    assert "{unit}" not in page


def test_the_footer_names_status_version_and_content():
    instrument = load_instrument("bottom-up")

    footer = questionnaire(instrument, "leader", "nl").partition("<footer>")[2]

    assert instrument.status["nl"] in footer
    assert f"Versie {instrument.version}" in footer
    assert instrument.content_hash in footer


def test_leaders_see_the_letters_of_blocks_that_their_introduction_names():
    page = questionnaire(load_instrument("bottom-up"), "leader", "en")

    assert "<caption>Block R</caption>" in page


def test_words_of_an_instrument_cannot_become_markup(acme_text, write):
    path = write(acme_text.replace("We are heard.", "<script>alert(1)</script>"))

    page = questionnaire(load_instrument(path), "floor", "en")

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_same_instrument_gives_the_same_page():
    instrument = load_instrument("pulse")

    assert questionnaire(instrument, "floor", "nl") == questionnaire(
        instrument, "floor", "nl"
    )


def test_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="`form` must be one of 'floor', 'leader'; go"):
        questionnaire(load_instrument("pulse"), "boss", "en")


@pytest.mark.parametrize("language", ["de", "EN", ""])
def test_an_unknown_language_is_refused(language):
    with pytest.raises(ValueError, match="`language` must be one of 'en', 'nl'; got"):
        questionnaire(load_instrument("pulse"), "floor", language)


def test_a_scoring_definition_has_no_questionnaire():
    with pytest.raises(UnsupportedError, match="'oric' is a scoring definition"):
        questionnaire(load_instrument("oric"), "floor", "en")
