"""Staff take part, hold a latent position, and answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diagnose.responses.model import FLOOR, LEADER
from diagnose.simulation.design import Design
from diagnose.simulation.measurement import ItemModel, Measurement
from diagnose.simulation.organisation import Organisation

ATTENTIVE = ""
STRAIGHT = "straight"
RANDOM = "random"
_HURRY = 0.3
"""Careless respondents take this share of the usual time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Respondents:
    """Who took part in one wave, and where they stand.

    Attributes
    ----------
    team : numpy.ndarray of int, shape (n_respondents,)
        Row of the team in the organisation.
    leader : numpy.ndarray of bool, shape (n_respondents,)
        Whether the respondent leads the team.
    person : numpy.ndarray of int, shape (n_respondents,)
        Number of the person, the same in every wave.
    position : numpy.ndarray, shape (n_respondents, n_subscales)
        Latent position on each subscale.
    language : numpy.ndarray of str, shape (n_respondents,)
        Language code.
    """

    team: np.ndarray
    leader: np.ndarray
    person: np.ndarray
    position: np.ndarray
    language: np.ndarray


def draw_respondents(
    design: Design,
    measurement: Measurement,
    organisation: Organisation,
    *,
    languages: dict[str, float],
    rng: np.random.Generator,
) -> list[Respondents]:
    """Draw the staff of every wave and who of them takes part."""
    n_teams = len(organisation.n_members)
    team = np.repeat(np.arange(n_teams), organisation.n_members)
    leader = _leads(organisation)
    n_staff, n_subscales = len(team), len(measurement.subscales)
    root = np.linalg.cholesky(measurement.correlation)
    own, camp = np.zeros((n_staff, n_subscales)), np.zeros(n_staff)
    tongue = np.zeros(n_staff)
    person, n_persons = np.zeros(n_staff, dtype=int), 0
    waves = []
    for number in range(len(design.waves)):
        new = rng.random(n_staff) >= (design.stayers_share if number else 0.0)
        person = np.where(new, n_persons + np.arange(n_staff), person)
        n_persons += n_staff
        keep = np.where(new, 0.0, design.stability)[:, np.newaxis]
        drawn = rng.standard_normal((n_staff, n_subscales)) @ root.T
        own = keep * own + np.sqrt(1 - keep**2) * drawn
        camp = np.where(new, np.sign(rng.random(n_staff) - 0.5), camp)
        tongue = np.where(new, rng.random(n_staff), tongue)
        position = _positions(organisation, measurement, number, team, leader)
        position += own * np.sqrt(1 - measurement.team_share)
        position += (camp * ~leader * organisation.half_distance[team])[:, np.newaxis]
        here = np.flatnonzero(rng.random(n_staff) < organisation.response_rate[team])
        here = rng.permutation(here)  # the order of an export says nothing of the team
        waves.append(
            Respondents(
                team=team[here],
                leader=leader[here],
                person=person[here],
                position=position[here],
                language=_languages(tongue[here], languages),
            )
        )
    return waves


def _leads(organisation: Organisation) -> np.ndarray:
    first = np.cumsum(organisation.n_members) - organisation.n_members
    rank = np.arange(organisation.n_members.sum()) - np.repeat(
        first, organisation.n_members
    )
    leads: np.ndarray = rank < organisation.n_leaders
    return leads


def _positions(
    organisation: Organisation,
    measurement: Measurement,
    wave: int,
    team: np.ndarray,
    leader: np.ndarray,
) -> np.ndarray:
    floor = organisation.floor_level[wave][team]
    return np.where(leader[:, np.newaxis], organisation.leader_level[wave][team], floor)


