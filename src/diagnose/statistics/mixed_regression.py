"""Regression with random intercepts of persons (within teams) by REML, from sums.

Rows of one person share an intercept, persons of one team another. The likelihood
needs the rows only through cross products, and through the sums of each person added
up by the number of the person's rows, so its cost does not grow with respondents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose.statistics.team_sums import FloatArray, IntArray

ComplexArray = npt.NDArray[np.complex128]

# A derivative by a step along the imaginary axis has no rounding error to balance
# (Squire and Trapp, 1998, SIAM Review), so the step can be as small as we like.
_STEP = 1e-30
_LARGEST_RATIO = 1e8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NestedSums:
    """All that the likelihood needs; "columns" are those of the design, then y.

    Attributes
    ----------
    n_rows : int
        Rows of the data.
    centre : float
        What was taken off y before the products, to keep their digits.
    products : numpy.ndarray, shape (n_columns, n_columns)
        Cross products over all rows.
    lengths, n_persons : numpy.ndarray, shape (n_lengths,)
        Numbers of rows that persons have, and how many persons have them.
    person_products : numpy.ndarray, shape (n_lengths, n_columns, n_columns)
        Cross products of the persons' sums.
    team_sums : numpy.ndarray, shape (n_teams, n_lengths, n_columns)
        Sums over the rows of a team; no teams when there is no team intercept.
    team_persons : numpy.ndarray, shape (n_teams, n_lengths)
        Persons of a team.
    """

    n_rows: int
    centre: float
    products: FloatArray
    lengths: FloatArray
    n_persons: FloatArray
    person_products: FloatArray
    team_sums: FloatArray
    team_persons: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NestedRegression:
    """Estimates of y = design @ coefficients + team + person + rest.

    Attributes
    ----------
    coefficients, covariance : numpy.ndarray, shapes (n,), (n, n)
        Fixed effects and their covariance with the variances taken as known.
    var_residual, var_person, var_team : float
        Variances; `var_team` is 0 without a team intercept.
    log_likelihood : float
        Restricted log-likelihood, without the constant of the design (as in lme4).
    """

    coefficients: FloatArray
    covariance: FloatArray
    var_residual: float
    var_person: float
    var_team: float
    log_likelihood: float
    _sums: NestedSums
    _error: FloatArray

    def satterthwaite_df(self, contrast: FloatArray) -> float:
        """Return the degrees of freedom of ``contrast @ coefficients``.

        Twice the squared variance over the variance of that variance, by the delta
        method on the variances that are not 0 (Giesbrecht and Burns 1985,
        Biometrics).
        """
        variances = np.array([self.var_residual, self.var_person, self.var_team])
        free = np.flatnonzero(variances > 0)
        slopes = []
        for position in free:
            moved = variances.astype(complex)
            step = _STEP * variances[position]
            moved[position] += 1j * step
            inverse = np.linalg.inv(_precision(self._sums, moved)[0])
            slopes.append((contrast @ inverse @ contrast).imag / step)
        gradient = np.array(slopes)
        variance = float(contrast @ self.covariance @ contrast)
        return 2 * variance**2 / float(gradient @ self._error @ gradient)


def nested_sums(
    y: FloatArray,
    design: FloatArray,
    persons: IntArray,
    teams: IntArray | None = None,
) -> NestedSums:
    """Tabulate rows for `fit_nested_regression`.

    Parameters
    ----------
    y : numpy.ndarray, shape (n_rows,)
        Outcome, without missing values.
    design : numpy.ndarray, shape (n_rows, n_coefficients)
        Fixed effects, of full rank, with the constant in their span.
    persons, teams : numpy.ndarray of int, shape (n_rows,)
        Codes from 0 without gaps; every person is in one team.
    """
    centre = float(y.mean())
    columns = np.column_stack([design, y - centre])
    counts = np.bincount(persons)
    by_person = np.column_stack([np.bincount(persons, column) for column in columns.T])
    lengths, which = np.unique(counts, return_inverse=True)
    outer = [by_person[which == kind] for kind in range(len(lengths))]
    n_teams = 0 if teams is None else int(teams.max()) + 1
    size = columns.shape[1]
    team_sums = np.zeros((n_teams, len(lengths), size))
    team_persons = np.zeros((n_teams, len(lengths)))
    if teams is not None:
        home = np.zeros(len(counts), dtype=np.int64)
        home[persons] = teams
        cell = home * len(lengths) + which
        cells = n_teams * len(lengths)
        flat = [np.bincount(cell, column, minlength=cells) for column in by_person.T]
        team_sums = np.column_stack(flat).reshape(n_teams, len(lengths), size)
        persons_of = np.bincount(cell, minlength=cells).astype(float)
        team_persons = persons_of.reshape(n_teams, -1)
    return NestedSums(
        n_rows=len(y),
        centre=centre,
        products=columns.T @ columns,
        lengths=lengths.astype(float),
        n_persons=np.bincount(which).astype(float),
        person_products=np.array([part.T @ part for part in outer]),
        team_sums=team_sums,
        team_persons=team_persons,
    )


def fit_nested_regression(sums: NestedSums, constant: FloatArray) -> NestedRegression:
    """Estimate the model by REML.

    With the ratios of the variances to the residual one given, everything else has a
    closed form: the ratios are searched on a grid, then by a quasi-Newton method that
    respects their limit at 0, then by Newton's method to the last digits.

    Parameters
    ----------
    sums : NestedSums
        Of `nested_sums`.
    constant : numpy.ndarray, shape (n_coefficients,)
        Coefficients that make the design constant and 1.

    Returns
    -------
    NestedRegression
    """
    ratios = _best_ratios(sums)
    unit = np.array([1.0, *ratios], dtype=complex)
    precision, squares, _, coefficients = _precision(sums, unit)
    df = sums.n_rows - len(coefficients)
    residual = float(squares.real) / df
    variances = residual * unit.real
    full = np.append(variances, 0.0) if len(variances) == 2 else variances
    deviance = _deviance(sums, variances.astype(complex)).real
    return NestedRegression(
        coefficients=coefficients.real + constant * sums.centre,
        covariance=np.asarray(residual * np.linalg.inv(precision.real)),
        var_residual=residual,
        var_person=float(full[1]),
        var_team=float(full[2]),
        log_likelihood=float(-(deviance + df * np.log(2 * np.pi)) / 2),
        _sums=sums,
        _error=_variance_error(sums, variances),
    )


def _precision(
    sums: NestedSums, variances: ComplexArray
) -> tuple[ComplexArray, complex, complex, ComplexArray]:
    """Return X'V^-1 X, the residual squares, log |V| and the coefficients."""
    residual, person = variances[:2]
    team = variances[2] if len(variances) > 2 else 0.0
    ratio = person / residual
    shrink = 1 / (1 + sums.lengths * ratio)
    products = sums.products - np.tensordot(
        ratio * shrink, sums.person_products, axes=1
    )
    logs = sums.n_rows * np.log(residual) - sums.n_persons @ np.log(shrink)
    if len(sums.team_sums):
        totals = np.tensordot(sums.team_sums, shrink, axes=([1], [0]))
        depth = sums.team_persons @ (sums.lengths * shrink)
        ratio = team / residual
        weight = ratio / (1 + ratio * depth)
        products = products - (totals * weight[:, None]).T @ totals
        logs = logs + np.log(1 + ratio * depth).sum()
    products = products / residual
    inner, cross = products[:-1, :-1], products[:-1, -1]
    coefficients = np.linalg.solve(inner, cross)
    return inner, products[-1, -1] - cross @ coefficients, logs, coefficients


