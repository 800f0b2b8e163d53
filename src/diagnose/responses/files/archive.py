"""The parts of an XLSX file, looked at before anything interprets them.

Names and content types are those of ECMA-376 (Office Open XML), part 2 and part 1,
https://ecma-international.org/publications-and-standards/standards/ecma-376/.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat

from diagnose.responses.files.source import MOST_WORKBOOK_BYTES, Source
from diagnose.responses.problems import refuse

MOST_UNPACKED_BYTES = 200_000_000
MOST_RATIO = 100
MOST_PARTS = 2_000
_MOST_PLAN_BYTES = 5_000_000
_PIECE = 1 << 20
_ENCRYPTED = 0x1
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    expat.ExpatError,
)
_MACROS = re.compile(rb"macroEnabled|ms-excel\.sheet\.binary|macrosheet|vbaProject")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A workbook of which every part was unpacked once and looked at.

    Attributes
    ----------
    name : str
        File name.
    content : bytes
        The archive.
    """

    name: str
    content: bytes

    def part(self, path: str) -> bytes:
        """Return one part, empty when there is none."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            known = {n.lstrip("/").lower(): n for n in archive.namelist()}
            found = known.get(path.lstrip("/").lower())
            return archive.read(found) if found else b""

    def sheet(self, name: str) -> bytes:
        """Return the part of the sheet called `name`, empty when there is none."""
        plan = self.part("xl/workbook.xml")
        ids = [
            element.get(_RELATION) or element.get(_STRICT_RELATION)
            for element in self._elements(plan, "sheet")
            if element.get("name") == name
        ]
        targets = [
            element.get("Target", "")
            for element in self._elements(
                self.part("xl/_rels/workbook.xml.rels"), "Relationship"
            )
            if ids and element.get("Id") == ids[0]
        ]
        if not targets:
            return b""
        target = targets[0]
        return self.part(target if target.startswith("/") else f"xl/{target}")

    def _elements(self, part: bytes, tag: str) -> Iterator[ElementTree.Element]:
        if len(part) > _MOST_PLAN_BYTES:
            raise refuse("R012", self.name)
        try:
            tree = ElementTree.fromstring(part)  # holds no entities: looked at before
        except ElementTree.ParseError:
            raise refuse("R012", self.name) from None
        yield from (e for e in tree.iter() if e.tag.rpartition("}")[2] == tag)


def open_archive(source: Source) -> Archive:
    """Return a workbook that is safe to interpret.

    Raises
    ------
    ResponseError
        It is too large or too strongly packed, damaged, encrypted, no workbook, holds
        macros, links to other files, or declares entities.
    """
    if source.size > MOST_WORKBOOK_BYTES:
        raise refuse("R003", source.name, size=source.size, limit=MOST_WORKBOOK_BYTES)
    content, name = source.content, source.name
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_directory(parts, len(content), name)
            for part in parts:
                _check_part(archive, part, name)
    except _DAMAGES as error:
        if hasattr(error, "problems"):
            raise
        raise refuse("R012", name) from None
    return Archive(name=name, content=content)


def _check_directory(parts: list[zipfile.ZipInfo], size: int, name: str) -> None:
    """Refuse an archive by what its directory says, before anything is unpacked."""
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(size, 1):
        raise refuse("R013", name, unpacked=unpacked, limit=MOST_UNPACKED_BYTES)
    if len(parts) > MOST_PARTS:
        raise refuse("R107", name, n=len(parts), limit=MOST_PARTS)
    names = [part.filename.lower().replace("\\", "/").lstrip("/") for part in parts]
    if any("vbaproject" in path or "macrosheets/" in path for path in names):
        raise refuse("R011", name)
    if "xl/workbook.bin" in names:
        raise refuse("R011", name)
    if "xl/workbook.xml" not in names:
        raise refuse("R004", name, kind="zip")
    if any(path.startswith("xl/externallinks/") for path in names):
        raise refuse("R014", name)
    if len(set(names)) < len(names) or any(p.flag_bits & _ENCRYPTED for p in parts):
        raise refuse("R012", name)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    """Unpack a part piece by piece, which also proves its size and check sum."""
    path = part.filename.lower()
    parser = _strict_parser(name) if path.endswith((".xml", ".rels")) else None
    tail = b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            if parser is not None:
                if not tail and piece.startswith(_WIDE):
                    raise refuse("R108", name)  # what follows looks for plain letters
                parser.Parse(piece, False)
            _check_words(tail + piece, name, path)
            tail = piece[-40:]
    if parser is not None:
        parser.Parse(b"", True)


def _strict_parser(name: str) -> expat.XMLParserType:
    """Return a parser that refuses declarations; the library itself overlooks much."""

    def declared(*_: object) -> None:
        raise refuse("R108", name)

    def opened(_: str, encoding: str | None, __: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "us-ascii"):
            raise refuse("R108", name)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.XmlDeclHandler = opened
    return parser


def _check_words(piece: bytes, name: str, path: str) -> None:
    if path == "[content_types].xml" and _MACROS.search(piece):
        raise refuse("R011", name)
    if path == "xl/_rels/workbook.xml.rels" and b"/externalLink" in piece:
        raise refuse("R014", name)
