"""What is said of the files: their origin always, their counts only where safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diagnose.diagnosis.model import Diagnosis, Participation
from diagnose.disclosure.log import HIDDEN, Suppressed
from diagnose.disclosure.thresholds import Thresholds
from diagnose.responses.model import IntakeReport

COUNTS = frozenset({"n_rows", "n_kept", "n_respondents"})
"""Keys under which provenance may hold numbers of people whose answers count."""

TOTAL = "total"


def describe_intake(
    diagnosis: Diagnosis,
    participation: Participation,
    provenance: Mapping[str, object],
    thresholds: Thresholds,
) -> tuple[dict[str, object], list[Suppressed]]:
    """Return the provenance with the files read, and the decisions about counts.

    The rows kept minus the people of the work floor are the leaders. So rows are
    counted only where every role is shown, for a single wave (who answered in earlier
    ones is not known by role), and for files that each hold enough people. How many
    rows were left out, and why, is always said: they stand in no published group, and
    nothing may be dropped in silence.

    Parameters
    ----------
    diagnosis : Diagnosis
        Names the files.
    participation : Participation
        What is published of it.
    provenance : mapping
        What the caller wants to say; not modified.
    thresholds : Thresholds
        Smallest groups.
    """
    counted = (
        not (participation.roles["status"] == HIDDEN).any()
        and len(diagnosis.waves) == 1
        and all(report.n_kept >= thresholds.scores for report in diagnosis.intake)
    )
    intake = [_describe(report) for report in diagnosis.intake]
    whole = {**provenance, "intake": intake}
    kept = {key: _plain(value, counted=counted) for key, value in whole.items()}
    log = [] if counted else [Suppressed(table="provenance", rule=TOTAL)]
    return kept, log


def _describe(report: IntakeReport) -> dict[str, object]:
    return {
        "source": report.source,
        "sha256": report.sha256,
        "platform": report.platform,
        "n_rows": report.n_rows,
        "n_kept": report.n_kept,
        "excluded": dict(report.excluded),
        "dropped": list(report.dropped),
        "not_asked": list(report.not_asked),
    }


def _plain(value: object, *, counted: bool) -> object:
    """Return a copy of lists, mappings and values, without counts unless `counted`."""
    if isinstance(value, Mapping):
        return {
            str(key): None
            if key in COUNTS and not counted
            else _plain(part, counted=counted)
            for key, part in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(part, counted=counted) for part in value]
    return value
