"""One edition of the handbook, built in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import NAMESPACE_URL, uuid5

from diagnose.errors import MissingDependencyError, UnsupportedError
from diagnose.handbook.card import draw_card
from diagnose.handbook.paper import PAPER, file_name, write_epub, write_pdf
from diagnose.handbook.publishing import Publishing
from diagnose.handbook.shared import VARIABLE as SHARED
from diagnose.language import Language, Text

Format = Literal["html", "epub", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)
# A book is millions of small objects that stay: going through all of them for garbage
# as often as Python does by default takes a fifth of the build.
_BUILD = (
    "import gc; gc.set_threshold(200_000, 20, 100); "
    "from jupyter_book.cli.main import main; main()"
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be built.

    Attributes
    ----------
    languages : tuple of str
        Editions.
    formats : tuple of str
        Pages for a browser, and further forms of the same book.
    project : Path or None
        Assessment folder whose publication the notebooks show.
    title : mapping of str to str or None
        Title of a client's edition, by language.
    publishing : Publishing
        Where it will stand.
    redirects : mapping of str to str
        Short and former addresses, to pages.
    shared : Path or None
        What was published of the project, for the notebooks of this build.
    """

    languages: tuple[Language, ...] = ("en", "nl")
    formats: tuple[Format, ...] = ("html",)
    project: Path | None = None
    title: Text | None = None
    publishing: Publishing = field(default_factory=Publishing)
    redirects: Mapping[str, str] = field(default_factory=dict)
    shared: Path | None = None

    @property
    def titles(self) -> Mapping[str, str]:
        """What the start page calls each edition: nothing but a client's own title."""
        return self.title or {}


def build_edition(root: Path, work: Path, language: Language, order: Order) -> Path:
    """Build one edition and return the folder with its pages.

    The notebooks run once. The forms for paper are written from what was read then.

    Parameters
    ----------
    root : Path
        The sources.
    work : Path
        A folder for this build alone.
    language : {"en", "nl"}
        Which edition.
    order : Order
        What is to be built.

    Raises
    ------
    MissingDependencyError
        Jupyter Book is not installed.
    UnsupportedError
        The build failed; the message ends with the log's last lines.
    """
    out = work / language
    out.mkdir()
    config, toc = settings_of(root, language)
    _adapt(config, language, order)
    _dump(out / "_config.yml", config)
    _dump(out / "_toc.yml", toc)
    _run(root, out, language, order, ())
    pages = out / "_build" / "html"
    if order.project is not None:
        _clear_outputs(pages / "_sources")
    downloads = pages / "downloads"
    title = str(config["title"])
    if "epub" in order.formats:
        _run(
            root,
            out,
            language,
            order,
            ("--builder", "custom", "--custom-builder", "epub"),
        )
        made = next((out / "_build" / "epub").glob("*.epub"))
        write_epub(made, downloads / file_name(language, "epub"))
    if "pdf" in order.formats:
        _run(root, out, language, order, ("--builder", "singlehtml"))
        single = out / "_build" / "singlehtml"
        version = str(config["sphinx"]["config"]["release"])
        made = downloads / file_name(language, "pdf")
        write_pdf(single, made, language, title, version)
    if order.publishing.address:
        draw_card(pages / "_static" / "card.png", title, language)
    return pages


def _clear_outputs(sources: Path) -> None:
    """Take the outputs out of the notebooks to download: they show the example."""
    for path in sources.rglob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
        notebook["metadata"].pop("widgets", None)
        text = json.dumps(notebook, ensure_ascii=False, indent=1)
        path.write_text(f"{text}\n", encoding="utf-8")


def _adapt(config: dict[str, Any], language: Language, order: Order) -> None:
    """Put what this build is about into the settings of Jupyter Book."""
    own = config["sphinx"]["config"]
    if order.title is not None:
        config["title"] = f"{config['title']} – {order.title[language]}"
        # two books on one e-reader: the second would take the place of the first
        named = uuid5(NAMESPACE_URL, f"{own['epub_identifier']} {config['title']}")
        own |= {"epub_title": config["title"], "epub_identifier": named.urn}
    address = order.publishing.address
    if address:
        config["html"]["baseurl"] = f"{address}{language}/"
    own |= {
        "epub_tocscope": "includehidden",
        "epub_tocdepth": 2,
        "handbook_address": address,
        "handbook_feedback": order.publishing.feedback,
        "handbook_downloads": [kind for kind in PAPER if kind in order.formats],
        "handbook_languages": sorted(order.languages),
    }


def _run(
    root: Path, out: Path, language: Language, order: Order, options: Sequence[str]
) -> None:
    command = [
        *(sys.executable, "-c", _BUILD),
        *("build", str(root), "--config", str(out / "_config.yml")),
        *("--toc", str(out / "_toc.yml"), "--path-output", str(out)),
        *("-n", "-W", "--keep-going", *options),
    ]
    # both editions are built at once: more threads would only wait for each other
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    environment |= {"DIAGNOSE_LANG": language, "MPLBACKEND": "agg"}
    if order.project is not None:
        environment["DIAGNOSE_PROJECT"] = str(order.project.resolve())
    if order.shared is not None:
        environment[SHARED] = str(order.shared)
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
        raise failure_of(language, done.stdout + done.stderr)


def failure_of(language: Language, log: str) -> Exception:
    """Return the error that the log of a failed build tells about."""
    if "No module named 'jupyter_book'" in log:
        return MissingDependencyError(
            "Jupyter Book is not installed; run `pip install -r requirements.txt`."
        )
    # kernels announce that they listen on this computer only; that is no failure
    plain = _COLOURS.sub("", log)
    said = [line for line in plain.splitlines() if "[IPKernelApp]" not in line]
    lines = [line for line in said if line.strip()]
    telling = [line for line in lines if re.search("warning|error", line.lower())]
    shown = "\n".join((telling or lines)[-20:])
    return UnsupportedError(f"the {language} edition could not be built:\n{shown}")


def settings_of(
    root: Path, language: Language
) -> tuple[dict[str, Any], dict[str, Any]]:
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
