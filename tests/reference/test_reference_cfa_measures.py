"""What follows from fitted factor models, against lavaan and semTools."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.cfa import fit_prepared, prepare_cfa
from diagnose.statistics.reliability.hierarchical import omega_hierarchical_bifactor

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases" / "cfa_measures.json").read_text("utf-8"))["cases"]

# lavaan's solutions were refined until its gradient vanished: closed forms remain.
CLOSED = 1e-7
# lavaan differentiates standardised estimates numerically, takes polychorics
# to about 1e-8, and its observed information is a difference of gradients.
NUMERIC = 2e-6
# A chi-square is a squared slope, and slopes of candidates near 0 are differences of
# moments of order 1: below this their relative error says nothing.
NEAR_ZERO = 1e-7
ORDINAL_NEAR_ZERO = 1e-6  # polychoric correlations alone differ by 1e-8


@cache
def answers(name):
    if name.startswith("synth"):
        data = pd.read_csv(HERE / "oracle" / f"{name}.csv")
        return data.sort_values("level", kind="stable", ignore_index=True)
    counted = pd.read_csv(HERE / "cases" / "awkward" / f"{name}.csv")
    rows = counted.loc[counted.index.repeat(counted["count"])]
    return rows.drop(columns="count").reset_index(drop=True)


@cache
def fitted(number):
    case = CASES[number]
    data, options = answers(case["data"]), dict(case["options"])
    if "group" in options:
        options["group"] = data[options["group"]]
    pairs = options.pop("residual_covariances", ())
    equal = options.pop("equal", ())
    prepared = prepare_cfa(
        data,
        case["factors"],
        residual_covariances=[tuple(pair) for pair in pairs],
        **options,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)  # one set is improper
        return fit_prepared(prepared, prepared.table(equal)), prepared


def numbered(test):
    marks = [pytest.param(i, id=case["name"]) for i, case in enumerate(CASES)]
    return pytest.mark.parametrize("number", marks)(test)


OPERATOR = {"loading": "=~", "regression": "=~", "factor_mean": "~1"}
OPERATOR |= {"intercept": "~1", "threshold": "|"}


def key(group, sign, left, right):
    if sign == "|":
        right = f"t{right}" if not str(right).startswith("t") else right
    ends = tuple(sorted((left, right))) if sign == "~~" else (left, right)
    return (group, sign, *ends)


def mine(table, groups, columns):
    """Return the rows of a table under lavaan's names."""
    number = {name: place + 1 for place, name in enumerate(groups)}
    return {
        key(
            number[row.group],
            OPERATOR.get(row.parameter, "~~"),
            row.left,
            "" if row.parameter in ("intercept", "factor_mean") else row.right,
        ): tuple(getattr(row, name) for name in columns)
        for row in table.itertuples()
    }


def in_lavaan(columns, names):
    listed = {k: v if isinstance(v, list) else [v] for k, v in columns.items()}
    rows = zip(
        *(listed[k] for k in ("group", "op", "left", "right", *names)), strict=True
    )
    return {key(*row[:4]): row[4:] for row in rows}


@numbered
def test_standardised_solution(number):
    fit, _ = fitted(number)
    table = fit.standardised()
    table = table[table["parameter"] != "r_squared"]
    found = mine(table, fit.groups, ("estimate", "std_error"))

    expected = in_lavaan(CASES[number]["standardised"], ("estimate", "std_error"))

    for name, values in expected.items():
        if name not in found:  # covariances of uncorrelated factors
            assert tuple(values) == (0, 0), name
            continue
        assert found[name] == pytest.approx(values, rel=NUMERIC, abs=1e-8), name


@numbered
def test_share_explained_is_what_is_not_left_over(number):
    fit, _ = fitted(number)
    table = fit.standardised()
    own = table[table["left"] == table["right"]].set_index(["group", "left"])
    for row in table[table["parameter"] == "r_squared"].itertuples():
        left = own.loc[[(row.group, row.left)]].iloc[0]
        assert row.estimate == pytest.approx(1 - left["estimate"], abs=1e-12)
        assert row.std_error == pytest.approx(left["std_error"], rel=1e-12)


