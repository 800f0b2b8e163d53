"""The audit of written files: what is in them, held against the publication."""

from diagnose.disclosure.files.check import (
    FileAccount,
    FileAudit,
    audit_files,
    check_files,
)
from diagnose.disclosure.files.model import Number, Passage, Row, Unread, Written
from diagnose.disclosure.files.published import Numbers, Published, published_numbers
from diagnose.disclosure.files.read import read_bytes, read_folder, read_written
from diagnose.disclosure.files.secrets import Secrets, secrets_of

__all__ = [
    "FileAccount",
    "FileAudit",
    "Number",
    "Numbers",
    "Passage",
    "Published",
    "Row",
    "Secrets",
    "Unread",
    "Written",
    "audit_files",
    "check_files",
    "published_numbers",
    "read_bytes",
    "read_folder",
    "read_written",
    "secrets_of",
]
