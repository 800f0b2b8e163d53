"""The unit of each respondent: a column a level, or one for the smallest unit."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.instrument.units import UNIT_SEPARATOR, Path, UnitList, is_unit_code
from diagnose.responses.answers.strange import MOST_SHOWN, OFTEN, is_common
from diagnose.responses.answers.vocabulary import has_only_words_of
from diagnose.responses.columns.find import NEUTRAL_LEVELS
from diagnose.responses.model import NO_UNIT
from diagnose.responses.problems import problem
from diagnose.responses.rows.check import has_damaged_letters

if TYPE_CHECKING:
    from diagnose.responses.columns.mapping import ColumnMapping


_LONGEST_NAME = 120
"""Signs that the name of a unit has at most; longer ones are sentences."""

_MANY_ALONE = 10
"""Units of one respondent from which a column looks like own words."""

_MOST_COMPARED = 200
"""Names for which the nearest unit is sought; a column of own words has thousands."""


def read_levels(cells: pd.DataFrame, mapping: ColumnMapping) -> pd.DataFrame:
    """Return the unit of each respondent on each level, from a column for each.

    Parameters
    ----------
    cells : pandas.DataFrame of categories
        One column a level; "NA" and "None" are names.
    mapping : ColumnMapping
        Its ``unit_names`` replace names by those of the organisation.
    """
    names = {normalise_label(old): new for old, new in mapping.unit_names.items()}
    frame = pd.DataFrame(index=cells.index)
    for level in cells.columns:
        labels = [_clean(str(text)) for text in cells[level].cat.categories]
        if names:
            labels = [names.get(normalise_label(label), label) for label in labels]
        frame[level] = _spread(labels, cells[level])
    return frame


def read_smallest(
    cells: pd.Series,
    mapping: ColumnMapping,
    *,
    levels: Sequence[str],
    units: UnitList | None,
    place: str,
    counted: pd.Series | None = None,
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the unit of each respondent on each level, from one column for all.

    Parameters
    ----------
    cells : pandas.Series of categories
        Code, path (``Care / North / Team 1``) or unique name of the smallest unit.
    mapping : ColumnMapping
        Its ``unit_names`` give names that the organisation does not know.
    levels : sequence of str
        Names of the levels, large to small; when empty the last of ``division,
        department, team``, with ``level1``, ``level2`` … above them.
    units : UnitList, optional
        The units of the organisation; without it only paths can be read.
    place : str
        Name of the export, for messages.
    counted : pandas.Series of bool, optional
        The rows whose texts matter; all when absent.

    Returns
    -------
    tuple of a frame and a list of Problem
        One column a level, ``NO_UNIT`` where unknown; and cells that name no unit.
    """
    names = {normalise_label(old): new for old, new in mapping.unit_names.items()}
    texts = [_clean(str(text)) for text in cells.cat.categories]
    texts = [names.get(normalise_label(text), text) for text in texts]
    found = [_path(text, units) if text else () for text in texts]
    n_levels = len(levels) or _n_levels(found, units)
    strange = {
        position
        for position, path in enumerate(found)
        if texts[position] and not _is_whole(path, n_levels)
    }
    shown = cells if counted is None else cells[counted]
    problems = _strange_units(shown, strange, units, f"{place}: unit")
    blank = (NO_UNIT,) * n_levels
    paths = [
        path if path and position not in strange else blank
        for position, path in enumerate(found)
    ]
    named = tuple(levels) or _level_names(n_levels)
    frame = pd.DataFrame(
        {
            level: _spread([path[depth] for path in paths], cells)
            for depth, level in enumerate(named)
        },
        index=cells.index,
    )
    return frame, problems


def _n_levels(found: Sequence[Path | None], units: UnitList | None) -> int:
    if units is not None:
        return units.n_levels
    return max((len(path) for path in found if path), default=1)


def _level_names(n_levels: int) -> tuple[str, ...]:
    n_more = max(0, n_levels - len(NEUTRAL_LEVELS))
    more = (f"level{number}" for number in range(1, n_more + 1))
    return (*more, *NEUTRAL_LEVELS[-n_levels:])


def _path(text: str, units: UnitList | None) -> Path | None:
    if units is not None:
        return units.find(text)
    if is_unit_code(text):
        return None
    # Only between spaces: "HR/Finance" is one name.
    return tuple(re.split(rf"\s+{re.escape(UNIT_SEPARATOR.strip())}\s+", text))


