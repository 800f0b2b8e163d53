"""From a publication to what the ledger keeps of it, and to a longer ledger."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from diagnose.disclosure.ledger.canonical import canonical_bytes
from diagnose.disclosure.ledger.model import (
    Kind,
    Ledger,
    Path,
    PublishedAnswers,
    PublishedCell,
    Release,
    Withdrawal,
)
from diagnose.disclosure.log import HIDDEN, REST, SHOWN
from diagnose.errors import DisclosureError, Problem
from diagnose.responses.model import FLOOR, LEADER

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

_SHA256 = re.compile(r"[0-9a-f]{64}")
Rows = Iterator[dict[Any, Any]]


def extend_ledger(
    ledger: Ledger, publication: Publication, files: Mapping[str, str]
) -> Ledger:
    """Return the ledger with one release more.

    Check first with `check_ledger`: this function records, and refuses nothing that
    a publication holds.

    Parameters
    ----------
    ledger : Ledger
        What was released earlier. Not modified.
    publication : Publication
        What is released now.
    files : mapping of str to str
        Name of each file that goes to the client, to its SHA-256 in hexadecimal.

    Returns
    -------
    Ledger
        The same ledger when the same numbers stand in it, with all of these files.

    Raises
    ------
    DisclosureError
        D029: a hash is not a SHA-256, or there are no files.
    """
    _check_files(files)
    release = record_release(publication, number=len(ledger.releases) + 1, files=files)
    known = set(release.files.items())
    for earlier in ledger.standing:
        same = earlier.publication == release.publication
        if same and known <= set(earlier.files.items()):
            return ledger
    return replace(ledger, entries=(*ledger.entries, release))


def withdraw_release(ledger: Ledger, number: int, reason: str) -> Ledger:
    """Return the ledger with one release marked as withdrawn.

    Only for a release that reached nobody. It stays in the ledger with the reason, and
    new publications are no longer held against it. What a client has seen cannot be
    withdrawn: to say so all the same would let the next report give somebody away.

    Parameters
    ----------
    ledger : Ledger
        Not modified.
    number : int
        Number of the release.
    reason : str
        Why, and how it is certain that nobody has seen it.

    Raises
    ------
    DisclosureError
        D029: there is no such release, it was withdrawn already, or no reason is given.
    """
    standing = [release.number for release in ledger.standing]
    problems = []
    if number not in standing:
        gone = number in ledger.withdrawn
        problems.append(
            Problem(
                code="D029",
                place=f"release {number}",
                message="was withdrawn already" if gone else "is not in the ledger",
                allowed=", ".join(map(str, standing)) or "nothing was released yet",
            )
        )
    if not reason.strip():
        problems.append(
            Problem(
                code="D029",
                place=f"release {number}",
                message="is withdrawn without a reason",
                remedy="say why, and how it is certain that it reached nobody",
            )
        )
    if problems:
        raise DisclosureError(problems)
    entry = Withdrawal(number=number, reason=reason.strip())
    return replace(ledger, entries=(*ledger.entries, entry))


def record_release(
    publication: Publication, *, number: int, files: Mapping[str, str]
) -> Release:
    """Return what the ledger keeps of a publication."""
    limits = {name: float(n) for name, n in asdict(publication.thresholds).items()}
    cells = tuple(sorted(set(_cells(publication)), key=_order))
    answers = tuple(sorted(set(_answers(publication))))
    release = Release(
        number=number,
        wave=publication.wave,
        publication="",
        instrument=publication.instrument.content_hash,
        hierarchy=publication.hierarchy,
        thresholds=limits,
        files=dict(sorted(files.items())),
        units=_listed(publication),
        cells=cells,
        answers=answers,
    )
    content = {**asdict(release), "number": 0, "files": {}}
    digest = hashlib.sha256(canonical_bytes(content)).hexdigest()
    return replace(release, publication=digest)


def _check_files(files: Mapping[str, str]) -> None:
    problems = [
        Problem(
            code="D029",
            place=f"files[{name!r}]",
            message="has no SHA-256",
            allowed="64 hexadecimal digits in lower case",
        )
        for name, digest in files.items()
        if not _SHA256.fullmatch(digest)
    ]
    if not files:
        problems.append(
            Problem(
                code="D029",
                place="files",
                message="are none",
                remedy="release files that were written, such as report.html",
            )
        )
    if problems:
        raise DisclosureError(problems)


def _order(cell: PublishedCell) -> tuple[Any, ...]:
    """Return what sorts cells; a missing mean cannot be compared with a number."""
    return (
        *(cell.wave, cell.role, cell.kind, cell.subscale, cell.item),
        *(cell.path, cell.status, cell.n_respondents, str(cell.mean), str(cell.sd)),
    )


def _cells(publication: Publication) -> Iterator[PublishedCell]:
    wave = publication.wave
    for row in _shown(publication.participation.roles):
        yield _cell("people", row, wave=wave, role=row["role"])
    yield from _of_units(publication.participation.units, "people", wave, FLOOR)
    for row in _shown(publication.profile):
        yield _cell("scores", row, wave=wave, role=row["role"])
    for row in _shown(publication.trend):
        yield _cell("scores", row, wave=row["wave"], role=FLOOR)
    units = publication.units
    yield from _of_units(units.cells, "scores", wave, FLOOR)
    yield from _of_units(units.leaders, "scores", wave, LEADER)
    before = getattr(units, "before", None)
    if before is not None and len(publication.waves) > 1:
        yield from _of_units(before, "scores", publication.waves[-2], FLOOR)
    for row in _shown(publication.measurement.items):
        yield _cell("item", row, wave=wave, role=FLOOR, item=row["item"])
    yield from _cuts(publication)
    for row in _shown(publication.comments.questions):
        told = {"n_respondents": row["n_answered"]}
        about = {"wave": row["wave"], "item": row["item"]}
        if not math.isnan(row["n_answered"]):
            yield _cell("comments", told, role=FLOOR, **about)


def _of_units(
    frame: pd.DataFrame, kind: Kind, wave: str, role: str
) -> Iterator[PublishedCell]:
    for row in _shown(frame):
        rest = row["status"] == REST
        path = row["parent"] if rest else row["path"]
        status = REST if rest else SHOWN
        yield _cell(kind, row, wave=wave, role=role, path=tuple(path), status=status)


def _cuts(publication: Publication) -> Iterator[PublishedCell]:
    """Yield people divided otherwise than by unit, where they are divided at all."""
    now = publication.wave
    for row in _shown(publication.measurement.sensitivity):
        if row["n_without"] != row["n_all"]:
            yield _pair("kept", row, "without", wave=now)
    for row in _shown(publication.representation.timing):
        yield _pair("early", row, "early", wave=now)
        yield _pair("late", row, "late", wave=now)
    if len(publication.waves) > 1:
        yield from _followed(publication, now, publication.waves[-2])


def _followed(
    publication: Publication, now: str, before: str
) -> Iterator[PublishedCell]:
    for row in _shown(publication.change.linked):
        if not math.isnan(row["n_linked"]):
            both = {**row, "n_before": row["n_linked"], "n_now": row["n_linked"]}
            both["mean_now"] = row["mean"]
            yield _pair("followed", both, "now", wave=now)
            yield _pair("followed", both, "before", wave=before)
    for row in _shown(publication.change.leavers):
        if not math.isnan(row["n_left"]):
            yield _pair("left", row, "left", wave=before)


def _pair(kind: Kind, row: Mapping[Any, Any], name: str, *, wave: str) -> PublishedCell:
    told = {"subscale": row["subscale"], "n_respondents": row[f"n_{name}"]}
    told["mean"] = row[f"mean_{name}"]
    return _cell(kind, told, wave=wave, role=FLOOR)


def _cell(kind: Kind, row: Mapping[Any, Any], **about: Any) -> PublishedCell:
    return PublishedCell(
        kind=kind,
        subscale=str(row.get("subscale", "")),
        n_respondents=int(row["n_respondents"]),
        mean=_number(row.get("mean")),
        sd=_number(row.get("sd")),
        **about,
    )


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _listed(publication: Publication) -> dict[str, tuple[Path, ...]]:
    """Return the units that are listed for each wave, hidden ones too."""
    units = publication.units
    frames = {publication.wave: [publication.participation.units, units.cells]}
    frames[publication.wave].append(units.leaders)
    before = getattr(units, "before", None)
    if before is not None and len(publication.waves) > 1:
        frames[publication.waves[-2]] = [before]
    return {
        wave: tuple(
            sorted(
                {
                    tuple(path)
                    for frame in own
                    if len(frame)
                    for path in frame.loc[frame["status"] != REST, "path"]
                }
            )
        )
        for wave, own in sorted(frames.items())
    }


def _answers(publication: Publication) -> Iterator[PublishedAnswers]:
    told: dict[tuple[str, str, str, Path], list[Mapping[Any, Any]]] = {}
    for row in _shown(publication.distributions):
        key = (row["role"], row["subscale"], row["item"], ())
        told.setdefault(key, []).append(row)
    for row in _shown(publication.units.answers):
        key = (FLOOR, row["subscale"], "", tuple(row["path"]))
        told.setdefault(key, []).append(row)
    for (role, subscale, item, path), rows in told.items():
        counts = [row["count"] for row in rows]  # in the order of the response scale
        if not any(math.isnan(count) for count in counts):
            yield PublishedAnswers(
                wave=publication.wave,
                role=role,
                subscale=subscale,
                item=item,
                path=path,
                n_respondents=int(rows[0]["n_respondents"]),
                counts=tuple(int(count) for count in counts),
            )


def _shown(frame: pd.DataFrame) -> Rows:
    """Yield the rows that tell how many people they are about."""
    if frame.empty:
        return
    for row in frame.to_dict("records"):
        if row["status"] != HIDDEN and not math.isnan(row.get("n_respondents", 0)):
            yield row
