"""Qualtrics' advanced format for importing surveys: what was asked, not which codes.

Documented at
https://www.qualtrics.com/support/survey-platform/survey-module/survey-tools/import-and-export-surveys/.
It proves no code: whether the numbers in it (``[[Answer:9]]``) become the recode values
of an export was not tried in Qualtrics, and these can be changed there afterwards. A
QSF, which Qualtrics itself writes, does prove them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from diagnose.responses.definition.build import (
    Asked,
    build_definition,
    row_names,
    row_short,
)
from diagnose.responses.definition.model import Definition

MARK = "[[advancedformat]]"
_TAG = re.compile(r"\s*\[\[\s*([A-Za-z]+)\s*(?::([^\]]*))?\]\]\s*")


@dataclass(slots=True)
class _Question:
    kind: str
    code: str = ""
    text: list[str] = field(default_factory=list)
    choices: list[tuple[str, list[str]]] = field(default_factory=list)

    def asked(self) -> Iterator[Asked]:
        yield Asked(names=(self.code,), texts=(" ".join(self.text),))
        if self.kind.casefold().startswith("matrix"):
            for row, words in self.choices:
                yield Asked(
                    names=row_names(self.code, row),
                    short=row_short(self.code, row),
                    texts=(" ".join(words),),
                )


def read_qualtrics_txt(text: str, name: str) -> Definition:
    """Return the definition in Qualtrics' advanced format.

    Questions without an ``[[ID:…]]`` have no name in an export and are passed over.
    """
    questions = _questions(text)
    asked = (one for q in questions if q.code for one in q.asked())
    return build_definition(asked, source=name, kind="qualtrics-txt")


def _questions(text: str) -> list[_Question]:
    questions: list[_Question] = []
    words: list[str] = []
    for line in text.splitlines():
        found = _TAG.fullmatch(line)
        if not found:
            words.append(line.strip())
            continue
        tag, value = found[1].casefold(), (found[2] or "").strip()
        if tag == "question":
            questions.append(_Question(value))
            words = questions[-1].text
        elif tag == "block":
            words = []
        elif questions:
            words = _follow(questions[-1], tag, value, words)
    return questions


def _follow(question: _Question, tag: str, value: str, words: list[str]) -> list[str]:
    """Apply one mark inside a question; return where the lines below it belong."""
    if tag == "id":
        question.code = value
        return question.text
    if tag in ("choice", "answer"):
        if tag == "answer":
            return []
        question.choices.append((value, []))
        return question.choices[-1][1]
    return [] if tag != "advancedchoices" else words
