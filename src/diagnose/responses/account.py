"""The intake report for people and programs: tables, a page, and a JSON record."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from importlib import resources
from typing import Any

from diagnose._options import check_option
from diagnose.errors import Problem
from diagnose.language import Catalogue, Language, format_interval, load_catalogue
from diagnose.language.numbers import format_number
from diagnose.responses.model import IntakeReport, ItemDirection
from diagnose.responses.problems import problems_in_words
from diagnose.responses.rows.check import REASONS, TRIALS

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_FACTS = ("source", "platform", "encoding", "answers_as", "codes_by", "definition")

_MARK = '<meta name="generator" content="diagnose check">'
_MARKED_WITHIN = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of the report.

    Attributes
    ----------
    name : str
        ``file``, ``rows``, ``problems``, ``notes``, ``mapped``, ``dropped`` or
        ``direction``.
    title, about : str
        Heading, and a line of explanation that may be empty.
    heads : tuple of str
        Column headings.
    rows : tuple of tuple of str
        Cells as text.
    """

    name: str
    title: str
    about: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def intake_sections(report: IntakeReport, language: Language) -> tuple[Section, ...]:
    """Return the report as tables; those without rows are left out.

    Parameters
    ----------
    report : IntakeReport
        Of one file.
    language : {"en", "nl"}
        Language of the reader.
    """
    check_option("language", language, Language)
    words = load_catalogue("intake")
    tell = _Teller(words, language)
    problems = (*report.problems, *report.direction)
    sections = (
        tell.section("file", ("what", "value"), _facts(report, tell)),
        tell.section("rows", ("what", "rows", "rule"), _rows(report, tell)),
        tell.section("problems", _PROBLEM, _told(problems, language)),
        tell.section("notes", _PROBLEM, _told(report.notes, language)),
        tell.section("direction", _DIRECTION, _directions(report.item_rest, tell)),
        tell.section("mapped", ("column", "target", "how"), _mapped(report, tell)),
        tell.section("dropped", ("column",), ((name,) for name in report.dropped)),
    )
    return tuple(section for section in sections if section.rows)


_PROBLEM = ("code", "place", "message", "way_out")
_DIRECTION = ("item", "keyed", "n", "r", "interval", "turned", "verdict")


class _Teller:
    """Words of the catalogue in one language."""

    def __init__(self, words: Catalogue, language: Language) -> None:
        self.words = words
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        return self.words.text(key, self.language, **values)

    def number(self, value: float) -> str:
        return "–" if math.isnan(value) else format_number(value, self.language)

    def section(
        self, name: str, heads: Sequence[str], rows: Iterable[tuple[str, ...]]
    ) -> Section:
        about = f"about.{name}"
        return Section(
            name=name,
            title=self(f"section.{name}"),
            about=self(about) if self.words.has(about) else "",
            heads=tuple(self(f"head.{head}") for head in heads),
            rows=tuple(rows),
        )


def _facts(report: IntakeReport, tell: _Teller) -> Iterator[tuple[str, str]]:
    for fact in _FACTS:
        value = getattr(report, fact)
        if fact in ("answers_as", "codes_by"):
            value = tell(f"{fact}.{value}")
        if value:
            yield tell(f"fact.{fact}"), value
    if report.delimiter in _DELIMITERS:
        name = tell(f"delimiter.{_DELIMITERS[report.delimiter]}")
        yield tell("fact.delimiter"), name
    yield tell("fact.sha256"), report.sha256


def _rows(report: IntakeReport, tell: _Teller) -> Iterator[tuple[str, str, str]]:
    yield tell("row.total"), str(report.n_rows), ""
    for reason in REASONS:
        if reason in report.excluded:
            n = str(report.excluded[reason])
            yield tell(f"reason.{reason}"), n, tell(_rule(reason, report))
    yield tell("row.kept"), str(report.n_kept), ""


