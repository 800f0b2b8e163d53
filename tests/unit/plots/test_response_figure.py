"""The figure of the response: whole, in both languages, and only what may be shown."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from diagnose.plots import alt_text, figure_svg, plot_response
from published import HIDDEN_WITH_IT, TOO_SMALL, make_publication, without_units

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def texts(figure):
    root = ElementTree.fromstring(figure_svg(figure))
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def without_head_counts(publication):
    units = publication.participation.units.assign(
        n_members=float("nan"), response_rate=float("nan"), margin=float("nan")
    )
    kept = replace(publication.participation, units=units)
    return replace(publication, participation=kept)


def test_anything_but_a_publication_is_refused():
    with pytest.raises(TypeError, match="must be a Publication; got dict"):
        plot_response({})


def test_the_title_says_how_many_answered_and_where_the_units_lie(publication):
    english = alt_text(plot_response(publication, language="en"))
    dutch = alt_text(plot_response(publication, language="nl"))

    assert "78% of the people counted answered; from 75% to 82% per team" in english
    assert "vulde de vragenlijst in; per team 75 % tot 82 %" in dutch


def test_each_unit_has_its_counts_its_rate_and_its_margin(publication):
    found = texts(plot_response(publication, language="nl"))

    assert any(re.fullmatch(r"38 / 50 \(76\s%\)", text) for text in found)
    assert "± 0,14" in found
    assert "marge" in found


def test_hidden_units_have_a_name_and_no_number(publication):
    found = texts(plot_response(publication, language="en"))

    assert {TOO_SMALL, HIDDEN_WITH_IT} <= set(found)
    assert found.count("not shown, to protect respondents") == 2
    assert "Other units in Care, together" in found


def test_units_stand_in_the_order_of_the_organisation(publication):
    found = texts(plot_response(publication, language="en"))
    units = publication.participation.units
    names = [p[-1] for p in units.loc[units["level"] == "team", "path"] if p[-1]]

    assert [text for text in found if text in names] == names


def test_without_head_counts_only_numbers_of_answers_stand_there(publication):
    figure = plot_response(without_head_counts(publication), language="en")

    found = texts(figure)
    assert "127 people answered; how many work in each team is not known" in alt_text(
        figure
    )
    assert "38" in found
    assert "margin" not in found
    assert not any("%" in text or "±" in text for text in found)


def test_instrument_wave_and_n_are_named(publication):
    source = " ".join(texts(plot_response(publication, "division", language="en")))

    assert re.search(r"wave 2026-1 · work floor, n = 127 · .*no norms", source)


def test_two_runs_give_the_same_bytes(publication):
    first, second = (figure_svg(plot_response(publication)) for _ in "12")

    assert first == second


def test_what_is_not_there_is_said(publication):
    with pytest.raises(ValueError, match="has no units"):
        plot_response(without_units(publication))
    with pytest.raises(ValueError, match="`level` must be one of"):
        plot_response(publication, "squad")
