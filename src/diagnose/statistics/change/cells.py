"""Tabulate answers into one cell a wave and team, and check cells that come as such."""

from __future__ import annotations

import numpy as np
import pandas as pd

from diagnose._options import require
from diagnose.statistics.means import as_vector
from diagnose.statistics.sample import (
    MOST_PEOPLE,
    check_unique_columns,
    label_codes,
    number_column,
)
from diagnose.statistics.team_sums import FloatArray, IntArray, team_codes

_NUMBERS = ("n_respondents", "mean", "variance", "weight")


def wave_cells(
    values: pd.Series,
    waves: pd.Series,
    *,
    teams: pd.Series | None = None,
    weights: pd.Series | None = None,
) -> pd.DataFrame:
    """Summarise answers as cells, which is all that `wave_trend` needs.

    Parameters
    ----------
    values : pandas.Series, shape (n_answers,)
        One score a respondent and wave, missing as NaN; those rows are left out.
    waves : pandas.Series, shape (n_answers,)
        Wave of each row, same index. Numbers, dates and ordered categories keep their
        order; other labels come in the order in which they first appear.
    teams : pandas.Series, optional
        Team of each row; every answered row needs one.
    weights : pandas.Series, optional
        Weight of each respondent, above 0.

    Returns
    -------
    pandas.DataFrame
        One row a wave (and team): ``wave``, [``team``,] ``n_respondents``, ``mean``,
        ``variance`` (divisor n - 1, unweighted; NaN for a cell of one), [``weight``].

    Raises
    ------
    InsufficientDataError
        No answers at all.
    ValueError
        Different indexes, missing labels, or a weight that is not above 0.
    """
    score, table = _aligned(values, waves, teams, weights)
    used = ~np.isnan(score)
    score, table = score[used], table.loc[used]
    require(len(score) > 0, "there are no answers to summarise by wave.")
    _check_labels(table, n_answers=len(table))
    wave_code, wave_labels = ordered_codes(table["wave"])
    team_code, team_labels = (
        (np.zeros(len(score), dtype=np.int64), [None])
        if teams is None
        else team_codes(table["team"])
    )
    codes = wave_code * len(team_labels) + team_code
    heavy = table["weight"].to_numpy(dtype=float) if weights is not None else None
    frame = _cell_frame(score, codes, len(wave_labels) * len(team_labels), heavy)
    frame.insert(0, "wave", np.repeat(np.array(wave_labels, object), len(team_labels)))
    if teams is not None:
        frame.insert(1, "team", team_labels * len(wave_labels))
    return frame.loc[frame["n_respondents"] > 0].reset_index(drop=True)


def ordered_codes(waves: pd.Series) -> tuple[IntArray, list[object]]:
    """Return codes and labels in order of time, as far as the labels tell it."""
    if pd.api.types.is_complex_dtype(waves):
        raise TypeError("waves must be numbers, dates or texts; got complex numbers.")
    sortable = (
        isinstance(waves.dtype, pd.CategoricalDtype)
        or pd.api.types.is_numeric_dtype(waves)
        or pd.api.types.is_datetime64_any_dtype(waves)
    )
    if sortable:
        return team_codes(waves)
    codes, found = label_codes(waves, name="the labels of waves")
    kinds = {type(label) for label in found}
    if len(kinds) == 1 and not kinds & {str}:  # numbers or dates stored as objects
        order = sorted(range(len(found)), key=lambda position: found[position])
        rank = np.empty(len(found), dtype=np.int64)
        rank[order] = np.arange(len(found))
        return rank[codes], [found[position] for position in order]
    return codes, found


