"""An explorer draws every state beforehand and has a printed form."""

from __future__ import annotations

import pytest

from diagnose.widgets import explore, explore_team_size


def test_every_combination_is_drawn_once():
    seen = []

    def picture(n, share):
        seen.append((n, share))
        return f"<p>{n} {share}</p>"

    explorer = explore(picture, n=(1, 2), share=("a", "b", "c"))

    assert {(n, share) for n in (1, 2) for share in "abc"} <= set(seen)
    printed = explorer._repr_mimebundle_()["text/html"]
    assert "<p>1 a</p>" in printed
    assert "<p>2 c</p>" in printed


def test_labels_are_escaped_in_the_printed_form():
    explorer = explore(lambda n: "x", labels={"n": "<b>"}, n=(1,))

    assert "<b>" not in explorer._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("grid", [{}, {"n": ()}])
def test_an_explorer_without_states_is_refused(grid):
    with pytest.raises(ValueError, match="at least one slider"):
        explore(lambda **state: "", **grid)


def test_too_many_states_are_refused():
    with pytest.raises(ValueError, match="101 states"):
        explore(lambda n: "", n=range(101))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "With 5 answers"), ("nl", "Bij 5 antwoorden")],
)
def test_the_team_size_explorer_speaks_both_languages(language, sentence):
    explorer = explore_team_size(language=language)

    assert sentence in explorer._repr_mimebundle_()["text/html"]


def test_the_interval_of_eight_answers_is_the_t_interval():
    printed = explore_team_size(sizes=(8, 9), spreads=(0.8,), language="en")

    # sd 0.8, n 8: t(7) = 2.364624, margin 0.8 * 2.364624 / sqrt(8) = 0.668818
    assert "0.67 points either way" in printed._repr_mimebundle_()["text/html"]
