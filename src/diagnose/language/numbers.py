"""Numbers as readers of each language write them; rounding occurs here only."""

from __future__ import annotations

import math

from diagnose.language.catalogue import Language

_MINUS = "−"
_MISSING = "–"


def format_number(value: float, language: Language, *, digits: int = 2) -> str:
    """Write a number with a decimal comma in Dutch; a dash when it is missing.

    Parameters
    ----------
    value : float
        Any number; NaN and None mean that there is none.
    language : {"en", "nl"}
        Whose decimal mark is used.
    digits : int
        Digits behind the decimal mark; with 0, thousands are grouped.
    """
    if value is None or not math.isfinite(value):
        return _MISSING
    rounded = f"{abs(value):,.{digits}f}"
    negative = value < 0 and float(rounded.replace(",", "")) != 0
    if language == "nl":
        rounded = rounded.translate(str.maketrans(",.", ".,"))
    return (_MINUS if negative else "") + rounded


def format_signed(value: float, language: Language, *, digits: int = 2) -> str:
    """Write a number with its sign, also when it is positive."""
    text = format_number(value, language, digits=digits)
    nonzero = any(character in "123456789" for character in text)
    return f"+{text}" if nonzero and text[0] not in _MINUS + _MISSING else text


def format_share(value: float, language: Language, *, digits: int = 0) -> str:
    """Write a proportion between 0 and 1 as a percentage."""
    text = format_number(
        value * 100 if value is not None else value, language, digits=digits
    )
    return text if text == _MISSING else f"{text} %" if language == "nl" else f"{text}%"


def format_interval(
    low: float, high: float, language: Language, *, digits: int = 2
) -> str:
    """Write the limits of an interval, ``3.12 to 3.48``."""
    word = "tot" if language == "nl" else "to"
    return (
        f"{format_number(low, language, digits=digits)} {word} "
        f"{format_number(high, language, digits=digits)}"
    )


def format_p_value(value: float, language: Language) -> str:
    """Write a p-value with three digits, ``< 0.001`` when it is smaller."""
    if value is not None and value < 0.001:
        return "< 0,001" if language == "nl" else "< 0.001"
    return format_number(value, language, digits=3)
