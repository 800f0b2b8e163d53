"""Which groups of people a reader could work out from what is published."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_TOLERANCE = 1e-8


def derivable_groups(incidence: FloatArray, candidates: FloatArray) -> BoolArray:
    """Tell which candidate groups follow exactly from the published aggregates.

    Atoms are the smallest groups of respondents that the publication tells apart. A
    published count, sum or mean with its number is a 0/1 vector over the atoms, and
    any reader can add and subtract such vectors. A group can be worked out exactly if
    and only if adding its vector to the published ones does not raise their rank,
    that is, if it lies in their span.

    Parameters
    ----------
    incidence : numpy.ndarray, shape (n_published, n_atoms)
        One row a published aggregate: 1 where the atom belongs to it. Other weights
        are allowed.
    candidates : numpy.ndarray, shape (n_candidates, n_atoms)
        Groups to test, in the same way.

    Returns
    -------
    numpy.ndarray of bool, shape (n_candidates,)
        True where the group can be worked out.

    Raises
    ------
    ValueError
        The two have a different number of atoms.

    Notes
    -----
    Exact derivation only, whatever the numbers are. What follows from numbers that are
    as small or as large as they can be (counts that cannot be negative, scores that
    cannot leave their response scale) is found by `diagnose.statistics.bounds`.
    """
    published = np.atleast_2d(np.asarray(incidence, dtype=float))
    groups = np.atleast_2d(np.asarray(candidates, dtype=float))
    if published.shape[1] != groups.shape[1]:
        raise ValueError(
            f"`incidence` has {published.shape[1]} atoms and `candidates` "
            f"{groups.shape[1]}; both must describe the same atoms."
        )
    # A projection onto the span answers for all candidates at once what comparing
    # ranks answers one by one: a vector raises the rank iff it leaves a residual.
    left, spread, basis = np.linalg.svd(published, full_matrices=False)
    del left
    largest = spread.max(initial=0.0)
    basis = basis[spread > _TOLERANCE * max(largest, 1.0)]
    residual = groups - groups @ basis.T @ basis
    inside = np.abs(residual).max(axis=1, initial=0.0) < _TOLERANCE * 100
    result: BoolArray = inside
    return result
