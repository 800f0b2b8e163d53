"""Roles, waves and units: takes out of their tables what may not be shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.model import Participation
from diagnose.disclosure.conditions import NO_BARS, Bars, bar_small_staff
from diagnose.disclosure.log import (
    REST,
    SHOWN,
    Suppressed,
    hide_rows,
)
from diagnose.disclosure.remainder import Bounds
from diagnose.disclosure.thresholds import Thresholds
from diagnose.disclosure.tree import (
    PROTECTED,
    REMAINDER,
    SMALL,
    Cell,
    Decision,
    Path,
    decide,
    is_unanimous,
)
from diagnose.errors import DisclosureError, Problem
from diagnose.instrument.model import Instrument
from diagnose.responses.model import FLOOR, NO_UNIT

Log = list[Suppressed]
_COUNTS_ONLY: Bounds = (float("nan"), float("nan"))


def bounds_of(instrument: Instrument, subscale: str) -> Bounds:
    """Return the lowest and highest possible score of a subscale."""
    scale = instrument.response_scale(instrument.subscale(subscale).response_scale)
    return scale.lowest, scale.highest


def fewest_of(instrument: Instrument, subscale: str, thresholds: Thresholds) -> int:
    """Return the fewest answers behind a mean of a subscale."""
    return thresholds.of_scores(len(instrument.subscale(subscale).items))


def rule_for(cell: Cell, threshold: int, bounds: Bounds) -> str:
    """Return the rule that hides a group on its own; empty when it may be shown."""
    if cell.n_respondents < threshold:
        return SMALL
    return REMAINDER if is_unanimous(cell, bounds) else ""


def suppress_groups(
    groups: pd.DataFrame,
    instrument: Instrument,
    thresholds: Thresholds,
    *,
    table: str,
    by: str,
) -> tuple[pd.DataFrame, Log]:
    """Hide the cells of groups that do not overlap: roles, or waves.

    Parameters
    ----------
    groups : pandas.DataFrame
        Columns `by`, ``subscale``, ``n_respondents``, ``mean``, ``sd``, ``status``.
    instrument : Instrument
        Names the bounds of each subscale.
    thresholds : Thresholds
        Smallest groups.
    table, by : str
        Name for the log, and the column that names the group: ``role`` or ``wave``.
    """
    rules = [
        rule_for(
            cell,
            fewest_of(instrument, subscale, thresholds),
            bounds_of(instrument, subscale),
        )
        for cell, subscale in zip(_cells(groups), groups["subscale"], strict=True)
    ]
    log = [
        Suppressed(table=table, rule=rule, subscale=row["subscale"], **{by: row[by]})
        for rule, row in zip(rules, groups.to_dict("records"), strict=True)
        if rule
    ]
    return hide_rows(groups, np.array([bool(rule) for rule in rules])), log


def suppress_participation(
    participation: Participation, thresholds: Thresholds
) -> tuple[Participation, Log]:
    """Hide the numbers of people where scores of as many would be hidden.

    The same rules hold for counts as for scores, because a small count beside a total
    shows who did not answer. Units with few people on their staff are hidden too.
    """
    few = participation.roles["n_respondents"].between(1, thresholds.scores - 1)
    log = [
        Suppressed(table="participation.roles", rule=SMALL, role=str(role))
        for role in participation.roles.loc[few, "role"]
    ]
    roles = hide_rows(participation.roles, few)
    units = participation.units
    if units.empty:
        return Participation(roles=roles, units=hide_rows(units, np.array([]))), log
    n_floor = _count_of(participation.roles, FLOOR)
    counts = {
        path: Cell(n_respondents=int(number))
        for path, number in zip(units["path"], units["n_respondents"], strict=True)
    }
    root = Cell(n_respondents=n_floor)
    _check_sums(root, counts, place="diagnosis.participation.units")
    decision = decide(
        root,
        counts,
        threshold=thresholds.scores,
        bounds=_COUNTS_ONLY,
        barred=bar_small_staff(units, thresholds),
    )
    shown = _apply(units, decision, _counted_rests(units, decision))
    log += _entries(units, decision, table="participation.units")
    return Participation(roles=roles, units=shown.reset_index(drop=True)), log


def with_silent_units(cells: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return cells with a row of nobody for every known unit that has none.

    Among hidden units a row, or an entry in the log, would say that somebody there
    answered. Where a team has one leader that is a named person, and the participation
    does not tell it either.

    Parameters
    ----------
    cells : pandas.DataFrame
        See `Units.cells`, nothing hidden yet. Not modified.
    units : pandas.DataFrame
        See `Participation.units`: the units that are known.
    """
    present = set(cells["path"])
    silent = [
        (level, path)
        for level, path in zip(units["level"], units["path"], strict=True)
        if path not in present and NO_UNIT not in path
    ]
    if cells.empty or not silent:
        return cells
    subscales = {name: i for i, name in enumerate(cells["subscale"].unique())}
    rows = [
        {
            **{"level": level, "path": path, "parent": path[:-1]},
            **{"subscale": name, "n_respondents": 0, "status": SHOWN},
        }
        for level, path in silent
        for name in subscales
    ]
    whole = pd.concat([cells, build_frame(rows, list(cells.columns))])
    places = [
        (len(path), path, subscales[name])
        for path, name in zip(whole["path"], whole["subscale"], strict=True)
    ]
    order = sorted(range(len(places)), key=places.__getitem__)
    return whole.iloc[order].reset_index(drop=True)


