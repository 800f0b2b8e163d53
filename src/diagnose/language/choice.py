"""Which language to speak when nobody said so."""

from __future__ import annotations

import os

from diagnose.language.catalogue import Language


def default_language() -> Language:
    """Return the language of ``DIAGNOSE_LANG``, else of the system; English otherwise.

    The editions of the handbook set ``DIAGNOSE_LANG``, so one notebook serves both.
    """
    for name in ("DIAGNOSE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "nl" if value.lower().startswith("nl") else "en"
    return "en"
