"""The codebook: what each column of an answer file means, as a table."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from diagnose.instrument.model import Instrument, Item

_COLUMNS = (
    "item",
    "subscale",
    "subscale_title",
    "kind",
    "keyed",
    "form",
    "wording",
    "response_scale",
    "code",
    "number",
    "value",
    "keyed_value",
    "label",
)


def codebook(instrument: Instrument, language: str) -> pd.DataFrame:
    """Return one row for each answer code of each closed item in each form.

    Parameters
    ----------
    instrument : Instrument
        Not modified.
    language : str
        One of its languages; the language of titles, wordings and labels.

    Returns
    -------
    pandas.DataFrame
        Columns ``item``, ``subscale``, ``subscale_title``, ``kind`` (``"context"``
        for items that are not scored), ``keyed``, ``form``, ``wording``,
        ``response_scale``, ``code`` (as in an export), ``number`` (what stands for
        the code where a platform takes numbers only), ``value`` (NaN for "don't
        know"), ``keyed_value`` (the value that is scored; NaN for context items) and
        ``label``. Items without a text have one set of rows, with form and wording
        empty.

    Raises
    ------
    ValueError
        The instrument does not exist in this language.
    """
    if language not in instrument.languages:
        listed = ", ".join(repr(known) for known in instrument.languages)
        raise ValueError(f"`language` must be one of {listed}; got {language!r}.")
    rows = [
        {**about, **wording, **answer}
        for about, item in _items(instrument, language)
        for wording in _wordings(item, language)
        for answer in _answers(instrument, item, language, about["kind"] != "context")
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _items(
    instrument: Instrument, language: str
) -> Iterator[tuple[dict[str, str], Item]]:
    for subscale in instrument.subscales:
        for item in subscale.items:
            yield (
                {
                    "item": item.id,
                    "subscale": subscale.id,
                    "subscale_title": subscale.title[language],
                    "kind": subscale.kind,
                    "keyed": item.keyed,
                },
                item,
            )
    for item in instrument.context_items:
        yield (
            {
                "item": item.id,
                "subscale": "",
                "subscale_title": "",
                "kind": "context",
                "keyed": item.keyed,
            },
            item,
        )


def _wordings(item: Item, language: str) -> Iterator[dict[str, str]]:
    if not item.text:
        yield {"form": "", "wording": ""}
    for form, translations in (item.text or {}).items():
        yield {"form": form, "wording": translations[language]}


def _answers(
    instrument: Instrument, item: Item, language: str, scored: bool
) -> Iterator[dict[str, object]]:
    # The ways out build on this module, so it cannot import them at its top.
    from diagnose.instrument.export.build import numbers_of

    scale = instrument.response_scale_of(item.id)
    numbers = numbers_of(scale)
    for point in scale.points:
        value = float("nan") if point.value is None else point.value
        reverse = item.keyed == "reverse"
        keyed = scale.lowest + scale.highest - value if reverse else value
        yield {
            "response_scale": scale.id,
            "code": point.code,
            "number": numbers[point.code],
            "value": value,
            "keyed_value": keyed if scored else float("nan"),
            "label": point.label[language],
        }
