"""What does this export hold? Looked at before anything of it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from diagnose.errors import ResponseError
from diagnose.responses.answers.vocabulary import is_number
from diagnose.responses.columns.find import NEUTRAL_LEVELS, find_columns
from diagnose.responses.columns.mapping import ColumnMapping, read_mapping
from diagnose.responses.comments.read import find_open_items
from diagnose.responses.files.table import read_table
from diagnose.responses.files.tabular import Table
from diagnose.responses.opening import platform_named
from diagnose.responses.privacy.contents import (
    IDENTIFYING,
    Contents,
    look_at,
    looks_personal,
)
from diagnose.responses.privacy.headings import (
    OF_PURPOSE,
    PERSONAL,
    ColumnKind,
    kind_of,
)
from diagnose.responses.privacy.model import (
    Fate,
    PrivacyColumn,
    PrivacyReport,
    PrivacyWarning,
)
from diagnose.responses.problems import refuse
from diagnose.responses.read import detect_platform
from diagnose.responses.read.layout import ROW_PURPOSES, Column, Layout
from diagnose.responses.rows.check import check_headings

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument

FEW_ROWS = 5
"""Units with fewer rows are counted as small."""

_AT_ONCE = 64
"""Columns that are in memory together."""

_LONGEST_HEADING = 160
_NEUTRAL: dict[str, str] = {
    **{level: f"unit.{level}" for level in NEUTRAL_LEVELS},
    **{
        code: code
        for code in ("unit", "role", "language", "seconds", "edition", "link")
    },
}
"""Codes of our own forms, which are read also when no mapping names them."""

_OF_TARGET: dict[str, ColumnKind] = {
    "unit": "unit", "role": "role", "language": "language", "seconds": "timing",
    "link": "link", "edition": "edition", "submitted": "moment",
}  # fmt: skip
_MAY_BE_ITEM: frozenset[ColumnKind] = frozenset(("other", "open", "item"))
_EXPECTED_IN: frozenset[ColumnKind] = PERSONAL | {"moment", "timing", "status"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Which column will be what, before any cell is looked at.

    Attributes
    ----------
    targets : mapping of int to str
        Position to target of the intake; ``item`` for closed and ``open`` for open
        items.
    purposes : mapping of int to str
        Position to purpose of a system column.
    has_instrument : bool
        Whether items could be recognised.
    """

    targets: Mapping[int, str]
    purposes: Mapping[int, str]
    has_instrument: bool

    def kind(self, column: Column) -> ColumnKind:
        target = self.targets.get(column.position, "")
        if target in ("item", "open"):
            return "item" if target == "item" else "open"
        if target:
            return _OF_TARGET[target.partition(".")[0]]
        purpose = self.purposes.get(column.position, "")
        return OF_PURPOSE.get(purpose) or kind_of(column)

    def fate(self, column: Column, kind: ColumnKind) -> Fate:
        target = self.targets.get(column.position, "")
        special: dict[str, Fate] = {
            "open": "on_request",
            "link": "hashed",
            "submitted": "decides",
        }
        if target:
            return special.get(target, "read")
        if self.purposes.get(column.position, "") in ROW_PURPOSES:
            return "decides"
        if not self.has_instrument and kind in _MAY_BE_ITEM:
            return "unknown"
        return "left_out"


def privacy_check(
    path: str | Path,
    *,
    mapping: str | Path | dict[str, Any] | ColumnMapping | None = None,
    instrument: Instrument | None = None,
    platform: str | None = None,
) -> PrivacyReport:
    """Tell what an export holds and what the intake will do with each column.

    Looks at every cell and returns counts only: no text of any cell is part of the
    report. A heading is shown as it is, unless it looks like an identifier itself.

    Parameters
    ----------
    path : str or Path
        The export.
    mapping : str, Path, dict, ColumnMapping or None
        As in `read_responses`; needs an instrument.
    instrument : Instrument, optional
        Without it items are not recognised, and their columns have fate ``unknown``.
    platform : str, optional
        Name of the platform; recognised from the headings when absent.

    Returns
    -------
    PrivacyReport
        Rules of thumb: a count of 0 proves nothing, and some of what is counted is
        something else.

    Raises
    ------
    ResponseError
        The file cannot be read, or has no headings; or the mapping is not right.
    ValueError
        There is a mapping and no instrument; an unknown `platform` is a ResponseError.
    """
    named = platform_named(platform)
    if mapping is not None and instrument is None:
        raise ValueError("`mapping` needs an `instrument` to be checked against.")
    table = read_table(path)
    _refuse_headless(table, instrument)
    chosen = named or detect_platform(table)
    layout = chosen.layout(table)
    plan = _plan(table, layout, mapping, instrument)
    columns, warnings, groups = _look(table, layout, plan)
    warnings += _background(columns, groups)
    return PrivacyReport(
        source=table.name,
        sha256=table.sha256,
        platform=chosen.name,
        encoding=table.encoding,
        n_rows=max(0, table.n_records - layout.n_header_rows),
        columns=tuple(columns),
        warnings=tuple(warnings),
    )


