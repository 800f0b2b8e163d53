"""Names of people in a text, by the words around them, capitals and known names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from diagnose.responses.comments.name_words import (
    ADDRESS,
    CAPITALISED,
    DOUBTFUL_NAMES,
    EVERYDAY_NAMES,
    GIVEN_NAMES,
    ORDINARY,
    PARTICLES,
    ROLES,
    SURE_PARTICLES,
    TITLES,
    word_set,
)
from diagnose.responses.comments.patterns import Span

_WORD = re.compile(r"(?:['’]t|[^\W\d_]+(?:['’-][^\W\d_]+)*)")
_INITIALS = re.compile(
    r"(?<!\w)(?:[A-Z]\.[ ]?){1,4}(?:(?:van|de|der|den|ten|ter|het|'t|von|la)\s){0,3}"
    r"(?P<surname>[A-Z][^\W\d_]+(?:['’-][^\W\d_]+)*)"
)
_NO_NAMES = ORDINARY | CAPITALISED
_GIVEN = GIVEN_NAMES | EVERYDAY_NAMES
_SENTENCE_ENDS = frozenset(".!?:;\n\r•·*-–—\"'“”„‘’(/|]…>")


class _Word(NamedTuple):
    """One word of a text."""

    start: int
    end: int
    text: str
    plain: str
    first: bool
    """Whether it may have a capital because a sentence starts."""

    @property
    def capital(self) -> bool:
        """Tell whether it is written as a name: a capital, and not capitals only."""
        letters = self.text.lstrip("'’")
        return letters[:1].isupper() and (len(letters) == 1 or not letters.isupper())


def find_names(text: str, *, language: str | None = None) -> Iterator[Span]:
    """Yield what looks like the name of a person; parts may overlap.

    Parameters
    ----------
    text : str
        One comment.
    language : {"en", "nl"}, optional
        Whose titles and roles announce a name; both when absent.
    """
    words = _words(text)
    yield from _initials(text)
    yield from _announced(text, words, language)
    yield from _known(text, words)
    if not _is_shouted(words):
        yield from _capitalised(text, words)


def _words(text: str) -> list[_Word]:
    words = []
    for found in _WORD.finditer(text):
        near = text[max(0, found.start() - 20) : found.start()]
        before = near.rstrip(" \t\u00a0")[-1:]
        first = not before or before in _SENTENCE_ENDS
        plain = found[0].casefold().replace("’", "'")
        if "'" in plain:
            plain = plain.removesuffix("'s").removesuffix("'") or plain
        words.append(_Word(found.start(), found.end(), found[0], plain, first))
    return words


def _is_shouted(words: Sequence[_Word]) -> bool:
    """Tell whether capitals say nothing: most words of the text have one."""
    return len(words) >= 4 and sum(word.capital for word in words) > len(words) * 0.6


def _initials(text: str) -> Iterator[Span]:
    for found in _INITIALS.finditer(text):
        # "Plan B. Daarna" is no name; "J.P. Meer" and "J. van der Meer" are.
        sure = found[0].count(".") > 1 or len(found[0].split()) > 2
        if sure or found["surname"].casefold() not in ORDINARY:
            yield Span(found.start(), found.end(), "name", "initials")


@cache
def _cues(language: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """Return titles and roles of one language, or of both."""
    chosen = [language] if language else ["nl", "en"]
    titles = " ".join(TITLES[one] for one in chosen).split()
    roles = " ".join(ROLES[one] for one in chosen).split()
    return frozenset(titles), frozenset(roles)


def _announced(
    text: str, words: Sequence[_Word], language: str | None
) -> Iterator[Span]:
    titles, roles = _cues(language)
    for place, word in enumerate(words[:-1]):
        if word.plain not in titles and word.plain not in roles:
            continue
        if not _adjacent(text, word, words[place + 1], title=word.plain in titles):
            continue
        lower = word.plain in ADDRESS
        last = _name_end(text, words, place + 1, lower=lower)
        if last is not None:
            reason = "title" if word.plain in titles else "role"
            yield Span(words[place + 1].start, words[last].end, "name", reason)


def _adjacent(text: str, left: _Word, right: _Word, *, title: bool = False) -> bool:
    between = text[left.end : right.start]
    if title and between.startswith("."):
        between = between[1:] or " "
    return (
        0 < len(between) <= 3
        and set(between) <= {" ", "\u00a0", "."}
        and ("." not in between)
    )


def _name_end(
    text: str, words: Sequence[_Word], place: int, *, lower: bool
) -> int | None:
    """Return the last word of the name that starts at `place`, None when none does."""
    at = place
    while at < len(words) and words[at].plain in PARTICLES and at - place < 3:
        at += 1
    if at >= len(words) or not _joined(text, words, place, at):
        return None
    word = words[at]
    is_name = _may_be_name(word) or (
        lower and word.plain not in ORDINARY and len(word.plain) > 2
    )
    return _extend(text, words, at) if is_name else None


def _may_be_name(word: _Word) -> bool:
    return word.capital and word.plain not in _NO_NAMES


def _joined(text: str, words: Sequence[_Word], left: int, right: int) -> bool:
    return all(_adjacent(text, words[i], words[i + 1]) for i in range(left, right))


def _extend(text: str, words: Sequence[_Word], at: int) -> int:
    """Return the last word of a name of which the word `at` is a part."""
    last = at
    place = at + 1
    while place < len(words) and place - last <= 4:
        if not _adjacent(text, words[place - 1], words[place]):
            break
        if _may_be_name(words[place]):
            last = place
        elif words[place].plain not in PARTICLES or words[place].capital:
            break
        place += 1
    return last


def _known(text: str, words: Sequence[_Word]) -> Iterator[Span]:
    """Find frequent given names, also at the start of a sentence and in lower case."""
    for place, word in enumerate(words):
        if word.plain not in _GIVEN:
            continue
        last = _extend(text, words, place)
        if word.capital:
            doubtful = word.first and word.plain in DOUBTFUL_NAMES
            if doubtful and last == place:
                continue
        elif word.plain in EVERYDAY_NAMES and not _speaks(words, place):
            continue
        yield Span(word.start, words[last].end, "name", "given")


_SPEAKS = word_set("zei zegt vindt vond belde belt said says told thinks thought")


def _speaks(words: Sequence[_Word], place: int) -> bool:
    """Tell whether the next word makes this one a person, as in "jan zei"."""
    return place + 1 < len(words) and words[place + 1].plain in _SPEAKS


def _capitalised(text: str, words: Sequence[_Word]) -> Iterator[Span]:
    """Find capitals inside a sentence, with the particles of a surname."""
    for place, word in enumerate(words):
        if word.first or not _may_be_name(word) or len(word.text) < 2:
            continue
        start = place
        for particles in SURE_PARTICLES:
            n = len(particles)
            before = tuple(w.plain for w in words[max(0, place - n) : place])
            if before == particles and _joined(text, words, place - n, place):
                start = place - n
                break
        last = _extend(text, words, place)
        yield Span(words[start].start, words[last].end, "name", "capital")
