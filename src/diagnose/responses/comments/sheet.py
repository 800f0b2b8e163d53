"""The form of the review sheet, shared by its writer and its reader."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Literal

from diagnose.instrument.labels import normalise_label
from diagnose.language.catalogue import load_catalogue

Decision = Literal["keep", "redacted", "own", "leave_out"]
DECISIONS: tuple[Decision, ...] = ("keep", "redacted", "own", "leave_out")

MAGIC = "diagnose-comments/2"
"""Stands in the last column of the first row: what makes a workbook a review sheet.

The hash of the export follows, so that nobody quotes the people of another one.
"""

OLD_MAGIC = "diagnose-comments/1"
"""The same on sheets without a column of themes, which are still read."""

FIRST_CELL = re.compile(rf"{MAGIC}(?: (?P<sha256>[0-9a-f]{{64}}))?")

COLUMNS = (
    "number", "item", "text", "redacted", "suggestions", "decision", "own", "theme",
    "check",
)  # fmt: skip
"""Columns of the sheet, from left to right."""

OLD_COLUMNS = tuple(name for name in COLUMNS if name != "theme")

HEAD_ROW = 3
"""Row of the headings, from 0; the texts start below it."""

DATE_CELL = (1, 3)
"""Row and column, from 0, of the date of the review."""

LONGEST_CELL = 32_767


def check_of(number: int, item: str, text: str, redacted: str) -> str:
    """Return what tells later whether place, text or redacted text were changed."""
    parts = (f"{number} {item}", text, redacted)
    return "-".join(_digest(part) for part in parts)


def total_of(checks: Sequence[str]) -> str:
    """Return what tells later whether the checks themselves are those written."""
    return _digest("\n".join(checks))


def _digest(text: str) -> str:
    # Workbook programs escape control characters as _x000D_ and such an escape itself
    # as _x005F_x000D_; not all undo both, so the escape of the escape does not count.
    plain = text.replace("x005F_", "").replace("\r\n", "\n").strip()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:12]


def decision_of(text: str) -> Decision | None:
    """Return the decision that a cell names in any language, None when it is none."""
    words = load_catalogue("comments")
    plain = normalise_label(text)
    for decision in DECISIONS:
        names = words.entries[f"decision.{decision}"].values()
        if plain in {normalise_label(name) for name in names}:
            return decision
    return None
