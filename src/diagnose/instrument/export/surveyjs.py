"""The way out to SurveyJS: one JSON definition that holds every language.

Properties are those of https://surveyjs.io/form-library/documentation/api-reference:
``matrix``, ``dropdown``, ``comment``, ``text`` and ``html`` elements, and calculated
values with ``includeIntoResult`` for what respondents do not see. A result then reads
``{"v": {"v1": "4"}, "unit": "…", "role": "floor", "edition": "…"}``.

- The order of rows is called ``rowsOrder`` in version 1; version 2 calls it
  ``rowOrder`` and takes the older name as well, so the older name is written.
- ``default`` stands for the platform's own default language, English. When English is
  among the languages it is therefore the default, whichever language comes first; the
  language shown at first is ``locale``.
- Titles and labels are shown as text, ``html`` elements and the last page as HTML.
- ``{name}`` is replaced by an answer in any text; an invisible word joiner behind the
  brace prevents that.

Unverified: how themes render it; the definition is tested against a schema of our own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from diagnose.instrument.export.survey import (
    Choice,
    Matrix,
    Option,
    Question,
    Survey,
    Words,
)
from diagnose.instrument.export.target import Target

_PLATFORM_DEFAULT = "en"
Json = dict[str, Any]


def write_surveyjs(survey: Survey) -> dict[str, bytes]:
    """Return the definition as JSON."""
    definition = {
        "locale": survey.language,
        "title": _localised(survey.title),
        "description": _localised(survey.form_title),
        "showQuestionNumbers": "off",
        "completedHtml": _localised(_thanks(survey)),
        "calculatedValues": [
            {"name": name, "expression": f"'{text}'", "includeIntoResult": True}
            for name, text in survey.hidden.items()
        ],
        "pages": [_welcome(survey), *(_page(q, survey) for q in survey.questions)],
    }
    text = json.dumps(definition, ensure_ascii=False, indent=1)
    return {f"{survey.name}-surveyjs.json": f"{text}\n".encode()}


def _localised(words: Words) -> dict[str, str]:
    default = _PLATFORM_DEFAULT if _PLATFORM_DEFAULT in words else next(iter(words))
    return {
        "default" if language == default else language: text.replace("{", "{\u2060")
        for language, text in words.items()
    }


def _welcome(survey: Survey) -> Json:
    elements = [_html("text_privacy", _privacy(survey))]
    if any(survey.introduction.values()):
        words = {one: _paragraph(text) for one, text in survey.introduction.items()}
        elements.insert(0, _html("text_introduction", words))
    return {"name": "page_welcome", "elements": elements}


def _html(name: str, words: Words) -> Json:
    return {"type": "html", "name": name, "html": _localised(words)}


def _paragraph(text: str) -> str:
    return f"<p>{'<br>'.join(escape(text).splitlines())}</p>"


def _privacy(survey: Survey) -> dict[str, str]:
    return {
        one: "".join(
            [
                f"<h2>{escape(survey.privacy_title[one])}</h2>",
                *(
                    f"<h3>{escape(part.heading)}</h3>{_paragraph(part.text)}"
                    for part in survey.privacy[one]
                ),
                _paragraph(survey.proceed[one]),
            ]
        )
        for one in survey.languages
    }


def _thanks(survey: Survey) -> dict[str, str]:
    return {
        one: _paragraph(survey.thanks[one])
        + _paragraph(f"{survey.status[one]} · {survey.edition} · {survey.licence}")
        for one in survey.languages
    }


def _page(question: Question, survey: Survey) -> Json:
    return {
        "name": f"page_{question.id}",
        "title": _localised(question.title),
        "elements": [_element(question, survey)],
    }


def _element(question: Question, survey: Survey) -> Json:
    if isinstance(question, Matrix):
        return _matrix(question, survey.random)
    if isinstance(question, Choice):
        kind: Json = {"type": "dropdown", "choices": _options(question.options)}
    else:
        kind = {"type": "comment" if question.long else "text"}
    hint = _localised(question.hint) if any(question.hint.values()) else None
    return {
        "type": kind.pop("type"),
        "name": question.id,
        "title": _localised(question.text),
        **({"description": hint} if hint else {}),
        **kind,
    }


def _matrix(matrix: Matrix, random: bool) -> Json:
    rows = [{"value": row.id, "text": _localised(row.text)} for row in matrix.rows]
    return {
        "type": "matrix",
        "name": matrix.id,
        "title": _localised(matrix.stem),
        "columns": _options(matrix.options),
        "rows": rows,
        **({"rowsOrder": "random"} if random else {}),
    }


def _options(options: Iterable[Option]) -> list[Mapping[str, Any]]:
    return [{"value": one.code, "text": _localised(one.label)} for one in options]


SURVEYJS = Target(name="surveyjs", write=write_surveyjs, multilingual=True, random=True)
