"""Do the items run in the direction of their key? A check before anything is scored."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.responses.problems import problem

if TYPE_CHECKING:
    from diagnose.instrument.model import Instrument

FEWEST_COMPLETE = 30
FEWEST_ITEMS = 3
_Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRest:
    """Correlation of an item with the sum of the other items of its subscale.

    Attributes
    ----------
    estimate : float
        Pearson correlation; NaN when one of the two does not vary.
    conf_low, conf_high : float
        Limits of the 95 % interval by Fisher's z.
    n_respondents : int
        Complete respondents.
    """

    estimate: float
    conf_low: float
    conf_high: float
    n_respondents: int


def item_rest(items: np.ndarray, position: int) -> ItemRest:
    """Correlate one column of a complete matrix with the sum of the others.

    Parameters
    ----------
    items : numpy.ndarray, shape (n_respondents, n_items)
        Keyed answers without missing ones; at least 4 rows.
    position : int
        Column of the item.
    """
    item = items[:, position]
    rest = items.sum(axis=1) - item
    n = len(items)
    if item.std() == 0 or rest.std() == 0:
        return ItemRest(
            estimate=math.nan, conf_low=math.nan, conf_high=math.nan, n_respondents=n
        )
    r = float(np.corrcoef(item, rest)[0, 1])
    z = math.atanh(min(max(r, -1 + 1e-15), 1 - 1e-15))
    half = _Z_95 / math.sqrt(n - 3)
    return ItemRest(
        estimate=r,
        conf_low=math.tanh(z - half),
        conf_high=math.tanh(z + half),
        n_respondents=n,
    )


def check_direction(
    answers: pd.DataFrame,
    instrument: Instrument,
    *,
    place: str,
    unreversed: Sequence[str] = (),
) -> tuple[list[Problem], list[Problem]]:
    """Find items that correlate negatively with the rest of their subscale.

    Each item is keyed and compared with the sum of the other items, on complete
    cases. An interval that lies below zero says that the item runs against its key:
    the platform reversed it already, or the key or its labels are wrong.

    Parameters
    ----------
    answers : pandas.DataFrame
        Response-scale values as answered; columns are item ids.
    instrument : Instrument
        Declares subscales and keys.
    place : str
        Name of the export, for messages.
    unreversed : sequence of str
        Items whose reversal by the platform was undone because a mapping says so.

    Returns
    -------
    tuple of two lists of Problem
        Items that run against their key (these block scoring), and notes on
        subscales with too few complete respondents for a verdict.
    """
    suspects: dict[str, tuple[float, float, int]] = {}
    judged: set[str] = set()
    too_few: list[str] = []
    for subscale in instrument.subscales:
        asked = [item.id for item in subscale.items if item.id in answers.columns]
        if len(asked) < FEWEST_ITEMS:
            continue
        reverse = {item.id for item in subscale.items if item.keyed == "reverse"}
        complete = _keyed(answers[asked], reverse)
        if len(complete) < FEWEST_COMPLETE:
            too_few.append(subscale.id)
            continue
        judged.update(asked)
        suspects.update(_suspects(complete, asked, reverse))
    line = _mapping_line(instrument, judged, suspects, unreversed)
    found = list(_as_problems(suspects, instrument, line, place, unreversed))
    notes: list[Problem] = []
    if too_few:
        notes.append(
            problem("R066", place, subscales=tuple(too_few), n=FEWEST_COMPLETE)
        )
    return found, notes


def _keyed(answers: pd.DataFrame, reverse: set[str]) -> np.ndarray:
    """Return complete rows, reverse-keyed items turned; bounds do not matter here."""
    signs = np.array([-1.0 if name in reverse else 1.0 for name in answers.columns])
    values = answers.to_numpy(dtype=float)
    complete: np.ndarray = values[np.isfinite(values).all(axis=1)] * signs
    return complete


def _suspects(
    complete: np.ndarray, asked: list[str], reverse: set[str]
) -> dict[str, tuple[float, float, int]]:
    """Return, for each item against its key, r as keyed, r if turned, and n.

    When half of the items run the wrong way, all correlate negatively with the rest.
    If turning the reverse-keyed ones alone puts everything right, only they count.
    """
    as_keyed = [item_rest(complete, position) for position in range(len(asked))]
    against = [p for p, r in enumerate(as_keyed) if r.conf_high < 0]
    own = [p for p in against if asked[p] in reverse]
    turned = _turn(complete, own)
    if not own or any(item_rest(turned, p).conf_high < 0 for p in range(len(asked))):
        own, turned = against, _turn(complete, against)
    return {
        asked[p]: (
            as_keyed[p].estimate,
            item_rest(turned, p).estimate,
            as_keyed[p].n_respondents,
        )
        for p in own
    }


def _turn(complete: np.ndarray, positions: list[int]) -> np.ndarray:
    turned = complete.copy()
    turned[:, positions] *= -1
    return turned


def _mapping_line(
    instrument: Instrument,
    judged: set[str],
    suspects: Iterable[str],
    unreversed: Sequence[str],
) -> tuple[bool, str]:
    """Return whether all reverse-keyed items look reversed, and the line to write."""
    suspects = set(suspects)
    reverse = [i.id for i in instrument.items if i.keyed == "reverse"]
    known = [item for item in reverse if item in judged]
    everything = len(known) > 1 and set(known) == suspects and not unreversed
    listed = set(reverse) if everything else set(unreversed) ^ suspects
    ordered = [item.id for item in instrument.items if item.id in listed]
    return everything, f"reversed_by_platform: [{', '.join(ordered)}]"


def _as_problems(
    suspects: dict[str, tuple[float, float, int]],
    instrument: Instrument,
    line: tuple[bool, str],
    place: str,
    unreversed: Sequence[str],
) -> Iterable[Problem]:
    everything, text = line
    keys = {item.id: item.keyed for item in instrument.items}
    for item, (r_keyed, r_turned, n) in suspects.items():
        code = "R051" if everything else "R050"
        if item in unreversed:
            code = "R052"
        elif keys[item] == "forward":
            code = "R053"
        yield problem(
            code,
            f"{place}: {item}",
            item=item,
            r_keyed=r_keyed,
            r_turned=r_turned,
            n=n,
            line=text,
        )
