"""What the headings of an export say: codes, question texts and system columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import TYPE_CHECKING

from diagnose.instrument.labels import normalise_label

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.errors import Problem
    from diagnose.responses.files.tabular import Table

_BLOCK_AND_ITEM = re.compile(r"^(?P<block>\w+?)(?:\[(?P<sub>\w+)\]|[_/](?P<item>\w+))$")
_CODE_AND_TEXT = re.compile(
    r"^(?P<code>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+|(?:\[[^\]]*\])+)?)"
    r"(?:\.|:)[ _](?P<text>.*)$",
    re.DOTALL,
)
_MARKUP = re.compile(r"<[^<>]*>")

ROW_PURPOSES = (
    "response",
    "submitted",
    "finished",
    "progress",
    "status",
    "channel",
    "time",
    "ended",
)
"""Purposes of columns that decide about rows, or tell when someone answered."""


SHORTEST_STEM = 12
"""Characters that the beginning of a text must have to stand for the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an export, before anything is read from it.

    Attributes
    ----------
    position : int
        Place in the file, from 0.
    heading : str
        How the column is called in reports.
    codes : tuple of str
        Codes in its heading, the full one first; in lower case.
    texts : tuple of str
        Question texts in its heading, normalised.
    stems : tuple of str
        Beginnings of question texts that the platform cut off, normalised, at least
        `SHORTEST_STEM` characters. One means an item only when the text of no other
        item begins so, and no other column has it.
    """

    position: int
    heading: str
    codes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns of an export and those that the platform itself added.

    Attributes
    ----------
    columns : tuple of Column
        Every column, in the order of the file.
    n_header_rows : int
        Rows above the first response.
    system : mapping of str to int
        Purpose (one of `ROW_PURPOSES`, ``language`` or ``seconds``) to position.
    notes : tuple of Problem
        What is worth knowing about how the headings were read.
    """

    columns: tuple[Column, ...]
    n_header_rows: int = 1
    system: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()


def as_they_are(system: pd.DataFrame) -> pd.DataFrame:
    """Return the system columns of a platform that needs nothing done to them."""
    return system


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """How the exports of one platform are recognised and read.

    Attributes
    ----------
    name : str
        Name in reports and options.
    detect : callable
        Tells whether a table comes from this platform.
    layout : callable
        Returns the layout of such a table.
    exclude : callable
        Takes the system columns (named by purpose, as text) and returns for each row
        the reason to leave it out, empty when there is none: ``preview``, ``test``,
        ``spam``, ``rejected`` (by someone who checked the responses), ``partial``, or
        ``empty`` (a row of headings among the responses).
    arrange : callable
        Takes the same columns before anything else looks at them and returns them
        with moments in ISO form and, where start and end are known, the column
        ``seconds``, as text.
    tells_partials : bool
        Whether its exports say who did not submit.
    codes_need_confirming : bool
        Whether its numeric answer codes may differ from those of the instrument.
    labels_only : bool
        Whether its exports never hold codes, so that a number is the label it was
        given.
    states : mapping of str to collection of str
        Purpose of a system column to every text that it is known to hold,
        normalised. Of ``status`` the most frequent text is usual in any case.
    """

    name: str
    detect: Callable[[Table], bool]
    layout: Callable[[Table], Layout]
    exclude: Callable[[pd.DataFrame], pd.Series]
    arrange: Callable[[pd.DataFrame], pd.DataFrame] = as_they_are
    tells_partials: bool = True
    codes_need_confirming: bool = False
    labels_only: bool = False
    states: Mapping[str, Collection[str]] = field(default_factory=dict)


def code_and_text(heading: str) -> tuple[str, str] | None:
    """Return both parts of a heading such as ``v[v1]. Text``, None when it has one."""
    found = _CODE_AND_TEXT.match(heading)
    return (found["code"], found["text"]) if found else None


def column_of(heading: str, position: int) -> Column:
    """Return a column whose one heading holds a code, a question text or both."""
    name = shown(heading, position)
    code, text = code_and_text(name) or (name, name)
    return Column(
        position=position,
        heading=name,
        codes=split_code(code, any_block=False),
        texts=text_variants(bracketed(text)),
    )


def not_an_item(column: Column) -> Column:
    """Return a column that is no item, whatever its heading resembles.

    A person can still name it in a mapping, by its heading or its full code.
    """
    return replace(column, codes=column.codes[:1], texts=(), stems=())


def names_of(headings: Iterable[str]) -> list[str]:
    """Return headings without the differences that platforms introduce."""
    return [normalise_label(heading) for heading in headings]


def purposes_of(names: Sequence[str], purposes: Mapping[str, str]) -> dict[str, int]:
    """Return purpose to position; of purposes that several columns have, the first.

    Parameters
    ----------
    names : sequence of str
        Normalised headings, in the order of the file.
    purposes : mapping of str to str
        Normalised heading to purpose.
    """
    system: dict[str, int] = {}
    for position, name in enumerate(names):
        if purposes.get(name):
            system.setdefault(purposes[name], position)
    return system


def n_marks(names: Iterable[str], marks: Collection[str]) -> int:
    """Return how many of these marks of a platform stand among the headings."""
    return len(set(names) & set(marks))


def split_code(code: str, *, any_block: bool = True) -> tuple[str, ...]:
    """Return the codes that a heading such as ``v[v1]``, ``v_v1`` or ``v_1`` may mean.

    The full code comes first, then the part behind the block, then both joined: in
    ``v_1`` the item is ``v1``. A block that ends in a digit is not joined, as ``q1_1``
    is the first row of ``q1`` and not ``q11``.

    Parameters
    ----------
    code : str
        The code, in any case.
    any_block : bool
        Whether the part behind ``_`` or ``/`` counts whatever stands before it. Where
        the platform is not known, ``time_v1`` is no item ``v1``.
    """
    whole = code.strip().casefold()
    found = _BLOCK_AND_ITEM.match(whole)
    if not found:
        return (whole,) if whole else ()
    block, part = found["block"], found["sub"] or found["item"]
    codes = [whole]
    if any_block or found["sub"] or part.startswith(block):
        codes.append(part)
    if not block[-1].isdigit():
        codes.append(block + part)
    return tuple(codes)


def text_variants(texts: Iterable[str]) -> tuple[str, ...]:
    """Return normalised question texts, also without markup and underscores."""
    variants: list[str] = []
    for text in texts:
        plain = normalise_label(_MARKUP.sub(" ", unescape(text)))
        variants += [plain, plain.replace("_", " ")]
    return tuple(dict.fromkeys(variant for variant in variants if variant))


def bracketed(text: str) -> tuple[str, ...]:
    """Return a heading's text, and the row text between brackets at its end."""
    if not text.endswith("]"):
        return (text,)
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += {"]": 1, "[": -1}.get(text[position], 0)
        if depth == 0:
            return (text, text[position + 1 : -1])
    return (text,)


def shown(heading: str, position: int) -> str:
    """Return a heading for people to read; its place when it is blank."""
    return " ".join(heading.replace("\ufeff", "").split()) or f"#{position + 1}"
