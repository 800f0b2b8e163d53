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
_PACE_SPREAD = 0.35
"""Standard deviation of the logarithm of the time taken."""


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


@dataclass(slots=True, kw_only=True, eq=False)
class _Staff:
    """Everyone on the payroll in the present wave; stayers carry over to the next."""

    team: np.ndarray
    leader: np.ndarray
    person: np.ndarray
    own: np.ndarray
    camp: np.ndarray
    tongue: np.ndarray


def draw_respondents(
    design: Design,
    measurement: Measurement,
    organisation: Organisation,
    *,
    languages: dict[str, float],
    rng: np.random.Generator,
) -> list[Respondents]:
    """Draw the staff of every wave and who of them takes part."""
    root = np.linalg.cholesky(measurement.correlation)
    staff = _hire(organisation, len(root))
    waves = []
    for wave in range(len(design.waves)):
        _renew(staff, design, root, first=wave == 0, rng=rng)
        position = _positions(staff, measurement, organisation, wave)
        chance = organisation.response_rate[staff.team]
        here = np.flatnonzero(rng.random(len(chance)) < chance)
        here = rng.permutation(here)  # the order of an export says nothing of the team
        waves.append(
            Respondents(
                team=staff.team[here],
                leader=staff.leader[here],
                person=staff.person[here],
                position=position[here],
                language=_languages(staff.tongue[here], languages),
            )
        )
    return waves


def _hire(organisation: Organisation, n_subscales: int) -> _Staff:
    sizes = organisation.n_members
    n_staff = int(sizes.sum())
    rank = np.arange(n_staff) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return _Staff(
        team=np.repeat(np.arange(len(sizes)), sizes),
        leader=rank < organisation.n_leaders,
        person=np.full(n_staff, -n_staff) + np.arange(n_staff),
        own=np.zeros((n_staff, n_subscales)),
        camp=np.zeros(n_staff),
        tongue=np.zeros(n_staff),
    )


def _renew(
    staff: _Staff,
    design: Design,
    root: np.ndarray,
    *,
    first: bool,
    rng: np.random.Generator,
) -> None:
    """Replace leavers by new people, and let stayers change their minds a little."""
    n_staff = len(staff.team)
    new = rng.random(n_staff) >= (0.0 if first else design.stayers_share)
    newcomers = staff.person.max() + 1 + np.arange(n_staff)
    staff.person = np.where(new, newcomers, staff.person)
    keep = np.where(new, 0.0, design.stability)[:, np.newaxis]
    drawn = rng.standard_normal(staff.own.shape) @ root.T
    staff.own = keep * staff.own + np.sqrt(1 - keep**2) * drawn
    staff.camp = np.where(new, np.where(rng.random(n_staff) < 0.5, -1, 1), staff.camp)
    staff.tongue = np.where(new, rng.random(n_staff), staff.tongue)


def _positions(
    staff: _Staff, measurement: Measurement, organisation: Organisation, wave: int
) -> np.ndarray:
    level = np.where(
        staff.leader[:, np.newaxis],
        organisation.leader_level[wave][staff.team],
        organisation.floor_level[wave][staff.team],
    )
    camp = staff.camp * ~staff.leader * organisation.half_distance[staff.team]
    own = staff.own * np.sqrt(1 - measurement.team_share)
    position: np.ndarray = level + camp[:, np.newaxis] + own
    return position


def _languages(tongue: np.ndarray, languages: dict[str, float]) -> np.ndarray:
    upper = np.cumsum(list(languages.values()))
    chosen = np.searchsorted(upper, tongue, side="right")
    codes = np.array(list(languages), dtype=object)
    spoken: np.ndarray = codes[np.minimum(chosen, len(codes) - 1)]
    return spoken


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
    careless = _answer_carelessly(design, items, answers, inattentive)
    not_applicable = _open_gaps(design, items, answers, respondents.leader, gaps)
    spread = np.exp(_PACE_SPREAD * inattentive.standard_normal(len(answers)))
    pace = design.seconds_per_item * len(items) * spread
    return Answered(
        answers=answers,
        not_applicable=not_applicable,
        careless=careless,
        seconds=np.round(np.where(careless == ATTENTIVE, pace, _HURRY * pace), 2),
    )


def _answer_carelessly(
    design: Design,
    items: tuple[ItemModel, ...],
    answers: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Overwrite in place the answers of the careless; return who they are."""
    chance, level = rng.random(len(answers)), rng.random(len(answers))
    loose = rng.random(answers.shape)
    straight = chance < design.straight_share
    at_random = ~straight & (chance < design.straight_share + design.random_share)
    for column, item in enumerate(items):
        for who, where in ((straight, level), (at_random, loose[:, column])):
            category = (where[who] * len(item.values)).astype(int)
            answers[who, column] = item.values[category]
    kinds = np.full(len(answers), ATTENTIVE, dtype=object)
    kinds[straight], kinds[at_random] = STRAIGHT, RANDOM
    return kinds


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
