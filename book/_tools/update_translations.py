"""Bring the Dutch catalogues up to date with the English pages and list what is open.

    python book/_tools/update_translations.py

Extracts every text of the book (notebooks included), merges it into
``book/locale/nl`` and prints the entries that have no translation yet.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "book" / "locale"


def extract(target: Path) -> Path:
    """Write the message templates of all pages and return their folder."""
    command = [
        *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
        *("build", str(ROOT), "--path-output", str(target)),
        *("--builder", "custom", "--custom-builder", "gettext"),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return target / "_build" / "gettext"


def update(templates: Path) -> None:
    """Merge the templates into the Dutch catalogues.

    Docstrings stay English, so the page of the API keeps its catalogue of headings.
    """
    (templates / "book" / "api.pot").unlink()
    tool = Path(sys.executable).with_name("sphinx-intl")
    options = ["-l", "nl", "-w", "0", "--no-obsolete"]
    command = [str(tool), "update", "-p", str(templates), "-d", str(LOCALE), *options]
    subprocess.run(command, check=True)
    for path in LOCALE.rglob("*.mo"):
        path.unlink()
    for path in LOCALE.rglob("*.po"):
        settle(path)


def settle(path: Path) -> None:
    """Write a catalogue the same way every time: no dates, no names, no line ends."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale="nl")
    catalogue.fuzzy = False
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, omit_header=True, no_location=True)


def report() -> int:
    """Print every entry without a translation and return how many there are."""
    missing = 0
    for path in sorted(LOCALE.rglob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and (not message.string or message.fuzzy):
                    missing += 1
                    sys.stdout.write(f"{path.relative_to(ROOT)}: {message.id!r}\n")
    return missing


if __name__ == "__main__":
    scratch = Path(tempfile.mkdtemp(prefix="gettext-"))
    try:
        update(extract(scratch))
    finally:
        shutil.rmtree(scratch)
    sys.exit(1 if report() else 0)
