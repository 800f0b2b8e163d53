"""A published table that the reader attacks: what each rule shows of made-up groups.

What may be shown is decided here by the package's own rules, on synthetic scores; the
page only adds and subtracts what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from diagnose.disclosure.ledger.difference import subtract
from diagnose.disclosure.ledger.model import PublishedCell
from diagnose.disclosure.suppression import rule_for
from diagnose.disclosure.tree import Cell, Decision, Path, decide, pool
from diagnose.language import Language, load_catalogue

THRESHOLDS = (5, 8, 10)
BOUNDS = (1.0, 5.0)
STEP = 0.25
"""Scores are means of four answers, so they lie a quarter apart."""

TREES: Mapping[str, Mapping[Path, int]] = {
    "three": {("A",): 9, ("B",): 6, ("C",): 3},
    "five": {("A",): 12, ("B",): 8, ("C",): 7, ("D",): 6, ("E",): 2},
    "pair": {("A",): 10, ("B",): 8, ("C",): 4, ("D",): 3},
    "levels": {
        ("1", "A"): 9,
        ("1", "B"): 7,
        ("1", "C"): 4,
        ("2", "D"): 11,
        ("2", "E"): 10,
        ("2", "F"): 6,
    },
}
"""People in each smallest unit of the departments that can be attacked."""

FORMS = {"floor": 18, "leaders": 3}
REPORTS = {"first": 12, "joiner": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Groups that a reader may see, and what each rule shows of them.

    Attributes
    ----------
    id : str
        Name of the world.
    leaves : tuple of (str, Cell)
        The smallest groups, which do not overlap, in order.
    rows : tuple of (str, int, tuple of int)
        Groups of the table: their name, how deep they stand, and the numbers of their
        leaves.
    hidden : mapping of int to frozenset of int
        Threshold to the rows that the package hides.
    rests : mapping of int to tuple of (str, tuple of int)
        Threshold to the lines of rests: their name and the numbers of their leaves.
    """

    id: str
    leaves: tuple[tuple[str, Cell], ...]
    rows: tuple[tuple[str, int, tuple[int, ...]], ...]
    hidden: Mapping[int, frozenset[int]]
    rests: Mapping[int, tuple[tuple[str, tuple[int, ...]], ...]]


def data(language: Language, *, seed: int = 3) -> dict[str, Any]:
    """Return all worlds with what is shown of them.

    Parameters
    ----------
    language : {"en", "nl"}
        Of the names.
    seed : int
        Same seed, same scores.

    Returns
    -------
    dict
        ``thresholds`` and ``worlds``; of each world ``leaves`` (``name``, ``n``,
        ``points``, the sum of the scores), ``rows`` (also ``depth`` and ``parts``),
        ``shown`` by rule and threshold, as numbers of rows, and ``rests``.
    """
    rng = np.random.default_rng(seed)
    say = partial(load_catalogue("live_attack").text)
    worlds = [_tree(name, sizes, rng, language) for name, sizes in TREES.items()]
    forms = [(say(f"name_{k}", language), draw(n, rng)) for k, n in FORMS.items()]
    worlds.append(_forms(forms, say("name_everyone", language)))
    first, joiner = (draw(n, rng) for n in REPORTS.values())
    names = [say(f"name_{key}", language) for key in ("first", "second", "joiner")]
    worlds.append(_reports(first, joiner, names))
    return {"thresholds": list(THRESHOLDS), "worlds": [_told(one) for one in worlds]}


def draw(n_people: int, rng: np.random.Generator) -> Cell:
    """Return the cell of so many people with made-up scores.

    Parameters
    ----------
    n_people : int
        At least 1.
    rng : numpy.random.Generator
        Source of chance.
    """
    scores = rng.normal(rng.normal(3.3, 0.5), 0.7, size=n_people)
    scores = np.clip(np.round(scores / STEP) * STEP, *BOUNDS)
    sd = float(scores.std(ddof=1)) if n_people > 1 else float("nan")
    return Cell(n_respondents=n_people, mean=float(scores.mean()), sd=sd)


