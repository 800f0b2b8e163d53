"""What stands beside the pages of the editions: start page, 404, redirects, sitemap."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

from diagnose.handbook.publishing import Publishing
from diagnose.language import Language, load_catalogue

_NAMES = {"en": "English", "nl": "Nederlands"}
_ASIDE = ("_static", "_sources", "_images", "downloads")
_LISTS = ("404.html", "search.html", "genindex.html", "py-modindex.html")
_WAYS_OUT = {"book/index.html": "missing.start", "search.html": "missing.search"}
NOINDEX = '<meta name="robots" content="noindex">'
_STYLE = """<style>
html { color-scheme: light dark; --accent: #5e3c99; --ink: #2b1d42; background: #fff; }
body { color: var(--ink); font: 1.1rem/1.6 "Source Serif 4", Georgia, serif;
  margin: 12vh auto 4rem; max-width: 34rem; padding: 0 1.25rem; }
svg { color: var(--accent); display: block; height: 4.5rem; width: 4.5rem; }
h1 { font: 700 1.8rem/1.25 "Source Sans 3", "Segoe UI", Helvetica, Arial, sans-serif; }
ul { list-style: none; padding: 0; }
li { margin: 0.6rem 0; }
a { color: var(--accent); }
a:focus-visible { outline: 3px solid; outline-offset: 3px; }
@media (prefers-color-scheme: dark) {
  html { --accent: #b9a3e3; --ink: #eee8f7; background: #17141d; }
}
</style>"""
_COLUMNS = (1, 3, 4, 2, 1)
"""The mark of the book: people in columns, the same that the templates draw."""
_DOTS = "".join(
    f'<circle cx="{6 + 9 * column}" cy="{41 - 10 * row}" r="3.7"/>'
    for column, height in enumerate(_COLUMNS)
    for row in range(height)
)
_MARK = f'<svg viewBox="0 0 48 48" aria-hidden="true" fill="currentColor">{_DOTS}</svg>'
_FIND_ROOT = """<script>
(function () {
  // A server shows this page for any address: find where the site begins.
  var parts = location.pathname.split("/"), at = -1;
  for (var k = 0; k < parts.length - 1; k++) {
    var next = parts[k + 1];
    var first = next === "book" || next === "notebooks" || k === parts.length - 2;
    if ((parts[k] === "en" || parts[k] === "nl") && first && at < 0) at = k;
  }
  if (at < 0) return;
  var root = parts.slice(0, at).join("/") + "/";
  document.querySelectorAll("a[data-to]").forEach(function (link) {
    link.href = root + link.getAttribute("data-to");
  });
})();
</script>"""


def finish_site(
    site: Path,
    languages: Sequence[Language],
    publishing: Publishing,
    redirects: Mapping[str, str],
    titles: Mapping[str, str] | None = None,
) -> None:
    """Write everything that stands beside the pages of the editions.

    Parameters
    ----------
    site : Path
        Folder with one folder an edition.
    languages : sequence of str
        The editions in it.
    publishing : Publishing
        Where the site will stand; without an address there is no sitemap.
    redirects : mapping of str to str
        Short and former addresses, to pages.
    titles : mapping of str to str, optional
        What a client's edition is called, by language.
    """
    for language in languages:
        for source, target in redirects.items():
            _write_redirect(site / language, source, target, language, publishing)
        page = missing_page((language,), publishing, inside=True)
        (site / language / "404.html").write_text(page, encoding="utf-8")
    (site / "404.html").write_text(missing_page(languages, publishing), "utf-8")
    start = _start_page(languages, titles or {})
    (site / "index.html").write_text(start, encoding="utf-8")
    (site / ".nojekyll").write_text("", encoding="utf-8")  # names with _ are served too
    if publishing.address:
        (site / "sitemap.xml").write_text(sitemap(site, publishing.address), "utf-8")
        robots = f"User-agent: *\nAllow: /\nSitemap: {publishing.address}sitemap.xml\n"
        (site / "robots.txt").write_text(robots, encoding="utf-8")


def missing_page(
    languages: Sequence[Language], publishing: Publishing, *, inside: bool = False
) -> str:
    """Return the page for an address that leads nowhere.

    A server shows it under the wrong address itself, so its links are whole ones when
    the address of the site is known; otherwise a script finds where the site begins.

    Parameters
    ----------
    languages : sequence of str
        Languages in which it speaks, one below the other.
    publishing : Publishing
        Where the site will stand.
    inside : bool
        Whether it lies in the folder of an edition.
    """
    word = load_catalogue("handbook_site").text
    shown = []
    for language in languages:
        title, told = (word(f"missing.{key}", language) for key in ("title", "told"))
        links = [
            _link(f"{language}/{name}", word(key, language), publishing, inside)
            for name, key in _WAYS_OUT.items()
        ]
        shown.append(
            f'<section lang="{language}"><h1>{html.escape(title)}</h1>\n'
            f"<p>{html.escape(told)}</p>\n<ul>{''.join(links)}</ul></section>"
        )
    body = "\n".join(shown) + _FIND_ROOT * (not publishing.address)
    return _page(word("missing.title", languages[0]), languages[0], body, NOINDEX)


def _link(to: str, label: str, publishing: Publishing, inside: bool) -> str:
    beside = f"../{to}" if inside else to
    href = f"{publishing.address}{to}" if publishing.address else beside
    link = f'<a href="{html.escape(href)}" data-to="{to}">{html.escape(label)}</a>'
    return f"<li>{link}</li>"


def _write_redirect(
    edition: Path, source: str, target: str, language: Language, publishing: Publishing
) -> None:
    places = [f"{source}.html"]
    if "/" not in source:
        places.append(f"{source}/index.html")
    for place in places:
        path = edition / place
        up = "../" * place.count("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            redirect_page(f"{up}{target}.html", target, language, publishing), "utf-8"
        )


def redirect_page(
    href: str, target: str, language: Language, publishing: Publishing
) -> str:
    """Return a page that leads on at once, and shows a link where that is switched off.

    Parameters
    ----------
    href : str
        Where it leads, from where it stands.
    target : str
        Name of the page that it leads to.
    language : {"en", "nl"}
        Language of its words.
    publishing : Publishing
        Where the site will stand.
    """
    word = load_catalogue("handbook_site").text("moved", language)
    head = (
        f'{NOINDEX}\n<meta http-equiv="refresh" content="0; url={html.escape(href)}">'
    )
    if publishing.address:
        whole = html.escape(f"{publishing.address}{language}/{target}.html")
        head += f'\n<link rel="canonical" href="{whole}">'
    body = f'<p>{word} <a href="{html.escape(href)}">{html.escape(target)}</a>.</p>'
    return _page(word, language, body, head)


def sitemap(site: Path, address: str) -> str:
    """Return the list of all pages for search engines, each with its other editions.

    Parameters
    ----------
    site : Path
        Folder with one folder an edition.
    address : str
        Public address of the site, with a slash at the end.
    """
    pages = {
        language: set(_pages(site / language))
        for language in _NAMES
        if (site / language).is_dir()
    }
    entries = []
    for language, names in pages.items():
        for name in sorted(names):
            twins = [other for other, theirs in pages.items() if name in theirs]
            links = "".join(
                f'<xhtml:link rel="alternate" hreflang="{other}" '
                f'href="{html.escape(f"{address}{other}/{name}")}"/>'
                for other in twins
                if len(twins) > 1
            )
            own = html.escape(f"{address}{language}/{name}")
            entries.append(f"<url><loc>{own}</loc>{links}</url>")
    listed = "\n".join(entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        f"{listed}\n</urlset>\n"
    )


def _pages(edition: Path) -> list[str]:
    found = []
    for path in edition.rglob("*.html"):
        inside = path.relative_to(edition)
        if inside.parts[0] in _ASIDE or inside.as_posix() in (*_LISTS, "index.html"):
            continue
        if NOINDEX not in path.read_text(encoding="utf-8")[:2000]:
            found.append(inside.as_posix())
    return found


def _start_page(languages: Sequence[Language], titles: Mapping[str, str]) -> str:
    word = load_catalogue("handbook_site").text
    links = "\n".join(
        f'<li><a href="{code}/index.html" hreflang="{code}" lang="{code}">'
        f"{html.escape(_NAMES[code])}</a></li>"
        for code in languages
    )
    named = {code: [word("title", code)] for code in languages}
    for code in languages:
        named[code] += [titles[code]] if code in titles else []
    whole = {code: " – ".join(parts) for code, parts in named.items()}
    heads = [f'<span lang="{c}">{html.escape(t)}</span>' for c, t in whole.items()]
    body = f"<h1>{'<br>'.join(heads)}</h1>\n<ul>\n{links}\n</ul>"
    return _page(" · ".join(whole.values()), languages[0], body, "")


def _page(title: str, language: str, body: str, head: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">\n'
        f"{head}\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n{_STYLE}</head>\n"
        f"<body><main>{_MARK}{body}</main></body></html>\n"
    )
