"""What appears on the terminal: tables, progress, and errors in words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from diagnose.language import Language, load_catalogue

if TYPE_CHECKING:
    from rich.console import Console

    from diagnose.errors import Problem


def say(key: str, language: Language, /, **values: object) -> None:
    """Print a line of the catalogue ``cli``."""
    sys.stdout.write(load_catalogue("cli").text(key, language, **values) + "\n")


def show_text(text: str) -> None:
    """Print text as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def show_table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: int = 0
) -> None:
    """Print a table; the last `numeric` columns are right-aligned."""
    _print_table(_console(), heads, rows, numeric)


def _print_table(
    console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: int
) -> None:
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE, pad_edge=False)
    for position, head in enumerate(heads):
        right = position >= len(heads) - numeric
        table.add_column(
            head, justify="right" if right else "left", no_wrap=right, overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def show_problems(problems: Sequence[Problem], language: Language) -> None:
    """Print problems as a table on standard error."""
    from diagnose.language.problems import problems_in_words

    words = load_catalogue("cli")
    rows = [
        (
            problem.code,
            problem.place,
            problem.message,
            "; ".join(part for part in (problem.allowed, problem.remedy) if part),
        )
        for problem in problems_in_words(problems, language)
    ]
    heads = [words.text(f"problem.{key}", language) for key in _PROBLEM_HEADS]
    _print_table(_console(stderr=True), heads, rows, 0)


_PROBLEM_HEADS = ("code", "place", "message", "way_out")


def show_refusal(error: Exception, language: Language) -> None:
    """Print why an input was refused, on standard error."""
    words = load_catalogue("cli")
    problems = getattr(error, "problems", ())
    if problems:
        sys.stderr.write(words.text("refused", language, n=len(problems)) + "\n")
        show_problems(problems, language)
    elif isinstance(error, OSError):
        detail = f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
        sys.stderr.write(words.text("file_error", language, detail=detail) + "\n")
    else:
        sys.stderr.write(words.text("refused_one", language, detail=error) + "\n")


def show_defect(error: Exception, language: Language) -> None:
    """Print that the program itself is wrong, and how to report it."""
    detail = f"{type(error).__name__}: {error}"
    text = load_catalogue("cli").text("defect", language, detail=detail)
    sys.stderr.write(text + "\n")


@contextmanager
def progress(language: Language) -> Iterator[Callable[[str], None]]:
    """Show which step is busy: a spinner on a terminal, lines elsewhere."""
    words = load_catalogue("cli")

    def in_words(line: str) -> str:
        step, _, detail = line.partition(" ")
        key = f"step.{step}"
        return words.text(key, language, detail=detail) if words.has(key) else line

    def as_line(line: str) -> None:
        sys.stderr.write(f"… {in_words(line)}\n")

    if not sys.stderr.isatty():
        yield as_line
        return
    console = _console(stderr=True)
    with console.status("…") as status:

        def update(line: str) -> None:
            console.print(f"[dim]·[/dim] {in_words(line)}", highlight=False)
            status.update(in_words(line))

        yield update


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    terminal = sys.stderr if stderr else sys.stdout
    width = None if terminal.isatty() else 140
    return Console(file=terminal, width=width, highlight=False, markup=True)
