"""Several hurdles against careless responding together: flags, nothing is dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from diagnose.errors import InsufficientDataError
from diagnose.statistics.careless_indices import (
    MIN_POINTS,
    Blocks,
    Pairs,
    even_odd_consistency,
    intra_individual_variability,
    longstring,
    mahalanobis_distance,
    psychometric_synonyms,
    reversed_pair_contradiction,
)
from diagnose.statistics.null_distributions import count_options
from diagnose.statistics.sample import check_numeric_frame

__all__ = [
    "CarelessScreen",
    "CarelessThresholds",
    "even_odd_consistency",
    "intra_individual_variability",
    "longstring",
    "mahalanobis_distance",
    "psychometric_synonyms",
    "reversed_pair_contradiction",
    "screen_careless",
]

# A respondent who fails two hurdles of one kind shows one behaviour twice.
_KINDS: dict[str, tuple[str, ...]] = {
    "invariable": ("flag_longstring", "flag_variability"),
    "inconsistent": ("flag_even_odd", "flag_synonyms", "flag_contradiction"),
    "improbable": ("flag_distance",),
    "fast": ("flag_speed",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CarelessThresholds:
    """Where each hurdle stands. All are conventions: each screens, none proves.

    Attributes
    ----------
    longest_run_share : float
        Longest run of one answer, as a share of the items answered. Half of the
        questionnaire in one column is hard to do while reading (Curran 2016).
    longest_run_items : int
        The run must also be at least this long: on short forms half is soon reached.
    variability_share : float
        Standard deviation over items below this share of the length of the response
        scale: .10 is .4 point from 1 to 5, nearly one and the same answer.
    distance_p_value : float
        p-value of the Mahalanobis distance. Small, as answers are never quite normal.
    even_odd : float
        Even-odd index above this; -.30 is a personal consistency below .30, the usual
        cut.
    critical_r : float
        Correlation that makes two items synonyms.
    synonyms : float
        Correlation over synonyms below this: the answers are unrelated to how others
        combine them.
    contradiction : float
        Mean contradiction over opposite items at or above this; random answers on 1 to
        5 average .40, a slip of one point .25.
    contradiction_pairs : int
        Pairs that must be answered: one pair may be misread.
    seconds_per_item : float
        Seconds an item answered, at or below this: too fast to read (Huang 2012).
    kinds : int
        Kinds of hurdle a careless respondent fails at least. Two, as straight answers
        on a short form, or an unusual opinion, are no carelessness by themselves.
    """

    longest_run_share: float = 0.5
    longest_run_items: int = 8
    variability_share: float = 0.10
    distance_p_value: float = 0.001
    even_odd: float = -0.30
    critical_r: float = 0.60
    synonyms: float = 0.0
    contradiction: float = 0.5
    contradiction_pairs: int = 2
    seconds_per_item: float = 2.0
    kinds: int = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CarelessScreen:
    """Indices and flags of every respondent.

    Attributes
    ----------
    thresholds : CarelessThresholds
        Where the hurdles stood.
    not_applied : tuple of (str, str)
        Hurdles that these data could not carry, each with the reason.
    n_respondents : int
        Respondents screened.
    n_careless : int
        Respondents flagged as careless.
    """

    thresholds: CarelessThresholds
    not_applied: tuple[tuple[str, str], ...]
    n_respondents: int
    n_careless: int
    _respondents: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a respondent, on the index of the answers.

        Indices first (NaN where undefined), then one ``flag_`` column a hurdle (False
        where the index is undefined), ``n_kinds`` and ``careless``.
        """
        return self._respondents.copy()

    def counts(self) -> pd.DataFrame:
        """Return how many respondents each hurdle flagged, one row a hurdle."""
        flags = self._respondents.filter(regex="^flag_").sum()
        return pd.DataFrame(
            {"hurdle": flags.index.str.removeprefix("flag_"), "n_flagged": flags.array}
        )


def screen_careless(
    raw: pd.DataFrame,
    keyed: pd.DataFrame,
    *,
    blocks: Blocks,
    lowest: int,
    highest: int,
    seconds: pd.Series | None = None,
    reversed_pairs: Pairs = (),
    thresholds: CarelessThresholds | None = None,
) -> CarelessScreen:
    """Flag respondents who fail hurdles of at least two different kinds.

    The kinds: *invariable* (long runs, little spread), *inconsistent* (even-odd,
    synonyms, contradictions), *improbable* (Mahalanobis distance) and *fast*. Nobody
    is dropped: compare results with and without the careless.

    Parameters
    ----------
    raw : pandas.DataFrame, shape (n_respondents, n_items)
        Answers as they were given, in the order of the questionnaire, missing as NaN.
    keyed : pandas.DataFrame, shape (n_respondents, n_items)
        The same answers with reverse-keyed items turned round; same index and items.
    blocks : mapping of str to sequence of str
        Items of each subscale. Blocks of one item are not used.
    lowest, highest : int
        Ends of the response scale of all items.
    seconds : pandas.Series, shape (n_respondents,), optional
        Time spent on all items together, in seconds, same index.
    reversed_pairs : sequence of (str, str)
        Items that state the opposite of each other.
    thresholds : CarelessThresholds, optional
        Where the hurdles stand.

    Returns
    -------
    CarelessScreen
        A hurdle that the data cannot carry (too few blocks, no synonyms, no times) is
        named in `not_applied` and flags nobody.

    Raises
    ------
    ValueError
        Frames that differ in index or items, or an item that is not in them.

    References
    ----------
    Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in
    survey data. Journal of Experimental Social Psychology, 66.
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods, 17.
    """
    cuts = thresholds or CarelessThresholds()
    count_options(lowest, highest)
    _check_same_shape(raw, keyed, seconds)
    long_blocks = {name: block for name, block in blocks.items() if len(block) > 1}
    applied = _Hurdles(raw.index)
    runs = longstring(raw)
    frame = pd.DataFrame(
        {
            "n_answered": raw.notna().sum(axis="columns"),
            "longest_run": runs["longest_run"],
            "mean_run": runs["mean_run"],
            "variability": intra_individual_variability(raw),
        }
    )
    distance = applied.run("distance", lambda: mahalanobis_distance(keyed))
    frame["distance"] = _column(distance, "statistic", raw.index)
    frame["distance_p_value"] = _column(distance, "p_value", raw.index)
    frame["even_odd"] = applied.run(
        "even_odd", lambda: even_odd_consistency(keyed, long_blocks)
    )
    frame["synonyms"] = _column(
        applied.run(
            "synonyms",
            lambda: psychometric_synonyms(keyed, critical_r=cuts.critical_r),
        ),
        "estimate",
        raw.index,
    )
    contradiction = applied.run(
        "contradiction",
        lambda: _contradictions(raw, reversed_pairs, cuts, lowest, highest),
    )
    frame["contradiction"] = contradiction
    frame["seconds_per_item"] = applied.run(
        "speed", lambda: _seconds_per_item(seconds, frame["n_answered"])
    )
    flags = _flags(frame, cuts, response_range=highest - lowest)
    screened = pd.concat([frame, flags], axis="columns")
    return CarelessScreen(
        thresholds=cuts,
        not_applied=tuple(applied.refused),
        n_respondents=len(screened),
        n_careless=int(screened["careless"].sum()),
        _respondents=screened,
    )
