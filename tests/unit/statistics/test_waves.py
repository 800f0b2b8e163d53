from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.change import (
    compare_waves,
    compare_waves_from_team_summaries,
    composition_shift,
    composition_shift_from_summaries,
    regression_to_the_mean,
    wave_cells,
    wave_trend,
)
from diagnose.statistics.change.team_prediction import predict_second
from diagnose.statistics.random_intercept import RandomIntercept
from diagnose.statistics.team_sums import check_summary, team_summary


def answers(rng, n_waves=4, n_teams=12, per_team=8, slope=0.0):
    """One row an answer of every wave, in lasting teams."""
    wave, team, _ = np.meshgrid(
        np.arange(n_waves), np.arange(n_teams), np.arange(per_team), indexing="ij"
    )
    wave, team = wave.ravel(), team.ravel()
    value = 3 + rng.normal(0, 0.4, n_teams)[team] + rng.normal(0, 0.8, len(wave))
    return pd.DataFrame({"wave": wave, "team": team, "value": value + slope * wave})


def cells_of(frame, **changes):
    return wave_cells(frame["value"], frame["wave"], teams=frame["team"], **changes)


# ---- two waves -----------------------------------------------------------------------


def test_welch_from_summaries_needs_a_variance(rng):
    cells = cells_of(answers(rng, n_waves=2)).drop(columns="variance")
    first, second = cells[cells["wave"] == 0], cells[cells["wave"] == 1]

    with pytest.raises(ValueError, match="lack the columns variance"):
        compare_waves_from_team_summaries(first, second, errors="welch")


def test_a_team_twice_in_a_wave_is_refused(rng):
    cells = cells_of(answers(rng, n_waves=2))
    first, second = cells[cells["wave"] == 0], cells[cells["wave"] == 1]

    with pytest.raises(ValueError, match="more than one cell for 0"):
        compare_waves_from_team_summaries(pd.concat([first, first.head(1)]), second)


def test_weights_of_one_wave_are_not_enough(rng):
    frame = answers(rng, n_waves=2)
    value = frame["value"]

    with pytest.raises(ValueError, match="`second_weights`, or neither"):
        compare_waves(value, value, first_weights=np.ones(len(value)))


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
def test_weights_must_be_above_zero(rng, bad):
    value = answers(rng, n_waves=1)["value"]
    weights = np.ones(len(value))
    weights[3] = bad

    with pytest.raises(ValueError, match="finite and above 0"):
        compare_waves(value, value, first_weights=weights, second_weights=weights)


def test_few_degrees_of_freedom_are_said(rng):
    frame = answers(rng, n_waves=2, n_teams=3)
    first, second = frame[frame["wave"] == 0], frame[frame["wave"] == 1]

    result = compare_waves(
        first["value"],
        second["value"],
        first_teams=first["team"],
        second_teams=second["team"],
    )

    assert any("degrees of freedom" in note for note in result.notes)


# ---- trend ---------------------------------------------------------------------------


def test_a_trend_tells_waves_steps_and_line(rng):
    result = wave_trend(cells_of(answers(rng, slope=0.5)))

    assert result.conf_low > 0
    assert (result.n_waves, result.n_teams, result.n_respondents) == (4, 12, 384)
    assert result.time_unit == "wave"
    frame, steps = result.to_frame(), result.to_steps()
    assert list(frame["wave"]) == [0, 1, 2, 3]
    assert list(frame["n_respondents"]) == [96] * 4
    assert list(steps["wave"]) == [1, 2, 3]
    assert (steps["p_adjusted"] >= steps["p_value"]).all()
    assert (steps["detectable"] > steps["std_error"] * 2.8).all()
    assert np.ptp(np.diff(frame["fitted"])) < 1e-12
    assert "not the same as no change" in result.notes[0]


def test_two_waves_have_a_change_and_no_test_of_the_line(rng):
    frame = answers(rng, n_waves=2)
    result = wave_trend(cells_of(frame))

    first, second = frame[frame["wave"] == 0], frame[frame["wave"] == 1]
    change = compare_waves(
        first["value"],
        second["value"],
        first_teams=first["team"],
        second_teams=second["team"],
    )
    assert result.linearity_p_value is None
    assert result.std_error == pytest.approx(change.std_error)
    assert result.df == pytest.approx(change.df)
    assert any("two waves" in note for note in result.notes)


