"""Weighted least squares of ordered items against lavaan, model by model.

The cases hold what lavaan gives at the minimum itself, found by a second minimiser in
the script that wrote them. What remains is that lavaan's polychoric correlations are
good to about 1e-8: hence 1e-6 relative for everything that follows from them. Where a
model fits nearly perfectly, its chi-square is a sum of squares of tiny residuals, and
the same 1e-8 is a larger part of it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.cfa import Prepared, fit_prepared
from diagnose.statistics.cfa.minimise import minimise
from diagnose.statistics.cfa.model import state_model
from diagnose.statistics.cfa.ordinal_data import read_ordinal
from diagnose.statistics.cfa.ordinal_structure import OrdinalStructure
from diagnose.statistics.cfa.wlsmv_difference import FittedOrdinalModel, satorra_2000

FOLDER = Path(__file__).parent
STORED = json.loads((FOLDER / "cases" / "wlsmv.json").read_text("utf-8"))
CASES = {case["name"]: case for case in STORED["cases"]}
RTOL = STORED["rtol"]


def awkward(name):
    counted = pd.read_csv(FOLDER / "cases" / "awkward" / f"{name}.csv")
    rows = counted.loc[counted.index.repeat(counted["count"])]
    return rows.drop(columns="count").reset_index(drop=True)


@cache
def answers(name):
    """Return the data of a case, collapsed and coarsened as in its script."""
    if name in ("oracle", "oracle_missing"):
        file = "synth_complete.csv" if name == "oracle" else "synth_missing.csv"
        return pd.read_csv(FOLDER / "oracle" / file)
    if name == "collapsed":
        frame = awkward("empty_category")
        return frame.assign(x1=frame["x1"].clip(lower=2) - 1)
    if name == "mixed":
        frame = awkward("negative_item")
        return frame.assign(
            x1=np.where(frame["x1"] > 3, 2, 1),
            x2=frame["x2"].clip(2, 4),
            x3=frame["x3"].clip(upper=4),
        )
    return awkward(name)


def share(table, level):
    """Tie and free as Wu and Estabrook (2016) do in the delta parameterisation."""
    later = range(1, len(table.groups))

    def tied(kind):
        names = [row.name for row in table.select(kind, group=0)]
        return [[(g, name) for g in range(len(table.groups))] for name in names]

    def freed(kind, *, variances=False):
        return [
            row.key
            for g in later
            for row in table.select(kind, group=g)
            if row.is_variance or not variances
        ]

    if level == "configural":
        return table
    table = table.tie(tied("threshold")).free(freed("scale"))
    if level != "scalar":
        table = table.free(freed("intercept"))
    if level in ("metric", "scalar"):
        table = table.tie(tied("loading"))
        table = table.free(freed("factor_covariance", variances=True))
    return table.free(freed("factor_mean")) if level == "scalar" else table


def stated(case):
    state = case["model"]
    return state_model(
        state["factors"],
        residual_covariances=state.get("residual_covariances", ()),
        orthogonal=state.get("orthogonal", False),
        identification=state.get("identification", "marker"),
    )


@cache
def ordinal(data, items, missing, group):
    """Return the moments, each tabulated once for all models of them."""
    frame = answers(data)
    of_row = None
    if group:
        # lavaan's reference group is the first in the data
        order = {name: f"{i}" for i, name in enumerate(frame[group].unique())}
        of_row = frame[group].map(order)
    model = state_model({"F": items})
    return read_ordinal(frame, model, missing=missing, group=of_row)[0]


@cache
def fitted(name):
    case = CASES[name]
    state, model = case["model"], stated(case)
    data = ordinal(
        case["data"],
        model.items,
        state.get("missing", "listwise"),
        state.get("group"),
    )
    table = data.tabulate(model)
    if "group" in state:
        table = share(table, state["level"])
    if state.get("tie") == "loadings":
        table = table.tie(
            [(0, f"loading:{factor}:{item}") for item in items]
            for factor, items in state["factors"].items()
        )
    structure = OrdinalStructure(data.start(table, model))
    estimator = data.bind(structure)
    minimum = minimise(estimator, structure.start())
    assert minimum.converged
    return FittedOrdinalModel(estimator=estimator, values=minimum.values)


def in_lavaan(row):
    """Return the names that lavaan may have for a parameter."""
    group = f".{row.group + 1}"
    sign = {
        "loading": "=~",
        "regression": "=~",
        "factor_covariance": "~~",
        "residual_covariance": "~~",
        "threshold": "|t",
        "scale": "~*~",
        "intercept": "~1",
        "factor_mean": "~1",
    }[row.kind]
    right = row.left if row.kind == "scale" else row.right
    return {f"{row.left}{sign}{right}{group}", f"{right}{sign}{row.left}{group}"}


@pytest.mark.parametrize("name", CASES)
def test_estimates_and_standard_errors_match_lavaan(name):
    case, fit = CASES[name], fitted(name)
    errors = np.sqrt(np.diag(fit.estimator.covariance_of_estimates(fit.values)))
    estimate, std_error = (
        case["parameters"]["estimate"],
        case["parameters"]["std_error"],
    )

    compared = set()
    for row in fit.estimator.structure.table.rows:
        for known in in_lavaan(row) & set(estimate):
            assert row.free >= 0, known
            compared.add(known)
            value, error = fit.values[row.free], errors[row.free]
            assert value == pytest.approx(estimate[known], rel=RTOL, abs=1e-7), known
            assert error == pytest.approx(std_error[known], rel=RTOL), known
    assert compared == set(estimate)


@pytest.mark.parametrize("name", CASES)
def test_scaled_test_matches_lavaan(name):
    case, fit = CASES[name], fitted(name)

    test = fit.estimator.test(fit.values)

    expected = case["fit"]
    assert list(fit.estimator.n_respondents) == case["n_respondents"]
    assert test.df == expected["df"]
    got = (test.unscaled, test.statistic, test.scaling_factor, test.shift)
    in_r = ("chisq", "chisq.scaled", "chisq.scaling.factor")
    assert got == pytest.approx(
        (*(expected[key] for key in in_r), case["shift"]), rel=RTOL, abs=1e-7
    )
    assert test.p_value == pytest.approx(expected["pvalue.scaled"], rel=RTOL)


@pytest.mark.parametrize("name", CASES)
def test_baseline_matches_lavaan(name):
    test = fitted(name).estimator.baseline()

    expected = CASES[name]["fit"]
    assert test.df == expected["baseline.df"]
    got = (test.unscaled, test.statistic, test.scaling_factor)
    keys = ("chisq", "chisq.scaled", "chisq.scaling.factor")
    assert got == pytest.approx(
        tuple(expected[f"baseline.{key}"] for key in keys), rel=RTOL
    )


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore::diagnose.errors.AssumptionWarning")
def test_indices_match_lavaan(name):
    """As `fit_cfa` gives them; some small samples have an improper solution."""
    case, fit = CASES[name], fitted(name)
    prepared = Prepared(
        model=stated(case),
        data=fit.estimator.data,
        groups=fit.estimator.data.groups,
        estimator="wlsmv",
        missing=case["model"].get("missing", "listwise"),
        means=False,
        flags=(),
    )

    got = fit_prepared(prepared, fit.estimator.structure.table).indices

    expected = case["fit"]
    assert got.scaled is not None
    assert got.statistic == pytest.approx(expected["chisq.scaled"], rel=RTOL)
    assert got.srmr == pytest.approx(expected["srmr"], rel=RTOL)
    assert got.scaled.cfi == pytest.approx(expected["cfi.scaled"], abs=1e-7)
    assert got.scaled.tli == pytest.approx(expected["tli.scaled"], abs=1e-6)
    # RMSEA is the root of what chi-square exceeds its df, which may be little: that
    # excess is what has the accuracy of chi-square.
    rmsea = got.scaled.rmsea
    n_groups = len(fit.estimator.n_respondents)
    per_unit = fit.estimator.n_effective * got.df / n_groups
    in_r = ("rmsea.scaled", "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled")
    for own, key in zip(
        (rmsea.estimate, rmsea.conf_low, rmsea.conf_high), in_r, strict=True
    ):
        # lavaan searches the limits of the interval to 1e-4 of non-centrality
        far = RTOL * got.statistic + (2e-4 if key != "rmsea.scaled" else 0.0)
        assert own**2 * per_unit == pytest.approx(
            expected[key] ** 2 * per_unit, rel=0, abs=far
        )


@pytest.mark.parametrize(
    "case", STORED["differences"], ids=lambda case: f"{case['name']}-{case['nested']}"
)
def test_difference_test_matches_lavaan(case):
    alone = case["name"] == "two scales"
    prefix = "" if alone else f"{case['name']} "

    got = satorra_2000(fitted(prefix + case["nested"]), fitted(prefix + case["wider"]))

    assert got.df == case["df"]
    assert got.statistic == pytest.approx(case["statistic"], rel=RTOL)
    assert got.p_value == pytest.approx(case["p_value"], rel=RTOL)
    assert 1 / got.scaling_factor == pytest.approx(case["scale"], rel=RTOL)
    assert got.shift == pytest.approx(case["shift"], rel=RTOL, abs=1e-8)


@pytest.fixture(scope="module")
def in_r(oracle):
    return json.loads((oracle / "synth_R_oracle.json").read_text("utf-8"))


@pytest.mark.parametrize("name", ["valence", "efficacy", "support", "commit"])
def test_one_subscale_matches_the_oracle(in_r, name):
    """The oracle was made with lavaan's own stopping rule: 1e-5 for iterated values."""
    model = state_model(
        {"F": [f"{name}{i}" for i in range(1, 5)]}, identification="unit_variance"
    )
    data = read_ordinal(answers("oracle"), model)[0]
    structure = OrdinalStructure(data.start(data.tabulate(model), model))
    estimator = data.bind(structure)
    values = minimise(estimator, structure.start()).values

    expected = in_r["scales"][name]
    coefficients = {f"{key}.1": value for key, value in expected["wlsmv_coef"].items()}
    found = {
        known: values[row.free]
        for row in structure.table.rows
        for known in in_lavaan(row) & set(coefficients)
    }
    assert found == pytest.approx(coefficients, rel=1e-5)
    errors = np.sqrt(np.diag(estimator.covariance_of_estimates(values)))
    assert errors == pytest.approx(expected["wlsmv_se"], rel=1e-5)
    test = estimator.test(values)
    fit = expected["wlsmv_fit"]
    got = (test.unscaled, test.statistic, test.scaling_factor, test.p_value)
    keys = ("chisq", "chisq.scaled", "chisq.scaling.factor", "pvalue.scaled")
    assert got == pytest.approx(tuple(fit[key] for key in keys), rel=1e-5)


def test_invariance_of_valence_matches_the_oracle(in_r):
    model = state_model(
        {"F": [f"valence{i}" for i in range(1, 5)]}, identification="unit_variance"
    )
    data = ordinal("oracle", model.items, "listwise", "level")
    for level, expected in in_r["invariance_valence_ordinal_WuEstabrook"].items():
        table = data.start(share(data.tabulate(model), level), model)
        structure = OrdinalStructure(table)
        estimator = data.bind(structure)

        test = estimator.test(minimise(estimator, structure.start()).values)

        got = (test.unscaled, test.statistic)
        known = (expected["chisq"], expected["chisq.scaled"])
        assert test.df == expected["df"]
        # lavaan's own stopping rule; the statistic is flat at its minimum
        assert got == pytest.approx(known, rel=1e-6)
