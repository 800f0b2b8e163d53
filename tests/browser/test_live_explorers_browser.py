"""Condition, agreement, reliability, planner, noise: true numbers, acting controls."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from diagnose.handbook.live import element_data
from diagnose.statistics.means import mean_interval
from diagnose.statistics.measurement_error import standard_error_of_measurement
from diagnose.statistics.planning import (
    PlanAssumptions,
    margin_of_answers,
    plan_change,
    plan_mean,
    plan_team,
)
from diagnose.statistics.pooling import shrunken_means_from_summary
from diagnose.statistics.reliability import standardised_alpha
from diagnose.statistics.reliability.intervals import feldt_limits

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "book" / "_static" / "live"

EXPLORERS = ("agreement", "condition", "noise", "planner", "reliability")
SPOKEN = "() => [...document.querySelectorAll('[aria-live]')].map(e => e.innerText)"
CLOSE = {"rtol": 1e-9, "atol": 1e-9}  # a page shows two or three digits


@pytest.fixture(scope="module")
def formulas(browser):
    page = browser.new_page()
    for name in ("live", "maths", *EXPLORERS):
        script = (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")
        page.add_script_tag(content=script)
    call = """([element, name, rows]) =>
        rows.map(row => LiveMaths[element][name](...row))"""
    yield lambda element, name, rows: page.evaluate(call, [element, name, rows])
    page.close()


def plans():
    axes = ((20, 360, 2000), (2, 9, 100), (0.2, 0.7, 1.0), (0.0, 0.1, 0.4))
    fixed = element_data("planner", "en")["fixed"]
    spreads = itertools.cycle((0.4, 0.8, 1.15, 0.55))
    every = itertools.islice(itertools.product(*axes), 0, None, 2)
    for (people, teams, response, icc), sd in zip(every, spreads, strict=False):
        if people >= 2 * teams:
            moved = {"people": people, "teams": teams, "response": response}
            yield fixed | moved | {"icc": icc, "sd": sd}


def assumed(plan):
    return PlanAssumptions(
        sd=plan["sd"],
        icc=plan["icc"],
        team_size=plan["people"] / plan["teams"],
        team_size_cv=plan["cv"],
        response=plan["response"],
        conf_level=plan["level"],
        power=plan["power"],
    )


def planned(plan):
    """Return what the package plans, in the order of the bars; NaN where hidden."""
    given, teams = assumed(plan), plan["teams"]
    answers = int(given.answers_per_team + 1e-9)
    shown = answers >= 5
    return [
        plan_mean(n_teams=teams, assumptions=given).estimate,
        margin_of_answers(answers, given.variance_within**0.5) if shown else np.nan,
        plan_team(
            wish="difference", answers=answers, n_teams=teams, assumptions=given
        ).estimate
        if shown
        else np.nan,
        plan_change(n_teams=teams, assumptions=given).estimate,
    ]


def test_the_planner_plans_what_the_package_plans(formulas):
    every = list(plans())
    found = formulas("planner", "plan", [[plan] for plan in every])

    names = ("organisation", "team", "difference", "change")
    flat = np.array([[one[name] for name in names] for one in found], dtype=float)
    expected = np.array([planned(plan) for plan in every])
    assert np.isnan(expected[:, 1]).any()
    np.testing.assert_allclose(flat, expected, **CLOSE)


def test_the_planner_asks_for_as_many_as_the_package(formulas):
    wishes = [
        (plan | {"margin": margin})
        for plan, margin in zip(
            plans(), itertools.cycle((0.05, 0.13, 0.3, 0.6)), strict=False
        )
    ]
    found = formulas("planner", "needed", [[wish] for wish in wishes])

    for wish, one in zip(wishes, found, strict=True):
        given, margin = assumed(wish), wish["margin"]
        mean = plan_mean(margin, assumptions=given)
        team = plan_team(margin, assumptions=given)
        assert one["teams"] == mean.n_teams
        assert one["respondents"] == pytest.approx(mean.n_respondents, abs=0.51)
        assert (one["answers"], one["members"]) == (team.answers, team.members)


def equally_correlated(items, r):
    """Return 30 answers to items that correlate exactly r with each other."""
    raw = np.random.default_rng(items).normal(size=(30, items))
    whitened, _ = np.linalg.qr(raw - raw.mean(axis=0))
    wanted = np.full((items, items), r) + (1 - r) * np.eye(items)
    return pd.DataFrame(whitened @ np.linalg.cholesky(wanted).T)


def test_reliability_is_that_of_the_package(formulas):
    cases = list(itertools.product((2, 4, 11, 20), (0.05, 0.35, 0.7), (10, 100, 500)))
    alphas = formulas("reliability", "alpha", [[k, r] for k, r, _ in cases])
    limits = formulas(
        "reliability",
        "feldt",
        [[a, n, k, 0.95] for a, (k, _, n) in zip(alphas, cases, strict=True)],
    )
    errors = formulas("reliability", "errorOf", [[0.8, a] for a in alphas])
    twice = formulas("reliability", "longer", [[a, 2] for a in alphas])

    for (k, r, n), a, both, error, double in zip(
        cases, alphas, limits, errors, twice, strict=True
    ):
        items = equally_correlated(k, r)
        if n == 10:
            given = standardised_alpha(items).estimate
            assert a == pytest.approx(given, abs=1e-9)
        np.testing.assert_allclose(both, feldt_limits(a, n, k, 0.95), **CLOSE)
        assert error == pytest.approx(standard_error_of_measurement(0.8, a))
        # twice as many such items have the alpha of twice as many such items
        assert double == pytest.approx(2 * k * r / (1 + (2 * k - 1) * r))


def given_noise(**moved):
    start = element_data("noise", "en")
    values = {key: start[key] for key in ("seed", "mean", "sd")}
    return values | {"teams": 12, "size": 8, "share": 0.0} | moved


def test_shrunken_means_of_the_page_are_those_of_the_package(formulas):
    for share, round_number in itertools.product((0.0, 0.1, 0.25), range(3)):
        given = given_noise(share=share)
        teams = formulas("noise", "ask", [[given, round_number]])[0]
        means, sds = ([one[key] for one in teams] for key in ("mean", "sd"))
        found = formulas("noise", "shrink", [[means, sds, given["size"]]])[0]
        summary = pd.DataFrame(
            {
                "team": range(12),
                "n_respondents": 8,
                "mean": means,
                "variance": np.square(sds),
            }
        )
        package = shrunken_means_from_summary(summary, interval="prasad_rao")
        expected = package.to_frame()["estimate"]
        # REML is a search there and a closed form here
        np.testing.assert_allclose(found["means"], expected, atol=1e-6)


def test_the_range_that_chance_gives_is_the_integral_of_scipy(formulas):
    found = formulas("noise", "expectedRange", [[k] for k in (2, 4, 12, 40)])

    for k, value in zip((2, 4, 12, 40), found, strict=True):
        expected, _ = integrate.quad(
            lambda x, k=k: 1 - stats.norm.cdf(x) ** k - stats.norm.sf(x) ** k, -9, 9
        )
        assert value == pytest.approx(expected, abs=1e-8)


def test_teams_that_do_not_differ_take_turns_in_being_last(formulas):
    equal = formulas("noise", "ask", [[given_noise(), k] for k in range(150)])
    last = [min(teams, key=lambda one: one["mean"])["number"] for teams in equal]
    spread = [np.ptp([one["mean"] for one in teams]) for teams in equal]
    chance = formulas("noise", "chanceOf", [[given_noise()]])[0]

    assert stats.chisquare(np.bincount(last, minlength=13)[1:]).pvalue > 0.001
    assert np.mean(spread) == pytest.approx(chance["range"], abs=0.06)
    assert chance["share"] == 1


def test_true_differences_are_kept_over_rounds_and_as_large_as_is_said(formulas):
    given = given_noise(share=0.25, teams=40, size=40)
    rounds = formulas("noise", "ask", [[given, k] for k in range(60)])
    levels = [[one["level"] for one in teams] for teams in rounds]
    means = np.array([[one["mean"] for one in teams] for teams in rounds])
    within = np.mean([[one["sd"] ** 2 for one in teams] for teams in rounds])

    assert all(row == levels[0] for row in levels)
    assert within == pytest.approx(0.75 * 0.64, rel=0.02)
    noise = (means - np.array(levels)).var()
    assert noise == pytest.approx(within / 40, rel=0.1)


CASES = {
    "high": {"level": 4.1, "apart": 0, "unknown": 0},
    "low": {"level": 1.9, "apart": 0, "unknown": 0},
    "divided": {"level": 3.0, "apart": 3, "unknown": 0},
    "middle": {"level": 3.0, "apart": 0.5, "unknown": 0},
    "unknown": {"level": 3.4, "apart": 0.5, "unknown": 0.35},
    "hidden": {"level": 3.4, "apart": 0.5, "unknown": 0.6},
}


def given_team(subscale, moved):
    made = element_data("condition", "en", subscale=subscale)
    same = ("seed", "people", "minAnswered", "individual", "borders", "nulls")
    return {key: made[key] for key in same} | {"items": len(made["items"])} | moved


@pytest.mark.parametrize("reading", CASES)
def test_a_team_is_read_as_its_numbers_say(formulas, reading):
    for subscale in "volrfpzsecki":
        given = given_team(subscale, CASES[reading])
        rows = formulas("condition", "answers", [[given]])[0]
        found = formulas("condition", "read", [[rows, given]])[0]

        answers = pd.DataFrame(rows, dtype=float)
        enough = answers.notna().sum(axis=1) >= given["minAnswered"]
        scores = answers.mean(axis=1)[enough]
        np.testing.assert_allclose(found["scores"], scores, **CLOSE)
        if len(scores) > 1:
            interval = mean_interval(scores)
            both = [found["low"], found["high"]]
            expected = [interval.conf_low, interval.conf_high]
            np.testing.assert_allclose(both, expected, **CLOSE)
        three = len(answers.columns) == 3  # two of three answers give a score
        if reading != "hidden" or not three:
            assert found["reading"] == reading, subscale


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_control_changes_what_is_seen_and_said(open_live, name):
    page = open_live(name, "nl")
    assert page.locator(".live-host").get_attribute("aria-label")
    assert page.locator("input[type=range]").count() >= 3
    for slider in page.locator("input[type=range]").all():
        before, said = page.evaluate(SPOKEN), slider.get_attribute("aria-valuetext")
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") != said
        assert page.evaluate(SPOKEN) != before
    for pressed in page.locator("button, input[type=radio]:not(:checked)").all():
        pressed_before = page.evaluate(SPOKEN)
        pressed.focus()
        page.keyboard.press("Space")
        assert page.evaluate(SPOKEN) != pressed_before
    text = page.locator(".live-host").inner_text()
    assert not re.search(r"[{}]|NaN|undefined|Infinity", text)


@pytest.mark.parametrize("name", EXPLORERS)
def test_axe_finds_nothing_in_an_explorer_on_a_phone(open_live, violations, name):
    page = open_live(name, "nl", width=390)
    for folded in page.locator("summary").all():
        folded.click()
    for scheme in ("light", "dark"):
        page.evaluate("s => { document.documentElement.dataset.theme = s; }", scheme)
        assert violations(page) == [], scheme
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("condition", "level of the answers", "answers “don't know"),
        ("planner", "people who are asked", "the margin you want"),
        ("reliability", "items in the subscale", "people who answered"),
    ],
)
def test_sliders_stand_in_the_order_of_the_story(open_live, name, first, last):
    labels = open_live(name).locator(".live-control label").all_inner_texts()

    assert (labels[0], labels[-1][: len(last)]) == (first, last)


def test_too_few_answers_hide_the_team_and_the_statements(open_live):
    page = open_live("condition", subscale="v")
    page.get_by_label("answers “don't know").fill("0.6")

    assert "nothing about this team is shown" in page.evaluate(SPOKEN)[0]
    assert page.locator("table, circle.person").count() == 0


def test_divided_people_are_no_divided_team_when_each_speaks_for_themselves(
    open_live,
):
    for subscale, said in (("v", "hardly anyone"), ("o", "no sign of a divided team")):
        page = open_live("condition", subscale=subscale)
        page.get_by_role("button", name="divided").click()

        assert said in page.evaluate(SPOKEN)[0]
        verdict = page.locator("[aria-live] strong").inner_text()
        assert verdict == ("Divided." if subscale == "v" else "Widely spread.")
        told = page.locator(".live-host").inner_text()
        assert ("agreement" in told and "1 is all alike" in told) == (subscale == "v")
        assert page.locator(".live-note a").count() == (subscale == "v")


def test_the_indices_of_agreement_may_contradict_each_other(open_live):
    page = open_live("agreement")
    page.get_by_role("button", name="one sees it otherwise").click()

    assert "do not tell one story" in page.evaluate(SPOKEN)[0]


def test_an_end_of_the_scale_leaves_a_wg_undefined_and_says_so(open_live):
    page = open_live("agreement")
    for answer, count in ((3, 0), (4, 1), (5, 9)):
        page.locator("input[type=range]").nth(answer - 1).fill(str(count))

    assert "a_wg cannot be computed" in page.evaluate(SPOKEN)[0]
    page.locator("input[type=range]").nth(4).fill("0")
    assert "two answers or more" in page.evaluate(SPOKEN)[0]


def test_teams_of_the_planner_never_hold_less_than_two_people(open_live):
    page = open_live("planner")
    page.get_by_label("people who are asked").fill("20")

    assert page.get_by_label("teams", exact=True).input_value() == "10"
    assert "10 teams of 2.0 people" in page.evaluate(SPOKEN)[0]
    assert page.locator("rect[data-row=team]").count() == 0
    assert page.locator("rect[data-row=change]").count() == 1


def test_the_league_table_counts_who_was_last_and_forgets_it_when_moved(open_live):
    page = open_live("noise")
    first = page.locator("svg text[font-weight='700']").all_text_contents()
    page.get_by_role("button", name="Ask 100 times").click()

    host = page.locator(".live-host")
    assert "Asked 101 times, 12 different teams" in host.inner_text()
    assert page.locator("svg text[font-weight='700']").all_text_contents() != first
    assert page.locator(".shrunken").count() == 0
    page.get_by_label("means and shrunken").check()
    assert page.locator("rect.shrunken").count() == 12
    page.get_by_label("true differences").fill("0.2")
    assert "Asked" not in host.inner_text()