def _tree(
    name: str, sizes: Mapping[Path, int], rng: np.random.Generator, language: Language
) -> World:
    cells = {path: draw(n, rng) for path, n in sizes.items()}
    inner = sorted({path[:-1] for path in cells} - {()})
    paths: list[Path] = [()]
    for above in inner or [()]:
        paths += [above] * bool(above) + [p for p in cells if p[:-1] == above]
    names = _names(paths, cells, language)
    places = {path: number for number, path in enumerate(cells)}
    whole = {
        path: pool(cells[p] for p in cells if p[:-1] == path) for path in inner
    } | cells
    decisions = {
        threshold: decide(
            pool(cells.values()), whole, threshold=threshold, bounds=BOUNDS
        )
        for threshold in THRESHOLDS
    }
    return World(
        id=name,
        leaves=tuple((names[path], cells[path]) for path in cells),
        rows=tuple((names[path], len(path), _below(path, places)) for path in paths),
        hidden={
            threshold: frozenset(n for n, p in enumerate(paths) if p in made.rules)
            for threshold, made in decisions.items()
        },
        rests={
            threshold: tuple(_rests(made, places, names, language))
            for threshold, made in decisions.items()
        },
    )


def _names(
    paths: Iterable[Path], cells: Mapping[Path, Cell], language: Language
) -> dict[Path, str]:
    say = load_catalogue("live_attack").text
    names = {}
    for path in paths:
        if path in cells:
            names[path] = say("name_team", language, letter=path[-1])
        elif path:
            names[path] = say("name_part", language, number=path[-1])
        else:
            names[path] = say("name_department", language)
    return names


def _rests(
    made: Decision,
    places: Mapping[Path, int],
    names: Mapping[Path, str],
    language: Language,
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield each rest as the package shows it: its name and its smallest groups."""
    say = load_catalogue("live_attack").text
    for home in made.rests:
        inside = [p for p in places if p in made.rules and made.homes[p] == home]
        yield (
            say("name_rest", language, unit=names[home]),
            tuple(places[p] for p in inside),
        )


def _below(path: Path, places: Mapping[Path, int]) -> tuple[int, ...]:
    return tuple(n for own, n in places.items() if own[: len(path)] == path)


def _forms(forms: list[tuple[str, Cell]], everyone: str) -> World:
    """Return work floor and leaders: no total is shown while one of them is hidden."""
    hidden = {}
    for threshold in THRESHOLDS:
        small = {
            number
            for number, (_, cell) in enumerate(forms, start=1)
            if rule_for(cell, threshold, BOUNDS)
        }
        hidden[threshold] = frozenset(small | {0} if small else small)
    return World(
        id="forms",
        leaves=tuple(forms),
        rows=((everyone, 0, (0, 1)), *((forms[k][0], 1, (k,)) for k in (0, 1))),
        hidden=hidden,
        rests=dict.fromkeys(THRESHOLDS, ()),
    )


def _reports(first: Cell, joiner: Cell, names: list[str]) -> World:
    """Return two reports of one group; the ledger may hold the second one back."""
    told = [
        PublishedCell(
            kind="scores",
            wave="1",
            role="employee",
            n_respondents=cell.n_respondents,
            mean=cell.mean,
            sd=cell.sd,
        )
        for cell in (first, pool([first, joiner]))
    ]
    between = subtract(told[1], [told[0]])
    return World(
        id="reports",
        leaves=((names[0], first), (names[2], joiner)),
        rows=((names[0], 0, (0,)), (names[1], 0, (0, 1))),
        hidden={
            threshold: frozenset({1} if rule_for(between, threshold, BOUNDS) else ())
            for threshold in THRESHOLDS
        },
        rests=dict.fromkeys(THRESHOLDS, ()),
    )


def _told(world: World) -> dict[str, Any]:
    """Return a world ready for JSON."""

    def row(name: str, depth: int, parts: Iterable[int]) -> dict[str, Any]:
        own = [world.leaves[part][1] for part in parts]
        return {
            "name": name,
            "depth": depth,
            "parts": list(parts),
            "n": sum(cell.n_respondents for cell in own),
            "points": round(sum(cell.n_respondents * cell.mean for cell in own), 6),
        }

    rows = [row(*one) for one in world.rows]
    every = list(range(len(rows)))
    return {
        "id": world.id,
        "leaves": [
            row(name, 0, (number,)) for number, (name, _) in enumerate(world.leaves)
        ],
        "rows": rows,
        "shown": {
            "none": {str(t): every for t in THRESHOLDS},
            "threshold": {
                str(t): [n for n in every if rows[n]["n"] >= t] for t in THRESHOLDS
            },
            "rule": {
                str(t): [n for n in every if n not in world.hidden[t]]
                for t in THRESHOLDS
            },
        },
        "rests": {
            str(t): [row(name, 1, parts) for name, parts in world.rests[t]]
            for t in THRESHOLDS
        },
    }
