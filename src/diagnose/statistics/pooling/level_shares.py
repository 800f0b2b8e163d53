"""At which level of a hierarchy people differ: variances without unit levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from diagnose.statistics.pooling.hierarchy import build_hierarchy
from diagnose.statistics.pooling.tree import climb
from diagnose.statistics.pooling.tree_search import best_ratios


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelShares:
    """The variance that each level of a hierarchy adds.

    Attributes
    ----------
    method : str
        ``"REML"``.
    levels : tuple of str
        Names of the levels, from large to small.
    n_units : tuple of int
        Units at each level.
    variances, shares : tuple of float
        Variance that each level adds, in squared units of the score, and its share in
        the variance of one person's score.
    sigma2, share_within : float
        Variance within the smallest units, and its share.
    n_respondents, n_teams : int
        Size of the data analysed; n_teams counts the smallest units.
    """

    method: str
    levels: tuple[str, ...]
    n_units: tuple[int, ...]
    variances: tuple[float, ...]
    shares: tuple[float, ...]
    sigma2: float
    share_within: float
    n_respondents: int
    n_teams: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row a level: level, n_units, variance, share."""
        return pd.DataFrame(
            {
                "level": self.levels,
                "n_units": self.n_units,
                "variance": self.variances,
                "share": self.shares,
            }
        )


def level_shares_from_summary(
    summary: pd.DataFrame, *, levels: Sequence[str]
) -> LevelShares:
    """Divide the variance between people over the levels of a hierarchy.

    The model and the estimates (REML) of `nested_means_from_summary`, without the
    levels of the units and their intervals, which take most of its time.

    Parameters
    ----------
    summary : pandas.DataFrame, one row a smallest unit
        The columns of `levels`, and n_respondents, mean, variance (NaN for a unit of
        one). Units that may not be shown are left out, not blanked.
    levels : sequence of 2 or 3 str
        Columns that name the units, from large to small.

    Raises
    ------
    TypeError, ValueError, InsufficientDataError
        As in `nested_means_from_summary`.

    References
    ----------
    Goldstein, H. (2011). Multilevel statistical models (4th ed.). Wiley.
    """
    hierarchy = build_hierarchy(summary, levels)
    tree = hierarchy.tree
    ratios = best_ratios(tree)
    sigma2 = float(climb(ratios[None, :], tree).residual[0]) / tree.df_total
    whole = float(1 + ratios.sum())
    return LevelShares(
        method="REML",
        levels=hierarchy.levels,
        n_units=tuple(len(paths) for paths in hierarchy.paths),
        variances=tuple(float(ratio) * sigma2 for ratio in ratios),
        shares=tuple(float(ratio) / whole for ratio in ratios),
        sigma2=sigma2,
        share_within=1 / whole,
        n_respondents=hierarchy.checked.n_respondents,
        n_teams=hierarchy.checked.n_teams,
    )
