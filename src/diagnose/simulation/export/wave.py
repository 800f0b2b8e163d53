"""One wave as it was answered, before a platform gives it a look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.instrument.export.build import blocks_of
from diagnose.instrument.model import Instrument, Item
from diagnose.language import load_catalogue
from diagnose.responses.model import Responses
from diagnose.simulation.export.settings import ExportLanguage, ExportSettings

COMPLETE, PARTIAL, PREVIEW = "complete", "partial", "preview"

_FIRST = dt.datetime(2026, 1, 5, 8)
_BETWEEN = dt.timedelta(minutes=7)
_USUAL_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The rows of one export: respondents, people who broke off, and previews.

    Attributes
    ----------
    instrument : Instrument
        What was asked.
    hierarchy : tuple of str
        Levels of the units.
    items : tuple of Item
        The closed items that were asked.
    blocks : mapping of str to str
        Item id to the block under which it is fielded.
    codes : pandas.DataFrame of str
        Codes as answered, blank where there is no answer; one column an item.
    comments : pandas.DataFrame of str
        One column an open item.
    people : pandas.DataFrame
        Role, language, seconds, link and levels, and ``kind``: complete, partial or
        preview.
    language : str
        Of labels and wordings.
    settings : ExportSettings
        What else was chosen.
    """

    instrument: Instrument
    hierarchy: tuple[str, ...]
    items: tuple[Item, ...]
    blocks: Mapping[str, str]
    codes: pd.DataFrame
    comments: pd.DataFrame
    people: pd.DataFrame
    language: ExportLanguage
    settings: ExportSettings

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    @property
    def interface(self) -> str:
        """Language of the platform itself."""
        return self.settings.interface or self.language

    @property
    def form(self) -> str:
        """The form of which the wordings are shown."""
        forms = self.instrument.forms
        return self.instrument.form_of_role("floor") or next(iter(forms))

    def where(self, kind: str, yes: str, no: str) -> list[str]:
        """Return one text for the rows of a kind, and another for the rest."""
        return [yes if one == kind else no for one in self.people["kind"]]

    def numbers(self, first: int = 1) -> range:
        """Return the numbers of the rows."""
        return range(first, first + len(self))

    def seconds(self, shape: Callable[[float], str]) -> list[str]:
        """Return the time that each took, blank where it is unknown."""
        times = self.people["seconds"].to_numpy(dtype=float)
        return [shape(time) if np.isfinite(time) else "" for time in times]

    def started(self) -> list[dt.datetime]:
        """Return when each began; no two in the same minute, and nobody's moment."""
        return [_FIRST + number * _BETWEEN for number in range(len(self))]

    def ended(self) -> list[dt.datetime]:
        """Return when each left the survey."""
        times = self.people["seconds"].fillna(_USUAL_SECONDS)
        return [
            begin + dt.timedelta(seconds=round(time))
            for begin, time in zip(self.started(), times, strict=True)
        ]


def build_wave(
    responses: Responses, language: ExportLanguage, settings: ExportSettings
) -> Wave:
    """Return the rows of an export of one wave.

    Raises
    ------
    ValueError
        The responses are of more than one wave.
    """
    waves = sorted(responses.people["wave"].unique())
    if len(waves) > 1:
        raise ValueError(
            f"an export holds one wave; these responses hold {', '.join(waves)}."
        )
    instrument = responses.instrument
    asked = responses.answers.columns
    items = tuple(i for i in instrument.closed_items if i.id in asked)
    rng = np.random.default_rng(settings.seed)
    answered = {item.id: _given(responses, item) for item in items}
    table = pd.DataFrame(answered, index=responses.people.index, dtype=object)
    open_ids = [item.id for item in instrument.open_items]
    for item_id in open_ids:
        languages = responses.people["language"]
        table[item_id] = _comments(languages, settings.comment_share, rng)
    people = [*("role", "language", "seconds", "link"), *responses.hierarchy]
    table = table.join(responses.people[people]).assign(kind=COMPLETE)
    table = _add_rows(table, instrument, items, settings, rng)
    if settings.link:
        table["link"] = _links(table)
    return Wave(
        instrument=instrument,
        hierarchy=responses.hierarchy,
        items=items,
        blocks={
            item.id: name
            for name, members in blocks_of(instrument, items)
            for item in members
        },
        codes=table[[item.id for item in items]],
        comments=table[open_ids],
        people=table[[*people, "kind"]],
        language=language,
        settings=settings,
    )


def _given(responses: Responses, item: Item) -> list[str]:
    scale = responses.instrument.response_scale_of(item.id)
    codes: dict[float | None, str] = {}
    for point in scale.points:
        codes.setdefault(point.value, point.code)
    values = responses.answers[item.id].to_numpy(dtype=float)
    unknown = responses.not_applicable[item.id].to_numpy(dtype=bool)
    return [
        codes[None] if na else codes[value] if np.isfinite(value) else ""
        for value, na in zip(values.tolist(), unknown.tolist(), strict=True)
    ]


def _comments(
    languages: pd.Series, share: float, rng: np.random.Generator
) -> list[str]:
    stock = load_catalogue("simulation").entries
    keys = sorted(key for key in stock if key.startswith("comment."))
    chosen = (rng.random(len(languages)) * len(keys)).astype(int)
    speaks = rng.random(len(languages)) < share
    return [
        stock[keys[number]].get(language, stock[keys[number]]["en"]) if says else ""
        for number, says, language in zip(chosen, speaks, languages, strict=True)
    ]


def _add_rows(
    table: pd.DataFrame,
    instrument: Instrument,
    items: tuple[Item, ...],
    settings: ExportSettings,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Scatter rows that are no responses; the order of the others remains."""
    parts = [table]
    for kind, n, n_answered in (
        (PARTIAL, settings.n_partial, len(items) // 3),
        (PREVIEW, settings.n_preview, len(items)),
    ):
        alike = np.sort((rng.random(n) * len(table)).astype(int))
        rows = table.iloc[alike].copy()
        for number, item in enumerate(items):
            points = instrument.response_scale_of(item.id).points
            drawn = (rng.random(n) * len(points)).astype(int)
            rows[item.id] = [
                points[i].code if number < n_answered else "" for i in drawn
            ]
        for open_item in instrument.open_items:
            rows[open_item.id] = ""
        parts.append(rows.assign(seconds=np.nan, link="", kind=kind))
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def _links(table: pd.DataFrame) -> list[str]:
    """Return a code for every row; nobody's, as it is made from the row's number."""
    known = table["link"].astype(str)
    return [code or f"AA{number:05}BB" for number, code in enumerate(known, start=1)]
