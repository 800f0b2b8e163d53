"""Documents as PDF, tagged for screen readers."""

from diagnose.report.paper.pdf import render_pdf

__all__ = ["render_pdf"]
