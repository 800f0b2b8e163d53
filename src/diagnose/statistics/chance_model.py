"""What the random answers of a team depend on, checked and made hashable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diagnose._options import check_proportion, check_whole_number
from diagnose.statistics.null_distributions import null_shares
from diagnose.statistics.team_sums import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceModel:
    """Random answers: what must be equal for cut-offs to be equal."""

    null: str
    n_options: int
    significance: float
    n_simulations: int
    seed: int
    n_items: int
    correlations: tuple[float, ...]

    @property
    def matrix(self) -> FloatArray:
        """Return the correlations between the items."""
        return np.array(self.correlations).reshape(self.n_items, self.n_items)


def chance_model(
    *,
    n_items: int,
    n_options: int,
    null: str,
    correlation: float | npt.ArrayLike,
    significance: float,
    n_simulations: int,
    seed: int,
) -> ChanceModel:
    """Check what random answers depend on, and make it hashable."""
    check_whole_number("n_items", n_items, 1)
    check_whole_number("n_options", n_options, 2)
    check_proportion("significance", significance)
    check_whole_number("n_simulations", n_simulations, 100)
    check_whole_number("seed", seed, 0)
    null_shares(null, n_options=n_options)
    return ChanceModel(
        null=null,
        n_options=int(n_options),
        significance=float(significance),
        n_simulations=int(n_simulations),
        seed=int(seed),
        n_items=int(n_items),
        correlations=tuple(_correlations(correlation, n_items).ravel().tolist()),
    )


def _correlations(correlation: float | npt.ArrayLike, n_items: int) -> FloatArray:
    try:
        given = np.asarray(correlation, dtype=float)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"`correlation` must hold numbers only; got {correlation!r}."
        ) from error
    if given.ndim == 0:
        matrix = np.full((n_items, n_items), float(given))
        np.fill_diagonal(matrix, 1.0)
    else:
        matrix = given
    if matrix.shape != (n_items, n_items):
        raise ValueError(
            f"`correlation` must be one number or a matrix of {n_items} x {n_items} "
            f"items; got the shape {given.shape}."
        )
    valid = np.isfinite(matrix).all() and (np.abs(matrix) <= 1 + 1e-12).all()
    if not valid or not np.allclose(np.diag(matrix), 1) or (matrix != matrix.T).any():
        raise ValueError(
            "`correlation` must lie between -1 and 1, with the same value for both "
            "orders of a pair and 1 for an item with itself."
        )
    smallest = float(np.linalg.eigvalsh(matrix)[0])
    if smallest < -1e-8:
        raise ValueError(
            f"`correlation` is impossible for {n_items} items together: its smallest "
            f"eigenvalue is {smallest:.3g}, below 0."
        )
    return matrix