def _log_determinant(matrix: ComplexArray) -> complex:
    sign, size = np.linalg.slogdet(matrix)
    return complex(np.log(sign) + size)


def _deviance(sums: NestedSums, variances: ComplexArray) -> complex:
    inner, squares, logs, _ = _precision(sums, variances)
    return complex(logs + _log_determinant(inner) + squares)


def _profile(sums: NestedSums, ratios: ComplexArray) -> complex:
    """Return the deviance with the residual variance at its optimum."""
    inner, squares, logs, _ = _precision(sums, np.append(1.0 + 0j, ratios))
    df = sums.n_rows - len(inner)
    return complex(df * np.log(squares) + logs + _log_determinant(inner))


def _value_and_gradient(
    sums: NestedSums, ratios: FloatArray
) -> tuple[float, FloatArray]:
    moved = [ratios + 1j * _STEP * unit for unit in np.eye(len(ratios))]
    values = [_profile(sums, point) for point in moved]
    return values[0].real, np.array([value.imag / _STEP for value in values])


def _gradient(sums: NestedSums, ratios: FloatArray) -> FloatArray:
    return _value_and_gradient(sums, ratios)[1]


def _best_ratios(sums: NestedSums) -> FloatArray:
    from itertools import product

    from scipy.optimize import minimize

    n_ratios = 2 if len(sums.team_sums) else 1
    grid = ((0.0, 0.1, 0.6, 2.0, 20.0, 1e3), (0.0, 0.1, 1.0))
    starts = [np.array(point) for point in product(*grid[:n_ratios])]
    values = [_profile(sums, start.astype(complex)).real for start in starts]
    found = minimize(
        lambda ratios: _value_and_gradient(sums, ratios),
        starts[int(np.argmin(values))],
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, _LARGEST_RATIO)] * n_ratios,
    )
    return _polished(sums, np.asarray(found.x, dtype=float))


