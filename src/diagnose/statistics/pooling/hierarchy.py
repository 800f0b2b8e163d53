"""Teams in departments in divisions, as people or as summaries: paths and checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.statistics.pooling.tree import Tree, build_tree
from diagnose.statistics.team_sums import (
    CheckedSummary,
    IntArray,
    check_summary,
    team_codes,
    team_summary,
)

Path = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """The smallest units in the order of their paths, and the tree they form.

    Attributes
    ----------
    levels : tuple of str
        Names of the levels, from large to small.
    paths : tuple of list, one a level
        Labels of each unit from the top.
    codes : tuple of numpy.ndarray, one a level, shape (n_teams,)
        For each smallest unit, the unit it belongs to.
    checked : CheckedSummary
        Summaries of the smallest units.
    tree : Tree
        Who belongs to whom.
    """

    levels: tuple[str, ...]
    paths: tuple[list[Path], ...]
    codes: tuple[IntArray, ...]
    checked: CheckedSummary
    tree: Tree


def summarise_paths(values: pd.Series, levels: pd.DataFrame) -> pd.DataFrame:
    """Return n, mean and variance of every smallest unit, with a column a level.

    Who lacks a value, or a label at any level, is left out.
    """
    if not isinstance(levels, pd.DataFrame):
        raise TypeError(
            "`levels` must be a pandas DataFrame with a column for each level, from "
            f"large to small; got {type(levels).__name__}."
        )
    if levels.columns.nlevels > 1:
        raise ValueError("`levels` must have one name a column.")
    _check_level_names(list(levels.columns))
    coded = [team_codes(levels[name]) for name in levels.columns]
    known = np.all([codes >= 0 for codes, _ in coded], axis=0)
    combined = np.zeros(len(levels), dtype=np.int64)
    for codes, labels in coded:
        combined = combined * len(labels) + codes
    found, where = np.unique(combined[known], return_inverse=True)
    leaves = np.full(len(levels), -1, dtype=np.int64)
    leaves[known] = where
    people = pd.Series(
        pd.Categorical.from_codes(leaves, categories=pd.RangeIndex(len(found))),
        index=levels.index,
    )
    summary = team_summary(values, people)
    left = found[summary["team"].to_numpy(dtype=np.int64)]
    columns: dict[str, list[object]] = {}
    for name, (_, labels) in zip(
        reversed(levels.columns), reversed(coded), strict=True
    ):
        columns[name] = [labels[code] for code in left % len(labels)]
        left = left // len(labels)
    paths = pd.DataFrame({name: columns[name] for name in levels.columns}, dtype=object)
    return pd.concat([paths, summary.drop(columns=["team", "sum"])], axis=1)


def build_hierarchy(summary: pd.DataFrame, levels: Sequence[str]) -> Hierarchy:
    """Return the tree of a summary with a column for each level, or refuse."""
    names = [levels] if isinstance(levels, str) else list(levels)
    _check_level_names(names)
    if not isinstance(summary, pd.DataFrame):
        raise TypeError(
            f"`summary` must be a pandas DataFrame; got {type(summary).__name__}."
        )
    absent = [name for name in names if name not in summary.columns]
    if absent:
        raise ValueError(f"`summary` lacks the levels {', '.join(absent)}.")
    coded = [team_codes(summary[name])[0] for name in names]
    unknown = np.any([codes < 0 for codes in coded], axis=0)
    if unknown.any():
        raise ValueError(
            f"{unknown.sum()} rows of `summary` lack the label of a level. Give them "
            "one, or leave them out."
        )
    order = np.lexsort(coded[::-1])
    rows = summary.iloc[order]
    labels = [rows[name].tolist() for name in names]
    paths = list(zip(*labels, strict=True))
    team = pd.Series(paths, index=rows.index, dtype=object)
    checked = check_summary(rows.drop(columns=names).assign(team=team))
    codes = _unit_codes([codes[order] for codes in coded])
    _check_depth(names, codes)
    return Hierarchy(
        levels=tuple(names),
        paths=tuple(
            [
                paths[row][: depth + 1]
                for row in np.flatnonzero(np.diff(units, prepend=-1))
            ]
            for depth, units in enumerate(codes)
        ),
        codes=tuple(codes),
        checked=checked,
        tree=build_tree(codes, checked),
    )


def _unit_codes(coded: list[IntArray]) -> list[IntArray]:
    """Return whole numbers from 0 for the units of each level, rows being in order."""
    changes = np.zeros(len(coded[0]), dtype=bool)
    codes = []
    for labels in coded:
        changes = changes | (np.diff(labels, prepend=labels[:1]) != 0)
        codes.append(np.cumsum(changes).astype(np.int64))
    return codes


def _check_level_names(names: Sequence[object]) -> None:
    if len(names) not in (2, 3) or len(set(names)) != len(names):
        raise ValueError(
            "`levels` must name 2 or 3 different levels, from large to small; got "
            f"{', '.join(map(str, names)) or 'none'}. One level of teams is what "
            "`shrunken_means` is for."
        )


def _check_depth(names: list[str], codes: list[IntArray]) -> None:
    """Refuse levels whose units do not differ from those of the level above."""
    above = 1
    for depth, (name, units) in enumerate(zip(names, codes, strict=True)):
        n_units = int(units[-1]) + 1
        if depth == 0:
            message = (
                f"level {name} needs at least 2 units to vary; got 1. Leave out the "
                "level."
            )
        else:
            message = (
                f"levels {names[depth - 1]} and {name} cannot be told apart: each of "
                f"the {above} units of {names[depth - 1]} has one {name}. Leave out "
                "one of the two."
            )
        require(n_units > above, message)
        above = n_units
