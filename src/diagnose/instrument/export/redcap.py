"""The way out to REDCap: a data dictionary, one language a file.

The 18 columns and what may stand in them are those that REDCap's own help page on the
data dictionary gives (also at https://kb.iu.edu/d/bafz and, column by column, in guides
of universities that run it). REDCap writes its dictionaries as UTF-8 with a byte-order
mark and takes them back; without the mark, Excel would spoil accents on the way.

- Labels are shown as HTML, ``[name]`` is replaced by an answer and ``{name}`` by a
  field, so those signs become entities.
- ``|`` separates choices; inside a label it becomes a broken bar, ``¦``.
- ``@DEFAULT`` fills a hidden field when the page is opened, so role and edition stand
  on the first page. The record number is REDCap's own first field.
- A link code is a pseudonym and is marked as an identifier, so that an export for
  others leaves it out.

Unverified: upload into a running REDCap.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from html import escape

from diagnose.errors import InstrumentError
from diagnose.instrument.export.survey import (
    Choice,
    Matrix,
    Option,
    Question,
    Survey,
    Written,
)
from diagnose.instrument.export.target import Target
from diagnose.language.problems import worded_problem

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_NAME, _FORM, _SECTION, _TYPE, _LABEL, _CHOICES, _NOTE, _VALIDATION = COLUMNS[:8]
_IDENTIFIER, _ALIGNMENT, _GROUP, _ANNOTATION = (COLUMNS[i] for i in (10, 13, 15, 17))
_CODE = re.compile(r"[A-Za-z0-9._-]+")
_ENTITIES = str.maketrans({"[": "&#91;", "]": "&#93;", "{": "&#123;", "}": "&#125;"})
_LINK = "link"

Row = dict[str, str]


def write_redcap(survey: Survey) -> dict[str, bytes]:
    """Return the data dictionary in the survey's one language.

    Raises
    ------
    InstrumentError
        An answer code holds signs that REDCap does not take in a code.
    """
    _refuse_codes(survey)
    language = survey.language
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(survey, language):
        writer.writerow({**row, _FORM: survey.form})
    content = text.getvalue().encode("utf-8-sig")
    return {f"{survey.name}-{language}-redcap.csv": content}


def _refuse_codes(survey: Survey) -> None:
    problems = [
        worded_problem(
            "fielding",
            "F032",
            f"{survey.name}: {question.id}",
            {"target": "REDCap", "code": option.code},
        )
        for question in survey.questions
        if isinstance(question, Matrix | Choice)
        for option in question.options
        if not _CODE.fullmatch(option.code)
    ]
    if problems:
        raise InstrumentError(problems)


def shown(text: str) -> str:
    """Return a text as REDCap must get it to show it as it is, on one line."""
    return escape(" ".join(text.split()), quote=False).translate(_ENTITIES)


def _rows(survey: Survey, language: str) -> Iterator[Row]:
    yield {_NAME: "record_id", _TYPE: "text", _LABEL: "Record ID"}
    for name, text in survey.hidden.items():
        action = f"@DEFAULT='{text}' @HIDDEN-SURVEY @READONLY"
        yield {_NAME: name, _TYPE: "text", _LABEL: name, _ANNOTATION: action}
    introduction = survey.introduction.get(language, "")
    title = f"{survey.title[language]} – {survey.form_title[language]}"
    if introduction:
        yield {
            **_told("text_introduction", shown(introduction)),
            _SECTION: shown(title),
        }
    yield _told("text_privacy", _privacy(survey, language))
    for question in survey.questions:
        rows = list(_question_rows(question, language))
        rows[0][_SECTION] = _heading(question, language)
        yield from rows
    yield _told("text_thanks", _thanks(survey, language))


def _told(name: str, label: str) -> Row:
    return {_NAME: name, _TYPE: "descriptive", _LABEL: label}


def _privacy(survey: Survey, language: str) -> str:
    parts = [f"<h3>{shown(survey.privacy_title[language])}</h3>"]
    for part in survey.privacy[language]:
        parts.append(f"<p><b>{shown(part.heading)}</b><br>{shown(part.text)}</p>")
    return "".join([*parts, f"<p>{shown(survey.proceed[language])}</p>"])


def _thanks(survey: Survey, language: str) -> str:
    small = f"{survey.status[language]} · {survey.edition} · {survey.licence}"
    return f"<p>{shown(survey.thanks[language])}</p><p>{shown(small)}</p>"


def _heading(question: Question, language: str) -> str:
    title = shown(question.title[language])
    if isinstance(question, Matrix):
        return f"{title}<br>{shown(question.stem[language])}"
    return title


def _question_rows(question: Question, language: str) -> Iterator[Row]:
    if isinstance(question, Matrix):
        for row in question.rows:
            yield {
                _NAME: row.id,
                _TYPE: "radio",
                _LABEL: shown(row.text[language]),
                _CHOICES: _choices(question.options, language),
                _GROUP: question.id,
            }
        return
    asked = {
        _NAME: question.id,
        _LABEL: shown(question.text[language]),
        _NOTE: shown(question.hint.get(language, "")),
    }
    if isinstance(question, Choice):
        choices = _choices(question.options, language)
        search = {_TYPE: "dropdown", _VALIDATION: "autocomplete"}
        yield {**asked, **search, _CHOICES: choices}
    else:
        yield {**asked, **_written(question)}


def _written(question: Written) -> Row:
    kind = {_TYPE: "notes", _ALIGNMENT: "LV"} if question.long else {_TYPE: "text"}
    return {**kind, _IDENTIFIER: "y"} if question.id == _LINK else kind


def _choices(options: Sequence[Option], language: str) -> str:
    return " | ".join(
        f"{one.code}, {shown(one.label[language]).replace('|', '¦')}" for one in options
    )


REDCAP = Target(name="redcap", write=write_redcap, multilingual=False)
