"""Open answers: what may be quoted and counted of a review, for the whole organisation.

A quote is words of one person, so it is shown only where it may be of any of many: at
least `Thresholds.comments` people answered that question. It stands beside the whole
organisation and one wave, never beside a unit, role, date, language or any other trait,
because each of these would leave fewer people whose words it can be. So the level at
which open answers pass is the organisation, whatever the size of its units.

Three things could still single people out. The order of the quotes: they stand in the
order of a keyed hash of their text, whose key is made of the quotes themselves, so that
the same review gives the same bytes and the order tells nothing of the export. Those
who are not quoted: whoever counts the quotes knows how many answers were left out, so
where that would be fewer than `Thresholds.scores`, further quotes are held back until
it is that many. And a group that a total gives away: where a role is hidden, a question
that more people answered than are shown would count it.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from diagnose.diagnosis.model import Diagnosis, Participation
from diagnose.disclosure.comment_checks import find_wrong_reviews
from diagnose.disclosure.comment_keyness import add_keyness
from diagnose.disclosure.comment_themes import ThemeCounts, count_themes
from diagnose.disclosure.log import HIDDEN, SHOWN, Suppressed
from diagnose.disclosure.thresholds import Thresholds
from diagnose.errors import DisclosureError
from diagnose.responses.comments.model import ReviewedComments

Reviews = ReviewedComments | Sequence[ReviewedComments]
GivenComments = Reviews | Mapping[str, Reviews]
Log = list[Suppressed]

TABLE = "comments"
QUESTION, HELD_BACK, THEME = "open-question", "held-back", "theme"
"""Rules, in the catalogue ``disclosure``."""

QUESTIONS = ("wave", "item", "n_answered", "n_quotes", "n_unlisted", "status")
QUOTES = ("wave", "item", "quote")
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, and part of how some scripts and emoji are written."""


