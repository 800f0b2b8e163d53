"""People who can be followed from one wave to the next, and those who cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.contrasts import compare_cells, with_directions
from diagnose.errors import InsufficientDataError
from diagnose.responses.model import Responses

FEWEST_LINKED = 20
"""People behind a change, and on either side of leavers against stayers, as with the
halves of early and late answers; a convention, as no source gives a limit."""

LINKED = (
    "wave",
    "subscale",
    "n_linked",
    "n_others_before",
    "n_others",
    "mean_before",
    "mean",
    "change",
    "conf_low",
    "conf_high",
    "p_value",
    "p_adjusted",
    "direction",
    "smallest",
    "n_better",
    "n_worse",
    "n_expected",
)
LEAVERS = (
    "wave",
    "subscale",
    "n_stayed",
    "n_left",
    "mean_stayed",
    "mean_left",
    "difference",
    "conf_low",
    "conf_high",
    "p_value",
    "p_adjusted",
    "direction",
)
MIXED = "n_mixed"
"""Column before disclosure control only: the fewest people of one kind in the smallest
units that hold people of that kind and of others, and the fewest of those others; 0
where all of them scored the same. NaN where everybody is of one kind, so that there is
no cut."""

PAIR, LEFT, UNKNOWN = 0, 1, 2
"""Kinds of respondents: with a score in both waves; of the wave before, with a link
code but no score in the next; without a pair for any other reason."""

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Two waves of the work floor, and who of one is whom in the other.

    Attributes
    ----------
    first, second : pandas.DataFrame
        Scores of everybody in each wave.
    at : numpy.ndarray of int
        For each respondent of the first wave the row in the second, -1 without.
    coded : numpy.ndarray of bool
        Who of the first wave left a link code.
    units : tuple of numpy.ndarray of int
        Smallest unit of everybody in each wave.
    """

    first: pd.DataFrame
    second: pd.DataFrame
    at: IntArray
    coded: npt.NDArray[np.bool_]
    units: tuple[IntArray, IntArray]


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    """One subscale: the scores of pairs, and everybody's score, kind and unit."""

    early: FloatArray
    late: FloatArray
    waves: tuple[tuple[FloatArray, IntArray, IntArray], ...]

    @property
    def kinds(self) -> tuple[IntArray, IntArray]:
        """Return the kinds of those with a score, in each wave."""
        return self.waves[0][1], self.waves[1][1]


