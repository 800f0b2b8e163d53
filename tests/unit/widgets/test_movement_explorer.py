"""The explorer of pioneers and movement: stored states that the model still gives."""

from __future__ import annotations

import re

import pytest

from diagnose.widgets import explore_movement
from diagnose.widgets import movement as explorer


def test_the_stored_states_are_what_the_model_gives():
    assert explorer.run_grid() == (explorer._MOVED, explorer._ENDED)


def test_every_combination_has_a_state():
    n_states = len(explorer.PIONEERS) * len(explorer.VISIBILITY) * len(explorer.SPACE)

    assert len(explorer._MOVED) == len(explorer._ENDED) == n_states


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "becomes a movement in"),
        ("nl", "van de rondes een beweging"),
    ],
)
def test_each_state_says_what_it_draws(language, words):
    shown = explore_movement(language=language)
    printed = shown._printed

    assert words in printed
    sliders = shown.children[0].children
    assert len(sliders) == 3
    # A longer label leaves no slider to move on a phone.
    assert max(len(slider.description) for slider in sliders) <= 24
    assert "forecast" in printed or "voorspelling" in printed


def test_there_is_a_dot_for_each_per_cent():
    picture = explorer._picture("25%", 0.5, 0.37, "en")
    empty, filled = re.findall(r'<path d="([^"]*)"', picture)

    assert filled.count("M") == 37
    assert empty.count("M") == 63
    assert "50%" in picture
