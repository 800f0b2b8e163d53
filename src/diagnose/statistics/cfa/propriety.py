"""Estimates that no population can have: negative variances, correlations beyond 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from diagnose.statistics.cfa.parameters import ParameterTable
from diagnose.statistics.cfa.structure import Matrices

_ROUNDING = 1e-8


def improper_estimates(table: ParameterTable, matrices: list[Matrices]) -> list[str]:
    """Return a flag for each impossible estimate; the group stands in it if several.

    ``"negative_residual_variance:<item>"``, ``"negative_factor_variance:<factor>"``,
    ``"factor_correlation_beyond_1:<factor>~<factor>"``,
    ``"factor_covariances_not_positive"``, ``"residual_covariances_not_positive"``.
    """
    flags: list[str] = []
    for group, at in enumerate(matrices):
        suffix = f" [{table.groups[group]}]" if len(table.groups) > 1 else ""
        flags += [flag + suffix for flag in _in_group(table, at)]
    return flags


def describe(flags: Sequence[str]) -> str:
    """Return the warning that goes with improper estimates."""
    return (
        f"The solution is improper: {'; '.join(flags)}. Usual causes are few "
        "respondents, too few items for a factor, an item that copies another, or a "
        "wrong model. Look at the items named, merge factors that cannot be told "
        "apart, or set loadings equal; do not interpret these estimates."
    )


def _in_group(table: ParameterTable, at: Matrices) -> list[str]:
    residual = np.diag(at.residual_covariance)
    scale = np.maximum(np.abs(np.diag(at.covariance)), 1e-300)
    flags = [
        f"negative_residual_variance:{item}"
        for item, share in zip(table.items, residual / scale, strict=True)
        if share < -_ROUNDING
    ]
    everything = at.all_factor_covariance
    own = np.diag(at.factor_covariance) / np.maximum(np.diag(everything), 1e-300)
    flags += [
        f"negative_factor_variance:{factor}"
        for factor, share in zip(table.factors, own, strict=True)
        if share < -_ROUNDING
    ]
    if not flags and not _is_positive(at.residual_covariance):
        flags.append("residual_covariances_not_positive")
    if (np.diag(everything) > 0).all():
        beyond = _beyond(table, everything)
        flags += beyond
        if not beyond and not _is_positive(everything):
            flags.append("factor_covariances_not_positive")
    return flags


def _beyond(table: ParameterTable, covariance: np.ndarray) -> list[str]:
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd)
    first, second = np.nonzero(np.triu(np.abs(correlation) >= 1 - _ROUNDING, 1))
    return [
        f"factor_correlation_beyond_1:{table.factors[i]}~{table.factors[j]}"
        for i, j in zip(first, second, strict=True)
    ]


def _is_positive(covariance: np.ndarray) -> bool:
    """Tell whether no combination has a negative variance."""
    if covariance.size == 0:
        return True
    sd = np.sqrt(np.maximum(np.abs(np.diag(covariance)), 1e-300))
    roots = np.linalg.eigvalsh(covariance / np.outer(sd, sd))
    return bool(roots[0] > -_ROUNDING)
