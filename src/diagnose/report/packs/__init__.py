"""What every unit receives: its own picture and a guide to talk about it."""

from diagnose.report.packs.write import render_packs

__all__ = ["render_packs"]
