"""One function a command: call the package, print what came out."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.cli.terminal import progress, say, show_table, show_text
from diagnose.errors import AssessmentError, Problem
from diagnose.language import Language

if TYPE_CHECKING:
    from diagnose.assessment import Outcome
    from diagnose.disclosure import Publication

_FOLDED = ("teams", "figures")
"""Folders of which the files are counted and not listed."""


def run_init(chosen: Namespace) -> int:
    """Make a new assessment folder."""
    from diagnose.assessment import create_assessment

    path = create_assessment(
        chosen.folder, instrument=chosen.instrument, language=chosen.language
    )
    say("init.done", chosen.language, path=path, folder=chosen.folder)
    return 0


def run_run(chosen: Namespace) -> int:
    """Take every step for one assessment folder."""
    from diagnose.assessment import run_assessment

    with progress(chosen.speak) as step:
        outcome = run_assessment(
            chosen.folder,
            languages=chosen.language,
            teams=not chosen.no_teams,
            handbook=not chosen.no_handbook,
            progress=step,
        )
    say("run.done", chosen.speak, title=outcome.publication.title[chosen.speak])
    _show_files(outcome)
    if outcome.handbook:
        show_text(f"  {outcome.handbook}")
    say("run.findings", chosen.speak, n=len(outcome.publication.findings))
    return 0


def run_report(chosen: Namespace) -> int:
    """Write the reports of one assessment folder, without the handbook."""
    from diagnose.assessment import run_assessment
    from diagnose.report import FORMATS

    with progress(chosen.speak) as step:
        outcome = run_assessment(
            chosen.folder,
            languages=chosen.language,
            formats=chosen.formats or FORMATS,
            teams=chosen.teams,
            handbook=False,
            progress=step,
        )
    _show_files(outcome)
    return 0


def _show_files(outcome: Outcome) -> None:
    """Print each file, and a folder of many as one line."""
    shown: dict[Path, int] = {}
    for path in outcome.files:
        inside = path.relative_to(outcome.folder).parts
        folders = [n for n, part in enumerate(inside) if part in _FOLDED]
        kept = inside[: folders[0] + 1] if folders else inside
        place = outcome.folder.joinpath(*kept)
        shown[place] = shown.get(place, 0) + 1
    for place, n in shown.items():
        show_text(f"  {place}" if n == 1 else f"  {place}  ({n})")


def run_release(chosen: Namespace) -> int:
    """Record that the output was given to the client, or take a record back."""
    from diagnose.cli import released

    return released.run(chosen)


def run_check(chosen: Namespace) -> int:
    """Show what an export or an assessment holds, and what must be resolved."""
    from diagnose.cli import intake

    return intake.check(chosen)


def run_comments(chosen: Namespace) -> int:
    """Write the open answers apart, for a person to go through."""
    from diagnose.cli import intake

    return intake.comments(chosen)


def run_score(chosen: Namespace) -> int:
    """Print means and reliability of every subscale, as far as they may be shown."""
    from diagnose.assessment import is_assessment, publish_assessment
    from diagnose.cli.intake import read_source
    from diagnose.diagnosis import diagnose
    from diagnose.disclosure import publish

    if is_assessment(chosen.source):
        publication = publish_assessment(chosen.source)
    else:
        publication = publish(diagnose(read_source(chosen)))
    _show_profile(publication, chosen.language)
    say("score.status", chosen.language, status=_status(publication, chosen.language))
    return 0


def run_handbook(chosen: Namespace) -> int:
    """Build the handbook, general or for one client."""
    from diagnose.assessment import build_client_handbook, build_public_handbook

    languages: Sequence[Language] = chosen.language or ("en", "nl")
    with progress(chosen.speak) as step:
        if chosen.folder:
            page, new = build_client_handbook(
                chosen.folder,
                chosen.output,
                languages=languages,
                formats=chosen.formats,
                progress=step,
            )
        else:
            page, new = build_public_handbook(
                chosen.output,
                languages=languages,
                formats=chosen.formats,
                progress=step,
            )
    say("handbook.done" if new else "handbook.current", chosen.speak, path=page)
    return 0


def run_survey(chosen: Namespace) -> int:
    """List, show or check instruments; write a survey for any tool."""
    from diagnose.cli import survey

    return survey.run(chosen)


def run_plan(chosen: Namespace) -> int:
    """Say what numbers of people and teams can show, or how many a wish needs."""
    from diagnose.cli import plan

    return plan.run(chosen)


def run_simulate(chosen: Namespace) -> int:
    """Write an assessment folder with a synthetic organisation in it."""
    from diagnose.instrument import load_instrument
    from diagnose.simulation import write_synthetic_assessment

    folder = Path(chosen.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AssessmentError(
            [
                Problem(
                    code="A005",
                    place=str(folder),
                    message="holds something already",
                    allowed="a new or empty folder",
                )
            ]
        )
    write_synthetic_assessment(
        folder,
        load_instrument(chosen.instrument),
        n_teams=chosen.teams,
        seed=chosen.seed,
    )
    say("simulate.done", chosen.language, folder=folder)
    return 0


def _show_profile(publication: Publication, language: Language) -> None:
    from diagnose.report import report_table

    for name in ("profile-floor", "reliability"):
        frame = report_table(publication, name, language=language)
        rows = [tuple(map(str, row)) for row in frame.itertuples()]
        show_table([str(head) for head in (frame.columns.name, *frame.columns)], rows)


def _status(publication: Publication, language: Language) -> str:
    status = publication.instrument.status
    return status.get(language, next(iter(status.values())))
