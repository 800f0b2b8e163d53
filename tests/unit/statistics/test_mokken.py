from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.mokken import mokken_h, monotonicity


@pytest.fixture
def answers(rng):
    trait = rng.normal(size=(240, 1))
    latent = trait + rng.normal(size=(240, 4))
    return pd.DataFrame(
        np.clip(np.round(latent * 0.8 + 3), 1, 5), columns=["q1", "q2", "q3", "q4"]
    )


@pytest.fixture
def teams():
    return pd.Series([f"team {i % 30}" for i in range(240)])


GUTTMAN = pd.DataFrame({"easy": [0, 1, 1, 1, 1], "hard": [0, 0, 0, 1, 1]})


def test_a_perfect_guttman_scale_has_h_of_one_and_says_why_its_error_is_0():
    result = mokken_h(GUTTMAN)

    assert result.estimate == pytest.approx(1, abs=1e-15)
    assert result.std_error == pytest.approx(0, abs=1e-15)
    assert result.flags == ("no_error:easy,hard",)
    assert result.strength == "strong"


@pytest.mark.parametrize("interval", ["wald", "range_preserving"])
def test_without_errors_the_interval_is_the_estimate(interval):
    result = mokken_h(GUTTMAN, interval=interval)

    assert (result.conf_low, result.conf_high) == pytest.approx((1, 1), abs=1e-12)


def test_two_binary_items_give_phi_over_its_largest():
    # 2 x 2 table by hand: covariance .25 - .5 * .4 = .05, at most .4 - .5 * .4 = .2
    items = pd.DataFrame(
        {"a": [1] * 10 + [0] * 10, "b": [1] * 5 + [0] * 5 + [1] * 3 + [0] * 7}
    )

    assert mokken_h(items).estimate == pytest.approx(0.05 / 0.2, rel=1e-12)


def test_a_reversed_item_is_flagged_and_not_flipped(answers):
    reversed_item = answers.assign(q4=6 - answers["q4"])

    result = mokken_h(reversed_item)

    assert "negative_item:q4" in result.flags
    assert [f for f in result.flags if f.startswith("negative_pair")] == [
        "negative_pair:q1,q4",
        "negative_pair:q2,q4",
        "negative_pair:q3,q4",
    ]
    assert list(result.items["n_negative_pairs"]) == [1, 1, 1, 3]


def test_items_without_variance_are_refused_by_name(answers):
    constant = answers.assign(q5=3.0, q6=1.0)

    text = "all 240 respondents gave the same answer to q5, q6"
    with pytest.raises(InsufficientDataError, match=text):
        mokken_h(constant)
    with pytest.raises(InsufficientDataError, match=text):
        monotonicity(constant)


@pytest.mark.parametrize("function", [mokken_h, monotonicity])
@pytest.mark.parametrize(
    ("items", "text"),
    [
        (pd.DataFrame({"q1": [1, 2, 3]}), "got 1 items and 3 complete of 3"),
        (
            pd.DataFrame({"q1": [1, np.nan, 3], "q2": [1, 2, np.nan]}),
            "got 2 items and 1 complete of 3",
        ),
        (pd.DataFrame({"q1": [], "q2": []}, dtype=float), "0 complete of 0"),
    ],
)
def test_too_little_is_refused_with_its_size(function, items, text):
    with pytest.raises(InsufficientDataError, match=text):
        function(items)


@pytest.mark.parametrize("function", [mokken_h, monotonicity])
def test_answers_on_a_continuous_scale_are_refused(function, rng):
    measured = pd.DataFrame(rng.normal(size=(80, 2)), columns=["weight", "height"])

    with pytest.raises(ValueError, match="at most 50 an item; more in weight, height"):
        function(measured)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"conf_level": 95}, "`conf_level` must lie between 0 and 1; got 95"),
        ({"interval": "logit"}, "`interval` must be one of 'wald', 'range_preserving'"),
        ({"missing": "pairwise"}, "`missing` must be one of 'listwise', 'raise'"),
    ],
)
def test_wrong_options_of_h_are_named(answers, option, text):
    with pytest.raises(ValueError, match=text):
        mokken_h(answers, **option)


def test_clusters_must_be_a_series_on_the_same_index(answers, teams):
    with pytest.raises(TypeError, match="`clusters` must be a pandas Series; got list"):
        mokken_h(answers, clusters=list(teams))
    with pytest.raises(ValueError, match="must have the same index"):
        mokken_h(answers, clusters=teams.iloc[1:])


def test_one_cluster_is_refused(answers):
    everyone = pd.Series("a", index=answers.index)

    with pytest.raises(InsufficientDataError, match="at least 2 clusters; got 1 among"):
        mokken_h(answers, clusters=everyone)


def test_people_without_a_cluster_are_left_out_and_counted(answers, teams):
    teams = teams.where(teams.index >= 8)

    result = mokken_h(answers, clusters=teams)

    assert (result.n_respondents, result.n_without_cluster) == (232, 8)
    assert result.n_clusters == 30
    same = mokken_h(answers.iloc[8:], clusters=teams.iloc[8:])
    assert result.std_error == same.std_error


def test_few_clusters_are_flagged(answers):
    teams = pd.Series(np.arange(240) % 6)

    assert mokken_h(answers, clusters=teams).flags == ("few_clusters:6",)


