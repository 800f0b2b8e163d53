"""A workbook that holds a definition, checked as an archive before it is opened."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from diagnose.errors import ResponseError
from diagnose.responses.problems import refuse

MOST_UNPACKED_BYTES = 100_000_000
MOST_RATIO = 200
MOST_PARTS = 1_000
_SMALL = 5_000_000
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)


def check_workbook(content: bytes, name: str) -> None:
    """Refuse an archive that is no workbook, unpacks to too much or declares entities.

    Raises
    ------
    ResponseError
        For each of these reasons, and when the archive is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if "xl/workbook.xml" not in {part.filename.lower() for part in parts}:
                raise refuse("R144", name)
            _check_sizes(parts, len(content), name)
            for part in parts:
                _check_part(archive, part, name)
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
        raise refuse("R012", name) from error


def _check_sizes(parts: list[zipfile.ZipInfo], size: int, name: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed_too_well = unpacked > _SMALL and unpacked > MOST_RATIO * size
    if unpacked > MOST_UNPACKED_BYTES or packed_too_well or len(parts) > MOST_PARTS:
        raise refuse("R013", name, unpacked=unpacked, limit=MOST_UNPACKED_BYTES)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    if not part.filename.lower().endswith((".xml", ".rels")):
        return
    with archive.open(part) as file:
        content = file.read(part.file_size + 1)
    # Without its zero bytes: XML may be written in UTF-16.
    if _DECLARATION.search(content.replace(b"\x00", b"")):
        raise refuse("R145", name)
