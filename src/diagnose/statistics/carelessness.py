"""Several hurdles against careless responding together: flags, nothing is dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.errors import InsufficientDataError
from diagnose.statistics.careless_consistency import (
    Blocks,
    Pairs,
    check_blocks,
    even_odd_consistency,
    psychometric_antonyms,
    psychometric_synonyms,
    reversed_pair_contradiction,
)
from diagnose.statistics.careless_indices import (
    intra_individual_variability,
    longstring,
    mahalanobis_distance,
    response_time_per_item,
)
from diagnose.statistics.careless_sensitivity import with_and_without
from diagnose.statistics.null_distributions import count_options
from diagnose.statistics.sample import check_numeric_frame, check_within

__all__ = [
    "CarelessScreen",
    "CarelessThresholds",
    "even_odd_consistency",
    "intra_individual_variability",
    "longstring",
    "mahalanobis_distance",
    "psychometric_antonyms",
    "psychometric_synonyms",
    "response_time_per_item",
    "reversed_pair_contradiction",
    "screen_careless",
    "with_and_without",
]

# A respondent who fails two hurdles of one kind shows one behaviour twice.
_KINDS: dict[str, tuple[str, ...]] = {
    "invariable": ("flag_longstring", "flag_variability"),
    "inconsistent": (
        "flag_even_odd",
        "flag_synonyms",
        "flag_antonyms",
        "flag_contradiction",
    ),
    "improbable": ("flag_distance",),
    "fast": ("flag_speed",),
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "runs": ("longest_run", "mean_run"),
    "variability": ("variability",),
    "distance": ("distance", "distance_p_value"),
    "even_odd": ("even_odd",),
    "synonyms": ("synonyms",),
    "antonyms": ("antonyms",),
    "contradiction": ("contradiction",),
    "speed": ("seconds_per_item",),
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
        Correlation that makes two items synonyms; minus this makes them antonyms.
    synonyms : float
        Correlation over synonyms below this: the answers are unrelated to how others
        combine them.
    antonyms : float, optional
        Correlation over antonyms above this, such as 0. None by default: this hurdle is
        then neither computed nor counted. It sees much the same as synonyms, and needs
        items that state opposites.
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
    antonyms: float | None = None
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
    synonyms, contradictions, and antonyms when asked for), *improbable* (Mahalanobis
    distance) and *fast*. Nobody is dropped: compare results with and without the
    careless (`with_and_without`).

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
        Frames that differ in index or items, an item that is not in them, or an answer
        outside the response scale.

    Notes
    -----
    The thresholds are for questionnaires of about 15 items and more; on shorter ones
    few hurdles can be applied, and `not_applied` says so.

    References
    ----------
    Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in
    survey data. Journal of Experimental Social Psychology, 66.
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods, 17.
    """
    cuts = thresholds or CarelessThresholds()
    _check_same_shape(raw, keyed)
    count_options(lowest, highest)
    check_within(raw, lowest, highest, name="raw")
    check_blocks(raw, blocks)
    steps = {
        "runs": lambda: longstring(raw),
        "variability": lambda: intra_individual_variability(raw).to_frame(),
        "distance": lambda: mahalanobis_distance(keyed)[["statistic", "p_value"]],
        "even_odd": lambda: even_odd_consistency(keyed, _long(blocks)).to_frame(),
        "synonyms": lambda: _synonyms(keyed, cuts),
        "antonyms": lambda: _antonyms(raw, cuts),
        "contradiction": lambda: _contradictions(
            raw, reversed_pairs, cuts, ends=(lowest, highest)
        ),
        "speed": lambda: _speed(raw, seconds),
    }
    if cuts.antonyms is None:
        del steps["antonyms"]
    indices, not_applied = _indices(steps, index=raw.index)
    indices.insert(0, "n_answered", raw.notna().sum(axis="columns"))
    flags = _flags(indices, cuts, response_range=highest - lowest)
    return CarelessScreen(
        thresholds=cuts,
        not_applied=not_applied,
        n_respondents=len(raw),
        n_careless=int(flags["careless"].sum()),
        _respondents=pd.concat([indices, flags], axis="columns"),
    )