def _languages(tongue: np.ndarray, languages: dict[str, float]) -> np.ndarray:
    upper = np.cumsum(list(languages.values()))
    chosen = np.searchsorted(upper, tongue, side="right")
    codes = np.array(list(languages), dtype=object)
    return codes[np.minimum(chosen, len(codes) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """The answers of one wave.

    Attributes
    ----------
    answers : numpy.ndarray, shape (n_respondents, n_closed_items)
        Response-scale values as answered, not keyed; NaN when missing.
    not_applicable : numpy.ndarray of bool
        Same shape: the answer was "don't know".
    careless : numpy.ndarray of str, shape (n_respondents,)
        ``""`` (attentive), ``"straight"`` or ``"random"``.
    seconds : numpy.ndarray, shape (n_respondents,)
        Time taken.
    """

    answers: np.ndarray
    not_applicable: np.ndarray
    careless: np.ndarray
    seconds: np.ndarray


def draw_answers(
    design: Design,
    measurement: Measurement,
    respondents: Respondents,
    rngs: tuple[np.random.Generator, np.random.Generator, np.random.Generator],
) -> Answered:
    """Let respondents answer, some of them without reading, and leave gaps.

    Attentive answers, carelessness and gaps have a random stream each, so that more
    carelessness in the design leaves the answers of the attentive as they were.
    """
    attentive, inattentive, gaps = rngs
    items = measurement.closed_items
    answers = _attentive_answers(measurement, respondents, attentive)
    n_respondents = len(answers)
    chance, level = inattentive.random(n_respondents), inattentive.random(n_respondents)
    careless = np.where(
        chance < design.straight_share,
        STRAIGHT,
        np.where(
            chance < design.straight_share + design.random_share, RANDOM, ATTENTIVE
        ),
    )
    loose = inattentive.random(answers.shape)
    for column, item in enumerate(items):
        straight = item.values[(level * len(item.values)).astype(int)]
        at_random = item.values[(loose[:, column] * len(item.values)).astype(int)]
        answers[:, column] = np.select(
            [careless == STRAIGHT, careless == RANDOM],
            [straight, at_random],
            answers[:, column],
        )
    not_applicable = _open_gaps(design, items, answers, respondents.leader, gaps)
    pace = (
        design.seconds_per_item
        * len(items)
        * np.exp(0.35 * inattentive.standard_normal(n_respondents))
    )
    seconds = np.round(np.where(careless == ATTENTIVE, pace, _HURRY * pace), 2)
    return Answered(
        answers=answers,
        not_applicable=not_applicable,
        careless=careless.astype(object),
        seconds=seconds,
    )


def _attentive_answers(
    measurement: Measurement, respondents: Respondents, rng: np.random.Generator
) -> np.ndarray:
    columns = []
    for subscale, items in enumerate(measurement.items):
        position = respondents.position[:, subscale]
        columns += [_answer(item, position, rng) for item in items]
    n_subscales = len(measurement.subscales)
    spread = np.sqrt(measurement.correlation.sum()) / n_subscales
    average = (respondents.position - measurement.mean).mean(axis=1) / spread
    columns += [_answer(item, average, rng) for item in measurement.context_items]
    return np.column_stack(columns)


def _answer(
    item: ItemModel, position: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    error = rng.standard_normal(len(position)) * np.sqrt(1 - item.loading**2)
    category = np.searchsorted(item.cuts, item.loading * position + error)
    keyed = item.values[category]
    raw: np.ndarray = keyed if item.mirror is None else item.mirror - keyed
    return raw


def _open_gaps(
    design: Design,
    items: tuple[ItemModel, ...],
    answers: np.ndarray,
    leader: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Blank answers in place; return where the answer was "don't know"."""
    chance = rng.random(answers.shape)
    skipped = chance < design.unanswered_share
    has_dont_know = np.array([item.has_dont_know for item in items])
    not_applicable = (rng.random(answers.shape) < design.dont_know_share) & ~skipped
    not_applicable &= has_dont_know
    for column, item in enumerate(items):
        for role, members in ((LEADER, leader), (FLOOR, ~leader)):
            if role not in item.roles:
                skipped[members, column] = True
                not_applicable[members, column] = False
    answers[skipped | not_applicable] = np.nan
    return not_applicable


def link_codes(person: np.ndarray, seed: int) -> list[str]:
    """Return the keyed hash of each person, 16 hexadecimal digits."""
    key = str(seed).encode("ascii")[:64]
    return [
        hashlib.blake2b(str(number).encode("ascii"), key=key, digest_size=8).hexdigest()
        for number in person
    ]


def people_frame(
    wave: str,
    respondents: Respondents,
    answered: Answered,
    organisation: Organisation,
    links: list[str],
) -> pd.DataFrame:
    """Return the people of one wave in the columns that `Responses` promises."""
    units = organisation.units.iloc[respondents.team].reset_index(drop=True)
    facts = pd.DataFrame(
        {
            "wave": wave,
            "role": np.where(respondents.leader, LEADER, FLOOR),
            "language": respondents.language,
            "seconds": answered.seconds,
            "link": links,
        },
        index=units.index,
    ).astype({"wave": str, "role": str, "language": str, "link": str})
    return pd.concat([facts, units], axis=1)
