"""Closed sets of options, and the one check that reports a wrong choice."""

from __future__ import annotations

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
    """Raise ValueError unless `value` lies strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ValueError(f"`{name}` must lie between 0 and 1; got {value!r}.")


def check_at_least(name: str, value: float, minimum: float) -> None:
    """Raise ValueError when `value` is smaller than `minimum`."""
    if not value >= minimum:
        raise ValueError(f"`{name}` must be at least {minimum}; got {value!r}.")


def require(enough: bool, message: str) -> None:
    """Raise InsufficientDataError with `message` unless there is `enough`."""
    if not enough:
        raise InsufficientDataError(message)
