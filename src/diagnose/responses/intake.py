"""From an export to responses: by mapping and proof, not by guessing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from diagnose._options import check_option
from diagnose.errors import Problem, ResponseError
from diagnose.responses import people as facts
from diagnose.responses.answers import Answers, read_answers
from diagnose.responses.check import (
    Kept,
    Partials,
    check_headings,
    choose_rows,
    notes_on_file,
    same_minute,
)
from diagnose.responses.columns import Columns, find_columns
from diagnose.responses.mapping import ColumnMapping, read_mapping
from diagnose.responses.model import NO_UNIT, IntakeReport, Responses
from diagnose.responses.problems import problem, refuse
from diagnose.responses.quality import check_direction
from diagnose.responses.read import PLATFORMS, detect_platform
from diagnose.responses.read.layout import Layout, Platform
from diagnose.responses.read.table import read_table
from diagnose.responses.read.tabular import Table

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument

_SYSTEM = ("response", "submitted", "finished", "progress", "status", "time")
"""Columns that decide about rows; their values are gone once the rows are chosen."""

_PARTIAL = {"submitted", "finished", "progress"}


@dataclass(slots=True, kw_only=True)
class _Intake:
    """What is known about one file while it is read."""

    table: Table
    platform: Platform
    layout: Layout
    columns: Columns
    instrument: Instrument
    mapping: ColumnMapping
    rows: pd.DataFrame
    notes: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def cells(self, targets: dict[str, int]) -> pd.DataFrame:
        """Return columns of the file under the names of their targets."""
        return pd.DataFrame(
            {target: self.rows[position] for target, position in targets.items()},
            index=self.rows.index,
        )


def read_responses(
    path: str | Path,
    instrument: Instrument,
    *,
    mapping: str | Path | dict[str, Any] | ColumnMapping | None = None,
    platform: str | None = None,
    wave: str = "",
    partials: Partials = "drop",
    levels: Sequence[str] = (),
    link_key: str | bytes | None = None,
) -> Responses:
    """Read an export of a survey platform.

    Only columns that were mapped or recognised are read; all others are listed by
    heading in the report. What cannot be understood is never guessed: it stands in
    ``report.problems`` and blocks scoring.

    Parameters
    ----------
    path : str or Path
        CSV or XLSX file.
    instrument : Instrument
        What was asked.
    mapping : str, Path, dict or None
        A mapping file or its content: which column holds what, and labels that the
        instrument does not know. Without it, items are recognised by code or by
        question text in any language, and units only under the codes ``division``,
        ``department`` and ``team``.
    platform : {"limesurvey", "qualtrics", "plain"}, optional
        Recognised from the headings when absent.
    wave : str
        Label of the wave.
    partials : {"drop", "keep"}
        Leave out responses that were not submitted, or keep them.
    levels : sequence of str
        Levels of the hierarchy that must be there, from large to small; all that
        are found when empty.
    link_key : str or bytes, optional
        Key held by the client with which link codes are hashed; without it the
        column of codes is not read.

    Returns
    -------
    Responses
        Answers as given, not keyed; blank answers are missing, "don't know" is
        missing and marked as not applicable. ``report`` tells what happened.

    Raises
    ------
    ResponseError
        The file cannot be read, holds no known item or no usable row, or the
        mapping names what is not there; all problems at once.
    ValueError
        `partials` or `platform` is none of the options, or `link_key` is empty.
    """
    check_option("partials", partials, Partials)
    _check_platform(platform)
    if link_key is not None and not link_key:
        raise ValueError(
            "`link_key` must not be empty; leave it out to drop the links."
        )
    chosen = read_mapping(mapping, instrument)
    table = read_table(path)
    intake = _open(table, instrument, chosen, platform, levels, link_key)
    return _read(intake, wave=wave, partials=partials, link_key=link_key)


def _check_platform(platform: str | None) -> None:
    if platform is not None and platform not in PLATFORMS:
        listed = ", ".join(repr(name) for name in PLATFORMS)
        raise ValueError(f"`platform` must be one of {listed}; got {platform!r}.")


def _open(
    table: Table,
    instrument: Instrument,
    mapping: ColumnMapping,
    platform: str | None,
    levels: Sequence[str],
    link_key: str | bytes | None,
) -> _Intake:
    """Recognise platform and columns; refuse a file of which nothing can be read."""
    headless = check_headings(table, instrument)
    if headless:
        raise ResponseError(headless)
    chosen = PLATFORMS[platform] if platform else detect_platform(table)
    layout = chosen.layout(table)
    if table.n_records <= layout.n_header_rows:
        raise refuse("R007", table.name)
    columns = find_columns(layout, instrument, mapping, place=table.name, levels=levels)
    if columns.refusals:
        raise ResponseError(columns.refusals)
    if not any(i.id in columns.position for i in instrument.closed_items):
        raise ResponseError([*columns.problems, problem("R039", table.name)])
    notes = _forget_links(columns, table.name) if link_key is None else []
    return _Intake(
        table=table,
        platform=chosen,
        layout=layout,
        columns=columns,
        instrument=instrument,
        mapping=mapping,
        rows=_load(table, layout, columns),
        notes=notes,
        problems=list(columns.problems),
    )


def _forget_links(columns: Columns, place: str) -> list[Problem]:
    """Leave the column of link codes out, as there is no key to hash them with."""
    if columns.position.pop("link", None) is None:
        return []
    del columns.how["link"]
    return [problem("R070", f"{place}: link")]


def _load(table: Table, layout: Layout, columns: Columns) -> pd.DataFrame:
    """Return the columns that were mapped, and those that decide about rows."""
    system = [layout.system[p] for p in _SYSTEM if p in layout.system]
    wanted = [*columns.position.values(), *system]
    return table.take(wanted, n_header_rows=layout.n_header_rows)


def _asked(intake: _Intake) -> list[str]:
    """Return the closed items that have a column, in the order of the instrument."""
    position = intake.columns.position
    return [i.id for i in intake.instrument.closed_items if i.id in position]


def _read(
    intake: _Intake, *, wave: str, partials: Partials, link_key: str | bytes | None
) -> Responses:
    position = intake.columns.position
    asked = _asked(intake)
    cells = intake.cells({item: position[item] for item in asked})
    answers = read_answers(
        cells,
        intake.instrument,
        intake.mapping,
        place=intake.table.name,
        confirm_codes=intake.platform.codes_need_confirming,
    )
    intake.problems += answers.problems + _dates(intake, asked)
    links = _links(intake, link_key)
    kept = _rows(intake, cells, answers, links, partials)
    people = _people(intake, wave, links).assign(order=kept.order)
    values = _as_answered(answers.values, intake)
    direction, notes = check_direction(
        values[kept.keep],
        intake.instrument,
        place=intake.table.name,
        unreversed=intake.mapping.reversed_by_platform,
    )
    intake.notes += notes + notes_on_file(intake.table, decimal=answers.decimal)
    everyone = Responses(
        instrument=intake.instrument,
        answers=values,
        not_applicable=answers.not_applicable,
        people=people,
        hierarchy=intake.columns.levels(),
        waves=(wave,),
        reports=(_report(intake, answers, kept, direction),),
    )
    return everyone.take(kept.keep)


def _dates(intake: _Intake, asked: list[str]) -> list[Problem]:
    dates = {i: intake.table.dates.get(intake.columns.position[i], 0) for i in asked}
    found = tuple(item for item, n in dates.items() if n)
    if not found:
        return []
    place = f"{intake.table.name}: {', '.join(found)}"
    return [problem("R047", place, n=sum(dates.values()))]


def _as_answered(values: pd.DataFrame, intake: _Intake) -> pd.DataFrame:
    """Undo the reversal of the items that the platform reversed already."""
    turned = [i for i in intake.mapping.reversed_by_platform if i in values.columns]
    if not turned:
        return values
    values = values.copy()
    for item in turned:
        scale = intake.instrument.response_scale_of(item)
        values[item] = scale.lowest + scale.highest - values[item]
    intake.notes.append(problem("R069", intake.table.name, items=tuple(turned)))
    return values


def _links(intake: _Intake, key: str | bytes | None) -> pd.Series:
    """Return hashed link codes, empty text where there is none."""
    position = intake.columns.position.get("link")
    if position is None or key is None:
        return pd.Series("", index=intake.rows.index, dtype="str")
    return facts.hash_links(intake.rows[position], key)


def _rows(
    intake: _Intake,
    cells: pd.DataFrame,
    answers: Answers,
    links: pd.Series,
    partials: Partials,
) -> Kept:
    """Choose the rows; the system columns live no longer than this function."""
    wanted = {p: intake.layout.system[p] for p in _SYSTEM if p in intake.layout.system}
    if "submitted" in intake.columns.position:
        wanted["submitted"] = intake.columns.position["submitted"]
    system = intake.cells(wanted).astype("str")
    reasons = intake.platform.exclude(system)
    if "submitted" in intake.columns.position:
        blank = system["submitted"].str.strip() == ""
        reasons = reasons.mask(blank & (reasons == ""), "partial")
    identities = [links] + ([system["response"]] if "response" in system else [])
    if intake.platform.tells_partials and not _PARTIAL & set(wanted):
        intake.notes.append(problem("R072", intake.table.name))
    kept = choose_rows(
        reasons, answers.touched, partials=partials, identities=identities
    )
    if not kept.keep.any():
        counts = ", ".join(f"{n} {reason}" for reason, n in kept.excluded.items())
        raise refuse("R019", intake.table.name, counts=counts)
    if kept.n_partial_kept:
        intake.notes.append(problem("R071", intake.table.name, n=kept.n_partial_kept))
    time = system.get("time")
    intake.notes += same_minute(time, cells, kept.keep, place=intake.table.name)
    moments = system.get("submitted", system.get("time"))
    if moments is None:
        moments = pd.Series("", index=system.index)
    return replace(kept, order=facts.read_order(moments, kept.keep))


def _people(intake: _Intake, wave: str, links: pd.Series) -> pd.DataFrame:
    position, place = intake.columns.position, intake.table.name
    wanted = {
        target: position[target]
        for target in position
        if target in ("role", "language", "seconds") or target.startswith("unit.")
    }
    cells = intake.cells(wanted)
    role, problems, notes = facts.read_roles(
        cells.get("role"), intake.instrument, intake.mapping, place=place
    )
    intake.problems += problems
    intake.notes += notes
    people = pd.DataFrame({"wave": wave}, index=cells.index, dtype="str")
    people["role"] = role
    people["language"] = (
        facts.read_languages(cells["language"]) if "language" in cells else ""
    )
    people["seconds"] = (
        facts.read_seconds(cells["seconds"], decimal=intake.mapping.decimal)
        if "seconds" in cells
        else float("nan")
    )
    people["link"] = links
    levels = intake.columns.levels()
    for level in levels:
        people[level] = facts.read_units(cells[f"unit.{level}"]).fillna(NO_UNIT)
    intake.notes += facts.similar_units(people[list(levels)], place=place)
    return people


def _report(
    intake: _Intake, answers: Answers, kept: Kept, direction: list[Problem]
) -> IntakeReport:
    read = set(intake.columns.position.values())
    return IntakeReport(
        source=intake.table.name,
        sha256=intake.table.sha256,
        platform=intake.platform.name,
        encoding=intake.table.encoding,
        delimiter=intake.table.delimiter,
        answers_as=answers.answers_as,
        n_rows=intake.table.n_records - intake.layout.n_header_rows,
        n_kept=int(kept.keep.sum()),
        excluded=dict(kept.excluded),
        mapped=intake.columns.mapped(intake.layout),
        dropped=tuple(
            column.heading
            for column in intake.layout.columns
            if column.position not in read
        ),
        not_asked=tuple(
            item.id
            for item in intake.instrument.closed_items
            if item.id not in answers.values.columns
        ),
        notes=tuple(intake.notes),
        problems=tuple(intake.problems),
        direction=tuple(direction),
    )
