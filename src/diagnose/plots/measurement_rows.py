"""What the figures of the measurement are drawn from: shown rows, one block a subscale.

The number of respondents, the estimator and what stays hidden are read here too, so
that every figure says them in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from diagnose.diagnosis.factor_rows import WEAK_LOADING_BELOW
from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Subscale
from diagnose.plots.sheet import count_range, fold, source_line
from diagnose.plots.words import Row, Words, is_shown, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A subscale and the rows of it that may be shown, in the order of its frame."""

    subscale: Subscale
    rows: tuple[Row, ...]


def shown_blocks(
    words: Words, frame: pd.DataFrame, column: str, subscales: Sequence[str] | None
) -> list[Block]:
    """Return the subscales with a shown number in `column`, ordered as asked.

    Raises
    ------
    ValueError
        `subscales` names one that the instrument does not have.
    InsufficientDataError
        Nothing of them may be shown, or nothing was estimated.
    """
    asked = checked_subscales(words, subscales)
    found: dict[str, list[Row]] = {}
    for row in rows(frame):
        if is_shown(row, column):
            found.setdefault(row["subscale"], []).append(row)
    blocks = [
        Block(subscale=subscale, rows=tuple(found[subscale.id]))
        for subscale in words.publication.instrument.subscales
        if subscale.id in found and subscale.id in asked
    ]
    if not blocks:
        raise InsufficientDataError(
            f"`publication` holds no {column} of these {len(asked)} subscales: "
            "nothing was estimated, or nothing may be shown."
        )
    return blocks


def checked_subscales(words: Words, subscales: Sequence[str] | None) -> tuple[str, ...]:
    """Return the ids to draw; those of the whole instrument when none are named.

    Raises
    ------
    ValueError
        One of them is not in the instrument, or a bare string was given.
    """
    known = tuple(s.id for s in words.publication.instrument.subscales)
    if subscales is None:
        return known
    wrong = [subscales] if isinstance(subscales, str) else list(subscales)
    if not isinstance(subscales, str):
        wrong = [name for name in wrong if name not in known]
    if wrong or not len(subscales):
        raise ValueError(
            f"`subscales` must be a list of ids out of {', '.join(map(repr, known))}; "
            f"got {subscales!r}."
        )
    return tuple(subscales)


def by_kind(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """Return the blocks in runs of one kind; kinds are never added up."""
    groups: dict[str, list[Block]] = {}
    for block in blocks:
        groups.setdefault(block.subscale.kind, []).append(block)
    return list(groups.items())


def item_label(words: Words, block: Block, item_id: str) -> tuple[str, str]:
    """Return the id of an item, marked when it is reverse-keyed, and its wording."""
    item = next(item for item in block.subscale.items if item.id == item_id)
    mark = " (R)" if item.keyed == "reverse" else ""
    return f"{item.id.upper()}{mark}", words.item(item)


def fold_name(words: Words, block: Block, width: int, lines: int) -> str:
    """Break the name of a subscale into lines, in a column too narrow for long words.

    A word that does not fit is cut off: a line end in the middle of it would read as
    two words.
    """
    name = words.subscale(block.subscale.id)
    parts = [w if len(w) <= width else f"{w[: width - 1]}…" for w in name.split()]
    return fold(" ".join(parts), width, lines)


def is_weak(row: Row) -> bool:
    """Tell whether a loading is below the convention."""
    return bool(row["estimate"] < WEAK_LOADING_BELOW)


def hidden_note(words: Words, frame: pd.DataFrame, asked: Sequence[str]) -> list[str]:
    """Return a note with the number of items that are left out, if there are any."""
    n_hidden = sum(
        row.get("status") == "hidden" and row["subscale"] in asked
        for row in rows(frame)
    )
    return [words.text("note.items_hidden", n=n_hidden)] if n_hidden else []


def measurement_source(words: Words, found: Sequence[Row]) -> str:
    """Return the line under a figure of the measurement of the work floor."""
    n = count_range(words, [row["n_respondents"] for row in found])
    return source_line(words, words.text("role.floor"), n)


def estimator_name(words: Words, found: Sequence[Row]) -> str:
    """Return how the model behind some rows was estimated, in words."""
    name = str(found[0].get("estimator", ""))
    key = f"estimator.{name}" if name in ("mlr", "wlsmv") else "estimator.other"
    return words.text(key)
