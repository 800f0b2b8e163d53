"""What a platform's export looks like: which kinds of file, headings and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from diagnose.simulation.export.settings import Answers, Heading
from diagnose.simulation.export.wave import Wave

Content = bytes | Mapping[str, bytes]
"""One file, or the files of a folder by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """In which words an export is asked for.

    Attributes
    ----------
    answers : {"codes", "labels"}
        How answers stand in the file.
    heading : {"code", "em", "full", "code-and-text"}
        How questions are called.
    kind : str
        Suffix of the file, such as ``".csv"``; empty for a folder.
    """

    answers: Answers
    heading: Heading
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one platform writes answers.

    Attributes
    ----------
    platform : str
        Name of the reader that takes it.
    kinds : tuple of str
        Suffixes of the files that it writes; the empty one is a folder.
    write : callable
        Takes the rows and the wording, returns the content.
    answers, headings : tuple of str
        What can be asked for.
    tells : frozenset of str
        Which rows its exports mark (``partial``, ``preview``), and which facts they
        hold under a name of the platform's own or ours (``language``, ``seconds``,
        ``role``).
    """

    platform: str
    kinds: tuple[str, ...]
    write: Callable[[Wave, Wording], Content]
    answers: tuple[Answers, ...] = ("codes", "labels")
    headings: tuple[Heading, ...] = ("code",)
    tells: frozenset[str] = frozenset()
