"""A survey as it stands on paper: what Word and PDF share, before either draws it.

Statements have a box for each answer, with its label above the column. Where the labels
are too long for their columns they stand once above the boxes, which then carry codes
only; that head is repeated on each page. Codes are printed small, for whoever types the
forms into a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from diagnose.errors import InstrumentError
from diagnose.instrument.export.build import LINK
from diagnose.instrument.export.survey import (
    Choice,
    Matrix,
    Option,
    Question,
    Survey,
    Written,
)
from diagnose.instrument.export.wording import spoken
from diagnose.language import load_catalogue
from diagnose.language.problems import worded_problem

WIDTH = 180
"""Of the text on A4 with margins of 15, in millimetres."""

LOCALES = {"en": "en-GB", "nl": "nl-NL"}
"""Languages as documents declare them, for speech and hyphenation."""

MOST_BOXES = 12
"""Units that are listed with a box; with more, the unit is written on a line."""

MOST_ANSWERS = 16
"""Boxes that fit beside each other."""

LINK_SIGNS = 6
ANSWER_LINES = 7

Room = Literal["line", "lines", "signs"]
"""What there is to write in: one line, several, or a box for each sign of a code."""

_WIDEST_COLUMN, _ALL_COLUMNS = 17.0, 116.0
_LETTER = 1.3  # millimetres, of a label in 7.5 points
_MOST_LINES = 6
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One box: code as it is typed in, label, and whether it stands apart."""

    code: str
    label: str
    apart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One statement: id and wording."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Statements that share their answers.

    Attributes
    ----------
    kind : str
        Always ``"block"``.
    title, stem : str
        Heading, and what to do where that differs from what the page said already.
    answers : tuple of Answer
        One a column.
    rows : tuple of Row
        One a line.
    column : float
        Width of a column of boxes in millimetres; statements have the rest.
    above : bool
        Whether labels stand above all boxes, for want of room in the columns.
    """

    title: str
    stem: str
    answers: tuple[Answer, ...]
    rows: tuple[Row, ...]
    column: float
    above: bool
    kind: str = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One question with a box for each answer; `title` may be empty."""

    id: str
    title: str
    text: str
    hint: str
    answers: tuple[Answer, ...]
    kind: str = "pick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One question answered in writing; `title` and `hint` may be empty."""

    id: str
    title: str
    text: str
    hint: str
    room: Room
    kind: str = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One form in one language, every text free of signs that cannot be printed.

    Attributes
    ----------
    language, locale : str
        Such as ``"nl"`` and ``"nl-NL"``.
    title, form_title, introduction, how, thanks : str
        Words around the questions.
    privacy_title, agree : str
        Heading of the first page, and the sentence to agree with.
    privacy : tuple of (str, str)
        Heading and text of each paragraph of the first page.
    parts : tuple of Block, Pick or Write
        In the order shown.
    closing : tuple of str
        What stands below the last question: status, edition, licence.
    edition : str
        Of the survey.
    running, page : str
        Foot of each page; `page` has the fields ``{number}`` and ``{pages}``.
    statement, answers, lines, line, signs, table : str
        Head of the statements, words before labels that stand above the boxes, and
        what a screen reader says of places to write in and of a table.
    answer_lines, link_signs : int
        Lines below a question in own words, and boxes for a code.
    """

    language: str
    locale: str
    title: str
    form_title: str
    introduction: str
    how: str
    thanks: str
    privacy_title: str
    agree: str
    privacy: tuple[tuple[str, str], ...]
    parts: tuple[Block | Pick | Write, ...]
    closing: tuple[str, ...]
    edition: str
    running: str
    page: str
    statement: str
    answers: str
    lines: str
    line: str
    signs: str
    table: str
    answer_lines: int = field(default=ANSWER_LINES, init=False)
    link_signs: int = field(default=LINK_SIGNS, init=False)


def build_paper(survey: Survey) -> Paper:
    """Return the base language of a survey as it stands on paper.

    Raises
    ------
    InstrumentError
        Statements have more answers than fit beside each other.
    """
    _refuse_wide(survey)
    one = survey.language
    known = spoken(one)
    texts = load_catalogue("fielding")
    words = ("how", "page", "answers", "lines", "line", "signs", "table")
    return Paper(
        language=one,
        locale=LOCALES.get(one, one),
        title=printable(survey.title[one]),
        form_title=printable(survey.form_title[one]),
        introduction=printable(survey.introduction[one]),
        thanks=printable(survey.thanks[one]),
        privacy_title=printable(survey.privacy_title[one]),
        agree=printable(survey.agree[one]),
        privacy=tuple(
            (printable(part.heading), printable(part.text))
            for part in survey.privacy[one]
        ),
        parts=tuple(_parts(survey)),
        closing=(
            printable(survey.status[one]),
            texts.text("paper.edition", known, edition=survey.edition),
            texts.text("paper.licence", known, licence=printable(survey.licence)),
        ),
        edition=survey.edition,
        running=f"{survey.instrument} {survey.version} · {survey.form} · {one}",
        statement=texts.text("welcome.statement", known),
        **{word: texts.text(f"paper.{word}", known) for word in words},
    )


def _refuse_wide(survey: Survey) -> None:
    problems = [
        worded_problem(
            "fielding",
            "F041",
            f"{survey.name}: {matrix.id}",
            {"n": len(matrix.options), "most": MOST_ANSWERS},
        )
        for matrix in survey.matrices
        if len(matrix.options) > MOST_ANSWERS
    ]
    if problems:
        raise InstrumentError(problems)


def printable(text: str) -> str:
    """Return a text without control signs; only line breaks are kept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub(" ", text).strip()


