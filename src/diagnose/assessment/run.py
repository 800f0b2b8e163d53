"""Every step of an assessment, in order: read, diagnose, publish, write."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from diagnose.assessment.config import Assessment, WaveFile, load_assessment
from diagnose.assessment.link_key import read_link_key
from diagnose.assessment.organisation import (
    check_units,
    read_head_counts,
    unit_paths,
)
from diagnose.errors import (
    AssessmentError,
    MissingDependencyError,
    Problem,
    ResponseError,
)
from diagnose.language import Language

if TYPE_CHECKING:
    import pandas as pd

    from diagnose.disclosure import Publication
    from diagnose.instrument import Instrument
    from diagnose.responses import Responses

Progress = Callable[[str], None]
Format = Literal["html", "xlsx"]
OUTPUT = "output"
_LIBRARIES = ("diagnose", "numpy", "pandas", "pingouin", "scipy", "statsmodels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run wrote.

    Attributes
    ----------
    files : tuple of Path
        Files in the output folder, the report first.
    handbook : Path or None
        Start page of the handbook; None when it was not asked for, or when its
        sources are not there.
    publication : Publication
        What all of them show.
    """

    files: tuple[Path, ...]
    handbook: Path | None
    publication: Publication


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

    setting = _setting(assessment)
    instrument = instrument_of(setting)
    head_counts = read_head_counts(setting)
    ordered = sorted(setting.waves, key=lambda wave: wave.date)
    parts: list[Responses] = []
    problems: list[Problem] = []
    for wave in ordered:
        _say(progress, f"read {wave.file}")
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


def publish_assessment(
    assessment: Assessment | str | Path, *, progress: Progress | None = None
) -> Publication:
    """Read, score, diagnose and publish an assessment.

    Raises
    ------
    DiagnoseError
        Something in the folder must be repaired first; the message says what.
    """
    from diagnose.diagnosis import diagnose
    from diagnose.disclosure import Thresholds, publish
    from diagnose.instrument.screen import read_screen

    setting = _setting(assessment)
    responses = read_assessment(setting, progress=progress)
    diagnosis = diagnose(
        responses,
        screen=read_screen(setting.screen, responses.instrument),
        conf_level=setting.conf_level,
        progress=progress,
    )
    thresholds = setting.thresholds or responses.instrument.reporting
    _say(progress, "publish")
    return publish(
        diagnosis,
        thresholds=Thresholds(**thresholds.model_dump()),
        title=setting.titles,
        provenance=_provenance(setting, responses),
    )


def run_assessment(
    folder: str | Path,
    *,
    languages: Sequence[Language] | None = None,
    formats: Sequence[Format] = ("html", "xlsx"),
    handbook: bool = True,
    progress: Progress | None = None,
) -> Outcome:
    """Take every step for one folder and write its output.

    Parameters
    ----------
    folder : str or Path
        The assessment folder.
    languages : sequence of str, optional
        Languages of the reports; those of ``assessment.yaml`` by default. The first
        one is written to ``output/``, each further one to ``output/<language>/``.
    formats : sequence of str
        Kinds of report to write.
    handbook : bool
        Whether to build the client's edition of the handbook as well; passed over
        when its sources are not installed.
    progress : callable, optional
        Called with a line of text before each step.

    Returns
    -------
    Outcome
        The files that were written, and the publication they show.
    """
    from diagnose.report import check_output, write_report

    setting = load_assessment(folder)
    speak = tuple(languages or setting.languages)
    apart = ("handbook", *setting.languages, *speak)
    check_output(setting.folder / OUTPUT, apart=apart)
    publication = publish_assessment(setting, progress=progress)
    output = setting.folder / OUTPUT
    files: list[Path] = []
    for language in speak:
        where = output if language == speak[0] else output / language
        _say(progress, f"write {language}")
        files += write_report(publication, where, formats=formats, language=language)
    book = _handbook(setting, output, progress) if handbook else None
    return Outcome(files=tuple(files), handbook=book, publication=publication)


def _handbook(
    setting: Assessment, output: Path, progress: Progress | None
) -> Path | None:
    from diagnose.handbook import build_handbook, find_book

    target = output / "handbook"
    try:
        find_book()
    except MissingDependencyError:
        _say(progress, "no_handbook")
        return None
    build_handbook(
        target, project=setting.folder, title=setting.titles, progress=progress
    )
    return target / "index.html"


def _setting(assessment: Assessment | str | Path) -> Assessment:
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


def _say(progress: Progress | None, line: str) -> None:
    if progress is not None:
        progress(line)
