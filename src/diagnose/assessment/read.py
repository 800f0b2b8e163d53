"""The exports of an assessment, read into one `Responses`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.assessment.config import Assessment, WaveFile, load_assessment
from diagnose.assessment.link_key import read_link_key
from diagnose.assessment.organisation import (
    check_units,
    read_head_counts,
    unit_paths,
)
from diagnose.errors import AssessmentError, Problem, ResponseError

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.instrument import Instrument
    from diagnose.responses import Responses

Progress = Callable[[str], None]


def project_folder() -> Path:
    """Return the assessment folder that notebooks show.

    It is the folder named in ``DIAGNOSE_PROJECT``, else the synthetic example that
    comes with the package.
    """
    named = os.environ.get("DIAGNOSE_PROJECT")
    if named:
        return Path(named)
    package = Path(str(resources.files("diagnose")))
    for base in (package / "surveys", package.parents[1] / "surveys"):
        if (base / "example").is_dir():
            return base / "example"
    raise AssessmentError(
        [
            Problem(
                code="A004",
                place="surveys/example",
                message="is not installed",
                remedy="name an assessment folder in DIAGNOSE_PROJECT",
            )
        ]
    )


def read_assessment(
    assessment: Assessment | str | Path, *, progress: Progress | None = None
) -> Responses:
    """Read every export of an assessment into one `Responses`.

    Parameters
    ----------
    assessment : Assessment, str or Path
        The assessment, or its folder.
    progress : callable, optional
        Called with a line of text before each file.

    Raises
    ------
    AssessmentError, InstrumentError, ResponseError
        Something named is missing or cannot be read.
    """
    from diagnose.responses import combine_waves

    setting = opened(assessment)
    instrument = instrument_of(setting)
    head_counts = read_head_counts(setting)
    ordered = sorted(setting.waves, key=lambda wave: wave.date)
    parts: list[Responses] = []
    problems: list[Problem] = []
    for wave in ordered:
        if progress is not None:
            progress(f"read {wave.file}")
        try:
            parts.append(_read_wave(setting, wave, instrument, head_counts))
        except ResponseError as error:
            problems.extend(error.problems)
    if problems:
        raise ResponseError(problems)
    _refuse_twins(parts)
    combined = replace(combine_waves(parts), waves=setting.wave_labels)
    if head_counts is not None:
        check_units(combined, head_counts, file=str(setting.organisation.file))
    return replace(combined, head_counts=head_counts)


def opened(assessment: Assessment | str | Path) -> Assessment:
    """Return an assessment, read from its folder unless it has been."""
    if isinstance(assessment, Assessment):
        return assessment
    return load_assessment(assessment)


def instrument_of(setting: Assessment) -> Instrument:
    """Load the instrument: a folder beside ``assessment.yaml``, or one of the kit's.

    Raises
    ------
    InstrumentError
        There is no such instrument, or it cannot be used.
    """
    from diagnose.instrument import load_instrument

    own = setting.folder / setting.instrument
    return load_instrument(own if own.exists() else setting.instrument)


def _refuse_twins(parts: Sequence[Responses]) -> None:
    """Raise when two exports are the same file: their people would count twice."""
    seen: dict[str, str] = {}
    problems = []
    for part in parts:
        report = part.report
        if report.sha256 in seen:
            problems.append(
                Problem(
                    code="A009",
                    place=report.source,
                    message=f"has the same content as {seen[report.sha256]}",
                    allowed="every export once",
                    remedy="put the right export there",
                )
            )
        seen[report.sha256] = report.source
    if problems:
        raise AssessmentError(problems)


def _read_wave(
    setting: Assessment,
    wave: WaveFile,
    instrument: Instrument,
    head_counts: pd.DataFrame | None,
) -> Responses:
    from diagnose.responses import read_responses

    def beside(name: str | None) -> Path | None:
        return setting.folder / name if name else None

    responses = read_responses(
        setting.folder / wave.file,
        instrument,
        mapping=beside(wave.mapping),
        platform=wave.platform,
        definition=beside(wave.definition),
        units=unit_paths(head_counts),
        wave=wave.label,
        partials=setting.partials,
        trials=setting.trials,
        duplicates=setting.duplicates,
        levels=setting.organisation.levels,
        link_key=read_link_key(setting),
    )
    if wave.role:
        responses = replace(responses, people=responses.people.assign(role=wave.role))
    return responses
