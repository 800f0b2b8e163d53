"""Figures of order and of divided units: what they say, and what they leave out."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.plots import alt_text, figure_svg, plot_divided, plot_ranks, plot_units
from published import TOO_SMALL, make_publication, without_units

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def words_in(figure):
    svg = figure_svg(figure)
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_order_keeps_that_of_the_organisation(publication):
    said = words_in(plot_ranks(publication, "v", language="en"))

    names = ["Day shift", "Evening shift", "Finance", "IT", "Planning"]
    assert [word for word in said if word in names] == names
    assert TOO_SMALL not in said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "units cannot be told from the middle one"),
        ("nl", "eenheden zijn niet van de middelste te onderscheiden"),
    ],
)
def test_the_title_counts_units_that_cannot_be_told_apart(publication, language, words):
    assert words in alt_text(plot_ranks(publication, "v", language=language))


def test_no_order_without_units_or_among_few(publication):
    few = publication.units.estimates.assign(rank_low=np.nan)
    units = replace(publication.units, estimates=few)

    for one in (without_units(publication), replace(publication, units=units)):
        with pytest.raises(InsufficientDataError, match="no order of units"):
            plot_ranks(one, "v")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_strips_of_divided_units(publication, language):
    said = words_in(plot_divided(publication, language=language))

    assert said.count("Care › Evening shift") == len(
        publication.units.answers.drop_duplicates(["path", "subscale"])
    )
    phrase = {"en": "fall into two camps", "nl": "in twee kampen uiteen"}[language]
    assert phrase in alt_text(plot_divided(publication, language=language))


def test_sides_alone_have_words_of_their_own(publication):
    answers = publication.units.answers
    one = answers.loc[answers["subscale"] == "v"]
    sides = one.drop_duplicates("side").assign(value=np.nan, share=[0.3, 0.2, 0.5])
    only = replace(publication, units=replace(publication.units, answers=sides))

    said = words_in(plot_divided(only, "v", language="en"))

    assert "low side, together" in said
    assert "Strongly disagree" not in said


def test_nothing_to_draw_is_said(publication):
    nothing = replace(publication.units, answers=publication.units.answers.iloc[:0])

    with pytest.raises(InsufficientDataError, match="no divided unit"):
        plot_divided(replace(publication, units=nothing))


def test_units_that_differ_by_chance_only_say_so(publication):
    title = alt_text(plot_units(publication, "o", language="en"))

    assert "differences between units are no larger than chance makes them" in title
