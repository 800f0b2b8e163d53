"""Chance that stays the same when something else changes.

Every draw belongs to a purpose, a run and a person or tie, and not to the moment at
which it is asked for. So two settings with one seed meet the same people, the same
order of pioneers and the same luck in each run, and differ only by the setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
KeyArray = npt.NDArray[np.uint64]
Purpose = Literal["thresholds", "space", "pioneers", "teams", "sight", "staying"]

# SplitMix64 (Steele, Lea & Flood, 2014, OOPSLA): a counter in, 64 even bits out.
STRIDE = np.uint64(0x9E3779B97F4A7C15)
FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
SECOND_FACTOR = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Luck:
    """The chance of one block of runs.

    Attributes
    ----------
    seed, block : int
        Together they fix every draw.
    n_runs : int
        Runs in the block; a shorter block has the same first runs.
    """

    seed: int
    block: int
    n_runs: int

    def uniforms(self, purpose: Purpose, n_columns: int) -> FloatArray:
        """Return numbers above 0 and below 1, shape (n_runs, n_columns)."""
        drawn = self._generator(purpose).random((self.n_runs, n_columns))
        return np.maximum(drawn, 2.0**-54)  # exactly 0 has no normal quantile

    def keys(self, purpose: Purpose) -> KeyArray:
        """Return one 64-bit number a run, from which its coins are tossed."""
        return self._generator(purpose).integers(
            2**64, size=self.n_runs, dtype=np.uint64
        )

    def _generator(self, purpose: Purpose) -> np.random.Generator:
        return np.random.default_rng(
            [self.seed, self.block, get_args(Purpose).index(purpose)]
        )


def tossed(keys: KeyArray, numbers: IntArray, chance: float) -> npt.NDArray[np.bool_]:
    """Return for each number of each key whether an event of `chance` happens.

    The same key and number always meet the same fate, and what happens at one chance
    happens at every larger one.
    """
    fine = np.uint64(11)  # 53 bits are left: as many as a float tells apart
    happens: npt.NDArray[np.bool_] = mixed(keys, numbers) >> fine < np.uint64(
        round(chance * 2**53)
    )
    return happens


def mixed(keys: KeyArray, numbers: IntArray) -> KeyArray:
    """Return the draws number 0, 1, … of the generator that starts at each key."""
    bits = numbers.astype(np.uint64)
    bits += np.uint64(1)
    bits *= STRIDE
    bits += keys
    bits ^= bits >> np.uint64(30)
    bits *= FIRST_FACTOR
    bits ^= bits >> np.uint64(27)
    bits *= SECOND_FACTOR
    bits ^= bits >> np.uint64(31)
    return bits
