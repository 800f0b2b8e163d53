"""The figures of the what-if and of the verdict."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from diagnose.diagnosis.movement import Movement
from diagnose.errors import InsufficientDataError
from diagnose.plots import alt_text, plot_movement, plot_suitability
from diagnose.plots.movement import movement_title, spread_labels
from diagnose.plots.words import Words
from published import make_large_publication, make_publication


@pytest.fixture(scope="module")
def publication():
    return make_large_publication()


def title(publication, language, **estimates):
    chances = publication.movement.chances.copy()
    for setting, values in estimates.items():
        chances.loc[chances["setting"] == setting, "estimate"] = values
    movement = replace(publication.movement, chances=chances)
    changed = replace(publication, movement=movement)
    words = Words(publication=changed, language=language, section="movement")
    return movement_title(words).replace("\u00a0", " ")


LOW, HIGH = [0, 0.1, 0.2, 0.4], [0, 0.6, 0.9, 1.0]


@pytest.mark.parametrize(
    ("now", "better", "english", "dutch"),
    [
        (LOW, LOW, "What if: no start of up to 25%", "geen begin tot 25"),
        (LOW, HIGH, "with all three one point better, a start by 5%", "wel een begin"),
        ([0, 0, 0.5, 1], HIGH, "as answered now, a start by 10%", "al een begin"),
        (HIGH, HIGH, "already becomes a movement", "beter ook"),
        (HIGH, LOW, "already becomes a movement", "beter ook"),
    ],
)
def test_the_title_says_from_where_half_of_the_runs_move(
    publication, now, better, english, dutch
):
    estimates = {"present": now, "together": better}

    assert english in title(publication, "en", **estimates)
    assert dutch in title(publication, "nl", **estimates)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_line_is_named_and_no_text_overlaps(publication, language):
    figure = plot_movement(publication, language=language)
    figure.canvas.draw()
    main = figure.axes[0]

    boxes = [text.get_window_extent() for text in main.texts]
    assert len(boxes) == 5
    assert not any(
        one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i]
    )
    assert all(box.x1 <= figure.bbox.x1 for box in boxes)
    assert len(figure.axes) == 5


def test_the_text_alternative_holds_the_title(publication):
    label = alt_text(plot_movement(publication, language="en"))

    assert label.startswith("Line chart")
    assert "What if: " in label


def test_there_is_no_figure_without_a_what_if():
    publication = make_publication()

    assert publication.movement.chances.empty
    with pytest.raises(InsufficientDataError, match="no what-if about movement"):
        plot_movement(publication)


@pytest.mark.parametrize(
    "heights", [[1.0] * 5, [0.0] * 5, [0.0, 0.01, 0.5, 0.99, 1.0], [0.5], [0.3, 0.3]]
)
def test_labels_keep_apart_and_in_order(heights):
    placed = spread_labels(heights, 0.1)
    ordered = sorted(placed)

    assert all(b - a > 0.0999 for a, b in pairwise(ordered))
    assert all(-1e-9 <= height <= 1 + 1e-9 for height in placed)
    assert [heights[i] for i in sorted(range(len(placed)), key=placed.__getitem__)] == (
        sorted(heights)
    )


@pytest.mark.parametrize(
    ("language", "words"), [("en", "in 100% of the draws"), ("nl", "volgt uit 100")]
)
def test_the_verdict_is_drawn_with_its_share(publication, language, words):
    figure = plot_suitability(publication, language=language)

    heading = figure.texts[0].get_text().replace("\n", " ")
    assert words in heading
    bars = figure.axes[0].patches
    assert sum(bar.get_width() for bar in bars) == pytest.approx(1)


def test_there_is_no_verdict_to_draw_for_another_instrument(publication):
    conditions = publication.suitability.conditions.iloc[:0]
    suitability = replace(publication.suitability, conditions=conditions)

    with pytest.raises(InsufficientDataError, match="holds no verdict"):
        plot_suitability(replace(publication, suitability=suitability))


def test_an_empty_movement_may_be_published(publication):
    assert replace(publication, movement=Movement()).movement.chances.empty
