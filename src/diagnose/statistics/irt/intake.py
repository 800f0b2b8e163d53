"""What goes into a graded response model: checked answers, as patterns."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, require
from diagnose.errors import SmallSampleWarning
from diagnose.statistics.irt.layout import Layout, make_layout
from diagnose.statistics.irt.patterns import Patterns, encode, find_patterns
from diagnose.statistics.irt.start import category_counts
from diagnose.statistics.sample import check_numeric_frame

FloatArray = npt.NDArray[np.float64]
AvailableMissing = Literal["available", "listwise"]

_MOST_CATEGORIES = 20
_FEW_ANSWERS = 5
_RESPONDENTS_A_PARAMETER = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intake:
    """Answers ready for the model.

    Attributes
    ----------
    items : tuple of str
        Names of the columns.
    categories : tuple of numpy.ndarray
        Answers of each item that occur, ascending.
    layout : Layout
        Their places in flat arrays.
    patterns : Patterns
        Unique answer patterns of the respondents analysed.
    n_respondents, n_left_out : int
        Respondents analysed and left out.
    flags : tuple of str
        As in `GradedResponse`.
    """

    items: tuple[str, ...]
    categories: tuple[FloatArray, ...]
    layout: Layout
    patterns: Patterns
    n_respondents: int
    n_left_out: int
    flags: tuple[str, ...]


def take_in(items: pd.DataFrame, missing: AvailableMissing) -> Intake:
    """Return the answers as patterns; refuse what the model cannot be fitted to."""
    check_option("missing", missing, AvailableMissing)
    values = named_by_text(items).astype(float)
    absent = values.isna()
    left_out = absent.any(axis=1) if missing == "listwise" else absent.all(axis=1)
    analysed = values.loc[~left_out]
    _require_size(analysed, len(items))
    categories = tuple(_known(analysed, column) for column in analysed.columns)
    layout = make_layout(np.array([len(known) for known in categories]))
    n_respondents = len(analysed)
    require(
        n_respondents >= layout.n_parameters,
        f"the graded response model needs at least as many respondents as parameters; "
        f"got {n_respondents} respondents for {layout.n_parameters} parameters "
        f"({layout.n_items} slopes and {layout.n_boundaries} thresholds). Merge answer "
        "categories, or use cronbach_alpha and item_analysis.",
    )
    codes, _ = encode(analysed, categories)
    patterns = find_patterns(codes)
    names = tuple(values.columns)
    n_left_out = int(left_out.sum())
    return Intake(
        items=names,
        categories=categories,
        layout=layout,
        patterns=patterns,
        n_respondents=n_respondents,
        n_left_out=n_left_out,
        flags=(
            *_sparse(names, categories, category_counts(layout, patterns)),
            *_unused(names, categories),
            *((f"left_out:{n_left_out}",) if n_left_out else ()),
            *_small(n_respondents, layout.n_parameters),
        ),
    )


def named_by_text(items: pd.DataFrame) -> pd.DataFrame:
    """Return the checked frame with text for its column names, none of them twice."""
    check_numeric_frame(items)
    return items.rename(columns=str)


def _require_size(analysed: pd.DataFrame, n_given: int) -> None:
    n_respondents, n_items = analysed.shape
    require(
        n_items >= 3 and n_respondents >= 1,
        f"the graded response model needs at least 3 items and some respondents; got "
        f"{n_items} items and {n_respondents} of {n_given} respondents with answers. "
        "Two items do not tell their slopes apart: use their correlation.",
    )


def _known(analysed: pd.DataFrame, column: str) -> FloatArray:
    values = analysed[column].to_numpy()
    known = np.unique(values[~np.isnan(values)])
    n_answers = int((~np.isnan(values)).sum())
    require(n_answers > 0, f"nobody of {len(values)} answered {column}; leave it out.")
    require(
        len(known) >= 2,
        f"{column} does not vary over {n_answers} answers; leave it out.",
    )
    if len(known) > _MOST_CATEGORIES:
        raise ValueError(
            f"{column} has {len(known)} different answers; the graded response model "
            f"takes at most {_MOST_CATEGORIES} ordered categories. Group them, or use "
            "a factor model."
        )
    return known


def _sparse(
    names: tuple[str, ...], categories: tuple[FloatArray, ...], counts: FloatArray
) -> tuple[str, ...]:
    labels = [
        f"{name}={answer:g}"
        for name, known in zip(names, categories, strict=True)
        for answer in known
    ]
    few = np.flatnonzero(counts < _FEW_ANSWERS)
    if few.size:
        listed = ", ".join(f"{labels[i]} (n {counts[i]:.0f})" for i in few)
        warnings.warn(
            f"categories with fewer than {_FEW_ANSWERS} answers have uncertain "
            f"thresholds: {listed}; consider merging them with a neighbour.",
            SmallSampleWarning,
            stacklevel=4,
        )
    return tuple(f"sparse_category:{labels[i]}" for i in few)


def _unused(
    names: tuple[str, ...], categories: tuple[FloatArray, ...]
) -> tuple[str, ...]:
    anywhere = np.unique(np.concatenate(categories))
    return tuple(
        f"unused_answer:{name}={answer:g}"
        for name, known in zip(names, categories, strict=True)
        for answer in np.setdiff1d(anywhere, known)
    )


def _small(n_respondents: int, n_parameters: int) -> tuple[str, ...]:
    if n_respondents >= _RESPONDENTS_A_PARAMETER * n_parameters:
        return ()
    warnings.warn(
        f"{n_respondents} respondents for {n_parameters} parameters: below "
        f"{_RESPONDENTS_A_PARAMETER} respondents a parameter (a convention) standard "
        "errors and intervals are rough.",
        SmallSampleWarning,
        stacklevel=4,
    )
    return ("small_sample",)
