"""A strict reader of LimeSurvey's tab-separated survey structure.

Written from https://limesurvey.org/manual/Tab_Separated_Value_survey_structure alone,
with the rules for codes of ``application/models/Question.php``; it shares nothing with
the writer. Whatever is not described there is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

COLUMNS = [
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help"),
    *("language", "validation", "mandatory", "other", "default", "same_default"),
]
ATTRIBUTES = {"hidden": {"0", "1"}, "random_order": {"0", "1"}}
TYPES = {  # type: (has sub-questions, has answers)
    "F": (True, True),
    "!": (False, True),
    "L": (False, True),
    "T": (False, False),
    "S": (False, False),
    "*": (False, False),
}
RESERVED = {"LANG", "SID", "SAVEDID", "TOKEN", "QID", "GID", "SGQ"}
RESERVED |= {"self", "that", "this"}
KEPT_SUB = {"time", "other"}
YES_NO = {"anonymized", "ipaddr", "refurl", "datestamp", "savetimings", "allowprev"}
YES_NO |= {"usecookie", "listpublic", "publicstatistics", "printanswers", "allowsave"}
YES_NO |= {"showwelcome", "showprogress", "shownoanswer"}
CHOSEN = {
    "format": {"A", "G", "S"},
    "showgroupinfo": set("BNDX"),
    "showqnumcode": set("BNCX"),
    "showsurveypolicynotice": set("012"),
}
WORDS = {
    *("surveyls_title", "surveyls_description", "surveyls_welcometext"),
    *("surveyls_endtext", "surveyls_policy_notice", "surveyls_policy_notice_label"),
}
CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")
SUB_CODE = re.compile(r"[A-Za-z0-9]{1,20}")
ANSWER_CODE = re.compile(r"[A-Za-z0-9]{1,5}")
TAG = re.compile(r"</?(?:p|h2|h3|small|em|strong)>")


class GrammarError(Exception):
    """The file is not what the manual describes."""


@dataclass
class Asked:
    """A question in all languages."""

    id: str
    kind: str
    code: str
    text: dict[str, str] = field(default_factory=dict)
    help: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Group:
    """A group in all languages."""

    id: str
    name: dict[str, str] = field(default_factory=dict)
    questions: list[Asked] = field(default_factory=list)


@dataclass
class Parsed:
    """A whole survey."""

    settings: dict[str, str]
    words: dict[str, dict[str, str]]
    groups: list[Group]

    @property
    def languages(self) -> list[str]:
        """Base language first."""
        return [
            self.settings["language"],
            *self.settings["additional_languages"].split(),
        ]

    def questions(self) -> Iterator[Asked]:
        """Yield every question in order."""
        for group in self.groups:
            yield from group.questions


def parse(content: bytes) -> Parsed:
    """Return the survey that a file describes; raise on anything undescribed."""
    rows = _rows(content)
    kinds = [row["class"] for row in rows]
    need(kinds == sorted(kinds, key=lambda k: {"S": 0, "SL": 1}.get(k, 2)), "order")
    settings = _settings([row for row in rows if row["class"] == "S"])
    languages = [settings["language"], *settings["additional_languages"].split()]
    need(len(set(languages)) == len(languages), "a language twice")
    words = _words([row for row in rows if row["class"] == "SL"], languages)
    content_rows = [row for row in rows if row["class"] not in {"S", "SL"}]
    return Parsed(settings, words, _groups(content_rows, languages))


def plain(text: str) -> str:
    """Return what a reader sees of a text."""
    return unescape(TAG.sub("", text.replace("<br />", "\n")))


def need(fact: bool, complaint: str) -> None:
    """Refuse unless something holds."""
    if not fact:
        raise GrammarError(complaint)


def _rows(content: bytes) -> list[dict[str, str]]:
    need(content.startswith(b"\xef\xbb\xbf"), "no byte-order mark")
    try:
        text = content[3:].decode("utf-8")
    except UnicodeDecodeError as error:
        raise GrammarError("not UTF-8") from error
    need(text.endswith("\n"), "the last line is not closed")
    lines = [line.split("\t") for line in text[:-1].split("\n")]
    head = lines[0]
    need(head[: len(COLUMNS)] == COLUMNS, "columns")
    need(set(head[len(COLUMNS) :]) <= set(ATTRIBUTES), "unknown attribute")
    need(len(set(head)) == len(head), "a column twice")
    rows = []
    for cells in lines[1:]:
        need(len(cells) == len(head), "cells")
        for cell in cells:
            need(not re.search(r'["\x00-\x1f\x7f-\x9f\u2028\u2029]', cell), "sign")
            need("{" not in cell and "}" not in cell, "an expression")
            need(not re.search(r"<(?!br />)", TAG.sub("", cell)), "markup")
        rows.append(dict(zip(head, cells, strict=True)))
    return rows


def _only(row: dict[str, str], *allowed: str) -> None:
    filled = {name for name, cell in row.items() if cell} - {"class", *allowed}
    need(not filled, f"{row['class']} with {filled}")


def _settings(rows: list[dict[str, str]]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for row in rows:
        _only(row, "name", "text")
        name, value = row["name"], row["text"]
        need(name not in settings, "a setting twice")
        need(name not in YES_NO or value in {"Y", "N"}, name)
        need(name not in CHOSEN or value in CHOSEN[name], name)
        known = {"language", "additional_languages", *YES_NO, *CHOSEN}
        need(name in known, f"unknown setting {name}")
        settings[name] = value
    need(bool(re.fullmatch(r"[a-z]{2}", settings.get("language", ""))), "language")
    return {"additional_languages": "", **settings}


def _words(
    rows: list[dict[str, str]], languages: list[str]
) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for row in rows:
        _only(row, "name", "text", "language")
        need(row["name"] in WORDS, f"unknown text {row['name']}")
        own = words.setdefault(row["language"], {})
        need(row["name"] not in own, "a text twice")
        own[row["name"]] = row["text"]
    need(list(words) == languages, "languages of the texts")
    for own in words.values():
        need(list(own) == list(words[languages[0]]), "texts that differ by language")
        need(bool(own.get("surveyls_title")), "no title")
    return words


def _groups(rows: list[dict[str, str]], languages: list[str]) -> list[Group]:
    parts: dict[str, list[dict[str, str]]] = {}
    last = ""
    for row in rows:
        one = row["language"]
        need(one in languages, "a language that was not announced")
        need(one == last or one not in parts, "languages are mixed")
        parts.setdefault(one, []).append(row)
        last = one
    need(list(parts) == languages, "languages are absent or in another order")
    base = parts[languages[0]]
    for one in languages[1:]:
        need(_frame(parts[one]) == _frame(base), f"rows differ in {one}")
    groups = _structure(base)
    for one, own in parts.items():
        _translate(groups, own, one)
    _check(groups)
    return groups


def _frame(rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """Return what must be the same in every language; a group's name need not."""
    names = ("id", "class", "type/scale", "relevance", "mandatory", "other")
    return [
        (*(row[n] for n in names), "" if row["class"] == "G" else row["name"])
        for row in rows
    ]


