"""The codebook as files: safe in a spreadsheet, complete and readable as a page."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import builders
from diagnose.instrument import load_instrument
from diagnose.instrument.codebook import codebook
from diagnose.instrument.export import build_survey
from diagnose.instrument.export.codebook_files import (
    OWN_COLUMNS,
    codebook_csv,
    codebook_page,
    codebook_target,
)

SHOWN = [
    (name, language)
    for name in ("bottom-up", "pulse", "oric")
    for language in ("en", "nl")
]


class Page(HTMLParser):
    """Collects the visible words, the tags, and what the page refers to."""

    def __init__(self, page):
        super().__init__()
        self.words, self.tags, self.links, self.open = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.links += [value for key, value in attrs if key in {"src", "href"}]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open):
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def rows_of(content):
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(text))


@pytest.mark.parametrize(("name", "language"), SHOWN)
def test_the_csv_holds_the_frame(name, language):
    instrument = load_instrument(name)
    frame = codebook(instrument, language)

    head, *rows = rows_of(codebook_csv(instrument, language))

    assert head == list(frame.columns)
    assert len(rows) == len(frame)
    back = [dict(zip(head, row, strict=True)) for row in rows]
    assert [one["wording"] for one in back] == frame["wording"].tolist()
    assert [int(one["number"]) for one in back] == frame["number"].tolist()
    values = [float(one["value"]) if one["value"] else None for one in back]
    assert values == [None if np.isnan(v) else v for v in frame["value"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_is_a_formula_is_disarmed(start):
    wording = f"{start}1+1 is two"
    asked = builders.instrument({"v": "v1 v2"})
    items = tuple(
        item.model_copy(update={"text": {"floor": builders.both(wording)}})
        for item in asked.subscales[0].items
    )
    subscale = asked.subscales[0].model_copy(update={"items": items})
    asked = asked.model_copy(update={"subscales": (subscale,)})

    cells = [cell for row in rows_of(codebook_csv(asked, "en")) for cell in row]

    assert f"'{wording}" in cells
    assert not any(cell.startswith(start) for cell in cells)


def test_texts_that_are_no_formula_get_no_apostrophe():
    cells = {
        cell
        for row in rows_of(codebook_csv(load_instrument("bottom-up"), "nl"))
        for cell in row
    }

    assert not any(cell.startswith("'") for cell in cells)


@pytest.mark.parametrize(("name", "language"), SHOWN)
def test_the_page_explains_every_item_answer_and_own_column(name, language):
    instrument = load_instrument(name)

    page = Page(codebook_page(instrument, language))

    assert page.open == []
    assert instrument.title[language] in page.text
    assert instrument.status[language] in page.text
    assert instrument.content_hash in page.text
    assert instrument.provenance.licence in page.text
    for item in instrument.closed_items:
        assert re.search(rf"\b{item.id}\b", page.text)
        for words in (item.text or {}).values():
            assert words[language] in page.text
    for scale in instrument.response_scales:
        for point in scale.points:
            assert point.label[language] in page.text
    for own in OWN_COLUMNS:
        assert f" {own} " in page.text


def test_the_page_says_in_plain_words_what_is_reversed():
    page = codebook_page(load_instrument("bottom-up"), "en")

    v3 = page.partition("<code>v3</code>")[2].partition("</tr>")[0]
    v1 = page.partition("<code>v1</code>")[2].partition("</tr>")[0]
    assert ">reversed<" in v3
    assert ">as answered<" in v1


def test_an_answer_shows_code_number_and_what_it_counts_for():
    page = codebook_page(load_instrument("bottom-up"), "en")

    rows = dict(
        re.findall(r"<tr><th scope=\"row\"><code>(\w+)</code></th>(.*)</tr>", page)
    )
    assert re.findall(r"<td[^>]*>([^<]*)", rows["2"]) == ["2", "Disagree", "2", "4"]
    assert re.findall(r"<td[^>]*>([^<]*)", rows["na"]) == [
        *("9", "Don&#39;t know / not applicable"),
        "does not count",
    ]


def test_forms_that_share_a_wording_are_named_together():
    text = Page(codebook_page(load_instrument("bottom-up"), "en")).text

    wording = "Ideas from the work floor usually get stuck somewhere on the way."
    assert text.count(wording) == 1
    assert f"Work floor, Leaders {wording}" in text


def test_two_response_scales_are_told_apart():
    asked = builders.instrument(
        {"v": "v1 v2", "c": "c1 c2"},
        texts={"v1": ("A", "A"), "c1": ("B", "B")},
        scales={"c": builders.number_scale("zero10", 0, 10)},
    )

    page = Page(codebook_page(asked, "en"))

    assert page.links == ["#scale-agree5", "#scale-zero10"]
    assert {attrs.get("id") for tag, attrs in page.tags if tag == "h2"} >= {
        "scale-agree5",
        "scale-zero10",
    }


@pytest.mark.parametrize(("name", "language"), SHOWN)
def test_the_page_needs_no_network_and_its_heads_have_a_scope(name, language):
    page = codebook_page(load_instrument(name), language)
    read = Page(page)

    assert read.links == []
    assert not re.search(r"https?:|url\(|@import|<script", page)
    assert all("scope" in attrs for tag, attrs in read.tags if tag == "th")
    assert read.tags[0] == ("html", {"lang": language})


def test_words_of_an_instrument_stay_words_on_the_page():
    hostile = '<script>alert("x")</script> & {{ 1 }}'
    asked = builders.instrument({"v": "v1 v2"}, texts={"v1": (hostile, hostile)})

    page = codebook_page(asked, "en")

    assert "<script" not in page
    assert hostile in Page(page).text


def test_a_codebook_in_a_language_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="`language` must be one of 'en', 'nl'; got"):
        codebook_page(load_instrument("pulse"), "de")
    with pytest.raises(ValueError, match="`language` must be one of 'en', 'nl'; got"):
        codebook_csv(load_instrument("pulse"), "de")


def test_the_target_writes_both_files_under_the_surveys_name():
    instrument = load_instrument("pulse")
    target = codebook_target(instrument)
    survey = build_survey(instrument, "leader", ("nl",))

    files = target.write(survey)

    assert list(files) == [
        "pulse-leader-nl-codebook.csv",
        "pulse-leader-nl-codebook.html",
    ]
    assert files == target.write(survey)
    assert (target.name, target.multilingual) == ("codebook", False)
