"""Careless responding: what must hold for any answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from diagnose.errors import InsufficientDataError
from diagnose.statistics.carelessness import (
    even_odd_consistency,
    intra_individual_variability,
    longstring,
    mahalanobis_distance,
    psychometric_antonyms,
    psychometric_synonyms,
    response_time_per_item,
    screen_careless,
    with_and_without,
)
from diagnose.statistics.reliability import cronbach_alpha

MODEST = settings(max_examples=60, deadline=None)
COLUMNS = [f"q{i}" for i in range(8)]
BLOCKS = {f"b{i}": COLUMNS[2 * i : 2 * i + 2] for i in range(4)}
ANSWER = st.one_of(*[st.integers(1, 5).map(float)] * 5, st.just(np.nan))
FRAMES = st.lists(
    st.lists(ANSWER, min_size=8, max_size=8), min_size=3, max_size=20
).map(lambda rows: pd.DataFrame(rows, columns=COLUMNS))


def _runs(answers):
    """Count runs one answer at a time."""
    lengths, previous = [], None
    for answer in answers:
        if np.isnan(answer):
            previous = None
        elif answer == previous:
            lengths[-1] += 1
        else:
            lengths.append(1)
            previous = answer
    return lengths


@MODEST
@given(FRAMES)
def test_runs_equal_counting_one_by_one(items):
    runs = longstring(items)

    for position, answers in enumerate(items.to_numpy()):
        lengths = _runs(answers)
        expected = [max(lengths), np.mean(lengths)] if lengths else [np.nan] * 2
        assert runs.iloc[position].tolist() == pytest.approx(expected, nan_ok=True)


@MODEST
@given(FRAMES)
def test_variability_equals_pandas(items):
    got = intra_individual_variability(items)

    assert got.to_numpy() == pytest.approx(
        items.std(axis="columns").to_numpy(), nan_ok=True, abs=1e-12
    )


@MODEST
@given(FRAMES)
def test_even_odd_equals_the_formula_row_by_row(items):
    got = even_odd_consistency(items, BLOCKS)

    for position, (_, row) in enumerate(items.iterrows()):
        odd = row[[block[0] for block in BLOCKS.values()]].to_numpy()
        even = row[[block[1] for block in BLOCKS.values()]].to_numpy()
        both = ~np.isnan(odd) & ~np.isnan(even)
        if both.sum() < 3 or np.ptp(odd[both]) == 0 or np.ptp(even[both]) == 0:
            assert np.isnan(got.iloc[position])
            continue
        r = np.corrcoef(odd[both], even[both])[0, 1]
        expected = 1.0 if r < -0.5 else -2 * r / (1 + r)
        assert got.iloc[position] == pytest.approx(min(expected, 1.0), abs=1e-9)


@MODEST
@given(st.integers(0, 2**32 - 1))
def test_distance_does_not_depend_on_order_keying_or_unit(seed):
    rng = np.random.default_rng(seed)
    items = pd.DataFrame(rng.normal(size=(30, 4)), columns=list("abcd"))
    items = items.mask(rng.random(items.shape) < 0.05)
    turned = items[list("dbca")] * [-1, 2, -3, 1] + 6

    first, second = mahalanobis_distance(items), mahalanobis_distance(turned)

    assert second["statistic"].to_numpy() == pytest.approx(
        first["statistic"].to_numpy(), rel=1e-7, nan_ok=True
    )


@MODEST
@given(st.integers(0, 2**32 - 1))
def test_distances_of_complete_answers_sum_to_a_known_total(seed):
    rng = np.random.default_rng(seed)
    items = pd.DataFrame(rng.normal(size=(25, 3)), columns=list("abc"))

    # the trace of (n - 1) S times the inverse of S
    assert mahalanobis_distance(items)["statistic"].sum() == pytest.approx(24 * 3)


@MODEST
@given(FRAMES)
def test_a_screen_flags_and_never_drops(items):
    before = items.copy()

    screen = screen_careless(items, items, blocks=BLOCKS, lowest=1, highest=5)
    frame = screen.to_frame()

    pd.testing.assert_frame_equal(items, before)
    assert frame.index.equals(items.index)
    assert (frame["careless"] == (frame["n_kinds"] >= 2)).all()
    assert screen.n_careless == frame["careless"].sum()


@MODEST
@given(FRAMES)
def test_order_of_respondents_does_not_matter(items):
    assume(items.notna().any(axis=None))
    try:
        first = mahalanobis_distance(items)["df"]
    except InsufficientDataError:
        return
    assert mahalanobis_distance(items[::-1])["df"][::-1].equals(first)


@MODEST
@given(st.integers(0, 2**32 - 1))
def test_antonyms_of_two_halves_are_synonyms_of_the_first_turned_round(seed):
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(60, 4))
    second = first + rng.normal(scale=0.3, size=(60, 4))
    items = pd.DataFrame(np.hstack([first, second]), columns=COLUMNS)
    items = items.mask(rng.random(items.shape) < 0.05)
    turned = items * np.repeat([-1, 1], 4)

    synonyms = psychometric_synonyms(items, critical_r=0.7)
    antonyms = psychometric_antonyms(turned, critical_r=0.7)

    assert antonyms["n_pairs"].equals(synonyms["n_pairs"])
    assert antonyms["estimate"].to_numpy() == pytest.approx(
        -synonyms["estimate"].to_numpy(), abs=1e-9, nan_ok=True
    )


@MODEST
@given(FRAMES, st.floats(0, 5000))
def test_time_per_item_times_the_items_is_the_time(items, time):
    pace = response_time_per_item(items, pd.Series(time, index=items.index))

    n_answered = items.notna().sum(axis="columns")
    total = (pace * n_answered)[n_answered > 0]
    assert total.to_numpy() == pytest.approx(time)
    assert pace[n_answered == 0].isna().all()


@MODEST
@given(st.integers(0, 2**32 - 1))
def test_without_equals_leaving_out_by_hand(seed):
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(40, 1))
    items = pd.DataFrame(trait + rng.normal(size=(40, 4)), columns=list("abcd"))
    careless = rng.random(40) < 0.3
    before = items.copy()

    table = with_and_without(cronbach_alpha, items, careless)

    everyone, others = cronbach_alpha(items), cronbach_alpha(items[~careless])
    assert table["estimate"].tolist() == [everyone.estimate, others.estimate]
    assert table["n_respondents"].tolist() == [40, 40 - careless.sum()]
    assert table["difference"].tolist() == [0, others.estimate - everyone.estimate]
    pd.testing.assert_frame_equal(items, before)
