"""Answers in the look of SurveyMonkey: two header rows, question texts only.

The text of a question stands above its first column alone, and the texts of its rows
below it, as in the real files of https://github.com/fivethirtyeight/data. That dates
are written month first is not verified for every interface language.
"""

from __future__ import annotations

from collections.abc import Iterator

from diagnose.simulation.export.content import RoleWords, columns_of, stem_of
from diagnose.simulation.export.files import Cell, as_number, csv_bytes, xlsx_bytes
from diagnose.simulation.export.look import Look, Wording
from diagnose.simulation.export.settings import Words
from diagnose.simulation.export.wave import Wave

_FIRST_ID = 114_000_000_000
_COLLECTOR = "410000001"
_RESPONSE, _OPEN = "Response", "Open-Ended Response"

Column = tuple[str, str, list[str]]
"""First heading, second heading, cells."""


def _write(wave: Wave, wording: Wording) -> bytes:
    columns = [*_metadata(wave), *_questions(wave, wording)]
    head = [[first for first, _, _ in columns], [second for _, second, _ in columns]]
    body = zip(*(cells for *_, cells in columns), strict=True)
    if wording.kind == ".csv":
        return csv_bytes([*head, *body], quoted=False)
    typed: list[list[Cell]] = [[as_number(cell) for cell in row] for row in body]
    return xlsx_bytes([*head, *typed], sheet="Sheet")


def _metadata(wave: Wave) -> Iterator[Column]:
    same, blank = len(wave), [""] * len(wave)
    moment = "{:%m/%d/%Y %I:%M:%S %p}".format
    yield "Respondent ID", "", [str(n) for n in wave.numbers(_FIRST_ID)]
    yield "Collector ID", "", [_COLLECTOR] * same
    yield "Start Date", "", [moment(one) for one in wave.started()]
    yield "End Date", "", [moment(one) for one in wave.ended()]
    yield "IP Address", "", ["192.0.2.1"] * same
    for name in ("Email Address", "First Name", "Last Name", "Custom Data 1"):
        yield name, "", blank


def _questions(wave: Wave, wording: Wording) -> Iterator[Column]:
    words: Words = "numbers" if wording.answers == "codes" else "labels"
    roles: RoleWords = "numbers" if wording.answers == "codes" else "titles"
    block = ""
    for asked in columns_of(wave, words, roles=roles, hidden=False):
        if asked.kind == "item":
            first = "" if asked.block == block else stem_of(wave)
            yield first, asked.text, asked.cells
        else:
            listed = asked.kind == "role" or asked.name == "unit"
            yield asked.text, _RESPONSE if listed else _OPEN, asked.cells
        block = asked.block


SURVEYMONKEY = Look(
    platform="surveymonkey", kinds=(".csv", ".xlsx"), write=_write, headings=("full",)
)
