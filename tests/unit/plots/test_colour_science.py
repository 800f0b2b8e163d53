"""Contrast, simulated sight and distance of colours, against published figures."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.plots.colour import (
    VISIONS,
    colour_difference,
    contrast,
    is_colour,
    mix,
    seen,
)

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
quick = settings(max_examples=60, deadline=None)


# As in our reference on reporting, section 5, which was computed apart from this code.
@pytest.mark.parametrize(
    ("first", "second", "normal", "deuteranopia"),
    [
        ("#D73027", "#1A9850", 114, 26),
        ("#CA0020", "#0571B0", 110, 93),
        ("#E66101", "#5E3C99", 115, 115),
    ],
)
def test_distances_of_known_pairs_for_most_readers_and_for_deuteranopes(
    first, second, normal, deuteranopia
):
    assert round(colour_difference(first, second)) == normal
    assert (
        round(colour_difference(first, second, vision="deuteranopia")) == deuteranopia
    )


# Known ratios: the extremes, and the grey that just misses what WCAG asks of text.
@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.478),
    ],
)
def test_contrast_of_known_pairs(first, second, ratio):
    assert contrast(first, second) == pytest.approx(ratio, abs=5e-4)


def test_white_text_on_the_dark_ends_of_the_palettes_is_read():
    dark = ("#CA0020", "#0571B0", "#5E3C99")

    # the reference says 5.3 at least, to one decimal
    assert min(contrast(colour, "#ffffff") for colour in dark) >= 5.25


@quick
@given(first=colours, second=colours)
def test_contrast_and_distance_do_not_ask_which_comes_first(first, second):
    assert contrast(first, second) == contrast(second, first)
    assert 1 <= contrast(first, second) <= 21.0001
    for vision in VISIONS:
        there = colour_difference(first, second, vision=vision)
        back = colour_difference(second, first, vision=vision)
        assert there == pytest.approx(back, abs=1e-9)
        assert colour_difference(first, first, vision=vision) == 0


@quick
@given(level=st.integers(0, 255))
def test_greys_look_the_same_to_every_eye(level):
    grey = f"#{level:02x}{level:02x}{level:02x}"

    for vision in VISIONS:
        assert seen(grey, vision) == pytest.approx(seen(grey), abs=2e-6)


def test_black_and_white_lie_a_hundred_apart():
    assert colour_difference("#000000", "#FFFFFF") == pytest.approx(100, abs=1e-6)


@quick
@given(colour=colours, other=colours)
def test_mixing_nothing_or_everything_gives_one_of_the_two(colour, other):
    assert mix(colour, other, 0) == colour
    assert mix(colour, other, 1) == other


@pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "#1234567", "", None, 3])
def test_other_ways_of_writing_a_colour_are_no_colour(text):
    assert not is_colour(text)
    with pytest.raises(ValueError, match="must be written as '#rrggbb'"):
        contrast(text, "#ffffff")


def test_an_unknown_kind_of_sight_is_refused():
    with pytest.raises(ValueError, match="`vision` must be one of"):
        seen("#ffffff", "x-ray")
