"""Diagnosis: from scores and statistics to findings with their evidence."""

from diagnose.diagnosis.diagnose import diagnose
from diagnose.diagnosis.model import Diagnosis, Finding

__all__ = ["Diagnosis", "Finding", "diagnose"]
