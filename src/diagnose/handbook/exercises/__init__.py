"""Exercises of the handbook: their data, and a check that keeps the answers sealed."""

from diagnose.handbook.exercises.bank import Exercise, load_bank, seal
from diagnose.handbook.exercises.checking import Verdict, check
from diagnose.handbook.exercises.data import exercise_data
from diagnose.handbook.exercises.plain import NotAnAnswerError, plain_answer

__all__ = [
    "Exercise",
    "NotAnAnswerError",
    "Verdict",
    "check",
    "exercise_data",
    "load_bank",
    "plain_answer",
    "seal",
]
