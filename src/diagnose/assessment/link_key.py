"""The client's key for link codes: read from a file that is no part of the assessment.

Without the key nobody can try codes against the hashes; when it is destroyed, waves
can no longer be linked.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.errors import AssessmentError
from diagnose.language.problems import worded_problem

if TYPE_CHECKING:
    from diagnose.assessment.config import Assessment

FEWEST_SIGNS = 16
"""A shorter key could be found by trying."""


def read_link_key(setting: Assessment) -> str | None:
    """Return the client's key, None when the assessment names no file.

    Parameters
    ----------
    setting : Assessment
        Its ``link_key`` is a path, relative to its folder or absolute.

    Raises
    ------
    AssessmentError
        There is no such file, it lies inside the folder that is handed on, or the key
        is too short.
    """
    if setting.link_key is None:
        return None
    base = setting.folder.resolve()
    path = _place(base, setting.link_key)
    code, key = "", ""
    if path is not None and path.is_relative_to(base):
        code = "A020"
    elif path is None or not path.is_file():
        code = "A019"
    else:
        key = _signs(path.read_bytes())
        code = "A021" if len(key) < FEWEST_SIGNS else ""
    if code:
        values = {"name": setting.link_key, "n": FEWEST_SIGNS}
        problem = worded_problem("organisation", code, "link_key", values)
        raise AssessmentError([problem])
    return key


def _place(base: Path, name: str) -> Path | None:
    """Return where a name leads, None when it can be no path at all."""
    try:
        return (base / Path(name).expanduser()).resolve()
    except (RuntimeError, ValueError):  # an unknown home folder, or a NUL sign
        return None


def _signs(content: bytes) -> str:
    """Return a key as text; bytes that are no UTF-8 stay apart from each other."""
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return content.strip().decode("latin-1")
