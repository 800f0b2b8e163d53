"""Simulate an organisation that answers an instrument, with a known truth."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from diagnose.errors import InsufficientDataError
from diagnose.instrument.model import Instrument
from diagnose.responses.model import FLOOR, LEADER, IntakeReport, Responses
from diagnose.simulation.check import check_design
from diagnose.simulation.design import Design
from diagnose.simulation.measurement import build_measurement
from diagnose.simulation.organisation import Organisation, build_organisation
from diagnose.simulation.respond import (
    ATTENTIVE,
    Answered,
    Respondents,
    draw_answers,
    draw_respondents,
    link_codes,
    people_frame,
)
from diagnose.simulation.truth import Truth, find_truth

PLATFORM = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedResponses(Responses):
    """Responses of a synthetic organisation, and the truth about it.

    Attributes
    ----------
    design : Design
        What the organisation was asked to be like.
    seed : int
        With the design, everything that is needed to make the same responses.
    truth : Truth
        Expected scores and reliability. They describe everyone simulated, also
        after `take`.
    careless : pandas.Series of str
        Same index as `answers`: ``""`` for the attentive, ``"straight"`` (one answer
        throughout) or ``"random"``.
    """

    design: Design
    seed: int
    truth: Truth
    careless: pd.Series = field(default_factory=lambda: pd.Series(dtype=str))

    def take(self, keep: pd.Series) -> SimulatedResponses:
        """Return the respondents for whom the boolean `keep` is True, renumbered."""
        # super() without arguments does not work in a dataclass with slots
        taken = Responses.take(self, keep)
        careless = self.careless.loc[keep].reset_index(drop=True)
        return replace(self, **_frames(taken), careless=careless)


def _frames(responses: Responses) -> dict[str, Any]:
    names = ("answers", "not_applicable", "people")
    return {name: getattr(responses, name) for name in names}


def simulate(
    instrument: Instrument,
    *,
    design: Design | None = None,
    seed: int,
    **settings: Any,
) -> SimulatedResponses:
    """Simulate an organisation that answers an instrument, with a known truth.

    Each person has a latent position on every subscale: the level of the team plus
    what is their own. The latent answer to an item follows that position with the
    item's loading, and fixed thresholds turn it into an answer; reverse-keyed items
    are answered in reverse, so that keying restores them. Non-response and missing
    answers do not depend on the position.

    Parameters
    ----------
    instrument : Instrument
        What is asked.
    design : Design, optional
        What the organisation is like.
    seed : int
        Not negative; the same seed and design give the same responses on every
        computer. The global random state is not used.
    **settings
        Fields of `Design` that replace those of `design`.

    Returns
    -------
    SimulatedResponses
        Rows of one wave stand together, in random order.

    Raises
    ------
    DesignError
        The design cannot exist; all problems at once.
    InsufficientDataError
        Nobody took part in one of the waves.
    """
    design = replace(design or Design(), **settings)
    check_design(design, instrument)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(5)]
    measurement = build_measurement(instrument, design)
    organisation = build_organisation(
        design,
        measurement,
        n_leaders=_n_leaders(design, instrument),
        rng=streams[0],
    )
    respondents = draw_respondents(
        design,
        measurement,
        organisation,
        languages=_languages(design, instrument),
        rng=streams[1],
    )
    _require_respondents(design, respondents)
    answered = [
        draw_answers(design, measurement, wave, (streams[2], streams[3], streams[4]))
        for wave in respondents
    ]
    truth = find_truth(
        instrument,
        measurement,
        organisation,
        waves=design.waves,
        n_attentive=_count_attentive(organisation, respondents, answered),
    )
    return SimulatedResponses(
        **_collect(instrument, design, seed, organisation, respondents, answered),
        instrument=instrument,
        hierarchy=design.hierarchy,
        waves=design.waves,
        design=design,
        seed=seed,
        truth=truth,
    )


def _n_leaders(design: Design, instrument: Instrument) -> int:
    if design.leaders_per_team is not None:
        return design.leaders_per_team
    return int(instrument.form_of_role("leader") is not None)


def _languages(design: Design, instrument: Instrument) -> dict[str, float]:
    return dict(design.languages) or {next(iter(instrument.languages)): 1.0}


def _require_respondents(design: Design, respondents: list[Respondents]) -> None:
    empty = [
        label
        for label, wave in zip(design.waves, respondents, strict=True)
        if not len(wave.team)
    ]
    if empty:
        raise InsufficientDataError(
            f"nobody took part in wave {', '.join(empty)}: "
            f"raise the response rate ({design.response_rate:g}) or the team sizes."
        )


def _count_attentive(
    organisation: Organisation,
    respondents: list[Respondents],
    answered: list[Answered],
) -> dict[str, np.ndarray]:
    n_teams = len(organisation.n_members)
    counts: dict[str, list[np.ndarray]] = {FLOOR: [], LEADER: []}
    for who, what in zip(respondents, answered, strict=True):
        attentive = what.careless == ATTENTIVE
        for role, members in ((FLOOR, ~who.leader), (LEADER, who.leader)):
            teams = who.team[attentive & members]
            counts[role].append(np.bincount(teams, minlength=n_teams))
    return {role: np.array(per_wave) for role, per_wave in counts.items()}


def _collect(
    instrument: Instrument,
    design: Design,
    seed: int,
    organisation: Organisation,
    respondents: list[Respondents],
    answered: list[Answered],
) -> dict[str, Any]:
    items = [item.id for item in instrument.closed_items]
    people = [
        people_frame(
            label,
            who,
            what,
            organisation,
            link_codes(who.person, seed) if design.linked else [""] * len(who.person),
        )
        for label, who, what in zip(design.waves, respondents, answered, strict=True)
    ]
    answers = np.concatenate([what.answers for what in answered])
    not_applicable = np.concatenate([what.not_applicable for what in answered])
    careless = np.concatenate([what.careless for what in answered])
    return {
        "answers": pd.DataFrame(answers, columns=items),
        "not_applicable": pd.DataFrame(not_applicable, columns=items),
        "people": pd.concat(people, ignore_index=True),
        "careless": pd.Series(careless, dtype=str, name="careless"),
        "reports": tuple(
            _report(label, what)
            for label, what in zip(design.waves, answered, strict=True)
        ),
        "head_counts": organisation.units.assign(
            n_members=organisation.n_staff("floor").astype(float)
        ),
    }


def _report(wave: str, answered: Answered) -> IntakeReport:
    content = np.ascontiguousarray(answered.answers, dtype="<f8").tobytes()
    return IntakeReport(
        source=f"simulated wave {wave}",
        sha256=hashlib.sha256(content).hexdigest(),
        platform=PLATFORM,
        encoding="",
        delimiter="",
        answers_as="codes",
        n_rows=len(answered.answers),
        n_kept=len(answered.answers),
    )
