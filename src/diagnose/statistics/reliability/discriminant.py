"""Are two subscales two: the heterotrait-monotrait ratio of correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import (
    MissingPolicy,
    check_at_least,
    check_option,
    check_proportion,
    require,
)
from diagnose.statistics.reliability.bootstrap import (
    count_undefined,
    percentile_limits,
    resampled_covariances,
)
from diagnose.statistics.reliability.closed_form import (
    NO_VARIANCE,
    correlations,
    refuse_constant,
)
from diagnose.statistics.sample import complete_rows

FloatArray = npt.NDArray[np.float64]
Model = Mapping[str, Sequence[str]]
HtmtVariant = Literal["htmt", "htmt_signed", "htmt2"]
CorrelationName = Literal["pearson"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeterotraitMonotrait:
    """Ratios of all pairs of subscales.

    Attributes
    ----------
    method : str
        ``"htmt"``, ``"htmt_signed"`` or ``"htmt2"``.
    correlation : str
        ``"pearson"``, or ``"given"`` when a matrix was handed over.
    conf_level : float
        Coverage of the intervals.
    interval_method : str
        ``"bootstrap_percentile"`` with the number of resamples and the seed; empty
        with a given matrix, which cannot be resampled.
    n_respondents : int
        Respondents with an answer to every item of the model.
    flags : tuple of str
        ``"negative_correlation_within:<subscale>"`` (usually an item keyed the wrong
        way, which absolute correlations hide), ``"undefined_resamples:<count>"``
        (resamples in which a ratio is undefined, left out) and
        ``"no_interval:correlation_given"``.
    """

    method: str
    correlation: str
    conf_level: float
    interval_method: str
    n_respondents: int
    flags: tuple[str, ...]
    _pairs: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the pairs, one row a pair.

        Columns ``first``, ``second``, ``estimate``, ``std_error`` (over resamples),
        ``conf_low``, ``conf_high``, ``conf_level``, ``n_respondents``, ``n_items`` (of
        both together) and ``method``.
        """
        return self._pairs.copy()


def htmt(
    items: pd.DataFrame,
    model: Model,
    *,
    correlation: CorrelationName | pd.DataFrame = "pearson",
    variant: HtmtVariant = "htmt",
    missing: MissingPolicy = "listwise",
    n_bootstrap: int = 1000,
    seed: int = 0,
    conf_level: float = 0.95,
) -> HeterotraitMonotrait:
    """Heterotrait-monotrait ratio of every two subscales, with bootstrap intervals.

    The mean correlation of items of different subscales, over the geometric mean of
    the two mean correlations within a subscale. It estimates the correlation of the
    two true scores; near 1 the subscales cannot be told apart. .85 and .90 are
    conventions: look whether the upper limit stays below them.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_columns)
        Keyed answers, missing answers as NaN; columns outside the model are not used.
        Not modified.
    model : mapping of str to sequence of str
        Items of each subscale: at least 2 subscales of at least 2 items, none shared.
    correlation : {"pearson"} or DataFrame, shape (n_items, n_items)
        What to correlate with, or a correlation matrix with the items as index and
        columns (polychorics, say). Such a matrix gives no interval.
    variant : {"htmt", "htmt_signed", "htmt2"}
        Arithmetic means of absolute correlations (as R's semTools does); arithmetic
        means of the correlations with their signs (as first published); geometric
        means of absolute ones, which ask for no equal loadings.
    missing : {"listwise", "raise"}
        Leave out respondents with an unanswered item of the model, or refuse them.
    n_bootstrap : int
        Number of resamples, at least 100.
    seed : int
        Seed of the bootstrap.
    conf_level : float
        Coverage of the two-sided percentile intervals, between 0 and 1.

    Returns
    -------
    HeterotraitMonotrait

    Raises
    ------
    InsufficientDataError
        Fewer than 3 complete respondents, an item that does not vary, a subscale whose
        items do not correlate positively on average, or a ratio that most resamples
        leave undefined.
    ValueError
        A model that is too small, shares items or names unknown ones, a matrix that is
        no correlation matrix, or an unknown option.

    References
    ----------
    Henseler, Ringle and Sarstedt, 2015, Journal of the Academy of Marketing Science.
    Roemer, Schuberth and Henseler, 2021, Industrial Management & Data Systems (HTMT2).
    """
    check_option("variant", variant, HtmtVariant)
    check_proportion("conf_level", conf_level)
    check_at_least("n_bootstrap", n_bootstrap, 100)
    order = _check_model(model, items)
    complete = complete_rows(items[order], missing=missing)
    resampled, interval_method = None, ""
    if isinstance(correlation, pd.DataFrame):
        matrix = _check_matrix(correlation, order)
    else:
        check_option("correlation", correlation, CorrelationName)
        matrix = _pearson(complete, n_all=len(items))
    estimates = _ratios(matrix[None], model, variant)[0]
    _refuse_undefined(estimates, model)
    if not isinstance(correlation, pd.DataFrame):
        interval_method = f"bootstrap_percentile(n={n_bootstrap}, seed={seed})"
        resampled = _resample(
            complete, model, variant, n_bootstrap=n_bootstrap, seed=seed
        )
    pairs, flags = _pairs(estimates, resampled, model, conf_level=conf_level)
    return HeterotraitMonotrait(
        method=variant,
        correlation="given" if resampled is None else "pearson",
        conf_level=conf_level,
        interval_method=interval_method,
        n_respondents=len(complete),
        flags=_negative_within(matrix, model) + flags,
        _pairs=pairs.assign(
            conf_level=conf_level,
            n_respondents=len(complete),
            n_items=_sizes(pairs, model),
            method=variant,
        ),
    )


