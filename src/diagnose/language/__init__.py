"""The words of the program: catalogues in both languages, and numbers as text."""

from diagnose.language.catalogue import Catalogue, Language, Text, load_catalogue
from diagnose.language.choice import default_language
from diagnose.language.levels import level_name
from diagnose.language.numbers import (
    format_interval,
    format_number,
    format_p_value,
    format_share,
    format_signed,
)

__all__ = [
    "Catalogue",
    "Language",
    "Text",
    "default_language",
    "format_interval",
    "format_number",
    "format_p_value",
    "format_share",
    "format_signed",
    "level_name",
    "load_catalogue",
]
