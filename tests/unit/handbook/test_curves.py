"""Pictures of simulations: drawn in both languages, refused when nothing fits."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from diagnose.handbook import plot_curves
from diagnose.plots import alt_text, figure_svg

ROWS = pd.DataFrame(
    {
        "pioneer_share": [0.01, 0.05, 0.25],
        "estimate": [0.0, 0.5, 1.0],
        "conf_low": [0.0, 0.4, 0.9],
        "conf_high": [0.1, 0.6, 1.0],
    }
)
CHANGES = ROWS.rename(columns={"pioneer_share": "rank"})
CURVE = pd.DataFrame({"exposure": [0.0, 0.1], "share_below": [0.02, 0.12]})


@pytest.mark.parametrize(
    ("language", "label", "share"),
    [("en", "share of pioneers", "20%"), ("nl", "deel pioniers", "20 %")],
)
def test_words_and_shares_are_those_of_the_reader(language, label, share):
    drawn = figure_svg(plot_curves({"low": ROWS}, "chances", language=language))

    assert f">{label}<" in drawn
    assert f">{share}<" in drawn


def test_known_names_are_translated_and_others_stand():
    figure = plot_curves({"low": ROWS, "ours": ROWS}, "chances", language="nl")
    names = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]

    assert names == ["gemiddelde drempel 25 %", "ours"]


def test_the_figure_carries_its_text_alternative():
    text = alt_text(plot_curves({"low": ROWS}, "chances", language="en"))

    assert "share of runs that became a movement" in text


def test_lines_differ_without_colour():
    four = dict.fromkeys("abcd", ROWS)
    lines = plot_curves(four, "chances").axes[0].get_lines()

    assert len({line.get_linestyle() for line in lines}) == 4
    assert len({line.get_marker() for line in lines}) == 4


def test_points_of_their_own_are_not_joined():
    axes = plot_curves({"team": CHANGES}, "unchanged").axes[0]

    assert axes.get_lines()[0].get_linestyle() == "None"
    assert axes.get_legend() is None


def test_the_diagonal_ends_where_the_curve_does():
    lines = plot_curves({"narrow": CURVE}, "example").axes[0].get_lines()

    assert list(lines[-1].get_xdata()) == [0, 0.1]


def test_the_same_rows_give_the_same_bytes():
    first, second = (figure_svg(plot_curves({"a": ROWS}, "chances")) for _ in "12")

    assert first == second


@pytest.mark.parametrize(
    ("curves", "picture", "message"),
    [
        ({}, "chances", "1 to 4 lines; got 0"),
        (dict.fromkeys("abcde", ROWS), "chances", "1 to 4 lines; got 5"),
        ({"a": ROWS}, "riot", "`picture` must be one of"),
        ({"a": CURVE}, "chances", "lack the columns"),
    ],
)
def test_what_cannot_be_drawn_is_refused(curves, picture, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plot_curves(curves, picture)


def test_ends_of_an_axis_are_not_rounded_away():
    lines = pd.DataFrame({"distance": [-1.0, 0.0, 1.0], "estimate": [2.0, 3.0, 3.5]})
    drawn = figure_svg(plot_curves({"agree": lines}, "surface", language="nl"))

    assert ">−0,75<" in drawn
    assert ">0,5<" in drawn
