"""From the exports of an assessment to what may be shown of them."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.assessment.config import Assessment, WaveFile
from diagnose.assessment.read import opened, read_assessment
from diagnose.errors import Problem, ResponseError

if TYPE_CHECKING:
    from diagnose.disclosure import Ledger, Publication
    from diagnose.disclosure.files import Secrets
    from diagnose.responses import Responses
    from diagnose.responses.comments import ReviewedComments

LEDGER = "ledger.json"
"""What was released, in the assessment folder."""
_LIBRARIES = ("diagnose", "numpy", "pandas", "pingouin", "scipy", "statsmodels")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A publication, and what must not be found in anything written from it.

    Attributes
    ----------
    publication : Publication
        What may be shown.
    secrets : Secrets
        Numbers and texts that disclosure control took away; kept in memory only, until
        the written files have been searched for them.
    ledger : Ledger
        What was released earlier.
    """

    publication: Publication
    secrets: Secrets
    ledger: Ledger


def publish_assessment(
    assessment: Assessment | str | Path, *, progress: Progress | None = None
) -> Publication:
    """Read, score, diagnose and publish an assessment.

    Raises
    ------
    DiagnoseError
        Something in the folder must be repaired first; the message says what.

    Notes
    -----
    While a handbook is built its notebooks share one publication: see
    `diagnose.handbook.shared`.
    """
    from diagnose.handbook.shared import shared_publication

    setting = opened(assessment)
    shared = shared_publication(setting.folder)
    return shared or prepare_assessment(setting, progress=progress).publication


def prepare_assessment(
    assessment: Assessment | str | Path, *, progress: Progress | None = None
) -> Prepared:
    """Publish an assessment, and keep what was hidden for the search of the files.

    Raises
    ------
    DiagnoseError
        Something in the folder must be repaired first; the message says what.
    """
    from diagnose.assessment.agreed import agreed_of
    from diagnose.diagnosis import diagnose
    from diagnose.disclosure import Thresholds, publish, read_ledger
    from diagnose.disclosure.files import secrets_of
    from diagnose.instrument.screen import read_screen

    setting = opened(assessment)
    responses = read_assessment(setting, progress=progress)
    comments = _reviewed(setting, responses)
    ledger = read_ledger(setting.folder / LEDGER)
    diagnosis = diagnose(
        responses,
        screen=read_screen(setting.screen, responses.instrument),
        conf_level=setting.conf_level,
        progress=progress,
    )
    thresholds = setting.thresholds or responses.instrument.reporting
    if progress is not None:
        progress("publish")
    publication = publish(
        diagnosis,
        thresholds=Thresholds(**thresholds.model_dump()),
        title=setting.titles,
        provenance=_provenance(setting, responses),
        comments=comments,
        agreed=agreed_of(setting, responses.instrument),
        ledger=ledger,
    )
    secrets = secrets_of(diagnosis, publication, texts=_codes(responses))
    return Prepared(publication=publication, secrets=secrets, ledger=ledger)


def _reviewed(
    setting: Assessment, responses: Responses
) -> dict[str, list[ReviewedComments]]:
    """Return the signed reviews of the open answers, by wave."""
    from diagnose.responses.comments import read_review

    reviews: dict[str, list[ReviewedComments]] = {}
    problems: list[Problem] = []
    in_order = sorted(setting.waves, key=lambda wave: wave.date)
    for wave, report in zip(in_order, responses.reports, strict=True):
        if not wave.comments:
            continue
        try:
            review = read_review(setting.folder / wave.comments)
        except ResponseError as error:
            problems.extend(error.problems)
            continue
        if review.sha256 not in ("", report.sha256):
            problems.append(_of_another(wave))
        reviews.setdefault(wave.label, []).append(review)
    if problems:
        raise ResponseError(problems)
    return reviews


def _of_another(wave: WaveFile) -> Problem:
    return Problem(
        code="A037",
        place=f"wave {wave.label}: {wave.comments}",
        message=f"is the review of another export than {wave.file}",
        remedy=f"make one of it with `diagnose comments {wave.file}`",
    )


def _codes(responses: Responses) -> list[str]:
    """Return the codes by which people can be followed; they stand in no file."""
    people = responses.people
    if "link" not in people:
        return []
    return [str(code) for code in people["link"].dropna().unique()]


def _provenance(setting: Assessment, responses: Responses) -> dict[str, object]:
    instrument = responses.instrument
    return {
        "instrument": {
            "id": instrument.id,
            "version": instrument.version,
            "content_hash": instrument.content_hash,
        },
        "waves": [
            {"label": wave.label, "date": wave.date, "file": wave.file}
            for wave in setting.waves
        ],
        "files": [
            {
                "name": report.source,
                "sha256": report.sha256,
                "platform": report.platform,
                "definition": report.definition,
                "codes_by": report.codes_by,
                "excluded": dict(report.excluded),
            }
            for report in responses.reports
        ],
        "inputs": [
            {"name": name, "sha256": _fingerprint(setting.folder / name)}
            for name in _read_beside(setting)
        ],
        "settings": {
            "conf_level": setting.conf_level,
            "partials": setting.partials,
            "trials": setting.trials,
            "duplicates": setting.duplicates,
            "seed": setting.seed,
        },
        "screen": dict(setting.screen or {}),
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _LIBRARIES},
        },
    }


def _read_beside(setting: Assessment) -> Iterator[str]:
    """Yield what is read beside the exports: another one gives another publication."""
    named = [setting.organisation.file, setting.actions]
    for wave in setting.waves:
        named += [wave.mapping, wave.definition, wave.comments]
    yield from dict.fromkeys(filter(None, named))


def _fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file, or of all the files in a folder together.

    Names in a folder are left out: people give them.
    """
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    inside = sorted(_fingerprint(file) for file in path.rglob("*") if file.is_file())
    return hashlib.sha256("".join(inside).encode()).hexdigest()
