from __future__ import annotations

import numpy as np
import pytest

from diagnose.statistics.mixed_regression import fit_nested_regression, nested_sums


def rows(rng):
    team = np.repeat(np.arange(9), rng.integers(1, 7, 9))
    person = np.repeat(np.arange(len(team)), rng.integers(1, 5, len(team)))
    home = team[person]
    x = rng.normal(0, 1, len(person))
    level = rng.normal(0, 1, 9)[home] + rng.normal(0, 0.8, len(team))[person]
    y = 100 + level + 0.3 * x + rng.normal(0, 0.6, len(person))
    return y, np.column_stack([np.ones_like(x), x]), person, home


def restricted_deviance(y, design, person, home, variances):
    """From the definition, with the full covariance matrix of the rows."""
    same_person = person[:, None] == person
    same_team = home[:, None] == home
    v = np.eye(len(y)) * variances[0] + same_person * variances[1]
    v = v + same_team * variances[2]
    inverse = np.linalg.inv(v)
    inner = design.T @ inverse @ design
    beta = np.linalg.solve(inner, design.T @ inverse @ y)
    rest = y - design @ beta
    logs = np.linalg.slogdet(v)[1] + np.linalg.slogdet(inner)[1]
    return logs + rest @ inverse @ rest + (len(y) - len(beta)) * np.log(2 * np.pi), beta


def test_likelihood_and_coefficients_follow_from_their_definition(rng):
    y, design, person, home = rows(rng)

    fit = fit_nested_regression(
        nested_sums(y, design, person, home), np.array([1.0, 0.0])
    )

    variances = [fit.var_residual, fit.var_person, fit.var_team]
    deviance, beta = restricted_deviance(y, design, person, home, variances)
    assert fit.log_likelihood == pytest.approx(-deviance / 2, rel=1e-10)
    np.testing.assert_allclose(fit.coefficients, beta, rtol=1e-9)


def test_no_other_variances_are_likelier(rng):
    y, design, person, home = rows(rng)

    fit = fit_nested_regression(
        nested_sums(y, design, person, home), np.array([1.0, 0.0])
    )

    best = np.array([fit.var_residual, fit.var_person, fit.var_team])
    least = restricted_deviance(y, design, person, home, best)[0]
    for position in range(3):
        for factor in (0.9, 0.999, 1.001, 1.1):
            other = best.copy()
            other[position] *= factor
            assert restricted_deviance(y, design, person, home, other)[0] > least


def test_a_large_constant_costs_no_digits(rng):
    y, design, person, home = rows(rng)
    constant = np.array([1.0, 0.0])

    near = fit_nested_regression(nested_sums(y, design, person, home), constant)
    far = fit_nested_regression(nested_sums(y + 1e6, design, person, home), constant)

    assert far.var_person == pytest.approx(near.var_person, rel=1e-6)
    assert far.coefficients[0] == pytest.approx(near.coefficients[0] + 1e6, rel=1e-12)
