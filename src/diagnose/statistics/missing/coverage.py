"""Refuse answers that cannot carry means and covariances, and say which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from diagnose._options import require

FloatArray = npt.NDArray[np.float64]


def checked_values(values: FloatArray, names: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of the items; raise unless `values` is a table of numbers."""
    if not isinstance(values, np.ndarray) or values.ndim != 2:
        shape = getattr(values, "shape", type(values).__name__)
        raise TypeError(
            "`values` must be an array of respondents by items; got "
            f"{'shape ' if isinstance(shape, tuple) else ''}{shape}."
        )
    if np.isinf(values).any():
        raise ValueError("`values` holds infinite values.")
    n_items = values.shape[1]
    if names is None:
        return tuple(f"item {i + 1}" for i in range(n_items))
    if len(names) != n_items:
        raise ValueError(
            f"`names` must name each of {n_items} items; got {len(names)} names."
        )
    return tuple(str(name) for name in names)


def require_answers(values: FloatArray) -> None:
    """Refuse a table without a single answer."""
    n_respondents, n_items = values.shape
    require(
        values.size > 0 and not np.isnan(values).all(),
        f"no answers: {n_respondents} respondents, {n_items} items, and none of the "
        "answers was given.",
    )


def require_varied_items(values: FloatArray, names: tuple[str, ...]) -> None:
    """Refuse items that nobody answered, or that all who answered answered alike."""
    n_respondents = len(values)
    answered = ~np.isnan(values)
    n_answers = answered.sum(axis=0)
    never = [name for name, n in zip(names, n_answers, strict=True) if n == 0]
    require(
        not never,
        f"never answered by any of {n_respondents} respondents: {', '.join(never)}. "
        "Leave these items out.",
    )
    # Not nanmax and nanmin: they are slow, and warn.
    highest = np.where(answered, values, -np.inf).max(axis=0)
    lowest = np.where(answered, values, np.inf).min(axis=0)
    constant = [n for n, w in zip(names, highest > lowest, strict=True) if not w]
    require(
        not constant,
        f"the same answer from everyone who answered, over {n_respondents} "
        f"respondents: {', '.join(constant)}. Leave these items out.",
    )


def require_covariances(
    pair_counts: FloatArray, names: tuple[str, ...], n_respondents: int
) -> None:
    """Refuse data in which some covariance cannot be known at all."""
    n_items = len(names)
    require(
        n_respondents > n_items,
        f"{n_respondents} respondents with answers are too few for the covariances of "
        f"{n_items} items: it takes more respondents than items.",
    )
    require_pairs(pair_counts, names, n_respondents)


def require_pairs(
    pair_counts: FloatArray, names: tuple[str, ...], n_respondents: int
) -> None:
    """Refuse two items that nobody answered both of."""
    apart = [
        f"{names[i]} and {names[j]}"
        for i, j in np.argwhere(np.triu(pair_counts == 0, 1))
    ]
    more = f" and {len(apart) - 3} more" if len(apart) > 3 else ""
    require(
        not apart,
        f"none of {n_respondents} respondents answered both {'; '.join(apart[:3])}"
        f"{more}: how these go together is not in the data. Leave one item of each "
        "pair out.",
    )


def require_regular(
    covariance: FloatArray, singular: bool, names: tuple[str, ...], n_respondents: int
) -> None:
    """Refuse covariances that came to say that some items follow from others."""
    scale = np.sqrt(np.diagonal(covariance))
    _, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    weights = np.abs(vectors[:, 0])
    together = [n for n, w in zip(names, weights, strict=True) if w > weights.max() / 3]
    require(
        not singular,
        f"the covariances of {len(names)} items cannot be estimated from "
        f"{n_respondents} respondents: as far as the answers show, one of "
        f"{', '.join(together)} follows from the others. Leave one of these out, or "
        "find more respondents who answered them together.",
    )
