"""The organisation file: which units there are, and how many people work in each."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from diagnose.errors import AssessmentError, Problem
from diagnose.responses.model import NO_UNIT

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.assessment.config import Assessment
    from diagnose.responses import Responses


def read_head_counts(setting: Assessment) -> pd.DataFrame | None:
    """Read the head counts of the smallest units.

    Parameters
    ----------
    setting : Assessment
        Names the file, its level columns and its column of people.

    Returns
    -------
    pandas.DataFrame or None
        One row a smallest unit: one column a level and ``n_members`` (float); None
        when the assessment names no organisation file.

    Raises
    ------
    AssessmentError
        A column is missing, a number is no number, or a unit stands twice.
    """
    from diagnose.responses.read.table import read_table

    organisation = setting.organisation
    if organisation.file is None:
        return None
    table = read_table(setting.folder / organisation.file).frame
    wanted = [*organisation.levels, organisation.members]
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise AssessmentError(
            [
                Problem(
                    code="A006",
                    place=organisation.file,
                    message=f"has no column {name!r}",
                    allowed=", ".join(map(str, table.columns)),
                )
                for name in missing
            ]
        )
    units = table[list(organisation.levels)].apply(lambda column: column.str.strip())
    people = table[organisation.members].str.strip()
    problems = _problems(units, people, organisation.file)
    if problems:
        raise AssessmentError(problems)
    counted: pd.DataFrame = units.assign(n_members=people.astype(float))
    return counted


def check_units(responses: Responses, head_counts: pd.DataFrame, *, file: str) -> None:
    """Raise when people of the last wave work in units that the file does not have.

    Parameters
    ----------
    responses : Responses
        All waves; only the last one belongs to these head counts.
    head_counts : pandas.DataFrame
        What `read_head_counts` returned.
    file : str
        Name of the file in messages.

    Raises
    ------
    AssessmentError
        Each unit that is not there, with the nearest that is.
    """
    levels = list(responses.hierarchy)
    last = responses.people["wave"] == responses.waves[-1]
    answered = responses.people.loc[last, levels].drop_duplicates()
    answered = answered[(answered != NO_UNIT).all(axis="columns")]
    known = [" / ".join(row) for row in head_counts[levels].itertuples(index=False)]
    problems = []
    for row in answered.itertuples(index=False):
        unit = " / ".join(row)
        if unit not in known:
            near = get_close_matches(unit, known, n=1)
            problems.append(
                Problem(
                    code="A014",
                    place=file,
                    message=f"has no unit {unit!r}, where people answered",
                    remedy=f"nearest: {near[0]!r}" if near else "add it",
                )
            )
    if problems:
        raise AssessmentError(problems)


def _problems(units: pd.DataFrame, people: pd.Series, file: str) -> list[Problem]:
    problems = [
        Problem(
            code="A007",
            place=f"{file}, row {row + 2}",
            message=f"the number of people is {value!r}",
            allowed="a whole number, 0 or more",
        )
        for row, value in enumerate(people)
        if not value.isdecimal()
    ]
    problems += [
        Problem(
            code="A008",
            place=f"{file}, row {row + 2}",
            message=f"the unit {' / '.join(units.iloc[row])} stands twice",
            allowed="every smallest unit once",
        )
        for row in range(len(units))
        if units.duplicated().iloc[row]
    ]
    return problems
