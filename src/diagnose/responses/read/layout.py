"""What the headings of an export say: codes, question texts and system columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from diagnose.instrument.labels import normalise_label

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.responses.read.tabular import Table

_BLOCK_AND_ITEM = re.compile(r"^(?P<block>\w+?)(?:\[(?P<sub>\w+)\]|[_/](?P<item>\w+))$")
_CODE_AND_TEXT = re.compile(
    r"^(?P<code>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+|(?:\[[^\]]*\])+)?)"
    r"(?:\.|:)[ _](?P<text>.*)$",
    re.DOTALL,
)
_MARKUP = re.compile(r"<[^<>]*>")


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
    """

    position: int
    heading: str
    codes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


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
        Purpose (``response``, ``submitted``, ``finished``, ``progress``, ``status``,
        ``time``, ``language``, ``seconds``) to position.
    """

    columns: tuple[Column, ...]
    n_header_rows: int = 1
    system: Mapping[str, int] = field(default_factory=dict)


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
        the reason to leave it out, empty when there is none.
    tells_partials : bool
        Whether its exports say who did not submit.
    codes_need_confirming : bool
        Whether its numeric answer codes may differ from those of the instrument.
    """

    name: str
    detect: Callable[[Table], bool]
    layout: Callable[[Table], Layout]
    exclude: Callable[[pd.DataFrame], pd.Series]
    tells_partials: bool = True
    codes_need_confirming: bool = False


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
        codes=split_code(code),
        texts=text_variants(bracketed(text)),
    )


def split_code(code: str) -> tuple[str, ...]:
    """Return the codes that a heading such as ``v[v1]``, ``v_v1`` or ``v_1`` may mean.

    The full code comes first, then the part behind the block, then both joined: in
    ``v_1`` the item is ``v1``.
    """
    whole = code.strip().casefold()
    found = _BLOCK_AND_ITEM.match(whole)
    if not found:
        return (whole,) if whole else ()
    part = found["sub"] or found["item"]
    return (whole, part, found["block"] + part)


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
