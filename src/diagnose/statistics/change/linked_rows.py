"""Rows of linked people as codes, after all that makes them unusable was refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.statistics.change.cells import ordered_codes
from diagnose.statistics.means import as_vector
from diagnose.statistics.team_sums import FloatArray, IntArray, team_codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedRows:
    """Answered rows: scores and codes of wave, person and team."""

    score: FloatArray
    waves: IntArray
    persons: IntArray
    teams: IntArray | None
    labels: list[object]
    n_persons: int
    n_linked: int
    n_teams: int | None


def linked_rows(
    values: pd.Series,
    waves: pd.Series,
    persons: pd.Series,
    teams: pd.Series | None,
) -> LinkedRows:
    """Return the answered rows as codes, or refuse them.

    Raises
    ------
    InsufficientDataError
        One wave, nobody in two waves, or no variance.
    ValueError
        Different indexes, missing labels, a person twice in a wave or in two teams.
    """
    columns = {"wave": waves, "person": persons}
    if teams is not None:
        columns["team"] = teams
    check_same_index(values, columns)
    score = as_vector(values)
    used = ~np.isnan(score)
    kept = {name: column[used] for name, column in columns.items()}
    check_labels(kept)
    wave_codes, labels = ordered_codes(kept["wave"])
    person_codes = pd.factorize(kept["person"])[0].astype(np.int64)
    check_once(person_codes, wave_codes, kept)
    n_persons = int(person_codes.max(initial=-1)) + 1
    n_linked = int((np.bincount(person_codes, minlength=1) > 1).sum())
    _check_linked(score[used], labels, n_persons=n_persons, n_linked=n_linked)
    code = None if teams is None else _homes(kept["team"], person_codes)
    return LinkedRows(
        score=score[used],
        waves=wave_codes,
        persons=person_codes,
        teams=code,
        labels=labels,
        n_persons=n_persons,
        n_linked=n_linked,
        n_teams=None if code is None else int(code.max()) + 1,
    )


def check_same_index(
    values: pd.Series | pd.DataFrame, columns: dict[str, pd.Series]
) -> None:
    """Refuse columns that are no Series on the index of `values`."""
    if not isinstance(values, pd.Series | pd.DataFrame):
        raise TypeError(
            f"`values` must be a pandas Series; got {type(values).__name__}."
        )
    for name, column in columns.items():
        same = isinstance(column, pd.Series) and column.index.equals(values.index)
        if not same:
            raise ValueError(
                f"the {name} of each row must be a Series on the index of `values`."
            )


def check_labels(columns: dict[str, pd.Series]) -> None:
    """Refuse missing labels; a missing person has a way out of its own."""
    for name, column in columns.items():
        absent = int(column.isna().sum())
        if absent and name == "person":
            raise ValueError(
                f"{absent} of {len(column)} rows do not say whose they are: leave them "
                "out, or compare everyone as anonymous waves with `compare_waves`."
            )
        if absent:
            raise ValueError(
                f"{absent} of {len(column)} rows have no {name}; leave them out, or "
                "give them one."
            )


def check_once(persons: IntArray, waves: IntArray, kept: dict[str, pd.Series]) -> None:
    """Refuse a person who answered twice in one wave."""
    repeated = pd.DataFrame({"person": persons, "wave": waves}).duplicated().to_numpy()
    if repeated.any():
        position = int(np.flatnonzero(repeated)[0])
        raise ValueError(
            f"{int(repeated.sum())} rows repeat a person in a wave, first "
            f"{kept['person'].iloc[position]} in {kept['wave'].iloc[position]}: "
            "keep one answer a person and wave."
        )


def _check_linked(
    score: FloatArray, labels: list[object], *, n_persons: int, n_linked: int
) -> None:
    require(
        len(labels) >= 2,
        f"change needs at least 2 waves with scores; got {len(labels)} "
        f"({n_persons} people).",
    )
    require(
        n_linked >= 2,
        f"{n_linked} of {n_persons} people have scores in two waves: nobody's change "
        "can be followed. Check that a person has the same label in every wave, or use "
        "`compare_waves` for anonymous waves.",
    )
    require(
        float(np.ptp(score)) > 0,
        f"the scores do not vary over {n_persons} people.",
    )


def _homes(teams: pd.Series, persons: IntArray) -> IntArray:
    codes, labels = team_codes(teams)
    pairs = pd.DataFrame({"person": persons, "team": codes}).drop_duplicates()
    moved = len(pairs) - pairs["person"].nunique()
    if moved:
        raise ValueError(
            f"{moved} people changed team between waves: give everyone one team, such "
            "as that of the first wave, or leave `teams` out."
        )
    require(
        len(labels) >= 2,
        f"a team intercept needs at least 2 teams; got {len(labels)}. Leave `teams` "
        "out.",
    )
    return codes
