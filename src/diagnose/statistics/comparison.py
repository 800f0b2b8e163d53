"""Several groups: do their means differ, which pairs, and by how much.

Two groups and equivalence live in `two_means`, p-value adjustment in `multiplicity`;
their public names are repeated here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.effects import omega_squared, studentized_range_quantile
from diagnose.statistics.means import (
    MeanEstimate,
    Values,
    as_vector,
    mean_and_variance,
    mean_interval_from_summary,
)
from diagnose.statistics.multiplicity import adjust_p_values
from diagnose.statistics.two_means import (
    Equivalence,
    MeanDifference,
    compare_two,
    compare_two_from_summary,
    equivalence_from_estimate,
    equivalence_test,
)

__all__ = [
    "Equivalence",
    "GroupComparison",
    "MeanDifference",
    "OmnibusTest",
    "adjust_p_values",
    "compare_groups",
    "compare_two",
    "compare_two_from_summary",
    "equivalence_from_estimate",
    "equivalence_test",
    "welch_from_summary",
]

_SUMMARY_COLUMNS = ("n_respondents", "mean", "variance")


@dataclass(frozen=True, slots=True, kw_only=True)
class OmnibusTest:
    """One test of all groups at once.

    Attributes
    ----------
    method : str
        ``"welch_anova"`` or ``"kruskal_wallis"``.
    statistic : float
        Welch's F, or H corrected for ties.
    df, df2 : float
        Degrees of freedom; `df2` is None for Kruskal-Wallis.
    p_value : float
        Upper tail.
    omega_squared, omega_squared_low, omega_squared_high : float or None
        Share (0-1) of the variance that lies between the groups, with its interval;
        0 where F is below 1; None for Kruskal-Wallis.
    conf_level : float or None
        Coverage of that interval.
    n_respondents, n_groups : int
        Values and groups analysed.
    """

    method: str
    statistic: float
    df: float
    df2: float | None = None
    p_value: float
    omega_squared: float | None = None
    omega_squared_low: float | None = None
    omega_squared_high: float | None = None
    conf_level: float | None = None
    n_respondents: int
    n_groups: int

    def to_frame(self) -> pd.DataFrame:
        """Return the fields as a one-row frame, in declaration order."""
        return pd.DataFrame([asdict(self)])


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupComparison:
    """All groups together, and every pair.

    Attributes
    ----------
    omnibus : OmnibusTest
        Welch's analysis of variance.
    sensitivity : OmnibusTest
        Kruskal-Wallis on the same values: does the conclusion hold on ranks?
    names : tuple of str
        Groups, in the order of the other tuples.
    means : tuple of MeanEstimate
        One a group, each with its own t interval.
    pairs : tuple of MeanDifference
        Games-Howell, one a pair, earlier group minus later group.
    conf_level : float
        Coverage of all intervals.
    n_respondents, n_groups : int
        Values and groups analysed.
    n_left_out : int
        Rows without a value or without a group.
    """

    omnibus: OmnibusTest
    sensitivity: OmnibusTest
    names: tuple[str, ...]
    means: tuple[MeanEstimate, ...]
    pairs: tuple[MeanDifference, ...]
    conf_level: float
    n_respondents: int
    n_groups: int
    n_left_out: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair."""
        return pd.DataFrame([asdict(pair) for pair in self.pairs])


