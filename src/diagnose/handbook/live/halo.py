"""A mood that colours all answers, and the link it seems to make."""

from __future__ import annotations

from typing import Any

from diagnose.language import Language


def data(language: Language) -> dict[str, Any]:
    """Return the number of people; the page draws their answers."""
    return {"people": 240}
