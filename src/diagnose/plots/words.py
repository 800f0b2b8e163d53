"""Names and numbers of one publication, written in the language of the reader."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from diagnose._options import check_option
from diagnose.disclosure.naming import placeholder_number
from diagnose.disclosure.publication import Publication
from diagnose.instrument.model import Item, Subscale
from diagnose.language import (
    Language,
    Text,
    default_language,
    format_interval,
    format_number,
    format_share,
    format_signed,
    load_catalogue,
)
from diagnose.plots.check import check_publication

Row = dict[Hashable, Any]
MARKS: Mapping[str, str] = {"higher": "▲", "lower": "▼"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """A publication, and the language in which it is told.

    Attributes
    ----------
    publication : Publication
        What is told.
    language : {"en", "nl"}
        In which language.
    section : str
        Catalogue that `text` reads.
    """

    publication: Publication
    language: Language
    section: str = "plots"

    def text(self, key: str, /, **values: object) -> str:
        """Return a text of the catalogue in this language."""
        return load_catalogue(self.section).text(key, self.language, **values)

    def translated(self, text: Text) -> str:
        """Return `text` in this language, else in the instrument's first language."""
        first = next(iter(self.publication.instrument.languages))
        fallback = text.get(first) or next(iter(text.values()), "")
        return clean(text.get(self.language) or fallback)

    def subscale(self, subscale_id: str) -> str:
        """Return the title of a subscale."""
        return self.translated(self.publication.instrument.subscale(subscale_id).title)

    def item(self, item: Item, role: str = "floor") -> str:
        """Return the wording of an item on the form of `role`, else its id."""
        instrument = self.publication.instrument
        forms = [
            key
            for key in item.text or {}
            if key in instrument.forms and instrument.forms[key].role == role
        ]
        if not item.text:
            return item.id
        return self.translated(item.text[forms[0] if forms else next(iter(item.text))])

    def unit(self, path: tuple[str, ...], status: str = "shown") -> str:
        """Return the name of a unit; the roll-up of hidden units says what it is."""
        if status == "rest":
            return self.text("rest", parent=self.parent(path[:-1]))
        if not path:
            return self.text("organisation")
        return self._label(path)

    def parent(self, path: tuple[str, ...]) -> str:
        """Return a whole path from the top, or the word for the organisation."""
        names = [self._label(path[: depth + 1]) for depth in range(len(path))]
        return " › ".join(names) or self.text("organisation")

    def _label(self, path: tuple[str, ...]) -> str:
        """Return the last name of a path, or words for a name that is not given."""
        number = placeholder_number(path[-1])
        if number is not None:
            level = clean(self.publication.hierarchy[len(path) - 1])
            return self.text("unnamed", level=level, number=number)
        return clean(path[-1]) or self.text("no_unit")

    def number(self, value: float, digits: int = 2) -> str:
        """Write a number."""
        return format_number(value, self.language, digits=digits)

    def signed(self, value: float, digits: int = 2) -> str:
        """Write a number with its sign."""
        return format_signed(value, self.language, digits=digits)

    def share(self, value: float) -> str:
        """Write a proportion as a percentage."""
        return format_share(value, self.language)

    def level(self) -> str:
        """Write the coverage of the intervals, ``95%``."""
        percent = round(100 * self.publication.conf_level, 1)
        return f"{self.number(percent, 0 if percent.is_integer() else 1)}%"

    def interval(self, low: float, high: float, digits: int = 2) -> str:
        """Write the limits of an interval."""
        return format_interval(low, high, self.language, digits=digits)

    def listed(self, names: list[str]) -> str:
        """Write names as a list with "and" before the last."""
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.text('and')} {names[-1]}"


def words_for(publication: object, language: Language | None, section: str) -> Words:
    """Check what came in and return its words, by default those of the edition.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    ValueError
        `language` is not one of the languages of the program.
    """
    checked = check_publication(publication)
    if language is None:
        language = default_language()
    check_option("language", language, Language)
    return Words(publication=checked, language=language, section=section)


def clean(label: str) -> str:
    """Return a label on one line, without control characters."""
    printable = "".join(c if c.isprintable() else " " for c in str(label))
    return " ".join(printable.split())


def rows(frame: pd.DataFrame, **where: object) -> list[Row]:
    """Return the rows of a frame whose columns equal `where`, as dictionaries."""
    chosen = np.ones(len(frame), dtype=bool)
    for column, value in where.items() if len(frame) else ():
        chosen &= (frame[column] == value).to_numpy(dtype=bool)
    kept = frame.loc[chosen]
    names = [str(name) for name in kept.columns]
    # Not `to_dict`: column by column is several times as fast, above all for text.
    columns = [kept[name].to_numpy(dtype=object) for name in names]
    return [
        dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)
    ]


def is_shown(row: Row, column: str = "mean") -> bool:
    """Tell whether a row holds a number that may be shown."""
    value = row.get(column)
    return row.get("status", "shown") != "hidden" and is_number(value)


def is_number(value: object) -> bool:
    """Tell whether a cell holds a finite number."""
    return isinstance(value, int | float) and math.isfinite(value)


def subscale_panels(
    words: Words, present: set[str]
) -> list[tuple[str, list[Subscale]]]:
    """Return the subscales that are present, one group a kind and response scale.

    Kinds stay apart because conditions and outcomes are never added up; response
    scales because one axis can carry only one.
    """
    panels: dict[tuple[str, str], list[Subscale]] = {}
    for subscale in words.publication.instrument.subscales:
        if subscale.id in present:
            key = (subscale.kind, subscale.response_scale)
            panels.setdefault(key, []).append(subscale)
    return [(kind, members) for (kind, _), members in panels.items()]


def scale_bounds(words: Words, subscale: Subscale) -> tuple[float, float]:
    """Return the declared bounds of a subscale's response scale."""
    scale = words.publication.instrument.response_scale(subscale.response_scale)
    return scale.lowest, scale.highest
