"""The audit: every rule checked again on the publication alone.

Nothing of the code that hides is used here, and nothing but what a reader gets. So a
mistake made there is found here, before a publication exists.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from diagnose.disclosure.audit_change import find_change_leaks
from diagnose.disclosure.audit_comments import find_comment_leaks
from diagnose.disclosure.audit_conclusions import find_conclusion_leaks
from diagnose.disclosure.audit_divided import find_divided_leaks
from diagnose.disclosure.audit_drivers import find_driver_leaks
from diagnose.disclosure.audit_items import find_item_leaks
from diagnose.disclosure.audit_models import find_model_leaks
from diagnose.disclosure.audit_representation import find_representation_leaks
from diagnose.disclosure.audit_unit_change import find_unit_change_leaks
from diagnose.disclosure.audit_units import find_unit_leaks
from diagnose.disclosure.log import Row
from diagnose.errors import DisclosureError, Problem
from diagnose.responses.model import FLOOR, LEADER

if TYPE_CHECKING:
    from diagnose.disclosure.publication import Publication

_ALLOWED_WHEN_HIDDEN = {"value", "n_items", "conf_level"}
_NEAR_END = 1 + 1e-9
"""Points of the scale that all scores of a group together may lie from an end."""

_COUNTS = {"n_rows", "n_kept", "n_respondents"}
_PEOPLE = {
    "n_respondents",
    "n_floor",
    "n_leader",
    "n_before",
    "n_flagged",
    "n_screened",
    "n_members",
}


def audit(publication: Publication) -> None:
    """Raise unless everything in a publication may be shown.

    Checks: thresholds; no number in a hidden row; enough answers behind every number;
    no cell in which everybody scored the same, or nearly; no unit with too few people
    or too few answers among them; parents minus children leave no small
    group and no single unit; comparisons, gap, trend and findings of shown cells only;
    items and models beside their subscale; counts of rows beside a hidden role.

    Parameters
    ----------
    publication : Publication
        Not modified.

    Raises
    ------
    DisclosureError
        All leaks that were found, with codes ``D001`` to ``D009`` and up from ``D013``.
    """
    problems = [*_low_thresholds(publication), *_without_status(publication)]
    if problems:  # the other checks ask for the status of each row
        raise DisclosureError(problems)
    problems = [
        *_numbers_in_hidden_rows(publication),
        *_too_few(publication),
        *_unanimous(publication),
        *find_unit_leaks(publication),
        *find_unit_change_leaks(publication),
        *find_divided_leaks(publication),
        *_compared_with_hidden(publication),
        *_beside_the_profile(publication),
        *find_item_leaks(publication),
        *find_model_leaks(publication),
        *find_change_leaks(publication),
        *find_driver_leaks(publication),
        *find_representation_leaks(publication),
        *_findings_of_hidden(publication),
        *find_conclusion_leaks(publication),
        *find_comment_leaks(publication),
        *_counts_of_rows(publication),
    ]
    if problems:
        raise DisclosureError(dict.fromkeys(problems))  # each leak once


def _low_thresholds(publication: Publication) -> Iterator[Problem]:
    least = publication.instrument.reporting
    for name in ("scores", "distributions", "comments"):
        if getattr(publication.thresholds, name) < getattr(least, name):
            yield Problem(
                code="D001",
                place=f"thresholds.{name}",
                message=f"is {getattr(publication.thresholds, name)}",
                allowed=f"{getattr(least, name)} or more",
            )


def _tables(publication: Publication) -> dict[str, pd.DataFrame]:
    """Return the tables with a status."""
    return {
        "participation.roles": publication.participation.roles,
        "participation.units": publication.participation.units,
        "measurement.reliability": publication.measurement.reliability,
        "measurement.items": publication.measurement.items,
        "measurement.careless": publication.measurement.careless,
        "measurement.sensitivity": publication.measurement.sensitivity,
        "measurement.models": publication.measurement.models,
        "measurement.loadings": publication.measurement.loadings,
        "measurement.pairs": publication.measurement.pairs,
        "measurement.information": publication.measurement.information,
        "measurement.comparisons": publication.measurement.comparisons,
        "profile": publication.profile,
        "distributions": publication.distributions,
        "units.cells": publication.units.cells,
        "units.leaders": publication.units.leaders,
        "units.answers": publication.units.answers,
        "units.before": publication.units.before,
        "gap": publication.gap,
        "trend": publication.trend,
        "change.linked": publication.change.linked,
        "change.leavers": publication.change.leavers,
        "drivers.weights": publication.drivers.weights,
        "drivers.models": publication.drivers.models,
        "representation.means": publication.representation.means,
        "representation.timing": publication.representation.timing,
    }


def _without_status(publication: Publication) -> Iterator[Problem]:
    for table, frame in _tables(publication).items():
        known = "status" in frame and frame["status"].isin(["shown", "hidden", "rest"])
        if len(frame) and not np.all(known):
            yield _leak("D002", table, "has rows without a status")


def _numbers_in_hidden_rows(publication: Publication) -> Iterator[Problem]:
    for table, frame in _tables(publication).items():
        if frame.empty:
            continue
        numbers = frame.select_dtypes("number").drop(
            columns=_ALLOWED_WHEN_HIDDEN, errors="ignore"
        )
        if numbers.loc[frame["status"] == "hidden"].notna().to_numpy().any():
            yield _leak("D002", table, "has numbers in hidden rows")


def _too_few(publication: Publication) -> Iterator[Problem]:
    scores = publication.thresholds.scores
    columns = {
        "participation.roles": ("n_respondents", scores),
        "participation.units": ("n_respondents", scores),
        "measurement.reliability": ("n_respondents", scores),
        "measurement.items": ("n_respondents", scores),
        "measurement.sensitivity": ("n_without", scores),
        "profile": ("n_respondents", scores),
        "distributions": ("n_respondents", publication.thresholds.distributions),
        "units.cells": ("n_respondents", scores),
        "units.leaders": ("n_respondents", scores),
        "gap": ("n_leader", scores),
        "trend": ("n_respondents", scores),
    }
    tables = _tables(publication)
    for table, (column, threshold) in columns.items():
        yield from _below(tables[table], table, column, threshold)
    units = publication.units
    spread = publication.thresholds.distributions
    yield from _below(units.agreement, "units.agreement", "n_respondents", spread)
    for table, frame in (
        ("units.estimates", units.estimates),
        ("units.models", units.models),
        ("units.levels", units.levels),
    ):
        yield from _below(frame, table, "n_respondents", scores)
    yield from _single_questions(publication)
    flagged = publication.measurement.careless["n_flagged"]
    if flagged.between(1, scores - 1).any():
        yield _leak("D003", "measurement.careless", f"counts fewer than {scores}")


def _single_questions(publication: Publication) -> Iterator[Problem]:
    """Yield means of one question whose spread would tell a few people's answers."""
    single = {s.id for s in publication.instrument.subscales if len(s.items) == 1}
    least = publication.thresholds.distributions
    for table in ("profile", "units.cells", "units.leaders", "trend", "units.before"):
        frame = _tables(publication)[table]
        if single and len(frame):
            alone = frame.loc[frame["subscale"].isin(single)]
            yield from _below(alone, f"{table} of one question", "n_respondents", least)


