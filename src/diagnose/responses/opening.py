"""Before any answer is read: which platform, which columns, and whether they fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from diagnose.errors import Problem, ResponseError
from diagnose.responses.columns.find import Columns, find_columns
from diagnose.responses.columns.headings import check_completeness, check_wordings
from diagnose.responses.columns.mapping import ColumnMapping
from diagnose.responses.files.tabular import Table
from diagnose.responses.problems import problem, refuse
from diagnose.responses.read import PLATFORMS, detect_platform
from diagnose.responses.read.layout import ROW_PURPOSES, Layout, Platform
from diagnose.responses.rows.check import RowRules, check_headings
from diagnose.responses.rows.strays import refuse_summary

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument
    from diagnose.instrument.units import UnitList
    from diagnose.responses.definition import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked for, checked once."""

    instrument: Instrument
    mapping: ColumnMapping
    platform: Platform | None
    definition: Definition | None
    units: UnitList | None
    wave: str
    rules: RowRules
    levels: Sequence[str]
    link_key: str | bytes | None


@dataclass(slots=True, kw_only=True)
class Intake:
    """What is known about one file while it is read."""

    request: Request
    table: Table
    platform: Platform
    layout: Layout
    columns: Columns
    rows: pd.DataFrame
    notes: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Name of the export, for messages."""
        return self.table.name

    def cells(self, targets: Mapping[str, int]) -> pd.DataFrame:
        """Return columns of the file under the names of their targets."""
        return pd.DataFrame(
            {target: self.rows[position] for target, position in targets.items()},
            index=self.rows.index,
        )

    def column(self, target: str) -> pd.Series | None:
        """Return the column of one target, None when there is none."""
        position = self.columns.position.get(target)
        return None if position is None else self.rows[position]

    def settle(self, problems: list[Problem], notes: list[Problem]) -> None:
        """Note what one step found."""
        self.problems += problems
        self.notes += notes


def platform_named(name: str | None) -> Platform | None:
    """Return the platform of this name, None for none.

    Raises
    ------
    ResponseError
        There is no such platform.
    """
    if name is not None and name not in PLATFORMS:
        values: dict[str, object] = {"given": name, "allowed": tuple(PLATFORMS)}
        raise refuse("R083", "platform", **values)
    return None if name is None else PLATFORMS[name]


def open_intake(table: Table, request: Request) -> Intake:
    """Recognise platform and columns of a file.

    Raises
    ------
    ResponseError
        Nothing can be read from it: no headings, no responses, no known item, or a
        mapping that names columns which are not there.
    """
    headless = check_headings(table, request.instrument)
    if headless:
        raise ResponseError(headless)
    chosen = request.platform or detect_platform(table)
    layout = chosen.layout(table)
    if table.n_records <= layout.n_header_rows:
        raise refuse("R007", table.name)
    columns = find_columns(
        layout,
        request.instrument,
        request.mapping,
        place=table.name,
        levels=request.levels,
    )
    if columns.refusals:
        raise ResponseError(columns.refusals)
    if not any(i.id in columns.position for i in request.instrument.closed_items):
        raise ResponseError([*columns.problems, problem("R039", table.name)])
    notes = list(layout.notes)
    if request.link_key is None:
        notes += _forget_links(columns, table.name)
    intake = Intake(
        request=request,
        table=table,
        platform=chosen,
        layout=layout,
        columns=columns,
        rows=_load(table, layout, columns),
        notes=notes,
        problems=list(columns.problems),
    )
    _check_columns(intake)
    return intake


def _check_columns(intake: Intake) -> None:
    """Compare wordings and completeness with the instrument."""
    instrument, mapping = intake.request.instrument, intake.request.mapping
    intake.settle(
        *check_wordings(intake.columns, intake.layout, instrument, place=intake.place)
    )
    intake.problems += check_completeness(
        intake.columns, instrument, mapping, place=intake.place
    )


def _forget_links(columns: Columns, place: str) -> list[Problem]:
    """Leave the column of link codes out, as there is no key to hash them with."""
    if columns.position.pop("link", None) is None:
        return []
    del columns.how["link"]
    return [problem("R070", f"{place}: link")]


def _load(table: Table, layout: Layout, columns: Columns) -> pd.DataFrame:
    """Return the columns that were mapped, and those that decide about rows."""
    system = [layout.system[p] for p in ROW_PURPOSES if p in layout.system]
    wanted = {*columns.position.values(), *system}
    # The first column is only looked at: that is where people write "Total".
    rows = table.take([*wanted, 0], n_header_rows=layout.n_header_rows)
    refuse_summary(rows, table.name, n_header_rows=layout.n_header_rows)
    return rows[sorted(wanted)]
