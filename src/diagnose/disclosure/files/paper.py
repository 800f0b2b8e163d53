"""Reader of PDF files: pages, properties, text alternatives, strings, attachments."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any

from diagnose.disclosure.files.markup import parse_xml
from diagnose.disclosure.files.model import Found
from diagnose.disclosure.files.office import local_name
from diagnose.disclosure.files.picture import printable_words

_STREAM = re.compile(rb">>\s*stream\r?\n")
_LITERAL = re.compile(rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)", re.DOTALL)
_HEX = re.compile(rb"(?<!<)<([0-9A-Fa-f\s]{8,})>(?!>)")
_ESCAPE = re.compile(rb"\\([nrtbf()\\]|[0-7]{1,3}|\r?\n)")
_OTHER_WORDS = re.compile(rb"[\x20-\x7e\n\r\t]+")
_NO_WORDS = frozenset({"PDFVersion", "DocumentID", "InstanceID"})
_SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def read_pdf(content: bytes, name: str, place: str, found: Found) -> None:
    """Read everything in a PDF that is text, and the files attached to it."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(content)
    except PdfiumError as error:
        raise ValueError("not a PDF") from error
    try:
        _read_document(document, place, found)
        n_attached = document.count_attachments()
    finally:
        document.close()
    _read_streams(content, n_attached, place, found)
    for text in sorted(set(_strings(content))):
        found.text(f"{place} object", text)
    for packet in _packets(content):
        for element in parse_xml(packet).iter():
            if local_name(element) not in _NO_WORDS:
                found.text(f"{place} XMP", element.text)


def _read_document(document: Any, place: str, found: Found) -> None:
    for number, page in enumerate(document, start=1):
        words = page.get_textpage()
        text = words.get_text_range()
        words.close()
        page.close()
        where = f"{place} page {number}"
        for line in text.splitlines():
            found.text(where, line)
        # What is sought may run over lines; tables have no sentences to tell apart.
        found.text(f"{where} as a whole", " ".join(text.split()), "script")
    for key, value in document.get_metadata_dict(skip_empty=True).items():
        found.text(f"{place} {key}", value)
    for bookmark in document.get_toc():
        found.text(f"{place} bookmark", bookmark.get_title(), "heading")
    for number in range(document.count_attachments()):
        attached = document.get_attachment(number)
        name = attached.get_name()
        found.text(f"{place} attachment", name)
        found.inner(bytes(attached.get_data()), name, f"{place} {name}", found)


def _read_streams(content: bytes, n_attached: int, place: str, found: Found) -> None:
    """Read programs and other words in streams, and what stands between objects."""
    n_files = 0
    for head, start, end in _streams(content):
        n_files += b"/EmbeddedFile" in head
        data = _unpacked(head, content[start:end])
        if _OTHER_WORDS.fullmatch(data):
            found.text(f"{place} stream", data.decode("ascii"), "code")
            for text in sorted(set(_strings(data))):
                found.text(f"{place} stream", text, "code")
    if n_files > n_attached:
        found.fail(f"{place} attached to a page", broken=False)
    bare = _between(content).replace(b"%%EOF", b"%%EOF\n")
    words = printable_words(_NAME_SIGN.sub(_named_sign, bare))
    found.text(f"{place} between streams", words, "code")


_NAME_SIGN = re.compile(rb"#([0-9A-Fa-f]{2})")


def _named_sign(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def _strings(content: bytes) -> Iterator[str]:
    """Yield the strings of all objects: alternatives, titles, notes, annotations."""
    plain = _between(content)
    for literal in _LITERAL.findall(plain):
        yield from _told(_ESCAPE.sub(_sign, literal[1:-1]))
    for digits in _HEX.findall(plain):
        packed = b"".join(digits.split())
        yield from _told(
            bytes.fromhex(packed.decode("ascii") + "0" * (len(packed) % 2))
        )


def _between(content: bytes) -> bytes:
    """Return the objects of a PDF without their streams, also objects in streams."""
    bare = bytearray()
    at = 0
    for head, start, end in _streams(content):
        bare += content[at:start]
        at = end
        if b"/ObjStm" in head:
            bare += b"\n" + _unpacked(head, content[start:end])
    bare += content[at:]
    return bytes(bare)


def _streams(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the dictionary of each stream, and where its data start and end."""
    at = 0
    while match := _STREAM.search(content, at):
        head = content.rfind(b" obj", at, match.start())
        end = content.find(b"endstream", match.end())
        at = end if end >= 0 else len(content)
        yield content[max(head, 0) : match.end()], match.end(), at


def _unpacked(head: bytes, data: bytes) -> bytes:
    if b"/FlateDecode" not in head:
        return data
    return zlib.decompressobj().decompress(data)


def _sign(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code[:1].isdigit():
        return bytes([int(code, 8) & 255])
    return _SIGNS.get(code, b"" if code.endswith(b"\n") else code)


def _told(raw: bytes) -> Iterator[str]:
    """Yield a string that holds words: hashes and names of glyphs do not."""
    if raw.startswith(b"\xfe\xff"):
        text = raw[2:].decode("utf-16-be", errors="replace")
    elif raw.startswith(b"\xef\xbb\xbf"):
        text = raw[3:].decode("utf-8", errors="replace")
    else:
        text = raw.decode("latin-1")
    if text.isprintable() or all(c.isprintable() or c.isspace() for c in text):
        yield text


def _packets(content: bytes) -> Iterator[bytes]:
    for head, start, end in _streams(content):
        if b"/Metadata" not in head and b"/XML" not in head:
            continue
        data = _unpacked(head, content[start:end])
        if b"<x:xmpmeta" in data:
            begin = data.index(b"<x:xmpmeta")
            close = data.index(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")
            yield data[begin:close]
