"""A made-up team answers one subscale: high, low, divided, or not knowing much."""

from __future__ import annotations

from typing import Any

from diagnose.diagnosis.agreement import (
    AGREE_AT_LEAST,
    DIVIDED_BELOW,
    SMALLEST_TEAM,
    WEAK_UP_TO,
)
from diagnose.handbook.live import words
from diagnose.instrument import Instrument, Subscale, load_instrument
from diagnose.language import Language

_PEOPLE = 12
_FEW = 4
"""People on either side from which the spread of an individual subscale is wide."""
_MUCH_UNKNOWN = 0.25
"""Share of "don't know" from which it is the finding."""
_LEVEL = {"min": 1, "max": 5, "step": 0.1, "value": 3.2}
_APART = {"min": 0, "max": 4, "step": 0.25, "value": 0.5}
_UNKNOWN = {"min": 0, "max": 0.6, "step": 0.05, "value": 0}
_PRESETS = {
    "high": {"level": 4.1, "apart": 0, "unknown": 0},
    "low": {"level": 1.9, "apart": 0, "unknown": 0},
    "divided": {"level": 3.0, "apart": 3, "unknown": 0},
    "unknown": {"level": 3.4, "apart": 0.5, "unknown": 0.35},
}
_READINGS = ("high", "low", "divided", "middle")


def data(
    language: Language, *, subscale: str = "v", form: str = "floor", seed: int = 7
) -> dict[str, Any]:
    """Return the items, the examples, and the sentences for one subscale.

    Parameters
    ----------
    language : {"en", "nl"}
        Language of the edition.
    subscale : str
        Id of a subscale of the instrument.
    form : str
        Whose wording of the items is shown.
    seed : int
        Start of the draws that make the people differ.

    Raises
    ------
    KeyError
        There is no such subscale or form.
    """
    from diagnose.statistics.null_distributions import null_variance

    instrument = load_instrument("bottom-up")
    if form not in instrument.forms:
        raise KeyError(form)
    asked = {one.id: one for one in instrument.subscales}[subscale]
    return {
        "words": _words(asked, language),
        "items": _items(asked, form, language),
        "individual": asked.referent == "individual",
        "minAnswered": asked.min_answered,
        "people": _PEOPLE,
        "seed": seed,
        "sliders": {"level": _LEVEL, "apart": _APART, "unknown": _UNKNOWN},
        "presets": [{"id": name, **moved} for name, moved in _PRESETS.items()],
        "nulls": [
            null_variance(name, lowest=1, highest=5)
            for name in ("uniform", "slight_skew")
        ],
        "borders": _borders(instrument),
        "details": "notebooks/03_compare_teams.html",
    }


def variants() -> tuple[dict[str, str], ...]:
    """Return the options of every element of this kind that a page can hold."""
    asked = load_instrument("bottom-up").subscales
    return tuple({"subscale": one.id} for one in asked)


def _borders(instrument: Instrument) -> dict[str, float]:
    """Return from where on the words change; those of agreement are the report's."""
    scale = instrument.response_scales[0]
    return {
        "agree": AGREE_AT_LEAST,
        "divided": DIVIDED_BELOW,
        "weak": WEAK_UP_TO,
        "smallestTeam": SMALLEST_TEAM,
        "threshold": instrument.reporting.scores,
        "middle": (scale.lowest + scale.highest) / 2,
        "few": _FEW,
        "unknown": _MUCH_UNKNOWN,
    }


def _items(asked: Subscale, form: str, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "id": item.id,
            "text": (item.text or {})[form][language],
            "reverse": item.keyed == "reverse",
        }
        for item in asked.items
    ]


def _words(asked: Subscale, language: Language) -> dict[str, str]:
    """Return the common words, and of the readings those of this subscale only."""
    every = words("condition", language)
    own = {
        f"{reading}.{kind}": every[f"{asked.id}.{reading}.{kind}"]
        for reading in _READINGS
        for kind in ("says", "ask")
    }
    common = {
        key: text
        for key, text in every.items()
        if not key.endswith((".says", ".ask")) or key.startswith(("hidden", "unknown"))
    }
    individual = asked.referent == "individual"
    common["note"] = common["note_individual" if individual else "note"].format(
        few=_FEW
    )
    if individual:
        common["verdict.divided"] = common["verdict.divided_individual"]
    common["title"] = common["title"].format(subscale=asked.title[language])
    common["means"] = common["means"].format(meaning=asked.meaning[language])
    return common | own
