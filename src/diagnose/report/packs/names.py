"""Names of folders for units: plain letters and never two alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

Path = tuple[str, ...]
_LONGEST = 40
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
"""Names that Windows keeps for devices."""


def folder_names(paths: Iterable[Path]) -> dict[Path, Path]:
    """Return a folder for each unit, inside that of its parent.

    Parameters
    ----------
    paths : iterable of tuple of str
        Units, from the top; parents that are missing get a folder too.

    Returns
    -------
    dict
        Path of labels to path of folder names: letters a-z, digits and hyphens, at
        most 40 signs. The same units give the same names in any order.
    """
    every = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    folders: dict[Path, Path] = {(): ()}
    taken: set[Path] = set()
    for path in sorted(every, key=lambda path: (len(path), path)):
        above = folders[path[:-1]]
        plain = _plain(path[-1])
        name, number = plain, 1
        while (*above, name) in taken:
            number += 1
            name = f"{plain}-{number}"
        folders[path] = (*above, name)
        taken.add(folders[path])
    del folders[()]
    return folders


def _plain(label: str) -> str:
    spread = unicodedata.normalize("NFKD", label).lower()
    bare = "".join(sign for sign in spread if not unicodedata.combining(sign))
    name = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:_LONGEST].strip("-")
    if not name:
        return "unit"
    return f"{name}-unit" if name in _RESERVED else name
