"""Texts in the place of answers that are none: which may be shown, and the way out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from diagnose.responses.answers.vocabulary import Vocabulary, is_missing_sign, is_number
from diagnose.responses.problems import problem

if TYPE_CHECKING:
    import numpy as np

    from diagnose.errors import Problem

OFTEN = 5
"""A strange text is shown when this many people gave it: then it is a label."""

_LOW = 10
"""Numbers up to this one, and those such as 99, may stand on any scale."""

MOST_SHOWN = 12
"""Strange texts that one problem lists at most."""


def strange_answers(
    vocabulary: Vocabulary,
    items: Sequence[str],
    rows: Mapping[str, np.ndarray],
    place: str,
) -> Iterable[Problem]:
    """Yield what stands on one response scale and does not belong there.

    A text may be a person's own words in a column that was mapped by mistake, and a
    number may be a year of birth. It is shown only when many gave it, when it is a
    label with a slip in it, or a number that scales and platforms use; of all others
    only the number of texts is told.

    Parameters
    ----------
    vocabulary : Vocabulary
        What is understood on this response scale.
    items : sequence of str
        Items with such texts.
    rows : mapping of str to numpy.ndarray of bool
        Text to the respondents who gave it.
    place : str
        Name of the export.
    """
    where = f"{place}: {', '.join(items)}"
    numbers, labels, hidden = [], [], 0
    for text, gave in rows.items():
        n_people = int(gave.sum())
        often = is_common(text, n_people)
        if is_number(text) and (_is_of_a_scale(text) or often):
            numbers.append((text, n_people))
        elif often or is_missing_sign(text) or vocabulary.is_misspelt(text):
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


def is_common(text: str, n_people: int) -> bool:
    """Tell whether so many people gave a text that it is a label, and no contact data.

    The address of one manager may well stand in the rows of a whole team.
    """
    # The package of open answers imports this layer.
    from diagnose.responses.comments.patterns import find_shapes

    return n_people >= OFTEN and next(find_shapes(text), None) is None


def _is_of_a_scale(number: str) -> bool:
    """Tell whether a number is low, or one such as -99 that means "not answered"."""
    digits = number.lstrip("+-")
    repeated = digits[0] in "789" and set(digits) == {digits[0]}
    low = abs(float(number.replace(",", "."))) <= _LOW
    return len(digits) <= 4 and (low or repeated)


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