def _polished(sums: NestedSums, ratios: FloatArray) -> FloatArray:
    """Return the root of the gradient nearby, with ratios that want below 0 at 0."""
    for _ in range(30):
        slope = _gradient(sums, ratios)
        free = np.flatnonzero((ratios > 0) | (slope < 0))
        if not len(free):
            break
        hessian = _hessian(sums, ratios, free)
        if np.linalg.eigvalsh(hessian).min() <= 0:
            break  # not convex here: the search has stopped at its best already
        step = np.zeros_like(ratios)
        step[free] = np.linalg.solve(hessian, slope[free])
        moved = np.clip(ratios - step, 0.0, _LARGEST_RATIO)
        change = float(np.abs(moved - ratios).max() / (1 + ratios.max()))
        ratios = moved
        if change < 1e-13:
            break
    return ratios


def _hessian(sums: NestedSums, ratios: FloatArray, free: IntArray) -> FloatArray:
    columns = []
    for position in free:
        width = 1e-5 * max(ratios[position], 1e-3)
        up, down = ratios.copy(), ratios.copy()
        up[position] += width
        down[position] -= width  # just below 0 the function still exists
        difference = _gradient(sums, up) - _gradient(sums, down)
        columns.append(difference[free] / (2 * width))
    hessian = np.array(columns)
    return np.asarray((hessian + hessian.T) / 2)


def _variance_error(sums: NestedSums, variances: FloatArray) -> FloatArray:
    """Return the covariance of the variances that are not 0: 2 / second derivative."""
    free = np.flatnonzero(variances > 0)

    def gradient(at: FloatArray) -> FloatArray:
        slopes = []
        for position in free:
            moved = at.astype(complex)
            step = _STEP * at[position]
            moved[position] += 1j * step
            slopes.append(_deviance(sums, moved).imag / step)
        return np.array(slopes)

    columns = []
    for position in free:
        width = 1e-4 * variances[position]
        up, down = variances.copy(), variances.copy()
        up[position] += width
        down[position] -= width
        columns.append((gradient(up) - gradient(down)) / (2 * width))
    hessian = np.array(columns)
    return np.asarray(np.linalg.inv((hessian + hessian.T) / 4))
