"""Answers in the look of SurveyJS, and of our own offline questionnaire.

SurveyJS results are a JSON array with an object for each response; questions that were
not answered are left out. The offline questionnaire saves a file for each respondent.
Both hold submitted answers only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from diagnose.simulation.export.content import Asked, columns_of
from diagnose.simulation.export.files import as_number
from diagnose.simulation.export.look import Look, Wording
from diagnose.simulation.export.wave import Wave

_FORMAT = "diagnose-answers/1"


def _write_surveyjs(wave: Wave, _: Wording) -> bytes:
    columns = columns_of(wave, "codes")
    records = [_result(wave, columns, row) for row in range(len(wave))]
    return (json.dumps(records, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _result(wave: Wave, columns: list[Asked], row: int) -> dict[str, Any]:
    record: dict[str, Any] = {
        "HappendAt": f"{wave.ended()[row]:%Y-%m-%dT%H:%M:%S}Z",
        "InstanceId": row + 1,
    }
    language = wave.people["language"].iloc[row]
    if language:
        record["locale"] = language
    for asked in columns:
        value = as_number(asked.cells[row]) if asked.block else asked.cells[row]
        if value not in (None, ""):
            holder = record.setdefault(asked.block, {}) if asked.block else record
            holder[asked.name] = value
    return record


def _write_offline(wave: Wave, wording: Wording) -> bytes | dict[str, bytes]:
    columns = columns_of(wave, "codes")
    records = [_saved(wave, columns, row) for row in range(len(wave))]
    if wording.kind:
        return _as_json(records)
    stem = f"{wave.instrument.id}-{wave.form}"
    return {f"{stem}-{one['response']}.json": _as_json(one) for one in records}


def _as_json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _saved(wave: Wave, columns: list[Asked], row: int) -> dict[str, Any]:
    given = dict(_given(columns, row))
    answers: dict[str, dict[str, str]] = {}
    comments = {}
    for asked in columns:
        if asked.name in given and asked.kind == "item":
            answers.setdefault(asked.block, {})[asked.name] = given.pop(asked.name)
        elif asked.name in given and asked.kind == "open":
            comments[asked.name] = given.pop(asked.name)
    record = {
        "format": _FORMAT,
        "response": f"k{row + 1:07}",
        "language": wave.people["language"].iloc[row],
        "submitted": f"{wave.ended()[row]:%Y-%m-%d}",
        **given,
    }
    seconds = wave.people["seconds"].iloc[row]
    if seconds == seconds:  # NaN is unknown, and left out  # noqa: PLR0124
        record["seconds"] = round(seconds)
    return {**record, "answers": answers, "comments": comments}


def _given(columns: list[Asked], row: int) -> Iterator[tuple[str, str]]:
    for asked in columns:
        if asked.cells[row]:
            yield asked.name, asked.cells[row]


SURVEYJS = Look(
    platform="surveyjs",
    kinds=(".json",),
    write=_write_surveyjs,
    answers=("codes",),
    tells=frozenset({"language", "role"}),
)
OFFLINE = Look(
    platform="surveyjs",
    kinds=("", ".json"),
    write=_write_offline,
    answers=("codes",),
    tells=frozenset({"language", "seconds", "role"}),
)
