from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.cfa import fit_cfa
from diagnose.statistics.cfa.minimise import minimise
from diagnose.statistics.cfa.model import second_order_model, state_model
from diagnose.statistics.cfa.ordinal_data import read_ordinal
from diagnose.statistics.cfa.ordinal_structure import OrdinalStructure
from diagnose.statistics.cfa.ordinal_table import tabulate_ordinal_model
from diagnose.statistics.cfa.structure import Structure
from diagnose.statistics.cfa.wlsmv import OrdinalData
from diagnose.statistics.cfa.wlsmv_chi_square import scaled_shifted
from diagnose.statistics.cfa.wlsmv_difference import FittedOrdinalModel, satorra_2000

TWO = {"F": ["a", "b", "c"], "G": ["d", "e", "f"]}


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(5)
    factors = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 400)
    latent = 0.7 * factors[:, [0, 0, 0, 1, 1, 1]] + 0.7 * rng.normal(size=(400, 6))
    codes = [np.digitize(latent[:, i], [-0.8, 0.1, 0.9]) + 1.0 for i in range(6)]
    return pd.DataFrame(dict(zip("abcdef", codes, strict=True)))


@pytest.fixture(scope="module")
def halves():
    return np.repeat(["x", "y"], [250, 150])


@pytest.fixture(scope="module")
def data(answers):
    return read_ordinal(answers, state_model(TWO))[0]


@pytest.fixture(scope="module")
def grouped(answers, halves):
    return read_ordinal(answers, state_model(TWO), group=halves)[0]


def fit(data, table, model):
    structure = OrdinalStructure(data.start(table, model))
    estimator = data.bind(structure)
    minimum = minimise(estimator, structure.start())
    assert minimum.converged
    return FittedOrdinalModel(estimator=estimator, values=minimum.values)


def freed(table):
    """Return the table with every kind of parameter free somewhere, and ties."""
    later = [
        row.key
        for kind in ("scale", "intercept", "factor_mean")
        for row in table.select(kind, group=1)
    ]
    return table.free(later).tie(
        [
            [(g, row.name) for g in range(2)]
            for kind in ("threshold", "loading")
            for row in table.select(kind, group=0)
        ]
    )


# --- the table ----------------------------------------------------------------------


def test_table_has_thresholds_and_no_residual_variances():
    model = state_model(TWO, residual_covariances=[("a", "d")])

    table = tabulate_ordinal_model(model, ["x", "y"], [3, 1, 2, 3, 3, 3])

    assert len(table.select("threshold", group=1)) == 15
    assert [row.name for row in table.select("residual_covariance")] == [
        "residual_covariance:a:d"
    ] * 2
    cut = table.find((1, "threshold:c:2"))
    assert (cut.left, cut.right, cut.row, cut.column) == ("c", "2", 2, 1)
    for kind, value in (("scale", 1.0), ("intercept", 0.0), ("factor_mean", 0.0)):
        rows = table.select(kind)
        assert rows
        assert {(row.free, row.value) for row in rows} == {(-1, value)}
    numbers = [row.free for row in table.rows if row.free >= 0]
    assert numbers == list(range(table.n_free))


@pytest.mark.parametrize("counts", [[3, 3], [3, 3, 0, 3, 3, 3]])
def test_a_wrong_number_of_thresholds_is_refused(counts):
    with pytest.raises(ValueError, match="at least 1 for each of the 6 items"):
        tabulate_ordinal_model(state_model(TWO), [""], counts)


def test_thresholds_start_at_those_of_the_data(data):
    table = data.start(data.tabulate(state_model(TWO)), state_model(TWO))

    for row in table.select("threshold"):
        assert row.value == data.ordinal[0].thresholds[row.row][row.column]


# --- the structure ------------------------------------------------------------------