def test_dates_give_a_slope_per_month_in_order_of_time(rng):
    frame = answers(rng, n_waves=3, slope=0.5)
    frame["wave"] = frame["wave"].map({0: "old", 1: "newer", 2: "new"})
    dates = {"newer": "2025-01-01", "new": "2026-01-01", "old": "2024-01-01"}

    result = wave_trend(cells_of(frame.sample(frac=1, random_state=1)), times=dates)

    assert list(result.to_frame()["wave"]) == ["old", "newer", "new"]
    assert result.time_unit == "month"
    assert result.to_frame()["time"].tolist() == pytest.approx([0, 12, 24], abs=0.1)
    assert result.estimate == pytest.approx(
        wave_trend(cells_of(frame)).estimate / 12, rel=0.01
    )


def test_a_bend_is_found(rng):
    frame = answers(rng, per_team=20)
    frame["value"] += (frame["wave"] == 1) * 1.0

    assert wave_trend(cells_of(frame)).linearity_p_value < 0.001


def test_two_teams_are_too_few_to_test_the_line(rng):
    result = wave_trend(cells_of(answers(rng, n_waves=5, n_teams=2)))

    assert result.linearity_p_value is None
    assert any("too few teams to test" in note for note in result.notes)


def test_a_trend_refuses_what_cannot_carry_it(rng):
    frame = answers(rng)
    cells = cells_of(frame)

    with pytest.raises(InsufficientDataError, match="at least 2 waves; got 1"):
        wave_trend(cells[cells["wave"] == 0])
    with pytest.raises(InsufficientDataError, match="at least 2 teams in each wave"):
        wave_trend(cells[cells["team"] == 0])
    with pytest.raises(InsufficientDataError, match="got 1 in 2"):
        wave_trend(cells[(cells["wave"] != 2) | (cells["team"] == 0)])
    with pytest.raises(InsufficientDataError, match="no variation to judge by in 0"):
        wave_trend(cells.assign(mean=3.0))
    with pytest.raises(ValueError, match="lack the columns mean"):
        wave_trend(cells.drop(columns="mean"))
    with pytest.raises(ValueError, match="no time for 3"):
        wave_trend(cells, times={0: 1, 1: 2, 2: 3})
    with pytest.raises(ValueError, match="differ between the waves"):
        wave_trend(cells, times={0: 1, 1: 1, 2: 3, 3: 4})
    with pytest.raises(ValueError, match="1 of 48 cells lack"):
        wave_trend(cells.assign(mean=cells["mean"].where(cells.index > 0)))


def test_teams_that_move_alike_leave_no_error_for_the_step(rng):
    cells = cells_of(answers(rng, n_waves=3))
    first = cells[cells["wave"] == 0]
    alike = pd.concat([first, first.assign(wave=1, mean=first["mean"] + 1)])

    with pytest.raises(InsufficientDataError, match=r"from 0 to 1.*move alike"):
        wave_trend(pd.concat([alike, cells[cells["wave"] == 2]]))


def test_answers_without_variance_in_a_wave_are_refused(rng):
    frame = answers(rng, n_waves=3)
    frame.loc[frame["wave"] == 1, "value"] = 3.0

    with pytest.raises(InsufficientDataError, match="no variation to judge by in 1"):
        wave_trend(wave_cells(frame["value"], frame["wave"]))


def test_cells_of_a_pulse_item_need_no_teams(rng):
    frame = answers(rng, n_waves=3)
    item = frame["value"].round().clip(1, 5)

    result = wave_trend(wave_cells(item, frame["wave"]))

    assert result.method == "welch_satterthwaite"
    assert result.n_teams is None
    assert any("independent" in note for note in result.notes)


def test_weights_move_the_means_and_equal_ones_do_not(rng):
    frame = answers(rng)
    equal = pd.Series(2.5, index=frame.index)
    up = equal.where(frame["value"] < 3, 5.0)

    plain = wave_trend(cells_of(frame))
    same, other = (wave_trend(cells_of(frame, weights=w)) for w in (equal, up))

    assert same.std_error == pytest.approx(plain.std_error, rel=1e-9)
    assert same.df == pytest.approx(plain.df, rel=1e-9)
    weighted = [
        np.average(part["value"], weights=up[part.index])
        for _, part in frame.groupby("wave")
    ]
    assert list(other.to_frame()["estimate"]) == pytest.approx(weighted)
    assert other.n_respondents == 384


