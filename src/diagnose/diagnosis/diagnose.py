"""From responses to a diagnosis: every part, then the findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from diagnose._options import check_proportion
from diagnose.diagnosis.agreement import assess_agreement
from diagnose.diagnosis.change import assess_change
from diagnose.diagnosis.comparability import assess_comparability
from diagnose.diagnosis.conclusions import conclude
from diagnose.diagnosis.distributions import count_answers
from diagnose.diagnosis.divided import count_divided_answers
from diagnose.diagnosis.drivers import find_drivers
from diagnose.diagnosis.gap import compare_roles
from diagnose.diagnosis.levels import share_levels
from diagnose.diagnosis.margins import add_margins
from diagnose.diagnosis.measurement import assess_measurement
from diagnose.diagnosis.model import Diagnosis, Participation, Units
from diagnose.diagnosis.movement import Movement
from diagnose.diagnosis.participation import count_participation
from diagnose.diagnosis.patterns import count_patterns
from diagnose.diagnosis.profile import profile_roles
from diagnose.diagnosis.representation import Representation, weigh_means
from diagnose.diagnosis.strata import count_members
from diagnose.diagnosis.timing import compare_timing
from diagnose.diagnosis.trend import (
    asked_alike,
    compare_waves_from_cells,
    count_wave_cells,
    summarise_waves,
)
from diagnose.diagnosis.unit_change import add_changes
from diagnose.diagnosis.unit_gap import compare_roles_in_units
from diagnose.diagnosis.units import compare_units, count_cells
from diagnose.instrument.screen import Screen
from diagnose.responses.model import FLOOR, Responses
from diagnose.scoring.score import Scores, score

Progress = Callable[[str], None]
STEPS = (
    "score",
    "measurement",
    "profile",
    "units",
    "gap",
    "trend",
    "drivers",
    "findings",
)
"""Steps in the order in which `diagnose` announces them."""


def diagnose(
    responses: Responses,
    *,
    screen: Screen | None = None,
    conf_level: float = 0.95,
    progress: Progress | None = None,
) -> Diagnosis:
    """Diagnose the last wave.

    The work floor carries the profile, the units, the measurement and the trend; the
    leaders have a profile of their own and stand in the gap.

    Parameters
    ----------
    responses : Responses
        Answers to one instrument over one or more waves. Not modified.
    screen : Screen, optional
        Answers about the change itself, see `diagnose.instrument.screen`; without them
        nobody can say how it can best begin.
    conf_level : float
        Coverage of every interval, between 0 and 1; a difference is called real when
        its adjusted p-value is below ``1 - conf_level``.
    progress : callable, optional
        Called with the name of each step (see `STEPS`) when it begins.

    Returns
    -------
    Diagnosis
        Not meant for eyes: it holds groups of any size. `diagnose.publish` makes of
        it what may be shown. Small or odd data raise nothing: what cannot be
        concluded is a finding of kind ``open``.

    Raises
    ------
    ResponseError
        An intake report holds unresolved problems, or no subscale can be scored.
    ValueError
        `conf_level` is not between 0 and 1.
    """
    check_proportion("conf_level", conf_level)
    announce = progress or _say_nothing
    announce("score")
    scores = score(responses)
    floor = responses.people["role"] == FLOOR
    now = responses.people["wave"] == responses.waves[-1]
    current, current_scores = responses.take(now), _take(scores, now)
    people, own = responses.take(now & floor), _take(scores, now & floor)
    announce("measurement")
    measurement = assess_measurement(
        people,
        own,
        comparisons=assess_comparability(responses, scores.keyed),
        conf_level=conf_level,
    )
    announce("profile")
    profile = profile_roles(
        current_scores.frame, current.people["role"], conf_level=conf_level
    )
    distributions = count_answers(current)
    announce("units")
    participation = count_participation(current)
    units = _diagnose_units(
        current, current_scores, participation, conf_level=conf_level
    )
    announce("gap")
    gap = compare_roles(profile, conf_level=conf_level)
    announce("trend")
    everybody, all_scores = responses.take(floor), _take(scores, floor)
    alike = all_scores.frame[asked_alike(responses)]
    waves = summarise_waves(alike, everybody.people["wave"], responses.waves)
    wave_cells = count_wave_cells(alike, everybody)
    units = add_changes(units, everybody, alike, conf_level=conf_level)
    units = replace(units, patterns=count_patterns(responses, scores))
    trend = compare_waves_from_cells(waves, wave_cells, conf_level=conf_level)
    change = assess_change(
        everybody,
        alike,
        trend,
        wave_cells,
        measurement.reliability,
        conf_level=conf_level,
    )
    announce("drivers")
    drivers = find_drivers(
        people, own, profile, measurement.verdicts, conf_level=conf_level
    )
    diagnosis = Diagnosis(
        instrument=responses.instrument,
        wave=responses.waves[-1],
        waves=responses.waves,
        hierarchy=responses.hierarchy,
        conf_level=conf_level,
        intake=responses.reports,
        participation=add_margins(
            participation,
            profile,
            responses.instrument,
            conf_level=conf_level,
        ),
        measurement=measurement,
        profile=profile,
        distributions=distributions,
        units=units,
        gap=gap,
        trend=trend,
        wave_cells=wave_cells,
        change=change,
        representation=Representation(
            timing=compare_timing(people, own, conf_level=conf_level)
        ),
        drivers=drivers,
        movement=Movement(),
        findings=(),
        screen=screen,
    )
    n_members = count_members(diagnosis.participation)
    representation = replace(
        diagnosis.representation, means=weigh_means(diagnosis, n_members=n_members)
    )
    diagnosis = replace(diagnosis, representation=representation)
    announce("findings")
    concluded = conclude(diagnosis)
    return replace(
        diagnosis,
        movement=concluded.movement,
        findings=concluded.findings,
        suitability=concluded.suitability,
        first_steps=concluded.first_steps,
    )


def _diagnose_units(
    current: Responses,
    scores: Scores,
    participation: Participation,
    *,
    conf_level: float,
) -> Units:
    floor = current.people["role"] == FLOOR
    people, own = current.take(floor), _take(scores, floor)
    cells = count_cells(own.frame, people.people, people.hierarchy)
    leaders = count_cells(
        scores.frame.loc[~floor], current.people.loc[~floor], current.hierarchy
    )
    estimates, models = compare_units(
        cells, conf_level=conf_level, counted=participation.units
    )
    asked = (own.keyed, people.people, people.instrument, people.hierarchy)
    agreement = assess_agreement(*asked)
    answers, skips = count_divided_answers(*asked, agreement)
    return Units(
        cells=cells,
        agreement=agreement,
        answers=answers,
        skips=skips,
        levels=share_levels(cells, current.hierarchy),
        estimates=estimates,
        models=models,
        leaders=leaders,
        gaps=compare_roles_in_units(cells, leaders, conf_level=conf_level),
    )


def _take(scores: Scores, keep: pd.Series) -> Scores:
    """Return the scores of the respondents for whom `keep` is True, renumbered."""
    return replace(
        scores,
        frame=scores.frame.loc[keep].reset_index(drop=True),
        keyed=scores.keyed.loc[keep].reset_index(drop=True),
    )


def _say_nothing(step: str) -> None:
    """Announce nothing."""
