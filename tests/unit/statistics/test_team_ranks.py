"""Ranks of teams: edges, calibration, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.pooling import rank_probabilities, shrunken_means_from_summary
from diagnose.statistics.pooling.posterior import ratio_posterior
from diagnose.statistics.team_sums import check_summary


def _summary(sizes, means, variances):
    return pd.DataFrame(
        {
            "team": [f"t{i}" for i in range(len(sizes))],
            "n_respondents": sizes,
            "mean": means,
            "variance": variances,
        }
    )


CLEAR = _summary([20, 20, 20, 20], [1.0, 2.0, 3.0, 4.0], [0.1] * 4)


def test_a_clear_order_is_shown_as_such():
    frame = rank_probabilities(CLEAR, lowest=1).to_frame()

    assert frame["p_lowest"].tolist() == [1, 0, 0, 0]
    assert frame["p_highest"].tolist() == [0, 0, 0, 1]
    assert frame["rank_low"].tolist() == frame["rank_high"].tolist() == [1, 2, 3, 4]


def test_teams_alike_have_about_the_same_chance():
    result = rank_probabilities(
        _summary([12] * 8, [3.0] * 8, [1.0] * 8), lowest=2, n_draws=4000
    )

    assert result.teams_equal
    assert any("hardly more than chance" in note for note in result.notes)
    # Monte-Carlo: 4 standard errors of a share of 2 / 8 in 4000 draws
    assert result.to_frame()["p_lowest"].to_numpy() == pytest.approx(0.25, abs=0.028)


def test_the_chance_of_two_teams_as_by_the_distribution_of_their_difference():
    """Given the ratio the difference of two levels has a t distribution."""
    from scipy.special import stdtr

    summary = check_summary(_summary([9, 14], [3.0, 3.5], [0.8, 1.1]))
    posterior = ratio_posterior(summary)
    ratio = posterior.ratios[:, None]
    rest = 1 / (1 + ratio * summary.sizes)
    centre = summary.means - rest * (summary.means - posterior.mu[:, None])
    spread = (ratio * rest).sum(axis=1) + (
        rest[:, 0] - rest[:, 1]
    ) ** 2 / posterior.precision
    x = (centre[:, 1] - centre[:, 0]) / np.sqrt(posterior.variance * spread)
    expected = posterior.shares @ stdtr(posterior.df, x)

    frame = rank_probabilities(summary, lowest=1, n_draws=40_000).to_frame()

    # Monte-Carlo: 4 standard errors in 40 000 draws
    assert frame.loc[0, "p_lowest"] == pytest.approx(expected, abs=0.01)


def test_the_same_seed_gives_the_same_and_another_about_the_same():
    summary = _summary([5, 9, 14, 7], [3.0, 3.4, 2.9, 3.3], [1.0, 0.8, 0.9, 1.2])

    first = rank_probabilities(summary).to_frame()

    pd.testing.assert_frame_equal(first, rank_probabilities(summary).to_frame())
    other = rank_probabilities(summary, seed=2).to_frame()
    assert not first.equals(other)
    assert other["expected_rank"].to_numpy() == pytest.approx(
        first["expected_rank"].to_numpy(), abs=0.2
    )


def test_a_share_is_the_nearest_number_of_teams():
    assert rank_probabilities(CLEAR, lowest=0.25).n_lowest == 1
    assert rank_probabilities(CLEAR, lowest=0.6).n_lowest == 2
    assert rank_probabilities(CLEAR, lowest=0.01).n_lowest == 1
    assert rank_probabilities(CLEAR, lowest=0.99).n_lowest == 3
    assert rank_probabilities(CLEAR, lowest=3).n_lowest == 3


def test_of_teams_given_a_chance_of_a_half_about_half_are_among_the_lowest():
    rng = np.random.default_rng(4)
    given, true = [], []
    for run in range(150):
        sizes = rng.integers(5, 31, 24)
        levels = rng.normal(0, np.sqrt(0.1), 24)
        means = levels + rng.normal(size=24) * np.sqrt(0.9 / sizes)
        variances = 0.9 * rng.chisquare(sizes - 1) / (sizes - 1)
        result = rank_probabilities(
            _summary(sizes, means, variances), n_draws=400, seed=run
        )
        given.append(result.to_frame()["p_lowest"].to_numpy())
        true.append(np.argsort(np.argsort(levels)) < result.n_lowest)
    chance, fact = np.concatenate(given), np.concatenate(true)

    for low, high in ((0.1, 0.3), (0.3, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1)):
        some = (chance >= low) & (chance < high)
        # simulation: 4 standard errors of the share that was true
        margin = 4 * np.sqrt(0.25 / some.sum())
        assert fact[some].mean() == pytest.approx(chance[some].mean(), abs=margin)


@pytest.mark.parametrize("wrong", [0, 4, 1.5, -0.2, True, "two"])
def test_an_impossible_number_of_lowest_is_refused(wrong):
    with pytest.raises(ValueError, match="`lowest` must be a whole number from 1 to 3"):
        rank_probabilities(CLEAR, lowest=wrong)


def test_wrong_options_are_refused():
    with pytest.raises(ValueError, match="`n_draws`"):
        rank_probabilities(CLEAR, n_draws=10)
    with pytest.raises(ValueError, match="`seed`"):
        rank_probabilities(CLEAR, seed=-1)
    with pytest.raises(ValueError, match="`conf_level`"):
        rank_probabilities(CLEAR, conf_level=95)


def test_data_that_carry_no_order_are_refused():
    with pytest.raises(InsufficientDataError, match="at least 2 teams"):
        rank_probabilities(CLEAR[:1])
    with pytest.raises(InsufficientDataError, match="do not vary within"):
        rank_probabilities(CLEAR.assign(variance=0.0))


def test_expected_ranks_follow_the_shrunken_means():
    summary = _summary([10] * 5, [2.0, 3.5, 2.6, 3.1, 2.9], [1.0] * 5)

    ranks = rank_probabilities(summary).to_frame()["expected_rank"]
    levels = shrunken_means_from_summary(summary).to_frame()["estimate"]

    assert ranks.argsort().tolist() == levels.argsort().tolist()
