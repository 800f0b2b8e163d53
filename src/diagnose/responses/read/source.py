"""From a path to bytes, refusing what is certainly not an export."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from diagnose.responses.problems import refuse

MOST_TEXT_BYTES = 200_000_000
MOST_WORKBOOK_BYTES = 20_000_000
ZIP = b"PK\x03\x04"
_OTHER_KINDS = {
    b"%PDF": "pdf",
    b"\xd0\xcf\x11\xe0": "xls",
    b"\x1f\x8b": "gzip",
    b"$FL2": "sav",
    b"$FL3": "sav",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The bytes of one file.

    Attributes
    ----------
    name : str
        File name without its folder, the place in every message.
    content : bytes
        What the file holds.
    sha256 : str
        Hash of `content`, hexadecimal.
    """

    name: str
    content: bytes
    sha256: str

    @property
    def is_workbook(self) -> bool:
        """Tell whether the content, whatever the name says, is a zip archive."""
        return self.content.startswith(ZIP)


def read_source(path: str | Path) -> Source:
    """Read the bytes of an export.

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
        size = file.stat().st_size
        if size > MOST_TEXT_BYTES:
            raise refuse("R003", file.name, size=size, limit=MOST_TEXT_BYTES)
        content = file.read_bytes()
    except OSError as error:
        raise refuse("R015", file.name, detail=error.strerror or "") from error
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise refuse("R005", file.name)
    for start, kind in _OTHER_KINDS.items():
        if content.startswith(start):
            raise refuse("R004", file.name, kind=kind)
    sha256 = hashlib.sha256(content).hexdigest()
    return Source(name=file.name, content=content, sha256=sha256)


def _refuse_absent(file: Path) -> None:
    if file.is_dir():
        raise refuse("R002", str(file))
    if not file.exists():
        others = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
        near = get_close_matches(file.name, others, n=1)
        raise refuse("R016" if near else "R001", str(file), near="".join(near))
