"""A weak prior for the slopes, for samples that cannot bound them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopePrior:
    """A normal density for the logarithm of the size of each slope.

    The sign is left free, so an item keyed the wrong way still shows itself.

    Attributes
    ----------
    median : float
        Slope in the middle of the prior. 1.7 is the slope of an item that correlates
        about .71 with the latent variable.
    sd : float
        Standard deviation of the logarithm. With 1, nineteen slopes in twenty lie
        between a seventh and seven times the median.
    """

    median: float = 1.7
    sd: float = 1.0

    @property
    def name(self) -> str:
        """Return the prior in words, for the name of a method."""
        return f"log_normal(median={self.median:g}, sd={self.sd:g})"

    def log_density(self, slopes: FloatArray) -> float:
        """Return the sum of the logarithms of the density, without its constant."""
        return float(-(self._distance(slopes) ** 2).sum() / 2)

    def gradient(self, slopes: FloatArray) -> FloatArray:
        """Return the derivative of `log_density` to each slope."""
        derivative: FloatArray = -self._distance(slopes) / (self.sd * slopes)
        return derivative

    def information(self, slopes: FloatArray) -> FloatArray:
        """Return minus the second derivative of `log_density` to each slope."""
        second: FloatArray = (1 / self.sd - self._distance(slopes)) / (
            self.sd * slopes**2
        )
        return second

    def _distance(self, slopes: FloatArray) -> FloatArray:
        distance: FloatArray = np.log(np.abs(slopes) / self.median) / self.sd
        return distance
