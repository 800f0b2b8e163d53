"""Rules for the words of an instrument: languages, forms and wordings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from diagnose.errors import Problem
from diagnose.instrument.labels import normalise_label
from diagnose.instrument.model import Instrument, Item
from diagnose.instrument.problems import problem

PLACEHOLDERS = ("unit", "change")
"""Fields that an introduction may leave open, written ``{unit}`` and ``{change}``."""

_BRACES = re.compile(r"\{[^{}]*\}|[{}]")


def text_problems(instrument: Instrument) -> Iterator[Problem]:
    """Yield everything that is wrong with the words of an instrument.

    Parameters
    ----------
    instrument : Instrument
        Not modified.

    Yields
    ------
    Problem
        With the path inside the instrument as its place.
    """
    yield from _language_problems(instrument)
    yield from _form_problems(instrument)
    yield from _completeness_problems(instrument)
    yield from _wording_problems(instrument)
    yield from _placeholder_problems(instrument)


def _language_problems(instrument: Instrument) -> Iterator[Problem]:
    declared = tuple(instrument.languages)
    for path, languages in _translated(instrument):
        for language in declared:
            if language not in languages:
                yield problem("I029", path, value=repr(language))
        yield from _undeclared(path, languages, declared)
    for i, scale in enumerate(instrument.response_scales):
        for j, point in enumerate(scale.points):
            path = f"response_scales[{i}].points[{j}].aliases"
            yield from _undeclared(path, point.aliases, declared)


def _undeclared(
    path: str, languages: Mapping[str, object], declared: tuple[str, ...]
) -> Iterator[Problem]:
    for language in languages:
        if language not in declared:
            allowed = ", ".join(repr(known) for known in declared)
            where = f"{path}.{language}"
            yield problem("I030", where, value=repr(language), allowed=allowed)


def _translated(instrument: Instrument) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield every text that must exist in each language, with its path."""
    yield "title", instrument.title
    yield "status", instrument.status
    yield "provenance.evidence", instrument.provenance.evidence
    for key, form in instrument.forms.items():
        yield f"forms.{key}.title", form.title
        if form.introduction is not None:
            yield f"forms.{key}.introduction", form.introduction
    yield from _translated_parts(instrument)
    for path, texts in _texts_by_form(instrument):
        for form_id, translations in texts.items():
            yield f"{path}.{form_id}", translations
    for i, screen in enumerate(instrument.suitability):
        yield f"suitability[{i}].text", screen.text


def _translated_parts(
    instrument: Instrument,
) -> Iterator[tuple[str, Mapping[str, object]]]:
    for i, scale in enumerate(instrument.response_scales):
        for j, point in enumerate(scale.points):
            yield f"response_scales[{i}].points[{j}].label", point.label
    for i, subscale in enumerate(instrument.subscales):
        yield f"subscales[{i}].title", subscale.title
        yield f"subscales[{i}].meaning", subscale.meaning


def _closed(instrument: Instrument) -> Iterator[tuple[str, Item]]:
    for i, subscale in enumerate(instrument.subscales):
        for j, item in enumerate(subscale.items):
            yield f"subscales[{i}].items[{j}].text", item
    for i, context in enumerate(instrument.context_items):
        yield f"context_items[{i}].text", context


def _texts_by_form(
    instrument: Instrument,
) -> Iterator[tuple[str, Mapping[str, Mapping[str, str]]]]:
    for path, item in _closed(instrument):
        yield path, item.text or {}
    for i, open_item in enumerate(instrument.open_items):
        yield f"open_items[{i}].text", open_item.text


def _form_problems(instrument: Instrument) -> Iterator[Problem]:
    allowed = ", ".join(repr(form_id) for form_id in instrument.forms)
    for path, texts in _texts_by_form(instrument):
        for form_id in texts:
            if form_id not in instrument.forms:
                where = f"{path}.{form_id}"
                yield problem("I031", where, value=repr(form_id), allowed=allowed)


def _completeness_problems(instrument: Instrument) -> Iterator[Problem]:
    """Either the instrument is fielded from here, or it only tells how to score."""
    items = list(_closed(instrument))
    if all(item.text is None for _, item in items):
        return
    for path, item in items:
        if not item.text:
            yield problem("I032", path)
    used = {form_id for _, item in items for form_id in item.text or {}}
    for form_id in instrument.forms:
        if form_id not in used:
            yield problem("I033", f"forms.{form_id}")


def _wording_problems(instrument: Instrument) -> Iterator[Problem]:
    """Within one form and language, a wording names one item; forms may share it."""
    first: dict[tuple[str, str, str], str] = {}
    for path, texts in _texts_by_form(instrument):
        for form_id, translations in texts.items():
            for language, wording in translations.items():
                place = f"{path}.{form_id}.{language}"
                key = (form_id, language, normalise_label(wording))
                earlier = first.setdefault(key, place)
                if earlier != place:
                    yield problem("I035", place, other=earlier)


def _placeholder_problems(instrument: Instrument) -> Iterator[Problem]:
    known = {f"{{{name}}}" for name in PLACEHOLDERS}
    for key, form in instrument.forms.items():
        for language, words in (form.introduction or {}).items():
            for field in _BRACES.findall(words):
                if field not in known:
                    place = f"forms.{key}.introduction.{language}"
                    yield problem("I036", place, value=repr(field))