def _refuse_headless(table: Table, instrument: Instrument | None) -> None:
    """Refuse a file without headings: its first row would be shown as such."""
    if instrument is not None and check_headings(table, instrument):
        raise refuse("R006", table.name)
    filled = [cell.strip() for cell in table.head[0] if cell.strip()]
    strange = sum(is_number(cell) or looks_personal(cell) for cell in filled)
    if strange * 2 > len(filled):
        raise refuse("R006", table.name)


def _plan(
    table: Table,
    layout: Layout,
    mapping: str | Path | dict[str, Any] | ColumnMapping | None,
    instrument: Instrument | None,
) -> _Plan:
    purposes = {position: purpose for purpose, position in layout.system.items()}
    if instrument is None:
        targets = {
            column.position: _NEUTRAL[column.codes[0]]
            for column in layout.columns
            if column.codes and column.codes[0] in _NEUTRAL
        }
        for purpose in {"language", "seconds"} & set(layout.system):
            targets.setdefault(layout.system[purpose], purpose)
        return _Plan(targets=targets, purposes=purposes, has_instrument=False)
    chosen = read_mapping(mapping, instrument)
    found = find_columns(layout, instrument, chosen, place=table.name)
    items = {item.id for item in instrument.closed_items}
    targets = {
        position: "item" if target in items else target
        for target, position in found.position.items()
    }
    try:
        opened = find_open_items(layout, instrument, chosen, place=table.name)
    except ResponseError:
        opened = {}  # reading the comments will say so; here it changes no count
    targets |= dict.fromkeys(opened.values(), "open")
    return _Plan(targets=targets, purposes=purposes, has_instrument=True)


def _look(
    table: Table, layout: Layout, plan: _Plan
) -> tuple[list[PrivacyColumn], list[PrivacyWarning], pd.DataFrame]:
    """Return the columns, their warnings, and codes of units and background answers."""
    columns: list[PrivacyColumn] = []
    warnings: list[PrivacyWarning] = []
    groups: dict[int, np.ndarray] = {}
    for start in range(0, len(layout.columns), _AT_ONCE):
        part = layout.columns[start : start + _AT_ONCE]
        cells = table.take(
            [column.position for column in part], n_header_rows=layout.n_header_rows
        )
        for column in part:
            seen = look_at(cells[column.position])
            one = _column(column, plan, seen)
            columns.append(one)
            warnings += _warnings(one, seen)
            if one.kind in ("unit", "demographic"):
                groups[column.position] = cells[column.position].cat.codes.to_numpy()
            if one.kind == "unit":
                warnings += _small(one, cells[column.position])
    return columns, warnings, pd.DataFrame(groups)


def _column(column: Column, plan: _Plan, seen: Contents) -> PrivacyColumn:
    kind = plan.kind(column)
    heading = column.heading[:_LONGEST_HEADING]
    return PrivacyColumn(
        position=column.position,
        heading=f"#{column.position + 1}" if looks_personal(heading) else heading,
        kind=kind,
        content=seen.mainly or "",
        fate=plan.fate(column, kind),
        n_filled=seen.n_filled,
        n_distinct=seen.n_distinct,
        **{f"n_{one}": n for one, n in seen.counts.items()},
    )


def _warnings(column: PrivacyColumn, seen: Contents) -> Iterator[PrivacyWarning]:
    n = seen.n_identifying
    if column.fate == "hashed":
        if seen.counts["email"]:
            yield PrivacyWarning(
                code="link_personal", heading=column.heading, n=seen.counts["email"]
            )
    elif n and column.fate == "read":
        yield PrivacyWarning(code="read_personal", heading=column.heading, n=n)
    elif n and column.kind == "open":
        yield PrivacyWarning(code="open_personal", heading=column.heading, n=n)
    elif _unlabelled(seen) and column.kind not in _EXPECTED_IN:
        n = _unlabelled(seen)
        yield PrivacyWarning(code="unexpected", heading=column.heading, n=n)


def _unlabelled(seen: Contents) -> int:
    """Return the cells like identifiers; a text that many gave is an answer label."""
    labels = seen.n_distinct * FEW_ROWS <= seen.n_filled
    left = seen.counts | ({"name": 0} if labels else {})
    return max(left[kind] for kind in IDENTIFYING)


def _small(column: PrivacyColumn, cells: pd.Series) -> Iterator[PrivacyWarning]:
    """Warn of units with few rows, by their number only."""
    texts = cells.astype("str").str.strip()
    sizes = texts[texts != ""].value_counts()
    n_small = int((sizes < FEW_ROWS).sum())
    if n_small:
        yield PrivacyWarning(code="small_units", heading=column.heading, n=n_small)


def _background(
    columns: list[PrivacyColumn], groups: pd.DataFrame
) -> Iterator[PrivacyWarning]:
    """Warn of background questions, with the rows that are unique on them and the unit.

    Only their number is told: k-anonymity with k = 1 on all these columns together.
    """
    asked = [column.heading for column in columns if column.kind == "demographic"]
    if asked and len(groups):
        n_unique = int((~groups.duplicated(keep=False)).sum())
        yield PrivacyWarning(code="demographics", heading=", ".join(asked), n=n_unique)
