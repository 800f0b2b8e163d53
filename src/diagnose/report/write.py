"""Everything a client receives about the organisation as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from diagnose._options import check_option
from diagnose.language import Language
from diagnose.plots.check import check_publication
from diagnose.plots.sheet import drawing
from diagnose.plots.style import PLAIN, HouseStyle
from diagnose.report.output import write_outputs
from diagnose.report.provenance import provenance_bytes

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication
    from diagnose.report.document import Document

Format = Literal["html", "xlsx", "pptx", "pdf", "docx", "figures"]
FORMATS: tuple[Format, ...] = get_args(Format)
PROVENANCE = "provenance.json"
Progress = Callable[[str], None]


def write_report(
    publication: Publication,
    folder: str | Path,
    *,
    formats: Sequence[Format] = ("html", "xlsx"),
    language: Language = "en",
    style: HouseStyle = PLAIN,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the report, its tables and their provenance into a folder.

    Either every file is written or none is. The same publication gives the same
    bytes. Files that this program did not write, or that were changed since, are
    left alone and reported.

    Parameters
    ----------
    publication : Publication
        What may be shown.
    folder : str or Path
        Made when it does not exist.
    formats : sequence of str
        ``"html"`` (report.html), ``"xlsx"`` (tables.xlsx), ``"pptx"`` (deck.pptx),
        ``"pdf"`` (report.pdf), ``"docx"`` (summary.docx) and ``"figures"``
        (figures/, every figure as SVG and PNG); provenance.json is always written.
    language : {"en", "nl"}
        Language of every word.
    style : HouseStyle
        Colours and marks of the client; the project's own by default.
    progress : callable, optional
        Called with the name of each file before it is made.

    Returns
    -------
    list of Path
        The files that were written, in the order of `formats`, provenance last.

    Raises
    ------
    TypeError
        `publication` is not a Publication.
    ValueError
        A format or language that is not known.
    AssessmentError
        Every file that stands in the way (A010 to A013).
    """
    contents = dict(
        render_outputs(
            publication,
            formats=formats,
            language=language,
            style=style,
            progress=progress,
        )
    )
    return write_outputs(folder, contents)


def render_outputs(
    publication: Publication,
    *,
    formats: Sequence[Format] = FORMATS,
    language: Language = "en",
    style: HouseStyle = PLAIN,
    progress: Progress | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each file of `write_report`, one at a time.

    Parameters and errors are those of `write_report`.
    """
    checked = check_publication(publication)
    check_option("language", language, Language)
    check_formats(formats)
    return _rendered(checked, dict.fromkeys(formats), language, style, progress)


def check_formats(formats: Sequence[str]) -> None:
    """Raise unless all of these are kinds of report that can be written.

    Raises
    ------
    TypeError
        One text instead of a sequence.
    ValueError
        A format that is not known.
    """
    if isinstance(formats, str):
        raise TypeError(
            f"`formats` must be a sequence such as ('html',); got {formats!r}."
        )
    listed = ", ".join(repr(name) for name in FORMATS)
    for name in formats:
        if name not in FORMATS:
            raise ValueError(f"`formats` must hold only {listed}; got {name!r}.")


def _rendered(
    publication: Publication,
    formats: Mapping[str, None],
    language: Language,
    style: HouseStyle,
    progress: Progress | None,
) -> Iterator[tuple[str, bytes]]:
    from diagnose.report.figures import render_figures
    from diagnose.report.summary import report_document

    with drawing(style):
        # The figures of a report are drawn once, for its page and its paper.
        whole = {"html", "pdf"} & formats.keys()
        document = report_document(publication, language) if whole else None
        for name in formats:
            if name == "figures":
                yield from render_figures(publication, language, style=style)
                continue
            file, render = _FILES[name]
            if progress is not None:
                progress(file)
            yield file, render(publication, language, style, document)
    yield PROVENANCE, provenance_bytes(publication)


_Render = Callable[
    ["Publication", Language, HouseStyle, "Document | None"],
    bytes,
]


def _html(
    publication: Publication,
    language: Language,
    style: HouseStyle,
    document: Document | None,
) -> bytes:
    from diagnose.report.html import render_html

    page = render_html(publication, language, style=style, document=document)
    return page.encode("utf-8")


def _xlsx(
    publication: Publication,
    language: Language,
    style: HouseStyle,
    document: Document | None,
) -> bytes:
    from diagnose.report.xlsx import render_xlsx

    return render_xlsx(publication, language, style=style)


def _pptx(
    publication: Publication,
    language: Language,
    style: HouseStyle,
    document: Document | None,
) -> bytes:
    from diagnose.report.deck import render_deck
    from diagnose.report.executive import executive_deck

    return render_deck(executive_deck(publication, language), style=style)


def _pdf(
    publication: Publication,
    language: Language,
    style: HouseStyle,
    document: Document | None,
) -> bytes:
    from diagnose.report.paper import render_pdf
    from diagnose.report.summary import report_document

    return render_pdf(document or report_document(publication, language), style=style)


def _docx(
    publication: Publication,
    language: Language,
    style: HouseStyle,
    document: Document | None,
) -> bytes:
    from diagnose.report.summary import summary_document
    from diagnose.report.word import render_docx

    return render_docx(summary_document(publication, language), style=style)


_FILES: Mapping[str, tuple[str, _Render]] = {
    "html": ("report.html", _html),
    "xlsx": ("tables.xlsx", _xlsx),
    "pptx": ("deck.pptx", _pptx),
    "pdf": ("report.pdf", _pdf),
    "docx": ("summary.docx", _docx),
}
