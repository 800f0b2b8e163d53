"""The JSON Schema of instrument files, generated from the model for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from diagnose.instrument.model import Instrument

FILE_NAME = "instrument.schema.json"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def instrument_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an instrument file.

    Unknown fields are refused everywhere. The schema holds what one field can say
    about itself; the rules that join fields are in ``check_instrument``.

    Returns
    -------
    dict
        A new dictionary at each call.
    """
    schema = _closed(Instrument.model_json_schema(mode="validation"))
    return {"$schema": _DRAFT, **schema}


def write_instrument_schema(folder: str | Path) -> Path:
    """Write the schema into `folder` as ``instrument.schema.json``.

    The same model gives the same bytes. An existing file is replaced.

    Parameters
    ----------
    folder : str or Path
        Must exist; in the repository it is ``surveys``.

    Returns
    -------
    Path
        The file.
    """
    path = Path(folder) / FILE_NAME
    path.write_bytes(schema_text().encode("utf-8"))
    return path


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(instrument_schema(), indent=2, ensure_ascii=False) + "\n"


def _closed(node: Any) -> Any:
    """Close mappings with free keys too: only keys of the declared pattern count."""
    if isinstance(node, list):
        return [_closed(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if "patternProperties" in closed:
        closed["additionalProperties"] = False
    return closed
