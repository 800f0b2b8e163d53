"""The house style of a client: accents and logos that can be used, what they change."""

from __future__ import annotations

import re
import struct
import zlib
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import diagnose.plots
from diagnose.plots import (
    figure_svg,
    plot_agreement,
    plot_drivers,
    plot_funnel,
    plot_gap,
    plot_heat_map,
    plot_profile,
    plot_ranks,
    plot_response,
    plot_trend,
    plot_units,
)
from diagnose.plots.colour import VISIONS, colour_difference, contrast
from diagnose.plots.sheet import (
    ACCENT,
    FAINT,
    HIDDEN,
    HIGHER,
    LOWER,
    SOFT,
    accent,
    drawing,
)
from diagnose.plots.style import PLAIN, HouseStyle, check_style, nearest_accent
from published import make_publication

GREEN = HouseStyle(accent="#00664f")


def codes(style):
    return [problem.code for problem in check_style(style)]


def logo(text, kind="svg"):
    content = text if isinstance(text, bytes) else text.encode()
    return HouseStyle(logo=content, logo_kind=kind)


def svg(inner="", attributes=""):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" '
        f"{attributes}>{inner}</svg>"
    )


def png(size=(8, 8)):
    buffer = BytesIO()
    Image.new("RGB", size, "#00664f").save(buffer, "PNG")
    return buffer.getvalue()


def test_the_style_of_the_project_can_be_used():
    assert check_style(PLAIN) == []
    assert PLAIN.accent == ACCENT


@pytest.mark.parametrize(
    ("colour", "code"),
    [
        ("red", "A045"),
        ("#FFF", "A045"),
        ("", "A045"),
        ("#ff6600", "A046"),
        ("#6b7280", "A047"),  # a grey like that of comparisons
        ("#a2006d", "A047"),  # for a deuteranope the same grey
    ],
)
def test_an_accent_that_cannot_be_read_or_told_apart_is_refused(colour, code):
    assert codes(HouseStyle(accent=colour)) == [code]


def test_a_colour_that_means_something_is_no_accent():
    for meaning in (HIGHER, LOWER):
        assert "A047" in codes(HouseStyle(accent=meaning))


def test_a_problem_says_where_what_and_which_shade_would_do():
    (problem,) = check_style(HouseStyle(accent="#ff6600"), place="assessment.yaml")

    assert str(problem) == (
        "[A046] assessment.yaml.accent: #ff6600 has a contrast of 2.9 on white; "
        "allowed: 4.5 or more; the nearest shade of it that can be used is '#c75000'"
    )


def test_the_kind_of_sight_is_named_for_which_colours_are_alike():
    (problem,) = check_style(HouseStyle(accent="#a2006d"))

    assert "for readers with deuteranopia" in problem.message


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 0xFFFFFF).map("#{:06x}".format))
def test_the_shade_that_is_named_keeps_every_limit(colour):
    near = nearest_accent(colour)

    assert near is not None
    assert check_style(HouseStyle(accent=near)) == []
    assert contrast(near, "#ffffff") >= 4.5
    for vision in VISIONS:
        for tone, least in ((HIGHER, 20), (LOWER, 20), (SOFT, 10), (FAINT, 10)):
            assert colour_difference(near, tone, vision=vision) >= least
        assert colour_difference(near, HIDDEN, vision=vision) >= 10
    if not check_style(HouseStyle(accent=colour)):
        assert near == colour


@pytest.mark.parametrize(
    "content",
    [
        svg('<path d="M0 0h9v9z" fill="#00664f"/>'),
        svg('<defs><linearGradient id="a"/></defs><rect fill="url(#a)"/>'),
        svg('<use xlink:href="#a"/><title>Name &amp; name</title>'),
        svg('<style>.a{fill:#123456;mask:url("#m")}</style>'),
        svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'),
    ],
)
def test_a_logo_that_only_draws_is_taken(content):
    assert check_style(logo(content)) == []