def check_cells(cells: pd.DataFrame, *, needs: tuple[str, ...]) -> None:
    """Refuse a frame of cells that lacks columns, repeats a cell or has gaps."""
    if not isinstance(cells, pd.DataFrame):
        raise TypeError(
            f"cells must be a pandas DataFrame; got {type(cells).__name__}."
        )
    check_unique_columns(cells, name="the frame of cells")
    absent = [name for name in needs if name not in cells.columns]
    if absent:
        raise ValueError(f"the cells lack the columns {', '.join(absent)}.")
    require(len(cells) > 0, "there are no cells: no group has a score to show.")
    keys = [name for name in ("wave", "team") if name in needs]
    for name in keys:
        label_codes(cells[name], name=f"the labels in the column {name!r}")
    if cells[keys].isna().to_numpy().any():
        raise ValueError(f"every cell needs a label for {' and '.join(keys)}.")
    repeated = (
        cells.loc[cells.duplicated(keys), keys].astype(str).agg(", ".join, axis=1)
    )
    if len(repeated):
        raise ValueError(
            f"more than one cell for {'; '.join(repeated.head(5))}; "
            "one row a wave and team is allowed."
        )
    _check_numbers(cells, needs)


def cell_table(
    cells: pd.DataFrame, wave_codes: IntArray, n_waves: int
) -> tuple[FloatArray, FloatArray]:
    """Return weights and means of cells as two arrays of teams by waves."""
    codes, labels = team_codes(cells["team"])
    heavy = "weight" if "weight" in cells.columns else "n_respondents"
    weights, means = np.zeros((2, len(labels), n_waves))
    weights[codes, wave_codes] = cells[heavy].to_numpy(dtype=float)
    means[codes, wave_codes] = cells["mean"].to_numpy(dtype=float)
    return weights, means


def _check_numbers(cells: pd.DataFrame, needs: tuple[str, ...]) -> None:
    sizes = number_column(cells, "n_respondents", name="the frame of cells")
    good = (sizes >= 1) & (sizes <= MOST_PEOPLE) & (sizes == np.floor(sizes))
    for name in _NUMBERS[1:]:
        if name in needs or (name == "weight" and name in cells.columns):
            number = number_column(cells, name, name="the frame of cells")
            fine = np.isfinite(number)
            if name == "variance":
                fine = np.where(sizes > 1, fine & (number >= 0), True)
            if name == "weight":
                fine = fine & (number > 0)
            good &= fine
    if not good.all():
        raise ValueError(
            f"{int((~good).sum())} of {len(cells)} cells lack a whole n_respondents of "
            "at least 1 or a usable mean, variance or weight; leave out the cells that "
            "may not be shown."
        )


def _aligned(
    values: pd.Series,
    waves: pd.Series,
    teams: pd.Series | None,
    weights: pd.Series | None,
) -> tuple[FloatArray, pd.DataFrame]:
    if not isinstance(values, pd.Series):
        raise TypeError("`values` must be a pandas Series of numbers.")
    columns = {"wave": waves}
    if teams is not None:
        columns["team"] = teams
    if weights is not None:
        columns["weight"] = weights
    for name, column in columns.items():
        if not isinstance(column, pd.Series) or not column.index.equals(values.index):
            raise ValueError(
                f"the {name} of each row must be a Series on the index of `values`."
            )
    return as_vector(values), pd.DataFrame(
        {name: column.array for name, column in columns.items()}
    )


def _check_labels(table: pd.DataFrame, *, n_answers: int) -> None:
    for name in table.columns:
        absent = int(table[name].isna().sum())
        if absent:
            raise ValueError(
                f"{absent} of {n_answers} answered rows have no {name}; leave them "
                "out, or give them one."
            )
    if "weight" in table.columns:
        check_weights(as_vector(table["weight"], name="weights"))


def check_weights(weights: FloatArray) -> None:
    """Refuse weights that are not finite and above 0."""
    if not ((weights >= 1e-50) & (weights <= 1e50)).all():
        raise ValueError("weights must be finite and above 0 (1e-50 to 1e50).")


def _cell_frame(
    score: FloatArray, codes: IntArray, size: int, weights: FloatArray | None
) -> pd.DataFrame:
    counts = np.bincount(codes, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = np.bincount(codes, score, minlength=size) / counts
        squares = np.bincount(codes, (score - plain[codes]) ** 2, minlength=size)
        variances = np.where(counts > 1, squares / (counts - 1), np.nan)
        frame = pd.DataFrame(
            {"n_respondents": counts, "mean": plain, "variance": variances}
        )
        if weights is not None:
            total = np.bincount(codes, weights, minlength=size)
            frame["mean"] = np.bincount(codes, weights * score, minlength=size) / total
            frame["weight"] = total
    return frame
