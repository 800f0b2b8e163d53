"""Qualtrics' survey file, ``.qsf``: JSON without a public description.

Read as in the files that were seen (2016), see also
https://www.qualtrics.com/support/survey-platform/survey-module/editing-questions/recode-values/.
A category is exported as its recode value, or as its own id when a question has no
recode values. ``VariableNaming``, a second name for a category, and translations under
``Language`` were not seen in a real file.
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
from diagnose.responses.problems import refuse

_SINGLE = {"SAVR", "SAHR", "SACOL", "DL", "SB"}
_ROWS = {"SingleAnswer", "DL"}


def is_qsf(value: object) -> bool:
    """Tell whether parsed JSON is a survey file of Qualtrics."""
    return isinstance(value, dict) and isinstance(value.get("SurveyElements"), list)


def read_qsf(value: object, name: str) -> Definition:
    """Return the definition in a Qualtrics survey file that was parsed.

    Raises
    ------
    ResponseError
        The file has no question, or not the form of a survey file.
    """
    elements = _mapping(value).get("SurveyElements")
    payloads = [
        _mapping(element["Payload"])
        for element in (elements if isinstance(elements, list) else [])
        if isinstance(element, dict)
        and element.get("Element") == "SQ"
        and isinstance(element.get("Payload"), dict)
    ]
    if not payloads:
        raise refuse("R146", name, form="Qualtrics")
    asked = (one for payload in payloads for one in _asked(payload))
    return build_definition(asked, source=name, kind="qsf")


def _asked(payload: Mapping[str, object]) -> Iterator[Asked]:
    tag, qid = _text(payload.get("DataExportTag")), _text(payload.get("QuestionID"))
    names = tuple(name for name in (tag, qid) if name)
    texts = tuple(_texts(payload, "QuestionText").values())
    kind, selector = payload.get("QuestionType"), payload.get("Selector")
    moving = bool(payload.get("DynamicChoices") or payload.get("DynamicAnswers"))
    if kind == "Matrix":
        single = selector == "Likert" and payload.get("SubSelector") in _ROWS
        choices = _choices(payload, "Answers") if single and not moving else ()
        yield Asked(names=names, texts=texts)
        yield from _rows(payload, tag, qid, choices)
        return
    single = kind == "MC" and selector in _SINGLE and not moving
    choices = _choices(payload, "Choices") if single else ()
    yield Asked(names=names, choices=choices, texts=texts)
    if not single:  # columns of single choices: none of them is a question
        for row in _options(payload, "Choices"):
            yield Asked(names=(*row_names(tag, row), *row_names(qid, row)))


def _rows(
    payload: Mapping[str, object],
    tag: str,
    qid: str,
    choices: tuple[tuple[str, Labels], ...],
) -> Iterator[Asked]:
    tags = _mapping(payload.get("ChoiceDataExportTags"))
    for row in _options(payload, "Choices"):
        own = _text(tags.get(row))
        names = row_names(tag, own or row) + row_names(qid, row)
        yield Asked(
            names=names,
            short=(own,) if own else row_short(tag, row),
            choices=choices,
            texts=tuple(_labels(payload, "Choices", row).values()),
        )


def _choices(
    payload: Mapping[str, object], part: str
) -> tuple[tuple[str, Labels], ...]:
    """Return the exported code of each category; those without a sure one are left out.

    With recode values for some categories only, the others are not known.
    """
    recoded = _mapping(payload.get("RecodeValues"))
    naming = _mapping(payload.get("VariableNaming"))
    choices: list[tuple[str, Labels]] = []
    for option in _options(payload, part):
        code = _text(recoded.get(option)) if recoded else option
        labels = dict(_labels(payload, part, option))
        if _text(naming.get(option)):
            labels["(naming)"] = _text(naming[option])
        choices.append((code, labels))
    return tuple(choices)


def _options(payload: Mapping[str, object], part: str) -> tuple[str, ...]:
    found = payload.get(part)
    if isinstance(found, list):  # PHP writes a list when the ids are 0, 1, 2, …
        return tuple(str(position) for position in range(len(found)))
    return tuple(_mapping(found))


def _labels(payload: Mapping[str, object], part: str, option: str) -> Labels:
    labels = {"": _display(payload.get(part), option)}
    for language, words in _mapping(payload.get("Language")).items():
        labels[language] = _display(_mapping(words).get(part), option)
    return {language: label for language, label in labels.items() if label}


def _display(options: object, option: str) -> str:
    if isinstance(options, list):
        place = int(option) if option.isdigit() and len(option) < 9 else -1
        found: object = options[place] if 0 <= place < len(options) else None
    else:
        found = _mapping(options).get(option)
    return _text(_mapping(found).get("Display"))


def _texts(payload: Mapping[str, object], part: str) -> Labels:
    texts = {"": _text(payload.get(part))}
    for language, words in _mapping(payload.get("Language")).items():
        texts[language] = _text(_mapping(words).get(part))
    return texts


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
