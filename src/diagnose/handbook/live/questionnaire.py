"""The scan to fill in: the statements, their scale, and where each row is explained."""

from __future__ import annotations

from typing import Any

from diagnose.instrument import Form, Instrument, Subscale, load_instrument
from diagnose.language import Language

CHAPTERS = {
    "v": "conditions/voice",
    "o": "conditions/ownership",
    "l": "conditions/letting-go",
    "r": "conditions/direction",
    "f": "conditions/foundation",
    "p": "conditions/pioneers",
    "z": "conditions/progress",
    "s": "conditions/space",
    "e": "conditions/enabling",
    "c": "outcomes/will",
    "k": "outcomes/confidence",
    "i": "outcomes/intention",
}
"""Subscale to its page in the folder ``book``."""
_READING = "high-low-and-divided"
"""Where a chapter says what its levels mean; the same in every language."""


def data(language: Language, *, form: str = "floor") -> dict[str, Any]:
    """Return the scan in one language.

    Parameters
    ----------
    language : {"en", "nl"}
        Language of the edition.
    form : str
        The form that is chosen to begin with.

    Returns
    -------
    dict
        ``instrument`` (id and version), ``status``, ``form``, ``forms``, ``scale``,
        ``subscales`` with their items, ``pulse`` (the twelve statements of the short
        form), and ``conversation``, the page about talking it over.

    Raises
    ------
    KeyError
        There is no such form.
    """
    scan, pulse = load_instrument("bottom-up"), load_instrument("pulse")
    if form not in scan.forms:
        raise KeyError(form)
    scale = scan.response_scales[0]
    return {
        "instrument": f"{scan.id} {scan.version}",
        "status": scan.status[language],
        "form": form,
        "forms": [
            {
                "id": name,
                "title": one.title[language],
                "full": _introduction(one, language),
                "pulse": _introduction(pulse.forms[name], language),
            }
            for name, one in scan.forms.items()
        ],
        "scale": {
            "lowest": scale.lowest,
            "highest": scale.highest,
            "points": [
                {"code": one.code, "value": one.value, "label": one.label[language]}
                for one in scale.points
            ],
        },
        "subscales": [_subscale(scan, one, language) for one in scan.subscales],
        "pulse": list(pulse.item_ids),
        "conversation": "book/showing/conversation.html",
    }


def _introduction(form: Form, language: Language) -> str:
    return form.introduction[language] if form.introduction else ""


def _subscale(
    scan: Instrument, subscale: Subscale, language: Language
) -> dict[str, Any]:
    return {
        "id": subscale.id,
        "kind": subscale.kind,
        "title": subscale.title[language],
        "meaning": subscale.meaning[language],
        "min_answered": subscale.min_answered,
        "address": f"book/{CHAPTERS[subscale.id]}.html#{_READING}",
        "items": [
            {
                "id": item.id,
                "reverse": item.keyed == "reverse",
                "text": {
                    form: (item.text or {}).get(form, {}).get(language, "")
                    for form in scan.forms
                },
            }
            for item in subscale.items
        ],
    }
