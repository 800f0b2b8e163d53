"""Do the headings fit the instrument? Wordings that changed, items that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from diagnose.errors import Problem
from diagnose.responses.columns.find import Columns, item_texts
from diagnose.responses.problems import problem
from diagnose.responses.read.layout import Layout, text_variants

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument, Item
    from diagnose.responses.columns.mapping import ColumnMapping
    from diagnose.responses.definition import Definition
    from diagnose.responses.model import Responses

_FEWEST_WORDS = 3
"""Words that make a text of a heading; fewer are a code or a label."""

FEWEST_RESPONDENTS = 10
"""Respondents from whom somebody may be expected to answer each item."""

_CHUNK = 10_000
"""Rows that are looked at in one go."""

_FEWEST_SIGNS = 12
"""Signs that the start of an abbreviated question text must have."""


def check_wordings(
    columns: Columns, layout: Layout, instrument: Instrument, *, place: str
) -> tuple[list[Problem], list[Problem]]:
    """Compare the question texts in the headings with those of the instrument.

    Returns
    -------
    tuple of two lists of Problem
        Columns that hold the wording of another item (these block scoring), and a
        note on items whose wording is not that of the instrument.
    """
    headings = {column.position: column for column in layout.columns}
    items = [item for item in instrument.closed_items if item.id in columns.position]
    texts = {item.id: headings[columns.position[item.id]].texts for item in items}
    problems, changed = _compared(texts, instrument, place)
    return problems, [problem("R074", place, items=changed)] if changed else []


def check_definition(
    definition: Definition, codes: Mapping[str, Sequence[str]], instrument: Instrument
) -> tuple[list[Problem], list[Problem]]:
    """Compare the question texts in a definition with those of the instrument.

    Parameters
    ----------
    definition : Definition
        The survey as the platform defines it.
    codes : mapping of str to sequence of str
        Item to the codes under which the definition may know it, the full one first.
    instrument : Instrument
        What was asked.

    Returns
    -------
    tuple of two lists of Problem
        Items that ask there what another item asks here (these block scoring), and a
        note on items in other words, as in the definition of another survey.
    """
    texts = {}
    for item, known in codes.items():
        asked = next((c for c in known if c in definition.wordings), "")
        texts[item] = text_variants(definition.wordings.get(asked, ()))
    source = definition.source
    problems, changed = _compared(texts, instrument, source)
    if not changed:
        return problems, []
    return problems, [problem("R088", source, source=source, items=changed)]


def _compared(
    texts: Mapping[str, Iterable[str]], instrument: Instrument, place: str
) -> tuple[list[Problem], tuple[str, ...]]:
    """Return items that hold the wording of another one, and those in other words."""
    owners = item_texts(instrument)
    problems: list[Problem] = []
    changed: list[str] = []
    for item in instrument.closed_items:
        told = _wordings(texts.get(item.id, ())) if item.text else []
        if not told or _fits(told, item):
            continue
        other = next((owners[t] for t in told if owners.get(t, item.id) != item.id), "")
        if other:
            where = f"{place}: {item.id}"
            problems.append(problem("R057", where, item=item.id, other=other))
        else:
            changed.append(item.id)
    return problems, tuple(changed)


def _wordings(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if len(text.split()) >= _FEWEST_WORDS]


def _fits(texts: Iterable[str], item: Item) -> bool:
    own = [
        text
        for wordings in (item.text or {}).values()
        for text in text_variants(wordings.values())
    ]
    return any(_same(text, wording) for text in texts for wording in own)


def _same(text: str, wording: str) -> bool:
    """Tell whether a heading holds a wording, or the start of one that was cut off."""
    start = text.rstrip(".… ")
    cut = start != text and len(start) >= _FEWEST_SIGNS and wording.startswith(start)
    return wording in text or cut


def check_completeness(
    columns: Columns, instrument: Instrument, mapping: ColumnMapping, *, place: str
) -> list[Problem]:
    """Return a problem for subscales of which some items have no column.

    A heading that was changed must not quietly make a score of fewer items. Whole
    subscales may be left out, and items that some form does not have.
    """
    problems: list[Problem] = []
    for subscale in instrument.subscales:
        lost = [
            item.id
            for item in subscale.items
            if item.id not in columns.position
            and mapping.items.get(item.id, "") is not None
            and _for_everyone(item, instrument)
        ]
        if lost and len(lost) < len(subscale.items):
            where = f"{place}: {subscale.id}"
            problems.append(
                problem("R058", where, items=tuple(lost), line=_left_out(lost))
            )
    return problems


def _for_everyone(item: Item, instrument: Instrument) -> bool:
    return item.text is None or set(item.text) == set(instrument.forms)


def check_answered(responses: Responses, *, place: str) -> list[Problem]:
    """Return a note on items that nobody answered, though their subscale was asked.

    Such a column may be a copy of the question that was never shown. Nothing is said
    of a handful of respondents, who may all have skipped an item.
    """
    if len(responses) < FEWEST_RESPONDENTS:
        return []
    blank: list[str] = []
    for subscale in responses.instrument.subscales:
        asked = [item for item in subscale.items if item.id in responses.answers]
        unanswered = [item for item in asked if not _is_answered(responses, item.id)]
        if len(unanswered) < len(asked):
            blank += [
                item.id
                for item in unanswered
                if _for_everyone(item, responses.instrument)
            ]
    values: dict[str, object] = {"items": tuple(blank), "line": _left_out(blank)}
    return [problem("R087", place, **values)] if blank else []


def _is_answered(responses: Responses, item: str) -> bool:
    values, unsure = responses.answers[item], responses.not_applicable[item]
    # The first answer is found soon: a million rows need not all be looked at.
    return any(
        (values.iloc[start : start + _CHUNK].notna()).any()
        or unsure.iloc[start : start + _CHUNK].any()
        for start in range(0, len(values), _CHUNK)
    )


def _left_out(items: Iterable[str]) -> str:
    return "items: {" + ", ".join(f"{item}: null" for item in items) + "}"
