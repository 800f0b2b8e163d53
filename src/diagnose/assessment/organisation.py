"""The organisation file: which units there are, and how many people work in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.errors import AssessmentError, Problem

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.assessment.config import Assessment


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
