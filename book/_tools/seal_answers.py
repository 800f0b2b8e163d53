"""Write the sealed answers that ``diagnose.check`` holds against an answer.

    python book/_tools/seal_answers.py

Computes every answer and every known slip from the data of the exercises and stores
their hashes, none of the numbers. Run it after changing an exercise.
"""

import json
import sys
from pathlib import Path
from typing import Any

from exercise_answers import ANSWERS, Answer

from diagnose.handbook.exercises.bank import Exercise, seal
from diagnose.handbook.exercises.plain import plain_answer

BANK = Path(__file__).resolve().parents[2] / "src/diagnose/handbook/exercises/bank.json"


def outcomes(exercise: Exercise, answer: Answer) -> dict[str, str]:
    """Return every foreseen answer in its plain form, and what is to be said of it."""
    right = plain_answer(exercise, answer.right)
    told = {right: "right"}
    for name, value in answer.slips.items():
        told.setdefault(plain_answer(exercise, value), name)
    if exercise.kind == "number" and exercise.digits:
        for name, value in neighbours(float(right), exercise.digits):
            told.setdefault(plain_answer(exercise, value), name)
    return told


def neighbours(right: float, digits: int) -> list[tuple[str, Any]]:
    step = 10**-digits
    coarse = plain_answer(
        Exercise(id="", notebook="", kind="number", digits=digits - 1, sealed={}), right
    )
    near = [("near", right - step), ("near", right + step)]
    return [("coarse", coarse), *near]


def sealed_bank() -> list[dict[str, Any]]:
    """Return the content of the bank; computing it takes about half a minute."""
    entries = []
    for name, (notebook, kind, digits, compute) in ANSWERS.items():
        plan = {"id": name, "notebook": notebook, "kind": kind, "digits": digits}
        told = outcomes(Exercise(**plan, sealed={}), compute())
        hashes = {seal(name, text): outcome for text, outcome in told.items()}
        entries.append({**plan, "sealed": dict(sorted(hashes.items()))})
    return entries


if __name__ == "__main__":
    text = json.dumps(sealed_bank(), indent=1, ensure_ascii=False)
    BANK.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{BANK.name}\n")
