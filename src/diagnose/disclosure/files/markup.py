"""Readers of pages and drawings: HTML, SVG and other XML."""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from diagnose.disclosure.files.data import read_script
from diagnose.disclosure.files.model import Found, TextKind

_NAMES = re.compile(r"[\w-]+")
_BLOCKS = frozenset(
    _NAMES.findall(
        """
        address article aside blockquote body br button caption dd desc details dialog
        div dl dt fieldset figcaption figure footer form g h1 h2 h3 h4 h5 h6 head header
        hr html img input label legend li main nav ol option p pre section select
        summary svg table tbody td text textarea tfoot th thead title tr ul
        """
    )
)
_LOOKS = frozenset(
    _NAMES.findall(
        """
        class clip-path charset colspan crossorigin cx cy d dx dy fill fill-opacity
        font-family font-size for gradienttransform height id integrity lang
        markerheight markerwidth offset opacity points preserveaspectratio r refx refy
        rel role rowspan rx ry scope sizes stroke stroke-dasharray stroke-dashoffset
        stroke-linecap stroke-linejoin stroke-opacity stroke-width style tabindex
        text-anchor transform type version viewbox width x x1 x2 xmlns y y1 y2
        """
    )
)
"""Attributes that only say how and where something is drawn."""
_WORDED = frozenset({"class", "id", "for", "style", "rel", "role", "font-family"})
"""Those of them that could hold words all the same."""
_DOCTYPE = re.compile(r"<!DOCTYPE[^>]*>", re.IGNORECASE)
_OWN_ENTITIES = re.compile(rb"<!DOCTYPE[^>]*\[")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "caption", "summary"))
_DATA = re.compile(r"data:([\w/+.-]+)[^,]*;base64,([A-Za-z0-9+/=\s]+)")
_PICTURES = {
    "image/png": "a.png",
    "image/jpeg": "a.jpg",
    "image/svg+xml": "a.svg",
    "application/json": "a.json",
    "text/html": "a.html",
}


def read_html(content: bytes, name: str, place: str, found: Found) -> None:
    """Read a page: words, attributes, tables, scripts and drawings inside it."""
    from lxml import html

    text = content.decode("utf-8")
    if not text.strip():
        return
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    for kind in _DOCTYPE.findall(text):
        found.text(f"{place} doctype", kind, "code")
    _read_tree(
        html.document_fromstring(text.encode("utf-8"), parser=parser), place, found
    )


def read_xml(content: bytes, name: str, place: str, found: Found) -> None:
    """Read a drawing or another XML file."""
    for kind in _DOCTYPE.findall(content.decode("utf-8", errors="replace")):
        found.text(f"{place} doctype", kind, "code")
    _read_tree(parse_xml(content), place, found)


def parse_xml(content: bytes) -> Any:
    """Return the root of an XML file; nothing outside it is fetched or expanded."""
    from lxml import etree

    if _OWN_ENTITIES.search(content):
        raise ValueError("defines names for texts of its own")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(content, parser)


def _read_tree(root: Any, place: str, found: Found) -> None:
    for beside in (*root.itersiblings(preceding=True), *root.itersiblings()):
        found.text(f"{place} beside the root", beside.text)
    reader = _Reader(place, found)
    for event, element, tag in _events(root):
        reader.meet(event, element, tag)
    reader.flush()


class _Reader:
    """Gathers the words of one block, also when marks run through them."""

    def __init__(self, place: str, found: Found) -> None:
        self._place = place
        self._found = found
        self._at = place
        self._words: list[str] = []
        self._kind: TextKind = "prose"

    def flush(self) -> None:
        """Hand on the words of the block that ends."""
        self._found.text(self._at, "".join(self._words), self._kind)
        self._words.clear()

    def meet(self, event: str, element: Any, tag: str) -> None:
        """Read what an element adds at its start or its end."""
        where = f"{self._place} line {element.sourceline}"
        if tag in _BLOCKS:
            self.flush()
        if not self._words:
            self._at = f"{where} <{tag}>"
            self._kind = "heading" if tag in _HEADINGS else "prose"
        if event == "end":
            self._words.append(element.tail or "")
            return
        self._start(element, tag, where)
        _read_attributes(element, where, self._found)

    def _start(self, element: Any, tag: str, where: str) -> None:
        text = element.text or ""
        if tag == "script":
            read_script(text, f"{where} <script>", self._found)
        elif tag == "#comment":
            self._found.text(f"{where} comment", text)
        elif tag == "style":
            self._found.text(f"{where} <style>", text, "code")
        else:
            self._words.append(text)
        if tag == "tr":
            cells = [_cell(one) for one in element if _tag(one) in ("td", "th")]
            self._found.row(where, cells)
        elif tag == "svg":
            _mark_axes(element, where, self._found)


def _events(root: Any) -> Iterator[tuple[str, Any, str]]:
    from lxml import etree

    met = ("start", "end", "comment", "pi")
    for event, element in etree.iterwalk(root, events=met):
        if event in ("comment", "pi"):
            yield "start", element, "#comment"
            yield "end", element, "#comment"
        else:
            yield event, element, _tag(element)


def _tag(element: Any) -> str:
    name = element.tag
    if not isinstance(name, str):
        return "#comment"
    return name.rpartition("}")[2].lower()


def _read_attributes(element: Any, where: str, found: Found) -> None:
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2].lower()
        if name in _LOOKS:
            if name in _WORDED:
                found.text(f"{where} {name}", value, "code")
            continue
        packed = _DATA.match(value) if value.startswith("data:") else None
        if packed and packed[1] in _PICTURES:
            content = base64.b64decode(packed[2])
            found.inner(content, _PICTURES[packed[1]], f"{where} {name}", found)
        elif packed:
            found.fail(f"{where} {name}", broken=False)
        elif name.startswith("data-") and value[:1] in "{[":
            read_script(value, f"{where} {name}", found)
        else:
            found.text(f"{where} {name}", value)


def _cell(element: Any) -> str:
    """Return the text of a cell; what an element inside it says is a line apart."""
    parts = (" ".join(part.split()) for part in element.itertext())
    return "\n".join(part for part in parts if part)


def _mark_axes(drawing: Any, where: str, found: Found) -> None:
    """Note which numbers stand along an axis: a row with equal steps on equal feet."""
    lines: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for text in drawing.iter("{*}text"):
        words = "".join(text.itertext()).strip()
        x, y = text.get("x"), text.get("y")
        if x and y and words:
            lines["y", y].append((float(x), words))
            lines["x", x].append((float(y), words))
    for members in lines.values():
        if _is_axis(members):
            found.text(where, "\n".join(words for _, words in members), "axis")


def _is_axis(members: list[tuple[float, str]]) -> bool:
    if len(members) < 3:
        return False
    values = [_tick(words) for _, words in members]
    if None in values:
        return False
    return _even(v for v in values if v is not None) and _even(at for at, _ in members)


def _tick(words: str) -> float | None:
    plain = words.replace("−", "-").replace(",", ".").rstrip("%\u00a0\u202f ")
    try:
        return float(plain)
    except ValueError:
        return None


def _even(values: Iterable[float]) -> bool:
    known = list(values)
    steps = [b - a for a, b in pairwise(known)]
    return bool(steps[0]) and all(
        abs(step - steps[0]) <= 0.02 * abs(steps[0]) for step in steps
    )
