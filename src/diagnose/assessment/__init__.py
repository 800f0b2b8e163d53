"""One client's folder: read it, and take every step from export to report."""

from diagnose.assessment.config import (
    Assessment,
    WaveFile,
    is_assessment,
    load_assessment,
)
from diagnose.assessment.create import create_assessment
from diagnose.assessment.edition import (
    build_client_handbook,
    build_public_handbook,
)
from diagnose.assessment.publish import publish_assessment
from diagnose.assessment.read import (
    instrument_of,
    project_folder,
    read_assessment,
)
from diagnose.assessment.run import Outcome, run_assessment

__all__ = [
    "Assessment",
    "Outcome",
    "WaveFile",
    "build_client_handbook",
    "build_public_handbook",
    "create_assessment",
    "instrument_of",
    "is_assessment",
    "load_assessment",
    "project_folder",
    "publish_assessment",
    "read_assessment",
    "run_assessment",
]
