"""The figure of what goes with an outcome: what it says, and that it can be read."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from matplotlib.text import Text

from diagnose.errors import InsufficientDataError
from diagnose.plots import alt_text, figure_svg, plot_drivers
from diagnose.plots.label_column import COLUMN, label_heights
from published import make_publication


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def changed(publication, **changes):
    """Return the publication with other numbers in the weights of the drivers."""
    weights = publication.drivers.weights.assign(**changes)
    drivers = replace(publication.drivers, weights=weights)
    return replace(publication, drivers=drivers)


def beyond(publication, *subscales):
    """Return the publication in which these conditions are beyond chance."""
    own = publication.drivers.weights["subscale"].isin(subscales)
    return changed(publication, holds=np.where(own, "yes", "no"))


def title(figure):
    return figure.texts[0].get_text().replace("\n", " ")


def test_anything_but_a_publication_is_refused_for_drivers():
    with pytest.raises(TypeError, match="must be a Publication; got dict"):
        plot_drivers({}, "k")


@pytest.mark.parametrize("outcome", ["v", "nothing"])
def test_what_is_no_outcome_has_no_figure(publication, outcome):
    with pytest.raises(InsufficientDataError, match="holds no drivers of"):
        plot_drivers(publication, outcome)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Shared will: no single condition was shown to go with it"),
        ("nl", "Gedeelde wil: van geen enkele voorwaarde is aangetoond"),
    ],
)
def test_the_title_says_when_nothing_is_beyond_chance(publication, language, words):
    assert title(plot_drivers(publication, "c", language=language)).startswith(words)


def test_the_title_names_what_is_beyond_chance(publication):
    one = plot_drivers(beyond(publication, "r"), "c", language="en")
    many = plot_drivers(beyond(publication, *"volrfse"), "k", language="nl")

    assert "; beyond chance with Direction and boundaries" in title(one)
    assert "meer dan de helft daarvan met" in title(many)


def test_the_title_counts_where_names_would_be_too_many(publication):
    alike = changed(publication, holds="yes", share=1 / 12)

    assert "8 of 8 go with it beyond chance" in title(
        plot_drivers(alike, "c", language="en")
    )


def test_the_title_says_when_people_are_too_few(publication):
    models = publication.drivers.models
    roles = publication.participation.roles.copy()
    roles.loc[roles["role"] == "floor", "n_respondents"] = 80.0
    few = models.assign(n_respondents=80.0, n_others=0.0)
    weights = publication.drivers.weights.assign(n_respondents=80.0)
    drivers = replace(publication.drivers, models=few, weights=weights)
    object.__setattr__(publication_copy := replace(publication), "drivers", drivers)

    assert "80 people are too few" in title(
        plot_drivers(publication_copy, "c", language="en")
    )


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("outcome", ["c", "k", "i"])
def test_no_text_lies_on_another_or_leaves_the_sheet(publication, language, outcome):
    figure = plot_drivers(publication, outcome, language=language)
    figure.draw_without_rendering()
    texts = [text for text in figure.texts if text.get_text()]
    for axes in figure.axes:
        texts += [text for text in axes.texts if text.get_text()]
        texts += [t for t in axes.get_xticklabels() if t.get_text()]
        texts += [axes.xaxis.label, axes.yaxis.label]
    # of an annotation the words alone, without the line to its point
    boxes = [Text.get_window_extent(t) for t in texts if t.get_text()]

    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)


def test_the_alternative_text_says_what_is_drawn(publication):
    figure = plot_drivers(publication, "k", language="en")

    assert alt_text(figure).startswith("Dot plot of the shares of 8 conditions")
    assert 'role="img"' in figure_svg(figure)


def test_what_is_beyond_chance_is_filled_and_the_rest_is_hollow(publication):
    figure = plot_drivers(beyond(publication, "v"), "c", language="en")

    dots = [
        line.get_markerfacecolor()
        for line in figure.axes[0].lines
        if line.get_marker() == "o"
    ]
    assert [face == "white" for face in dots] == [False] + [True] * 7


def test_labels_keep_their_distance_and_their_lines_do_not_cross():
    rng = np.random.default_rng(4)
    for n_points in (1, 2, 9, 15):
        points = [tuple(pair) for pair in rng.uniform(0.3, 0.5, (n_points, 2))]

        heights = label_heights(points, gap=0.06)

        ranked = sorted(heights)
        assert ranked[0] >= 0 and ranked[-1] <= 1
        assert np.diff(ranked, prepend=-1).min() >= 0.06 - 1e-9
        for (one, high), (other, low) in combinations(
            list(zip(points, heights, strict=True)), 2
        ):
            xs = np.linspace(max(one[0], other[0]), COLUMN, 50)
            gap = np.interp(xs, [one[0], COLUMN], [one[1], high]) - np.interp(
                xs, [other[0], COLUMN], [other[1], low]
            )
            assert (gap > -1e-9).all() or (gap < 1e-9).all()
