"""One way out: how a survey becomes files for one platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from diagnose.instrument.export.survey import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One way out.

    Attributes
    ----------
    name : str
        As it is called on the command line.
    write : callable
        Takes a survey; returns file names and contents. The names start with
        ``survey.name``, followed by the language when the target is not multilingual.
    multilingual : bool
        Whether one file holds all languages; else `write` gets a survey of one
        language at a time.
    random : bool
        Whether the platform can put statements in another order for each respondent.
    records : bool
        Whether the platform may record more than it is asked, such as an internet
        address; respondents are told what becomes of that.
    """

    name: str
    write: Callable[[Survey], Mapping[str, bytes]]
    multilingual: bool
    random: bool = False
    records: bool = True
