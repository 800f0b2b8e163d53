"""Did the respondents change, or their answers: make-up and change within groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.change.cells import check_cells
from diagnose.statistics.team_sums import FloatArray, team_summary

_NEEDS = ("team", "n_respondents", "mean", "variance")
_SMALL_EXPECTED = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompositionShift:
    """Change of a mean split into change within groups and change of the make-up.

    Attributes
    ----------
    method : str
        ``"kitagawa_symmetric"``.
    change : float
        Mean of the second wave minus mean of the first; the sum of the three parts.
    within : float
        Change inside the groups present in both waves, at their average make-up.
    composition : float
        What the changed shares of these groups account for.
    turnover : float
        What groups present in one wave alone account for; 0 when there are none.
    std_error, df, p_value, conf_low, conf_high, conf_level : float
        Error of `within`, degrees of freedom, two-sided p-value against no change
        within groups, interval, its coverage. The make-up is taken as it was.
    statistic : float
        t of `within`.
    total_variation : float
        Share of respondents who would have to be of another group to make the waves
        alike, 0-1.
    chi_square, chi_square_df, chi_square_p_value : float
        Test that both waves were drawn from one make-up, everyone independent.
    n_first, n_second, n_respondents, n_groups, n_groups_both : int
        Respondents of each wave and together; groups in either wave and in both.
    notes : tuple of str
        What a reader must know beside the numbers.
    """

    method: str
    change: float
    within: float
    composition: float
    turnover: float
    std_error: float
    statistic: float
    df: float
    p_value: float
    conf_low: float
    conf_high: float
    conf_level: float
    total_variation: float
    chi_square: float
    chi_square_df: int
    chi_square_p_value: float
    n_first: int
    n_second: int
    n_respondents: int
    n_groups: int
    n_groups_both: int
    notes: tuple[str, ...]
    _groups: pd.DataFrame
    _standardised: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group.

        Columns: group, n_first, n_second, share_first, share_second, share_change,
        mean_first, mean_second, change (missing for a group of one wave).
        """
        return self._groups.copy()

    def to_standardised(self) -> pd.DataFrame:
        """Return the change at one and the same make-up, one row a make-up.

        Columns: makeup (``"first"``, ``"second"``, ``"average"``), estimate,
        std_error, statistic, df, p_value, conf_low, conf_high. The last row is
        `within`. Only groups present in both waves count.
        """
        return self._standardised.copy()


def composition_shift(
    first_groups: pd.Series,
    second_groups: pd.Series,
    first_values: pd.Series,
    second_values: pd.Series,
    *,
    conf_level: float = 0.95,
) -> CompositionShift:
    """How far a change of the mean comes from who answered.

    Parameters
    ----------
    first_groups, second_groups : pandas.Series
        Group (unit, language, site, …) of each respondent of the earlier and the
        later wave; rows without a group are left out.
    first_values, second_values : pandas.Series
        Their scores on the same index; missing ones are left out.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    CompositionShift

    Raises
    ------
    InsufficientDataError
        No group in both waves, or no variance within groups in a wave.
    ValueError
        Groups and values on different indexes.

    References
    ----------
    Kitagawa, 1955, Journal of the American Statistical Association.
    """
    return composition_shift_from_summaries(
        team_summary(first_values, first_groups),
        team_summary(second_values, second_groups),
        conf_level=conf_level,
    )


def composition_shift_from_summaries(
    first: pd.DataFrame, second: pd.DataFrame, *, conf_level: float = 0.95
) -> CompositionShift:
    """Split a change of the mean, given n, mean and variance of each group and wave.

    Kitagawa's symmetric form: the changes of the group means at the average of the two
    make-ups, and the changes of the shares at the average of the two means. Groups
    present in one wave alone have no change; what they do to the mean of all is kept
    apart. The error of the part within groups takes people as independent inside their
    group, with one variance a wave pooled over groups (a group of one or two has no
    usable variance of its own). Where people in a group sit in teams that differ, the
    interval is too narrow; where the same people answered twice, it is too wide.

    Parameters
    ----------
    first, second : pandas.DataFrame
        One row a group: ``team`` (the group), ``n_respondents``, ``mean``,
        ``variance`` (divisor n - 1, NaN for a group of one). Groups that may not be
        shown are left out of both waves.
    conf_level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    CompositionShift

    Raises
    ------
    InsufficientDataError
        No group in both waves, or no variance within groups in a wave.
    ValueError
        A column or number is missing, or a group occurs twice.
    """
    check_proportion("conf_level", conf_level)
    for frame in (first, second):
        check_cells(frame, needs=_NEEDS)
    both = pd.merge(
        first[list(_NEEDS)],
        second[list(_NEEDS)],
        on="team",
        how="outer",
        suffixes=("_first", "_second"),
        sort=False,
    )
    groups = _groups(both)
    common = both.dropna(subset=["n_respondents_first", "n_respondents_second"])
    n_common = len(common)
    require(
        n_common >= 1,
        f"none of the {len(both)} groups answered in both waves, so a change within "
        "groups cannot be seen; use a coarser grouping.",
    )
    pooled = [_pooled_variance(frame) for frame in (first, second)]
    rows, parts = _standardised(common, pooled, conf_level)
    average = rows.iloc[-1]
    change = _mean(second) - _mean(first)
    chi_square, df, p_value, smallest = _chi_square(groups)
    return CompositionShift(
        method="kitagawa_symmetric",
        change=change,
        within=parts[0],
        composition=parts[1],
        turnover=change - parts[0] - parts[1] if n_common < len(both) else 0.0,
        **{
            name: float(average[name])
            for name in ("std_error", "statistic", "df", "p_value")
        },
        conf_low=float(average["conf_low"]),
        conf_high=float(average["conf_high"]),
        conf_level=conf_level,
        total_variation=float(groups["share_change"].abs().sum() / 2),
        chi_square=chi_square,
        chi_square_df=df,
        chi_square_p_value=p_value,
        n_first=int(first["n_respondents"].sum()),
        n_second=int(second["n_respondents"].sum()),
        n_respondents=int(first["n_respondents"].sum() + second["n_respondents"].sum()),
        n_groups=len(both),
        n_groups_both=n_common,
        notes=_notes(smallest, len(both) - n_common),
        _groups=groups,
        _standardised=rows,
    )


