"""Open answers: read apart, reviewed by a person, quoted as that person said."""

from diagnose.responses.comments.model import (
    Comments,
    ItemComments,
    ReviewedComments,
)
from diagnose.responses.comments.read import read_comments
from diagnose.responses.comments.redact import Redaction, redact, suggest_redactions
from diagnose.responses.comments.review import render_review, write_review
from diagnose.responses.comments.signed import read_review

__all__ = [
    "Comments",
    "ItemComments",
    "Redaction",
    "ReviewedComments",
    "read_comments",
    "read_review",
    "redact",
    "render_review",
    "suggest_redactions",
    "write_review",
]