def test_clusters_of_one_give_the_error_of_single_respondents(answers):
    apart = mokken_h(answers, clusters=pd.Series(range(240)))

    together = mokken_h(answers)

    factor = np.sqrt(240 / 239)
    assert apart.std_error == pytest.approx(factor * together.std_error, rel=1e-12)
    pairs = factor * together.pairs["std_error"]
    assert list(apart.pairs["std_error"]) == pytest.approx(list(pairs), rel=1e-12)


def test_doubling_everybody_within_clusters_leaves_the_clustered_error(answers):
    doubled = pd.concat([answers, answers], ignore_index=True)
    people = pd.Series(list(range(240)) * 2)

    result = mokken_h(doubled, clusters=people)

    single = mokken_h(answers, clusters=pd.Series(range(240)))
    assert result.std_error == pytest.approx(single.std_error, rel=1e-12)


def test_range_preserving_limits_stay_below_one():
    nearly = pd.concat([GUTTMAN] * 4, ignore_index=True)
    nearly.loc[0, "hard"] = 1

    wald = mokken_h(nearly)
    kept = mokken_h(nearly, interval="range_preserving")

    assert wald.conf_high > 1 > kept.conf_high
    assert kept.interval_method == "range_preserving"
    assert kept.conf_low < kept.estimate < kept.conf_high


@pytest.mark.parametrize(
    ("n_both", "word"), [(31, "strong"), (29, "medium"), (27, "weak"), (25, "none")]
)
def test_strength_is_the_word_of_the_convention(n_both, word):
    # Two items that half of 80 people take: H is 4 times the share with both, less 1.
    second = [1] * n_both + [0] * 40 + [1] * (40 - n_both)

    assert mokken_h(pd.DataFrame({"a": [1] * 40 + [0] * 40, "b": second})).strength == (
        word
    )


def test_frame_has_the_scale_first_then_the_items(answers):
    result = mokken_h(answers)

    frame = result.to_frame()

    assert list(frame["level"]) == ["scale"] + ["item"] * 4
    assert list(frame["item"]) == ["", "q1", "q2", "q3", "q4"]
    assert frame.loc[0, "estimate"] == result.estimate
    assert set(frame["n_respondents"]) == {240}
    assert len(result.pairs) == 6


def test_names_that_read_the_same_are_refused(answers):
    answers.columns = [1, "1", 2, "2"]

    with pytest.raises(ValueError, match="`items` has repeated columns: 1, 2"):
        monotonicity(answers, min_group=40)
    with pytest.raises(ValueError, match="`items` has repeated columns: 1, 2"):
        mokken_h(answers)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"min_group": 0}, "`min_group` must be at least 1; got 0"),
        ({"min_group": 20.5}, "`min_group` must be a whole number; got 20.5"),
        ({"min_violation": 3}, "`min_violation` must lie from 0 to 1; got 3"),
        ({"missing": "drop"}, "`missing` must be one of 'listwise', 'raise'"),
    ],
)
def test_wrong_options_of_monotonicity_are_named(answers, option, text):
    with pytest.raises(ValueError, match=text):
        monotonicity(answers, **option)


@pytest.mark.parametrize(
    ("n_respondents", "min_group"), [(500, 50), (499, 99), (250, 50), (240, 80)]
)
def test_default_group_depends_on_the_number_of_people(rng, n_respondents, min_group):
    items = pd.DataFrame(rng.integers(1, 6, size=(n_respondents, 3)))

    assert monotonicity(items).min_group == min_group


def test_too_few_people_for_two_groups_are_refused(answers):
    text = "groups of at least 50; 90 complete respondents are too few for two"
    with pytest.raises(InsufficientDataError, match=text):
        monotonicity(answers.iloc[:90])


def test_a_falling_item_is_found(rng):
    trait = rng.normal(size=2000)
    rising = [np.digitize(trait + rng.normal(size=2000), [-1, 0, 1]) for _ in range(4)]
    # The last item rises to the middle of the trait and falls after it.
    peaked = np.digitize(rng.normal(size=2000) - trait**2, [-2, -1, 0])
    items = pd.DataFrame(np.column_stack([*rising, peaked]), columns=list("abcde"))

    result = monotonicity(items).items.set_index("item")

    assert result.loc["e", "n_significant"] > 0
    assert result.loc["e", "crit"] > 80
    assert list(result.loc[list("abcd"), "n_violations"]) == [0, 0, 0, 0]
    assert list(result.loc[list("abcd"), "crit"]) == [0, 0, 0, 0]


def test_items_without_anything_to_compare_are_flagged():
    # Nine in ten have one rest score, so a group of a third takes nearly everybody.
    items = pd.DataFrame({"a": [0, 1] * 50, "b": [0] * 95 + [1] * 5})

    result = monotonicity(items, min_group=40)

    assert result.flags == ("no_comparison:a",)
    row = result.items.set_index("item").loc["a"]
    assert (row["n_groups"], row["n_comparisons"], row["crit"]) == (1, 0, 0)
    assert np.isnan(row["violation_share"])


def test_groups_hold_everybody_once_and_rise(answers):
    result = monotonicity(answers, min_group=40)

    groups = result.groups.drop_duplicates(["item", "group"])
    assert set(groups.groupby("item")["n_respondents"].sum()) == {240}
    assert (groups["n_respondents"] >= 40).all()
    assert (groups["rest_low"] <= groups["rest_high"]).all()
    assert list(result.to_frame()["n_respondents"]) == [240] * 4
