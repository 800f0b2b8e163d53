"""The bank of exercises: what is asked for, and sealed answers.

``bank.json`` holds no answer that can be read, only slow salted hashes of them; it is
written by ``book/_tools/seal_answers.py``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Kind = Literal["number", "word", "words", "truths"]
_ROUNDS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise that `check` knows.

    Attributes
    ----------
    id : str
        Label of the exercise in its notebook.
    notebook : str
        Name of that notebook, without folder and suffix.
    kind : {"number", "word", "words", "truths"}
        What an answer looks like: one number, one word, several words in any order, or
        a row of true and false.
    digits : int
        Decimals that are asked for; 0 for a whole number and for words.
    sealed : mapping of str to str
        Hash of an answer to what is to be said of it: ``"right"``, ``"near"`` (the
        last decimal), ``"coarse"`` (too few decimals) or the name of a known slip.
    """

    id: str
    notebook: str
    kind: Kind
    digits: int
    sealed: Mapping[str, str]


@cache
def load_bank() -> Mapping[str, Exercise]:
    """Load all exercises, in the order of the notebooks."""
    file = resources.files("diagnose.handbook.exercises") / "bank.json"
    entries = json.loads(file.read_text(encoding="utf-8"))
    return {entry["id"]: Exercise(**entry) for entry in entries}


def find_exercise(exercise: object) -> Exercise | None:
    """Return the exercise of this id, or None."""
    return load_bank().get(exercise) if isinstance(exercise, str) else None


def seal(exercise: str, answer: str) -> str:
    """Return the hash of one answer in its plain form; slow on purpose."""
    salt = hashlib.sha256(f"diagnose {exercise}".encode()).digest()
    return hashlib.pbkdf2_hmac("sha256", answer.encode(), salt, _ROUNDS).hex()
