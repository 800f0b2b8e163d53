"""Documents for Word."""

from diagnose.report.word.docx import render_docx

__all__ = ["render_docx"]