def suppress_cells(
    cells: pd.DataFrame,
    profile: pd.DataFrame,
    instrument: Instrument,
    thresholds: Thresholds,
    *,
    role: str = FLOOR,
    table: str = "units.cells",
    barred: Bars = NO_BARS,
) -> tuple[pd.DataFrame, Log]:
    """Hide cells of units, subscale by subscale, and roll up what is hidden.

    Parameters
    ----------
    cells : pandas.DataFrame
        See `Units.cells`, nothing hidden yet.
    profile : pandas.DataFrame
        See `Diagnosis.profile`, nothing hidden yet: its rows of the role are the
        roots of the trees.
    instrument, thresholds
        Bounds of the subscales and smallest groups.
    role, table : str
        Whose cells they are, and their name for the log.
    barred : mapping of path to str
        Units that must not be shown, with the rule as the log tells it.

    Raises
    ------
    DisclosureError
        Units do not add up to their parent. The difference would be a group that
        the rules cannot see.
    """
    if cells.empty:
        return cells.copy(), []
    whole = profile.loc[profile["role"] == role]
    roots = dict(zip(whole["subscale"], _cells(whole), strict=True))
    parts, log = [], []
    for subscale, own in cells.groupby("subscale", sort=False):
        tree = dict(zip(own["path"], _cells(own), strict=True))
        root = roots.get(str(subscale), Cell(n_respondents=0))
        _check_sums(root, tree, place=f"diagnosis.{table}[{subscale}]")
        decision = decide(
            root,
            tree,
            threshold=fewest_of(instrument, str(subscale), thresholds),
            bounds=bounds_of(instrument, str(subscale)),
            barred=barred,
        )
        rests = {
            parent: {
                "subscale": subscale,
                "n_respondents": float(rest.n_respondents),
                "mean": rest.mean,
                "sd": rest.sd,
            }
            for parent, rest in decision.rests.items()
        }
        parts.append(_apply(own, decision, rests))
        log += _entries(own, decision, table=table, subscale=str(subscale))
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True), log


def _cells(groups: pd.DataFrame) -> Iterator[Cell]:
    columns = (groups[name].tolist() for name in ("n_respondents", "mean", "sd"))
    for number, mean, sd in zip(*columns, strict=True):
        yield Cell(
            n_respondents=0 if math.isnan(number) else int(number),
            mean=float(mean) if number else 0.0,
            sd=float(sd),
        )


def _count_of(roles: pd.DataFrame, role: str) -> int:
    return int(roles.loc[roles["role"] == role, "n_respondents"].sum())


