"""The words of the program: catalogues in both languages, and numbers as text."""

from diagnose.language.catalogue import Catalogue, Language, Text, load_catalogue
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
    "format_interval",
    "format_number",
    "format_p_value",
    "format_share",
    "format_signed",
    "load_catalogue",
]
