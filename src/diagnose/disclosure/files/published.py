"""Every number of a publication, and of each unit, for looking up what a file shows."""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.disclosure.files.derived import derived_numbers, unit_sides
from diagnose.disclosure.files.finder import Finder
from diagnose.disclosure.files.tokens import find_tokens
from diagnose.disclosure.publication import Publication
from diagnose.language import Catalogue, load_catalogue

Path = tuple[str, ...]
Floats = npt.NDArray[np.float64]
_EXACT = 1e-9
_LARGE = 1000
"""From here on a statistic may be written without decimals."""


class Numbers:
    """Numbers to look up: exactly, or as one of them rounded to some digits.

    Signs do not count: a chart may put one side of a scale below zero. A share counts
    as its percentage too.
    """

    def __init__(self, values: Iterable[float]) -> None:
        sizes = np.array([abs(v) for v in values if math.isfinite(v)], dtype=float)
        self._sizes: Floats = np.unique(sizes)
        self._percents: Floats = 100 * self._sizes[self._sizes <= 1]
        self._whole: Floats = self._sizes[self._sizes % 1 == 0]

    def __len__(self) -> int:
        """Count the different sizes."""
        return len(self._sizes)

    def exact(self, value: float) -> bool:
        """Tell whether one of them, or its percentage, is this number."""
        size = abs(value)
        room = _EXACT * max(size, 1e-3)
        return _near(self._sizes, size, room) or _near(self._percents, size, room)

    def rounded(self, value: float, digits: int, *, percent: bool = False) -> bool:
        """Tell whether one of them, rounded to `digits`, is this number.

        A whole number without a percent sign is a count, so it must be one itself.
        """
        room = 0.5 * 10.0**-digits * (1 + _EXACT) + 1e-12
        size = abs(value)
        if percent:
            return _near(self._percents, size, room)
        if digits == 0 and size < _LARGE:
            return _near(self._whole, size, _EXACT)
        return _near(self._sizes, size, room) or _near(self._percents, size, room)


def _near(known: Floats, value: float, room: float) -> bool:
    at = int(np.searchsorted(known, value - room))
    return at < len(known) and bool(known[at] <= value + room)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Published:
    """What the files of a publication may hold.

    Attributes
    ----------
    numbers : Numbers
        Every number in it: of all frames, the evidence of the findings, thresholds,
        levels of confidence and provenance, and the differences of waves and rolls that
        stand there.
    fixed : frozenset of str
        Numbers, as written, in texts that are the same for everybody: catalogues and
        instrument; and in the words of the findings.
    units : mapping of str to tuple of path
        Names that a file may give a unit, with the units they may mean.
    of_unit : mapping of (path, subscale) to tuple of float
        Numbers of each unit, and of the organisation under the path (); the subscale is
        "" where a number belongs to none.
    folders : mapping of str to tuple of path
        Names of folders, as `folder_name` writes them, with the units they may mean.
    subscales : mapping of str to str
        Title of a subscale in any language, to its id.
    hidden : Finder
        Names of units of which nothing is shown.
    hidden_names : frozenset of str
        The same names, but for those that are also the code of a question.
    labels : Finder
        Names of units with a digit in them: part of a name is no number.
    limits : frozenset of float
        The thresholds, which may stand beside the name of a hidden unit.
    """

    numbers: Numbers
    fixed: frozenset[str]
    units: Mapping[str, tuple[Path, ...]]
    of_unit: Mapping[tuple[Path, str], tuple[float, ...]]
    folders: Mapping[str, tuple[Path, ...]]
    subscales: Mapping[str, str]
    hidden: Finder
    hidden_names: frozenset[str]
    labels: tuple[str, ...]
    limits: frozenset[float]


@lru_cache(maxsize=2)
def published_numbers(publication: Publication) -> Published:
    """Collect everything that the files of a publication may hold.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    """
    frames = tuple(f for f in leaves_in(publication) if isinstance(f, pd.DataFrame))
    of_unit = _by_unit(frames, publication)
    units = _names(of_unit)
    hidden = [
        name
        for name, paths in units.items()
        if not any(of_unit[key] for path in paths for key in of_unit if key[0] == path)
    ]
    limits = publication.thresholds
    codes = {item.id.upper() for item in publication.instrument.items}
    return Published(
        numbers=Numbers((*numbers_in(publication), *derived_numbers(publication))),
        fixed=_shared_numbers() | frozenset(_own_fixed(publication)),
        units=units,
        of_unit=of_unit,
        folders=_folders(units),
        subscales={
            title: subscale.id
            for subscale in publication.instrument.subscales
            for title in subscale.title.values()
        },
        hidden=Finder(hidden),
        hidden_names=frozenset(hidden) - codes,
        labels=tuple(
            sorted(
                (n for n in units if any(map(str.isdigit, n))), key=len, reverse=True
            )
        ),
        limits=frozenset(
            map(float, (limits.scores, limits.distributions, limits.comments))
        ),
    )


