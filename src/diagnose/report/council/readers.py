"""Who sees what: by file, and by reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from diagnose.report.build import MISSING
from diagnose.report.council.telling import Telling, whole
from diagnose.report.document import Block, Column, Paragraph

if TYPE_CHECKING:
    from diagnose.disclosure.files import FileAudit

_OUTPUTS = (
    *("report", "summary", "tables", "deck", "figures", "teams", "handbook"),
    *("page", "pack", "record", "other", "ledger", "export"),
)
_NOT_COUNTED = frozenset({"page", "pack", "ledger", "export"})
_ALWAYS = frozenset({"page", "pack", "record", "ledger", "export"})
_READERS = ("team", "head", "board", "council", "analyst")
_FILES = {
    "report.html": "report",
    "report.pdf": "report",
    "summary.docx": "summary",
    "tables.xlsx": "tables",
    "deck.pptx": "deck",
    "provenance.json": "record",
    "disclosure.html": "page",
    "data-protection.docx": "pack",
}
_FOLDERS = frozenset({"figures", "teams", "handbook"})
_LANGUAGES = frozenset({"en", "nl"})


def reader_blocks(tell: Telling, audit: FileAudit) -> Iterator[Block]:
    """Yield the files with what they hold, and the readers with what they see."""
    counted = Counter(output_of(file.name) for file in audit.files)
    counts = Column(key="n_files", heading=tell.say("readers.n_files"), kind="count")
    yield Paragraph(text=tell.say("readers.intro"))
    yield tell.grid(
        "readers",
        tell.say("readers.people"),
        ("readers.reader", "readers.sees", "readers.not"),
        [
            tell.lines("readers", (name, f"{name}_sees", f"{name}_not"))
            for name in _READERS
        ],
    )
    yield tell.grid(
        "outputs",
        tell.say("readers.outputs"),
        ("readers.output", "readers.holds", "readers.meant", counts),
        [
            (
                *tell.lines("readers", (name, f"{name}_holds", f"{name}_meant")),
                MISSING if name in _NOT_COUNTED else whole(counted[name]),
            )
            for name in _OUTPUTS
            if counted[name] or name in _ALWAYS
        ],
    )


def output_of(name: str) -> str:
    """Return which output a file belongs to, by its path in the output folder."""
    parts = name.split("/")
    if parts[0] in _LANGUAGES and len(parts) > 1:
        parts = parts[1:]
    if len(parts) > 1:
        return parts[0] if parts[0] in _FOLDERS else "other"
    return _FILES.get(parts[0], "other")
