"""Shrunken means and contrasts: edges and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.intraclass import icc_from_summary
from diagnose.statistics.pooling import (
    difference_from_rest,
    really_different,
    shrunken_means,
    shrunken_means_from_summary,
    simulate_shrinkage,
)
from diagnose.statistics.pooling.mixture import Mixture
from diagnose.statistics.pooling.variances import team_variances
from diagnose.statistics.random_intercept import fit_random_intercept
from diagnose.statistics.team_sums import check_summary, team_summary


def _summary(sizes, means, variances):
    return pd.DataFrame(
        {
            "team": [f"t{i}" for i in range(len(sizes))],
            "n_respondents": sizes,
            "mean": means,
            "variance": variances,
        }
    )


def test_without_differences_all_teams_get_the_same_level():
    result = shrunken_means_from_summary(
        _summary([9, 4, 16], [3.0, 3.1, 2.95], [1.0, 1.2, 0.9])
    )

    frame = result.to_frame()
    assert result.teams_equal
    assert result.tau2 == 0
    assert frame["estimate"].to_numpy() == pytest.approx(result.mu)
    assert (frame["std_error"] > 0).all()  # doubt about tau2 remains


def test_estimates_lie_between_the_raw_mean_and_mu():
    result = shrunken_means_from_summary(
        _summary([4, 30, 12, 9], [1.5, 3.5, 2.8, 4.0], [1.0, 0.8, 1.1, 0.7])
    )

    frame = result.to_frame()
    step = (frame["estimate"] - result.mu) / (frame["mean"] - result.mu)
    assert step.to_numpy() == pytest.approx(frame["reliability"].to_numpy())
    assert frame["reliability"].between(0, 1).all()
    assert (
        frame.set_index("n_respondents")["reliability"]
        .sort_index()
        .is_monotonic_increasing
    )


def test_standard_errors_lie_between_posterior_and_raw():
    frame = shrunken_means_from_summary(
        _summary([4, 30, 12, 9], [1.5, 3.5, 2.8, 4.0], [1.0, 0.8, 1.1, 0.7])
    ).to_frame()

    assert (frame["std_error"] >= frame["posterior_sd"]).all()
    assert (frame["conf_low"] < frame["estimate"]).all()
    assert (frame["raw_conf_high"] > frame["mean"]).all()


def test_a_team_of_one_takes_part():
    frame = shrunken_means_from_summary(
        _summary([1, 10, 10], [5.0, 2.0, 3.5], [np.nan, 0.8, 0.9])
    ).to_frame()

    assert frame.loc[0, "reliability"] < frame.loc[1, "reliability"]
    assert np.isfinite(frame.drop(columns="team").to_numpy(dtype=float)).all()


def test_values_and_summary_give_the_same(rng):
    values, teams = pd.Series(rng.normal(size=40)), pd.Series(np.repeat(range(8), 5))

    first = shrunken_means(values, teams)
    second = shrunken_means_from_summary(team_summary(values, teams))

    pd.testing.assert_frame_equal(first.to_frame(), second.to_frame())
    assert (first.n_respondents, first.n_teams) == (40, 8)


def test_a_checked_summary_gives_the_same_and_is_fitted_once(rng):
    summary = _summary([4, 6, 9], [1.0, 3.0, 2.5], [1.0, 1.2, 0.8])
    other = check_summary(_summary([4, 6, 9], [1.0, 3.0, 2.0], [1.0, 1.2, 0.8]))
    checked = check_summary(summary)

    for compute in (shrunken_means_from_summary, difference_from_rest):
        pd.testing.assert_frame_equal(
            compute(checked).to_frame(), compute(summary).to_frame()
        )
    model = fit_random_intercept(checked)
    assert fit_random_intercept(checked) is model
    assert icc_from_summary(checked) == icc_from_summary(summary)
    assert icc_from_summary(other).tau2 != model.tau2


def test_the_frame_is_a_copy():
    result = shrunken_means_from_summary(_summary([4, 4], [1.0, 3.0], [1.0, 1.0]))
    frame = result.to_frame()
    frame["estimate"] = 0.0

    assert result.to_frame()["estimate"].ne(0).all()


def test_one_team_is_refused():
    with pytest.raises(InsufficientDataError, match="at least 2 teams"):
        shrunken_means(pd.Series([1.0, 2.0]), pd.Series(["a", "a"]))


def test_a_wrong_level_is_refused():
    with pytest.raises(ValueError, match="`conf_level`"):
        shrunken_means_from_summary(_summary([4, 4], [1, 2], [1, 1]), conf_level=95)


def test_the_difference_of_two_teams_is_the_t_test():
    from scipy.stats import ttest_ind

    first, second = [1.0, 2, 4, 4], [3.0, 5, 5, 4, 5]
    summary = team_summary(pd.Series(first + second), pd.Series(list("aaaabbbbb")))

    frame = difference_from_rest(summary).to_frame()

    expected = ttest_ind(first, second)
    assert frame.loc[0, "statistic"] == pytest.approx(expected.statistic)
    assert frame.loc[0, "p_value"] == pytest.approx(expected.pvalue)
    assert frame.loc[0, "estimate"] == -frame.loc[1, "estimate"]
    low, high = expected.confidence_interval()
    assert frame.loc[0, "conf_low"] == pytest.approx(low)
    assert frame.loc[0, "conf_high"] == pytest.approx(high)


def test_the_rest_may_weigh_teams_alike():
    summary = _summary([5, 10, 40], [3.0, 2.0, 4.0], [1.0, 1.0, 1.0])

    people = difference_from_rest(summary).to_frame()
    teams = difference_from_rest(summary, rest="teams").to_frame()

    assert people.loc[0, "rest_mean"] == pytest.approx((20 + 160) / 50)
    assert teams.loc[0, "rest_mean"] == pytest.approx(3.0)
    assert teams.loc[0, "std_error"] == pytest.approx(
        np.sqrt(1 / 5 + (1 / 10 + 1 / 40) / 4)
    )


def test_a_misspelt_rest_is_refused():
    with pytest.raises(ValueError, match="`rest` must be one of"):
        difference_from_rest(_summary([4, 4], [1, 2], [1, 1]), rest="people")


def test_intervals_cover_the_true_levels():
    rng = np.random.default_rng(11)
    covered = []
    for _ in range(200):
        sizes = rng.integers(5, 41, 20)
        levels = rng.normal(0, np.sqrt(0.1), 20)
        means = levels + rng.normal(size=20) * np.sqrt(0.9 / sizes)
        variances = 0.9 * rng.chisquare(sizes - 1) / (sizes - 1)
        frame = shrunken_means_from_summary(
            _summary(sizes, means, variances)
        ).to_frame()
        covered.append(
            ((frame["conf_low"] <= levels) & (levels <= frame["conf_high"])).mean()
        )

    assert 0.93 <= np.mean(covered) <= 0.97


def test_the_interval_of_equal_looking_teams_allows_for_differences():
    summary = _summary([9, 4, 16, 8], [3.0, 3.1, 2.95, 3.3], [1.0, 1.2, 0.9, 1.1])

    result = shrunken_means_from_summary(summary)
    frame = result.to_frame()

    assert result.teams_equal
    assert any("estimated at 0" in note for note in result.notes)
    assert frame["posterior_mean"].nunique() == 4  # drawn towards the raw means
    assert frame["posterior_mean"].idxmax() == 3


def test_prasad_rao_is_symmetric_and_has_no_posterior_mean():
    result = shrunken_means_from_summary(
        _summary([4, 30, 12, 9], [1.5, 3.5, 2.8, 4.0], [1.0, 0.8, 1.1, 0.7]),
        interval="prasad_rao",
    )

    frame = result.to_frame()
    middle = (frame["conf_low"] + frame["conf_high"]) / 2
    assert middle.to_numpy() == pytest.approx(frame["estimate"].to_numpy())
    assert "posterior_mean" not in frame
    assert (frame["std_error"] <= frame["raw_std_error"] * 1.01).all()


def test_a_misspelt_interval_is_refused():
    with pytest.raises(ValueError, match="`interval` must be one of 'posterior'"):
        shrunken_means_from_summary(_summary([4, 4], [1, 2], [1, 1]), interval="eb")


def test_three_respondents_carry_no_posterior_interval():
    summary = _summary([1, 2], [1.0, 2.0], [np.nan, 1.0])

    with pytest.raises(InsufficientDataError, match="more than 3 respondents; got 3"):
        shrunken_means_from_summary(summary)
    assert shrunken_means_from_summary(summary, interval="prasad_rao").n_teams == 2


def test_teams_of_one_and_values_without_variance_are_refused():
    with pytest.raises(InsufficientDataError, match="all 3 teams have one respondent"):
        shrunken_means_from_summary(_summary([1, 1, 1], [1, 2, 3], [np.nan] * 3))
    with pytest.raises(InsufficientDataError, match="do not vary within any"):
        shrunken_means_from_summary(_summary([4, 5], [1.0, 2.0], [0.0, 0.0]))


def test_weights_give_weighted_means_and_count_for_fewer_people():
    values = pd.Series([1.0, 3.0, 4.0, 2.0, 5.0])
    teams, weights = pd.Series(list("aaabb")), pd.Series([1.0, 1.0, 2.0, 3.0, 1.0])

    result = shrunken_means(values, teams, weights=weights)
    frame = result.to_frame()

    assert frame["mean"].tolist() == pytest.approx([3.0, 2.75])
    assert frame["n_effective"].tolist() == pytest.approx([16 / 6, 16 / 10])
    assert frame["n_respondents"].tolist() == [3, 2]
    assert result.n_respondents == 5
    assert "weighted" in result.method
    # sum w (x - mean)^2 / sum w, over 1 - 1 / n_effective
    summary = team_summary(values, teams, weights=weights)
    assert summary["variance"].tolist() == pytest.approx(
        [(4 + 0 + 2) / 4 / (1 - 6 / 16), (3 * 0.75**2 + 2.25**2) / 4 / (1 - 10 / 16)]
    )
    assert summary["sum"].tolist() == [8.0, 7.0]


def test_weights_of_those_who_do_not_count_may_be_absent():
    values = pd.Series([1.0, 3.0, np.nan, 2.0, 5.0])
    weights = pd.Series([1.0, 2.0, np.nan, 1.0, 1.5])

    assert shrunken_means(values, pd.Series(list("aaabb")), weights=weights).n_teams


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf])
def test_a_weight_that_is_not_positive_is_refused(wrong):
    weights = pd.Series([1.0, 1.0, wrong, 1.0])

    with pytest.raises(ValueError, match="positive numbers; 1 respondents"):
        shrunken_means(
            pd.Series([1.0, 2, 3, 4]), pd.Series(list("aabb")), weights=weights
        )


def test_weights_of_the_wrong_kind_are_refused():
    values, teams = pd.Series([1.0, 2, 3, 4]), pd.Series(list("aabb"))

    with pytest.raises(TypeError, match="`weights` must be a pandas Series"):
        shrunken_means(values, teams, weights=[1, 1, 1, 1])
    with pytest.raises(ValueError, match="`weights` and `values`"):
        shrunken_means(values, teams, weights=pd.Series([1.0] * 4, index=list("wxyz")))


def test_an_impossible_n_effective_is_refused():
    summary = _summary([4, 4], [1.0, 2.0], [1.0, 1.0]).assign(n_effective=[3.0, 4.5])

    with pytest.raises(ValueError, match=r"n_effective from 1 to n_respondents.*t1"):
        shrunken_means_from_summary(summary)


def test_members_are_those_who_answered_and_those_predicted():
    summary = _summary([4, 30, 12], [1.5, 3.5, 2.8], [1.0, 0.8, 1.1])
    members = pd.Series({"t0": 10, "t1": 30, "t2": 24, "elsewhere": 3})

    result = shrunken_means_from_summary(summary, n_members=members)
    frame = result.to_frame()

    expected = (
        frame["n_respondents"] * frame["mean"]
        + (frame["n_members"] - frame["n_respondents"]) * frame["estimate"]
    ) / frame["n_members"]
    assert frame["now_estimate"].to_numpy() == pytest.approx(expected.to_numpy())
    full = frame.loc[1, ["now_low", "now_estimate", "now_high", "raw_now_low"]]
    assert full.tolist() == pytest.approx([3.5] * 4)
    reach = frame["raw_now_high"] - frame["mean"]
    factor = np.sqrt(1 - frame["n_respondents"] / frame["n_members"])
    assert reach.to_numpy() == pytest.approx(
        (factor * (frame["raw_conf_high"] - frame["mean"])).to_numpy()
    )
    assert any("did not answer" in note for note in result.notes)


def test_members_under_the_other_interval_and_with_weights(rng):
    values, teams = (
        pd.Series(rng.normal(size=30)),
        pd.Series(np.repeat(list("abc"), 10)),
    )
    weights = pd.Series(rng.uniform(0.5, 2, 30))
    staff = {"a": 10, "b": 15, "c": 100}

    for interval in ("posterior", "prasad_rao"):
        frame = shrunken_means(
            values, teams, weights=weights, n_members=staff, interval=interval
        ).to_frame()
        # at full response: the people themselves, without weights
        assert frame.loc[0, "now_low"] == pytest.approx(values[:10].mean())
        assert frame.loc[0, "now_high"] == pytest.approx(values[:10].mean())
        assert (frame["now_low"] < frame["now_high"])[1:].all()


def test_fewer_members_than_respondents_are_refused():
    summary = _summary([4, 4], [1.0, 2.0], [1.0, 1.0])

    with pytest.raises(ValueError, match=r"not so for t1 \(3 members, 4 respondents\)"):
        shrunken_means_from_summary(summary, n_members={"t0": 4, "t1": 3})
    with pytest.raises(ValueError, match=r"whole numbers.*t0 .nan members"):
        shrunken_means_from_summary(summary, n_members={"t0": "ten", "t1": 4})
    with pytest.raises(ValueError, match="`n_members` lacks the teams t1"):
        shrunken_means_from_summary(summary, n_members={"t0": 4})
    with pytest.raises(TypeError, match="`n_members` must be a pandas Series or a map"):
        shrunken_means_from_summary(summary, n_members=[4, 4])
    with pytest.raises(ValueError, match="more than one number"):
        shrunken_means_from_summary(
            summary, n_members=pd.Series([4, 5, 6], index=["t0", "t1", "t1"])
        )
    with pytest.raises(ValueError, match="needs the column sum"):
        shrunken_means_from_summary(
            summary.assign(n_effective=3.0), n_members={"t0": 5, "t1": 5}
        )


def test_limits_of_a_mixture_leave_out_the_tails():
    from scipy.stats import t

    rng = np.random.default_rng(3)
    for df in (3.0, 39.0, 5000.0):
        mixture = Mixture(
            shares=np.array([0.2, 0.5, 0.3]),
            location=rng.normal(size=(3, 8)),
            scale=rng.uniform(0.01, 2, (3, 8)),
            df=df,
        )
        for limit, p in zip(mixture.limits(0.9), (0.05, 0.95), strict=True):
            below = t.cdf((limit - mixture.location) / mixture.scale, df)
            # from 400 degrees of freedom on t comes from the normal distribution
            assert mixture.shares @ below == pytest.approx(np.full(8, p), abs=1e-7)


def test_moderated_variances_move_towards_the_others():
    checked = check_summary(
        _summary([5, 9, 21, 13, 1], [1.0] * 4 + [2.0], [0.1, 2.0, 0.6, 4.0, np.nan])
    )

    moderated = team_variances(checked, "moderated")

    own = np.array([0.1, 2.0, 0.6, 4.0])
    prior_df = moderated.df[4]  # a team of one has nothing but the prior
    centre = moderated.variance[4]
    df = np.array([4, 8, 20, 12])
    assert moderated.df[:4] == pytest.approx(prior_df + df)
    assert moderated.variance[:4] == pytest.approx(
        (prior_df * centre + df * own) / (prior_df + df)
    )


def test_moderation_finds_the_prior_of_many_variances():
    rng = np.random.default_rng(8)
    true = 0.7 * 10 / rng.chisquare(10, 4000)
    sizes = rng.integers(4, 30, 4000)
    variances = true * rng.chisquare(sizes - 1) / (sizes - 1)
    checked = check_summary(_summary(sizes, np.zeros(4000), variances))

    moderated = team_variances(checked, "moderated")

    assert moderated.df[0] - (sizes[0] - 1) == pytest.approx(10, rel=0.1)  # simulation
    errors = (np.log(moderated.variance / true) ** 2).mean()
    assert errors < 0.8 * (np.log(variances / true) ** 2).mean()


def test_variances_that_agree_are_one_variance():
    summary = _summary([5, 9, 21], [1.0, 2.0, 1.5], [1.0, 1.01, 0.99])

    pooled = difference_from_rest(summary).to_frame()
    for variances in ("moderated", "cautious"):
        other = difference_from_rest(summary, variances=variances).to_frame()
        pd.testing.assert_frame_equal(other, pooled)


def test_separate_variances_need_a_variance_in_every_team():
    summary = _summary([5, 1, 4], [1.0, 2.0, 1.5], [1.0, np.nan, 0.0])

    with pytest.raises(InsufficientDataError, match=r"not so in t1, t2.*cautious"):
        difference_from_rest(summary, variances="separate")
    with pytest.raises(ValueError, match="`variances` must be one of"):
        difference_from_rest(summary, variances="welch")


def test_the_family_is_all_teams_on_all_subscales():
    one = _summary([20, 20, 20], [3.0, 3.1, 4.2], [0.5, 0.5, 0.5])
    two = _summary([20, 20], [3.0, 3.02], [0.5, 0.5])

    result = really_different({"voice": one, "trust": two}, variances="pooled")
    frame = result.to_frame()

    raw = pd.concat([difference_from_rest(item).to_frame() for item in (one, two)])
    ordered = np.sort(raw["p_value"])
    by_hand = np.minimum.accumulate((ordered * 5 / np.arange(1, 6))[::-1])[::-1]
    assert np.sort(frame["p_adjusted"]) == pytest.approx(by_hand)
    assert (result.n_tests, result.n_teams, result.n_respondents) == (5, 3, 60)
    assert frame["direction"].tolist() == ["lower", "lower", "higher"] + ["unclear"] * 2
    assert result.n_different == 3
    assert frame["subscale"].tolist() == ["voice"] * 3 + ["trust"] * 2


def test_holm_is_the_stricter_adjustment_and_one_summary_will_do():
    summary = _summary([20, 20, 20], [3.0, 3.1, 3.5], [0.5, 0.5, 0.5])

    first = really_different(summary).to_frame()
    second = really_different(summary, adjustment="holm").to_frame()

    assert (second["p_adjusted"] >= first["p_adjusted"]).all()
    assert first["subscale"].eq("").all()


def test_a_family_that_cannot_be_tested_is_refused_by_name():
    fine = _summary([5, 5], [1.0, 2.0], [1.0, 1.0])
    flat = _summary([5, 5], [1.0, 2.0], [0.0, 0.0])

    with pytest.raises(InsufficientDataError, match=r"subscale trust: .*Leave it out"):
        really_different({"voice": fine, "trust": flat})
    with pytest.raises(InsufficientDataError, match=r"^the values do not vary"):
        really_different(flat)
    with pytest.raises(ValueError, match="`summaries` is empty"):
        really_different({})
    with pytest.raises(ValueError, match="`adjustment` must be one of"):
        really_different(fine, adjustment="bonferroni")


def test_false_alarms_with_unequal_variances():
    """No differences, skewed answers, variances 3 times apart: chance of any alarm."""
    rng = np.random.default_rng(21)
    alarms = {"cautious": 0, "pooled": 0}
    for _ in range(80):
        sizes = rng.integers(5, 31, 20)
        factor = np.sqrt(rng.choice([1, 3], 20))
        family = {}
        for subscale in range(12):
            team = np.repeat(np.arange(20), sizes)
            skewed = rng.binomial(4, 0.8, (len(team), 4)).mean(axis=1) - 3.2
            values = pd.Series(factor[team] * skewed)
            family[str(subscale)] = check_summary(team_summary(values, pd.Series(team)))
        for variances in alarms:
            found = really_different(family, variances=variances)
            alarms[variances] += found.n_different > 0

    assert alarms["cautious"] / 80 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 80)
    assert alarms["pooled"] > 2 * alarms["cautious"]


def test_shrinking_pays_most_in_small_teams_and_the_same_call_gives_the_same():
    first = simulate_shrinkage(n_runs=60, n_teams=20)
    frame = first.to_frame()

    pd.testing.assert_frame_equal(
        frame, simulate_shrinkage(n_runs=60, n_teams=20).to_frame()
    )
    assert frame["n_respondents"].tolist() == [5, 10, 20, 30]
    assert frame["ratio"].lt(1).all()
    assert frame["ratio"].is_monotonic_increasing
    assert frame["raw_error"].to_numpy() == pytest.approx(
        0.9 / np.array([5, 10, 20, 30]), rel=0.25
    )  # 300 squared errors a size: standard error 8 per cent


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"icc": 1.0}, "`icc` must lie from 0"),
        ({"sizes": ()}, "`sizes` must list at least one number"),
        ({"sizes": (1, 5)}, "`sizes` must be a whole number of at least 2"),
        ({"n_runs": 0}, "`n_runs`"),
        ({"n_teams": 1}, "`n_teams`"),
    ],
)
def test_an_impossible_simulation_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        simulate_shrinkage(**wrong)
