"""Team levels when teams are small: partial pooling, hierarchies, ranks, contrasts."""

from diagnose.statistics.pooling.accuracy import (
    ShrinkageAccuracy,
    simulate_shrinkage,
)
from diagnose.statistics.pooling.contrasts import (
    RestWeights,
    TeamContrasts,
    difference_from_rest,
)
from diagnose.statistics.pooling.families import DifferentTeams, really_different
from diagnose.statistics.pooling.level_shares import (
    LevelShares,
    level_shares_from_summary,
)
from diagnose.statistics.pooling.nested import (
    NestedMeans,
    nested_means,
    nested_means_from_summary,
)
from diagnose.statistics.pooling.ranks import RankProbabilities, rank_probabilities
from diagnose.statistics.pooling.shrunken import (
    LevelInterval,
    ShrunkenMeans,
    shrunken_means,
    shrunken_means_from_summary,
)
from diagnose.statistics.pooling.variances import VarianceChoice
from diagnose.statistics.pooling.within import DifferencesWithin, differences_within

__all__ = [
    "DifferencesWithin",
    "DifferentTeams",
    "LevelInterval",
    "LevelShares",
    "NestedMeans",
    "RankProbabilities",
    "RestWeights",
    "ShrinkageAccuracy",
    "ShrunkenMeans",
    "TeamContrasts",
    "VarianceChoice",
    "difference_from_rest",
    "differences_within",
    "level_shares_from_summary",
    "nested_means",
    "nested_means_from_summary",
    "rank_probabilities",
    "really_different",
    "shrunken_means",
    "shrunken_means_from_summary",
    "simulate_shrinkage",
]