@pytest.mark.parametrize(
    "content",
    [
        svg("<script>alert(1)</script>"),
        svg('<s:script xmlns:s="http://example.org/other">alert(1)</s:script>'),
        svg("<foreignObject/>"),
        svg('<rect onload="alert(1)"/>'),
        svg(attributes='ONLOAD="alert(1)"'),
        svg('<a xlink:href="#x"/>'),
        svg('<use href="https://example.org/x.svg#a"/>'),
        svg('<image href="logo.png"/>'),
        svg('<image href="data:image/svg+xml;base64,PHN2Zz4="/>'),
        svg('<use xlink:href=" javascript:alert(1)"/>'),
        svg('<set attributeName="href" to="javascript:alert(1)"/>'),
        svg("<style>@import 'https://example.org/x.css';</style>"),
        svg("<style>.a{fill:url(https://example.org/x)}</style>"),
        svg("<style>.a{fill:u\\72l(x)}</style>"),
        svg('<rect style="fill:url( //example.org/x)"/>'),
        svg('<rect fill="URL(x.svg#a)"/>'),
        svg().replace("<svg", '<?xml-stylesheet href="x.css"?><svg'),
        svg().replace("<svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg'),
        svg().replace("<svg", "<html").replace("</svg", "</html"),
        "<svg><path/></svg>",
        "<svg",
        "",
        svg().encode("utf-16"),
        svg("é").encode("latin-1"),
    ],
)
def test_a_logo_that_runs_or_fetches_anything_is_refused(content):
    found = codes(logo(content))

    assert found
    assert set(found) == {"A048"}


def test_a_whole_png_is_taken_and_a_broken_one_is_not():
    whole = png()
    flipped = bytearray(whole)
    flipped[-20] ^= 1

    assert codes(logo(whole, "png")) == []
    assert codes(logo(whole[:-9], "png")) == ["A048"]
    assert codes(logo(bytes(flipped), "png")) == ["A048"]
    assert codes(logo(whole + b"<script>", "png")) == ["A048"]
    assert codes(logo(svg(), "png")) == ["A048"]
    assert codes(logo(whole, "gif")) == ["A048"]
    assert codes(logo(whole, "")) == ["A048"]


def test_a_logo_that_is_too_large_is_refused():
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)

    def chunk(name, body):
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    claims = b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*part) for part in ((b"IHDR", header), (b"IDAT", b"x"), (b"IEND", b""))
    )

    assert codes(logo(claims, "png")) == ["A049"]
    assert codes(logo(svg(" " * 1_000_001))) == ["A049"]


def test_all_problems_of_a_style_come_at_once():
    style = HouseStyle(accent="#ffcc00", logo=b"<svg", logo_kind="svg")

    assert set(codes(style)) == {"A046", "A047", "A048"}


def test_the_accent_is_that_of_the_style_within_and_the_old_one_after():
    with drawing(GREEN):
        with drawing():
            assert accent() == GREEN.accent
        with drawing(PLAIN):
            assert accent() == ACCENT
        assert accent() == GREEN.accent
    assert accent() == ACCENT


def test_a_figure_takes_the_accent_and_is_otherwise_the_same():
    publication = make_publication()
    plain = figure_svg(plot_profile(publication, language="en"))

    with drawing(GREEN):
        green = figure_svg(plot_profile(publication, language="en"))

    def without_names(text):
        # they follow from the content
        return re.sub(r"(f[0-9a-f]{8}-)?[mp][0-9a-f]{10}", "", text)

    assert ACCENT in plain
    assert ACCENT not in green
    recoloured = green.replace(GREEN.accent, ACCENT)
    assert without_names(recoloured) == without_names(plain)


def test_colours_with_a_meaning_stay_as_they_are():
    publication = make_publication()
    with drawing(GREEN):
        coloured = figure_svg(plot_heat_map(publication, language="en"))

    plain = figure_svg(plot_heat_map(publication, language="en"))

    assert coloured == plain
    assert HIGHER in plain
    assert LOWER in plain


@pytest.mark.parametrize(
    "draw",
    [
        plot_profile,
        plot_gap,
        plot_trend,
        plot_response,
        plot_funnel,
        plot_agreement,
        partial(plot_units, subscale="v"),
        partial(plot_ranks, subscale="v"),
        partial(plot_drivers, outcome="k"),
    ],
)
def test_every_figure_with_estimates_takes_the_accent(draw):
    with drawing(GREEN):
        drawn = figure_svg(draw(make_publication(), language="en"))

    assert GREEN.accent in drawn
    assert ACCENT not in drawn


def test_no_figure_names_the_accent_of_the_project_itself():
    folder = Path(diagnose.plots.__file__).parent

    named = {p.name for p in folder.glob("*.py") if "ACCENT" in p.read_text("utf-8")}

    assert named == {"sheet.py", "style.py"}
