"""The parameters of a factor model of ordered answers.

Behind each item stands a normal variable of unit variance that the thresholds cut into
answers. In the delta parameterisation (Muthen and Asparouhov, 2002) its residual
variance is not a parameter but what is left over, ``1 / delta^2 - diag(Lambda C
Lambda')``. The scale ``delta`` is 1 and the intercept 0, unless freed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from diagnose.statistics.cfa.model import FactorModel
from diagnose.statistics.cfa.parameters import (
    Parameter,
    ParameterTable,
    tabulate_model,
)
from diagnose.statistics.cfa.start import place_starts
from diagnose.statistics.correlation import OrdinalMoments


def tabulate_ordinal_model(
    model: FactorModel, groups: Sequence[str], n_thresholds: Sequence[int]
) -> ParameterTable:
    """Return the table of a model of ordered items in which the groups share nothing.

    Free are loadings and factor covariances as in `tabulate_model`, residual
    covariances, and all thresholds. Fixed are intercepts and factor means at 0, and
    scales at 1. To compare groups, share and free them with `tie` and `free`.

    Parameters
    ----------
    model : FactorModel
        The model.
    groups : sequence of str
        Names of the groups; one name for a single sample.
    n_thresholds : sequence of int
        Of each item of the model, in its order; the same in every group.

    Raises
    ------
    ValueError
        Not one number of thresholds an item, or one below 1.
    """
    items = model.items
    if len(n_thresholds) != len(items) or min(n_thresholds, default=0) < 1:
        raise ValueError(
            f"`n_thresholds` must hold a number of at least 1 for each of the "
            f"{len(items)} items; got {list(n_thresholds)!r}."
        )
    table = tabulate_model(model, groups, means=True)
    free = table.n_free
    rows: list[Parameter] = []
    for group in range(len(groups)):
        rows += [
            row
            for row in table.rows
            if row.group == group
            and not (row.kind == "residual_covariance" and row.is_variance)
        ]
        added = _of_items(items, n_thresholds, group, free)
        free += sum(row.free >= 0 for row in added)
        rows += added
    intercepts = [row.key for row in rows if row.kind == "intercept"]
    return replace(table, rows=tuple(rows)).fix(intercepts, 0.0)


def arrange_items(table: ParameterTable, items: tuple[str, ...]) -> ParameterTable:
    """Return the table with the same items in another order.

    Models that assign the same items to other factors name them in another order;
    the data have one.
    """
    place = {item: number for number, item in enumerate(items)}
    return replace(
        table, items=items, rows=tuple(_arrange(row, place) for row in table.rows)
    )


def place_ordinal_starts(
    table: ParameterTable, model: FactorModel, moments: Sequence[OrdinalMoments]
) -> ParameterTable:
    """Return the table with starting values from the moments of each group.

    Parameters
    ----------
    table : ParameterTable
        Of ordered items, whatever the groups share.
    model : FactorModel
        The model behind the table.
    moments : sequence of OrdinalMoments
        One a group, items in the order of the table.
    """
    nothing = [np.zeros(len(table.items))] * len(moments)
    table = place_starts(table, model, nothing, [one.correlation for one in moments])
    return table.start(
        {
            row.key: float(moments[row.group].thresholds[row.row][row.column])
            for row in table.select("threshold")
        }
    )


def _arrange(row: Parameter, place: dict[str, int]) -> Parameter:
    if row.kind == "loading":
        return replace(row, row=place[row.right])
    if row.kind == "residual_covariance":
        return replace(row, row=place[row.left], column=place[row.right])
    if row.kind in ("intercept", "threshold", "scale"):
        return replace(row, row=place[row.left])
    return row


def _of_items(
    items: tuple[str, ...], n_thresholds: Sequence[int], group: int, free: int
) -> list[Parameter]:
    """Return the thresholds of one group, free numbers from `free` on, and scales."""
    rows: list[Parameter] = []
    for place, (item, count) in enumerate(zip(items, n_thresholds, strict=True)):
        for column in range(count):
            rows.append(
                Parameter(
                    group=group,
                    kind="threshold",
                    left=item,
                    right=str(column + 1),
                    row=place,
                    column=column,
                    free=free + len(rows),
                )
            )
    scales = [
        Parameter(
            group=group,
            kind="scale",
            left=item,
            right="",
            row=place,
            column=0,
            value=1.0,
        )
        for place, item in enumerate(items)
    ]
    return rows + scales
