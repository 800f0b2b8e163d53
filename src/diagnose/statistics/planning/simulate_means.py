"""Simulated means, gaps and changes, analysed with teams as clusters."""

from __future__ import annotations

from math import sqrt

import numpy as np

from diagnose.statistics.planning.change import ChangePlan
from diagnose.statistics.planning.cluster_t import ClusterTests, cluster_tests
from diagnose.statistics.planning.gap import GapPlan
from diagnose.statistics.planning.mean import MeanPlan
from diagnose.statistics.planning.outcome import Outcome, tested
from diagnose.statistics.planning.teams_drawn import (
    FloatArray,
    IntArray,
    draw_answers,
    draw_members,
    mean_of,
)


def simulate_mean(plan: MeanPlan, n_sets: int, rng: np.random.Generator) -> Outcome:
    """Cover the mean of such teams, or of these people, with intervals."""
    given = plan.assumptions
    n_all = plan.teams_in_organisation or plan.n_teams
    members = draw_members(n_sets, n_all, given, rng)
    answers = rng.binomial(members, given.response)
    answers[:, plan.n_teams :] = 0
    level = rng.standard_normal(members.shape) * sqrt(given.variance_between)
    sd = sqrt(given.variance_within)
    if plan.teams_in_organisation is None:
        truth = np.zeros(n_sets)
        means = level + mean_of(answers, sd, rng)
    else:
        everyone = level + mean_of(members, sd, rng)
        truth = (members * everyone).sum(axis=1) / members.sum(axis=1)
        seen = np.sqrt(1 - answers / members)  # a mean of all members has no error
        means = everyone + seen * mean_of(answers, sd, rng)
    found = _one_mean(answers, means)
    if plan.teams_in_organisation is not None:
        found = _finite(found, plan, answers, members, means, rng)
    usable = (answers > 0).sum(axis=1) >= 2
    covered = np.abs(found.estimate - truth) <= found.margins(given.conf_level)
    return Outcome(
        hits=covered[usable],
        margins=found.margins(given.conf_level)[usable],
        false_alarms=None,
        n_failed=int((~usable).sum()),
    )


def _one_mean(answers: IntArray, means: FloatArray) -> ClusterTests:
    counts = answers.astype(float)
    # a set with answers in one team only is left out later: it has no error
    counts[(answers > 0).sum(axis=1) < 2] = 1.0
    return cluster_tests(
        counts[..., None, None], (counts * means)[..., None], np.ones(1)
    )


def _finite(
    found: ClusterTests,
    plan: MeanPlan,
    answers: IntArray,
    members: IntArray,
    means: FloatArray,
    rng: np.random.Generator,
) -> ClusterTests:
    """Narrow the errors for a finite number of teams, and of people in them."""
    share = plan.n_teams / (plan.teams_in_organisation or plan.n_teams)
    n = np.maximum(answers.sum(axis=1), 2)
    unseen = 1 - n / members[:, : plan.n_teams].sum(axis=1)
    df_within = np.maximum(n - (answers > 0).sum(axis=1), 1)
    squares = plan.assumptions.variance_within * rng.chisquare(df_within)
    squares += (answers * (means - found.estimate[:, None]) ** 2).sum(axis=1)
    between = (1 - share) * found.std_error**2
    within = share * np.maximum(unseen, 0) * squares / (n - 1) / n
    parts = between**2 / found.df + within**2 / (n - 1)
    total = np.maximum(between + within, 1e-300)
    return ClusterTests(
        estimate=found.estimate,
        std_error=np.sqrt(total),
        df=total**2 / np.maximum(parts, 1e-300),
    )


def simulate_gap(plan: GapPlan, n_sets: int, rng: np.random.Generator) -> Outcome:
    """Look for a gap between leaders and floor of the size of the plan."""
    given = plan.assumptions
    floor = draw_answers(n_sets, plan.n_teams, given, rng)
    leaders = rng.binomial(plan.leaders_per_team, given.response, floor.shape)
    means = rng.standard_normal(floor.shape) * sqrt(given.variance_between)
    means += mean_of(floor, sqrt(given.variance_within), rng)
    judged = mean_of(leaders, given.sd, rng)
    usable = ((floor > 0).sum(axis=1) >= 2) & ((leaders > 0).sum(axis=1) >= 2)
    answers = np.stack([floor, leaders], axis=-1)[usable]
    values = np.stack([means, judged], axis=-1)[usable]
    found = _cells(answers, values, np.array([0.0, 1.0]))
    return tested(found, plan.estimate, given.conf_level, int((~usable).sum()))


def simulate_change(plan: ChangePlan, n_sets: int, rng: np.random.Generator) -> Outcome:
    """Look for a change between waves of the size of the plan."""
    given = plan.assumptions
    core, others = _who_answers(plan, n_sets, rng)
    level = _stable(plan.team_correlation, others.shape, rng)
    level *= sqrt(given.variance_between)
    people = _stable(plan.person_correlation, others.shape, rng)
    people *= sqrt(given.variance_within) / np.sqrt(np.maximum(core, 1))[..., None]
    answers = core[..., None] + others
    total = core[..., None] * people
    total += others * mean_of(others, sqrt(given.variance_within), rng)
    values = level + total / np.maximum(answers, 1)
    usable = ((answers > 0).any(axis=-1).sum(axis=1) >= 2) & (
        (answers > 0).sum(axis=1) >= 2
    ).all(axis=-1)
    times = np.linspace(0, 1, plan.n_waves)
    found = _cells(answers[usable], values[usable], times)
    return tested(found, plan.estimate, given.conf_level, int((~usable).sum()))


def _who_answers(
    plan: ChangePlan, n_sets: int, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Return those who answer every wave, and the others of each wave."""
    given = plan.assumptions
    members = draw_members(n_sets, plan.n_teams, given, rng)
    always = plan.share_same_people * given.response
    core = rng.binomial(members, always)
    chance = given.response * (1 - plan.share_same_people) / (1 - always or 1)
    left = np.repeat((members - core)[..., None], plan.n_waves, axis=-1)
    return core, rng.binomial(left, chance)


def _stable(
    correlation: float, shape: tuple[int, ...], rng: np.random.Generator
) -> FloatArray:
    """Return standard normals that correlate over the last axis."""
    lasting = rng.standard_normal((*shape[:-1], 1)) * sqrt(correlation)
    drawn: FloatArray = rng.standard_normal(shape) * sqrt(1 - correlation)
    return drawn + lasting


def _cells(answers: IntArray, values: FloatArray, times: FloatArray) -> ClusterTests:
    """Regress the cells of each team on time; return the slope."""
    design = np.column_stack([np.ones(len(times)), times])
    squares = design[:, :, None] * design[:, None, :]
    products = np.einsum("stw,wpq->stpq", answers.astype(float), squares)
    moments = np.einsum("stw,wp->stp", answers * values, design)
    return cluster_tests(products, moments, np.array([0.0, 1.0]))
