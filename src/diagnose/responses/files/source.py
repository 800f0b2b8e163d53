"""From a path to bytes on demand, refusing what is certainly not an export."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from diagnose.responses.problems import refuse

MOST_TEXT_BYTES = 4_000_000_000
"""Text is never held whole, so its limit is one of patience: 3.5 million respondents
with 45 answers in words, read in half a minute."""

MOST_WORKBOOK_BYTES = 20_000_000
CHUNK_BYTES = 1 << 20
_START_BYTES = 1024
ZIP = b"PK\x03\x04"
PARQUET = b"PAR1"
_BLANK = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"
_OTHER_KINDS = {
    b"%PDF": "pdf",
    b"\xd0\xcf\x11\xe0": "xls",
    b"\x1f\x8b": "gzip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file, of which the bytes are read when they are asked for.

    Attributes
    ----------
    name : str
        File name without its folder, the place in every message.
    path : Path or None
        Where the bytes are, unless they are `held`.
    held : bytes
        The bytes themselves, for what never was a file.
    stamp : tuple of int
        Size and time of change of the file when it was first looked at.
    """

    name: str
    path: Path | None = None
    held: bytes = b""
    stamp: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, name: str, content: bytes) -> Source:
        """Return bytes in memory as a source."""
        return cls(name=name, held=content, stamp=(len(content), 0))

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self.stamp[0]

    @property
    def start(self) -> bytes:
        """The first bytes, enough to recognise any kind of file."""
        start = b""
        for chunk in self.chunks():
            start += chunk[:_START_BYTES]
            if len(start) >= _START_BYTES:
                break
        return start

    @property
    def content(self) -> bytes:
        """All bytes at once; for kinds of files with a limit of their own."""
        return b"".join(self.chunks())

    @property
    def sha256(self) -> str:
        """Hash of the bytes, hexadecimal."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in pieces of `CHUNK_BYTES`.

        Raises
        ------
        ResponseError
            The file cannot be read, or is no longer the one that was looked at.
        """
        try:
            with self._open() as stream:
                if self.path is not None and _stamp(self.path) != self.stamp:
                    raise refuse("R106", self.name)
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except OSError as error:
            raise refuse("R015", self.name, detail=error.strerror or "") from error

    def _open(self) -> BinaryIO:
        if self.path is None:
            return io.BytesIO(self.held)
        return self.path.open("rb", buffering=0)  # pieces are large already

    @property
    def is_workbook(self) -> bool:
        """Tell whether the content, whatever the name says, is a zip archive."""
        return self.start.startswith(ZIP)

    @property
    def is_parquet(self) -> bool:
        """Tell whether the content, whatever the name says, is a parquet file."""
        return self.start.startswith(PARQUET)


def read_source(path: str | Path) -> Source:
    """Look at an export; its bytes are read later.

    Raises
    ------
    ResponseError
        There is no such file, it is a folder, too large, empty, or of a kind that
        holds no table.
    """
    file = Path(path)
    _refuse_absent(file)
    if file.suffix.lower() in (".xlsm", ".xlsb", ".xltm"):
        raise refuse("R011", file.name)
    try:
        source = Source(name=file.name, path=file, stamp=_stamp(file))
    except OSError as error:
        raise refuse("R015", file.name, detail=error.strerror or "") from error
    if source.size > MOST_TEXT_BYTES:
        raise refuse("R003", file.name, size=source.size, limit=MOST_TEXT_BYTES)
    if not any(chunk.strip(_BLANK) for chunk in source.chunks()):
        raise refuse("R005", file.name)
    for start, kind in _OTHER_KINDS.items():
        if source.start.startswith(start):
            raise refuse("R004", file.name, kind=kind)
    return source


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns


def _refuse_absent(file: Path) -> None:
    try:
        if file.is_dir():
            raise refuse("R002", str(file))
        if file.is_file():
            return
        beside = file.parent.iterdir() if file.parent.is_dir() else iter(())
        near = get_close_matches(file.name, [other.name for other in beside], n=1)
    except OSError as error:
        raise refuse("R015", str(file), detail=error.strerror or "") from error
    raise refuse("R016" if near else "R001", str(file), near="".join(near))
