"""Shares of the levels are those of the model with the units in it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.errors import InsufficientDataError
from diagnose.statistics.pooling import (
    level_shares_from_summary,
    nested_means_from_summary,
)


def summary_of(n_divisions, n_teams, seed=1):
    rng = np.random.default_rng(seed)
    division = np.repeat(np.arange(n_divisions), n_teams)
    means = 3 + rng.normal(0, 0.4, n_divisions)[division]
    return pd.DataFrame(
        {
            "division": [f"D{d}" for d in division],
            "team": [f"T{i}" for i in range(len(division))],
            "n_respondents": rng.integers(5, 30, len(division)),
            "mean": means + rng.normal(0, 0.3, len(division)),
            "variance": rng.uniform(0.4, 0.9, len(division)),
        }
    )


def test_estimates_are_those_of_the_nested_model():
    summary = summary_of(4, 6)

    shares = level_shares_from_summary(summary, levels=["division", "team"])
    model = nested_means_from_summary(summary, levels=["division", "team"])

    assert shares.variances == model.variances
    assert shares.shares == model.shares
    assert shares.sigma2 == model.sigma2
    assert shares.n_units == (4, 24)
    assert sum(shares.shares) + shares.share_within == pytest.approx(1, abs=1e-12)
    assert shares.to_frame()["share"].tolist() == list(shares.shares)


def test_levels_that_cannot_be_told_apart_are_refused():
    with pytest.raises(InsufficientDataError, match="needs at least 2 units"):
        level_shares_from_summary(summary_of(1, 6), levels=["division", "team"])
