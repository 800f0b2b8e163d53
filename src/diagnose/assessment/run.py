"""Every step of an assessment, in order, into an output folder that changes whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose._options import check_option
from diagnose.assessment.branding import read_house_style
from diagnose.assessment.config import Assessment, load_assessment
from diagnose.assessment.publish import Prepared, prepare_assessment
from diagnose.assessment.search import search_output
from diagnose.errors import MissingDependencyError
from diagnose.language import Language

if TYPE_CHECKING:
    from diagnose.disclosure import Publication
    from diagnose.plots.style import HouseStyle
    from diagnose.report.write import Format

Progress = Callable[[str], None]
OUTPUT = "output"
HANDBOOK = "handbook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run wrote.

    Attributes
    ----------
    folder : Path
        The output folder.
    files : tuple of Path
        Files in it, the report first.
    handbook : Path or None
        Start page of the handbook; None when it was not asked for, or when its
        sources are not there.
    publication : Publication
        What all of them show.
    """

    folder: Path
    files: tuple[Path, ...]
    handbook: Path | None
    publication: Publication


def run_assessment(
    folder: str | Path,
    *,
    languages: Sequence[Language] | None = None,
    formats: Sequence[Format] | None = None,
    teams: bool = True,
    handbook: bool = True,
    progress: Progress | None = None,
) -> Outcome:
    """Take every step for one folder and write its output.

    Everything is written beside the output folder and searched for what may not be
    shown; only then does it take the place of what was there, as a whole.

    Parameters
    ----------
    folder : str or Path
        The assessment folder.
    languages : sequence of str, optional
        Languages of the reports; those of ``assessment.yaml`` by default. The first
        one is written to ``output/``, each further one to ``output/<language>/``.
    formats : sequence of str, optional
        Kinds of report to write; all by default.
    teams : bool
        Whether to write a folder for every unit as well.
    handbook : bool
        Whether to build the client's edition of the handbook as well; passed over
        when its sources are not installed.
    progress : callable, optional
        Called with a line of text before each step.

    Returns
    -------
    Outcome
        The files that were written, and the publication they show.

    Raises
    ------
    TypeError, ValueError
        A format or language that is not known.
    DiagnoseError
        Something in the folder must be repaired first, or a file holds what may not
        be shown; nothing was changed.
    """
    from diagnose.report import FORMATS, staged
    from diagnose.report.write import check_formats

    setting = load_assessment(folder)
    style = read_house_style(setting)
    output = setting.folder / OUTPUT
    asked = FORMATS if formats is None else formats
    check_formats(asked)
    speak = tuple(dict.fromkeys(languages or setting.languages))
    for language in speak:
        check_option("languages", language, Language)
    with staged(output, apart=(HANDBOOK,)) as stage:
        prepared = prepare_assessment(setting, progress=progress)
        names: list[str] = []
        for language in speak:
            _say(progress, f"write {language}")
            base = "" if language == speak[0] else f"{language}/"
            for name, content in _files(
                prepared, asked, language, style, teams=teams, progress=progress
            ):
                _save(stage / f"{base}{name}", content)
                names.append(f"{base}{name}")
        book = _handbook(
            setting,
            stage,
            output,
            publication=prepared.publication if handbook else None,
            progress=progress,
        )
        _say(progress, "search")
        names += _searched(stage, prepared, speak, style)
    return Outcome(
        folder=output,
        files=tuple(output / name for name in names),
        handbook=output / HANDBOOK / "index.html" if book else None,
        publication=prepared.publication,
    )


def _files(
    prepared: Prepared,
    formats: Sequence[Format],
    language: Language,
    style: HouseStyle,
    *,
    teams: bool,
    progress: Progress | None,
) -> Iterator[tuple[str, bytes]]:
    from diagnose.report import render_outputs, render_packs

    publication = prepared.publication
    yield from render_outputs(
        publication, formats=formats, language=language, style=style, progress=progress
    )
    if teams:
        yield from render_packs(
            publication,
            language=language,
            formats=formats,
            style=style,
            progress=progress,
        )


def _searched(
    stage: Path, prepared: Prepared, languages: Sequence[Language], style: HouseStyle
) -> list[str]:
    """Search all files, and write what the works council reads about it."""
    from diagnose.disclosure.files import check_files
    from diagnose.report import render_council

    publication, secrets = prepared.publication, prepared.secrets
    audit = search_output(stage, prepared, handbook=HANDBOOK)
    names = []
    for language in languages:
        base = "" if language == languages[0] else f"{language}/"
        for name, content in render_council(
            publication,
            audit,
            language=language,
            style=style,
            ledger=prepared.ledger,
        ):
            _save(stage / f"{base}{name}", content)
            names.append(f"{base}{name}")
    check_files([stage / name for name in names], publication, secrets=secrets)
    return names


def _handbook(
    setting: Assessment,
    stage: Path,
    output: Path,
    *,
    publication: Publication | None,
    progress: Progress | None,
) -> bool:
    """Put the handbook into the new output: the old one where it still holds."""
    from diagnose.handbook import build_handbook, find_book, is_current

    target, old = stage / HANDBOOK, output / HANDBOOK
    try:
        find_book()
    except MissingDependencyError:
        if publication is not None:
            _say(progress, "no_handbook")
        return False
    folder, titles = setting.folder, setting.titles
    if is_current(old, project=folder, title=titles):
        shutil.copytree(old, target)
        return True
    if publication is None:  # no new one is wanted
        return False
    build_handbook(
        target,
        project=folder,
        title=titles,
        publication=publication,
        progress=progress,
    )
    return True


def _save(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _say(progress: Progress | None, line: str) -> None:
    if progress is not None:
        progress(line)
