"""Answers to scores."""

from diagnose.scoring.score import Scores, key_answers, score

__all__ = ["Scores", "key_answers", "score"]
