"""The normal distribution function and the quadrature behind every truth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from diagnose.simulation.normal import normal_cdf, normal_quadrature


def test_the_distribution_function_is_exact_to_fifteen_digits(rng):
    x = np.concatenate([np.linspace(-8.9, 8.9, 4001), rng.standard_normal(4000) * 3])
    exact = np.array([math.erfc(-value / math.sqrt(2)) / 2 for value in x])

    assert np.abs(normal_cdf(x) - exact).max() < 2e-15


def test_the_distribution_function_ends_at_zero_and_one():
    assert normal_cdf(np.array([-1e6, 1e6])) == pytest.approx([0, 1], abs=1e-15)


def test_quadrature_integrates_a_steep_normal_ogive():
    # E of Phi(a + b x) is Phi(a / sqrt(1 + b^2)); b = 3 is an item that loads 0.95
    nodes, weights = normal_quadrature()

    integral = weights @ normal_cdf(0.7 + 3 * nodes)

    exact = normal_cdf(np.array(0.7 / math.sqrt(10)))
    assert integral == pytest.approx(float(exact), abs=1e-4)


def test_quadrature_is_exact_to_ten_digits_for_a_usual_item():
    nodes, weights = normal_quadrature()

    integral = weights @ normal_cdf(0.7 + 1.134 * nodes)

    exact = normal_cdf(np.array(0.7 / math.sqrt(1 + 1.134**2)))
    assert integral == pytest.approx(float(exact), abs=1e-9)
