"""What an answer text means: a code, or a label in any language, never a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

import numpy as np

from diagnose.instrument.labels import label_codes, normalise_label

if TYPE_CHECKING:
    from diagnose.instrument.model import ResponseScale

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_JOINTS = (" - ", " ", ". ", ": ", ") ", " = ", "-")

By = Literal["code", "label", "either", "missing", "unknown", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one answer text means.

    Attributes
    ----------
    by : str
        How it was understood: as a ``code``, a ``label``, ``either`` when both say
        the same, as ``missing``; or not: ``unknown``, ``ambiguous``.
    value : float
        Position on the response scale, NaN when there is none.
    not_applicable : bool
        Whether it says "don't know / not applicable".
    """

    by: By
    value: float = np.nan
    not_applicable: bool = False

    @property
    def understood(self) -> bool:
        """Tell whether the text has one meaning."""
        return self.by not in ("unknown", "ambiguous")


class Vocabulary:
    """Every text that names a point of one response scale.

    Parameters
    ----------
    scale : ResponseScale
        Codes, labels and aliases in all languages.
    extra : mapping of str to str
        Labels that a person confirmed, to their codes; these go before all others.
    answers : {"auto", "codes", "labels"}
        Which texts count.
    missing : sequence of str
        Texts that mean "not answered", beside blank cells.
    decimal : {",", "."}
        Decimal mark of numbers.
    """

    def __init__(
        self,
        scale: ResponseScale,
        *,
        extra: Mapping[str, str],
        answers: str,
        missing: Sequence[str],
        decimal: str,
    ) -> None:
        self.scale = scale
        self._points = {point.code: point for point in scale.points}
        self._extra = {normalise_label(text): code for text, code in extra.items()}
        self._missing = {"", *(normalise_label(text) for text in missing)}
        self._decimal = decimal
        labels = label_codes(scale)
        self._known = labels
        self._labels = {} if answers == "codes" else {**_with_code(labels), **labels}
        codes = {} if answers == "labels" else self._points
        self._codes = {code.casefold(): code for code in codes}
        self._numbers = {float(c): c for c in codes if _NUMBER.fullmatch(c)}

    def meaning(self, text: str) -> Meaning:
        """Return what a cell says."""
        plain = normalise_label(text)
        if plain in self._extra:
            return self._point(self._extra[plain], "label")
        if plain in self._missing:
            return Meaning("missing")
        code, label = self._code(plain), self._labels.get(plain)
        if code and label:
            same = code == label
            return self._point(code, "either") if same else Meaning("ambiguous")
        if code:
            return self._point(code, "code")
        return self._point(label, "label") if label else Meaning("unknown")

    def nearest(self, text: str) -> str | None:
        """Return the code whose label resembles `text`, None when none does."""
        near = get_close_matches(normalise_label(text), self._known, n=1, cutoff=0.8)
        return self._known[near[0]] if near else None

    def _code(self, plain: str) -> str | None:
        if plain in self._codes:
            return self._codes[plain]
        number = as_number(plain, self._decimal)
        return self._numbers.get(number) if number is not None else None

    def _point(self, code: str, by: By) -> Meaning:
        value = self._points[code].value
        if value is None:
            return Meaning(by, not_applicable=True)
        return Meaning(by, value=value)


def _with_code(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels as platforms join them to their code: ``5 - Strongly agree``."""
    return {
        normalise_label(f"{code}{joint}{label}"): code
        for label, code in labels.items()
        if any(character.isalpha() for character in label)
        for joint in _JOINTS
    }


def as_number(text: str, decimal: str) -> float | None:
    """Return the number that a text is, None when it is none."""
    other = "," if decimal == "." else "."
    if not _NUMBER.fullmatch(text) or other in text:
        return None
    return float(text.replace(",", "."))


def is_number(text: str) -> bool:
    """Tell whether a text is a number, with either decimal mark."""
    return bool(_NUMBER.fullmatch(text))


def find_decimal(texts: Sequence[str]) -> str:
    """Return the decimal mark: a comma when numbers have commas and none a point."""
    numbers = [text for text in texts if is_number(text)]
    comma = any("," in number for number in numbers)
    return "," if comma and not any("." in number for number in numbers) else "."
