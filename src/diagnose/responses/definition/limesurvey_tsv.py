"""LimeSurvey's tab-separated structure: one row a question, sub-question or answer.

Rows belong to the question above them; the base language comes first, then the same
rows once more for each further language, as documented at
https://www.limesurvey.org/manual/Tab_Separated_Value_survey_structure.
"""

from __future__ import annotations

import csv
import io
from collections import Counter

from diagnose.responses.definition.build import build_definition
from diagnose.responses.definition.limesurvey_lss import Question
from diagnose.responses.definition.model import Definition
from diagnose.responses.problems import refuse

NEEDED = {"class", "type/scale", "name", "text", "language"}


def read_limesurvey_tsv(text: str, name: str) -> Definition:
    """Return the definition in LimeSurvey's tab-separated structure.

    Raises
    ------
    ResponseError
        A cell holds a tab, so that a quotation mark which is not closed took rows
        into one text: their answers would count for another question.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t")
    reader.fieldnames = [str(cell).strip() for cell in reader.fieldnames or ()]
    questions: dict[tuple[str, int], Question] = {}
    seen: Counter[tuple[str, str]] = Counter()
    current: Question | None = None
    for row in reader:
        if any("\t" in cell for cell in row.values() if isinstance(cell, str)):
            raise refuse("R146", name, form="LimeSurvey")
        kind, code = _cell(row, "class"), _cell(row, "name")
        language, words = _cell(row, "language"), row.get("text") or ""
        if kind == "Q":
            # The same name again in one language is another question.
            seen[language, code] += 1
            key = (code, seen[language, code])
            current = questions.setdefault(
                key, Question(code, _cell(row, "type/scale"))
            )
            current.texts[language] = words
        elif kind == "G":
            current = None
        elif kind == "SQ" and current and _scale(row) == "0":
            current.rows[code][language] = words
        elif kind == "A" and current:
            current.answers[_scale(row)].append((code, {language: words}))
    asked = (one for question in questions.values() for one in question.asked())
    return build_definition(asked, source=name, kind="limesurvey-tsv")


def _cell(row: dict[str, str | None], name: str) -> str:
    return (row.get(name) or "").strip()


def _scale(row: dict[str, str | None]) -> str:
    scale = _cell(row, "type/scale")
    return scale if scale.isdigit() else "0"
