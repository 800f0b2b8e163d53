"""A strict reader of Qualtrics' text in advanced format.

Written from the description of its tags alone (``[[AdvancedFormat]]`` first; each part
of a question begins with a tag on its own line; see
https://www.qualtrics.com/support/survey-platform/survey-module/survey-tools/import-and-export-surveys/);
it shares nothing with the writer. Whatever is not described there is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

TAG = re.compile(r"\[\[(?P<name>[A-Za-z]+)(?::(?P<value>.*))?\]\]")
KINDS = {  # kind: (has choices, has answers)
    "MC": (True, False),
    "MC:SingleAnswer": (True, False),
    "MC:SingleAnswer:Horizontal": (True, False),
    "MC:SingleAnswer:Vertical": (True, False),
    "MC:Dropdown": (True, False),
    "Matrix": (True, True),
    "TE:Essay": (False, False),  # codespell:ignore te
    "TE:SingleLine": (False, False),  # codespell:ignore te
    "DB": (False, False),
}
MARKUP = re.compile(r"</?(?:strong|em)>")


class GrammarError(Exception):
    """The file is not what is described."""


@dataclass
class Asked:
    """One question; choices and answers by number, in the order of the file."""

    kind: str
    id: str = ""
    text: str = ""
    choices: dict[int, str] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)


@dataclass
class Block:
    """A block: its pages, each a list of questions."""

    name: str
    pages: list[list[Asked]] = field(default_factory=lambda: [[]])


@dataclass
class Parsed:
    """A whole survey in one language."""

    embedded: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def questions(self) -> list[Asked]:
        """Return every question in order."""
        return [q for block in self.blocks for page in block.pages for q in page]

    def exported(self) -> dict[str, str]:
        """Return the export names of closed answers, with the text of each row."""
        names = {}
        for asked in self.questions():
            if asked.kind == "Matrix":
                names.update({f"{asked.id}_{n}": t for n, t in asked.choices.items()})
            elif asked.choices:
                names[asked.id] = asked.text
        return names


def parse(content: bytes) -> Parsed:
    """Return the survey that a file describes; raise on anything undescribed."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise GrammarError("not UTF-8") from error
    need(not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", text), "control")
    lines = text.split("\n")
    need(lines[0] == "[[AdvancedFormat]]", "no [[AdvancedFormat]]")
    reader = _Reader()
    for line in lines[1:]:
        found = TAG.fullmatch(line)
        if found and "[[" not in (found["value"] or ""):
            reader.tag(found["name"], found["value"])
        else:
            need("[[" not in line and "]]" not in line, "a tag inside a text")
            need("${" not in line, "piped text")
            if line:
                reader.line(line)
    reader.close()
    _check(reader.parsed)
    return reader.parsed


def plain(text: str) -> str:
    """Return what a respondent sees of a text."""
    return unescape(MARKUP.sub("", text.replace("<br />", "\n")))


def need(fact: bool, complaint: str) -> None:
    """Refuse unless something holds."""
    if not fact:
        raise GrammarError(complaint)


class _Reader:
    """Where the reading of a file stands."""

    def __init__(self) -> None:
        self.parsed = Parsed()
        self.asked: Asked | None = None
        self.into: dict[int, str] | None = None
        self.singular = ""
        self.number: int | None = None

    def tag(self, name: str, value: str | None) -> None:
        if name == "ED":
            self._embedded(value or "")
        elif name == "Block":
            self.close()
            need(bool(value and value.strip()), "a block without a name")
            self.parsed.blocks.append(Block(value or ""))
        elif name == "PageBreak":
            self.close()
            need(value is None and bool(self.parsed.blocks), "[[PageBreak]]")
            pages = self.parsed.blocks[-1].pages
            need(bool(pages[-1]), "an empty page")
            pages.append([])
        elif name == "Question":
            self._question(value or "")
        else:
            self._part(name, value)

    def _embedded(self, value: str) -> None:
        need(not self.parsed.blocks, "embedded data behind a block")
        name, _, given = value.partition(":")
        need(bool(re.fullmatch(r"[A-Za-z]\w*", name)), "a name of embedded data")
        need(name not in self.parsed.embedded and ":" not in given, "embedded data")
        self.parsed.embedded[name] = given

    def _question(self, kind: str) -> None:
        self.close()
        need(kind in KINDS, f"unknown kind {kind}")
        need(bool(self.parsed.blocks), "a question without a block")
        self.asked = Asked(kind)
        self.parsed.blocks[-1].pages[-1].append(self.asked)

    def _part(self, name: str, value: str | None) -> None:
        asked = self.asked
        if asked is None:
            raise GrammarError(f"{name} without a question")
        if name == "ID":
            need(not (asked.id or asked.text or self.into is not None), "[[ID]] late")
            need(bool(re.fullmatch(r"[A-Za-z]\w*", value or "")), "an id")
            asked.id = value or ""
        elif name in {"AdvancedChoices", "AdvancedAnswers"}:
            self._complete()
            need(value is None and bool(asked.text), name)
            self.singular = name.removeprefix("Advanced").removesuffix("s")
            self.into = asked.choices if self.singular == "Choice" else asked.answers
            need(not self.into and not asked.answers, f"{name} twice or late")
        else:
            need(name in {"Choice", "Answer"}, f"unknown tag {name}")
            need(self.into is not None and name == self.singular, f"{name} astray")
            self._complete()
            need(bool(re.fullmatch(r"\d+", value or "")), "a number")
            self.number = int(value or "0")
            need(self.number not in (self.into or {}), "a number twice")

    def line(self, line: str) -> None:
        need(line == line.strip(), "white space around a text")
        need(not re.search(r"<(?!br />)", MARKUP.sub("", line)), "markup")
        if self.asked is None:
            raise GrammarError("a text without a question")
        if self.into is None:
            self.asked.text += ("\n" if self.asked.text else "") + line
        else:
            need(self.number is not None, "a text without a number, or a second line")
            self.into[self.number or 0] = line
            self.number = None

    def _complete(self) -> None:
        need(self.number is None, "a number without a text")

    def close(self) -> None:
        self._complete()
        if self.asked is not None:
            choices, answers = KINDS[self.asked.kind]
            need(bool(self.asked.text), "a question without a text")
            need(bool(self.asked.choices) == choices, f"choices of {self.asked.id}")
            need(bool(self.asked.answers) == answers, f"answers of {self.asked.id}")
        self.asked = self.into = None


def _check(parsed: Parsed) -> None:
    need(bool(parsed.blocks), "no block")
    for block in parsed.blocks:
        need(all(block.pages), f"an empty page in {block.name}")
    ids = [asked.id for asked in parsed.questions()]
    need(all(ids), "a question without an id")
    need(len(set(ids)) == len(ids), "an id twice")
