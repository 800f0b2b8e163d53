"""Words and layout of what a client receives; every number comes from a publication."""

from diagnose.report.council import render_council
from diagnose.report.frames import list_report_tables, report_table
from diagnose.report.html import render_html, write_html
from diagnose.report.output import write_outputs
from diagnose.report.packs import render_packs
from diagnose.report.provenance import write_provenance
from diagnose.report.staging import check_folder, staged, written_files
from diagnose.report.write import FORMATS, render_outputs, write_report
from diagnose.report.xlsx import render_xlsx, write_xlsx

__all__ = [
    "FORMATS",
    "check_folder",
    "list_report_tables",
    "render_council",
    "render_html",
    "render_outputs",
    "render_packs",
    "render_xlsx",
    "report_table",
    "staged",
    "write_html",
    "write_outputs",
    "write_provenance",
    "write_report",
    "write_xlsx",
    "written_files",
]