def _below(
    frame: pd.DataFrame, table: str, column: str, threshold: int
) -> Iterator[Problem]:
    if frame.empty:
        return
    shown = frame.loc[frame["status"] != "hidden"] if "status" in frame else frame
    if not (shown[column] >= threshold).all():
        yield _leak("D003", table, f"shows fewer than {threshold} answers")


def _unanimous(publication: Publication) -> Iterator[Problem]:
    instrument = publication.instrument
    for table in ("profile", "units.cells", "units.leaders", "trend"):
        frame = _tables(publication)[table]
        for subscale, rows in frame.loc[frame["status"] != "hidden"].groupby(
            "subscale", sort=False, dropna=False
        ):
            scale = instrument.response_scale(
                instrument.subscale(str(subscale)).response_scale
            )
            number = rows["n_respondents"]
            from_low = number * (rows["mean"] - scale.lowest)
            from_high = number * (scale.highest - rows["mean"])
            apart = (from_low > _NEAR_END) & (from_high > _NEAR_END)
            if not (apart & (rows["sd"] > 1e-9)).all():
                yield _leak(
                    "D005",
                    f"{table}, {subscale}",
                    "shows a group in which everybody scored the same, or nearly",
                )


def _compared_with_hidden(publication: Publication) -> Iterator[Problem]:
    """Yield what compares a cell that is not shown, or not the cell that is shown."""
    units, cell = publication.units, ["path", "subscale"]
    numbers = [*cell, "n_respondents", "mean"]
    shown = units.cells.loc[units.cells["status"] == "shown", numbers]
    # A cell that is not shown comes out of the merge as NaN, which equals nothing.
    beside = units.estimates[numbers].merge(
        shown, how="left", on=cell, suffixes=("", "_shown")
    )
    same = (beside["n_respondents"] == beside["n_respondents_shown"]) & np.isclose(
        beside["mean"].to_numpy(float), beside["mean_shown"].to_numpy(float)
    )
    if not same.all():
        yield _leak("D007", "units.estimates", "compares a cell that is not shown")
    beside = units.agreement[cell].merge(shown, how="left", on=cell)
    if beside["n_respondents"].isna().any():
        yield _leak("D007", "units.agreement", "is about a cell that is not shown")
    yield from _gaps_of_hidden(publication)


