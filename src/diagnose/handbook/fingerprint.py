"""A hash of everything a handbook is made from, to tell whether it is out of date."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

from diagnose.language import Text

_NOT_SOURCES = {"output", "ledger.json", "__pycache__", "_build"}
"""What the program makes; whatever begins with a dot is no source either."""
_LIBRARIES = (
    "jupyter-book",
    "pandas",
    "numpy",
    "statsmodels",
    "pingouin",
    "matplotlib",
)


def fingerprint(
    root: Path,
    sources: Sequence[str],
    *,
    project: Path | None,
    title: Text | None,
) -> str:
    """Return a hash over the sources, the project's input and the library versions."""
    digest = hashlib.sha256()
    for name in _LIBRARIES:
        digest.update(f"{name}={metadata.version(name)}\n".encode())
    digest.update(json.dumps(dict(title or {}), sort_keys=True).encode())
    for base in (*(root / source for source in sources), *_folder(project)):
        for path in _files(base):
            digest.update(f"{path.relative_to(base.parent)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _folder(project: Path | None) -> Iterable[Path]:
    return () if project is None else (project.resolve(),)


def _files(base: Path) -> Iterator[Path]:
    if base.is_file():
        yield base
        return
    for path in sorted(base.rglob("*")):
        inside = path.relative_to(base).parts
        made = set(inside) & _NOT_SOURCES or any(p.startswith(".") for p in inside)
        if path.is_file() and not made and path.suffix != ".mo":
            yield path
