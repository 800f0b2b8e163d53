"""How much of a sum score is one thing: hierarchical omega by a bifactor model."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option, check_proportion, require
from diagnose.errors import AssumptionWarning
from diagnose.statistics.cfa.fit import fit_prepared
from diagnose.statistics.cfa.measure_errors import MeasureErrors
from diagnose.statistics.cfa.measures import (
    Denominator,
    GroupMeasures,
    Measure,
    belongs,
    explained_common_variance,
)
from diagnose.statistics.cfa.model import Factors, bifactor_model
from diagnose.statistics.cfa.prepare import Prepared, prepare_cfa
from diagnose.statistics.cfa.result import CfaFit
from diagnose.statistics.reliability.intervals import log_interval

BoolArray = npt.NDArray[np.bool_]
BifactorEstimator = Literal["ml", "mlr"]
BifactorMissing = Literal["listwise", "fiml"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BifactorOmega:
    """What the sum of all items, and of each group of items, measures.

    All of sums of the items as they are (not standardised).

    Attributes
    ----------
    method : str
        ``"omega_hierarchical_bifactor"``.
    estimate, std_error, conf_low, conf_high : float
        Omega hierarchical: the share (0-1) of the variance of the sum of all items that
        goes with the general factor.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    denominator : str
        Variance of the sums: ``"observed"`` (in the data) or ``"implied"`` (by the
        model).
    table : DataFrame
        One row a factor and coefficient. Columns: factor, coefficient, estimate,
        std_error, conf_low, conf_high, denominator, n_items. Of the general factor over
        all items, and of each group factor over its own:

        ``"omega_hierarchical"``, the share of the variance of the sum that goes with
        this factor; ``"omega_total"``, with any factor; of a group also
        ``"omega_general"``, with the general factor; ``"ecv"``, this factor's share of
        the common variance, squared standardised loadings added up (denominator
        ``"common"``).
    puc : float
        Percentage (0-1) of uncontaminated correlations: of pairs of items that are of
        different groups, and so share the general factor only.
    fit : CfaFit
        The bifactor model.
    n_respondents, n_items, n_groups : int
        Analysed; number of group factors.
    flags : tuple of str
        ``"left_out:<n>"``; ``"negative_loading:<factor>:<item>"`` (against the rest of
        the factor; the sum cancels).
    """

    method: str
    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    denominator: str
    table: pd.DataFrame
    puc: float
    fit: CfaFit
    n_respondents: int
    n_items: int
    n_groups: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table, with method, conf_level and n_respondents in every row."""
        return self.table.assign(
            conf_level=self.conf_level,
            n_respondents=self.n_respondents,
            method=self.method,
        )


def omega_hierarchical_bifactor(
    items: pd.DataFrame,
    groups: Factors,
    *,
    general: str = "general",
    estimator: BifactorEstimator = "ml",
    missing: BifactorMissing = "listwise",
    denominator: Denominator = "observed",
    conf_level: float = 0.95,
) -> BifactorOmega:
    """Hierarchical omega from a confirmatory bifactor model, with intervals.

    Every item belongs to a general factor and to one factor of its group; no two
    factors correlate. High hierarchical omega of the sum of all items says that it may
    be read as one thing; that of a group, that its own sum says something besides.

    Parameters
    ----------
    items : DataFrame, shape (n_respondents, at least n_items)
        **Keyed** answers in response-scale units, missing answers as NaN; columns that
        no group names are ignored. Not modified.
    groups : mapping of str to sequence of str
        Items of each group, at least 3 in a group and at least 2 groups.
    general : str
        Name of the general factor.
    estimator : {"ml", "mlr"}
        Maximum likelihood; or with standard errors that do not assume normal answers.
    missing : {"listwise", "fiml"}
        Leave out respondents with an unanswered item, or use every answer given.
    denominator : {"observed", "implied"}
        Variance of the sums in the data, or in the fitted model.
    conf_level : float
        Coverage of the intervals, between 0 and 1, on the logarithm of 1 minus the
        estimate by the delta method.

    Returns
    -------
    BifactorOmega

    Raises
    ------
    InsufficientDataError
        What `fit_cfa` refuses (a bifactor model often is not identified, or does not
        converge, where the group factors are weak), and any improper solution. No
        number is returned then; use the exploratory `omega_hierarchical`, or merge
        groups.
    ValueError
        An unknown option, fewer than 2 groups, a group of fewer than 3 items, or an
        item in several groups.

    References
    ----------
    Reise, 2012, Multivariate Behavioral Research.
    Rodriguez, Reise and Haviland, 2016, Psychological Methods.
    """
    check_option("estimator", estimator, BifactorEstimator)
    check_option("missing", missing, BifactorMissing)
    check_option("denominator", denominator, Denominator)
    check_proportion("conf_level", conf_level)
    _check_groups(groups, general)
    prepared = prepare_cfa(
        items,
        bifactor_model(groups, general=general),
        estimator=estimator,
        missing=missing,
    )
    fit = _fit(prepared, conf_level)
    errors = MeasureErrors(fit, prepared)
    table = pd.DataFrame(
        [
            _row(errors, factor, coefficient, measure, size)
            for factor, coefficient, measure, size in _measures(fit, denominator)
        ]
    )
    table["denominator"] = np.where(
        table["coefficient"] == "ecv", "common", denominator
    )
    order = ["factor", "coefficient", "estimate", "std_error", "conf_low", "conf_high"]
    table = table[[*order, "denominator", "n_items"]]
    first = table.iloc[0]
    sizes = np.array([len(names) for names in groups.values()])
    p = fit.n_items
    return BifactorOmega(
        method="omega_hierarchical_bifactor",
        estimate=float(first["estimate"]),
        std_error=float(first["std_error"]),
        conf_low=float(first["conf_low"]),
        conf_high=float(first["conf_high"]),
        conf_level=conf_level,
        denominator=denominator,
        table=table,
        puc=float(1 - (sizes * (sizes - 1)).sum() / (p * (p - 1))),
        fit=fit,
        n_respondents=fit.n_respondents,
        n_items=p,
        n_groups=len(groups),
        flags=fit.flags + _against(fit),
    )


