"""What a study of differential item functioning found, and the rule it went by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from diagnose._options import check_option, check_proportion

FlagRule = Literal["p_value", "effect_size", "both"]
PseudoRSquared = Literal["mcfadden", "nagelkerke", "cox_snell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifCriterion:
    """When an item counts as working differently.

    The total test (uniform and non-uniform together) is judged.

    Attributes
    ----------
    by : {"p_value", "effect_size", "both"}
        An adjusted p-value below `alpha`, a change of R squared of at least
        `min_change`, or both. Among thousands of respondents a p-value flags
        differences too small to matter; among hundreds a change of R squared is noise.
    alpha : float
        Bound of the adjusted p-value; 1 - `alpha` is the coverage of the intervals.
    r_squared : {"mcfadden", "nagelkerke", "cox_snell"}
        The R squared that `min_change` is about.
    min_change : float
        Smallest change that counts, from 0 to 1. The default is where Jodoin and
        Gierl (2001) put the border of negligible differences, for Nagelkerke's.
    """

    by: FlagRule = "p_value"
    alpha: float = 0.05
    r_squared: PseudoRSquared = "nagelkerke"
    min_change: float = 0.035

    def __post_init__(self) -> None:
        """Refuse an option that does not exist or cannot be."""
        check_option("by", self.by, FlagRule)
        check_option("r_squared", self.r_squared, PseudoRSquared)
        check_proportion("alpha", self.alpha)
        check_proportion("min_change", self.min_change)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrdinalDif:
    """Differential item functioning (DIF) of every item between groups.

    Attributes
    ----------
    method : str
        ``"ordinal_logistic_dif"``.
    matching : str
        ``"total_score"``, ``"rest_score"``, ``"true_score"`` or ``"theta"`` (a level
        that was given).
    criterion : DifCriterion
        The rule by which items were flagged.
    adjust : str
        How the p-values were adjusted over the items.
    groups : tuple of str
        The groups, the reference group first.
    n_by_group : tuple of int
        Respondents analysed in each of `groups`.
    n_respondents, n_items : int
        Size of the matrix *actually analysed*.
    n_incomplete, n_without_group : int
        Rows left out for a missing answer, and complete ones for a missing group.
    anchors : tuple of str
        The items whose sum is the level. Empty with a level that was given.
    anchor_choice : str
        ``"all"``, ``"given"``, ``"purified"``, or ``"none"`` with a level given.
    n_iterations : int
        How often all items were fitted.
    items : DataFrame
        One row an item: ``item``, ``dif`` (whether it is flagged), ``kind``
        (``"uniform"`` or ``"non_uniform"`` when flagged, else empty), ``statistic``,
        ``df``, ``p_value``, ``p_value_adjusted`` of the total test,
        ``mcfadden_change``, ``nagelkerke_change``, ``cox_snell_change``,
        ``size_jodoin_gierl`` and ``size_zumbo`` (words of two conventions for
        Nagelkerke's change, see `ordinal_dif`), ``slope_change`` (share by which the
        log odds per unit of the level change when the group enters),
        ``largest_score_difference`` (of the other groups from the reference, in
        response-scale units, the one farthest from 0), ``anchor``, ``n_categories``,
        ``reason``.
    tests : DataFrame
        One row an item and test (``"uniform"``, ``"non_uniform"``, ``"total"``):
        ``item``, ``test``, ``statistic`` (likelihood ratio), ``df``, ``p_value``,
        ``p_value_adjusted``, the three changes of R squared, and ``reason``, which says
        ``"separation"`` where numbers are NaN because the level and the group predict
        the answers perfectly.
    effects : DataFrame
        One row an item and group other than the reference: ``item``, ``group``,
        ``estimate`` (log odds of a higher answer at the same level), ``std_error``,
        ``conf_low``, ``conf_high``; ``slope_difference`` (in log odds per unit of the
        level) with ``slope_std_error``; ``score_difference`` and
        ``score_difference_absolute`` (mean over the members of the group of the
        expected answer in this group less that in the reference at their own level,
        in response-scale units; the second of its absolute value); ``reason``, as in
        `tests`, where log odds have no finite estimate.
    curves : DataFrame
        For a figure, one row an item, group and level: ``item``, ``group``,
        ``level``, ``expected_answer`` (third model, response-scale units),
        ``observed`` (whether the group has respondents on both sides of the level).
    collapsed : DataFrame
        One row a category that was made by joining: ``item``, ``answers`` (those it
        holds, as text), ``value`` (their mean, which stands for it).
    flags : tuple of str
        What a reader must know: ``"small_group:<group>"`` (below 200),
        ``"level_differs:<group>"`` (its level is at least .2 standard deviations from
        the reference: items of unequal reliability may be flagged for that alone, see
        `ordinal_dif`), ``"collapsed:<item>"``, ``"separation:<item>"``,
        ``"few_anchors:<number>"`` (less than half of the items),
        ``"flagged_anchor:<item>"`` (an anchor, given or left by purification, that is
        flagged itself: more than half of the items may work differently),
        ``"purification_unstable"`` (rounds went in circles; items left one by one).
    """

    method: str
    matching: str
    criterion: DifCriterion
    adjust: str
    groups: tuple[str, ...]
    n_by_group: tuple[int, ...]
    n_respondents: int
    n_items: int
    n_incomplete: int
    n_without_group: int
    anchors: tuple[str, ...]
    anchor_choice: str
    n_iterations: int
    items: pd.DataFrame
    tests: pd.DataFrame
    effects: pd.DataFrame
    curves: pd.DataFrame
    collapsed: pd.DataFrame
    flags: tuple[str, ...]

    @property
    def flagged(self) -> tuple[str, ...]:
        """Return the names of the items that work differently."""
        return tuple(self.items["item"][self.items["dif"]])

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item."""
        return self.items.assign(
            n_respondents=self.n_respondents, n_items=self.n_items, method=self.method
        )
