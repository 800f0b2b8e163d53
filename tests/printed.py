"""Read the text of a PDF as typst writes it: no object streams, glyphs by number."""

from __future__ import annotations

import re
import zlib


def _objects(content: bytes) -> dict[int, bytes]:
    return {
        int(number): body
        for number, body in re.findall(
            rb"\n(\d+) 0 obj\n(.*?)\nendobj", content, re.DOTALL
        )
    }


def _stream(body: bytes) -> bytes:
    _, _, rest = body.partition(b"stream\n")
    packed = rest.rpartition(b"\nendstream")[0]
    return zlib.decompress(packed) if b"/FlateDecode" in body else packed


def _signs(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", cmap)
    return {
        int(glyph, 16): bytes.fromhex(sign.decode()).decode("utf-16-be")
        for glyph, sign in pairs
    }


def _unescaped(text: bytes) -> bytes:
    named = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def one(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        return bytes([int(sign, 8)]) if sign.isdigit() else named.get(sign, sign)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, text, flags=re.DOTALL)


# Brackets inside a string need no escape as long as they come in pairs.
_PAIRED = rb"(?:\\.|[^\\()]|\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\))*"
_TOKEN = re.compile(
    rb"/(f\d+) [\d.]+ Tf|(?<!Lang)\((" + _PAIRED + rb")\)|<([0-9A-Fa-f]*)>(?!>)",
    re.DOTALL,
)


def pages(content: bytes) -> list[str]:
    """Return the text of each page, in the order in which it is drawn."""
    objects = _objects(content)
    found = []
    for body in objects.values():
        if not re.search(rb"/Type/Page\b", body):
            continue
        fonts = {
            name.decode(): _signs(
                _stream(
                    objects[int(re.search(rb"/ToUnicode (\d+)", objects[int(at)])[1])]
                )
            )
            for name, at in re.findall(rb"/(f\d+) (\d+) 0 R", _resources(body, objects))
        }
        drawn = _stream(objects[int(re.search(rb"/Contents (\d+)", body)[1])])
        found.append(_text(drawn, fonts))
    return found


def _resources(body: bytes, objects: dict[int, bytes]) -> bytes:
    reference = re.search(rb"/Resources (\d+) 0 R", body)
    return objects[int(reference[1])] if reference else body


def _text(drawn: bytes, fonts: dict[str, dict[int, str]]) -> str:
    signs: dict[int, str] = {}
    out = []
    for font, literal, digits in _TOKEN.findall(drawn):
        if font:
            signs = fonts[font.decode()]
            continue
        glyphs = bytes.fromhex(digits.decode()) if digits else _unescaped(literal)
        out += [
            signs.get(int.from_bytes(glyphs[at : at + 2], "big"), "")
            for at in range(0, len(glyphs), 2)
        ]
    return "".join(out)
