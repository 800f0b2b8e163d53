"""How far the total of a group can be pinned down by totals that are known."""

from diagnose.statistics.bounds.groups import Numbers, bound_groups
from diagnose.statistics.bounds.result import GroupBounds

__all__ = ["GroupBounds", "Numbers", "bound_groups"]
