"""Names of hidden units: given only where the organisation itself vouches for them.

Where people type the name of their team, what they typed may be anything, also a
sentence about somebody. A name that enough people share is shown with their result. A
name without any result says nothing to a reader but itself, so it is given only if the
organisation's own list of units has it. Any other hidden unit keeps its row, because
how many units are hidden is part of the account, and gets a number for a name.

The numbers run through a level in the order of the names, and the rows stand behind
those of all other units of the same parent, so neither tells more than the order among
themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import pandas as pd

from diagnose.diagnosis.model import Participation, Units
from diagnose.disclosure.log import REST, SHOWN
from diagnose.responses.model import NO_UNIT

Path = tuple[str, ...]
Names = Mapping[Path, Path]
Tables = TypeVar("Tables", Participation, Units)

_MARK = "\N{EM DASH} "


def placeholder(number: int) -> str:
    """Return the label that stands for a name that is not given."""
    return f"{_MARK}{number}"


def placeholder_number(label: str) -> int | None:
    """Return the number of a label made by `placeholder`; None for any other label."""
    digits = label.removeprefix(_MARK)
    known = label.startswith(_MARK) and digits.isascii() and digits.isdecimal()
    return int(digits) if known and digits == str(int(digits)) else None


def withhold_names(
    known: pd.DataFrame, *published: Participation | Units, log: pd.DataFrame
) -> Names:
    """Return the path to publish of every unit whose name nobody vouches for.

    Parameters
    ----------
    known : pandas.DataFrame
        See `Participation.units`, nothing hidden yet: a unit with a head count is on
        the organisation's list, and so is whatever it belongs to.
    *published : Participation or Units
        What is published of units, by their own names.
    log : pandas.DataFrame
        The log, by their own names.

    Returns
    -------
    mapping of path to path
        The units whose path changes: those without a name, and what lies below them.
    """
    vouched = _with_parents(known.loc[known["n_members"].notna(), "path"])
    frames = [*_frames(published), log]
    present = {path for frame in frames for path in frame["path"] if path}
    shown = {
        path
        for frame in _frames(published)
        if "status" in frame
        for path in frame.loc[frame["status"] == SHOWN, "path"]
    }
    named = vouched | _with_parents(shown)
    taken = {path for path in present if path in named}
    names: dict[Path, Path] = {}
    counts: dict[int, int] = {}
    for path in sorted(_with_parents(present), key=lambda path: (len(path), path)):
        above = names.get(path[:-1], path[:-1])
        new = (*above, path[-1])
        if path not in named and path[-1] != NO_UNIT:
            new = _next_free(above, counts, taken)
        if new != path:
            names[path] = new
    return names


def _next_free(above: Path, counts: dict[int, int], taken: set[Path]) -> Path:
    """Return the next numbered path that is not a name that somebody really gave."""
    depth = len(above)
    while True:
        counts[depth] = counts.get(depth, 0) + 1
        path = (*above, placeholder(counts[depth]))
        if path not in taken:
            return path


def _with_parents(paths: Iterable[Path]) -> set[Path]:
    return {path[:depth] for path in paths for depth in range(1, len(path) + 1)}


def _frames(parts: Iterable[Participation | Units]) -> Iterator[pd.DataFrame]:
    for part in parts:
        for field in fields(part):
            frame = getattr(part, field.name)
            if isinstance(frame, pd.DataFrame) and "path" in frame:
                yield frame


def rename_units(tables: Tables, names: Names) -> Tables:
    """Return the tables with the paths that are to be published.

    Parameters
    ----------
    tables : Participation or Units
        Every frame in them that has a ``path`` is renamed. Not modified.
    names : mapping of path to path
        Made by `withhold_names`.
    """
    if not names or not is_dataclass(tables):
        return tables
    changed: dict[str, Any] = {}
    for field in fields(tables):
        frame = getattr(tables, field.name)
        if isinstance(frame, pd.DataFrame) and "path" in frame and len(frame):
            changed[field.name] = rename_paths(frame, names)
    return replace(tables, **changed)


def rename_paths(frame: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return a table with the paths that are to be published, unnamed units last.

    Last of their parent, that is, and before the roll-up line if there is one.
    """
    old = frame["path"].tolist()
    if not any(path in names for path in old):
        return frame
    kept = frame.copy()
    kept["path"] = _column([names.get(path, path) for path in old], frame)
    if "parent" in kept:
        parents = [names.get(path, path) for path in kept["parent"]]
        kept["parent"] = _column(parents, frame)
    return kept.iloc[_in_order(kept)].reset_index(drop=True)


def _column(values: list[Path], frame: pd.DataFrame) -> pd.Series:
    return pd.Series(values, index=frame.index, dtype=object)


def _in_order(frame: pd.DataFrame) -> list[int]:
    """Return the rows in the order of publication; the log keeps its tables apart."""
    paths = frame["path"].tolist()
    tables = frame["table"] if "table" in frame else [""] * len(frame)
    subscales = frame["subscale"] if "table" in frame else [""] * len(frame)
    rests = frame["status"] == REST if "status" in frame else [False] * len(frame)
    blocks: dict[tuple[object, ...], int] = {}
    keys = []
    for table, subscale, path, rest in zip(
        tables, subscales, paths, rests, strict=True
    ):
        block = (table, subscale, len(path), path[:-1])
        place = blocks.setdefault(block, len(blocks))
        unnamed = bool(path) and placeholder_number(path[-1]) is not None
        keys.append((place, 2 if rest else int(unnamed)))
    return sorted(range(len(keys)), key=keys.__getitem__)
