"""What a platform says its own answer codes mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Unproven = Literal["open", "ambiguous"]
"""Why a code proves nothing: no single choice is made there, or it means two things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The answer categories of each question, as the platform defines them.

    Attributes
    ----------
    source : str
        File name, or name of the export that carries its own definition.
    kind : str
        Which sort of file it is, such as ``"qsf"`` or ``"lss"``.
    answers : mapping of str to mapping of str to tuple of str
        Code of a question or item (lower case, as in `Column.codes`) to answer code
        in the export to its labels, in every language of the definition.
    wordings : mapping of str to tuple of str
        The same codes to the question texts, in every language of the definition.
    unproven : mapping of str to {"open", "ambiguous"}
        Codes that the definition knows and that have no place in `answers`: questions
        in which no single category is chosen, and codes that stand for two questions
        with other answers, or for one answer code with two meanings.
    """

    source: str
    kind: str
    answers: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    wordings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unproven: Mapping[str, Unproven] = field(default_factory=dict)

    def answers_of(self, codes: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the answers of the first of these codes that is known, else none.

        A code of which the answers are not proven ends the search: what a later,
        shorter code says is then about another question.
        """
        known = (c for c in codes if c in self.answers or c in self.unproven)
        return self.answers.get(next(known, ""), {})

    @property
    def ambiguous(self) -> tuple[str, ...]:
        """The codes that mean more than one thing, sorted."""
        return tuple(
            sorted(c for c, why in self.unproven.items() if why == "ambiguous")
        )
