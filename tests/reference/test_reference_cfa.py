"""Confirmatory factor models against lavaan: estimates, errors, tests, fit indices."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import AssumptionWarning
from diagnose.statistics.cfa import fit_cfa

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases" / "cfa.json").read_text("utf-8"))["cases"]
NAMES = [case["name"] for case in CASES]

# lavaan's solutions were refined until its gradient vanished, so that the same closed
# forms remain; what is left is rounding, of the order of the condition of a model.
CLOSED = 1e-8
# For the observed information, on which standard errors and scaling factors of "mlr"
# and "fiml" rest, lavaan differentiates its gradient numerically.
NUMERIC = 1e-8


@cache
def answers(name):
    if name.startswith("synth"):
        return pd.read_csv(HERE / "oracle" / f"{name}.csv")
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)  # two sets are improper
        return fit_cfa(
            data,
            case["factors"],
            residual_covariances=[tuple(pair) for pair in pairs],
            **options,
        )


def by_name(fit):
    """Return estimates and standard errors under lavaan's names."""
    table = fit.to_frame()
    number = {name: place + 1 for place, name in enumerate(fit.groups)}
    operator = {"loading": "=~", "regression": "=~", "factor_mean": "~1"}
    operator |= {"intercept": "~1"}
    found = {}
    for row in table.itertuples():
        sign = operator.get(row.parameter, "~~")
        ends = (row.left, "") if sign == "~1" else (row.left, row.right)
        if sign == "~~":
            ends = tuple(sorted(ends))
        found[number[row.group], sign, *ends] = (row.estimate, row.std_error)
    return found


def in_lavaan(case):
    columns = case["parameters"]
    rows = zip(*(columns[name] for name in columns), strict=True)
    for group, sign, left, right, estimate, error in rows:
        ends = tuple(sorted((left, right))) if sign == "~~" else (left, right)
        yield (group, sign, *ends), (estimate, error)


def has_numeric_errors(case):
    options = case["options"]
    return options.get("estimator") == "mlr" or options.get("missing") == "fiml"


@pytest.mark.parametrize("number", range(len(CASES)), ids=NAMES)
def test_estimates_and_standard_errors(number):
    case, fit = CASES[number], fitted(number)
    found = by_name(fit)

    expected = dict(in_lavaan(case))
    keys = [key for key in expected if key in found]
    # lavaan also lists what an orthogonal model leaves out
    assert {expected[key] for key in expected if key not in found} <= {(0, 0)}
    ours = np.array([found[key] for key in keys])
    theirs = np.array([expected[key] for key in keys])
    assert ours[:, 0] == pytest.approx(theirs[:, 0], rel=CLOSED, abs=CLOSED)
    rel = NUMERIC if has_numeric_errors(case) else CLOSED
    assert ours[:, 1] == pytest.approx(theirs[:, 1], rel=rel, abs=1e-12)


def measures(fit):
    indices = fit.indices
    found = {
        "statistic": indices.unscaled,
        "scaled_statistic": indices.statistic,
        "scaled_p_value": indices.p_value,
        "scaling_factor": indices.scaling_factor,
        "baseline": indices.baseline.unscaled,
        "scaled_baseline": indices.baseline.statistic,
        "baseline_scaling_factor": indices.baseline.scaling_factor,
    }
    for name in ("df", "srmr", "srmr_covariances", "log_likelihood", "aic", "bic"):
        found[name] = getattr(indices, name)
    for name in ("bic_adjusted", "n_parameters", "n_respondents"):
        found[name] = getattr(indices, name)
    for prefix in ("plain", "scaled", "robust"):
        part = getattr(indices, prefix)
        if part is None:
            continue
        start = "" if prefix == "plain" else f"{prefix}_"
        found[f"{start}cfi"] = part.cfi
        found[f"{start}tli"] = part.tli
        found[f"{start}rmsea"] = part.rmsea.estimate
        found[f"{start}rmsea_low"] = part.rmsea.conf_low
        found[f"{start}rmsea_high"] = part.rmsea.conf_high
        found[f"{start}rmsea_p_close"] = part.rmsea.p_close
    if indices.method == "ml":
        found["p_value"] = indices.p_value
    return found


@pytest.mark.parametrize("number", range(len(CASES)), ids=NAMES)
def test_tests_and_fit_indices(number):
    case, fit = CASES[number], fitted(number)
    found = measures(fit)

    expected = {
        name: value for name, value in case["expected"].items() if name in found
    }
    ours = {name: found[name] for name in expected}
    rel = 1e-7 if has_numeric_errors(case) else CLOSED
    assert ours == pytest.approx(expected, rel=rel, abs=1e-9)