def _mean(frame: pd.DataFrame) -> float:
    return float(np.average(frame["mean"], weights=frame["n_respondents"]))


def _pooled_variance(frame: pd.DataFrame) -> tuple[float, float]:
    """Return the variance within groups of one wave and its degrees of freedom."""
    sizes = frame["n_respondents"].to_numpy(dtype=float)
    variances = frame["variance"].to_numpy(dtype=float)
    squares = float(np.where(sizes > 1, variances * (sizes - 1), 0.0).sum())
    df = float(sizes.sum() - len(sizes))
    scale = 1 + float(frame["mean"].abs().max()) ** 2
    require(
        df >= 1 and squares > 1e-24 * scale,
        f"answers do not vary within any of the {len(sizes)} groups of a wave "
        f"({int(sizes.sum())} respondents), so a change within them cannot be judged.",
    )
    return squares / df, df


def _groups(both: pd.DataFrame) -> pd.DataFrame:
    n_first, n_second = (
        both[f"n_respondents_{wave}"].fillna(0).to_numpy(dtype=float)
        for wave in ("first", "second")
    )
    shares = n_first / n_first.sum(), n_second / n_second.sum()
    return pd.DataFrame(
        {
            "group": both["team"],
            "n_first": n_first.astype(int),
            "n_second": n_second.astype(int),
            "share_first": shares[0],
            "share_second": shares[1],
            "share_change": shares[1] - shares[0],
            "mean_first": both["mean_first"],
            "mean_second": both["mean_second"],
            "change": both["mean_second"] - both["mean_first"],
        }
    )


def _standardised(
    common: pd.DataFrame, pooled: list[tuple[float, float]], conf_level: float
) -> tuple[pd.DataFrame, tuple[float, float]]:
    """Return the change at each make-up, and Kitagawa's two parts."""
    from scipy.special import stdtr, stdtrit

    sizes, means = (
        common[[f"{name}_first", f"{name}_second"]].to_numpy(dtype=float)
        for name in ("n_respondents", "mean")
    )
    shares = sizes / sizes.sum(axis=0)
    makeups: FloatArray = np.vstack([shares.T, shares.mean(axis=1)])
    estimate = makeups @ (means[:, 1] - means[:, 0])
    errors = (makeups**2 @ (1 / sizes)) * [variance for variance, _ in pooled]
    total = errors.sum(axis=1)
    freedom = np.array([df for _, df in pooled])
    df = 1 / ((errors / total[:, None]) ** 2 / freedom).sum(axis=1)
    std_error = np.sqrt(total)
    margin = stdtrit(df, (1 + conf_level) / 2) * std_error
    rows = pd.DataFrame(
        {
            "makeup": ["first", "second", "average"],
            "estimate": estimate,
            "std_error": std_error,
            "statistic": estimate / std_error,
            "df": df,
            "p_value": 2 * stdtr(df, -np.abs(estimate / std_error)),
            "conf_low": estimate - margin,
            "conf_high": estimate + margin,
        }
    )
    moved = float((shares[:, 1] - shares[:, 0]) @ means.mean(axis=1))
    return rows, (float(estimate[-1]), moved)


def _chi_square(groups: pd.DataFrame) -> tuple[float, int, float, float]:
    """Return chi-square, df, p-value and the smallest expected count."""
    from scipy.special import chdtrc

    counts = groups[["n_first", "n_second"]].to_numpy(dtype=float)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    statistic = float(((counts - expected) ** 2 / expected).sum())
    df = len(counts) - 1
    p_value = float(chdtrc(df, statistic)) if df else 1.0
    return statistic, df, p_value, float(expected.min())


def _notes(smallest: float, n_single: int) -> tuple[str, ...]:
    notes = [
        "the test of the make-up takes everyone as independent: people who come or "
        "stay away as a team make it find shifts too easily, people who answer twice "
        "hide them",
        "the interval within groups takes the make-up as it was, and people as "
        "independent inside their group",
    ]
    if smallest < _SMALL_EXPECTED:
        notes.append(
            f"smallest expected count {smallest:.1f}: below 5 the chi-square is rough"
        )
    if n_single:
        notes.append(
            f"{n_single} groups answered in one wave alone; they are in the turnover "
            "part, not in the change within groups"
        )
    return tuple(notes)
