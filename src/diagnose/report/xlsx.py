"""Every published number as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.language import Language
from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.plots.words import words_for
from diagnose.report.output import write_outputs
from diagnose.report.sheets import make_sheets
from diagnose.report.title import report_title
from diagnose.report.workbook import anchor_of, render_workbook

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication


def write_xlsx(
    publication: Publication, path: str | Path, language: Language = "en"
) -> Path:
    """Write every published number as a workbook.

    Numbers are unrounded, with a number format; every one stands beside its n and its
    interval. A cell that may not be shown says so. No raw answers.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    path : str or Path
        File to write; see `write_outputs` for what may be replaced.
    language : {"en", "nl"}
        Language of sheets, headings and texts.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    AssessmentError
        Something that this program did not write stands in the way.
    """
    target = Path(path)
    content = render_xlsx(publication, language)
    return write_outputs(target.parent, {target.name: content})[0]


def render_xlsx(
    publication: Publication, language: Language = "en", *, style: HouseStyle = PLAIN
) -> bytes:
    """Return the workbook as bytes; the same publication gives the same bytes."""
    words = words_for(publication, language, "report")
    sheets = [
        (words.text(f"sheet.{name}"), parts) for name, parts in make_sheets(words)
    ]
    return render_workbook(
        report_title(words),
        sheets,
        empty=words.text("sheet.empty"),
        anchor=anchor_of(words),
        style=style,
    )
