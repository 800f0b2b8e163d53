"""The organisation file: which units there are, and how many people work in each."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.errors import AssessmentError, Problem
from diagnose.instrument.labels import normalise_label
from diagnose.instrument.units import UNIT_SEPARATOR
from diagnose.language.problems import worded_problem
from diagnose.responses.answers.strange import is_common
from diagnose.responses.answers.vocabulary import has_only_words_of
from diagnose.responses.columns.mapping import RESERVED
from diagnose.responses.model import NO_UNIT

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.assessment.config import Assessment
    from diagnose.responses import Responses


def read_head_counts(setting: Assessment) -> pd.DataFrame | None:
    """Read the head counts of the smallest units of an assessment.

    Parameters
    ----------
    setting : Assessment
        Names the file, its level columns and its column of people.

    Returns
    -------
    pandas.DataFrame or None
        As `read_organisation`; None when the assessment names no organisation file.

    Raises
    ------
    AssessmentError, ResponseError
        The file cannot be used.
    """
    organisation = setting.organisation
    check_levels(organisation.levels, place="organisation.levels")
    if organisation.file is None:
        return None
    return read_organisation(
        setting.folder / organisation.file,
        organisation.levels,
        members=organisation.members,
    )


def read_organisation(
    path: str | Path, levels: Sequence[str], *, members: str = "n_members"
) -> pd.DataFrame:
    """Read an organisation file: a row a smallest unit, a column a level, head counts.

    Parameters
    ----------
    path : str or Path
        CSV, XLSX or Parquet file.
    levels : sequence of str
        Headings of the levels, large to small; case and spaces do not matter.
    members : str
        Heading of the number of work-floor people, leaders not counted.

    Returns
    -------
    pandas.DataFrame
        One row a smallest unit: one column a level and ``n_members`` (float).

    Raises
    ------
    AssessmentError
        A column is missing, a level cannot be called so, a name or a number is none, or
        a unit stands twice; all problems at once.
    ResponseError
        The file is no table.
    """
    from diagnose.responses.files.table import read_table

    file = Path(path).name
    if not levels:
        raise AssessmentError([worded_problem("organisation", "A022", file, {})])
    check_levels(levels, place=file)
    table = read_table(path).frame
    places, problems = _columns(list(table.columns), [*levels, members], file)
    if problems:
        raise AssessmentError(problems)
    units = table.iloc[:, [places[level] for level in levels]].copy()
    units.columns = list(levels)
    units = units.map(_clean)
    people = table.iloc[:, places[members]].str.strip()
    problems = list(_problems(units, people, file))
    if problems:
        raise AssessmentError(problems)
    counted: pd.DataFrame = units.assign(n_members=people.astype(float))
    return counted


def _clean(name: str) -> str:
    """Return a name as it is compared with the names in exports."""
    return unicodedata.normalize("NFC", name.replace("\ufeff", "")).strip()


def check_levels(levels: Sequence[str], *, place: str) -> None:
    """Raise when levels have the same name, or that of a column of another kind.

    Parameters
    ----------
    levels : sequence of str
        Names, large to small.
    place : str
        Where they were given, for messages.

    Raises
    ------
    AssessmentError
        All of them at once.
    """
    times = Counter(levels)
    problems: list[Problem] = [
        worded_problem("organisation", "A023", place, {"level": level})
        for level, n in times.items()
        if n > 1 or level in RESERVED
    ]
    if problems:
        raise AssessmentError(problems)


def unit_paths(head_counts: pd.DataFrame | None) -> list[tuple[str, ...]]:
    """Return the names of every smallest unit, large to small; none without a file."""
    if head_counts is None:
        return []
    levels = [column for column in head_counts.columns if column != "n_members"]
    return [tuple(row) for row in head_counts[levels].itertuples(index=False)]


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
        Each unit that is not there, with the nearest that is. Names that few people
        gave are only counted, unless they are a known name with a slip in it: they
        may be somebody's own words in a column that was mapped by mistake.
    """
    levels = list(responses.hierarchy)
    last = responses.people["wave"] == responses.waves[-1]
    answered = responses.people.loc[last, levels].value_counts(sort=False)
    known = [tuple(row) for row in head_counts[levels].itertuples(index=False)]
    lost = {
        unit: int(n)
        for unit, n in answered.items()
        if isinstance(unit, tuple) and NO_UNIT not in unit and unit not in known
    }
    shown = [
        unit
        for unit, n in lost.items()
        if is_common(UNIT_SEPARATOR.join(unit), n) or _misspelt(unit, known)
    ]
    problems = [_lost(unit, known, file) for unit in shown]
    if len(lost) > len(shown):
        n_hidden = len(lost) - len(shown)
        problems.append(worded_problem("organisation", "A024", file, {"n": n_hidden}))
    if problems:
        raise AssessmentError(problems)


