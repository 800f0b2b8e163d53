"""Surveys to export, and what a text of theirs is once it is HTML on one line."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, cycle
from pathlib import Path

from diagnose.instrument import load_instrument
from diagnose.instrument.export import FieldingDetails, Survey, build_survey
from diagnose.instrument.export.survey import Choice, Matrix, Question, Written

SURVEYS = Path(__file__).parents[2] / "surveys"
UNITS = (("Care", "North"), ("Care", "South & East"), ("Support", "North"))
FORMS = (("bottom-up", "floor"), ("bottom-up", "leader"), ("pulse", "floor"))
HOSTILE = (
    'He said "yes"',
    '"quoted from end to end"',
    "a < b & c > d; &amp; <script>alert(1)</script>",
    "{TOKEN:EMAIL} and {if(1, 2, 3)}",
    "${e://Field/name} costs $5",
    "[[PageBreak]] and [[[Question:MC]]]",
    "two\nlines\r\nand\ttabs | bars, commas; semicolons",
    "=1+1",
    "مرحبا بالعالم 🙂",
    "1. numbered",
    "\\{escaped\\} back\\slash",
)


def fielded(
    name: str,
    form: str,
    languages: tuple[str, ...] = ("en", "nl"),
    *,
    units: bool = True,
    **details: object,
) -> Survey:
    """Return a form of a shipped instrument as a survey."""
    return build_survey(
        load_instrument(SURVEYS / name),
        form,
        languages,
        details=FieldingDetails(**details),
        units=UNITS if units else (),
    )


def reworded(survey: Survey, texts: tuple[str, ...]) -> Survey:
    """Return a survey whose every text is another, taken from a list in turn."""
    turn = cycle(texts)

    def words() -> dict[str, str]:
        return {one: next(turn) for one in survey.languages}

    def option(one):
        return replace(one, label=words())

    def question(one: Question) -> Question:
        if isinstance(one, Matrix):
            return replace(
                one,
                stem=words(),
                options=tuple(map(option, one.options)),
                rows=tuple(replace(row, text=words()) for row in one.rows),
            )
        asked = replace(one, text=words(), hint=words())
        if isinstance(asked, Choice):
            asked = replace(asked, options=tuple(map(option, asked.options)))
        return asked

    return replace(
        survey,
        title=words(),
        introduction=words(),
        thanks=words(),
        agree=words(),
        proceed=words(),
        questions=tuple(map(question, survey.questions)),
    )


def seen(text: str) -> str:
    """Return a text as it is seen after an export: on one line, breaks kept."""
    lines = re.split(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", text)
    return "\n".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", one) for one in lines).strip()


def expected(survey: Survey, language: str) -> list[tuple]:
    """Return id, text, rows and answers of every question in one language."""
    found = []
    for one in survey.questions:
        rows = one.rows if isinstance(one, Matrix) else ()
        options = () if isinstance(one, Written) else one.options
        text = one.stem if isinstance(one, Matrix) else one.text
        found.append(
            (
                one.id,
                seen(text[language]),
                [(row.id, seen(row.text[language])) for row in rows],
                [(o.code, o.number, seen(o.label[language])) for o in options],
            )
        )
    return found


def statements(survey: Survey, language: str) -> dict[str, str]:
    """Return every item with its text."""
    return {row.id: seen(row.text[language]) for _, row in survey.statements()}


def instances() -> list[Survey]:
    """Return surveys of every kind: forms, languages, with and without extras."""
    both = (("en",), ("nl",), ("en", "nl"), ("nl", "en"))
    plain = (fielded(n, f, one, units=False) for n, f in FORMS for one in both)
    full = (fielded(n, f, one, link=True) for n, f in FORMS for one in both)
    shuffled = (fielded(n, f, order="shuffled", seed=4) for n, f in FORMS)
    return list(chain(plain, full, shuffled))