def _rule(reason: str, report: IntakeReport) -> str:
    rule = "trials" if reason in TRIALS else f"{reason}s"
    chosen = report.rules.get(rule)
    return f"rule.{rule}.{chosen}" if chosen else "rule.none"


def _told(
    problems: Iterable[Problem], language: Language
) -> Iterator[tuple[str, str, str, str]]:
    for one in problems_in_words(problems, language):
        way_out = "; ".join(part for part in (one.allowed, one.remedy) if part)
        yield one.code, one.place, one.message, way_out


def _directions(
    items: Iterable[ItemDirection], tell: _Teller
) -> Iterator[tuple[str, ...]]:
    for one in items:
        verdict = "unclear"
        if one.suspect:
            verdict = "against"
        elif one.conf_low > 0:
            verdict = "along"
        limits = (one.conf_low, one.conf_high)
        known = not math.isnan(one.estimate)
        yield (
            one.item,
            tell(f"keyed.{one.keyed}"),
            str(one.n_respondents),
            tell.number(one.estimate),
            format_interval(*limits, tell.language) if known else "–",
            tell.number(one.turned),
            tell(f"runs.{verdict}"),
        )


def _mapped(report: IntakeReport, tell: _Teller) -> Iterator[tuple[str, str, str]]:
    for column in report.mapped:
        start, _, level = column.target.partition(".")
        target = column.target
        if tell.words.has(f"target.{start}"):
            target = " ".join([tell(f"target.{start}"), level]).strip()
        yield column.column, target, tell(f"how.{column.how}")


def intake_page(reports: Sequence[IntakeReport], language: Language) -> str:
    """Return the intake of one or more files as one self-contained page.

    Parameters
    ----------
    reports : sequence of IntakeReport
        One a file.
    language : {"en", "nl"}
        Language of the reader.

    Returns
    -------
    str
        A complete HTML document; the same reports give the same text.
    """
    from jinja2 import Environment, StrictUndefined

    check_option("language", language, Language)
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    source = resources.files("diagnose.responses") / "account.html"
    words = load_catalogue("intake")
    page: str = environment.from_string(source.read_text(encoding="utf-8")).render(
        language=language,
        mark=_MARK,
        title=words.text("title", language),
        lead=words.text("lead", language),
        files=[_file(report, language, words) for report in reports],
    )
    return page


def _file(
    report: IntakeReport, language: Language, words: Catalogue
) -> dict[str, object]:
    return {
        "name": report.source,
        "blocked": report.blocks_scoring,
        "verdict": verdict(report, language),
        "not_asked": not_asked(report, language),
        "sections": intake_sections(report, language),
    }


def verdict(report: IntakeReport, language: Language) -> str:
    """Return whether the answers of a file may be scored, in one sentence."""
    words = load_catalogue("intake")
    n = len(report.problems) + len(report.direction)
    if report.blocks_scoring:
        return words.text("verdict.blocked", language, n=n)
    return words.text("verdict.clear", language)


def not_asked(report: IntakeReport, language: Language) -> str:
    """Return which items have no column, empty when all have one."""
    if not report.not_asked:
        return ""
    items = ", ".join(report.not_asked)
    return load_catalogue("intake").text("about.not_asked", language, items=items)


def intake_record(reports: Sequence[IntakeReport]) -> str:
    """Return the intake of one or more files as JSON, for other programs.

    Every field of `IntakeReport` under its own name; problems in English, with their
    codes, which never change their meaning. Holds no answer of anyone.
    """
    record = [_plain(asdict(report)) for report in reports]
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def is_intake_file(content: bytes) -> bool:
    """Tell whether a file is a page or a record of the intake, so may be replaced."""
    if _MARK.encode("ascii") in content[:_MARKED_WITHIN]:
        return True
    try:
        record = json.loads(content)
    except (ValueError, RecursionError):
        return False
    names = {field.name for field in fields(IntakeReport)}
    return (
        isinstance(record, list)
        and bool(record)
        and all(isinstance(one, dict) and set(one) == names for one in record)
    )


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it: NaN becomes null, tuples become lists."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
