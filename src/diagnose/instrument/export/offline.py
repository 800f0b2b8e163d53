"""The questionnaire as one HTML file that needs no platform and no network.

Whoever opens the file in a browser answers in it and saves a JSON file, in the form
``diagnose-answers/1``. The page asks nothing of any server, which its content security
policy enforces, and stores nothing of its own. The policy names the script and the
style by their digests, as https://www.w3.org/TR/CSP3/#external-hash and
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
describe; a JSON data block is no script to it.

Tried in Chromium. Not tried: Safari and Firefox, and apps that show a page in a window
of their own, for which the answers can be copied as text.
"""

from __future__ import annotations

import base64
import hashlib
import json
from importlib import resources
from typing import Any

from diagnose.instrument.export.build import LINK
from diagnose.instrument.export.survey import (
    Choice,
    Matrix,
    Option,
    Question,
    Survey,
    Words,
)
from diagnose.instrument.export.target import Target
from diagnose.instrument.export.wording import spoken
from diagnose.language import Catalogue, Language, load_catalogue

ANSWERS_FORMAT = "diagnose-answers/1"
"""What a saved file says of itself."""

_SECTION = "offline."


def write_offline(survey: Survey) -> dict[str, bytes]:
    """Return the questionnaire as one HTML file for all languages of the survey.

    Parameters
    ----------
    survey : Survey
        In one or more languages; the respondent chooses.

    Returns
    -------
    dict of str to bytes
        One file; the same survey gives the same bytes.
    """
    return {f"{survey.name}.html": _page(survey).encode("utf-8")}


OFFLINE = Target(
    name="offline", write=write_offline, multilingual=True, random=True, records=False
)


def _page(survey: Survey) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    script, style = _source("offline.js"), _source("offline.css")
    texts = load_catalogue("fielding")
    page: str = environment.from_string(_source("offline.html")).render(
        survey=survey,
        policy=_policy(script, style),
        style=style,
        script=script,
        data=_embedded(_content(survey, texts)),
        needs={
            spoken(one): texts.text("offline.needs", spoken(one))
            for one in survey.languages
        },
    )
    return page


def _source(name: str) -> str:
    # A checkout may have other line ends, and browsers hash what they normalised.
    path = resources.files("diagnose.instrument.export") / name
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def _policy(script: str, style: str) -> str:
    """Return a policy that allows this script and this style and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _embedded(content: object) -> str:
    """Return JSON that no text in it can lead out of a script element."""
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _content(survey: Survey, texts: Catalogue) -> dict[str, Any]:
    """Return all that the page shows and writes, as its script expects it."""
    return {
        "format": ANSWERS_FORMAT,
        "name": survey.name,
        "hidden": dict(survey.hidden),
        "random": survey.random,
        "languages": list(survey.languages),
        "speaks": {one: spoken(one) for one in survey.languages},
        "words": {one: _furniture(texts, spoken(one)) for one in survey.languages},
        "names": {one: texts.text("offline.name", spoken(one)) for one in _known()},
        "title": dict(survey.title),
        "formTitle": dict(survey.form_title),
        "introduction": dict(survey.introduction),
        "tick": dict(survey.tick),
        "thanks": dict(survey.thanks),
        "status": dict(survey.status),
        "edition": survey.edition,
        "licence": survey.licence,
        "agree": dict(survey.agree),
        "privacyTitle": dict(survey.privacy_title),
        "privacy": {
            one: [{"heading": part.heading, "text": part.text} for part in parts]
            for one, parts in survey.privacy.items()
        },
        "questions": [_question(one) for one in survey.questions],
    }


def _known() -> tuple[Language, ...]:
    return ("en", "nl")


def _furniture(texts: Catalogue, language: Language) -> dict[str, str]:
    return {
        key.removeprefix(_SECTION): words[language]
        for key, words in texts.entries.items()
        if key.startswith(_SECTION)
    }


def _question(question: Question) -> dict[str, Any]:
    shared: dict[str, Any] = {"id": question.id, "title": dict(question.title)}
    if isinstance(question, Matrix):
        return shared | {
            "kind": "matrix",
            "text": dict(question.stem),
            "options": [_option(one) for one in question.options],
            "rows": [{"id": r.id, "text": dict(r.text)} for r in question.rows],
        }
    asked: dict[str, Words] = {"text": dict(question.text), "hint": dict(question.hint)}
    if isinstance(question, Choice):
        options = [_option(one) for one in question.options]
        return shared | asked | {"kind": "choice", "options": options}
    comment = question.id != LINK
    return (
        shared
        | asked
        | {"kind": "written", "comment": comment}
        | {"long": question.long}
    )


def _option(option: Option) -> dict[str, Any]:
    return {"code": option.code, "label": dict(option.label), "apart": option.apart}
