"""The way out to XLSForm, for ODK, KoboToolbox and whatever else reads it.

Columns, types and appearances are those of https://xlsform.org and of
https://docs.getodk.org/form-question-types. Every form is put through pyxform, the
reference converter, before it leaves.

Choices made here:

- Statements have their answers below each other. The appearance ``likert`` puts them
  side by side, which on a phone leaves a sixth of the width for "Don't know / not
  applicable", and shows that answer as if it were one more step of the scale.
- A block is a group on one screen, so a statement comes back as ``v/v1``. Everything
  else stands outside groups, for our own columns are known by their bare names.
- Names of notes hold an underscore, which no id of an instrument has.
- ``choices`` holds nothing but names and labels: extra columns would travel to the
  devices of respondents.

Labels may hold Markdown, HTML and ``${…}``. What those would take for theirs is broken
up with an invisible word joiner, or replaced by a sign that looks the same. pyxform
itself turns curly quotes into straight ones and runs of spaces into one.

Unverified: how each client shows the form; only the conversion is tested.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from diagnose.errors import InstrumentError, Problem
from diagnose.instrument.export.survey import (
    Choice,
    Matrix,
    Option,
    Survey,
    Words,
    Written,
)
from diagnose.instrument.export.target import Target
from diagnose.language.problems import worded_problem

MOST_SIGNS = 32_767
"""As many as a cell of a spreadsheet holds."""

METADATA = ("start", "end")
"""Columns that the platform fills itself, from which the time taken is known."""

_CREATED = dt.datetime(2000, 1, 1)  # the same survey gives the same bytes
_UNITS = "units"
_JOINER = "\u2060"
_LANGUAGES = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "nl": "Nederlands",
}
_LOOKALIKE = str.maketrans("*_`~", "∗ˍˋ∼")
_MARKS = re.compile(
    r"<(?=[A-Za-z/!?])|&(?=[A-Za-z#])|\$(?=\{)|\](?=[(\[:])|\\(?=[!-/:-@\[-`{-~])"
)
_LINE_START = re.compile(r"^(?=[#>+\-=|]|\d+[.)])", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")

Row = dict[str, str]


def write_xlsform(survey: Survey) -> dict[str, bytes]:
    """Return the form as a workbook with the sheets survey, choices and settings.

    Raises
    ------
    InstrumentError
        A question is called like a column of the platform, a text is longer than a
        cell holds, or pyxform refuses the form or warns of something.
    """
    _refuse_names(survey)
    lists = _lists(survey)
    questions = list(_survey_rows(survey, lists))
    choices = list(_choice_rows(survey, lists))
    settings = [_settings(survey, [*questions, *choices])]
    sheets = {"survey": questions, "choices": choices, "settings": settings}
    problems = list(_too_long(survey, sheets))
    if problems:
        raise InstrumentError(problems)
    content = _workbook(sheets)
    _check(survey, content)
    return {f"{survey.name}-xlsform.xlsx": content}


def _refuse_names(survey: Survey) -> None:
    ids = [row.id for _, row in survey.statements()] + [q.id for q in survey.questions]
    problems = [
        worded_problem(
            "fielding",
            "F020",
            f"{survey.name}: {name}",
            {"target": "XLSForm", "name": name},
        )
        for name in METADATA
        if name in ids
    ]
    if problems:
        raise InstrumentError(problems)


def plain_label(text: str) -> str:
    """Return a text of which no client takes a part for markup or a reference."""
    text = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _MARKS.sub(lambda found: found[0] + _JOINER, text.translate(_LOOKALIKE))
    return _LINE_START.sub(_JOINER, text)


def _language(code: str) -> str:
    return f"{_LANGUAGES.get(code, code)} ({code})"


def _words(column: str, words: Words) -> Row:
    return {
        f"{column}::{_language(code)}": plain_label(text)
        for code, text in words.items()
        if text
    }


def _row(kind: str, name: str, label: Words, **rest: str) -> Row:
    return {"type": kind, "name": name, **_words("label", label), **rest}


def _lists(survey: Survey) -> dict[str, tuple[Option, ...]]:
    """Return a list of answers for each response scale, and that of the units."""
    lists: dict[str, tuple[Option, ...]] = {}
    for matrix in survey.matrices:
        if matrix.options not in lists.values():
            lists[f"answers{len(lists) + 1}"] = matrix.options
    for question in survey.questions:
        if isinstance(question, Choice):
            lists[_UNITS] = question.options
    return lists


def _survey_rows(
    survey: Survey, lists: Mapping[str, tuple[Option, ...]]
) -> Iterator[Row]:
    for name in METADATA:
        yield {"type": name, "name": name}
    for name, text in survey.hidden.items():
        yield {"type": "calculate", "name": name, "calculation": f"'{text}'"}
    if any(survey.introduction.values()):
        yield _row("note", "note_introduction", survey.introduction)
    yield _row("note", "note_privacy", _privacy(survey))
    for question in survey.questions:
        yield from _question_rows(question, lists)
    yield _row("note", "note_thanks", _thanks(survey))


def _question_rows(
    question: Matrix | Choice | Written, lists: Mapping[str, tuple[Option, ...]]
) -> Iterator[Row]:
    if isinstance(question, Matrix):
        answers = next(n for n, known in lists.items() if known == question.options)
        page = {"appearance": "field-list"}
        yield _row("begin_group", question.id, question.title, **page)
        yield _row("note", f"note_{question.id}", question.stem)
        for row in question.rows:
            yield _row(f"select_one {answers}", row.id, row.text)
        yield {"type": "end_group"}
        return
    hint = _words("hint", question.hint)
    if isinstance(question, Choice):
        search = {"appearance": "minimal autocomplete"}
        kind = f"select_one {_UNITS}"
        yield _row(kind, question.id, question.text, **hint, **search)
    else:
        lines = {"appearance": "multiline"} if question.long else {}
        yield _row("text", question.id, question.text, **hint, **lines)


def _privacy(survey: Survey) -> dict[str, str]:
    return {
        one: "\n\n".join(
            [
                survey.privacy_title[one],
                *(f"{part.heading}\n{part.text}" for part in survey.privacy[one]),
                survey.proceed[one],
            ]
        )
        for one in survey.languages
    }


def _thanks(survey: Survey) -> dict[str, str]:
    return {
        one: f"{survey.thanks[one]}\n\n{survey.title[one]} · {survey.status[one]}"
        f" · {survey.edition} · {survey.licence}"
        for one in survey.languages
    }


def _choice_rows(
    survey: Survey, lists: Mapping[str, tuple[Option, ...]]
) -> Iterator[Row]:
    for name, options in lists.items():
        for option in options:
            label = _words("label", option.label)
            yield {"list_name": name, "name": option.code, **label}


def _settings(survey: Survey, rows: Sequence[Row]) -> Row:
    # Servers refuse another form under a version that they have, so the version tells
    # the content too: units and names of the organisation are not in the edition.
    content = json.dumps(rows, ensure_ascii=False).encode("utf-8")
    digest = hashlib.sha256(content).hexdigest()[:8]
    title = survey.title[survey.language], survey.form_title[survey.language]
    return {
        "form_title": plain_label(" – ".join(title)),
        "form_id": survey.name,
        "version": f"{survey.version}-{survey.edition[-12:]}-{digest}",
        "default_language": _language(survey.language),
        "style": "pages",
    }


def _too_long(survey: Survey, sheets: Mapping[str, Sequence[Row]]) -> Iterator[Problem]:
    for sheet, rows in sheets.items():
        for row in rows:
            for column, text in row.items():
                if len(text) > MOST_SIGNS:
                    place = f"{survey.name}: {sheet}: {row.get('name', '')}: {column}"
                    values = {"target": "XLSForm", "most": MOST_SIGNS}
                    yield worded_problem("fielding", "F031", place, values)


def _workbook(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    from xlsxwriter import Workbook

    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            columns = list(dict.fromkeys(key for row in rows for key in row))
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column)
                for line, row in enumerate(rows, start=1):
                    if row.get(column):
                        sheet.write_string(line, place, row[column])
    return content.getvalue()


def _check(survey: Survey, content: bytes) -> None:
    """Refuse a form that the reference converter refuses, or of which it warns."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    warnings: list[str] = []
    try:
        convert(io.BytesIO(content), warnings=warnings, file_type=".xlsx")
    except PyXFormError as error:
        warnings.append(str(error))
    if warnings:
        raise InstrumentError(
            worded_problem(
                "fielding",
                "F010",
                survey.name,
                {"target": "XLSForm", "detail": " ".join(detail.split())},
            )
            for detail in warnings
        )


XLSFORM = Target(name="xlsform", write=write_xlsform, multilingual=True)
