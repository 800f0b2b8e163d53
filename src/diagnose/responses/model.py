"""Responses: what was answered, already minimised to what the diagnosis needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from diagnose.errors import Problem

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument

CodesBy = Literal["labels", "edition", "definition", "person", "nothing"]
FLOOR = "floor"
LEADER = "leader"
NO_UNIT = ""
"""Label of the unit of respondents whose unit is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedColumn:
    """One column of the export that was read, and as what.

    Attributes
    ----------
    column : str
        Heading in the file.
    target : str
        Item id, or ``unit.<level>``, ``unit``, ``role``, ``language``, ``seconds``,
        ``link``, ``edition``, ``submitted``.
    how : str
        ``"mapping"`` (a person said so), ``"code"`` or ``"text"`` (recognised).
    """

    column: str
    target: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDirection:
    """Whether one item runs in the direction of its key.

    Attributes
    ----------
    item, subscale : str
        Ids.
    keyed : str
        ``"forward"`` or ``"reverse"``.
    estimate, conf_low, conf_high : float
        Correlation of the keyed item with the sum of the other items, and its 95 %
        interval; NaN when one of the two does not vary.
    turned : float
        The correlation with all suspect items turned round, as when the platform had
        reversed them already; without suspects, with this item turned round.
    n_respondents : int
        Complete respondents of the subscale.
    suspect : bool
        Whether the interval lies below zero, or the item is one of those that would
        have to be turned.
    """

    item: str
    subscale: str
    keyed: str
    estimate: float
    conf_low: float
    conf_high: float
    turned: float
    n_respondents: int
    suspect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeReport:
    """What happened between the file and the responses; holds no answer of anyone.

    Attributes
    ----------
    source, sha256, platform, encoding, delimiter : str
        File name (no folder), hash of its bytes, and how it was read.
    answers_as : str
        ``"codes"``, ``"labels"`` or ``"mixed"``.
    codes_by : str
        What proves the meaning of codes: ``"labels"`` (there are none), ``"edition"``
        (the file was fielded with this instrument), ``"definition"``, ``"person"`` (a
        mapping says so) or ``"nothing"``.
    definition : str
        Name of the file with the platform's definition; empty without one.
    n_rows : int
        Data rows in the file; `n_kept` remain.
    n_kept : int
        Respondents in the result.
    rules : mapping of str to str
        What happened to ``partials``, ``trials`` and ``duplicates``.
    excluded : mapping of str to int
        Reason (``preview``, ``test``, ``spam``, ``rejected``, ``partial``, ``empty``,
        ``duplicate``) to number of rows left out.
    mapped : tuple of MappedColumn
        Columns that were read.
    dropped : tuple of str
        Headings of columns that were not read; their values never leave the reader.
    not_asked : tuple of str
        Ids of closed items without a column.
    notes : tuple of Problem
        Things to know that do not block scoring.
    problems : tuple of Problem
        Things that block scoring until a person resolves them.
    direction : tuple of Problem
        Outcome of the item-direction check: items that run against their key.
    item_rest : tuple of ItemDirection
        The evidence behind it, for every item that could be checked.
    """

    source: str
    sha256: str
    platform: str
    encoding: str
    delimiter: str
    answers_as: str
    n_rows: int
    n_kept: int
    codes_by: CodesBy = "nothing"
    definition: str = ""
    rules: Mapping[str, str] = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)
    mapped: tuple[MappedColumn, ...] = ()
    dropped: tuple[str, ...] = ()
    not_asked: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    direction: tuple[Problem, ...] = ()
    item_rest: tuple[ItemDirection, ...] = ()

    @property
    def blocks_scoring(self) -> bool:
        """Tell whether something must be resolved before answers may be scored."""
        return bool(self.problems or self.direction)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Responses:
    """Answers of respondents to one instrument, over one or more waves.

    Attributes
    ----------
    instrument : Instrument
        What was asked.
    answers : pandas.DataFrame, shape (n_respondents, n_closed_items)
        Response-scale values as answered, *not* keyed; missing as NaN. Columns are
        item ids of the instrument that were asked, index 0..n-1.
    not_applicable : pandas.DataFrame of bool
        Same shape: True where the answer was "don't know / not applicable".
    people : pandas.DataFrame
        Same index. Columns ``wave`` (str), ``role`` (``"floor"`` or ``"leader"``),
        ``language`` (str, may be ""), ``seconds`` (float, may be NaN), ``link``
        (str, keyed hash or ""), one column a level of `hierarchy` (str, ``NO_UNIT``
        when unknown), and, where a file was read, ``order``: the place in the order of
        answering within that file, from 0 to 1 (NaN when unknown). No moment is kept.
    hierarchy : tuple of str
        Names of the levels from large to small, such as ``("division", "team")``;
        empty when no unit was asked.
    waves : tuple of str
        Wave labels in order of time; the last one is diagnosed.
    reports : tuple of IntakeReport
        One for each file that was read.
    head_counts : pandas.DataFrame or None
        Columns of `hierarchy` and ``n_members``: people of the work floor in each
        smallest unit, leaders not counted, so that it fits the answers of the floor.
    """

    instrument: Instrument
    answers: pd.DataFrame
    not_applicable: pd.DataFrame
    people: pd.DataFrame
    hierarchy: tuple[str, ...]
    waves: tuple[str, ...]
    reports: tuple[IntakeReport, ...]
    head_counts: pd.DataFrame | None = None

    def __len__(self) -> int:
        """Return the number of respondents."""
        return len(self.answers)

    @property
    def report(self) -> IntakeReport:
        """The intake report of the last file read."""
        return self.reports[-1]

    def take(self, keep: pd.Series) -> Responses:
        """Return the respondents for whom the boolean `keep` is True, renumbered."""
        chosen = slice(None) if keep.all() else keep  # a slice needs no copy
        return replace(
            self,
            answers=self.answers.loc[chosen].reset_index(drop=True),
            not_applicable=self.not_applicable.loc[chosen].reset_index(drop=True),
            people=self.people.loc[chosen].reset_index(drop=True),
        )


def combine_waves(waves: list[Responses]) -> Responses:
    """Return several waves of the same instrument as one, in the order given.

    Items and levels that a wave did not ask are missing there; the hierarchy is that
    of the wave with the most levels.

    Raises
    ------
    ValueError
        The waves are of different instruments, or of different editions of one: then
        the same item id may stand for another question or scale.
    """
    first = waves[0]
    if len({wave.instrument.content_hash for wave in waves}) > 1:
        raise ValueError(
            "All waves must be read with the same edition of one instrument; "
            "read each export with the instrument that is to be scored."
        )

    def stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
        return pd.concat(frames, ignore_index=True)

    items = [i.id for i in first.instrument.closed_items]
    asked = [i for i in items if any(i in wave.answers.columns for wave in waves)]
    hierarchy = max((wave.hierarchy for wave in waves), key=len)
    people = stack([w.people for w in waves])
    return replace(
        first,
        answers=stack([w.answers.reindex(columns=asked) for w in waves]),
        not_applicable=stack(
            [w.not_applicable.reindex(columns=asked, fill_value=False) for w in waves]
        ),
        people=people.fillna({level: NO_UNIT for level in hierarchy}),
        hierarchy=hierarchy,
        waves=tuple(label for wave in waves for label in wave.waves),
        reports=tuple(report for wave in waves for report in wave.reports),
        head_counts=waves[-1].head_counts,
    )
