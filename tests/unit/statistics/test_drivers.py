"""Drivers: what is refused, what is noted, and the ends of the road."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError, SmallSampleWarning
from diagnose.statistics.drivers import (
    collinearity,
    common_method,
    driver_sums,
    importance_and_headroom,
    relative_importance,
    relative_importance_from_correlations,
    relative_importance_from_sums,
)
from diagnose.statistics.drivers.chance import with_chance_predictor

NAMES = ["voice", "trust", "time"]
QUICK = {"n_bootstrap": 200}


def organisation(n_respondents=240, n_teams=24, *, effect=0.6, seed=1):
    rng = np.random.default_rng(seed)
    team = pd.Series(np.arange(n_respondents) % n_teams, name="team")
    common = rng.normal(size=n_respondents)
    scores = pd.DataFrame(
        {name: 0.7 * common + rng.normal(size=n_respondents) for name in NAMES}
    )
    outcome = pd.Series(
        effect * scores["voice"]
        + 0.4 * rng.normal(size=n_teams)[team]
        + rng.normal(size=n_respondents),
        name="commitment",
    )
    return outcome, scores, team


@pytest.fixture(scope="module")
def importance():
    outcome, scores, team = organisation()
    return relative_importance(outcome, scores, clusters=team, **QUICK)


# --- relative importance ------------------------------------------------------


def test_weights_add_to_r_squared(importance):
    frame = importance.to_frame()

    assert frame["estimate"].sum() == pytest.approx(importance.r_squared, rel=1e-12)
    assert frame["share"].sum() == pytest.approx(1, rel=1e-12)


def test_same_seed_same_numbers_and_another_seed_others():
    outcome, scores, team = organisation()

    first, again, other = (
        relative_importance(
            outcome, scores, clusters=team, seed=seed, **QUICK
        ).to_frame()
        for seed in (1, 1, 2)
    )

    pd.testing.assert_frame_equal(first, again)
    assert (first["conf_low"] != other["conf_low"]).any()
    assert (first["p_value"] == other["p_value"]).all()


def test_one_predictor_has_all_of_r_squared():
    outcome, scores, team = organisation()

    result = relative_importance(outcome, scores[["voice"]], clusters=team, **QUICK)
    row = result.to_frame().iloc[0]

    assert row["estimate"] == pytest.approx(row["correlation"] ** 2, rel=1e-12)
    assert row["coefficient"] == pytest.approx(row["correlation"], rel=1e-12)
    assert (row["rank"], row["rank_low"], row["rank_high"]) == (1, 1, 1)
    assert result.joint_p_value == pytest.approx(row["p_value"], rel=1e-9)


def test_person_level_equals_from_sums():
    outcome, scores, team = organisation()

    whole = relative_importance(outcome, scores, clusters=team, **QUICK)
    sums = driver_sums(outcome, scores, clusters=team)

    pd.testing.assert_frame_equal(
        whole.to_frame(), relative_importance_from_sums(sums, **QUICK).to_frame()
    )


def test_the_comparison_with_chance_can_be_left_out():
    outcome, scores, team = organisation()
    sums = driver_sums(outcome, scores, clusters=team)

    whole = relative_importance_from_sums(sums, **QUICK).to_frame()
    bare = relative_importance_from_sums(sums, against_chance=False, **QUICK)

    pd.testing.assert_frame_equal(whole.drop(columns="p_value_random"), bare.to_frame())


def test_a_predictor_that_goes_with_nothing_is_within_chance(importance):
    outcome, scores, team = organisation()
    scores["dice"] = np.random.default_rng(9).normal(size=len(scores))

    result = relative_importance(outcome, scores, clusters=team, **QUICK)
    frame = result.to_frame().set_index("predictor")

    assert not frame.loc["dice", "beyond_chance"]
    assert frame.loc["dice", ["conf_low", "share_low"]].tolist() == [0, 0]
    assert "within_chance:dice" in result.notes
    assert frame.loc["voice", "beyond_chance"]
    assert frame.loc["voice", "conf_low"] > 0
    assert frame.loc["voice", "p_value_random"] < 0.05
    assert frame.loc["dice", "p_value_random"] > 0.05


def test_missing_answers_and_teams_are_left_out_and_counted():
    outcome, scores, team = organisation()
    team = team.astype("Int64")
    outcome[3], scores.loc[4, "trust"], team[5] = np.nan, np.nan, pd.NA

    result = relative_importance(outcome, scores, clusters=team, **QUICK)

    assert (result.n_respondents, result.n_missing, result.n_teams) == (237, 3, 24)


def test_without_teams_the_result_says_so():
    outcome, scores, _ = organisation()

    result = relative_importance(outcome, scores, **QUICK)

    assert result.n_teams is None
    assert result.notes[0] == "teams_not_given"


def test_ignoring_teams_makes_the_interval_of_a_team_matter_narrower():
    rng = np.random.default_rng(4)
    team = pd.Series(np.repeat(np.arange(20), 20))
    level = rng.normal(size=20)[team]
    scores = pd.DataFrame(
        {"voice": level + 0.3 * rng.normal(size=400), "trust": rng.normal(size=400)}
    )
    outcome = pd.Series(rng.normal(size=20)[team] + 0.8 * level)

    with_teams, without = (
        relative_importance(outcome, scores, clusters=clusters, **QUICK).to_frame()
        for clusters in (team, None)
    )

    width = [f["conf_high"][0] - f["conf_low"][0] for f in (with_teams, without)]
    assert width[0] > 1.5 * width[1]


def test_suppression_is_noted():
    rng = np.random.default_rng(5)
    voice = rng.normal(size=400)
    trust = 0.8 * voice + 0.6 * rng.normal(size=400)
    outcome = pd.Series(voice - 0.6 * trust + 0.5 * rng.normal(size=400))
    scores = pd.DataFrame({"voice": voice, "trust": trust})

    result = relative_importance(outcome, scores, **QUICK)

    assert result.to_frame()["correlation"][1] > 0
    assert "opposite_signs:trust" in result.notes


@pytest.mark.filterwarnings("ignore::diagnose.errors.SmallSampleWarning")
def test_few_teams_for_many_predictors_leave_no_joint_test():
    outcome, scores, team = organisation(90, 3)

    result = relative_importance(outcome, scores, clusters=team, **QUICK)

    assert result.joint_p_value is None
    assert "joint_test_needs_more_teams" in result.notes
    assert "fewer_than_10_teams" in result.notes
    assert "fewer_than_100_respondents" in result.notes
    assert np.isfinite(result.to_frame().select_dtypes("number").to_numpy()).all()


def test_few_teams_warn():
    outcome, scores, team = organisation(200, 4)

    with pytest.warns(SmallSampleWarning, match="rest on 4 teams; below 10"):
        relative_importance(outcome, scores, clusters=team, **QUICK)


def test_few_respondents_a_predictor_are_noted():
    outcome, scores, team = organisation(120, 30)
    rng = np.random.default_rng(3)
    for position in range(10):
        scores[f"other{position}"] = rng.normal(size=120)

    result = relative_importance(outcome, scores, clusters=team, **QUICK)

    assert "fewer_than_10_respondents_a_predictor" in result.notes


def test_many_respondents_without_teams_cost_no_more_and_keep_the_interval():
    outcome, scores, _ = organisation(6000, 60)

    in_parts = relative_importance(outcome, scores).to_frame()

    one_each = driver_sums(outcome[:5000], scores[:5000])
    assert one_each.units.n_units == 5000
    every = relative_importance_from_sums(one_each).to_frame()
    width = [f["conf_high"][0] - f["conf_low"][0] for f in (in_parts, every)]
    # the Monte-Carlo error of the width of 2000 resamples is some 4 % each
    assert width[0] / width[1] == pytest.approx(np.sqrt(5000 / 6000), rel=0.15)


def test_fewer_than_50_are_refused_with_the_way_out():
    outcome, scores, team = organisation(60)
    outcome[:11] = np.nan

    with pytest.raises(
        InsufficientDataError, match=r"at least 50 .* got 49 \(11 left out .*fewer"
    ):
        relative_importance(outcome, scores, clusters=team)


def test_missing_can_be_refused():
    outcome, scores, team = organisation()
    outcome[3] = np.nan

    with pytest.raises(InsufficientDataError, match="1 of 240 respondents lack"):
        relative_importance(outcome, scores, clusters=team, missing="raise")


def test_one_team_is_refused():
    outcome, scores, team = organisation()

    with pytest.raises(InsufficientDataError, match="at least 2 teams"):
        relative_importance(outcome, scores, clusters=team * 0)


@pytest.mark.parametrize("constant", ["commitment", "trust"])
def test_what_does_not_vary_is_refused_by_name(constant):
    outcome, scores, team = organisation()
    if constant == "commitment":
        outcome[:] = 0.1
    else:
        scores[constant] = 0.1

    with pytest.raises(InsufficientDataError, match=f"{constant} does not vary"):
        relative_importance(outcome, scores, clusters=team)


def test_collinear_predictors_are_refused_by_name():
    outcome, scores, team = organisation()
    scores["mean"] = scores[["voice", "trust"]].mean(axis=1)

    with pytest.raises(
        InsufficientDataError, match="predictors voice, trust, mean are collinear"
    ):
        relative_importance(outcome, scores, clusters=team)
    with pytest.raises(InsufficientDataError, match="voice, trust, mean are collinear"):
        collinearity(scores)


def test_an_outcome_made_of_predictors_is_refused():
    _, scores, team = organisation()
    total = scores.sum(axis=1).rename("total")

    with pytest.raises(InsufficientDataError, match="determine total"):
        relative_importance(total, scores, clusters=team)


def test_resamples_without_weights_are_counted_and_noted():
    outcome, scores, team = organisation(240, 12)
    scores.loc[team > 1, "time"] = 3.0

    result = relative_importance(outcome, scores, clusters=team, **QUICK)

    # neither of the two teams is drawn in (10 / 12) ** 12 = .11 of resamples
    assert 8 <= result.n_undefined <= 40
    assert f"undefined_resamples:{result.n_undefined}" in result.notes
    assert np.isfinite(result.to_frame()["conf_high"]).all()


def test_a_predictor_that_varies_in_one_team_only_is_refused():
    outcome, scores, team = organisation()
    scores.loc[team != 2, "time"] = 3.0

    with pytest.raises(InsufficientDataError, match="without one team of 10"):
        relative_importance(outcome, scores, clusters=team)


def test_more_than_15_predictors_are_refused_for_lmg_only():
    rng = np.random.default_rng(1)
    scores = pd.DataFrame(rng.normal(size=(200, 16))).rename(columns=str)
    outcome = pd.Series(rng.normal(size=200))

    with pytest.raises(ValueError, match=r"at most 15 .* got 16\. Use method='johnson"):
        relative_importance(outcome, scores, method="lmg")
    assert len(relative_importance(outcome, scores, **QUICK).to_frame()) == 16


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "shapley"}, "`method` must be one of 'johnson', 'lmg'"),
        ({"missing": "pairwise"}, "`missing` must be one of"),
        ({"n_bootstrap": 100}, "`n_bootstrap` must be a whole number of at least 200"),
        ({"conf_level": 95}, "`conf_level` must lie between 0 and 1"),
        ({"seed": -1}, "`seed` must be a whole number of at least 0"),
        ({"clusters": pd.Series([1, 2])}, "`clusters` must have the index"),
    ],
)
def test_wrong_options_are_refused(options, message):
    outcome, scores, _ = organisation()

    with pytest.raises(ValueError, match=message):
        relative_importance(outcome, scores, **options)


def test_wrong_kinds_are_refused():
    outcome, scores, _ = organisation()

    with pytest.raises(TypeError, match="`outcome` must be a pandas Series of numbers"):
        relative_importance(outcome.astype(str), scores)
    with pytest.raises(TypeError, match="`predictors` must be a pandas DataFrame"):
        relative_importance(outcome, scores["voice"])
    with pytest.raises(ValueError, match="`predictors` has no column"):
        relative_importance(outcome, scores[[]])
    with pytest.raises(ValueError, match="must have the same index"):
        relative_importance(outcome, scores.iloc[1:])
    with pytest.raises(ValueError, match="both named 'voice'"):
        relative_importance(outcome.rename("voice"), scores)
    with pytest.raises(TypeError, match="`sums` must be a DriverSums"):
        relative_importance_from_sums(scores)


# --- from correlations --------------------------------------------------------


def correlations(r=0.5):
    return pd.DataFrame(
        [[1, 0.3, r], [0.3, 1, 0.2], [r, 0.2, 1]],
        index=list("aby"),
        columns=list("aby"),
    )


@pytest.mark.parametrize("method", ["lmg", "johnson"])
def test_uncorrelated_predictors_weigh_their_squared_correlation(method):
    table = correlations()
    table.loc["a", "b"] = table.loc["b", "a"] = 0.0

    result = relative_importance_from_correlations(table, outcome="y", method=method)

    assert result.to_frame()["estimate"].tolist() == pytest.approx([0.25, 0.04])
    assert result.r_squared_adjusted is None


def test_the_outcome_may_stand_anywhere_and_n_gives_the_adjusted_r_squared():
    result = relative_importance_from_correlations(
        correlations().loc[list("yab"), list("yab")], outcome="y", n_respondents=100
    )

    assert result.to_frame()["predictor"].tolist() == ["a", "b"]
    expected = 1 - (1 - result.r_squared) * 99 / 97
    assert result.r_squared_adjusted == pytest.approx(expected, rel=1e-12)


def test_an_outcome_that_goes_with_nothing_has_shares_of_zero():
    table = correlations(0.0)
    table.loc["b", "y"] = table.loc["y", "b"] = 0.0

    frame = relative_importance_from_correlations(table, outcome="y").to_frame()

    assert frame["share"].tolist() == [0, 0]


def test_what_is_no_correlation_matrix_is_refused():
    table = correlations()
    with pytest.raises(ValueError, match="`outcome` must be one of the names"):
        relative_importance_from_correlations(table, outcome="z")
    with pytest.raises(ValueError, match="same, unique names both ways"):
        relative_importance_from_correlations(table.reset_index(), outcome="y")
    with pytest.raises(ValueError, match="must be symmetric"):
        relative_importance_from_correlations(table * 2, outcome="y")
    with pytest.raises(TypeError, match="must be a pandas DataFrame"):
        relative_importance_from_correlations(table.to_numpy(), outcome="y")
    with pytest.raises(ValueError, match="`n_respondents` must be a whole number"):
        relative_importance_from_correlations(table, outcome="y", n_respondents=3)


# --- collinearity -------------------------------------------------------------


def test_predictors_that_say_the_same_are_noted():
    _, scores, _ = organisation()
    rng = np.random.default_rng(2)
    scores["voice again"] = scores["voice"] + 0.1 * rng.normal(size=len(scores))

    result = collinearity(scores)

    assert result.largest_pair == ("voice", "voice again")
    assert "vif_above_10:voice" in result.notes
    assert "correlation_above_0.85:voice|voice again" in result.notes
    assert "vif_above_10:time" not in result.notes


def test_collinearity_needs_two_that_vary():
    _, scores, _ = organisation()
    with pytest.raises(InsufficientDataError, match="at least 2 predictors"):
        collinearity(scores[["voice"]])
    with pytest.raises(InsufficientDataError, match="3 respondents more"):
        collinearity(scores.iloc[:5])
    with pytest.raises(InsufficientDataError, match="time does not vary over the 240"):
        collinearity(scores.assign(time=2.0))


# --- common method ------------------------------------------------------------


def test_a_shared_method_is_taken_out():
    rng = np.random.default_rng(6)
    method = rng.normal(size=20_000)
    scores = pd.DataFrame(
        {name: 0.5 * method + rng.normal(size=20_000) for name in (*NAMES, "marker")}
    )

    result = common_method(scores, marker="marker")

    assert result.to_frame()["correlation"].min() > 0.15
    # four standard errors of a correlation of 20,000
    assert result.to_frame()["estimate"].abs().max() < 0.03
    assert result.notes[0] == "first_factor_is_weak_evidence"
    assert "no_marker" not in result.notes


def test_without_marker_the_smallest_correlation_stands_in():
    _, scores, _ = organisation()

    result = common_method(scores)

    assert result.method == "smallest_correlation"
    assert result.to_frame()["estimate"].min() == pytest.approx(0, abs=1e-15)
    assert any(note.startswith("not_beyond_method:") for note in result.notes)
    assert "no_marker" in result.notes


def test_a_negative_smallest_correlation_adjusts_nothing():
    _, scores, _ = organisation()
    scores["time"] = -scores["time"]

    result = common_method(scores)
    frame = result.to_frame()

    assert result.method_correlation == 0
    assert "method_correlation_not_positive" in result.notes
    assert frame["estimate"].tolist() == frame["correlation"].tolist()


def test_common_method_refusals():
    _, scores, _ = organisation()
    with pytest.raises(ValueError, match="`marker` must be one of voice, trust, time"):
        common_method(scores, marker="colour")
    with pytest.raises(ValueError, match="at least 2 scores beside the marker; got 1"):
        common_method(scores[["voice", "trust"]], marker="trust")
    with pytest.raises(InsufficientDataError, match="3 respondents more"):
        common_method(scores.iloc[:5])


# --- importance and headroom --------------------------------------------------


def means(**changes):
    table = pd.DataFrame(
        {
            "predictor": NAMES,
            "estimate": [2.0, 3.0, 4.5],
            "conf_low": [1.8, 2.8, 4.3],
            "conf_high": [2.2, 3.2, 4.7],
            "n_respondents": 240,
        }
    )
    return table.assign(**changes)


def test_headroom_is_the_part_of_the_scale_above_the_mean(importance):
    result = importance_and_headroom(importance, means(), lowest=1, highest=5)
    frame = result.to_frame()

    assert frame["headroom"].tolist() == pytest.approx([0.75, 0.5, 0.125])
    assert frame["headroom_low"].tolist() == pytest.approx([0.7, 0.45, 0.075])
    assert frame["product"].tolist() == pytest.approx(
        (frame["estimate"] * frame["headroom"]).tolist()
    )
    assert (frame["product_low"] <= frame["product"]).all()
    assert (frame["product"] <= frame["product_high"]).all()
    assert frame["headroom_side"].tolist() == ["above", "unclear", "below"]
    assert frame["quadrant"][0] == "above_above"
    assert frame["quadrant"][1] == "unclear"
    assert result.median_headroom == 0.5
    assert result.notes[0] == "quadrants_are_relative"


def test_wide_intervals_give_no_quadrant(importance):
    wide = means(conf_low=1.0, conf_high=5.0)

    result = importance_and_headroom(importance, wide, lowest=1, highest=5)

    assert (result.to_frame()["quadrant"] == "unclear").all()
    assert "no_quadrant_is_clear" in result.notes


def test_a_mean_at_the_top_leaves_no_room(importance):
    full = means(estimate=[2.0, 3.0, 5.0], conf_high=[2.2, 3.2, 5.0])

    last = importance_and_headroom(importance, full, lowest=1, highest=5).to_frame()

    assert last["product"][2] == last["product_low"][2] == 0
    assert np.isfinite(last["product_high"]).all()


def test_predictors_may_have_scales_of_their_own(importance):
    ends = {"voice": 3.0, "trust": 5.0, "time": 5.0}

    result = importance_and_headroom(importance, means(), lowest=1, highest=ends)

    assert result.to_frame()["headroom"].tolist() == pytest.approx([0.5, 0.5, 0.125])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (means().drop(columns="conf_low"), "`means` lacks the columns conf_low"),
        (means().iloc[:2], "one row for each predictor; not so for time"),
        (means(conf_low=4.0), "conf_low <= estimate <= conf_high; not so for voice"),
        (means(estimate=np.nan), "needs finite numbers"),
        (means(conf_level=0.9), "must have the conf_level of `importance`, 0.95"),
        (
            means(estimate=[0.5, 3, 4.5], conf_low=0.0),
            "off the response scale for voice",
        ),
    ],
)
def test_means_that_do_not_fit_are_refused(importance, table, message):
    with pytest.raises(ValueError, match=message):
        importance_and_headroom(importance, table, lowest=1, highest=5)


def test_driver_map_refusals(importance):
    with pytest.raises(ValueError, match="`lowest` must be below `highest`"):
        importance_and_headroom(importance, means(), lowest=5, highest=1)
    with pytest.raises(ValueError, match="`highest` has no value for trust, time"):
        importance_and_headroom(importance, means(), lowest=1, highest={"voice": 5})
    with pytest.raises(TypeError, match="`importance` must be a RelativeImportance"):
        importance_and_headroom(means(), means(), lowest=1, highest=5)
    with pytest.raises(TypeError, match="`means` must be a pandas DataFrame"):
        importance_and_headroom(importance, [1, 2], lowest=1, highest=5)
    outcome, scores, team = organisation()
    single = relative_importance(outcome, scores[["voice"]], clusters=team, **QUICK)
    with pytest.raises(InsufficientDataError, match="at least 2 predictors"):
        importance_and_headroom(single, means(), lowest=1, highest=5)


# --- the random predictor -----------------------------------------------------


def test_the_random_predictor_is_clustered_as_the_others_and_could_be_real():
    rng = np.random.default_rng(8)
    team = pd.Series(np.repeat(np.arange(200), rng.integers(1, 30, size=200)))
    scores = pd.DataFrame(
        {
            name: 0.5 * rng.normal(size=200)[team] + rng.normal(size=len(team))
            for name in NAMES
        }
    )
    outcome = pd.Series(rng.normal(size=len(team)))
    units = driver_sums(outcome, scores, clusters=team).units

    extended = with_chance_predictor(units, seed=1)

    # no numbers of respondents have negative eigenvalues; the others kept their place
    least = np.linalg.eigvalsh(extended.cross_products())[:, 0]
    assert least.min() > -1e-9
    assert extended.sums[:, 1:].tolist() == units.sums.tolist()
    size = units.counts.sum()
    square = extended.products[:, 0].sum() / size
    level = extended.sums[:, 0] / units.counts
    # variance 1 and intraclass correlation .2, within four standard errors
    assert square == pytest.approx(1, abs=0.15)
    expected = 0.2 + 0.8 * (1 / units.counts).mean()
    assert level.var() == pytest.approx(expected, abs=4 * expected / 10)
    assert with_chance_predictor(units, seed=2).sums[0, 0] != extended.sums[0, 0]
