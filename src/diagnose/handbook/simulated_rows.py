"""From the file of a benchmark to the grid that a page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Picture = Literal["false_alarms", "unit", "gap", "change", "driver", "shrinkage"]


def rows_of(figures: pd.DataFrame, picture: Picture) -> tuple[pd.DataFrame, int]:
    """Return the grid of shares and the digits that its numbers deserve."""
    needed = {
        "false_alarms": ("family", "kind", "share", "promised"),
        "shrinkage": ("n_teams", "n_respondents", "icc", "ratio"),
    }.get(picture, ("family", "difference", "n", "detected"))
    absent = [name for name in needed if name not in figures]
    if absent:
        raise ValueError(
            f"the file is of another benchmark: it lacks {', '.join(absent)}, which "
            f"{picture!r} asks for."
        )
    if picture == "false_alarms":
        promised = figures.loc[figures["promised"]]
        grid = promised.pivot(index="family", columns="kind", values="share")
        order = dict.fromkeys(promised["family"]), dict.fromkeys(promised["kind"])
        return grid.loc[list(order[0]), list(order[1])], 1
    if picture == "shrinkage":
        grid = figures.pivot(
            index=["n_teams", "n_respondents"], columns="icc", values="ratio"
        )
        grid.index = [f"{teams} × {answers}" for teams, answers in grid.index]
        return grid.set_axis(100 * grid.columns, axis="columns"), 0
    own = figures.loc[figures["family"] == picture]
    return own.pivot(index="n", columns="difference", values="detected"), 0
