"""One small survey as every platform exports it: the files that are to be damaged."""

from __future__ import annotations

import functools
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from builders import both, instrument, number_scale
from diagnose.instrument.export import numbers_of
from diagnose.instrument.model import Instrument
from diagnose.language import load_catalogue
from diagnose.responses import read_responses
from diagnose.responses.columns.find import find_columns
from diagnose.responses.columns.mapping import ColumnMapping
from diagnose.responses.files.table import read_table
from diagnose.responses.model import IntakeReport, Responses
from diagnose.responses.read.platforms import detect_platform
from diagnose.simulation.export import LOOKS, write_export
from mutation.grids import ROWS_OF, Cell

LEVELS = ("division", "team")
TEAMS = (
    ("Zorg", "NA"),
    ("Zorg", "None"),
    ("Beheer", "Coördinatie"),
    ("Beheer", "007"),
)
"""Units whose names other readers take for something else."""

N_FLOOR, N_LEADERS = 60, 8
NUMERIC = ("qualtrics", "qualtrics-legacy", "surveymonkey")
"""Looks whose codes are numbers of the platform, and nothing in the file says which."""
ASKED_ROLE = ("surveymonkey", "microsoft-forms", "google-forms")
"""Looks in which the role is a question without a code."""

OFTEN5 = (
    ("Never", "Nooit"),
    ("Rarely", "Zelden"),
    ("Sometimes", "Soms"),
    ("Often", "Vaak"),
    ("Always", "Altijd"),
)
_TEXTS = {
    item: (
        f"Statement {item}: around here {thing}.",
        f"Stelling {item}: bij ons {ding}.",
    )
    for item, thing, ding in (
        ("v1", "we dare to speak up", "durven we iets te zeggen"),
        ("v2", "questions get an answer", "krijgen vragen een antwoord"),
        ("v3", "it's better to keep silent", "kun je beter zwijgen"),
        ("v4", "ideas are heard", "worden ideeën gehoord"),
        ("c1", "we try things out", "proberen we dingen uit"),
        ("c2", "plans gather dust", "verstoffen plannen"),
        ("c3", "we learn from mistakes", "leren we van fouten"),
        ("n1", "the change is useful", "is de verandering nuttig"),
        ("n2", "the change is doable", "is de verandering haalbaar"),
        ("n3", "the change is a burden", "is de verandering een last"),
    )
}


@functools.cache
def asked() -> Instrument:
    """Return what was asked: agreement, frequency, and a scale from 0 to 10."""
    often = {
        "id": "often5",
        "lowest": 1.0,
        "highest": 5.0,
        "points": tuple(
            {"code": f"a{value}", "value": float(value), "label": both(*labels)}
            for value, labels in enumerate(OFTEN5, start=1)
        ),
    }
    plain = instrument(
        {"v": "v1 v2 v3- v4", "c": "c1 c2- c3", "n": "n1 n2 n3-"},
        texts=_TEXTS,
        scales={"c": often, "n": number_scale("zero10", 0, 10)},
    ).model_dump()
    words = both("What should happen first?", "Wat moet er eerst gebeuren?")
    first = {"id": "first", "text": {"floor": words, "leader": words}}
    return Instrument.model_validate({**plain, "open_items": (first,)})


@functools.cache
def answered() -> Responses:
    """Return coherent answers, some of them "don't know", some of them blank."""
    rng = np.random.default_rng(20261126)
    n = N_FLOOR + N_LEADERS
    values, flags = {}, {}
    for subscale in asked().subscales:
        position = rng.normal(0, 1, n)
        for item in subscale.items:
            scale = asked().response_scale_of(item.id)
            width = (scale.highest - scale.lowest) / 4
            middle = (scale.lowest + scale.highest) / 2
            raw = np.round(middle + width * (position + rng.normal(0, 0.35, n)))
            raw = np.clip(raw, scale.lowest, scale.highest)
            if item.keyed == "reverse":
                raw = scale.lowest + scale.highest - raw
            blank, unsure = rng.random(n) < 0.02, rng.random(n) < 0.05
            unsure &= any(point.value is None for point in scale.points)
            values[item.id] = np.where(blank | unsure, np.nan, raw)
            flags[item.id] = unsure
    people = pd.DataFrame(
        {
            "wave": ["1"] * n,
            "role": ["floor"] * N_FLOOR + ["leader"] * N_LEADERS,
            "language": [["nl", "en"][i % 3 == 0] for i in range(n)],
            "seconds": [float(200 + 7 * (i % 40)) for i in range(n)],
            "link": [""] * n,
            "division": [TEAMS[i % 4][0] for i in range(n)],
            "team": [TEAMS[i % 4][1] for i in range(n)],
        }
    )
    return Responses(
        instrument=asked(),
        answers=pd.DataFrame(values),
        not_applicable=pd.DataFrame(flags),
        people=people,
        hierarchy=LEVELS,
        waves=("1",),
        reports=(_no_report(n),),
    )


