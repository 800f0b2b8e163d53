"""What disclosure control took away, to be looked for in everything that is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.diagnosis.model import Diagnosis
from diagnose.disclosure.files.published import leaves_in, numbers_in
from diagnose.disclosure.publication import Publication

SHORTEST = 4
"""Shorter texts are found everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What may stand in no file.

    Never write one down: it holds what was hidden.

    Attributes
    ----------
    texts : frozenset of str
        Such as answers to open questions and codes of people; found as whole words.
    numbers : tuple of float
        Such as means of hidden groups, unrounded.

    Raises
    ------
    ValueError
        A text has fewer than four characters, and would be found everywhere.
    """

    texts: frozenset[str] = frozenset()
    numbers: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse texts that cannot be told from other text."""
        short = sum(len(" ".join(text.split())) < SHORTEST for text in self.texts)
        if short:
            raise ValueError(
                f"`secrets` must hold texts of at least {SHORTEST} characters; "
                f"got {short} shorter ones, which would be found everywhere."
            )

    def __repr__(self) -> str:
        """Return how many there are, never what they are."""
        return f"Secrets({len(self.texts)} texts, {len(self.numbers)} numbers)"


def secrets_of(
    diagnosis: Diagnosis, publication: Publication, *, texts: Iterable[str] = ()
) -> Secrets:
    """Return the numbers of a diagnosis that its publication does not hold.

    Whole numbers are left out: a count of a hidden group is also the count of another
    one. They are guarded by the rule that no number stands beside a hidden group.

    Parameters
    ----------
    diagnosis : Diagnosis
        Nothing hidden.
    publication : Publication
        Made of it.
    texts : iterable of str
        Answers, names and codes that may stand nowhere; those that are too short to be
        told from other text are left out.
    """
    frames = [f for f in leaves_in(diagnosis) if isinstance(f, pd.DataFrame)]
    found = np.array(list(numbers_in(frames)), dtype=float)
    found = np.unique(found[np.isfinite(found) & (found % 1 != 0)])
    shown = np.unique(np.abs(np.array(list(numbers_in(publication)), dtype=float)))
    at = np.searchsorted(shown, np.abs(found) * (1 - 1e-9))
    nearest = np.append(shown, np.inf)[at]
    hidden = found[nearest > np.abs(found) * (1 + 1e-9)]
    kept = (" ".join(text.split()) for text in texts)
    return Secrets(
        texts=frozenset(text for text in kept if len(text) >= SHORTEST),
        numbers=tuple(map(float, hidden)),
    )


def as_secrets(given: Secrets | Iterable[str | float]) -> Secrets:
    """Return secrets, also when they came as plain texts and numbers.

    Parameters
    ----------
    given : Secrets or iterable of str or float
        What may stand nowhere.
    """
    if isinstance(given, Secrets):
        return given
    every = list(given)
    return Secrets(
        texts=frozenset(one for one in every if isinstance(one, str)),
        numbers=tuple(float(one) for one in every if not isinstance(one, str)),
    )
