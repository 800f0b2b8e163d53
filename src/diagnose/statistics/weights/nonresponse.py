"""What the people who did not answer could change about a mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import is_number
from diagnose.statistics.means import as_vector
from diagnose.statistics.sample import number_column
from diagnose.statistics.team_sums import FloatArray
from diagnose.statistics.weights.unit_summary import refuse_units, unit_counts

Numbers = float | npt.ArrayLike


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NonresponseBounds:
    """How far silent members could move each mean.

    Attributes
    ----------
    lowest, highest : float
        Ends of the response scale.
    difference : tuple of float
        Supposed differences of the silent members, in response-scale units.
    reference : float or None
        Value that the mean is held against.
    n_respondents, n_members : int
        Totals.
    notes : tuple of str
        What a reader must know.
    """

    lowest: float
    highest: float
    difference: tuple[float, float]
    reference: float | None
    n_respondents: int
    n_members: int
    notes: tuple[str, ...]
    _rows: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a mean.

        Columns: team (when the means have names), mean, n_respondents, n_members,
        response_rate; bound_low and bound_high: the mean of all members if the silent
        ones all scored lowest, or highest; scenario_low and scenario_high: the mean if
        they differ by the two values of `difference`, on average and within the
        response scale.

        With a `reference` also silent_mean_needed: the mean of the silent members that
        brings all members to the reference; difference_needed: that mean minus the
        mean of the respondents, the tipping point; and can_flip: whether the response
        scale has room for it. NaN and False when everyone answered.
        """
        return self._rows.copy()


def nonresponse_bounds(
    mean: Numbers,
    n_respondents: Numbers,
    n_members: Numbers,
    *,
    lowest: float,
    highest: float,
    difference: tuple[float, float] = (-1.0, 1.0),
    reference: float | None = None,
) -> NonresponseBounds:
    """Bounds of the mean of all members, whatever the silent ones think.

    The mean of all members is f mean + (1 - f) m, with f the response rate and m the
    unknown mean of those who did not answer. The worst cases put m at the ends of the
    response scale (Manski): no assumption, and wide bounds. A supposed difference
    between silent members and respondents gives narrower ones. There is no sampling
    error in either: they are about these members.

    Parameters
    ----------
    mean : float or array
        Mean of the respondents, within the response scale.
    n_respondents, n_members : int or array
        People who answered, at least 1, and people in the unit.
    lowest, highest : float
        Ends of the response scale.
    difference : tuple of float
        Mean of the silent members minus that of the respondents: two suppositions,
        the lower one first. Their mean is not taken beyond the response scale.
    reference : float, optional
        Value within the response scale; how much must the silent members differ for
        the mean of all to cross it?

    Raises
    ------
    ValueError
        A number that cannot be, or arrays of different lengths.

    References
    ----------
    Manski, C. F. (1989). Anatomy of the selection problem. Journal of Human Resources,
    24.
    """
    named = {"mean": mean, "n_respondents": n_respondents, "n_members": n_members}
    arrays = [_numbers(name, given) for name, given in named.items()]
    try:
        means, sizes, members = np.broadcast_arrays(*arrays)
    except ValueError as error:
        lengths = ", ".join(str(len(given)) for given in arrays)
        raise ValueError(
            "`mean`, `n_respondents` and `n_members` must have one length; "
            f"got {lengths}."
        ) from error
    units = pd.DataFrame(
        {
            "team": [f"mean {i}" for i in range(1, means.size + 1)],
            "mean": means.ravel(),
            "n_respondents": sizes.ravel(),
            "n_members": members.ravel(),
        }
    )
    return _bounds(
        units,
        lowest=lowest,
        highest=highest,
        difference=difference,
        reference=reference,
        named=False,
    )


def _numbers(name: str, given: Numbers) -> FloatArray:
    """Return one number or an array of them as an array of one dimension."""
    column: Any = [given] if is_number(given) else given
    return as_vector(column, name=name)


