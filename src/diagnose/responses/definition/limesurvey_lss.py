"""LimeSurvey's survey structure, ``.lss``: XML with one section a table.

Older versions (DBVersion 261 was seen) have one row a language in ``questions``,
``subquestions`` and ``answers``; newer ones keep the texts apart, in
``question_l10ns`` (by ``qid``) and ``answer_l10ns`` (by ``aid``), as LimeSurvey's own
``application/helpers/export_helper.php`` writes them; the newer form was not tried on
a real file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from diagnose.responses.definition.build import (
    Asked,
    Labels,
    build_definition,
    row_names,
    row_short,
)
from diagnose.responses.definition.model import Definition
from diagnose.responses.problems import refuse

ONE_CHOICE = {"L", "!", "O"}
"""Types of question with one answer out of a list."""

ARRAYS = {"F", "H"}
"""Types of question with one answer out of a list for each sub-question."""

DUAL = "1"
"""The array with two lists of answers side by side."""

Row = dict[str, str]


@dataclass(slots=True)
class Question:
    """One question of LimeSurvey, gathered over its languages.

    Attributes
    ----------
    code, kind : str
        Its code and the letter of its type.
    texts : dict of str to str
        Language to wording.
    rows : dict of str to dict
        Code of each sub-question to its wordings.
    answers : dict of str to list
        Scale ("0", or also "1" in a dual array) to answer codes with their labels.
    """

    code: str
    kind: str
    texts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    answers: dict[str, list[tuple[str, Labels]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def asked(self) -> Iterator[Asked]:
        """Yield the question or, in an array, each of its sub-questions."""
        texts = tuple(self.texts.values())
        one = tuple(self.answers["0"]) if self.kind in ONE_CHOICE else ()
        yield Asked(names=(self.code,), choices=one, texts=texts)
        for row, wordings in self.rows.items():
            yield from self._row(row, tuple(wordings.values()))

    def _row(self, row: str, texts: tuple[str, ...]) -> Iterator[Asked]:
        if self.kind == DUAL:
            for scale, name in (("0", "1"), ("1", "2")):
                yield Asked(
                    names=(f"{self.code}[{row}][{name}]", f"{self.code}_{row}_{scale}"),
                    choices=tuple(self.answers[scale]),
                    texts=texts,
                )
            return
        yield Asked(
            names=row_names(self.code, row),
            short=row_short(self.code, row),
            choices=tuple(self.answers["0"]) if self.kind in ARRAYS else (),
            texts=texts,
        )


def read_lss(content: bytes, name: str) -> Definition:
    """Return the definition in a LimeSurvey structure.

    Raises
    ------
    ResponseError
        The XML is damaged, declares entities, or is no survey structure.
    """
    root = _parse(content, name)
    if root.tag != "document" or root.find("LimeSurveyDocType") is None:
        raise refuse("R144", name)
    questions = _questions(root)
    asked = (one for question in questions for one in question.asked())
    return build_definition(asked, source=name, kind="lss")


def _parse(content: bytes, name: str) -> Any:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise refuse("R145", name) from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise refuse("R146", name, form="LimeSurvey") from error


def _table(root: Any, section: str) -> list[Row]:
    found = root.find(f"{section}/rows")
    rows = [] if found is None else found
    return [{cell.tag: cell.text or "" for cell in row} for row in rows]


def _questions(root: Any) -> Iterable[Question]:
    own = _table(root, "questions")
    below = _table(root, "subquestions")
    # Some files keep sub-questions among the questions, told by their parent.
    below += [row for row in own if row.get("parent_qid", "0") not in ("", "0")]
    texts = defaultdict(list)
    for row in _table(root, "question_l10ns"):
        texts[row.get("qid", "")].append(row)
    questions: dict[str, Question] = {}
    for row in own:
        if row.get("parent_qid", "0") in ("", "0"):
            question = questions.setdefault(
                row.get("qid", ""),
                Question(row.get("title", ""), row.get("type", "")),
            )
            question.texts.update(_texts(row, texts, "qid", "question"))
    for row in below:
        parent = questions.get(row.get("parent_qid", ""))
        # In an array of numbers the second axis consists of sub-questions too.
        if parent and row.get("scale_id", "0") in ("", "0"):
            code = row.get("title", "")
            parent.rows[code].update(_texts(row, texts, "qid", "question"))
    _add_answers(root, questions)
    return questions.values()


def _add_answers(root: Any, questions: dict[str, Question]) -> None:
    texts = defaultdict(list)
    for row in _table(root, "answer_l10ns"):
        texts[row.get("aid", "")].append(row)
    for row in _table(root, "answers"):
        question = questions.get(row.get("qid", ""))
        if question:
            labels = _texts(row, texts, "aid", "answer")
            scale = row.get("scale_id") or "0"
            question.answers[scale].append((row.get("code", ""), labels))


def _texts(row: Row, apart: dict[str, list[Row]], key: str, cell: str) -> Labels:
    """Return language to text: in the row itself, or kept apart under its number."""
    rows = [row] if cell in row else apart.get(row.get(key, ""), [])
    return {one.get("language", ""): one.get(cell, "") for one in rows}
