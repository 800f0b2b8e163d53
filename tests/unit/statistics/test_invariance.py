from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.invariance import (
    Conventions,
    longitudinal_invariance,
    measurement_invariance,
)

ITEMS = ["q1", "q2", "q3", "q4"]
MODEL = {"voice": ITEMS}
LOADINGS = np.array([1.0, 0.9, 0.8, 1.1])


def simulate(rng, n, *, shift=(0, 0, 0, 0), loadings=LOADINGS, mean=0.0):
    trait = rng.normal(mean, 1.0, size=(n, 1))
    latent = trait * loadings + np.asarray(shift) + rng.normal(0, 0.7, size=(n, 4))
    return pd.DataFrame(latent, columns=ITEMS)


def two_groups(first, second):
    answers = pd.concat([first, second], ignore_index=True)
    return answers, np.repeat(["a", "b"], [len(first), len(second)])


def ordered(latent, cuts=(-1.2, -0.4, 0.4, 1.2)):
    return (latent.to_numpy()[:, :, None] > np.array(cuts)).sum(axis=2) + 1.0


@pytest.fixture
def alike(rng):
    return two_groups(simulate(rng, 400), simulate(rng, 300, mean=0.5))


@pytest.fixture
def shifted():
    rng = np.random.default_rng(4)
    return two_groups(
        simulate(rng, 500), simulate(rng, 500, shift=(0, 0, 0.8, 0), mean=0.5)
    )


def test_groups_that_answer_alike_may_be_compared(alike):
    answers, group = alike

    result = measurement_invariance(answers, MODEL, group)

    assert (result.verdict, result.highest) == ("means", "strict")
    assert result.means_comparable
    assert result.groups == ("a", "b")
    assert result.n_by_group == (400, 300)
    assert (result.n_respondents, result.n_items) == (700, 4)
    (mean,) = result.latent_means
    assert mean.conf_low < 0.5 < mean.conf_high
    assert "means and relations may be compared" in result.explain()


def test_a_shifted_item_forbids_means(shifted):
    answers, group = shifted

    result = measurement_invariance(answers, MODEL, group)

    assert (result.verdict, result.highest) == ("relations", "metric")
    assert not result.means_comparable
    row = result.level("scalar")
    assert not row.holds
    assert (row.cfi_small, row.delta_df) == (False, 3)
    assert result.explain().endswith("compare relations, not means. More did not hold.")


def test_the_shifted_item_is_found_and_released(shifted):
    answers, group = shifted

    result = measurement_invariance(answers, MODEL, group, partial=True)

    assert [one.name for one in result.released] == ["intercepts:q3"]
    assert (result.verdict, result.items_left_free) == ("means_except", ("q3",))
    failed, released = (one for one in result.levels if one.level == "scalar")
    assert (failed.holds, failed.partial, failed.released) == (False, False, ())
    assert (released.holds, released.partial) == (True, True)
    assert released.released == ("intercepts:q3",)
    assert released.df == failed.df - 1
    assert "q3 left free" in result.explain()
    (mean,) = result.latent_means
    assert mean.conf_low < 0.5 < mean.conf_high


def test_a_first_item_that_differs_is_found_too():
    rng = np.random.default_rng(5)
    answers, group = two_groups(
        simulate(rng, 500), simulate(rng, 500, loadings=np.array([0.4, 0.9, 0.8, 1.1]))
    )

    result = measurement_invariance(answers, MODEL, group, partial=True)

    assert result.released[0].name == "loadings:voice:q1"
    # an item released once is free at all later levels
    assert result.level("scalar").delta_df == 2


def test_no_more_is_released_than_allowed(rng):
    answers, group = two_groups(
        simulate(rng, 400), simulate(rng, 400, shift=(0, 1, -1, 2))
    )

    result = measurement_invariance(
        answers, MODEL, group, partial=True, max_released=0.25
    )

    assert len(result.released) == 1
    assert "cap_reached:scalar" in result.flags
    assert result.verdict == "relations"
    assert result.items_left_free == ()


