"""What a publisher sets, and what stands beside the pages because of it."""

from __future__ import annotations

import re
import struct
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import pytest
from jinja2 import Template
from lxml import etree, html

from diagnose.errors import MissingDependencyError, UnsupportedError
from diagnose.handbook import paper
from diagnose.handbook.card import draw_card
from diagnose.handbook.electronic import write_epub
from diagnose.handbook.publishing import (
    Publishing,
    PublishingError,
    read_publishing,
    read_redirects,
)
from diagnose.handbook.site import finish_site
from diagnose.language.problems import problems_in_words

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "https://example.org/handbook/"
REDIRECTS = {"why": "book/why", "book/old-name": "book/why"}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PAGE = (
    '<!doctype html><html lang="en"><head><title>t</title></head><body></body></html>'
)


@pytest.fixture
def settings(tmp_path):
    """Return a function that reads these words as the settings of a publisher."""

    def read(text):
        path = tmp_path / "publishing.yml"
        path.write_text(text, encoding="utf-8")
        return read_publishing(path)

    return read


@pytest.fixture
def site(tmp_path):
    """Return a folder with two small editions."""
    folder = tmp_path / "site"
    for name in (
        *("en/book/why.html", "nl/book/why.html", "en/book/only.html"),
        *("en/search.html", "en/genindex.html", "en/index.html", "nl/search.html"),
        *("en/_static/widget.html", "nl/index.html", "en/book/index.html"),
        "nl/book/index.html",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE, encoding="utf-8")
    return folder


def finish(site, address=""):
    finish_site(site, ("en", "nl"), Publishing(address=address), REDIRECTS)
    return site


def test_nobody_has_to_set_anything(settings, tmp_path):
    assert read_publishing(tmp_path / "none.yml") == Publishing()
    assert settings('address: ""\nfeedback: ""\n') == Publishing()


def test_the_settings_of_the_repository_name_no_address():
    assert read_publishing(ROOT / "book" / "publishing.yml") == Publishing()


def test_an_address_ends_with_one_slash(settings):
    assert settings("address: https://example.org/handbook\n").address == ADDRESS
    assert settings(f"address: {ADDRESS}\n").address == ADDRESS


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("address: http://example.org/", "https"),
        ("address: example.org", "https"),
        ("address: https:///path", "https"),
        ("address: 'https://example.org/?a=b'", "https"),
        ("address: 'https://example.org/\"><script>'", "https"),
        ("feedback: 'javascript:alert(1)'", "mailto"),
        ("feedback: mailto:nobody", "mailto"),
        ("feedback: 5", "text is expected"),
        ("adress: https://example.org/", "adress"),
        ("- address", "expected"),
        ("address: [", "cannot be read"),
    ],
)
def test_what_is_no_address_is_refused(settings, text, part):
    with pytest.raises(UnsupportedError, match=re.escape(part)):
        settings(text)


def test_nothing_after_the_colon_sets_nothing(settings):
    assert settings("address:\nfeedback:\n") == Publishing()
    assert settings("# nothing yet\n") == Publishing()


def test_a_refusal_names_the_line_and_speaks_the_language_of_the_reader(settings):
    with pytest.raises(PublishingError) as refused:
        settings("feedback: ''\naddress: http://example.org\n")
    (told,) = refused.value.problems
    (said,) = problems_in_words([told], "nl")

    assert told.place == said.place == "publishing.yml:2: address"
    assert "no https address" in told.message
    assert "geen https-adres" in said.message
    assert "schrijf het adres" in said.remedy


def test_a_file_that_is_no_yaml_is_refused_with_its_line(settings):
    with pytest.raises(PublishingError) as refused:
        settings("feedback: ''\naddress: [\n")

    assert re.fullmatch(r"publishing\.yml:[23]", refused.value.problems[0].place)


def test_the_redirects_of_the_repository_are_read_with_their_pages():
    pages = ROOT / "_toc.yml"
    found = read_redirects(ROOT / "book" / "redirects.yml", ROOT)

    assert {"scan", "why", "conditions", "glossary", "privacy", "plan"} <= set(found)
    assert all(
        f"- file: {page}\n" in pages.read_text("utf-8") for page in found.values()
    )


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("short: book/nowhere", "no page book/nowhere"),
        ("book/why: book/scan", "a page has this address"),
        ("Upper: book/why", "small letters"),
        ("../out: book/why", "small letters"),
        ("a/../../out: book/why", "small letters"),
        ("search: book/why", "taken by the site"),
    ],
)
def test_a_wrong_redirect_is_refused_with_its_line(tmp_path, line, part):
    path = tmp_path / "redirects.yml"
    path.write_text(f"# Short addresses.\nfine: book/why\n{line}\n", encoding="utf-8")
    (tmp_path / "book").mkdir()
    for name in ("why", "scan"):
        (tmp_path / "book" / f"{name}.md").touch()

    with pytest.raises(UnsupportedError, match=part) as error:
        read_redirects(path, tmp_path)
    assert error.value.problems[0].place.startswith("redirects.yml:3: ")


