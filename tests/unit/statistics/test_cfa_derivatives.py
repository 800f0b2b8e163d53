"""Derivatives of factor models against differences of what they are derivatives of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from diagnose.statistics.cfa import FactorModel, prepare_cfa
from diagnose.statistics.cfa.minimise import minimise
from diagnose.statistics.cfa.parameters import tabulate_model
from diagnose.statistics.cfa.structure import Structure

# Central differences with steps of 1e-5 of numbers of order 1: error of order 1e-10,
# and 1e-10 of rounding.
CLOSE = {"rel": 1e-6, "abs": 1e-7}
STEP = 1e-5

EVERYTHING = FactorModel(
    factors=(
        ("f", ("a", "b", "c")),
        ("g", ("d", "e", "h", "c")),
        ("k", ("i", "j", "f")),
        ("z", ("f", "g", "k")),
    ),
    residual_covariances=(("a", "d"),),
)


def differences(function, values):
    """Return the derivative of a function, one row a parameter."""
    moves = STEP * np.eye(len(values))
    return np.array(
        [(function(values + m) - function(values - m)) / (2 * STEP) for m in moves]
    )


@pytest.fixture
def structure():
    """Return a structure of two groups with every kind of parameter free or tied."""
    table = tabulate_model(EVERYTHING, ("x", "y"), means=True)
    table = table.free(row.key for row in table.select("factor_mean"))
    table = table.free(row.key for row in table.select("regression"))
    tied = [[(0, r.name), (1, r.name)] for r in table.select("loading", group=0)]
    return Structure(table.tie(tied))


@pytest.fixture
def values(structure, rng):
    return rng.normal(size=structure.n_free) * 0.4


def test_moments_move_as_their_derivatives_say(structure, values):
    for group in range(2):
        by_mean, by_cov = structure.derivatives(values, group).dense(structure.n_free)

        def mean(at, group=group):
            return structure.matrices(at, group).mean

        def covariance(at, group=group):
            return structure.matrices(at, group).covariance

        assert by_mean == pytest.approx(differences(mean, values), **CLOSE)
        assert by_cov == pytest.approx(differences(covariance, values), **CLOSE)


def test_derivatives_move_as_the_curvature_says(structure, values, rng):
    p = structure.n_items
    by_mean = [rng.normal(size=p) for _ in range(2)]
    half = [rng.normal(size=(p, p)) for _ in range(2)]
    by_cov = [one + one.T for one in half]

    def slope(at):
        total = np.zeros(structure.n_free)
        for group in range(2):
            own_mean, own_cov = structure.derivatives(at, group).dense(structure.n_free)
            total += own_mean @ by_mean[group]
            total += (own_cov * by_cov[group]).sum(axis=(1, 2))
        return total

    curvature = structure.curvature(values, by_mean, by_cov)

    assert curvature == pytest.approx(differences(slope, values), **CLOSE)
    assert curvature == pytest.approx(curvature.T)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_discrepancies_move_as_gradient_and_hessian_say(rng, missing):
    items = pd.DataFrame(
        0.7 * np.repeat(rng.normal(size=(200, 2)), 3, axis=1)
        + 0.7 * rng.normal(size=(200, 6)),
        columns=[f"x{i}" for i in range(6)],
    )
    if missing == "fiml":
        items = items.mask(rng.random(items.shape) < 0.1)
    group = np.repeat(["x", "y"], [120, 80])
    model = {"f": ["x0", "x1", "x2"], "g": ["x3", "x4", "x5"]}
    prepared = prepare_cfa(items, model, missing=missing, group=group)
    table = prepared.table(["loadings", "intercepts"])
    bound = prepared.data.bind(Structure(table))
    values = bound.structure.start() + 0.05 * rng.normal(size=table.n_free)

    gradient, _ = bound.expand(values)

    assert gradient == pytest.approx(differences(bound.value, values), **CLOSE)
    slopes = differences(lambda at: bound.expand(at)[0], values)
    assert bound.hessian(values) == pytest.approx(slopes, **CLOSE)


class Valley:
    """Rosenbrock's curved valley, with its minimum at (1, 1)."""

    def value(self, values):
        x, y = values
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    def expand(self, values):
        x, y = values
        inner = np.array([[-1.0, 0.0], [-20 * x, 10.0]])
        away = np.array([1 - x, 10 * (y - x * x)])
        return 2 * inner.T @ away, 2 * inner.T @ inner


class Slope:
    """A value that falls for ever."""

    def value(self, values):
        return -values[0]

    def expand(self, values):
        return np.array([-1.0]), np.eye(1)


def test_the_minimiser_finds_the_end_of_a_valley():
    found = minimise(Valley(), np.array([-1.2, 1.0]))

    assert found.converged
    assert found.values == pytest.approx([1, 1], rel=1e-9)


def test_the_minimiser_says_when_there_is_no_minimum():
    found = minimise(Slope(), np.array([0.0]))

    assert not found.converged
    assert found.value < -100
