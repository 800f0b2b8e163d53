"""What must hold of every verdict, whatever people answered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import suitability_parts as made
from diagnose.diagnosis.suitability import assess_suitability
from diagnose.diagnosis.suitability_rule import (
    PREREQUISITES,
    VERDICTS,
    columns_of,
    judge,
)

COLUMNS = columns_of(made.INSTRUMENT)
WIDTH = len(COLUMNS.names)
STATUSES = ("go", "postpone", "open", "do-not-field", None)
ORDER = ("not_suited", "prepare_first", "cannot_tell", "hybrid", "bottom_up_now")

states = st.lists(st.sampled_from([-1, 0, 1]), min_size=WIDTH, max_size=WIDTH)
means = st.fixed_dictionaries({s: st.floats(1.0, 5.0) for s in made.SUBSCALES})
answers = st.fixed_dictionaries(
    {question: st.sampled_from(["yes", "no", "unknown"]) for question in made.GO}
)


def verdict(row, status):
    """Return the verdict of the rule on one row of states."""
    return VERDICTS[judge(np.array([row], dtype=np.int8), COLUMNS, status)[0]]


@settings(max_examples=300, deadline=None)
@given(row=states, which=st.integers(0, WIDTH - 1), status=st.sampled_from(STATUSES))
def test_more_of_anything_never_leads_away_from_starting_below(row, which, status):
    better = list(row)
    better[which] = min(1, row[which] + 1)

    before, after = verdict(row, status), verdict(better, status)

    if before == "bottom_up_now":
        assert after == "bottom_up_now"
    if which < len(PREREQUISITES) and before == "prepare_first":
        assert after in ORDER[1:]
    assert (before == "not_suited") == (after == "not_suited")


@settings(max_examples=300, deadline=None)
@given(row=states, data=st.data())
def test_what_is_open_cannot_turn_one_verdict_into_another(row, data):
    given = verdict(row, "go")
    known = [s or data.draw(st.sampled_from([-1, 1])) for s in row]

    if given != "cannot_tell":
        assert verdict(known, "go") == given


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(states, min_size=1, max_size=20), status=st.sampled_from(STATUSES))
def test_many_cases_are_judged_as_each_alone(rows, status):
    together = judge(np.array(rows, dtype=np.int8), COLUMNS, status)

    assert [VERDICTS[code] for code in together] == [verdict(r, status) for r in rows]


@settings(max_examples=12, deadline=None)
@given(means=means, n=st.integers(2, 300), sd=st.floats(0.1, 1.8), answers=answers)
def test_shares_sum_to_one_and_the_order_of_rows_is_irrelevant(means, n, sd, answers):
    screen = made.screen(**answers)
    first = assess_suitability(made.parts(means, n=n, sd=sd), screen, n_draws=200)
    second = assess_suitability(
        made.parts(means, n=n, sd=sd, reverse=True), screen, n_draws=200
    )

    assert first.shares["share"].sum() == pytest.approx(1)
    assert first.verdict in (first.leaning, "cannot_tell")
    assert (first.stability >= 0.5) == (first.verdict == first.leaning) or (
        first.leaning == "cannot_tell"
    )
    assert (first.verdict, first.stability) == (second.verdict, second.stability)
    pd.testing.assert_frame_equal(first.conditions, second.conditions)
    pd.testing.assert_frame_equal(first.alternatives, second.alternatives)


@settings(max_examples=12, deadline=None)
@given(
    means=means,
    which=st.sampled_from(PREREQUISITES),
    more=st.floats(0.01, 2.0),
    answers=answers,
)
def test_a_higher_prerequisite_never_makes_a_change_unsuited(
    means, which, more, answers
):
    screen = made.screen(**answers)
    raised = means | {which: min(5.0, means[which] + more)}

    before = assess_suitability(made.parts(means), screen, n_draws=200)
    after = assess_suitability(made.parts(raised), screen, n_draws=200)

    if before.leaning == "bottom_up_now":
        assert after.leaning == "bottom_up_now"
        assert after.stability >= before.stability
    assert (before.verdict == "not_suited") == (after.verdict == "not_suited")


@settings(max_examples=12, deadline=None)
@given(means=means, n=st.integers(0, 9), answers=answers)
def test_fewer_than_ten_answers_never_decide(means, n, answers):
    screen = made.screen(**answers)
    result = assess_suitability(made.parts(means, n=n), screen, n_draws=100)

    by_screen = {"do-not-field": "not_suited", "postpone": "prepare_first"}
    assert result.verdict == by_screen.get(screen.status, "cannot_tell")
    assert set(result.conditions["reading"]) == {"open"}


@settings(max_examples=12, deadline=None)
@given(means=means, n=st.integers(10, 200))
def test_every_listed_alternative_is_a_real_change(means, n):
    result = assess_suitability(made.parts(means, n=n), made.screen(), n_draws=100)

    row = [
        {"present": 1, "open": 0, "absent": -1}[r] for r in result.conditions.reading
    ]
    for change in result.alternatives.itertuples():
        assert change.verdict != result.leaning
        if change.scope == "subscale":
            changed = list(row)
            position = COLUMNS.names.index(change.item)
            changed[position] = {"present": 1, "open": 0, "absent": -1}[change.other]
            assert verdict(changed, "go") == change.verdict
