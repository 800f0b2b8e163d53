"""Directives of the reference pages: what the program itself knows about its commands.

``{command} run`` writes out one command of ``diagnose``: what it does, what may be
typed after it, and an example. ``{assessment-file}`` shows the file that
``diagnose init`` makes. Both speak the language of the edition, so nothing here is
translated a second time.
"""

from __future__ import annotations

import argparse
import os
import re
from contextlib import contextmanager

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from diagnose.cli.parser import make_parser
from diagnose.language import load_catalogue

logger = logging.getLogger(__name__)
HELP = "-h"


@contextmanager
def speaking(language):
    """Let the parser speak one language; it asks ``DIAGNOSE_LANG``."""
    before = os.environ.get("DIAGNOSE_LANG")
    os.environ["DIAGNOSE_LANG"] = language
    try:
        yield
    finally:
        if before is None:
            del os.environ["DIAGNOSE_LANG"]
        else:
            os.environ["DIAGNOSE_LANG"] = before


def commands(language):
    """Return every command and its parser, in the order of ``diagnose --help``."""
    with speaking(language):
        parser = make_parser()
    kinds = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return dict(next(kinds).choices)


def typed(action):
    """Return how an argument is typed, such as ``--language {en,nl}``."""
    values = action.metavar or "|".join(map(str, action.choices or ()))
    if not action.option_strings:
        return action.dest if not action.choices else values
    name = ", ".join(action.option_strings)
    if action.nargs == 0:
        return name
    return f"{name} {values or action.dest.upper()}"


def arguments(parser):
    """Return the arguments of a command: how it is typed, its help, its default."""
    return [
        (typed(action), action.help or "", shown_default(action))
        for action in parser._actions
        if HELP not in action.option_strings
    ]


def shown_default(action):
    """Return a default worth telling; the language of the reader is none."""
    if action.nargs == 0 or action.default in (None, argparse.SUPPRESS):
        return ""
    return "" if action.dest == "language" else str(action.default)


def untranslated(kind, *children, text=""):
    """Return a node whose words are in the language of the edition already."""
    node = kind(text, text) if text else kind()
    node["translatable"] = False
    node.extend(children)
    return node


class Command(SphinxDirective):
    """One command of ``diagnose``."""

    required_arguments = 1

    def run(self):
        known = commands(self.config.language)
        name = self.arguments[0]
        if name not in known:
            allowed = ", ".join(known)
            logger.warning(
                "no command %r; there are: %s",
                name,
                allowed,
                location=self.get_location(),
            )
            return []
        parser = known[name]
        example = re.sub(r"^\S+:\n", "", parser.epilog or "")
        lines = "\n".join(line.strip() for line in example.splitlines())
        return [
            untranslated(nodes.paragraph, text=parser.description),
            self.listed(arguments(parser)),
            code(lines, "bash"),
        ]

    @staticmethod
    def listed(found):
        """Return a definition list of arguments."""
        items = untranslated(nodes.definition_list)
        for words, told, default in found:
            term = untranslated(nodes.term, nodes.literal(words, words))
            body = untranslated(nodes.paragraph, text=told)
            if default:
                body += nodes.Text(" [")
                body += nodes.literal(default, default)
                body += nodes.Text("]")
            items += nodes.definition_list_item("", term, nodes.definition("", body))
        return items


class AssessmentFile(SphinxDirective):
    """``assessment.yaml`` as ``diagnose init`` writes it."""

    def run(self):
        speak = self.config.language
        words = load_catalogue("assessment")
        text = words.text("template", speak, instrument="bottom-up", language=speak)
        return [code(text.rstrip(), "yaml")]


def code(text, language):
    """Return a block of code."""
    block = nodes.literal_block(text, text, language=language)
    block["translatable"] = False
    return block


def setup(app):
    app.add_directive("command", Command)
    app.add_directive("assessment-file", AssessmentFile)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