def _gaps_of_hidden(publication: Publication) -> Iterator[Problem]:
    """Yield the gap within a unit of which a cell is not shown, or is another."""
    units, cell = publication.units, ["path", "subscale"]
    if units.gaps.empty:
        return
    for role, cells in ((FLOOR, units.cells), (LEADER, units.leaders)):
        shown = cells.loc[cells["status"] == "shown", [*cell, "n_respondents", "mean"]]
        beside = units.gaps.merge(shown, how="left", on=cell)
        same = (beside[f"n_{role}"] == beside["n_respondents"]) & np.isclose(
            beside[f"mean_{role}"].to_numpy(float), beside["mean"].to_numpy(float)
        )
        if not same.all():
            yield _leak("D007", "units.gaps", f"compares a {role} cell not shown")


def _beside_the_profile(publication: Publication) -> Iterator[Problem]:
    """Yield what gap and trend show of roles that the profile does not show."""
    profile = {
        (row["role"], row["subscale"]): row
        for row in publication.profile.to_dict("records")
        if row["status"] == "shown"
    }
    for row in _shown(publication.gap):
        for role in (FLOOR, LEADER):
            own = {"n_respondents": row[f"n_{role}"], "mean": row[f"mean_{role}"]}
            if not _same(profile.get((role, row["subscale"])), own):
                yield _leak("D007", "gap", f"compares a {role} cell that is not shown")
    for row in _shown(publication.trend):
        beside = profile.get((FLOOR, row["subscale"]))
        if row["wave"] == publication.wave and not _same(beside, row):
            yield _leak("D007", "trend", "shows what the profile does not")


def _shown(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    if frame.empty:
        return []
    return frame.loc[frame["status"] == "shown"].to_dict("records")


def _same(cell: Row | None, row: Mapping[Any, Any]) -> bool:
    return cell is not None and bool(
        cell["n_respondents"] == row["n_respondents"]
        and np.isclose(cell["mean"], row["mean"])
    )


def _findings_of_hidden(publication: Publication) -> Iterator[Problem]:
    cells = publication.units.cells
    shown = cells.loc[cells["status"] == "shown"]
    keys = set(zip(shown["path"], shown["subscale"], strict=True))
    for finding in publication.findings:
        if finding.path and any(
            (finding.path, s) not in keys for s in finding.subscales
        ):
            yield _leak("D007", f"findings, {finding.code}", "is about a hidden unit")
        for name in _PEOPLE & set(finding.evidence):
            if finding.evidence[name] < publication.thresholds.scores:
                yield _leak(
                    "D003", f"findings, {finding.code}", f"tells a small {name}"
                )


def _counts_of_rows(publication: Publication) -> Iterator[Problem]:
    roles = publication.participation.roles
    several = len(publication.waves) > 1
    if (several or (roles["status"] == "hidden").any()) and _holds_count(
        publication.provenance
    ):
        yield _leak("D009", "provenance", "counts rows beside a hidden role")


def _holds_count(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(
            (key in _COUNTS and part is not None) or _holds_count(part)
            for key, part in value.items()
        )
    return isinstance(value, list | tuple) and any(_holds_count(part) for part in value)


def _leak(code: str, place: str, message: str) -> Problem:
    return Problem(
        code=code,
        place=f"publication.{place}",
        message=message,
        remedy="make publications with `diagnose.publish` only, and report this",
    )
