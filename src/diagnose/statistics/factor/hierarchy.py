"""One general factor beside group factors: the Schmid-Leiman transformation."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_whole_number
from diagnose.errors import AssumptionWarning, InsufficientDataError
from diagnose.statistics.factor.analysis import exploratory_factor_analysis
from diagnose.statistics.factor.correlations import (
    CorrelationKind,
    CorrelationMatrix,
    CorrelationMissing,
)
from diagnose.statistics.factor.extraction import extract_factors
from diagnose.statistics.factor.result import FactorAnalysis

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SchmidLeiman:
    """Loadings on one general factor and on uncorrelated group factors.

    Attributes
    ----------
    method : str
        ``"schmid_leiman"``.
    correlation : str
        The correlations analysed: ``"pearson"``, ``"polychoric"``, ``"given"``.
    general : Series, shape (n_items,)
        Loadings on the general factor, which sum to 0 or more.
    group : DataFrame, shape (n_items, n_group_factors)
        Loadings on the group factors, what the general factor takes removed.
    communalities, uniquenesses : Series, shape (n_items,)
        Variance shared, and what is left of 1.
    general_share : Series, shape (n_items,)
        Share (0-1) of the common variance of each item that is general.
    second_order : Series, one value a group factor
        Loadings of the correlated group factors on the general factor.
    ecv : float
        Explained common variance: the share (0-1) of all common variance that goes
        with the general factor.
    first_order : FactorAnalysis
        The correlated factors, by minres and oblimin.
    n_respondents, n_items, n_group_factors : int
        Size of the matrix *actually analysed*.
    flags : tuple of str
        ``"two_group_factors"`` (not identified: both are given the same loading on
        the general factor), ``"heywood_second_order:<factor>"`` (nothing but rounding
        is left of this group factor), ``"negative_general_loading:<item>"`` (keyed
        against the others: it lowers omega), and those of the first order.
    """

    method: str
    correlation: str
    general: pd.Series
    group: pd.DataFrame
    communalities: pd.Series
    uniquenesses: pd.Series
    general_share: pd.Series
    second_order: pd.Series
    ecv: float
    first_order: FactorAnalysis
    n_respondents: int
    n_items: int
    n_group_factors: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item: loadings, communality, uniqueness, general share."""
        frame = pd.DataFrame({"general": self.general}).join(self.group)
        frame = frame.assign(
            communality=self.communalities,
            uniqueness=self.uniquenesses,
            general_share=self.general_share,
            n_respondents=self.n_respondents,
            method=self.method,
            correlation=self.correlation,
        )
        return frame.rename_axis("item").reset_index()


