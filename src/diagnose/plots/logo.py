"""Pictures that come from outside: only what draws, never what runs or calls home."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from diagnose.errors import Problem

MOST_BYTES = 1_000_000
MOST_PIXELS = 16_000_000
"""Of a PNG; a file of a few kilobytes can claim to be far larger than memory."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
_DRAWS = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "switch", "image"),
        *("title", "desc", "metadata", "style"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("text", "tspan", "textPath", "clipPath", "mask", "marker", "pattern"),
        *("linearGradient", "radialGradient", "stop", "filter", "feBlend", "feOffset"),
        *("feColorMatrix", "feComposite", "feFlood", "feGaussianBlur", "feMerge"),
        "feMergeNode",
    )
)
_RASTER = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]*")
_OUTSIDE = re.compile(
    r"url\((?!\s*['\"]?#)|@|\\|//|image\(|image-set|src\(|expression|javascript:",
    re.IGNORECASE,
)
_DECLARED = re.compile(r"\A\s*<\?xml\s[^>]*\?>")


def check_logo(content: bytes, kind: str, *, place: str = "logo") -> list[Problem]:
    """Return what is wrong with a logo.

    Parameters
    ----------
    content : bytes
        Of the file; empty for no logo.
    kind : str
        ``png`` or ``svg``; empty without a logo.
    place : str
        Where it stands, for the problems.

    Returns
    -------
    list of Problem
        ``A048`` when it is no picture of its kind or holds anything that runs or is
        fetched, ``A049`` when it is too large.
    """
    if not content and not kind:
        return []
    if len(content) > MOST_BYTES:
        size = f"is {len(content) / MOST_BYTES:.1f} MB"
        return [_problem("A049", place, size, "at most 1 MB", "save it smaller")]
    if kind == "png":
        return list(_check_png(content, place))
    if kind == "svg":
        return list(_check_svg(content, place))
    fact = f"is of the kind {kind!r}"
    return [_problem("A048", place, fact, "'png' or 'svg'", "save it as one of these")]


def _problem(code: str, place: str, fact: str, allowed: str, remedy: str) -> Problem:
    return Problem(code=code, place=place, message=fact, allowed=allowed, remedy=remedy)


def _check_png(content: bytes, place: str) -> Iterator[Problem]:
    remedy = "open it in a drawing program and save it as PNG again"
    whole = content.startswith(_SIGNATURE) and _is_whole(content)
    if not whole:
        yield _problem("A048", place, "is no whole PNG", "a PNG", remedy)
        return
    width, height = struct.unpack(">II", content[16:24])
    if width * height > MOST_PIXELS:
        fact = f"has {width} × {height} pixels"
        allowed = f"at most {MOST_PIXELS // 1_000_000} million pixels"
        yield _problem("A049", place, fact, allowed, "save it smaller")


def _is_whole(content: bytes) -> bool:
    """Tell whether the chunks run from the header to the end, each unbroken."""
    at, names = len(_SIGNATURE), []
    while at + 12 <= len(content):
        (size,) = struct.unpack(">I", content[at : at + 4])
        body = content[at + 4 : at + 8 + size]
        check = content[at + 8 + size : at + 12 + size]
        if len(check) < 4 or zlib.crc32(body) != struct.unpack(">I", check)[0]:
            return False
        names.append((body[:4], size))
        at += 12 + size
    ends = bool(names) and names[0] == (b"IHDR", 13) and names[-1] == (b"IEND", 0)
    return ends and at == len(content) and any(name == b"IDAT" for name, _ in names)


def _check_svg(content: bytes, place: str) -> Iterator[Problem]:
    remedy = "save it as plain SVG, with texts as paths, or as PNG"
    facts = dict.fromkeys(_svg_faults(content))
    for fact in facts:
        yield _problem("A048", place, fact, "an SVG that only draws", remedy)


def _svg_faults(content: bytes) -> Iterator[str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield "is not written in UTF-8"
        return
    body = _DECLARED.sub("", text)
    # Before it is read: entities can grow without end, and instructions fetch files.
    if "<!DOCTYPE" in body or "<!ENTITY" in body or "<?" in body:
        yield "holds a document type or an instruction to programs"
        return
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError):
        yield "is no well-formed XML"
        return
    if root.tag != f"{_SVG}svg":
        yield "is no SVG"
        return
    for element in root.iter():
        yield from _element_faults(element)


def _element_faults(element: ElementTree.Element) -> Iterator[str]:
    name = str(element.tag)
    if not name.startswith(_SVG) or name.removeprefix(_SVG) not in _DRAWS:
        yield f"holds an element <{name.rpartition('}')[2]}>"
    if name == f"{_SVG}style" and _OUTSIDE.search("".join(element.itertext())):
        yield "holds a style that refers to something outside"
    for key, value in element.attrib.items():
        plain = key.rpartition("}")[2].lower()
        if plain.startswith("on"):
            yield f"holds a script, in {plain!r}"
        elif plain in ("href", "src"):
            if not _stays_inside(value):
                yield f"refers to something outside, in {plain!r}"
        elif _OUTSIDE.search(value):
            yield f"refers to something outside, in {plain!r}"


def _stays_inside(value: str) -> bool:
    return value.startswith("#") or _RASTER.fullmatch(value) is not None
