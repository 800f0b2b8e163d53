"""JSON without its freedoms: no key twice, no NaN, no depth without end.

Source: RFC 8259, https://www.rfc-editor.org/rfc/rfc8259. Python's own parser accepts
more than that (NaN, a key twice, numbers that become infinite); none of it can be
read in one way only, so it is refused here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from diagnose.errors import ResponseError
from diagnose.responses.problems import refuse

MOST_JSON_BYTES = 100_000_000
MOST_DEPTH = 40
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_START = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*\{|\[\s*\]\s*$)")
_BLANK = re.compile(r"[ \t\r\n]*")


def looks_like_json(content: bytes) -> bool:
    """Tell whether a file starts as a JSON object or array, in any Unicode form."""
    # A character at the cut may be incomplete, hence "ignore".
    head = content[:400]
    text = head.decode(json.detect_encoding(head), errors="ignore")
    return bool(_START.match(text.lstrip("\ufeff")))


def parse_json(content: bytes, name: str) -> list[object]:
    """Return the values in a file: one, or one a line.

    Parameters
    ----------
    content : bytes
        JSON in UTF-8, UTF-16 or UTF-32, with or without a byte-order mark.
    name : str
        File name, for messages.

    Returns
    -------
    list
        Dictionaries, lists, text, booleans and None. Numbers are text: ``4`` and
        ``4.0`` are both "4", and every other number keeps its digits. Half of a
        surrogate pair becomes U+FFFD.

    Raises
    ------
    ResponseError
        The content is no JSON (with line and column, never with the text there),
        has a key twice in one object, a number that is none, or is too large or
        nested too deep.
    """
    if len(content) > MOST_JSON_BYTES:
        raise refuse("R003", name, size=len(content), limit=MOST_JSON_BYTES)
    text = _decode(content, name)
    halves = bool(_HALF.search(text))

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        if halves:
            found = [(_whole(key), _whole(value)) for key, value in found]
        record = dict(found)
        if len(record) != len(found):
            counts = Counter(key for key, _ in found)
            raise refuse("R132", name, heading=shorten(counts.most_common(1)[0][0]))
        return record

    def never(constant: str) -> NoReturn:
        raise refuse("R133", name, value=constant)

    decoder = json.JSONDecoder(
        object_pairs_hook=pairs,
        parse_float=number_text,
        parse_int=number_text,
        parse_constant=never,
    )
    return _values(decoder, text, name)


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode(json.detect_encoding(content)).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise refuse("R131", name) from error


def _values(decoder: json.JSONDecoder, text: str, name: str) -> list[object]:
    values: list[object] = []
    place = _skip(text, 0)
    try:
        while place < len(text):
            value, place = decoder.raw_decode(text, place)
            values.append(value)
            place = _skip(text, place)
    except json.JSONDecodeError as error:
        raise refuse("R130", name, row=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise refuse("R134", name, limit=MOST_DEPTH) from error
    except ResponseError:
        raise
    except ValueError as error:  # whatever else a parser may find
        raise refuse("R130", name, row=1, column=1) from error
    return values


def _skip(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def number_text(raw: str) -> str:
    """Return a JSON number as text, whole numbers without a decimal part.

    Nothing is rounded: 2.99999999999999999999 does not become 3.
    """
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return raw
    # Far exponents stay as they are: written out they could fill the memory.
    if not -30 < number.adjusted() < 30:
        return "0" if not number else raw
    if number == number.to_integral_value():
        return str(int(number))
    return format(number.normalize(), "f") if len(raw) <= 25 else raw


def _whole(value: Any) -> Any:
    return _SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value


def shorten(heading: str) -> str:
    """Return a heading short enough for a message."""
    plain = " ".join(heading.split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"