def leaves_in(value: object) -> Iterator[object]:
    """Yield every single value inside a structure; frames and models are single.

    Parameters
    ----------
    value : object
        Dataclasses, mappings, sequences, frames and plain values in each other.
    """
    inside: Iterable[object]
    if isinstance(value, Mapping):
        inside = value.values()
    elif isinstance(value, tuple | list | set | frozenset):
        inside = value
    elif is_dataclass(value) and not isinstance(value, type):
        inside = (getattr(value, part.name) for part in fields(value))
    else:
        yield value
        return
    for one in inside:
        yield from leaves_in(one)


def numbers_in(value: object) -> Iterator[float]:
    """Yield every number anywhere in a structure, also those in its frames.

    Parameters
    ----------
    value : object
        Dataclasses, mappings, sequences, frames and plain values in each other.
    """
    for leaf in leaves_in(value):
        if isinstance(leaf, pd.DataFrame):
            for column in leaf.columns:
                yield from _column(leaf[column])
        elif _is_number(leaf):
            yield float(leaf)  # type: ignore[arg-type]


def _column(column: pd.Series) -> Iterator[float]:
    if pd.api.types.is_bool_dtype(column):
        return
    if pd.api.types.is_numeric_dtype(column):
        yield from column.dropna().astype(float).tolist()
    elif column.dtype == object:
        yield from (float(v) for v in column if _is_number(v))


def _is_number(value: object) -> bool:
    plain = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return plain and math.isfinite(value)  # type: ignore[arg-type]


def _by_unit(
    frames: Iterable[pd.DataFrame], publication: Publication
) -> dict[tuple[Path, str], tuple[float, ...]]:
    gathered: dict[tuple[Path, str], list[float]] = defaultdict(list)
    for frame in frames:
        if "path" not in frame.columns and "subscale" not in frame.columns:
            continue
        for row in frame.to_dict("records"):
            path = row.get("path", ())
            if isinstance(path, tuple):
                key = (path, str(row.get("subscale") or ""))
                gathered[key] += [float(v) for v in row.values() if _is_number(v)]
    for key, sums in unit_sides(publication):
        gathered[key] += sums
    for finding in publication.findings:
        for subscale in finding.subscales or ("",):
            gathered[finding.path, subscale] += finding.evidence.values()
    return {key: tuple(values) for key, values in gathered.items()}


def _names(of_unit: Iterable[tuple[Path, str]]) -> dict[str, tuple[Path, ...]]:
    """Return the units that a name may mean: the label, the whole path, the roll-up."""
    named: dict[str, dict[Path, None]] = defaultdict(dict)
    plots = load_catalogue("plots")
    for path in dict.fromkeys(path for path, _ in of_unit):
        if not path:
            continue
        whole = " › ".join(_clean(label) for label in path)
        names = [_clean(path[-1]), whole] if path[-1] else []
        if not path[-1]:
            for language in ("en", "nl"):
                parent = " › ".join(_clean(label) for label in path[:-1])
                parent = parent or plots.text("organisation", language)
                names.append(plots.text("rest", language, parent=parent))
        for name in names:
            named[name][path] = None
    return {name: tuple(paths) for name, paths in named.items() if name}


def folder_name(name: str) -> str:
    """Return the letters and digits of a name: what any name of a folder keeps of it.

    Parameters
    ----------
    name : str
        Name of a unit or a folder.
    """
    parted = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in parted if sign.isascii() and sign.isalnum())


def _folders(units: Mapping[str, tuple[Path, ...]]) -> dict[str, tuple[Path, ...]]:
    gathered: dict[str, dict[Path, None]] = defaultdict(dict)
    for name, paths in units.items():
        for path in paths:
            if path[-1] and _clean(path[-1]) == name:
                gathered[folder_name(name)][path] = None
    return {name: tuple(paths) for name, paths in gathered.items() if name}


def _clean(label: str) -> str:
    """Return a label on one line, as every output writes it."""
    return " ".join("".join(c if c.isprintable() else " " for c in label).split())


@cache
def _shared_numbers() -> frozenset[str]:
    """Return the numbers in the texts of the program, which name no organisation."""
    texts = resources.files("diagnose.language") / "texts"
    names = sorted(f.name for f in texts.iterdir() if f.name.endswith(".yaml"))
    return frozenset(
        token.text
        for name in names
        for entry in _catalogue(name).entries.values()
        for text in entry.values()
        for token in find_tokens(text)
    )


def _catalogue(file: str) -> Catalogue:
    return load_catalogue(file.removesuffix(".yaml"))


def _own_fixed(publication: Publication) -> Iterator[str]:
    """Yield the numbers in the words of this publication and its instrument."""
    parts = (
        publication.instrument.model_dump(),
        *(publication.title, publication.waves, publication.provenance),
        *(publication.findings, publication.suitability, publication.first_steps),
    )
    for leaf in (*leaves_in(parts), *_frame_texts(publication)):
        if isinstance(leaf, str):
            yield from (token.text for token in find_tokens(leaf))
        elif _is_number(leaf):
            yield from (repr(leaf), repr(leaf).replace(".", ","))


def _frame_texts(publication: Publication) -> Iterator[str]:
    """Yield the texts in the frames, such as answers that are quoted."""
    for leaf in leaves_in(publication):
        if isinstance(leaf, pd.DataFrame):
            for name in leaf.columns:
                if not pd.api.types.is_numeric_dtype(leaf[name]):
                    values = dict.fromkeys(leaf[name])
                    yield from (value for value in values if isinstance(value, str))