def _empty(columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenAnswers:
    """What may be shown of the open answers; empty when none were reviewed.

    Attributes
    ----------
    questions : pandas.DataFrame
        One row a wave and open item: ``wave``, ``item``, ``n_answered`` (people),
        ``n_quotes``, ``n_unlisted`` (most texts that a theme without a line of its own
        can have; missing where that is not known), ``status``. A hidden question was
        answered by too few, or not asked.
    quotes : pandas.DataFrame
        One row a quote: ``wave``, ``item``, ``quote``, in an order that tells nothing.
    themes : pandas.DataFrame
        One row a theme of a shown question: ``wave``, ``item``, ``theme``, ``kind``
        (``theme``; ``common``, which so many named that the others are few; ``other``,
        any smaller one or none), ``n_texts``, ``share`` (of those who answered),
        ``status``; then, for a theme beside other questions, how often it was named
        there: ``n_other`` of ``n_elsewhere``, ``bound`` (``exact``; ``most``, ``least``
        where a question has no line for it), ``share_other``, ``statistic``,
        ``p_value``, ``p_adjusted``, ``log_ratio``, ``conf_low``, ``conf_high``,
        ``direction`` (``higher``, ``lower`` or nothing).
    """

    questions: pd.DataFrame = field(default_factory=lambda: _empty(QUESTIONS))
    quotes: pd.DataFrame = field(default_factory=lambda: _empty(QUOTES))
    themes: pd.DataFrame = field(default_factory=lambda: add_keyness([], 5, 0.95))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """Everything that people answered to one open item in one wave."""

    wave: str
    item: str
    n_answered: int
    quotes: tuple[str, ...]
    themes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Released:
    """What becomes of one question."""

    row: Mapping[str, object]
    quotes: Sequence[Mapping[str, str]] = ()
    themes: ThemeCounts | None = None
    log: Log = field(default_factory=list)


def publish_comments(
    given: GivenComments | None,
    diagnosis: Diagnosis,
    counted: Participation,
    thresholds: Thresholds,
) -> tuple[OpenAnswers, Log]:
    """Return what may be shown of reviewed open answers, and what was decided.

    Parameters
    ----------
    given : ReviewedComments, sequence or mapping of them, or None
        The review of the wave that is diagnosed; several when its forms were exported
        apart; or wave to its review or reviews.
    diagnosis : Diagnosis
        What the answers belong to.
    counted : Participation
        What is published of who answered.
    thresholds : Thresholds
        Smallest groups.

    Raises
    ------
    TypeError
        Something that is no review.
    DisclosureError
        A review without a date (D051), of another instrument (D050), wave or export
        (D052), that does not add up (D053), or with a theme that names a unit (D054).
    """
    reviews = _by_wave(given, diagnosis.wave)
    if not reviews:
        return OpenAnswers(), []
    problems = find_wrong_reviews(reviews, diagnosis)
    if problems:
        raise DisclosureError(problems)
    released = [
        _release(question, counted, diagnosis, thresholds)
        for question in _questions(reviews, diagnosis)
    ]
    counts = [one.themes for one in released if one.themes is not None]
    answers = OpenAnswers(
        questions=_numeric(
            pd.DataFrame([one.row for one in released], columns=list(QUESTIONS))
        ),
        quotes=pd.DataFrame(
            [row for one in released for row in one.quotes],
            columns=list(QUOTES),
            dtype=object,
        ),
        themes=add_keyness(counts, thresholds.scores, diagnosis.conf_level),
    )
    return answers, [decision for one in released for decision in one.log]


def _release(
    question: _Question,
    counted: Participation,
    diagnosis: Diagnosis,
    thresholds: Thresholds,
) -> _Released:
    about = {"wave": question.wave, "item": question.item}
    if not _may_be_shown(question, counted, diagnosis, thresholds):
        return _Released(
            row={**about, "status": HIDDEN}, log=[_decided(QUESTION, question)]
        )
    quoted, held_back = _quoted(question, thresholds.scores)
    themes = count_themes(question.themes, thresholds.scores, **about)
    rules = [HELD_BACK] * held_back + [THEME] * themes.hides
    return _Released(
        row={
            **about,
            "n_answered": question.n_answered,
            "n_quotes": len(quoted),
            "n_unlisted": themes.n_unlisted,
            "status": SHOWN,
        },
        quotes=[{**about, "quote": quote} for quote in quoted],
        themes=themes,
        log=[_decided(rule, question) for rule in rules],
    )


def _decided(rule: str, question: _Question) -> Suppressed:
    return Suppressed(table=TABLE, rule=rule, item=question.item, wave=question.wave)


def _by_wave(
    given: GivenComments | None, wave: str
) -> dict[str, tuple[ReviewedComments, ...]]:
    if given is None:
        return {}
    waves = given if isinstance(given, Mapping) else {wave: given}
    found = {
        label: tuple(one) if isinstance(one, Sequence) else (one,)
        for label, one in waves.items()
    }
    for one in (one for reviews in found.values() for one in reviews):
        if not isinstance(one, ReviewedComments):
            raise TypeError(
                "`comments` must hold ReviewedComments, made by `read_review` after a "
                f"person read every text; got {type(one).__name__}."
            )
    return {label: reviews for label, reviews in found.items() if reviews}


def _questions(
    reviews: Mapping[str, tuple[ReviewedComments, ...]], diagnosis: Diagnosis
) -> Iterator[_Question]:
    for wave in diagnosis.waves:
        for item in diagnosis.instrument.open_items if wave in reviews else ():
            own = reviews[wave]
            texts = (q for one in own for q in one.quotes.get(item.id, ()))
            yield _Question(
                wave=wave,
                item=item.id,
                n_answered=sum(one.n_answered.get(item.id, 0) for one in own),
                quotes=tuple(plain for text in texts if (plain := plain_quote(text))),
                themes=tuple(t for one in own for t in _themes_of(one, item.id)),
            )


def _themes_of(review: ReviewedComments, item: str) -> tuple[tuple[str, ...], ...]:
    """Return the themes of every answer, none for each where none were given."""
    return review.themes.get(item) or ((),) * review.n_answered.get(item, 0)


def _may_be_shown(
    question: _Question,
    counted: Participation,
    diagnosis: Diagnosis,
    thresholds: Thresholds,
) -> bool:
    """Tell whether enough answered, and nobody hidden is counted by how many did."""
    if question.n_answered < thresholds.comments:
        return False
    roles = counted.roles
    hidden = roles["status"] == HIDDEN
    if question.wave == diagnosis.wave and not hidden.any():
        return True
    # Who answered an earlier wave is not known by role: whoever is beyond the people
    # of the work floor in any wave could be a few leaders.
    return question.n_answered <= _fewest_shown(question, roles, diagnosis)


def _fewest_shown(
    question: _Question, roles: pd.DataFrame, diagnosis: Diagnosis
) -> float:
    if question.wave == diagnosis.wave:
        return float(roles.loc[roles["status"] != HIDDEN, "n_respondents"].sum())
    rows = diagnosis.trend.loc[diagnosis.trend["wave"] == question.wave]
    return float(rows["n_respondents"].min()) if len(rows) else 0.0


def _quoted(question: _Question, smallest: int) -> tuple[list[str], bool]:
    """Return the quotes in an order that tells nothing, and whether some stay behind.

    Those who are not quoted are nobody, or as many as are shown of any group.
    """
    ordered = order_quotes(question.quotes)
    n_left = question.n_answered - len(ordered)
    if not 0 < n_left < smallest:
        return ordered, False
    kept = ordered[: question.n_answered - smallest]
    return order_quotes(kept), True  # the order tells nothing of those held back


def order_quotes(quotes: Sequence[str]) -> list[str]:
    """Return quotes in the order of a keyed hash, the key made of all of them."""
    whole = "\0".join(sorted(quotes)).encode("utf-8")
    key = hashlib.sha256(whole).digest()

    def place(quote: str) -> bytes:
        return hmac.new(key, quote.encode("utf-8"), hashlib.sha256).digest()

    return sorted(quotes, key=place)


def plain_quote(text: str) -> str:
    """Return a quote on one line, whole, without signs that no reader sees.

    Control characters, marks that turn the direction of the text behind them, and
    what XML cannot hold go; joiners, which scripts and emoji are written with, stay.
    """
    kept = (c if _is_visible(c) else " " * _is_gap(c) for c in text)
    return " ".join("".join(kept).split())


def _is_visible(character: str) -> bool:
    if character in _JOINERS:
        return True
    kind = unicodedata.category(character)
    outside = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return not outside and kind not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _is_gap(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")


def _numeric(questions: pd.DataFrame) -> pd.DataFrame:
    numbers = ["n_answered", "n_quotes", "n_unlisted"]
    return questions.astype(dict.fromkeys(numbers, np.float64))