def schmid_leiman(
    items: pd.DataFrame | CorrelationMatrix,
    *,
    n_group_factors: int = 3,
    correlation: CorrelationKind = "pearson",
    missing: CorrelationMissing = "listwise",
    n_starts: int = 20,
    seed: int = 0,
) -> SchmidLeiman:
    """Schmid-Leiman transformation: a general factor and what is left of the groups.

    Correlated factors (minres, oblimin) get one factor of their own (minres), and the
    loadings are shared out between that general factor and uncorrelated group
    factors. It assumes that the general factor reaches the items by way of the groups
    alone, so that within a group the two kinds of loadings are proportional; where
    they are not, it underestimates the general factor.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, n_items), or CorrelationMatrix
        **Keyed** answers in response-scale units, missing answers as NaN. Not
        modified, and no item is reversed here.
    n_group_factors : int
        3 or more. 2 are accepted with a warning and a flag: the general factor is then
        not identified, and both are given the same loading on it.
    correlation : {"pearson", "polychoric"}
        Of the answers as numbers, or of the normal variables behind the categories.
    missing : {"listwise", "pairwise", "raise"}
        Leave out respondents with an unanswered item, use all who answered both items
        of a pair, or refuse them.
    n_starts, seed : int
        Starts of the rotation, and the seed of the random ones.

    Returns
    -------
    SchmidLeiman

    Warns
    -----
    AssumptionWarning
        Two group factors, or a group factor that is wholly general.

    Raises
    ------
    InsufficientDataError
        What `exploratory_factor_analysis` refuses; two group factors that correlate
        negatively; or no hierarchy that fits their correlations.
    ValueError
        An unknown option, or fewer than 2 group factors.

    References
    ----------
    Schmid and Leiman, 1957, Psychometrika.
    Yung, Thissen and McLeod, 1999, Psychometrika (proportional loadings).
    """
    check_whole_number("n_group_factors", n_group_factors, 2)
    first = exploratory_factor_analysis(
        items,
        n_group_factors,
        method="minres",
        rotation="oblimin",
        correlation=correlation,
        missing=missing,
        n_starts=n_starts,
        seed=seed,
    )
    second, stopped = second_order_loadings(first.factor_correlations.to_numpy())
    names = [str(name) for name in first.loadings.columns]
    wholly_general = [
        name for name, at_bound in zip(names, stopped, strict=True) if at_bound
    ]
    _warn(n_group_factors, wholly_general, first.n_respondents)
    general, group = shared_out(first.loadings.to_numpy(), second)
    by_item = first.loadings.index
    shared = general**2 + (group**2).sum(axis=1)
    share = np.divide(general**2, shared, out=np.zeros_like(shared), where=shared > 0)
    return SchmidLeiman(
        method="schmid_leiman",
        correlation=first.correlation,
        general=pd.Series(general, index=by_item),
        group=pd.DataFrame(group, index=by_item, columns=names),
        communalities=first.communalities,
        uniquenesses=first.uniquenesses,
        general_share=pd.Series(share, index=by_item),
        second_order=pd.Series(second, index=names),
        ecv=_ecv(general, group),
        first_order=first,
        n_respondents=first.n_respondents,
        n_items=first.n_items,
        n_group_factors=n_group_factors,
        flags=_flags(wholly_general, general, first) + first.flags,
    )


def second_order_loadings(
    factor_correlations: FloatArray,
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return the loadings of correlated factors on one, and which are wholly general.

    Raises
    ------
    InsufficientDataError
        Two factors that correlate negatively, or a loading above 1.
    """
    n_factors = len(factor_correlations)
    if n_factors == 2:
        correlation = float(factor_correlations[0, 1])
        if correlation < 0:
            raise InsufficientDataError(
                f"there is no general factor: the 2 group factors correlate "
                f"{correlation:.2f}. Reverse the items that are keyed the other way."
            )
        return np.full(2, np.sqrt(correlation)), np.zeros(2, dtype=bool)
    second = extract_factors(factor_correlations, 1, method="minres")
    loadings = second.loadings[:, 0]
    if not second.converged or np.abs(loadings).max() > 1:
        worst = int(np.argmax(np.abs(loadings)))
        raise InsufficientDataError(
            f"there is no hierarchy of {n_factors} group factors: F{worst + 1} would "
            f"load {loadings[worst]:.3f} on the general factor, above 1. Use another "
            "number of group factors."
        )
    return loadings, second.bounded


def shared_out(
    pattern: FloatArray, second_order: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return general loadings, which sum to 0 or more, and group loadings."""
    general = pattern @ second_order
    if general.sum() < 0:
        general = -general
    return general, pattern * np.sqrt(np.maximum(1 - second_order**2, 0.0))


def _flags(
    wholly_general: list[str], general: FloatArray, first: FactorAnalysis
) -> tuple[str, ...]:
    against = [
        name
        for name, value in zip(first.loadings.index, general, strict=True)
        if value < 0
    ]
    return (
        *(("two_group_factors",) if first.n_factors == 2 else ()),
        *(f"heywood_second_order:{name}" for name in wholly_general),
        *(f"negative_general_loading:{name}" for name in against),
    )


def _ecv(general: FloatArray, group: FloatArray) -> float:
    common = float((general**2).sum())
    return common / (common + float((group**2).sum()))


def _warn(n_group_factors: int, wholly_general: list[str], n_respondents: int) -> None:
    if n_group_factors == 2:
        warnings.warn(
            "two group factors do not identify a general factor: both are given the "
            "same loading on it. Use 3 or more.",
            AssumptionWarning,
            stacklevel=3,
        )
    if wholly_general:
        warnings.warn(
            f"nothing is left of {', '.join(wholly_general)} beside the general factor "
            f"over {n_respondents} respondents (a Heywood case of the second order); "
            "use another number of group factors.",
            AssumptionWarning,
            stacklevel=3,
        )