def _check_groups(groups: Factors, general: str) -> None:
    """Refuse what cannot be a bifactor model, before any data are read."""
    if len(groups) < 2:
        raise ValueError(
            f"`groups` must hold at least 2 groups of items; got {len(groups)}. Of one "
            "group use omega_total."
        )
    small = {
        name: len(own)
        for name, own in groups.items()
        if not isinstance(own, str) and len(own) < 3
    }
    if small:
        raise ValueError(
            f"`groups` must hold at least 3 items a group; got {small}. Fewer do not "
            "tell a group factor from the general one: merge groups."
        )
    if general in groups:
        raise ValueError(
            f"`general` must be the name of no group; got {general!r}, which is one."
        )
    named = [item for own in groups.values() for item in own]
    several = sorted({item for item in named if named.count(item) > 1})
    if several:
        raise ValueError(
            f"`groups` must hold each item once; {', '.join(map(str, several))} is in "
            "several groups."
        )


def _fit(prepared: Prepared, conf_level: float) -> CfaFit:
    """Return the fitted model; refuse an improper one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)  # it is refused below
        fit = fit_prepared(prepared, prepared.table(), conf_level=conf_level)
    require(
        not fit.improper,
        f"Hierarchical omega is undefined: the bifactor model of {fit.n_items} items "
        f"has an improper solution over {fit.n_respondents} respondents "
        f"({'; '.join(fit.improper)}). Merge groups, leave the item out, or use the "
        "exploratory omega_hierarchical.",
    )
    return fit


def _measures(
    fit: CfaFit, denominator: Denominator
) -> Iterator[tuple[str, str, Measure, int]]:
    """Yield factor, coefficient, measure and number of items; the main one first."""
    of_group, owned = GroupMeasures(fit, 0), belongs(fit.table)
    for number, factor in enumerate(fit.table.factors):
        own = owned[:, number]
        size = int(own.sum())
        named = {"omega_hierarchical": of_group.omega(number, own, denominator)}
        named["omega_total"] = of_group.omega_total(own, denominator)
        if number > 0:  # the general factor stands first
            named["omega_general"] = of_group.omega(0, own, denominator)
        named["ecv"] = explained_common_variance(fit, 0, factor, own)
        for coefficient, measure in named.items():
            yield factor, coefficient, measure, size


def _row(
    errors: MeasureErrors,
    factor: str,
    coefficient: str,
    measure: Measure,
    n_items: int,
) -> dict[str, object]:
    fit, error = errors.fit, errors.of(measure, 0)
    low, high = log_interval(
        measure.value, error, fit.n_respondents, fit.conf_level, name=coefficient
    )
    return {
        "factor": factor,
        "coefficient": coefficient,
        "estimate": measure.value,
        "std_error": error,
        "conf_low": low,
        "conf_high": high,
        "n_items": n_items,
    }


def _against(fit: CfaFit) -> tuple[str, ...]:
    """Return a flag for each loading whose sign is not that of its factor's sum."""
    loading = fit.matrices().loading
    turned = loading * np.where(loading.sum(axis=0) < 0, -1.0, 1.0)
    return tuple(
        f"negative_loading:{fit.table.factors[k]}:{fit.table.items[i]}"
        for k, i in np.argwhere((turned < 0).T)
    )
