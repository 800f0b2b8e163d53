"""Ordinal logits: what is refused, what is said, and the corners."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.ordinal_comparison import ordinal_logit


@pytest.fixture
def people(rng):
    n = 300
    group = pd.Series(rng.choice(["floor", "leader", "staff"], n))
    latent = (group == "leader") * 1.0 + rng.logistic(size=n)
    return pd.DataFrame(
        {
            "item": np.digitize(latent, [-2, -0.5, 1, 2.5]) + 1.0,
            "group": group,
            "skill": rng.normal(size=n),
            "age": rng.normal(40, 9, n),
            "team": rng.integers(0, 25, n),
        }
    )


def test_groups_are_set_against_the_first(people):
    result = ordinal_logit(people["item"], people["group"])

    frame = result.to_frame()
    assert result.reference == "floor"
    assert list(frame["term"]) == ["leader", "staff"]
    assert frame.loc[0, "odds_ratio"] > 1.5
    assert frame.loc[0, "odds_ratio_low"] > 1
    assert np.isinf(frame["df"]).all()
    assert result.test == "likelihood_ratio"
    assert result.n_teams is result.df2 is None


def test_categories_keep_their_order(people):
    groups = people["group"].astype(pd.CategoricalDtype(["staff", "leader", "floor"]))

    result = ordinal_logit(people["item"], groups)

    assert result.reference == "staff"


def test_categories_that_nobody_used_are_passed_over(people):
    result = ordinal_logit(people["item"].replace(3.0, 4.0), people["group"])

    assert result.categories == (1.0, 2.0, 4.0, 5.0)
    assert list(result.thresholds()["above"]) == [2, 4, 5]


def test_incomplete_rows_are_left_out_and_counted(people):
    people.loc[0, "item"] = np.nan
    people.loc[1, "group"] = None
    teams = people["team"].astype(object)
    teams[2] = None

    result = ordinal_logit(people["item"], people["group"], clusters=teams)

    assert (result.n_respondents, result.n_left_out) == (297, 3)
    assert result.method == "proportional_odds_ml_cr2"
    assert result.test == "hotelling_t2_htz"
    assert result.n_teams == 25
    assert result.to_frame()["df"].between(5, 25).all()


def test_two_categories_need_no_check_of_proportional_odds(people):
    answered_high = (people["item"] > 3).astype(float)

    result = ordinal_logit(answered_high, people[["skill", "age"]])

    assert result.proportional_odds is None
    assert result.notes == ()


def test_odds_that_differ_between_thresholds_are_noted(rng):
    group = pd.Series(np.repeat(["a", "b"], 400))
    # The second group is more divided: higher at the top, lower at the bottom.
    spread = np.where(group == "b", 3.0, 1.0)
    item = pd.Series(np.digitize(spread * rng.logistic(size=800), [-2, 0, 2]) + 1.0)

    result = ordinal_logit(item, group)

    assert result.proportional_odds.p_value < 0.001
    assert any("odds ratios differ between thresholds" in n for n in result.notes)
    frame = result.proportional_odds.to_frame()
    assert list(frame["term"]) == ["all", "b"]
    assert frame.loc[0, "statistic"] == pytest.approx(frame.loc[1, "statistic"])


def test_a_threshold_that_cannot_be_fitted_alone_is_named(people):
    people.loc[people["group"] == "staff", "item"] = np.clip(
        people.loc[people["group"] == "staff", "item"], 2, 5
    )

    result = ordinal_logit(people["item"], people["group"])

    assert result.proportional_odds is None
    assert any("threshold between 1 and 2 alone" in note for note in result.notes)


def test_few_teams_cannot_carry_the_check(people):
    result = ordinal_logit(
        people["item"], people["group"], clusters=pd.Series(people["team"] % 6)
    )

    assert result.proportional_odds is None
    assert any("need more than 7 teams" in note for note in result.notes)


def test_a_check_that_rests_on_few_teams_says_so(people):
    result = ordinal_logit(
        people["item"], people["group"], clusters=pd.Series(people["team"] % 12)
    )

    assert result.proportional_odds.n_teams == 12
    assert any("raises too many alarms" in note for note in result.notes)


def test_one_category_is_refused(people):
    with pytest.raises(InsufficientDataError, match="all 300 answers are the same"):
        ordinal_logit(people["item"] * 0 + 4, people["group"])


def test_a_group_at_one_end_is_named(people):
    people.loc[people["group"] == "leader", "item"] = 5.0
    size = (people["group"] == "leader").sum()

    with pytest.raises(InsufficientDataError, match=f"{size} answers of leader are 5"):
        ordinal_logit(people["item"], people["group"])


def test_the_reference_group_at_one_end_is_named(people):
    people.loc[people["group"] == "floor", "item"] = 1.0

    with pytest.raises(InsufficientDataError, match="answers of floor are 1"):
        ordinal_logit(people["item"], people["group"])


def test_a_group_above_all_others_is_refused(people):
    two = people[people["group"] != "staff"].copy()
    leader = two["group"] == "leader"
    two.loc[leader, "item"] = np.where(two.loc[leader, "item"] > 3, 5.0, 4.0)
    two.loc[~leader, "item"] = np.clip(two.loc[~leader, "item"], 1, 3)

    with pytest.raises(InsufficientDataError, match="leader separates itself"):
        ordinal_logit(two["item"], two["group"])


def test_a_predictor_that_separates_is_named(people):
    people["age"] = people["item"] * 10 + people["skill"] / 100

    with pytest.raises(InsufficientDataError, match="`age` separates them perfectly"):
        ordinal_logit(people["item"], people[["skill", "age"]])


@pytest.mark.parametrize(
    ("n_rows", "text"),
    [(6, "at least 10 complete rows; got 6"), (25, "at least 30 complete rows")],
)
def test_too_few_rows_are_refused(people, n_rows, text):
    people["item"] = np.tile([1.0, 2, 3, 4, 5], 60)
    people["group"] = np.tile(["floor", "leader", "staff"], 100)

    with pytest.raises(InsufficientDataError, match=text):
        ordinal_logit(people["item"].head(n_rows), people["group"].head(n_rows))


def test_groups_that_are_too_few_or_too_small_are_refused(people):
    with pytest.raises(InsufficientDataError, match="at least 2 groups; got 1"):
        ordinal_logit(people["item"], pd.Series("a", index=people.index))
    lone = people["group"].where(people.index != 7, "guest")
    with pytest.raises(InsufficientDataError, match=r"too few in guest \(n 1\)"):
        ordinal_logit(people["item"], lone)


def test_predictors_without_use_are_named(people):
    twice = people.assign(again=people["skill"] * 2, same=1.0)
    with pytest.raises(InsufficientDataError, match="follow from the others: again"):
        ordinal_logit(people["item"], twice[["skill", "again"]])
    with pytest.raises(InsufficientDataError, match="do not vary over 300 rows: same"):
        ordinal_logit(people["item"], twice[["skill", "same"]])


def test_too_few_teams_are_refused(people):
    with pytest.raises(InsufficientDataError, match="at least 4 teams; got 3"):
        ordinal_logit(
            people["item"], people["group"], clusters=pd.Series(people["team"] % 3)
        )


def test_wrong_shapes_and_options_are_refused(people):
    item, group = people["item"], people["group"]
    with pytest.raises(TypeError, match="`item` must be a Series"):
        ordinal_logit(list(item), group)
    with pytest.raises(TypeError, match="`predictors` must be a Series of groups"):
        ordinal_logit(item, list(group))
    with pytest.raises(ValueError, match="`item` and `predictors` must have the same"):
        ordinal_logit(item, group[::-1])
    with pytest.raises(ValueError, match="`item` and `clusters` must have the same"):
        ordinal_logit(item, group, clusters=people["team"][::-1])
    with pytest.raises(ValueError, match="`errors` must be one of 'cr2', 'cr1'"):
        ordinal_logit(item, group, errors="hc3")
    with pytest.raises(ValueError, match="columns of different names"):
        ordinal_logit(item, people[["skill", "skill"]])
    with pytest.raises(ValueError, match="`conf_level`"):
        ordinal_logit(item, group, conf_level=1)
