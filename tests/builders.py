"""Small instruments and responses, written as they read: for tests of every layer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from diagnose.instrument.model import Instrument
from diagnose.responses.model import FLOOR, NO_UNIT, IntakeReport, Responses

AGREE5 = {
    "1": ("Strongly disagree", "Helemaal mee oneens"),
    "2": ("Disagree", "Mee oneens"),
    "3": ("Neither agree nor disagree", "Niet mee eens, niet mee oneens"),
    "4": ("Agree", "Mee eens"),
    "5": ("Strongly agree", "Helemaal mee eens"),
    "na": ("Don't know / not applicable", "Weet niet / niet van toepassing"),
}
PEOPLE = {"wave": "", "role": FLOOR, "language": "", "seconds": "", "link": ""}


def both(english: str, dutch: str | None = None) -> dict[str, str]:
    """Return a text in both languages; the English one twice when there is one."""
    return {"en": english, "nl": dutch or english}


def agree_scale(scale_id: str = "agree5") -> dict[str, object]:
    """Return the content of a five-point agree scale with a 'don't know'."""
    return {
        "id": scale_id,
        "lowest": 1.0,
        "highest": 5.0,
        "points": tuple(
            {
                "code": code,
                "value": None if code == "na" else float(code),
                "label": both(*labels),
            }
            for code, labels in AGREE5.items()
        ),
        "neutral": ("3",),
        "favourable": ("4", "5"),
    }


def number_scale(scale_id: str, lowest: int, highest: int) -> dict[str, object]:
    """Return the content of a scale whose labels are its numbers."""
    return {
        "id": scale_id,
        "lowest": float(lowest),
        "highest": float(highest),
        "points": tuple(
            {"code": str(value), "value": float(value), "label": both(str(value))}
            for value in range(lowest, highest + 1)
        ),
    }


def instrument(
    subscales: Mapping[str, str] | None = None,
    *,
    outcomes: tuple[str, ...] = (),
    individual: tuple[str, ...] = (),
    context: str = "",
    texts: Mapping[str, tuple[str, str]] | None = None,
    scales: Mapping[str, Mapping[str, object]] | None = None,
    min_answered: Mapping[str, int] | None = None,
) -> Instrument:
    """Return a small instrument.

    Parameters
    ----------
    subscales : mapping
        Subscale id to its item ids, a minus behind the reverse-keyed ones:
        ``{"v": "v1 v2 v3-"}`` (the default has ``v`` and ``c``).
    outcomes, individual : tuple of str
        Subscales that are outcomes, or about the respondent and not the team.
    context : str
        Ids of context items.
    texts : mapping
        Item id to (English, Dutch) wording; items without one have no text.
    scales : mapping
        Subscale id to the content of its response scale; five-point agree otherwise.
    min_answered : mapping
        Subscale id to the answers needed; otherwise one less than its items.
    """
    subscales = subscales or {"v": "v1 v2 v3- v4", "c": "c1 c2 c3"}
    scales, texts, least = scales or {}, texts or {}, min_answered or {}
    return Instrument.model_validate(
        {
            "id": "small",
            "version": "1.0.0",
            "title": both("Small instrument", "Klein instrument"),
            "status": both("made for tests", "gemaakt voor tests"),
            "provenance": {
                "source": "made for tests",
                "licence": "CC-BY-4.0",
                "evidence": both("none", "geen"),
            },
            "languages": {"en": {"status": "original"}, "nl": {"status": "translated"}},
            "forms": {
                "floor": {"role": "floor", "title": both("Work floor", "Werkvloer")},
                "leader": {"role": "leader", "title": both("Leaders", "Leiding")},
            },
            "response_scales": (agree_scale(), *scales.values()),
            "subscales": tuple(
                {
                    "id": name,
                    "kind": "outcome" if name in outcomes else "condition",
                    "title": both(name.upper()),
                    "meaning": both(f"much of {name}", f"veel {name}"),
                    "referent": "individual" if name in individual else "collective",
                    "response_scale": scales.get(name, {"id": "agree5"})["id"],
                    "method": "mean" if len(items.split()) > 1 else "item",
                    "min_answered": least.get(name, max(1, len(items.split()) - 1)),
                    "items": tuple(_item(word, texts) for word in items.split()),
                }
                for name, items in subscales.items()
            ),
            "context_items": tuple(
                {**_item(word, texts), "response_scale": "agree5"}
                for word in context.split()
            ),
        }
    )


def _item(word: str, texts: Mapping[str, tuple[str, str]]) -> dict[str, object]:
    item_id = word.rstrip("-")
    item: dict[str, object] = {
        "id": item_id,
        "keyed": "reverse" if word.endswith("-") else "forward",
    }
    if item_id in texts:
        item["text"] = {form: both(*texts[item_id]) for form in ("floor", "leader")}
    return item


def table(text: str) -> pd.DataFrame:
    """Return a Markdown table as a frame of text; a rule of dashes is optional."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text.strip().splitlines()
        if line.strip().strip("|-: ")
    ]
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=str)


def responses(text: str | pd.DataFrame, asked: Instrument | None = None) -> Responses:
    """Return the responses that a small table holds.

    Parameters
    ----------
    text : str or DataFrame
        ``| id | team | v1 | v2 |`` and rows below it. Columns named as an item hold
        answers (blank: not answered, ``na``: not applicable); ``wave``, ``role``,
        ``language``, ``seconds``, ``link`` describe people; ``id`` is ignored; any
        other column is a level of the hierarchy, large to small.
    asked : Instrument, optional
        Otherwise one whose subscales are the letters of the item columns (``v1``,
        ``v2`` to ``v``).
    """
    given = table(text) if isinstance(text, str) else text.astype(str)
    given = given.drop(columns="id", errors="ignore")
    if asked is None:
        asked = _instrument_of(given)
    known = [item.id for item in asked.closed_items]
    cells = given[[name for name in known if name in given.columns]]
    levels = [c for c in given.columns if c not in known and c not in PEOPLE]
    people = pd.DataFrame(
        {
            **{
                name: given[name] if name in given else [default] * len(given)
                for name, default in PEOPLE.items()
            },
            **{level: given[level].replace("", NO_UNIT) for level in levels},
        },
        index=given.index,
    )
    people["seconds"] = pd.to_numeric(people["seconds"].replace("", np.nan))
    return Responses(
        instrument=asked,
        answers=cells.replace({"": np.nan, "na": np.nan}).astype(float),
        not_applicable=cells == "na",
        people=people,
        hierarchy=tuple(levels),
        waves=tuple(dict.fromkeys(people["wave"])),
        reports=(_report(len(given)),),
    )


def _instrument_of(given: pd.DataFrame) -> Instrument:
    subscales: dict[str, str] = {}
    for name in given.columns:
        letters = name.rstrip("0123456789")
        if letters and letters != name and name not in PEOPLE:
            subscales[letters] = f"{subscales.get(letters, '')} {name}".strip()
    return instrument(subscales)


def _report(n_rows: int) -> IntakeReport:
    return IntakeReport(
        source="table in a test",
        sha256="0" * 64,
        platform="plain",
        encoding="utf-8",
        delimiter="|",
        answers_as="codes",
        n_rows=n_rows,
        n_kept=n_rows,
    )
