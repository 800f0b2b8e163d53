"""The baseline of comparative fit: every item for itself."""

from __future__ import annotations

from diagnose.statistics.cfa.parameters import Parameter, ParameterTable


def independence_table(
    items: tuple[str, ...], groups: tuple[str, ...], *, means: bool
) -> ParameterTable:
    """Return the table in which items have variances and means, and nothing else."""
    rows: list[Parameter] = []
    for group in range(len(groups)):
        for place, item in enumerate(items):
            rows.append(
                Parameter(
                    group=group,
                    kind="residual_covariance",
                    left=item,
                    right=item,
                    row=place,
                    column=place,
                    free=len(rows),
                    value=1.0,
                )
            )
        for place, item in enumerate(items if means else ()):
            rows.append(
                Parameter(
                    group=group,
                    kind="intercept",
                    left=item,
                    right="",
                    row=place,
                    column=0,
                    free=len(rows),
                )
            )
    return ParameterTable(items=items, factors=(), groups=groups, rows=tuple(rows))
