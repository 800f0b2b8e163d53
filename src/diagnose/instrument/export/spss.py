"""The way out to SPSS, and the sheet into which answers on paper are typed.

Three files: a data-entry CSV with nothing but headings, a syntax that reads and labels
it, and an empty ``.sav`` with the same labels for whoever types into SPSS itself.

The sheet takes the codes that stand on paper, ``na`` among them; a blank cell means
"not answered". SPSS wants numbers, so the syntax reads answers as text, turns codes
into the numbers of the codebook and only then into numeric variables. Numbers of "don't
know" are declared as missing values.

Limits are those of IBM's command syntax reference: 256 bytes for the label of a
variable, 120 for that of a value, and lines of at most 256 bytes. The layout of the
header is that of https://www.gnu.org/software/pspp/pspp-dev (File Header Record): the
number of values a case has at byte 68, the number of cases at 80, date and time of
creation at 92 and 101.

Unverified: the syntax has not been run in SPSS. ``ALTER TYPE`` is not known to PSPP.
"""

from __future__ import annotations

import csv
import io
import struct
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from diagnose.errors import InstrumentError, Problem
from diagnose.instrument.export.survey import (
    Choice,
    Matrix,
    Option,
    Question,
    Survey,
    Written,
)
from diagnose.instrument.export.target import Target
from diagnose.instrument.export.wording import word
from diagnose.language.problems import worded_problem

MOST_VARIABLE_BYTES, MOST_VALUE_BYTES, MOST_TITLE_BYTES = 256, 120, 64
MOST_MISSING = 3
"""Values that SPSS can declare as missing for one variable."""

RESERVED = frozenset(
    ("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with")
)
"""Words of the command language, which no variable may be called."""

_CASE_SIZE, _N_CASES, _WRITTEN = 68, 80, slice(92, 109)
_FIXED_TIME = b"01 Jan 0000:00:00"
_CHUNK_BYTES, _LIST_SIGNS = 100, 70
_CODE_WIDTH, _LONG_WIDTH = 64, 2000
_OTHERS_FIRST = ("unit", "role", "edition", "link")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variable:
    """One column: an answer in numbers (`width` digits), or a text of `width` bytes."""

    name: str
    label: str
    width: int
    options: tuple[Option, ...] = ()
    numeric: bool = False

    @property
    def level(self) -> Literal["ordinal", "nominal"]:
        return "ordinal" if self.numeric else "nominal"

    @property
    def kind(self) -> str:
        return f"F{self.width}.0" if self.numeric else f"A{self.width}"

    @property
    def missing(self) -> list[int]:
        return [one.number for one in self.options if self.numeric and one.apart]


def write_spss(survey: Survey) -> dict[str, bytes]:
    """Return data-entry sheet, syntax and empty data file in the survey's language.

    Raises
    ------
    InstrumentError
        A column is called like a word of SPSS, or has more kinds of "don't know" than
        SPSS can declare as missing.
    """
    language = survey.language
    variables = _variables(survey, language)
    problems = list(_problems(survey, variables))
    if problems:
        raise InstrumentError(problems)
    stem = f"{survey.name}-{language}"
    # Excel cuts a CSV at the list separator of its language; English has the comma.
    delimiter = "," if language == "en" else ";"
    syntax = "\r\n".join(_syntax(f"{stem}-entry.csv", delimiter, variables, language))
    return {
        f"{stem}-entry.csv": _sheet(delimiter, variables),
        f"{stem}.sps": f"{syntax}\r\n".encode("utf-8-sig"),
        f"{stem}.sav": _data_file(survey.title[language], variables, language),
    }


def _variables(survey: Survey, language: str) -> list[_Variable]:
    found = [one for q in survey.questions for one in _of_question(q, language)]
    found += [
        _Variable(name=name, label=name, width=_CODE_WIDTH) for name in survey.hidden
    ]
    return sorted(
        found,
        key=lambda one: (
            _OTHERS_FIRST.index(one.name) if one.name in _OTHERS_FIRST else 9
        ),
    )


def _of_question(question: Question, language: str) -> Iterator[_Variable]:
    if isinstance(question, Matrix):
        width = max(len(str(one.number)) for one in question.options)
        for row in question.rows:
            yield _Variable(
                name=row.id,
                label=_one_line(row.text[language]),
                width=width,
                options=question.options,
                numeric=True,
            )
        return
    long = isinstance(question, Written) and question.long
    yield _Variable(
        name=question.id,
        label=_one_line(question.text[language]),
        width=_LONG_WIDTH if long else _CODE_WIDTH,
        options=question.options if isinstance(question, Choice) else (),
    )


