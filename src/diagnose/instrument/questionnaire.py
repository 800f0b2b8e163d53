"""The questionnaire on paper: one self-contained page for each form and language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from typing import Any

from diagnose._options import check_option
from diagnose.errors import UnsupportedError
from diagnose.instrument.model import Instrument, Item, Point
from diagnose.instrument.texts import PLACEHOLDERS
from diagnose.language import Catalogue, Language, load_catalogue

_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Statements that share one head of answer labels; `rows` are id and wording."""

    caption: str
    points: tuple[Point, ...]
    rows: tuple[tuple[str, str], ...]

    @property
    def first_width(self) -> int:
        """Share of the width for the wording, in percent; boxes share the rest."""
        return max(40, 94 - 8 * len(self.points))


def questionnaire(instrument: Instrument, form: str, language: Language) -> str:
    """Return a questionnaire to print, as one HTML page that asks nothing of a network.

    Statements stand in the order of the instrument. Titles and meanings of subscales
    are left out, for they would tell respondents what to answer; a block shows its
    letter only. ``{unit}`` and ``{change}`` in the introduction become blanks.

    Parameters
    ----------
    instrument : Instrument
        With item texts.
    form : str
        Id of one of its forms, such as ``"floor"``.
    language : {"en", "nl"}
        One of its languages.

    Returns
    -------
    str
        A complete HTML document; the same instrument gives the same text.

    Raises
    ------
    ValueError
        The instrument has no such form or language.
    UnsupportedError
        The instrument is a scoring definition without item texts.
    """
    check_option("language", language, Language)
    _check_member("language", language, tuple(instrument.languages))
    _check_member("form", form, tuple(instrument.forms))
    _refuse_without_texts(instrument)
    texts = load_catalogue("instrument")
    blocks = list(_blocks(instrument, form, language, texts))
    page: str = _template().render(
        **_frame(instrument, form, language, texts),
        blocks=blocks,
        open_items=[
            (item.id, item.text[form][language])
            for item in instrument.open_items
            if form in item.text
        ],
    )
    return page


def _check_member(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        listed = ", ".join(repr(option) for option in known)
        raise ValueError(f"`{name}` must be one of {listed}; got {value!r}.")


def _refuse_without_texts(instrument: Instrument) -> None:
    if all(item.text is None for item in instrument.closed_items):
        raise UnsupportedError(
            f"instrument {instrument.id!r} is a scoring definition without item texts; "
            f"put the items into your own survey tool, under this instrument's ids."
        )


def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    source = resources.files("diagnose.instrument") / "questionnaire.html"
    return environment.from_string(source.read_text(encoding="utf-8"))


def _frame(
    instrument: Instrument, form: str, language: Language, texts: Catalogue
) -> dict[str, Any]:
    """Return everything around the statements."""
    shape = instrument.forms[form]
    words = (shape.introduction or {}).get(language, "")
    fields: dict[str, dict[str, object]] = {
        "tick": {},
        "statement": {},
        "thanks": {},
        "version": {"version": instrument.version},
        "fingerprint": {"hash": instrument.content_hash},
        "licence": {"licence": instrument.provenance.licence},
    }
    return {
        key: texts.text(f"questionnaire.{key}", language, **values)
        for key, values in fields.items()
    } | {
        "language": language,
        "title": instrument.title[language],
        "form_title": shape.title[language],
        "status": instrument.status[language],
        "running": f"{instrument.id} {instrument.version} {form} {language}",
        "introduction": list(_with_blanks(words, language, texts)),
    }


def _with_blanks(
    words: str, language: Language, texts: Catalogue
) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of an introduction, and whether each is a blank to fill."""
    for position, piece in enumerate(_PLACEHOLDER.split(words)):
        if position % 2:
            yield texts.text(f"questionnaire.blank.{piece}", language), True
        elif piece:
            yield piece, False


def _blocks(
    instrument: Instrument, form: str, language: Language, texts: Catalogue
) -> Iterator[_Block]:
    """Yield the statements in blocks that share a caption and a response scale."""
    statements = (
        (caption, instrument.response_scale_of(item.id), item)
        for caption, item in _captioned(instrument, language, texts)
        if item.text and form in item.text
    )
    for (caption, _), group in groupby(statements, lambda s: (s[0], s[1].id)):
        members = list(group)
        yield _Block(
            caption=caption,
            points=members[0][1].points,
            rows=tuple(
                (item.id, _wording(item, form, language)) for _, _, item in members
            ),
        )


def _captioned(
    instrument: Instrument, language: Language, texts: Catalogue
) -> Iterator[tuple[str, Item]]:
    for subscale in instrument.subscales:
        # Single items need no block of their own, so they share one without a letter.
        letter = subscale.id.upper() if subscale.method == "mean" else ""
        caption = texts.text("questionnaire.block", language, letter=letter)
        for item in subscale.items:
            yield caption if letter else "", item
    for item in instrument.context_items:
        yield texts.text("questionnaire.last_block", language), item


def _wording(item: Item, form: str, language: Language) -> str:
    return (item.text or {})[form][language]
