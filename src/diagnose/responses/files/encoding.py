"""Which encoding the text of a file has, and its content as UTF-8 in pieces."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from diagnose.responses.files.source import Source
from diagnose.responses.problems import refuse

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BYTES_OF_BOM = 3
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x19\x1b-\x1f]")
_MARKUP = re.compile(r"\s*<(!doctype|html|table|\?xml|head|body|div|script)\b", re.I)


class NotUtf8Error(Exception):
    """A file without a mark is not UTF-8 and may be Windows-1252."""


def marked_encoding(source: Source) -> str:
    """Return the encoding that the byte-order mark tells, UTF-8 without one."""
    start = source.start
    return next((name for mark, name in _BOMS if start.startswith(mark)), "utf-8")


def utf8_chunks(source: Source, encoding: str) -> Iterator[bytes]:
    """Yield the content as UTF-8 without its mark, checked, in pieces.

    Raises
    ------
    NotUtf8Error
        There is no mark, and the first letter outside ASCII is no UTF-8. A file of
        which some letters are UTF-8 and others not is refused instead: whichever
        encoding were taken, names of units would be wrong.
    ResponseError
        The bytes have no meaning in the encoding, or hold a NUL.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    is_utf8 = encoding.startswith("utf-8")
    skip = _BYTES_OF_BOM if encoding == "utf-8-sig" else 0
    letters = False
    try:
        for raw in source.chunks():
            if is_utf8 and raw.isascii() and not decoder.getstate()[0]:
                chunk = raw
            else:
                text = decoder.decode(raw)
                letters = letters or not text.isascii()
                chunk = raw if is_utf8 else text.encode("utf-8")
            yield _without_nul(chunk[skip:] if skip else chunk, source.name)
            skip = max(0, skip - len(chunk))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            letters = letters or not error.object[: error.start].isascii()
        raise _undecodable(encoding, letters, source.name) from None


def _without_nul(chunk: bytes, name: str) -> bytes:
    if b"\x00" in chunk:
        raise refuse("R009", name)
    return chunk


def _undecodable(encoding: str, letters: bool, name: str) -> Exception:
    if encoding == "cp1252":
        return refuse("R004", name, kind="binary")
    if encoding == "utf-8":
        return refuse("R104", name) if letters else NotUtf8Error()
    shown = "UTF-16" if encoding == "utf-16" else "UTF-8"
    return refuse("R103", name, encoding=shown)


def refuse_other_text(start: bytes, encoding: str, name: str) -> None:
    """Refuse what its first bytes show to be a web page or no text at all.

    Raises
    ------
    ResponseError
        One problem says which.
    """
    codec = "utf-16" if encoding == "utf-16" else "latin-1"
    text = start.removeprefix(codecs.BOM_UTF8).decode(codec, errors="replace")
    markup = _MARKUP.match(text)
    if markup:
        kind = "xml" if markup[1].casefold() == "?xml" else "html"
        raise refuse("R004", name, kind=kind)
    if len(_CONTROL.findall(text)) > len(text) / 200:
        raise refuse("R004", name, kind="binary")