def test_weights_without_teams_are_refused(rng):
    frame = answers(rng)
    cells = wave_cells(frame["value"], frame["wave"], weights=frame["value"] + 10)

    with pytest.raises(ValueError, match="weighted cells need `team`"):
        wave_trend(cells)


def test_cells_refuse_answers_without_a_wave_or_team(rng):
    frame = answers(rng)
    waves = frame["wave"].astype(object)
    waves[3] = None

    with pytest.raises(ValueError, match="1 of 384 answered rows have no wave"):
        wave_cells(frame["value"], waves)
    with pytest.raises(ValueError, match="on the index of `values`"):
        wave_cells(frame["value"], frame["wave"][::-1])
    with pytest.raises(InsufficientDataError, match="no answers"):
        wave_cells(frame["value"] * np.nan, frame["wave"])


# ---- make-up -------------------------------------------------------------------------


def test_the_parts_add_up_and_groups_of_one_wave_are_kept_apart(rng):
    first = pd.DataFrame({"group": list("aaaabbbbcc"), "value": rng.normal(3, 1, 10)})
    second = pd.DataFrame({"group": list("aabbbbbddd"), "value": rng.normal(3, 1, 10)})

    result = composition_shift(
        first["group"], second["group"], first["value"], second["value"]
    )

    total = result.within + result.composition + result.turnover
    assert total == pytest.approx(second["value"].mean() - first["value"].mean())
    assert result.turnover != 0
    assert (result.n_groups, result.n_groups_both) == (4, 2)
    assert result.total_variation == pytest.approx(0.4)
    standard = result.to_standardised().set_index("makeup")["estimate"]
    assert standard["average"] == result.within
    assert standard["average"] == pytest.approx(
        (standard["first"] + standard["second"]) / 2
    )
    assert any("2 groups answered in one wave" in note for note in result.notes)


def test_a_shift_of_the_make_up_alone_is_no_change_within():
    base = pd.DataFrame(
        {"team": ["a", "b"], "mean": [2.0, 4.0], "variance": [1.0, 1.0]}
    )
    first, second = (base.assign(n_respondents=sizes) for sizes in ([80, 20], [20, 80]))

    result = composition_shift_from_summaries(first, second)

    assert result.within == 0
    assert result.composition == pytest.approx(1.2)
    assert result.chi_square_p_value < 1e-10


def test_make_up_refuses_groups_that_do_not_meet():
    first, second = pd.Series(list("aabb")), pd.Series(list("ccdd"))
    values = pd.Series([1.0, 2.0, 3.0, 5.0])

    with pytest.raises(InsufficientDataError, match="none of the 4 groups"):
        composition_shift(first, second, values, values)
    with pytest.raises(InsufficientDataError, match="there are no cells"):
        composition_shift(first, first, values * np.nan, values)
    with pytest.raises(InsufficientDataError, match="do not vary within any of the 2"):
        composition_shift(first, first, pd.Series([1.0, 1, 2, 2]), values)


# ---- regression to the mean ----------------------------------------------------------


@pytest.fixture
def two_waves(rng):
    frame = answers(rng, n_waves=2, n_teams=20)
    return [
        team_summary(part["value"], part["team"]) for _, part in frame.groupby("wave")
    ]


def test_low_teams_are_expected_to_improve_by_themselves(two_waves):
    first, second = two_waves

    result = regression_to_the_mean(first, k=4, second=second)

    lowest = first.sort_values("mean").head(4)
    assert list(result.to_teams()["team"]) == list(lowest["team"])
    assert result.first == pytest.approx(lowest["mean"].mean())
    assert result.expected_change > 0
    assert result.estimate == pytest.approx(result.observed - result.expected)
    naive = result.observed - result.first
    assert result.naive_change == pytest.approx(naive)
    assert result.estimate < naive


def test_high_teams_are_expected_to_fall(two_waves):
    result = regression_to_the_mean(two_waves[0], k=4, selected="highest")

    assert result.expected_change < 0
    assert result.observed is None
    assert result.p_value is None


