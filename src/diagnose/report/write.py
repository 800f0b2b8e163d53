"""Everything a client receives, written into one folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose._options import check_option
from diagnose.errors import UnsupportedError
from diagnose.language import Language
from diagnose.plots.check import check_publication
from diagnose.report.html import render_html
from diagnose.report.output import write_outputs
from diagnose.report.provenance import provenance_bytes
from diagnose.report.xlsx import render_xlsx

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

Progress = Callable[[str], None]
_FILES = {"html": "report.html", "xlsx": "tables.xlsx"}
_PLANNED = ("pptx", "pdf")
PROVENANCE = "provenance.json"


def write_report(
    publication: Publication,
    folder: str | Path,
    *,
    formats: Sequence[str] = ("html", "xlsx"),
    language: Language = "en",
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
        ``"html"`` (report.html) and ``"xlsx"`` (tables.xlsx); provenance.json is
        always written.
    language : {"en", "nl"}
        Language of every word.
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
    UnsupportedError
        A format that this version does not write.
    ValueError
        A format or language that is not known.
    AssessmentError
        Every file that stands in the way (A010 to A013).
    """
    checked = check_publication(publication)
    check_option("language", language, Language)
    _check_formats(formats)
    contents: dict[str, bytes] = {}
    for name in dict.fromkeys(formats):
        if progress is not None:
            progress(_FILES[name])
        contents[_FILES[name]] = _render(checked, name, language)
    contents[PROVENANCE] = provenance_bytes(checked)
    return write_outputs(folder, contents)


def _check_formats(formats: Sequence[str]) -> None:
    if isinstance(formats, str):
        raise TypeError(
            f"`formats` must be a sequence such as ('html',); got {formats!r}."
        )
    listed = ", ".join(repr(name) for name in _FILES)
    for name in formats:
        if name in _PLANNED:
            raise UnsupportedError(
                f"`formats` holds {name!r}, which this version does not write; "
                f"available: {listed}. "
                "report.html prints to PDF from any browser, with all tables open."
            )
        if name not in _FILES:
            raise ValueError(f"`formats` must hold only {listed}; got {name!r}.")


def _render(publication: Publication, name: str, language: Language) -> bytes:
    if name == "html":
        return render_html(publication, language).encode("utf-8")
    return render_xlsx(publication, language)
