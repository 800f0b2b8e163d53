"""Every text of the Dutch edition is translated and keeps its roles and formulas."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "book" / "locale"
CATALOGUES = sorted(LOCALE.glob("nl/LC_MESSAGES/**/*.po"))
DUTCH = LOCALE / "nl" / "LC_MESSAGES"
KEEP = re.compile(r"\{[a-z:]+\}`[^`<]*(?:<[^>]*>)?`|\$[^$]+\$")

_tool = importlib.util.spec_from_file_location(
    "update_translations", ROOT / "book" / "_tools" / "update_translations.py"
)
update_translations = importlib.util.module_from_spec(_tool)
_tool.loader.exec_module(update_translations)


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


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    """Return the message templates of all pages, as they are now."""
    return update_translations.extract(tmp_path_factory.mktemp("gettext"), [])


def test_the_catalogues_are_those_of_the_pages(templates):
    assert update_translations.differences(templates, DUTCH) == []


def test_a_paragraph_that_is_not_translated_turns_red(templates, tmp_path):
    planted = tmp_path / "templates"
    shutil.copytree(templates, planted)
    with (planted / "book" / "why.pot").open("a", encoding="utf-8") as file:
        file.write('\nmsgid "A paragraph that nobody translated."\nmsgstr ""\n')

    found = update_translations.differences(planted, DUTCH)

    assert found == [
        "book/why.po: not in the catalogue: 'A paragraph that nobody translated.'"
    ]


@pytest.mark.parametrize("mark", ['msgstr ""', "#, fuzzy"])
def test_an_open_or_doubtful_translation_turns_red(tmp_path, mark):
    path = tmp_path / "page.po"
    entry = 'msgid "A claim."\nmsgstr "Een bewering."\n'
    planted = (
        f"{mark}\n{entry}"
        if mark.startswith("#")
        else entry.replace('msgstr "Een bewering."', mark)
    )
    path.write_text(f'msgid ""\nmsgstr ""\n\n{planted}', encoding="utf-8")

    with pytest.raises(AssertionError, match=r"not translated|fuzzy"):
        test_a_catalogue_is_complete(path)


def test_a_translation_that_lost_its_link_turns_red(tmp_path):
    path = tmp_path / "page.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n\nmsgid "See {doc}`why`."\nmsgstr "Zie waarom."\n',
        encoding="utf-8",
    )

    with pytest.raises(AssertionError):
        test_a_catalogue_is_complete(path)
