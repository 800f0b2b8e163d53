"""Whom the answers stand for, and what those who did not answer could change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from diagnose.diagnosis.cells import build_frame, shown_cells
from diagnose.diagnosis.model import Parts
from diagnose.diagnosis.strata import Stratum, divide, members_by_path
from diagnose.diagnosis.timing import TIMING
from diagnose.errors import InsufficientDataError
from diagnose.responses.model import FLOOR

LOWER = 1.0
"""How much lower or higher the silent members are supposed to score, in points."""

MEANS = (
    "subscale",
    "n_respondents",
    "n_members",
    "mean",
    "conf_low",
    "conf_high",
    "n_teams",
    "n_weighted",
    "weighted",
    "weighted_low",
    "weighted_high",
    "difference",
    "n_effective",
    "if_lower",
    "if_higher",
    "lowest",
    "highest",
    "note",
)


def _no_means() -> pd.DataFrame:
    return build_frame((), MEANS)


def _no_timing() -> pd.DataFrame:
    return build_frame((), TIMING)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Representation:
    """Whom the answers of the work floor stand for.

    Attributes
    ----------
    means : pandas.DataFrame
        One row a subscale of which the mean is shown: ``subscale``,
        ``n_respondents``, ``n_members`` (head count of the work floor, NaN if
        unknown), ``mean``, ``conf_low``, ``conf_high`` (as in the profile);
        ``n_teams`` and ``n_weighted`` (smallest shown units with a head count, what
        is rolled up as one, and the respondents in them), ``weighted``,
        ``weighted_low``, ``weighted_high`` (mean with each unit at the weight of its
        head count, NaN when that cannot be made), ``difference`` (weighted minus
        unweighted), ``n_effective`` (Kish); ``if_lower``, ``if_higher`` (mean of
        everybody if the silent members score `LOWER` points lower or higher, within
        the response scale), ``lowest``, ``highest`` (if they all chose an end of the
        response scale); ``note`` (key in the catalogue, why there is no weighted
        mean, or empty).
    timing : pandas.DataFrame
        One row a subscale: ``subscale``, ``n_early``, ``n_late``, ``mean_early``,
        ``mean_late``, ``difference`` (late minus early), ``conf_low``, ``conf_high``,
        ``p_value``, ``p_adjusted``, ``direction``, ``trend`` (Spearman's correlation
        of score and order of answering), ``trend_p_value``. Before disclosure control
        also ``n_early_mixed``, ``n_late_mixed``: see `diagnose.diagnosis.timing`.
    """

    means: pd.DataFrame = field(default_factory=_no_means)
    timing: pd.DataFrame = field(default_factory=_no_timing)


def weigh_means(parts: Parts, *, n_members: float) -> pd.DataFrame:
    """Weigh the work floor to its head counts, and suppose what silent members say.

    A function of published parts and the head count alone. Units that answered less
    count for less than their share in the plain mean; with each of the smallest shown
    units at the weight of its head count they count in full. That assumes that within
    a unit those who answered are like those who did not. The supposition and the
    bounds assume nothing, and are no intervals.

    The interval of the weighted mean rests on one variance within units, so that small
    units have one too, and has no finite-population factor: like every other interval
    of a diagnosis.

    Parameters
    ----------
    parts : Parts
        Profile, participation and cells of units; hidden rows take no part.
    n_members : float
        Head count of the whole work floor, NaN if unknown: see
        `diagnose.diagnosis.strata.count_members`.

    Returns
    -------
    pandas.DataFrame
        See `Representation.means`.
    """
    profile = shown_cells(parts.profile)
    members = members_by_path(parts.participation)
    cells = dict(list(parts.units.cells.groupby("subscale", sort=False)))
    rows = []
    for row in profile.loc[profile["role"] == FLOOR].to_dict("records"):
        own = cells.get(row["subscale"])
        groups = [] if own is None else divide(own, members, n_members)
        subscale = parts.instrument.subscale(row["subscale"])
        scale = parts.instrument.response_scale(subscale.response_scale)
        rows.append(
            {
                **{name: row[name] for name in ("subscale", "n_respondents", "mean")},
                **{name: row[name] for name in ("conf_low", "conf_high")},
                "n_members": n_members,
                **_weighted(groups, row["mean"], n_members, parts.conf_level),
                **_supposed(
                    row["mean"],
                    row["n_respondents"],
                    n_members,
                    ends=(scale.lowest, scale.highest),
                ),
            }
        )
    return build_frame(rows, MEANS)


def _weighted(
    groups: Sequence[Stratum], mean: float, n_members: float, conf_level: float
) -> dict[str, Any]:
    from diagnose.statistics.weights import poststratified_mean

    if math.isnan(n_members):
        return {"note": "note.no_head_count"}
    if len(groups) < 2:
        return {"note": "note.not_weighted"}
    summary = pd.DataFrame(
        {
            "team": range(len(groups)),
            "n_respondents": [group.n_respondents for group in groups],
            "n_members": [group.n_members for group in groups],
            "mean": [group.mean for group in groups],
            "sd": [group.sd for group in groups],
        }
    )
    try:
        result = poststratified_mean(summary, variance="pooled", conf_level=conf_level)
    except InsufficientDataError:
        return {"note": "note.not_weighted"}
    return {
        "n_teams": result.n_teams,
        "n_weighted": result.n_respondents,
        "weighted": result.estimate,
        "weighted_low": result.conf_low_infinite,
        "weighted_high": result.conf_high_infinite,
        "difference": result.estimate - mean,
        "n_effective": result.n_effective,
        "note": "",
    }


def _supposed(
    mean: float, n_respondents: float, n_members: float, *, ends: tuple[float, float]
) -> dict[str, float]:
    """Return the mean of all members under suppositions; nothing without a count."""
    from diagnose.statistics.weights import nonresponse_bounds

    if not n_members >= n_respondents:
        return {}
    found = nonresponse_bounds(
        min(max(mean, ends[0]), ends[1]),  # rounding may carry a mean past the end
        n_respondents,
        n_members,
        lowest=ends[0],
        highest=ends[1],
        difference=(-LOWER, LOWER),
    )
    row = found.to_frame().iloc[0]
    return {
        "if_lower": row["scenario_low"],
        "if_higher": row["scenario_high"],
        "lowest": row["bound_low"],
        "highest": row["bound_high"],
    }
