"""Files written whole or not at all, and never over what the program did not write."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from diagnose.errors import AssessmentError, Problem

MANIFEST = ".diagnose-output.json"
"""Lists what the program wrote in a folder, with the hash of each file."""


def write_outputs(folder: str | Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files into one folder: all of them, or none when one is in the way.

    A file that exists is replaced only when the manifest of the folder says that this
    program wrote it and its content is still what was written.

    Parameters
    ----------
    folder : str or Path
        Made when it does not exist.
    contents : mapping of str to bytes
        File name to content.

    Returns
    -------
    list of Path
        The files, in the order given.

    Raises
    ------
    AssessmentError
        Every file that stands in the way (A010 to A013).
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise AssessmentError([_not_a_folder(target)])
    known = read_manifest(target)
    problems = list(_find_obstacles(target, contents, known))
    if problems:
        raise AssessmentError(problems)
    target.mkdir(parents=True, exist_ok=True)
    fresh = {name: [digest(content)] for name, content in contents.items()}
    # Named beforehand as well: should the run break off between two files, the next
    # one still recognises both the old and the new ones as its own.
    both = {name: known.get(name, []) + fresh[name] for name in fresh}
    replace_file(target / MANIFEST, manifest_bytes(known | both))
    for name, content in contents.items():
        replace_file(target / name, content)
    replace_file(target / MANIFEST, manifest_bytes(known | fresh))
    return [target / name for name in contents]


def digest(content: bytes) -> str:
    """Return the SHA-256 of some content."""
    return hashlib.sha256(content).hexdigest()


def _find_obstacles(
    folder: Path, contents: Mapping[str, bytes], known: Mapping[str, list[str]]
) -> Iterator[Problem]:
    for name, content in contents.items():
        path = folder / name
        if path.is_dir():
            yield _problem("A012", path, "is a folder", "a file, or nothing")
        elif path.exists():
            found = digest(path.read_bytes())
            if found == digest(content) or found in known.get(name, []):
                continue
            if name in known:
                yield _problem("A011", path, "was changed after it was written")
            else:
                yield _problem("A010", path, "was not written by this program")


def _problem(code: str, path: Path, message: str, allowed: str = "") -> Problem:
    return Problem(
        code=code,
        place=f"{path.parent.name}/{path.name}",
        message=message,
        allowed=allowed,
        remedy="move it, or name another output folder",
    )


def _not_a_folder(path: Path) -> Problem:
    return _problem("A012", path, "is a file", "a folder, or nothing")


def read_manifest(folder: Path) -> dict[str, list[str]]:
    """Return the hashes of each file that the manifest of a folder lists."""
    path = folder / MANIFEST
    if not path.exists():
        return {}
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {str(name): [str(h) for h in hashes] for name, hashes in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = _problem("A013", path, "is not a manifest of this program")
        raise AssessmentError([found]) from error


def manifest_bytes(files: Mapping[str, list[str]]) -> bytes:
    """Return a manifest as it is written."""
    content = {"program": "diagnose", "files": dict(sorted(files.items()))}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the file, then rename: a reader never meets half a file."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(0o644)  # mkstemp makes files that only their owner can read
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