def _check_sums(root: Cell, cells: Mapping[Path, Cell], *, place: str) -> None:
    totals: dict[Path, int] = {}
    for path, cell in cells.items():
        totals[path[:-1]] = totals.get(path[:-1], 0) + cell.n_respondents
    problems = [
        Problem(
            code="D010",
            place=place,
            message=f"units below {parent or 'the organisation'} do not add up to it",
            remedy="count people without a unit as a unit, so that nobody is left over",
        )
        for parent, total in totals.items()
        if total != cells.get(parent, root).n_respondents
        or (parent and parent not in cells)
    ]
    if problems:
        raise DisclosureError(problems)


def _apply(
    units: pd.DataFrame, decision: Decision, rests: Mapping[Path, Mapping[str, object]]
) -> pd.DataFrame:
    """Return the units with hidden rows emptied, and each rest.

    The rest of a unit stands behind the units right below it, though it may hold people
    from further down. The index of the result sorts it into that order. Hidden people
    without a unit get no row: the rest stands at their place.
    """
    paths = units["path"].tolist()
    hidden = np.array([path in decision.rules for path in paths])
    nameless = np.array([path[-1] == NO_UNIT for path in paths])
    shown = hide_rows(units, hidden).loc[~(hidden & nameless)]
    shown.index = shown.index.astype(float)
    parents = [path[:-1] for path in paths]
    last = dict(zip(parents, units.index, strict=True))
    levels = dict(zip(parents, units["level"].to_numpy(dtype=object), strict=True))
    lines = pd.DataFrame(
        [
            {
                "level": levels[parent],
                "path": (*parent, NO_UNIT),
                "parent": parent,
                "status": REST,
                **numbers,
            }
            for parent, numbers in rests.items()
        ],
        columns=list(shown.columns),
        index=[float(last[parent]) + 0.5 for parent in rests],
    )
    if len(lines):
        shown = pd.concat([shown, lines.astype(shown.dtypes)])
    ordered: pd.DataFrame = shown.sort_index(kind="stable")
    return ordered


def _counted_rests(
    units: pd.DataFrame, decision: Decision
) -> dict[Path, dict[str, object]]:
    """Return number, staff and response rate of each rest.

    People without a unit are on the staff of some unit, but of which is not known, so
    a rest that holds any of them has no response rate.
    """
    rests: dict[Path, dict[str, object]] = {}
    whole = _hidden_whole(units["path"], decision)
    for parent, rest in decision.rests.items():
        own = units.loc[[path in whole.get(parent, ()) for path in units["path"]]]
        members = own["n_members"].sum(skipna=False)
        known = members >= rest.n_respondents
        rests[parent] = {
            "n_respondents": float(rest.n_respondents),
            "n_members": members,
            "response_rate": rest.n_respondents / members if known else np.nan,
        }
    return rests


def _hidden_whole(paths: Iterable[Path], decision: Decision) -> dict[Path, set[Path]]:
    """Return the largest units that are left over whole, by the unit they are left in.

    A hidden unit with visible units below it is left over in part: its others count.
    """
    known = sorted(paths, key=len)
    partly = {
        path[:depth]
        for path in known
        if path not in decision.rules
        for depth in range(1, len(path))
    }
    found: dict[Path, set[Path]] = {}
    inside: set[Path] = set()
    for path in known:
        if path not in decision.rules or path in partly:
            continue
        if path[:-1] not in inside:
            found.setdefault(decision.homes[path], set()).add(path)
        inside.add(path)
    return found


def _entries(
    units: pd.DataFrame, decision: Decision, *, table: str, subscale: str = ""
) -> Log:
    hidden = units.loc[[path in decision.rules for path in units["path"]]]
    return [
        Suppressed(
            table=table,
            rule=_told(decision.rules[path]),
            level=level,
            path=path,
            subscale=subscale,
        )
        for path, level in zip(hidden["path"], hidden["level"], strict=True)
    ]


def _told(rule: str) -> str:
    """Return the rule as the log tells it.

    Which of two hidden siblings was small, and which one covers for it, would narrow
    down the size of the small one beside the line that gives their total.
    """
    return PROTECTED if rule in (SMALL, REMAINDER) else rule
