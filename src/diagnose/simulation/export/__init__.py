"""Simulated answers in the look of every platform."""

from diagnose.simulation.export.files import write_organisation_csv, write_whole
from diagnose.simulation.export.settings import ExportSettings
from diagnose.simulation.export.write import (
    LOOKS,
    LookName,
    write_export,
    write_limesurvey_csv,
)

__all__ = [
    "LOOKS",
    "ExportSettings",
    "LookName",
    "write_export",
    "write_limesurvey_csv",
    "write_organisation_csv",
    "write_whole",
]
