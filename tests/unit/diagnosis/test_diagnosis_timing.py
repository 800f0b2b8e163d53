"""Early against late answers: the same halves everywhere, and the mixed units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import builders
from diagnose.diagnosis.timing import FEWEST_IN_A_HALF, compare_timing, count_mixed
from diagnose.scoring.score import score
from diagnose.statistics.two_means import compare_two


def timed(n_respondents=60, late=0.0, seed=0, **columns):
    """Return responses in order of answering, the late half scoring `late` higher."""
    rng = np.random.default_rng(seed)
    shift = np.where(np.arange(n_respondents) >= n_respondents // 2, late, 0)
    answers = {
        item: np.clip(np.rint(3 + shift + rng.normal(0, 0.9, n_respondents)), 1, 5)
        for item in ("v1", "v2", "o1", "o2")
    }
    frame = pd.DataFrame(answers).astype(int).assign(**columns)
    responses = builders.responses(frame)
    responses.people["order"] = (np.arange(n_respondents) + 0.5) / n_respondents
    return responses


def compare(responses, conf_level=0.95):
    return compare_timing(responses, score(responses), conf_level=conf_level)


def test_difference_is_late_minus_early():
    responses = timed(late=1.2)

    row = compare(responses).set_index("subscale").loc["v"]

    scores = score(responses).frame["v"]
    expected = compare_two(scores[30:], scores[:30])
    assert row["difference"] == pytest.approx(expected.estimate)
    assert row["p_value"] == pytest.approx(expected.p_value)
    assert row["mean_late"] - row["mean_early"] == pytest.approx(row["difference"])
    assert row["direction"] == "higher"
    assert row["trend"] > 0


def test_subscales_are_one_family_by_holm():
    found = compare(timed(late=0.3))

    least = found["p_value"].min()
    assert found["p_adjusted"].min() == pytest.approx(min(2 * least, 1.0))


def test_halves_are_the_same_people_on_every_subscale():
    responses = timed()
    responses.answers.loc[:4, ["v1", "v2"]] = np.nan

    found = compare(responses).set_index("subscale")

    assert found.loc["v", ["n_early", "n_late"]].tolist() == [25, 30]
    assert found.loc["o", ["n_early", "n_late"]].tolist() == [30, 30]


def test_people_of_one_moment_are_in_one_half():
    responses = timed(80)
    responses.people["order"] = np.repeat([0.2, 0.6, 0.9], [30, 20, 30])

    found = compare(responses)

    assert found["n_early"].tolist() == [30, 30]
    assert found["n_late"].tolist() == [50, 50]


def test_one_place_that_is_not_known_leaves_no_halves():
    responses = timed()
    responses.people.loc[7, "order"] = np.nan

    assert compare(responses).empty


def test_answers_that_never_had_an_order_are_not_compared():
    responses = timed()
    del responses.people["order"]

    assert compare(responses).empty


def test_small_halves_are_not_compared():
    assert compare(timed(2 * FEWEST_IN_A_HALF - 2)).empty
    assert len(compare(timed(2 * FEWEST_IN_A_HALF))) == 2


def test_a_half_without_variance_is_not_compared():
    responses = timed()
    responses.answers[["v1", "v2"]] = 4.0

    assert compare(responses)["subscale"].tolist() == ["o"]


def test_only_units_with_both_kinds_are_mixed():
    early = np.array([True] * 5 + [False] * 7)
    units = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2])
    scores = np.arange(12.0)

    assert count_mixed(scores, early, units) == (2, 0)  # one late person cannot vary


def test_a_kind_that_scores_alike_counts_as_nobody():
    early = np.array([True, True, False, False])
    units = np.zeros(4, dtype=int)

    assert count_mixed(np.array([3.0, 3.0, 2.0, 4.0]), early, units) == (0, 2)
    assert count_mixed(np.array([3.0, 2.0, 4.0, 4.0]), early, units) == (2, 0)


def test_without_units_everybody_is_in_one():
    found = compare(timed())

    assert found["n_early_mixed"].tolist() == found["n_early"].tolist()
    assert found["n_late_mixed"].tolist() == found["n_late"].tolist()


def test_units_that_answered_as_one_are_not_mixed():
    teams = ["A"] * 25 + ["B"] * 10 + ["C"] * 25

    found = compare(timed(team=teams))

    assert found["n_early_mixed"].tolist() == [5, 5]
    assert found["n_late_mixed"].tolist() == [5, 5]
