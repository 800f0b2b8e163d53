"""A page that holds live elements alone, as the book's directive writes them."""

from __future__ import annotations

import html
import json
from pathlib import Path

from diagnose.handbook.live import element_data

STATIC = Path(__file__).resolve().parents[1] / "book" / "_static"
THEME = """
html { --pst-color-surface: #f3f4f5; --pst-color-border: #c9cdd2;
  --pst-color-text-muted: #48566b; }
html[data-theme=dark] { --pst-color-surface: #202428; --pst-color-border: #48566b;
  --pst-color-text-muted: #b6bcc4; background: #14181e; color: #eee; }
body { font: 1rem/1.5 sans-serif; margin: 0 auto; max-width: 44rem; padding: 1rem; }
"""


def write_live_page(
    path: Path, name: str, language: str, *, scheme: str = "light", **options: object
) -> Path:
    """Write one element of the book to a page of its own and return the path."""
    data = json.dumps(
        element_data(name, language, **options), ensure_ascii=False, sort_keys=True
    )
    sheets = "".join(
        f'<link rel="stylesheet" href="{sheet.as_uri()}">'
        for sheet in sorted((STATIC / "css").glob("live*.css"))
    )
    scripts = "".join(
        f'<script defer src="{(STATIC / "live" / f"{script}.js").as_uri()}"></script>'
        for script in ("live", "maths", name)
    )
    path.write_text(
        f'<!doctype html><html lang="{language}" data-theme="{scheme}"><head>'
        f'<meta charset="utf-8"><title>{html.escape(name)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{THEME}</style>{sheets}{scripts}</head><body><main><h1>{name}</h1>"
        f'<div class="live" data-live="{name}"><script type="application/json">'
        f"{data.replace('</', '<' + chr(92) + '/')}</script>"
        '<div class="live-printed"><p>…</p></div></div></main></body></html>',
        encoding="utf-8",
    )
    return path
