"""A survey as LimeSurvey's tab-separated text, in all its languages at once.

Rows and columns follow the manual
(https://limesurvey.org/manual/Tab_Separated_Value_survey_structure): a row for each
setting, group, question, sub-question and answer, the whole base language first, then
the same rows in the same order for every further language, with the same ids. What
the manual leaves open was read in the program that imports it, ``TSVImportSurvey`` in
``application/helpers/admin/import_helper.php`` of
https://github.com/LimeSurvey/LimeSurvey, seen in 2026:

- it takes surrounding double quotes off a text, so no text here holds one: HTML
  escapes stand in their place, as for ``&``, ``<`` and ``>``;
- it finds the same group in another language by ``type/scale``, and the same question,
  sub-question and answer by their names;
- an attribute that knows no languages needs to stand in the base language only.

LimeSurvey takes what stands between braces for an expression; an HTML escape is none.
Its rules for codes come from ``application/models/Question.php``; that a question's has
20 signs at most, from ``application/views/questionAdministration/questionCode.php``.
Hidden columns are equations whose text is a constant: by
https://manual.limesurvey.org/Question_type_-_Equation a hidden one is still stored.

Not tried in a LimeSurvey: how the settings for the welcome page and the policy notice
look, whether sub-question codes of more than five signs are taken by versions before
3, and whether every version shuffles the rows of an array under ``random_order``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from itertools import chain, count

from diagnose.errors import InstrumentError, Problem
from diagnose.instrument.export.survey import Choice, Matrix, Option, Question, Survey
from diagnose.instrument.export.target import Target
from diagnose.language.problems import worded_problem

_COLUMNS = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help"),
    *("language", "validation", "mandatory", "other", "default", "same_default"),
    *("hidden", "random_order"),
)
_SETTINGS = {
    "format": "G",  # one group a page
    "anonymized": "Y",
    "ipaddr": "N",
    "refurl": "N",
    "datestamp": "N",
    "savetimings": "Y",  # how long someone took, not when
    "usecookie": "N",
    "listpublic": "N",
    "publicstatistics": "N",
    "printanswers": "N",
    "allowprev": "Y",
    "allowsave": "N",
    "showwelcome": "Y",
    "showprogress": "Y",
    "showgroupinfo": "N",  # its name, which is neutral
    "showqnumcode": "X",  # neither number nor code, which tell the subscale
    "shownoanswer": "N",  # an unanswered row is empty, "don't know" is an answer
    "showsurveypolicynotice": "1",
}
_RESERVED = frozenset({"self", "that", "this", "time", "other"})
_MOST_SIGNS = 20
"""Of the code of a question."""

_ANSWER_CODE = re.compile(r"[A-Za-z0-9]{1,5}")
_BREAKS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")

Row = dict[str, str]


def _write(survey: Survey) -> Mapping[str, bytes]:
    _refuse(survey)
    rows = chain(
        _settings(survey),
        *(_words_of_survey(survey, one) for one in survey.languages),
        *(_content(survey, one) for one in survey.languages),
    )
    lines = ["\t".join(_COLUMNS)]
    lines += ["\t".join(row.get(column, "") for column in _COLUMNS) for row in rows]
    # The byte-order mark is how its own exports begin.
    return {
        f"{survey.name}-limesurvey.txt": ("\ufeff" + "\n".join(lines) + "\n").encode()
    }


def _refuse(survey: Survey) -> None:
    """Refuse codes that LimeSurvey does not know what to do with; all at once."""
    problems: list[Problem] = []
    names = [question.id for question in survey.questions]
    names += [row.id for _, row in survey.statements()]
    for name in sorted(_RESERVED & set(names)):
        values = {"name": name, "target": LIMESURVEY.name}
        problems.append(worded_problem("fielding", "F020", name, values))
    for name in (one for one in names if len(one) > _MOST_SIGNS):
        sizes = {"name": name, "target": LIMESURVEY.name, "most": _MOST_SIGNS}
        problems.append(worded_problem("fielding", "F022", name, sizes))
    codes = {option.code for q in survey.questions for option in _options(q)}
    for code in sorted(codes):
        if not _ANSWER_CODE.fullmatch(code):
            values = {"code": code, "target": LIMESURVEY.name}
            problems.append(worded_problem("fielding", "F021", code, values))
    if problems:
        raise InstrumentError(problems)


def _options(question: Question) -> tuple[Option, ...]:
    return question.options if isinstance(question, Matrix | Choice) else ()


def _settings(survey: Survey) -> Iterator[Row]:
    languages = {
        "language": survey.language,
        "additional_languages": " ".join(survey.languages[1:]),
    }
    for name, value in {**languages, **_SETTINGS}.items():
        yield {"class": "S", "name": name, "text": value}


def _words_of_survey(survey: Survey, language: str) -> Iterator[Row]:
    """Yield what stands before and after the questions.

    The page on privacy belongs to the welcome text, so that nobody can miss it; the
    policy notice adds the sentence to agree with.
    """
    about = (
        survey.title[language],
        survey.version,
        survey.status[language],
        survey.licence,
    )
    texts = {
        "surveyls_title": _html(survey.title[language]),
        "surveyls_description": _html(survey.form_title[language]),
        "surveyls_welcometext": "".join(_welcome(survey, language)),
        "surveyls_endtext": (
            f"<p>{_html(survey.thanks[language])}</p>"
            f"<p><small>{_html(' · '.join(about))}</small></p>"
        ),
        "surveyls_policy_notice": f"<p>{_html(survey.privacy_title[language])}</p>",
        "surveyls_policy_notice_label": _html(survey.agree[language]),
    }
    for name, text in texts.items():
        yield {"class": "SL", "name": name, "text": text, "language": language}


def _welcome(survey: Survey, language: str) -> Iterator[str]:
    introduction = survey.introduction.get(language, "")
    if introduction:
        yield f"<p>{_html(introduction)}</p>"
    yield f"<h2>{_html(survey.privacy_title[language])}</h2>"
    for paragraph in survey.privacy[language]:
        yield f"<h3>{_html(paragraph.heading)}</h3><p>{_html(paragraph.text)}</p>"


def _content(survey: Survey, language: str) -> Iterator[Row]:
    """Yield every group, question, sub-question and answer in one language."""
    base = language == survey.language
    ids = count(1)
    for number, question in enumerate(survey.questions, start=1):
        yield {
            "id": str(number),
            "class": "G",
            "type/scale": f"G{number}",
            "name": _html(question.title[language]),
            "language": language,
        }
        if number == 1:
            # With a question that is seen: a page of hidden ones is passed over.
            yield from _hidden(survey, language, ids, base=base)
        yield from _question(question, language, ids, random=survey.random and base)


def _hidden(
    survey: Survey, language: str, ids: Iterator[int], *, base: bool
) -> Iterator[Row]:
    for name, value in survey.hidden.items():
        row = _asked(str(next(ids)), "*", name, _html(value), language)
        yield {**row, "hidden": "1"} if base else row


def _question(
    question: Question, language: str, ids: Iterator[int], *, random: bool
) -> Iterator[Row]:
    own = str(next(ids))
    if isinstance(question, Matrix):
        text = _html(question.stem[language])
        row = _asked(own, "F", question.id, text, language)
        yield {**row, "random_order": "1"} if random else row
        for statement in question.rows:
            yield {
                "id": str(next(ids)),
                "class": "SQ",
                "type/scale": "0",
                "name": statement.id,
                "relevance": "1",
                "text": _html(statement.text[language]),
                "language": language,
            }
    else:
        kind = "!" if isinstance(question, Choice) else "T" if question.long else "S"
        text, hint = question.text[language], question.hint[language]
        yield {
            **_asked(own, kind, question.id, _html(text), language),
            "help": _html(hint),
        }
    for option in _options(question):
        yield {
            "id": own,
            "class": "A",
            "type/scale": "0",
            "name": option.code,
            "text": _html(option.label[language]),
            "language": language,
        }


def _asked(own: str, kind: str, name: str, text: str, language: str) -> Row:
    return {
        "id": own,
        "class": "Q",
        "type/scale": kind,
        "name": name,
        "relevance": "1",
        "text": text,
        "language": language,
        "mandatory": "N",
        "other": "N",
    }


def _html(text: str) -> str:
    """Return a text as HTML on one line, without quotes, tabs and braces."""
    lines = (_CONTROLS.sub(" ", line) for line in _BREAKS.split(text))
    safe = escape("\n".join(lines).strip(), quote=True).replace("&#x27;", "'")
    safe = safe.replace("{", "&#123;").replace("}", "&#125;")
    return safe.replace("\n", "<br />")


LIMESURVEY = Target(name="limesurvey", write=_write, multilingual=True, random=True)
"""LimeSurvey's tab-separated text: create a survey, import, choose the file."""
