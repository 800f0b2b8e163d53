"""Build some pages of the book alone, to look at them while writing.

    python book/_tools/preview.py book/why book/conditions/voice --language nl

Writes to ``_build/preview/<first page>/<language>`` and prints the warnings about these
pages. Notebooks show their committed outputs; links to other pages lead nowhere.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

from diagnose.handbook.build import settings_of

ROOT = Path(__file__).resolve().parents[2]
yaml = YAML(typ="safe", pure=True)


def build(pages: list[str], language: str) -> Path:
    """Build the pages and return the folder that holds them."""
    target = ROOT / "_build" / "preview" / pages[0].replace("/", "-") / language
    target.mkdir(parents=True, exist_ok=True)
    config, _ = settings_of(ROOT, language)
    config["execute"]["execute_notebooks"] = "off"
    chapters = dict.fromkeys([*pages[1:], "book/glossary", "book/bibliography"])
    chapters.pop(pages[0], None)
    toc = {"format": "jb-book", "root": pages[0]}
    toc["chapters"] = [{"file": page} for page in chapters]
    for name, content in (("_config.yml", config), ("_toc.yml", toc)):
        with (target / name).open("w", encoding="utf-8") as file:
            yaml.dump(content, file)
    command = [
        *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
        *("build", str(ROOT), "--config", str(target / "_config.yml")),
        *("--toc", str(target / "_toc.yml"), "--path-output", str(target), "--all"),
    ]
    environment = os.environ | {"DIAGNOSE_LANG": language}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment
    )
    for line in (done.stdout + done.stderr).splitlines():
        plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
        elsewhere = "unknown document" in plain or "not included" in plain
        if re.search("WARNING|ERROR|Error", plain) and not elsewhere:
            sys.stdout.write(plain.replace(f"{ROOT}/", "") + "\n")
    return target / "_build" / "html"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="+", help="pages without suffix, from the root")
    parser.add_argument("--language", default="en", choices=("en", "nl"))
    chosen = parser.parse_args()
    sys.stdout.write(f"{build(chosen.pages, chosen.language)}\n")
