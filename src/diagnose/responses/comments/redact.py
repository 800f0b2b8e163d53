"""What to leave out of an open answer: suggestions, of which a person decides.

Mitigation only. On the project's own corpus of 71 invented Dutch and English comments
(``tests/unit/responses/test_comments_redact.py``) the rules cover 43 of the 48 parts
that were marked beforehand, and 44 of the 51 suggestions are about such a part. Rules
and corpus are of the same hand, so expect less on real comments: names in lower case,
rare names at the start of a sentence, nicknames, and a person known by a role or by a
story are missed. No text may be quoted on the strength of these rules alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from diagnose._options import check_option
from diagnose.language.catalogue import Language, load_catalogue
from diagnose.responses.comments.hints import find_hints
from diagnose.responses.comments.names import find_names
from diagnose.responses.comments.patterns import MARKER, Span, find_shapes

Kind = Literal[
    "email", "iban", "bsn", "phone", "handle", "link", "address", "plate", "date",
    "number", "name", "unit", "recognisable",
]  # fmt: skip
_FIRST = (
    "email", "iban", "bsn", "phone", "link", "handle", "address", "plate", "date",
    "number", "name", "unit", "recognisable",
)  # fmt: skip
"""Of overlapping finds the kind that stands first names the whole."""

_SUREST = ("title", "role", "initials", "given", "label", "capital")
"""Of rules for one kind the one that stands first is told."""

_SHORT = 3
"""Names of units up to this length count only in their own case: "IT" is no "it"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A part of a text that may lead to a person.

    Attributes
    ----------
    start, end : int
        Place in the text; ``text[start:end]`` is the part.
    kind : str
        ``"email"``, ``"phone"``, ``"iban"``, ``"bsn"``, ``"address"``, ``"link"``,
        ``"handle"``, ``"date"``, ``"plate"``, ``"number"``, ``"name"``, ``"unit"`` or
        ``"recognisable"``.
    reason : str
        The rule that found it; `in_words` tells it to people.
    """

    start: int
    end: int
    kind: Kind
    reason: str

    def in_words(self, language: Language = "en") -> str:
        """Return kind and reason for people to read; holds nothing of the text."""
        words = load_catalogue("comments")
        kind = words.text(f"kind.{self.kind}", language)
        return f"{kind} ({words.text(f'reason.{self.reason}', language)})"


def suggest_redactions(
    text: str, *, names: Iterable[str] = (), language: Language | None = None
) -> tuple[Redaction, ...]:
    """Return the parts of a comment that may lead to a person.

    Parameters
    ----------
    text : str
        One comment.
    names : iterable of str
        Names to be found whatever their case, such as the labels of units; those of
        up to three characters in their own case only.
    language : {"en", "nl"}, optional
        Whose titles and roles announce a name; both when absent.

    Returns
    -------
    tuple of Redaction
        From left to right, none overlaps another; `MARKER` is never part of one.

    Raises
    ------
    ValueError
        `language` is neither None nor one of the options.
    """
    if language is not None:
        check_option("language", language, Language)
    found = [
        *find_shapes(text),
        *find_names(text, language=language),
        *_given(text, names),
        *find_hints(text),
    ]
    return tuple(_merged(_outside_markers(text, found)))


def redact(
    text: str, *, names: Iterable[str] = (), language: Language | None = None
) -> str:
    """Return a comment with `MARKER` for every part that `suggest_redactions` finds.

    Repeated until nothing more is found, so that redacting twice changes nothing.

    Parameters
    ----------
    text, names, language
        As in `suggest_redactions`.
    """
    listed = tuple(names)
    while found := suggest_redactions(text, names=listed, language=language):
        for one in reversed(found):
            text = text[: one.start] + MARKER + text[one.end :]
    return text


def _given(text: str, names: Iterable[str]) -> Iterator[Span]:
    for name in dict.fromkeys(names):
        words = name.split()
        if not words or not any(c.isalnum() for c in name):
            continue
        whole = r"\s+".join(re.escape(word) for word in words)
        flag = re.IGNORECASE if len(name.strip()) > _SHORT else re.NOFLAG
        for found in re.finditer(rf"(?<!\w){whole}(?!\w)", text, flag):
            yield Span(found.start(), found.end(), "unit", "label")


def _outside_markers(text: str, found: Iterable[Span]) -> Iterator[Span]:
    """Cut markers out of the finds: these hold nothing to redact any more."""
    markers = [m.span() for m in re.finditer(re.escape(MARKER), text)]
    for span in found:
        start = span.start
        for left, right in markers:
            if right <= start or left >= span.end:
                continue
            yield from _part(text, span, start, left)
            start = right
        yield from _part(text, span, start, span.end)


def _part(text: str, span: Span, start: int, end: int) -> Iterator[Span]:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end -= len(part) - len(part.rstrip())
    if start < end:
        yield Span(start, end, span.kind, span.reason)


def _merged(found: Iterable[Span]) -> Iterator[Redaction]:
    """Join overlapping finds, so that no half of one remains."""
    group: list[Span] = []
    end = -1
    for span in sorted(found):
        if group and span.start >= end:
            yield _joined(group)
            group = []
        group.append(span)
        end = max(end, span.end) if len(group) > 1 else span.end
    if group:
        yield _joined(group)


def _joined(group: Sequence[Span]) -> Redaction:
    leading = min(group, key=_rank)
    return Redaction(
        start=min(span.start for span in group),
        end=max(span.end for span in group),
        kind=leading.kind,  # type: ignore[arg-type]
        reason=leading.reason,
    )


def _rank(span: Span) -> tuple[int, int]:
    sure = _SUREST.index(span.reason) if span.reason in _SUREST else 0
    return _FIRST.index(span.kind), sure
