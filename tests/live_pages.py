"""Pages that hold one live element alone, written as the book's directive writes it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from diagnose.handbook.live import element_data

STATIC = Path(__file__).resolve().parents[1] / "book" / "_static"
_COLOURS = re.compile(r'^html\[data-theme="\w+"\] \{[^}]*\}', re.MULTILINE)
_PLAIN = """
html { --pst-color-background: #fff; }
body { background: var(--pst-color-background); margin: 0 auto; padding: 1rem;
  color: var(--pst-color-text-base); font: 1rem/1.5 sans-serif; max-width: 44rem; }
"""


def write_live_page(
    folder: Path, name: str, language: str, *, scheme: str = "light", **options: object
) -> Path:
    """Write one element of the book to a page of its own and return the path.

    The page has the book's colours, and finds scripts and styles beside it, so that it
    works as a file and from a server.

    Parameters
    ----------
    folder : Path
        Where the page goes.
    name : str
        The element.
    language : {"en", "nl"}
        Language of the edition.
    scheme : {"light", "dark"}
        Colours.
    **options
        What the element knows, such as ``set`` or ``subscale``.
    """
    for part in ("css", "live"):
        if not (folder / part).exists():
            (folder / part).symlink_to(STATIC / part)
    data = json.dumps(
        element_data(name, language, **options), ensure_ascii=False, sort_keys=True
    )
    sheets = "".join(
        f'<link rel="stylesheet" href="css/{sheet.name}">'
        for sheet in sorted((STATIC / "css").glob("live*.css"))
    )
    scripts = "".join(
        f'<script defer src="live/{script}.js"></script>'
        for script in ("live", "maths", name)
    )
    theme = (STATIC / "css" / "theme.css").read_text(encoding="utf-8")
    path = folder / "-".join([name, language, scheme, *map(str, options.values())])
    path = path.with_suffix(".html")
    path.write_text(
        f'<!doctype html><html lang="{language}" data-content_root="../" '
        f'data-theme="{scheme}"><head><meta charset="utf-8">'
        f'<title>{html.escape(name)}</title><link rel="icon" href="data:,">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{''.join(_COLOURS.findall(theme))}{_PLAIN}</style>{sheets}{scripts}"
        f'</head><body><main><h1>{name}</h1><h2>{name}</h2><div class="live" '
        f'data-live="{name}"><script type="application/json">'
        f"{data.replace('</', '<' + chr(92) + '/')}</script>"
        '<div class="live-printed"><p>On paper.</p></div></div></main></body></html>',
        encoding="utf-8",
    )
    return path
