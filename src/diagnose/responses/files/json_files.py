"""A folder or a zip archive of JSON files, such as one file a respondent."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath

from diagnose.errors import Problem, ResponseError
from diagnose.responses.files.json_records import records, table_of
from diagnose.responses.files.source import ZIP, Source
from diagnose.responses.files.strict_json import MOST_JSON_BYTES
from diagnose.responses.files.tabular import Table
from diagnose.responses.problems import problem, refuse

MOST_FILES = 200_000
MOST_FOLDER_BYTES = 4 * MOST_JSON_BYTES
MOST_RATIO = 200
_AGAIN = re.compile(r"(.*?) ?\((\d{1,4})\)\.json$", re.IGNORECASE | re.DOTALL)
_SMALL = 1_000_000
"""Unpacked bytes below which a strongly packed archive harms nobody."""


def read_folder(path: str | Path) -> Table:
    """Return the responses in all ``*.json`` files of a folder as one table.

    Files are sorted by name, ``a (2).json`` behind ``a.json``. Folders inside the
    folder are not entered. Every file must be right, as a file left out would be a
    person left out.

    Raises
    ------
    ResponseError
        The folder holds no JSON file, holds too much, or some files cannot be read:
        all of those at once, by name.
    """
    folder = Path(path)
    try:
        files = sorted(
            (f for f in folder.iterdir() if _counts(f.name) and f.is_file()),
            key=lambda file: _order(file.name),
        )
        sizes = [file.stat().st_size for file in files]
    except OSError as error:
        raise refuse("R015", folder.name, detail=error.strerror or "") from error
    if not files:
        raise refuse("R140", folder.name)
    _check_amount(folder.name, len(files), sum(sizes))
    return _together(folder.name, ((file.name, file.read_bytes) for file in files))


def is_json_archive(source: Source) -> bool:
    """Tell whether a file is a zip archive that holds JSON files and no workbook."""
    if not source.start.startswith(ZIP) or source.size > MOST_FOLDER_BYTES:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    parts = [PurePosixPath(name).name for name in names]
    return "[Content_Types].xml" not in names and any(map(_counts, parts))


def read_archive(source: Source) -> Table:
    """Return the responses in all JSON files of a zip archive as one table.

    Raises
    ------
    ResponseError
        As in `read_folder`; or the archive is damaged, has a password, unpacks to
        too much, or has one file name twice.
    """
    name = source.name
    if source.size > MOST_FOLDER_BYTES:
        raise refuse("R003", name, size=source.size, limit=MOST_FOLDER_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            parts = sorted(
                (part for part in archive.infolist() if _is_json(part)),
                key=lambda part: _order(part.filename),
            )
            _check_archive(name, parts, source.size)
            files = [(part.filename, _unpacker(archive, part)) for part in parts]
            return _together(name, files)
    except ResponseError:
        raise
    except (
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
    ) as error:
        raise refuse("R141", name) from error


def _is_json(part: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(part.filename)
    return (
        _counts(path.name)
        and path.parts[0] != "__MACOSX"
        and not part.filename.endswith("/")
    )


def _check_archive(name: str, parts: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive by what its directory says, before anything is unpacked."""
    if not parts:
        raise refuse("R140", name)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > _SMALL and unpacked > MOST_RATIO * size:
        raise refuse("R013", name, unpacked=unpacked, limit=MOST_FOLDER_BYTES)
    _check_amount(name, len(parts), unpacked)
    if len({part.filename for part in parts}) < len(parts):
        raise refuse("R141", name)


def _unpacker(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Callable[[], bytes]:
    def unpack() -> bytes:
        with archive.open(part) as file:
            # The directory may lie about the size; no more than it says is unpacked.
            content = file.read(part.file_size + 1)
        if len(content) != part.file_size:
            raise zipfile.BadZipFile
        return content

    return unpack


def _counts(name: str) -> bool:
    """Tell whether a file is one of responses; ``._x.json`` is a shadow of macOS."""
    return name.lower().endswith(".json") and not name.startswith(".")


def _order(name: str) -> tuple[str, int, str]:
    """Return what sorts files; a browser calls what it saves again ``a (1).json``.

    Of a response that was saved twice the last one counts, so it must come last.
    """
    found = _AGAIN.match(name)
    return (found[1], int(found[2]), name) if found else (name[:-5], 0, name)


def _check_amount(name: str, n_files: int, size: int) -> None:
    if n_files > MOST_FILES:
        raise refuse("R137", name, limit=MOST_FILES)
    if size > MOST_FOLDER_BYTES:
        raise refuse("R003", name, size=size, limit=MOST_FOLDER_BYTES)


def _together(name: str, files: Iterable[tuple[str, Callable[[], bytes]]]) -> Table:
    rows: list[Mapping[str, object]] = []
    whole = hashlib.sha256()
    problems: list[Problem] = []
    for file, read in files:
        place = f"{name}/{file}"
        try:
            content = read()
            rows += records(content, place)
            digest = hashlib.sha256(content).hexdigest()
            whole.update(f"{file}\0{digest}\n".encode())
        except ResponseError as error:
            problems += error.problems
        except OSError as error:
            problems.append(problem("R015", place, detail=error.strerror or ""))
    if problems:
        raise ResponseError(problems)
    return table_of(rows, name=name, sha256=whole.hexdigest())
