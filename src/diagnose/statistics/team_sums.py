"""Team summaries (n, mean, variance): all that the between-team statistics need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.sample import (
    MOST_PEOPLE,
    check_magnitude,
    check_unique_columns,
    holds_numbers,
    label_codes,
    number_column,
)

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
SUMMARY_COLUMNS = ("team", "n_respondents", "mean", "variance")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TeamSums:
    """Count, sum and variance of one score in every team.

    Attributes
    ----------
    n_respondents : int
        Respondents with a value and a team; the rows that were used.
    n_teams : int
        Teams with at least one value.
    n_missing : int
        Rows with a team and no value; left out.
    n_without_team : int
        Rows without a team, with or without a value; left out.
    teams_without_values : tuple
        Teams whose members all lack a value; they have no row.
    """

    n_respondents: int
    n_teams: int
    n_missing: int
    n_without_team: int
    teams_without_values: tuple[object, ...]
    _teams: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team.

        Columns are ``team``, ``n_respondents``, ``sum``, ``mean`` and ``variance``
        (divisor n - 1, NaN for a team of one). With weights also ``n_effective``;
        ``mean`` and ``variance`` are then weighted, ``sum`` is not.
        """
        return self._teams.copy()


def team_codes(teams: pd.Series) -> tuple[IntArray, list[object]]:
    """Return a whole number for each row (-1 without a team) and the sorted teams.

    Only a missing label means "no team": the texts ``"NA"`` and ``"None"`` are
    ordinary teams. Categories keep their own order; unused ones are dropped.
    """
    if not isinstance(teams, pd.Series):
        raise TypeError(f"`teams` must be a pandas Series; got {type(teams).__name__}.")
    if isinstance(teams.dtype, pd.CategoricalDtype):
        used = teams.cat.remove_unused_categories()
        positions: IntArray = used.cat.codes.to_numpy().astype(np.int64)
        return positions, list(used.cat.categories)
    codes, found = label_codes(teams, name="the labels in `teams`")
    try:
        order = sorted(range(len(found)), key=lambda position: found[position])
    except TypeError:  # 3 and "3" cannot be compared: first by type, then as text
        order = sorted(
            range(len(found)),
            key=lambda position: (type(found[position]).__name__, str(found[position])),
        )
    rank = np.full(len(found) + 1, -1, dtype=np.int64)  # the last one serves code -1
    rank[order] = np.arange(len(found))
    return rank[codes], [found[position] for position in order]


def team_sums(
    values: pd.Series, teams: pd.Series, *, weights: pd.Series | None = None
) -> TeamSums:
    """Count, sum and variance of `values` in every team.

    With weights the mean of a team is weighted, and its n_effective is Kish's
    (sum w)^2 / sum w^2. The variance is sum w (x - mean)^2 / sum w, divided by
    1 - 1 / n_effective, which makes it unbiased when all answers vary alike.

    Parameters
    ----------
    values : pandas.Series, shape (n_respondents,)
        One score a respondent, in any unit, missing as NaN.
    teams : pandas.Series, shape (n_respondents,)
        Team of each respondent, on the same index.
    weights : pandas.Series, shape (n_respondents,), optional
        A positive weight for each respondent, on the same index. Only ratios matter;
        equal weights are no weights.

    Returns
    -------
    TeamSums
        Its ``to_frame()`` has one row a team. Rows without a value or without a team
        are left out and counted.

    Raises
    ------
    TypeError
        `values` or `weights` do not hold numbers.
    ValueError
        They differ in index, a value is infinite, or a respondent who counts has no
        positive weight.

    References
    ----------
    Kish, L. (1965). Survey sampling. Wiley.
    """
    score, codes, labels = _aligned(values, teams)
    has_team, has_value = codes >= 0, ~np.isnan(score)
    used = has_team & has_value
    counts = np.bincount(codes[used], minlength=len(labels))
    present = counts > 0
    frame = _summary_frame(score[used], codes[used], counts)
    if weights is not None:
        weight = _checked_weights(weights, values, used)
        frame = _weighted(frame, score[used], codes[used], weight=weight)
    frame.insert(0, "team", pd.Series(labels, dtype=object))
    return TeamSums(
        n_respondents=int(used.sum()),
        n_teams=int(present.sum()),
        n_missing=int((has_team & ~has_value).sum()),
        n_without_team=int((~has_team).sum()),
        teams_without_values=tuple(
            label for label, kept in zip(labels, present, strict=True) if not kept
        ),
        _teams=frame.loc[present].reset_index(drop=True),
    )


