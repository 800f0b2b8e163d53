"""Cut-offs of agreement, judged teams, and random answers around the group mean."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.agreement import (
    agreement_cutoffs,
    average_deviation,
    critical_r_wg,
    cutoff_table,
    r_wg,
    r_wg_j,
    r_wg_j_star,
    team_agreement,
)
from diagnose.statistics.agreement_cutoffs import LARGEST_JUDGED, cutoffs_by_size
from diagnose.statistics.chance_answers import latent_correlations
from diagnose.statistics.chance_model import chance_model
from diagnose.statistics.group_mean_null import group_mean_variances
from diagnose.statistics.null_distributions import null_shares, null_variance

FIVE = {"lowest": 1, "highest": 5}


def _items(*rows):
    return pd.DataFrame(rows, columns=[f"q{i + 1}" for i in range(len(rows[0]))])


@pytest.mark.parametrize("null", ["uniform", "slight_skew", "heavy_skew", "triangular"])
@pytest.mark.parametrize("n", [4, 9])
def test_one_item_equals_the_exact_r_wg(null, n):
    critical = critical_r_wg(n, null=null)

    got = agreement_cutoffs(n, index="r_wg_j", null=null)

    assert got.method == "exact"
    assert got.cutoff == pytest.approx(critical, abs=1e-8, nan_ok=True)


@pytest.mark.parametrize("index", ["ad_mean", "ad_median"])
def test_chance_of_average_deviation_by_listing_all_answers(index):
    answers = np.array(list(product(range(4), repeat=5)))
    centre = answers.mean(axis=1) if index == "ad_mean" else np.median(answers, axis=1)
    deviation = np.abs(answers - centre[:, None]).mean(axis=1)

    got = agreement_cutoffs(5, n_options=4, index=index)

    assert got.chance == pytest.approx((deviation <= got.cutoff + 1e-9).mean())
    following = deviation[deviation > got.cutoff + 1e-9].min()
    assert (deviation <= following + 1e-9).mean() > 0.05


def test_simulation_agrees_with_enumeration():
    # 48 people are the first to be simulated; 47 the last to be enumerated
    exact, simulated = agreement_cutoffs(47), agreement_cutoffs(48)

    assert (exact.method, simulated.method) == ("exact", "simulation")
    assert exact.chance_error == 0
    assert simulated.chance_error == pytest.approx(0.0043, abs=2e-4)
    assert simulated.cutoff == pytest.approx(exact.cutoff, abs=0.02)


def test_a_team_too_small_for_evidence_says_so():
    got = agreement_cutoffs(2, index="r_wg_j", significance=0.01)

    assert np.isnan(got.cutoff)
    assert got.chance == pytest.approx(0.2)
    assert "even full agreement" in got.notes[0]
    assert "even full agreement" in got.to_frame()["notes"][0]


def test_the_same_call_gives_the_same_numbers_and_another_seed_others():
    options = {"n_items": 3, "correlation": 0.3, "index": "a_wg"}

    assert agreement_cutoffs(8, **options) == agreement_cutoffs(8, **options)
    assert (
        agreement_cutoffs(8, **options).cutoff
        != agreement_cutoffs(8, **options, seed=1).cutoff
    )


def test_the_table_equals_single_calls():
    options = {"n_items": 3, "correlation": 0.3, "index": "r_wg_j_star"}

    table = cutoff_table([12, 5, 5], **options)

    assert table["n_respondents"].tolist() == [5, 12]
    for row in table.itertuples():
        single = agreement_cutoffs(row.n_respondents, **options)
        assert (row.cutoff, row.chance) == (single.cutoff, single.chance)


def test_items_that_correlate_make_chance_agreement_easier():
    apart = agreement_cutoffs(10, n_items=6, index="r_wg_j")
    together = agreement_cutoffs(10, n_items=6, index="r_wg_j", correlation=0.6)
    matrix = np.full((6, 6), 0.6) + 0.4 * np.eye(6)
    same = agreement_cutoffs(10, n_items=6, index="r_wg_j", correlation=matrix)

    assert together.cutoff > apart.cutoff
    assert same.cutoff == together.cutoff


def test_answers_correlate_as_asked(rng):
    shares = null_shares("slight_skew", n_options=5)
    wanted = np.array([[1, 0.6], [0.6, 1]])
    root = np.linalg.cholesky(latent_correlations(wanted, shares))
    latent = rng.standard_normal((400_000, 2)) @ root.T
    cuts = np.quantile(latent[:, 0], np.cumsum(shares)[:-1])

    answers = np.searchsorted(cuts, latent)

    # standard error of a correlation of .6 in 400 000: .001
    assert np.corrcoef(answers.T)[0, 1] == pytest.approx(0.6, abs=0.004)


def test_a_cutoff_of_sixty_asks_more_than_the_size_of_a_larger_team_does():
    table = cutoff_table([60, 90, 150], n_items=3, correlation=0.4)
    other = cutoff_table([60, 90, 150], n_items=3, correlation=0.4, index="r_wg_j")

    assert table["cutoff"].is_monotonic_increasing
    assert other["cutoff"].is_monotonic_decreasing


def test_teams_above_sixty_get_the_cutoff_of_sixty():
    model = chance_model(
        n_items=2,
        n_options=5,
        null="uniform",
        correlation=0.0,
        significance=0.05,
        n_simulations=1000,
        seed=3,
    )

    found = cutoffs_by_size(np.array([1, 60, 61, 500]), ("ad_mean",), model)["ad_mean"]

    assert LARGEST_JUDGED == 60
    assert np.isnan(found[0])
    assert (found[1:] == found[1]).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"index": "ad"}, "`index` must be one of"),
        ({"null": "group_mean"}, "differs from group to group"),
        ({"null": "normal", "n_options": 7}, "tabulated for 5 answers"),
        ({"significance": 0}, "`significance` must lie"),
        ({"n_simulations": 10}, "`n_simulations` must be a whole number"),
        ({"n_items": 0}, "`n_items` must be a whole number"),
        ({"seed": -1}, "`seed` must be a whole number"),
        ({"n_items": 3, "correlation": -0.9}, "impossible for 3 items together"),
        ({"n_items": 3, "correlation": np.eye(2)}, "a matrix of 3 x 3"),
        ({"n_items": 2, "correlation": 1.5}, "between -1 and 1"),
        (
            {"n_items": 2, "correlation": np.array([[1, 0.2], [0.3, 1]])},
            "both orders of a pair",
        ),
    ],
)
def test_wrong_options_of_cutoffs_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        agreement_cutoffs(5, **options)


def test_cutoffs_need_two_people():
    with pytest.raises(ValueError, match="`n_respondents` must be a whole number of"):
        agreement_cutoffs(1)
    with pytest.raises(ValueError, match="at least one number"):
        cutoff_table([])


def test_every_team_is_judged_by_its_own_cutoff(rng):
    sizes = [1, 3, 5, 8, 8, 70]
    teams = pd.Series(np.repeat(range(6), sizes))
    items = pd.DataFrame(
        rng.integers(1, 6, (len(teams), 2)).astype(float), columns=["q1", "q2"]
    )
    items.loc[teams == 3] = 4.0  # a unanimous team of 8

    result = team_agreement(items, teams, **FIVE, nulls=("uniform",), significance=0.05)
    frame = result.to_frame()
    deviation, judged = frame["ad_mean"], frame["ad_mean_better_than_uniform"]

    assert result.significance == 0.05
    assert judged.isna().tolist() == [True] + [False] * 5
    assert judged[3]
    correlation = _within_correlation(items, teams)
    table = cutoff_table([3, 5, 8, 60], n_items=2, correlation=correlation)
    cutoffs = table.set_index("n_respondents")["cutoff"]
    for team, size in enumerate(sizes[1:], start=1):
        assert judged[team] == (deviation[team] <= cutoffs[min(size, 60)] + 1e-8)


def _within_correlation(items, teams):
    deviations = items - items.groupby(teams).transform("mean")
    one, two = deviations["q1"], deviations["q2"]
    return float((one @ two) / np.sqrt((one @ one) * (two @ two)))


def test_a_team_with_an_unanswered_item_is_not_judged():
    items = _items([1, np.nan], [2, np.nan], [2, 3], [2, 4], [3, 3])

    frame = team_agreement(
        items, pd.Series(list("aabbb")), **FIVE, significance=0.05
    ).to_frame()

    assert frame["r_wg_j_better_than_slight_skew"].isna().tolist() == [True, False]
    assert np.isfinite(frame["r_wg_j_uniform"]).all()


def test_judging_is_opt_in():
    frame = team_agreement(
        _items([1, 2], [2, 3]), pd.Series(list("aa")), **FIVE
    ).to_frame()

    assert not [name for name in frame if "better" in name]


def test_a_wrong_significance_is_refused():
    with pytest.raises(ValueError, match="`significance` must lie"):
        team_agreement(
            _items([1, 2], [2, 3]), pd.Series(list("aa")), **FIVE, significance=1.0
        )


def test_the_middle_of_the_scale_is_the_uniform_null():
    middle = _items([1], [3], [5])

    assert r_wg(middle, **FIVE, null="group_mean").estimate == pytest.approx(
        r_wg(middle, **FIVE).estimate
    )
    for low, high in ((1, 5), (0, 10), (1, 2)):
        got = group_mean_variances([(low + high) / 2], lowest=low, highest=high)
        assert got[0] == pytest.approx(
            null_variance("uniform", lowest=low, highest=high)
        )


def test_every_item_has_its_own_null():
    items = _items([1, 3], [2, 3], [1, 4], [2, 5])
    ratios = [
        items[q].var() / group_mean_variances([items[q].mean()], **FIVE)[0]
        for q in items
    ]

    got = r_wg_j_star(items, **FIVE, null="group_mean")

    assert got.estimate == pytest.approx(1 - np.mean(ratios))
    assert got.reference == "group_mean"


def test_an_item_at_an_end_is_left_out():
    got = r_wg_j(_items([1, 3], [1, 4], [1, 3]), **FIVE, null="group_mean")
    alone = r_wg_j(_items([3], [4], [3]), **FIVE, null="group_mean")

    assert got.n_items == 1
    assert got.estimate == alone.estimate


def test_every_mean_at_an_end_is_refused_and_a_reason_among_teams():
    items = _items([1, 5], [1, 5], [2, 3], [3, 3])

    with pytest.raises(InsufficientDataError, match=r"on an end .* 2 respondents"):
        r_wg_j(items.iloc[:2], **FIVE, null="group_mean")
    frame = team_agreement(
        items, pd.Series(list("aabb")), **FIVE, nulls=("group_mean",)
    ).to_frame()
    assert frame["reason"].tolist() == ["every_mean_at_an_end", ""]
    assert frame["n_items_group_mean"].tolist() == [0, 2]
    assert np.isnan(frame["r_wg_j_group_mean"][0])
    assert frame["ad_mean"][0] == 0


def test_the_team_null_has_no_judgement():
    frame = team_agreement(
        _items([1, 2], [2, 3]),
        pd.Series(list("aa")),
        **FIVE,
        nulls=("uniform", "group_mean"),
        significance=0.05,
    ).to_frame()

    assert "r_wg_j_better_than_uniform" in frame
    assert "r_wg_j_better_than_group_mean" not in frame


def test_a_null_of_no_group_has_no_variance_and_no_shares():
    with pytest.raises(ValueError, match="differs from group to group"):
        null_variance("group_mean", **FIVE)
    with pytest.raises(ValueError, match="differs from group to group"):
        critical_r_wg(5, null="group_mean")


def test_deviation_and_cutoff_are_in_the_same_steps():
    # scale 0 to 4 and 1 to 5 have the same steps: the cut-off serves both
    items = _items([1], [2], [4])

    shifted = average_deviation(items - 1, lowest=0, highest=4)
    assert average_deviation(items, **FIVE).estimate == pytest.approx(shifted.estimate)
