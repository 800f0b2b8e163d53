"""Figures as SVG: the same bytes every time, and safe to stand in one page together."""

from __future__ import annotations

import hashlib
import re
import warnings
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

from diagnose.plots.sheet import drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FONTS = "'DejaVu Sans', Verdana, Geneva, sans-serif"
_NOTHING = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def alt_text(figure: Figure) -> str:
    """Return the text alternative that a figure of this package carries."""
    return str(figure.get_label())


def figure_svg(figure: Figure) -> str:
    """Return a figure as one SVG element, for a page or a file.

    Text stays text, in DejaVu Sans or a face of the same width. There is no
    reference to anything outside, and names inside are unique to the figure, so that
    several may stand in one page. The text alternative is its label.
    """
    buffer = StringIO()
    with drawing(), warnings.catch_warnings():
        # A label may hold a sign that DejaVu lacks; the reader's own fonts have it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format="svg", metadata=_NOTHING)
    drawn = buffer.getvalue()
    body = drawn[drawn.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, flags=re.DOTALL)
    body = re.sub(r' transform="rotate\(-?0 [-\d. ]+\)"', "", body)
    body = body.replace("'DejaVu Sans'", _FONTS)
    return _labelled(_unique_names(_compact(body)), alt_text(figure))


def _compact(body: str) -> str:
    # Line ends inside path data and between elements only cost bytes.
    lines = (line.strip() for line in body.splitlines())
    return re.sub(r"\s+", " ", " ".join(lines)).replace("> <", ">\n<").strip()


def _unique_names(body: str) -> str:
    used = set(re.findall(r'(?:url\(#|href="#)([\w.-]+)', body))
    prefix = f"f{hashlib.sha256(body.encode('utf-8')).hexdigest()[:8]}-"

    def keep(match: re.Match[str]) -> str:
        return f' id="{prefix}{match[1]}"' if match[1] in used else ""

    body = re.sub(r' id="([^"]*)"', keep, body)
    return re.sub(r'(url\(#|href="#)', rf"\1{prefix}", body)


def _labelled(body: str, label: str) -> str:
    named = (
        f'<svg role="img" aria-label="{escape(label)}" '
        'style="stroke-linejoin:round;stroke-linecap:butt"'
    )
    return body.replace("<svg", named, 1) + "\n"
