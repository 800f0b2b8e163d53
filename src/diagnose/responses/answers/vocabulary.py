"""What an answer text means: a code, or a label in any language, never a guess."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

import numpy as np

from diagnose.instrument.labels import label_codes, normalise_label

if TYPE_CHECKING:
    from diagnose.instrument.model import ResponseScale

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_WORD = re.compile(r"\w+")
_MISSING_SIGNS = {"na", "n/a", "#n/a", "<na>", "nan", "null", "none"}
"""What programs write where there is nothing; spelled otherwise it may be a code."""

_JOINTS = (" - ", " ", ". ", ": ", ") ", " = ", "-")

By = Literal[
    "code", "label", "either", "proven", "told", "missing", "unknown", "ambiguous"
]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one answer text means.

    Attributes
    ----------
    by : str
        How it was understood: as a ``code``, a ``label``, ``either`` when both say
        the same, ``proven`` when a definition gives the code its label, ``told``
        when a person gave a code its meaning, as ``missing``; or not: ``unknown``,
        ``ambiguous``.
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
    proven : mapping of str to str
        Code in the export to code of the scale, as a definition proves it. When there
        are any, no other code is believed.
    absent : collection of str
        Codes that the file itself declares as "not answered".
    """

    def __init__(
        self,
        scale: ResponseScale,
        *,
        extra: Mapping[str, str],
        answers: str,
        missing: Sequence[str],
        decimal: str,
        proven: Mapping[str, str],
        absent: Collection[str],
    ) -> None:
        self.scale = scale
        self._points = {point.code: point for point in scale.points}
        self._extra = {normalise_label(text): code for text, code in extra.items()}
        self._missing = {"", *(normalise_label(text) for text in missing)}
        self._never_missing = set(self._points) - {text.strip() for text in missing}
        self._decimal = decimal
        labels = label_codes(scale)
        self._known = labels
        self._labels = {} if answers == "codes" else {**_with_code(labels), **labels}
        codes = {} if answers == "labels" else self._points
        self._codes = {code.casefold(): code for code in codes}
        self._numbers = {float(c): c for c in codes if _NUMBER.fullmatch(c)}
        self._proven = {self._plain(text): code for text, code in proven.items()}
        self._absent = {self._plain(text) for text in absent}

    def meaning(self, text: str) -> Meaning:
        """Return what a cell says."""
        plain = normalise_label(text)
        if plain in self._extra:
            told: By = "told" if self._looks_like_code(plain) else "label"
            return self._point(self._extra[plain], told)
        if self._plain(text) in self._proven:
            return self._point(self._proven[self._plain(text)], "proven")
        if plain in self._missing and text.strip() not in self._never_missing:
            return Meaning("missing")
        return self._code_or_label(text, plain)

    def _code_or_label(self, text: str, plain: str) -> Meaning:
        code = None if self._proven else self._code(text, plain)
        label = self._labels.get(plain)
        if label:
            same = code in (None, label)
            by: By = "either" if code else "label"
            return self._point(label, by) if same else Meaning("ambiguous")
        if self._plain(text) in self._absent:
            return Meaning("ambiguous" if code else "missing")
        return self._point(code, "code") if code else Meaning("unknown")

    def nearest(self, text: str) -> str | None:
        """Return the code whose label resembles `text`, None when none does."""
        near = get_close_matches(normalise_label(text), self._known, n=1, cutoff=0.8)
        return self._known[near[0]] if near else None

    def is_misspelt(self, text: str) -> bool:
        """Tell whether `text` is a label with slips in it, and says nothing else."""
        return bool(self.nearest(text)) and has_only_words_of(text, self._known)

    def _looks_like_code(self, plain: str) -> bool:
        """Tell whether a text is a code and no words, so that it needs proof.

        What a person says of one code says nothing of the others in the file.
        """
        has_digit = any(sign.isdigit() for sign in plain)
        return plain in self._codes or (has_digit and " " not in plain)

    def _plain(self, text: str) -> str | float:
        """Return what a code is compared by: its number when it is one."""
        plain = normalise_label(text)
        number = as_number(plain, self._decimal)
        return plain if number is None else number

    def _code(self, text: str, plain: str) -> str | None:
        code = self._codes.get(plain)
        if code:
            # "NA" is what R writes for no answer; the code for "don't know" is "na".
            return None if is_missing_sign(plain) and code not in text else code
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


def has_only_words_of(text: str, known: Iterable[str]) -> bool:
    """Tell whether each word of a text resembles a word of what is known.

    Such a text holds nothing that somebody added, such as a name behind a label.
    """
    words = {word for one in known for word in _WORD.findall(normalise_label(one))}
    return all(
        get_close_matches(word, words, n=1, cutoff=0.75)
        for word in _WORD.findall(normalise_label(text))
    )


def as_number(text: str, decimal: str) -> float | None:
    """Return the number that a text is, None when it is none."""
    other = "," if decimal == "." else "."
    if not _NUMBER.fullmatch(text) or other in text:
        return None
    return float(text.replace(",", "."))


def is_missing_sign(text: str) -> bool:
    """Tell whether a text is what programs write where there is no answer."""
    return normalise_label(text) in _MISSING_SIGNS


def is_number(text: str) -> bool:
    """Tell whether a text is a number, with either decimal mark."""
    return bool(_NUMBER.fullmatch(text))


def find_decimal(texts: Sequence[str]) -> str:
    """Return the decimal mark: a comma when numbers have commas and none a point."""
    numbers = [text for text in texts if is_number(text)]
    comma = any("," in number for number in numbers)
    return "," if comma and not any("." in number for number in numbers) else "."
