"""With which edition of the instrument was it fielded? Our own forms carry it along."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.instrument.export.build import edition_of
from diagnose.responses.problems import problem

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument
    from diagnose.responses.columns.mapping import ColumnMapping

_EDITION = re.compile(r"[a-z0-9-]{1,32} \d+\.\d+\.\d+ [0-9a-f]{12}")
"""What an edition looks like; other texts in that column are not shown."""


def check_edition(
    cells: pd.Series | None,
    keep: pd.Series,
    instrument: Instrument,
    mapping: ColumnMapping,
    *,
    place: str,
) -> tuple[bool, list[Problem]]:
    """Tell whether the file proves that this very instrument was fielded.

    Parameters
    ----------
    cells : pandas.Series of categories, or None
        What the column of editions holds; None when there is none.
    keep : pandas.Series of bool
        The rows that may remain.
    instrument : Instrument
        As it is now.
    mapping : ColumnMapping
        Its ``editions`` are other editions that a person said to be the same.
    place : str
        Name of the export, for messages.

    Returns
    -------
    tuple of bool and list of Problem
        Whether every row names this edition, and a problem when rows name another.
    """
    if cells is None:
        return False, []
    own = edition_of(instrument)
    texts = [" ".join(str(text).split()) for text in cells.cat.categories]
    codes = cells.cat.codes.to_numpy()[keep.to_numpy()]
    counts = np.bincount(codes, minlength=len(texts))
    found: Counter[str] = Counter()
    for text, n in zip(texts, counts, strict=True):
        if n:  # texts that differ in white space only are one
            found[text] += int(n)
    others = {t: n for t, n in found.items() if t not in ("", own, *mapping.editions)}
    proven = set(found) == {own}
    if not others:
        return proven, []
    shown = {text: n for text, n in others.items() if _EDITION.fullmatch(text)}
    listed = ", ".join(f'"{text}" ({n}×)' for text, n in sorted(shown.items())[:5])
    values = {"editions": listed or "…", "own": own, "n": sum(others.values())}
    return False, [problem("R059", f"{place}: edition", **values)]
