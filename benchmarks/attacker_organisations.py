"""Random organisations for the attacker: every shape that makes hiding difficult.

One to four levels, 3 to 40 teams a parent, 3 to 15 people a team and some large ones,
40 to 100 % response, items skipped by single people and by whole teams, teams that
answer alike, people without a unit, leaders of teams and of larger units, three waves
between which teams and people come and go.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from diagnose.instrument import Instrument, load_instrument
from diagnose.responses import Responses
from diagnose.responses.model import IntakeReport

LEVELS = ("division", "department", "section", "team")
WAVES = ("1", "2", "3")
FLOOR, LEADER = "floor", "leader"
MOST_TEAMS = 90
"""Above this, the lowest units are drawn fewer a parent, so that a run stays short."""

Path = tuple[str, ...]


@cache
def asked() -> Instrument:
    """Return a subscale of four items and one of a single item."""
    scan, pulse = load_instrument("bottom-up"), load_instrument("pulse")
    single = next(s for s in pulse.subscales if s.id == "o")
    content = scan.model_dump()
    several = next(s for s in scan.subscales if s.id == "v")
    content["subscales"] = (several.model_dump(), single.model_dump())
    content["context_items"] = content["open_items"] = content["suitability"] = ()
    return Instrument.model_validate(content)


def items_of() -> dict[str, tuple[str, ...]]:
    """Return the items of each subscale."""
    return {s.id: tuple(item.id for item in s.items) for s in asked().subscales}


def draw_organisation(rng: np.random.Generator) -> Responses:
    """Draw one organisation and everything that it answered."""
    hierarchy = LEVELS[-int(rng.integers(1, 5)) :]
    teams = _draw_teams(rng, len(hierarchy))
    staff = _draw_staff(rng, len(teams))
    people = _draw_people(rng, hierarchy, teams, staff)
    answers = _draw_answers(rng, people)
    people = people.drop(columns="team_id")
    counts = pd.DataFrame(teams, columns=list(hierarchy)).assign(n_members=staff)
    return Responses(
        instrument=asked(),
        answers=answers,
        not_applicable=pd.DataFrame(
            False, index=answers.index, columns=answers.columns
        ),
        people=people,
        hierarchy=hierarchy,
        waves=WAVES,
        reports=tuple(_report(people, wave) for wave in WAVES),
        head_counts=counts if rng.random() < 0.8 else None,
    )


def _draw_teams(rng: np.random.Generator, depth: int) -> list[Path]:
    """Draw the paths of all teams; every label is that of one unit only."""
    paths: list[Path] = [()]
    for _ in range(depth - 1):
        paths = [
            (*path, f"{path[-1] if path else 'u'}{'abc'[place]}")
            for path in paths
            for place in range(int(rng.integers(1, 4)))
        ]
    most = max(3, min(40, MOST_TEAMS // len(paths)))
    return [
        (*path, f"{path[-1] if path else ''}{place}")
        for path in paths
        for place in range(int(np.exp(rng.uniform(np.log(3), np.log(most + 1)))))
    ]


def _draw_staff(rng: np.random.Generator, n_teams: int) -> np.ndarray:
    staff = rng.integers(3, 16, size=n_teams)
    large = rng.random(n_teams) < 0.05
    staff[large] = rng.integers(30, 81, size=int(large.sum()))
    return staff


def _draw_people(
    rng: np.random.Generator,
    hierarchy: tuple[str, ...],
    teams: list[Path],
    staff: np.ndarray,
) -> pd.DataFrame:
    rate = rng.uniform(0.4, 1.0)
    n_leaders = int(rng.choice([0, 1, 2, 6], p=[0.2, 0.4, 0.3, 0.1]))
    lost = rng.choice([0.0, 0.02, 0.1])
    rows = []
    for wave in WAVES:
        for team_id, (path, members) in enumerate(zip(teams, staff, strict=True)):
            if wave != WAVES[-1] and rng.random() < 0.1:
                continue  # a team that did not exist yet
            own = np.clip(rate + rng.normal(0, 0.1), 0, 1)
            n_floor = int(rng.binomial(int(members), own))
            for role, number in (
                (FLOOR, n_floor),
                (LEADER, rng.binomial(n_leaders, own)),
            ):
                for _ in range(number):
                    at = len(path)
                    if rng.random() < lost:
                        at = int(rng.integers(0, len(path)))
                    elif role == LEADER and rng.random() < 0.2:
                        at = len(path) - 1  # leads what the team is part of
                    known = path[:at] + ("",) * (len(path) - at)
                    rows.append((wave, role, team_id, *known))
    people = pd.DataFrame(rows, columns=["wave", "role", "team_id", *hierarchy])
    return people.assign(language="en", seconds=np.nan, link=_draw_links(rng, people))


def _draw_links(rng: np.random.Generator, people: pd.DataFrame) -> np.ndarray:
    """Return codes by which people are followed, in one organisation of three."""
    links = np.full(len(people), "", dtype=object)
    if rng.random() < 2 / 3:
        return links
    floor = (people["role"] == FLOOR).to_numpy()
    place = people.groupby(["wave", "role", "team_id"]).cumcount()
    codes = people["team_id"].astype(str) + "-" + place.astype(str)
    keeps = rng.random(len(people)) < 0.8
    links[floor & keeps] = codes[floor & keeps]
    return links


def _draw_answers(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    items = [item for own in items_of().values() for item in own]
    n_teams = int(people["team_id"].max()) + 1
    level = rng.normal(3.3, 0.4, size=n_teams)[people["team_id"]]
    level = level + rng.normal(0, 0.5, size=len(people))
    drawn = level[:, None] + rng.normal(0, 0.8, size=(len(people), len(items)))
    answers = np.clip(np.round(drawn), 1, 5)
    team = people["team_id"].to_numpy()
    for team_id in range(n_teams):
        if rng.random() < 0.05:  # everybody in the team answers alike
            answers[team == team_id] = rng.integers(1, 6)
    skipped = rng.random(answers.shape) < rng.choice([0.0, 0.005, 0.03, 0.15])
    if rng.random() < 0.3:  # an item that means nothing to a whole team
        skipped[team == rng.integers(n_teams), rng.integers(len(items))] = True
    answers[skipped] = np.nan
    reverse = [item.keyed == "reverse" for s in asked().subscales for item in s.items]
    answers[:, reverse] = 6 - answers[:, reverse]
    return pd.DataFrame(answers, columns=items)


def _report(people: pd.DataFrame, wave: str) -> IntakeReport:
    number = int((people["wave"] == wave).sum())
    return IntakeReport(
        source=f"wave-{wave}.csv",
        sha256="0" * 64,
        platform="generic",
        encoding="utf-8",
        delimiter=",",
        answers_as="codes",
        n_rows=number,
        n_kept=number,
    )
