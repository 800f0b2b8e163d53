"""Reliability of the factors of a fitted model: omega and variance extracted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diagnose._options import check_option
from diagnose.statistics.cfa.measure_errors import MeasureErrors
from diagnose.statistics.cfa.measures import (
    Denominator,
    GroupMeasures,
    Measure,
    OrdinalMeasures,
    belongs,
    shared_items,
)
from diagnose.statistics.cfa.tabulated import ordinal_answers
from diagnose.statistics.reliability.intervals import log_interval

if TYPE_CHECKING:
    from diagnose.statistics.cfa.prepare import Prepared
    from diagnose.statistics.cfa.result import CfaFit

BoolArray = npt.NDArray[np.bool_]
Coefficient = Literal["omega", "average_variance_extracted"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelReliability:
    """Reliability of every factor of a fitted model, in every group.

    Attributes
    ----------
    method : str
        Estimator of the model: ``"ml"``, ``"mlr"`` or ``"wlsmv"``.
    denominator : str
        ``"observed"`` (variances in the data) or ``"implied"`` (by the model).
    table : DataFrame
        One row a group, factor and coefficient. Columns: group; factor; coefficient
        (see below); estimate; std_error; conf_low, conf_high; scale (``"answers"``:
        of scores as people get them, or ``"latent"``: of the normal variables behind
        ordinal answers); n_items; n_respondents. Coefficients:

        ``"omega"`` (of the plain sum of the items: also composite reliability), the
        share of its variance that goes with the factor, all items being of this factor
        alone; ``"omega_categorical"``, the same of ordinal answers;
        ``"omega_hierarchical"``, ``"omega_hierarchical_categorical"``, where items
        belong to further factors too, or the factor stands behind others;
        ``"average_variance_extracted"``, for factors with items of their own that
        belong to no other factor.
    conf_level : float
        Coverage of the intervals, between 0 and 1.
    n_respondents, n_items : int
        Analysed.
    flags : tuple of str
        What is improper in the fit, ``"negative_loading:<factor>:<item>"`` (usually a
        keying error; the sum cancels), and ``"one_item:<factor>"`` (left out: a factor
        of one item).
    """

    method: str
    denominator: str
    table: pd.DataFrame
    conf_level: float
    n_respondents: int
    n_items: int
    flags: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the table, with denominator, conf_level and method in every row."""
        return self.table.assign(
            denominator=self.denominator, conf_level=self.conf_level, method=self.method
        )


def model_reliability(
    fit: CfaFit,
    prepared: Prepared | None = None,
    *,
    denominator: Denominator = "observed",
) -> ModelReliability:
    """Omega and average variance extracted of every factor of a fitted model.

    Omega is the share of the variance of the plain sum of a factor's items that goes
    with the factor. It means what it says only where the model fits.

    Parameters
    ----------
    fit : CfaFit
        A fitted model.
    prepared : Prepared, optional
        The tabulated answers it was fitted to (`prepare_cfa`). Needed after
        ``estimator="wlsmv"``, and with observed denominators also after
        ``estimator="mlr"`` and ``missing="fiml"``.
    denominator : {"observed", "implied"}
        Divide by variances in the data, or in the model. Of ordinal answers: with the
        polychoric correlations as they are, or as the model implies them.

    Returns
    -------
    ModelReliability

    Raises
    ------
    ValueError
        An unknown option, or `prepared` absent where it is needed or of other answers.
    InsufficientDataError
        A sum without positive variance, or an error variance of 0 or less.

    Notes
    -----
    Intervals come from the covariance matrix of the estimates (and, with an observed
    denominator, of the variances in the data) by the delta method, on the logarithm of
    1 minus the estimate. They assume what the standard errors of the fit assume; after
    ``"ml"`` also that the model holds.

    References
    ----------
    McDonald, 1999, Test theory: a unified treatment. Green and Yang, 2009,
    Psychometrika (ordinal answers). Fornell and Larcker, 1981, Journal of Marketing
    Research. Kelley and Pornprasertmanit, 2016, Psychological Methods (intervals).
    """
    check_option("denominator", denominator, Denominator)
    owned, several = belongs(fit.table), shared_items(fit.table)
    errors = MeasureErrors(fit, prepared)
    rows = []
    for group, name in enumerate(fit.groups):
        measures = _of_group(fit, prepared, group)
        for number, factor in enumerate(fit.table.factors):
            chosen = owned[:, number]
            if chosen.sum() < 2:
                continue
            named = _coefficients(fit, measures, number, several, denominator)
            rows += [
                _row(errors, group, measure, coefficient)
                | {"group": name, "factor": factor, "n_items": int(chosen.sum())}
                for coefficient, measure in named.items()
            ]
    order = ["group", "factor", "coefficient", "estimate", "std_error", "conf_low"]
    order += ["conf_high", "scale", "n_items", "n_respondents"]
    return ModelReliability(
        method=fit.method,
        denominator=denominator,
        table=pd.DataFrame(rows, columns=order),
        conf_level=fit.conf_level,
        n_respondents=fit.n_respondents,
        n_items=fit.n_items,
        flags=fit.improper + _flags(fit, owned),
    )


def _of_group(
    fit: CfaFit, prepared: Prepared | None, group: int
) -> GroupMeasures | OrdinalMeasures:
    if fit.method != "wlsmv":
        return GroupMeasures(fit, group)
    data = ordinal_answers(fit, prepared, "the reliability of sums of answers")
    return OrdinalMeasures(fit, group, data)


def _coefficients(
    fit: CfaFit,
    measures: GroupMeasures | OrdinalMeasures,
    number: int,
    several: BoolArray,
    denominator: Denominator,
) -> dict[str, Measure]:
    """Return the coefficients that a factor has, by name."""
    chosen = belongs(fit.table)[:, number]
    factor = fit.table.factors[number]
    behind = any(row.left == factor for row in fit.table.select("regression"))
    alone = not behind and not several[chosen].any()
    name = "omega" if alone else "omega_hierarchical"
    if fit.method == "wlsmv":
        name += "_categorical"
    found = {name: measures.omega(number, chosen, denominator)}
    if alone:
        found["average_variance_extracted"] = measures.extracted(
            number, chosen, denominator
        )
    return found


def _row(
    errors: MeasureErrors, group: int, measure: Measure, coefficient: str
) -> dict[str, object]:
    fit, error = errors.fit, errors.of(measure, group)
    n_respondents = fit.n_by_group[group]
    low, high = log_interval(
        measure.value, error, n_respondents, fit.conf_level, name=coefficient
    )
    latent = fit.method == "wlsmv" and coefficient == "average_variance_extracted"
    return {
        "coefficient": coefficient,
        "estimate": measure.value,
        "std_error": error,
        "conf_low": low,
        "conf_high": high,
        "scale": "latent" if latent else "answers",
        "n_respondents": n_respondents,
    }


def _flags(fit: CfaFit, owned: BoolArray) -> tuple[str, ...]:
    flags = [
        f"one_item:{factor}"
        for factor, count in zip(fit.table.factors, owned.sum(axis=0), strict=True)
        if count < 2
    ]
    for group in range(len(fit.groups)):
        at = fit.matrices(group)
        reach = at.loading @ at.spread
        flags += [
            f"negative_loading:{fit.table.factors[k]}:{fit.table.items[i]}"
            for i, k in np.argwhere((reach < 0) & owned)
        ]
    return tuple(dict.fromkeys(flags))