def _parts(survey: Survey) -> Iterator[Block | Pick | Write]:
    one, before = survey.language, ""
    for question in survey.questions:
        title = printable(question.title[one])
        # Two tables need words between them, or Word makes them one.
        again = title == before and not isinstance(question, Matrix)
        yield _part(question, "" if again else title, survey)
        before = title


def _part(question: Question, title: str, survey: Survey) -> Block | Pick | Write:
    one = survey.language
    if isinstance(question, Matrix):
        return _block(question, title, survey)
    about = {
        "id": question.id,
        "title": title,
        "text": printable(question.text[one]),
        "hint": printable(question.hint[one]),
    }
    if isinstance(question, Choice) and len(question.options) <= MOST_BOXES:
        return Pick(**about, answers=_answers(question.options, one))
    return Write(**about, room=_room(question))


def _room(question: Choice | Written) -> Room:
    if isinstance(question, Written) and question.long:
        return "lines"
    return "signs" if question.id == LINK else "line"


def _block(matrix: Matrix, title: str, survey: Survey) -> Block:
    one = survey.language
    answers = _answers(matrix.options, one)
    column = round(min(_WIDEST_COLUMN, _ALL_COLUMNS / len(answers)), 1)
    stem = "" if matrix.stem == survey.tick else printable(matrix.stem[one])
    return Block(
        title=title,
        stem=stem,
        answers=answers,
        rows=tuple(Row(id=r.id, text=printable(r.text[one])) for r in matrix.rows),
        column=column,
        above=not all(_fits(answer.label, column) for answer in answers),
    )


def _answers(options: Sequence[Option], language: str) -> tuple[Answer, ...]:
    return tuple(
        Answer(code=o.code, label=printable(o.label[language]), apart=o.apart)
        for o in options
    )


def _fits(label: str, column: float) -> bool:
    """Tell whether a label can be read in a column; words may be hyphenated once."""
    letters = (column - 1.6) / _LETTER
    longest = max(map(len, label.split()), default=0)
    # Words do not fill their lines: about seven tenths of each is used.
    return longest <= letters + 3 and len(label) <= _MOST_LINES * letters * 0.7
