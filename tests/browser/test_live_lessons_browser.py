"""Gap, waves, halo and studies: controls that move, and numbers that are right."""

from __future__ import annotations

import numpy as np
import pytest

from diagnose.statistics.comparison import compare_two
from diagnose.statistics.planning.team import team_reliability

pytestmark = pytest.mark.browser


LESSONS = ("gap", "halo", "studies", "waves")
SHOWN = "() => document.querySelector('.live-host').innerHTML"


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", LESSONS)
def test_every_control_of_a_lesson_changes_what_is_seen(open_live, name, language):
    page = open_live(name, language)
    for slider in page.locator("input[type=range]").all():
        before, said = page.evaluate(SHOWN), slider.get_attribute("aria-valuetext")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        if slider.get_attribute("aria-valuetext") == said:
            page.keyboard.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") != said
        assert page.evaluate(SHOWN) != before
    for pressed in page.locator("button, input[type=radio]:not(:checked)").all():
        before = page.evaluate(SHOWN)
        pressed.focus()
        page.keyboard.press("Space")
        assert page.evaluate(SHOWN) != before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", LESSONS)
def test_axe_finds_nothing_in_a_lesson(open_live, violations, name, scheme):
    page = open_live(name, scheme=scheme, width=390)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_interval_of_a_gap_is_that_of_the_package(open_live):
    page = open_live("gap")
    rng = np.random.default_rng(5)
    for n_floor, n_leaders in ((40, 4), (150, 6), (60, 60)):
        floor = rng.normal(3.4, 0.8, n_floor)
        leaders = rng.normal(3.1, 1.1, n_leaders)
        expected = compare_two(floor, leaders)

        found = page.evaluate(
            "([a, b]) => Live.parts.gap.welch(a, b)", [floor.tolist(), leaders.tolist()]
        )

        # the quantile is found by bisection of an incomplete beta function
        assert found["estimate"] == pytest.approx(expected.estimate, rel=1e-12)
        assert found["low"] == pytest.approx(expected.conf_low, rel=1e-9, abs=1e-9)
        assert found["high"] == pytest.approx(expected.conf_high, rel=1e-9, abs=1e-9)


def test_the_stability_of_a_team_is_that_of_the_package(open_live):
    page = open_live("waves")
    for size in (4, 8, 25, 60):
        for share in (0.0, 0.05, 0.25, 0.4):
            found = page.evaluate(
                "([n, icc]) => Live.parts.waves.reliability(n, icc)", [size, share]
            )
            assert found == pytest.approx(team_reliability(size, share), abs=1e-12)


def test_the_lowest_rise_by_what_chance_was_said_to_give(open_live):
    rises = open_live("waves").evaluate(
        """() => [...Array(400).keys()].map(seed => {
            const seen = Live.parts.waves.measure(
              {size: 8, teams: 40, share: 0.1, change: 0.2, mean: 3.4, sd: 0.8}, seed);
            const rest = seen.teams.slice(seen.few);
            const moved = rest.reduce((s, t) => s + t.second - t.first, 0);
            return seen.rise - moved / rest.length - seen.chance; })"""
    )

    error = np.std(rises) / np.sqrt(len(rises))
    assert abs(np.mean(rises)) < 4 * error < 0.05


def test_the_mood_makes_the_link_that_the_formula_gives(open_live):
    page = open_live("halo")
    for link, mood in ((0.0, 0.6), (0.3, 0.0), (0.2, 1.0)):
        seen = page.evaluate(
            """([link, mood]) => {
                const h = Live.parts.halo;
                return [...Array(200).keys()]
                    .map(seed => h.seen(h.people(240, link, mood, seed))); }""",
            [link, mood],
        )
        expected = (link + mood**2) / (1 + mood**2)

        assert page.evaluate(
            "([l, m]) => Live.parts.halo.expected(l, m)", [link, mood]
        ) == pytest.approx(expected)
        # the correlation of a sample is biased by less than r / (2 n)
        assert np.mean(seen) == pytest.approx(
            expected, abs=4 * 0.065 / 200**0.5 + 0.002
        )


def test_a_full_literature_is_right_and_an_empty_drawer_is_not(open_live):
    means = open_live("studies").evaluate(
        """() => [0, 1].map(share => { const s = Live.parts.studies; let sum = 0, n = 0;
            const given = {effect: 0.2, size: 25, share: share, studies: 40};
            for (let seed = 1; seed <= 300; seed++) {
              const out = s.conduct(given, seed).filter(one => one.published);
              if (out.length) { sum += s.average(out); n += 1; } }
            return sum / n; })"""
    )

    assert means[1] == pytest.approx(0.2, abs=0.01)
    assert means[0] > 0.35
