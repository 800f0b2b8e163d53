"""The picture of one unit: its own numbers, its interval, the whole beside it."""

from __future__ import annotations

import pytest

from diagnose.errors import InsufficientDataError
from diagnose.plots import alt_text, figure_svg
from diagnose.plots.unit_profile import (
    plot_unit_profile,
    unit_profile_title,
    unit_rows,
)
from diagnose.plots.words import words_for
from published import HIDDEN_WITH_IT, TOO_SMALL, make_publication

LOW = ("Care", "Day shift")


@pytest.fixture(scope="module")
def publication():
    return make_publication()


@pytest.fixture(scope="module")
def figure(publication):
    return plot_unit_profile(publication, LOW, language="en")


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_rows_hold_the_unit_s_own_cells_with_estimate_and_whole(publication):
    rows = unit_rows(publication, LOW)
    cells = publication.units.cells
    own = cells.loc[[path == LOW for path in cells["path"]]]
    pooled = publication.units.estimates
    pooled = pooled.loc[[path == LOW for path in pooled["path"]]].set_index("subscale")
    profile = publication.profile
    whole = profile.loc[profile["role"] == "floor"].set_index("subscale")["mean"]

    assert [row["subscale"] for row in rows] == list(own["subscale"])
    for row in rows:
        assert row["path"] == LOW
        assert row["estimate"] == pooled.loc[row["subscale"], "estimate"]
        assert row["direction"] == pooled.loc[row["subscale"], "direction"]
        assert row["whole"] == whole[row["subscale"]]


def test_a_division_has_no_row_of_its_rest(publication):
    assert {row["status"] for row in unit_rows(publication, ("Care",))} == {"shown"}
    assert len(unit_rows(publication, ("Care",))) == 12


def test_a_row_for_each_subscale_with_its_mean_as_printed(publication, figure):
    shown = texts(figure)
    rows = unit_rows(publication, LOW)

    assert len(rows) == 12
    for row in rows:
        assert f"{row['mean']:.2f}" in shown
        assert f"{row['n_respondents']:.0f}" in shown


def test_the_title_names_what_is_clearly_lower_and_what_higher(publication):
    words = words_for(publication, "en", "plots")
    rows = unit_rows(publication, LOW)
    lower = [words.subscale(r["subscale"]) for r in rows if r["direction"] == "lower"]
    title = unit_profile_title(words, "Day shift", rows)

    assert lower
    assert all(name in title for name in lower)
    unclear = [{**row, "direction": "unclear"} for row in rows]
    assert not any(
        name in unit_profile_title(words, "Day shift", unclear) for name in lower
    )


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_picture_tells_itself_to_who_cannot_see_it(publication, language):
    drawn = plot_unit_profile(publication, LOW, language=language)

    told = alt_text(drawn)
    assert "Day shift" in told
    assert "12" in told
    assert figure_svg(drawn).startswith("<svg")


def test_dutch_numbers_have_a_comma(publication):
    shown = texts(plot_unit_profile(publication, LOW, language="nl"))
    mean = unit_rows(publication, LOW)[0]["mean"]

    assert f"{mean:.2f}".replace(".", ",") in shown


@pytest.mark.parametrize(
    "path",
    [
        ("Care", TOO_SMALL),
        ("Care", HIDDEN_WITH_IT),
        ("Care", ""),
        ("Nowhere",),
        (),
    ],
)
def test_of_a_unit_that_is_not_shown_nothing_is_drawn(publication, path):
    with pytest.raises(InsufficientDataError, match="may be shown"):
        plot_unit_profile(publication, path)


def test_a_unit_profile_is_the_same_twice(publication, figure):
    again = plot_unit_profile(publication, LOW, language="en")

    assert figure_svg(again) == figure_svg(figure)


def test_only_a_publication_has_unit_profiles():
    with pytest.raises(TypeError, match="Publication"):
        plot_unit_profile(None, LOW)


def test_the_estimate_lies_within_its_interval_on_the_axis(publication, figure):
    lines = [line for axes in figure.axes for line in axes.lines]
    dots = [line for line in lines if line.get_marker() == "o"]
    rows = [r for r in unit_rows(publication, LOW) if r["estimate"] is not None]
    drawn = sorted(float(line.get_xdata()[0]) for line in dots)

    assert drawn == pytest.approx(sorted(row["estimate"] for row in rows))
    for row in rows:
        assert row["conf_low"] < row["estimate"] < row["conf_high"]
    for axes in figure.axes:
        low, high = axes.get_xlim()
        assert all(low <= line.get_xdata()[0] <= high for line in axes.lines)
