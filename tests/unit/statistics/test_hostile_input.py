"""Input that no statistic can use is refused in words, by whichever function gets it.

Numbers that overflow, texts, complex numbers, lists as labels, columns given twice and
options of the wrong type: each would otherwise end in a traceback of a library.
"""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import diagnose as d

N_TEAMS = 24
RNG = np.random.default_rng(3)
TEAMS = pd.Series(np.repeat([f"t{team:02d}" for team in range(N_TEAMS)], 10))
EFFECT = np.repeat(RNG.normal(0, 0.5, N_TEAMS), 10)
SCORE = pd.Series((3 + EFFECT + RNG.normal(0, 1, 240)).round(2))
PREDICTORS = pd.DataFrame(RNG.normal(3, 1, (240, 3)), columns=list("abc"))
ITEMS = pd.DataFrame(RNG.integers(1, 6, (240, 3)), columns=["i1", "i2", "i3"])
GROUPS = pd.Series(np.tile(["x", "y", "z"], 80))
WAVES = pd.Series(np.repeat([1, 2, 3], 80))
PERSONS = pd.Series(np.tile(np.arange(80), 3))
STAYED = SCORE.where((WAVES == 1) | (PERSONS > 20))
WHEN = pd.Series(pd.date_range("2026-01-01", periods=240, freq="h"))
SUMMARY = pd.DataFrame(
    {
        "team": [f"t{team}" for team in range(12)],
        "n_respondents": 8,
        "n_members": 25,
        "mean": RNG.normal(3, 0.4, 12),
        "variance": RNG.uniform(0.5, 1.0, 12),
    }
)
CELLS = d.wave_cells(SCORE, WAVES, teams=TEAMS)
TABLE = pd.DataFrame({"p_value": [0.01, 0.2, 0.5], "level": ["a", "b", "b"]})
NETWORK = d.organisation_network([6] * 8, seed=2)
EVEN = d.uniform_thresholds()
SCALE = {"lowest": 1, "highest": 5}
LISTS = pd.Series([[1]] * 240)
CORRELATIONS = pd.DataFrame(
    np.corrcoef(PREDICTORS.T), index=list("abc"), columns=list("abc")
)


def _first(column: pd.Series, value: object) -> pd.Series:
    changed = column.astype(complex if isinstance(value, complex) else float)
    changed.iloc[0] = value
    return changed


# every statistic of one score a respondent
OF_SCORES = {
    "icc": lambda y: d.icc(y, TEAMS),
    "shrunken_means": lambda y: d.shrunken_means(y, TEAMS),
    "compare_groups": lambda y: d.compare_groups(y, GROUPS),
    "compare_groups in teams": lambda y: d.compare_groups(y, GROUPS, teams=TEAMS),
    "compare_two": lambda y: d.compare_two(y, SCORE),
    "equivalence_test": lambda y: d.equivalence_test(y, SCORE, bound=0.5),
    "clustered_regression": lambda y: d.clustered_regression(y, PREDICTORS, TEAMS),
    "ordinal_logit": lambda y: d.ordinal_logit(y.round(), GROUPS),
    "response_surface": lambda y: d.response_surface(
        y, PREDICTORS["a"], PREDICTORS["b"], midpoint=3
    ),
    "relative_importance": lambda y: d.relative_importance(
        y, PREDICTORS, clusters=TEAMS, n_bootstrap=100
    ),
    "attrition": lambda y: d.attrition(y, WAVES, PERSONS),
    "compare_linked_waves": lambda y: d.compare_linked_waves(y, WAVES, PERSONS),
    "compare_waves": lambda y: d.compare_waves(y, SCORE),
    "composition_shift": lambda y: d.composition_shift(GROUPS, GROUPS, y, SCORE),
    "reliable_change": lambda y: d.reliable_change(y, SCORE, sd=1, reliability=0.8),
    "wave_cells": lambda y: d.wave_cells(y, WAVES),
    "compare_early_late": lambda y: d.compare_early_late(y, WHEN),
    "weighted_mean": lambda y: d.weighted_mean(y, pd.Series(1.0, index=y.index)),
}


