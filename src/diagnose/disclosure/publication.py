"""A publication: the only thing that reports, plots, widgets and the book accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from diagnose.diagnosis.change import Change
from diagnose.diagnosis.drivers import Drivers
from diagnose.diagnosis.first_steps import FirstSteps
from diagnose.diagnosis.model import (
    Diagnosis,
    Finding,
    Measurement,
    Participation,
    Units,
)
from diagnose.diagnosis.movement import Movement
from diagnose.diagnosis.representation import Representation
from diagnose.diagnosis.suitability import Suitability
from diagnose.disclosure.agreed import no_agreements
from diagnose.disclosure.comments import OpenAnswers
from diagnose.disclosure.thresholds import Thresholds
from diagnose.instrument.model import Instrument
from diagnose.language import Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Publication:
    """What may be shown: a diagnosis after disclosure control, audited.

    Made by `diagnose.publish`. Frames have the columns described in
    `diagnose.diagnosis.model`, and those without a ``status`` there get one, except
    `Units.agreement`, `Units.estimates`, `Units.models`, `Units.levels`, `Units.gaps`,
    `Units.changes` and `Measurement.verdicts`, which hold only what is shown. A row
    that may not be shown has ``status`` ``hidden`` and NaN in place of every number;
    numbers of a shown row may be NaN too where they alone had to go. Counts are floats
    for that reason.
    Nothing here refers back to the diagnosis or the answers.

    Making one runs `diagnose.disclosure.audit`, so that an unsafe publication cannot
    exist.

    Attributes
    ----------
    instrument : Instrument
        What was asked.
    title : mapping of str to str
        Name of the assessed organisation or assessment, by language.
    wave, waves, hierarchy, conf_level
        As in `Diagnosis`.
    thresholds : Thresholds
        The rules that were applied; every output prints them.
    participation, measurement, profile, distributions, units, gap, trend, change, \
representation, drivers, movement, findings, suitability, first_steps
        As in `Diagnosis`, with only what may be shown.
    suppressed : pandas.DataFrame
        The log, one row a decision: ``table``, ``level``, ``path``, ``subscale``,
        ``role``, ``item``, ``wave``, ``rule`` (in the catalogue ``disclosure`` as
        ``rule.<rule>``). Holds no number of a hidden cell.
    provenance : mapping
        Hashes, versions, settings, and under ``intake`` one entry a file; its counts
        of rows are None when they would tell how many people a hidden role has.
    comments : OpenAnswers
        Quotes and themes of the open answers that a person reviewed.
    agreed : pandas.DataFrame
        What units agreed after an earlier wave, one row an agreement: ``path``,
        ``level``, ``wave``, ``subscale``, ``action``, ``status``, ``when`` (see
        `diagnose.disclosure.agreed`). No answers of respondents; only of units whose
        name may be given.

    Raises
    ------
    DisclosureError
        The audit found something that may not be shown.
    """

    instrument: Instrument
    title: Text
    wave: str
    waves: tuple[str, ...]
    hierarchy: tuple[str, ...]
    conf_level: float
    thresholds: Thresholds
    participation: Participation
    measurement: Measurement
    profile: pd.DataFrame
    distributions: pd.DataFrame
    units: Units
    gap: pd.DataFrame
    trend: pd.DataFrame
    change: Change
    representation: Representation
    drivers: Drivers
    movement: Movement
    findings: tuple[Finding, ...]
    suitability: Suitability
    first_steps: FirstSteps
    suppressed: pd.DataFrame
    provenance: Mapping[str, object] = field(default_factory=dict)
    comments: OpenAnswers = field(default_factory=OpenAnswers)
    agreed: pd.DataFrame = field(default_factory=no_agreements)

    def __post_init__(self) -> None:
        """Refuse to exist when the audit finds anything."""
        from diagnose.disclosure.audit import audit

        audit(self)


__all__ = ["Diagnosis", "Publication"]
