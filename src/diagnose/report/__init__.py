"""Words and layout of what a client receives; every number comes from a publication."""

from diagnose.report.frames import list_report_tables, report_table
from diagnose.report.html import render_html, write_html
from diagnose.report.output import check_output, write_outputs
from diagnose.report.provenance import write_provenance
from diagnose.report.write import write_report
from diagnose.report.xlsx import render_xlsx, write_xlsx

__all__ = [
    "check_output",
    "list_report_tables",
    "render_html",
    "render_xlsx",
    "report_table",
    "write_html",
    "write_outputs",
    "write_provenance",
    "write_report",
    "write_xlsx",
]
