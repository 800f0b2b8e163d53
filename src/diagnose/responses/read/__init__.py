"""Readers of exports, one module a platform; `PLATFORMS` is their only list."""

from diagnose.responses.read.layout import Platform
from diagnose.responses.read.limesurvey import LIMESURVEY
from diagnose.responses.read.plain import PLAIN
from diagnose.responses.read.qualtrics import QUALTRICS
from diagnose.responses.read.tabular import Table

PLATFORMS: dict[str, Platform] = {
    platform.name: platform for platform in (QUALTRICS, LIMESURVEY, PLAIN)
}
"""Name to platform, in the order in which they are tried; the last one takes all."""


def detect_platform(table: Table) -> Platform:
    """Return the first platform that recognises the table as its own."""
    return next(one for one in PLATFORMS.values() if one.detect(table))


__all__ = ["PLATFORMS", "Platform", "detect_platform"]