def follow_people(
    responses: Responses,
    scores: pd.DataFrame,
    reliability: pd.DataFrame,
    *,
    conf_level: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Follow the people whose link code stands in the last two waves.

    Of each subscale the people with a score in both waves: their change, by a mixed
    model with a random intercept a person, which for two waves is the paired
    comparison; how many moved by more than the error of measurement (Jacobson and
    Truax 1991) with as many as to be expected on either side if nobody changed; and
    those of the wave before who gave no score again, against those who did, on their
    first scores (Welch's t). Only the step to the last wave: two cuts of one wave
    would be two groupings whose parts can be subtracted. Subscales are the family of
    Holm's adjustment, for the changes and for the leavers apart.

    Parameters
    ----------
    responses : Responses
        The work floor of every wave.
    scores : pandas.DataFrame, shape (n_respondents, n_subscales)
        Their scores, in the same order: subscales that were asked alike.
    reliability : pandas.DataFrame
        See `Measurement.reliability`: its alpha is the reliability of a score.
    conf_level : float
        Coverage of the intervals.

    Returns
    -------
    tuple of pandas.DataFrame
        See `Change.linked` and `Change.leavers`, each with the column `MIXED`. No row
        below `FEWEST_LINKED` people.
    """
    linked: list[dict[str, Any]] = []
    leavers: list[dict[str, Any]] = []
    pairs = _pair(responses, scores)
    alphas = _alphas(reliability)
    for subscale in scores.columns if pairs else ():
        subject = _about(pairs, str(subscale))  # type: ignore[arg-type]
        if len(subject.early) < FEWEST_LINKED:
            continue
        named = {"wave": responses.waves[-1], "subscale": str(subscale)}
        alpha = alphas.get(str(subscale), np.nan)
        found = _changed(subject, alpha, conf_level=conf_level)
        linked += [{**named, **found}] if found else []
        left = _left(subject, conf_level=conf_level)
        leavers += [{**named, **left}] if left else []
    return (
        with_directions(
            build_frame(linked, (*LINKED, MIXED)), "change", conf_level=conf_level
        ),
        with_directions(
            build_frame(leavers, (*LEAVERS, MIXED)), "difference", conf_level=conf_level
        ),
    )


def _alphas(reliability: pd.DataFrame) -> dict[str, float]:
    alphas = reliability.loc[reliability["method"] == "alpha"]
    return dict(zip(alphas["subscale"], alphas["estimate"], strict=True))


def _pair(responses: Responses, scores: pd.DataFrame) -> _Pairs | None:
    """Return who of the wave before is whom in the last; None for too few."""
    people = responses.people
    levels = list(responses.hierarchy)
    units = np.zeros(len(people), dtype=np.intp)
    if levels:
        units = people.groupby(levels, sort=False).ngroup().to_numpy().astype(np.intp)
    now = [(people["wave"] == wave).to_numpy() for wave in responses.waves[-2:]]
    codes = [people.loc[one, "link"].reset_index(drop=True) for one in now]
    # A code that two people of one wave share says of neither who it is.
    usable = [(own != "") & ~own.duplicated(keep=False) for own in codes]
    later = codes[1][usable[1]]
    known = pd.Series(later.index.to_numpy(dtype=float), index=later.to_numpy())
    rows = codes[0].where(usable[0]).map(known).fillna(-1).to_numpy(dtype=np.intp)
    if int((rows >= 0).sum()) < FEWEST_LINKED:
        return None
    return _Pairs(
        first=scores.loc[now[0]].reset_index(drop=True),
        second=scores.loc[now[1]].reset_index(drop=True),
        at=rows,
        coded=usable[0].to_numpy(dtype=bool),
        units=(units[now[0]], units[now[1]]),
    )


def _about(pairs: _Pairs, subscale: str) -> _Subject:
    first = pairs.first[subscale].to_numpy(dtype=float)
    second = pairs.second[subscale].to_numpy(dtype=float)
    later = np.where(pairs.at >= 0, second[pairs.at], np.nan)
    both = np.isfinite(first) & np.isfinite(later)
    kinds = np.where(both, PAIR, np.where(pairs.coded, LEFT, UNKNOWN))
    kinds_later = np.full(len(second), UNKNOWN)
    kinds_later[pairs.at[both]] = PAIR
    waves = []
    for score, kind, unit in (
        (first, kinds, pairs.units[0]),
        (second, kinds_later, pairs.units[1]),
    ):
        valid = np.isfinite(score)
        waves.append((score[valid], kind[valid].astype(np.intp), unit[valid]))
    return _Subject(early=first[both], late=later[both], waves=tuple(waves))


def _changed(subject: _Subject, alpha: float, *, conf_level: float) -> dict[str, Any]:
    from diagnose.statistics.change import compare_linked_waves

    n_linked = len(subject.early)
    persons = np.arange(n_linked)
    try:
        result = compare_linked_waves(
            pd.Series(np.concatenate([subject.early, subject.late])),
            pd.Series(np.repeat([0, 1], n_linked)),
            pd.Series(np.concatenate([persons, persons])),
            conf_level=conf_level,
        )
    except InsufficientDataError:
        return {}
    row = result.to_frame().iloc[0]
    early, late = (
        least_mixed(score, (kind == PAIR).astype(np.intp), unit)
        for score, kind, unit in subject.waves
    )
    return {
        "n_linked": n_linked,
        "n_others_before": len(subject.kinds[0]) - n_linked,
        "n_others": len(subject.kinds[1]) - n_linked,
        "mean_before": float(subject.early.mean()),
        "mean": float(subject.late.mean()),
        "change": row["estimate"],
        **{name: row[name] for name in ("conf_low", "conf_high", "p_value")},
        **_reliably(subject, alpha, conf_level=conf_level),
        MIXED: float(np.fmin(early, late)),
    }


def _reliably(subject: _Subject, alpha: float, *, conf_level: float) -> dict[str, Any]:
    """Count who moved by more than the error of measurement; nothing without one.

    The spread is that of everybody in the wave before, as the trend shows it.
    """
    from diagnose.statistics.change import reliable_change

    sd = float(np.std(subject.waves[0][0], ddof=1))
    if not (0 <= alpha < 1 and sd > 0):
        return {}
    found = reliable_change(
        subject.early, subject.late, sd=sd, reliability=alpha, conf_level=conf_level
    )
    return {
        "smallest": found.threshold,
        "n_better": found.n_up,
        "n_worse": found.n_down,
        "n_expected": float(found.to_counts()["n_expected"].iloc[0]),
    }


def _left(subject: _Subject, *, conf_level: float) -> dict[str, Any]:
    score, kinds, units = subject.waves[0]
    stayed, left = (score[kinds == kind] for kind in (PAIR, LEFT))
    if min(len(stayed), len(left)) < FEWEST_LINKED:
        return {}
    found = compare_cells(_cell(left), _cell(stayed), conf_level=conf_level)
    return {
        "n_stayed": len(stayed),
        "n_left": len(left),
        "mean_stayed": float(stayed.mean()),
        "mean_left": float(left.mean()),
        **{
            name: found[name]
            for name in ("difference", "conf_low", "conf_high", "p_value")
        },
        MIXED: least_mixed(score, kinds, units),
    }


def _cell(scores: FloatArray) -> pd.Series:
    return pd.Series(
        {
            "n_respondents": len(scores),
            "mean": float(scores.mean()),
            "sd": float(np.std(scores, ddof=1)),
        }
    )


def least_mixed(scores: FloatArray, kinds: IntArray, units: IntArray) -> float:
    """Return the fewest people on a side of a cut, where the cut runs through units.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_respondents,)
        Valid scores.
    kinds : numpy.ndarray of int, shape (n_respondents,)
        Kind of each, such as `PAIR`.
    units : numpy.ndarray of int, shape (n_respondents,)
        Smallest unit of each.

    Returns
    -------
    float
        Over every kind, the people of that kind and the others in the units that hold
        both; a side that all scored the same counts as 0. NaN with one kind only.
    """
    present = np.unique(kinds)
    if len(present) < 2:
        return float("nan")
    return float(
        min(
            fewest
            for kind in present
            for fewest in _sides(scores, kinds == kind, units)
        )
    )


def _sides(
    scores: FloatArray, own: npt.NDArray[np.bool_], units: IntArray
) -> Iterator[int]:
    n_units = int(units.max(initial=-1)) + 1
    inside = np.bincount(units, weights=own, minlength=n_units)
    outside = np.bincount(units, weights=~own, minlength=n_units)
    mixed = ((inside > 0) & (outside > 0))[units]
    for side in (mixed & own, mixed & ~own):
        varies = bool(side.any()) and np.ptp(scores[side]) > 1e-9
        yield int(side.sum()) if varies else 0
