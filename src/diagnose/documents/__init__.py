"""YAML documents that people write: read strictly, checked against a model.

A file goes in; a checked model comes out, or every problem of the file at once, with
its place, what is allowed and the way out.
"""

from diagnose.documents.read import (
    parse_document,
    read_document,
    validate_document,
)

__all__ = ["parse_document", "read_document", "validate_document"]
