"""Who the respondents are, as far as it is kept: role, language, time, link, unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from diagnose.responses.rows import people as facts
from diagnose.responses.rows.units import (
    damaged_units,
    read_levels,
    read_smallest,
    similar_units,
)

if TYPE_CHECKING:
    from diagnose.responses.opening import Intake

_PEOPLE = ("wave", "role", "language", "seconds", "link", "order")


def read_people(
    intake: Intake, system: pd.DataFrame, counted: pd.Series
) -> pd.DataFrame:
    """Return one row a respondent, as `Responses.people` without their order.

    Parameters
    ----------
    intake : Intake
        The file and its columns; open questions and notes are added to it.
    system : pandas.DataFrame of str
        The columns that decide about rows, by purpose.
    counted : pandas.Series of bool
        The rows whose texts matter.
    """
    request, place = intake.request, intake.place
    role, problems, notes = facts.read_roles(
        intake.column("role"),
        request.instrument,
        request.mapping,
        place=place,
        counted=counted,
    )
    intake.settle(problems, notes)
    people = pd.DataFrame({"wave": request.wave}, index=intake.rows.index, dtype="str")
    people["role"] = role
    language, seconds = intake.column("language"), intake.column("seconds")
    if seconds is None and "seconds" in system:
        seconds = system["seconds"].astype("category")
    people["language"] = "" if language is None else facts.read_languages(language)
    people["seconds"] = (
        float("nan")
        if seconds is None
        else facts.read_seconds(seconds, decimal=request.mapping.decimal)
    )
    people["link"] = _links(intake)
    units = _units(intake, counted)
    intake.settle(
        list(damaged_units(units, place=place)), list(similar_units(units, place=place))
    )
    return pd.concat([people, units], axis="columns")


def _links(intake: Intake) -> pd.Series:
    """Return hashed link codes, empty text where there is none."""
    codes, key = intake.column("link"), intake.request.link_key
    if codes is None or key is None:
        return pd.Series("", index=intake.rows.index, dtype="str")
    return facts.hash_links(codes, key)


def _units(intake: Intake, counted: pd.Series) -> pd.DataFrame:
    """Return the unit of each respondent, one column a level."""
    request, position = intake.request, intake.columns.position
    smallest = intake.column("unit")
    if smallest is None:
        levels = {level: position[f"unit.{level}"] for level in intake.columns.levels()}
        return read_levels(intake.cells(levels), request.mapping)
    units, problems = read_smallest(
        smallest,
        request.mapping,
        levels=request.levels,
        units=request.units,
        place=intake.place,
        counted=counted,
    )
    intake.problems += problems
    return units


def levels_of(people: pd.DataFrame) -> tuple[str, ...]:
    """Return the levels of the hierarchy, large to small."""
    return tuple(column for column in people.columns if column not in _PEOPLE)


def persons_of(people: pd.DataFrame) -> pd.Series:
    """Return who gave each row, as far as link codes tell; empty where they do not.

    People make their codes themselves, so two of them may have the same one. Those who
    differ in role or unit are two; only rows that agree in all of it are one person's.
    """
    persons = people["link"]
    if not (persons != "").any():
        return persons
    levels = levels_of(people)
    for column in ("role", *levels):
        persons = persons + "\x1f" + people[column]
    return persons.where(people["link"] != "", "")
