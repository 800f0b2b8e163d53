"""Simulated drivers: a regression in every organisation, from the sums of its teams."""

from __future__ import annotations

from math import sqrt

import numpy as np

from diagnose.statistics.planning.cluster_t import cluster_tests
from diagnose.statistics.planning.drivers import DriverPlan, r_squared_variance
from diagnose.statistics.planning.outcome import Outcome, tested
from diagnose.statistics.planning.teams_drawn import FloatArray, IntArray, draw_answers


def simulate_drivers(
    plan: DriverPlan, n_sets: int, rng: np.random.Generator
) -> Outcome:
    """Find one driver among predictors that do not go together, or cover R squared."""
    answers = draw_answers(n_sets, plan.n_teams, plan.assumptions, rng)
    usable = answers.sum(axis=1) >= (plan.n_predictors + 3) * plan.design_effect
    usable &= (answers > 0).sum(axis=1) >= 2
    answers = answers[usable]
    n_failed = int((~usable).sum())
    predictors, rest = _people(plan, answers, rng)
    if plan.wish == "r_squared":
        return _cover_r_squared(plan, answers, predictors, rest, n_failed)
    products, moments = _team_sums(answers, predictors, rest)
    contrast = np.eye(plan.n_predictors + 1)[1]
    found = cluster_tests(products, moments, contrast)
    # the driver adds its coefficient to an outcome whose rest has variance 1
    effect = plan.estimate / sqrt(1 - plan.estimate**2)
    return tested(found, effect, plan.assumptions.conf_level, n_failed)


def _people(
    plan: DriverPlan, answers: IntArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return predictors with a constant in front, and the rest of the outcome."""
    n_people, n_teams = int(answers.sum()), answers.size
    team = np.repeat(np.arange(n_teams), answers.ravel())

    def scores(n_columns: int, icc: float) -> FloatArray:
        level = rng.standard_normal((n_teams, n_columns)) * sqrt(icc)
        own: FloatArray = rng.standard_normal((n_people, n_columns)) * sqrt(1 - icc)
        own += level[team]
        return own

    predictors = scores(plan.n_predictors, plan.icc_predictor)
    rest = scores(1, plan.assumptions.icc)[:, 0]
    return np.column_stack([np.ones(n_people), predictors]), rest


def _team_sums(
    answers: IntArray, predictors: FloatArray, outcome: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return X'X and X'y of every team, zeros for a team without answers."""
    counts = answers.ravel()
    present = counts > 0
    starts = np.concatenate([[0], np.cumsum(counts[present])[:-1]])
    width = predictors.shape[1]
    products = np.zeros((counts.size, width, width))
    moments = np.zeros((counts.size, width))
    moments[present] = np.add.reduceat(predictors * outcome[:, None], starts)
    for column in range(width):
        crossed = predictors * predictors[:, [column]]
        products[present, column] = np.add.reduceat(crossed, starts)
    return (
        products.reshape(*answers.shape, width, width),
        moments.reshape(*answers.shape, width),
    )


def _cover_r_squared(
    plan: DriverPlan,
    answers: IntArray,
    predictors: FloatArray,
    rest: FloatArray,
    n_failed: int,
) -> Outcome:
    """Put an interval around each adjusted R squared, by the formula of the plan."""
    from scipy.special import stdtrit

    truth, width = plan.r_squared, plan.n_predictors
    weight = sqrt(truth / (1 - truth) / width)
    outcome = rest + weight * predictors[:, 1:].sum(axis=1)
    products, moments = (
        sums.sum(axis=1) for sums in _team_sums(answers, predictors, outcome)
    )
    n = answers.sum(axis=1)
    whole = np.repeat(np.arange(len(n)), n)
    squares = np.bincount(whole, outcome**2) - moments[:, 0] ** 2 / n
    fitted = np.linalg.solve(products, moments[..., None])[..., 0]
    explained = (fitted * moments).sum(axis=1) - moments[:, 0] ** 2 / n
    effective = n / plan.design_effect
    adjusted = 1 - (1 - explained / squares) * (n - 1) / (n - width - 1)
    variance = np.array(
        [
            r_squared_variance(max(found, 0.0), worth, width)
            for found, worth in zip(adjusted, effective, strict=True)
        ]
    )
    df = effective - width - 1
    margins = stdtrit(df, (1 + plan.assumptions.conf_level) / 2) * np.sqrt(variance)
    return Outcome(
        hits=np.abs(adjusted - truth) <= margins,
        margins=margins,
        false_alarms=None,
        n_failed=n_failed,
    )