def _is_whole(path: Path | None, n_levels: int) -> bool:
    """Tell whether a path has a name on every level."""
    sign = UNIT_SEPARATOR.strip()
    whole = path is not None and not any(sign in name.split() for name in path)
    return whole and len(path or ()) == n_levels


def _strange_units(
    cells: pd.Series, positions: Iterable[int], units: UnitList | None, place: str
) -> list[Problem]:
    """Return a problem for texts that name no unit; rare ones are only counted."""
    counts = np.bincount(
        cells.cat.codes.to_numpy(), minlength=len(cells.cat.categories)
    )
    given = {
        _clean(str(cells.cat.categories[p])): int(counts[p])
        for p in positions
        if counts[p]
    }
    if not given:
        return []
    if units is None:
        return [problem("R081", place, n=sum(given.values()))]
    often = sorted(given, key=lambda text: (-given[text], text))
    near = {text: units.nearest(text) for text in often[:_MOST_COMPARED]}
    shown = {
        text: n
        for text, n in given.items()
        if is_common(text, n)
        or (near.get(text) and has_only_words_of(text, [near[text]]))
    }
    most = sorted(shown, key=lambda text: (-shown[text], text))[:MOST_SHOWN]
    listed = ", ".join(f'"{text}" ({shown[text]}×)' for text in most)
    line = ", ".join(f"{_quoted(t)}: {_quoted(near.get(t) or '…')}" for t in most)
    hidden = len(given) - len(shown)
    code = "R080" if most else "R082"
    values = {"names": listed, "n": hidden, "line": f"unit_names: {{{line}}}"}
    return [problem(code, place, **values)]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _spread(labels: Sequence[str], cells: pd.Series) -> pd.Series:
    # Taken by place, so that no text is made a second time; -1 is the last place.
    texts = pd.array([*labels, NO_UNIT], dtype="str")
    return pd.Series(texts.take(cells.cat.codes.to_numpy()), index=cells.index)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\ufeff", "")).strip() or NO_UNIT


def damaged_units(units: pd.DataFrame, *, place: str) -> Iterable[Problem]:
    """Yield a problem for names whose letters were damaged on the way."""
    for level in units.columns:
        n = sum(has_damaged_letters(str(label)) for label in units[level].unique())
        if n:
            yield problem("R174", f"{place}: {level}", n=n)


def own_words(units: pd.DataFrame, *, place: str) -> Iterable[Problem]:
    """Yield a problem for levels that look like an open question, and not like units.

    Names of units end in reports, also where their figures are withheld. Without a
    list of the organisation nothing else keeps one person's words out of them.

    Parameters
    ----------
    units : pandas.DataFrame of str
        One column a level, the rows that remain.
    place : str
        Name of the export, for messages.
    """
    for level in units.columns:
        counts = units.loc[units[level] != NO_UNIT, level].value_counts()
        alone = int((counts == 1).sum())
        long = sum(len(str(name)) > _LONGEST_NAME for name in counts.index)
        if long or (alone >= _MANY_ALONE and alone * 2 > counts.sum()):
            n = max(alone, long)
            yield problem("R090", f"{place}: {level}", n=n, total=len(counts))


def rare_units(units: pd.DataFrame, *, place: str) -> Iterable[Problem]:
    """Yield a note for names that few people gave, where there is no list of units.

    Parameters
    ----------
    units : pandas.DataFrame of str
        One column a level, the rows that remain.
    place : str
        Name of the export, for messages.
    """
    for level in units.columns:
        counts = units.loc[units[level] != NO_UNIT, level].value_counts()
        rare = int((counts < OFTEN).sum())
        if rare:
            yield problem("R091", f"{place}: {level}", n=rare, total=len(counts))


def similar_units(units: pd.DataFrame, *, place: str) -> Iterable[Problem]:
    """Yield a note for unit labels that differ in case or white space only.

    They are shown when many people gave one of them: then the others say nothing new.
    """
    for level in units.columns:
        counts = units[level].value_counts()
        groups: dict[str, list[str]] = defaultdict(list)
        for label in sorted(counts.index):
            groups["".join(normalise_label(label).split())].append(label)
        alike = [labels for _, labels in sorted(groups.items()) if len(labels) > 1]
        shown = [labels for labels in alike if counts[labels].max() >= OFTEN]
        for labels in shown:
            listed = ", ".join(f'"{label}"' for label in labels)
            yield problem("R065", f"{place}: {level}", labels=listed)
        if len(alike) > len(shown):
            hidden = len(alike) - len(shown)
            yield problem("R089", f"{place}: {level}", n=hidden)
