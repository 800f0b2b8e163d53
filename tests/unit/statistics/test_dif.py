from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.dif import DifCriterion, ordinal_dif, purification

CUTS = np.array([-1.6, -0.5, 0.5, 1.6])


def simulate(rng, n_by_group, n_items=6, *, raised=None, steeper=None, impact=0.0):
    """Return answers 1 to 5 from a graded model; DIF is for the second group."""
    code = np.repeat(np.arange(len(n_by_group)), n_by_group)
    trait = rng.normal(size=len(code)) + impact * (code == 1)
    slope = np.full((len(code), n_items), 1.7)
    shift = np.zeros((len(code), n_items))
    for item, factor in (steeper or {}).items():
        slope[code == 1, item] *= factor
    for item, amount in (raised or {}).items():
        shift[code == 1, item] = amount
    latent = slope * trait[:, None] + shift + rng.logistic(size=slope.shape)
    items = pd.DataFrame(
        np.digitize(latent, 1.7 * CUTS) + 1.0,
        columns=[f"q{i + 1}" for i in range(n_items)],
    )
    return items, pd.Series(np.array(list("abcd"))[code]), pd.Series(trait)


@pytest.fixture
def sample(rng):
    items, group, _ = simulate(rng, (220, 210))
    return items, group


def test_a_raised_item_is_found_and_leaves_the_level(rng):
    items, group, _ = simulate(rng, (600, 600), 8, raised={0: 1.0})

    result = ordinal_dif(items, group)

    assert result.flagged == ("q1",)
    assert result.anchors == ("q2", "q3", "q4", "q5", "q6", "q7", "q8")
    row = result.items.set_index("item").loc["q1"]
    assert (row["kind"], row["anchor"]) == ("uniform", False)
    effect = result.effects.set_index("item").loc["q1"]
    assert effect["conf_low"] < 1.0 < effect["conf_high"]
    assert effect["score_difference"] > 0.25


def test_a_steeper_item_is_called_non_uniform(rng):
    items, group, _ = simulate(rng, (900, 900), 8, steeper={2: 1.8})

    result = ordinal_dif(items, group)

    assert result.flagged == ("q3",)
    assert result.items.set_index("item").loc["q3", "kind"] == "non_uniform"
    effect = result.effects.set_index("item").loc["q3"]
    assert effect["slope_difference"] > 3 * effect["slope_std_error"]
    # Curves that cross: lower below the middle, higher above it.
    assert effect["score_difference_absolute"] > 3 * abs(effect["score_difference"])


def test_purification_takes_back_what_a_raised_item_does_to_the_others(rng):
    items, group, _ = simulate(rng, (1500, 1500), 5, raised={0: 1.5})

    plain = ordinal_dif(items, group, purify=False)
    purified = ordinal_dif(items, group)

    assert plain.anchor_choice == "all"
    assert set(plain.flagged) > {"q1"}
    assert purified.flagged == ("q1",)
    assert purified.n_iterations > 1


def test_false_alarms_stay_near_their_rate(rng):
    """A light simulation: 60 samples of 8 items without DIF, groups of one level."""
    rates = []
    for _ in range(60):
        items, group, _ = simulate(rng, (150, 150), 8)
        tests = ordinal_dif(items, group, purify=False, adjust="none").tests
        rates.append((tests["p_value"] < 0.05).groupby(tests["test"]).mean())

    mean = pd.concat(rates, axis=1).mean(axis=1)

    # 480 tests of each kind: two and a half standard errors are .025.
    assert mean.to_numpy() == pytest.approx(0.05, abs=0.025)


def test_the_true_score_holds_where_levels_differ_and_the_rest_score_does_not(rng):
    found = {"total_score": 0, "rest_score": 0, "true_score": 0}
    for _ in range(12):
        items, group, _ = simulate(rng, (800, 800), 4, impact=0.8)
        for matching in found:
            result = ordinal_dif(items, group, matching=matching, purify=False)
            tests = result.tests[result.tests["test"] == "uniform"]
            found[matching] += int((tests["p_value"] < 0.05).sum())

    # 48 items without DIF: 2.4 are expected at the nominal rate.
    assert found["true_score"] <= 8
    assert found["rest_score"] > 36


def test_levels_that_differ_are_flagged(rng):
    items, group, trait = simulate(rng, (300, 300, 300), impact=0.8)

    assert ordinal_dif(items, group).flags == ("level_differs:b",)
    assert ordinal_dif(items, group, matching="true_score").flags == ()
    assert ordinal_dif(items, group, matching=trait).flags == ()


