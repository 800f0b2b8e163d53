"""How many dimensions are more than chance: Horn's parallel analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import (
    check_option,
    check_proportion,
    check_whole_number,
    require,
)
from diagnose.statistics.dimensionality.replications import (
    normal_replications,
    permuted_pearson,
    permuted_polychoric,
)
from diagnose.statistics.factor.correlations import (
    CorrelationKind,
    CorrelationMatrix,
    correlations_of,
    require_invertible,
    require_respondents,
)
from diagnose.statistics.factor.extraction import one_factor_communalities
from diagnose.statistics.sample import complete_rows

FloatArray = npt.NDArray[np.float64]
Reduction = Literal["components", "factors", "factors_smc"]
ReferenceMethod = Literal["permutation", "normal"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ParallelAnalysis:
    """Eigenvalues of the answers beside those of answers without any correlation.

    Attributes
    ----------
    method : str
        ``"parallel_analysis_permutation"`` or ``"parallel_analysis_normal"``.
    correlation : str
        ``"pearson"``, ``"polychoric"``, or ``"given"``.
    reduction : str
        ``"components"`` (eigenvalues of the correlation matrix), ``"factors"`` or
        ``"factors_smc"`` (of the matrix with communalities on its diagonal).
    observed : numpy.ndarray, shape (n_items,)
        Eigenvalues of the answers, the largest first.
    reference_mean, reference_quantile : numpy.ndarray, shape (n_items,)
        Mean and quantile over the replications, at each position.
    quantile : float
        Which quantile, between 0 and 1.
    n_retained : int
        Dimensions whose observed value exceeds `reference_quantile`, counted from the
        first and **stopped at the first that does not**.
    n_retained_mean : int
        The same against `reference_mean` (Horn's own rule; keeps more).
    rule : str
        The rule behind `n_retained`, in words.
    n_replications, seed : int
        Replications, and the seed that makes them the same again.
    n_respondents, n_items : int
        Size of the matrix *actually analysed*.
    flags : tuple of str
        ``"close_call:<position>"`` where the deciding observed value is within two
        Monte-Carlo standard errors of the quantile: use more replications.
        ``"normal_reference"``: polychoric correlations vary more than the Pearson ones
        of the reference, so too many may be kept. And those of the correlations; see
        `CorrelationMatrix`.
    """

    method: str
    correlation: str
    reduction: str
    observed: FloatArray
    reference_mean: FloatArray
    reference_quantile: FloatArray
    quantile: float
    n_retained: int
    n_retained_mean: int
    rule: str
    n_replications: int
    seed: int
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a position."""
        position = np.arange(1, self.n_items + 1)
        return pd.DataFrame(
            {
                "position": position,
                "observed": self.observed,
                "reference_mean": self.reference_mean,
                "reference_quantile": self.reference_quantile,
                "quantile": self.quantile,
                "retained": position <= self.n_retained,
                "n_respondents": self.n_respondents,
                "n_items": self.n_items,
                "method": self.method,
                "correlation": self.correlation,
                "reduction": self.reduction,
            }
        )


def parallel_analysis(
    items: pd.DataFrame | CorrelationMatrix,
    *,
    correlation: CorrelationKind = "pearson",
    reduction: Reduction = "components",
    method: ReferenceMethod = "permutation",
    n_replications: int = 500,
    quantile: float = 0.95,
    seed: int = 0,
    progress: Progress | None = None,
) -> ParallelAnalysis:
    """Parallel analysis: keep the dimensions that chance does not produce.

    The reference are answers without correlation: each item permuted on its own over
    the respondents, which keeps its distribution, or independent normal variables. A
    dimension is kept while its eigenvalue exceeds the quantile of the reference at
    the same position, up to the first that does not. Respondents with an unanswered
    item are left out.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items), or CorrelationMatrix
        Answers in response-scale units, missing answers as NaN. Not modified. A
        matrix can only be compared with normal variables.
    correlation : {"pearson", "polychoric"}
        Of the answers as numbers, or of the normal variables behind the categories.
        Permuted answers get the same kind of correlation; normal ones are Pearson.
    reduction : {"components", "factors", "factors_smc"}
        Eigenvalues of the correlation matrix; of the matrix with the communalities of
        one minres factor on its diagonal (as psych does); or with squared multiple
        correlations there, which tends to keep too many.
    method : {"permutation", "normal"}
        Where the reference comes from. Normal replications cost nothing that grows
        with the respondents.
    n_replications : int
        At least 20; 500 or more for a published answer.
    quantile : float
        Of the reference, between 0 and 1.
    seed : int
        Seed of the replications; the same seed gives the same answer.
    progress : callable, optional
        Called as ``progress(done, n_replications)`` while it works.

    Returns
    -------
    ParallelAnalysis

    Raises
    ------
    InsufficientDataError
        Fewer than 3 items, no more respondents than items, an item that does not
        vary, or (for factors) a matrix that is not positive definite.
    ValueError
        An unknown option; permutation of a matrix; or polychoric correlations with
        normal replications, which have no categories.

    References
    ----------
    Horn, 1965, Psychometrika (comparison with random data; mean).
    Glorfeld, 1995, Educational and Psychological Measurement (95th percentile).
    Buja and Eyuboglu, 1992, Multivariate Behavioral Research (permutation).
    Humphreys and Ilgen, 1969, Educational and Psychological Measurement (squared
    multiple correlations).
    """
    check_option("reduction", reduction, Reduction)
    check_option("method", method, ReferenceMethod)
    check_whole_number("n_replications", n_replications, 20)
    check_whole_number("seed", seed, 0)
    check_proportion("quantile", quantile)
    _check_reference(items, correlation, method)
    correlations = correlations_of(items, correlation=correlation)
    require(
        correlations.n_items >= 3,
        f"parallel analysis needs at least 3 items; got {correlations.n_items}.",
    )
    if reduction == "components":
        require_respondents(correlations, "parallel analysis")
    else:
        require_invertible(correlations, "parallel analysis of factors")
    batches = _replications(
        items, correlations, method=method, n_replications=n_replications, seed=seed
    )
    reference = []
    done = 0
    for matrices in batches:
        reference.append(_eigenvalues(matrices, reduction))
        done += len(matrices)
        if progress is not None:
            progress(done, n_replications)
    return _compared(
        correlations,
        np.concatenate(reference),
        reduction=reduction,
        method=method,
        quantile=quantile,
        seed=seed,
    )


def _check_reference(
    items: pd.DataFrame | CorrelationMatrix,
    correlation: CorrelationKind,
    method: ReferenceMethod,
) -> None:
    if isinstance(items, CorrelationMatrix) and method == "permutation":
        raise ValueError(
            "`method` must be 'normal' for a CorrelationMatrix: there are no answers "
            "to permute; got 'permutation'."
        )
    if method == "normal" and correlation == "polychoric":
        raise ValueError(
            "`method` must be 'permutation' with polychoric correlations: normal "
            "replications have no categories, and vary less; got 'normal'."
        )


def _replications(
    items: pd.DataFrame | CorrelationMatrix,
    correlations: CorrelationMatrix,
    *,
    method: ReferenceMethod,
    n_replications: int,
    seed: int,
) -> Iterator[FloatArray]:
    generator = np.random.default_rng(seed)
    if isinstance(items, CorrelationMatrix) or method == "normal":
        return normal_replications(
            correlations.n_respondents,
            correlations.n_items,
            n_replications=n_replications,
            generator=generator,
        )
    permuted = (
        permuted_polychoric if correlations.method == "polychoric" else permuted_pearson
    )
    return permuted(
        complete_rows(items).to_numpy(),
        n_replications=n_replications,
        generator=generator,
    )


def _eigenvalues(matrices: FloatArray, reduction: Reduction) -> FloatArray:
    """Return the eigenvalues of a stack of correlation matrices, the largest first."""
    if reduction != "components":
        matrices = matrices.copy()
        diagonal = np.arange(matrices.shape[-1])
        matrices[:, diagonal, diagonal] = _communalities(matrices, reduction)
    return np.asarray(np.linalg.eigvalsh(matrices)[..., ::-1])


def _communalities(matrices: FloatArray, reduction: Reduction) -> FloatArray:
    if reduction == "factors":
        return np.stack([one_factor_communalities(matrix) for matrix in matrices])
    inverse = np.linalg.inv(matrices)
    return np.asarray(1 - 1 / np.diagonal(inverse, axis1=1, axis2=2))


def _compared(
    correlations: CorrelationMatrix,
    reference: FloatArray,
    *,
    reduction: Reduction,
    method: ReferenceMethod,
    quantile: float,
    seed: int,
) -> ParallelAnalysis:
    observed = _eigenvalues(correlations.values[None], reduction)[0]
    threshold = np.quantile(reference, quantile, axis=0)
    mean = reference.mean(axis=0)
    retained = _before_the_first_failure(observed > threshold)
    flags = _close_calls(observed, reference, quantile, retained) + correlations.flags
    if correlations.method == "polychoric" and method == "normal":
        flags = ("normal_reference", *flags)
    return ParallelAnalysis(
        method=f"parallel_analysis_{method}",
        correlation=correlations.method,
        reduction=reduction,
        observed=observed,
        reference_mean=mean,
        reference_quantile=threshold,
        quantile=quantile,
        n_retained=retained,
        n_retained_mean=_before_the_first_failure(observed > mean),
        rule=(
            f"observed eigenvalue above the {quantile:g} quantile of "
            f"{len(reference)} replications, up to the first that is not"
        ),
        n_replications=len(reference),
        seed=seed,
        n_respondents=correlations.n_respondents,
        n_items=correlations.n_items,
        flags=flags,
    )


def _before_the_first_failure(exceeds: npt.NDArray[np.bool_]) -> int:
    return int(np.cumprod(exceeds).sum())


def _close_calls(
    observed: FloatArray, reference: FloatArray, quantile: float, retained: int
) -> tuple[str, ...]:
    """Flag the deciding positions where other replications might decide otherwise.

    The quantile lies between the order statistics two binomial standard errors below
    and above its rank, whatever the distribution.
    """
    n_replications = len(reference)
    error = 2 * np.sqrt(quantile * (1 - quantile) / n_replications)
    bounds = np.clip([quantile - error, quantile + error], 0, 1)
    low, high = np.quantile(reference, bounds, axis=0)
    deciding = [i for i in (retained - 1, retained) if 0 <= i < len(observed)]
    return tuple(
        f"close_call:{i + 1}" for i in deciding if low[i] <= observed[i] <= high[i]
    )
