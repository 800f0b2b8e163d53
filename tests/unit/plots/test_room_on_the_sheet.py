"""No line of text and no number runs off the right edge of a figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnose.plots import plot_profile, plot_ranks, plot_units
from diagnose.plots.sheet import drawing, start_sheet
from diagnose.plots.words import words_for
from published import make_publication


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def overhang(figure):
    """Return how far the widest text runs over the right edge, in pixels."""
    figure.draw_without_rendering()
    texts = [t for axes in figure.axes for t in axes.texts] + figure.texts
    ends = [text.get_window_extent().x1 for text in texts if text.get_text()]
    return max(ends) - figure.bbox.x1


def counted(publication, number):
    """Return the publication with so many people in every unit and role."""
    units = publication.units
    cells = units.cells.assign(n_respondents=float(number))
    made = replace(publication)
    object.__setattr__(made, "units", replace(units, cells=cells))
    profile = publication.profile.assign(n_respondents=float(number))
    object.__setattr__(made, "profile", profile)  # drawn only, never published
    return made


@pytest.mark.parametrize("number", [12, 131, 1234])
def test_counts_of_any_length_stand_whole_in_their_column(publication, number):
    made = counted(publication, number)

    for figure in (
        plot_units(made, "v", language="nl"),
        plot_profile(made, language="nl"),
    ):
        assert overhang(figure) < 1


def test_a_title_of_wide_letters_breaks_earlier(publication):
    words = words_for(publication, "nl", "plots")
    with drawing():
        figure = start_sheet(
            words, title="MWMW " * 40, alt="", body=1, source="WM " * 120
        ).figure

    assert overhang(figure) <= 0


def test_a_title_that_fits_breaks_where_it_did(publication):
    words = words_for(publication, "en", "plots")
    title = "illicit little hills till it fits " * 5
    with drawing():
        figure = start_sheet(words, title=title, alt="", body=1, source="").figure

    first = figure.texts[0].get_text().split("\n")[0]
    assert 75 < len(first) <= 82


def test_a_long_title_in_dutch_stays_on_the_sheet(publication):
    assert overhang(plot_ranks(publication, "k", language="nl")) <= 0
