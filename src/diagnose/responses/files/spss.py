"""SPSS files: numbers with their labels, and the values that SPSS counts as missing.

Read with pyreadstat (https://ofajardo.github.io/pyreadstat_documentation), which reads
``.sav`` and the compressed ``.zsav``. Declared missing values are kept as they stand:
by default they would vanish, "don't know" among them. Value labels are not put in the
place of the numbers, as a variable may have labels for some of its values only.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.responses.definition.model import Definition
from diagnose.responses.files.sav_dictionary import check_dictionary
from diagnose.responses.files.source import Source
from diagnose.responses.files.tabular import HEAD_ROWS, Table
from diagnose.responses.problems import problem, refuse

MOST_SAV_BYTES = 500_000_000
MOST_COLUMNS = 20_000
MOST_CELLS = 200_000_000
STARTS = (b"$FL2", b"$FL3")
_PORTABLE = b"SPSS PORT FILE"

_EPOCH = datetime(1582, 10, 14)  # SPSS knows no time zones
_DATES = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "QYR", "MOYR", "WKYR")
_TEXT = "A"
_MOMENTS = ("DATETIME", "YMDHMS")


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """The bytes of one file, and the encoding in which its texts can be read."""

    name: str
    content: bytes
    encoding: str | None = None

    def read(self, **options: Any) -> tuple[dict[str, list[Any]], Any]:
        """Return columns and metadata; dates stay the numbers that they are."""
        import pyreadstat

        return pyreadstat.read_sav(
            io.BytesIO(self.content),
            user_missing=True,
            disable_datetime_conversion=True,
            output_format="dict",
            encoding=self.encoding,
            **options,
        )


def is_sav(content: bytes) -> bool:
    """Tell whether bytes start as an SPSS file does."""
    return content[:4] in STARTS


def is_spss(source: Source) -> bool:
    """Tell whether a file is one of SPSS, also of the portable kind."""
    start = source.start
    return is_sav(start) or _PORTABLE in start[:300]


def read_spss(source: Source) -> Table:
    """Return the table in a ``.sav`` or ``.zsav`` file.

    Whole numbers become text without a decimal part, other numbers their shortest
    exact text, so that 2.9999999999999996 is not 3. System-missing values are blank.
    Dates become ISO text and are counted in ``dates``; durations stay seconds. Value
    labels are in ``definition``, by variable name in lower case; the texts that the
    file declares as missing are in ``missing``, those with a label too.

    Raises
    ------
    ResponseError
        The file is damaged, too large, or of the portable kind (``.por``).
    """
    if not is_sav(source.start):
        raise refuse("R147", source.name)
    file, about, notes = _open(source)
    names: list[str] = list(about.column_names)
    if not names:
        raise refuse("R005", source.name)
    n_rows = _check_size(file, about)
    formats = {name: _format(about, name) for name in names}
    head = _columns(file, names, formats, row_limit=HEAD_ROWS - 1)
    n_head = min(n_rows, HEAD_ROWS - 1)

    def load(positions: Sequence[int]) -> pd.DataFrame:
        cells = _read(file, usecols=[names[place] for place in positions])
        if any(len(cells.get(names[place], ())) != n_rows for place in positions):
            raise refuse("R142", file.name)
        columns = {
            place: _category(names[place], cells.pop(names[place]), formats)
            for place in sorted(set(positions))
        }
        return pd.DataFrame({place: columns[place] for place in positions})

    return Table(
        name=source.name,
        sha256=source.sha256,
        encoding="sav",
        delimiter="",
        head=(
            tuple(names),
            *(tuple(head[name][row] for name in names) for row in range(n_head)),
        ),
        n_records=n_rows + 1,
        load=load,
        dates=_dates(file, names, formats),
        notes=notes,
        definition=_definition(source.name, about),
        missing=_missing(file, names, about, formats),
    )


def sav_definition(content: bytes, name: str) -> Definition:
    """Return what an SPSS file says that its numbers mean.

    Raises
    ------
    ResponseError
        As in `read_spss`.
    """
    _, about, _ = _open(Source.of(name, content))
    return _definition(name, about)


def _open(source: Source) -> tuple[_File, Any, tuple[Problem, ...]]:
    """Return a file, its metadata, and a note when its encoding had to be given.

    Old files may not say how their letters are written, or say it wrongly.
    """
    if source.size > MOST_SAV_BYTES:
        raise refuse("R003", source.name, size=source.size, limit=MOST_SAV_BYTES)
    file = _File(name=source.name, content=source.content)
    check_dictionary(file.content, file.name)
    about = _about(file)
    if about is not None:
        return file, about, ()
    older = _File(name=file.name, content=file.content, encoding="WINDOWS-1252")
    about = _about(older)
    if about is None:
        raise refuse("R142", source.name)
    return older, about, (problem("R143", source.name),)


def _about(file: _File) -> Any | None:
    """Return the metadata after looking at every text, None when it cannot be read."""
    try:
        _, about = file.read(metadataonly=True)
        if None in (*about.column_names, *(about.variable_value_labels or {})):
            return None
        _check_size(file, about)
        words = [n for n in about.column_names if _is_text(about, n)]
        if words and not _texts_are_whole(file, about, words):
            return None
    except Exception as error:
        if hasattr(error, "problems"):
            raise
        # pyreadstat raises its own errors and those of the conversions it does.
        return None
    return about


def _texts_are_whole(file: _File, about: Any, names: list[str]) -> bool:
    """Tell whether every text is written as the file says.

    The library drops an unfinished letter at the end of a text: right where the text
    was cut off at its width, and a loss where the letter is of another encoding.
    """
    file.read(usecols=names)
    if str(about.file_encoding).upper() not in ("UTF-8", "UTF8") or file.encoding:
        return True
    raw, _ = replace(file, encoding="ISO-8859-1").read(usecols=names)
    widths = about.variable_storage_width
    return all(
        _is_utf8(text, int(widths[name])) for name in names for text in set(raw[name])
    )


def _is_utf8(raw: str | None, width: int) -> bool:
    content = (raw or "").encode("latin-1")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end == len(content) >= width
    return True


def _is_text(about: Any, name: str) -> bool:
    return str(about.readstat_variable_types.get(name)) == "string"


def _check_size(file: _File, about: Any) -> int:
    """Return the number of rows, after looking whether all of it can be held."""
    n_columns = len(about.column_names)
    n_rows = about.number_rows
    if n_columns > MOST_COLUMNS:
        raise refuse("R137", file.name, limit=MOST_COLUMNS)
    if n_rows is None or n_rows < 0:  # some programs do not write it
        n_rows = _counted_rows(file, about)
    if n_rows * n_columns > MOST_CELLS:
        raise refuse("R137", file.name, limit=MOST_CELLS)
    return int(n_rows)


def _counted_rows(file: _File, about: Any) -> int:
    first = about.column_names[0]
    return len(_read(file, usecols=[first])[first]) if about.column_names else 0


def _read(file: _File, **options: Any) -> dict[str, list[Any]]:
    try:
        return file.read(**options)[0]
    except Exception as error:
        raise refuse("R142", file.name) from error


def _category(
    name: str, values: Sequence[Any], formats: Mapping[str, str]
) -> pd.Categorical[str]:
    """Return the heading and the texts below it; each value becomes text once."""
    kind = object if formats[name] == _TEXT else float
    codes, found = pd.factorize(np.array(values, dtype=kind))
    words = [_as_text(value, formats[name]) for value in found.tolist()]
    # Blank stands last, where the code -1 of what is missing finds it.
    words.append("")
    places = {text: place for place, text in enumerate(dict.fromkeys([name, *words]))}
    below = np.array([places[text] for text in words])[codes]
    whole = np.concatenate([[places[name]], below])
    return pd.Categorical.from_codes(whole, categories=pd.Index(list(places)))


def _columns(
    file: _File, names: Sequence[str], formats: Mapping[str, str], **options: Any
) -> dict[str, list[str]]:
    """Return columns as text, read from the file when asked for and not before."""
    if not names:
        return {}
    cells = _read(file, usecols=list(names), **options)
    if any(name not in cells for name in names):
        raise refuse("R142", file.name)
    return {
        name: [_as_text(value, formats[name]) for value in cells[name]]
        for name in names
    }


def _format(about: Any, name: str) -> str:
    """Return the format of a variable without its width: ``DATE11`` is ``DATE``.

    The type of a variable decides whether it is text, whatever its format says.
    """
    if _is_text(about, name):
        return _TEXT
    return str(about.original_variable_types.get(name) or "").rstrip(".0123456789")


def _as_text(value: object, format_: str) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is not equal to itself
        return ""
    if not isinstance(value, (int, float)):
        return str(value).rstrip()
    if format_ in _DATES or format_ in _MOMENTS:
        return _moment(float(value), format_) or number_text(float(value))
    return number_text(float(value))


def _moment(seconds: float, format_: str) -> str:
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return ""
    if format_ in _DATES:
        return moment.date().isoformat()
    return moment.replace(microsecond=0).isoformat(sep=" ")


def number_text(number: float) -> str:
    """Return a number as text: whole ones without a decimal part, others exactly."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def _dates(
    file: _File, names: Sequence[str], formats: Mapping[str, str]
) -> dict[int, int]:
    places = {n: i for i, n in enumerate(names) if formats[n] in _DATES + _MOMENTS}
    cells = _columns(file, list(places), formats)
    counts = {places[name]: sum(map(bool, column)) for name, column in cells.items()}
    return {place: n for place, n in counts.items() if n}