@pytest.mark.parametrize("second_order", [False, True])
def test_slopes_are_those_of_central_differences(second_order):
    factors = {"F": ["a", "b", "c"], "G": ["d", "e", "f"], "H": ["g", "h", "a"]}
    model = second_order_model(factors) if second_order else state_model(factors)
    model = replace(model, residual_covariances=(("a", "d"), ("e", "f")))
    table = tabulate_ordinal_model(model, ["x", "y"], [3, 1, 2, 3, 3, 3, 2, 1])
    structure = OrdinalStructure(freed(table))
    rng = np.random.default_rng(1)
    values = structure.start() + rng.uniform(-0.2, 0.2, structure.n_free)

    for group in range(2):
        slopes = structure.slopes(values, group)
        dense = slopes.dense()
        for number in range(structure.n_free):
            step = np.zeros(structure.n_free)
            step[number] = 1e-5
            ahead = structure.implied(values + step, group)
            behind = structure.implied(values - step, group)
            # third derivatives are of order 1, times 1e-10
            assert dense[number] == pytest.approx((ahead - behind) / 2e-5, abs=1e-8)
        weights = rng.uniform(0.5, 2, dense.shape[1])
        assert slopes.square(weights) == pytest.approx((dense * weights) @ dense.T)
        assert slopes.times(weights) == pytest.approx(dense @ weights)


def test_what_is_left_over_makes_the_scale():
    table = freed(tabulate_ordinal_model(state_model(TWO), ["x", "y"], [3] * 6))
    structure = OrdinalStructure(table)
    values = structure.start()
    values[[row.free for row in table.select("scale", group=1)]] = 0.8

    first, second = (structure.matrices(values, group) for group in range(2))

    assert np.diag(first.covariance) == pytest.approx(np.ones(6))
    assert np.diag(second.covariance) == pytest.approx(np.full(6, 1 / 0.64))


def test_degrees_of_freedom_count_thresholds_and_correlations(data, grouped):
    model = state_model(TWO)

    one = OrdinalStructure(data.tabulate(model))
    two = OrdinalStructure(freed(grouped.tabulate(model)))

    assert one.degrees_of_freedom() == 8
    # 16 for two groups, 18 thresholds and 4 loadings tied, 6 scales, 6 intercepts and
    # 2 means freed
    assert two.degrees_of_freedom() == 16 + 22 - 14


# --- the estimator ------------------------------------------------------------------


def test_a_scale_that_is_not_positive_is_not_permitted(grouped):
    table = freed(grouped.tabulate(state_model(TWO)))
    structure = OrdinalStructure(table)
    values = structure.start()
    values[table.find((1, "scale:b")).free] = 0.0

    assert grouped.bind(structure).value(values) == np.inf


def test_the_gradient_is_that_of_central_differences(grouped):
    structure = OrdinalStructure(freed(grouped.tabulate(state_model(TWO))))
    estimator = grouped.bind(structure)
    values = structure.start() + 0.05

    gradient, _ = estimator.expand(values)

    for number in range(structure.n_free):
        step = np.zeros(structure.n_free)
        step[number] = 1e-5
        change = estimator.value(values + step) - estimator.value(values - step)
        assert gradient[number] == pytest.approx(change / 2e-5, rel=1e-6, abs=1e-8)


def test_small_products_equal_the_whole_matrices(grouped):
    """U Gamma itself, of all statistics of both groups, beside what is computed."""
    model = state_model(TWO)
    table = freed(grouped.tabulate(model))
    table = table.fix([row.key for row in table.select("intercept")], 0.0)
    fitted = fit(grouped, table, model)
    estimator, values = fitted.estimator, fitted.values
    shares = grouped.shares
    sizes = [len(own) for own in grouped.observed]
    weight, gamma = np.zeros((sum(sizes),) * 2), np.zeros((sum(sizes),) * 2)
    for group, at in enumerate((slice(0, sizes[0]), slice(sizes[0], sum(sizes)))):
        weight[at, at] = shares[group] * np.diag(grouped.weights[group])
        gamma[at, at] = grouped.ordinal[group].gamma / shares[group]
    slopes = fitted.jacobian()
    bread = np.linalg.inv(slopes.T @ weight @ slopes)
    product = (weight - weight @ slopes @ bread @ slopes.T @ weight) @ gamma
    df = estimator.structure.degrees_of_freedom(means=True)

    test = estimator.test(values)

    expected = scaled_shifted(
        test.unscaled, df, np.trace(product), np.trace(product @ product)
    )
    assert test.statistic == pytest.approx(expected.statistic, rel=1e-10)
    assert test.shift == pytest.approx(expected.shift, rel=1e-10)
    middle = bread @ slopes.T @ weight @ gamma @ weight @ slopes @ bread
    assert estimator.covariance_of_estimates(values) == pytest.approx(
        middle / estimator.n_effective, rel=1e-8, abs=1e-12
    )


