"""What weights, silent people and late answers are said to mean, in real words."""

from __future__ import annotations

import pytest

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.representation import MEANS, Representation
from diagnose.diagnosis.representation_findings import find_representation
from diagnose.diagnosis.timing import TIMING

NAN = float("nan")


def weighed(subscale="v", weighted=3.3, low=3.0, high=3.4, **changes):
    return {
        "subscale": subscale,
        "n_respondents": 60,
        "n_members": 100,
        "mean": 3.2,
        "conf_low": low,
        "conf_high": high,
        "n_teams": 7,
        "n_weighted": 60,
        "weighted": weighted,
        "difference": weighted - 3.2,
        "if_lower": 2.8,
        "note": "",
    } | changes


def late(subscale, difference, direction, p_adjusted=0.01):
    return {
        "subscale": subscale,
        "difference": difference,
        "conf_low": difference - 0.1,
        "conf_high": difference + 0.1,
        "p_adjusted": p_adjusted,
        "direction": direction,
    }


@pytest.fixture
def find(parts):
    """Return a function that finds, by code, from rows of the two frames."""

    def found(means=(), timing=(), **sides):
        made = Representation(
            means=build_frame(means, MEANS), timing=build_frame(timing, TIMING)
        )
        return {
            finding.code: finding
            for finding in find_representation(parts(representation=made, **sides))
        }

    return found


def test_a_mean_that_leaves_its_interval_is_named_with_both_values(find):
    found = find([weighed("v", 3.5), weighed("o", 3.25)])

    finding = found["open.weights_matter"]
    assert finding.subscales == ("v",)
    assert "“V” (3.20, weighted 3.50)" in finding.sentence("en")
    assert "“V” (3,20, gewogen 3,50)" in finding.sentence("nl")
    assert "measurement.weights_alike" not in found


def test_means_within_their_interval_give_the_largest_shift(find):
    finding = find([weighed("v", 3.15), weighed("o", 3.3)])["measurement.weights_alike"]

    assert finding.evidence["difference"] == pytest.approx(0.1)
    assert "largest shift is +0.10, on “O”" in finding.sentence("en")
    assert "de grootste verschuiving is +0,10, bij “O”" in finding.sentence("nl")


def test_a_shift_too_small_to_tell_does_not_matter_however_narrow_the_interval(find):
    found = find([weighed("v", 3.22, low=3.19, high=3.21)])

    assert list(found) == ["measurement.weights_alike", "open.nonresponse"]


def test_silent_people_are_counted_and_supposed_lower(find):
    finding = find([weighed()])["open.nonresponse"]

    assert finding.evidence["response_rate"] == pytest.approx(0.09)  # 9 on the floor
    assert "Of the 100 people on the work floor 9 answered (9%)" in finding.sentence(
        "en"
    )
    assert "are 0.40 lower" in finding.sentence("en")
    assert "0,40 lager dan hier getoond" in finding.sentence("nl")


def test_means_that_would_move_differently_give_a_range(find):
    finding = find([weighed("v"), weighed("o", if_lower=2.9)])["open.nonresponse"]

    assert "are 0.30 to 0.40 lower" in finding.sentence("en")
    assert "0,30 tot 0,40 lager" in finding.sentence("nl")


def test_nobody_is_silent_where_everybody_answered(find):
    assert "open.nonresponse" not in find([weighed(n_members=9)])


def test_head_counts_that_do_not_fit_are_said(find):
    units = [
        {"level": "team", "path": (name,), "parent": (), "n_respondents": 20}
        | {"n_members": 10, "status": "shown"}
        for name in "AB"
    ]
    cells = [
        {"level": "team", "path": (name,), "parent": (), "subscale": "v"}
        | {"n_respondents": 20, "mean": 3.0, "sd": 0.7, "status": "shown"}
        for name in "AB"
    ]
    rows = [weighed(weighted=NAN, if_lower=NAN, note="note.not_weighted")]

    found = find(rows, unit_counts=units, cells=cells)

    assert "does not fit the number of answers" in found["open.not_weighted"].sentence(
        "en"
    )
    assert "past niet bij" in found["open.not_weighted"].sentence("nl")
    assert not find(rows, cells=cells)  # nobody gave a head count: said elsewhere


def test_late_answers_that_differ_are_a_hint_and_no_more(find):
    rows = [late("v", -0.35, "lower"), late("o", 0.05, "unclear", 0.6)]

    finding = find(timing=rows)["open.late_differs"]

    assert finding.subscales == ("v",)
    assert "“V” (−0.35; 95% interval −0.45 to −0.25)" in finding.sentence("en")
    assert "no more than that" in finding.sentence("en")
    assert "“V” (−0,35; 95%-interval −0,45 tot −0,25)" in finding.sentence("nl")
    assert "gecorrigeerd voor het aantal vergelijkingen (2)" in finding.sentence("nl")


def test_late_answers_that_do_not_differ_prove_nothing(find):
    rows = [late("v", 0.1, "unclear", 0.4), late("o", 0.05, "unclear", 0.6)]

    finding = find(timing=rows)["measurement.late_alike"]

    assert "on any of the subscales compared (2)" in finding.sentence("en")
    assert "een bewijs is dat niet" in finding.sentence("nl")


def test_subscales_without_support_and_hidden_rows_are_left_out(find):
    verdicts = {"v": ("unsupported", "reason.low_alpha"), "o": ("good", "reason.good")}

    found = find([weighed("v", 3.9)], [late("v", 0.9, "higher")], verdicts=verdicts)

    assert not found


def test_nothing_known_gives_no_finding(find):
    assert not find()
