"""The open answers of an export, read apart from everything else about a respondent."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from diagnose._options import check_option
from diagnose.errors import Problem, ResponseError
from diagnose.instrument.export.build import edition_of
from diagnose.instrument.labels import normalise_label
from diagnose.responses.columns.mapping import ColumnMapping, read_mapping
from diagnose.responses.comments.model import Comments, ItemComments
from diagnose.responses.files.table import read_table
from diagnose.responses.files.tabular import Table
from diagnose.responses.opening import platform_named
from diagnose.responses.problems import problem, refuse
from diagnose.responses.read import detect_platform
from diagnose.responses.read.layout import (
    ROW_PURPOSES,
    Column,
    Layout,
    Platform,
    text_variants,
)
from diagnose.responses.rows.check import (
    Duplicates,
    Kept,
    Partials,
    RowRules,
    Trials,
    choose_rows,
)

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument

LONGEST = 20_000
"""Characters that are read of one text; a cell of a workbook holds 32,767."""

_SAYS_NOTHING = (
    "nvt;n.v.t.;n.v.t;niet van toepassing;geen;geen opmerking;geen opmerkingen;niks;x"
    ";xx;xxx;n/a;na;none;no comment;no comments;not applicable;-oth-"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """One file with its platform and what a person said about it."""

    table: Table
    platform: Platform
    layout: Layout
    mapping: ColumnMapping


def read_comments(
    path: str | Path,
    instrument: Instrument,
    *,
    mapping: str | Path | dict[str, Any] | ColumnMapping | None = None,
    platform: str | None = None,
    partials: Partials = "drop",
    trials: Trials = "drop",
    duplicates: Duplicates = "last",
    fewest: int | None = None,
) -> Comments:
    """Read the open answers of an export, and nothing else about who gave them.

    Reads the columns of the open items and those that decide about rows: previews,
    tests, partial responses and repeated response ids are left out as in
    `read_responses`. A row counts also when only its open answer is filled in. The
    order of the texts is drawn anew at each reading, by a keyed hash of the text whose
    key is forgotten.

    Parameters
    ----------
    path : str or Path
        The export.
    instrument : Instrument
        Its open items are looked for by id, then by question text in any language.
    mapping : str, Path, dict, ColumnMapping or None
        As in `read_responses`; ``open_items`` says which column holds which item.
    platform : str, optional
        Name of the platform; recognised from the headings when absent.
    partials, trials : {"drop", "keep"}
        Leave out responses that were not submitted, previews and tests, or keep them.
    duplicates : {"last", "first", "keep"}
        Which of the rows with the same response id is read.
    fewest : int, optional
        People who must have answered an item, where that was agreed to be more than
        ``instrument.reporting.comments``; it raises that number and never lowers it.

    Returns
    -------
    Comments
        An item that fewer people answered is withheld: its texts and their number are
        not kept. Blank texts, marks only and words such as "n/a" are no answers.

    Raises
    ------
    ResponseError
        The file cannot be read, the instrument has no open item, or no column or
        more than one column holds one.
    ValueError
        `partials`, `trials` or `duplicates` is none of the options; so is an unknown
        `platform`, as a ResponseError.
    """
    check_option("partials", partials, Partials)
    check_option("trials", trials, Trials)
    check_option("duplicates", duplicates, Duplicates)
    rules = RowRules(partials=partials, trials=trials, duplicates=duplicates)
    named = platform_named(platform)
    chosen = read_mapping(mapping, instrument)
    if not instrument.open_items:
        raise refuse("R150", instrument.id)
    opened = _open(path, chosen, named)
    places = find_open_items(
        opened.layout, instrument, opened.mapping, place=opened.table.name
    )
    if not places:
        raise refuse("R151", opened.table.name)
    kept = _rows(opened, rules)
    least = max(instrument.reporting.comments, fewest or 0)
    return _comments(opened, instrument, places, kept, least=least)


def _open(
    path: str | Path, mapping: ColumnMapping, platform: Platform | None
) -> _Opened:
    table = read_table(path)
    chosen = platform or detect_platform(table)
    layout = chosen.layout(table)
    if table.n_records <= layout.n_header_rows:
        raise refuse("R007", table.name)
    return _Opened(table=table, platform=chosen, layout=layout, mapping=mapping)


def find_open_items(
    layout: Layout, instrument: Instrument, mapping: ColumnMapping, *, place: str
) -> dict[str, int]:
    """Return open item id to the position of its column.

    Raises
    ------
    ResponseError
        Several columns may be meant, or the mapping names what is not there.
    """
    said, problems = mapping.open_items, list[Problem]()
    found: dict[str, int] = {}
    for item in instrument.open_items:
        heading = said.get(item.id)
        if heading is None and item.id in said:
            continue
        texts = text_variants(w for words in item.text.values() for w in words.values())
        if heading is not None:
            columns = _meant(layout.columns, heading)
        else:
            columns = _recognised(layout, item.id, frozenset(texts))
        where = f"{place}: {item.id}"
        if len(columns) == 1:
            found[item.id] = columns[0].position
        elif columns:
            headings = tuple(column.heading for column in columns)
            problems.append(problem("R152", where, item=item.id, headings=headings))
        elif heading is not None:
            problems.append(problem("R153", where, heading=heading))
    if problems:
        raise ResponseError(problems)
    return found


def _meant(columns: tuple[Column, ...], heading: str) -> list[Column]:
    text, code = normalise_label(heading), heading.strip().casefold()
    exact = [c for c in columns if normalise_label(c.heading) == text]
    coded = [c for c in columns if c.codes[:1] == (code,)]
    return exact or coded or [c for c in columns if text in c.texts]


def _recognised(layout: Layout, item: str, texts: frozenset[str]) -> list[Column]:
    system = set(layout.system.values())
    columns = [c for c in layout.columns if c.position not in system]
    # "comments.first" is how our own offline questionnaire writes it.
    own = (item, f"comments.{item}")
    whole = [c for c in columns if {*c.codes[:1], c.heading.casefold()} & set(own)]
    part = [c for c in columns if item in c.codes]
    full = [c for c in columns if texts & set(c.texts)]
    return whole or part or full or [c for c in columns if _begins(c, texts)]


def _begins(column: Column, texts: frozenset[str]) -> bool:
    """Tell whether a heading is the cut-off beginning of one of the texts."""
    return any(text.startswith(stem) for stem in column.stems for text in texts)


def _rows(opened: _Opened, rules: RowRules) -> Kept:
    """Choose the rows; the system columns live no longer than this function."""
    layout, table = opened.layout, opened.table
    wanted = {p: layout.system[p] for p in ROW_PURPOSES if p in layout.system}
    submitted = opened.mapping.submitted
    if submitted is not None:
        columns = _meant(layout.columns, submitted)
        if len(columns) != 1:
            where = f"{table.name}: submitted"
            raise refuse("R153", where, heading=submitted)
        wanted["submitted"] = columns[0].position
    rows = table.take(list(wanted.values()), n_header_rows=layout.n_header_rows)
    system = pd.DataFrame(
        {purpose: rows[position] for purpose, position in wanted.items()},
        index=rows.index,
    ).astype("str")
    system = opened.platform.arrange(system)
    reasons = opened.platform.exclude(system)
    if submitted is not None:
        blank = system["submitted"].str.strip() == ""
        reasons = reasons.mask(blank & (reasons == ""), "partial")
    identities = [system["response"]] if "response" in system else []
    touched = pd.Series(True, index=system.index)
    return choose_rows(reasons, touched, rules=rules, identities=identities)


def _comments(
    opened: _Opened,
    instrument: Instrument,
    places: dict[str, int],
    kept: Kept,
    *,
    least: int,
) -> Comments:
    name = opened.table.name
    cells = opened.table.take(
        list(places.values()), n_header_rows=opened.layout.n_header_rows
    )
    items, notes = [], []
    for item in instrument.open_items:
        where = f"{name}: {item.id}"
        if item.id not in places:
            notes.append(problem("R156", where))
            continue
        position = places[item.id]
        texts, n_shortened = _texts(cells[position][kept.keep], opened, position)
        withheld = len(texts) < least
        if withheld:
            notes.append(problem("R155", where, least=least))
        elif n_shortened:
            notes.append(problem("R157", where, n=n_shortened, limit=LONGEST))
        items.append(
            ItemComments(
                item=item.id,
                texts=() if withheld else _shuffled(texts),
                withheld=withheld,
            )
        )
    return Comments(
        instrument=edition_of(instrument),
        source=name,
        sha256=opened.table.sha256,
        items=tuple(items),
        excluded=dict(kept.excluded),
        notes=tuple(notes),
    )


def _texts(cells: pd.Series, opened: _Opened, position: int) -> tuple[list[str], int]:
    nothing = set(_SAYS_NOTHING.split(";")) | {
        normalise_label(t) for t in opened.mapping.missing
    }
    missing = opened.table.missing.get(position, frozenset())
    nothing |= {normalise_label(text) for text in missing}
    masks = opened.platform.name == "limesurvey"
    texts = (_clean(str(cell), unmask=masks) for cell in cells)
    said = [t for t in texts if _says(t) and normalise_label(t) not in nothing]
    return [t[:LONGEST] for t in said], sum(len(t) > LONGEST for t in said)


def _clean(text: str, *, unmask: bool) -> str:
    """Return a text without what no workbook can hold; LimeSurvey masks ``=`` by ``'``.

    See ``CsvWriter.php`` of LimeSurvey: only an equals sign is masked.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    plain = "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else " "
        for c in plain
    ).strip()
    return plain[1:] if unmask and plain.startswith("'=") else plain


def _says(text: str) -> bool:
    """Tell whether a text is more than white space and punctuation marks."""
    return any(unicodedata.category(c)[0] not in "PZC" for c in text)


def _shuffled(texts: list[str]) -> tuple[str, ...]:
    """Return the texts in an order that neither the file nor the alphabet tells."""
    key = secrets.token_bytes(32)

    def place(text: str) -> bytes:
        return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()

    return tuple(sorted(texts, key=place))
