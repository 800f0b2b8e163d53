"""What units agreed after an earlier wave, as far as those units still exist.

An agreement is no answer to a survey: a unit wrote it down itself, to be read by
others. It may therefore stand beside a unit of which no answers are shown. What may not
stand anywhere is the name of a unit that nobody vouches for (`diagnose.disclosure.
naming`), so agreements are held against the units as they are published.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from diagnose.diagnosis.model import Participation
from diagnose.disclosure.log import Suppressed, log_frame
from diagnose.disclosure.naming import placeholder_number
from diagnose.responses.model import NO_UNIT

AGREED = ("path", "level", "wave", "subscale", "action", "status", "when")
"""Columns of `Agreed.entries` and of `Publication.agreed`."""
GONE = "unit-gone"
"""Rule of the log: the unit of an agreement is not there any more."""
Path = tuple[str, ...]


def no_agreements() -> pd.DataFrame:
    """Return the frame of agreements without a row."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in AGREED})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreed:
    """What the action sheets that came back say.

    Attributes
    ----------
    entries : pandas.DataFrame
        One row an agreement: ``path`` (labels from the top), ``level``, ``wave`` (after
        which it was made), ``subscale``, ``action`` (in the unit's own words),
        ``status`` (``planned``, ``busy``, ``done``, ``stopped``; empty when the sheet
        does not say), ``when`` (a date as year-month-day, or other words; may be
        empty). Who took an action on is not read.
    n_sheets : int
        Number of sheets that were read.
    """

    entries: pd.DataFrame = field(default_factory=no_agreements)
    n_sheets: int = 0


def keep_agreed(
    agreed: Agreed | None, participation: Participation
) -> tuple[pd.DataFrame, list[Suppressed]]:
    """Return the agreements of units that exist, and a log of the others.

    Parameters
    ----------
    agreed : Agreed or None
        From `diagnose.assessment.agreed.read_agreed`.
    participation : Participation
        As it is published: its units under the names that may be given.

    Returns
    -------
    (pandas.DataFrame, list of Suppressed)
        Columns `AGREED`, in the order of the published units. The log names no unit:
        the name of one that is gone is whatever stands in the sheet.
    """
    if agreed is None or agreed.entries.empty:
        return no_agreements(), []
    units = {plain_path(path): path for path in participation.units["path"]}
    named = {key: path for key, path in units.items() if _is_named(path)}
    order = {path: place for place, path in enumerate(named.values())}
    kept = agreed.entries[list(AGREED)].reset_index(drop=True)
    paths = [named.get(plain_path(path)) for path in kept["path"]]
    there = [path is not None for path in paths]
    log = [
        Suppressed(table="agreed", rule=GONE, level=level, wave=wave)
        for level, wave, found in zip(kept["level"], kept["wave"], there, strict=True)
        if not found
    ]
    kept["path"] = pd.Series(paths, dtype=object)
    kept = kept.loc[there]
    places = sorted(range(len(kept)), key=lambda at: order[kept["path"].iloc[at]])
    return kept.iloc[places].reset_index(drop=True), log


def extend_log(log: pd.DataFrame, more: list[Suppressed]) -> pd.DataFrame:
    """Return the log of disclosure control with further decisions behind it.

    Parameters
    ----------
    log : pandas.DataFrame
        See `Publication.suppressed`. Not modified.
    more : list of Suppressed
        From `keep_agreed`.
    """
    if not more:
        return log
    return pd.concat([log, log_frame(more)], ignore_index=True)


def plain_path(path: Path) -> Path:
    """Return the labels of a unit without the signs that a workbook may lose."""
    spoken = ("".join(c if c.isprintable() else " " for c in label) for label in path)
    return tuple(" ".join(label.split()) for label in spoken)


def _is_named(path: Path) -> bool:
    return not any(
        label == NO_UNIT or placeholder_number(label) is not None for label in path
    )
