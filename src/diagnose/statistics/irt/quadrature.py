"""Points at which the latent variable is summed over, standard normal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from diagnose._options import check_option

FloatArray = npt.NDArray[np.float64]
QuadratureRule = Literal["grid", "gauss_hermite"]

_FEWEST = 11
_MOST = {"grid": 501, "gauss_hermite": 101}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quadrature:
    """Points and weights that stand for a standard normal variable.

    Attributes
    ----------
    rule : str
        ``"grid"``, equally spaced with normal weights, or ``"gauss_hermite"``.
    points : numpy.ndarray, shape (n_points,)
        Ascending, symmetric about 0.
    weights : numpy.ndarray, shape (n_points,)
        Add to 1.
    """

    rule: str
    points: FloatArray
    weights: FloatArray

    @property
    def spacing(self) -> float:
        """Return the distance of neighbouring points, where they are closest."""
        return float(np.diff(self.points).min())


def make_quadrature(rule: QuadratureRule, n_points: int, limit: float) -> Quadrature:
    """Return the points and weights; `limit` is the end of the grid.

    The rule of the equally spaced points converges faster than any power of their
    distance, as the likelihood is smooth and vanishes at both ends.
    """
    check_option("quadrature", rule, QuadratureRule)
    _check_points(rule, n_points)
    if rule == "gauss_hermite":
        points, weights = np.polynomial.hermite_e.hermegauss(n_points)
    else:
        if not 3 <= limit <= 12:
            raise ValueError(f"`limit` must lie between 3 and 12; got {limit!r}.")
        points = np.linspace(-limit, limit, n_points)
        weights = np.exp(-(points**2) / 2)
    points = (points - points[::-1]) / 2  # exactly symmetric
    weights = (weights + weights[::-1]) / 2
    return Quadrature(rule=rule, points=points, weights=weights / weights.sum())


def _check_points(rule: str, n_points: int) -> None:
    if isinstance(n_points, bool) or not isinstance(n_points, int | np.integer):
        raise TypeError(f"`n_points` must be a whole number; got {n_points!r}.")
    if not _FEWEST <= n_points <= _MOST[rule]:
        raise ValueError(
            f"`n_points` must lie between {_FEWEST} and {_MOST[rule]} for "
            f"quadrature={rule!r}; got {n_points!r}."
        )
