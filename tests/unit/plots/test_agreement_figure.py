"""The strips of agreement: every unit has a dot, and hidden ones have none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.colors import same_color

from diagnose.errors import InsufficientDataError
from diagnose.plots import alt_text, figure_svg, plot_agreement
from diagnose.plots.agreement import agreement_rows, agreement_title
from diagnose.plots.sheet import INK
from diagnose.plots.words import words_for
from published import HIDDEN_WITH_IT, TOO_SMALL, make_publication


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def words(publication, language="en"):
    return words_for(publication, language, "plots")


def written(figure):
    return [t.get_text() for axes in figure.axes for t in axes.texts]


def dots(figure, marker, *, hollow=False):
    return [
        place
        for line in figure.axes[0].lines
        if line.get_marker() == marker
        and same_color(line.get_markerfacecolor(), "white") == hollow
        for place in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def test_only_a_publication_has_strips_of_agreement():
    with pytest.raises(TypeError, match="must be a Publication; got dict"):
        plot_agreement({})


def test_every_unit_with_a_reading_has_one_dot_in_the_shape_of_it(publication):
    figure = plot_agreement(publication, language="en")

    read = agreement_rows(words(publication))
    for reading, marker, hollow in (
        ("agree", "o", False),
        ("divided", "D", False),
        ("unclear", "o", True),
    ):
        found = sorted(x for x, _ in dots(figure, marker, hollow=hollow))
        assert found == sorted(r["a_wg"] for r in read if r["reading"] == reading)


def test_no_dot_of_a_strip_lies_on_another(publication):
    figure = plot_agreement(publication, language="en")
    figure.draw_without_rendering()
    axes = figure.axes[0]

    places = [
        axes.transData.transform(place)
        for marker, hollow in (("o", False), ("o", True), ("D", False))
        for place in dots(figure, marker, hollow=hollow)
    ]

    apart = [
        max(abs(one - other))
        for k, one in enumerate(places)
        for other in places[k + 1 :]
    ]
    assert len(places) == 50
    assert min(apart) > 5 / 72 * figure.dpi  # the width of a dot


def test_subscales_about_oneself_have_no_strip(publication):
    labels = written(plot_agreement(publication, language="en"))

    assert "Voice and signal" in labels
    assert "Ownership" not in labels  # asks people about themselves


def test_the_units_of_one_subscale_stand_in_order_with_their_indices(publication):
    found = written(plot_agreement(publication, "v", language="en"))

    units = [row["path"][-1] for row in agreement_rows(words(publication), "v")]
    assert [text for text in found if text in units] == units
    assert {"Care", "Support", "0.09", "0.00 – 0.30", "1.12", "25"} <= set(found)


def test_hidden_units_have_neither_name_nor_dot(publication):
    found = written(plot_agreement(publication, "v", language="en"))

    assert not {TOO_SMALL, HIDDEN_WITH_IT} & set(found)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Agreement within units, 50 cases: agreement in 1, division in 9 and"),
        (
            "nl",
            "Eensgezindheid binnen eenheden, 50 gevallen: eensgezind in 1, verdeeld",
        ),
    ],
)
def test_the_title_counts_the_readings(publication, language, told):
    assert told in alt_text(plot_agreement(publication, language=language))


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        ("agree", "T: agreement in every case (2)"),
        ("divided", "T: division in every case (2)"),
        ("unclear", "T: neither clear agreement nor clear division in any of 2 cases"),
    ],
)
def test_the_title_is_plain_when_all_are_alike(publication, reading, told):
    read = [{"reading": reading}] * 2

    assert agreement_title(words(publication), "T", read) == told


def test_divided_units_are_dark_diamonds_in_black_and_white_too(publication):
    (line,) = [
        line
        for line in plot_agreement(publication, "v").axes[0].lines
        if line.get_marker() == "D"
    ]

    assert same_color(line.get_color(), INK)


def test_negative_agreement_stays_on_the_axes(publication):
    agreement = publication.units.agreement.copy()
    agreement.loc[0, "a_wg"] = -0.3
    made = replace(publication)
    units = replace(publication.units, agreement=agreement)
    object.__setattr__(made, "units", units)  # the audit would rightly object

    low, _ = plot_agreement(made, "v").axes[0].get_xlim()

    assert low < -0.3


def test_strips_are_the_same_bytes_twice(publication):
    first, second = (figure_svg(plot_agreement(publication)) for _ in "12")

    assert first == second


def test_without_units_there_is_no_agreement_to_draw(publication):
    none = replace(publication.units, agreement=publication.units.agreement.iloc[:0])
    with pytest.raises(InsufficientDataError, match="no reading of agreement"):
        plot_agreement(replace(publication, units=none))
    with pytest.raises(InsufficientDataError, match="no reading of agreement"):
        plot_agreement(publication, "o")
    with pytest.raises(KeyError):
        plot_agreement(publication, "gossip")
