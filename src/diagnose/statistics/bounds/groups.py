"""Bounds on the totals of groups, from totals that are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from diagnose._options import check_option
from diagnose.statistics.bounds.result import GroupBounds

FloatArray = npt.NDArray[np.float64]
Numbers = Literal["real", "whole"]

_SECONDS = 5.0
_OPTIMAL, _STOPPED = 0, 1  # codes of `milp`
_METHODS = {"real": "linear programming", "whole": "integer programming"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _System:
    """Everything that is known about the atoms."""

    incidence: FloatArray
    published: FloatArray
    tolerance: FloatArray
    lowest: FloatArray
    highest: FloatArray
    whole: bool


def bound_groups(
    incidence: npt.ArrayLike,
    published: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    lowest: npt.ArrayLike = 0.0,
    highest: npt.ArrayLike = np.inf,
    numbers: Numbers = "real",
    tolerance: npt.ArrayLike = 1e-6,
) -> GroupBounds:
    """Return the lowest and highest total that each group can have.

    Totals of groups are known; each is a weighted sum over atoms, and every atom lies
    within limits that are known as well: a count is at least 0 and at most the head
    count, the sum of five answers on a scale of 1 to 5 lies between 5 and 25. Among
    all values of the atoms that agree with that, the smallest and largest total of
    each group are found by linear programming, or by integer programming where the
    atoms are whole numbers (HiGHS through `scipy.optimize.milp`).

    A group whose limits coincide is known, even if its vector does not lie in the span
    of the known totals: nine people whose scores add up to 9 on a scale from 1 have
    all answered 1. Limits closer together than one step of an answer are as good as
    known.

    Parameters
    ----------
    incidence : array-like, shape (n_published, n_atoms)
        One row a known total: the weight of each atom in it. No row is allowed.
    published : array-like, shape (n_published,)
        The totals.
    groups : array-like, shape (n_groups, n_atoms)
        Weight of each atom in each group.
    lowest, highest : float or array-like, shape (n_atoms,)
        Limits of the atoms.
    numbers : {"real", "whole"}
        Whether atoms are real or whole numbers.
    tolerance : float or array-like, shape (n_published,)
        How far a total may lie from what is known of it; half a unit of the last
        digit for one that was rounded.

    Raises
    ------
    ValueError
        Shapes do not fit, a number is missing, a lower limit lies above its upper
        limit, or no values of the atoms agree with all totals.

    Notes
    -----
    The worst case for integers takes exponential time. A search is stopped after some
    seconds; the limits are then those that are proven, too wide rather than too
    narrow, and `GroupBounds.tight` is False.
    """
    check_option("numbers", numbers, Numbers)
    wanted = np.atleast_2d(np.asarray(groups, dtype=float))
    system = _read_system(
        incidence,
        published,
        n_atoms=wanted.shape[1],
        limits=(lowest, highest),
        tolerance=tolerance,
        whole=numbers == "whole",
    )
    if not np.isfinite(wanted).all():
        raise ValueError("`groups` must hold finite numbers only.")
    ends = [(_smallest(group, system), _smallest(-group, system)) for group in wanted]
    return GroupBounds(
        method=_METHODS[numbers],
        conf_low=tuple(low for (low, _), _ in ends),
        conf_high=tuple(-high for _, (high, _) in ends),
        tight=tuple(first and second for (_, first), (_, second) in ends),
        n_published=len(system.published),
        n_atoms=wanted.shape[1],
    )


def _read_system(
    incidence: npt.ArrayLike,
    published: npt.ArrayLike,
    *,
    n_atoms: int,
    limits: tuple[npt.ArrayLike, npt.ArrayLike],
    tolerance: npt.ArrayLike,
    whole: bool,
) -> _System:
    totals = np.atleast_1d(np.asarray(published, dtype=float))
    weights = np.asarray(incidence, dtype=float)
    weights = np.atleast_2d(weights) if weights.size else np.zeros((0, n_atoms))
    if weights.shape != (len(totals), n_atoms):
        raise ValueError(
            f"`incidence` must have {len(totals)} rows, one for each of `published`, "
            f"and {n_atoms} atoms, as `groups` has; got {weights.shape}."
        )
    if not (np.isfinite(weights).all() and np.isfinite(totals).all()):
        raise ValueError("`incidence` and `published` must hold finite numbers only.")
    lowest, highest = (_spread("limits", end, n_atoms) for end in limits)
    if not (lowest <= highest).all():
        raise ValueError("`lowest` must not lie above `highest`, for any atom.")
    return _System(
        incidence=weights,
        published=totals,
        tolerance=_spread("tolerance", tolerance, len(totals)),
        lowest=lowest,
        highest=highest,
        whole=whole,
    )


def _spread(name: str, values: npt.ArrayLike, number: int) -> FloatArray:
    """Return one value for each of a number of things."""
    given = np.asarray(values, dtype=float)
    if given.ndim > 1 or given.size not in (1, number) or np.isnan(given).any():
        raise ValueError(
            f"`{name}` must be one number, or {number} numbers; got {given.size}."
        )
    return np.broadcast_to(given, (number,))


def _smallest(group: FloatArray, system: _System) -> tuple[float, bool]:
    """Return the smallest total of a group, and whether it can be reached."""
    if not group.any():
        return 0.0, True
    status, value = _minimise(group, system)
    if status in (_OPTIMAL, _STOPPED):
        return value, status == _OPTIMAL
    # Without a limit, or without a solution: the solver does not always tell which.
    status, _ = _minimise(np.zeros_like(group), system)
    if status != _OPTIMAL:
        raise ValueError(
            "no values of the atoms agree with all of `published`, `lowest` and "
            "`highest`."
        )
    return -np.inf, True


def _minimise(weights: FloatArray, system: _System) -> tuple[int, float]:
    """Return how the search ended, and a total that no solution goes below."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    low = system.published - system.tolerance
    high = system.published + system.tolerance
    known = LinearConstraint(system.incidence, low, high)
    found = milp(
        weights,
        integrality=np.full(len(weights), int(system.whole)),
        bounds=Bounds(system.lowest, system.highest),
        constraints=(known,) if len(low) else (),
        options={"time_limit": _SECONDS},
    )
    if found.status == _OPTIMAL:
        return _OPTIMAL, float(found.fun)
    proven = found.mip_dual_bound
    return int(found.status), -np.inf if proven is None else float(proven)