def compare_groups(
    values: Values, groups: pd.Series, *, conf_level: float = 0.95
) -> GroupComparison:
    """Compare the means of several groups without assuming equal variances.

    Welch's analysis of variance, Kruskal-Wallis beside it, and all pairs by
    Games-Howell. Respondents must be independent: where they sit in teams, standard
    errors are too small.

    Parameters
    ----------
    values : Series, array or sequence of float, shape (n_respondents,)
        Scores; missing as NaN.
    groups : Series, shape (n_respondents,)
        Group of each respondent, in the same order; missing ones are left out and
        counted. Categories keep their order, other labels are sorted.
    conf_level : float
        Coverage of all intervals, between 0 and 1.

    Returns
    -------
    GroupComparison

    Raises
    ------
    InsufficientDataError
        A single group, or a group with fewer than 2 values or without variance.
    ValueError
        Different lengths or indexes, infinite values.

    References
    ----------
    Welch, 1951, Biometrika. Games and Howell, 1976, Journal of Educational
    Statistics. Kruskal and Wallis, 1952, Journal of the American Statistical
    Association.
    """
    check_proportion("conf_level", conf_level)
    table, names = _grouped(values, groups)
    summary = _summarise(table, names)
    _check_summary(summary)
    answers = _call_pingouin(table)
    return GroupComparison(
        omnibus=_omnibus(
            (
                _cell(answers["welch"], "F"),
                _cell(answers["welch"], "ddof1"),
                _cell(answers["welch"], "ddof2"),
                _cell(answers["welch"], *_P_COLUMNS),
            ),
            summary,
            conf_level,
        ),
        sensitivity=OmnibusTest(
            method="kruskal_wallis",
            statistic=_cell(answers["kruskal"], "H"),
            df=_cell(answers["kruskal"], "ddof1"),
            p_value=_cell(answers["kruskal"], *_P_COLUMNS),
            n_respondents=len(table),
            n_groups=len(names),
        ),
        names=names,
        means=tuple(
            mean_interval_from_summary(mean, sd, n, conf_level=conf_level)
            for mean, sd, n in _triples(summary)
        ),
        pairs=_pairs(answers["pairs"], summary, conf_level),
        conf_level=conf_level,
        n_respondents=len(table),
        n_groups=len(names),
        n_left_out=len(groups) - len(table),
    )


def welch_from_summary(
    summary: pd.DataFrame, *, conf_level: float | None = 0.95
) -> OmnibusTest:
    """Welch's analysis of variance of groups of which only summaries are known.

    Parameters
    ----------
    summary : DataFrame, shape (n_groups, 3 or more)
        One row a group, with the columns ``n_respondents``, ``mean`` and ``variance``
        (divisor n - 1). The index names the groups in messages.
    conf_level : float, optional
        Coverage of the interval of omega squared, between 0 and 1; None leaves the
        interval out, which costs more than all the rest.

    Returns
    -------
    OmnibusTest
        Equal to the omnibus test of `compare_groups` on the values.

    Raises
    ------
    InsufficientDataError
        A single group, or a group with fewer than 2 values or without variance.
    ValueError
        A column that is absent, or an option out of range.

    References
    ----------
    Welch, 1951, Biometrika.
    """
    if conf_level is not None:
        check_proportion("conf_level", conf_level)
    absent = [column for column in _SUMMARY_COLUMNS if column not in summary.columns]
    if absent:
        raise ValueError(f"`summary` lacks the columns: {', '.join(absent)}.")
    _check_summary(summary)
    from scipy.special import fdtrc

    size = summary["n_respondents"].to_numpy(dtype=float)
    mean = summary["mean"].to_numpy(dtype=float)
    weight = size / summary["variance"].to_numpy(dtype=float)
    share = weight / weight.sum()
    n_groups = len(size)
    df = n_groups - 1
    between = (weight * (mean - share @ mean) ** 2).sum() / df
    penalty = ((1 - share) ** 2 / (size - 1)).sum() / (n_groups**2 - 1)
    statistic = between / (1 + 2 * (n_groups - 2) * penalty)
    df2 = 1 / (3 * penalty)
    p_value = fdtrc(df, df2, statistic)
    return _omnibus((statistic, df, df2, p_value), summary, conf_level)