def _structure(rows: list[dict[str, str]]) -> list[Group]:
    groups: list[Group] = []
    for row in rows:
        kind = row["class"]
        if kind == "G":
            _only(row, "id", "type/scale", "name", "relevance", "text", "language")
            groups.append(Group(row["id"]))
        elif kind == "Q":
            need(bool(groups), "a question without a group")
            groups[-1].questions.append(_question(row))
        elif kind in {"SQ", "A"}:
            need(bool(groups and groups[-1].questions), f"{kind} without a question")
            _below(row, groups[-1].questions[-1])
        else:
            raise GrammarError(f"unknown class {kind}")
    return groups


def _question(row: dict[str, str]) -> Asked:
    need(row["type/scale"] in TYPES, f"unknown type {row['type/scale']}")
    need(bool(CODE.fullmatch(row["name"])), f"code {row['name']}")
    need(row["name"] not in RESERVED, f"reserved {row['name']}")
    need(row["mandatory"] in {"Y", "N", ""} and row["other"] in {"Y", "N", ""}, "Y/N")
    attributes = {n: row[n] for n in ATTRIBUTES if row.get(n)}
    for name, value in attributes.items():
        need(value in ATTRIBUTES[name], f"{name}={value}")
    return Asked(row["id"], row["type/scale"], row["name"], attributes=attributes)


def _below(row: dict[str, str], question: Asked) -> None:
    need(row["type/scale"] == "0", "scale")
    if row["class"] == "SQ":
        _only(row, "id", "type/scale", "name", "relevance", "text", "language")
        need(not question.answers, "a sub-question behind answers")
        need(bool(SUB_CODE.fullmatch(row["name"])), f"code {row['name']}")
        need(row["name"] not in KEPT_SUB, f"reserved {row['name']}")
        need(row["name"] not in question.rows, f"{row['name']} twice")
        question.rows[row["name"]] = {}
    else:
        _only(row, "id", "type/scale", "name", "text", "language")
        need(row["id"] == question.id, "an answer with another id than its question")
        need(bool(ANSWER_CODE.fullmatch(row["name"])), f"code {row['name']}")
        need(row["name"] not in question.answers, f"{row['name']} twice")
        question.answers[row["name"]] = {}


def _translate(groups: list[Group], rows: list[dict[str, str]], language: str) -> None:
    at = iter(groups)
    questions: Iterator[Asked] = iter(())
    group, question = Group(""), Asked("", "", "")
    for row in rows:
        if row["class"] == "G":
            group = next(at)
            group.name[language] = row["name"]
            questions = iter(group.questions)
        elif row["class"] == "Q":
            question = next(questions)
            question.text[language] = row["text"]
            question.help[language] = row["help"]
        elif row["class"] == "SQ":
            question.rows[row["name"]][language] = row["text"]
        else:
            question.answers[row["name"]][language] = row["text"]
        need(bool(row["text"] or row["class"] == "G"), "no text")


def _check(groups: list[Group]) -> None:
    questions = [question for group in groups for question in group.questions]
    codes = [question.code for question in questions]
    need(len(set(codes)) == len(codes), "a question code twice")
    for name, ids in {
        "group": [g.id for g in groups],
        "question": [q.id for q in questions],
    }.items():
        need(
            len(set(ids)) == len(ids) and all(i.isdecimal() for i in ids), f"{name} id"
        )
    for group in groups:
        need(bool(group.questions), "an empty group")
    for question in questions:
        rows, answers = TYPES[question.kind]
        need(bool(question.rows) == rows, f"sub-questions of {question.code}")
        need(bool(question.answers) == answers, f"answers of {question.code}")
