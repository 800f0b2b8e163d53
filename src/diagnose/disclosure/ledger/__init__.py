"""What was released earlier, and whether more may be published beside it."""

from diagnose.disclosure.ledger.check import check_ledger
from diagnose.disclosure.ledger.files import ledger_bytes, read_ledger
from diagnose.disclosure.ledger.model import (
    Ledger,
    PublishedAnswers,
    PublishedCell,
    Release,
    Withdrawal,
)
from diagnose.disclosure.ledger.record import extend_ledger, withdraw_release

__all__ = [
    "Ledger",
    "PublishedAnswers",
    "PublishedCell",
    "Release",
    "Withdrawal",
    "check_ledger",
    "extend_ledger",
    "ledger_bytes",
    "read_ledger",
    "withdraw_release",
]
