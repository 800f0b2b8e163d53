"""Do the answers to an item follow the curve that the model drew for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_at_least, require
from diagnose.statistics.irt.layout import Layout, categories_at
from diagnose.statistics.irt.patterns import Patterns
from diagnose.statistics.irt.respondents import patterns_of
from diagnose.statistics.irt.result import GradedResponse

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemFit:
    """Fit of the items of a graded response model.

    Attributes
    ----------
    frame : DataFrame
        One row an item: `item`; `statistic`, S-X2; `df`; `p_value`, upper tail of the
        chi-square; `rmsea`, the misfit for one degree of freedom and one respondent,
        which does not grow with the sample; `n_cells` compared; `reason`, empty or
        ``"no_df"`` where merging left nothing to test and the numbers are NaN.
    method : str
        ``"s_x2"``.
    min_expected : float
        Cells were merged until they expected as many respondents.
    n_respondents, n_items : int
        Respondents who answered every item, and items.
    """

    frame: pd.DataFrame
    method: str
    min_expected: float
    n_respondents: int
    n_items: int

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of `frame`."""
        return self.frame.copy()


def item_fit(
    result: GradedResponse, items: pd.DataFrame, *, min_expected: float = 1.0
) -> ItemFit:
    """S-X2: observed and expected answers of people with the same sum of ranks.

    Respondents are grouped by the sum of the ranks of their answers, which is seen, so
    that the groups do not rest on estimated positions. In each group the answers to
    an item are compared with what the model expects there. A small p-value in a
    large sample may be a small misfit: read `rmsea` too, and correct for the number
    of items.

    Parameters
    ----------
    result : GradedResponse
        The fitted model.
    items : DataFrame, shape (n_respondents, any)
        The answers the model was fitted to. Respondents with a missing answer are left
        out here. Not modified.
    min_expected : float
        Neighbouring categories of a group are merged, the outer ones first, until each
        cell expects at least this number; above 0.

    Returns
    -------
    ItemFit

    Raises
    ------
    InsufficientDataError
        Fewer complete respondents than parameters.
    ValueError
        An item without a column, or an answer that is no category of its item.

    References
    ----------
    Orlando and Thissen, 2000, Applied Psychological Measurement.
    Kang and Chen, 2008, Journal of Educational Measurement (graded answers).
    Lord and Wingersky, 1984, Applied Psychological Measurement (the recursion).
    """
    from scipy.special import chdtrc

    check_at_least("min_expected", min_expected, 1e-6)
    patterns = patterns_of(result, items)
    complete = patterns.n_answered == result.n_items
    n_respondents = int(patterns.counts[complete].sum())
    require(
        n_respondents >= result.n_parameters,
        f"S-X2 needs at least as many complete respondents as parameters; got "
        f"{n_respondents} complete of {len(items)} for {result.n_parameters} "
        "parameters.",
    )
    observed = _observed(result.layout, patterns, complete)
    expected = _expected(result, [table.sum(axis=1) for table in observed])
    rows = []
    for i, name in enumerate(result.items):
        statistic, n_cells, n_groups = _compare(observed[i], expected[i], min_expected)
        df = n_cells - n_groups - int(result.layout.n_categories[i])
        tested = df > 0
        excess = max(statistic - df, 0.0) / (max(df, 1) * (n_respondents - 1))
        rows.append(
            {
                "item": name,
                "statistic": statistic if tested else np.nan,
                "df": df,
                "p_value": float(chdtrc(df, statistic)) if tested else np.nan,
                "rmsea": float(np.sqrt(excess)) if tested else np.nan,
                "n_cells": n_cells,
                "reason": "" if tested else "no_df",
            }
        )
    return ItemFit(
        frame=pd.DataFrame(rows),
        method="s_x2",
        min_expected=min_expected,
        n_respondents=n_respondents,
        n_items=result.n_items,
    )


def _observed(
    layout: Layout, patterns: Patterns, complete: npt.NDArray[np.bool_]
) -> list[FloatArray]:
    """Return, for each item, respondents by sum of ranks and category.

    The lowest and the highest sum come from one pattern each, and are left out.
    """
    codes, counts = patterns.codes[complete], patterns.counts[complete]
    highest = int((layout.n_categories - 1).sum())
    total = codes.sum(axis=1)
    tables = []
    for i, n_categories in enumerate(layout.n_categories):
        place = total * n_categories + codes[:, i]
        size = (highest + 1) * int(n_categories)
        table = np.bincount(place, weights=counts, minlength=size).astype(np.float64)
        tables.append(table.reshape(highest + 1, n_categories)[1:-1])
    return tables


def _expected(result: GradedResponse, n_in_group: list[FloatArray]) -> list[FloatArray]:
    """Return the expected counterparts of the observed tables."""
    layout, quadrature = result.layout, result.quadrature
    categories = categories_at(layout, result.parameters, quadrature.points)
    by_item = np.split(
        np.exp(categories.log_probability), layout.first_category[1:], axis=0
    )
    tables = []
    for i, own in enumerate(by_item):
        rest = _sum_distribution(by_item[:i] + by_item[i + 1 :])
        joint = np.zeros((len(rest) + len(own) - 1, len(own)))
        for category, probability in enumerate(own):
            share = (rest * probability) @ quadrature.weights
            joint[category : category + len(rest), category] = share
        inner = joint[1:-1]
        given = inner / inner.sum(axis=1, keepdims=True)
        tables.append(given * n_in_group[i][:, None])
    return tables


def _sum_distribution(by_item: list[FloatArray]) -> FloatArray:
    """Return the probability of each sum of ranks at each point (Lord, Wingersky)."""
    total = by_item[0]
    for own in by_item[1:]:
        longer = np.zeros((len(total) + len(own) - 1, total.shape[1]))
        for category, probability in enumerate(own):
            longer[category : category + len(total)] += total * probability
        total = longer
    return total


def _compare(
    observed: FloatArray, expected: FloatArray, min_expected: float
) -> tuple[float, int, int]:
    """Return the statistic, the cells that were compared and their groups."""
    statistic, n_cells, n_groups = 0.0, 0, 0
    for seen, awaited in zip(observed, expected, strict=True):
        if awaited.sum() <= 0:
            continue
        cells = _merged(seen, awaited, min_expected)
        if len(cells) < 2:
            continue
        statistic += sum((o - e) ** 2 / e for o, e in cells)
        n_cells += len(cells)
        n_groups += 1
    return statistic, n_cells, n_groups


def _merged(
    observed: FloatArray, expected: FloatArray, min_expected: float
) -> list[tuple[float, float]]:
    """Return observed and expected numbers after merging scarce categories inwards."""
    cells = list(zip(observed.tolist(), expected.tolist(), strict=True))
    while len(cells) > 1 and min(e for _, e in cells) < min_expected:
        scarce = min(range(len(cells)), key=lambda j: cells[j][1])
        inwards = scarce + 1 if scarce < len(cells) / 2 else scarce - 1
        first = min(scarce, inwards)
        merged = tuple(a + b for a, b in zip(*cells[first : first + 2], strict=True))
        cells[first : first + 2] = [merged]
    return cells
