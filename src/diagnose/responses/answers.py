"""The closed answers of one file, and the texts among them that are no answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.responses.problems import problem
from diagnose.responses.vocabulary import (
    Meaning,
    Vocabulary,
    find_decimal,
    is_number,
)

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument
    from diagnose.responses.mapping import ColumnMapping

OFTEN = 5
"""A strange text is shown when this many people gave it: then it is a label."""

MOST_SHOWN = 12
"""Strange texts that one problem lists at most."""


@dataclass(slots=True, kw_only=True)
class Answers:
    """The closed answers of one file.

    Attributes
    ----------
    values, not_applicable : pandas.DataFrame
        As in `Responses`; one column an item that was asked.
    touched : pandas.Series of bool
        Whether the respondent gave any closed answer, understood or not.
    answers_as : str
        ``"codes"``, ``"labels"`` or ``"mixed"``.
    decimal : str
        Decimal mark of the numbers in the file.
    problems : list of Problem
        Texts that are no answer of the instrument.
    """

    values: pd.DataFrame
    not_applicable: pd.DataFrame
    touched: pd.Series
    answers_as: str
    decimal: str
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Strange:
    """Texts on one response scale that were not understood, and who gave them."""

    vocabulary: Vocabulary
    items: list[str] = field(default_factory=list)
    rows: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, item: str, text: str, gave: np.ndarray) -> None:
        if item not in self.items:
            self.items.append(item)
        self.rows[text] = self.rows.get(text, np.zeros(len(gave), dtype=bool)) | gave


def read_answers(
    cells: pd.DataFrame,
    instrument: Instrument,
    mapping: ColumnMapping,
    *,
    place: str,
    confirm_codes: bool = False,
) -> Answers:
    """Turn the texts of the closed items into response-scale values.

    Parameters
    ----------
    cells : pandas.DataFrame of categories
        Texts as they stand in the file; columns are item ids.
    instrument : Instrument
        Declares the response scale of each item.
    mapping : ColumnMapping
        Labels, missing texts and decimal mark that a person gave.
    place : str
        Name of the export, for messages.
    confirm_codes : bool
        Whether bare numeric codes need a person's confirmation on this platform.
    """
    decimal = mapping.decimal or find_decimal(
        [str(text).strip() for item in cells for text in cells[item].cat.categories]
    )
    strange = {
        scale.id: _Strange(_vocabulary(scale.id, instrument, mapping, decimal))
        for scale in instrument.response_scales
    }
    seen: Counter[str] = Counter()
    values, flags = {}, {}
    touched = np.zeros(len(cells), dtype=bool)
    for item in cells.columns:
        record = strange[instrument.response_scale_of(item).id]
        meanings = _meanings(cells[item], record, item, seen)
        codes = cells[item].cat.codes.to_numpy()
        values[item] = np.array([m.value for m in meanings], dtype=float)[codes]
        flags[item] = np.array([m.not_applicable for m in meanings], dtype=bool)[codes]
        touched |= np.array([m.by != "missing" for m in meanings], dtype=bool)[codes]
    problems = [p for s in strange.values() for p in _as_problems(s, place)]
    if confirm_codes and mapping.answers == "auto" and seen["code"]:
        problems.append(problem("R046", place, n=seen["code"]))
    return Answers(
        values=pd.DataFrame(values, index=cells.index, dtype=float),
        not_applicable=pd.DataFrame(flags, index=cells.index, dtype=bool),
        touched=pd.Series(touched, index=cells.index),
        answers_as=_answers_as(seen),
        decimal=decimal,
        problems=problems,
    )


def _vocabulary(
    scale: str, instrument: Instrument, mapping: ColumnMapping, decimal: str
) -> Vocabulary:
    return Vocabulary(
        instrument.response_scale(scale),
        extra=mapping.labels.get(scale, {}),
        answers=mapping.answers,
        missing=mapping.missing,
        decimal=decimal,
    )


def _meanings(
    column: pd.Series, record: _Strange, item: str, seen: Counter[str]
) -> list[Meaning]:
    """Return the meaning of each category; count them and note the strange ones."""
    codes = column.cat.codes.to_numpy()
    texts = [str(text) for text in column.cat.categories]
    meanings = [record.vocabulary.meaning(text) for text in texts]
    counts = np.bincount(codes, minlength=len(texts))
    for position, meaning in enumerate(meanings):
        seen[meaning.by] += int(counts[position])
        if counts[position] and not meaning.understood:
            record.add(item, texts[position].strip(), codes == position)
    return meanings


def _answers_as(seen: Counter[str]) -> str:
    if seen["code"] and seen["label"]:
        return "mixed"
    return "labels" if seen["label"] else "codes"


def _as_problems(strange: _Strange, place: str) -> Iterable[Problem]:
    """Yield what stands on one response scale and does not belong there.

    A text may be a person's own words in a column that was mapped by mistake. It is
    shown only when many gave it, when it resembles a label, or when it is a short
    number; of all others only the number of texts is told.
    """
    vocabulary = strange.vocabulary
    where = f"{place}: {', '.join(strange.items)}"
    numbers, labels, hidden = [], [], 0
    for text, gave in strange.rows.items():
        n_people = int(gave.sum())
        if is_number(text) and (len(text) <= 4 or n_people >= OFTEN):
            numbers.append((text, n_people))
        elif n_people >= OFTEN or vocabulary.nearest(text):
            labels.append((text, n_people))
        else:
            hidden += 1
    if numbers:
        yield problem(
            "R043",
            where,
            values=_counted(numbers),
            allowed=tuple(point.code for point in vocabulary.scale.points),
            example=_mapping_line(vocabulary, numbers),
        )
    if labels or hidden:
        yield _unknown_labels(where, vocabulary, labels, hidden)


def _unknown_labels(
    where: str, vocabulary: Vocabulary, labels: list[tuple[str, int]], hidden: int
) -> Problem:
    points = vocabulary.scale.points
    allowed = tuple(
        dict.fromkeys(
            point.label[language]
            for language in points[0].label
            for point in points
            if language in point.label
        )
    )
    if not labels:
        return problem("R045", where, n=hidden, allowed=allowed)
    return problem(
        "R044" if hidden else "R042",
        where,
        labels=_counted(labels),
        n=hidden,
        allowed=allowed,
        example=_mapping_line(vocabulary, labels),
    )


def _most_given(texts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(texts, key=lambda pair: (-pair[1], pair[0]))[:MOST_SHOWN]


def _counted(texts: list[tuple[str, int]]) -> str:
    return ", ".join(f'"{text}" ({count}×)' for text, count in _most_given(texts))


def _mapping_line(vocabulary: Vocabulary, texts: list[tuple[str, int]]) -> str:
    """Return the line for the mapping; codes that only a person can know stay open."""
    pairs = ", ".join(
        f'{json.dumps(text, ensure_ascii=False)}: "{vocabulary.nearest(text) or "…"}"'
        for text, _ in _most_given(texts)
    )
    return f"labels: {{{vocabulary.scale.id}: {{{pairs}}}}}"
