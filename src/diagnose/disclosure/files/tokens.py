"""Numbers in running text, as English and as Dutch readers would read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_NUMBER = re.compile(
    r"(?P<before>[^\W\d])?(?P<digits>\d+(?:[.,]\d+)*)(?P<after>[^\W\d])?"
    r"(?P<percent>[\s\u00a0\u202f]?(?:%|procent\b|percent\b|per cent\b|pct\b))?"
)
_PASSED = re.compile(
    r"https?://\S+|\bdoi:\S+|\b10\.\d{4,}/\S+"  # addresses
    r"|\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?\b"  # dates
    r"|\bD:\d{14}\S*"
    r"|\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,}\b"  # hashes
    r"|#[0-9A-Fa-f]{3,8}\b",  # colours
    re.ASCII,
)


def without_references(text: str) -> str:
    """Return a text without web addresses, DOIs, dates, hashes and colours.

    Parameters
    ----------
    text : str
        In any language.
    """
    return _PASSED.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Token:
    """A number in a text.

    Attributes
    ----------
    text : str
        Digits with their marks, without a sign.
    percent : bool
        Whether a sign or word for percent follows.
    """

    text: str
    percent: bool

    @property
    def decimal(self) -> bool:
        """Whether anybody could read it as a number with decimals."""
        return any(digits for _, digits in readings(self.text))


def find_tokens(text: str) -> Iterator[Token]:
    """Yield the numbers in a text; not those in addresses, dates and hashes.

    Whole numbers that are part of a word, such as V1, are names and not numbers.

    Parameters
    ----------
    text : str
        In any language.
    """
    if not any(map(str.isdigit, text)):
        return
    for match in _NUMBER.finditer(without_references(text)):
        digits = match["digits"]
        inside = (match["before"] or match["after"]) and digits.isdigit()
        if not inside:
            yield Token(digits, bool(match["percent"]))


@lru_cache(maxsize=100_000)
def readings(digits: str) -> tuple[tuple[float, int], ...]:
    """Return what a number may mean: its value and how many decimals it shows.

    ``1.234`` is a decimal number in English and a whole one in Dutch. Three groups of
    digits that are no thousands, as in 1.17.1, are no number.

    Parameters
    ----------
    digits : str
        Digits with dots and commas.
    """
    marks = {mark for mark in digits if mark in ".,"}
    if not marks:
        return ((float(digits), 0),)
    if len(marks) == 2:
        last = max(marks, key=digits.rindex)
        return _decimal(digits, last, other=(marks - {last}).pop())
    (mark,) = marks
    groups = digits.split(mark)
    thousands = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    whole = ((float("".join(groups)), 0),) if thousands else ()
    if len(groups) > 2:
        return whole
    return _decimal(digits, mark, other="") + whole


def _decimal(digits: str, mark: str, *, other: str) -> tuple[tuple[float, int], ...]:
    plain = digits.replace(other, "") if other else digits
    whole, _, fraction = plain.partition(mark)
    if mark in fraction:
        return ()
    return ((float(f"{whole}.{fraction}"), len(fraction)),)