def test_a_model_that_does_not_fit_allows_nothing(rng):
    trait = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=600)
    wrong = np.repeat(trait, 2, axis=1) + rng.normal(0, 0.7, size=(600, 4))
    answers = pd.DataFrame(wrong, columns=ITEMS)
    group = np.repeat(["a", "b"], 300)

    result = measurement_invariance(answers, MODEL, group, levels=["configural"])

    assert (result.verdict, result.highest) == ("nothing", None)
    assert "well enough to begin with" in result.explain()


def test_levels_that_were_not_tested_are_not_claimed(alike):
    answers, group = alike

    result = measurement_invariance(
        answers, MODEL, group, levels=["metric", "configural"]
    )

    assert [one.level for one in result.levels] == ["configural", "metric"]
    assert (result.verdict, result.latent_means) == ("relations", ())
    assert result.explain().endswith("More was not tested.")
    assert list(result.latent_means_frame().columns)[:3] == [
        "factor",
        "group",
        "estimate",
    ]
    with pytest.raises(KeyError):
        result.level("scalar")


def test_the_frame_has_a_row_a_level(alike):
    frame = measurement_invariance(alike[0], MODEL, alike[1]).to_frame()

    assert frame["level"].tolist() == ["configural", "metric", "scalar", "strict"]
    assert frame.loc[0, ["delta_statistic", "delta_cfi"]].isna().all()
    assert frame["delta_df"].iloc[1:].tolist() == [3, 3, 4]


def test_conventions_decide_where_the_test_is_significant():
    rule = Conventions()

    assert rule.holds(p_value=0.2, delta_cfi=-0.02, delta_rmsea=0.05)
    assert rule.holds(p_value=0.001, delta_cfi=-0.009, delta_rmsea=0.014)
    assert not rule.holds(p_value=0.001, delta_cfi=-0.011, delta_rmsea=0.0)
    assert not rule.holds(p_value=0.001, delta_cfi=0.0, delta_rmsea=0.016)
    many = Conventions.usual(ordered=True, n_groups=10)
    assert (many.cfi, many.rmsea) == (0.004, 0.010)
    assert Conventions.usual(ordered=True, n_groups=9) == Conventions()
    with pytest.raises(ValueError, match="`alpha` must lie between 0 and 1"):
        Conventions(alpha=1)
    with pytest.raises(ValueError, match="`cfi` must be at least"):
        Conventions(cfi=-0.01)


def test_ordered_items_start_with_thresholds(alike):
    answers = pd.DataFrame(ordered(alike[0]), columns=ITEMS)

    result = measurement_invariance(answers, MODEL, alike[1], estimator="wlsmv")

    found = {one.level: one.delta_df for one in result.levels}
    assert found == {"configural": None, "thresholds": 8, "metric": 3, "scalar": 3}
    assert result.level("scalar").delta_method == "satorra_2000"


@pytest.mark.parametrize(
    ("cuts", "levels", "flag"),
    [
        (None, ["configural", "scalar"], "two_answers:thresholds,metric"),
        (
            (-0.5, 0.5),
            ["configural", "metric", "scalar"],
            "three_answers:thresholds",
        ),
    ],
)
def test_few_answers_carry_fewer_levels(alike, cuts, levels, flag):
    # one threshold an item tells groups apart only where items differ in it
    binary = (alike[0] > [-0.5, 0.0, 0.5, 1.0]).to_numpy() + 1.0
    codes = ordered(alike[0], cuts) if cuts else binary
    answers = pd.DataFrame(codes, columns=ITEMS)

    result = measurement_invariance(answers, MODEL, alike[1], estimator="wlsmv")

    assert [one.level for one in result.levels] == levels
    assert flag in result.flags


def test_shifted_thresholds_are_found_and_released():
    rng = np.random.default_rng(5)
    first, second = simulate(rng, 600), simulate(rng, 600)
    answers, group = two_groups(first, second)
    codes = ordered(answers)
    # in group b the upper answers to q2 come much sooner
    late = (second["q2"].to_numpy()[:, None] > [-1.2, -0.4, -0.2, 0.0]).sum(axis=1)
    codes[600:, 1] = late + 1.0

    result = measurement_invariance(
        pd.DataFrame(codes, columns=ITEMS),
        MODEL,
        group,
        estimator="wlsmv",
        partial=True,
    )

    assert result.released[0].name == "thresholds:q2"
    assert result.level("thresholds").delta_df == 6
    assert result.level("metric").delta_df == 2
    assert result.level("scalar").delta_df == 2


