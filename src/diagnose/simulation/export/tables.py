"""Answers as a plain table, and as an SPSS file that says what its numbers mean."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from diagnose.instrument.export.build import numbers_of
from diagnose.instrument.model import ResponseScale
from diagnose.simulation.export.content import Asked, columns_of, scale_texts
from diagnose.simulation.export.files import as_number, csv_bytes, xlsx_bytes
from diagnose.simulation.export.look import Look, Wording
from diagnose.simulation.export.wave import PARTIAL, Wave

_DATE_AT = 92
"""Where the header of an SPSS file has its date: after 92 bytes, 17 long."""
_DATE = b"05 Jan 2609:00:00"


def _write_plain(wave: Wave, wording: Wording) -> bytes:
    columns = [*_facts(wave), *columns_of(wave, wording.answers)]
    texts = Counter(asked.text for asked in columns)
    full = wording.heading == "full"
    heads = [
        # where two questions have the same text, their codes tell them apart
        asked.text
        if full and asked.kind in ("item", "open") and texts[asked.text] == 1
        else asked.name
        for asked in columns
    ]
    if wording.kind == ".parquet":
        return _parquet(dict(zip(heads, columns, strict=True)))
    rows = [heads, *zip(*(asked.cells for asked in columns), strict=True)]
    if wording.kind == ".xlsx":
        return xlsx_bytes([rows[0], *([as_number(c) for c in row] for row in rows[1:])])
    if wave.settings.delimiter == ";":
        return csv_bytes(
            rows, delimiter=";", quoted=False, end="\r\n", encoding="utf-8-sig"
        )
    return csv_bytes(rows, quoted=False)


def _facts(wave: Wave) -> Iterator[Asked]:
    """Yield the columns that a platform would have of itself, under our own codes."""
    kinds = zip(wave.people["kind"], wave.ended(), strict=True)
    facts = {
        "submitted": [
            "" if k == PARTIAL else f"{m:%Y-%m-%d %H:%M:%S}" for k, m in kinds
        ],
        "language": [str(language) for language in wave.people["language"]],
        "seconds": wave.seconds(lambda seconds: f"{seconds:.15g}"),
    }
    for name, cells in facts.items():
        yield Asked(name=name, kind="fact", text=name, cells=cells)


def _parquet(columns: dict[str, Asked]) -> bytes:
    frame = pd.DataFrame({name: _typed(asked) for name, asked in columns.items()})
    content = io.BytesIO()
    frame.to_parquet(content, index=False, engine="pyarrow")
    return content.getvalue()


def _typed(asked: Asked) -> pd.Series:
    """Return whole numbers as numbers where a column of answers has no other text."""
    numbers = [as_number(cell) for cell in asked.cells]
    whole = asked.kind == "item" and not any(isinstance(n, str) for n in numbers)
    return pd.Series(numbers, dtype="Int64") if whole else pd.Series(asked.cells)


def _write_spss(wave: Wave, _: Wording) -> bytes:
    import pyreadstat

    columns = [*_facts(wave), *columns_of(wave, "numbers")]
    frame = pd.DataFrame({asked.name: _spss_cells(asked) for asked in columns})
    scales = {i.id: wave.instrument.response_scale_of(i.id) for i in wave.items}
    labels = {name: _labelled(scale, wave.language) for name, scale in scales.items()}
    unknown = {name: _user_missing(scale) for name, scale in scales.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sav"
        pyreadstat.write_sav(
            frame,
            path,
            column_labels={asked.name: asked.text for asked in columns},
            variable_value_labels=labels,
            missing_ranges={name: found for name, found in unknown.items() if found},
            variable_measure=dict.fromkeys(scales, "ordinal"),
        )
        content = bytearray(path.read_bytes())
    content[_DATE_AT : _DATE_AT + len(_DATE)] = _DATE
    return bytes(content)


def _labelled(scale: ResponseScale, language: str) -> dict[int | float, str]:
    """Return the label of each number."""
    labels = scale_texts(scale, "labels", language)
    return {number: labels[code] for code, number in numbers_of(scale).items()}


def _user_missing(scale: ResponseScale) -> list[Any]:
    """Return the numbers of "don't know" as the ranges that SPSS wants."""
    numbers = numbers_of(scale)
    unknown = [numbers[p.code] for p in scale.points if p.value is None]
    return [{"lo": number, "hi": number} for number in unknown]


def _spss_cells(asked: Asked) -> pd.Series:
    if asked.kind == "item" or asked.name == "seconds":
        numbers = [float(cell) if cell else np.nan for cell in asked.cells]
        return pd.Series(numbers, dtype=float)
    return pd.Series(asked.cells, dtype=object)


PLAIN = Look(
    platform="plain",
    kinds=(".csv", ".xlsx", ".parquet"),
    write=_write_plain,
    headings=("code", "full"),
    tells=frozenset({"partial", "language", "seconds", "role"}),
)
SPSS = Look(
    platform="spss",
    kinds=(".sav",),
    write=_write_spss,
    answers=("codes",),
    tells=frozenset({"partial", "language", "seconds", "role"}),
)
