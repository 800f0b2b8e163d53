"""The planning explorer: numbers of the package, in both languages."""

from __future__ import annotations

import pytest

from diagnose.language import load_catalogue
from diagnose.statistics.planning import PlanAssumptions, plan_change, plan_mean
from diagnose.widgets import explore_plan


def printed(**options):
    return explore_plan(**options)._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "5 teams of 6, response 50%"), ("nl", "5 teams van 6, ")],
)
def test_the_explorer_speaks_both_languages(language, sentence):
    assert sentence in printed(language=language)


def test_its_numbers_are_those_of_the_plans():
    given = PlanAssumptions(icc=0.2, response=0.8, team_size=15)
    shown = printed(
        teams=(40,), members=(15,), iccs=(0.2,), responses=(0.8,), language="en"
    )

    mean = plan_mean(n_teams=40, assumptions=given).estimate
    change = plan_change(n_teams=40, assumptions=given).estimate
    assert f"mean is known to {mean:.2f} points" in shown
    assert f"a change of {change:.2f} points" in shown
    assert "12 answers a team" in shown


def test_a_team_below_the_threshold_has_no_margin():
    small = printed(
        teams=(20,), members=(6,), iccs=(0.1,), responses=(0.5,), language="en"
    )
    large = printed(
        teams=(20,), members=(10,), iccs=(0.1,), responses=(0.5,), language="en"
    )

    assert "below 5, so no team is shown" in small
    assert small.count("<rect") == 4  # two bars, in the first and the last state
    assert large.count("<rect") == 6


def test_every_slider_has_words_and_can_be_reached_by_keyboard():
    explorer = explore_plan(language="nl")

    sliders = explorer.children[0].children
    words = load_catalogue("plan")
    assert [slider.description for slider in sliders] == [
        words.text(f"explore.{name}", "nl")
        for name in ("teams", "members", "icc", "response")
    ]
    assert all(type(slider).__name__ == "SelectionSlider" for slider in sliders)


def test_a_picture_is_described_in_words():
    assert 'role="img" aria-label="5 teams of 6' in printed(language="en")


def test_too_many_states_are_refused():
    with pytest.raises(ValueError, match="states make the page heavy"):
        explore_plan(teams=tuple(range(2, 20)), language="en")