def _no_report(n: int) -> IntakeReport:
    return IntakeReport(
        source="made for tests",
        sha256="0" * 64,
        platform="plain",
        encoding="utf-8",
        delimiter=",",
        answers_as="codes",
        n_rows=n,
        n_kept=n,
    )


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way in which a platform writes the answers."""

    look: str
    kind: str
    answers: str
    heading: str
    language: str
    delimiter: str = ","

    def __str__(self) -> str:
        """Return the name by which tests and the matrix call it."""
        parts = (self.look, self.kind.strip(".") or "folder", self.answers)
        semicolon = ("semicolon",) if self.delimiter == ";" else ()
        return "-".join((*parts, self.heading, self.language, *semicolon))


def ways() -> list[Way]:
    """Return every way; of several headings the first and the last."""
    found = [
        Way(look=name, kind=kind, answers=answers, heading=heading, language=language)
        for name, look in LOOKS.items()
        for kind in look.kinds
        for answers in look.answers
        for heading in dict.fromkeys((look.headings[0], look.headings[-1]))
        # headings of REDCap follow the answers, whatever is asked for
        if name != "redcap" or heading == look.headings[0]
        for language in ("nl", "en")
    ]
    plain = [
        w for w in found if (w.look, w.kind, w.heading) == ("plain", ".csv", "code")
    ]
    return found + [replace(way, delimiter=";") for way in plain]


def ways_for(number: int) -> list[Way]:
    """Return the ways that the damage of this number is tried on.

    Every platform, kind of file and wording of answers, with one heading in one of
    the two languages in turn; all ways when the environment has DIAGNOSE_ALL_WAYS.
    """
    found = ways()
    if os.environ.get("DIAGNOSE_ALL_WAYS"):
        return found
    alike: dict[tuple[str, ...], list[Way]] = {}
    for way in found:
        key = (way.look, way.kind, way.answers, way.delimiter)
        alike.setdefault(key, []).append(way)
    return [
        choices[(number + place) % len(choices)]
        for place, choices in enumerate(alike.values())
    ]


@dataclass(kw_only=True)
class Grid:
    """A file as rows of cells, headings included, and how to write it again.

    Attributes
    ----------
    rows : list of list
        The rows that hold headings, then one a respondent.
    n_head : int
        Rows with headings.
    kind : str
        Suffix of the file.
    at : dict of str to int
        Item, level, ``role`` and the like, and the purposes of the platform's own
        columns, to their place.
    dump : callable
        Returns the bytes of the rows.
    """

    rows: list[list[Cell]]
    n_head: int
    kind: str
    at: dict[str, int]
    dump: Callable[[list[list[Cell]]], bytes]

    @property
    def body(self) -> list[list[Cell]]:
        """The rows of respondents."""
        return self.rows[self.n_head :]

    @property
    def items(self) -> list[str]:
        """The items that have a column, in the order of the file."""
        known = {item.id for item in asked().closed_items}
        return sorted(known & set(self.at), key=self.at.__getitem__)

    def copy(self) -> Grid:
        """Return the same rows, to be changed."""
        return replace(self, rows=[list(row) for row in self.rows], at=dict(self.at))


@dataclass(frozen=True, kw_only=True, eq=False)
class Base:
    """An undamaged export and what reading it gives."""

    way: Way
    name: str
    content: bytes | Mapping[str, bytes]
    mapping: Mapping[str, Any]
    read: Responses
    grid: Grid | None

    @property
    def is_text(self) -> bool:
        """Tell whether it is a CSV file."""
        return self.way.kind == ".csv"


def mapping_of(way: Way) -> dict[str, Any]:
    """Return what a person has to say about a file: what it cannot tell itself."""
    mapping: dict[str, Any] = {}
    numeric = way.look in NUMERIC and way.answers == "codes"
    if numeric:
        mapping["labels"] = {
            scale.id: {str(number): code for code, number in numbers_of(scale).items()}
            for scale in asked().response_scales
        }
    if way.look in ASKED_ROLE or numeric:
        question = load_catalogue("simulation").text("role", way.language)
        mapping["role"] = {
            "column": question if way.look in ASKED_ROLE else "role",
            "labels": {"floor": ["1"], "leader": ["2"]} if numeric else {},
        }
    return mapping


@functools.cache
def base(way: Way) -> Base:
    """Return one undamaged export."""
    mapping = mapping_of(way)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answers{way.kind}"
        write_export(
            answered(),
            path,
            platform=way.look,
            language=way.language,
            answers=way.answers,
            heading=way.heading,
            delimiter=way.delimiter,
            comment_share=0.5,
        )
        read = read_responses(path, asked(), mapping=mapping, wave="1", levels=LEVELS)
        content: bytes | dict[str, bytes]
        if path.is_dir():
            content = {p.name: p.read_bytes() for p in sorted(path.iterdir())}
        else:
            content = path.read_bytes()
        grid = _grid(path, way, mapping)
    return Base(
        way=way,
        name=path.name,
        content=content,
        mapping=mapping,
        read=read,
        grid=grid,
    )


def _grid(path: Path, way: Way, mapping: dict[str, Any]) -> Grid | None:
    rows_of = ROWS_OF.get(way.kind)
    if rows_of is None:
        return None
    table = read_table(path)
    layout = detect_platform(table).layout(table)
    chosen = ColumnMapping.model_validate(mapping)
    columns = find_columns(layout, asked(), chosen, place="", levels=LEVELS)
    rows, dump = rows_of(path)
    at = {**layout.system, **columns.position}
    return Grid(rows=rows, n_head=layout.n_header_rows, kind=way.kind, at=at, dump=dump)
