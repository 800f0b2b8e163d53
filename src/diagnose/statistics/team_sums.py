"""Team summaries (n, mean, variance): all that the between-team statistics need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require

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
        (divisor n - 1, NaN for a team of one).
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
    codes, labels = pd.factorize(teams.astype(object))
    found = list(labels)
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


def team_sums(values: pd.Series, teams: pd.Series) -> TeamSums:
    """Count, sum and variance of `values` in every team.

    Parameters
    ----------
    values : pandas.Series, shape (n_respondents,)
        One score a respondent, in any unit, missing as NaN.
    teams : pandas.Series, shape (n_respondents,)
        Team of each respondent, on the same index.

    Returns
    -------
    TeamSums
        Its ``to_frame()`` has one row a team. Rows without a value or without a team
        are left out and counted.

    Raises
    ------
    TypeError
        `values` does not hold numbers.
    ValueError
        The two differ in index, or a value is infinite.
    """
    score, codes, labels = _aligned(values, teams)
    has_team, has_value = codes >= 0, ~np.isnan(score)
    used = has_team & has_value
    counts = np.bincount(codes[used], minlength=len(labels))
    present = counts > 0
    frame = _summary_frame(score[used], codes[used], counts)
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


def team_summary(values: pd.Series, teams: pd.Series) -> pd.DataFrame:
    """Return the frame of `team_sums`: one row a team with n, sum, mean, variance."""
    return team_sums(values, teams).to_frame()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedSummary:
    """A team summary as arrays, after `check_summary`."""

    team: list[object]
    sizes: FloatArray
    means: FloatArray
    within_squares: FloatArray

    @property
    def n_respondents(self) -> int:
        """Return the number of respondents in all teams."""
        return round(float(self.sizes.sum()))

    @property
    def n_teams(self) -> int:
        """Return the number of teams."""
        return len(self.team)

    @property
    def df_within(self) -> int:
        """Return the degrees of freedom within teams, N - G."""
        return self.n_respondents - self.n_teams

    @property
    def mean_square_within(self) -> float:
        """Return the pooled within-team variance."""
        return float(self.within_squares.sum()) / self.df_within


Summary = pd.DataFrame | CheckedSummary
"""Team summaries as they come, or checked."""


def check_summary(summary: Summary) -> CheckedSummary:
    """Return a frame with team, n_respondents, mean and variance as arrays, or refuse.

    What has been checked comes back as it is: who asks several things of the same
    teams checks once.

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
    _check_summary_frame(summary)
    sizes = summary["n_respondents"].to_numpy(dtype=float)
    variances = summary["variance"].to_numpy(dtype=float)
    checked = CheckedSummary(
        team=summary["team"].tolist(),
        sizes=sizes,
        means=summary["mean"].to_numpy(dtype=float),
        within_squares=np.where(sizes > 1, variances * (sizes - 1), 0.0),
    )
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


def _check_summary_frame(summary: pd.DataFrame) -> None:
    if not isinstance(summary, pd.DataFrame):
        raise TypeError(
            f"`summary` must be a pandas DataFrame; got {type(summary).__name__}."
        )
    absent = [name for name in SUMMARY_COLUMNS if name not in summary.columns]
    if absent:
        raise ValueError(f"`summary` lacks the columns {', '.join(absent)}.")
    twice = summary["team"][summary["team"].duplicated()].astype(str).unique()
    if len(twice):
        raise ValueError(f"`summary` has more than one row for {', '.join(twice)}.")
    sizes = summary["n_respondents"].to_numpy(dtype=float, na_value=np.nan)
    means = summary["mean"].to_numpy(dtype=float, na_value=np.nan)
    variances = summary["variance"].to_numpy(dtype=float, na_value=np.nan)
    whole = np.isfinite(sizes) & (sizes >= 1) & (sizes == np.floor(sizes))
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
    if not isinstance(values, pd.Series) or not pd.api.types.is_numeric_dtype(values):
        raise TypeError("`values` must be a pandas Series of numbers.")
    if not values.index.equals(teams.index):
        raise ValueError("`values` and `teams` must have the same index.")
    score = values.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(score).any():
        raise ValueError("`values` holds infinite values.")
    return score, codes, labels


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
