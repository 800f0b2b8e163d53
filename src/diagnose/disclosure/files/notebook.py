"""Reader of notebooks: sources, outputs and the state of widgets."""

from __future__ import annotations

import base64
import json
from typing import Any

from diagnose.disclosure.files.data import walk_json
from diagnose.disclosure.files.model import Found

_PICTURES = {"image/png": "a.png", "image/jpeg": "a.jpg", "application/pdf": "a.pdf"}
_PAGES = {"text/html": "a.html", "image/svg+xml": "a.svg"}


def read_notebook(content: bytes, name: str, place: str, found: Found) -> None:
    """Read every cell of a notebook, and its metadata with the widget state."""
    book = json.loads(content.decode("utf-8"))
    for at, cell in enumerate(book["cells"]):
        where = f"{place} cell {at}"
        kind = "script" if cell["cell_type"] == "code" else "prose"
        for line in _joined(cell["source"]).splitlines():
            found.text(where, line, "script" if kind == "script" else "prose")
        walk_json(cell.get("metadata", {}), f"{where} metadata", found)
        for files in cell.get("attachments", {}).values():
            _read_bundle(files, f"{where} attachment", found)
        for number, output in enumerate(cell.get("outputs", ())):
            _read_output(output, f"{where} output {number}", found)
    walk_json(book.get("metadata", {}), f"{place} metadata", found)


def _read_output(output: dict[str, Any], place: str, found: Found) -> None:
    _read_bundle(output.get("data", {}), place, found)
    walk_json(output.get("metadata", {}), f"{place} metadata", found)
    for key in ("text", "traceback", "evalue"):
        for line in _joined(output.get(key, "")).splitlines():
            found.text(place, line)


def _read_bundle(bundle: dict[str, Any], place: str, found: Found) -> None:
    for kind, data in bundle.items():
        where = f"{place} {kind}"
        if kind in _PICTURES:
            content = base64.b64decode(_joined(data))
            found.inner(content, _PICTURES[kind], where, found)
        elif kind in _PAGES:
            found.inner(_joined(data).encode("utf-8"), _PAGES[kind], where, found)
        elif kind.startswith("text/"):
            for line in _joined(data).splitlines():
                found.text(where, line)
        elif kind.endswith("json"):
            walk_json(data, where, found)
        else:
            found.fail(where, broken=False)


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
