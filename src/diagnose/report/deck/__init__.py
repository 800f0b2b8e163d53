"""Decks: presentations with native charts that the client can edit."""

from diagnose.report.deck.render import render_deck
from diagnose.report.deck.template import check_template

__all__ = ["check_template", "render_deck"]
