"""Units with their respondents and members, checked."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.statistics.sample import (
    MOST_PEOPLE,
    check_unique_columns,
    number_column,
)
from diagnose.statistics.team_sums import FloatArray


def unit_counts(
    summary: pd.DataFrame, *, needed: tuple[str, ...] = ()
) -> tuple[FloatArray, FloatArray]:
    """Return respondents and members of each unit, or refuse the units by name."""
    if not isinstance(summary, pd.DataFrame):
        raise TypeError(
            f"`summary` must be a pandas DataFrame; got {type(summary).__name__}."
        )
    check_unique_columns(summary, name="`summary`")
    columns = ("team", "n_respondents", "n_members", *needed)
    absent = [name for name in columns if name not in summary.columns]
    if absent:
        raise ValueError(f"`summary` lacks the columns {', '.join(absent)}.")
    if not len(summary):
        raise ValueError("`summary` must have at least one row.")
    twice = summary["team"][summary["team"].duplicated()].astype(str).unique()
    if len(twice):
        raise ValueError(f"`summary` has more than one row for {', '.join(twice)}.")
    sizes = number_column(summary, "n_respondents", name="`summary`")
    members = number_column(summary, "n_members", name="`summary`")
    refuse_units(
        summary,
        ~(np.isfinite(sizes) & (sizes >= 0) & (sizes == np.floor(sizes))),
        "`summary` needs a whole n_respondents of at least 0 in every row",
    )
    refuse_units(
        summary,
        ~((members >= 1) & (members <= MOST_PEOPLE) & (members == np.floor(members))),
        "`summary` needs a whole n_members of at least 1 in every row",
    )
    refuse_units(
        summary,
        sizes > members,
        "`summary` has more respondents than members; correct the number of members "
        "(people may have joined or answered for another unit). It is so",
        verb="",
    )
    return sizes, members


def refuse_units(
    summary: pd.DataFrame,
    wrong: npt.NDArray[np.bool_],
    message: str,
    *,
    verb: str = "; not so",
) -> None:
    """Raise ValueError that names the units which are `wrong`."""
    if wrong.any():
        named = summary["team"][wrong].astype(str).tolist()
        listed = ", ".join(named[:10]) + (
            f" and {len(named) - 10} more" if len(named) > 10 else ""
        )
        raise ValueError(f"{message}{verb} for {listed}.")


def unit_variances(summary: pd.DataFrame, sizes: FloatArray) -> FloatArray:
    """Return the variance of each unit from ``variance`` or ``sd``; NaN for one."""
    for name, power in (("variance", 1), ("sd", 2)):
        if name in summary.columns:
            given = number_column(summary, name, name="`summary`")
            usable = np.isfinite(given) & (given >= 0)
            refuse_units(
                summary,
                (sizes > 1) & ~usable,
                f"`summary` needs a {name} of at least 0 from 2 respondents on",
            )
            return np.where(sizes > 1, given, np.nan) ** power
    raise ValueError("`summary` lacks a column `variance` or `sd`.")
