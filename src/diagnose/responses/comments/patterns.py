"""Shapes of numbers, addresses and dates that can lead to one person.

Rules from public facts: the test on Dutch citizen service numbers is a weighted sum
modulo 11, that on IBANs is ISO 13616 (remainder 1 modulo 97); Dutch number plates by
their side codes 1 to 14, postal codes by digits and letters. Every rule errs on the
side of finding too much, as a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

MARKER = "[…]"
"""What stands in a quote where something was left out."""


class Span(NamedTuple):
    """A part of a text and the rule that found it."""

    start: int
    end: int
    kind: str
    reason: str


_STOP = frozenset(',;<>()[]{}"“”„«»|\u2026')
_DIGIT = re.compile(r"\d")
_AT = re.compile("[@＠﹫]")
_SPELLED_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:[(\[]\s?(?:at|apenstaartje)\s?[)\]]|\s(?:at|@|apenstaartje)\s)"
    r"\s?[\w-]{1,63}(?:\s?(?:\.|[(\[]dot[)\]]|\bdot\b|\bpunt\b)\s?[\w-]{2,20}){1,3}",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:\bhttps?://|\bwww\.)[^\s<>\"“”„\[\]]+", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w.@-])(?:[a-z0-9-]{2,63}\.){1,3}(?:nl|com|org|net|eu|be|de|io|info|uk)"
    r"(?:/[^\s<>\"“”„\[\]]*)?(?![\w-])",
    re.IGNORECASE,
)
_IBAN = re.compile(
    r"(?<![^\W_])[A-Z]{2}[0-9]{2}(?:[ .-]?[A-Z0-9]){11,30}", re.IGNORECASE
)
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "IE": 22, "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "SE": 24, "TR": 26,
}  # fmt: skip
_NINE = re.compile(r"(?<![\w])\d(?:[ .-]?\d){8}(?!\d)")
_PHONE = re.compile(r"(?<![\w.,+])(?:\+|\()?\d(?:[\s().\-/]{0,3}\d){7,16}(?!\d)")
_POSTAL = re.compile(
    r"(?<![\w€$£])(?P<digits>[1-9]\d{3})(?P<gap>\s?)(?P<letters>[A-Z]{2}|(?<=\d)[a-z]{2})"
    r"(?![^\W_])"
    r"(?:\s?,?\s?(?:nr\.?|nummer|huisnummer)?\s?\d{1,4}(?:[a-zA-Z]|[-/]\d{1,3})?(?![\w%]))?"
)
_NO_POSTAL = {"SA", "SD", "SS"}
_AFTER_A_YEAR = {"HR", "IT", "OR", "MT", "RI", "AI", "EN", "IN", "OP", "DE", "IS"}
_STREET = re.compile(
    r"(?<!\w)[A-Z][\w'’-]{2,40}(?:straat|weg|laan|plein|gracht|kade|dijk|singel|dreef)"
    r"\s\d{1,4}[a-zA-Z]?(?!\w)"
    r"|(?<!\w)\d{1,4}\s(?:[A-Z][\w'’-]{1,40}\s){1,2}(?:Street|Road|Lane|Avenue|Drive)(?!\w)"
)
_MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november"
    "|december|january|february|march|may|june|july|august|october"
)
_DATE = re.compile(
    r"(?<![\w.-])(?:\d{1,2}(?P<mark>[-/.])\d{1,2}(?P=mark)(?:(?:19|20)\d{2}|\d{2})"
    r"|(?:19|20)\d{2}(?P<iso>[-/.])\d{1,2}(?P=iso)\d{1,2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|e)?\s(?:of\s)?(?:{_MONTHS})(?:,?\s(?:19|20)\d{{2}})?"
    rf"|(?:january|february|march|april|june|july|august|september|october|november"
    r"|december|May)\s\d{1,2}(?:st|nd|rd|th)?(?:,?\s(?:19|20)\d{2})?"
    r"|(?:geboren|born)\s(?:in|op|on)\s(?:19|20)\d{2})(?![\w-]|[./]\d)",
    re.IGNORECASE,
)
_PLATE_SHAPES = (
    "LL-99-99 99-99-LL 99-LL-99 LL-99-LL LL-LL-99 99-LL-LL 99-LLL-9 9-LLL-99 LL-999-L"
    " L-999-LL LLL-99-L L-99-LLL 9-LL-999 999-LL-9"
)
_PLATE = re.compile(
    r"(?<![\w-])[A-Z0-9]{1,3}-[A-Z0-9]{2,3}-[A-Z0-9]{1,3}(?![\w-])", re.I
)
_NUMBER = re.compile(r"(?<![\w.,])[A-Za-z]{0,3}\d{5,}(?!\w)(?![.,]\d)")
_SAID_NUMBER = re.compile(
    r"\b(?:personeels|medewerkers?|salaris|employee|staff|payroll)"
    r"[ -]?(?:nummer|nr\.?|number|no\.?|id)\s?(?:is|:|=)?\s?\w?\d{2,}",
    re.IGNORECASE,
)
_BEFORE_AMOUNT = re.compile(r"(?:[€$£]|\b(?:EUR|USD|GBP|euro))\s?$", re.IGNORECASE)
_AFTER_AMOUNT = re.compile(
    r"\s?(?:[€$£%]|(?:euro|eur|uur|uren|hours?|km|kilo|kg|stuks|pieces|ton"
    r"|pounds?|dollars?|klanten|customers|patiënten|patients)\b)",
    re.IGNORECASE,
)


def find_shapes(text: str) -> Iterator[Span]:
    """Yield what looks like contact data, a number or a date; may overlap."""
    yield from _mails(text)
    yield from _links(text)
    if _DIGIT.search(text):
        yield from _numeric(text)


def _numeric(text: str) -> Iterator[Span]:
    """Yield what cannot be without a digit."""
    yield from _ibans(text)
    yield from _citizen_numbers(text)
    yield from _phones(text)
    yield from _addresses(text)
    for found in _DATE.finditer(text):
        yield Span(found.start(), found.end(), "date", "date")
    for found in _PLATE.finditer(text):
        if _shape(found[0]) in _PLATE_SHAPES.split():
            yield Span(found.start(), found.end(), "plate", "plate")
    yield from _numbers(text)


def _mails(text: str) -> Iterator[Span]:
    """Take everything around an at sign up to white space or a closing mark.

    What stands between two spaces is taken whole: a rule for well-formed addresses
    would leave the half of an ill-formed one.
    """
    done = 0
    for found in _AT.finditer(text):
        if found.start() < done:
            continue
        start, end = _around(text, found.start(), found.end(), left=done)
        done = end
        if end > found.end():
            kind = "email" if start < found.start() else "handle"
            yield Span(start, end, kind, kind)
    for found in _SPELLED_MAIL.finditer(text):
        yield Span(found.start(), found.end(), "email", "email")


def _around(text: str, start: int, end: int, *, left: int) -> tuple[int, int]:
    """Widen a part to both sides, without the marks that end a sentence."""
    least = end
    while start > left and not _ends(text[start - 1]):
        start -= 1
    while end < len(text) and not _ends(text[end]):
        end += 1
    while end > least and text[end - 1] in ".!?:'’":
        end -= 1
    return start, end


def _ends(character: str) -> bool:
    return character.isspace() or character in _STOP


def _links(text: str) -> Iterator[Span]:
    for pattern in (_URL, _DOMAIN):
        for found in pattern.finditer(text):
            tail = len(found[0]) - len(found[0].rstrip(".,;:!?)'’"))
            if found.end() - tail > found.start():
                yield Span(found.start(), found.end() - tail, "link", "link")


def _ibans(text: str) -> Iterator[Span]:
    for found in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(found[0][:2].upper())
        if length is None:
            end, account = len(found[0]), re.sub(r"[ .-]", "", found[0])
        else:
            end, account = _first(found[0], length)
        if len(account) >= 15 and is_iban(account):
            yield Span(found.start(), found.start() + end, "iban", "checksum")


def _first(text: str, n: int) -> tuple[int, str]:
    """Return where the first `n` letters and digits end, and these characters."""
    places = [place for place, c in enumerate(text) if c.isalnum()][:n]
    return places[-1] + 1, "".join(text[place] for place in places)


def is_iban(account: str) -> bool:
    """Tell whether an account number without spaces passes the test modulo 97."""
    known = _IBAN_LENGTHS.get(account[:2].upper())
    if known is not None and known != len(account):
        return False
    if not (account.isascii() and account.isalnum() and 15 <= len(account) <= 34):
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def is_citizen_number(digits: str) -> bool:
    """Tell whether nine digits pass the Dutch test modulo 11."""
    values = [int(digit) for digit in digits]
    if len(values) != 9 or not any(values):
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * v for w, v in zip(weights, values, strict=True)) % 11 == 0


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())


def _citizen_numbers(text: str) -> Iterator[Span]:
    for found in _NINE.finditer(text):
        if is_citizen_number(_digits(found[0])):
            yield Span(found.start(), found.end(), "bsn", "checksum")


def is_phone(text: str) -> bool:
    """Tell whether a run of digits and marks has the form of a telephone number."""
    digits = _digits(text)
    if text.startswith("+") or digits.startswith("00"):
        return 8 <= len(digits) <= 16
    national = digits.startswith("0") and digits[1:2] != "0"
    return national and 10 <= len(digits) <= 11


def _phones(text: str) -> Iterator[Span]:
    for found in _PHONE.finditer(text):
        if is_phone(found[0]):
            yield Span(found.start(), found.end(), "phone", "phone")


def _addresses(text: str) -> Iterator[Span]:
    for found in _POSTAL.finditer(text):
        letters = found["letters"].upper()
        year = "1950" <= found["digits"] <= "2049" and bool(found["gap"])
        if letters not in _NO_POSTAL and not (year and letters in _AFTER_A_YEAR):
            yield Span(found.start(), found.end(), "address", "postal")
    for found in _STREET.finditer(text):
        yield Span(found.start(), found.end(), "address", "street")


def _shape(plate: str) -> str:
    return "".join(
        "9" if c.isdecimal() else "L" if c.isalpha() else c for c in plate.upper()
    )


def _numbers(text: str) -> Iterator[Span]:
    for found in _NUMBER.finditer(text):
        before = text[max(0, found.start() - 6) : found.start()]
        after = text[found.end() : found.end() + 12]
        if not _BEFORE_AMOUNT.search(before) and not _AFTER_AMOUNT.match(after):
            yield Span(found.start(), found.end(), "number", "digits")
    for found in _SAID_NUMBER.finditer(text):
        yield Span(found.start(), found.end(), "number", "digits")