@pytest.mark.parametrize("information", ["expected", "observed"])
@numbered
def test_modification_indices(number, information):
    if information not in CASES[number]["modification"]:
        return  # lavaan was not asked for it
    fit, prepared = fitted(number)
    result = fit.modification_indices(prepared, information=information)
    table = result.table[result.table["change"] != "release"]
    columns = ("statistic", "expected_change", "expected_change_std")
    found = mine(table, fit.groups, columns)
    expected = in_lavaan(
        CASES[number]["modification"][information],
        ("statistic", "change", "change_std"),
    )

    near = ORDINAL_NEAR_ZERO if fit.method == "wlsmv" else NEAR_ZERO
    common = set(found) & set(expected)
    assert len(common) >= 0.9 * len(expected), set(expected) - set(found)
    assert {k for k in found if k[1] == "=~"} <= set(expected)
    for name in common:
        statistic, change, scaled = found[name]
        theirs = expected[name]
        assert statistic == pytest.approx(theirs[0], rel=NUMERIC, abs=near), name
        assert change == pytest.approx(theirs[1], rel=NUMERIC, abs=near), name
        if not np.isnan(scaled):
            assert scaled == pytest.approx(theirs[2], rel=NUMERIC, abs=near), name


@numbered
def test_released_equalities(number):
    released = CASES[number].get("released")
    if not released:
        return  # a model without equalities
    fit, prepared = fitted(number)
    table = fit.modification_indices(prepared).table
    found = mine(table[table["change"] == "release"], fit.groups, ("statistic",))
    expected = in_lavaan(released, ("statistic",))

    common = set(found) & set(expected)
    assert common == set(expected)
    for name in common:
        assert found[name] == pytest.approx(
            expected[name], rel=NUMERIC, abs=NEAR_ZERO
        ), name


@pytest.mark.parametrize("method", ["regression", "bartlett", "mode"])
@numbered
def test_factor_scores(number, method):
    expected = CASES[number]["scores"]
    if method not in expected:
        return  # not defined for this model
    fit, _ = fitted(number)
    data = answers(CASES[number]["data"])
    name = CASES[number]["options"].get("group")
    labels = data[name] if name else None
    if fit.improper:
        # lavaan gives scores of improper solutions, with errors that are no numbers
        with pytest.raises(InsufficientDataError, match="Heywood"):
            fit.factor_scores(data, method=method)
        return
    result = fit.factor_scores(data, method=method, group=labels)

    # modes in R come from numerical derivatives of the density
    tolerance = 1e-6 if method == "mode" else CLOSED
    for group, theirs in zip(fit.groups, expected[method], strict=True):
        own = data[name].astype(str) == group if name else np.ones(len(data), bool)
        order = list(theirs["factors"])
        their_scores, their_errors = (
            numbers(theirs["scores"]),
            numbers(theirs["std_errors"]),
        )
        n_rows = len(their_scores)
        scores = result.scores.loc[own, order].to_numpy()[:n_rows]
        errors = result.std_errors.loc[own, order].to_numpy()[:n_rows]
        # lavaan has Bartlett scores of respondents who answered no item of a factor
        defined = ~np.isnan(scores).any(axis=1)
        assert defined.mean() > 0.9
        assert scores[defined] == pytest.approx(
            their_scores[defined], rel=tolerance, abs=2e-7
        )
        assert errors[defined] == pytest.approx(
            their_errors[defined], rel=tolerance * 10
        )


def numbers(rows):
    return np.array([[np.nan if x == "NA" else x for x in row] for row in rows], float)


