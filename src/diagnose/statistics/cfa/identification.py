"""Whether the data can tell the parameters of a model apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diagnose._options import require
from diagnose.statistics.cfa.minimise import Objective
from diagnose.statistics.cfa.parameters import ParameterTable
from diagnose.statistics.cfa.structure import Structure

FloatArray = npt.NDArray[np.float64]

_ZERO = 1e-9
"""Eigenvalue of an information matrix with unit diagonal that counts as zero."""
_SHOWN = 6


def refuse_too_many(structure: Structure, df: int, n_respondents: int) -> None:
    """Refuse more free parameters than moments, or than respondents.

    Raises
    ------
    InsufficientDataError
    """
    n_free = structure.n_free
    require(
        df >= 0,
        f"The model has {n_free} free parameters and the {structure.n_items} items "
        f"give {n_free + df} {structure.moments} to estimate them from: it is not "
        "identified. Add an item, fix a loading, or drop a covariance."
        + _poor_factors(structure.table),
    )
    require(
        n_respondents >= n_free,
        f"The model has {n_free} free parameters and there are {n_respondents} usable "
        "respondents: estimates would be arbitrary. Use a smaller model or more "
        "respondents.",
    )


def refuse_unidentified(
    objective: Objective,
    table: ParameterTable,
    values: FloatArray,
    *,
    at_solution: bool,
) -> None:
    """Refuse a model with parameters that can move without changing the fit.

    Parameters
    ----------
    objective : Objective
        An estimator, or its approximation.
    table : ParameterTable
        The parameters behind the values.
    values : numpy.ndarray, shape (n_free,)
        Starting values (the model as such is looked at, a little away from there), or
        the solution.
    at_solution : bool

    Raises
    ------
    InsufficientDataError
        Names the parameters involved.
    """
    free = _undetermined(objective, values, at_solution=at_solution)
    names = table.names()
    shown = [names[number] for number in free[:_SHOWN]]
    more = f" and {len(free) - _SHOWN} more" if len(free) > _SHOWN else ""
    where = (
        "In these data the model is not identified at the solution"
        if at_solution
        else "The model is not identified"
    )
    require(
        not free,
        f"{where}: {', '.join(shown)}{more} can change together without any change of "
        "fit. Add an item to the factor, fix a loading, set loadings equal, or drop a "
        "covariance." + _poor_factors(table),
    )


def _undetermined(
    objective: Objective, values: FloatArray, *, at_solution: bool
) -> list[int]:
    """Return the parameters in the null space of the information, largest part first.

    A model may happen to be unidentified just where it starts (all factors
    uncorrelated), so the model as such is judged at two points nearby.
    """
    points = [values] if at_solution else [_near(objective, values, s) for s in (1, 2)]
    found: list[int] = []
    for point in points:
        _, information = objective.expand(point)
        scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
        scaled = information / np.outer(scale, scale)
        if _is_regular(scaled):
            return []
        roots, vectors = np.linalg.eigh(scaled)
        null = vectors[:, roots < _ZERO]
        part = np.sqrt((null**2).sum(axis=1))
        order = np.argsort(-part, kind="stable")
        found = [int(i) for i in order if part[i] > 0.1] if null.size else []
        if not found:
            return []
    return found


def _is_regular(scaled: FloatArray) -> bool:
    """Tell cheaply that no eigenvalue is near zero: the inverse is not large."""
    try:
        inverse = np.linalg.inv(scaled)
    except np.linalg.LinAlgError:
        return False
    return bool(np.linalg.norm(inverse) < 1 / _ZERO)


def _near(objective: Objective, values: FloatArray, seed: int) -> FloatArray:
    """Return a permitted point near the values, the same one every time."""
    generator = np.random.default_rng(seed)
    direction = generator.uniform(-1, 1, len(values))
    size = 0.1 * np.maximum(np.abs(values), 0.1 * np.abs(values).mean())
    for _ in range(30):
        point: FloatArray = values + size * direction
        if np.isfinite(objective.value(point)):
            return point
        size = size / 2
    return values


def _poor_factors(table: ParameterTable) -> str:
    """Say which factors have fewer than three indicators."""
    said = []
    for factor in table.factors:
        paths = table.select("loading", group=0) + table.select("regression", group=0)
        rows = [row for row in paths if row.left == factor]
        if len(rows) < 3:
            named = ", ".join(row.right for row in rows)
            plural = "" if len(rows) == 1 else "s"
            said.append(f"{factor!r} has {len(rows)} indicator{plural} ({named})")
    if not said:
        return ""
    return (
        " " + "; ".join(said) + ". A factor needs three, or two and a correlation "
        "with another factor, or two with equal loadings."
    )
