"""Disclosure control: from a diagnosis to what may be shown of it."""

from diagnose.disclosure.audit import audit
from diagnose.disclosure.derivability import derivable_groups
from diagnose.disclosure.ledger import (
    Ledger,
    check_ledger,
    extend_ledger,
    ledger_bytes,
    read_ledger,
    withdraw_release,
)
from diagnose.disclosure.publication import Publication
from diagnose.disclosure.release import publish
from diagnose.disclosure.thresholds import Thresholds

__all__ = [
    "Ledger",
    "Publication",
    "Thresholds",
    "audit",
    "check_ledger",
    "derivable_groups",
    "extend_ledger",
    "ledger_bytes",
    "publish",
    "read_ledger",
    "withdraw_release",
]
