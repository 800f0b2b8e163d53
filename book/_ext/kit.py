"""Directives that let a page show what the kit holds: statements and actions.

``{statements} v`` lists the statements of a subscale in both forms, ``{actions} v``
the actions about a topic, folded under their titles, in the edition's language.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from diagnose.handbook import show_actions, show_statements
from diagnose.instrument import load_instrument

logger = logging.getLogger(__name__)
INSTRUMENT = "bottom-up"


class Shown(SphinxDirective):
    """One topic of the instrument, as its function in the package shows it."""

    required_arguments = 1
    show = staticmethod(show_statements)

    def run(self):
        instrument = load_instrument(INSTRUMENT)
        try:
            shown = self.show(
                instrument, self.arguments[0], language=self.config.language
            )
        except ValueError as error:
            logger.warning("%s: %s", self.name, error, location=self.get_location())
            return []
        return [nodes.raw("", shown._repr_html_(), format="html")]


class Actions(Shown):
    show = staticmethod(show_actions)


def setup(app):
    app.add_directive("statements", Shown)
    app.add_directive("actions", Actions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
