"""The seven questions about a change, and what the rule makes of their answers."""

from __future__ import annotations

from typing import Any

from diagnose.instrument import load_instrument
from diagnose.instrument.screen import screen_ids
from diagnose.language import Language, load_catalogue

_VERDICTS = {
    "do-not-field": "verdict.not_suited",
    "open": "verdict.cannot_tell",
    "postpone": "verdict.prepare_first",
}
_REASONS = ("stops", "unknown", "postpones")


def data(language: Language) -> dict[str, Any]:
    """Return the questions and the sentences of the verdict that they lead to.

    Parameters
    ----------
    language : {"en", "nl"}
        Language of the edition.

    Returns
    -------
    dict
        ``questions`` (``id``, ``text``, ``go_if``, ``if_not``), ``verdicts`` (status of
        the screen to sentence) and ``reasons`` (template of each kind of question).
    """
    scan = load_instrument("bottom-up")
    catalogue = load_catalogue("suitability")
    return {
        "questions": [
            {
                "id": name,
                "text": one.text[language],
                "go_if": one.go_if,
                "if_not": one.if_not,
            }
            for name, one in zip(screen_ids(scan), scan.suitability, strict=True)
        ],
        "verdicts": {
            status: catalogue.text(key, language) for status, key in _VERDICTS.items()
        },
        "reasons": {
            kind: catalogue.text(f"screen.{kind}", language) for kind in _REASONS
        },
    }
