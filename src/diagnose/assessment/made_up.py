"""What a handbook shows of units that do not exist, told from those of a client.

Worked examples and case studies make their own organisations, and their units are
called as units are called: Team 01, Division 2. Beside such a name may stand a number
that no unit of the client has. What is made up is known here by the page, by the part
of an EPUB and the pages of a PDF that hold it, or by the row of a table that the
notebook in the repository shows to the letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from diagnose.errors import Problem
from diagnose.language import Language

if TYPE_CHECKING:
    from diagnose.disclosure.files import Row, Written

PAGES = ("14_attack_table", "showing/attack", "15_case", "16_case", "17_case")
"""Parts of the names of pages whose units are all made up."""
_ABOUT_NAMES = frozenset({"D042", "D047"})
_NUMBERED = re.compile(r"page (\d+)\b")
_TITLE = re.compile(r'<h1>((?:(?!</h1>).)*?)<a class="headerlink"', re.DOTALL)
_COUNTED = re.compile(r'<span class="(?:section|caption)-number">([^<]*)</span>')
_FEEDBACK = re.compile(r'class="feedback-button" data-start="([^"?]*)')
_DECIMAL = re.compile(r"\d\.\d")
_SENTENCE = 30
"""Shorter texts are too much like those of anybody."""
_OWN_NUMBER = re.compile(r"^[\d.]+\s+|\s*[#¶]$")


class MadeUp:
    """Knows which places of a handbook are about units that do not exist.

    Parameters
    ----------
    folder : Path
        The handbook, with all its editions.
    notebooks : Path
        The notebooks that it was built from.
    """

    def __init__(self, folder: Path, notebooks: Path) -> None:
        self._folder = folder
        self._notebooks = notebooks
        self._read: dict[str, Written] = {}
        self._printed: dict[str, frozenset[int]] = {}

    def explains(self, problem: Problem) -> bool:
        """Tell whether a number beside a name belongs to a unit that is made up.

        Parameters
        ----------
        problem : Problem
            Of the audit of the handbook.
        """
        if problem.code not in _ABOUT_NAMES:
            return False
        file, _, inside = problem.place.partition(" ")
        if file.endswith(".epub") and any(p in inside.split(" ")[0] for p in PAGES):
            return True
        numbered = _NUMBERED.match(inside) if file.endswith(".pdf") else None
        if numbered and int(numbered[1]) in self._printed_pages(file):
            return True
        return problem.code == "D042" and self._is_known(problem, file)

    def _is_known(self, problem: Problem, file: str) -> bool:
        """Tell whether what stands there with that number stands in a notebook too."""
        written, told = self._written(file), dict(getattr(problem, "values", ()))
        there = [
            *(_line(row) for row in written.rows if row.place == problem.place),
            *(
                plain(passage.text)
                for passage in written.passages
                if passage.place == problem.place and passage.kind != "script"
            ),
        ]
        number = plain(str(told.get("told", "")))
        found = [text for text in there if number in text]
        return bool(found) and all(
            text in self._known or _is_asked(text) for text in found
        )

    @cached_property
    def _known(self) -> frozenset[str]:
        """Return the rows of tables in the committed notebooks, and made-up texts.

        With two numbers or more that have decimals: no other unit has the same ones.
        """
        from diagnose.disclosure.files import read_folder

        rows = (row for one in read_folder(self._notebooks) for row in one.rows)
        own = {_line(row) for row in rows}
        texts = (p.text for f in self._made_up() for p in self._written(f).passages)
        every = own.union(map(plain, texts))
        return frozenset(text for text in every if len(_DECIMAL.findall(text)) > 1)

    def _made_up(self) -> Iterator[str]:
        for path in sorted(self._folder.rglob("*.html")):
            name = path.relative_to(self._folder).as_posix()
            if any(part in name for part in PAGES):
                yield name

    def _written(self, file: str) -> Written:
        from diagnose.disclosure.files import read_bytes

        if file not in self._read:
            content = (self._folder / file).read_bytes()
            self._read[file] = read_bytes(content, file)
        return self._read[file]

    def _printed_pages(self, file: str) -> frozenset[int]:
        """Return the pages of a PDF on which the made-up chapters stand."""
        if file not in self._printed:
            edition = file.partition("/")[0]
            names = [n for n in self._made_up() if n.startswith(f"{edition}/")]
            titles = {_title(self._folder / name) for name in names}
            found = _chapters(self._folder / file, titles - {""})
            self._printed[file] = frozenset(found)
        return self._printed[file]


def _is_asked(text: str) -> bool:
    """Tell whether it is a sentence of a live element, or a line of one on paper."""
    return len(text) >= _SENTENCE and any(text in one for one in _sentences())


@cache
def _sentences() -> frozenset[str]:
    """Return the sentences of all live elements, such as the questions of a quiz."""
    from diagnose.disclosure.files.published import leaves_in
    from diagnose.handbook.live import element_texts

    languages: tuple[Language, ...] = get_args(Language)
    data = (json.loads(text) for code in languages for text in element_texts(code))
    texts = (leaf for leaf in leaves_in(list(data)) if isinstance(leaf, str))
    return frozenset(text for text in map(plain, texts) if len(text) >= _SENTENCE)


def _title(page: Path) -> str:
    found = _TITLE.search(page.read_text(encoding="utf-8"))
    return _bare(_text(found[1])) if found else ""


def _bare(title: str) -> str:
    """Return a title without its number and the sign for a link to it."""
    return _OWN_NUMBER.sub("", plain(title))


def _text(markup: str) -> str:
    from lxml import html

    return str(html.fromstring(f"<div>{markup}</div>").text_content())


def _chapters(pdf: Path, titles: set[str]) -> Iterator[int]:
    """Yield the numbers of the pages of chapters with these titles."""
    from pypdfium2 import PdfDocument

    document = PdfDocument(pdf.read_bytes())
    try:
        marks = [
            (mark.level, _bare(mark.get_title()), target.get_index())
            for mark in document.get_toc()
            if (target := mark.get_dest()) is not None
        ]
        end = len(document)
    finally:
        document.close()
    for at, (level, title, first) in enumerate(marks):
        if title in titles:
            later = (page for deep, _, page in marks[at + 1 :] if deep <= level)
            # the next chapter begins on a page of its own
            yield from range(first + 1, next(later, end) + 1)


def _line(row: Row) -> str:
    return plain(" ".join(map(str, row.cells)))


def plain(text: str) -> str:
    """Return a text on one line, with numbers as they are written in English.

    Parameters
    ----------
    text : str
        In any language.
    """
    joined = " ".join(text.replace("\N{MINUS SIGN}", "-").split())
    return re.sub(r"(?<=\d),(?=\d)", ".", joined)


def own_words(folder: Path) -> str:
    """Return what a build itself writes on its pages.

    These are the numbers of chapters, sections and exercises, and the address to which
    the publisher wants feedback to go.

    Parameters
    ----------
    folder : Path
        The handbook, with all its editions.
    """
    found: dict[str, None] = {}
    for page in sorted(folder.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        found |= dict.fromkeys((*_COUNTED.findall(text), *_FEEDBACK.findall(text)))
    return "\n".join(found)
