"""Reader of presentations and documents: slides, notes, charts, properties."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from diagnose.disclosure.files.attributes import read_attributes
from diagnose.disclosure.files.markup import parse_xml
from diagnose.disclosure.files.model import Found, TextKind
from diagnose.disclosure.files.picture import printable_words

_DRAWN = frozenset({".emf", ".wmf", ".fntdata", ".ttf"})
"""Fonts and drawings of a client's template."""
_PRINTER = re.compile(r"printerSettings\d*\.bin")
_END = b"PK\x05\x06"
_END_SIZE = 22
_EDITION = re.compile(r"\d{1,2}\.0000")
"""How a program writes its own version in the properties of a file."""


def read_office(content: bytes, name: str, place: str, found: Found) -> None:
    """Read every part of a presentation or a document, with the files inside it."""
    start = len(found.numbers)
    for part, data in unpack(content, place, found).items():
        read_part(data, part, f"{place} {part}", found)
    positions = [n.value for n in found.numbers[start:] if n.kind == "position"]
    # A chart's workbook repeats where its marks stand.
    found.mark_positions(start, positions, ".xlsx!")


def unpack(content: bytes, place: str, found: Found) -> dict[str, bytes]:
    """Return the parts of a packed file by name, and read what is not in them.

    Parameters
    ----------
    content : bytes
        The whole file.
    place : str
        Where it stands.
    found : Found
        What was found so far.

    Raises
    ------
    ValueError
        Something stands before, between or behind the parts, or two have one name: a
        program would see one thing and a reader of the bytes another.
    """
    with zipfile.ZipFile(BytesIO(content)) as pack:
        entries = pack.infolist()
        names = [entry.filename for entry in entries]
        end = content.rfind(_END, 0, len(content) - len(pack.comment))
        whole = end + _END_SIZE + len(pack.comment) == len(content)
        first = min((entry.header_offset for entry in entries), default=0)
        if len(set(names)) < len(names) or first or not whole:
            raise ValueError("not packed as one whole")
        for words in (pack.comment, *(entry.comment for entry in entries)):
            found.text(f"{place} comment", words.decode("utf-8", errors="replace"))
        parts = {n: pack.read(n) for n in sorted(names) if not n.endswith("/")}
    for name in parts:
        found.text(f"{place} name of a part", name, "code")
    return parts


def read_part(content: bytes, part: str, place: str, found: Found) -> None:
    """Read one part of an office file."""
    suffix = PurePosixPath(part).suffix.lower()
    if suffix in (".xml", ".vml") or part.endswith(".rels"):
        _read_xml_part(parse_xml(content), place, found)
    elif suffix in _DRAWN or _PRINTER.fullmatch(PurePosixPath(part).name):
        found.text(place, printable_words(content), "code")
    else:
        found.inner(content, part, place, found)


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def _read_xml_part(root: Any, place: str, found: Found) -> None:
    if local_name(root) == "Relationships":
        for link in root:
            outside = link.get("TargetMode") == "External"
            found.text(place, link.get("Target"), "prose" if outside else "code")
        return
    _read_words(root, place, found)
    for element in (*root.itersiblings(preceding=True), *root.itersiblings()):
        _read_element(element, place, found)
    for element in root.iter():
        _read_element(element, place, found)
    if local_name(root) == "chartSpace":
        for number, series in enumerate(root.iter("{*}ser")):
            _read_series(series, f"{place} ser {number}", found)


def _read_words(root: Any, place: str, found: Found) -> None:
    for number, paragraph in enumerate(_paragraphs(root)):
        kind: TextKind = "heading" if _is_title(paragraph) else "prose"
        found.text(f"{place} paragraph {number}", _words(paragraph), kind)
    for number, row in enumerate(root.iter("{*}tr")):
        found.row(f"{place} row {number}", [_lines(cell) for cell in row.iter("{*}tc")])


def _paragraphs(root: Any) -> Iterator[Any]:
    return root.iter("{*}p")  # type: ignore[no-any-return]


def _words(paragraph: Any) -> str:
    names = {"t": None, "delText": None, "instrText": None, "tab": "\t", "br": "\n"}
    told = []
    for element in paragraph.iter():
        name = local_name(element)
        if name in names:
            told.append(names[name] or element.text or "")
    return "".join(told)


def _is_title(paragraph: Any) -> bool:
    """Tell whether a paragraph is the title of a slide, or a heading of a document."""
    for shape in paragraph.iterancestors("{*}sp"):
        kinds = {holder.get("type") for holder in shape.iter("{*}ph")}
        return not kinds.isdisjoint(("title", "ctrTitle"))
    styles = [style.get(_STYLE, "") for style in paragraph.iter("{*}pStyle")]
    return any(style.startswith(("Heading", "Title")) for style in styles)


_STYLE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}val"


def _lines(cell: Any) -> str:
    return "\n".join(_words(paragraph) for paragraph in _paragraphs(cell))


_IN_PARAGRAPHS = frozenset({"t", "delText", "instrText"})
_IN_SERIES = frozenset({"v"})


def _read_element(element: Any, place: str, found: Found) -> None:
    name = local_name(element)
    if not name:
        found.text(f"{place} comment", element.text)
        return
    if name == "AppVersion" and _EDITION.fullmatch(element.text or ""):
        return
    if name not in _IN_SERIES and not _in_paragraph(element, name):
        found.text(f"{place} {name}", element.text)
    read_attributes(element, name, place, found)


def _in_paragraph(element: Any, name: str) -> bool:
    if name not in _IN_PARAGRAPHS:
        return False
    return any(local_name(above) == "p" for above in element.iterancestors())


def _read_series(series: Any, place: str, found: Found) -> None:
    """Read the numbers of a series, and each one beside the name of its category."""
    names: dict[str, str] = {}
    values: dict[str, list[float]] = {}
    for part in series:
        role = local_name(part)
        kind = "position" if role in ("xVal", "yVal") and _halves(part) else "chart"
        for point in part.iter("{*}pt"):
            text = "".join(v.text or "" for v in point.iter("{*}v"))
            at = point.get("idx", "?")
            where = f"{place} {role} pt {at}"
            if role in ("cat", "tx") and not _is_numeric(point):
                found.text(where, text)
                if role == "cat":
                    names[at] = text
                continue
            number = float(text)
            found.number(where, number, "position" if kind == "position" else "chart")
            if kind == "chart":
                values.setdefault(at, []).append(number)
    for at, numbers in values.items():
        found.row(f"{place} pt {at}", (names.get(at, ""), *numbers))


def _is_numeric(point: Any) -> bool:
    return local_name(point.getparent()) in ("numCache", "numLit")


def _halves(part: Any) -> bool:
    """Tell whether all values are steps of a half: rows to stand on, not results."""
    texts = [v.text or "" for p in part.iter("{*}pt") for v in p.iter("{*}v")]
    return bool(texts) and all((2 * float(text)).is_integer() for text in texts)
