"""Write simulated answers the way a platform would."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from diagnose._options import check_option
from diagnose.responses.model import Responses
from diagnose.simulation.export.files import write_whole
from diagnose.simulation.export.forms import GOOGLE_FORMS, MICROSOFT_FORMS
from diagnose.simulation.export.kobo import KOBO, ODK
from diagnose.simulation.export.limesurvey import LIMESURVEY
from diagnose.simulation.export.look import Content, Look, Wording
from diagnose.simulation.export.qualtrics import QUALTRICS, QUALTRICS_LEGACY
from diagnose.simulation.export.redcap import REDCAP
from diagnose.simulation.export.settings import (
    Answers,
    ExportLanguage,
    ExportSettings,
    Heading,
)
from diagnose.simulation.export.surveyjs import OFFLINE, SURVEYJS
from diagnose.simulation.export.surveymonkey import SURVEYMONKEY
from diagnose.simulation.export.tables import PLAIN, SPSS
from diagnose.simulation.export.wave import build_wave

LookName = Literal[
    "limesurvey",
    "qualtrics",
    "qualtrics-legacy",
    "surveymonkey",
    "microsoft-forms",
    "google-forms",
    "kobo",
    "odk",
    "redcap",
    "surveyjs",
    "offline",
    "spss",
    "plain",
]
LOOKS: dict[str, Look] = {
    "limesurvey": LIMESURVEY,
    "qualtrics": QUALTRICS,
    "qualtrics-legacy": QUALTRICS_LEGACY,
    "surveymonkey": SURVEYMONKEY,
    "microsoft-forms": MICROSOFT_FORMS,
    "google-forms": GOOGLE_FORMS,
    "kobo": KOBO,
    "odk": ODK,
    "redcap": REDCAP,
    "surveyjs": SURVEYJS,
    "offline": OFFLINE,
    "spss": SPSS,
    "plain": PLAIN,
}
"""Name to look, in the order of the names."""


def write_export(
    responses: Responses,
    path: str | Path,
    *,
    platform: LookName,
    language: ExportLanguage,
    answers: Answers | None = None,
    heading: Heading | None = None,
    settings: ExportSettings | None = None,
    **changes: Any,
) -> Path:
    """Write one wave of responses as a platform writes its export of answers.

    Headings, metadata, separators, quotation marks, line ends, header rows and dates
    are the platform's. Columns that nobody may keep, such as an address, hold a
    constant that is nobody's. Reading the file gives the same answers.

    Parameters
    ----------
    responses : Responses
        Answers of one wave.
    path : str or Path
        File to write, whole or not at all; an existing file is replaced. The suffix
        says which kind: CSV or XLSX for ``surveymonkey``, ``google-forms`` and
        ``kobo``, Parquet too for ``plain``; ``.xlsx`` for ``microsoft-forms``,
        ``.json`` for ``surveyjs``, ``.sav`` for ``spss``; without a suffix ``offline``
        becomes a new folder with a file for each respondent.
    platform : str
        ``limesurvey``, ``qualtrics`` (three header rows), ``qualtrics-legacy`` (two),
        ``surveymonkey``, ``microsoft-forms``, ``google-forms``, ``kobo``, ``odk`` (as
        ODK Central writes it), ``redcap``, ``surveyjs``, ``offline`` (the
        self-contained questionnaire), ``spss`` or ``plain``.
    language : {"en", "nl"}
        Language of labels and wordings.
    answers : {"codes", "labels"}, optional
        Whether answers are written as codes or in words; labels where the platform
        can. On platforms that know numbers only, codes are those of `numbers_of`.
    heading : {"code", "em", "full", "code-and-text"}, optional
        How questions are called; the platform's first way when absent. LimeSurvey has
        all four, ``plain`` and ``kobo`` codes and full texts; elsewhere there is no
        choice. In REDCap headings follow the answers.
    settings : ExportSettings, optional
        What else is written: partial rows, previews, units, link codes, edition, seed.
    **changes
        Fields of `ExportSettings` that replace those of `settings`.

    Returns
    -------
    Path
        The file or folder written; the same bytes each time.

    Raises
    ------
    ValueError
        An unknown option, something that this platform does not write, or responses
        of more than one wave.
    FileExistsError
        The folder to write is there already and holds something.
    """
    check_option("platform", platform, LookName)
    check_option("language", language, ExportLanguage)
    look = LOOKS[platform]
    wording = _wording(platform, Path(path), answers, heading)
    chosen = replace(settings or ExportSettings(), **changes)
    for kind, n in (("partial", chosen.n_partial), ("preview", chosen.n_preview)):
        if n and kind not in look.tells:
            raise ValueError(
                f"`n_{kind}` must be 0: exports of {platform} do not mark such rows."
            )
    wave = build_wave(responses, language, chosen)
    return _write(Path(path), look.write(wave, wording))


def write_limesurvey_csv(
    responses: Responses,
    path: str | Path,
    *,
    language: ExportLanguage,
    answers: Answers = "codes",
    heading: Heading = "code",
    **changes: Any,
) -> Path:
    """Write one wave of responses as a CSV export of an anonymised LimeSurvey survey.

    As `write_export` with ``platform="limesurvey"``, but with answers as codes and
    headings such as ``v[v1]`` unless asked otherwise.

    Parameters
    ----------
    responses, path, language, answers, heading, **changes
        As in `write_export`.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        An unknown option, or responses of more than one wave.
    """
    return write_export(
        responses,
        path,
        platform="limesurvey",
        language=language,
        answers=answers,
        heading=heading,
        **changes,
    )


def _wording(
    platform: LookName, path: Path, answers: Answers | None, heading: Heading | None
) -> Wording:
    look = LOOKS[platform]
    usual: Answers = "labels" if "labels" in look.answers else "codes"
    wording = Wording(
        answers=answers or usual,
        heading=heading or look.headings[0],
        kind=path.suffix.lower(),
    )
    if answers is not None:
        check_option("answers", answers, Answers)
    if heading is not None:
        check_option("heading", heading, Heading)
    _check_can(platform, "answers", wording.answers, look.answers)
    _check_can(platform, "heading", wording.heading, look.headings)
    _check_can(platform, "suffix of the file", wording.kind, look.kinds)
    return wording


def _check_can(platform: str, name: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        listed = ", ".join(repr(option) for option in allowed)
        raise ValueError(
            f"for {platform} the {name} must be one of {listed}; got {value!r}."
        )


def _write(path: Path, content: Content) -> Path:
    if isinstance(content, bytes):
        return write_whole(path, content)
    if path.exists() and any(path.iterdir()):
        raise FileExistsError(f"{path} is there already, and is not empty.")
    for name, part in content.items():
        write_whole(path / name, part)
    return path
