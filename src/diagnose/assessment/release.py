"""What reached the client: recorded, so that no later report gives somebody away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.assessment.config import load_assessment
from diagnose.assessment.publish import LEDGER, publish_assessment
from diagnose.assessment.run import HANDBOOK, OUTPUT
from diagnose.errors import AssessmentError, Problem

if TYPE_CHECKING:
    from diagnose.disclosure import Ledger

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A release in the ledger.

    Attributes
    ----------
    number : int
        Of the release.
    wave : str
        Its wave.
    n_files : int
        Files that go to the client.
    new : bool
        False when it stood there already.
    """

    number: int
    wave: str
    n_files: int
    new: bool


def release_assessment(
    folder: str | Path, *, progress: Progress | None = None
) -> Recorded:
    """Record that the output of an assessment was given to the client.

    Until then it is a draft. From then on `run_assessment` refuses a publication whose
    difference with this one would tell about a few people.

    Parameters
    ----------
    folder : str or Path
        The assessment folder; its output must be what the folder gives now.
    progress : callable, optional
        Called with a line of text before each step.

    Raises
    ------
    AssessmentError
        There is no output (A035), or it was changed or made of something else (A010,
        A011, A036).
    DisclosureError
        An earlier release stands in the way.
    """
    from diagnose.disclosure import extend_ledger, ledger_bytes, read_ledger
    from diagnose.report import check_folder, written_files
    from diagnose.report.provenance import provenance_bytes

    setting = load_assessment(folder)
    output = setting.folder / OUTPUT
    check_folder(output, apart=(HANDBOOK,))
    record = output / "provenance.json"
    if not record.is_file():
        raise AssessmentError([_problem("A035", output, "holds no report")])
    publication = publish_assessment(setting, progress=progress)
    if record.read_bytes() != provenance_bytes(publication):
        told = "was made of other files, settings or versions than are there now"
        raise AssessmentError([_problem("A036", output, told)])
    place = setting.folder / LEDGER
    before = read_ledger(place)
    files = written_files(output, apart=(HANDBOOK,))
    after = extend_ledger(before, publication, files)
    if after is not before:
        _replace(place, ledger_bytes(after))
    own = after.standing[-1]
    return Recorded(
        number=own.number,
        wave=own.wave,
        n_files=len(files),
        new=after is not before,
    )


def released(folder: str | Path) -> Ledger:
    """Return what was released of an assessment."""
    from diagnose.disclosure import read_ledger

    return read_ledger(load_assessment(folder).folder / LEDGER)


def withdraw_assessment(folder: str | Path, number: int, reason: str) -> None:
    """Take a release back that reached nobody.

    Raises
    ------
    DisclosureError
        There is no such release, or no reason is given (D029).
    """
    from diagnose.disclosure import ledger_bytes, read_ledger, withdraw_release

    place = load_assessment(folder).folder / LEDGER
    after = withdraw_release(read_ledger(place), number, reason)
    _replace(place, ledger_bytes(after))


def _replace(path: Path, content: bytes) -> None:
    from diagnose.report.output import replace_file

    replace_file(path, content)


def _problem(code: str, path: Path, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"{path.parent.name}/{path.name}",
        message=message,
        remedy=f"run `diagnose run {path.parent.name}` first",
    )
