"""The tabulated answers behind a fitted model, where its moments do not suffice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnose.statistics.cfa.full_information import PartialData
from diagnose.statistics.cfa.maximum_likelihood import CompleteData
from diagnose.statistics.cfa.wlsmv import OrdinalData

if TYPE_CHECKING:
    from diagnose.statistics.cfa.prepare import Prepared
    from diagnose.statistics.cfa.result import CfaFit


def ordinal_answers(
    fit: CfaFit, prepared: Prepared | None, purpose: str
) -> OrdinalData:
    """Return the ordinal moments that a model was fitted to.

    Raises
    ------
    ValueError
        None given, or of other answers; `purpose` says what they are needed for.
    """
    data = _checked(fit, prepared, purpose)
    if not isinstance(data, OrdinalData):
        raise ValueError(_other(fit))  # noqa: TRY004 - of its contents
    return data


def incomplete_answers(
    fit: CfaFit, prepared: Prepared | None, purpose: str
) -> PartialData:
    """Return the incomplete answers that a model was fitted to; see above."""
    data = _checked(fit, prepared, purpose)
    if not isinstance(data, PartialData):
        raise ValueError(_other(fit))  # noqa: TRY004 - of its contents
    return data


def complete_answers(
    fit: CfaFit, prepared: Prepared | None, purpose: str
) -> CompleteData:
    """Return the complete answers that a model was fitted to; see above."""
    data = _checked(fit, prepared, purpose)
    if not isinstance(data, CompleteData):
        raise ValueError(_other(fit))  # noqa: TRY004 - of its contents
    return data


def _checked(fit: CfaFit, prepared: Prepared | None, purpose: str) -> object:
    if prepared is None:
        raise ValueError(
            f"`prepared` is needed for {purpose} of a model fitted with "
            f"estimator={fit.method!r} and missing={fit.missing!r}: give the tabulated "
            "answers, prepare_cfa(items, model, ...) with the options of the fit."
        )
    same = (prepared.estimator, prepared.missing, prepared.groups) == (
        fit.method,
        fit.missing,
        fit.groups,
    )
    same = same and prepared.data.n_respondents == fit.n_by_group
    if not same or set(prepared.model.items) != set(fit.table.items):
        raise ValueError(_other(fit))
    return prepared.data


def _other(fit: CfaFit) -> str:
    return (
        "`prepared` holds other answers than the model was fitted to: "
        f"{fit.n_respondents} respondents, {fit.n_items} items, "
        f"estimator={fit.method!r}, missing={fit.missing!r}. Give prepare_cfa(items, "
        "model, ...) with the options of the fit."
    )
