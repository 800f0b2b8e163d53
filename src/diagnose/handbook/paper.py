"""The forms of the handbook that need no browser: a tagged PDF, and an EPUB.

Both are written from pages that Sphinx made of the documents it had read for the web
pages, so no notebook runs a second time.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from pathlib import Path

from diagnose.errors import MissingDependencyError, UnsupportedError
from diagnose.handbook.compact import compact_pdf
from diagnose.handbook.electronic import write_epub
from diagnose.language import Language, load_catalogue

PAPER = ("pdf", "epub")
"""Forms for paper and e-readers, in the order in which they are offered."""

_BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "msedge", "microsoft-edge"),
)
_MINUTES = 5
_TITLE_STYLE = (
    "<style>.title-page{break-after:page;display:flex;flex-direction:column;"
    "gap:1rem;height:235mm;justify-content:center;text-align:center}"
    ".title-page .title{font-size:2.2rem;font-weight:700;line-height:1.25}"
    ".title-page .about{font-size:1.2rem}</style>\n"
)

__all__ = ["PAPER", "file_name", "find_browser", "write_epub", "write_pdf"]


def file_name(language: str, kind: str) -> str:
    """Return the name of a file to download."""
    stem = {"en": "handbook", "nl": "handboek"}[language]
    return f"{stem}.{kind}"


def find_browser() -> str:
    """Return the program that prints pages to PDF.

    Raises
    ------
    MissingDependencyError
        There is none; the message says what to install.
    """
    named = os.environ.get("DIAGNOSE_CHROMIUM")
    for name in (named,) if named else _BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise MissingDependencyError(
        "the PDF is printed by Chromium, Chrome or Edge, and none was found; install "
        "one, name its program in DIAGNOSE_CHROMIUM, or leave pdf out of --formats."
    )


def write_pdf(
    single: Path, target: Path, language: Language, title: str, version: str = ""
) -> None:
    """Print the book as one tagged PDF, A4, with page numbers and an outline.

    Parameters
    ----------
    single : Path
        Folder with the book as a single page.
    target : Path
        The PDF.
    language : {"en", "nl"}
        Language of the document.
    title : str
        Title of the document.
    version : str
        Version of the handbook, for the title page.

    Raises
    ------
    MissingDependencyError
        No browser to print with.
    UnsupportedError
        The browser wrote no PDF.
    """
    browser = find_browser()
    page = single / "print.html"
    # one level up: the page names its styles as if it stood beside them
    made = (single / "book" / "index.html").read_text(encoding="utf-8")
    page.write_text(_for_print(made, language, title, version), "utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [
        *(browser, "--headless", "--disable-gpu", "--no-first-run"),
        *(("--no-sandbox",) if _is_root() else ()),
        *("--disable-background-networking", "--disable-component-update"),
        *("--allow-file-access-from-files", f"--user-data-dir={single / 'browser'}"),
        *("--export-tagged-pdf", "--generate-pdf-document-outline"),
        *("--no-pdf-header-footer", "--virtual-time-budget=60000"),
        *(f"--print-to-pdf={target}", page.as_uri()),
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=60 * _MINUTES
        )
    except subprocess.TimeoutExpired as error:
        raise UnsupportedError(
            f"{browser} printed no PDF in {_MINUTES} minutes."
        ) from error
    if not target.is_file() or target.read_bytes()[:5] != b"%PDF-":
        told = "\n".join((done.stdout + done.stderr).splitlines()[-5:])
        raise UnsupportedError(f"{browser} wrote no PDF:\n{told}")
    compact_pdf(target, creator="diagnose")


def _is_root() -> bool:
    """Tell whether the browser would refuse to start in its own sandbox."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _for_print(page: str, language: Language, title: str, version: str = "") -> str:
    """Return the single page, all open and light, with a title page and language."""
    page = re.sub(r"<title>.*?</title>", "", page, count=1, flags=re.DOTALL)
    head = (
        f"<title>{html.escape(title)}</title>\n"
        "<script>localStorage.clear();"
        "addEventListener('DOMContentLoaded',function(){"
        "document.documentElement.dataset.mode='light';"
        "document.documentElement.dataset.theme='light';"
        "document.querySelectorAll('details').forEach(function(e){e.open=true});"
        "document.querySelectorAll('.toggle-hidden').forEach(function(e){"
        "e.classList.remove('toggle-hidden')});"
        "});</script>\n"
    )
    page = page.replace("</head>", f"{head}{_TITLE_STYLE}</head>", 1)
    front = _title_page(language, title, version)
    page = re.sub(r"<body\b[^>]*>", lambda body: body[0] + front, page, count=1)
    return re.sub(r"<html\b(?![^>]*\blang=)", f'<html lang="{language}"', page, count=1)


def _title_page(language: Language, title: str, version: str) -> str:
    word = load_catalogue("handbook_site").text
    edition = word("version", language, title=word("title", language), version=version)
    lines = [
        f'<p class="title">{html.escape(title)}</p>',
        f'<p class="about">{html.escape(word("card", language))}</p>',
        f"<p>{html.escape(edition)}</p>" if version else "",
        f"<p>{word('licence', language)}</p>",
    ]
    return f'<div class="title-page">{"".join(lines)}</div>'
