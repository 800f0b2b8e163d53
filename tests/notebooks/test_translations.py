"""Every text of the Dutch edition is translated and keeps its roles and formulas."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "book" / "locale"
CATALOGUES = sorted(LOCALE.glob("nl/LC_MESSAGES/**/*.po"))
KEEP = re.compile(r"\{[a-z:]+\}`[^`<]*(?:<[^>]*>)?`|\$[^$]+\$")


def anchors(text: str) -> list[str]:
    """Return roles and formulas; of ``{term}`words <target>``` only the target."""
    found = []
    for part in KEEP.findall(text):
        target = re.search(r"<([^>]*)>`$", part)
        found.append(re.sub(r"`.*`", f"`{target[1]}`", part) if target else part)
    return sorted(found)


def pages() -> list[str]:
    """Return the pages of the table of contents, without suffix."""
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    return re.findall(r"(?:file|root): (\S+)", toc)


@pytest.mark.parametrize("page", pages())
def test_every_page_has_a_catalogue(page):
    assert (LOCALE / "nl" / "LC_MESSAGES" / f"{page}.po").is_file()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: "/".join(p.parts[-2:]))
def test_a_catalogue_is_complete(path):
    with path.open("rb") as file:
        catalogue = read_po(file)

    for message in catalogue:
        if message.id:
            assert message.string, f"not translated: {message.id}"
            assert not message.fuzzy, f"fuzzy: {message.id}"
            assert anchors(message.id) == anchors(message.string), message.id
