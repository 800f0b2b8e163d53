"""Which parameters the groups share, and what becomes free because they do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

from diagnose.statistics.cfa.model import FactorModel
from diagnose.statistics.cfa.parameters import Parameter, ParameterTable

Equality = Literal[
    "loadings",
    "intercepts",
    "residuals",
    "residual_covariances",
    "factor_variances",
    "factor_covariances",
    "factor_means",
    "thresholds",
]


def check_equal(equal: Collection[str]) -> tuple[Equality, ...]:
    """Return the equalities in a fixed order; ValueError for an unknown one."""
    if isinstance(equal, str):
        raise TypeError(f"`equal` must be a list of equalities; got {equal!r}.")
    allowed: tuple[Equality, ...] = get_args(Equality)
    unknown = [name for name in equal if name not in allowed]
    if unknown:
        raise ValueError(
            f"`equal` must be taken from {', '.join(map(repr, allowed))}; got "
            f"{', '.join(map(repr, unknown))}."
        )
    return tuple(name for name in allowed if name in equal)


def share_between_groups(
    table: ParameterTable, model: FactorModel, equal: Collection[str]
) -> ParameterTable:
    """Return the table in which all groups share the named parameters.

    Equal intercepts free the means of later groups for each factor that has items of
    its own; a factor that only stands behind factors keeps mean 0. Equal loadings
    free the factor variances of later groups when these were fixed to give the factor
    its unit. Equal thresholds of ordered items free the intercepts (unless these are
    equal too) and the scales of later groups (Wu and Estabrook, 2016, Psychometrika).
    All become equal again when asked for.

    Parameters
    ----------
    table : ParameterTable
        Of `model`, with nothing shared.
    model : FactorModel
        The model behind the table.
    equal : collection of str
        Members of `Equality`.
    """
    chosen = check_equal(equal)
    ordered = bool(table.select("threshold"))
    if len(table.groups) < 2 and chosen:
        raise ValueError(
            f"`equal` ({', '.join(chosen)}) asks for several groups; give `group`."
        )
    if "intercepts" in chosen and "factor_means" not in chosen:
        measured = {row.left for row in table.select("loading")}
        table = table.free(
            row.key
            for row in table.select("factor_mean")
            if row.group > 0 and row.left in measured
        )
    unit = model.identification == "unit_variance"
    if "loadings" in chosen and unit and "factor_variances" not in chosen:
        table = table.free(
            row.key
            for row in table.select("factor_covariance")
            if row.group > 0 and row.is_variance
        )
    if ordered and "thresholds" in chosen:
        table = _free_answer_units(table, chosen)
    return table.tie(
        [
            [(group, row.name) for group in range(len(table.groups))]
            for row in table.rows
            if row.group == 0 and _equality(row) in chosen
        ]
    )


def _free_answer_units(
    table: ParameterTable, chosen: tuple[Equality, ...]
) -> ParameterTable:
    """Return the table in which ordered items of later groups have their own units.

    One threshold of an item with two answers cannot tell a unit: there the scale is
    free only when loadings and intercepts are equal.
    """
    thresholds = table.select("threshold", group=0)
    several = {row.left for row in thresholds if row.column > 0}
    strict = {"loadings", "intercepts"} <= set(chosen)
    scales = [
        row.key
        for row in table.select("scale")
        if row.group > 0 and (strict or row.left in several)
    ]
    intercepts = [
        row.key
        for row in table.select("intercept")
        if row.group > 0 and "intercepts" not in chosen
    ]
    return table.free(scales + intercepts)


def _equality(row: Parameter) -> str:
    """Return the equality that a parameter falls under."""
    of_kind = {
        "loading": "loadings",
        "regression": "loadings",
        "intercept": "intercepts",
        "factor_mean": "factor_means",
        "threshold": "thresholds",
        "scale": "",
    }
    if row.kind == "factor_covariance":
        return "factor_variances" if row.is_variance else "factor_covariances"
    if row.kind == "residual_covariance":
        return "residuals" if row.is_variance else "residual_covariances"
    return of_kind[row.kind]