@pytest.mark.parametrize("name", OF_SCORES)
@pytest.mark.parametrize("value", [1e60, 1e200])
def test_a_score_that_overflows_is_refused(name, value):
    with pytest.raises(ValueError, match=r"beyond 1e\+50, which cannot be an answer"):
        OF_SCORES[name](_first(SCORE, value))


@pytest.mark.parametrize("name", OF_SCORES)
@pytest.mark.parametrize(
    "wrong", [SCORE + 1j, SCORE.astype(str), WHEN], ids=["complex", "text", "dates"]
)
def test_a_score_that_is_no_number_is_refused(name, wrong):
    if name == "ordinal_logit":
        with pytest.raises(TypeError, match="must be one column of numbers"):
            d.ordinal_logit(wrong, GROUPS)
        return
    with pytest.raises(TypeError, match=r"of numbers|holds? numbers"):
        OF_SCORES[name](wrong)


# every statistic of team summaries
OF_SUMMARIES = {
    "differences_within": lambda s: d.differences_within(s, SUMMARY),
    "differences_within one team": lambda s: d.differences_within(
        s.iloc[:1], SUMMARY.iloc[:1]
    ),
    "difference_from_rest": d.difference_from_rest,
    "rank_probabilities": lambda s: d.rank_probabilities(s, n_draws=200),
    "really_different": d.really_different,
    "regression_to_the_mean": lambda s: d.regression_to_the_mean(s, k=3),
    "margins_of_error": d.margins_of_error,
    "poststratified_mean": d.poststratified_mean,
}


@pytest.mark.parametrize("name", OF_SUMMARIES)
@pytest.mark.parametrize("column", ["n_respondents", "mean", "variance"])
def test_a_summary_of_texts_is_refused_by_column(name, column):
    wrong = SUMMARY.assign(**{column: [f"u{row}" for row in range(12)]})

    with pytest.raises(TypeError, match=f"must hold numbers in the column '{column}'"):
        OF_SUMMARIES[name](wrong)


@pytest.mark.parametrize("name", OF_SUMMARIES)
def test_a_summary_with_a_column_twice_is_refused(name):
    with pytest.raises(ValueError, match="repeated columns: team"):
        OF_SUMMARIES[name](pd.concat([SUMMARY, SUMMARY[["team"]]], axis=1))


@pytest.mark.parametrize("name", OF_SUMMARIES)
@pytest.mark.parametrize(
    ("column", "value"), [("n_respondents", 1e60), ("mean", 1e200), ("variance", 1e99)]
)
def test_a_summary_that_overflows_is_refused(name, column, value):
    with pytest.raises(ValueError, match=r"n_respondents|beyond 1e\+50"):
        OF_SUMMARIES[name](SUMMARY.assign(**{column: _first(SUMMARY[column], value)}))


@pytest.mark.parametrize(
    "call",
    [
        lambda: d.icc(SCORE, LISTS),
        lambda: d.compare_groups(SCORE, LISTS),
        lambda: d.compare_waves(SCORE, SCORE, first_teams=LISTS, second_teams=TEAMS),
        lambda: d.answer_shares(ITEMS, LISTS, **SCALE),
        lambda: d.wave_cells(SCORE, LISTS),
        lambda: d.wave_trend(CELLS.assign(wave=[[1]] * len(CELLS))),
        lambda: d.adjust_families(TABLE.assign(level=[[1]] * 3), family=["level"]),
        lambda: d.rake(pd.DataFrame({"g": LISTS}), {"g": {"x": 1}}),
    ],
)
def test_labels_that_are_lists_are_refused(call):
    with pytest.raises(TypeError, match="single values such as texts or numbers"):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda level: d.icc(SCORE, TEAMS, conf_level=level),
        lambda level: d.compare_two(SCORE, SCORE, conf_level=level),
        lambda level: d.margins_of_error(SUMMARY, conf_level=level),
        lambda level: d.shrunken_means(SCORE, TEAMS, conf_level=level),
    ],
)
@pytest.mark.parametrize("level", [Fraction(1, 2), "0.95", None, np.array([0.9]), 95])
def test_a_confidence_level_is_one_float(call, level):
    with pytest.raises(ValueError, match="`conf_level` must lie between 0 and 1"):
        call(level)


