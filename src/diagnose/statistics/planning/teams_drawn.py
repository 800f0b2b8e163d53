"""Teams of synthetic organisations under a plan: sizes, and who responds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from diagnose.statistics.planning.plan import PlanAssumptions

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def draw_members(
    n_sets: int, n_teams: int, assumptions: PlanAssumptions, rng: np.random.Generator
) -> IntArray:
    """Return members of each team, shape (n_sets, n_teams), in any order.

    The sizes are quantiles of a gamma distribution, stretched so that their mean and
    variation are the assumed ones; chance rounds them to whole people.
    """
    sizes = _sizes(n_teams, assumptions.team_size, assumptions.team_size_cv)
    every = rng.permuted(np.tile(sizes, (n_sets, 1)), axis=1)
    members: IntArray = np.floor(every + rng.random(every.shape)).astype(np.int64)
    return members


def draw_answers(
    n_sets: int, n_teams: int, assumptions: PlanAssumptions, rng: np.random.Generator
) -> IntArray:
    """Return answers of each team, shape (n_sets, n_teams); some may have none."""
    members = draw_members(n_sets, n_teams, assumptions, rng)
    answers: IntArray = rng.binomial(members, assumptions.response)
    return answers


def mean_of(answers: IntArray, sd: float, rng: np.random.Generator) -> FloatArray:
    """Return the chance part of means of so many answers; 0 where there are none."""
    noise = rng.standard_normal(answers.shape) * sd
    means: FloatArray = noise / np.sqrt(np.maximum(answers, 1))
    return np.where(answers > 0, means, 0.0)


def _sizes(n_teams: int, mean: float, variation: float) -> FloatArray:
    """Return sizes of at least 1 with this mean and, where that allows, variation."""
    from scipy.special import gammaincinv

    if variation == 0:
        return np.full(n_teams, mean)
    shape = 1 / variation**2
    sizes: FloatArray = gammaincinv(shape, (np.arange(n_teams) + 0.5) / n_teams)
    for _ in range(20):  # lifting the smallest to 1 changes both a little
        deviations = (sizes - sizes.mean()) / sizes.std(ddof=1)
        sizes = np.maximum(mean * (1 + variation * deviations), 1.0)
    return sizes
