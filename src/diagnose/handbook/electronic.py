"""The EPUB of an edition: that of Sphinx, made valid, and without what nobody reads."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

_XHTML = "http://www.w3.org/1999/xhtml"
_KEPT = frozenset({".css", ".png", ".svg", ".jpg", ".jpeg", ".gif"})
"""Kinds of file that a page can show; scripts and typefaces stay out."""
_DATE = (2020, 1, 1, 0, 0, 0)
_CASED = (
    *("viewBox", "preserveAspectRatio", "clipPath", "clipPathUnits", "linearGradient"),
    *("radialGradient", "gradientUnits", "gradientTransform", "textLength"),
    *("lengthAdjust", "patternUnits", "markerWidth", "markerHeight", "refX", "refY"),
    *("startOffset", "spreadMethod", "stdDeviation", "tableValues", "textPath"),
)
_PROPER = {name.lower(): name for name in _CASED}
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta"})


def write_epub(made: Path, target: Path) -> None:
    """Write an EPUB in which every page is well formed and nothing is to be run.

    Readers of e-books show XML and leave out a page that is none; outputs of notebooks
    are HTML. Folds are open, since many readers cannot open them.

    Parameters
    ----------
    made : Path
        The EPUB that Sphinx made.
    target : Path
        Where the final one goes.
    """
    with zipfile.ZipFile(made) as pack:
        parts = {name: pack.read(name) for name in pack.namelist()}
    kept = {name: content for name, content in parts.items() if _is_kept(name)}
    there = frozenset(kept)
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        # the kind of file comes first and stands uncompressed, so that it can be told
        names = sorted(kept, key=lambda name: (name != "mimetype", name))
        for name in names:
            entry = zipfile.ZipInfo(name, _DATE)
            plain = name == "mimetype"
            entry.compress_type = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
            pack.writestr(entry, _part(name, kept[name], there))


def _is_kept(name: str) -> bool:
    static = "_static/" in name
    return not static or PurePosixPath(name).suffix.lower() in _KEPT


def _part(name: str, content: bytes, there: frozenset[str]) -> bytes:
    if name.endswith(".xhtml") and PurePosixPath(name).name != "nav.xhtml":
        return _page(content, name, there)
    if PurePosixPath(name).name == "nav.xhtml":
        return _navigation(content)
    if name.endswith(".opf"):
        return _manifest(content, there)
    return content


def _navigation(content: bytes) -> bytes:
    """Give the list of chapters its heading in the language of the book."""
    if b'xml:lang="nl"' in content[:500]:
        return content.replace(b"Table of Contents", b"Inhoud")
    return content


def _manifest(content: bytes, there: frozenset[str]) -> bytes:
    """Take the files that are gone from the list of the book's files."""
    from lxml import etree

    root = etree.fromstring(content)
    for item in list(root.iter("{http://www.idpf.org/2007/opf}item")):
        if item.get("href") not in there:
            item.getparent().remove(item)
    return _bytes(root)


def _page(content: bytes, name: str, there: frozenset[str]) -> bytes:
    from lxml import etree

    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        root = _mended(content)
    _strip(root, name, there)
    return _bytes(root)


def _mended(content: bytes) -> Any:
    """Read a page that is HTML only, and give every name its proper form."""
    from lxml import etree, html

    text = re.sub(rb"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>", b"", content, count=2)
    read = html.document_fromstring(text, parser=html.HTMLParser(encoding="utf-8"))
    root = etree.Element(f"{{{_XHTML}}}html", nsmap={None: _XHTML})
    _copy(read, root, "xhtml")
    return root


def _copy(source: Any, target: Any, space: str) -> None:
    from lxml import etree

    for key, value in source.attrib.items():
        name = _PROPER.get(key, key) if space == "svg" else key
        if name.startswith("xlink:"):
            name = f"{{http://www.w3.org/1999/xlink}}{name[6:]}"
        if re.fullmatch(r"(\{[^}]*\})?[A-Za-z_][\w.-]*", name) and name != "xmlns":
            target.set(name, value or name)
    target.text = source.text
    for child in source:
        if not isinstance(child.tag, str):
            if len(target):
                target[-1].tail = (target[-1].tail or "") + (child.tail or "")
            else:
                target.text = (target.text or "") + (child.tail or "")
            continue
        own = "svg" if child.tag == "svg" or space == "svg" else "xhtml"
        tag = _PROPER.get(child.tag, child.tag) if own == "svg" else child.tag
        address = "http://www.w3.org/2000/svg" if own == "svg" else _XHTML
        maps = {None: address} if child.tag == "svg" else None
        made = etree.SubElement(target, f"{{{address}}}{tag}", nsmap=maps)
        _copy(child, made, own)
        made.tail = child.tail


def _strip(root: Any, name: str, there: frozenset[str]) -> None:
    """Leave out what would run and styles that are not there; open folds."""
    known: set[str] = set()
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2]
        if element.get("id") in known:
            del element.attrib["id"]  # some extensions give all their boxes one name
        known.add(element.get("id", ""))
        if tag in ("script", "button") or _is_dead_link(element, tag, name, there):
            _remove(element)
        elif tag == "details":
            element.set("open", "open")
        elif tag == "html" and element.get("lang"):
            element.set(
                "{http://www.w3.org/XML/1998/namespace}lang", element.get("lang")
            )


def _is_dead_link(element: Any, tag: str, name: str, there: frozenset[str]) -> bool:
    if tag != "link":
        return False
    base = PurePosixPath(name).parent
    where = re.sub(r"[?#].*", "", element.get("href", ""))
    parts: list[str] = []
    for part in (base / where).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts) not in there


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _bytes(root: Any) -> bytes:
    from lxml import etree

    if root.tag == f"{{{_XHTML}}}html":
        _fill_empty(root)
        return bytes(
            etree.tostring(
                root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>"
            )
        )
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _fill_empty(root: Any) -> None:
    """Write ``<i></i>`` for an empty element; as HTML, ``<i/>`` would stay open."""
    for element in root.iter(f"{{{_XHTML}}}*"):
        name = element.tag.rpartition("}")[2]
        if name not in _VOID and not len(element) and element.text is None:
            element.text = ""
