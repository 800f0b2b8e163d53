"""Readers of pictures: the texts that travel with the pixels."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from diagnose.disclosure.files.model import Found

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_WORDS = re.compile(rb"[\x20-\x7e]{4,}")
_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00){4,}")
_PIXELS = frozenset({"IHDR", "PLTE", "IDAT", "IEND", "tRNS"})


def printable_words(content: bytes) -> str:
    """Return what in a binary content can be read as words, on separate lines.

    Parameters
    ----------
    content : bytes
        Of any kind; letters of one byte and of two are found.
    """
    narrow = _WORDS.findall(content)
    wide = _WIDE.findall(content)
    return b"\n".join((*narrow, *(word[::2] for word in wide))).decode("ascii")


def read_png(content: bytes, name: str, place: str, found: Found) -> None:
    """Read the text chunks of a PNG, and what stands behind its end."""
    if not content.startswith(_SIGNATURE):
        raise ValueError("not a PNG")
    for kind, data in _chunks(content):
        if kind in ("tEXt", "zTXt", "iTXt", "eXIf", "after"):
            found.text(f"{place} {kind}", _chunk_text(kind, data))
        elif kind not in _PIXELS:
            found.text(f"{place} {kind}", printable_words(data), "code")


def _chunks(content: bytes) -> Iterator[tuple[str, bytes]]:
    at = len(_SIGNATURE)
    while at + 12 <= len(content):
        (size,) = struct.unpack(">I", content[at : at + 4])
        kind = content[at + 4 : at + 8].decode("latin-1")
        yield kind, content[at + 8 : at + 8 + size]
        at += 12 + size
        if kind == "IEND":
            break
    yield "after", content[at:]


def _chunk_text(kind: str, data: bytes) -> str:
    if kind == "tEXt":
        return data.decode("latin-1").replace("\0", " ")
    if kind == "zTXt":
        key, packed = data.split(b"\0", 1)
        return (
            f"{key.decode('latin-1')} {zlib.decompress(packed[1:]).decode('latin-1')}"
        )
    if kind == "iTXt":
        key, rest = data.split(b"\0", 1)
        language, translated, text = rest[2:].split(b"\0", 2)
        plain = zlib.decompress(text) if rest[0] else text
        return b" ".join((key, language, translated, plain)).decode("utf-8")
    return b" ".join(_WORDS.findall(data)).decode("ascii")


def read_jpeg(content: bytes, name: str, place: str, found: Found) -> None:
    """Read the printable parts of a JPEG's comments and application segments."""
    if not content.startswith(b"\xff\xd8"):
        raise ValueError("not a JPEG")
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        (size,) = struct.unpack(">H", content[at + 2 : at + 4])
        if marker == 0xDA:  # from here to the mark of the end there are only pixels
            _, _, after = content[at:].partition(b"\xff\xd9")
            found.text(f"{place} after", printable_words(after))
            break
        if 0xE0 <= marker <= 0xEF or marker == 0xFE:
            words = _WORDS.findall(content[at + 4 : at + 2 + size])
            found.text(f"{place} segment {marker:X}", b" ".join(words).decode("ascii"))
        at += 2 + size
