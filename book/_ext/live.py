"""The directive ``{live}``: something to move, drawn by the page itself.

``:::{live} reliability`` puts an element on the page; its words and numbers come
from `diagnose.handbook.live`, its behaviour from ``book/_static/live/<name>.js``.
What stands inside the directive is for paper and for readers without scripts.
"""

from __future__ import annotations

import json

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from diagnose.handbook.live import element_data, element_names, element_print

logger = logging.getLogger(__name__)
SCRIPTS = ("live", "maths")


class live(nodes.General, nodes.Element):  # noqa: N801 (docutils writes nodes like this)
    """One element; its children are its printed form."""


class LiveDirective(SphinxDirective):
    """``{live} name`` with the options that the element knows."""

    required_arguments = 1
    has_content = True
    option_spec = {  # noqa: RUF012 (as docutils has it)
        "set": directives.unchanged,
        "subscale": directives.unchanged,
        "form": directives.unchanged,
        "seed": directives.nonnegative_int,
    }

    def run(self):
        name = self.arguments[0]
        if name not in element_names():
            known = ", ".join(element_names())
            logger.warning(
                "no live element %r; there are: %s",
                name,
                known,
                location=self.get_location(),
            )
            return []
        language = self.config.language
        try:
            data = element_data(name, language, **self.options)
            printed = element_print(name, language, **self.options)
        except (KeyError, TypeError, ValueError) as error:
            logger.warning("live %s: %s", name, error, location=self.get_location())
            return []
        element = live(
            name=name, data=json.dumps(data, ensure_ascii=False, sort_keys=True)
        )
        self.state.nested_parse(self.content, self.content_offset, element)
        if printed:
            element += nodes.raw("", printed, format="html")
        return [element]


def on_paper(translator):
    return translator.builder.name in ("singlehtml", "epub")


def visit_live(translator, node):
    if on_paper(translator):
        translator.body.append('<div class="live-printed">')
        return
    data = node["data"].replace("</", "<\\/")
    translator.body.append(
        f'<div class="live" data-live="{node["name"]}">'
        f'<script type="application/json">{data}</script>'
        '<div class="live-printed">'
    )


def depart_live(translator, node):
    translator.body.append("</div>" if on_paper(translator) else "</div></div>")


def add_scripts(app, pagename, templatename, context, doctree):
    """Give a page the scripts of its own elements and no others."""
    names = {node["name"] for node in doctree.findall(live)} if doctree else set()
    if names and app.builder.name == "html":
        for name in (*SCRIPTS, *sorted(names)):
            app.add_js_file(f"live/{name}.js", loading_method="defer")


def setup(app):
    visitors = (visit_live, depart_live)
    silent = (lambda self, node: None, lambda self, node: None)
    app.add_node(live, html=visitors, latex=silent, text=silent)
    app.add_directive("live", LiveDirective)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
