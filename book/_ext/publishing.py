"""What stands around every page: description, addresses, version, licence, feedback.

The settings come from the build: ``handbook_address`` and ``handbook_feedback`` (see
``book/publishing.yml``) and ``handbook_downloads``, the kinds of file that will lie in
``downloads/``. Without an address no page names one.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from diagnose.language import load_catalogue

OTHER = {"en": "nl", "nl": "en"}
FEEDBACK = "book/feedback"
LONGEST = 200


def words(language):
    catalogue = load_catalogue("handbook_site")
    return lambda key, **values: catalogue.text(key, language, **values)


def first_paragraph(doctree):
    """Return the first sentences of a page, for those who list it."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            text = re.sub(r"\s+", " ", paragraph.astext()).strip()
            if len(text) > 40:
                return shortened(text)
    return ""


def shortened(text):
    if len(text) <= LONGEST:
        return text
    ends = [m.end() for m in re.finditer(r"[.?!](?= )", text[:LONGEST])]
    if ends and ends[-1] > 60:
        return text[: ends[-1]]
    return text[: text[:LONGEST].rindex(" ")] + " …"


def add_edition(app, pagename, templatename, context, doctree):
    """Give the templates what they say about the edition and the page."""
    if app.builder.name != "html":
        return
    language, address = app.config.language, app.config.handbook_address
    word = words(language)
    description = first_paragraph(doctree) if doctree else ""
    if doctree and not description:  # a page that is one long list
        title = re.sub(r"<[^>]+>", "", context.get("title", ""))
        description = f"{title}: {app.config.project}. {word('card')}."
    if description and 'name="description"' not in context.get("metatags", ""):
        tag = f'<meta name="description" content="{escape(description)}"/>\n'
        context["metatags"] = context.get("metatags", "") + tag
    # a page has no path to itself, only to its top
    where = "feedback.html" if pagename == FEEDBACK else context["pathto"](FEEDBACK)
    context["edition"] = {
        "word": {
            "opening": word("opening"),
            "licence": word("licence"),
            "wrong": word("wrong"),
            "downloads": word("downloads"),
            "version": word(
                "version", title=app.config.project, version=app.config.release
            ),
        },
        "feedback": f"{where}?page={quote(pagename, safe='/')}",
        "both": app.config.handbook_languages == sorted(OTHER),
        "alternates": alternates(app, pagename, context),
        "card": card(app, pagename, context, description) if address else {},
        "downloads": [
            {
                "href": f"downloads/{download_name(app.config.language, kind)}",
                "label": word(f"download.{kind}"),
            }
            for kind in app.config.handbook_downloads
        ],
    }


def download_name(language, kind):
    from diagnose.handbook.paper import file_name

    return file_name(language, kind)


def alternates(app, pagename, context):
    """Return where this page stands in each language; absolute with an address."""
    if app.config.handbook_languages != sorted(OTHER):
        return []
    base = app.config.handbook_address or f"{context['content_root']}../"
    return [
        {"language": language, "href": f"{base}{language}/{pagename}.html"}
        for language in sorted(OTHER)
    ]


def card(app, pagename, context, description):
    """Return what other sites show of a page that somebody shares."""
    base = f"{app.config.handbook_address}{app.config.language}/"
    title = re.sub(r"<[^>]+>", "", context.get("title") or app.config.project)
    title = re.sub(r"^[\d.]+\s+", "", title)  # the number of a chapter
    return {
        "og:type": "article",
        "og:title": title,
        "og:description": description or app.config.epub_description,
        "og:url": f"{base}{pagename}.html",
        "og:site_name": app.config.html_title,
        "og:locale": {"en": "en_GB", "nl": "nl_NL"}[app.config.language],
        "og:image": f"{base}_static/card.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": app.config.html_title,
        "twitter:card": "summary_large_image",
    }


class Feedback(SphinxDirective):
    """The text to send, and a button where the publisher has an address for it."""

    def run(self):
        config = self.config
        word = words(config.language)
        lines = [
            f"{word('feedback.page')}: {word('feedback.blank')}",
            f"{word('feedback.version')}: {config.release}",
            f"{word('feedback.language')}: {word('feedback.own')}",
            f"{word('feedback.what')}: {word('feedback.blank')}",
        ]
        subject = word("feedback.subject", title=config.project)
        where = config.handbook_feedback
        if where:
            query = (
                f"subject={quote(subject)}&body=" if where[:7] == "mailto:" else "body="
            )
            href = f"{where}?{query}{quote(chr(10).join(lines))}"
            button = (
                '<p><a class="feedback-button" '
                f'data-start="{escape(where)}?{escape(query)}" href="{escape(href)}">'
                f"{escape(word('feedback.button'))}</a></p>"
            )
        else:
            button = f"<p>{escape(word('feedback.none'))}</p>"
        page = escape(word("feedback.page"))
        text = (
            '<p class="feedback-head" id="feedback-head">'
            f"{escape(word('feedback.text'))}</p>"
            f'<div class="feedback-text" role="group" aria-labelledby="feedback-head" '
            f'data-page="{page}">{escape(chr(10).join(lines))}</div>'
        )
        self.env.metadata[self.env.docname]["feedback"] = "yes"
        return [nodes.raw("", button + text, format="html")]


def lend_visitors(app):
    """Let a builder for paper draw every node that the builder of pages can draw.

    Sphinx asks the visitors of a builder's own name, and those of its format only where
    there are none; an extension that registers one takes all others away with it.
    """
    visitors, builder = app.registry.translation_handlers, app.builder
    own = visitors.get(builder.name)
    if own and builder.name != builder.format:
        visitors[builder.name] = {**visitors.get(builder.format, {}), **own}


def add_script(app, pagename, templatename, context, doctree):
    if pagename == FEEDBACK and app.builder.name == "html":
        app.add_js_file("js/feedback.js", loading_method="defer")


def setup(app):
    app.add_config_value("handbook_address", "", "html")
    app.add_config_value("handbook_feedback", "", "env")
    app.add_config_value("handbook_downloads", [], "html")
    app.add_config_value("handbook_languages", ["en", "nl"], "html")
    app.add_directive("feedback", Feedback)
    app.connect("builder-inited", lend_visitors)
    app.connect("html-page-context", add_edition, priority=600)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