def _negative_within(matrix: FloatArray, model: Model) -> tuple[str, ...]:
    """Flag subscales in which items run against each other."""
    flags, start = [], 0
    for name, block in model.items():
        part = matrix[start : start + len(block), start : start + len(block)]
        if (part < -NO_VARIANCE).any():
            flags.append(f"negative_correlation_within:{name}")
        start += len(block)
    return tuple(flags)


def _sizes(pairs: pd.DataFrame, model: Model) -> pd.Series:
    sizes = {name: len(block) for name, block in model.items()}
    return pairs["first"].map(sizes) + pairs["second"].map(sizes)


def _check_model(model: Model, items: pd.DataFrame) -> list[str]:
    """Return all items of the model in order, or refuse it."""
    if not isinstance(items, pd.DataFrame):
        raise TypeError(
            f"`items` must be a pandas DataFrame; got {type(items).__name__}."
        )
    if len(model) < 2:
        raise ValueError(f"`model` needs at least 2 subscales; got {len(model)}.")
    short = [str(name) for name, block in model.items() if len(block) < 2]
    if short:
        raise ValueError(
            f"`model` needs at least 2 items a subscale; not so for {', '.join(short)}."
        )
    order = [item for block in model.values() for item in block]
    shared = sorted({str(item) for item in order if order.count(item) > 1})
    if shared:
        raise ValueError(f"`model` names items more than once: {', '.join(shared)}.")
    unknown = [str(item) for item in order if item not in items.columns]
    if unknown:
        raise ValueError(
            f"`model` names items that are not in the frame: {', '.join(unknown)}."
        )
    return order


def _check_matrix(correlation: pd.DataFrame, order: list[str]) -> FloatArray:
    absent = [
        str(item)
        for item in order
        if item not in correlation.index or item not in correlation.columns
    ]
    if absent:
        raise ValueError(
            f"`correlation` lacks items of the model: {', '.join(absent)}."
        )
    matrix = correlation.loc[order, order].to_numpy(dtype=float)
    proper = (
        np.isfinite(matrix).all()
        and np.allclose(matrix, matrix.T, rtol=0, atol=1e-8)
        and np.allclose(np.diag(matrix), 1, rtol=0, atol=1e-8)
        and (np.abs(matrix) <= 1 + 1e-8).all()
    )
    if not proper:
        raise ValueError(
            "`correlation` must be a symmetric correlation matrix: 1 on the diagonal, "
            "from -1 to 1 elsewhere, nothing missing."
        )
    return matrix


