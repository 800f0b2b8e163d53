"""Names of the platforms whose exports are read; imports nothing heavy."""

from __future__ import annotations

from typing import Literal, get_args

PlatformName = Literal[
    "qualtrics",
    "surveymonkey",
    "microsoft-forms",
    "redcap",
    "kobo",
    "google-forms",
    "limesurvey",
    "surveyjs",
    "spss",
    "plain",
]
"""Name of a platform, as options and reports spell it; ``plain`` takes any table."""

PLATFORM_NAMES: tuple[str, ...] = get_args(PlatformName)
"""The same names; `read.platforms` tells in which order the platforms are tried."""