def _misspelt(unit: tuple[str, ...], known: list[tuple[str, ...]]) -> bool:
    """Tell whether a path resembles a known one, and no word in it is another's."""
    text = UNIT_SEPARATOR.join(unit)
    near = get_close_matches(text, map(UNIT_SEPARATOR.join, known), n=1)
    return bool(near) and has_only_words_of(text, near)


def _lost(unit: tuple[str, ...], known: list[tuple[str, ...]], file: str) -> Problem:
    """Return the problem of a unit that the file lacks, with the nearest it has."""
    named = {UNIT_SEPARATOR.join(path): path for path in known}
    near = get_close_matches(UNIT_SEPARATOR.join(unit), named, n=1)
    values: dict[str, object] = {"unit": UNIT_SEPARATOR.join(unit)}
    if not near:
        return worded_problem("organisation", "A014", file, values)
    pairs = zip(unit, named[near[0]], strict=True)
    renamed = ", ".join(
        f"{json.dumps(a, ensure_ascii=False)}: {json.dumps(b, ensure_ascii=False)}"
        for a, b in pairs
        if a != b
    )
    values["line"] = f"unit_names: {{{renamed}}}"
    return worded_problem("organisation", "A016", file, values)


def _columns(
    headings: Sequence[str], wanted: Sequence[str], file: str
) -> tuple[dict[str, int], list[Problem]]:
    """Return where each column stands, and what is missing or stands twice."""
    plain = [normalise_label(str(heading)) for heading in headings]
    places: dict[str, int] = {}
    problems: list[Problem] = []
    for name in wanted:
        found = [
            i for i, heading in enumerate(plain) if heading == normalise_label(name)
        ]
        if len(found) == 1:
            places[name] = found[0]
        elif found:
            values: dict[str, object] = {"name": name, "n": len(found)}
            problems.append(worded_problem("organisation", "A018", file, values))
        else:
            near = get_close_matches(name, map(str, headings), n=1, cutoff=0)
            values = {
                "name": name,
                "columns": tuple(map(str, headings)),
                "near": "".join(near),
            }
            problems.append(worded_problem("organisation", "A006", file, values))
    return places, problems


def _problems(units: pd.DataFrame, people: pd.Series, file: str) -> Iterator[Problem]:
    """Yield what is wrong with the rows, by the names that stand there."""
    again = units.duplicated()
    rows = zip(units.itertuples(index=False), people, again, strict=True)
    for unit, n_members, repeated in rows:
        named = UNIT_SEPARATOR.join(filter(None, unit))
        place = f"{file}: {named}" if named else file
        blank = [level for level, name in zip(units, unit, strict=True) if not name]
        if blank:
            yield worded_problem("organisation", "A017", place, {"level": blank[0]})
        elif repeated:
            values = {"unit": UNIT_SEPARATOR.join(unit)}
            yield worded_problem("organisation", "A008", place, values)
        if not (n_members.isascii() and n_members.isdecimal()):
            yield worded_problem("organisation", "A007", place, {"value": n_members})
