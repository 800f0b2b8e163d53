"""Files and folders to what a reader could get out of them."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath

from diagnose.disclosure.files.data import read_csv, read_json, read_json_in, read_plain
from diagnose.disclosure.files.markup import read_html, read_xml
from diagnose.disclosure.files.model import Found, Inner, Written
from diagnose.disclosure.files.notebook import read_notebook
from diagnose.disclosure.files.office import read_office, unpack
from diagnose.disclosure.files.paper import read_pdf
from diagnose.disclosure.files.picture import printable_words, read_jpeg, read_png
from diagnose.disclosure.files.workbook import read_workbook


def _read_epub(content: bytes, name: str, place: str, found: Found) -> None:
    """Read every page and picture of a book for an e-reader."""
    for part, data in unpack(content, place, found).items():
        found.inner(data, part, f"{place} {part}", found)


_READERS: Mapping[str, Inner] = {
    ".html": read_html,
    ".htm": read_html,
    ".svg": read_xml,
    ".epub": _read_epub,
    ".xhtml": read_xml,
    ".opf": read_xml,
    ".ncx": read_xml,
    ".xml": read_xml,
    ".xlsx": read_workbook,
    ".pptx": read_office,
    ".docx": read_office,
    ".pdf": read_pdf,
    ".png": read_png,
    ".jpg": read_jpeg,
    ".jpeg": read_jpeg,
    ".ipynb": read_notebook,
    ".json": read_json,
    ".js": read_json_in,
    ".csv": read_csv,
    ".txt": read_plain,
    ".md": read_plain,
    ".po": read_plain,
    ".bib": read_plain,
    ".yaml": read_plain,
    ".yml": read_plain,
}
_STATIC = frozenset({".css", ".woff", ".woff2", ".ttf", ".ico", ".inv", ".mo", ".map"})
"""Kinds that say how something looks, or that only repeat what another file holds."""
_STATIC_NAMES = frozenset(
    {
        *("base-stemmer.js", "bootstrap.js", "clipboard.min.js", "copybutton.js"),
        *("copybutton_funcs.js", "design-tabs.js", "doctools.js", "embed.js"),
        *("fontawesome.js", "language_data.js", "pydata-sphinx-theme.js"),
        *("searchtools.js", "sphinx-book-theme.js", "sphinx_highlight.js"),
        *("sphinx-thebe.js", "tex-mml-chtml.js", "togglebutton.js"),
        *("dutch-stemmer.js", "english-stemmer.js", "translations.js"),
        *("LICENSE", ".buildinfo", ".nojekyll", ".diagnose-handbook"),
        "mimetype",
    }
)
"""Libraries and stamps of the handbook, which hold nothing of a client."""
_BROKEN = (
    *(ValueError, LookupError, TypeError, SyntaxError, OSError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)
"""What readers raise on a file that is not what its name says."""


def read_written(path: str | Path) -> Written:
    """Return everything a reader could get out of one file.

    Reads html, svg, xml, xlsx, pptx, docx, pdf, epub, png, jpg, ipynb, json, js, csv,
    txt, md, po and yaml, and the files inside them. What it cannot read stands in
    `Written.unread`; of styles, fonts and the libraries of the handbook only what
    could be words is taken.

    Parameters
    ----------
    path : str or Path
        The file.
    """
    file = Path(path)
    return read_bytes(file.read_bytes(), file.name)


def read_folder(
    folder: str | Path, *, apart: Collection[str] = ()
) -> Iterator[Written]:
    """Yield what a reader could get out of each file below a folder, by name.

    Parameters
    ----------
    folder : str or Path
        The folder, or one file.
    apart : collection of str
        Names of what stands in the folder and is left out.
    """
    base = Path(folder)
    if base.is_file():
        yield read_written(base)
        return
    for file in sorted(path for path in base.rglob("*") if path.is_file()):
        name = file.relative_to(base)
        if name.parts[0] not in apart:
            yield read_bytes(file.read_bytes(), name.as_posix())


def read_bytes(content: bytes, name: str) -> Written:
    """Return everything a reader could get out of the content of a file.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        Its name, which tells its kind.
    """
    found = Found(inner=read_inner)
    read_inner(content, name, name, found)
    return Written(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        numbers=tuple(found.numbers),
        passages=tuple(found.passages),
        rows=tuple(found.rows),
        unread=tuple(found.unread),
    )


def read_inner(content: bytes, name: str, place: str, found: Found) -> None:
    """Read a file by the kind that its name tells; also one inside another file."""
    file = PurePosixPath(name)
    suffix = file.suffix.lower()
    library = file.name.endswith(".js.LICENSE.txt") or file.name in _STATIC_NAMES
    if library or suffix in _STATIC:
        found.text(place, printable_words(content), "code")
        return
    if file.name == ".diagnose-output.json":
        suffix = ".json"
    if place == name:
        found.text(f"{place} (its name)", name, "script")
    reader = _READERS.get(suffix)
    if reader is None:
        found.fail(place, broken=False)
        return
    try:
        reader(content, name, place, found)
    except _BROKEN:
        found.fail(place, broken=True)
