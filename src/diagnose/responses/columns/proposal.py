"""A mapping file proposed from an export; a person confirms it, the program never."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from diagnose._options import check_option
from diagnose.instrument.labels import normalise_label
from diagnose.language import Language, load_catalogue
from diagnose.responses.answers.strange import is_common
from diagnose.responses.answers.vocabulary import Vocabulary, is_number
from diagnose.responses.columns.find import Columns, find_columns, matching_columns
from diagnose.responses.columns.mapping import ColumnMapping
from diagnose.responses.files.table import read_table
from diagnose.responses.opening import platform_named
from diagnose.responses.read import detect_platform
from diagnose.responses.read.layout import Column, Layout, text_variants

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument, ResponseScale
    from diagnose.responses.files.tabular import Table

LEAST_ALIKE = 0.6
"""Similarity from which a wording is proposed; 1 is the same."""

_Tell = Callable[..., str]
_SHARED_WORDS = 0.25
"""Share of words two texts must have in common before they are compared closely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A column that may hold an item."""

    alike: float
    item: str
    column: Column
    wording: str


@dataclass(slots=True, kw_only=True)
class _Found:
    """What is known about an export without a mapping, and what resembles the rest."""

    table: Table
    layout: Layout
    columns: Columns
    matches: list[_Match] = field(default_factory=list)


def propose_mapping(
    path: str | Path,
    instrument: Instrument,
    *,
    platform: str | None = None,
    language: Language = "en",
) -> str:
    """Return a mapping file for an export, for a person to check and confirm.

    Items that are recognised without a mapping stand in a comment. For the others the
    column whose text resembles a wording of the item most, in any language and form,
    is proposed with how alike the two are. The file says ``confirmed: false`` and is
    refused until somebody sets it to true.

    Parameters
    ----------
    path : str or Path
        The export.
    instrument : Instrument
        What was asked.
    platform : str, optional
        Recognised from the headings when absent.
    language : {"en", "nl"}
        Language of the comments.

    Returns
    -------
    str
        YAML. Labels stand in it only when at least five people gave them.

    Raises
    ------
    ResponseError
        The export cannot be read.
    """
    check_option("language", language, Language)
    named = platform_named(platform)
    table = read_table(path)
    chosen = named or detect_platform(table)
    layout = chosen.layout(table)
    columns = find_columns(layout, instrument, ColumnMapping(), place=table.name)
    found = _Found(table=table, layout=layout, columns=columns)
    found.matches = list(_matches(found, instrument))
    return "\n".join(_lines(found, instrument, language)) + "\n"


def _matches(found: _Found, instrument: Instrument) -> Iterator[_Match]:
    """Yield the best pairs of free columns and items without a column, each once."""
    free = _free(found)
    candidates = [
        _Match(alike=alike, item=item.id, column=column, wording=wording)
        for item in instrument.closed_items
        if item.id not in found.columns.position
        for column in free
        for alike, wording in [_likeness(column.texts, _wordings(item.text))]
        if alike >= LEAST_ALIKE
    ]
    taken: set[object] = set()
    for match in sorted(candidates, key=lambda one: -one.alike):
        if match.item not in taken and match.column.position not in taken:
            taken |= {match.item, match.column.position}
            yield match


def _free(found: _Found) -> list[Column]:
    used = {*found.columns.position.values(), *found.layout.system.values()}
    return [column for column in found.layout.columns if column.position not in used]


def _wordings(text: object) -> list[str]:
    forms = text.values() if isinstance(text, dict) else ()
    return [one for words in forms for one in text_variants(words.values())]


def _likeness(texts: Iterable[str], wordings: Sequence[str]) -> tuple[float, str]:
    """Return how alike the most similar pair is, and the wording in it."""
    best = (0.0, "")
    for text in texts:
        words = set(text.split())
        for wording in wordings:
            theirs = set(wording.split())
            if len(words & theirs) < _SHARED_WORDS * len(words | theirs):
                continue
            ratio = SequenceMatcher(None, text, wording, autojunk=False).ratio()
            best = max(best, (ratio, wording))
    return best


def _lines(found: _Found, instrument: Instrument, language: Language) -> Iterator[str]:
    words = load_catalogue("intake")

    def tell(key: str, **values: object) -> str:
        return words.text(f"proposal.{key}", language, **values)

    yield f"# {tell('head', source=' '.join(found.table.name.split()))}"
    yield f"# {tell('confirm')}"
    yield "confirmed: false"
    known = [i.id for i in instrument.closed_items if i.id in found.columns.position]
    if known:
        yield f"# {tell('known', items=', '.join(known))}"
    yield from _item_lines(found, instrument, tell)
    yield from _people_lines(found, tell)
    yield from _label_lines(found, instrument, tell)


def _item_lines(found: _Found, instrument: Instrument, tell: _Tell) -> Iterator[str]:
    matches = {match.item: match for match in found.matches}
    position = found.columns.position
    lost = [i.id for i in instrument.closed_items if i.id not in position]
    if lost:
        yield "items:" if matches else "# items:"
    for item in lost:
        if item in matches:
            match = matches[item]
            alike = tell(
                "alike", percent=round(100 * match.alike), wording=match.wording
            )
            yield f"  {item}: {_name(match.column, found.layout)}  # {alike}"
        else:
            yield f"  # {item}: {tell('nothing')}"


def _name(column: Column, layout: Layout) -> str:
    """Return a quoted name by which a mapping finds exactly this column."""
    for name in (column.heading, *column.codes, *column.texts):
        if len(matching_columns(layout.columns, name)) == 1:
            return json.dumps(name, ensure_ascii=False)
    return json.dumps(column.heading, ensure_ascii=False)


def _people_lines(found: _Found, tell: _Tell) -> Iterator[str]:
    """Yield lines, as comments, for columns that may hold units, roles and so on."""
    taken = {match.column.position for match in found.matches}
    clues = load_catalogue("intake").entries
    free = [column for column in _free(found) if column.position not in taken]
    for target in ("team", "role", "language", "seconds", "link"):
        known = "unit." if target == "team" else target
        if any(one.startswith(known) for one in found.columns.position):
            continue
        hints = ";".join(clues[f"clue.{target}"].values()).split(";")
        for column in free:
            heading = normalise_label(column.heading)
            if any(hint in heading.split() for hint in hints):
                name = _name(column, found.layout)
                line = {
                    "team": f"units: {{team: {name}}}",
                    "role": f"role: {{column: {name}}}",
                }.get(target, f"{target}: {name}")
                yield f"# {line}  # {tell('perhaps')}"


def _label_lines(found: _Found, instrument: Instrument, tell: _Tell) -> Iterator[str]:
    """Yield the labels that many gave and the instrument does not know."""
    places = {**found.columns.position} | {
        m.item: m.column.position for m in found.matches
    }
    gave: dict[str, dict[str, np.ndarray]] = {}
    for item in instrument.closed_items:
        if item.id in places:
            scale = instrument.response_scale_of(item.id)
            _note_labels(found, places[item.id], scale, gave.setdefault(scale.id, {}))
    groups = [
        list(_scale_lines(instrument.response_scale(name), texts, tell))
        for name, texts in gave.items()
    ]
    groups = [lines for lines in groups if lines]
    if groups:
        # A key with nothing but comments below it would be no mapping.
        yield "# labels:" if all(g[0].startswith("#") for g in groups) else "labels:"
    for lines in groups:
        yield from lines


def _scale_lines(
    scale: ResponseScale, gave: dict[str, np.ndarray], tell: _Tell
) -> Iterator[str]:
    """Yield the labels on one scale that many people gave, the most given first."""
    counts = {text: int(people.sum()) for text, people in gave.items()}
    often = sorted((text for text, n in counts.items() if is_common(text, n)), key=str)
    often.sort(key=lambda text: -counts[text])
    vocabulary = _vocabulary(scale)
    near = {text: vocabulary.nearest(text) for text in often}
    if often:
        yield f"  {scale.id}:" if any(near.values()) else f"#   {scale.id}:"
    for text in often:
        pair = f'{json.dumps(text, ensure_ascii=False)}: "{near[text] or "…"}"'
        start = "    " if near[text] else "#     "
        yield f"{start}{pair}  # {tell('given', n=counts[text])}"


def _note_labels(
    found: _Found, position: int, scale: ResponseScale, gave: dict[str, np.ndarray]
) -> None:
    """Note who gave which text: one person may have given it to many items."""
    column = found.table.take([position], n_header_rows=found.layout.n_header_rows)
    cells = column[position]
    codes = cells.cat.codes.to_numpy()
    vocabulary = _vocabulary(scale)
    for number, text in enumerate(cells.cat.categories):
        plain = str(text).strip()
        if not vocabulary.meaning(plain).understood and not is_number(plain):
            people = codes == number
            gave[plain] = gave.get(plain, np.zeros(len(codes), dtype=bool)) | people


def _vocabulary(scale: ResponseScale) -> Vocabulary:
    return Vocabulary(
        scale,
        extra={},
        answers="auto",
        missing=(),
        decimal=".",
        proven={},
        absent=(),
    )
