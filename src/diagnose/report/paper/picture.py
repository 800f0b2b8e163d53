"""Figures as PNG, for programs that show no SVG."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from diagnose.errors import UnsupportedError
from diagnose.report.paper.pdf import type_faces
from diagnose.report.paper.signs import drawable

if TYPE_CHECKING:
    from typst import Compiler

_PIXELS_PER_INCH = 200.0
_SHEET = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1mm)
"""


def picture_png(svg: str, *, width: float) -> bytes:
    """Return a figure as PNG.

    Parameters
    ----------
    svg : str
        The figure.
    width : float
        At which it is shown, in millimetres.

    Returns
    -------
    bytes
        The same figure gives the same bytes.

    Raises
    ------
    UnsupportedError
        It cannot be drawn.
    """
    from typst import TypstError

    try:
        content = _compiler().compile(
            input=_SHEET,
            format="png",
            ppi=_PIXELS_PER_INCH,
            sys_inputs={"svg": drawable(svg), "width": str(width)},
        )
    except TypstError as error:
        raise UnsupportedError(
            f"a figure or logo cannot be drawn as PNG: {error.message}; "
            "look at the logo of the house style, or leave out this format."
        ) from error
    if not isinstance(content, bytes):
        raise TypeError(f"typst gave {type(content).__name__} instead of one picture")
    return content


@cache
def _compiler() -> Compiler:
    from typst import Compiler

    return Compiler(font_paths=type_faces())
