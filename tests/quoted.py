"""Reviewed open answers of a small organisation: for tests of what may be quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import pandas as pd

from builders import both, instrument
from diagnose.diagnosis.model import Diagnosis
from diagnose.disclosure import Publication, publish
from diagnose.disclosure.comments import publish_comments
from diagnose.disclosure.log import log_frame
from diagnose.instrument.export.build import edition_of
from diagnose.instrument.model import Instrument, OpenItem
from diagnose.responses.comments import ReviewedComments
from unit.disclosure.organisations import diagnose_people, people_of

ITEMS = ("first", "keep", "stop")
ASKED: Instrument = instrument({"v": "v1 v2 v3 v4"}).model_copy(
    update={
        "open_items": tuple(
            OpenItem(id=item, text={"floor": both(f"What {item}?", f"Wat {item}?")})
            for item in ITEMS
        )
    }
)
TEAMS = {
    ("Kitchen",): [1.0 + 0.1 * n for n in range(30)],
    ("Night shift",): [2.0 + 0.1 * n for n in range(20)],
    ("Planning",): [1.5, 2.5, 4.0],
    ("Stores",): [1.75, 2.25, 4.5, 3.0, 2.0, 3.5],
}
HOSTILE = (
    "=1+1",
    "- te weinig tijd",
    "+31 helpt niet",
    "@allen: <script>alert(1)</script> & <b>vet</b>",
    "een \u202eomgekeerde\u202c tekst\x07 met\u2028regels\nen\ttabs",
    "{braces} {0} %s \\ $x_1$ #set *ster*",
    "مرحبا بالعالم en שלום",
    "👩\u200d💻🏽 é 漢字",
    "lang " * 1000,
    "_x0041_ en ../../pad",
    "'t is goed",
)


@cache
def diagnose_small(asked: Instrument = ASKED) -> Diagnosis:
    """Return the diagnosis of 59 people in four teams, of which two are small."""
    return diagnose_people(people_of(TEAMS), asked)


def themed(**counts: int) -> tuple[tuple[str, ...], ...]:
    """Return texts with one theme each; ``none`` have no theme."""
    return tuple(
        () if name == "none" else (name.replace("_", " "),)
        for name, n in counts.items()
        for _ in range(n)
    )


def reviewed(
    quotes: Mapping[str, Sequence[str]] | None = None,
    themes: Mapping[str, tuple[tuple[str, ...], ...]] | None = None,
    *,
    n: Mapping[str, int] | None = None,
    **changes: object,
) -> ReviewedComments:
    """Return a signed review; by default everything that was answered is quoted."""
    labels = dict(themes or {})
    numbers = dict(n or {item: len(texts) for item, texts in labels.items()})
    if quotes is None:
        quotes = {
            item: [f"{item} {at}" for at in range(number)]
            for item, number in numbers.items()
        }
    for item, texts in quotes.items():
        numbers.setdefault(item, len(texts))
    given = {
        "instrument": edition_of(ASKED),
        "reviewed_on": "2026-11-26",
        "quotes": {item: tuple(texts) for item, texts in quotes.items()},
        "decisions": {},
        "n_answered": numbers,
        "themes": labels,
    }
    return ReviewedComments(**{**given, **changes})


@cache
def published_small() -> Publication:
    """Return the publication of the small organisation without open answers."""
    return publish(diagnose_small())


def quoted(*args: object, **changes: object) -> Publication:
    """Return a publication of the small organisation with such a review."""
    publication = published_small()
    comments, log = publish_comments(
        reviewed(*args, **changes),
        diagnose_small(),
        publication.participation,
        publication.thresholds,
    )
    entries = [publication.suppressed, *([log_frame(log)] if log else [])]
    return replace(
        publication, comments=comments, suppressed=pd.concat(entries, ignore_index=True)
    )
