"""Closed sets of options, and the one check that reports a wrong choice."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, Literal, get_args

from diagnose.errors import InsufficientDataError

MissingPolicy = Literal["listwise", "raise"]


def check_option(name: str, value: object, options: Any) -> None:
    """Raise ValueError when `value` is not a member of the Literal `options`."""
    allowed = get_args(options)
    if value not in allowed:
        listed = ", ".join(repr(option) for option in allowed)
        raise ValueError(f"`{name}` must be one of {listed}; got {value!r}.")


def check_proportion(name: str, value: float) -> None:
    """Raise ValueError unless `value` is a number strictly between 0 and 1."""
    if not isinstance(value, Real) or not 0 < value < 1:
        raise ValueError(f"`{name}` must lie between 0 and 1; got {value!r}.")


def check_at_least(name: str, value: float, minimum: float) -> None:
    """Raise ValueError when `value` is no number or is smaller than `minimum`."""
    if not isinstance(value, Real) or not value >= minimum:
        raise ValueError(f"`{name}` must be at least {minimum}; got {value!r}.")


def check_whole_number(name: str, value: float, minimum: int) -> None:
    """Raise ValueError unless `value` is a whole number of at least `minimum`."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or value < minimum:
        raise ValueError(
            f"`{name}` must be a whole number of at least {minimum}; got {value!r}."
        )


def require(enough: bool, message: str) -> None:
    """Raise InsufficientDataError with `message` unless there is `enough`."""
    if not enough:
        raise InsufficientDataError(message)
