"""The built book as files: every link leads somewhere, every page is whole and small.

Needs no browser. BOOK_HTML names the folder of the built book (``_build/site``).
"""

from __future__ import annotations

import os
import re
import shutil
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree, html

from assessed import make_folder
from diagnose.assessment.publish import prepare_assessment
from diagnose.assessment.search import search_handbook

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
BOOK = Path(os.environ.get("BOOK_HTML") or ROOT / "_build" / "site").resolve()
if not (BOOK / "nl").is_dir():
    pytest.skip("no built book: run `diagnose handbook`", allow_module_level=True)

MOST_BYTES = 600_000
LANGUAGES = ("en", "nl")
NOINDEX = 'name="robots" content="noindex"'
HTML_ONLY = ("a", "link", "script", "img", "iframe", "source")


def _files() -> list[str]:
    found = (path.relative_to(BOOK) for path in sorted(BOOK.rglob("*.html")))
    return [path.as_posix() for path in found if "_static" not in path.parts]


FILES = _files()
PAGES = [
    name
    for name in FILES
    if name.count("/") > 0
    and name.partition("/")[2] not in ("index.html", "404.html")
    and NOINDEX not in (BOOK / name).read_text(encoding="utf-8")[:1000]
]


@cache
def _read(path: Path):
    return html.fromstring(path.read_bytes())


@cache
def _anchors(path: Path) -> frozenset[str]:
    page = _read(path)
    return frozenset([*page.xpath("//@id"), *page.xpath("//a/@name"), "", "top"])


def _leads(page: Path, href: str) -> str:
    """Return what is wrong with a link; nothing when it leads somewhere."""
    parts = urlsplit(href)
    if parts.scheme in ("https", "mailto", "data", "javascript") or parts.netloc:
        return ""
    if parts.scheme:
        return f"{href}: {parts.scheme}"
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_file():
        return f"{href}: no such file"
    if BOOK not in target.parents:
        return f"{href}: outside the book"
    if target.suffix == ".html" and unquote(parts.fragment) not in _anchors(target):
        return f"{href}: no such place"
    return ""


def test_the_book_has_pages_in_both_languages():
    each = {code: sum(p.startswith(f"{code}/") for p in PAGES) for code in LANGUAGES}

    assert each["en"] == each["nl"] > 20


@pytest.mark.parametrize("name", FILES)
def test_every_link_leads_to_a_file_and_a_place_in_it(name):
    path = BOOK / name
    page = _read(path)
    links = [e.get(key) for e in page.iter(*HTML_ONLY) for key in ("href", "src")]
    links += [
        content.partition("url=")[2]
        for content in page.xpath(
            "//meta[translate(@http-equiv, 'R', 'r')='refresh']/@content"
        )
    ]
    found = {link: _leads(path, link) for link in links if link}

    assert [wrong for wrong in found.values() if wrong] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_weighs_little_before_its_pictures(name):
    text = (BOOK / name).read_text(encoding="utf-8")
    without = re.sub(r"<svg\b.*?</svg>", "", text, flags=re.DOTALL)

    assert len(without.encode()) < MOST_BYTES


@pytest.mark.parametrize("name", PAGES)
def test_the_foot_of_a_page_tells_version_licence_and_where_to_write(name):
    path = BOOK / name
    foot = _read(path).xpath("//div[@class='colophon']")
    words = {"en": "version", "nl": "versie"}

    assert len(foot) == 1
    text = foot[0].text_content()
    assert re.search(rf"{words[name[:2]]} \d+\.\d+\.\d+", text)
    assert "CC BY 4.0" in text
    assert "GPL-3.0-or-later" in text
    href = foot[0].xpath(".//a[@class='feedback-link']/@href")[0]
    inside = name.partition("/")[2].removesuffix(".html")
    assert urlsplit(href).query == f"page={inside}"
    target = (
        (path.parent / urlsplit(href).path).resolve() if urlsplit(href).path else path
    )
    assert target == BOOK / name[:2] / "book" / "feedback.html"


@pytest.mark.parametrize(
    "name", [p for p in PAGES if "/book/" in p or "/notebooks/" in p]
)
def test_a_page_describes_itself_in_a_sentence(name):
    found = _read(BOOK / name).xpath("//meta[@name='description']/@content")

    assert len(found) == 1
    assert 40 < len(found[0]) <= 205


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_pages_have_the_same_title(language):
    titles: dict[str, list[str]] = {}
    for name in PAGES:
        if name.startswith(f"{language}/"):
            titles.setdefault(
                _read(BOOK / name).findtext(".//title").strip(), []
            ).append(name)

    assert [names for names in titles.values() if len(names) > 1] == []


@pytest.mark.parametrize("name", ["404.html", "en/404.html", "nl/404.html"])
def test_there_is_a_page_for_a_wrong_address(name):
    page = _read(BOOK / name)

    assert NOINDEX in (BOOK / name).read_text(encoding="utf-8")
    assert page.xpath("//a/@data-to")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("short", ["scan", "why", "glossary"])
def test_a_short_address_leads_to_a_page(language, short):
    for place in (f"{short}.html", f"{short}/index.html"):
        path = BOOK / language / place
        target = _read(path).xpath("//main//a/@href")[0]
        assert (path.parent / target).resolve().is_file()


def test_the_sitemap_names_files_that_are_there():
    path = BOOK / "sitemap.xml"
    if not path.is_file():
        assert not any(_read(BOOK / p).xpath("//link[@rel='canonical']") for p in PAGES)
        return
    found = etree.parse(str(path)).xpath("//*[local-name()='loc']/text()")
    robots = (BOOK / "robots.txt").read_text(encoding="utf-8")
    base = re.search(r"Sitemap: (\S+)sitemap\.xml", robots)[1]
    names = [address.removeprefix(base) for address in found]

    assert sorted(names) == sorted(
        p for p in PAGES if "/book/" in p or "/notebooks/" in p
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_offered_to_take_along_is_there(language):
    page = _read(BOOK / language / "book" / "index.html")
    offered = page.xpath("//p[@class='downloads']//a/@href")
    folder = BOOK / language / "downloads"
    there = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []

    assert sorted(Path(href).name for href in offered) == there


def _shows_a_client(name: str) -> bool:
    notebook = ROOT / f"{name.partition('/')[2].removesuffix('.html')}.ipynb"
    return notebook.is_file() and "publish_assessment" in notebook.read_text("utf-8")


def test_what_is_the_same_for_every_client_is_never_taken_for_a_leak(tmp_path):
    """Numbers of chapters, exercises, elements and cases belong to the book."""
    site = tmp_path / "site"
    for name in FILES:
        if not _shows_a_client(name):
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(BOOK / name, site / name)
    prepared = prepare_assessment(make_folder(tmp_path / "acme"))

    assert len(search_handbook(site, prepared).files) > 150
