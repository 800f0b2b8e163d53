"""Does an item work alike for groups of people who are alike on the rest."""

from diagnose.statistics.dif.ordinal import ordinal_dif
from diagnose.statistics.dif.result import DifCriterion, OrdinalDif

__all__ = ["DifCriterion", "OrdinalDif", "ordinal_dif"]
