"""What an ordinal logit is fitted to: complete answers, a design, and its refusals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import require
from diagnose.statistics.means import FloatArray, as_vector
from diagnose.statistics.team_sums import IntArray, team_codes

_FEWEST = 10
_PER_COEFFICIENT = 5
_MOST_POINTS = 5000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrdinalRows:
    """Complete answers with their design.

    Attributes
    ----------
    answers : ndarray of int, shape (n_respondents,)
        Place of each answer among `categories`.
    categories : tuple of float
        Those in use, rising.
    design : ndarray, shape (n_respondents, n_slopes)
        Predictors as they came, groups as 0/1 columns.
    centre, scale : ndarray, shape (n_slopes,)
        Mean and standard deviation of each column; for groups 0 and 1.
    terms : tuple of str
        Names of the columns.
    reference : str or None
        The group without a column.
    groups : ndarray of int or None
        Place of each respondent's group: 0 is the reference.
    teams : ndarray of int or None, shape (n_respondents,)
        Numbers from 0 on, rising: respondents stand by team.
    n_left_out : int
        Incomplete rows.
    points : ndarray, shape (n_points, n_slopes)
        Different rows of the design, scaled.
    counts : ndarray, shape (n_points, n_categories)
        Answers at each point: all that the likelihood needs.
    """

    answers: IntArray
    categories: tuple[float, ...]
    design: FloatArray
    centre: FloatArray
    scale: FloatArray
    terms: tuple[str, ...]
    reference: str | None
    groups: IntArray | None
    teams: IntArray | None
    n_left_out: int
    points: FloatArray
    counts: FloatArray

    @property
    def n_respondents(self) -> int:
        """Return the number of complete rows."""
        return len(self.answers)

    @property
    def n_thresholds(self) -> int:
        """Return the number of thresholds."""
        return len(self.categories) - 1

    @property
    def n_slopes(self) -> int:
        """Return the number of slopes."""
        return len(self.terms)

    @property
    def n_teams(self) -> int | None:
        """Return the number of teams, None where people are independent."""
        return None if self.teams is None else int(self.teams.max()) + 1

    def team_sums(self, columns: FloatArray) -> FloatArray:
        """Return the sums of columns over the respondents of each team, or of all."""
        if self.teams is None:
            return np.asarray(columns.sum(axis=0, keepdims=True))
        starts = np.flatnonzero(np.diff(self.teams, prepend=-1))
        return np.asarray(np.add.reduceat(columns, starts, axis=0))


def ordinal_rows(
    item: pd.Series,
    predictors: pd.Series | pd.DataFrame,
    clusters: pd.Series | None,
) -> OrdinalRows:
    """Return the complete rows, or refuse them."""
    if not isinstance(item, pd.Series):
        raise TypeError(f"`item` must be a Series; got {type(item).__name__}.")
    if not isinstance(predictors, pd.Series | pd.DataFrame):
        raise TypeError(
            "`predictors` must be a Series of groups or a DataFrame of numbers; got "
            f"{type(predictors).__name__}."
        )
    answer = as_vector(item, name="item")
    kept = ~np.isnan(answer) & _aligned(item, predictors, "predictors").all(axis=1)
    if clusters is not None:
        codes, _ = team_codes(clusters)
        kept &= _aligned(item, clusters, "clusters")[:, 0]
    used, teams = np.flatnonzero(kept), None
    if clusters is not None:
        used = used[np.argsort(codes[used], kind="stable")]
        teams = np.unique(codes[used], return_inverse=True)[1].astype(np.int64)
    categories, answers = np.unique(answer[used], return_inverse=True)
    _check_answers(answers, len(categories))
    if isinstance(predictors, pd.Series):
        design, terms, reference, groups = _group_columns(predictors.iloc[used])
        centre, scale = np.zeros(len(terms)), np.ones(len(terms))
    else:
        design, terms = _number_columns(predictors, used)
        reference, groups = None, None
        centre, scale = design.mean(axis=0), design.std(axis=0)
    points, counts = _tabulate((design - centre) / scale, answers, len(categories))
    rows = OrdinalRows(
        answers=answers.astype(np.int64),
        categories=tuple(float(category) for category in categories),
        design=design,
        centre=centre,
        scale=scale,
        terms=terms,
        reference=reference,
        groups=groups,
        teams=teams,
        n_left_out=int((~kept).sum()),
        points=points,
        counts=counts,
    )
    _check_size(rows)
    return rows


def _tabulate(
    scaled: FloatArray, answers: npt.NDArray[np.intp], n_categories: int
) -> tuple[FloatArray, FloatArray]:
    """Return the different rows of the design, and the answers at each.

    Where there are many different ones, each row stands for itself: finding the few
    that are the same would take longer than they save.
    """
    place, size = np.zeros(len(scaled), dtype=np.int64), 1
    for column in scaled.T:
        values, inverse = np.unique(column, return_inverse=True)
        place, size = place * len(values) + inverse, size * len(values)
        if size > _MOST_POINTS:
            place = np.arange(len(scaled))
            break
    _, first, place = np.unique(place, return_index=True, return_inverse=True)
    cells = np.bincount(
        place * n_categories + answers, minlength=len(first) * n_categories
    )
    return scaled[first], cells.reshape(-1, n_categories).astype(float)


def _aligned(
    item: pd.Series, other: pd.Series | pd.DataFrame, name: str
) -> npt.NDArray[np.bool_]:
    """Return which cells of `other` are there, as columns."""
    if not item.index.equals(other.index):
        raise ValueError(f"`item` and `{name}` must have the same index; align them.")
    present = other.notna().to_numpy()
    return present if present.ndim == 2 else present[:, None]


def _group_columns(
    groups: pd.Series,
) -> tuple[FloatArray, tuple[str, ...], str, IntArray]:
    codes, labels = team_codes(groups)
    names = [str(label) for label in labels]
    sizes = np.bincount(codes, minlength=len(names))
    require(
        len(names) >= 2,
        f"a comparison needs at least 2 groups; got {len(names)} ({len(codes)} "
        "complete rows).",
    )
    small = [
        f"{name} (n {size})"
        for name, size in zip(names, sizes, strict=True)
        if size < 2
    ]
    require(
        not small,
        f"each group needs at least 2 answers; too few in {', '.join(small)}.",
    )
    design = (codes[:, None] == np.arange(1, len(names))).astype(float)
    return design, tuple(names[1:]), names[0], codes


def _number_columns(
    predictors: pd.DataFrame, used: npt.NDArray[np.intp]
) -> tuple[FloatArray, tuple[str, ...]]:
    names = tuple(str(name) for name in predictors.columns)
    if not names or len(set(names)) < len(names):
        raise ValueError(
            f"`predictors` needs columns of different names; got {list(names)!r}."
        )
    columns = [
        as_vector(predictors.iloc[:, place], name=name)[used]
        for place, name in enumerate(names)
    ]
    constant = [
        name
        for name, column in zip(names, columns, strict=True)
        if not column.std() > 0
    ]
    require(
        not constant,
        f"predictors that do not vary over {len(used)} rows: "
        f"{', '.join(constant)}. Leave them out.",
    )
    return np.column_stack(columns), names


def _check_answers(answers: npt.NDArray[np.intp], n_categories: int) -> None:
    require(
        len(answers) >= _FEWEST,
        f"an ordinal logit needs at least {_FEWEST} complete rows; got {len(answers)}.",
    )
    require(
        n_categories >= 2,
        f"an ordinal logit needs answers in at least 2 categories; all {len(answers)} "
        "answers are the same.",
    )


def _check_size(rows: OrdinalRows) -> None:
    needed = _PER_COEFFICIENT * (rows.n_slopes + rows.n_thresholds)
    require(
        rows.n_respondents >= needed,
        f"{rows.n_slopes} slopes and {rows.n_thresholds} thresholds need at least "
        f"{needed} complete rows (5 a coefficient); got {rows.n_respondents}. Join "
        "categories or groups, or use fewer predictors.",
    )
    if rows.n_teams is not None:
        require(
            rows.n_teams >= rows.n_slopes + 2,
            f"{rows.n_slopes} slopes with clustered errors need at least "
            f"{rows.n_slopes + 2} teams; got {rows.n_teams}.",
        )
    scaled = rows.design - rows.design.mean(axis=0)
    size = np.sqrt((scaled**2).sum(axis=0))
    upper = np.linalg.qr(scaled / size, mode="r")
    follows = [
        term
        for term, left in zip(rows.terms, np.abs(np.diagonal(upper)), strict=True)
        if left < 1e-6
    ]
    require(
        not follows,
        f"predictors that follow from the others: {', '.join(follows)}. Leave them "
        "out.",
    )
