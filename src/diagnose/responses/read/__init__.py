"""What the exports of each platform look like; one module a platform."""

from diagnose.responses.read.layout import Platform
from diagnose.responses.read.names import PLATFORM_NAMES, PlatformName
from diagnose.responses.read.platforms import PLATFORMS, detect_platform

__all__ = [
    "PLATFORMS",
    "PLATFORM_NAMES",
    "Platform",
    "PlatformName",
    "detect_platform",
]
