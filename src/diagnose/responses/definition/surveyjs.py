"""The definition of a SurveyJS form: JSON with pages and elements.

Documented at https://surveyjs.io/form-library/documentation/design-survey/create-a-simple-survey
and, for matrices, at https://surveyjs.io/form-library/documentation/questionmatrixmodel.
A value without a text is its own label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from diagnose.responses.definition.build import (
    Asked,
    Labels,
    build_definition,
    row_names,
    row_short,
)
from diagnose.responses.definition.model import Definition

_ONE_CHOICE = {"radiogroup": "choices", "dropdown": "choices", "rating": "rateValues"}
_FROM_ELSEWHERE = ("choicesByUrl", "choicesFromQuestion")
_INSIDE = ("pages", "elements", "questions")


def is_surveyjs(value: object) -> bool:
    """Tell whether parsed JSON defines a form of SurveyJS."""
    return isinstance(value, dict) and any(
        isinstance(value.get(part), list) for part in _INSIDE
    )


def read_surveyjs(value: object, name: str) -> Definition:
    """Return the definition in a SurveyJS form that was parsed."""
    asked = (one for element in _elements(value) for one in _asked(element))
    return build_definition(asked, source=name, kind="surveyjs")


def _elements(value: object) -> Iterator[Mapping[str, object]]:
    """Yield every question, those inside pages and panels too.

    Those of a panel that respondents may repeat have no column of their own.
    """
    if not isinstance(value, dict):
        return
    inside = [value[part] for part in _INSIDE if isinstance(value.get(part), list)]
    if not inside:
        yield value
    for part in inside:
        for one in part:
            yield from _elements(one)


def _asked(element: Mapping[str, object]) -> Iterator[Asked]:
    kind = element.get("type")
    name = element.get("valueName") or element.get("name")
    if not isinstance(kind, str) or not isinstance(name, str):
        return
    texts = tuple(_localised(element.get("title")).values())
    if kind == "matrix":
        single = element.get("cellType", "radio") == "radio"
        choices = _options(element.get("columns")) if single else ()
        yield Asked(names=(name,), texts=texts)
        for row, labels in _options(element.get("rows")):
            yield Asked(
                names=row_names(name, row),
                short=row_short(name, row),
                choices=choices,
                texts=tuple(labels.values()),
            )
        return
    moving = any(element.get(part) for part in _FROM_ELSEWHERE)
    part = _ONE_CHOICE.get(kind, "")
    choices = _options(element.get(part)) if part and not moving else ()
    yield Asked(names=(name,), choices=choices, texts=texts)


def _options(options: object) -> tuple[tuple[str, Labels], ...]:
    found: list[tuple[str, Labels]] = []
    for option in options if isinstance(options, list) else ():
        if isinstance(option, dict):
            value = option.get("value")
            labels = _localised(option.get("text"))
        else:
            value, labels = option, {}
        if isinstance(value, bool):
            value = "true" if value else "false"
        if isinstance(value, str):
            found.append((value, labels or {"": value}))
    return tuple(found)


def _localised(text: object) -> dict[str, str]:
    if isinstance(text, str):
        return {"": text}
    if isinstance(text, dict):
        return {
            "" if language == "default" else language: words
            for language, words in text.items()
            if isinstance(words, str)
        }
    return {}
