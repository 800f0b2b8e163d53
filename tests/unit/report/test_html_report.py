"""The HTML report: whole, safe, accessible, and the same every time."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise

import pytest

from diagnose.diagnosis.first_steps import FirstSteps
from diagnose.diagnosis.model import Finding
from diagnose.language import load_catalogue
from diagnose.report import render_html, write_html
from published import (
    HOSTILE_LABELS,
    make_publication,
    skip_figures,
    without_units,
    without_waves,
)

SECTIONS = [
    "short",
    "suitability",
    "steps",
    "open",
    "participation",
    "reading",
    "profile",
    "items",
    "units",
    "divided",
    "gap",
    "drivers",
    "trend",
    "movement",
    "measurement",
    "privacy",
    "methods",
    "provenance",
]


@pytest.fixture(scope="module")
def publication():
    return make_publication()


@pytest.fixture(scope="module")
def html(publication):
    return {language: render_html(publication, language) for language in ("en", "nl")}


@pytest.fixture
def no_figures(monkeypatch):
    skip_figures(monkeypatch)


class Outline(HTMLParser):
    """Collects the tags of a page, and checks that they close."""

    VOID = frozenset({"meta", "path", "use", "rect", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def outline(page: str) -> Outline:
    parsed = Outline()
    parsed.feed(page)
    assert not parsed.open
    return parsed


def test_anything_but_a_publication_is_refused(tmp_path):
    with pytest.raises(TypeError, match="must be a Publication; got str"):
        write_html("publication", tmp_path / "report.html")


def test_two_runs_give_the_same_bytes(publication, html):
    assert render_html(publication, "en") == html["en"]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_all_sections_stand_in_order(html, language):
    assert re.findall(r'<section id="(\w+)"', html[language]) == SECTIONS
    assert f'<html lang="{language}">' in html[language]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_page_is_well_formed_and_headings_descend_in_order(html, language):
    levels = [int(tag[1]) for tag, _ in outline(html[language]).tags if tag in HEADS]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


HEADS = {"h1", "h2", "h3", "h4"}


def test_names_are_unique_and_links_arrive(html):
    tags = outline(html["en"]).tags
    names = [attrs["id"] for _, attrs in tags if "id" in attrs]
    targets = {a["href"][1:] for t, a in tags if t == "a" and a["href"][0] == "#"}

    assert len(names) == len(set(names))
    assert targets <= set(names)


def test_nothing_is_loaded_from_outside(html):
    for tag, attrs in outline(html["en"]).tags:
        assert tag not in {"link", "img", "iframe", "object"}
        assert "src" not in attrs
    css = html["en"].split("<style>")[1].split("</style>")[0]
    assert "url(" not in css
    assert "@import" not in css


def test_every_figure_has_a_text_alternative(html):
    figures = [a for t, a in outline(html["nl"]).tags if t == "svg"]

    assert len(figures) == html["nl"].count('<figure class="picture">') > 42
    assert all(a["role"] == "img" and a["aria-label"] for a in figures)


def test_wide_content_scrolls_in_a_box_that_can_be_focused(html):
    tags = outline(html["en"]).tags
    boxes = [a for t, a in tags if t == "div" and "scroll" in (a.get("class") or "")]
    tables = sum(t == "table" for t, _ in tags)

    assert len(boxes) == tables + html["en"].count('<figure class="picture">')
    assert all(a["tabindex"] == "0" and a["role"] == "region" for a in boxes)
    assert all(a["aria-label"] for a in boxes)


def test_table_heads_say_what_they_head(html):
    assert all("scope" in a for t, a in outline(html["en"]).tags if t == "th")
    assert html["en"].count("<caption>") == html["en"].count("<table")


def test_hostile_names_are_text():
    page = render_html(make_publication(HOSTILE_LABELS))

    assert "<script>alert" not in page
    assert "<b>=1+1" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;=1+1" in page


def test_hidden_cells_hold_no_number(html):
    rows = re.findall(r'<th scope="row">Kitchen.*?</tr>', html["en"], re.DOTALL)

    assert rows
    for row in rows:
        cells = re.findall(r'<td class="number.*?</td>', row, re.DOTALL)
        text = re.sub(r"<[^>]+>", "", " ".join(cells))
        assert not re.search(r"\d", text)


def test_colour_never_stands_alone(html):
    for tone, mark in (("higher", "▲"), ("lower", "▼")):
        cells = re.findall(
            rf'<td class="number {tone}">(.*?)</td>', html["en"], re.DOTALL
        )
        assert cells
        assert all(mark in cell and f"clearly {tone}" in cell for cell in cells)


def test_findings_are_told_in_order_and_the_rest_folded(publication, no_figures):
    many = tuple(
        Finding(code="open.no_units", kind=kind)
        for kind in ("open", "strength", *["concern"] * 6)
    )
    told = replace(publication, findings=many, first_steps=FirstSteps())
    page = render_html(told, "en")
    short = page.split('<section id="short"')[1].split("</section>")[0]

    assert short.index("Concerns") < short.index("Strengths")
    assert "2 more: Concerns" in short
    assert "Not concluded" not in short


def test_an_organisation_without_units_has_a_report(publication, no_figures):
    page = render_html(without_units(publication), "nl")

    assert '<section id="units"' not in page
    assert '<section id="gap"' in page


def test_no_leaders_and_one_wave_are_said_in_words(publication, no_figures):
    lonely = without_waves(publication, gap=publication.gap.iloc[:0], waves=("2026-1",))
    page = render_html(lonely, "en")

    assert "too few leaders answered" in page
    assert "This is the first wave." in page


def test_an_instrument_in_one_language_falls_back(publication, no_figures):
    english = publication.instrument.model_copy(
        update={
            "languages": {"en": publication.instrument.languages["en"]},
            "subscales": tuple(
                s.model_copy(update={"title": {"en": s.title["en"]}})
                for s in publication.instrument.subscales
            ),
        }
    )

    page = render_html(make_publication(instrument=english), "nl")

    assert "Voice and signal" in page


@pytest.mark.parametrize("section", ["plots", "report"])
def test_every_text_exists_in_both_languages(section):
    for key, text in load_catalogue(section).entries.items():
        assert set(text) == {"en", "nl"}, key
        fields = [set(re.findall(r"{(\w+)}", text[lang])) for lang in ("en", "nl")]
        assert fields[0] == fields[1], key


def _schemes() -> list[dict[str, str]]:
    css = (resources.files("diagnose.report") / "templates" / "report.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in blocks]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", _schemes(), ids=["light", "dark", "print"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "paper"),
        ("soft", "paper"),
        ("soft", "panel"),
        ("ink", "panel"),
        ("link", "paper"),
        ("on-tone", "higher"),
        ("on-tone", "lower"),
        ("ink", "hatch-a"),
        ("ink", "hatch-b"),
    ],
)
def test_contrast_meets_wcag_aa(scheme, ink, ground):
    bright, dark = sorted(
        (_luminance(scheme[ink]), _luminance(scheme[ground])), reverse=True
    )

    assert (bright + 0.05) / (dark + 0.05) >= 4.5
