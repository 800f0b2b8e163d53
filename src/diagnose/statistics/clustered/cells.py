"""Cells of teams and groups: number, mean and spread, as aligned arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.statistics.clustered.core import FloatArray
from diagnose.statistics.means import Values, as_vector
from diagnose.statistics.sample import (
    MOST_PEOPLE,
    check_unique_columns,
    number_column,
)
from diagnose.statistics.team_sums import SUMMARY_COLUMNS, team_codes, team_sums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamCells:
    """One cell a team and group.

    Attributes
    ----------
    names : tuple of str
        Groups, in the order of the columns.
    sizes, means : ndarray, shape (n_teams, n_groups)
        Respondents and mean of each cell; 0 and 0 for an empty one.
    within : ndarray, shape (n_groups,)
        Sums of squares within the cells of a group.
    """

    names: tuple[str, ...]
    sizes: FloatArray
    means: FloatArray
    within: FloatArray

    @property
    def totals(self) -> FloatArray:
        """Return the respondents of each group."""
        return np.asarray(self.sizes.sum(axis=0))

    @property
    def n_teams(self) -> int:
        """Return the teams with a respondent in any group."""
        return len(self.sizes)

    @property
    def total_square(self) -> float:
        """Return the sum of squares around the means of the groups."""
        level = (self.sizes * self.means).sum(axis=0) / self.totals
        between = (self.sizes * (self.means - level) ** 2).sum()
        return float(self.within.sum() + between)

    def pair(self, first: int, second: int) -> TeamCells:
        """Return the cells of two groups, with the teams that are in them."""
        chosen = [first, second]
        here = self.sizes[:, chosen].sum(axis=1) > 0
        return TeamCells(
            names=(self.names[first], self.names[second]),
            sizes=self.sizes[np.ix_(here, chosen)],
            means=self.means[np.ix_(here, chosen)],
            within=self.within[chosen],
        )


def summarise_teams(
    values: Values, teams: pd.Series, *, name: str
) -> tuple[pd.DataFrame, int]:
    """Return one row a team, and how many values have no team."""
    if not isinstance(teams, pd.Series):
        raise TypeError(
            f"the teams of `{name}` must be a Series; got {type(teams).__name__}."
        )
    vector = as_vector(values, name=name)
    if len(vector) != len(teams):
        raise ValueError(
            f"`{name}` and its teams must have the same length; got {len(vector)} and "
            f"{len(teams)}."
        )
    if isinstance(values, pd.Series) and not values.index.equals(teams.index):
        raise ValueError(f"`{name}` and its teams must have the same index.")
    frame = team_sums(pd.Series(vector, index=teams.index), teams).to_frame()
    answered = int((~np.isnan(vector)).sum())
    return frame, answered - int(frame["n_respondents"].sum())


def cells_of(summaries: Sequence[pd.DataFrame], names: Sequence[str]) -> TeamCells:
    """Put the team summaries of several groups side by side, or refuse.

    Each group must have 2 respondents in 2 teams: a group that is one team cannot be
    told from the team.
    """
    parts = [_checked(part, name) for part, name in zip(summaries, names, strict=True)]
    labels = pd.concat([part["team"] for part in parts], ignore_index=True)
    codes, found = team_codes(labels)
    sizes = np.zeros((len(found), len(parts)))
    means = np.zeros_like(sizes)
    within, start = np.zeros(len(parts)), 0
    for column, part in enumerate(parts):
        rows = codes[start : start + len(part)]
        start += len(part)
        count = part["n_respondents"].to_numpy(dtype=float)
        sizes[rows, column] = count
        means[rows, column] = part["mean"].to_numpy(dtype=float)
        variance = part["variance"].to_numpy(dtype=float, na_value=np.nan)
        within[column] = np.where(count > 1, variance * (count - 1), 0.0).sum()
    return TeamCells(names=tuple(names), sizes=sizes, means=means, within=within)


def _checked(summary: pd.DataFrame, name: str) -> pd.DataFrame:
    if not isinstance(summary, pd.DataFrame):
        raise TypeError(
            f"the summary of {name} must be a DataFrame; got {type(summary).__name__}."
        )
    check_unique_columns(summary, name=f"the summary of {name}")
    absent = [column for column in SUMMARY_COLUMNS if column not in summary.columns]
    if absent:
        raise ValueError(f"the summary of {name} lacks: {', '.join(absent)}.")
    _check_numbers(summary, name)
    n_respondents = int(summary["n_respondents"].sum())
    require(
        len(summary) >= 2,
        f"with teams as clusters each group needs people in at least 2 teams; {name} "
        f"has {len(summary)} ({n_respondents} respondents). Its difference cannot be "
        "told from that of the team.",
    )
    return summary


def _check_numbers(summary: pd.DataFrame, name: str) -> None:
    twice = summary["team"][summary["team"].duplicated()].astype(str).unique()
    if len(twice) or summary["team"].isna().any():
        raise ValueError(
            f"the summary of {name} needs one row a team, each with its name; repeated "
            f"or without: {', '.join(twice) or 'a missing name'}."
        )
    size, mean, variance = (
        number_column(summary, column, name=f"the summary of {name}")
        for column in SUMMARY_COLUMNS[1:]
    )
    whole = (size >= 1) & (size <= MOST_PEOPLE) & (size == np.floor(size))
    spread = np.where(size > 1, np.isfinite(variance) & (variance >= 0), True)
    wrong = summary["team"][~(whole & np.isfinite(mean) & spread)].astype(str)
    if len(wrong):
        raise ValueError(
            f"the summary of {name} needs a whole n_respondents of at least 1, a mean, "
            "and (from 2 respondents on) a variance in every row; not so for "
            f"{', '.join(wrong)}. Leave out the teams that may not be shown."
        )
