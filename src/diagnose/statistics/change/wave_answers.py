"""The answers of one wave beside their teams and weights, and one row a team."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.statistics.change.cells import check_weights
from diagnose.statistics.means import Values, as_vector
from diagnose.statistics.sample import label_codes


def answered_rows(
    values: Values,
    teams: pd.Series | None,
    weights: Values | None,
    *,
    name: str,
) -> pd.DataFrame:
    """Return the answered values of one wave beside their teams and weights."""
    vector = as_vector(values, name=name)
    table = pd.DataFrame({"value": vector})
    if teams is None:
        # without teams everyone is a team, and nobody is in both waves
        table["team"] = [f"{name} {position}" for position in range(len(vector))]
    else:
        if not isinstance(teams, pd.Series):
            raise TypeError(
                f"`{name}_teams` must be a pandas Series; got {type(teams).__name__}."
            )
        _check_beside(values, teams, what=f"{name}_teams", noun="teams")
        table["team"] = teams.to_numpy(dtype=object)
    if weights is not None:
        _check_beside(values, weights, what=f"{name}_weights", noun="weights")
        table["weight"] = as_vector(weights, name=f"{name}_weights")
    table = table[table["value"].notna()]
    absent = int(table["team"].isna().sum())
    if absent:
        raise ValueError(
            f"`{name}_teams` has no team for {absent} of {len(table)} respondents; "
            "leave them out, or give them a label of their own."
        )
    if weights is not None:
        check_weights(table["weight"].to_numpy(dtype=float))
    return table


def _check_beside(values: Values, other: Values, *, what: str, noun: str) -> None:
    if np.ndim(values) != 1 or np.ndim(other) != 1:
        raise TypeError(f"values and `{what}` must be one column each.")
    if len(values) != len(other):
        raise ValueError(
            f"`{what}` must have one of the {noun} a value; got {len(other)} {noun} "
            f"and {len(values)} values."
        )
    both = isinstance(values, pd.Series) and isinstance(other, pd.Series)
    if both and not values.index.equals(other.index):  # type: ignore[union-attr]
        raise ValueError(f"values and `{what}` must have the same index.")


def check_answers(early: pd.DataFrame, late: pd.DataFrame) -> None:
    """Refuse waves with fewer than 2 answers or without any variance."""
    require(
        len(early) >= 2 and len(late) >= 2,
        "waves need at least 2 answers each; got "
        f"{len(early)} in the first and {len(late)} in the second.",
    )
    require(
        bool(np.ptp(early["value"]) > 0 or np.ptp(late["value"]) > 0),
        "waves cannot be compared: the answers do not vary "
        f"({len(early)} and {len(late)} respondents).",
    )


def summarise_teams(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a team with n, mean and, if weighted, the summed weight."""
    codes, labels = label_codes(table["team"], name="the labels of teams")
    value = table["value"].to_numpy(dtype=float)
    counts = np.bincount(codes)
    frame = pd.DataFrame({"team": labels, "n_respondents": counts})
    if "weight" not in table.columns:
        return frame.assign(mean=np.bincount(codes, value) / counts)
    weight = table["weight"].to_numpy(dtype=float)
    total = np.bincount(codes, weight)
    return frame.assign(mean=np.bincount(codes, weight * value) / total, weight=total)
