"""The bivariate normal distribution, for whole tables of thresholds at once.

With standard normal margins and correlation r, everything here rests on two identities
of the derivative of the distribution function to r, which is the density (Plackett,
1954). With x = sin(theta),

    Phi2(h, k; r) = Phi(h) Phi(k) + integral of the density over 0..r
                  = Phi(min(h, k)) - integral of the density over r..1,

where the first integrand, exp((hk sin t - (h^2 + k^2) / 2) / cos^2 t) / 2 pi over the
angle t, is smooth for moderate r (Drezner and Wesolowsky, 1990), and the second keeps
its relative accuracy near r = 1, once its first terms are integrated in closed form
(Genz, 2004). A negative r follows from Phi2(h, k; -r) = Phi(h) - Phi2(h, -k; r).

What is integrated is the *departure* from independence (or from perfect dependence).
Its second differences give the probabilities of rectangles without the cancellation
that differences of Phi2 itself suffer in the upper tail: a cell far from the diagonal,
with a probability of 1e-40, keeps its leading digits.

References
----------
Plackett, 1954, Biometrika.
Drezner and Wesolowsky, 1990, Journal of Statistical Computation and Simulation.
Genz, 2004, Statistics and Computing (the split at .925, and the strong branch).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_STRONG = 0.925  # from here on the second identity
_FAR = 40.0  # infinity: Phi(-40) and the density at 40 are 0 in double precision
_CELLS_AT_ONCE = 65_536  # elements of a work array that stays in the cache
_CANCELLED = 1e-6  # share of the independent probability below which digits are lost

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)  # over -1..1, here over 0..1
_NODES, _WEIGHTS = (1 + _NODES) / 2, _WEIGHTS / 2


def bivariate_normal_density(
    h: npt.ArrayLike, k: npt.ArrayLike, r: npt.ArrayLike
) -> FloatArray:
    """Return the standard bivariate normal density at (h, k), broadcast together.

    Parameters
    ----------
    h, k : array_like
        Points, in standard deviations. Infinite values give 0.
    r : array_like
        Correlations, strictly between -1 and 1.

    Returns
    -------
    ndarray
    """
    h, k, r = _checked(h, k, r, closed=False)
    return _density(h, k, r)


def bivariate_normal_cdf(
    h: npt.ArrayLike, k: npt.ArrayLike, r: npt.ArrayLike
) -> FloatArray:
    """Return P(X <= h, Y <= k) of a standard bivariate normal, broadcast together.

    The absolute error is below 1e-15 or so, also near r = 1 and r = -1.

    Parameters
    ----------
    h, k : array_like
        Upper limits, in standard deviations; infinite values are allowed.
    r : array_like
        Correlations, between -1 and 1, both included.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        A missing value, or a correlation outside -1 to 1.

    References
    ----------
    Genz, 2004, Statistics and Computing.
    """
    from scipy.special import ndtr

    h, k, r = _checked(h, k, r, closed=True)
    h, k, r = (np.array(a) for a in np.broadcast_arrays(h, k, r))
    return np.asarray(np.clip(ndtr(h) * ndtr(k) + _departure(h, k, r), 0.0, 1.0))


def bivariate_normal_dependence(
    h: npt.ArrayLike, k: npt.ArrayLike, r: npt.ArrayLike
) -> FloatArray:
    """Return Phi2(h, k; r) - Phi(h) Phi(k), broadcast together.

    The covariance of the indicators X <= h and Y <= k. It is 0 for an infinite limit
    and for r = 0, and is computed without taking that difference.

    Parameters
    ----------
    h, k : array_like
        Upper limits, in standard deviations; infinite values are allowed.
    r : array_like
        Correlations, between -1 and 1, both included.

    Returns
    -------
    ndarray
    """
    h, k, r = _checked(h, k, r, closed=True)
    h, k, r = (np.array(a) for a in np.broadcast_arrays(h, k, r))
    return _departure(h, k, r)


def rectangle_probabilities(
    row_thresholds: FloatArray, column_thresholds: FloatArray, r: FloatArray
) -> FloatArray:
    """Return the probabilities of all cells of many tables.

    Parameters
    ----------
    row_thresholds : ndarray, shape (n_pairs, n_rows - 1)
        Ascending thresholds of the row variable of each table. Tables with fewer rows
        are filled up with +inf, which makes rows of probability 0.
    column_thresholds : ndarray, shape (n_pairs, n_columns - 1)
        The same of the column variable.
    r : ndarray, shape (n_pairs,)
        Correlations, between -1 and 1, both included.

    Returns
    -------
    ndarray, shape (n_pairs, n_rows, n_columns)
        Never negative; each table adds to 1.
    """
    h, k, r = _checked(row_thresholds, column_thresholds, r, closed=True)
    cells = np.empty((len(r), h.shape[1] + 1, k.shape[1] + 1))
    strong = np.abs(r) >= _STRONG
    for chosen, compute in ((~strong, _moderate_cells), (strong, _strong_cells)):
        for part in _parts(np.flatnonzero(chosen), cells[0].size):
            cells[part] = compute(h[part], k[part], r[part])
    return np.maximum(cells, 0.0, out=cells)


def interval_probabilities(lower: FloatArray, upper: FloatArray) -> FloatArray:
    """Return Phi(upper) - Phi(lower), accurate in both tails; 0 when upper < lower."""
    from scipy.special import ndtr

    # In the upper half the difference is taken of the mirrored, small probabilities.
    mirror = lower > 0
    low = np.where(mirror, -upper, lower)
    high = np.where(mirror, -lower, upper)
    difference = ndtr(high) - ndtr(low)
    return np.asarray(np.maximum(difference, 0.0))


def second_differences(corners: FloatArray) -> FloatArray:
    """Return the cells of tables whose function of (h, k) vanishes on the border."""
    padded = np.zeros((len(corners), corners.shape[1] + 2, corners.shape[2] + 2))
    padded[:, 1:-1, 1:-1] = corners
    along = padded[:, 1:] - padded[:, :-1]
    return np.asarray(along[:, :, 1:] - along[:, :, :-1])


def _checked(
    h: npt.ArrayLike, k: npt.ArrayLike, r: npt.ArrayLike, *, closed: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    correlation = np.asarray(r, dtype=float)
    size = np.abs(correlation)
    inside = size <= 1 if closed else size < 1
    if not inside.all():
        allowed = "from -1 to 1" if closed else "strictly between -1 and 1"
        raise ValueError(
            f"`r` must hold correlations {allowed}; "
            f"got {float(correlation[~inside].flat[0])!r}."
        )
    limits = [np.asarray(limit, dtype=float) for limit in (h, k)]
    if any(np.isnan(limit).any() for limit in limits):
        raise ValueError("The limits of a normal probability must not be missing.")
    first, second = (np.clip(limit, -_FAR, _FAR) for limit in limits)
    return first, second, correlation


def _parts(chosen: npt.NDArray[np.intp], size: int) -> list[npt.NDArray[np.intp]]:
    """Return the chosen tables in portions that fit the cache."""
    if not len(chosen):
        return []
    return np.array_split(chosen, -(-len(chosen) * size // _CELLS_AT_ONCE))


def _density(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    rest = (1 - r) * (1 + r)
    # (h - k)^2 + 2hk(1 - r) instead of h^2 - 2rhk + k^2: no cancellation near r = 1.
    exponent = -((h - k) ** 2 / (2 * rest) + h * k / (1 + r))
    return np.asarray(np.exp(exponent) / (2 * np.pi * np.sqrt(rest)))


def _departure(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """Return Phi2 - Phi Phi for arrays of one shape."""
    result = np.empty(r.shape)
    strong = np.abs(r) >= _STRONG
    for chosen, compute in ((~strong, _from_independence), (strong, _strong_departure)):
        for part in _parts(np.flatnonzero(chosen), 1):
            values = compute(h.ravel()[part], k.ravel()[part], r.ravel()[part])
            result.ravel()[part] = values
    return result


def _strong_departure(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    from scipy.special import ndtr

    sign = np.where(r < 0, -1.0, 1.0)
    reflected = sign * k
    least, most = np.minimum(h, reflected), np.maximum(h, reflected)
    # For r = 1, Phi(least) - Phi(h) Phi(k) = Phi(least) Phi(-most).
    perfect = ndtr(least) * ndtr(-most)
    return np.asarray(sign * (perfect - _from_perfect(h, reflected, np.abs(r))))


def _moderate_cells(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """Return cells from those of independence; the far ones by the other identity."""
    departure = _from_independence(h[:, :, None], k[:, None, :], r[:, None, None])
    independent = _margins(h)[:, :, None] * _margins(k)[:, None, :]
    cells = second_differences(departure)
    cells += independent
    lost_digits = cells < _CANCELLED * independent
    for part in _parts(np.flatnonzero(lost_digits.any(axis=(1, 2))), cells[0].size):
        better = _strong_cells(h[part], k[part], r[part])
        cells[part] = np.where(lost_digits[part], better, cells[part])
    return cells


def _strong_cells(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """Return cells from those of perfect dependence, on columns turned to r > 0."""
    turned = np.where((r < 0)[:, None], -k[:, ::-1], k)
    low_h, high_h = (edge[:, :, None] for edge in _edges(h))
    low_k, high_k = (edge[:, None, :] for edge in _edges(turned))
    overlap = interval_probabilities(
        np.maximum(low_h, low_k), np.minimum(high_h, high_k)
    )
    strength = np.abs(r)[:, None, None]
    corners = h[:, :, None], turned[:, None, :]
    lost = _from_perfect(*corners, np.maximum(strength, _STRONG))
    if (np.abs(r) < _STRONG).any():
        lost += _between(*corners, np.minimum(strength, _STRONG), np.array(_STRONG))
    cells = overlap - second_differences(lost)
    return np.where((r < 0)[:, None, None], cells[:, :, ::-1], cells)


def _edges(thresholds: FloatArray) -> tuple[FloatArray, FloatArray]:
    far = np.full((len(thresholds), 1), _FAR)
    return np.hstack([-far, thresholds]), np.hstack([thresholds, far])


def _margins(thresholds: FloatArray) -> FloatArray:
    return interval_probabilities(*_edges(thresholds))


def _from_independence(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    return _between(h, k, np.zeros(r.shape), r)


def _between(
    h: FloatArray, k: FloatArray, lower: FloatArray, upper: FloatArray
) -> FloatArray:
    """Integrate the density over correlations from lower to upper, both moderate."""
    start = np.arcsin(lower)
    angle = np.arcsin(upper) - start
    product = h * k
    squares = (h * h + k * k) / 2
    total = np.zeros(product.shape)
    work = np.empty(product.shape)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        sine = np.sin(start + angle * node)
        np.multiply(product, sine, out=work)
        np.subtract(work, squares, out=work)
        np.multiply(work, 1 / ((1 - sine) * (1 + sine)), out=work)
        np.exp(work, out=work)
        np.multiply(work, weight, out=work)
        np.add(total, work, out=total)
    return np.asarray(total * (angle / (2 * np.pi)))


def _from_perfect(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """Integrate the density over correlations from r to 1, for strong positive r.

    With x = cos(theta) the integrand is exp(-b^2 / 2x^2 - c/2) times a smooth function
    of x^2, b = |h - k| and c = hk. The first three terms of that function are
    integrated in closed form, which takes the singularity at x = 0 away; the small
    rest goes by quadrature. Far from the diagonal, where the closed form loses digits
    and the singularity does not matter, everything goes by quadrature.
    """
    c = h * k
    distance = np.abs(h - k)
    width = np.maximum(np.sqrt((1 - r) * (1 + r)), 1e-150)  # r = 1: no width
    near = np.where(distance < 5 * width, 1.0, 0.0)
    first, second = near * (4 - c) / 8, near * (4 - c) * (12 - c) / 128
    total = _closed_part(distance, c, width, (near, first, second))
    # Below this x the damping is less than exp(-30) of that at the end.
    begin = width * distance / np.sqrt(distance**2 + 60 * width**2)
    length = width - begin
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        x = begin + length * node
        square = x * x
        root = np.sqrt(1 - square)
        series = near + square * (first + square * second)
        # c (1 / (1 + root) - 1/2), written without cancellation.
        smooth = np.exp(-c * square / (2 * (1 + root) ** 2)) / root
        # The exponent is at most 0; a large negative c goes with a larger distance.
        damping = np.exp(-((distance / x) ** 2 + c) / 2)
        total += (weight * length) * damping * (smooth - series)
    return np.asarray(total / (2 * np.pi))


def _closed_part(
    distance: FloatArray,
    c: FloatArray,
    width: FloatArray,
    series: tuple[FloatArray, FloatArray, FloatArray],
) -> FloatArray:
    """Integrate exp(-b^2 / 2x^2 - c/2) (c0 + c1 x^2 + c2 x^4) over x, 0 to width.

    By parts, (2n + 1) M_n = width^(2n+1) E - b^2 M_(n-1) with E = exp(-b^2 / 2 width^2)
    and M_0 = width E - b sqrt(2 pi) Phi(-b / width). E is kept outside.
    """
    from scipy.special import erfcx

    ratio = distance / width
    moment = width - distance * np.sqrt(np.pi / 2) * erfcx(ratio / np.sqrt(2))
    square, power = distance * distance, width * width
    total = series[0] * moment
    for order, factor in enumerate(series[1:], start=1):
        moment = (width * power**order - square * moment) / (2 * order + 1)
        total = total + factor * moment
    return np.asarray(total * np.exp(-(ratio**2 + c) / 2))