def _pearson(complete: pd.DataFrame, *, n_all: int) -> FloatArray:
    require(
        len(complete) >= 3,
        f"correlations need at least 3 complete respondents; got {len(complete)} "
        f"complete of {n_all}.",
    )
    refuse_constant(complete, name="the heterotrait-monotrait ratio")
    matrix: FloatArray = np.corrcoef(complete.to_numpy(), rowvar=False)
    return matrix


def _ratios(stack: FloatArray, model: Model, variant: str) -> FloatArray:
    """Return the ratios of a stack, shape (n, n_subscales, n_subscales).

    NaN where a subscale has no positive mean correlation, or an item no variance.
    """
    means = _block_means(stack, model, variant)
    within = np.diagonal(means, axis1=1, axis2=2)
    scale = np.sqrt(np.where(within > 0, within, np.nan))
    ratios: FloatArray = means / (scale[:, :, None] * scale[:, None, :])
    return ratios


def _block_means(stack: FloatArray, model: Model, variant: str) -> FloatArray:
    """Return mean correlations between and (without the diagonal) within blocks."""
    sizes = np.array([len(block) for block in model.values()])
    member = np.repeat(np.eye(len(sizes)), sizes, axis=0)
    n_items = len(member)
    counts = np.outer(sizes, sizes) - np.diag(sizes)
    off = 1 - np.eye(n_items)
    size = stack if variant == "htmt_signed" else np.abs(stack)
    means: FloatArray
    if variant != "htmt2":
        means = (member.T @ (size * off) @ member) / counts
        return means
    zero = (size < NO_VARIANCE) & (off == 1)
    logarithms = np.log(np.where(zero, 1.0, size)) * off
    means = np.exp((member.T @ logarithms @ member) / counts)
    # One correlation of 0 makes a geometric mean 0; the logarithm of its rounding error
    # would make it anything.
    return np.where(member.T @ zero @ member > 0, 0.0, means)


def _refuse_undefined(estimates: FloatArray, model: Model) -> None:
    names = list(model)
    empty = [
        str(name)
        for name, own in zip(names, np.diag(estimates), strict=True)
        if np.isnan(own)
    ]
    require(
        not empty,
        f"the heterotrait-monotrait ratio is undefined: the items of "
        f"{', '.join(empty)} do not correlate positively with each other. Look for an "
        "item keyed the wrong way.",
    )


def _resample(
    complete: pd.DataFrame,
    model: Model,
    variant: str,
    *,
    n_bootstrap: int,
    seed: int,
) -> FloatArray:
    stacks = resampled_covariances(
        complete.to_numpy(), n_bootstrap=n_bootstrap, seed=seed
    )
    return np.concatenate(
        [_ratios(correlations(stack), model, variant) for stack in stacks]
    )


def _pairs(
    estimates: FloatArray,
    resampled: FloatArray | None,
    model: Model,
    *,
    conf_level: float,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the rows, and what a reader must know of their intervals."""
    names, rows, undefined = list(model), [], 0
    for i, j in combinations(range(len(names)), 2):
        row = {
            "first": names[i],
            "second": names[j],
            "estimate": float(estimates[i, j]),
            "std_error": float("nan"),
            "conf_low": float("nan"),
            "conf_high": float("nan"),
        }
        if resampled is not None:
            ratios = resampled[:, i, j]
            undefined = max(undefined, count_undefined(ratios))
            row["std_error"] = float(np.nanstd(ratios, ddof=1))
            row["conf_low"], row["conf_high"] = percentile_limits(ratios, conf_level)
        rows.append(row)
    frame = pd.DataFrame(rows)
    if resampled is None:
        return frame, ("no_interval:correlation_given",)
    return frame, (f"undefined_resamples:{undefined}",) if undefined else ()
