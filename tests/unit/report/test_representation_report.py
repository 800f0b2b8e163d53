"""Whom the answers stand for, in the report and the workbook."""

from __future__ import annotations

import pytest

from diagnose.plots.words import words_for
from diagnose.report import list_report_tables, render_html, report_table
from diagnose.report import representation_section as section
from published import (
    make_large_publication,
    make_publication,
    skip_figures,
    without_units,
)


@pytest.fixture(scope="module")
def timed():
    """Return a publication of people of whom the order of answering is known."""
    return make_large_publication()


def test_the_three_tables_stand_in_the_section_on_participation(timed, monkeypatch):
    skip_figures(monkeypatch)

    page = render_html(timed, "nl")

    start, end = (page.index(f'<section id="{name}"') for name in SECTIONS)
    part = page[start:end]
    assert "Voor wie de antwoorden spreken" in part
    for words in ("Verschuiving", "Als een punt lager", "n vroeg", "Trend"):
        assert words in part


SECTIONS = ("participation", "reading")


def test_tables_hold_the_numbers_of_the_publication(timed):
    row = timed.representation.means.iloc[0]
    weights = report_table(timed, "weights", language="en").iloc[0]
    silent = report_table(timed, "silent", language="nl").iloc[0]
    timing = report_table(timed, "timing", language="en")

    assert weights["Weighted"] == f"{row['weighted']:.2f}"
    assert silent["Als een punt lager"] == f"{row['if_lower']:.2f}".replace(".", ",")
    assert len(timing) == len(timed.representation.timing)


def test_the_margin_stands_beside_the_response():
    table = report_table(make_publication(), "participation", language="nl")

    assert table.loc["Day shift", "Marge (±)"] == "0,14"
    assert table.loc["Night shift", "Marge (±)"] == "verborgen"


def test_what_is_not_known_has_no_table(monkeypatch):
    skip_figures(monkeypatch)
    publication = make_publication()
    assert "timing" not in list_report_tables(publication)
    assert {"weights", "silent"} <= set(list_report_tables(publication))

    alone = without_units(publication)
    assert not {"weights", "silent", "timing"} & set(list_report_tables(alone))
    assert "Whom the answers stand for" not in render_html(alone, "en")


def test_a_figure_has_no_more_units_than_a_reader_takes_in(monkeypatch):
    drawn = []
    monkeypatch.setattr(section, "figure_svg", lambda figure: "<svg></svg>")
    monkeypatch.setattr(
        section, "plot_response", lambda _, level, **options: drawn.append(level)
    )
    words = words_for(make_publication(), "en", "report")

    list(section.response_blocks(words))
    monkeypatch.setattr(section, "MOST_ROWS", 5)
    list(section.response_blocks(words))

    assert drawn == ["team", "division"]
