"""Who of the people in hidden teams sits in which of them, no publication may tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis import diagnose
from diagnose.diagnosis.drivers import Drivers
from diagnose.disclosure import Publication, publish
from diagnose.instrument import load_instrument
from diagnose.responses import Responses
from diagnose.simulation import simulate

HIERARCHY = ["division", "team"]
OF_ALL_TEAMS = "ad_mean_better_than_"
"""A yes or no that may depend on all teams, and says so (`assess_agreement`)."""

DRIVERS = (
    *("driver.most", "driver.part", "open.drivers_unclear"),
    *("open.drivers_hidden", "open.drivers_alike"),
)
"""How sure the drivers are rests on all teams, hidden ones included (decision 8)."""


@cache
def _organisation(seed: int) -> Responses:
    """Simulate pairs of tiny teams beside larger ones, with codes and order."""
    responses = simulate(
        load_instrument("pulse"),
        seed=seed,
        hierarchy=tuple(HIERARCHY),
        n_units=(3, 12),
        team_sizes=(4, 25, 3, 16, 4, 20, 3, 30, 4, 18, 4, 28),
        response_rate=1.0,
        waves=("1", "2"),
    )
    rng = np.random.default_rng(seed)
    people = responses.people.copy()
    for _, rows in people.groupby("wave").groups.items():
        people.loc[rows, "order"] = rng.permutation(len(rows)).astype(float)
        codes = np.array([f"c{i}" for i in rng.permutation(len(rows))], dtype=object)
        codes[rng.random(len(rows)) < 0.4] = ""
        people.loc[rows, "link"] = codes
    return replace(responses, people=people)


@cache
def _first(seed: int) -> Publication:
    return publish(diagnose(_organisation(seed)))


def _swapped(responses: Responses, published: Publication) -> Responses:
    """Deal the people of hidden teams of each division over these teams again.

    Teams that are hidden everywhere: to cover for others on a subject, a team may be
    hidden there and counted in the participation.
    """
    log = published.suppressed
    tables = [
        {
            (path, subscale)
            for path, subscale in zip(own["path"], own["subscale"], strict=True)
        }
        for _, own in log.loc[log["table"] == "units.cells"].groupby("subscale")
    ]
    counted = published.participation.units
    uncounted = set(counted.loc[counted["status"] == "hidden", "path"])
    hidden = uncounted.intersection(*({path for path, _ in table} for table in tables))
    teams = [path for path in hidden if len(path) == len(HIERARCHY)]
    assert len(teams) >= 4
    people = responses.people.copy()
    rng = np.random.default_rng(1)
    now = people["wave"] == responses.waves[-1]
    paths = pd.Series(list(map(tuple, people[HIERARCHY].to_numpy())), people.index)
    for division in {path[0] for path in teams}:
        own = people.index[
            now & paths.isin([path for path in teams if path[0] == division])
        ]
        people.loc[own, HIERARCHY] = people.loc[
            rng.permutation(own), HIERARCHY
        ].to_numpy()
    assert not people[HIERARCHY].equals(responses.people[HIERARCHY])
    return replace(responses, people=people)


def _told(part: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Yield every value in a publication with its place."""
    inside = _parts_of(part)
    if inside is None:
        yield place, round(part, 8) if isinstance(part, float) else part
        return
    yield f"{place}.names", sorted(map(str, inside))
    for name, value in inside.items():
        yield from _told(value, f"{place}.{name}")


def _parts_of(part: object) -> Mapping[object, object] | None:
    """Return what a value is made of, by name or number; None for a plain value."""
    if isinstance(part, pd.DataFrame):
        columns = [name for name in part if not str(name).startswith(OF_ALL_TEAMS)]
        return dict(enumerate(part[columns].to_dict("records")))
    if isinstance(part, Mapping):
        return part
    if isinstance(part, Sequence) and not isinstance(part, str):
        return dict(enumerate(part))
    if is_dataclass(part):
        names = [field.name for field in fields(part) if field.name != "instrument"]
        return {name: getattr(part, name) for name in names}
    return None


def _without_drivers(published: Publication) -> Publication:
    others = [f for f in published.findings if f.code not in DRIVERS]
    return replace(published, drivers=Drivers(), findings=tuple(others))


@pytest.mark.parametrize("seed", [2, 5])
def test_the_same_is_published_when_people_of_hidden_teams_change_places(seed):
    responses = _organisation(seed)
    first = _first(seed)
    second = publish(diagnose(_swapped(responses, first)))
    before = {place: repr(value) for place, value in _told(_without_drivers(first))}
    after = {place: repr(value) for place, value in _told(_without_drivers(second))}
    changed = {p for p in before.keys() | after.keys() if before.get(p) != after.get(p)}
    assert not changed, sorted(changed)[:20]


def test_nothing_tells_whether_the_one_leader_of_a_team_answered():
    responses = _organisation(2)
    people = responses.people
    leader = (people["role"] == "leader") & (people["wave"] == responses.waves[-1])
    one = people.index[leader][0]
    silent = responses.take(people.index != one)
    team = tuple(people.loc[one, HIERARCHY])

    rows = []
    for published in (_first(2), publish(diagnose(silent))):
        leaders, log = published.units.leaders, published.suppressed
        rows.append(
            (
                leaders.loc[leaders["path"] == team, ["subscale", "status"]],
                log.loc[(log["path"] == team) & (log["table"] == "units.leaders")],
            )
        )
    for answered, not_answered in zip(*rows, strict=True):
        assert len(answered)
        assert answered.to_numpy().tolist() == not_answered.to_numpy().tolist()


def test_the_attack_meets_people_who_are_followed():
    published = _first(2)
    linked, timing = published.change.linked, published.representation.timing
    shown = {"linked": linked, "timing": timing}
    assert any((frame["status"] == "shown").any() for frame in shown.values())
