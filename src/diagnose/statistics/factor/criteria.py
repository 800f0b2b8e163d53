"""What a rotation makes small: simplicity criteria and their derivatives.

Each takes a stack of loading matrices, shape (..., n_items, n_factors), and returns
one value a matrix with the derivative to the loadings.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Criterion = Callable[[FloatArray], tuple[FloatArray, FloatArray]]


def oblimin(gamma: float) -> Criterion:
    """Return direct oblimin; gamma 0 is direct quartimin.

    Jennrich and Sampson, 1966, Psychometrika; Jennrich, 2002, Psychometrika.
    """

    def evaluate(loadings: FloatArray) -> tuple[FloatArray, FloatArray]:
        squares = loadings**2
        # The squared loadings of the other factors of the same item.
        others = squares.sum(axis=-1, keepdims=True) - squares
        if gamma:
            others -= gamma * others.mean(axis=-2, keepdims=True)
        value = (squares * others).sum(axis=(-2, -1)) / 4
        return value, loadings * others

    return evaluate


def orthomax(gamma: float) -> Criterion:
    """Return minus the orthomax; gamma 1 is varimax, gamma 0 quartimax.

    Kaiser, 1958, Psychometrika; Jennrich, 2001, Psychometrika.
    """

    def evaluate(loadings: FloatArray) -> tuple[FloatArray, FloatArray]:
        squares = loadings**2
        centred = squares - gamma * squares.mean(axis=-2, keepdims=True)
        value = -(squares * centred).sum(axis=(-2, -1)) / 4
        return value, -loadings * centred

    return evaluate


def geomin(epsilon: float) -> Criterion:
    """Return geomin, the summed geometric means of the squared loadings of an item.

    Yates, 1987, Multivariate exploratory data analysis; Browne, 2001, Multivariate
    Behavioral Research (the small constant `epsilon`).
    """

    def evaluate(loadings: FloatArray) -> tuple[FloatArray, FloatArray]:
        n_factors = loadings.shape[-1]
        squares = loadings**2 + epsilon
        mean = np.exp(np.log(squares).mean(axis=-1, keepdims=True))
        return mean.sum(axis=(-2, -1)), 2 / n_factors * loadings / squares * mean

    return evaluate
