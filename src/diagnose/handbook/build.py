"""Build the English and the Dutch edition from the sources, always from scratch.

A client's edition is the same book with the notebooks run on the client's folder.
Every edition is built in a folder of its own: a page left from an earlier build would
show an earlier client's numbers.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from diagnose.errors import MissingDependencyError, UnsupportedError
from diagnose.handbook.edition import FORMATS, Format, Order, build_edition, settings_of
from diagnose.handbook.fingerprint import fingerprint
from diagnose.handbook.paper import find_browser
from diagnose.handbook.publishing import (
    REDIRECTS,
    SETTINGS,
    read_publishing,
    read_redirects,
)
from diagnose.handbook.shared import share_publication
from diagnose.handbook.site import finish_site
from diagnose.language import Language, Text

if TYPE_CHECKING:
    from diagnose.disclosure import Publication

__all__ = [
    "FORMATS",
    "build_handbook",
    "check_order",
    "find_book",
    "is_current",
    "settings_of",
]

EXAMPLE = Path("surveys") / "example"
"""The assessment that the public edition shows."""
_STAMP = ".diagnose-handbook"
_SOURCES = (
    *("book", "notebooks", "surveys", "benchmarks/results", "src/diagnose"),
    *("_config.yml", "_toc.yml", "CHANGELOG.md"),
)


def find_book() -> Path:
    """Return the folder that holds the sources of the handbook.

    Raises
    ------
    MissingDependencyError
        The package was installed without the repository around it.
    """
    package = Path(str(resources.files("diagnose")))
    for folder in (package.parents[1], Path.cwd()):
        if (folder / "_toc.yml").is_file() and (folder / "book").is_dir():
            return folder
    raise MissingDependencyError(
        "the handbook is built from its sources (book/, notebooks/, _toc.yml), and "
        "they are not installed with the package; run this in a copy of the repository."
    )


def build_handbook(
    target: Path,
    *,
    project: Path | None = None,
    title: Text | None = None,
    languages: Sequence[Language] = ("en", "nl"),
    formats: Sequence[Format] = ("html",),
    publication: Publication | None = None,
    check: Callable[[Path], object] | None = None,
    progress: Callable[[str], None] | None = None,
) -> bool:
    """Build every edition and put them side by side in `target`.

    Parameters
    ----------
    target : Path
        Folder that receives ``index.html`` and one folder a language. Replaced as a
        whole when the build has succeeded, and only if an earlier build made it.
    project : Path, optional
        Assessment folder whose publication the notebooks show; the synthetic example
        by default. Its ``publishing.yml`` says where the edition will stand.
    title : mapping of str to str, optional
        Title of a client's edition, by language.
    languages : sequence of str
        Editions to build.
    formats : sequence of {"html", "epub", "pdf"}
        Pages for a browser are always built; the others lie in ``downloads`` of each
        edition.
    publication : Publication, optional
        What was published of `project` (of the synthetic example without one), if that
        is known already: the notebooks then show it instead of making it once each.
    check : callable, optional
        Called with the finished site before it takes the place of `target`; what it
        raises leaves `target` as it was.
    progress : callable, optional
        Called with a line of text when something starts or ends.

    Returns
    -------
    bool
        False when nothing has changed since `target` was built, so nothing was done.

    Raises
    ------
    MissingDependencyError
        The sources, Jupyter Book or the browser that prints are not there.
    UnsupportedError
        The build failed, and the message ends with the log's last lines; or the
        settings of the publisher or the redirects are wrong.
    """
    root = find_book()
    if is_current(
        target, project=project, title=title, languages=languages, formats=formats
    ):
        return False
    mark = fingerprint(root, _SOURCES, project=project, title=title)
    _refuse_foreign(target)
    order = _order(root, project, title, languages, formats)
    with tempfile.TemporaryDirectory(prefix="handbook-") as scratch:
        work = Path(scratch)
        site = work / "site"
        site.mkdir()
        if publication is not None:
            shared = work / "publication"
            share_publication(publication, project or root / EXAMPLE, shared)
            order = replace(order, shared=shared)

        def one(language: Language) -> None:
            _say(progress, f"handbook {language}")
            shutil.copytree(build_edition(root, work, language, order), site / language)

        with ThreadPoolExecutor(max_workers=len(order.languages)) as pool:
            list(pool.map(one, order.languages))
        finish_site(
            site, order.languages, order.publishing, order.redirects, order.titles
        )
        stamp = {"mark": mark, "languages": order.languages, "formats": order.formats}
        (site / _STAMP).write_text(json.dumps(stamp), encoding="utf-8")
        if check is not None:
            check(site)
        _put(site, target)
    return True


def _put(site: Path, target: Path) -> None:
    """Let a finished site take the place of an older one, as a whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".handbook-") as beside:
        new, old = Path(beside, "new"), Path(beside, "old")
        shutil.copytree(site, new)
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except BaseException:
            if old.exists():
                old.rename(target)
            raise


def check_order(
    target: Path, *, project: Path | None = None, formats: Sequence[Format] = ("html",)
) -> None:
    """Find at once what would end a build of minutes.

    Parameters
    ----------
    target, project, formats
        As in `build_handbook`.

    Raises
    ------
    MissingDependencyError
        The sources or the browser that prints are not there.
    UnsupportedError
        The settings of the publisher or the redirects are wrong, or `target` holds
        files that no build made.
    """
    _order(find_book(), project, None, (), formats)
    _refuse_foreign(target)


def _order(
    root: Path,
    project: Path | None,
    title: Text | None,
    languages: Sequence[Language],
    formats: Sequence[Format],
) -> Order:
    """Return what is to be built, and find before the build what would break it."""
    if "pdf" in formats:
        find_browser()
    return Order(
        languages=tuple(dict.fromkeys(languages)),
        formats=tuple(kind for kind in FORMATS if kind == "html" or kind in formats),
        project=project,
        title=title,
        publishing=read_publishing((project or root / "book") / SETTINGS),
        redirects=read_redirects(root / "book" / REDIRECTS, root),
    )


def is_current(
    target: Path,
    *,
    project: Path | None = None,
    title: Text | None = None,
    languages: Sequence[Language] = ("en", "nl"),
    formats: Sequence[Format] = ("html",),
) -> bool:
    """Tell whether a handbook is there and would come out the same if built again.

    Parameters
    ----------
    target : Path
        Where it was built.
    project : Path, optional
        As in `build_handbook`.
    title : mapping of str to str, optional
        As in `build_handbook`.
    languages, formats : sequence of str
        What it must hold at least.
    """
    stamp = target / _STAMP
    if not stamp.is_file():
        return False
    try:
        made = json.loads(stamp.read_text(encoding="utf-8"))
        holds = {*made["languages"], *made["formats"]}
        known = made["mark"]
    except (ValueError, KeyError, TypeError):
        return False
    if not {*languages, *formats} <= holds:
        return False
    return bool(
        known == fingerprint(find_book(), _SOURCES, project=project, title=title)
    )


def _refuse_foreign(target: Path) -> None:
    if target.is_dir() and any(target.iterdir()) and not (target / _STAMP).is_file():
        raise UnsupportedError(
            f"{target.name}/ holds files that no handbook build made; "
            "move them away or choose another folder."
        )


def _say(progress: Callable[[str], None] | None, line: str) -> None:
    if progress is not None:
        progress(line)