@pytest.mark.parametrize(
    "end", [None, "5", [5], np.array([5]), Fraction(9, 2), 4.5, np.nan]
)
@pytest.mark.parametrize("call", [d.a_wg, d.r_wg_j, d.r_wg_j_star, d.average_deviation])
def test_the_ends_of_a_response_scale_are_whole_numbers(call, end):
    with pytest.raises(ValueError, match="`highest` must be whole numbers"):
        call(ITEMS, lowest=1, highest=end)


def test_a_response_scale_has_an_end():
    with pytest.raises(ValueError, match="at most 1001 answers"):
        d.r_wg_j(ITEMS, lowest=1, highest=10**300)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: d.r_wg_j(ITEMS, null=None, **SCALE), ValueError, "positive variance"),
        (
            lambda: d.team_agreement(ITEMS, TEAMS, nulls=None, **SCALE),
            TypeError,
            "`nulls` must be a tuple",
        ),
        (lambda: d.cutoff_table(5), TypeError, "`n_respondents` must be a list"),
        (lambda: d.agreement_cutoffs(10**7), ValueError, "at most 10000"),
        (
            lambda: d.agreement_cutoffs(8, correlation="a"),
            TypeError,
            "`correlation` must hold numbers",
        ),
        (lambda: d.really_different("abc"), TypeError, "dictionary of them"),
        (lambda: d.simulate_shrinkage(sizes=5), TypeError, "`sizes` must be a list"),
        (lambda: d.simulate_shrinkage(icc="a"), ValueError, "`icc` must lie"),
        (
            lambda: d.shrunken_means(
                SCORE, TEAMS, n_members=pd.Series(1e60, index=TEAMS.unique())
            ),
            ValueError,
            "`n_members` must be whole numbers",
        ),
        (
            lambda: d.nested_means(
                SCORE,
                pd.DataFrame(
                    {("k", "a"): GROUPS, ("k", "b"): TEAMS},
                ),
            ),
            ValueError,
            "one name a column",
        ),
        (
            lambda: d.adjust_families(TABLE, p_value=["p_value"]),
            TypeError,
            "`family` a list of columns",
        ),
        (
            lambda: d.common_method(PREDICTORS, marker=["a"]),
            ValueError,
            "`marker` must be one of",
        ),
        (
            lambda: d.relative_importance_from_correlations(CORRELATIONS, outcome=[1]),
            ValueError,
            "`outcome` must be one of",
        ),
        (
            lambda: d.relative_importance_from_correlations(
                CORRELATIONS.astype(str), outcome="a"
            ),
            TypeError,
            "`correlations` must hold numbers only",
        ),
        (
            lambda: d.clustered_regression(SCORE, PREDICTORS * 1e-200, TEAMS),
            ValueError,
            "predictors that do not vary",
        ),
        (
            lambda: d.ordinal_logit(ITEMS["i1"], PREDICTORS * 1e-200),
            ValueError,
            "predictors that do not vary",
        ),
        (
            lambda: d.ordinal_logit(ITEMS["i1"], PREDICTORS + 1e9),
            ValueError,
            "subtract its mean first",
        ),
        (
            lambda: d.attrition(STAYED, WAVES, PERSONS, moves=1j),
            TypeError,
            "`moves` must be one column of numbers",
        ),
        (
            lambda: d.compare_linked_waves(SCORE.to_numpy(), WAVES, PERSONS),
            TypeError,
            "`values` must be a pandas Series; got ndarray",
        ),
        (
            lambda: d.compare_linked_waves(
                SCORE, WAVES.replace({3: np.inf}), PERSONS, form="linear"
            ),
            ValueError,
            "`waves` holds infinite values",
        ),
        (
            lambda: d.compare_linked_waves(
                SCORE, WAVES * 1e-200, PERSONS, form="linear"
            ),
            ValueError,
            "leave no time for a line",
        ),
        (
            lambda: d.compare_linked_waves(SCORE, WAVES + 1j, PERSONS),
            TypeError,
            "complex",
        ),
        (lambda: d.compare_waves(None, SCORE), ValueError, "at least 2 answers"),
        (
            lambda: d.compare_waves(
                SCORE, SCORE, first_teams=list(TEAMS), second_teams=TEAMS
            ),
            TypeError,
            "`first_teams` must be a pandas Series",
        ),
        (
            lambda: d.compare_waves(
                SCORE, SCORE, first_weights=SCORE * 0 + 1e-200, second_weights=SCORE
            ),
            ValueError,
            "weights must be finite and above 0",
        ),
        (
            lambda: d.regression_to_the_mean(SUMMARY, k=3, second=SUMMARY.iloc[:0]),
            ValueError,
            "`second` is empty",
        ),
        (
            lambda: d.regression_to_the_mean(SUMMARY, k=3, carry_over="a"),
            ValueError,
            "`carry_over` must be from 0",
        ),
        (
            lambda: d.smallest_detectable_change(1, None),
            ValueError,
            "`reliability` must lie from 0 to 1",
        ),
        (lambda: d.smallest_detectable_change(np.inf, 0.8), ValueError, "finite"),
        (lambda: d.wave_trend(CELLS, times="abc"), TypeError, "a dictionary"),
        (
            lambda: d.wave_trend(CELLS, times={1: "a", 2: 3, 3: 4}),
            ValueError,
            "dates written as 2026-11-25",
        ),
        (
            lambda: d.wave_trend(CELLS, times={1: [], 2: {}, 3: None}),
            ValueError,
            "dates written as 2026-11-25",
        ),
        (
            lambda: d.attrition(STAYED, WAVES, PERSONS, units=LISTS),
            TypeError,
            "single values",
        ),
        (
            lambda: d.compare_early_late(SCORE, WHEN, cut=[WHEN[5]]),
            TypeError,
            "`cut` must be a moment",
        ),
        (
            lambda: d.nonresponse_bounds("a", 5, 10, lowest=1, highest=5),
            TypeError,
            "`mean` must be one column of numbers",
        ),
        (
            lambda: d.nonresponse_bounds(3, 5, 1e60, lowest=1, highest=5),
            ValueError,
            "n_members",
        ),
        (
            lambda: d.nonresponse_bounds(3, 5, 10, lowest=None, highest=5),
            ValueError,
            "`highest` must be above `lowest`",
        ),
        (
            lambda: d.nonresponse_bounds(3, 5, 10, lowest=1, highest=5, difference=1),
            ValueError,
            "`difference` must be two finite numbers",
        ),
        (
            lambda: d.nonresponse_bounds(3, 5, 10, lowest=1, highest=5, reference="a"),
            ValueError,
            "`reference` must lie between",
        ),
        (lambda: d.rake(None, {"g": {"x": 1}}), TypeError, "must be a pandas Data"),
        (
            lambda: d.rake(
                pd.DataFrame({"g": GROUPS}),
                {"g": {"x": 1, "y": 1, "z": 1}},
                tolerance=None,
            ),
            ValueError,
            "`tolerance` must lie",
        ),
    ],
)
def test_other_input_that_cannot_be(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: d.design_effect(icc=None), "`icc` must be below 1"),
        (lambda: d.design_effect(team_size_cv=1e300), "`team_size_cv` must be finite"),
        (lambda: d.design_effect(mean_team_size=10**400), "finite"),
        (lambda: d.margin_of_error(np.inf, 10), "`sd` must be finite"),
        (lambda: d.margin_of_error(1, 10, population="a"), "`population`"),
        (lambda: d.margin_of_error(1, 10, population=np.nan), "`population`"),
        (lambda: d.power_two_groups(None, 1, 40), "`difference` must be a number"),
        (lambda: d.power_two_groups(0.3, 1, np.inf), "`n_per_group` must be finite"),
        (lambda: d.power_two_groups(0.3, 1, 40, design_effect=0), "`design_effect`"),
        (lambda: d.respondents_needed(1e-300, 1), "`target` must lie from 1e-50"),
        (lambda: d.respondents_needed(0.3, 1, design_effect=np.inf), "finite"),
        (lambda: d.plan_mean(pd.NA), "`margin` must be one number"),
        (lambda: d.plan_change(pd.Series([0.2])), "`change` must be one number"),
        (lambda: d.plan_gap([0.2]), "`difference` must be one number"),
        (lambda: d.plan_drivers("a"), "`target` must be one number"),
        (lambda: d.plan_team(pd.NA), "`target` must be one number"),
        (lambda: d.plan_table(["a"]), "`answers_per_team` must be a whole number"),
    ],
)
def test_plans_of_what_is_no_number(call, text):
    with pytest.raises(ValueError, match=text):
        call()


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: d.cascade_condition(None, EVEN), TypeError, "must be a Network"),
        (lambda: d.cascade_condition(NETWORK, 0.2), TypeError, "a distribution"),
        (lambda: d.measure_network("abc"), TypeError, "must be a Network"),
        (
            lambda: d.random_network_equilibrium(NETWORK, None, pioneer_share=0.1),
            TypeError,
            "a distribution",
        ),
        (lambda: d.spread(3, EVEN, pioneers=0.1), ValueError, "must be a Network"),
        (
            lambda: d.spread(NETWORK, "abc", pioneers=0.1),
            TypeError,
            "must hold numbers only",
        ),
        (
            lambda: d.compare_settings(NETWORK, EVEN, grid={"space": None}),
            ValueError,
            "at least 1 value",
        ),
        (lambda: d.compare_settings(NETWORK, EVEN, grid=[1]), TypeError, "dictionary"),
        (
            lambda: d.movement_chance(NETWORK, EVEN, shares_of_pioneers=0.1),
            TypeError,
            "must be a list of numbers",
        ),
        (lambda: d.naming_game_tipping(0.1), TypeError, "must be a list of numbers"),
        (lambda: d.normal_thresholds(None, 1), ValueError, "`mean` must be a number"),
        (lambda: d.normal_thresholds(0, "a"), ValueError, "`sd` must be a number"),
        (lambda: d.uniform_thresholds("a"), ValueError, "`low` must be below `high`"),
        (lambda: d.given_thresholds([1j]), TypeError, "must hold numbers only"),
        (lambda: d.option_thresholds([1.0], 0.2), TypeError, "must be a list"),
        (lambda: d.option_thresholds([1.0], ["a"]), TypeError, "must hold numbers"),
        (
            lambda: d.thresholds_from_intentions([0.5], peer_influence=None),
            ValueError,
            "`peer_influence`",
        ),
        (
            lambda: d.organisation_network([10**7, 6]),
            ValueError,
            "ties, and at most 2e\\+08 fit in memory",
        ),
        (lambda: d.watts_window(1e-300), ValueError, "at least 1e-09"),
    ],
)
def test_movements_of_what_is_no_network(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


def test_scores_in_very_small_units_change_as_in_large_ones():
    large = d.compare_linked_waves(SCORE, WAVES, PERSONS).to_frame()
    small = d.compare_linked_waves(SCORE * 1e-20, WAVES, PERSONS).to_frame()

    # the search for the variances stops at a relative error of about 1e-9
    assert small["estimate"].to_numpy() * 1e20 == pytest.approx(
        large["estimate"].to_numpy(), rel=1e-6
    )
    assert small["df"].to_numpy() == pytest.approx(large["df"].to_numpy(), rel=1e-4)


@pytest.mark.parametrize(
    "times",
    [
        ["2026-01-01", "2026-07-02", "2027-01-01"],
        list(pd.to_datetime(["2026-01-01", "2026-07-02", "2027-01-01"])),
        list(pd.to_datetime(["2026-01-01", "2026-07-02", "2027-01-01"], utc=True)),
    ],
)
def test_times_of_waves_may_be_dates(times):
    trend = d.wave_trend(CELLS, times=dict(zip([1, 2, 3], times, strict=True)))

    assert trend.time_unit == "month"


def test_a_confidence_level_of_next_to_nothing_has_a_quantile():
    pairs = d.compare_groups(SCORE, GROUPS, conf_level=1e-12).to_frame()

    assert np.isfinite(pairs.select_dtypes("number").to_numpy()).all()


def test_numbers_of_single_precision_are_numbers():
    assert d.margin_of_error(np.float32(0.5), 100).estimate == pytest.approx(
        d.margin_of_error(0.5, 100).estimate, rel=1e-6
    )


def test_one_person_in_the_only_team_has_no_variance_whatever_is_written_there():
    alone = SUMMARY.iloc[:1].assign(n_respondents=1, variance=0.5)

    row = d.differences_within(SUMMARY.iloc[:1], alone).to_frame().iloc[0]

    assert np.isfinite(row["estimate"])
    assert np.isnan(row["p_value"])
