"""Fit a confirmatory factor model to answers."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_proportion, require
from diagnose.errors import AssumptionWarning
from diagnose.statistics.cfa.equality import check_equal
from diagnose.statistics.cfa.estimator import Approximable, Estimator
from diagnose.statistics.cfa.identification import refuse_too_many, refuse_unidentified
from diagnose.statistics.cfa.indices import FitIndices, compute_indices, residual_size
from diagnose.statistics.cfa.minimise import Minimum, minimise
from diagnose.statistics.cfa.model import FactorModel, Factors, Identification
from diagnose.statistics.cfa.parameters import ParameterTable
from diagnose.statistics.cfa.prepare import (
    EstimatorName,
    Missing,
    Prepared,
    prepare_cfa,
)
from diagnose.statistics.cfa.propriety import describe, improper_estimates
from diagnose.statistics.cfa.result import CfaFit
from diagnose.statistics.cfa.samples import Group
from diagnose.statistics.cfa.structure import Structure

FloatArray = npt.NDArray[np.float64]


def fit_cfa(  # noqa: PLR0913 - the options of a model and of its estimation
    items: pd.DataFrame,
    model: Factors | FactorModel,
    *,
    estimator: EstimatorName = "ml",
    missing: Missing = "listwise",
    group: Group | None = None,
    equal: Collection[str] = (),
    residual_covariances: Sequence[tuple[str, str]] = (),
    orthogonal: bool = False,
    identification: Identification = "marker",
    means: bool | None = None,
    conf_level: float = 0.95,
) -> CfaFit:
    """Fit a confirmatory factor model: whether the items measure what they should.

    Parameters
    ----------
    items : pandas.DataFrame, shape (n_respondents, at least n_items)
        Keyed answers in response-scale units, missing answers as NaN; columns that
        the model does not name are ignored. Not modified.
    model : mapping of str to sequence of str, or FactorModel
        Items of each factor, such as ``{"voice": ["v1", "v2", "v3"]}``. The name of a
        factor among the items of another makes a second-order factor. See also
        `bifactor_model` and `second_order_model`; a `FactorModel` brings its own
        `residual_covariances`, `orthogonal` and `identification`.
    estimator : {"ml", "mlr", "wlsmv"}
        Maximum likelihood; the same estimates with standard errors and a test that do
        not assume normal answers; or diagonally weighted least squares on polychoric
        correlations, for ordinal answers (2 to 15 categories; meant for up to 5).
    missing : {"listwise", "fiml", "pairwise"}
        Leave out respondents with an unanswered item; use every answer given (full
        information maximum likelihood, which assumes that answers are missing at
        random given the others; for ``"ml"`` and ``"mlr"``); or, for ``"wlsmv"``, use
        the respondents who answered both items of a pair (which assumes that answers
        are missing completely at random).
    group : Series, array or sequence, optional
        A group for each row of `items`; a Series must have the same index. Groups are
        sorted by value; the first one is the reference.
    equal : collection of str
        What groups share: ``"loadings"``, ``"intercepts"``, ``"residuals"``,
        ``"residual_covariances"``, ``"factor_variances"``, ``"factor_covariances"``,
        ``"factor_means"``, ``"thresholds"``. Equal intercepts free the factor means
        of later groups; equal loadings free their factor variances where these are
        fixed at 1.
    residual_covariances : sequence of (str, str)
        Items that share something besides their factors.
    orthogonal : bool
        Keep the factors uncorrelated.
    identification : {"marker", "unit_variance"}
        Fix each factor's first loading at 1, or its variance.
    means : bool, optional
        Whether the model has intercepts. By default with several groups or
        ``missing="fiml"``. In a single sample they change neither chi-square nor
        loadings; they do count as parameters, also in AIC and BIC.
    conf_level : float
        Coverage of the intervals of estimates, between 0 and 1.

    Returns
    -------
    CfaFit
        Estimates (`to_frame`), fit (`indices`), residuals.

    Raises
    ------
    InsufficientDataError
        Too few respondents, a constant item, items that determine each other, a model
        that is not identified, or a fit that does not converge; the message names
        what is concerned, and a way out.
    TypeError, ValueError
        Wrong options, or items and groups that do not match the model.

    Warns
    -----
    AssumptionWarning
        Estimates that no population can have, such as a negative variance; they are
        returned, and flagged in the result.

    Notes
    -----
    Assumes that respondents are independent (all), that answers are normal
    (``"ml"``), or that normal variables are behind the categories (``"wlsmv"``). The
    chi-square of ``"ml"`` is n, not n - 1, times the discrepancy; standard errors come
    from the expected information, with missing answers from the observed one. That of
    ``"wlsmv"`` is adjusted to the mean and variance of its reference distribution;
    its parameterisation is delta: the variables behind the answers have variance 1.

    References
    ----------
    Joreskog, 1969, Psychometrika. Bollen, 1989, Structural equations with latent
    variables. Yuan and Bentler, 2000, Sociological Methodology. Muthen, 1984,
    Psychometrika. Asparouhov and Muthen, 2010, Simple second order chi-square
    correction.
    """
    check_proportion("conf_level", conf_level)
    shared = check_equal(equal)
    prepared = prepare_cfa(
        items,
        model,
        estimator=estimator,
        missing=missing,
        group=group,
        means=means,
        residual_covariances=residual_covariances,
        orthogonal=orthogonal,
        identification=identification,
    )
    fit = _fit(prepared, prepared.table(shared), conf_level)
    _warn_improper(fit)
    return fit


def fit_prepared(
    prepared: Prepared, table: ParameterTable, *, conf_level: float = 0.95
) -> CfaFit:
    """Fit one parameter table to answers that were tabulated before.

    Parameters
    ----------
    prepared : Prepared
        Of `prepare_cfa`.
    table : ParameterTable
        Of ``prepared.table()``, changed at will with `fix`, `free` and `tie`: partial
        invariance, equal loadings over waves, a freed cross-loading.
    conf_level : float
        Coverage of the intervals of estimates.

    Returns
    -------
    CfaFit

    Raises
    ------
    InsufficientDataError
        As `fit_cfa`.

    Warns
    -----
    AssumptionWarning
        As `fit_cfa`.
    """
    check_proportion("conf_level", conf_level)
    fit = _fit(prepared, table, conf_level)
    _warn_improper(fit)
    return fit


def _fit(prepared: Prepared, table: ParameterTable, conf_level: float) -> CfaFit:
    bound = prepared.data.bind(Structure(table))
    structure = bound.structure  # of ordered answers, it knows their thresholds
    n_respondents = sum(prepared.data.n_respondents)
    df = structure.degrees_of_freedom(means=prepared.means)
    refuse_too_many(structure, df, n_respondents)
    minimum = _search(bound, n_respondents)
    at = [structure.matrices(minimum.values, g) for g in range(structure.n_groups)]
    improper = improper_estimates(table, at)
    return CfaFit(
        method=prepared.estimator,
        missing=prepared.missing,
        model=prepared.model,
        structure=structure,
        values=minimum.values,
        covariance_of_estimates=bound.covariance_of_estimates(minimum.values),
        indices=_indices(prepared, bound, minimum.values),
        samples=prepared.samples,
        means=prepared.means,
        groups=prepared.groups,
        n_respondents=n_respondents,
        n_by_group=prepared.data.n_respondents,
        n_items=len(table.items),
        conf_level=conf_level,
        converged=minimum.converged,
        n_steps=minimum.n_steps,
        improper=tuple(improper),
        flags=prepared.flags + tuple(improper),
    )


def _warn_improper(fit: CfaFit) -> None:
    if fit.improper:
        warnings.warn(describe(fit.improper), AssumptionWarning, stacklevel=3)


def _search(bound: Estimator, n_respondents: int) -> Minimum:
    """Return the minimum, of an identified model and with a fit that came to rest."""
    table, start = bound.structure.table, bound.structure.start()
    cheap = bound.approximation() if isinstance(bound, Approximable) else bound
    require(
        bool(np.isfinite(cheap.value(start))),
        "The starting values are not permitted: they imply a covariance matrix that is "
        "not positive definite. Look at items that correlate almost perfectly.",
    )
    refuse_unidentified(cheap, table, start, at_solution=False)
    if cheap is not bound:
        near = minimise(cheap, start).values
        start = near if np.isfinite(bound.value(near)) else start
    minimum = minimise(bound, start)
    if not minimum.converged:
        minimum = minimise(bound, start, damping=1.0)
    _require_convergence(bound, minimum, n_respondents)
    refuse_unidentified(bound, table, minimum.values, at_solution=True)
    return minimum


def _indices(prepared: Prepared, bound: Estimator, values: FloatArray) -> FitIndices:
    structure, observed = bound.structure, prepared.samples
    at = [structure.matrices(values, g) for g in range(structure.n_groups)]
    implied = [(own.mean, own.answer_covariance) for own in at]
    return compute_indices(
        bound.test(values),
        bound.baseline(),
        n_respondents=sum(prepared.data.n_respondents),
        n_effective=bound.n_effective,
        n_groups=structure.n_groups,
        n_parameters=structure.n_free,
        log_likelihood=bound.log_likelihood(values),
        srmr=residual_size(observed, implied, means=prepared.means),
        srmr_covariances=residual_size(observed, implied, means=False),
    )


def _require_convergence(
    bound: Estimator, minimum: Minimum, n_respondents: int
) -> None:
    if minimum.converged:
        return
    gradient, curvature = bound.expand(minimum.values)
    scaled = np.abs(gradient) / np.sqrt(np.maximum(np.diag(curvature), 1e-300))
    names = bound.structure.table.names()
    worst = [names[i] for i in np.argsort(-scaled)[:4]]
    require(
        False,
        f"The model did not converge in {minimum.n_steps} steps over {n_respondents} "
        f"respondents; furthest from rest: {', '.join(worst)}. Look at these items "
        "and factors: leave an item out, merge factors, drop a covariance, set "
        "loadings equal, or use identification='unit_variance'.",
    )
