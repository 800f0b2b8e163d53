"""The movement simulator, the attacked table and the thresholds in a real browser.

The model of the page is held against the package's: exactly on the same people, and
within what chance does.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom

from diagnose.handbook.live import element_data
from diagnose.statistics.movement import (
    Conditions,
    count_threshold,
    given_thresholds,
    option_thresholds,
    organisation_network,
    spread,
)
from diagnose.statistics.movement.chance import is_movement

pytestmark = pytest.mark.browser


NAMES = ("movement", "attack", "thresholds")
NETWORK = organisation_network([10] * 20, managers=6, seed=1)
DATA = "JSON.parse(document.querySelector('.live > script').textContent)"


def said(page, number=0):
    return page.locator(".live-says").nth(number).inner_text()


# --- movement ---

EXACT = (
    """given => {
      const L = LiveMovement, net = L.networkOf("""
    + DATA
    + """);
      const world = {counts: given.counts, obstacles: given.obstacles, sees: null,
        thresholds: given.thresholds, pioneers: given.pioneers, coin: () => 0.999999};
      return L.toTheEnd(net, world, L.begin(net, world), given.steps).shares;
    }"""
)
MANY = (
    """([settings, runs]) => {
      const L = LiveMovement, data = """
    + DATA
    + """, net = L.networkOf(data);
      return settings.map(set => {
        const moved = [], ends = [];
        for (let k = 0; k < runs; k++) {
          const world = L.people(net, data, set, 1000 + k);
          const run = L.toTheEnd(net, world, L.begin(net, world));
          moved.push(L.isMovement(net, world, run, data.movement_at) ? 1 : 0);
          ends.push(run.shares[run.shares.length - 1] / net.n);
        }
        return [moved, ends];
      });
    }"""
)
FIRST = {
    "pioneers": 20,
    "place": "random",
    "counts": "share",
    "answers": "mixed",
    "visibility": 0.8,
    "space": 0.8,
    "obstacles": 0.1,
}


def runs_of(page, *settings, runs=200):
    found = page.evaluate(MANY, [[FIRST | one for one in settings], runs])
    return [(np.array(moved), np.array(ends)) for moved, ends in found]


def test_the_same_people_end_as_in_the_package(open_live):
    page = open_live("movement")
    rng = np.random.default_rng(5)

    for counts, obstacles in product((False, True), (0.0, 1.0)):
        for _ in range(5):
            mean = rng.uniform(0.1, 0.4)
            own = np.round(rng.normal(mean, 0.15, 200), 3)
            limit = count_threshold(2) if counts else given_thresholds(own)
            first = rng.choice(200, 30, replace=False).tolist()
            expected = spread(
                NETWORK,
                limit,
                pioneers=first,
                conditions=Conditions(obstacles=obstacles),
                max_steps=40,
            ).adopters[0]
            given = {
                "counts": counts,
                "obstacles": obstacles,
                "thresholds": [2] * 200 if counts else own.tolist(),
                "pioneers": first,
                "steps": 40,
            }

            assert page.evaluate(EXACT, given) == expected.tolist()


def test_chance_does_what_it_does_in_the_package(open_live):
    own = element_data("movement", "en")
    settings = [
        {},
        {"obstacles": 0.0, "visibility": 0.9, "pioneers": 10},
        {"place": "spread", "pioneers": 30},
        {"place": "clustered", "pioneers": 50, "visibility": 1.0},
        {"place": "bridges", "answers": "wary", "pioneers": 60},
        {"counts": "2", "pioneers": 10},
        {"answers": "keen", "pioneers": 2, "space": 1.0, "obstacles": 0.3},
    ]
    for given, (moved, ends) in zip(
        settings, runs_of(open_live("movement"), *settings), strict=True
    ):
        one = FIRST | given
        limit = option_thresholds(own["answers"][one["answers"]], own["limits"])
        result = spread(
            NETWORK,
            limit if one["counts"] == "share" else count_threshold(int(one["counts"])),
            pioneers=one["pioneers"],
            placement=one["place"],
            conditions=Conditions(
                **{k: one[k] for k in ("visibility", "space", "obstacles")}
            ),
            n_runs=400,
            max_steps=200,
        )
        theirs = is_movement(result.followers, result.n_pioneers, 200, 0.25)
        for here, there in ((moved, theirs), (ends, result.final_shares)):
            error = np.sqrt(here.var() / len(here) + there.var() / len(there))
            assert abs(here.mean() - there.mean()) <= 4 * error + 0.01, given


def test_what_the_chapter_says_of_its_settings_is_so(open_live):
    clear = {"visibility": 1, "space": 1, "obstacles": 0}
    claims = [
        ({}, 0.10, 0.20),
        ({"visibility": 1}, 0.6, 0.8),
        ({"space": 1}, 0.7, 0.85),
        ({"obstacles": 0}, 0.25, 0.42),
        ({"pioneers": 40}, 0.6, 0.8),
        ({"place": "clustered"}, 0, 0),
        ({"pioneers": 2, "counts": "1"}, 0.99, 1),
        ({"pioneers": 2, "answers": "keen", **clear}, 0.85, 0.95),
        ({"pioneers": 50, "visibility": 0.6}, 0, 0.07),
        ({"pioneers": 50, "place": "clustered"}, 0, 0.02),
        ({"pioneers": 50, "answers": "wary"}, 0, 0.02),
        ({"pioneers": 50}, 0.8, 1),
        ({"pioneers": 30}, 0.28, 0.4),
        ({"pioneers": 30, "place": "spread"}, 0.5, 0.65),
        ({"pioneers": 30, "place": "bridges"}, 0.6, 0.75),
        ({"pioneers": 30, "place": "clustered"}, 0, 0.01),
        ({"pioneers": 40, "visibility": 0.6}, 0, 0.1),
    ]
    found = runs_of(open_live("movement"), *(given for given, _, _ in claims))

    for (given, low, high), (moved, _) in zip(claims, found, strict=True):
        assert low <= moved.mean() <= high, given


def test_every_control_of_the_simulator_changes_where_runs_end(open_live):
    page = open_live("movement")
    many = page.get_by_role("button", name="50 runs at once")

    def tally():
        many.click()
        return said(page, 1)

    before = tally()
    for label, key in (
        ("Pioneers", "End"),
        ("Visibility", "End"),
        ("Space", "End"),
        ("Obstacles", "Home"),
    ):
        slider = page.get_by_role("slider", name=label)
        was = slider.input_value(), slider.get_attribute("aria-valuetext")
        slider.press(key)
        assert slider.get_attribute("aria-valuetext") != was[1]
        assert "No runs at these settings" in said(page, 1)
        assert tally() != before, label
        slider.fill(was[0])
        assert tally() == before, label  # the same people and the same luck again
    for name in (
        "spread over the teams",
        "together in the same teams",
        "after seeing one other",
        "after seeing three others",
    ):
        page.get_by_role("radio", name=name).check()
        now = tally()
        assert now != before, name
        before = now
    assert page.get_by_role("radio", name="mostly keen").is_disabled()
    page.get_by_role("radio", name="when a part of those around").check()
    before = tally()
    page.get_by_role("radio", name="mostly keen").check()
    assert tally() != before
    assert page.locator("svg rect").count() > 1


def kinds(page):
    return page.eval_on_selector_all(
        "svg [data-kind]", "marks => marks.map(mark => mark.dataset.kind)"
    )[:200]


def test_a_run_is_told_and_drawn_round_by_round(open_live):
    page = open_live("movement")
    picture = page.locator("svg.live-picture").first
    assert said(page).startswith("20 of 200 people begin")
    assert kinds(page).count("pioneer") == 20
    assert "20 people take part" in picture.get_attribute("aria-label")

    page.get_by_role("button", name="One round").press("Enter")
    assert said(page).startswith("Round 1: ")
    active = sum(kind in ("pioneer", "active") for kind in kinds(page))
    assert f"Round 1: {active} of 200" in said(page)
    assert f"{active} people take part" in picture.get_attribute("aria-label")

    page.get_by_role("button", name="Run on to the end").press("Enter")
    assert "nothing changes any more" in said(page)
    assert "movement" in said(page).lower()
    end = kinds(page)
    page.get_by_role("button", name="Back to the start").press("Enter")
    assert said(page).startswith("20 of 200 people begin")
    page.get_by_role("button", name="Run on to the end").press("Enter")
    assert kinds(page) == end
    page.get_by_role("button", name="Other people, other luck").press("Enter")
    page.get_by_role("button", name="Run on to the end").press("Enter")
    assert kinds(page) != end


def test_start_plays_by_itself_unless_motion_is_to_be_reduced(open_live):
    still, moving = open_live("movement"), open_live("movement", motion="no-preference")
    for page in (still, moving):
        page.get_by_role("button", name="Start", exact=True).click()
    rounds = "document.querySelectorAll('.live-picture circle').length"
    moving.wait_for_function(f"{rounds} >= 3")

    # without motion the run is shown at its end, as "Run on to the end" does
    assert still.get_by_role("button", name="One round").get_attribute(
        "aria-disabled"
    ) == ("true")
    ended = said(still)
    assert ended
    moving.get_by_role("button", name="Pause").click()
    assert said(moving).startswith("Round ")
    assert moving.get_by_role("button", name="Start", exact=True).is_visible()
    still.get_by_role("button", name="Back to the start").click()
    assert said(still) != ended
    still.get_by_role("button", name="Run on to the end").click()
    assert said(still) == ended


# --- attack ---


def test_a_small_team_is_worked_out_with_the_keyboard(open_live):
    page = open_live("attack")
    world = element_data("attack", "en")["worlds"][0]
    for name in ("Add Everybody", "Subtract Team A", "Subtract Team B"):
        page.get_by_role("button", name=name).press("Enter")
        assert page.get_by_role("button", name=name).get_attribute("aria-pressed") == (
            "true"
        )

    small = world["leaves"][2]
    mean = f"{small['points'] / small['n']:.2f}"
    assert f"the mean of Team C is {mean}, exactly" in said(page)
    assert mean not in page.locator("table").inner_text()
    page.get_by_role("button", name="Show what is hidden").press("Enter")
    assert f"true mean: {mean} (n = 3)" in page.locator("table").inner_text()
    page.get_by_role("button", name="Subtract Team A").press("Enter")
    assert "Team A and Team C, 12 people" in said(page)
    page.get_by_role("button", name="Subtract Everybody").press("Enter")
    assert "no group of people" in said(page)  # somebody is below zero
    page.get_by_role("button", name="Add Everybody").press("Enter")
    page.get_by_role("button", name="Add Team B").press("Enter")
    assert "no group of people" in said(page)  # somebody is counted twice
    page.get_by_role("button", name="Clear the sum").press("Enter")
    assert said(page).startswith("Add one line")


def test_the_best_attack_stops_at_the_threshold_once_the_rule_is_on(open_live):
    page = open_live("attack")
    sizes = page.evaluate(
        f"""() => {{
          const data = {DATA}, found = [];
          for (const world of data.worlds)
            for (const rule of ["none", "threshold", "rule"])
              for (const least of data.thresholds) {{
                const rows = LiveAttack.visible(world, rule, String(least));
                const best = LiveAttack.bestAttack(rows, world.leaves.length);
                found.push([world.id, rule, least, best.n, rows.length, best.tried]);
              }}
          return found;
        }}"""
    )

    assert len(sizes) == 6 * 3 * 3
    for world, rule, least, smallest, n_rows, tried in sizes:
        assert tried == 3**n_rows - 1
        if rule == "rule":
            assert smallest >= least, (world, least)
        elif rule == "none":
            assert smallest == min(
                leaf["n"]
                for one in element_data("attack", "en")["worlds"]
                if one["id"] == world
                for leaf in one["leaves"]
            )
    leaks = {
        world for world, rule, least, n, *_ in sizes if rule[0] == "t" and n < least
    }
    assert leaks == {"three", "five", "pair", "levels", "forms", "reports"}


def test_the_rest_is_a_line_to_reckon_with(open_live):
    page = open_live("attack")
    page.get_by_role("radio", name="also what would give them away").check()
    page.get_by_role("button", name="Add Rest of: Everybody").press("Enter")
    assert "Team B and Team C, 9 people" in said(page)
    page.get_by_role("button", name="Add Team A").press("Enter")
    assert "Team A, Team B and Team C, 18 people" in said(page)
    page.get_by_role("button", name="Subtract Everybody").press("Enter")
    assert said(page).endswith("Nobody is left over.")


def test_every_choice_of_the_attack_shows_another_table(open_live):
    page = open_live("attack")
    find = page.get_by_role("button", name="Find the best attack")
    seen = [page.locator("table").inner_text()]
    find.click()
    assert "given away" in said(page)
    for name in (
        "also what would give them away",
        "two departments",
        "8",
        "two reports, one late answer",
        "nothing",
        "work floor and leaders",
    ):
        page.get_by_role("radio", name=name, exact=True).check()
        seen.append(page.locator("table").inner_text())
        assert said(page).startswith("Add one line")
        find.click()
        assert said(page).startswith("Of all ")
    assert len(set(seen)) == len(seen)
    page.get_by_role("radio", name="two reports").check()
    find.click()
    assert "That is one person" in said(page)


# --- thresholds ---


def test_chances_of_being_shown_are_binomial(open_live):
    page = open_live("thresholds")
    sizes, response = [3, 5, 8, 17, 400], (0.2, 0.65, 1.0)
    found = page.evaluate(
        f"""([sizes, responses]) => responses.map(p => [5, 8, 12].map(least =>
          LiveThresholds.chances(sizes, p, least, {DATA})))""",
        [sizes, list(response)],
    )

    for p, by_threshold in zip(response, found, strict=True):
        for least, teams in zip((5, 8, 12), by_threshold, strict=True):
            for size, team in zip(sizes, teams, strict=True):
                staffed = size >= 5
                mean = staffed * binom.sf(least - 1, size, p)
                answers = staffed * binom.sf(max(least, 8) - 1, size, p)
                assert team["mean"] == pytest.approx(mean, abs=1e-10)
                assert team["answers"] == pytest.approx(answers, abs=1e-10)


def test_the_reader_s_own_teams_are_reckoned(open_live):
    page = open_live("thresholds")
    field = page.get_by_role("textbox")
    field.fill("10, 4 30")

    lost = sum(n * (1 - (n > 4) * binom.sf(4, n, 0.7)) for n in (10, 4, 30))
    less = sum(n * (1 - (n > 4) * binom.sf(7, n, 0.7)) for n in (10, 4, 30))
    assert said(page).startswith(f"Of 44 people in 3 teams, about {lost:.0f} ")
    assert said(page).endswith(f"and {less:.0f} no distribution.")
    assert page.locator("tbody th").all_inner_texts() == ["4", "10", "30"]
    seen = {said(page)}
    page.get_by_role("slider").press("ArrowLeft")
    seen.add(said(page))
    page.get_by_role("radio", name="12").check()
    seen.add(said(page))
    for name in ("small teams", "mixed teams", "large teams"):
        page.get_by_role("button", name=name).press("Enter")
        seen.add(said(page))
    assert len(seen) == 6


def test_what_is_no_size_is_refused_in_words(open_live):
    page = open_live("thresholds")
    for text in ("", "ten", "5, -3", "0", "5.5", "<b>7</b>", "4000"):
        page.get_by_role("textbox").fill(text)

        assert said(page).startswith("Give the size of at least one team"), text
        assert page.get_by_role("textbox").get_attribute("aria-invalid") == "true"
        assert page.locator("table").count() == 0
    page.get_by_role("textbox").fill("9")
    assert page.locator("tbody tr").count() == 1


# --- all three ---

BUSY = {
    "movement": ("One round", "Eén ronde"),
    "attack": ("Find the best attack", "Zoek de beste aanval"),
    "thresholds": ("large teams", "grote teams"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_the_element_is_accessible_and_fits_a_phone(
    open_live, violations, name, scheme
):
    page = open_live(name, "nl", scheme, width=390)
    page.get_by_role("button", name=BUSY[name][1]).click()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".live-printed").is_hidden()


def test_the_elements_work_from_a_server_too(open_live, live_site):
    for name in NAMES:
        page = open_live(name, base=live_site)
        before = page.locator("section").inner_text()
        page.get_by_role("button", name=BUSY[name][0]).click()
        assert page.locator("section").inner_text() != before