def test_an_absent_answer_is_refused_and_can_be_merged(rng):
    codes = pd.DataFrame(ordered(simulate(rng, 400)), columns=ITEMS)
    group = np.repeat(["a", "b"], 200)
    codes.loc[200:, "q2"] = codes.loc[200:, "q2"].clip(upper=4)
    before = codes.copy()

    with pytest.raises(InsufficientDataError, match=r"q2: none of 200 in group 'b'"):
        measurement_invariance(codes, MODEL, group, estimator="wlsmv")
    result = measurement_invariance(
        codes,
        MODEL,
        group,
        estimator="wlsmv",
        collapse=True,
        n_permutations=3,
        seed=1,
    )

    assert result.permutation[0].n_permutations == 3
    (one,) = result.collapsed
    assert (one.item, one.category, one.into, one.groups) == ("q2", 5.0, 4.0, ("b",))
    assert one.n_respondents == int((before["q2"] == 5).sum())
    assert "collapsed:1" in result.flags
    pd.testing.assert_frame_equal(codes, before)


def test_missing_answers_are_used(alike):
    answers, group = alike[0].copy(), alike[1]
    answers.iloc[:50, 0] = np.nan

    listwise = measurement_invariance(answers, MODEL, group)
    everyone = measurement_invariance(answers, MODEL, group, missing="fiml")

    assert listwise.n_by_group == (350, 300)
    assert "left_out:50" in listwise.flags
    assert everyone.n_by_group == (400, 300)


def test_one_group_is_refused(alike):
    with pytest.raises(InsufficientDataError, match="got 1: 'a'"):
        measurement_invariance(alike[0], MODEL, np.repeat("a", 700))


def test_small_groups_are_refused_by_name(alike):
    group = alike[1].copy()
    group[:99], group[99] = "c", "d"

    with pytest.raises(
        InsufficientDataError, match=r"'c' \(n = 99\), 'd' \(n = 1\)\. Merge"
    ):
        measurement_invariance(alike[0], MODEL, group)
    with pytest.raises(InsufficientDataError, match=r"at least 2 .*'d' \(n = 1\)"):
        measurement_invariance(alike[0], MODEL, group, min_group=2)


def test_different_items_are_refused_by_name(alike):
    answers, group = alike[0].copy(), alike[1]
    answers.loc[group == "b", "q3"] = np.nan

    with pytest.raises(InsufficientDataError, match=r"q3 \(none of 300 in group 'b'\)"):
        measurement_invariance(answers, MODEL, group, missing="fiml")


def test_a_constant_item_is_refused_by_name(alike):
    answers, group = alike[0].copy(), alike[1]
    answers.loc[group == "b", "q3"] = 2.0

    with pytest.raises(InsufficientDataError, match=r"in group 'b'.* to q3"):
        measurement_invariance(answers, MODEL, group)


def test_a_level_that_cannot_be_fitted_is_named(rng):
    answers, group = two_groups(simulate(rng, 150), simulate(rng, 150))

    with pytest.raises(InsufficientDataError, match="At the configural level"):
        measurement_invariance(answers, {"f": ["q1", "q2"]}, group)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"estimator": "uls"}, "`estimator` must be one of"),
        ({"missing": "raise"}, "`missing` must be one of"),
        ({"levels": ["metric"]}, "`levels` must hold 'configural'"),
        ({"levels": ["configural", "thresholds"]}, "which these answers can carry"),
        ({"max_released": 1.5, "partial": True}, "`max_released` must lie"),
        ({"min_group": 1}, "`min_group` must be at least 2"),
        ({"conf_level": 95}, "`conf_level` must lie between 0 and 1"),
        ({"n_permutations": 10}, "needs a `seed`"),
        ({"n_permutations": -1}, "`n_permutations` must be at least 0"),
        ({"collapse": True}, "`collapse`"),
    ],
)
def test_wrong_options_are_refused(alike, options, text):
    with pytest.raises(ValueError, match=text):
        measurement_invariance(alike[0], MODEL, alike[1], **options)


def test_a_text_is_no_list_of_levels(alike):
    with pytest.raises(TypeError, match="`levels` must be a list"):
        measurement_invariance(alike[0], MODEL, alike[1], levels="metric")


