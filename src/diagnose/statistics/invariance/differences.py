"""Testing what a nested model gives up: one test for each estimator."""

from __future__ import annotations

from dataclasses import dataclass

from diagnose._options import require
from diagnose.statistics.cfa import CfaFit, Prepared
from diagnose.statistics.cfa.estimator import upper_tail
from diagnose.statistics.cfa.minimise import minimise
from diagnose.statistics.cfa.normal_theory import NormalTheory, SampleMoments
from diagnose.statistics.cfa.structure import Structure
from diagnose.statistics.cfa.wlsmv import WeightedLeastSquares
from diagnose.statistics.cfa.wlsmv_difference import FittedOrdinalModel, satorra_2000

_REPRODUCED = 1e-6
"""Chi-square of the wider model on what the nested one implies, that is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A test of what a nested model gives up against a wider one.

    Attributes
    ----------
    method : str
        ``"likelihood_ratio"``, ``"satorra_bentler_2001"``, ``"satorra_bentler_2010"``
        or ``"satorra_2000"``.
    statistic : float
        Chi-square of the difference, corrected where the estimator is.
    df : int
    p_value : float
    scaling : float
        What the difference of the uncorrected chi-squares was divided by.
    """

    method: str
    statistic: float
    df: int
    p_value: float
    scaling: float


def compare_nested(prepared: Prepared, nested: CfaFit, wider: CfaFit) -> Difference:
    """Test a nested model against a wider one, both fitted to the same answers.

    Plain maximum likelihood: the difference of the chi-squares. Robust: that
    difference over its own scaling factor (Satorra and Bentler, 2001, Psychometrika),
    or where that factor is not positive the one that always is (Satorra and Bentler,
    2010, Psychometrika). Ordered items: scaled and shifted (Satorra, 2000).
    """
    df = nested.indices.df - wider.indices.df
    require(
        df > 0,
        f"The models have {nested.indices.df} and {wider.indices.df} degrees of "
        "freedom: this level restricts nothing, so there is nothing to test. Use more "
        "items a factor, or leave the level out.",
    )
    if prepared.estimator == "wlsmv":
        return _ordered(prepared, nested, wider)
    plain = max(nested.indices.unscaled - wider.indices.unscaled, 0.0)
    method, scaling = "likelihood_ratio", 1.0
    if prepared.estimator == "mlr":
        method, scaling = _scaling(prepared, nested, wider)
    statistic = plain / scaling
    return Difference(
        method=method,
        statistic=statistic,
        df=df,
        p_value=upper_tail(statistic, df),
        scaling=scaling,
    )


def strictly_positive_scaling(
    prepared: Prepared, nested: CfaFit, wider: CfaFit
) -> float:
    """Return the scaling factor of Satorra and Bentler (2010).

    Instead of its own estimates, the wider model takes those that reproduce the
    nested one.

    Raises
    ------
    InsufficientDataError
        The wider model cannot reproduce the nested one, or the factor is not positive
        even so.
    """
    implied = []
    for group, n in enumerate(nested.n_by_group):
        at = nested.matrices(group)
        mean = at.mean if nested.means else nested.samples[group].mean
        implied.append(
            SampleMoments(mean=mean, covariance=at.covariance, n_respondents=n)
        )
    structure = wider.structure
    reproduction = NormalTheory(structure, implied, means=wider.means)
    found = minimise(reproduction, wider.values)
    excess = found.value - reproduction.saturated_value()
    require(
        2 * nested.n_respondents * excess < _REPRODUCED,
        "The models are not nested: the wider one cannot reproduce the other. Compare "
        "models of which one is a special case of the other.",
    )
    test = prepared.data.bind(Structure(structure.table)).test(found.values)
    factor = _pooled(nested, test.scaling_factor, wider.indices.df)
    require(
        factor > 0,
        f"The robust difference test is undefined: its scaling factor is {factor:.4f} "
        f"over {nested.n_respondents} respondents. Use estimator='ml'.",
    )
    return factor


def _scaling(prepared: Prepared, nested: CfaFit, wider: CfaFit) -> tuple[str, float]:
    factor = _pooled(nested, wider.indices.scaling_factor, wider.indices.df)
    if factor > 0:
        return "satorra_bentler_2001", factor
    return (
        "satorra_bentler_2010",
        strictly_positive_scaling(prepared, nested, wider),
    )


def _pooled(nested: CfaFit, of_wider: float, df_wider: int) -> float:
    own = nested.indices
    return (own.df * own.scaling_factor - df_wider * of_wider) / (own.df - df_wider)


def _ordered(prepared: Prepared, nested: CfaFit, wider: CfaFit) -> Difference:
    test = satorra_2000(_bound(prepared, nested), _bound(prepared, wider))
    return Difference(
        method=test.method,
        statistic=test.statistic,
        df=test.df,
        p_value=test.p_value,
        scaling=test.scaling_factor,
    )


def _bound(prepared: Prepared, fit: CfaFit) -> FittedOrdinalModel:
    estimator = prepared.data.bind(Structure(fit.table))
    if not isinstance(estimator, WeightedLeastSquares):
        raise TypeError(
            "A scaled difference of ordered items needs estimator='wlsmv'; got "
            f"{estimator.name!r}."
        )
    return FittedOrdinalModel(estimator=estimator, values=fit.values)
