"""The ledger: every published number that reached a client, release by release.

A report is a draft until it is released to the client. Two publications that are each
safe need not be safe together: a report of Monday with 60 people beside one of Friday
with 61 tells the answers of whoever answered in between. So what was released is kept,
and `diagnose.disclosure.ledger.check` holds every new publication against it.

The ledger holds published numbers only, so it is as safe as the reports themselves, and
may stand in the assessment folder. Of hidden units it holds the names, as the reports
do, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Path = tuple[str, ...]
Kind = Literal[
    "scores",
    "people",
    "item",
    "comments",
    "kept",
    "followed",
    "left",
    "early",
    "late",
]

CUTS: Mapping[str, str] = {
    "kept": "without careless answers",
    "followed": "people who can be followed",
    "left": "people who can be followed",
    "early": "early and late answers",
    "late": "early and late answers",
}
"""Kinds that divide people otherwise than by unit, and what divides them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCell:
    """One published number of people, with the mean of their scores.

    Attributes
    ----------
    kind : str
        ``scores`` of a role, wave, unit or rest; ``people`` who answered at all;
        ``item``, one of the items of the subscale; ``comments``, people who answered
        an open item; ``kept`` (without careless answers), ``followed`` and ``left``
        (people who did and did not answer again), ``early`` and ``late``.
    wave, role, subscale, item : str
        What it is about; empty where that does not apply.
    path : tuple of str
        The unit; empty for everybody. For a rest the unit whose hidden parts it is.
    status : str
        ``shown`` or ``rest``.
    n_respondents : int
        How many.
    mean, sd : float or None
        Of their scores; None where only people are counted.
    """

    kind: Kind
    wave: str
    role: str
    subscale: str = ""
    item: str = ""
    path: Path = ()
    status: str = "shown"
    n_respondents: int
    mean: float | None = None
    sd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PublishedAnswers:
    """How the answers to one item spread, or to all items of a subscale in one unit.

    Attributes
    ----------
    wave, role, subscale, item : str
        What was answered by whom; no item where all of the subscale are together.
    path : tuple of str
        The unit; empty for everybody.
    n_respondents : int
        People with an answer.
    counts : tuple of int
        Answers by response value, lowest first, or by side of the response scale.
    """

    wave: str
    role: str
    subscale: str
    item: str
    path: Path = ()
    n_respondents: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One publication that reached the client.

    Attributes
    ----------
    number : int
        Counts from 1, over all releases of the assessment.
    wave : str
        The wave that was diagnosed.
    publication : str
        SHA-256 of everything below except `files`: the same for the same numbers.
    instrument : str
        Hash of the instrument, wording and scoring included.
    hierarchy : tuple of str
        Levels of units from large to small.
    thresholds : mapping of str to float
        Smallest groups that held.
    files : mapping of str to str
        Name of each file to its SHA-256.
    units : mapping of str to tuple of paths
        Wave to every unit that is listed for it, hidden ones by name too.
    cells, answers
        Published numbers, sorted.
    """

    number: int
    wave: str
    publication: str
    instrument: str
    hierarchy: tuple[str, ...]
    thresholds: Mapping[str, float]
    files: Mapping[str, str]
    units: Mapping[str, tuple[Path, ...]]
    cells: tuple[PublishedCell, ...]
    answers: tuple[PublishedAnswers, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A release that was taken back before it reached anybody.

    Attributes
    ----------
    number : int
        Number of the release.
    reason : str
        Why, in somebody's own words.
    """

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What was released, in order; nothing is ever taken out.

    Attributes
    ----------
    entries : tuple of Release or Withdrawal
        In the order in which they were made.
    """

    entries: tuple[Release | Withdrawal, ...] = field(default=())

    @property
    def releases(self) -> tuple[Release, ...]:
        """All releases, withdrawn ones too."""
        return tuple(entry for entry in self.entries if isinstance(entry, Release))

    @property
    def withdrawn(self) -> Mapping[int, str]:
        """Number of each release that was withdrawn, to the reason."""
        return {
            entry.number: entry.reason
            for entry in self.entries
            if isinstance(entry, Withdrawal)
        }

    @property
    def standing(self) -> tuple[Release, ...]:
        """The releases that were not withdrawn: what a reader may hold in hand."""
        gone = self.withdrawn
        return tuple(one for one in self.releases if one.number not in gone)
