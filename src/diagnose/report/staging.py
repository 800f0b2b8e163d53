"""A folder of files that changes as a whole: the old one stays until the new is ready.

Everything is written into a folder beside the target. When it is complete, the two
change places in one step of the operating system, so that whatever breaks off, and
whenever, the target is either the old folder or the new one.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from diagnose.errors import AssessmentError, Problem
from diagnose.report.output import MANIFEST, digest, manifest_bytes, read_manifest

MARK = ".diagnose-staging"
"""Stands in a folder while it is being made, so that a broken-off one is known."""
_OF_THE_SYSTEM = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Written by file managers: nobody's work."""
_LOCKS = ("~$", ".~lock.")
"""Beginnings of what office programs put beside a file that is open."""


def check_folder(folder: str | Path, *, apart: Sequence[str] = ()) -> None:
    """Raise when a folder holds anything that the program did not write as it is now.

    Parameters
    ----------
    folder : str or Path
        May be absent.
    apart : sequence of str
        Names of folders in it that are checked by whoever writes them.

    Raises
    ------
    AssessmentError
        Everything that is foreign (A010) or was changed (A011), before any work.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise AssessmentError([_problem("A012", target, "is a file", "a folder")])
    if not target.exists():
        return
    known = _known(target, apart)
    problems = [
        problem
        for path in _files(target, apart)
        if (problem := _judge(path, path.relative_to(target.parent), known))
    ]
    if problems:
        raise AssessmentError(problems)


@contextmanager
def staged(folder: str | Path, *, apart: Sequence[str] = ()) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `folder` when the block ends well.

    Parameters
    ----------
    folder : str or Path
        What it will be. May be absent; what is there is gone afterwards.
    apart : sequence of str
        Folders in it that have their own record of who wrote them.

    Raises
    ------
    AssessmentError
        The folder holds something foreign or changed (A010 to A013), or is open in
        another program (A025).
    """
    target = Path(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    _recover(target)
    check_folder(target, apart=apart)
    stage = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    try:
        (stage / MARK).touch()
        stage.chmod(0o755)  # mkdtemp makes folders that only their owner can enter
        yield stage
        found = written_files(stage, apart=apart)
        known = {name: [content] for name, content in found.items()}
        (stage / MANIFEST).write_bytes(manifest_bytes(known))
        # Somebody may have put a file there, or edited one, while this was written.
        check_folder(target, apart=apart)
        (stage / MARK).unlink()
        _exchange(stage, target)
    finally:
        if stage.exists():
            shutil.rmtree(stage, ignore_errors=True)


def written_files(folder: str | Path, *, apart: Sequence[str] = ()) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder, by its path from there."""
    base = Path(folder)
    return {
        path.relative_to(base).as_posix(): digest(path.read_bytes())
        for path in _files(base, apart)
        if path.name != MARK
    }


def _prefix(target: Path) -> str:
    return f".{target.name}-new-"


def _previous(target: Path) -> Path:
    return target.parent / f".{target.name}-previous"


def _recover(target: Path) -> None:
    """Put right what a run that broke off left behind."""
    previous = _previous(target)
    if previous.is_dir():
        if target.exists():
            shutil.rmtree(previous, ignore_errors=True)
        else:
            previous.rename(target)
    for left in target.parent.glob(f"{_prefix(target)}*"):
        # With a manifest: the old folder, whose removal broke off after the exchange.
        if (left / MARK).is_file() or (left / MANIFEST).is_file():
            shutil.rmtree(left, ignore_errors=True)


def _exchange(stage: Path, target: Path) -> None:
    try:
        if not target.exists():
            stage.rename(target)
        elif not _swap(stage, target):
            previous = _previous(target)
            target.rename(previous)
            stage.rename(target)
            shutil.rmtree(previous, ignore_errors=True)
    except PermissionError as error:
        found = _problem("A025", target, "or a file in it is open in another program")
        raise AssessmentError([found]) from error


def _swap(first: Path, second: Path) -> bool:
    """Exchange two folders in one step; tell whether this system can.

    Linux has ``renameat2`` with the flag ``RENAME_EXCHANGE`` (since 3.15), macOS
    ``renamex_np`` with ``RENAME_SWAP`` (since 10.12).
    """
    import ctypes

    names = (os.fsencode(first), os.fsencode(second))
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform.startswith("linux"):
            here = -100  # AT_FDCWD; the names are taken from the working folder
            done = library.renameat2(here, names[0], here, names[1], 2)
        elif sys.platform == "darwin":
            done = library.renamex_np(names[0], names[1], 2)
        else:
            return False
    except (AttributeError, OSError, TypeError):
        return False
    return bool(done == 0)


def _known(target: Path, apart: Sequence[str]) -> dict[Path, list[str]]:
    """Return what the manifests in a folder say, by path from its parent."""
    known: dict[Path, list[str]] = {}
    for manifest in sorted(target.rglob(MANIFEST)):
        where = manifest.parent
        if set(where.relative_to(target).parts[:1]) & set(apart):
            continue
        for name, hashes in read_manifest(where).items():
            known[(where / name).relative_to(target.parent)] = hashes
    return known


def _files(folder: Path, apart: Sequence[str]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        ours = path.name == MANIFEST or path.name in _OF_THE_SYSTEM
        if path.is_file() and inside[0] not in apart and not ours:
            yield path


def _judge(path: Path, name: Path, known: Mapping[Path, list[str]]) -> Problem | None:
    if path.name.startswith(_LOCKS):
        return _problem("A025", path, "says that a file is open in another program")
    if name not in known:
        return _problem("A010", path, "was not written by this program")
    if digest(path.read_bytes()) not in known[name]:
        return _problem("A011", path, "was changed after it was written")
    return None


def _problem(code: str, path: Path, message: str, allowed: str = "") -> Problem:
    return Problem(
        code=code,
        place=f"{path.parent.name}/{path.name}",
        message=message,
        allowed=allowed,
        remedy="close it, and run again"
        if code == "A025"
        else "move it, or name another output folder",
    )