def team_summary(
    values: pd.Series, teams: pd.Series, *, weights: pd.Series | None = None
) -> pd.DataFrame:
    """Return the frame of `team_sums`: one row a team with n, sum, mean, variance."""
    return team_sums(values, teams, weights=weights).to_frame()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedSummary:
    """A team summary as arrays, after `check_summary`.

    Attributes
    ----------
    team : list
        Labels of the teams.
    counts : numpy.ndarray
        Respondents of each team.
    sizes : numpy.ndarray
        What each team counts for in a model: its respondents, or with weights the
        effective number of them.
    means, within_squares : numpy.ndarray
        Mean of each team, and its sum of squares around that mean.
    answered_means : numpy.ndarray
        Mean of those who answered, without weights.
    weighted : bool
        Whether the means are weighted.
    """

    team: list[object]
    counts: FloatArray
    sizes: FloatArray
    means: FloatArray
    within_squares: FloatArray
    answered_means: FloatArray
    weighted: bool

    @property
    def n_respondents(self) -> int:
        """Return the number of respondents in all teams."""
        return round(float(self.counts.sum()))

    @property
    def n_teams(self) -> int:
        """Return the number of teams."""
        return len(self.team)

    @property
    def df_total(self) -> float:
        """Return the degrees of freedom of all answers, sum of sizes - 1."""
        return float(self.sizes.sum()) - 1

    @property
    def df_within(self) -> int:
        """Return the degrees of freedom within teams, N - G."""
        return self.n_respondents - self.n_teams

    @property
    def df_within_effective(self) -> float:
        """Return the degrees of freedom within teams, sum of sizes - G."""
        return float(self.sizes.sum()) - self.n_teams

    @property
    def mean_square_within(self) -> float:
        """Return the pooled within-team variance."""
        return float(self.within_squares.sum()) / self.df_within_effective


Summary = pd.DataFrame | CheckedSummary
"""Team summaries as they come, or checked."""


def check_summary(summary: Summary) -> CheckedSummary:
    """Return a frame with team, n_respondents, mean and variance as arrays, or refuse.

    With a column ``n_effective`` the means count as weighted ones, each for that many
    respondents; a column ``sum`` then holds the sum without weights. What has been
    checked comes back as it is: who asks several things of the same teams checks once.

    Raises
    ------
    TypeError
        `summary` is not a frame.
    ValueError
        A column is absent, a team occurs twice, or a number cannot be: suppressed
        teams must be left out, not blanked.
    InsufficientDataError
        Fewer than 2 teams, no team of 2 or more, or no variance within teams.
    """
    if isinstance(summary, CheckedSummary):
        return summary
    check_summary_frame(summary)
    checked = _as_arrays(summary)
    require(
        checked.n_teams >= 2,
        f"a comparison of teams needs at least 2 teams; got {checked.n_teams}.",
    )
    require(
        checked.df_within >= 1,
        f"a comparison of teams needs a team of 2 or more; "
        f"all {checked.n_teams} teams have one respondent.",
    )
    between = float(checked.sizes @ (checked.means - checked.means.mean()) ** 2)
    within = float(checked.within_squares.sum())
    require(
        within > 1e-12 * (within + between),
        f"the values do not vary within any of the {checked.n_teams} teams, "
        "so chance differences between teams cannot be judged.",
    )
    return checked


def _as_arrays(summary: pd.DataFrame) -> CheckedSummary:
    counts = summary["n_respondents"].to_numpy(dtype=float)
    means = summary["mean"].to_numpy(dtype=float)
    variances = summary["variance"].to_numpy(dtype=float)
    weighted = "n_effective" in summary.columns
    sizes, answered = counts, means
    if weighted:
        sizes = _effective_sizes(summary, counts)
        answered = np.full(len(counts), np.nan)
        if "sum" in summary.columns:
            answered = summary["sum"].to_numpy(dtype=float) / counts
    return CheckedSummary(
        team=summary["team"].tolist(),
        counts=counts,
        sizes=sizes,
        means=means,
        within_squares=np.where(counts > 1, variances * (sizes - 1), 0.0),
        answered_means=answered,
        weighted=weighted,
    )


def _effective_sizes(summary: pd.DataFrame, counts: FloatArray) -> FloatArray:
    sizes = number_column(summary, "n_effective", name="`summary`")
    right = (sizes >= 1 - 1e-9) & (sizes <= counts * (1 + 1e-9))
    wrong = summary["team"][~right].astype(str)
    if len(wrong):
        raise ValueError(
            "`summary` needs an n_effective from 1 to n_respondents in every row; "
            f"not so for {', '.join(wrong)}."
        )
    clipped: FloatArray = np.clip(sizes, 1.0, counts)
    return clipped


