"""What a damage is, and what may become of a damaged file.

A damaged file gives the same answers as the undamaged one and nothing is open, or it
is refused, or scoring is blocked, and then every problem names its place. Nothing else
may happen: no other exception, no warning, no other answers. Damages that no reader
can see in the file alone say so (`unseen`), with what the intake does say (`tells`).
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import pandas as pd
from pyreadstat import PyreadstatError

from diagnose.errors import ResponseError
from diagnose.responses import read_responses
from diagnose.responses.definition import Definition
from diagnose.responses.model import Responses
from mutation.corpus import LEVELS, Base, Grid, Way, asked, base, mapping_of

SECONDS = 20
Content = bytes | Mapping[str, bytes]
Expected = Callable[[Base], Responses]


@dataclass(frozen=True, kw_only=True)
class Damage:
    """One kind of damage.

    Attributes
    ----------
    name : str
        What was done.
    apply : callable
        Takes a base and returns the damaged content, None where it does not apply.
    allowed : collection of str
        What may become of it: ``same``, ``refused``, ``blocked``.
    unseen : str
        Why no reader can see it in the file alone; then ``other`` is allowed too.
    unseen_in : collection of str
        Looks of which that is so; all when empty.
    tells : collection of str
        Codes of which one must stand in the notes of a file that is read.
    expected : callable
        Returns what is right for the damaged file, when that is not what it was.
    definition : callable or None
        Returns the definition that goes with the file.
    excluded : mapping of str to int, or None
        Rows that must be counted as left out, when the file is read.
    """

    name: str
    apply: Callable[[Base], Content | None]
    allowed: Collection[str] = ("same", "refused", "blocked")
    unseen: str = ""
    unseen_in: Collection[str] = ()
    tells: Collection[str] = ()
    expected: Expected = field(default=lambda base: base.read)
    definition: Callable[[Base], Definition] | None = None
    excluded: Mapping[str, int] | None = None
    name_of: Callable[[Base], str] = field(default=lambda base: base.name)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one file: a word, and the codes or the difference behind it."""

    word: str
    why: str = ""


STOPPED = ("refused", "blocked")
SAME = ("same",)


def on_grid(change: Callable[[Grid], bool | None]) -> Callable[[Base], bytes | None]:
    """Return a damage to the rows of a table; False means that it does not apply."""

    def apply(base: Base) -> bytes | None:
        if base.grid is None:
            return None
        grid = base.grid.copy()
        if change(grid) is False:
            return None
        try:
            return grid.dump(grid.rows)
        except PyreadstatError:  # such names cannot stand in a .sav
            return None

    return apply


def on_text(change: Callable[[str, Base], bytes | None]) -> Callable[..., bytes | None]:
    """Return a damage to the text of a CSV file, without its byte order mark."""

    def apply(base: Base) -> bytes | None:
        if not base.is_text:
            return None
        return change(base.content.decode("utf-8-sig"), base)

    return apply


def check(damage: Damage, way: Way, folder: Path) -> Outcome | None:
    """Damage one file and return what became of it; None where it does not apply.

    Raises
    ------
    AssertionError
        Something became of it that may not.
    """
    undamaged = base(way)
    content = damage.apply(undamaged)
    if content is None:
        return None
    path = _written(content, folder, damage.name_of(undamaged))
    started = monotonic()
    outcome = outcome_of(path, undamaged, damage)
    took = monotonic() - started
    assert took < SECONDS, f"{way}: took {took:.0f} seconds"
    hidden = damage.unseen and way.look in (damage.unseen_in or [way.look])
    allowed = {*damage.allowed, *(("other",) if hidden else ())}
    assert outcome.word in allowed, f"{way}: {outcome.word} {outcome.why}"
    return outcome


def _written(content: Content, folder: Path, name: str) -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
        return path
    path.mkdir()
    for part, data in content.items():
        (path / part).write_bytes(data)
    return path


def outcome_of(path: Path, undamaged: Base, damage: Damage) -> Outcome:
    """Read one damaged file and say what came of it."""
    definition = damage.definition(undamaged) if damage.definition else None
    mapping = dict(mapping_of(undamaged.way))
    if definition is not None:
        mapping.pop("labels", None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            read = read_responses(
                path,
                asked(),
                mapping=mapping,
                definition=definition,
                wave="1",
                levels=LEVELS,
            )
    except ResponseError as error:
        _assert_placed(error.problems, path)
        return Outcome(word="refused", why=_codes(error.problems))
    return judge(read, undamaged, damage, path)


def judge(read: Responses, undamaged: Base, damage: Damage, path: Path) -> Outcome:
    """Compare what was read with what is right."""
    report = read.report
    n_out = sum(report.excluded.values())
    assert report.n_rows == report.n_kept + n_out, "rows went missing without a count"
    open_questions = (*report.problems, *report.direction)
    if report.blocks_scoring:
        _assert_placed(open_questions, path)
        return Outcome(word="blocked", why=_codes(open_questions))
    said = {note.code for note in report.notes}
    if damage.tells:
        assert said & set(damage.tells), f"says nothing of {damage.tells}: {said}"
    if damage.excluded is not None:
        assert dict(report.excluded) == dict(damage.excluded), report.excluded
    right = damage.expected(undamaged)
    rows = _rows_of(undamaged) if right is undamaged.read else None
    difference = differs(read, right, rows)
    if difference:
        return Outcome(word="other", why=f"{difference}; notes {sorted(said)}")
    return Outcome(word="same")


def _assert_placed(problems: Collection[Any], path: Path) -> None:
    assert problems
    for one in problems:
        assert path.name in one.place, f"[{one.code}] does not name the file: {one}"


def _codes(problems: Collection[Any]) -> str:
    return " ".join(sorted({one.code for one in problems}))


def differs(
    read: Responses, right: Responses, rows: list[tuple[Any, ...]] | None = None
) -> str:
    """Return in what two readings differ, empty when they are the same.

    `rows` are those of the right reading, where they are known already.
    """
    if read.hierarchy != right.hierarchy:
        return f"levels {read.hierarchy} instead of {right.hierarchy}"
    mine, other = _as_rows(read), rows or _as_rows(right)
    if mine == other:
        return ""
    lost = [row for row in other if row not in mine]
    return f"{len(read)} rows instead of {len(right)}, {len(lost)} of them changed"


@functools.cache
def _rows_of(undamaged: Base) -> list[tuple[Any, ...]]:
    """Return the rows of an undamaged export, which many damages are compared with."""
    return _as_rows(undamaged.read)


def _as_rows(read: Responses) -> list[tuple[Any, ...]]:
    """Return the respondents as rows of text, in an order of their own."""
    items = [item.id for item in asked().closed_items]
    answers = read.answers.reindex(columns=items)
    flags = read.not_applicable.reindex(columns=items, fill_value=False).astype(bool)
    cells = answers.astype(object).where(answers.notna(), "").mask(flags, "na")
    people = read.people[["role", *read.hierarchy]]
    table = pd.concat([people.reset_index(drop=True), cells], axis="columns")
    return sorted(tuple(map(str, row)) for row in table.itertuples(index=False))
