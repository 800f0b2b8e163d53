"""Build the English and the Dutch edition from the sources, always from scratch.

A client's edition is the same book with the notebooks run on the client's folder.
Every edition is built in a folder of its own: a page left from an earlier build would
show an earlier client's numbers.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any

from diagnose.errors import MissingDependencyError, UnsupportedError
from diagnose.handbook.fingerprint import fingerprint
from diagnose.language import Language, Text

_STAMP = ".diagnose-handbook"
_SOURCES = ("book", "notebooks", "surveys", "src/diagnose", "_config.yml", "_toc.yml")


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
        by default.
    title : mapping of str to str, optional
        Title of a client's edition, by language.
    languages : sequence of str
        Editions to build.
    progress : callable, optional
        Called with a line of text when something starts or ends.

    Returns
    -------
    bool
        False when nothing has changed since `target` was built, so nothing was done.

    Raises
    ------
    MissingDependencyError
        The sources or Jupyter Book are not there.
    UnsupportedError
        The build failed; the message ends with the log's last lines.
    """
    root = find_book()
    if is_current(target, project=project, title=title):
        return False
    mark = fingerprint(root, _SOURCES, project=project, title=title)
    _refuse_foreign(target)
    with tempfile.TemporaryDirectory(prefix="handbook-") as scratch:
        work = Path(scratch)
        site = work / "site"
        site.mkdir()

        def one(language: Language) -> None:
            _say(progress, f"handbook {language}")
            built = _build_edition(root, work, language, project=project, title=title)
            shutil.copytree(built, site / language)

        with ThreadPoolExecutor(max_workers=len(languages)) as pool:
            list(pool.map(one, languages))
        (site / "index.html").write_text(_start_page(languages), encoding="utf-8")
        (site / _STAMP).write_text(mark, encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(site, target)
    return True


def is_current(
    target: Path, *, project: Path | None = None, title: Text | None = None
) -> bool:
    """Tell whether a handbook is there and would come out the same if built again."""
    stamp = target / _STAMP
    if not stamp.is_file():
        return False
    mark = fingerprint(find_book(), _SOURCES, project=project, title=title)
    return stamp.read_text(encoding="utf-8") == mark


def _refuse_foreign(target: Path) -> None:
    if target.is_dir() and any(target.iterdir()) and not (target / _STAMP).is_file():
        raise UnsupportedError(
            f"{target.name}/ holds files that no handbook build made; "
            "move them away or choose another folder."
        )


def _build_edition(
    root: Path,
    work: Path,
    language: Language,
    *,
    project: Path | None,
    title: Text | None,
) -> Path:
    out = work / language
    out.mkdir()
    config, toc = _settings(root, language)
    if title is not None:
        config["title"] = f"{config['title']} – {title[language]}"
    _dump(out / "_config.yml", config)
    _dump(out / "_toc.yml", toc)
    command = [
        *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
        *("build", str(root), "--config", str(out / "_config.yml")),
        *("--toc", str(out / "_toc.yml"), "--path-output", str(out)),
        *("-n", "-W", "--keep-going"),
    ]
    # both editions are built at once: more threads would only wait for each other
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    environment |= {"DIAGNOSE_LANG": language, "MPLBACKEND": "agg"}
    if project is not None:
        environment["DIAGNOSE_PROJECT"] = str(project.resolve())
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise _failure(language, done.stdout + done.stderr)
    return out / "_build" / "html"


def _failure(language: Language, log: str) -> Exception:
    if "No module named 'jupyter_book'" in log:
        return MissingDependencyError(
            "Jupyter Book is not installed; run `pip install -r requirements.txt`."
        )
    # kernels announce that they listen on this computer only; that is no failure
    said = [line for line in log.splitlines() if "[IPKernelApp]" not in line]
    lines = [line for line in said if line.strip()]
    telling = [line for line in lines if re.search("warning|error", line.lower())]
    shown = "\n".join((telling or lines)[-20:])
    return UnsupportedError(f"the {language} edition could not be built:\n{shown}")


def _settings(root: Path, language: Language) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return Jupyter Book's settings and table of contents of one edition."""
    config = _load(root / "_config.yml")
    toc = _load(root / "_toc.yml")
    overlay = root / "book" / f"{language}.yml"
    if overlay.is_file():
        changes = _load(overlay)
        _merge(config, changes["config"])
        for part in toc["parts"]:
            part["caption"] = changes["captions"][part["caption"]]
    local = config["sphinx"].get("local_extensions", {})
    # Jupyter Book reads these paths relative to the config file, which is a copy
    config["sphinx"]["local_extensions"] = {
        name: str(root / where) for name, where in local.items()
    }
    return config, toc


def _merge(base: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _merge(base[key], value)
        else:
            base[key] = value


def _load(path: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML

    content: dict[str, Any] = YAML(typ="safe", pure=True).load(
        path.read_text(encoding="utf-8")
    )
    return content


def _dump(path: Path, content: dict[str, Any]) -> None:
    from ruamel.yaml import YAML

    writer = YAML(typ="safe", pure=True)
    writer.allow_unicode = True
    with path.open("w", encoding="utf-8") as file:
        writer.dump(content, file)


def _start_page(languages: Sequence[Language]) -> str:
    names = {"en": "English", "nl": "Nederlands"}
    links = "\n".join(
        f'<li><a href="{code}/index.html" hreflang="{code}" lang="{code}">'
        f"{html.escape(names[code])}</a></li>"
        for code in languages
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>Diagnosing Change · Verandering in beeld</title>\n"
        "<style>html{background:Canvas;color:CanvasText;color-scheme:light dark}"
        "body{font:1.1rem/1.6 sans-serif;max-width:32rem;margin:4rem auto;"
        "padding:0 1rem}a{color:LinkText}</style></head>\n"
        '<body><main><h1>Diagnosing Change<br><span lang="nl">Verandering in beeld'
        f"</span></h1><ul>\n{links}\n</ul></main></body></html>\n"
    )


def _say(progress: Callable[[str], None] | None, line: str) -> None:
    if progress is not None:
        progress(line)
