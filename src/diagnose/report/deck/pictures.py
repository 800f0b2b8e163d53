"""Figures as pictures: drawn beforehand, with their text alternative."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from html import unescape
from typing import Any

from diagnose.report.deck.boxes import Box
from diagnose.report.deck.metrics import font_folder
from diagnose.report.deck.texts import safe
from diagnose.report.document import Picture

_SHARPNESS = 220
"""Dots an inch of the figure as it was drawn."""

_PAGE = """#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")"""


def add_picture(slide: Any, picture: Picture, box: Box) -> Any:
    """Add a figure to a slide, as large as its box allows; return its frame."""
    content = png_of(picture.svg)
    return add_image(slide, content, box, name=picture.name, alt=alt_of(picture.svg))


def add_image(slide: Any, content: bytes, box: Box, *, name: str, alt: str) -> Any:
    """Add a picture in the middle of a box, without changing its proportions."""
    shape = slide.shapes.add_picture(io.BytesIO(content), 0, 0)
    place = fitted(box, shape.width / shape.height)
    shape.left, shape.top, shape.width, shape.height = place.emu()
    shape.name = safe(name)
    shape._element.nvPicPr.cNvPr.set("descr", safe(alt))
    return shape


def fitted(box: Box, proportion: float) -> Box:
    """Return the largest box of a proportion (width by height) in the middle."""
    width = min(box.width, box.height * proportion)
    height = width / proportion
    return Box(
        left=box.left + (box.width - width) / 2,
        top=box.top + (box.height - height) / 2,
        width=width,
        height=height,
    )


@lru_cache(maxsize=64)
def png_of(svg: str) -> bytes:
    """Return an SVG as PNG; the same bytes everywhere, with fonts that come along."""
    import typst

    compiled: Any = typst.compile  # its stubs know no mixture of kinds of paths
    drawn = compiled(
        _PAGE.encode("utf-8"),
        format="png",
        ppi=_SHARPNESS,
        font_paths=[str(font_folder())],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg},
    )
    if not isinstance(drawn, bytes):
        raise TypeError("a figure must be one page.")
    return drawn


def alt_of(svg: str) -> str:
    """Return the text alternative that a figure carries."""
    found = re.search(r'aria-label="([^"]*)"', svg)
    return unescape(found[1]) if found else ""
