"""Self-test questions: a bank of YAML files, read strictly and checked as a whole.

A set is a file ``book/quizzes/<id>.yaml``::

    id: why
    questions:
      - ask: {en: "...", nl: "..."}
        several: false               # true: more than one option may be right
        options:
          - text: {en: "...", nl: "..."}
            right: true
            why: {en: "...", nl: "..."}
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from diagnose.documents import read_document
from diagnose.documents.problems import Entry, fill
from diagnose.errors import DiagnoseError, Problem
from diagnose.handbook.build import find_book
from diagnose.instrument.problems import PATTERNS
from diagnose.language import Language, load_catalogue

CATALOGUE: dict[str, Entry] = {
    "Z001": Entry("is {value}, while the file is called {other}", "{allowed}"),
    "Z002": Entry("has no right option", "", "mark at least one with `right: true`"),
    "Z003": Entry(
        "has {value} right options",
        "one",
        "say `several: true` when more than one may be ticked",
    ),
    "Z004": Entry("has only right options", "", "add one that is wrong"),
    "Z005": Entry("says {value} again, as {other} does", "an option of its own"),
}
"""Code to wording; every code is asserted by a test, and no code is ever reused."""

_Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]


class QuizError(DiagnoseError, ValueError):
    """A set of questions cannot be used; every problem of the file, a line each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class _Part(BaseModel):
    """Base of every part: frozen, strict, and without unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Both(_Part):
    """One text in both languages."""

    en: _Words
    nl: _Words

    def said(self, language: Language) -> str:
        """Return the text in one language."""
        return self.nl if language == "nl" else self.en


class Option(_Part):
    """One answer that can be chosen, with the reason why it is right or not."""

    text: Both
    right: bool
    why: Both


class Question(_Part):
    """One question; ``several`` tells that more than one option may be ticked."""

    ask: Both
    several: bool = False
    options: tuple[Option, ...] = Field(min_length=2)


class Quiz(_Part):
    """A set of questions, as its file holds it."""

    id: _Name
    questions: tuple[Question, ...] = Field(min_length=1)


def quiz_ids() -> tuple[str, ...]:
    """Return the names of all sets, in alphabetical order."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def read_quiz(path: Path) -> Quiz:
    """Read one set of questions and check it.

    Parameters
    ----------
    path : Path
        An existing file.

    Raises
    ------
    QuizError
        The file cannot be used; everything that is wrong at once.
    """
    quiz, problems = read_document(Quiz, path, place=path.name, patterns=PATTERNS)
    if quiz is not None:
        problems = list(_contradictions(quiz, path))
    if quiz is None or problems:
        raise QuizError(tuple(problems))
    return quiz


def _contradictions(quiz: Quiz, path: Path) -> Iterator[Problem]:
    if quiz.id != path.stem:
        values = {
            "value": repr(quiz.id),
            "other": path.name,
            "allowed": repr(path.stem),
        }
        yield fill(CATALOGUE["Z001"], "Z001", f"{path.name}: id", values)
    for number, question in enumerate(quiz.questions):
        place = f"{path.name}: questions[{number}]"
        code = _wrong_count(question)
        if code:
            n_right = sum(option.right for option in question.options)
            yield fill(CATALOGUE[code], code, f"{place}.options", {"value": n_right})
        yield from _repeated(question, place)


def _wrong_count(question: Question) -> str:
    n_right = sum(option.right for option in question.options)
    if n_right == 0:
        return "Z002"
    if n_right > 1 and not question.several:
        return "Z003"
    return "Z004" if n_right == len(question.options) else ""


def _repeated(question: Question, place: str) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}
    for number, option in enumerate(question.options):
        for language in get_args(Language):
            said = option.text.said(language)
            where = f"options[{number}].text.{language}"
            earlier = first.setdefault((language, said.casefold()), where)
            if earlier != where:
                values = {"value": repr(said), "other": earlier}
                yield fill(CATALOGUE["Z005"], "Z005", f"{place}.{where}", values)


def data(language: Language, **options: str) -> dict[str, Any]:
    """Return one set of questions in one language.

    Parameters
    ----------
    language : {"en", "nl"}
        Language of the edition.
    **options
        ``set``: name of the set.

    Returns
    -------
    dict
        ``set`` and ``questions``: ``ask``, ``several`` and ``options`` (``text``,
        ``right``, ``why``).

    Raises
    ------
    KeyError
        No set is named, or there is none of this name.
    TypeError
        Another option is given.
    QuizError
        Its file cannot be used.
    """
    quiz = _named(**options)
    return {
        "set": quiz.id,
        "questions": [
            {
                "ask": question.ask.said(language),
                "several": question.several,
                "options": [
                    {
                        "text": option.text.said(language),
                        "right": option.right,
                        "why": option.why.said(language),
                    }
                    for option in _shuffled(question)
                ],
            }
            for question in quiz.questions
        ],
    }


def _shuffled(question: Question) -> list[Option]:
    """Return the options in an order that owes nothing to the order of writing.

    Who writes a question tends to put the right answer in the same place.
    """

    def drawn(option: Option) -> bytes:
        return sha256(f"{question.ask.en}\n{option.text.en}".encode()).digest()

    return sorted(question.options, key=drawn)


def variants() -> tuple[dict[str, str], ...]:
    """Return the options of every quiz that a page can hold."""
    return tuple({"set": name} for name in quiz_ids())


def printed(language: Language, **options: str) -> str:
    """Return the same questions as HTML for paper, with the answers at the end."""
    words = load_catalogue("live_quiz")
    asked, answers = [], []
    for question in data(language, **options)["questions"]:
        choices = "".join(
            f"<li>{html.escape(option['text'])}</li>" for option in question["options"]
        )
        note = f" {words.text('several', language)}" if question["several"] else ""
        ask = html.escape(question["ask"] + note)
        asked.append(f'<li><p>{ask}</p><ol type="a">{choices}</ol></li>')
        reasons = "".join(_reason(option, language) for option in question["options"])
        answers.append(f'<li><ol type="a">{reasons}</ol></li>')
    return (
        f"<ol>{''.join(asked)}</ol>"
        f"<p><strong>{html.escape(words.text('answers', language))}</strong></p>"
        f"<ol>{''.join(answers)}</ol>"
    )


def _reason(option: dict[str, Any], language: Language) -> str:
    key = "right" if option["right"] else "wrong"
    said = load_catalogue("live_quiz").text(key, language, why=option["why"])
    return f"<li>{html.escape(said)}</li>"


def _named(*, set: str | None = None) -> Quiz:
    if set is None or set not in quiz_ids():
        known = ", ".join(repr(name) for name in quiz_ids())
        raise KeyError(f"no set {set!r}; there are: {known}")
    return read_quiz(_folder() / f"{set}.yaml")


def _folder() -> Path:
    return find_book() / "book" / "quizzes"
