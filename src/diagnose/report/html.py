"""The report as one HTML file that needs nothing but itself."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.language import Language
from diagnose.plots.sheet import drawing
from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.plots.words import words_for
from diagnose.report.document import (
    Bullets,
    Cell,
    Column,
    Document,
    Fold,
    Heading,
    Paragraph,
    Picture,
    Table,
    written,
)
from diagnose.report.output import write_outputs
from diagnose.report.summary import report_document

if TYPE_CHECKING:
    from jinja2 import Environment

    from diagnose.disclosure.publication import Publication

_KINDS = {
    Bullets: "bullets",
    Fold: "fold",
    Heading: "heading",
    Paragraph: "paragraph",
    Picture: "picture",
    Table: "table",
}
_FEW_ROWS = 12
"""A table with more rows has a field to search in, for readers with scripts."""


def write_html(
    publication: Publication, path: str | Path, language: Language = "en"
) -> Path:
    """Write the report as one HTML file.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    path : str or Path
        File to write. An existing one is replaced only when this program wrote it
        and nobody changed it since.
    language : {"en", "nl"}
        Language of the report.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    AssessmentError
        Something that this program did not write stands in the way.
    """
    target = Path(path)
    content = render_html(publication, language).encode("utf-8")
    return write_outputs(target.parent, {target.name: content})[0]


def render_html(
    publication: Publication,
    language: Language = "en",
    *,
    style: HouseStyle = PLAIN,
    document: Document | None = None,
) -> str:
    """Return the report as text; the same publication gives the same text.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    language : {"en", "nl"}
        Language of the report.
    style : HouseStyle
        Colours and marks of the client.
    document : Document, optional
        The report, when it has been made already; see `report_document`.
    """
    words = words_for(publication, language, "report")
    with drawing(style):
        whole = document or report_document(publication, language)

    def text_of(cell: Cell, column: Column) -> str:
        return written(cell, column.kind, language)

    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            words=words,
            title=whole.title,
            facts=whole.facts,
            sections=whole.sections,
            style=style,
            logo=_logo_address(style),
            few_rows=_FEW_ROWS,
            kind_of=lambda block: _KINDS[type(block)],
            text_of=text_of,
        )
    )


def _logo_address(style: HouseStyle) -> str:
    """Return the logo as an address that holds the picture itself."""
    if not style.logo:
        return ""
    kind = {"svg": "svg+xml", "png": "png"}[style.logo_kind or "png"]
    return f"data:image/{kind};base64,{b64encode(style.logo).decode('ascii')}"


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("diagnose.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
