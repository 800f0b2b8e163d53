"""Simulated teams: their intervals, their reliability, and those that stand out."""

from __future__ import annotations

from math import sqrt

import numpy as np

from diagnose.statistics.planning.noncentral import t_quantile
from diagnose.statistics.planning.outcome import Outcome
from diagnose.statistics.planning.team import Correction, TeamPlan
from diagnose.statistics.planning.teams_drawn import FloatArray, draw_answers


def simulate_team(plan: TeamPlan, n_sets: int, rng: np.random.Generator) -> Outcome:
    """Take so many answers from a team, again and again."""
    if plan.wish == "margin":
        return _margins(plan, n_sets, rng)
    if plan.wish == "reliability":
        return _reliabilities(plan, n_sets, rng)
    return _differences(plan, n_sets, rng)


def _margins(plan: TeamPlan, n_sets: int, rng: np.random.Generator) -> Outcome:
    given, df = plan.assumptions, plan.answers - 1
    error = rng.standard_normal(n_sets) * plan.std_error
    spread = np.sqrt(rng.chisquare(df, n_sets) / df) * plan.std_error
    margins = t_quantile(df, given.conf_level) * spread
    return Outcome(
        hits=np.abs(error) <= margins, margins=margins, false_alarms=None, n_failed=0
    )


def _reliabilities(plan: TeamPlan, n_sets: int, rng: np.random.Generator) -> Outcome:
    """Return the regression of a second, like mean on the first: its reliability."""
    given = plan.assumptions
    level = rng.standard_normal((n_sets, plan.n_teams)) * sqrt(given.variance_between)
    first, second = (
        level + rng.standard_normal(level.shape) * plan.std_error for _ in range(2)
    )
    # divided by the expected square, so that the mean over the sets has no bias
    expected = given.variance_between + plan.std_error**2
    slopes = (first * second).mean(axis=1) / expected
    return Outcome(hits=slopes, margins=None, false_alarms=None, n_failed=0)


def _differences(plan: TeamPlan, n_sets: int, rng: np.random.Generator) -> Outcome:
    """Contrast every team with the rest on every subscale, then correct."""
    given = plan.assumptions
    n_subscales = plan.n_comparisons // plan.n_teams
    answers = draw_answers(n_sets, plan.n_teams, given, rng)
    answers[:, 0] = plan.answers
    sizes = np.repeat(answers[:, None], n_subscales, axis=1).astype(float)
    null = _p_values(sizes, 0.0, given.variance_within, rng)
    real = _p_values(sizes, plan.estimate, given.variance_within, rng)
    level = 1 - given.conf_level
    alarms: np.ndarray = rejected(null, plan.correction, level)
    return Outcome(
        hits=rejected(real, plan.correction, level)[:, 0],
        margins=None,
        false_alarms=np.asarray(alarms.any(axis=1)),
        n_failed=0,
    )


def _p_values(
    sizes: FloatArray, effect: float, variance: float, rng: np.random.Generator
) -> FloatArray:
    """Return p-values, shape (n_sets, n_comparisons), that of the team in front.

    The same contrast as `difference_from_rest`: raw means, pooled variance within
    teams. Teams without answers cannot be judged and get 1.
    """
    from scipy.special import stdtr

    present = sizes > 0
    n = np.maximum(sizes, 1.0)
    means = rng.standard_normal(sizes.shape) * np.sqrt(variance / n)
    means[:, 0, 0] += effect
    total = sizes.sum(axis=-1, keepdims=True)
    rest = total - sizes
    others = ((sizes * means).sum(axis=-1, keepdims=True) - sizes * means) / rest
    df = np.maximum(total[..., 0] - present.sum(axis=-1), 1)
    pooled = (variance * rng.chisquare(df) / df)[..., None]
    statistic = np.abs(means - others) / np.sqrt(pooled * (1 / n + 1 / rest))
    p_values = np.where(present, 2 * stdtr(df[..., None], -statistic), 1.0)
    flat: FloatArray = p_values.reshape(len(sizes), -1)
    return flat


def rejected(p_values: FloatArray, correction: Correction, level: float) -> np.ndarray:
    """Return which p-values of each row are significant after the correction."""
    if correction == "none":
        found: np.ndarray = p_values <= level
        return found
    if correction == "bonferroni":
        return np.asarray(p_values <= level / p_values.shape[1])
    ordered = np.sort(p_values, axis=1)
    steps = level * np.arange(1, p_values.shape[1] + 1) / p_values.shape[1]
    passes = np.where(ordered <= steps, ordered, -1.0).max(axis=1, keepdims=True)
    return np.asarray(p_values <= passes)