def test_a_level_given_is_used_as_it_is(rng):
    items, group, trait = simulate(rng, (400, 400), 3, impact=0.8)

    result = ordinal_dif(items, group, matching=trait)

    assert (result.matching, result.anchor_choice) == ("theta", "none")
    assert (result.anchors, result.n_iterations) == ((), 1)
    assert not result.items["anchor"].any()
    # Without error in the level, slopes are those of the model: 1.7.
    moved = ordinal_dif(items, group, matching=trait * 10 + 3)
    assert list(moved.tests["statistic"]) == pytest.approx(
        list(result.tests["statistic"]), rel=1e-8, abs=1e-8
    )


def test_one_item_can_be_tested_at_a_level_given(rng):
    items, group, trait = simulate(rng, (200, 200), 1)

    assert len(ordinal_dif(items, group, matching=trait).items) == 1


def test_three_groups_have_two_degrees_of_freedom_and_two_effects(rng):
    items, group, _ = simulate(rng, (250, 250, 250), raised={1: 1.2})

    result = ordinal_dif(items, group)

    assert result.groups == ("a", "b", "c")
    assert list(result.tests["df"].unique()) == [2, 4]
    effects = result.effects[result.effects["item"] == "q2"].set_index("group")
    assert effects.loc["b", "estimate"] > 0.7
    assert abs(effects.loc["c", "estimate"]) < 0.5


def test_the_first_category_is_the_reference(sample):
    items, group = sample
    ordered = group.astype(pd.CategoricalDtype(["b", "a", "unused"], ordered=True))

    result = ordinal_dif(items, ordered)

    assert result.groups == ("b", "a")
    assert result.n_by_group == (210, 220)


def test_people_left_out_are_counted(sample):
    items, group = sample
    items.iloc[:7, 0] = np.nan
    group = group.where(group.index >= 10)

    result = ordinal_dif(items, group)

    assert (result.n_incomplete, result.n_without_group) == (7, 3)
    assert result.n_respondents == 420
    assert result.n_by_group == (210, 210)


def test_small_groups_are_flagged(rng):
    items, group, _ = simulate(rng, (250, 60))

    assert "small_group:b" in ordinal_dif(items, group).flags


@pytest.mark.parametrize(
    ("criterion", "flagged"),
    [
        (DifCriterion(), True),
        (DifCriterion(by="effect_size"), False),
        (DifCriterion(by="both"), False),
        (DifCriterion(by="both", min_change=0.005), True),
        (DifCriterion(by="effect_size", r_squared="mcfadden", min_change=0.003), True),
        (DifCriterion(alpha=1e-12), False),
    ],
)
def test_the_criterion_decides_what_is_flagged(rng, criterion, flagged):
    items, group, _ = simulate(rng, (1000, 1000), 8, raised={0: 0.5})

    result = ordinal_dif(items, group, criterion=criterion, purify=False)

    assert bool(result.items.set_index("item").loc["q1", "dif"]) is flagged


def test_intervals_have_the_level_of_the_tests(sample):
    usual = ordinal_dif(*sample).effects
    wide = ordinal_dif(*sample, criterion=DifCriterion(alpha=0.01)).effects

    ratio = (wide["conf_high"] - wide["conf_low"]) / (
        usual["conf_high"] - usual["conf_low"]
    )
    assert list(ratio) == pytest.approx([2.5758293035 / 1.9599639845] * 6, rel=1e-9)


def test_adjustment_is_over_the_items_of_one_test(sample):
    raw = ordinal_dif(*sample, adjust="none", purify=False).tests
    holm = ordinal_dif(*sample, adjust="holm", purify=False).tests

    assert list(raw["p_value_adjusted"]) == list(raw["p_value"])
    for _, rows in holm.groupby("test"):
        smallest = rows["p_value"].min()
        assert rows["p_value_adjusted"].min() == pytest.approx(min(1, 6 * smallest))


def test_words_for_the_size_follow_their_conventions(rng):
    items, group, _ = simulate(rng, (500, 500), 8, raised={0: 2.0})

    row = ordinal_dif(items, group).items.set_index("item").loc["q1"]

    assert row["nagelkerke_change"] > 0.07
    assert row["size_jodoin_gierl"] == "large"
    assert row["size_zumbo"] == (
        "moderate" if row["nagelkerke_change"] >= 0.13 else ("negligible")
    )


