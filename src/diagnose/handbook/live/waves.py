"""Two waves of teams: what moves although nothing happened."""

from __future__ import annotations

from typing import Any

from diagnose.language import Language


def data(language: Language) -> dict[str, Any]:
    """Return mean and spread of the made-up organisation; the page draws the rest."""
    return {"mean": 3.4, "sd": 0.8}
