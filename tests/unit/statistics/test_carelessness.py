"""Careless responding: indices by hand, hurdles, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.carelessness import (
    CarelessThresholds,
    even_odd_consistency,
    intra_individual_variability,
    longstring,
    mahalanobis_distance,
    psychometric_antonyms,
    psychometric_synonyms,
    response_time_per_item,
    reversed_pair_contradiction,
    screen_careless,
    with_and_without,
)

NAN = np.nan


def _items(*rows):
    return pd.DataFrame(
        [list(row) for row in rows], columns=[f"q{i + 1}" for i in range(len(rows[0]))]
    ).astype(float)


def test_runs_by_hand_and_a_missing_answer_ends_one():
    runs = longstring(_items([3, 3, 3, 2], [3, NAN, 3, 3], [NAN] * 4, [1, 2, 3, 4]))

    assert runs["longest_run"].to_numpy() == pytest.approx([3, 2, NAN, 1], nan_ok=True)
    assert runs["mean_run"].to_numpy() == pytest.approx([2, 1.5, NAN, 1], nan_ok=True)


def test_variability_by_hand():
    spread = intra_individual_variability(
        _items([3, 3, 3], [1, 3, 5], [1, NAN, 3], [NAN, NAN, 2])
    )

    assert spread.to_numpy() == pytest.approx([0, 2, np.sqrt(2), NAN], nan_ok=True)


def test_distance_of_a_respondent_uses_the_items_answered(rng):
    items = pd.DataFrame(rng.normal(size=(60, 3)), columns=list("abc"))
    items.loc[0, "c"] = NAN

    distance = mahalanobis_distance(items)

    part = (items - items.mean()).loc[0, ["a", "b"]].to_numpy()
    covariance = items.cov().loc[["a", "b"], ["a", "b"]].to_numpy()
    assert distance.loc[0, "statistic"] == pytest.approx(
        part @ np.linalg.inv(covariance) @ part
    )
    assert distance["df"].tolist()[:2] == [2.0, 3.0]


def test_dependent_and_constant_items_do_not_break_the_distance(rng):
    items = pd.DataFrame(rng.normal(size=(60, 2)), columns=list("ab"))
    alone = mahalanobis_distance(items)

    together = mahalanobis_distance(items.assign(c=items["a"] + items["b"], d=3.0))

    assert together["df"].eq(2).all()
    assert together["statistic"].to_numpy() == pytest.approx(
        alone["statistic"].to_numpy()
    )


def test_dependent_items_with_missing_answers(rng):
    items = pd.DataFrame(rng.normal(size=(60, 2)), columns=list("ab"))
    items["c"] = items["a"]
    items.loc[0, "c"] = NAN
    items.loc[1] = NAN

    distance = mahalanobis_distance(items)

    assert distance["df"].to_numpy()[[0, 2]].tolist() == [2.0, 2.0]
    assert np.isnan(distance.loc[1]).all()


def test_constant_answers_have_no_distance():
    with pytest.raises(InsufficientDataError, match="no item varies over 3"):
        mahalanobis_distance(_items([3, 3], [3, 3], [3, 3]))


@pytest.mark.parametrize("answers", [[3.0, 4.0], [3.0, NAN]])
def test_a_single_respondent_has_no_distance(answers):
    with pytest.raises(InsufficientDataError, match="at least 2 respondents"):
        mahalanobis_distance(_items(answers))


def test_pairs_nobody_answered_have_no_distance():
    with pytest.raises(InsufficientDataError, match="each pair of items"):
        mahalanobis_distance(_items([3, NAN], [2, NAN], [NAN, 3], [NAN, 1]))


BLOCKS = {"x": ["q1", "q2"], "y": ["q3", "q4"], "z": ["q5", "q6"]}


def test_even_odd_of_consistent_reversed_and_straight_answers():
    index = even_odd_consistency(
        _items([1, 1, 3, 3, 5, 5], [1, 5, 3, 3, 5, 1], [3, 3, 3, 3, 3, 3]), BLOCKS
    )

    assert index.to_numpy() == pytest.approx([-1, 1, NAN], nan_ok=True)


def test_even_odd_leaves_out_a_block_with_an_unanswered_half():
    assert even_odd_consistency(_items([1, NAN, 3, 3, 5, 5]), BLOCKS).isna().all()


def test_even_odd_needs_three_blocks():
    with pytest.raises(InsufficientDataError, match="at least 3 blocks; got 1"):
        even_odd_consistency(_items([1, 2]), {"x": ["q1", "q2"]})


def test_blocks_of_one_item_and_unknown_items_are_named():
    with pytest.raises(ValueError, match="at least 2 items a block; not so for x"):
        even_odd_consistency(_items([1, 2]), {"x": ["q1"]})
    with pytest.raises(ValueError, match="not in the frame: q9"):
        even_odd_consistency(_items([1, 2]), {"x": ["q1", "q9"]})


def _pairs_of_twins(rng, n=100):
    first = rng.normal(size=(n, 3))
    twins = first + rng.normal(scale=0.2, size=(n, 3))
    return pd.DataFrame(np.hstack([first, twins]), columns=list("abcdef"))


def test_synonyms_are_found_and_followed(rng):
    items = _pairs_of_twins(rng)

    found = psychometric_synonyms(items)

    assert found["n_pairs"].eq(3).all()
    assert found["estimate"].median() > 0.9


def test_antonyms_are_pairs_of_opposites(rng):
    items = _pairs_of_twins(rng)
    items[list("def")] *= -1

    found = psychometric_synonyms(items, antonyms=True)

    assert found["estimate"].median() < -0.9


def test_antonyms_have_a_name_of_their_own(rng):
    items = _pairs_of_twins(rng)
    items[list("def")] *= -1

    found = psychometric_antonyms(items)

    pd.testing.assert_frame_equal(found, psychometric_synonyms(items, antonyms=True))
    with pytest.raises(InsufficientDataError, match=r"below -0.99; 0 do"):
        psychometric_antonyms(items, critical_r=0.99)


def test_seconds_per_item_by_hand():
    items = _items([1, 2, 3, 4], [1, NAN, NAN, 4], [NAN] * 4, [1, 1, 1, 1])

    pace = response_time_per_item(items, pd.Series([8, 8, 8, NAN]))

    assert pace.to_numpy() == pytest.approx([2, 4, NAN, NAN], nan_ok=True)


@pytest.mark.parametrize(
    ("seconds", "error", "text"),
    [
        ([8.0], TypeError, "must be a pandas Series; got list"),
        (pd.Series(["8"]), TypeError, "`seconds` must hold numbers only"),
        (pd.Series([8.0], index=[3]), ValueError, "must have the index of the answers"),
        (pd.Series([-8.0]), ValueError, "must not be negative; 1 of 1 are"),
    ],
)
def test_times_that_cannot_be_are_refused(seconds, error, text):
    with pytest.raises(error, match=text):
        response_time_per_item(_items([1, 2]), seconds)


def test_too_few_answered_pairs_are_undefined(rng):
    items = _pairs_of_twins(rng)
    items.loc[0, "a"] = NAN

    found = psychometric_synonyms(items)

    assert found.loc[0, "n_pairs"] == 2
    assert np.isnan(found.loc[0, "estimate"])


def test_too_few_synonyms_are_refused(rng):
    items = pd.DataFrame(rng.normal(size=(200, 4)), columns=list("abcd"))
    with pytest.raises(InsufficientDataError, match=r"above 0.6; 0 do"):
        psychometric_synonyms(items)


def test_a_wrong_critical_value_is_refused(rng):
    with pytest.raises(ValueError, match="`critical_r`"):
        psychometric_synonyms(_pairs_of_twins(rng), critical_r=1.2)


def test_contradictions_by_hand():
    found = reversed_pair_contradiction(
        _items([5, 5, 5, 1], [3, 3, 3, 3], [5, 4, NAN, 1], [NAN, 1, 2, NAN]),
        [("q1", "q2"), ("q3", "q4")],
        lowest=1,
        highest=5,
    )

    expected = [0.5, 0, 0.75, NAN]
    assert found["estimate"].to_numpy() == pytest.approx(expected, nan_ok=True)
    assert found["n_pairs"].tolist() == [2, 2, 1, 0]


def test_contradictions_need_pairs():
    with pytest.raises(ValueError, match="at least one pair"):
        reversed_pair_contradiction(_items([1, 2]), [], lowest=1, highest=5)


@pytest.fixture
def survey(rng):
    """Return raw and keyed answers of 300 honest people to 8 subscales of 4 items."""
    blocks = {f"s{i}": [f"s{i}_{j}" for j in range(4)] for i in range(8)}
    levels = np.repeat(rng.normal(size=(300, 8)), 4, axis=1)
    answers = np.clip(np.round(3.4 + levels + rng.normal(0, 0.7, (300, 32))), 1, 5)
    columns = [item for block in blocks.values() for item in block]
    keyed = pd.DataFrame(answers, columns=columns)
    raw = keyed.copy()
    raw.iloc[:, 3::4] = 6 - raw.iloc[:, 3::4]
    return raw, keyed, blocks


def _key(raw):
    keyed = raw.copy()
    keyed.iloc[:, 3::4] = 6 - keyed.iloc[:, 3::4]
    return keyed


def _screen(raw, blocks, **options):
    return screen_careless(
        raw, _key(raw), blocks=blocks, lowest=1, highest=5, **options
    )


def test_honest_people_are_rarely_flagged(survey):
    raw, _, blocks = survey

    screen = _screen(raw, blocks)

    assert screen.n_respondents == 300
    assert screen.n_careless <= 3


def test_straight_and_random_answers_are_flagged(survey, rng):
    raw, _, blocks = survey
    raw.iloc[:5] = 5.0
    raw.iloc[5:15] = rng.integers(1, 6, (10, 32)).astype(float)
    pairs = [("s0_0", "s0_3"), ("s1_0", "s1_3")]

    frame = _screen(raw, blocks, reversed_pairs=pairs).to_frame()

    assert frame["careless"].iloc[:5].all()
    assert frame["careless"].iloc[5:15].sum() >= 5
    straight = frame.iloc[0]
    assert straight["flag_longstring"]
    assert straight["flag_contradiction"]


def test_two_hurdles_of_one_kind_are_not_enough(survey):
    raw, _, _ = survey
    raw.iloc[0] = 3.0  # the middle everywhere: invariable, no contradiction

    frame = _screen(raw, {}).to_frame()

    assert frame.loc[0, ["flag_longstring", "flag_variability"]].all()
    assert frame.loc[0, "n_kinds"] == 1
    assert not frame.loc[0, "careless"]


def test_speed_is_a_hurdle_of_its_own(survey):
    raw, _, _ = survey
    raw.iloc[0] = 3.0
    seconds = pd.Series(200.0, index=raw.index)
    seconds.iloc[0] = 64.0

    frame = _screen(raw, {}, seconds=seconds).to_frame()

    assert frame.loc[0, "seconds_per_item"] == 2.0
    assert frame.loc[0, "careless"]
    assert not frame["flag_speed"].iloc[1:].any()


def test_hurdles_that_cannot_be_applied_are_named(survey):
    raw, _, blocks = survey

    screen = _screen(raw, {"s0": blocks["s0"], "single": ["s1_0"]})

    reasons = dict(screen.not_applied)
    assert set(reasons) == {"even_odd", "contradiction", "speed"}
    assert "at least 3 blocks; got 1" in reasons["even_odd"]
    frame = screen.to_frame()
    assert frame["even_odd"].isna().all()
    assert not frame["flag_even_odd"].any()


def test_thresholds_are_options(survey):
    raw, _, blocks = survey

    lax = _screen(raw, blocks, thresholds=CarelessThresholds(kinds=1))

    assert lax.n_careless > _screen(raw, blocks).n_careless
    assert lax.thresholds.kinds == 1
    counts = lax.counts()
    assert counts["hurdle"].tolist()[0] == "longstring"
    assert counts["n_flagged"].sum() >= lax.n_careless


def test_a_contradiction_in_one_answered_pair_does_not_count(survey):
    raw, _, blocks = survey
    raw.loc[0, ["s0_0", "s0_3"]] = 5.0
    raw.loc[0, "s1_0"] = NAN
    pairs = [("s0_0", "s0_3"), ("s1_0", "s1_3")]

    frame = _screen(raw, blocks, reversed_pairs=pairs).to_frame()

    assert np.isnan(frame.loc[0, "contradiction"])


def test_frames_that_differ_are_refused(survey):
    raw, keyed, blocks = survey
    with pytest.raises(ValueError, match="same items in the same order"):
        screen_careless(raw, keyed.iloc[:, ::-1], blocks=blocks, lowest=1, highest=5)
    with pytest.raises(ValueError, match="`seconds` must have the index"):
        _screen(raw, blocks, seconds=pd.Series([1.0]))


def test_antonyms_are_off_unless_asked_for(survey):
    raw, _, blocks = survey
    raw.iloc[0] = 3.0
    usual = _screen(raw, blocks)

    asked = _screen(raw, blocks, thresholds=CarelessThresholds(antonyms=0.0))

    assert "antonyms" not in usual.to_frame()
    assert "antonyms" not in usual.counts()["hurdle"].tolist()
    frame = asked.to_frame()
    expected = psychometric_antonyms(raw, critical_r=0.60)["estimate"]
    assert frame["antonyms"].to_numpy() == pytest.approx(expected, nan_ok=True)
    assert frame["flag_antonyms"].equals(expected > 0)
    assert not frame["flag_antonyms"].iloc[0]  # undefined for a straight-liner


def test_antonyms_are_one_kind_with_the_other_inconsistencies(survey):
    raw, _, blocks = survey
    lax = CarelessThresholds(antonyms=-1.0, synonyms=1.0)

    frame = _screen(raw, blocks, thresholds=lax).to_frame()

    both = frame["flag_antonyms"] & frame["flag_synonyms"]
    alone = ~frame[["flag_longstring", "flag_variability", "flag_distance"]].any(axis=1)
    assert both.any()
    assert (frame.loc[both & alone, "n_kinds"] == 1).all()


def test_antonyms_that_these_answers_lack_are_named(survey):
    _, keyed, blocks = survey

    screen = screen_careless(
        keyed,
        keyed,
        blocks=blocks,
        lowest=1,
        highest=5,
        thresholds=CarelessThresholds(antonyms=0.0),
    )

    assert "below -0.6; 0 do" in dict(screen.not_applied)["antonyms"]
    assert not screen.to_frame()["flag_antonyms"].any()


def test_with_and_without_says_who_was_left_out(survey):
    from functools import partial

    from diagnose.statistics.reliability import cronbach_alpha

    raw, keyed, blocks = survey
    careless = screen_careless(raw, keyed, blocks=blocks, lowest=1, highest=5)
    flags = careless.to_frame()["careless"]
    flags.iloc[:3] = True

    table = with_and_without(
        partial(cronbach_alpha, interval="adf"), keyed[blocks["s0"]], flags
    )

    assert table.columns[:3].tolist() == ["respondents", "n_left_out", "method"]
    assert table["respondents"].tolist() == ["all", "without"]
    assert table["n_left_out"].tolist() == [0, flags.sum()]
    assert table["n_respondents"].tolist() == [300, 300 - flags.sum()]
    assert table["interval_method"].eq("adf").all()


def test_with_and_without_sets_results_of_several_rows_side_by_side(survey):
    from diagnose.statistics.reliability import convergent_validity

    _, keyed, blocks = survey
    careless = np.arange(300) < 10

    table = with_and_without(convergent_validity, keyed[blocks["s0"]], careless)

    assert table["respondents"].tolist() == ["all", "without", "all", "without"]
    assert table["method"].nunique() == 2
    assert table["difference"].iloc[[0, 2]].tolist() == [0, 0]


def test_with_and_without_refuses_flags_that_do_not_fit(survey):
    from diagnose.statistics.items import item_analysis
    from diagnose.statistics.reliability import cronbach_alpha

    _, keyed, blocks = survey
    items = keyed[blocks["s0"]]
    nobody = pd.Series(False, index=items.index)

    with pytest.raises(ValueError, match="`careless` must have the index"):
        with_and_without(cronbach_alpha, items, nobody.iloc[::-1])
    with pytest.raises(TypeError, match="must hold True and False; got int64"):
        with_and_without(cronbach_alpha, items, nobody.astype("int64"))
    with pytest.raises(ValueError, match=r"one value a respondent \(300\)"):
        with_and_without(cronbach_alpha, items, nobody.to_numpy()[:5])
    with pytest.raises(
        TypeError, match="a result with an `estimate`; got columns item"
    ):
        with_and_without(
            lambda part: item_analysis(part, lowest=1, highest=5), items, nobody
        )
    with pytest.raises(InsufficientDataError, match="1 complete of 1"):
        with_and_without(cronbach_alpha, items, np.arange(300) > 0)


@pytest.mark.parametrize(
    ("blocks", "text"),
    [
        ([["q1", "q2"], ["q3", "q4"]], "`blocks` must map each subscale to its items"),
        ({"a": "q1"}, r"`blocks\['a'\]` must be a list of items; got the text 'q1'"),
    ],
)
def test_blocks_are_lists_of_items_by_name(blocks, text):
    answers = _items([1, 2, 3, 4], [2, 3, 4, 5], [5, 4, 3, 1])

    with pytest.raises(TypeError, match=text):
        even_odd_consistency(answers, blocks)
    with pytest.raises(TypeError, match=text):
        screen_careless(answers, answers, blocks=blocks, lowest=1, highest=5)


@pytest.mark.parametrize("pairs", ["q1", ["q1", "q2"], [("q1",)]])
def test_pairs_are_pairs(pairs):
    with pytest.raises(TypeError, match="`pairs` must hold pairs of items"):
        reversed_pair_contradiction(_items([1, 2]), pairs, lowest=1, highest=5)


def test_answers_outside_the_response_scale_are_refused():
    answers = _items([1, 2, 3, 4], [2, 3, 4, 5], [5, 4, 3, 1])

    with pytest.raises(ValueError, match="`items` has answers outside 1 to 4"):
        reversed_pair_contradiction(answers, [("q1", "q2")], lowest=1, highest=4)
    with pytest.raises(ValueError, match="`raw` has answers outside 1 to 4"):
        screen_careless(
            answers, answers, blocks={"a": ["q1", "q2"]}, lowest=1, highest=4
        )