@pytest.mark.parametrize("place", ["why.html", "why/index.html", "book/old-name.html"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_redirect_leads_to_its_page(site, place, language):
    path = finish(site) / language / place
    page = html.fromstring(path.read_text(encoding="utf-8"))
    href = page.xpath("//meta[@http-equiv='refresh']/@content")[0].partition("url=")[2]

    assert (path.parent / href).resolve() == site / language / "book" / "why.html"
    assert page.xpath("//a/@href") == [href]


def test_the_start_page_calls_a_clients_edition_by_its_name(site):
    titles = {"en": "Acme & <Sons>", "nl": "Acme"}
    finish_site(site, ("en", "nl"), Publishing(), {}, titles)
    page = html.fromstring((site / "index.html").read_text(encoding="utf-8"))
    heads = [span.text_content() for span in page.xpath("//h1/span")]

    assert heads == ["Diagnosing Change – Acme & <Sons>", "Verandering in beeld – Acme"]
    assert page.findtext(".//title") == " · ".join(heads)


@pytest.mark.parametrize(("both", "links"), [(True, 1), (False, 0)])
def test_a_book_in_one_language_has_no_link_to_another(both, links):
    path = ROOT / "book" / "_templates" / "language-switch.html"
    drawn = Template(path.read_text(encoding="utf-8")).render(
        language="nl", content_root="../", pagename="book/why", edition={"both": both}
    )

    assert drawn.count("<a ") == links


def test_no_page_names_an_address_that_nobody_set(site):
    finish(site)

    assert not (site / "sitemap.xml").exists()
    assert not (site / "robots.txt").exists()
    for path in site.rglob("*.html"):
        assert not re.search(r"https?:", path.read_text(encoding="utf-8")), path


def test_the_sitemap_lists_every_page_once_with_its_other_edition(site):
    finish(site, ADDRESS)
    root = etree.parse(str(site / "sitemap.xml")).getroot()
    listed = {
        entry.findtext(f"{SITEMAP}loc"): {
            link.get("hreflang"): link.get("href")
            for link in entry.iter("{http://www.w3.org/1999/xhtml}link")
        }
        for entry in root
    }
    both = {code: f"{ADDRESS}{code}/book/why.html" for code in ("en", "nl")}

    assert len(listed) == len(root) == 5
    assert listed[both["en"]] == listed[both["nl"]] == both
    assert listed[f"{ADDRESS}en/book/only.html"] == {}
    assert f"Sitemap: {ADDRESS}sitemap.xml\n" in (site / "robots.txt").read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("place", "languages"),
    [("404.html", ["en", "nl"]), ("en/404.html", ["en"]), ("nl/404.html", ["nl"])],
)
@pytest.mark.parametrize("address", ["", ADDRESS])
def test_the_page_for_a_wrong_address_leads_on(site, place, languages, address):
    path = finish(site, address) / place
    page = html.fromstring(path.read_text(encoding="utf-8"))

    assert page.xpath("//section/@lang") == languages
    for link in page.xpath("//a"):
        base = "" if address else f"https://example.org/handbook/{place}"
        assert urljoin(base, link.get("href")) == ADDRESS + link.get("data-to")
        assert (site / link.get("data-to")).is_file()
    assert bool(page.xpath("//script")) is not bool(address)


@pytest.mark.parametrize(
    "title", ["Diagnosing Change", "A & <B> $x$ – " + "long " * 30]
)
def test_a_card_is_a_picture_of_the_size_that_sites_show(tmp_path, title):
    first, second = tmp_path / "a" / "card.png", tmp_path / "b.png"
    draw_card(first, title, "en")
    draw_card(second, title, "en")
    content = first.read_bytes()

    assert struct.unpack(">II", content[16:24]) == (1200, 630)
    assert content == second.read_bytes()
    assert len(content) < 100_000


def test_a_card_shows_the_first_lines_of_a_long_title_and_no_empty_boxes(tmp_path):
    long = "Zorg \N{GRINNING FACE} met een naam die maar niet ophoudt en doorgaat"
    draw_card(tmp_path / "a.png", long, "nl")
    draw_card(tmp_path / "b.png", long.replace("\N{GRINNING FACE}", ""), "nl")
    draw_card(tmp_path / "c.png", long[:30], "nl")
    one, other, shorter = (
        (tmp_path / name).read_bytes() for name in ("a.png", "b.png", "c.png")
    )

    assert one == other != shorter


def test_a_browser_that_is_missing_is_told_with_the_way_out(monkeypatch):
    monkeypatch.delenv("DIAGNOSE_CHROMIUM", raising=False)
    monkeypatch.setattr(paper.shutil, "which", lambda name: None)

    with pytest.raises(MissingDependencyError, match="leave pdf out of --formats"):
        paper.find_browser()


def test_a_browser_that_prints_nothing_is_an_error(tmp_path, monkeypatch):
    single = tmp_path / "single"
    (single / "book").mkdir(parents=True)
    (single / "book" / "index.html").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(paper, "find_browser", lambda: "true")

    with pytest.raises(UnsupportedError, match="wrote no PDF"):
        paper.write_pdf(single, tmp_path / "book.pdf", "en", "Title")


def test_the_page_to_print_has_title_and_language_and_no_markup_from_the_title():
    page = paper._for_print("<html><head><title>x</title></head></html>", "nl", "A <b>")

    assert '<html lang="nl">' in page
    assert "<title>A &lt;b&gt;</title>" in page


def test_the_first_page_of_the_pdf_tells_title_version_and_licence():
    made = '<html><head></head><body class="a"><h1>Start</h1></body></html>'
    page = html.fromstring(paper._for_print(made, "nl", "Beeld – A & <b>", "0.1.0"))
    front = page.xpath("//body/*")[0]
    text = front.text_content()

    assert front.get("class") == "title-page"
    assert text.startswith("Beeld – A & <b>")
    assert "versie 0.1.0" in text
    assert "CC BY 4.0" in text
    assert page.find(".//h1").text == "Start"


PACKED = {
    "mimetype": b"application/epub+zip",
    "nav.xhtml": b'<html lang="nl" xml:lang="nl"><h1>Table of Contents</h1></html>',
    "content.opf": b'<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
    b'<item href="book/a.xhtml" id="a"/><item href="_static/run.js" id="r"/>'
    b'<item href="_static/look.css" id="c"/></manifest></package>',
    "book/a.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml"><head>'
    b'<script src="../_static/run.js"></script>'
    b'<link rel="stylesheet" href="../_static/look.css"/>'
    b'<link rel="stylesheet" href="../_static/none.css"/></head><body id="one">'
    b"<details><summary>More</summary><p>one<br>two &nbsp; three</p></details>"
    b'<svg viewBox="0 0 1 1" role="img" aria-label="dot"><clipPath id="p"></clipPath>'
    b"</svg> after<script>run()</script> the script"
    b'<i id="one"></i></body></html>',
    "_static/run.js": b"run()",
    "_static/look.css": b"p{}",
}


@pytest.fixture
def book(tmp_path):
    made, target = tmp_path / "made.epub", tmp_path / "downloads" / "book.epub"
    with zipfile.ZipFile(made, "w") as pack:
        for name, content in reversed(PACKED.items()):
            pack.writestr(name, content)
    write_epub(made, target)
    with zipfile.ZipFile(target) as pack:
        yield pack


def test_the_kind_of_an_epub_comes_first_and_is_not_packed(book):
    first = book.infolist()[0]

    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_a_dutch_epub_heads_its_contents_in_dutch(book):
    assert b"<h1>Inhoud</h1>" in book.read("nav.xhtml")


def test_an_epub_holds_no_script_and_lists_none(book):
    assert "_static/run.js" not in book.namelist()
    assert b"run" not in book.read("content.opf") + book.read("book/a.xhtml")
    assert b"look.css" in book.read("content.opf")


def test_a_page_of_an_epub_names_no_missing_style_and_nothing_twice(book):
    page = etree.fromstring(book.read("book/a.xhtml"))

    styles = [link.get("href") for link in page.iter("{*}link")]

    assert styles == ["../_static/look.css"]
    assert page.xpath("//@id").count("one") == 1


def test_a_page_that_is_html_only_becomes_well_formed_and_keeps_its_words(book):
    page = etree.fromstring(book.read("book/a.xhtml"))
    space = {"h": "http://www.w3.org/1999/xhtml", "s": "http://www.w3.org/2000/svg"}
    words = " ".join(" ".join(page.itertext()).split())

    assert words == "More one two three after the script"
    assert page.xpath("//h:details/@open", namespaces=space)
    assert page.xpath("//s:svg/@viewBox", namespaces=space) == ["0 0 1 1"]
    assert page.xpath("//s:clipPath", namespaces=space)
    assert b"<i></i>" in book.read("book/a.xhtml")
