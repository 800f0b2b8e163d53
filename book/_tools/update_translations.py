"""Bring the Dutch catalogues up to date with the English pages and list what is open.

    python book/_tools/update_translations.py [page ...]

Extracts every text of the book (notebooks included), or of some pages such as
``book/why`` alone, merges it into ``book/locale/nl`` and prints the entries that have
no translation yet.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po, write_po
from ruamel.yaml import YAML

from diagnose.handbook.build import settings_of

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "book" / "locale"
ENGLISH_ONLY = (  # descriptions stay English; headings are translated by hand
    "book/api/assessing.po",
    "book/api/measurement.po",
    "book/api/comparing.po",
    "book/reference/changelog.po",
)


def extract(target: Path, pages: list[str]) -> Path:
    """Write the message templates of the pages (none: all) and return their folder."""
    config, toc = settings_of(ROOT, "en")
    config["execute"]["execute_notebooks"] = "off"  # outputs hold no text to translate
    if pages and toc["root"] not in pages:  # the root holds the titles of all parts
        toc = {"format": "jb-book", "root": pages[0]}
        if pages[1:]:
            toc["chapters"] = [{"file": page} for page in pages[1:]]
    for name, content in (("_config.yml", config), ("_toc.yml", toc)):
        with (target / name).open("w", encoding="utf-8") as file:
            YAML(typ="safe", pure=True).dump(content, file)
    command = [
        *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
        *("build", str(ROOT), "--path-output", str(target), "--all"),
        *("--config", str(target / "_config.yml"), "--toc", str(target / "_toc.yml")),
        *("--builder", "custom", "--custom-builder", "gettext"),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return target / "_build" / "gettext"


def update(templates: Path) -> None:
    """Merge the templates into the Dutch catalogues.

    Pages that stay English keep the catalogue of headings that they have.
    """
    for name in ENGLISH_ONLY:
        (templates / name).with_suffix(".pot").unlink(missing_ok=True)
    tool = Path(sys.executable).with_name("sphinx-intl")
    options = ["-l", "nl", "-w", "0", "--no-obsolete"]
    command = [str(tool), "update", "-p", str(templates), "-d", str(LOCALE), *options]
    subprocess.run(command, check=True)
    for template in templates.rglob("*.pot"):
        inside = template.relative_to(templates).with_suffix(".po")
        path = LOCALE / "nl" / "LC_MESSAGES" / inside
        path.with_suffix(".mo").unlink(missing_ok=True)
        settle(path)


def settle(path: Path) -> None:
    """Write a catalogue the same way every time: no dates, no names, no line ends."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale="nl")
    catalogue.fuzzy = False
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, omit_header=True, no_location=True)


def differences(templates: Path, texts: Path) -> list[str]:
    """Return what the pages say and no catalogue knows, and the other way round."""
    found = []
    for template in sorted(templates.rglob("*.pot")):
        inside = template.relative_to(templates).with_suffix(".po")
        if inside.as_posix() in ENGLISH_ONLY:
            continue
        asked, known = _ids(template), _ids(texts / inside)
        found += [f"{inside}: not in the catalogue: {text!r}" for text in asked - known]
        found += [
            f"{inside}: no longer on the page: {text!r}" for text in known - asked
        ]
    return sorted(found)


def _ids(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    with path.open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id}


def report(pages: list[str]) -> int:
    """Print every entry without a translation and return how many there are."""
    missing = 0
    texts = LOCALE / "nl" / "LC_MESSAGES"
    every = sorted(texts.rglob("*.po"))
    for path in [texts / f"{page}.po" for page in pages] or every:
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and (not message.string or message.fuzzy):
                    missing += 1
                    sys.stdout.write(f"{path.relative_to(ROOT)}: {message.id!r}\n")
    return missing


if __name__ == "__main__":
    scratch = Path(tempfile.mkdtemp(prefix="gettext-"))
    try:
        update(extract(scratch, sys.argv[1:]))
    finally:
        shutil.rmtree(scratch)
    sys.exit(1 if report(sys.argv[1:]) else 0)
