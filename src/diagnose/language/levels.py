"""Levels of an organisation in words."""

from __future__ import annotations

from diagnose.language.catalogue import Language, load_catalogue


def level_name(level: str, language: Language) -> str:
    """Return the name of a level such as ``department`` in `language`.

    A name that the catalogue lacks is returned as it is: it is the client's own word.
    """
    catalogue = load_catalogue("levels")
    return catalogue.text(level, language) if catalogue.has(level) else level
