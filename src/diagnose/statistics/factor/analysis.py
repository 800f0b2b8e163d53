"""Exploratory factor analysis, from answers or correlations to rotated factors."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, check_whole_number, require
from diagnose.errors import AssumptionWarning
from diagnose.statistics.factor.correlations import (
    CorrelationKind,
    CorrelationMatrix,
    CorrelationMissing,
    correlations_of,
    require_invertible,
)
from diagnose.statistics.factor.extraction import (
    Extraction,
    ExtractionMethod,
    extract_factors,
)
from diagnose.statistics.factor.fit import degrees_of_freedom, factor_fit
from diagnose.statistics.factor.result import FactorAnalysis
from diagnose.statistics.factor.rotation import (
    RotatedFactors,
    Rotation,
    RotationName,
    rotate_factors,
)

FloatArray = npt.NDArray[np.float64]

_NOTICEABLE = 0.3  # a loading that the reader takes seriously; a convention


def exploratory_factor_analysis(
    items: pd.DataFrame | CorrelationMatrix,
    n_factors: int,
    *,
    method: ExtractionMethod = "minres",
    rotation: RotationName | Rotation = "oblimin",
    correlation: CorrelationKind = "pearson",
    missing: CorrelationMissing = "listwise",
    n_starts: int = 20,
    seed: int = 0,
) -> FactorAnalysis:
    """Exploratory factor analysis: which items go together, on how many factors.

    It assumes that each item is a sum of a few common factors and something of its
    own. The chi-square and what is made of it (p-value, RMSEA, TLI, BIC) also assume
    normal answers and maximum likelihood; for ``"minres"``, and for polychoric
    correlations, they are descriptions rather than tests. The number of factors is
    for you to choose; see `parallel_analysis` and `velicer_map`.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items), or CorrelationMatrix
        Answers in response-scale units, missing answers as NaN. Not modified.
    n_factors : int
        Factors to extract, at least 1.
    method : {"minres", "ml"}
        Unweighted least squares on the residual correlations, or normal-theory
        maximum likelihood.
    rotation : {"oblimin", "quartimin", "geomin", "promax", "varimax", "quartimax", \
"none"} or Rotation
        Name, with the usual settings; or a `Rotation` with your own.
    correlation : {"pearson", "polychoric"}
        Of the answers as numbers, or of the normal variables behind the categories.
    missing : {"listwise", "pairwise", "raise"}
        Leave out respondents with an unanswered item, use all who answered both items
        of a pair, or refuse them.
    n_starts : int
        Starts of the rotation: the unrotated factors and random turns of them.
    seed : int
        Of the random starts; the same seed gives the same factors.

    Returns
    -------
    FactorAnalysis

    Warns
    -----
    AssumptionWarning
        A Heywood case: the uniqueness of an item would be negative, and was stopped
        at .005.

    Raises
    ------
    InsufficientDataError
        Fewer than 3 items, no more respondents than items, too many factors for the
        items (negative degrees of freedom) or for the correlations, an item that does
        not vary, a matrix that is not positive definite, or no convergence.
    ValueError
        An unknown option.

    References
    ----------
    Harman and Jones, 1966, Psychometrika (minres).
    Lawley and Maxwell, 1971, Factor analysis as a statistical method.
    Jennrich, 2002, Psychometrika (oblique rotation).
    """
    check_option("method", method, ExtractionMethod)
    chosen = rotation if isinstance(rotation, Rotation) else Rotation(name=rotation)
    check_whole_number("n_starts", n_starts, 1)
    check_whole_number("seed", seed, 0)
    correlations = correlations_of(items, correlation=correlation, missing=missing)
    _require_room(correlations.n_items, n_factors)
    require_invertible(correlations, "factor analysis")
    extraction = extract_factors(correlations.values, n_factors, method=method)
    _require_solution(extraction, correlations, n_factors)
    rotated = rotate_factors(extraction.loadings, chosen, n_starts=n_starts, seed=seed)
    require(
        rotated.search is None or rotated.search.converged,
        f"the {chosen.name} rotation of {n_factors} factors did not converge from any "
        f"of {n_starts} starts; use fewer factors or another rotation.",
    )
    return _described(
        correlations,
        extraction,
        rotated,
        method=method,
        rotation="none" if n_factors == 1 else chosen.name,
    )


def _require_room(n_items: int, n_factors: int) -> None:
    check_whole_number("n_factors", n_factors, 1)
    require(n_items >= 3, f"factor analysis needs at least 3 items; got {n_items}.")
    if n_factors < n_items and degrees_of_freedom(n_items, n_factors) >= 0:
        return
    most = max(m for m in range(1, n_items) if degrees_of_freedom(n_items, m) >= 0)
    require(
        False,
        f"{n_factors} factors ask more than {n_items} items can tell (negative degrees "
        f"of freedom); at most {most}.",
    )


def _require_solution(
    extraction: Extraction, correlations: CorrelationMatrix, n_factors: int
) -> None:
    n_items, n_respondents = correlations.n_items, correlations.n_respondents
    require(
        extraction.converged,
        f"the extraction of {n_factors} factors from {n_items} items over "
        f"{n_respondents} respondents did not converge; use fewer factors.",
    )
    require(
        extraction.n_positive == n_factors,
        f"the correlations of the {n_items} items over {n_respondents} respondents "
        f"leave variance for {extraction.n_positive} of {n_factors} factors; use fewer "
        "factors.",
    )


def _described(
    correlations: CorrelationMatrix,
    extraction: Extraction,
    rotated: RotatedFactors,
    *,
    method: ExtractionMethod,
    rotation: str,
) -> FactorAnalysis:
    names, observed = list(correlations.items), correlations.values
    factors = [f"F{j + 1}" for j in range(rotated.pattern.shape[1])]
    pattern, phi = rotated.pattern, rotated.factor_correlations
    structure = pattern @ phi
    common = structure @ pattern.T
    heywood = [
        name for name, stopped in zip(names, extraction.bounded, strict=True) if stopped
    ]
    _warn_of_heywood(heywood, correlations.n_respondents)
    by_item = pd.Index(names)
    return FactorAnalysis(
        method=method,
        rotation=rotation,
        correlation=correlations.method,
        loadings=pd.DataFrame(pattern, index=by_item, columns=factors),
        structure=pd.DataFrame(structure, index=by_item, columns=factors),
        factor_correlations=pd.DataFrame(phi, index=factors, columns=factors),
        communalities=pd.Series(np.diag(common).copy(), index=by_item),
        uniquenesses=pd.Series(extraction.uniquenesses, index=by_item),
        complexity=pd.Series(_complexity(pattern), index=by_item),
        variance=_variance(pattern, phi, factors),
        fit=factor_fit(
            observed,
            extraction.loadings,
            extraction.uniquenesses,
            correlations.n_respondents,
        ),
        objective=extraction.objective,
        gradient=extraction.gradient,
        search=rotated.search,
        correlations=correlations.to_frame().set_axis(names).set_axis(names, axis=1),
        residuals=pd.DataFrame(observed - common, index=by_item, columns=by_item),
        item_means=correlations.means,
        item_sds=correlations.sds,
        n_respondents=correlations.n_respondents,
        n_items=correlations.n_items,
        n_factors=len(factors),
        flags=(
            *(f"heywood:{name}" for name in heywood),
            *_flags(extraction, rotated, names),
            *correlations.flags,
        ),
    )


def _warn_of_heywood(heywood: list[str], n_respondents: int) -> None:
    if heywood:
        warnings.warn(
            f"the uniqueness of {', '.join(heywood)} would be negative (a Heywood "
            f"case) over {n_respondents} respondents, and was stopped at .005: do not "
            "interpret these loadings. Use fewer factors, leave the item out, or ask "
            "more respondents.",
            AssumptionWarning,
            stacklevel=4,
        )


def _flags(
    extraction: Extraction, rotated: RotatedFactors, names: list[str]
) -> tuple[str, ...]:
    flags = []
    if not extraction.identified:
        flags.append("not_identified")
    if extraction.n_minima > 1:
        flags.append(f"extraction_minima:{extraction.n_minima}")
    search = rotated.search
    if search is not None and search.n_minima > 1:
        flags.append(f"rotation_minima:{search.n_at_best}/{search.n_starts}")
    return (*flags, *(f"negative_loading:{n}" for n in _against(rotated, names)))


def _against(rotated: RotatedFactors, names: list[str]) -> list[str]:
    """Return items whose largest loading is negative, and no small one."""
    largest = np.abs(rotated.pattern).argmax(axis=1)
    loading = np.take_along_axis(rotated.pattern, largest[:, None], axis=1)[:, 0]
    return [
        name for name, value in zip(names, loading, strict=True) if value < -_NOTICEABLE
    ]


def _complexity(pattern: FloatArray) -> FloatArray:
    squares = pattern**2
    fourth = (squares**2).sum(axis=1)
    total = squares.sum(axis=1) ** 2
    complexity = np.divide(total, fourth, out=np.ones(len(pattern)), where=fourth > 0)
    return np.asarray(complexity)


def _variance(pattern: FloatArray, phi: FloatArray, factors: list[str]) -> pd.DataFrame:
    sums = np.diag(phi @ pattern.T @ pattern)
    proportion = sums / len(pattern)
    return pd.DataFrame(
        {
            "sum_of_squares": sums,
            "proportion": proportion,
            "cumulative": np.cumsum(proportion),
        },
        index=factors,
    )
