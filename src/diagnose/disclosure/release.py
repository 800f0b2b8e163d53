"""From a diagnosis to a publication: hide, compare again, find again, audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from diagnose.diagnosis.conclusions import conclude
from diagnose.diagnosis.gap import compare_roles
from diagnose.diagnosis.levels import share_levels
from diagnose.diagnosis.margins import add_margins
from diagnose.diagnosis.model import Diagnosis, Participation, Units
from diagnose.diagnosis.trend import compare_waves_from_cells
from diagnose.diagnosis.unit_gap import compare_roles_in_units
from diagnose.diagnosis.units import compare_units
from diagnose.disclosure.agreed import Agreed, extend_log, keep_agreed
from diagnose.disclosure.change import suppress_change
from diagnose.disclosure.comments import GivenComments, publish_comments
from diagnose.disclosure.conditions import bar_low_response, bar_small_staff
from diagnose.disclosure.divided import suppress_divided
from diagnose.disclosure.drivers import suppress_drivers
from diagnose.disclosure.intake import describe_intake
from diagnose.disclosure.items import rule_items, suppress_distributions
from diagnose.disclosure.ledger import Ledger, check_ledger
from diagnose.disclosure.log import HIDDEN, SHOWN, Suppressed, hide_rows, log_frame
from diagnose.disclosure.measurement import suppress_measurement
from diagnose.disclosure.models import ROLE_HIDDEN
from diagnose.disclosure.naming import rename_paths, rename_units, withhold_names
from diagnose.disclosure.nesting import COMPLEMENT, SMALL
from diagnose.disclosure.publication import Publication
from diagnose.disclosure.representation import suppress_representation
from diagnose.disclosure.suppression import (
    suppress_cells,
    suppress_groups,
    suppress_participation,
    with_silent_units,
)
from diagnose.disclosure.thresholds import Thresholds
from diagnose.disclosure.unit_change import add_published_changes
from diagnose.disclosure.wave_tree import find_safe_cells
from diagnose.errors import DisclosureError, Problem
from diagnose.instrument.model import Instrument
from diagnose.language import Text
from diagnose.responses.model import LEADER

Log = list[Suppressed]


def publish(
    diagnosis: Diagnosis,
    *,
    thresholds: Thresholds | None = None,
    title: Text | None = None,
    provenance: Mapping[str, object] | None = None,
    comments: GivenComments | None = None,
    ledger: Ledger | None = None,
    agreed: Agreed | None = None,
) -> Publication:
    """Make of a diagnosis what may be shown.

    Cells are hidden by the rules of `diagnose.disclosure.tree`, items by those of
    `diagnose.disclosure.nesting`. Then everything that compares (shrunken means, ICC,
    tests, gap, trend, verdicts, findings) is computed again from what is left, because
    a model fitted on hidden teams carries them: two shrunken means tell the grand mean
    and the shrinkage, and these tell the team that is missing. What is a function of
    published numbers alone can tell nothing that they do not tell. Units that are shown
    nowhere keep their name only if the organisation's list of units has it
    (`diagnose.disclosure.naming`).

    Parameters
    ----------
    diagnosis : Diagnosis
        Made by `diagnose.diagnose`. Not modified, and not kept.
    thresholds : Thresholds, optional
        Smallest groups; those of the instrument by default, and never below them.
    title : mapping of str to str, optional
        Name of the assessment by language; the instrument's by default.
    provenance : mapping, optional
        Hashes, versions and settings to pass on. Counts of rows in it are taken out
        where they would tell how many leaders answered.
    comments : ReviewedComments, sequence or mapping of them, optional
        From `read_review`: of the wave that is diagnosed, several when its forms were
        exported apart, or wave to its review or reviews.
    ledger : Ledger, optional
        From `read_ledger`: what was released earlier. With it the publication is
        refused where the two together would tell about a few people.
    agreed : Agreed, optional
        From `diagnose.assessment.agreed.read_agreed`: what units agreed earlier.

    Returns
    -------
    Publication
        Audited.

    Raises
    ------
    DisclosureError
        A threshold is too low, units do not add up, a review of open answers is not
        signed or not of this assessment, the audit found a leak, or what was released
        earlier stands in the way (D020 to D027, see `check_ledger`).
    """
    limits = _limits(diagnosis.instrument, thresholds)
    counted, log = suppress_participation(diagnosis.participation, limits)
    said, comments_log = publish_comments(comments, diagnosis, counted, limits)
    profile, profile_log = suppress_groups(
        diagnosis.profile, diagnosis.instrument, limits, table="profile", by="role"
    )
    participation = add_margins(
        counted, profile, diagnosis.instrument, conf_level=diagnosis.conf_level
    )
    units, units_log = _suppress_units(diagnosis, counted, limits)
    trend, safe_cells, trend_log = _suppress_trend(diagnosis, units.cells, limits)
    units, before_log = add_published_changes(diagnosis, units, safe_cells)
    gap, gap_log = _suppress_gap(diagnosis, profile)
    rules = rule_items(diagnosis, units, profile, limits)
    spread, divided_log = suppress_divided(diagnosis, units, profile, rules, limits)
    units = replace(units, answers=spread)
    distributions, answers_log = suppress_distributions(
        diagnosis.distributions, rules, limits
    )
    measurement, quality_log = suppress_measurement(
        diagnosis, profile, trend, units.cells, rules, limits
    )
    change, change_log = suppress_change(
        diagnosis, trend, safe_cells, measurement, limits
    )
    drivers, drivers_log = suppress_drivers(diagnosis, profile, limits)
    told, told_log = describe_intake(diagnosis, participation, provenance or {}, limits)
    parts = replace(
        diagnosis,
        participation=participation,
        measurement=measurement,
        profile=profile,
        distributions=distributions,
        units=units,
        gap=gap,
        trend=trend,
        change=change,
        drivers=drivers,
        findings=(),
    )
    representation, weights_log = suppress_representation(diagnosis, parts, limits)
    everything = (
        *(log + profile_log + units_log + before_log + divided_log + gap_log),
        *(trend_log + answers_log + quality_log + told_log),
        *(change_log + drivers_log + weights_log + comments_log),
    )
    suppressed = log_frame(everything)
    known = diagnosis.participation.units
    names = withhold_names(known, participation, units, log=suppressed)
    parts = replace(
        parts,
        participation=rename_units(participation, names),
        units=rename_units(units, names),
        representation=representation,
    )
    kept, gone_log = keep_agreed(agreed, parts.participation)
    concluded = conclude(parts)
    publication = Publication(
        instrument=parts.instrument,
        title=dict(title or parts.instrument.title),
        wave=parts.wave,
        waves=parts.waves,
        hierarchy=parts.hierarchy,
        conf_level=parts.conf_level,
        thresholds=limits,
        participation=parts.participation,
        measurement=measurement,
        profile=profile,
        distributions=distributions,
        units=parts.units,
        gap=gap,
        trend=trend,
        change=change,
        representation=representation,
        drivers=drivers,
        movement=concluded.movement,
        findings=concluded.findings,
        suitability=concluded.suitability,
        first_steps=concluded.first_steps,
        suppressed=extend_log(rename_paths(suppressed, names), gone_log),
        provenance=told,
        comments=said,
        agreed=kept,
    )
    if ledger is not None:
        check_ledger(ledger, publication)
    return publication


def _limits(instrument: Instrument, thresholds: Thresholds | None) -> Thresholds:
    """Return the thresholds that hold; those of the instrument are the least."""
    least = Thresholds(**instrument.reporting.model_dump())
    if thresholds is None:
        return least
    low = [
        Problem(
            code="D001",
            place=f"thresholds.{name}",
            message=f"is {getattr(thresholds, name)}",
            allowed=f"{getattr(least, name)} or more, as {instrument.id} says",
            remedy="thresholds may be raised, never lowered",
        )
        for name in ("scores", "distributions", "comments", "group")
        if getattr(thresholds, name) < getattr(least, name)
    ]
    if low:
        raise DisclosureError(low)
    return thresholds


def _suppress_units(
    diagnosis: Diagnosis, counted: Participation, limits: Thresholds
) -> tuple[Units, Log]:
    known = diagnosis.participation.units
    barred = bar_small_staff(known, limits)
    cells, log = suppress_cells(
        with_silent_units(diagnosis.units.cells, known),
        diagnosis.profile,
        diagnosis.instrument,
        limits,
        barred={**bar_low_response(known, counted.units, limits), **barred},
    )
    agreement, agreement_log = _suppress_agreement(
        diagnosis.units.agreement, cells, limits
    )
    estimates, models = compare_units(
        cells, conf_level=diagnosis.conf_level, counted=counted.units
    )
    leaders, leaders_log = suppress_cells(
        with_silent_units(diagnosis.units.leaders, known),
        diagnosis.profile,
        diagnosis.instrument,
        limits,
        role=LEADER,
        table="units.leaders",
        barred=barred,
    )
    units = Units(
        cells=cells,
        agreement=agreement,
        estimates=estimates,
        models=models,
        levels=share_levels(cells, diagnosis.hierarchy),
        leaders=leaders,
        gaps=compare_roles_in_units(cells, leaders, conf_level=diagnosis.conf_level),
    )
    return units, log + agreement_log + leaders_log


def _suppress_agreement(
    agreement: pd.DataFrame, cells: pd.DataFrame, limits: Thresholds
) -> tuple[pd.DataFrame, Log]:
    """Keep the agreement of shown cells; drop the other rows.

    Members who all gave the same answers to everything have an average deviation of
    zero; to say so would tell each of them what the others said. The indices of a few
    people leave hardly more than one way in which the answers to every item can spread:
    of five to seven people and four items a handful at most, often one. So they need as
    many people as distributions do.
    """
    shown = cells.loc[cells["status"] == SHOWN]
    keys = set(zip(shown["path"], shown["subscale"], strict=True))
    rows = agreement.to_dict("records")
    beside = [(row["path"], row["subscale"]) in keys for row in rows]
    few = [not row["n_respondents"] >= limits.distributions for row in rows]
    same = [not row["ad_mean"] > 1e-9 for row in rows]
    log = [
        Suppressed(
            table="units.agreement",
            rule=SMALL if small else COMPLEMENT,
            level=row["level"],
            path=row["path"],
            subscale=row["subscale"],
        )
        for row, cell, small, alike in zip(rows, beside, few, same, strict=True)
        if cell and (small or alike)
    ]
    keep = [
        cell and not small and not alike
        for cell, small, alike in zip(beside, few, same, strict=True)
    ]
    return agreement.loc[keep].reset_index(drop=True), log


def _suppress_trend(
    diagnosis: Diagnosis, units: pd.DataFrame, limits: Thresholds
) -> tuple[pd.DataFrame, pd.DataFrame, Log]:
    """Return the trend, compared again, and the groups that served as teams for it."""
    trend, cells = diagnosis.trend, diagnosis.wave_cells
    if trend.empty:
        return trend.copy(), cells.iloc[:0], []
    waves, log = suppress_groups(
        trend, diagnosis.instrument, limits, table="trend", by="wave"
    )
    safe = find_safe_cells(
        cells,
        waves,
        diagnosis.instrument,
        limits,
        published=units,
        barred=bar_small_staff(diagnosis.participation.units, limits),
    )
    again = compare_waves_from_cells(waves, safe, conf_level=diagnosis.conf_level)
    return again, safe, log


def _suppress_gap(
    diagnosis: Diagnosis, profile: pd.DataFrame
) -> tuple[pd.DataFrame, Log]:
    """Compare the roles again; subscales that a role hides become hidden rows."""
    shown = compare_roles(profile, conf_level=diagnosis.conf_level)
    shown = shown.assign(status=SHOWN).set_index("subscale")
    gap = shown.reindex(diagnosis.gap["subscale"])
    lost = gap["status"].isna()
    gap["status"] = gap["status"].where(~lost, HIDDEN)
    gap["direction"] = gap["direction"].where(~lost, "")
    log = [
        Suppressed(table="gap", rule=ROLE_HIDDEN, subscale=str(subscale), role=LEADER)
        for subscale in gap.index[lost]
    ]
    return hide_rows(gap.reset_index(), lost.to_numpy()), log
