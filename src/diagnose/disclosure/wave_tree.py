"""The smallest groups of each wave of which the cells could be shown.

Teams are clusters when waves are compared, so that the error of a change is a function
of the cells of all teams in both waves. It may be published only if these are cells
that may be shown. So the rules of `diagnose.disclosure.tree` are applied to the units
of every wave, and the smallest visible groups (units without visible units below them,
and rests) take the place of the teams. They make up the whole wave, so the change
itself stays what it was.

Even somebody who knew all of them would know nothing of a smaller group: sums of one
wave are sums over its smallest groups (argued in `tree`), and the answers of two waves
are different answers, so that the incidence of several waves is block-diagonal and a
group that can be derived is a union of smallest groups in each wave. Cells of units in
earlier waves are published as unions of these groups only, those of the wave before
(`diagnose.disclosure.unit_change`); of other waves, what is computed from them is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.trend import WAVE_CELLS
from diagnose.disclosure.conditions import NO_BARS, Bars
from diagnose.disclosure.log import HIDDEN, REST, SHOWN
from diagnose.disclosure.suppression import bounds_of, fewest_of
from diagnose.disclosure.thresholds import Thresholds
from diagnose.disclosure.tree import Cell, Decision, Path, decide, pool
from diagnose.instrument.model import Instrument

_NUMBERS = ("n_respondents", "mean", "sd")
Group = tuple[Path, str, float, float, float]
"""Path, status, number, mean and standard deviation."""


def find_safe_cells(
    wave_cells: pd.DataFrame,
    trend: pd.DataFrame,
    instrument: Instrument,
    thresholds: Thresholds,
    *,
    published: pd.DataFrame,
    barred: Bars = NO_BARS,
) -> pd.DataFrame:
    """Return the smallest groups of each wave of which the cells could be shown.

    Parameters
    ----------
    wave_cells : pandas.DataFrame
        See `Diagnosis.wave_cells`, nothing hidden yet.
    trend : pandas.DataFrame
        What is published of the waves. A wave that is hidden has no groups.
    instrument : Instrument
        Names the bounds of each subscale.
    thresholds : Thresholds
        Smallest groups.
    published : pandas.DataFrame
        Cells of units of the last wave, as published: its groups are taken from them.
    barred : mapping of path to str
        Units that must not be shown in any wave, whatever their answers.

    Returns
    -------
    pandas.DataFrame
        Columns of `Diagnosis.wave_cells`, with status ``shown`` or ``rest``. Between
        ``parent`` and ``path`` are units that are hidden themselves, or below one that
        is: of these, some people may be in the rest of a unit further up.
    """
    if wave_cells.empty:
        return wave_cells.copy()
    shown = trend.loc[trend["status"] == SHOWN]
    visible = set(zip(shown["wave"], shown["subscale"], strict=True))
    last = str(trend["wave"].iloc[-1])
    known = {str(s): own for s, own in published.groupby("subscale", sort=False)}
    rows: list[dict[str, object]] = []
    for (wave, name), own in wave_cells.groupby(["wave", "subscale"], sort=False):
        subscale = str(name)
        if (wave, subscale) not in visible:
            continue
        if wave == last and subscale in known:
            own_cells = known[subscale]
            shown_units = set(own_cells.loc[own_cells["status"] == SHOWN, "path"])
            groups = _smallest_published(own_cells)
        else:
            tree, decision = _decide(own, subscale, instrument, thresholds, barred)
            shown_units = set(tree) - set(decision.rules)
            groups = _visible(tree, decision)
        rows += [
            {
                "wave": wave,
                "path": path,
                "parent": _until_hidden(path, shown_units),
                "subscale": subscale,
                "status": status,
                **dict(zip(_NUMBERS, numbers, strict=True)),
            }
            for path, status, *numbers in groups
        ]
    return build_frame(rows, WAVE_CELLS)


def _smallest_published(cells: pd.DataFrame) -> Iterator[Group]:
    columns = ("path", "status", *_NUMBERS)
    rows = [*zip(*(cells[name].tolist() for name in columns), strict=True)]
    divided = _above(path for path, status, *_ in rows if status != HIDDEN)
    for path, status, number, mean, sd in rows:
        if status == REST or (status == SHOWN and path not in divided and number >= 1):
            yield path, status, number, mean, sd


def _above(paths: Iterable[Path]) -> set[Path]:
    """Return every unit that some of the units are part of."""
    return {path[:depth] for path in paths for depth in range(len(path))}


def _until_hidden(path: Path, shown: Collection[Path]) -> Path:
    """Return the units that a group is part of, down to the first that is hidden."""
    depth = 0
    while depth < len(path) - 1 and path[: depth + 1] in shown:
        depth += 1
    return path[:depth]


def _decide(
    own: pd.DataFrame,
    subscale: str,
    instrument: Instrument,
    thresholds: Thresholds,
    barred: Bars,
) -> tuple[dict[Path, Cell], Decision]:
    root, tree = _grow(own)
    decision = decide(
        root,
        tree,
        threshold=fewest_of(instrument, subscale, thresholds),
        bounds=bounds_of(instrument, subscale),
        barred=barred,
    )
    return tree, decision


def _grow(own: pd.DataFrame) -> tuple[Cell, dict[Path, Cell]]:
    """Return the whole wave, and every unit at every level, from the smallest ones."""
    columns = (own[name].tolist() for name in ("path", *_NUMBERS))
    level = {
        path: Cell(
            n_respondents=int(number),
            mean=float(mean) if number else 0.0,
            sd=float(sd),
        )
        for path, number, mean, sd in zip(*columns, strict=True)
    }
    tree: dict[Path, Cell] = {}
    while () not in level:
        tree = level | tree
        above: dict[Path, list[Cell]] = {}
        for path, cell in level.items():
            above.setdefault(path[:-1], []).append(cell)
        level = {path: pool(cells) for path, cells in above.items()}
    return level[()], tree


def _visible(tree: dict[Path, Cell], decision: Decision) -> Iterator[Group]:
    shown = [path for path in tree if path not in decision.rules]
    divided = _above(shown)
    for path in shown:
        cell = tree[path]
        if path not in divided and cell.n_respondents:
            yield path, SHOWN, float(cell.n_respondents), cell.mean, cell.sd
    for parent, rest in decision.rests.items():
        numbers = float(rest.n_respondents), rest.mean, rest.sd
        yield (*parent, ""), REST, *numbers
