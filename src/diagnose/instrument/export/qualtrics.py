"""A survey as Qualtrics' text in advanced format, one file a language.

The tags are those of
https://www.qualtrics.com/support/survey-platform/survey-module/survey-tools/import-and-export-surveys/
("Preparing an Advanced Format TXT File"), as quoted at
https://vsoch.github.io/wiki/qualtrics.html: each part of a question begins with a tag
on a line of its own, ``[[ID:…]]`` becomes the export tag, and what is not numbered is
numbered by Qualtrics itself. Answers therefore always carry their number; "don't
know" has the one that `numbers_of` gives it, so that an export of choice texts, or of
numbers together with the survey's QSF, can be read.

A matrix exports its rows as ``<ID>_<number>``. Whether ``[[Choice:3]]`` numbers a row
or only gives it a value is documented nowhere; a block is a matrix only where both
come to the same: its rows are the items 1, 2, 3 … of the block, in that order. Other
items are questions of their own, whose export tag is the item's id.

The role travels as embedded data (``[[ED:role:floor]]``, above the first block). The
tag occurs in many public files for this import, with the vendor's own example names,
but not on the page quoted above. If Qualtrics does not take it, the line can be
deleted, and the role be stated for the assessment. The edition does not travel: it
would vouch for answer codes that anyone may renumber in Qualtrics afterwards. Advanced
format has no random order of rows.

Not tried in a Qualtrics: this module has only seen its documentation. Further
languages are imported as surveys of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from diagnose.instrument.export.survey import (
    Choice,
    Matrix,
    Option,
    Question,
    Statement,
    Survey,
    Written,
)
from diagnose.instrument.export.target import Target

_BREAKS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TEXT_ID = "text"


def _write(survey: Survey) -> Mapping[str, bytes]:
    language = survey.language
    parts = [
        "[[AdvancedFormat]]",
        f"[[ED:role:{survey.role}]]",
        *_welcome(survey, language),
    ]
    for question in survey.questions:
        parts.append(f"[[Block:{_name(question.title[language])}]]")
        parts += _asked(survey, question, language)
    text = "\n\n".join(parts) + "\n"
    return {f"{survey.name}-{language}-qualtrics.txt": text.encode("utf-8")}


def _welcome(survey: Survey, language: str) -> Iterator[str]:
    """Yield the introduction and the page on privacy."""
    yield f"[[Block:{_name(survey.title[language])}]]"
    introduction = survey.introduction.get(language, "")
    heading = f"<strong>{_html(survey.title[language])}</strong>"
    opening = f"{heading}<br /><br />{_html(introduction)}" if introduction else heading
    yield _part("DB", _text_id(survey, 1), opening)
    yield "[[PageBreak]]"
    privacy = "<br /><br />".join(
        f"<strong>{_html(one.heading)}</strong><br />{_html(one.text)}"
        for one in survey.privacy[language]
    )
    title = f"<strong>{_html(survey.privacy_title[language])}</strong>"
    proceed = _html(survey.proceed[language])
    text = f"{title}<br /><br />{privacy}<br /><br />{proceed}"
    yield _part("DB", _text_id(survey, 2), text)


def _text_id(survey: Survey, number: int) -> str:
    """Return an id for a text that is no question's."""
    taken = {question.id for question in survey.questions}
    taken |= {row.id for _, row in survey.statements()}
    stem = _TEXT_ID
    while any(name.startswith(stem) for name in taken):
        stem += "x"
    return f"{stem}{number}"


def _asked(survey: Survey, question: Question, language: str) -> Iterator[str]:
    if isinstance(question, Matrix):
        if _is_numbered(question):
            yield _matrix(question, language)
        else:
            number = survey.questions.index(question) + 3
            yield _part("DB", _text_id(survey, number), _html(question.stem[language]))
            for row in question.rows:
                yield _single(row, question, language)
    elif isinstance(question, Choice):
        choices = _numbered("Choice", question.options, language)
        yield _part("MC:Dropdown", question.id, _worded(question, language), choices)
    else:
        kind = "TE:Essay" if question.long else "TE:SingleLine"  # codespell:ignore te
        yield _part(kind, question.id, _worded(question, language))


def _is_numbered(matrix: Matrix) -> bool:
    """Tell whether rows have the same number by place and by the name of the item."""
    names = [f"{matrix.id}{place}" for place in range(1, len(matrix.rows) + 1)]
    return [row.id for row in matrix.rows] == names


def _matrix(matrix: Matrix, language: str) -> str:
    rows = [
        f"[[Choice:{place}]]\n{_html(row.text[language])}"
        for place, row in enumerate(matrix.rows, start=1)
    ]
    return _part(
        "Matrix",
        matrix.id,
        _html(matrix.stem[language]),
        "\n".join(["[[AdvancedChoices]]", *rows]),
        _numbered("Answer", matrix.options, language),
    )


def _single(row: Statement, matrix: Matrix, language: str) -> str:
    choices = _numbered("Choice", matrix.options, language)
    text = _html(row.text[language])
    return _part("MC:SingleAnswer:Horizontal", row.id, text, choices)


def _numbered(tag: str, options: tuple[Option, ...], language: str) -> str:
    lines = [f"[[Advanced{tag}s]]"]
    for option in options:
        lines += [f"[[{tag}:{option.number}]]", _html(option.label[language])]
    return "\n".join(lines)


def _worded(question: Choice | Written, language: str) -> str:
    text, hint = _html(question.text[language]), _html(question.hint[language])
    return f"{text}<br /><em>{hint}</em>" if hint else text


def _part(kind: str, name: str, text: str, *lists: str) -> str:
    """Return one question: its tag, its id, its text and what can be chosen."""
    head = f"[[Question:{kind}]]\n[[ID:{name}]]\n{text}"
    return "\n\n".join([head, *lists])


def _html(text: str) -> str:
    """Return a text as HTML on one line, without tags of Qualtrics and piped text.

    Quotes stay: between tags they mean nothing, and labels come back as they were.
    """
    lines = (_CONTROLS.sub(" ", line) for line in _BREAKS.split(text))
    safe = escape("\n".join(lines).strip(), quote=False)
    safe = safe.replace("[[", "&#91;&#91;").replace("]]", "&#93;&#93;")
    return safe.replace("${", "&#36;{").replace("\n", "<br />")


def _name(text: str) -> str:
    """Return a text as the name of a block, which is one line of plain text."""
    plain = _CONTROLS.sub(" ", text).replace("[", "(").replace("]", ")")
    return " ".join(plain.split())


QUALTRICS = Target(name="qualtrics", write=_write, multilingual=False)
"""Qualtrics' text in advanced format: a new project, tools, import survey."""
