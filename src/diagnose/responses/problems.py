"""Problems of the intake; their words stand in ``language/texts/responses.yaml``.

No text of that catalogue holds an answer of one person.
"""

from __future__ import annotations

from diagnose.errors import ResponseError
from diagnose.language.problems import (
    WordedProblem,
    problems_in_words,
    worded_problem,
)

__all__ = ["problem", "problems_in_words", "refuse"]


def problem(code: str, place: str, /, **values: object) -> WordedProblem:
    """Return the catalogue's problem `code` at `place`, in English."""
    return worded_problem("responses", code, place, values)


def refuse(code: str, place: str, /, **values: object) -> ResponseError:
    """Return the error for a file that cannot be read any further."""
    return ResponseError([problem(code, place, **values)])