def test_three_items_of_one_factor_fit_by_construction(answers):
    model = state_model({"F": ["a", "b", "c"]})
    data = read_ordinal(answers, model)[0]

    fitted = fit(data, data.tabulate(model), model)

    test = fitted.estimator.test(fitted.values)
    assert (test.df, test.shift, test.scaling_factor) == (0, 0.0, 1.0)
    assert test.statistic == pytest.approx(0, abs=1e-12)
    assert np.isnan(test.p_value)
    assert fitted.estimator.residuals(fitted.values, 0) == pytest.approx(0, abs=1e-8)
    assert np.isnan(fitted.estimator.log_likelihood(fitted.values))


def test_a_model_that_is_not_identified_has_no_standard_errors(answers):
    model = state_model({"F": ["a", "b"]})
    data = read_ordinal(answers, model)[0]
    structure = OrdinalStructure(data.start(data.tabulate(model), model))

    with pytest.raises(
        InsufficientDataError, match="not tell apart loading:F:b, factor_covariance:F:F"
    ):
        data.bind(structure).covariance_of_estimates(structure.start())


def test_a_model_of_other_items_is_refused(data):
    with pytest.raises(ValueError, match=r"a, b, c, d, e, f; got a, b, c\."):
        data.tabulate(state_model({"F": ["a", "b", "c"]}))


def test_a_table_of_other_thresholds_is_refused(data):
    table = tabulate_ordinal_model(state_model(TWO), [""], [2] * 6)

    with pytest.raises(ValueError, match="items, groups and thresholds of the data"):
        data.bind(OrdinalStructure(table))


def test_the_order_of_items_is_that_of_the_data(answers, data):
    """A model that names the items otherwise has the same fit on the same data."""
    model = state_model({"G": ["f", "e", "d"], "F": ["c", "b", "a"]})
    own = read_ordinal(answers, model)[0]

    arranged = fit(data, data.tabulate(model), model)
    read = fit(own, own.tabulate(model), model)

    names = dict(zip(read.estimator.structure.table.names(), read.values, strict=True))
    got = arranged.estimator.structure.table.names()
    assert dict(zip(got, arranged.values, strict=True)) == pytest.approx(names)
    assert arranged.unscaled == pytest.approx(read.unscaled, rel=1e-9)


def test_a_plain_structure_is_taken_for_its_table(data):
    table = data.tabulate(state_model(TWO))

    bound = data.bind(Structure(table))

    assert isinstance(bound.structure, OrdinalStructure)
    assert bound.structure.table is table


def test_a_test_without_variance_is_refused():
    with pytest.raises(InsufficientDataError, match="variance comes out as 0 on 3"):
        scaled_shifted(1.0, 3, 2.0, 0.0)


# --- the answers --------------------------------------------------------------------


def test_flags_count_who_is_left_out(answers):
    holed = answers.copy()
    holed.iloc[:5, 0] = np.nan
    holed.iloc[0] = np.nan
    group = np.repeat(["x", "y", None], [250, 140, 10])

    listwise, by_row = read_ordinal(holed, state_model(TWO), group=group)
    pairwise, by_answer = read_ordinal(
        holed, state_model(TWO), group=group, missing="pairwise"
    )

    assert listwise.n_respondents == (245, 140)
    assert {"left_out:5", "no_group:10"} <= set(by_row)
    assert pairwise.n_respondents == (249, 140)
    assert {"left_out:1", "no_group:10"} <= set(by_answer)


def test_columns_outside_the_model_are_ignored(answers, data):
    wider = answers.assign(text="no number", empty=np.nan)

    got = read_ordinal(wider[list(reversed(wider.columns))], state_model(TWO))[0]

    assert got.items == data.items
    assert (got.ordinal[0].gamma == data.ordinal[0].gamma).all()


def test_an_unknown_missing_rule_is_named(answers):
    with pytest.raises(ValueError, match="must be one of 'listwise', 'pairwise'"):
        read_ordinal(answers, state_model(TWO), missing="fiml")


