"""What a column holds, by its cells: only counts ever leave this module."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from diagnose.responses.comments.names import find_names
from diagnose.responses.comments.patterns import find_shapes

ContentKind = Literal[
    "email", "ip", "phone", "coordinates", "device", "iban", "bsn", "name", "long"
]
CONTENT_KINDS: tuple[ContentKind, ...] = get_args(ContentKind)

IDENTIFYING: tuple[ContentKind, ...] = CONTENT_KINDS[:-1]
"""All but long texts, which are only likely to hold something of the kind."""

_IN_SHAPES = frozenset(("email", "phone", "iban", "bsn"))
_SURE_NAMES = frozenset(("title", "role", "initials", "given"))
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])")
_COORDINATE = r"-?\d{1,3}[.,]\d{4,}"
_COORDINATES = re.compile(
    rf"{_COORDINATE}(?:[\s,;]+{_COORDINATE}(?:[\s,;]+-?\d+(?:[.,]\d+)?){{0,2}})?"
)
_DEVICE = re.compile(
    r"Mozilla/\d|AppleWebKit|\bWindows NT\b|\bAndroid \d|\biPhone OS\b|\bGecko/",
)
_LONG_WORDS = 8
_MOST_LOOKED_AT = 4_000
"""Characters of one cell that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Counts of the cells of one column.

    Attributes
    ----------
    n_filled, n_distinct : int
        Cells that are not blank, and different texts among them.
    counts : dict of str to int
        Kind (``email``, ``ip``, ``phone``, ``coordinates``, ``device``, ``iban``,
        ``bsn``, ``name``, ``long``) to the number of cells that look like it.
    """

    n_filled: int
    n_distinct: int
    counts: dict[ContentKind, int]

    @property
    def mainly(self) -> ContentKind | None:
        """The kind that at least half of the filled cells look like, if any."""
        kind = max(CONTENT_KINDS, key=lambda one: self.counts[one])
        return kind if self.counts[kind] * 2 >= max(1, self.n_filled) else None

    @property
    def n_identifying(self) -> int:
        """Cells that look like an identifier, at least; one may count for two kinds."""
        return max(self.counts[kind] for kind in IDENTIFYING)


def look_at(cells: pd.Series) -> Contents:
    """Return the counts of a column of categories."""
    codes = cells.cat.codes.to_numpy()
    times = np.bincount(codes[codes >= 0], minlength=len(cells.cat.categories))
    counts = dict.fromkeys(CONTENT_KINDS, 0)
    n_filled = n_distinct = 0
    for category, n in zip(cells.cat.categories, times, strict=True):
        text = str(category).strip()
        if not text or not n:
            continue
        n_filled += int(n)
        n_distinct += 1
        for kind in set(_kinds(text[:_MOST_LOOKED_AT])):
            counts[kind] += int(n)
    return Contents(n_filled=n_filled, n_distinct=n_distinct, counts=counts)


def _kinds(text: str) -> Iterator[ContentKind]:
    if len(text) < 4:
        return
    whole = _whole(text)
    if whole is not None:
        yield whole
        return
    for span in find_shapes(text):
        if span.kind in _IN_SHAPES:
            yield span.kind  # type: ignore[misc]
    if any(span.reason in _SURE_NAMES for span in find_names(text)):
        yield "name"
    if len(text.split()) >= _LONG_WORDS:
        yield "long"


def _whole(text: str) -> ContentKind | None:
    """Return what a cell is as a whole, None when it has to be looked through."""
    if _COORDINATES.fullmatch(text):
        return "coordinates"
    if _is_ip(text):
        return "ip"
    return "device" if _DEVICE.search(text) else None


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_IP.search(text))
    return True


def looks_personal(text: str) -> bool:
    """Tell whether a text looks like an identifier of any kind."""
    return any(kind in IDENTIFYING and kind != "name" for kind in _kinds(text.strip()))