@pytest.mark.parametrize("denominator", ["observed", "implied"])
@numbered
def test_reliability(number, denominator):
    expected = CASES[number].get("reliability")
    if not expected:
        return  # semTools has none
    fit, prepared = fitted(number)
    result = fit.reliability(prepared, denominator=denominator)
    table = result.table
    ordinal = fit.method == "wlsmv"
    is_omega = table["coefficient"].str.startswith("omega").astype(bool)
    for name, chosen in (
        ("omega", is_omega),
        ("average_variance_extracted", ~is_omega),
    ):
        found = table[chosen].groupby("factor")["estimate"].agg(list)
        theirs = expected[denominator][name] or {}
        for factor, values in theirs.items():
            # of a group with free scales semTools cuts the answers at thresholds in
            # other units than those of the correlations
            last = 1 if CASES[number]["options"].get("equal") and ordinal else None
            assert found[factor][:last] == pytest.approx(values[:last], rel=CLOSED)
        if name == "omega":
            assert set(found.index) == set(theirs)


def test_omega_of_ordinal_answers_in_a_group_with_free_scales():
    number = next(i for i, case in enumerate(CASES) if case.get("brute_force"))
    fit, prepared = fitted(number)
    table = fit.reliability(prepared).table
    own = table[(table["group"] == "staff") & (table["scale"] == "answers")]
    found = dict(zip(own["factor"], own["estimate"], strict=True))
    for factor, theirs in CASES[number]["brute_force"].items():
        assert found[factor] == pytest.approx(theirs, rel=CLOSED)


def test_bifactor_measures():
    case = next(case for case in CASES if case["name"] == "bifactor")
    groups = {name: own for name, own in case["factors"].items() if name != "general"}
    result = omega_hierarchical_bifactor(answers(case["data"]), groups)
    found = result.table.set_index(["factor", "coefficient"])["estimate"]
    other = omega_hierarchical_bifactor(
        answers(case["data"]), groups, denominator="implied"
    )
    implied = other.table.set_index(["factor", "coefficient"])["estimate"]

    for factor, theirs in case["bifactor"].items():
        own = case["reliability"]["observed"]["omega"][factor][0]
        assert found[factor, "omega_hierarchical"] == pytest.approx(own, rel=CLOSED)
        assert found[factor, "ecv"] == pytest.approx(theirs["ecv"], rel=CLOSED)
        assert found[factor, "omega_total"] == pytest.approx(
            theirs["total_observed"], rel=CLOSED
        )
        assert implied[factor, "omega_total"] == pytest.approx(
            theirs["total_implied"], rel=CLOSED
        )
        if factor != "general":
            assert found[factor, "omega_general"] == pytest.approx(
                theirs["general_observed"], rel=CLOSED
            )
    assert result.puc == pytest.approx(1 - 3 * 4 * 3 / (12 * 11))


@pytest.mark.parametrize("estimator", ["ml", "mlr"])
def test_complete_answers_have_the_same_errors_by_full_information(estimator, oracle):
    """Two routes to the covariance of estimates and observed moments, mean for mean."""
    data = pd.read_csv(oracle / "synth_complete.csv")
    model = {"f": [f"valence{i}" for i in range(1, 5)]}
    errors = []
    for missing in ("listwise", "fiml"):
        prepared = prepare_cfa(
            data, model, estimator=estimator, missing=missing, means=True
        )
        fit = fit_prepared(prepared, prepared.table())
        errors.append(fit.reliability(prepared).table["std_error"].to_numpy())

    # plain standard errors are of the expected and of the observed information
    rtol = 1e-6 if estimator == "mlr" else 1e-2
    assert errors[0] == pytest.approx(errors[1], rel=rtol)


def test_one_factor_agrees_with_the_omega_of_one_subscale(oracle):
    """Another derivation, from the derivatives of the loadings to the covariances."""
    from diagnose.statistics.reliability import omega_total

    data = pd.read_csv(oracle / "synth_complete.csv")
    items = [f"commit{i}" for i in range(1, 5)]
    prepared = prepare_cfa(data, {"f": items})
    fit = fit_prepared(prepared, prepared.table())
    for denominator in ("observed", "implied"):
        row = fit.reliability(denominator=denominator).table.iloc[0]
        other = omega_total(data[items], denominator=denominator)
        names = ("estimate", "std_error", "conf_low", "conf_high")
        expected = [getattr(other, name) for name in names]
        assert row[list(names)].tolist() == pytest.approx(expected, rel=1e-6)
