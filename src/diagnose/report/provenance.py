"""Where the numbers come from, for programs: one JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.plots.check import check_publication
from diagnose.report.output import write_outputs

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication


def write_provenance(publication: Publication, path: str | Path) -> Path:
    """Write what the numbers rest on as JSON: sorted, and the same every time.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    path : str or Path
        File to write; see `write_outputs` for what may be replaced.

    Raises
    ------
    TypeError
        `publication` is not a Publication, or its provenance holds something that is
        no plain value.
    AssessmentError
        Something that this program did not write stands in the way.
    """
    target = Path(path)
    content = provenance_bytes(publication)
    return write_outputs(target.parent, {target.name: content})[0]


def provenance_bytes(publication: Publication) -> bytes:
    """Return the content of the file."""
    checked = check_publication(publication)
    instrument = checked.instrument
    content = {
        "title": dict(checked.title),
        "wave": checked.wave,
        "waves": list(checked.waves),
        "hierarchy": list(checked.hierarchy),
        "conf_level": checked.conf_level,
        "thresholds": asdict(checked.thresholds),
        "instrument": {
            "id": instrument.id,
            "version": instrument.version,
            "content_hash": instrument.content_hash,
            "licence": instrument.provenance.licence,
            "status": dict(instrument.status),
        },
        "suppressed": _suppressed(checked),
        "provenance": _plain(checked.provenance),
    }
    text = json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False)
    return (text + "\n").encode("utf-8")


def _suppressed(publication: Publication) -> dict[str, int]:
    """Count decisions for each rule; the log holds no number of a hidden cell."""
    counts = publication.suppressed["rule"].value_counts()
    return {str(rule): int(count) for rule, count in counts.items()}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
