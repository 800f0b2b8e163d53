"""Every written file read back, and searched for what may not be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from diagnose.assessment.publish import Prepared
from diagnose.language import Language

if TYPE_CHECKING:
    from diagnose.disclosure.files import FileAudit

_BOOK_SOURCES = ("book", "notebooks", "surveys", "benchmarks")
"""Where the handbook has its fixed texts and its examples from, with their numbers."""

_MADE_UP = ("14_attack_table", "showing/attack", "15_case", "16_case", "17_case")
"""Pages whose units are made up, and called like those of many a client."""


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
    from diagnose.disclosure.files import check_files

    return check_files(
        folder,
        prepared.publication,
        allowed=list(_fixed_texts()),
        secrets=prepared.secrets,
        made_up=_MADE_UP,
    )


def _fixed_texts() -> Iterator[str | Path]:
    from diagnose.handbook import find_book
    from diagnose.handbook.live import element_texts
    from diagnose.widgets.team_size import team_size_texts

    root = find_book()
    yield from (root / name for name in _BOOK_SOURCES)
    languages: tuple[Language, ...] = get_args(Language)
    for language in languages:
        # Works out intervals for sizes and spreads of its own, not for anybody's team.
        yield from team_size_texts(language)
        yield from element_texts(language)
