"""Units in the wave before: which of their cells may stand beside those of now.

For comparing waves, `diagnose.disclosure.wave_tree` finds the smallest groups of each
wave of which the cells could be shown, and counts these as known to everybody. The
table of the wave before is made of nothing else: a unit is the union of the groups
within it, where these are all of its people, and what is left of the unit above is one
line, the rest. Everything in it is
therefore a union of groups that may be known, whatever the table of this wave shows,
and so is every difference of two of its lines.

It names only units of which this wave shows the cell on the same subscale. A unit that
is gone, renamed, or hidden now is in the rest. Were it there alone, the rest would be
its cell under another name, so the smallest unit beside it joins.

What the two waves tell together
--------------------------------
*Units.* A team of eight that became nine has one who joined, and no difference of the
two sums is that person's score: the other eight answered again, and these are other
answers. The incidence of two waves is block-diagonal, so what can be derived is a union
of groups in each. The numbers tell by how many a team grew; who works where is no
answer to anything.

*People who can be followed* are sums over part of a wave, across units, and a reader
who knew the joiners of one team could look for them there. `diagnose.disclosure.change`
argues about one wave at a time, with the sums of its smallest groups *and* of every
kind of people (in both waves, left, others) taken as known. Cells of units of the wave
before were in that argument before they were in a table: no line here is finer than
those groups. So a cut of this wave or the one before by link codes is shown or hidden
for reasons that hold beside this table.

*The change* of a unit is computed again from its two cells. It is the change of its
people, of those who joined and of those who left together; nothing here tells these
apart within a unit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import CELLS
from diagnose.diagnosis.model import Diagnosis, Units
from diagnose.diagnosis.unit_change import compare_with_before
from diagnose.disclosure.log import HIDDEN, REST, SHOWN, Suppressed
from diagnose.disclosure.tree import PROTECTED, Cell, Path, pool
from diagnose.responses.model import NO_UNIT

Log = list[Suppressed]
Row = dict[str, Any]
Groups = Mapping[Path, Cell]
"""The smallest groups of one wave and subscale; a rest ends in an empty label."""

TABLE = "units.before"


def add_published_changes(
    diagnosis: Diagnosis, units: Units, safe_cells: pd.DataFrame
) -> tuple[Units, Log]:
    """Return the units with what may be shown of the wave before, and the log.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden yet.
    units : Units
        The cells that are published.
    safe_cells : pandas.DataFrame
        See `diagnose.disclosure.wave_tree.find_safe_cells`.
    """
    asked = set(diagnosis.units.before["subscale"])
    if not asked or units.cells.empty:
        return units, []
    wave = diagnosis.waves[-2]
    then = safe_cells.loc[safe_cells["wave"] == wave]
    groups = {str(s): own for s, own in then.groupby("subscale", sort=False)}
    rows: list[Row] = []
    counts = diagnosis.units.before
    for subscale, own in units.cells.groupby("subscale", sort=False):
        if subscale in asked:
            known = groups.get(str(subscale), then.iloc[:0])
            whole = counts.loc[counts["subscale"] == subscale]
            totals = dict(zip(whole["path"], whole["n_respondents"], strict=True))
            rows += _table_of(own, _groups_of(known), totals)
    before = build_frame(_in_order(rows, units.cells), CELLS)
    changes = compare_with_before(units.cells, before, conf_level=diagnosis.conf_level)
    log = [
        Suppressed(
            table=TABLE,
            rule=PROTECTED,
            level=row["level"],
            path=row["path"],
            subscale=row["subscale"],
            wave=wave,
        )
        for row in before.loc[before["status"] == HIDDEN].to_dict("records")
    ]
    return replace(units, before=before, changes=changes), log


def _groups_of(rows: pd.DataFrame) -> dict[Path, Cell]:
    columns = (rows[name].tolist() for name in ("path", "n_respondents", "mean", "sd"))
    return {
        path: Cell(n_respondents=int(number), mean=mean, sd=sd)
        for path, number, mean, sd in zip(*columns, strict=True)
    }


def _table_of(
    cells: pd.DataFrame, groups: Groups, totals: Mapping[Path, float]
) -> Iterator[Row]:
    """Yield the rows of one subscale: units by their names of now, then the rests."""
    named = cells.loc[[path[-1] != NO_UNIT for path in cells["path"]]]
    shown = set(named.loc[named["status"] == SHOWN, "path"])
    kept, rests = _divide(shown, groups, totals)
    levels = {
        len(path): str(level)
        for path, level in zip(cells["path"], cells["level"], strict=True)
    }
    subscale = cells["subscale"].iloc[0]
    for path in named["path"]:
        yield _row(path, levels, subscale, kept.get(path), status=SHOWN)
    for parent, rest in rests.items():
        yield _row((*parent, NO_UNIT), levels, subscale, rest, status=REST)


def _row(
    path: Path,
    levels: Mapping[int, str],
    subscale: str,
    cell: Cell | None,
    *,
    status: str,
) -> Row:
    row: Row = {
        "level": levels[len(path)],
        "path": path,
        "parent": path[:-1],
        "subscale": subscale,
        "status": HIDDEN if cell is None else status,
    }
    if cell is not None:
        row |= {"n_respondents": cell.n_respondents, "mean": cell.mean, "sd": cell.sd}
    return row


def _divide(
    shown: Collection[Path], groups: Groups, totals: Mapping[Path, float]
) -> tuple[dict[Path, Cell], dict[Path, Cell]]:
    """Return the cells of the units that are named, and the rest of each unit.

    A unit of which some people are in the rest of a unit further up is not named.
    """
    below: dict[Path, list[Path]] = {}
    for group in groups:
        for depth in range(len(group) + 1):
            below.setdefault(group[:depth], []).append(group)
    cells = {
        path: pool(groups[group] for group in below[path])
        for path in sorted(shown)
        if path in below
    }
    whole = {p: c for p, c in cells.items() if c.n_respondents == totals.get(p)}
    homes = _by_home(whole)
    kept: dict[Path, Cell] = {}
    rests: dict[Path, Cell] = {}
    queue: list[Path] = [()]
    for parent in queue:
        own = dict(homes.get(parent, {}))
        left = _left_of(below.get(parent, ()), own)
        alone = {group[: len(parent) + 1] for group in left}
        beside = [path for path in own if path[: len(parent) + 1] not in alone]
        if beside and len(alone) == 1 and min(alone)[-1] != NO_UNIT:
            smallest = min(beside, key=lambda path: (own[path].n_respondents, path))
            del own[smallest]
            left += below[smallest]
        if own and left:
            rests[parent] = pool(groups[group] for group in left)
        kept |= own
        queue += own
    return kept, rests


def _by_home(units: Mapping[Path, Cell]) -> dict[Path, dict[Path, Cell]]:
    """Return the largest units within each unit and within the whole."""
    found: dict[Path, dict[Path, Cell]] = {}
    for path, cell in units.items():
        above = (path[:depth] for depth in range(len(path) - 1, 0, -1))
        home = next((unit for unit in above if unit in units), ())
        found.setdefault(home, {})[path] = cell
    return found


def _left_of(groups: Iterable[Path], units: Collection[Path]) -> list[Path]:
    return [
        group
        for group in groups
        if not any(group[:depth] in units for depth in range(len(group) + 1))
    ]


def _in_order(rows: Iterable[Row], cells: pd.DataFrame) -> list[Row]:
    """Return the rows in the order of the cells, each rest behind its siblings."""
    places: dict[Path, float] = {}
    last: dict[Path, float] = {}
    for path in cells["path"]:
        places.setdefault(path, float(len(places)))
        last[path[:-1]] = max(last.get(path[:-1], 0.0), places[path])

    def place(row: Row) -> float:
        if row["status"] == REST:
            # Without a row right below it, all there are people without a unit.
            return last.get(row["parent"], places.get(row["parent"], -1.0)) + 0.5
        return places[row["path"]]

    return sorted(rows, key=place)  # stable: subscales keep their order