def nonresponse_bounds_from_summary(
    summary: pd.DataFrame,
    *,
    lowest: float,
    highest: float,
    difference: tuple[float, float] = (-1.0, 1.0),
    reference: float | None = None,
) -> NonresponseBounds:
    """Bounds of `nonresponse_bounds` for every unit of a summary.

    Parameters
    ----------
    summary : pandas.DataFrame, shape (n_teams, >= 4)
        Columns team, n_respondents, n_members and mean. Units that may not be shown
        are left out, not blanked.
    lowest, highest, difference, reference
        As in `nonresponse_bounds`.
    """
    return _bounds(
        summary,
        lowest=lowest,
        highest=highest,
        difference=difference,
        reference=reference,
        named=True,
    )


def _bounds(
    units: pd.DataFrame,
    *,
    lowest: float,
    highest: float,
    difference: tuple[float, float],
    reference: float | None,
    named: bool,
) -> NonresponseBounds:
    _check_scale(lowest, highest, difference, reference)
    sizes, members = unit_counts(units, needed=("mean",))
    refuse_units(units, sizes == 0, "a mean needs a respondent (n_respondents 1)")
    means = number_column(units, "mean", name="`summary`")
    refuse_units(
        units,
        ~((means >= lowest) & (means <= highest)),
        f"a mean must lie on the response scale, {lowest:g} to {highest:g}",
    )
    rate = sizes / members

    def overall(silent: float | FloatArray) -> FloatArray:
        return np.asarray(rate * means + (1 - rate) * silent)

    low, high = (np.clip(means + part, lowest, highest) for part in difference)
    columns = {
        **({"team": units["team"].to_numpy()} if named else {}),
        "mean": means,
        "n_respondents": sizes.astype(int),
        "n_members": members.astype(int),
        "response_rate": rate,
        "bound_low": overall(lowest),
        "bound_high": overall(highest),
        "scenario_low": overall(low),
        "scenario_high": overall(high),
    }
    if reference is not None:
        columns |= _tipping(means, sizes, members, reference, (lowest, highest))
    return NonresponseBounds(
        lowest=lowest,
        highest=highest,
        difference=(float(difference[0]), float(difference[1])),
        reference=reference,
        n_respondents=int(sizes.sum()),
        n_members=int(members.sum()),
        notes=(
            "bounds and scenarios are suppositions about silent members, no intervals",
        ),
        _rows=pd.DataFrame(columns),
    )


def _tipping(
    means: FloatArray,
    sizes: FloatArray,
    members: FloatArray,
    reference: float,
    ends: tuple[float, float],
) -> dict[str, npt.NDArray[np.generic]]:
    silent = members - sizes
    needed = np.where(
        silent > 0,
        (reference * members - sizes * means) / np.maximum(silent, 1),
        np.nan,
    )
    room = (needed >= ends[0] - 1e-12) & (needed <= ends[1] + 1e-12)
    return {
        "silent_mean_needed": needed,
        "difference_needed": needed - means,
        "can_flip": room,
    }


def _check_scale(
    lowest: float,
    highest: float,
    difference: tuple[float, float],
    reference: float | None,
) -> None:
    ends = is_number(lowest) and is_number(highest)
    if not ends or not -np.inf < lowest < highest < np.inf:
        raise ValueError(
            f"`highest` must be above `lowest`; got {lowest!r}, {highest!r}."
        )
    two = isinstance(difference, Sequence) and len(difference) == 2
    numbers = two and all(is_number(part) for part in difference)
    if not numbers or not -np.inf < difference[0] <= difference[1] < np.inf:
        raise ValueError(
            "`difference` must be two finite numbers, the lower one first; "
            f"got {difference!r}."
        )
    if reference is not None and not (
        is_number(reference) and lowest <= reference <= highest
    ):
        raise ValueError(
            f"`reference` must lie between {lowest:g} and {highest:g}; "
            f"got {reference!r}."
        )