def test_a_continuous_item_is_refused_by_name(answers, rng):
    with pytest.raises(
        InsufficientDataError, match=r"b has 400 different answers.*at most 15"
    ):
        read_ordinal(answers.assign(b=rng.normal(size=400)), state_model(TWO))


def test_a_constant_item_is_refused_with_its_group(answers, halves):
    constant = answers.assign(b=answers["b"].where(halves == "x", 2))

    with pytest.raises(
        InsufficientDataError, match="b does not vary: all 150 answers in group 'y' are"
    ):
        read_ordinal(constant, state_model(TWO), group=halves)


def test_an_item_without_answers_in_a_group_is_refused(answers, halves):
    empty = answers.assign(b=answers["b"].where(halves == "x"))

    with pytest.raises(InsufficientDataError, match="b: nobody in group 'y' answered"):
        read_ordinal(empty, state_model(TWO), group=halves, missing="pairwise")


def test_a_category_that_one_group_lacks_is_refused_with_counts(answers, halves):
    lacking = answers.assign(c=answers["c"].mask(halves == "y", answers["c"].clip(2)))
    n_lowest = int((lacking["c"] == 1).sum())

    with pytest.raises(InsufficientDataError) as caught:
        read_ordinal(lacking, state_model(TWO), group=halves)

    message = str(caught.value)
    assert "c: none of 150 in group 'y' answered 1" in message
    assert f"{n_lowest} of 250 in group 'x' did" in message
    assert "items['c'].replace(1, 2)" in message
    mended = lacking.assign(c=lacking["c"].replace(1, 2))
    assert read_ordinal(mended, state_model(TWO), group=halves)[0].n_thresholds[2] == 2


def test_a_copied_item_is_refused_by_name(answers):
    with pytest.raises(
        InsufficientDataError, match=r"polychoric correlation of a and b lies at its"
    ):
        read_ordinal(answers.assign(b=answers["a"]), state_model(TWO))


@pytest.mark.parametrize(
    ("missing", "way_out"),
    [
        ("listwise", "fewer items or missing='pairwise'"),
        ("pairwise", "fewer items, or"),
    ],
)
def test_too_few_respondents_are_refused_with_their_number(answers, missing, way_out):
    with pytest.raises(
        InsufficientDataError, match=f"got 6 usable respondents of 6 for 6.*{way_out}"
    ):
        read_ordinal(answers.head(6), state_model(TWO), missing=missing)


# --- differences --------------------------------------------------------------------


def test_models_of_different_answers_are_not_compared(answers, data):
    model, narrow = state_model(TWO), state_model(TWO, orthogonal=True)
    again = OrdinalData(data.groups, data.ordinal)
    wider = fit(data, data.tabulate(model), model)

    with pytest.raises(ValueError, match="same answers"):
        satorra_2000(fit(again, again.tabulate(narrow), narrow), wider)


def test_models_in_the_wrong_order_are_refused(data):
    model, narrow = state_model(TWO), state_model(TWO, orthogonal=True)
    wider = fit(data, data.tabulate(model), model)
    nested = fit(data, data.tabulate(narrow), narrow)

    with pytest.raises(ValueError, match="got 8 and 9"):
        satorra_2000(wider, nested)
    assert satorra_2000(nested, wider).df == 1


def test_models_that_are_not_nested_are_refused(data):
    one = state_model({"F": list("abcdef")})
    crossed = state_model({"F": list("abd"), "G": list("cef")})
    nested = fit(data, data.tabulate(one), one)
    other = state_model(TWO, orthogonal=True)
    orthogonal = fit(data, data.tabulate(other), other)
    wider = fit(data, data.tabulate(crossed), crossed)

    assert satorra_2000(nested, wider).df == 1  # one factor is two that are the same
    with pytest.raises(InsufficientDataError, match="The models are not nested"):
        satorra_2000(orthogonal, wider)


def test_too_few_thresholds_and_correlations_are_called_so():
    answers = pd.DataFrame(
        np.random.default_rng(3).integers(1, 4, (60, 2)), columns=["a", "b"]
    )

    with pytest.raises(InsufficientDataError, match="5 thresholds and correlations"):
        fit_cfa(answers, {"f": ["a", "b"]}, estimator="wlsmv")
