"""Means and regressions of people in teams, with errors that respect the teams."""

from diagnose.statistics.clustered.core import (
    ClusterErrors,
    ClusterFit,
    JointTest,
    fit_cluster_sums,
)
from diagnose.statistics.clustered.group_means import fit_group_means
from diagnose.statistics.clustered.regression import (
    ClusteredRegression,
    clustered_regression,
)
from diagnose.statistics.clustered.several_groups import (
    compare_groups_from_team_summaries,
)
from diagnose.statistics.clustered.two_groups import compare_two_from_team_summaries

__all__ = [
    "ClusterErrors",
    "ClusterFit",
    "ClusteredRegression",
    "JointTest",
    "clustered_regression",
    "compare_groups_from_team_summaries",
    "compare_two_from_team_summaries",
    "fit_cluster_sums",
    "fit_group_means",
]