def _grouped(values: Values, groups: pd.Series) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the complete rows with groups as codes, and the name of each code."""
    vector = as_vector(values)
    if not isinstance(groups, pd.Series):
        raise TypeError(f"`groups` must be a Series; got {type(groups).__name__}.")
    if len(vector) != len(groups):
        raise ValueError(
            f"`values` and `groups` must have the same length; got {len(vector)} and "
            f"{len(groups)}."
        )
    if isinstance(values, pd.Series) and not values.index.equals(groups.index):
        raise ValueError(
            "`values` and `groups` must have the same index; align them first."
        )
    labels = pd.Categorical(groups).remove_unused_categories()
    table = pd.DataFrame({"value": vector, "group": labels.codes})
    complete = table[(table["group"] >= 0) & table["value"].notna()]
    names = tuple(str(label) for label in labels.categories)
    return complete.reset_index(drop=True), names


def _summarise(table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    value, group = table["value"].to_numpy(), table["group"].to_numpy()
    rows = []
    for code in range(len(names)):
        inside = value[group == code]
        rows.append((len(inside), *mean_and_variance(inside)))
    return pd.DataFrame(rows, columns=list(_SUMMARY_COLUMNS), index=list(names))


def _check_summary(summary: pd.DataFrame) -> None:
    n_groups, total = len(summary), int(summary["n_respondents"].sum())
    require(
        n_groups >= 2,
        f"a comparison needs at least 2 groups; got {n_groups} ({total} respondents).",
    )
    small = summary[summary["n_respondents"] < 2]
    require(
        small.empty,
        "a comparison needs at least 2 answers in each group; too few in "
        f"{_with_sizes(small)}.",
    )
    constant = summary[~(summary["variance"] > 0)]
    require(
        constant.empty,
        f"groups cannot be compared: all answers are the same in "
        f"{_with_sizes(constant)}.",
    )


def _with_sizes(summary: pd.DataFrame) -> str:
    sizes = summary["n_respondents"].items()
    return ", ".join(f"{name} (n {int(size)})" for name, size in sizes)


def _triples(summary: pd.DataFrame) -> Iterator[tuple[float, float, int]]:
    """Yield mean, standard deviation and number of each group."""
    columns = (summary["mean"], np.sqrt(summary["variance"]), summary["n_respondents"])
    for mean, sd, size in zip(*columns, strict=True):
        yield float(mean), float(sd), int(size)


def _omnibus(
    test: tuple[float, float, float, float],
    summary: pd.DataFrame,
    conf_level: float | None,
) -> OmnibusTest:
    statistic, df, df2, p_value = (float(number) for number in test)
    n_respondents = int(summary["n_respondents"].sum())
    effect, low, high = omega_squared(statistic, df, df2, n_respondents, conf_level)
    return OmnibusTest(
        method="welch_anova",
        statistic=statistic,
        df=df,
        df2=df2,
        p_value=p_value,
        omega_squared=effect,
        omega_squared_low=low,
        omega_squared_high=high,
        conf_level=conf_level,
        n_respondents=n_respondents,
        n_groups=len(summary),
    )


def _pairs(
    found: pd.DataFrame, summary: pd.DataFrame, conf_level: float
) -> tuple[MeanDifference, ...]:
    """Join pingouin's tests of all pairs to our effect sizes and limits."""
    groups = list(zip(summary.index, _triples(summary), strict=True))
    pairs = []
    for _, row in found.iterrows():
        first, second = groups[int(row["A"])], groups[int(row["B"])]
        alone = compare_two_from_summary(*first[1], *second[1], conf_level=conf_level)
        quantile = studentized_range_quantile(conf_level, len(groups), alone.df)
        margin = quantile / np.sqrt(2) * alone.std_error
        pairs.append(
            replace(
                alone,
                method="games_howell",
                first=str(first[0]),
                second=str(second[0]),
                p_value=_cell(row, *_P_COLUMNS),
                conf_low=alone.estimate - margin,
                conf_high=alone.estimate + margin,
            )
        )
    return tuple(pairs)


# -- The one place that talks to pingouin ------------------------------------------

_P_COLUMNS = ("p_unc", "pval", "p_val", "p-unc", "p-val")  # it differs by release


def _call_pingouin(table: pd.DataFrame) -> dict[str, Any]:
    """Run pingouin's three tests on the columns value and group, unrounded."""
    import pingouin

    kept = pingouin.options.get("round")
    pingouin.options["round"] = None  # a user's display setting must not reach us
    try:
        question = {"data": table, "dv": "value", "between": "group"}
        return {
            "welch": pingouin.welch_anova(**question).iloc[0],
            "kruskal": pingouin.kruskal(**question).iloc[0],
            "pairs": pingouin.pairwise_gameshowell(**question),
        }
    finally:
        pingouin.options["round"] = kept


def _cell(row: pd.Series, *names: str) -> float:
    """Return the first of the named cells that this release of pingouin has."""
    for name in names:
        if name in row.index:
            return float(row[name])
    raise KeyError(f"pingouin returned none of {names}; it has {list(row.index)}.")
