"""One way to write a value as bytes, so that equal values have equal hashes."""

from __future__ import annotations

import json


def canonical_bytes(content: object) -> bytes:
    """Return JSON in ASCII with sorted keys, no spaces and exact numbers."""
    text = json.dumps(
        content,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )
    return text.encode("ascii")
