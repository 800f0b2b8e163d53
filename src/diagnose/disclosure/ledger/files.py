"""The ledger as a file whose entries are chained, so that edits are noticed.

Every entry carries the hash of itself and of the chain before it. Whoever changes a
number, takes an entry out or swaps two breaks the chain at that place. It is no
signature: it notices mistakes and edits by hand, not somebody who makes the chain
again, and entries cut off at the end leave a whole chain behind. Who must be able to
prove the whole keeps the last hash elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from diagnose.disclosure.ledger.canonical import canonical_bytes
from diagnose.disclosure.ledger.model import (
    Ledger,
    PublishedAnswers,
    PublishedCell,
    Release,
    Withdrawal,
)
from diagnose.errors import DisclosureError, Problem

LEDGER = "ledger.json"
_PROGRAM, _FORMAT = "diagnose", 1
_CHAIN = "chain"
_REMEDY = (
    "put back the file as the program wrote it, from a backup or the version history; "
    "without it nothing can be held against what was released"
)


def ledger_bytes(ledger: Ledger) -> bytes:
    """Return the ledger as JSON, one entry a line; the same ledger, the same bytes."""
    lines = [canonical_bytes(content) for content in _chained(ledger)]
    head = canonical_bytes({"format": _FORMAT, "program": _PROGRAM})[1:-1]
    return b"{" + head + b',"entries":[\n' + b",\n".join(lines) + b"\n]}\n"


def read_ledger(path: str | Path) -> Ledger:
    """Read a ledger; a file that is not there is an empty one.

    Parameters
    ----------
    path : str or Path
        Usually ``ledger.json`` in the assessment folder.

    Raises
    ------
    DisclosureError
        D028: the file is broken, or was edited.
    """
    file = Path(path)
    if not file.exists():
        return Ledger()
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        entries = content["entries"]
        known = (content["program"], content["format"]) == (_PROGRAM, _FORMAT)
        ledger = Ledger(entries=tuple(_entry(entry) for entry in entries))
        chains = [entry[_CHAIN] for entry in entries]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(file.name, "is not a ledger of this program") from error
    if not known:
        raise _broken(file.name, "is of another program or version")
    for place, content in enumerate(_chained(ledger)):
        if content[_CHAIN] != chains[place]:
            what = f"{file.name}: entry {place + 1}"
            raise _broken(what, "was edited, or an entry before it was taken out")
    return ledger


def _chained(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Yield each entry with the hash of itself and of the chain before it."""
    before = ""
    for entry in ledger.entries:
        content: dict[str, Any] = _content(entry)
        before = hashlib.sha256(canonical_bytes([before, content])).hexdigest()
        yield {**content, _CHAIN: before}


def _content(entry: Release | Withdrawal) -> dict[str, Any]:
    return {"withdrawal" if isinstance(entry, Withdrawal) else "release": asdict(entry)}


def _entry(content: Mapping[str, Any]) -> Release | Withdrawal:
    if "withdrawal" in content:
        return Withdrawal(**content["withdrawal"])
    told = dict(content["release"])
    cells = [
        PublishedCell(**{**cell, "path": tuple(cell["path"])})
        for cell in told.pop("cells")
    ]
    answers = [
        PublishedAnswers(
            **{**own, "counts": tuple(own["counts"]), "path": tuple(own["path"])}
        )
        for own in told.pop("answers")
    ]
    units = {
        wave: tuple(tuple(path) for path in paths)
        for wave, paths in told.pop("units").items()
    }
    hierarchy = tuple(told.pop("hierarchy"))
    return Release(
        **told,
        hierarchy=hierarchy,
        units=units,
        cells=tuple(cells),
        answers=tuple(answers),
    )


def _broken(place: str, message: str) -> DisclosureError:
    return DisclosureError(
        [Problem(code="D028", place=place, message=message, remedy=_REMEDY)]
    )
