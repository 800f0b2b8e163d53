"""The page on disclosure: what was asked, who sees what, and how that was checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from diagnose.language import Language
from diagnose.plots.words import is_number, rows, words_for
from diagnose.report.build import folded, known_text, plots
from diagnose.report.council.checked import (
    checked_blocks,
    earlier_blocks,
)
from diagnose.report.council.collected import collected_blocks
from diagnose.report.council.readers import reader_blocks
from diagnose.report.council.telling import Telling
from diagnose.report.document import (
    Block,
    Bullets,
    Cell,
    Document,
    Fold,
    Heading,
    Paragraph,
    Section,
)
from diagnose.report.record_tables import log_summary_table, log_table
from diagnose.report.title import title_lines

if TYPE_CHECKING:
    from diagnose.disclosure.files import FileAudit
    from diagnose.disclosure.ledger import Ledger
    from diagnose.disclosure.publication import Publication

_EXAMPLE_FLOOR = 5
"""Smallest group of the worked example."""
_LIMITS = ("own", "ends", "absent", "words", "raw", "elsewhere", "drafts", "edited")
_QUESTIONS = (
    *("manager", "small", "large", "took_part", "written", "lower"),
    *("use", "leave", "kept", "withdraw", "verify", "wrong"),
)
_TERMS = (
    *("anonymous", "pseudonymous", "confidential", "unit", "wave", "subject"),
    *("least", "rest", "publication", "ledger", "fingerprint"),
)


def council_document(
    publication: Publication,
    audit: FileAudit,
    *,
    language: Language = "en",
    ledger: Ledger | None = None,
) -> Document:
    """Return the page on disclosure as a document.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    audit : FileAudit
        What the search of the written files found.
    language : {"en", "nl"}
        Of every word.
    ledger : Ledger, optional
        What was released earlier; without it the page says that it was not at hand.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    ValueError
        `language` is not one of the languages of the program.
    """
    words = words_for(publication, language, "report")
    tell = Telling(words=words)
    makers: dict[str, Callable[[], Iterator[Block]]] = {
        "minute": lambda: minute_blocks(tell, audit),
        "collected": lambda: collected_blocks(tell),
        "readers": lambda: reader_blocks(tell, audit),
        "rules": lambda: rule_blocks(tell),
        "hidden": lambda: hidden_blocks(tell),
        "checked": lambda: checked_blocks(tell, audit),
        "limits": lambda: iter([Bullets(items=tell.lines("limits", _LIMITS))]),
        "earlier": lambda: earlier_blocks(tell, ledger),
        "questions": lambda: question_blocks(tell),
        "terms": lambda: term_blocks(tell),
    }
    organisation = words.translated(words.publication.title)
    return Document(
        name="disclosure",
        title=tell.say("title", organisation=organisation),
        language=language,
        facts=tuple(title_lines(words)),
        sections=tuple(
            Section(name=name, title=tell.say(f"section.{name}"), blocks=tuple(make()))
            for name, make in makers.items()
        ),
    )


def minute_blocks(tell: Telling, audit: FileAudit) -> Iterator[Block]:
    """Yield what a reader must know who reads no further."""
    publication = tell.words.publication
    instrument = publication.instrument
    asked = tell.say(
        "minute.asked",
        title=tell.words.translated(instrument.title),
        n_items=len(instrument.closed_items),
        n_subjects=len(instrument.subscales),
        wave=publication.wave,
    )
    found = tell.say(
        "minute.checked" if audit.passed else "minute.failed", n_files=len(audit.files)
    )
    told = tell.lines("minute", ("seen", "unseen", "raw"))
    yield Bullets(items=(asked, _whom(tell), *told, found))


def _whom(tell: Telling) -> str:
    """Return how many people of each role answered, as far as that is shown."""
    people = [
        tell.say(
            "minute.whom_one",
            n=tell.words.number(row["n_respondents"], 0),
            role=plots(tell.words).text(f"role.{row['role']}"),
        )
        for row in rows(tell.words.publication.participation.roles)
        if is_number(row["n_respondents"])
    ]
    if not people:
        return tell.say("minute.whom_hidden")
    return tell.say("minute.whom", people=", ".join(people))


def rule_blocks(tell: Telling) -> Iterator[Block]:
    """Yield the thresholds, the rules beyond them and the worked example."""
    thresholds = tell.words.publication.thresholds
    names = ("scores", "distributions", "comments", "group")
    found = [
        (
            tell.say(f"rules.{name}"),
            str(getattr(thresholds, name)),
            tell.say(f"rules.{name}_of"),
        )
        for name in names
    ]
    if thresholds.response_rate > 0:
        rate = tell.words.share(thresholds.response_rate)
        found.append((tell.say("rules.response"), rate, tell.say("rules.response_of")))
    headings = ("rules.shown", "rules.least", "rules.of")
    yield tell.grid("thresholds", tell.say("rules.caption"), headings, found)
    yield Bullets(
        items=(
            tell.say("rules.fixed"),
            tell.say("rules.derived"),
            tell.say("rules.alike"),
            tell.words.text("privacy.crossed"),
            known_text(tell.words, "disclosure", "rest"),
        )
    )
    yield from _example_blocks(tell)


def _example_blocks(tell: Telling) -> Iterator[Block]:
    """Yield the department of 18, as the threshold alone and as the rules show it.

    Its parts have no names: a unit of the client could have the same one, and stand
    beside numbers that are not its own.
    """
    shown, gone, absent = (
        Cell(value=tell.say("rules.is_shown")),
        Cell(value=tell.say("rules.is_hidden"), tone="hidden"),
        Cell(value=tell.say("rules.is_absent")),
    )
    parts = (
        ("18", shown, shown),
        ("9", shown, shown),
        ("6", shown, gone),
        ("3", gone, gone),
        ("rest", absent, shown),
    )
    lines: list[tuple[str | Cell, ...]] = [
        (tell.say(f"rules.part_{part}"), alone, ours) for part, alone, ours in parts
    ]
    outcome = ("part_found", "found_alone", "found_ours")
    lines.append(tell.lines("rules", outcome))
    yield Heading(text=tell.say("rules.example"))
    yield Paragraph(text=tell.say("rules.example_text"))
    yield tell.grid(
        "example",
        tell.say("rules.example_caption"),
        ("rules.part", "rules.alone", "rules.ours"),
        lines,
    )
    if tell.words.publication.thresholds.scores != _EXAMPLE_FLOOR:
        yield Paragraph(text=tell.say("rules.example_note"))


def hidden_blocks(tell: Telling) -> Iterator[Block]:
    """Yield what was hidden: counts, each rule explained, and the log."""
    words = tell.words
    suppressed = words.publication.suppressed
    if not len(suppressed):
        yield Paragraph(text=words.text("privacy.none"))
        return
    yield Paragraph(text=tell.say("hidden.intro"))
    yield log_summary_table(words)
    yield Heading(text=tell.say("hidden.why"))
    for rule in dict.fromkeys(suppressed["rule"]):
        short = known_text(words, "disclosure", f"rule.{rule}")
        explained = Paragraph(text=_explained(tell, rule))
        yield Fold(summary=short, blocks=(explained,))
    yield folded(words, log_table(words))


def _explained(tell: Telling, rule: str) -> str:
    thresholds = asdict(tell.words.publication.thresholds)
    return known_text(tell.words, "disclosure", f"explanation.{rule}", **thresholds)


def question_blocks(tell: Telling) -> Iterator[Block]:
    """Yield what a works council may ask, with the answers."""
    for name in _QUESTIONS:
        yield Heading(text=tell.say(f"questions.{name}.question"))
        yield Paragraph(text=tell.say(f"questions.{name}.answer"))


def term_blocks(tell: Telling) -> Iterator[Block]:
    """Yield the words of the page with what they mean."""
    yield tell.grid(
        "terms",
        tell.say("terms.caption"),
        ("terms.term", "terms.meaning"),
        [tell.lines("terms", (name, f"{name}_is")) for name in _TERMS],
    )
