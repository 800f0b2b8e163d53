"""Every written file read back, and searched for what may not be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module, resources
from inspect import getdoc, isclass, isfunction, signature
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, get_args

from diagnose.assessment.made_up import PAGES, MadeUp, own_words
from diagnose.assessment.publish import Prepared
from diagnose.errors import DisclosureError
from diagnose.language import Language

if TYPE_CHECKING:
    from diagnose.disclosure.files import FileAudit

_BOOK_SOURCES = ("book", "notebooks", "surveys", "benchmarks")
"""Where the handbook has its fixed texts and its examples from, with their numbers."""
_NOTEBOOKS = "notebooks"


def search_output(folder: Path, prepared: Prepared, *, handbook: str) -> FileAudit:
    """Read every file of an output folder back and hold it against the publication.

    The handbook also shows what its own sources hold: worked examples, simulations and
    explorers. Its numbers are searched for with these known; names of hidden units and
    what was taken away are searched for in the same way everywhere.

    Parameters
    ----------
    folder : Path
        The output.
    prepared : Prepared
        What may be shown, and what may not.
    handbook : str
        Name of the folder with the handbook; it need not be there.

    Returns
    -------
    FileAudit
        One line a file; no problems.

    Raises
    ------
    DisclosureError
        Everything that may not stand where it stands (D040 to D047).
    """
    from diagnose.disclosure.files import FileAudit, check_files
    from diagnose.report.staging import MARK

    publication, secrets = prepared.publication, prepared.secrets
    audit = check_files(folder, publication, secrets=secrets, apart=(handbook, MARK))
    book = folder / handbook
    if not book.is_dir():
        return audit
    pages = search_handbook(book, prepared)
    named = (replace(file, name=f"{handbook}/{file.name}") for file in pages.files)
    return FileAudit(files=(*audit.files, *named), problems=())


def search_handbook(folder: Path, prepared: Prepared) -> FileAudit:
    """Read every file of a client's handbook back, as `search_output` does.

    Parameters
    ----------
    folder : Path
        The handbook, with all its editions.
    prepared : Prepared
        What may be shown, and what may not.

    Raises
    ------
    DisclosureError
        Everything that may not stand where it stands (D040 to D047).
    """
    from diagnose.disclosure.files import FileAudit, audit_files
    from diagnose.handbook import find_book

    done = audit_files(
        folder,
        prepared.publication,
        allowed=chain(_fixed_texts(), (own_words(folder),)),
        secrets=prepared.secrets,
        made_up=PAGES,
    )
    known = MadeUp(folder, find_book() / _NOTEBOOKS)
    problems = [one for one in done.problems if not known.explains(one)]
    if problems:
        raise DisclosureError(problems)
    files = tuple(replace(file, n_offences=0) for file in done.files)
    return FileAudit(files=files, problems=())


def _fixed_texts() -> Iterator[str | Path]:
    """Yield what may stand in any edition; a folder is there until the next one."""
    from diagnose.disclosure.files import read_folder
    from diagnose.handbook import find_book
    from diagnose.handbook.live import element_texts
    from diagnose.widgets.team_size import team_size_texts

    root = find_book()
    yield from (root / name for name in _BOOK_SOURCES)
    yield Path(str(resources.files("diagnose.language") / "texts"))
    for notebook in read_folder(root / _NOTEBOOKS):
        # the Dutch edition runs it again, and writes the same numbers with a comma
        yield "\n".join(notebook.texts).replace(".", ",")
    yield "\n".join(_docstrings())
    # lines of print break inside an address, and what is left looks like a number
    sources = (root / "book" / "references.bib").read_text(encoding="utf-8")
    yield re.sub(r"(?<=[/()-])(?=\d)|(?<=\d)(?=[()-])", " ", sources)
    languages: tuple[Language, ...] = get_args(Language)
    for language in languages:
        # Works out intervals for sizes and spreads of its own, not for anybody's team.
        yield from team_size_texts(language)
    with TemporaryDirectory() as scratch:
        for language in languages:
            for number, text in enumerate(element_texts(language)):
                path = Path(scratch, f"{language}{number}.json")
                path.write_text(text, encoding="utf-8")
        yield Path(scratch)


def _docstrings() -> Iterator[str]:
    """Yield what the reference pages say about every public function and class."""
    package = import_module("diagnose")
    for name in package.__all__:
        thing = getattr(package, name)
        for one in (thing, *(vars(thing).values() if isclass(thing) else ())):
            yield getdoc(one) or ""
            yield str(signature(one)) if isfunction(one) else ""