def _check_same_shape(raw: pd.DataFrame, keyed: pd.DataFrame) -> None:
    check_numeric_frame(raw, name="raw")
    check_numeric_frame(keyed, name="keyed")
    if not (raw.index.equals(keyed.index) and raw.columns.equals(keyed.columns)):
        raise ValueError(
            "`raw` and `keyed` must have the same index and the same items in the same "
            "order."
        )


def _indices(
    steps: dict[str, Callable[[], pd.DataFrame]], *, index: pd.Index
) -> tuple[pd.DataFrame, tuple[tuple[str, str], ...]]:
    """Compute every index; one that the data cannot carry is NaN, with the reason."""
    parts, refused = [], []
    for name, compute in steps.items():
        columns = list(_COLUMNS[name])
        try:
            parts.append(compute().set_axis(columns, axis="columns"))
        except InsufficientDataError as reason:
            refused.append((name, str(reason)))
            parts.append(pd.DataFrame(np.nan, index=index, columns=columns))
    return pd.concat(parts, axis="columns"), tuple(refused)


def _long(blocks: Blocks) -> Blocks:
    return {name: block for name, block in blocks.items() if len(block) > 1}


def _synonyms(keyed: pd.DataFrame, cuts: CarelessThresholds) -> pd.DataFrame:
    return psychometric_synonyms(keyed, critical_r=cuts.critical_r)[["estimate"]]


def _antonyms(raw: pd.DataFrame, cuts: CarelessThresholds) -> pd.DataFrame:
    return psychometric_antonyms(raw, critical_r=cuts.critical_r)[["estimate"]]


def _contradictions(
    raw: pd.DataFrame, pairs: Pairs, cuts: CarelessThresholds, *, ends: tuple[int, int]
) -> pd.DataFrame:
    require(
        len(pairs) >= cuts.contradiction_pairs,
        f"contradictions need at least {cuts.contradiction_pairs} pairs of opposite "
        f"items; got {len(pairs)}.",
    )
    found = reversed_pair_contradiction(raw, pairs, lowest=ends[0], highest=ends[1])
    enough = found["n_pairs"] >= cuts.contradiction_pairs
    return found[["estimate"]].where(enough)


def _speed(raw: pd.DataFrame, seconds: pd.Series | None) -> pd.DataFrame:
    if seconds is None:
        raise InsufficientDataError("no times were given.")
    return response_time_per_item(raw, seconds).to_frame()


def _flags(
    indices: pd.DataFrame, cuts: CarelessThresholds, *, response_range: int
) -> pd.DataFrame:
    """Compare indices with the hurdles; comparisons with NaN are False."""
    long_run = (cuts.longest_run_share * indices["n_answered"]).clip(
        lower=cuts.longest_run_items
    )
    little = cuts.variability_share * response_range
    flags = pd.DataFrame(
        {
            "flag_longstring": indices["longest_run"] >= long_run,
            "flag_variability": indices["variability"] < little,
            "flag_even_odd": indices["even_odd"] > cuts.even_odd,
            "flag_synonyms": indices["synonyms"] < cuts.synonyms,
            "flag_contradiction": indices["contradiction"] >= cuts.contradiction,
            "flag_distance": indices["distance_p_value"] < cuts.distance_p_value,
            "flag_speed": indices["seconds_per_item"] <= cuts.seconds_per_item,
        }
    )
    if cuts.antonyms is not None:
        flags["flag_antonyms"] = indices["antonyms"] > cuts.antonyms
    failed = [
        flags[[name for name in names if name in flags]].any(axis="columns")
        for names in _KINDS.values()
    ]
    flags["n_kinds"] = sum(kind.astype(int) for kind in failed)
    flags["careless"] = flags["n_kinds"] >= cuts.kinds
    return flags
