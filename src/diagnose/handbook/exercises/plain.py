"""Any answer in one plain form: 0.62, "0,62" and a cell of a frame are alike."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from diagnose.handbook.exercises.bank import Exercise

_LARGEST = 10**12


class NotAnAnswerError(ValueError):
    """What was given cannot be an answer here; the argument names the reason."""


def plain_answer(exercise: Exercise, answer: Any) -> str:
    """Return the answer as the text that is sealed.

    Raises
    ------
    NotAnAnswerError
        Nothing was given, or something of another kind.
    """
    given = _unpacked(answer)
    if given is None or given is Ellipsis or given == []:
        raise NotAnAnswerError("nothing")
    if exercise.kind == "number":
        return _number(_single(given, "one-number"), exercise.digits)
    if exercise.kind == "word":
        return _word(_single(given, "one-word"))
    row = given if isinstance(given, list) else _split(given)
    if exercise.kind == "truths":
        return ";".join(_truth(one) for one in row)
    return ";".join(sorted({_word(one) for one in row}))


def _unpacked(answer: Any) -> Any:
    """Turn frames, arrays, sets and their scalars into lists and plain values."""
    if isinstance(answer, str) or answer is None or answer is Ellipsis:
        return answer
    if isinstance(answer, dict):
        raise NotAnAnswerError("kind")
    if hasattr(answer, "to_numpy"):
        answer = answer.to_numpy()
    if hasattr(answer, "ravel"):
        answer = answer.ravel()
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    if isinstance(answer, list | tuple | set | frozenset):
        return list(answer)
    return answer


def _single(given: Any, reason: str) -> Any:
    if not isinstance(given, list):
        return given
    if len(given) != 1:
        raise NotAnAnswerError(reason)
    return given[0]


def _split(given: Any) -> list[Any]:
    if not isinstance(given, str):
        return [given]
    return [part for part in given.replace(",", " ").replace(";", " ").split() if part]


def _number(given: Any, digits: int) -> str:
    if isinstance(given, bool):
        raise NotAnAnswerError("number")
    text = (
        given.strip().replace(",", ".").replace("−", "-") if _is_text(given) else given
    )
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        raise NotAnAnswerError("number") from None
    if not math.isfinite(value):
        raise NotAnAnswerError("not-finite")
    if abs(value) > _LARGEST:
        return "large"
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):f}"


def _word(given: Any) -> str:
    if not _is_text(given) or not given.strip():
        raise NotAnAnswerError("word")
    return " ".join(given.casefold().split())


def _truth(given: Any) -> str:
    if not isinstance(given, bool):
        raise NotAnAnswerError("truth")
    return str(given)


def _is_text(given: Any) -> bool:
    return isinstance(given, str)
