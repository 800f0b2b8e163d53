"""The command ``diagnose``: parse, call, print. No step has logic of its own here."""

from diagnose.cli.main import main

__all__ = ["main"]
