"""The numbers behind a figure stand below it, and are those that are published."""

from __future__ import annotations

import pytest
from lxml import html

import diagnose as dg
from diagnose.handbook.curve_numbers import MOST_ROWS
from diagnose.report.shown import numbers_of
from published import TEAMS, make_publication


@pytest.fixture(scope="module")
def published():
    """Return a publication with two divisions of teams, and leaders."""
    return make_publication()


def rows_of(shown):
    """Return the first table below a figure: headings, and rows by name."""
    page = html.fromstring(shown._repr_html_())
    table = page.xpath("//details[@class='figure-numbers']//table")[0]
    heads = table.xpath(".//thead//th/text()")
    return heads, {
        row.xpath("./th/text()")[0]: row.xpath("./td/text()")
        for row in table.xpath(".//tbody/tr")
    }


def test_the_numbers_are_those_of_the_report(published):
    heads, rows = rows_of(dg.show_plot(dg.plot_profile, published))
    table = dg.report_table(published, "profile-floor", language="en")

    assert heads == [table.columns.name, *table.columns]
    assert list(rows) == list(table.index)
    for name, row in rows.items():
        assert row == [cell for cell in table.loc[name] if cell]


def test_the_fold_speaks_the_language_of_the_edition(published, monkeypatch):
    monkeypatch.setenv("DIAGNOSE_LANG", "nl")
    shown = dg.show_plot(dg.plot_gap, published)
    page = html.fromstring(shown._repr_html_())

    assert page.xpath("//summary/text()") == ["De getallen achter deze figuur"]
    assert page.xpath("//div[@tabindex='0']/@aria-label") == page.xpath(
        "//caption/text()"
    )


@pytest.mark.parametrize(
    ("level", "expected"), [((), TEAMS), (("division",), ("Care", "Support"))]
)
def test_the_table_is_about_the_level_that_is_drawn(published, level, expected):
    numbers = numbers_of(dg.plot_units, published, "v", *level, language="en")
    names = {row[0] for row in numbers[0].rows}

    assert len(names & set(expected)) > 1
    assert all(name in expected or "together" in name for name in names)


def test_another_subscale_has_other_numbers(published):
    one, two = (numbers_of(dg.plot_ranks, published, key) for key in ("v", "o"))

    assert one != two
    assert one[0].caption != two[0].caption


def test_a_figure_that_the_report_does_not_have_has_no_table(published):
    assert numbers_of(lambda publication: None, published) == ()


def test_a_figure_that_is_only_shown_has_no_fold(published):
    shown = dg.show_figure(dg.plot_profile(published))

    assert "<details" not in shown._repr_html_()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_lines_of_a_simulation_carry_their_numbers(language):
    import pandas as pd

    rows = pd.DataFrame({"exposure": [n / 90 for n in range(91)]})
    rows["share_below"] = rows["exposure"] ** 2
    figure = dg.plot_curves(
        {"narrow": rows, "mine <b>": rows}, "example", language=language
    )
    page = html.fromstring(dg.show_figure(figure)._repr_html_())
    names = page.xpath("//tbody//th/text()")

    assert names.count("mine <b>") == len(names) / 2 == 31 <= MOST_ROWS
    assert page.xpath("//tbody/tr[1]/td/text()")[0].startswith("0")
    assert page.xpath("//thead//th/text()")[0] == {"en": "line", "nl": "lijn"}[language]
