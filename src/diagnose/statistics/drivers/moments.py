"""Sums and cross products of every team: all that the drivers are computed from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_CELLS_AT_ONCE = 4_000_000  # numbers held in memory for one batch
MOST_UNITS = 5_000  # respondents without teams are put together by chance beyond this


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitSums:
    """Count, sums and cross products in every unit (team, or respondent).

    Attributes
    ----------
    counts : array, shape (n_units,)
        Respondents in the unit.
    sums : array, shape (n_units, n_variables)
        Sums of the standardised variables, predictors first and outcome last.
    products : array, shape (n_units, n_variables * (n_variables + 1) / 2)
        Their cross products, upper triangle by rows.
    """

    counts: FloatArray
    sums: FloatArray
    products: FloatArray

    @property
    def n_units(self) -> int:
        """Return the number of units."""
        return len(self.counts)

    @property
    def n_variables(self) -> int:
        """Return the number of predictors and the outcome."""
        return int(self.sums.shape[1])

    def stacked(self) -> FloatArray:
        """Return one row a unit: count, sums, products."""
        return np.column_stack([self.counts, self.sums, self.products])

    def cross_products(self) -> FloatArray:
        """Return a matrix a unit: of the constant, the predictors and the outcome."""
        size = self.n_variables + 1
        matrices = np.empty((self.n_units, size, size))
        matrices[:, 0, 0] = self.counts
        matrices[:, 0, 1:] = matrices[:, 1:, 0] = self.sums
        matrices[:, 1:, 1:] = _square(self.products, self.n_variables)
        return matrices


def unit_sums(values: FloatArray, units: IntArray, n_units: int) -> UnitSums:
    """Sum standardised variables and their products over the rows of every unit."""
    from scipy.sparse import csr_matrix

    n_rows, n_variables = values.shape
    rows, columns = np.triu_indices(n_variables)
    member = csr_matrix(
        (np.ones(n_rows), (units, np.arange(n_rows))), shape=(n_units, n_rows)
    )
    return UnitSums(
        counts=np.bincount(units, minlength=n_units).astype(float),
        sums=member @ values,
        products=member @ (values[:, rows] * values[:, columns]),
    )


def correlations_of(totals: FloatArray, n_variables: int) -> FloatArray:
    """Return a correlation matrix for every row of count, sums and products.

    Where a variable does not vary its correlations are NaN.
    """
    size = totals[:, 0]
    means = totals[:, 1 : n_variables + 1] / size[:, None]
    products = totals[:, n_variables + 1 :] / size[:, None]
    covariance = _square(products, n_variables)
    covariance -= means[:, :, None] * means[:, None, :]
    variances = np.einsum("bii->bi", covariance)
    spread = np.sqrt(np.where(variances > 1e-12, variances, np.nan))
    correlations = covariance / (spread[:, :, None] * spread[:, None, :])
    diagonal = np.arange(n_variables)
    correlations[:, diagonal, diagonal] = np.where(np.isnan(spread), np.nan, 1.0)
    filled: FloatArray = correlations
    return filled


def correlations_without_each(sums: UnitSums) -> FloatArray:
    """Return the correlations with each unit left out in turn."""
    stacked = sums.stacked()
    return correlations_of(stacked.sum(axis=0) - stacked, sums.n_variables)


def resampled_correlations(
    sums: UnitSums, *, n_bootstrap: int, seed: int
) -> Iterator[FloatArray]:
    """Yield correlation matrices of resamples of whole units, batch by batch.

    A resample is a vector of counts, so its sums are one matrix product for many
    resamples at once.
    """
    generator = np.random.default_rng(seed)
    stacked = sums.stacked()
    batch = max(1, min(n_bootstrap, _CELLS_AT_ONCE // sums.n_units))
    for start in range(0, n_bootstrap, batch):
        n_resamples = min(batch, n_bootstrap - start)
        counts = _counts(generator, n_resamples, sums.n_units)
        yield correlations_of(counts @ stacked, sums.n_variables)


def chance_units(n_respondents: int, *, seed: int) -> IntArray:
    """Return a unit for each respondent: one each, or equal parts drawn by chance.

    Respondents who have nothing to do with each other may be resampled in parts put
    together by chance: the variance of a sum of parts is that of a sum of people. So
    the cost does not grow with the number of respondents.
    """
    if n_respondents <= MOST_UNITS:
        return np.arange(n_respondents)
    order = np.random.default_rng(seed).permutation(n_respondents)
    units = np.empty(n_respondents, dtype=np.int64)
    units[order] = np.arange(n_respondents) % MOST_UNITS
    return units


def _square(upper: FloatArray, n_variables: int) -> FloatArray:
    rows, columns = np.triu_indices(n_variables)
    matrices = np.empty((len(upper), n_variables, n_variables))
    matrices[:, rows, columns] = upper
    matrices[:, columns, rows] = upper
    return matrices


def _counts(
    generator: np.random.Generator, n_resamples: int, n_units: int
) -> FloatArray:
    """Return multinomial counts, one row a resample, each row adding to n_units."""
    drawn = generator.integers(n_units, size=(n_resamples, n_units))
    drawn += n_units * np.arange(n_resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=n_resamples * n_units)
    return counts.reshape(n_resamples, n_units).astype(float)