def test_an_answer_that_one_group_never_gives_is_joined_on_record(sample):
    items, group = sample
    items.loc[group == "b", "q1"] = items.loc[group == "b", "q1"].clip(lower=2)

    result = ordinal_dif(items, group, min_category=1)

    assert result.collapsed[["item", "answers"]].to_numpy().tolist() == [["q1", "1, 2"]]
    joined = items.loc[items["q1"] <= 2, "q1"]
    assert result.collapsed.loc[0, "value"] == pytest.approx(joined.mean())
    assert "collapsed:q1" in result.flags
    assert list(result.items["n_categories"]) == [4, 5, 5, 5, 5, 5]


def test_a_rare_answer_joins_its_smaller_neighbour(sample):
    items, group = sample
    # The middle answer is rare; 4 is given less often than 2.
    items["q1"] = items["q1"].replace({3: 2}).where(items.index % 9 != 0, 3)
    counts = items["q1"].value_counts()
    assert counts[4] < counts[2]

    result = ordinal_dif(items, group, min_category=50)

    rows = result.collapsed[result.collapsed["item"] == "q1"]
    assert "3, 4, 5" in list(rows["answers"])


def test_items_left_with_one_category_are_refused_by_name(sample):
    items, group = sample
    items.loc[group == "b", "q2"] = 3.0

    text = r"at least 5 times by every group \(a: n = 220, b: n = 210\) to q2"
    with pytest.raises(InsufficientDataError, match=text):
        ordinal_dif(items, group)


def test_items_without_variance_are_refused_by_name(sample):
    items, group = sample
    items["q2"] = 3.0

    text = "all 430 respondents gave the same answer to q2"
    with pytest.raises(InsufficientDataError, match=text):
        ordinal_dif(items, group)


def test_a_single_group_is_refused(sample):
    items, group = sample

    text = "at least 2 groups; got 1 among 430 complete respondents"
    with pytest.raises(InsufficientDataError, match=text):
        ordinal_dif(items, pd.Series("a", index=group.index))


def test_groups_of_a_few_are_refused_with_their_size(sample):
    items, group = sample
    group.iloc[:2] = "c"
    group.iloc[2] = "d"

    text = r"at least 30 complete respondents; fewer in c \(n = 2\), d \(n = 1\)"
    with pytest.raises(InsufficientDataError, match=text):
        ordinal_dif(items, group)


def test_two_items_cannot_be_matched_on(sample):
    items, group = sample

    with pytest.raises(InsufficientDataError, match="at least 3 items; got 2"):
        ordinal_dif(items[["q1", "q2"]], group)


def test_a_level_that_is_missing_is_refused(rng):
    items, group, trait = simulate(rng, (100, 100))
    trait.iloc[:4] = np.nan
    items.iloc[0, 0] = np.nan  # this one does not count

    text = "missing or infinite for 3 of 199 complete respondents"
    with pytest.raises(ValueError, match=text):
        ordinal_dif(items, group, matching=trait)


def test_a_level_that_does_not_vary_in_a_group_is_refused(rng):
    items, group, trait = simulate(rng, (100, 100))

    text = "does not vary among the 100 respondents of group b"
    with pytest.raises(InsufficientDataError, match=text):
        ordinal_dif(items, group, matching=trait.where(group == "a", 0.5))


def test_a_true_score_without_reliability_is_refused(rng):
    items, group, _ = simulate(rng, (200, 200))
    items[["q4", "q5", "q6"]] = 6 - items[["q4", "q5", "q6"]]

    text = r"the sum of the anchors without q\d has a reliability \(alpha\) of -"
    with pytest.raises(InsufficientDataError, match=text):
        ordinal_dif(items, group, matching="true_score")


def test_measurements_are_refused(sample, rng):
    items, group = sample
    items["weight"] = rng.normal(size=430)

    with pytest.raises(ValueError, match="at most 50 an item; more in weight"):
        ordinal_dif(items, group)


