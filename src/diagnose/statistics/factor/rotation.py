"""Rotated factors: which rotation, with which settings, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from diagnose._options import check_option
from diagnose.statistics.factor.criteria import Criterion, geomin, oblimin, orthomax
from diagnose.statistics.factor.gradient_projection import Simplest, simplest_rotation

FloatArray = npt.NDArray[np.float64]
RotationName = Literal[
    "oblimin", "quartimin", "geomin", "promax", "varimax", "quartimax", "none"
]

_DIFFERENT_VALUE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A rotation with settings other than the usual ones.

    Attributes
    ----------
    name : str
        ``"oblimin"``, ``"quartimin"`` (oblimin with `gamma` 0), ``"geomin"``,
        ``"promax"`` (all oblique); ``"varimax"``, ``"quartimax"`` (orthogonal); or
        ``"none"``.
    kaiser : bool or None
        Give every item the same weight while rotating, by dividing its loadings by
        the square root of its communality. None is the usual choice: yes for varimax
        and promax, no for the others.
    gamma : float
        Of oblimin, 0 or less; more negative makes the factors less correlated.
    epsilon : float
        Of geomin, above 0. Small values come closer to the pure criterion, and have
        more local minima.
    power : float
        Of promax, above 1.
    """

    name: RotationName
    kaiser: bool | None = None
    gamma: float = 0.0
    epsilon: float = 0.01
    power: float = 4.0

    def __post_init__(self) -> None:
        """Refuse settings with which no rotation exists."""
        check_option("rotation", self.name, RotationName)
        if not -100 <= self.gamma <= 0:
            raise ValueError(
                "`gamma` must be 0 or less (above 0 the criterion of oblimin has no "
                f"minimum); got {self.gamma!r}."
            )
        if not 0 < self.epsilon < 1:
            raise ValueError(
                f"`epsilon` must lie between 0 and 1; got {self.epsilon!r}."
            )
        if not 1 < self.power <= 20:
            raise ValueError(
                f"`power` must be above 1, and at most 20; got {self.power!r}."
            )

    @property
    def orthogonal(self) -> bool:
        """Whether the factors stay uncorrelated."""
        return self.name in ("varimax", "quartimax", "none")

    @property
    def normalised(self) -> bool:
        """Whether the items are given the same weight."""
        if self.kaiser is not None:
            return self.kaiser
        return self.name in ("varimax", "promax")


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationSearch:
    """How the best rotation was found.

    Attributes
    ----------
    rotation : str
        Its name; for promax the search is that of the varimax before it.
    criterion : float
        Lowest value found. Varimax and quartimax are maximised: theirs is the
        negative.
    gradient : float
        Length of the projected gradient, 0 at a minimum.
    converged : bool
        Whether it vanished.
    n_starts, n_at_best : int
        Starts tried, and how many of them led to `criterion`. Few of them: other
        solutions are nearly as simple, and the interpretation is fragile.
    n_minima : int
        Different minima among the starts.
    seed : int
        Of the random starts.
    """

    rotation: str
    criterion: float
    gradient: float
    converged: bool
    n_starts: int
    n_at_best: int
    n_minima: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RotatedFactors:
    """Loadings after rotation, in a fixed order and direction.

    Attributes
    ----------
    pattern : numpy.ndarray, shape (n_items, n_factors)
        Columns by descending sum of squares, each summing to 0 or more.
    factor_correlations : numpy.ndarray, shape (n_factors, n_factors)
    matrix : numpy.ndarray, shape (n_factors, n_factors)
        ``pattern`` is the unrotated loadings times this.
    search : RotationSearch or None
        None where there was nothing to search: one factor, or no rotation.
    """

    pattern: FloatArray
    factor_correlations: FloatArray
    matrix: FloatArray
    search: RotationSearch | None


def rotate_factors(
    loadings: FloatArray, rotation: Rotation, *, n_starts: int = 20, seed: int = 0
) -> RotatedFactors:
    """Rotate loadings to a simple structure.

    Parameters
    ----------
    loadings : numpy.ndarray, shape (n_items, n_factors)
        Of uncorrelated factors.
    rotation : Rotation
        Which one, and its settings.
    n_starts : int
        Starts: the loadings as they are, and random rotations of them.
    seed : int
        Of the random starts.

    Returns
    -------
    RotatedFactors

    References
    ----------
    Bernaards and Jennrich, 2005, Educational and Psychological Measurement.
    Hendrickson and White, 1964, British Journal of Statistical Psychology (promax).
    Kaiser, 1958, Psychometrika (varimax; equal weight of items).
    """
    n_factors = loadings.shape[1]
    if n_factors == 1 or rotation.name == "none":
        return _aligned(loadings, np.eye(n_factors), None)
    weights = np.ones((len(loadings), 1))
    if rotation.normalised:
        lengths = np.linalg.norm(loadings, axis=1, keepdims=True)
        weights = np.where(lengths > 0, lengths, 1.0)
    orthogonal = rotation.orthogonal or rotation.name == "promax"
    found = simplest_rotation(
        loadings / weights,
        _criterion(rotation),
        orthogonal=orthogonal,
        n_starts=n_starts,
        seed=seed,
    )
    matrix = found.rotation
    if not orthogonal:
        matrix = np.asarray(np.linalg.inv(matrix).T)
    if rotation.name == "promax":
        matrix = matrix @ _promax(loadings / weights @ matrix, rotation.power)
    return _aligned(loadings, matrix, _search(rotation, found, seed))


def _criterion(rotation: Rotation) -> Criterion:
    if rotation.name == "geomin":
        return geomin(rotation.epsilon)
    if rotation.name in ("varimax", "promax"):
        return orthomax(1.0)
    if rotation.name == "quartimax":
        return orthomax(0.0)
    return oblimin(rotation.gamma if rotation.name == "oblimin" else 0.0)


def _promax(varimax: FloatArray, power: float) -> FloatArray:
    """Return the oblique step: least squares to a power of the varimax loadings."""
    target = np.sign(varimax) * np.abs(varimax) ** power
    matrix = np.linalg.lstsq(varimax, target, rcond=None)[0]
    # Columns are scaled so that the factors have variance 1.
    scale = np.sqrt(np.diag(np.linalg.inv(matrix.T @ matrix)))
    return np.asarray(matrix * scale)


def _search(rotation: Rotation, found: Simplest, seed: int) -> RotationSearch:
    gaps = np.diff(found.values) > _DIFFERENT_VALUE * (1 + np.abs(found.values[1:]))
    return RotationSearch(
        rotation="varimax" if rotation.name == "promax" else rotation.name,
        criterion=found.value,
        gradient=found.gradient,
        converged=found.converged,
        n_starts=found.n_starts,
        n_at_best=found.n_at_best,
        n_minima=1 + int(gaps.sum()),
        seed=seed,
    )


def _aligned(
    loadings: FloatArray, matrix: FloatArray, search: RotationSearch | None
) -> RotatedFactors:
    """Order the factors by their sum of squares, and point them where loadings add."""
    pattern = loadings @ matrix
    order = np.argsort(-(pattern**2).sum(axis=0), kind="stable")
    signs = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    matrix = np.asarray((matrix * signs)[:, order])
    inverse = np.linalg.inv(matrix)
    correlations = np.asarray(inverse @ inverse.T)
    correlations = (correlations + correlations.T) / 2
    np.fill_diagonal(correlations, 1.0)
    return RotatedFactors(
        pattern=loadings @ matrix,
        factor_correlations=correlations,
        matrix=matrix,
        search=search,
    )
