"""How the publication and the written files were checked, and what came before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from diagnose.disclosure.ledger import Release
from diagnose.plots.words import clean
from diagnose.report.build import folded, known_text
from diagnose.report.council.telling import Telling
from diagnose.report.document import (
    Block,
    Bullets,
    Column,
    Heading,
    Paragraph,
    Table,
)

if TYPE_CHECKING:
    from diagnose.disclosure.files import FileAccount, FileAudit
    from diagnose.disclosure.ledger import Ledger

_COUNTS = ("n_numbers", "n_texts", "n_offences")
_RULES = ("numbers", "units", "foreign", "kinds")
_SIGNS, _GROUP = 12, 4


def checked_blocks(tell: Telling, audit: FileAudit) -> Iterator[Block]:
    """Yield the check before writing and the search after it."""
    words = tell.words
    yield Heading(text=tell.say("checked.before"))
    scores = words.publication.thresholds.scores
    yield Paragraph(text=known_text(words, "disclosure", "proof", scores=scores))
    yield Paragraph(text=tell.say("checked.rank"))
    yield Paragraph(text=tell.say("checked.whole"))
    yield Heading(text=tell.say("checked.after"))
    yield Paragraph(text=known_text(words, "files", "intro"))
    yield Bullets(
        items=tuple(known_text(words, "files", f"rule.{rule}") for rule in _RULES)
    )
    # What was found is not told: it may be somebody's answer.
    failed = tell.say("checked.failed", n=len(audit.problems))
    passed = known_text(words, "files", "passed")
    yield Paragraph(text=passed if audit.passed else failed)
    yield _kind_table(tell, audit)
    yield folded(words, file_table(tell, audit))
    yield Paragraph(text=known_text(words, "files", "limits"), note=True)


def _kind_table(tell: Telling, audit: FileAudit) -> Table:
    kinds: dict[str, list[FileAccount]] = {}
    for file in audit.files:
        kind = file.name.rpartition("/")[2].rpartition(".")[2].lower()
        kinds.setdefault(f".{kind}", []).append(file)
    found: list[tuple[str | int, ...]]
    found = [(kind, *_sums(kinds[kind])) for kind in sorted(kinds)]
    found.append((tell.say("checked.total"), *_sums(audit.files)))
    return tell.grid(
        "kinds",
        tell.say("checked.kinds"),
        ("checked.kind", "checked.n_files", *_count_columns(tell)),
        found,
    )


def _count_columns(tell: Telling) -> tuple[Column, ...]:
    """Return the columns that the audit of the files names itself."""
    return tuple(
        Column(
            key=name,
            heading=known_text(tell.words, "files", f"column.{name}"),
            kind="count",
        )
        for name in _COUNTS
    )


def _sums(files: Sequence[FileAccount]) -> tuple[int, ...]:
    totals = (sum(getattr(file, name) for file in files) for name in _COUNTS)
    return (len(files), *totals)


def file_table(tell: Telling, audit: FileAudit) -> Table:
    """Return every file that was searched, with its fingerprint.

    Parameters
    ----------
    tell : Telling
        The words.
    audit : FileAudit
        What was read of each file.
    """
    return tell.grid(
        "searched",
        tell.say("checked.every"),
        ("collected.file", "checked.fingerprint", *_count_columns(tell)),
        [
            (
                clean(file.name),
                fingerprint(file.sha256),
                *(getattr(file, name) for name in _COUNTS),
            )
            for file in audit.files
        ],
        note=tell.say("checked.every_note"),
    )


def fingerprint(sha256: str) -> str:
    """Return the first signs of a hash in groups that nobody takes for a number."""
    signs = sha256[:_SIGNS]
    return " ".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))


def earlier_blocks(tell: Telling, ledger: Ledger | None) -> Iterator[Block]:
    """Yield what was released before, withdrawn releases too."""
    yield Paragraph(text=tell.say("earlier.intro"))
    if ledger is None:
        yield Paragraph(text=tell.say("earlier.unknown"))
        return
    if not ledger.releases:
        yield Paragraph(text=tell.say("earlier.none"))
        return
    keys = ("number", "wave", "date", "n_cells", "n_files", "state")
    yield tell.grid(
        "releases",
        tell.say("earlier.caption"),
        tuple(f"earlier.{key}" for key in keys),
        [_release_row(tell, one, ledger.withdrawn) for one in ledger.releases],
    )


def _release_row(
    tell: Telling, release: Release, withdrawn: Mapping[int, str]
) -> tuple[str | int, ...]:
    state = tell.say("earlier.released")
    if release.number in withdrawn:
        reason = clean(withdrawn[release.number])
        state = tell.say("earlier.withdrawn", reason=reason)
    return (
        # In words: a bare number could be the name of a unit.
        tell.say("earlier.number_value", number=release.number),
        clean(release.wave),
        _date_of(tell, release.wave),
        len(release.cells) + len(release.answers),
        len(release.files),
        state,
    )


def _date_of(tell: Telling, wave: str) -> str:
    """Return the date of a wave as the input gave it."""
    waves = tell.words.publication.provenance.get("waves")
    if isinstance(waves, Sequence) and not isinstance(waves, str):
        for one in waves:
            if isinstance(one, Mapping) and one.get("label") == wave:
                return clean(str(one.get("date") or "")) or tell.say("earlier.no_date")
    return tell.say("earlier.no_date")