@pytest.mark.parametrize(
    ("option", "error", "text"),
    [
        ({"matching": "theta"}, ValueError, "'rest_score', 'true_score'; got 'theta'"),
        ({"matching": 3}, TypeError, "or a pandas Series; got int"),
        ({"adjust": "bonferroni"}, ValueError, "'holm', 'none'; got 'bonferroni'"),
        ({"min_category": 0}, ValueError, "`min_category` must be at least 1; got 0"),
        ({"criterion": 0.05}, TypeError, "`criterion` must be a DifCriterion; got fl"),
        ({"anchors": ["q1", "z"]}, ValueError, "columns of `items`; unknown: z"),
        ({"anchors": "q1"}, TypeError, "a sequence of column names; got a text"),
        (
            {"anchors": ["q1"]},
            InsufficientDataError,
            "`anchors` has 1 of 6 items to match on; at least 2 are needed for a total",
        ),
        (
            {"anchors": ["q1", "q2"], "matching": "true_score"},
            InsufficientDataError,
            "at least 3 are needed for a true score",
        ),
    ],
)
def test_wrong_options_are_named(sample, option, error, text):
    with pytest.raises(error, match=text):
        ordinal_dif(*sample, **option)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"by": "chance"}, "`by` must be one of 'p_value', 'effect_size', 'both'"),
        ({"alpha": 5}, "`alpha` must lie between 0 and 1; got 5"),
        ({"r_squared": "efron"}, "`r_squared` must be one of 'mcfadden'"),
        ({"min_change": -1}, "`min_change` must lie between 0 and 1; got -1"),
    ],
)
def test_a_criterion_that_cannot_be_is_refused(option, text):
    with pytest.raises(ValueError, match=text):
        DifCriterion(**option)


def test_groups_must_be_a_series_on_the_same_index(sample):
    items, group = sample

    with pytest.raises(TypeError, match="`group` must be a pandas Series; got list"):
        ordinal_dif(items, list(group))
    with pytest.raises(ValueError, match="`items` and `group` must have the same ind"):
        ordinal_dif(items, group.iloc[1:])
    with pytest.raises(ValueError, match="`items` and `matching` must have the same"):
        ordinal_dif(items, group, matching=items["q1"].iloc[1:])
    with pytest.raises(TypeError, match="`matching` must hold numbers"):
        ordinal_dif(items, group, matching=group)


def test_anchors_and_a_level_exclude_each_other(rng):
    items, group, trait = simulate(rng, (100, 100))

    with pytest.raises(ValueError, match="either `anchors` or a level as `matching`"):
        ordinal_dif(items, group, matching=trait, anchors=["q1", "q2"])


def test_anchors_given_stay_the_anchors(rng):
    items, group, _ = simulate(rng, (500, 500), raised={0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0})

    result = ordinal_dif(items, group, anchors=("q5", "q6"))

    assert result.anchors == ("q5", "q6")
    assert result.anchor_choice == "given"
    assert result.flagged == ("q1", "q2", "q3", "q4")
    assert "few_anchors:2" in result.flags


def test_one_strong_item_among_few_does_not_take_the_others_along(rng):
    items, group, _ = simulate(rng, (1500, 1500), 4, raised={0: 2.0})

    result = ordinal_dif(items, group)

    assert set(ordinal_dif(items, group, purify=False).flagged) == {*items.columns}
    assert result.flagged == ("q1",)


def test_where_most_items_differ_the_anchors_are_flagged_themselves(rng):
    shifts = {0: 2.0, 1: -2.0, 2: 1.0, 3: -1.0}
    items, group, _ = simulate(rng, (1500, 1500), 4, raised=shifts)

    result = ordinal_dif(items, group)

    assert len(result.anchors) == 2
    assert {f"flagged_anchor:{item}" for item in result.anchors} <= set(result.flags)


def flag_by_turns(monkeypatch, first, second):
    """Let each round flag `first`, or `second` where the first is out of the level."""
    fit_once = purification.fit_round

    def fit_and_change_sides(study, anchors):
        found = fit_once(study, anchors)
        turn = first if anchors[first[0]] else second
        flagged = np.isin(np.arange(len(anchors)), turn)
        return purification.replace(found, flagged=flagged)

    monkeypatch.setattr(purification, "fit_round", fit_and_change_sides)


def test_in_circles_half_of_the_items_stay_anchors(sample, monkeypatch):
    flag_by_turns(monkeypatch, [0, 1, 2], [3, 4, 5])

    result = ordinal_dif(*sample)

    assert len(result.anchors) == 3
    assert any(flag.startswith("flagged_anchor") for flag in result.flags)


