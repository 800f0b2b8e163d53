"""Do the items run in the direction of their key? A check before anything is scored."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from diagnose.errors import Problem
from diagnose.responses.model import ItemDirection
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


def item_rest(covariance: np.ndarray, n_respondents: int) -> list[ItemRest]:
    """Correlate each item with the sum of the others, from their covariances alone.

    Parameters
    ----------
    covariance : numpy.ndarray, shape (n_items, n_items)
        Of keyed answers on complete cases.
    n_respondents : int
        Complete respondents, at least 4.
    """
    variances = np.diag(covariance)
    with_all = covariance.sum(axis=1)
    with_rest = with_all - variances
    of_rest = covariance.sum() - 2 * with_all + variances
    # What is left of a variance of zero after subtraction is noise of the arithmetic.
    noise = 1e-12 * max(float(np.abs(covariance).sum()), 1e-300)
    vary = (variances > noise) & (of_rest > noise)
    product = np.where(vary, variances * of_rest, 1.0)
    estimates = np.where(vary, with_rest / np.sqrt(product), np.nan)
    half = _Z_95 / math.sqrt(n_respondents - 3)
    return [_with_interval(float(r), half, n_respondents) for r in estimates]


def _with_interval(r: float, half: float, n_respondents: int) -> ItemRest:
    z = math.atanh(min(max(r, -1 + 1e-15), 1 - 1e-15)) if math.isfinite(r) else r
    return ItemRest(
        estimate=r,
        conf_low=math.tanh(z - half),
        conf_high=math.tanh(z + half),
        n_respondents=n_respondents,
    )


def check_direction(
    answers: pd.DataFrame,
    instrument: Instrument,
    *,
    place: str,
    unreversed: Sequence[str] = (),
) -> tuple[list[Problem], list[Problem], list[ItemDirection]]:
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
    tuple of two lists of Problem and a list of ItemDirection
        Items that run against their key (these block scoring), notes on subscales
        with too few complete respondents for a verdict, and the evidence.
    """
    evidence: list[ItemDirection] = []
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
        evidence += _directions(complete, asked, reverse, subscale.id)
    suspects = [one for one in evidence if one.suspect]
    judged = {one.item for one in evidence}
    line = _mapping_line(instrument, judged, [s.item for s in suspects], unreversed)
    found = list(_as_problems(suspects, line, place, unreversed))
    notes: list[Problem] = []
    if too_few:
        notes.append(
            problem("R066", place, subscales=tuple(too_few), n=FEWEST_COMPLETE)
        )
    return found, notes, evidence


def _keyed(answers: pd.DataFrame, reverse: set[str]) -> np.ndarray:
    """Return complete rows, reverse-keyed items turned; bounds do not matter here."""
    signs = np.array([-1.0 if name in reverse else 1.0 for name in answers.columns])
    values = answers.to_numpy(dtype=float)
    complete: np.ndarray = values[np.isfinite(values).all(axis=1)] * signs
    return complete


def _directions(
    complete: np.ndarray, asked: list[str], reverse: set[str], subscale: str
) -> list[ItemDirection]:
    """Return the evidence for each item, as keyed and if the suspects were turned.

    When half of the items run the wrong way, all correlate negatively with the rest.
    If turning the reverse-keyed ones alone puts everything right, only they count.
    """
    covariance = np.cov(complete, rowvar=False)
    n = len(complete)
    as_keyed = item_rest(covariance, n)
    against = [p for p, r in enumerate(as_keyed) if r.conf_high < 0]
    own = [p for p in against if asked[p] in reverse]
    turned = item_rest(_turn(covariance, own), n)
    if not own or any(r.conf_high < 0 for r in turned):
        own, turned = against, item_rest(_turn(covariance, against), n)
    return [
        ItemDirection(
            item=item,
            subscale=subscale,
            keyed="reverse" if item in reverse else "forward",
            estimate=as_keyed[p].estimate,
            conf_low=as_keyed[p].conf_low,
            conf_high=as_keyed[p].conf_high,
            turned=turned[p].estimate if own else -as_keyed[p].estimate,
            n_respondents=n,
            suspect=p in own,
        )
        for p, item in enumerate(asked)
    ]


def _turn(covariance: np.ndarray, positions: list[int]) -> np.ndarray:
    """Return the covariances after turning some items round."""
    signs = np.ones(len(covariance))
    signs[positions] = -1
    return covariance * np.outer(signs, signs)


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
    suspects: Sequence[ItemDirection],
    line: tuple[bool, str],
    place: str,
    unreversed: Sequence[str],
) -> Iterable[Problem]:
    everything, text = line
    for one in suspects:
        code = "R051" if everything else "R050"
        if one.item in unreversed:
            code = "R052"
        elif one.keyed == "forward":
            code = "R053"
        yield problem(
            code,
            f"{place}: {one.item}",
            item=one.item,
            r_keyed=one.estimate,
            r_turned=one.turned,
            n=one.n_respondents,
            line=text,
        )
