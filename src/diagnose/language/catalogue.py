"""Catalogues of user-facing texts, every text in English and in Dutch side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["en", "nl"]
Text = Mapping[str, str]
"""One text in several languages: language code to words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The texts of one part of the program.

    Attributes
    ----------
    section : str
        Name of the part, which is the name of its file in ``language/texts/``.
    entries : mapping of str to mapping of str to str
        Key to language to template; templates use ``str.format`` fields.
    """

    section: str
    entries: Mapping[str, Text]

    def text(self, key: str, language: Language, /, **values: object) -> str:
        """Return the text `key` in `language` with `values` filled in.

        Raises
        ------
        KeyError
            The catalogue lacks the key; a mistake of the program, not of its user.
        """
        template = self.entries[key][language]
        return template.format(**values) if values else template

    def has(self, key: str) -> bool:
        """Tell whether the catalogue holds `key`."""
        return key in self.entries


@cache
def load_catalogue(section: str) -> Catalogue:
    """Load the catalogue ``language/texts/<section>.yaml``.

    Each entry is a key with a mapping ``{en: ..., nl: ...}``; nested keys are joined
    with a dot.
    """
    from ruamel.yaml import YAML

    folder = resources.files("diagnose.language") / "texts"
    content = (folder / f"{section}.yaml").read_text(encoding="utf-8")
    return Catalogue(
        section=section, entries=_flatten(YAML(typ="safe", pure=True).load(content))
    )


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, Text]:
    entries: dict[str, Text] = {}
    for key, value in tree.items():
        if not isinstance(value, Mapping):
            raise TypeError(f"{prefix}{key} has no languages below it")
        if set(value) <= {"en", "nl"}:
            entries[f"{prefix}{key}"] = {k: str(v) for k, v in value.items()}
        else:
            entries.update(_flatten(value, f"{prefix}{key}."))
    return entries