def test_expected_means_are_the_shrunken_means(two_waves):
    from diagnose.statistics.pooling import shrunken_means_from_summary

    result = regression_to_the_mean(two_waves[0], k=5)

    shrunken = shrunken_means_from_summary(two_waves[0]).to_frame().set_index("team")
    teams = result.to_teams()
    np.testing.assert_allclose(
        teams["expected"], shrunken.loc[teams["team"], "estimate"], rtol=1e-12
    )


def test_the_same_people_regress_less(two_waves):
    other = regression_to_the_mean(two_waves[0], k=4)
    same = regression_to_the_mean(two_waves[0], k=4, carry_over=0.6)

    assert 0 < same.expected_change < other.expected_change
    assert same.prediction_error < other.prediction_error


def test_a_shift_of_all_teams_is_not_that_of_the_low_ones(two_waves):
    first, second = two_waves
    moved = second.assign(mean=second["mean"] + 1)

    alone = regression_to_the_mean(first, k=4, second=moved)
    beside = regression_to_the_mean(first, k=4, second=moved, baseline="other_teams")

    before = regression_to_the_mean(first, k=4, second=second, baseline="other_teams")
    assert alone.p_value < 0.001
    assert beside.estimate == pytest.approx(before.estimate)


def test_sizes_alone_give_a_prediction(two_waves):
    first, second = two_waves
    few = second[["team"]].assign(n_respondents=2)

    wide = regression_to_the_mean(first, k=4, second=few)

    assert wide.estimate is None
    assert wide.prediction_error > regression_to_the_mean(first, k=4).prediction_error


def test_regression_to_the_mean_refuses_what_it_cannot_select(two_waves):
    first, second = two_waves

    with pytest.raises(ValueError, match="`k` must be below the 20 teams"):
        regression_to_the_mean(first, k=20)
    with pytest.raises(ValueError, match="`k` must be a whole number"):
        regression_to_the_mean(first, k=0)
    with pytest.raises(ValueError, match="`carry_over` must be from 0"):
        regression_to_the_mean(first, k=2, carry_over=1)
    with pytest.raises(InsufficientDataError, match="at least 3 teams that can be fol"):
        regression_to_the_mean(first, k=2, second=second.head(2))
    with pytest.raises(ValueError, match="finite mean in every"):
        regression_to_the_mean(first, k=2, second=second.assign(mean=np.nan))


def known_model(sizes, tau2=0.3, sigma2=0.9, covariance=None):
    total = tau2 + sigma2 / sizes
    return RandomIntercept(
        mu=3.1,
        mu_std_error=float(np.sqrt(1 / (1 / total).sum())),
        tau2=tau2,
        sigma2=sigma2,
        covariance=np.zeros((2, 2)) if covariance is None else covariance,
    )


@pytest.mark.parametrize("carry_over", [0.0, 0.5])
def test_error_of_prediction_follows_from_the_joint_covariance(two_waves, carry_over):
    """With known variances: the generalised least squares predictor, by matrices."""
    checked = check_summary(two_waves[0])
    n1, n2 = checked.sizes, checked.sizes[::-1] + 3
    model = known_model(n1)
    combination = np.zeros(len(n1))
    combination[:4] = 0.25

    got = predict_second(checked, model, n2, carry_over).error(combination, model)

    first = np.diag(model.tau2 + model.sigma2 / n1)
    shared = np.diag(model.tau2 + carry_over * model.sigma2 / np.sqrt(n1 * n2))
    second = np.diag(model.tau2 + model.sigma2 / n2)
    inverse, ones = np.linalg.inv(first), np.ones(len(n1))
    rest = combination @ (ones - shared @ inverse @ ones)
    given = combination @ (second - shared @ inverse @ shared) @ combination
    expected = given + rest**2 / (ones @ inverse @ ones)
    assert got**2 == pytest.approx(expected, rel=1e-10)


def test_uncertain_variances_enter_by_their_derivatives(two_waves):
    checked = check_summary(two_waves[0])
    sizes = checked.sizes + 2

    got = predict_second(checked, known_model(checked.sizes), sizes, 0.4).gradient

    for row, name in enumerate(["tau2", "sigma2"]):
        value = {"tau2": 0.3, "sigma2": 0.9}[name]
        up, down = (
            predict_second(
                checked, known_model(checked.sizes, **{name: value + step}), sizes, 0.4
            ).expected
            for step in (1e-5, -1e-5)
        )
        np.testing.assert_allclose(got[row], (up - down) / 2e-5, rtol=1e-6, atol=1e-9)