def _problems(survey: Survey, variables: Sequence[_Variable]) -> Iterator[Problem]:
    for one in variables:
        place = f"{survey.name}: {one.name}"
        if one.name in RESERVED:
            values: dict[str, object] = {"target": "SPSS", "name": one.name}
            yield worded_problem("fielding", "F020", place, values)
        if len(one.missing) > MOST_MISSING:
            values = {"target": "SPSS", "n": len(one.missing), "most": MOST_MISSING}
            yield worded_problem("fielding", "F030", place, values)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many bytes, with an ellipsis where it was cut."""
    content = text.encode("utf-8")
    if len(content) <= most:
        return text
    kept = content[: most - len("…".encode())].decode("utf-8", errors="ignore")
    return f"{kept.rstrip()}…"


def _variable_label(one: _Variable) -> str:
    return shortened(one.label, MOST_VARIABLE_BYTES)


def _value_label(option: Option, language: str) -> str:
    return shortened(_one_line(option.label[language]), MOST_VALUE_BYTES)


def _sheet(delimiter: str, variables: Sequence[_Variable]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([one.name for one in variables])
    return text.getvalue().encode("utf-8-sig")


def _syntax(
    sheet: str, delimiter: str, variables: Sequence[_Variable], language: str
) -> Iterator[str]:
    yield "* Encoding: UTF-8."
    yield f"* {word('spss.folder', language)}."
    yield "SET UNICODE=ON."
    yield "GET DATA"
    yield "  /TYPE=TXT"
    yield f"  /FILE={_quoted(sheet)}"
    yield "  /ENCODING='UTF8'"
    yield f"  /DELIMITERS='{delimiter}'"
    yield "  /QUALIFIER='\"'"
    yield "  /ARRANGEMENT=DELIMITED"
    yield "  /FIRSTCASE=2"
    yield "  /VARIABLES="
    for one in variables:
        yield f"    {one.name} A{_CODE_WIDTH if one.numeric else one.width}"
    yield "  ."
    yield from _numbers(variables)
    for one in variables:
        yield f"VARIABLE LABELS {one.name}"
        yield f"{_literal(_variable_label(one))}."
    yield from _value_labels(variables, language)
    for level in ("ordinal", "nominal"):
        names = [one.name for one in variables if one.level == level]
        if names:
            yield "VARIABLE LEVEL"
            yield from _listed(names)
            yield f"  ({level.upper()})."
    yield "EXECUTE."


def _numbers(variables: Sequence[_Variable]) -> Iterator[str]:
    """Turn codes into numbers, so that "na" is not lost as a system-missing value."""
    for options, names in _by_options(variables, numeric=True):
        changed = [one for one in options if one.code != str(one.number)]
        if changed:
            yield "RECODE"
            yield from _listed(names)
            for one in changed:
                for typed in _as_typed(one, options):
                    yield f"  ({_quoted(typed)}='{one.number}')"
            yield "  ."
        width = max(len(str(one.number)) for one in options)
        yield "ALTER TYPE"
        yield from _listed(names)
        yield f"  (F{width}.0)."
        yield "FORMATS"
        yield from _listed(names)
        yield f"  (F{width}.0)."


def _as_typed(option: Option, options: Sequence[Option]) -> list[str]:
    """Return a code and what people type for it, as long as that is no other code."""
    code = option.code
    others = {one.code for one in options} - {code}
    variants = dict.fromkeys((code, code.lower(), code.upper(), code.capitalize()))
    return [typed for typed in variants if typed not in others]


def _value_labels(variables: Sequence[_Variable], language: str) -> Iterator[str]:
    for numeric in (True, False):
        for options, names in _by_options(variables, numeric=numeric):
            yield "VALUE LABELS"
            yield from _listed(names)
            for one in options:
                yield f"  {one.number if numeric else _quoted(one.code)}"
                yield _literal(_value_label(one, language))
            yield "  ."
            missing = [str(one.number) for one in options if one.apart]
            if numeric and missing:
                yield "MISSING VALUES"
                yield from _listed(names)
                yield f"  ({', '.join(missing)})."


def _by_options(
    variables: Sequence[_Variable], *, numeric: bool
) -> list[tuple[tuple[Option, ...], list[str]]]:
    groups: list[tuple[tuple[Option, ...], list[str]]] = []
    for one in variables:
        if one.numeric is not numeric or not one.options:
            continue
        known = next((names for options, names in groups if options == one.options), [])
        if not known:
            groups.append((one.options, known))
        known.append(one.name)
    return groups


def _listed(names: Sequence[str]) -> Iterator[str]:
    line = " "
    for name in names:
        if len(line) + len(name) > _LIST_SIGNS:
            yield line
            line = " "
        line += f" {name}"
    yield line


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _literal(text: str) -> str:
    """Return a text as literals joined over lines, each well below 256 bytes."""
    chunks = [""]
    for sign in text:
        if len((chunks[-1] + sign).encode("utf-8")) > _CHUNK_BYTES:
            chunks.append("")
        chunks[-1] += sign
    return " +\r\n".join(f"    {_quoted(chunk)}" for chunk in chunks)


def _data_file(title: str, variables: Sequence[_Variable], language: str) -> bytes:
    import pandas as pd
    import pyreadstat

    # The library takes the width of a text from its content, so one case is written.
    case = {one.name: [0.0 if one.numeric else "x" * one.width] for one in variables}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sav"
        pyreadstat.write_sav(
            pd.DataFrame(case),
            str(path),
            file_label=shortened(_one_line(title), MOST_TITLE_BYTES),
            column_labels={one.name: _variable_label(one) for one in variables},
            variable_value_labels={
                one.name: _labels_by_value(one, language)
                for one in variables
                if one.options
            },
            missing_ranges={o.name: list(o.missing) for o in variables if o.missing},
            variable_measure={one.name: one.level for one in variables},
            variable_format={one.name: one.kind for one in variables},
        )
        return _emptied(path.read_bytes())


def _labels_by_value(one: _Variable, language: str) -> dict[Any, str]:
    if one.numeric:
        return {float(o.number): _value_label(o, language) for o in one.options}
    return {o.code: _value_label(o, language) for o in one.options}


def _emptied(content: bytes) -> bytes:
    """Return a data file of one uncompressed case without it, and without the clock.

    The case is the last thing in the file; the header says how many values of eight
    bytes it has.
    """
    (size,) = struct.unpack_from("<i", content, _CASE_SIZE)
    header = bytearray(content[: -8 * size])
    struct.pack_into("<i", header, _N_CASES, 0)
    header[_WRITTEN] = _FIXED_TIME
    return bytes(header)


# Labels have no order, so none is refused.
SPSS = Target(
    name="spss", write=write_spss, multilingual=False, random=True, records=False
)
