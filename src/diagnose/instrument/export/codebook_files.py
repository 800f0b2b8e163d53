"""The codebook to hand over: a table as CSV, and one page to read and print.

A survey does not hold how items are scored, so these files are made of the instrument;
`codebook_target` binds one to a target that looks like all others.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from diagnose.instrument.codebook import codebook
from diagnose.instrument.export.build import edition_of, numbers_of
from diagnose.instrument.export.survey import Survey
from diagnose.instrument.export.target import Target
from diagnose.instrument.export.wording import spoken
from diagnose.instrument.model import Instrument, Item, ResponseScale, Subscale
from diagnose.language import Catalogue, Language, load_catalogue

NAME = "codebook"
OWN_COLUMNS = ("unit", "role", "edition", "link", "language", "seconds", "submitted")
"""Columns of ours beside the items, in the order in which the page explains them."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One item; `wordings` are pairs of forms that share a wording, and the wording."""

    id: str
    reverse: bool
    wordings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """One answer and what it counts for, forward and reversed; None when not at all."""

    code: str
    number: int
    label: str
    points: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Items with the same answers under one heading."""

    title: str
    meaning: str
    scale: str
    rows: tuple[_Row, ...]
    scored: bool


def codebook_csv(instrument: Instrument, language: str) -> bytes:
    """Return the table of `codebook` as CSV: UTF-8 with a byte-order mark.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.

    Parameters
    ----------
    instrument : Instrument
        Not modified.
    language : str
        One of its languages.

    Raises
    ------
    ValueError
        The instrument does not exist in this language.
    """
    frame = codebook(instrument, language)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, float):
        return "" if math.isnan(value) else _plain_number(value)
    return value


def _plain_number(value: float) -> str:
    return str(int(value)) if value.is_integer() else str(value)


def codebook_page(instrument: Instrument, language: str) -> str:
    """Return the codebook as one HTML page that asks nothing of a network.

    Parameters
    ----------
    instrument : Instrument
        Not modified.
    language : str
        One of its languages; words around the items are English when the program
        does not speak it.

    Returns
    -------
    str
        A complete document; the same instrument gives the same text.

    Raises
    ------
    ValueError
        The instrument does not exist in this language.
    """
    codebook(instrument, language)  # refuses a language that does not exist
    known = spoken(language)
    texts = load_catalogue("fielding")
    page: str = _template().render(
        language=language,
        instrument=instrument,
        title=instrument.title[language],
        status=instrument.status[language],
        edition=edition_of(instrument),
        forms={key: form.title[language] for key, form in instrument.forms.items()},
        scales={
            scale.id: list(_answers(scale, language))
            for scale in instrument.response_scales
        },
        blocks=list(_blocks(instrument, language, texts, known)),
        open_items=[
            (item.id, _wordings(instrument, item.text, language))
            for item in instrument.open_items
        ],
        own=[(name, texts.text(f"codebook.own.{name}", known)) for name in OWN_COLUMNS],
        words=_words(texts, known),
    )
    return page


def codebook_files(
    instrument: Instrument, language: str, name: str
) -> dict[str, bytes]:
    """Return both files, whose names start with `name` and the language."""
    stem = f"{name}-{language}-codebook"
    return {
        f"{stem}.csv": codebook_csv(instrument, language),
        f"{stem}.html": codebook_page(instrument, language).encode("utf-8"),
    }


def codebook_target(instrument: Instrument) -> Target:
    """Return the way out that writes the codebook of one instrument."""

    def write(survey: Survey) -> dict[str, bytes]:
        return codebook_files(instrument, survey.language, survey.name)

    return Target(name=NAME, write=write, multilingual=False, random=True)


def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    source = resources.files("diagnose.instrument.export") / "codebook.html"
    return environment.from_string(source.read_text(encoding="utf-8"))


def _words(texts: Catalogue, language: Language) -> dict[str, str]:
    prefix = "codebook.word."
    keys = [key for key in texts.entries if key.startswith(prefix)]
    return {key.removeprefix(prefix): texts.text(key, language) for key in keys}


def _blocks(
    instrument: Instrument, language: str, texts: Catalogue, known: Language
) -> Iterator[_Block]:
    for subscale in instrument.subscales:
        for scale, items in _by_scale(instrument, subscale.items):
            yield _Block(
                title=f"{subscale.id} · {subscale.title[language]}",
                meaning=_meaning(subscale, language, texts, known),
                scale=scale,
                rows=tuple(_row(instrument, item, language) for item in items),
                scored=True,
            )
    for scale, items in _by_scale(instrument, instrument.context_items):
        yield _Block(
            title=texts.text("codebook.context", known),
            meaning=texts.text("codebook.context_meaning", known),
            scale=scale,
            rows=tuple(_row(instrument, item, language) for item in items),
            scored=False,
        )


def _meaning(
    subscale: Subscale, language: str, texts: Catalogue, known: Language
) -> str:
    how = texts.text(
        f"codebook.method.{subscale.method}", known, n=subscale.min_answered
    )
    kind = texts.text(f"codebook.kind.{subscale.kind}", known)
    high = texts.text("codebook.high", known, meaning=subscale.meaning[language])
    return f"{kind} {high} {how}"


def _by_scale(
    instrument: Instrument, items: Sequence[Item]
) -> Iterator[tuple[str, list[Item]]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(instrument.response_scale_of(item.id).id, []).append(item)
    yield from groups.items()


def _row(instrument: Instrument, item: Item, language: str) -> _Row:
    return _Row(
        id=item.id,
        reverse=item.keyed == "reverse",
        wordings=_wordings(instrument, item.text or {}, language),
    )


def _wordings(
    instrument: Instrument, text: Mapping[str, Mapping[str, str]], language: str
) -> tuple[tuple[str, str], ...]:
    forms: dict[str, list[str]] = {}
    for form, words in text.items():
        title = instrument.forms[form].title[language]
        forms.setdefault(words[language], []).append(title)
    return tuple((", ".join(titles), wording) for wording, titles in forms.items())


def _answers(scale: ResponseScale, language: str) -> Iterator[_Answer]:
    numbers = numbers_of(scale)
    ends = scale.lowest + scale.highest
    for point in scale.points:
        value = point.value
        yield _Answer(
            code=point.code,
            number=numbers[point.code],
            label=point.label[language],
            points=None
            if value is None
            else (_plain_number(value), _plain_number(ends - value)),
        )
