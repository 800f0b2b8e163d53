"""From responses to a diagnosis: every part, then the findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from diagnose._options import check_proportion
from diagnose.diagnosis.agreement import assess_agreement
from diagnose.diagnosis.comparability import assess_comparability
from diagnose.diagnosis.distributions import count_answers
from diagnose.diagnosis.findings import find
from diagnose.diagnosis.gap import compare_roles
from diagnose.diagnosis.measurement import assess_measurement
from diagnose.diagnosis.model import Diagnosis, Units
from diagnose.diagnosis.participation import count_participation
from diagnose.diagnosis.profile import profile_roles
from diagnose.diagnosis.trend import (
    asked_alike,
    compare_waves_from_cells,
    summarise_waves,
)
from diagnose.diagnosis.units import compare_units, count_cells
from diagnose.responses.model import FLOOR, Responses
from diagnose.scoring.score import Scores, score

Progress = Callable[[str], None]
STEPS = ("score", "measurement", "profile", "units", "gap", "trend", "findings")
"""Steps in the order in which `diagnose` announces them."""


def diagnose(
    responses: Responses,
    *,
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
    units = _diagnose_units(people, own, conf_level=conf_level)
    announce("gap")
    gap = compare_roles(profile, conf_level=conf_level)
    announce("trend")
    waves = summarise_waves(
        scores.frame.loc[floor, asked_alike(responses)],
        responses.people.loc[floor, "wave"],
        responses.waves,
    )
    diagnosis = Diagnosis(
        instrument=responses.instrument,
        wave=responses.waves[-1],
        waves=responses.waves,
        hierarchy=responses.hierarchy,
        conf_level=conf_level,
        intake=responses.reports,
        participation=count_participation(current),
        measurement=measurement,
        profile=profile,
        distributions=distributions,
        units=units,
        gap=gap,
        trend=compare_waves_from_cells(waves, conf_level=conf_level),
        findings=(),
    )
    announce("findings")
    return replace(diagnosis, findings=find(diagnosis))


def _diagnose_units(people: Responses, own: Scores, *, conf_level: float) -> Units:
    cells = count_cells(own.frame, people.people, people.hierarchy)
    estimates, models = compare_units(cells, conf_level=conf_level)
    return Units(
        cells=cells,
        agreement=assess_agreement(
            own.keyed, people.people, people.instrument, people.hierarchy
        ),
        estimates=estimates,
        models=models,
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