def test_permutations_repeat_and_report(shifted):
    calls = []
    options = {"levels": ["configural", "metric", "scalar"], "n_permutations": 19}

    first, second = (
        measurement_invariance(
            *(shifted[0], MODEL, shifted[1]),
            seed=3,
            progress=lambda done, total: calls.append((done, total)),
            **options,
        )
        for _ in range(2)
    )

    assert calls[:19] == [(done, 19) for done in range(1, 20)]
    assert first.permutation == second.permutation
    assert first.seed == 3
    metric, scalar = first.permutation
    assert (scalar.level, scalar.n_permutations, scalar.n_failed) == ("scalar", 19, 0)
    assert scalar.p_value_statistic == scalar.p_value_cfi == 1 / 20
    assert metric.p_value_statistic > 1 / 20


def over_waves(rng, n=400, shift=0.0):
    person = rng.normal(size=(n, 1))
    waves = {}
    for wave, mean in (("before", 0.0), ("after", 0.5)):
        trait = mean + 0.8 * person + rng.normal(0, 0.6, size=(n, 1))
        answers = trait * LOADINGS + rng.normal(0, 0.7, size=(n, 4))
        waves[wave] = pd.DataFrame(answers, columns=ITEMS)
    waves["after"]["q2"] += shift
    return waves


@pytest.mark.parametrize("identification", ["marker", "unit_variance"])
def test_waves_of_the_same_people(identification):
    waves = over_waves(np.random.default_rng(1))

    result = longitudinal_invariance(waves, MODEL, identification=identification)

    assert (result.across, result.groups) == ("waves", ("before", "after"))
    assert result.n_by_group == (400, 400)
    assert (result.n_respondents, result.n_items) == (400, 4)
    assert [one.df for one in result.levels] == [15, 18, 21, 25]
    (mean,) = result.latent_means
    assert (mean.factor, mean.group) == ("voice", "after")
    assert mean.conf_low < 0.5 < mean.conf_high


def test_an_item_that_changed_is_released(rng):
    result = longitudinal_invariance(over_waves(rng, shift=0.8), MODEL, partial=True)

    assert [one.name for one in result.released] == ["intercepts:q2"]
    assert result.verdict == "means_except"
    assert "in these waves" in result.explain()
    assert "in deze metingen" in result.explain(language="nl")


def test_waves_may_miss_people(rng):
    waves = over_waves(rng)
    waves["after"].iloc[:60] = np.nan

    complete = longitudinal_invariance(waves, MODEL)
    everyone = longitudinal_invariance(waves, MODEL, missing="fiml")

    assert complete.n_by_group == (340, 340)
    assert everyone.n_by_group == (400, 340)


def test_waves_that_do_not_match_are_refused(rng):
    waves = over_waves(rng)
    alone = {"before": waves["before"]}
    with pytest.raises(InsufficientDataError, match="compares waves; got 1"):
        longitudinal_invariance(alone, MODEL)
    with pytest.raises(TypeError, match="must map each wave"):
        longitudinal_invariance(list(waves.values()), MODEL)
    with pytest.raises(TypeError, match=r"\['after'\]` must be a pandas DataFrame"):
        longitudinal_invariance(alone | {"after": [1, 2]}, MODEL)
    with pytest.raises(ValueError, match="must have the index of the first wave"):
        longitudinal_invariance(alone | {"after": waves["after"].iloc[::-1]}, MODEL)
    with pytest.raises(ValueError, match="has no column q4"):
        longitudinal_invariance(
            alone | {"after": waves["after"].drop(columns="q4")}, MODEL
        )
    with pytest.raises(ValueError, match="must name each wave once; got 1, 1"):
        longitudinal_invariance({1: waves["before"], "1": waves["after"]}, MODEL)
    few = {wave: frame.iloc[:99] for wave, frame in waves.items()}
    with pytest.raises(InsufficientDataError, match="got 99 of 99"):
        longitudinal_invariance(few, MODEL)
    empty = alone | {"after": waves["after"].assign(q2=np.nan)}
    with pytest.raises(InsufficientDataError, match=r"q2 \(none of 400 in wave"):
        longitudinal_invariance(empty, MODEL)
