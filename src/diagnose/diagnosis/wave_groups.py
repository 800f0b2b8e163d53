"""Groups of the work floor in each wave: teams as clusters, and a common division.

Everything here reads cells of the smallest groups in each wave: `count_wave_cells`
before disclosure control, and after it the smallest groups of which the cells could be
shown. A path that ends in an empty label is what is not known by name within its
parent: people without a unit, or units that were rolled up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import Path
from diagnose.responses.model import NO_UNIT

Key = tuple[str, str]
"""A wave and a subscale."""

Cells = Mapping[Key, pd.DataFrame]
"""Of each wave and subscale: ``team``, ``path``, ``parent``, ``n_respondents``,
``mean``, ``variance``."""


def divide_cells(wave_cells: pd.DataFrame | None) -> Cells:
    """Return the groups with an answer, for each wave and subscale.

    Parameters
    ----------
    wave_cells : pandas.DataFrame or None
        See `Diagnosis.wave_cells`; hidden rows take no part.

    Returns
    -------
    mapping
        Teams are numbered alike in all waves, so that a team with one path is one
        cluster. So are the people not known by name within one parent: as far as they
        are others in each wave, that makes the error too large rather than too small.
    """
    if wave_cells is None or wave_cells.empty:
        return {}
    kept = wave_cells.loc[
        (wave_cells["status"] != "hidden") & (wave_cells["n_respondents"] >= 1)
    ]
    frame = pd.DataFrame(
        {
            "team": pd.factorize(kept["path"])[0],
            "path": kept["path"],
            "parent": kept["parent"],
            "n_respondents": kept["n_respondents"],
            "mean": kept["mean"],
            "variance": kept["sd"] ** 2,
            "wave": kept["wave"],
            "subscale": kept["subscale"],
        }
    )
    return {
        (str(wave), str(subscale)): own.reset_index(drop=True)
        for (wave, subscale), own in frame.groupby(["wave", "subscale"], sort=False)
    }


def clusters_of(cells: Cells, wave: str, cell: pd.Series) -> pd.DataFrame | None:
    """Return the teams of a wave if two at least make up the whole `cell`, else None.

    Parameters
    ----------
    cells : mapping
        See `divide_cells`.
    wave : str
        Label of the wave.
    cell : pandas.Series
        Everybody of the wave on one subscale: ``subscale``, ``n_respondents``.
    """
    own = cells.get((wave, str(cell["subscale"])))
    if own is None or len(own) < 2:
        return None
    return own if own["n_respondents"].sum() == cell["n_respondents"] else None


@dataclass(frozen=True, slots=True)
class _Names:
    """Units that are known whole in every wave compared, and those that divide."""

    known: frozenset[Path]
    divided: frozenset[Path]


def common_groups(
    first: pd.DataFrame, second: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide the work floor of two waves into the same groups.

    A unit is a group where both waves show it by name and not what is below it. What
    only one wave shows is taken together with everybody else in the unit above it. So
    every group holds the same units in both waves, and is made of whole smallest groups
    of either.

    Parameters
    ----------
    first, second : pandas.DataFrame
        Smallest groups of two waves on one subscale, see `divide_cells`. Where units
        between ``parent`` and ``path`` are not known whole, they are no groups.

    Returns
    -------
    tuple of pandas.DataFrame
        ``team`` (path of the group), ``n_respondents``, ``mean``, ``variance``.
    """
    known = _named(first) & _named(second)
    divided = {_nearest(path[:-1], known) for path in known if path}
    names = _Names(frozenset(known), frozenset(divided))
    return _pooled(first, names), _pooled(second, names)


def _named(groups: pd.DataFrame) -> set[Path]:
    """Return every unit that is known by name, with the units it is part of.

    Of the units between a group and its parent, some people may be in the rest of a
    unit further up: they are not known whole.
    """
    found: set[Path] = {()}
    partly: set[Path] = set()
    for path, parent in zip(groups["path"], groups["parent"], strict=True):
        partly |= {path[:depth] for depth in range(len(parent) + 1, len(path))}
        whole = _until_unknown(path)
        while whole not in found:
            found.add(whole)
            whole = whole[:-1]
    return found - partly


def _nearest(path: Path, known: Collection[Path]) -> Path:
    """Return the smallest known unit that is the path, or that it is part of."""
    while path not in known:
        path = path[:-1]
    return path


def _until_unknown(path: Path) -> Path:
    return path[: path.index(NO_UNIT)] if NO_UNIT in path else path


def _group_of(path: Path, names: _Names) -> Path:
    whole = _nearest(_until_unknown(path), names.known)
    return (*whole, NO_UNIT) if whole in names.divided else whole


def _pooled(cells: pd.DataFrame, names: _Names) -> pd.DataFrame:
    codes, groups = pd.factorize(
        pd.Series([_group_of(path, names) for path in cells["path"]], dtype=object)
    )
    sizes, means = (cells[c].to_numpy(dtype=float) for c in ("n_respondents", "mean"))
    within = np.where(sizes > 1, cells["variance"].to_numpy(float) * (sizes - 1), 0.0)
    total = np.bincount(codes, sizes)
    mean = np.bincount(codes, sizes * means) / total
    squares = np.bincount(codes, within + sizes * (means - mean[codes]) ** 2)
    variance = np.divide(
        squares, total - 1, out=np.full(len(total), np.nan), where=total > 1
    )
    return pd.DataFrame(
        {"team": groups, "n_respondents": total, "mean": mean, "variance": variance}
    )
