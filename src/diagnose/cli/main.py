"""Entry point: exit codes, and every error in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from diagnose.cli.parser import make_parser
from diagnose.errors import DiagnoseError
from diagnose.language import Language

OK = 0
REFUSED = 1
"""Something in the input must be repaired first; nothing was written."""
USAGE = 2
"""The command itself was not understood."""
DEFECT = 70
"""A mistake in the program."""
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``diagnose``; those of the process by default.

    Returns
    -------
    int
        0 when it worked, 1 when the input must be repaired, 2 for a wrong command,
        70 for a mistake in the program, 130 when interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console without these letters
    chosen = make_parser().parse_args(arguments)
    from diagnose.cli import commands
    from diagnose.cli.terminal import show_defect, show_refusal

    asked = getattr(chosen, "language", None)
    speak: Language = asked if isinstance(asked, str) else chosen.speak  # type: ignore[assignment]
    try:
        command = getattr(commands, f"run_{chosen.command.replace('-', '_')}")
        return int(command(chosen) or OK)
    except BrokenPipeError:
        # The reader of the output has seen enough; Python would complain once more
        # when it closes the stream at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except (DiagnoseError, OSError) as error:
        show_refusal(error, speak)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("DIAGNOSE_DEBUG"):
            raise
        show_defect(error, speak)
        return DEFECT