def check_summary_frame(summary: pd.DataFrame) -> None:
    """Refuse a frame whose columns, labels or numbers cannot be a team summary."""
    if not isinstance(summary, pd.DataFrame):
        raise TypeError(
            f"`summary` must be a pandas DataFrame; got {type(summary).__name__}."
        )
    check_unique_columns(summary, name="`summary`")
    absent = [name for name in SUMMARY_COLUMNS if name not in summary.columns]
    if absent:
        raise ValueError(f"`summary` lacks the columns {', '.join(absent)}.")
    label_codes(summary["team"], name="the labels in the column 'team'")
    twice = summary["team"][summary["team"].duplicated()].astype(str).unique()
    if len(twice):
        raise ValueError(f"`summary` has more than one row for {', '.join(twice)}.")
    sizes, means, variances = (
        number_column(summary, column, name="`summary`")
        for column in SUMMARY_COLUMNS[1:]
    )
    whole = (sizes >= 1) & (sizes <= MOST_PEOPLE) & (sizes == np.floor(sizes))
    usable = np.where(sizes > 1, np.isfinite(variances) & (variances >= 0), True)
    wrong = summary["team"][~(whole & np.isfinite(means) & usable)].astype(str)
    if len(wrong):
        raise ValueError(
            "`summary` needs a whole n_respondents of at least 1, a mean, and (from 2 "
            f"respondents on) a variance in every row; not so for {', '.join(wrong)}. "
            "Leave out the teams that may not be shown."
        )


def _aligned(
    values: pd.Series, teams: pd.Series
) -> tuple[FloatArray, IntArray, list[object]]:
    codes, labels = team_codes(teams)
    if not isinstance(values, pd.Series) or not _is_numeric(values):
        raise TypeError("`values` must be a pandas Series of numbers.")
    if not values.index.equals(teams.index):
        raise ValueError("`values` and `teams` must have the same index.")
    score = values.to_numpy(dtype=float, na_value=np.nan)
    check_magnitude(score, name="`values`")
    return score, codes, labels


def _is_numeric(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and holds_numbers(column)


def _checked_weights(
    weights: pd.Series, values: pd.Series, used: npt.NDArray[np.bool_]
) -> FloatArray:
    """Return the weights of those who count, or refuse."""
    if not isinstance(weights, pd.Series) or not _is_numeric(weights):
        raise TypeError("`weights` must be a pandas Series of numbers.")
    if not weights.index.equals(values.index):
        raise ValueError("`weights` and `values` must have the same index.")
    weight = weights.to_numpy(dtype=float, na_value=np.nan)[used]
    wrong = ~(np.isfinite(weight) & (weight > 0))
    if wrong.any():
        raise ValueError(
            f"`weights` must be positive numbers; {wrong.sum()} respondents with a "
            "value and a team have none. Leave them out, or repair the weights."
        )
    return weight


def _weighted(
    frame: pd.DataFrame, score: FloatArray, codes: IntArray, *, weight: FloatArray
) -> pd.DataFrame:
    """Return the frame with weighted mean and variance, and n_effective."""
    size = len(frame)
    counts = frame["n_respondents"].to_numpy(dtype=float)
    if not len(weight) or (weight == weight[0]).all():
        return frame.assign(n_effective=counts)  # the same to the last digit
    weight = weight / weight.mean()
    total = np.bincount(codes, weight, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = total**2 / np.bincount(codes, weight**2, minlength=size)
        means = np.bincount(codes, weight * score, minlength=size) / total
        squares = np.bincount(codes, weight * (score - means[codes]) ** 2, size)
        variances = squares / total / (1 - 1 / effective)
    return frame.assign(
        mean=means,
        variance=np.where(counts > 1, variances, np.nan),
        n_effective=np.where(counts > 1, effective, counts),
    )


def _summary_frame(
    score: FloatArray, codes: IntArray, counts: IntArray
) -> pd.DataFrame:
    size = len(counts)
    totals = np.bincount(codes, weights=score, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = totals / counts
        # around the team's own mean: the textbook shortcut loses digits
        squares = np.bincount(codes, (score - means[codes]) ** 2, minlength=size)
        variances = np.where(counts > 1, squares / (counts - 1), np.nan)
    return pd.DataFrame(
        {"n_respondents": counts, "sum": totals, "mean": means, "variance": variances}
    )
