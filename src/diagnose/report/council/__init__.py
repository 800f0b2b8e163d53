"""What a works council reads: the page on disclosure and the data-protection pack."""

from diagnose.report.council.pack import pack_document
from diagnose.report.council.page import council_document
from diagnose.report.council.write import render_council

__all__ = ["council_document", "pack_document", "render_council"]
