"""Handbooks: that of a client, searched before it replaces an older one, and ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.assessment.config import load_assessment
from diagnose.assessment.publish import prepare_assessment, publish_assessment
from diagnose.assessment.search import search_handbook
from diagnose.language import Language

if TYPE_CHECKING:
    from diagnose.handbook.edition import Format


def build_client_handbook(
    folder: str | Path,
    target: str | Path | None = None,
    *,
    languages: Sequence[Language] = ("en", "nl"),
    formats: Sequence[Format] = ("html",),
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, bool]:
    """Build the edition of one client and search every file of it.

    Parameters
    ----------
    folder : str or Path
        The assessment folder.
    target : str or Path, optional
        Where it goes; ``output/handbook`` of the assessment by default.
    languages : sequence of str
        Editions to build.
    formats : sequence of {"html", "epub", "pdf"}
        What to build besides pages for a browser.
    progress : callable, optional
        Called with a line of text before each step.

    Returns
    -------
    tuple of Path and bool
        Its start page, and whether it was built; one that is current is only searched.

    Raises
    ------
    DisclosureError
        A file holds what may not be shown; what stood in `target` is still there.
    DiagnoseError
        Something must be repaired first.
    """
    from diagnose.handbook import build_handbook
    from diagnose.handbook.build import check_order

    setting = load_assessment(folder)
    place = setting.folder / "output" / "handbook" if target is None else Path(target)
    check_order(place, project=setting.folder, formats=formats)
    prepared = prepare_assessment(setting, progress=progress)

    def check(site: Path) -> None:
        if progress is not None:
            progress("search")
        search_handbook(site, prepared)

    new = build_handbook(
        place,
        project=setting.folder,
        title=setting.titles,
        languages=languages,
        formats=formats,
        publication=prepared.publication,
        check=check,
        progress=progress,
    )
    if not new:
        check(place)
    return place / "index.html", new


def build_public_handbook(
    target: str | Path | None = None,
    *,
    languages: Sequence[Language] = ("en", "nl"),
    formats: Sequence[Format] = ("html",),
    progress: Callable[[str], None] | None = None,
) -> tuple[Path, bool]:
    """Build the edition that shows the synthetic example.

    Parameters
    ----------
    target : str or Path, optional
        Where it goes; ``_build/site`` by default.
    languages, formats, progress
        As in `build_client_handbook`.

    Returns
    -------
    tuple of Path and bool
        Its start page, and whether it was built.

    Raises
    ------
    DiagnoseError
        The sources are not there, or the build failed.
    """
    from diagnose.handbook import build_handbook, find_book, is_current
    from diagnose.handbook.build import EXAMPLE

    place = Path(target or Path("_build") / "site")
    example = find_book() / EXAMPLE
    if is_current(place, languages=languages, formats=formats):
        return place / "index.html", False
    new = build_handbook(
        place,
        languages=languages,
        formats=formats,
        publication=publish_assessment(example, progress=progress),
        progress=progress,
    )
    return place / "index.html", new