def _missing(
    file: _File, names: Sequence[str], about: Any, formats: Mapping[str, str]
) -> dict[int, frozenset[str]]:
    """Return the texts that are declared missing; of ranges those that occur."""
    declared: dict[str, list[Any]] = about.missing_ranges or {}
    ranged = [n for n in names if any(_is_range(r) for r in declared.get(n, ()))]
    values = _read(file, usecols=ranged) if ranged else {}
    found: dict[int, frozenset[str]] = {}
    for place, name in enumerate(names):
        texts = {
            _as_text(one["lo"], formats[name])
            for one in declared.get(name, ())
            if not _is_range(one)
        }
        texts |= {
            _as_text(value, formats[name])
            for value in set(values.get(name, ()))
            if _is_within(value, declared.get(name, ()))
        }
        if texts - {""}:
            found[place] = frozenset(texts - {""})
    return found


def _is_range(one: Mapping[str, Any]) -> bool:
    return bool(one["lo"] != one["hi"])


def _is_within(value: object, ranges: Sequence[Mapping[str, Any]]) -> bool:
    return isinstance(value, (int, float)) and any(
        isinstance(one["lo"], (int, float)) and one["lo"] <= value <= one["hi"]
        for one in ranges
    )


def _definition(name: str, about: Any) -> Definition:
    labels: dict[str, dict[Any, str]] = about.variable_value_labels or {}
    answers = {
        variable.casefold(): {
            _as_text(value, ""): (" ".join(label.split()),)
            for value, label in texts.items()
            if label and label.strip()
        }
        for variable, texts in labels.items()
    }
    wordings = {
        variable.casefold(): (label.strip(),)
        for variable, label in (about.column_names_to_labels or {}).items()
        if label and label.strip()
    }
    return Definition(
        source=name,
        kind="sav",
        answers={variable: texts for variable, texts in answers.items() if texts},
        wordings=wordings,
    )
