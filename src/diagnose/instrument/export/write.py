"""Every file of one way out: each form, in one file or one a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath

from diagnose.errors import InstrumentError
from diagnose.instrument.export.build import build_survey, check_forms
from diagnose.instrument.export.codebook_files import codebook_files
from diagnose.instrument.export.details import FieldingDetails
from diagnose.instrument.export.target import Target
from diagnose.instrument.export.targets import CODEBOOK, TARGET_NAMES, TARGETS
from diagnose.instrument.model import Instrument, Reporting
from diagnose.instrument.units import Path
from diagnose.language.problems import worded_problem


def export_survey(
    instrument: Instrument,
    target: str,
    *,
    forms: Sequence[str] = (),
    languages: Sequence[str] = (),
    details: FieldingDetails | None = None,
    units: Sequence[Path] = (),
    reporting: Reporting | None = None,
) -> dict[str, bytes]:
    """Return the files with which a survey is set up in one tool.

    Parameters
    ----------
    instrument : Instrument
        With item texts.
    target : str
        One of `TARGET_NAMES`, such as ``"limesurvey"``.
    forms : sequence of str
        Forms to export; all when empty.
    languages : sequence of str
        Languages, the base language first; all when empty. Where the tool takes one
        language a file, there is one file for each.
    details : FieldingDetails, optional
        Names, order and extra questions; neutral words without it.
    units : sequence of tuple of str
        Smallest units, names from large to small, for the question where someone
        works; not asked when empty.
    reporting : Reporting, optional
        Smallest groups that will be shown, which respondents are told; those of the
        instrument without it.

    Returns
    -------
    dict of str to bytes
        File name to content; the same input gives the same bytes.

    Raises
    ------
    InstrumentError
        There is no such target, form or language, the tool cannot do what `details`
        ask, or it does not accept the survey.
    """
    details = details or FieldingDetails()
    names = tuple(dict.fromkeys(languages or instrument.languages))
    check_forms(instrument, forms, names)
    files: dict[str, bytes] = {}
    if target == CODEBOOK:
        for language in names:
            files.update(codebook_files(instrument, language, instrument.id))
        return files
    chosen = _target(target, details)
    for form in dict.fromkeys(forms or instrument.forms):
        for group in [names] if chosen.multilingual else [(one,) for one in names]:
            survey = build_survey(
                instrument,
                form,
                group,
                details=details,
                units=units,
                reporting=reporting,
                recorded=chosen.records,
            )
            files.update(chosen.write(survey))
    return files


def _target(name: str, details: FieldingDetails) -> Target:
    values: dict[str, object] = {"given": name, "allowed": TARGET_NAMES}
    if name not in TARGETS:
        raise InstrumentError([worded_problem("fielding", "F001", "--to", values)])
    target = TARGETS[name]
    if details.order == "random" and not target.random:
        able = tuple(key for key, one in TARGETS.items() if one.random)
        values = {"target": name, "able": able}
        raise InstrumentError([worded_problem("fielding", "F005", "order", values)])
    return target


def write_survey(files: Mapping[str, bytes], folder: str | FilePath) -> list[FilePath]:
    """Write the files of a way out into a folder, each whole or not at all.

    Raises
    ------
    InstrumentError
        A file of that name is there with another content; nothing is overwritten.
    """
    base = FilePath(folder)
    taken = [
        name
        for name, content in files.items()
        if (base / name).exists() and (base / name).read_bytes() != content
    ]
    if taken:
        raise InstrumentError(
            [worded_problem("fielding", "F012", str(base / name), {}) for name in taken]
        )
    base.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        draft = base / f".{name}.part"
        draft.write_bytes(content)
        draft.replace(base / name)
    return [base / name for name in files]
