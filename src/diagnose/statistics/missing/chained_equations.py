"""One chain of imputations: each item in turn is predicted from all the others.

Predictive mean matching (Little, 1988, Journal of Business and Economic Statistics;
with the matching of van Buuren, 2018, Flexible imputation of missing data, section
3.4): regress the item on the other items, draw coefficients from what the data leave
uncertain, and give each respondent without an answer the answer of someone whose
predicted answer is close. Only answers that somebody gave are ever filled in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

_RIDGE = 1e-5  # of the diagonal: repeated items must not stop a regression, nor rule it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncompleteItem:
    """One item to impute.

    Attributes
    ----------
    place : int
        Row of the item in the design, one row an item; row 0 holds ones.
    others : ndarray of int
        Rows of the predictors, row 0 among them.
    observed, missing : ndarray of int
        Respondents with and without an answer.
    """

    place: int
    others: IntArray
    observed: IntArray
    missing: IntArray


def incomplete_items(values: FloatArray) -> tuple[IncompleteItem, ...]:
    """Return the items with missing answers, the most answered first."""
    absent = np.isnan(values)
    n_missing = absent.sum(axis=0)
    rows = np.arange(values.shape[1] + 1)
    return tuple(
        IncompleteItem(
            place=int(item) + 1,
            others=np.delete(rows, item + 1),
            observed=np.flatnonzero(~absent[:, item]),
            missing=np.flatnonzero(absent[:, item]),
        )
        for item in np.argsort(n_missing, kind="stable")
        if n_missing[item]
    )


def run_chain(
    values: FloatArray,
    items: tuple[IncompleteItem, ...],
    generator: np.random.Generator,
    *,
    n_cycles: int,
    n_donors: int,
) -> tuple[FloatArray, FloatArray]:
    """Return one imputed table, and the mean imputed answer of each item and cycle.

    Parameters
    ----------
    values : ndarray, shape (n_respondents, n_items)
        Answers with NaN where missing. Not modified.
    items : tuple of IncompleteItem
        What is to be imputed, in order.
    generator : numpy.random.Generator
        Source of every draw.
    n_cycles : int
        Times each item is imputed; the last counts.
    n_donors : int
        Respondents with the closest predictions, one of whom gives the answer.

    Returns
    -------
    imputed : ndarray, shape (n_respondents, n_items)
    means : ndarray, shape (n_cycles, n_incomplete_items)
    """
    # Centred, so that sums of squares keep their digits; matching is not affected.
    centre = np.nanmean(values, axis=0)
    design = np.vstack([np.ones(len(values)), (values - centre).T])
    for item in items:
        donors = generator.choice(item.observed, len(item.missing))
        design[item.place, item.missing] = design[item.place, donors]
    products = design @ design.T
    means = np.empty((n_cycles, len(items)))
    for cycle in range(n_cycles):
        for which, item in enumerate(items):
            donors = _donors(design, products, item, generator, n_donors)
            imputed = design[item.place, donors]
            design[item.place, item.missing] = imputed
            products[item.place] = design @ design[item.place]
            products[:, item.place] = products[item.place]
            means[cycle, which] = imputed.mean() + centre[item.place - 1]
    filled = values.copy()
    for item in items:
        imputed = design[item.place, item.missing]
        filled[item.missing, item.place - 1] = imputed + centre[item.place - 1]
    return filled, means


def _donors(
    design: FloatArray,
    products: FloatArray,
    item: IncompleteItem,
    generator: np.random.Generator,
    n_donors: int,
) -> IntArray:
    """Return, for each respondent without the answer, whose answer is taken over."""
    absent = design[:, item.missing]
    # Products over those who answered: everyone's, less those of who did not.
    known = products - absent @ absent.T
    gram = known[np.ix_(item.others, item.others)]
    gram[np.diag_indices_from(gram)] *= 1 + _RIDGE
    root = np.linalg.cholesky(gram)
    half = np.linalg.solve(root, known[item.others, item.place])
    residual = max(float(known[item.place, item.place] - half @ half), 0.0)
    df = len(item.observed) - len(item.others)
    sigma = np.sqrt(residual / generator.chisquare(df))
    noise = sigma * generator.standard_normal(len(half))
    coefficients = np.zeros((2, len(design)))  # fitted and drawn, 0 for the item
    solved = np.linalg.solve(root.T, np.column_stack([half, half + noise]))
    coefficients[:, item.others] = solved.T
    predicted = coefficients[0] @ design
    wanted = coefficients[1] @ absent
    return _match(predicted[item.observed], wanted, item.observed, generator, n_donors)


def _match(
    predicted: FloatArray,
    wanted: FloatArray,
    observed: IntArray,
    generator: np.random.Generator,
    n_donors: int,
) -> IntArray:
    """Draw one of the respondents whose predictions are closest to each wanted one."""
    n_donors = min(n_donors, len(observed))
    # Shuffled first, so that among equal predictions chance decides who is near.
    shuffled = generator.permutation(len(observed))
    order = shuffled[np.argsort(predicted[shuffled], kind="stable")]
    ordered = predicted[order]
    first = np.searchsorted(ordered, wanted)[:, None] - n_donors
    window = first + np.arange(2 * n_donors)
    outside = (window < 0) | (window >= len(ordered))
    distance = np.abs(ordered[np.clip(window, 0, len(ordered) - 1)] - wanted[:, None])
    distance[outside] = np.inf
    nearest = np.argsort(distance, axis=1, kind="stable")
    chosen = generator.integers(n_donors, size=len(wanted))
    column = nearest[np.arange(len(wanted)), chosen]
    donors: IntArray = observed[order[window[np.arange(len(wanted)), column]]]
    return donors
