"""Several groups: do their means differ, which pairs, and by how much.

Two groups and equivalence live in `two_means`, p-value adjustment in `multiplicity`;
their public names are repeated here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.statistics.clustered.cells import summarise_teams
from diagnose.statistics.clustered.several_groups import (
    compare_groups_from_team_summaries,
)
from diagnose.statistics.effects import omega_squared, studentized_range_quantile
from diagnose.statistics.group_comparison import GroupComparison, OmnibusTest
from diagnose.statistics.means import (
    Values,
    as_vector,
    mean_and_variance,
    mean_interval_from_summary,
)
from diagnose.statistics.multiplicity import adjust_p_values
from diagnose.statistics.sample import label_codes
from diagnose.statistics.two_means import (
    Equivalence,
    MeanDifference,
    compare_two,
    compare_two_from_summary,
    compare_two_from_team_summaries,
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
    "compare_groups_from_team_summaries",
    "compare_two",
    "compare_two_from_summary",
    "compare_two_from_team_summaries",
    "equivalence_from_estimate",
    "equivalence_test",
    "welch_from_summary",
]

_SUMMARY_COLUMNS = ("n_respondents", "mean", "variance")


def compare_groups(
    values: Values,
    groups: pd.Series,
    *,
    teams: pd.Series | None = None,
    conf_level: float = 0.95,
) -> GroupComparison:
    """Compare the means of several groups without assuming equal variances.

    Without teams: Welch's analysis of variance and all pairs by Games-Howell, which
    take respondents as independent; the errors of people in teams are then too small.
    With teams: see `compare_groups_from_team_summaries`. Kruskal-Wallis stands beside
    either, without regard to teams.

    Parameters
    ----------
    values : Series, array or sequence of float, shape (n_respondents,)
        Scores; missing as NaN.
    groups : Series, shape (n_respondents,)
        Group of each respondent, in the same order; missing ones are left out and
        counted. Categories keep their order, other labels are sorted.
    teams : Series, shape (n_respondents,), optional
        Team of each respondent, in the same order and on the index of `groups`.
        Respondents without one are left out and counted.
    conf_level : float
        Coverage of all intervals, between 0 and 1.

    Returns
    -------
    GroupComparison

    Raises
    ------
    InsufficientDataError
        A single group, or a group with fewer than 2 values or without variance; with
        teams, a group within a single team, or too few teams for so many groups.
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
    if teams is not None:
        return _with_teams(table, names, _checked_teams(teams, groups), conf_level)
    summary = _summarise(table, names)
    _check_summary(summary)
    answers = _call_pingouin(table, "welch", "kruskal", "pairs")
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
        sensitivity=_on_ranks(answers["kruskal"], table, names),
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
    label_codes(groups, name="the labels in `groups`")
    labels = pd.Categorical(groups).remove_unused_categories()
    table = pd.DataFrame({"value": vector, "group": labels.codes})
    complete = table[(table["group"] >= 0) & table["value"].notna()]
    names = tuple(str(label) for label in labels.categories)
    return complete, names


def _checked_teams(teams: pd.Series, groups: pd.Series) -> pd.Series:
    if not isinstance(teams, pd.Series):
        raise TypeError(f"`teams` must be a Series; got {type(teams).__name__}.")
    if len(teams) != len(groups) or not teams.index.equals(groups.index):
        raise ValueError("`teams` and `groups` must have the same index.")
    return teams


def _with_teams(
    table: pd.DataFrame, names: tuple[str, ...], teams: pd.Series, conf_level: float
) -> GroupComparison:
    here = teams.reset_index(drop=True).loc[table.index]
    used = table[here.notna()]
    _check_summary(_summarise(used, names))
    summaries = {}
    for code, name in enumerate(names):
        inside = used[used["group"] == code]
        summaries[name], _ = summarise_teams(
            inside["value"], here.loc[inside.index], name=name
        )
    result = compare_groups_from_team_summaries(summaries, conf_level=conf_level)
    ranks = _call_pingouin(used, "kruskal")["kruskal"]
    return replace(
        result,
        sensitivity=_on_ranks(ranks, used, names),
        n_left_out=len(teams) - len(used),
    )


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


def _on_ranks(
    answer: pd.Series, table: pd.DataFrame, names: tuple[str, ...]
) -> OmnibusTest:
    return OmnibusTest(
        method="kruskal_wallis",
        statistic=_cell(answer, "H"),
        df=_cell(answer, "ddof1"),
        p_value=_cell(answer, *_P_COLUMNS),
        n_respondents=len(table),
        n_groups=len(names),
    )


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


def _call_pingouin(table: pd.DataFrame, *wanted: str) -> dict[str, Any]:
    """Run some of pingouin's tests on the columns value and group, unrounded."""
    import pingouin

    kept = pingouin.options.get("round")
    pingouin.options["round"] = None  # a user's display setting must not reach us
    try:
        question = {"data": table, "dv": "value", "between": "group"}
        tests = {
            "welch": lambda: pingouin.welch_anova(**question).iloc[0],
            "kruskal": lambda: pingouin.kruskal(**question).iloc[0],
            "pairs": lambda: pingouin.pairwise_gameshowell(**question),
        }
        return {name: tests[name]() for name in wanted}
    finally:
        pingouin.options["round"] = kept


def _cell(row: pd.Series, *names: str) -> float:
    """Return the first of the named cells that this release of pingouin has."""
    for name in names:
        if name in row.index:
            return float(row[name])
    raise KeyError(f"pingouin returned none of {names}; it has {list(row.index)}.")