def test_purification_that_goes_round_in_circles_ends_and_is_flagged(
    sample, monkeypatch
):
    """Flag q1 and q2 by turns: neither stays an anchor."""
    flag_by_turns(monkeypatch, [0], [1])

    result = ordinal_dif(*sample)

    assert result.anchors == ("q3", "q4", "q5", "q6")
    assert "purification_unstable" in result.flags
    # All items, without q1, without q2; then again, and without both.
    assert result.n_iterations == 6


def test_separated_answers_have_a_reason_instead_of_numbers(rng):
    level = pd.Series(rng.normal(size=300))
    group = pd.Series(np.where(np.arange(300) % 2, "a", "b"))
    items = pd.DataFrame({"cut": (level > 0) * 1.0, "free": rng.integers(0, 3, 300)})

    result = ordinal_dif(items, group, matching=level)

    assert "separation:cut" in result.flags
    for frame in (result.tests, result.effects, result.items):
        rows = frame.set_index("item")
        assert set(rows.loc[["cut"], "reason"]) == {"separation"}
        assert set(rows.loc[["free"], "reason"]) == {""}
        assert rows.loc[["free"]].notna().all(axis=None)
    assert result.tests.loc[result.tests["item"] == "cut", "statistic"].isna().all()
    row = result.items.set_index("item").loc["cut"]
    assert (row["dif"], row["size_zumbo"]) == (False, "")
    assert result.curves["expected_answer"].notna().all()


@pytest.mark.parametrize("n_levels", [2, 3, 5])
def test_an_item_that_is_the_level_has_no_numbers_and_harms_no_other(n_levels, rng):
    level = pd.Series(np.arange(300) // 2 % n_levels * 1.0)
    group = pd.Series(np.where(np.arange(300) % 2, "a", "b"))
    items = pd.DataFrame({"same": level, "free": rng.integers(0, n_levels, 300)})

    result = ordinal_dif(items, group, matching=level)

    assert "separation:same" in result.flags
    alone = ordinal_dif(items[["free"]], group, matching=level, adjust="none").tests
    free = result.tests[result.tests["item"] == "free"]
    assert list(free["statistic"]) == pytest.approx(list(alone["statistic"]), rel=1e-9)


def test_separation_in_one_group_leaves_the_uniform_test(rng):
    level = pd.Series(rng.normal(size=400))
    group = pd.Series(np.where(np.arange(400) % 2, "a", "b"))
    chance = pd.Series(rng.integers(0, 2, 400))
    items = pd.DataFrame({"q1": ((level > 0) * 1).where(group == "b", chance)})

    result = ordinal_dif(items, group, matching=level)

    tests = result.tests.set_index("test")
    assert np.isfinite(tests.loc["uniform", "p_value_adjusted"])
    assert list(tests["reason"]) == ["", "separation", "separation"]
    assert np.isfinite(result.effects.loc[0, "estimate"])
    assert np.isnan(result.effects.loc[0, "slope_difference"])


def test_curves_rise_and_say_where_a_group_is(rng):
    items, group, _ = simulate(rng, (300, 300), raised={0: 0.8}, impact=1.5)

    curves = ordinal_dif(items, group).curves

    assert len(curves) == 6 * 2 * 31
    for _, curve in curves.groupby(["item", "group"]):
        assert (np.diff(curve["level"]) > 0).all()
        assert (np.diff(curve["expected_answer"]) > 0).all()
        assert curve["expected_answer"].between(1, 5).all()
    raised = curves[curves["item"] == "q1"].pivot(
        index="level", columns="group", values="expected_answer"
    )
    assert (raised["b"] > raised["a"]).mean() > 0.9
    assert not curves.loc[curves["group"] == "b", "observed"].all()


def test_answers_need_not_be_whole_numbers(sample):
    items, group = sample

    halves = ordinal_dif(items / 4 + 0.1, group)

    expected = ordinal_dif(items, group)
    statistics = list(expected.tests["statistic"])
    assert list(halves.tests["statistic"]) == pytest.approx(statistics, abs=1e-8)
    slopes = list(expected.effects["slope_difference"])
    got = list(halves.effects["slope_difference"] / 4)
    assert got == pytest.approx(slopes, rel=1e-6, abs=1e-9)


def test_frame_has_one_row_an_item(sample):
    result = ordinal_dif(*sample)

    frame = result.to_frame()

    assert list(frame["item"]) == ["q1", "q2", "q3", "q4", "q5", "q6"]
    assert set(frame["n_respondents"]) == {430}
    assert set(frame["method"]) == {"ordinal_logistic_dif"}
