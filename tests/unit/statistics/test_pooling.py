"""Shrunken means and contrasts: edges and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.intraclass import icc_from_summary
from diagnose.statistics.pooling import (
    difference_from_rest,
    shrunken_means,
    shrunken_means_from_summary,
)
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
    for _ in range(400):
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
