"""Who left: leavers against stayers on their first scores, and what they could hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.change.cells import ordered_codes
from diagnose.statistics.change.leavers import (
    compare_leavers,
    follow_people,
    logistic_of_staying,
    share_rows,
)
from diagnose.statistics.change.linked_rows import check_labels, check_once
from diagnose.statistics.change.linked_rows import check_same_index as check_index
from diagnose.statistics.means import as_vector
from diagnose.statistics.multiplicity import adjust_p_values
from diagnose.statistics.team_sums import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attrition:
    """People of the first wave who did not answer the last one.

    Attributes
    ----------
    method : str
        ``"welch_t"``, or ``"cluster_cr2_satterthwaite"`` with teams.
    first_wave, last_wave : object
        Labels of the two waves.
    n_respondents : int
        People with any score in the first wave.
    n_stayed, n_left : int
        Those with any score in the last wave, and those without.
    share_left : float
        ``n_left / n_respondents``.
    conf_level : float
        Coverage of the intervals.
    notes : tuple of str
        What a reader must know beside the numbers.
    """

    method: str
    first_wave: object
    last_wave: object
    n_respondents: int
    n_stayed: int
    n_left: int
    share_left: float
    conf_level: float
    notes: tuple[str, ...]
    _differences: pd.DataFrame
    _shares: pd.DataFrame
    _bounds: pd.DataFrame
    _logistic: pd.DataFrame | None

    def to_frame(self) -> pd.DataFrame:
        """Return leavers against stayers, one row a score.

        Columns: score, n_stayed, n_left, mean_stayed, mean_left, estimate (left minus
        stayed), std_error, statistic, df, p_value, p_adjusted (Holm over the scores),
        conf_low, conf_high (not adjusted), hedges_g, hedges_g_low, hedges_g_high (as
        if people were independent).
        """
        return self._differences.copy()

    def to_shares(self) -> pd.DataFrame:
        """Return the share of the first wave's people lost, one row a unit and wave.

        Columns: wave, unit (missing for everyone), n_first, n_present, n_lost,
        share_lost, conf_low, conf_high (Wilson's interval).
        """
        return self._shares.copy()

    def to_bounds(self) -> pd.DataFrame:
        """Return the change of everybody if leavers had moved: a row a score and move.

        Columns: score, leavers_moved, n_stayed, n_left, change_stayed (mean change of
        people with both scores), change (of everyone with a first score).
        """
        return self._bounds.copy()

    def to_logistic(self) -> pd.DataFrame:
        """Return the logistic regression of staying on the first scores.

        Columns: score, estimate (log-odds of staying per standard deviation of the
        score), std_error, statistic, p_value, conf_low, conf_high, odds_ratio,
        n_respondents.

        Raises
        ------
        ValueError
            It was not asked for.
        """
        if self._logistic is None:
            raise ValueError("ask for it: attrition(..., logistic=True).")
        return self._logistic.copy()


def attrition(
    values: pd.DataFrame | pd.Series,
    waves: pd.Series,
    persons: pd.Series,
    *,
    teams: pd.Series | None = None,
    units: pd.Series | None = None,
    moves: Sequence[float] = (-1.0, 0.0, 1.0),
    logistic: bool = False,
    conf_level: float = 0.95,
) -> Attrition:
    """Compare people who left between first and last wave with those who stayed.

    Small differences on what was asked do not show that leavers resemble stayers in
    what was not asked; the bounds tell how much it could matter.

    Parameters
    ----------
    values : DataFrame (n_answers, n_scores) or Series
        Scores, one row a person and wave, missing as NaN. A person without any score
        in a wave did not answer it.
    waves, persons : pandas.Series
        Wave and person of each row, same index. Waves as in `wave_cells`.
    teams : pandas.Series, optional
        Team of each row: that of the first wave makes the clusters of the error.
    units : pandas.Series, optional
        Unit of each row: shares lost are given for the unit in the first wave too.
    moves : sequence of float
        By how much leavers are supposed to have moved, in units of the scores.
    logistic : bool
        Also regress staying on all first scores together.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    Attrition

    Raises
    ------
    InsufficientDataError
        One wave, fewer than 2 leavers or 2 stayers with a score, no variance, or
        (logistic) scores that separate leavers from stayers.
    ValueError
        Different indexes, missing labels, or a person twice in a wave.

    References
    ----------
    Goodman and Blum, 1996, Journal of Management (leavers against stayers).
    Manski, 1989, Journal of Human Resources (bounds). Wilson, 1927, Journal of the
    American Statistical Association (interval of a share).
    """
    check_proportion("conf_level", conf_level)
    moved = as_vector(moves, name="moves")
    scores = values.to_frame("score") if isinstance(values, pd.Series) else values
    if not isinstance(scores, pd.DataFrame) or not scores.columns.is_unique:
        raise TypeError(
            "`values` must be a Series, or a frame of uniquely named scores."
        )
    for name in scores.columns:
        as_vector(scores[name], name=str(name))
    labels = {"wave": waves, "person": persons}
    optional = {"team": teams, "unit": units}
    labels |= {name: column for name, column in optional.items() if column is not None}
    check_index(scores, labels)
    answered = scores.notna().any(axis="columns").to_numpy()
    kept = {name: column[answered] for name, column in labels.items()}
    check_labels(kept)
    wave_codes, wave_labels = ordered_codes(kept["wave"])
    require(
        len(wave_labels) >= 2,
        f"attrition needs at least 2 waves with scores; got {len(wave_labels)}.",
    )
    check_once(pd.factorize(kept["person"])[0], wave_codes, kept)
    people = follow_people(scores[answered], kept, wave_codes, len(wave_labels))
    require(
        people.n_stayed >= 2 and people.n_left >= 2,
        "leavers and stayers need at least 2 people each; got "
        f"{people.n_left} and {people.n_stayed} of the {people.n_people} people of "
        f"{wave_labels[0]}.",
    )
    differences = compare_leavers(people, conf_level)
    adjusted = adjust_p_values(differences["p_value"], method="holm").to_numpy()
    differences.insert(
        list(differences.columns).index("p_value") + 1, "p_adjusted", adjusted
    )
    return Attrition(
        method="welch_t" if teams is None else "cluster_cr2_satterthwaite",
        first_wave=wave_labels[0],
        last_wave=wave_labels[-1],
        n_respondents=people.n_people,
        n_stayed=people.n_stayed,
        n_left=people.n_left,
        share_left=people.n_left / people.n_people,
        conf_level=conf_level,
        notes=_NOTES,
        _differences=differences,
        _shares=share_rows(people, wave_labels, conf_level),
        _bounds=_bounds(people.first, people.last, moved),
        _logistic=logistic_of_staying(people, conf_level) if logistic else None,
    )


_NOTES = (
    "leavers are people of the first wave without a score in the last one; whether "
    "they left, moved or did not answer is not known here",
    "no difference shown is not the same as no difference: read the intervals",
)


def _bounds(first: pd.DataFrame, last: pd.DataFrame, moves: FloatArray) -> pd.DataFrame:
    rows = []
    for name in first.columns:
        known = first[name].notna()
        both = known & last[name].notna()
        change = float((last.loc[both, name] - first.loc[both, name]).mean())
        n_both, n_lost = int(both.sum()), int((known & ~both).sum())
        require(n_both >= 1, f"nobody has `{name}` in the first and the last wave.")
        rows += [
            {
                "score": name,
                "leavers_moved": float(move),
                "n_stayed": n_both,
                "n_left": n_lost,
                "change_stayed": change,
                "change": (n_both * change + n_lost * float(move)) / (n_both + n_lost),
            }
            for move in moves
        ]
    return pd.DataFrame(rows)
