"""Disclosure control: from a diagnosis to what may be shown of it."""

from diagnose.disclosure.audit import audit
from diagnose.disclosure.derivability import derivable_groups
from diagnose.disclosure.publication import Publication
from diagnose.disclosure.release import publish
from diagnose.disclosure.thresholds import Thresholds

__all__ = ["Publication", "Thresholds", "audit", "derivable_groups", "publish"]
