"""Closed sets of options, and the one check that reports a wrong choice."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Rational, Real
from typing import Any, Literal, get_args

from diagnose.errors import InsufficientDataError

_LARGEST = 1e50  # squares and products of larger numbers overflow
MissingPolicy = Literal["listwise", "raise"]


def check_option(name: str, value: object, options: Any) -> None:
    """Raise ValueError when `value` is not a member of the Literal `options`."""
    allowed = get_args(options)
    if value not in allowed:
        listed = ", ".join(repr(option) for option in allowed)
        raise ValueError(f"`{name}` must be one of {listed}; got {value!r}.")


def check_proportion(name: str, value: float) -> None:
    """Raise ValueError unless `value` is a number strictly between 0 and 1."""
    if not is_number(value) or not 0 < value < 1:
        raise ValueError(f"`{name}` must lie between 0 and 1; got {value!r}.")


def check_at_least(name: str, value: float, minimum: float) -> None:
    """Raise ValueError unless `value` is a finite number of at least `minimum`."""
    if not is_number(value) or not value >= minimum:
        raise ValueError(f"`{name}` must be at least {minimum}; got {value!r}.")
    if not _may_be_squared(value):
        raise ValueError(
            f"`{name}` must be finite, at most {_LARGEST:g}; got {value!r}."
        )


def check_positive(name: str, value: float) -> None:
    """Raise ValueError unless `value` is a number above 0 that may be squared."""
    if not is_number(value) or not value > 0:
        raise ValueError(f"`{name}` must be a number above 0; got {value!r}.")
    if not _may_be_squared(value) or float(value) < 1 / _LARGEST:
        raise ValueError(
            f"`{name}` must lie from {1 / _LARGEST:g} to {_LARGEST:g}; got {value!r}."
        )


def check_whole_number(name: str, value: float, minimum: int) -> None:
    """Raise ValueError unless `value` is a whole number of at least `minimum`."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or value < minimum:
        raise ValueError(
            f"`{name}` must be a whole number of at least {minimum}; got {value!r}."
        )


def check_list(name: str, values: Iterable[Any]) -> list[Any]:
    """Return the values as a list, or raise unless they are at least one."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise TypeError(
            f"`{name}` must be a list of numbers; got {type(values).__name__}."
        )
    listed = list(values)
    if not listed:
        raise ValueError(f"`{name}` must list at least one number; got none.")
    return listed


def _may_be_squared(value: float) -> bool:
    try:
        return float(value) <= _LARGEST
    except OverflowError:  # a whole number beyond all floats
        return False


def is_number(value: object) -> bool:
    """Tell whether `value` is one real number that arrays can hold: no fraction."""
    if isinstance(value, Rational) and not isinstance(value, Integral):
        return False
    return isinstance(value, Real)


def require(enough: bool, message: str) -> None:
    """Raise InsufficientDataError with `message` unless there is `enough`."""
    if not enough:
        raise InsufficientDataError(message)
