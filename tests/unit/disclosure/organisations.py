"""Random organisations with every awkward shape, and what a reader can derive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd

from builders import instrument
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.change import Change
from diagnose.diagnosis.columns import (
    AGREEMENT,
    CARELESS,
    COMPARISONS,
    DISTRIBUTIONS,
    FACTOR_MODELS,
    GAP,
    INFORMATION,
    ITEMS,
    LOADINGS,
    PAIRS,
    RELIABILITY,
    VERDICTS,
)
from diagnose.diagnosis.drivers import Drivers
from diagnose.diagnosis.model import Diagnosis, Measurement, Units
from diagnose.diagnosis.movement import Movement
from diagnose.diagnosis.participation import count_participation
from diagnose.diagnosis.profile import profile_roles
from diagnose.diagnosis.representation import Representation
from diagnose.diagnosis.screening import compare_without
from diagnose.diagnosis.trend import (
    WAVE_CELLS,
    compare_waves_from_cells,
    summarise_waves,
)
from diagnose.diagnosis.unit_gap import compare_roles_in_units
from diagnose.diagnosis.units import compare_units, count_cells
from diagnose.disclosure import Publication, derivable_groups
from diagnose.instrument.model import Instrument
from diagnose.responses.model import FLOOR, LEADER, Responses

LEVELS = ("region", "division", "department", "team")
DEEPEST = len(LEVELS)
SMALL = instrument({"v": "v1 v2 v3 v4"})
EMPTY = {
    "agreement": build_frame((), AGREEMENT),
    "careless": build_frame((), CARELESS),
    "distributions": build_frame((), DISTRIBUTIONS),
    "items": build_frame((), ITEMS),
    "reliability": build_frame((), RELIABILITY),
    "verdicts": build_frame((), VERDICTS),
}
"""Tables of an organisation of which only scores are known."""
NO_MODELS = {
    "models": build_frame((), FACTOR_MODELS),
    "loadings": build_frame((), LOADINGS),
    "pairs": build_frame((), PAIRS),
    "information": build_frame((), INFORMATION),
    "comparisons": build_frame((), COMPARISONS),
}


@dataclass(frozen=True, kw_only=True)
class People:
    """Everybody who answered, with their scores: what nobody may work out.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row a person: ``wave``, ``role``, a column a level, ``careless``.
    scores : pandas.DataFrame
        One column a subscale, missing as NaN.
    hierarchy : tuple of str
        Levels from large to small.
    head_counts : pandas.DataFrame or None
        The organisation's list of its smallest units, with ``n_members``.
    """

    frame: pd.DataFrame
    scores: pd.DataFrame
    hierarchy: tuple[str, ...]
    head_counts: pd.DataFrame | None = None

    @cached_property
    def labels(self) -> dict[str, np.ndarray]:
        """The columns of `frame`, quick to compare."""
        return {name: self.frame[name].to_numpy(dtype=object) for name in self.frame}

    def of(self, role: str, wave: str = "2") -> np.ndarray:
        """Tell who of a role answered in a wave, the last one by default."""
        return (self.labels["role"] == role) & (self.labels["wave"] == wave)

    def below(self, path: tuple[str, ...], role: str = FLOOR) -> np.ndarray:
        """Tell who of a role belongs to a unit in the last wave."""
        inside = self.of(role)
        for level, label in zip(self.hierarchy, path, strict=False):
            inside = inside & (self.labels[level] == label)
        return inside

    def units(self, role: str = FLOOR) -> list[tuple[str, ...]]:
        """Return every unit, at every level, in which people of a role answered."""
        own = self.frame.loc[self.of(role), list(self.hierarchy)]
        smallest = own.drop_duplicates().itertuples(index=False, name=None)
        depths = range(1, len(self.hierarchy) + 1)
        return sorted({tuple(p[:depth]) for p in smallest for depth in depths})


def random_people(rng: np.random.Generator) -> People:
    """Draw an organisation of up to three levels and teams of 1 to 15."""
    depth = int(rng.integers(0, 4))
    hierarchy = LEVELS[DEEPEST - depth :]
    rows = [
        {
            "role": FLOOR,
            "wave": "2",
            "team_id": i,
            **dict(zip(hierarchy, path, strict=True)),
        }
        for i, path in enumerate(_leaves(rng, depth))
        for _ in range(int(rng.integers(1, 16)))
    ]
    nobody = dict.fromkeys(hierarchy, "")
    units = [{level: row[level] for level in hierarchy} for row in rows]
    for _ in range(int(rng.choice([0, 3, 6, 9, 40]))):
        own = units[int(rng.integers(len(units)))] if rng.random() < 0.8 else nobody
        rows.append({"role": LEADER, "wave": "2", **own})
    rows += [{"role": FLOOR, "wave": "1", **nobody}] * int(rng.choice([0, 3, 7, 30]))
    frame = pd.DataFrame(rows)
    scores = rng.integers(4, 21, size=len(frame)) / 4.0
    for team in frame["team_id"].dropna().unique():
        if rng.random() < 0.1:
            scores[frame["team_id"] == team] = rng.choice([1.0, 3.25, 5.0])
    scores[rng.random(len(frame)) < rng.choice([0.0, 0.05, 0.3])] = np.nan
    careless = rng.random(len(frame)) < rng.choice([0.0, 0.05, 0.3])
    return People(
        frame=frame.assign(careless=careless & (frame["role"] == FLOOR)),
        scores=pd.DataFrame({"v": scores}),
        hierarchy=hierarchy,
    )


def _leaves(rng: np.random.Generator, depth: int) -> Iterator[tuple[str, ...]]:
    if depth == 0:
        yield ()
        return
    level = LEVELS[DEEPEST - depth]
    labels = [f"{level} {i}" for i in range(int(rng.integers(1, 5)))]
    labels += [""] if rng.random() < 0.3 else []
    for label in labels:
        for below in _leaves(rng, depth - 1):
            yield (label, *below)


def random_large_people(rng: np.random.Generator) -> People:
    """Draw up to four levels, 3 to 40 teams a parent, head counts, several subscales.

    Some skip the items of one subscale, some of another; some leave their unit open.
    """
    depth = int(rng.integers(1, DEEPEST + 1))
    hierarchy = LEVELS[DEEPEST - depth :]
    teams = list(_wide_leaves(rng, depth))
    staff = rng.integers(2, int(rng.choice([8, 12, 25])) + 1, size=len(teams))
    low, high = sorted(rng.uniform(0.2, 1.0, size=2))
    answered = rng.binomial(staff, rng.uniform(low, high, size=len(teams)))
    rows = [
        {"role": FLOOR, "wave": "2", **dict(zip(hierarchy, path, strict=True))}
        for path, number in zip(teams, answered, strict=True)
        for _ in range(int(number))
    ]
    for row in rows:
        if rng.random() < 0.02:  # knows the upper units only, or not even these
            for level in hierarchy[int(rng.integers(depth)) :]:
                row[level] = ""
    rows += [{"role": FLOOR, "wave": "2", **dict.fromkeys(hierarchy, "")}] * 8
    frame = pd.DataFrame(rows).assign(careless=False)
    scores = pd.DataFrame(
        {name: rng.integers(4, 21, size=len(frame)) / 4.0 for name in "vc"}
    )
    near = rng.random(len(teams)) < 0.1
    for path in (teams[i] for i in np.flatnonzero(near)):
        own = (frame[hierarchy[-1]] == path[-1]) & (frame[hierarchy[0]] == path[0])
        scores.loc[own, "v"] = 5.0 - 0.25 * (rng.random(int(own.sum())) < 0.5)
    scores = scores.mask(rng.random(scores.shape) < rng.choice([0.0, 0.1, 0.3]))
    listed = pd.DataFrame(teams, columns=list(hierarchy)).assign(n_members=staff)
    unlisted = rng.random(len(listed)) < rng.choice([0.0, 0.2])
    return People(
        frame=frame,
        scores=scores,
        hierarchy=hierarchy,
        head_counts=listed.loc[~unlisted].astype({"n_members": float}),
    )


def _wide_leaves(rng: np.random.Generator, depth: int) -> Iterator[tuple[str, ...]]:
    level = LEVELS[DEEPEST - depth]
    if depth == 1:
        for i in range(int(rng.choice([3, 4, 6, 9, 15, 40]))):
            yield (f"{level} {i}",)
        return
    for i in range(int(rng.integers(1, 4))):
        for below in _wide_leaves(rng, depth - 1):
            yield (f"{level} {i}", *below)


def people_of(
    teams: dict[tuple[str, ...], list[float]], n_members: Sequence[int] = ()
) -> People:
    """Return the work floor of one wave from the scores in each team.

    Without head counts nobody vouches for the names of the teams.
    """
    depth = len(next(iter(teams)))
    hierarchy = LEVELS[DEEPEST - depth :]
    rows = [
        {"role": FLOOR, "wave": "2", **dict(zip(hierarchy, path, strict=True))}
        for path, scores in teams.items()
        for _ in scores
    ]
    scores = [score for own in teams.values() for score in own]
    return People(
        frame=pd.DataFrame(rows).assign(careless=False),
        scores=pd.DataFrame({"v": scores}),
        hierarchy=hierarchy,
        head_counts=_list_units(teams, hierarchy, n_members) if n_members else None,
    )


def _list_units(
    teams: dict[tuple[str, ...], list[float]],
    hierarchy: tuple[str, ...],
    n_members: Sequence[int],
) -> pd.DataFrame:
    known = [
        {**dict(zip(hierarchy, path, strict=True)), "n_members": float(number)}
        for path, number in zip(teams, n_members, strict=True)
        if path[-1]
    ]
    return pd.DataFrame(known)


def diagnose_people(people: People, asked: Instrument = SMALL) -> Diagnosis:
    """Return the diagnosis of people of whom only scores are known."""
    frame, scores = people.frame, people.scores
    now, floor = frame["wave"] == "2", frame["role"] == FLOOR
    own, own_scores = frame.loc[now & floor], scores.loc[now & floor]
    waves = tuple(sorted(frame["wave"].unique()))
    led = people.of(LEADER).any()  # `publish` compares the roles itself
    profile = profile_roles(scores.loc[now], frame.loc[now, "role"], conf_level=0.95)
    cells = count_cells(own_scores, own, people.hierarchy)
    estimates, models = compare_units(cells, conf_level=0.95)
    leaders = count_cells(
        scores.loc[now & ~floor], frame.loc[now & ~floor], people.hierarchy
    )
    trend = summarise_waves(scores.loc[floor], frame.loc[floor, "wave"], waves)
    return Diagnosis(
        instrument=asked,
        wave="2",
        waves=waves,
        hierarchy=people.hierarchy,
        conf_level=0.95,
        intake=(),
        participation=count_participation(_responses(people, now, asked)),
        measurement=Measurement(
            reliability=EMPTY["reliability"],
            items=EMPTY["items"],
            verdicts=EMPTY["verdicts"],
            careless=EMPTY["careless"],
            sensitivity=compare_without(own_scores, own["careless"].to_numpy()),
            **NO_MODELS,
        ),
        profile=profile,
        distributions=EMPTY["distributions"],
        units=Units(
            cells=cells,
            agreement=EMPTY["agreement"],
            estimates=estimates,
            models=models,
            leaders=leaders,
            gaps=compare_roles_in_units(cells, leaders, conf_level=0.95),
        ),
        gap=build_frame([{"subscale": "v"}] if led else [], GAP),
        trend=compare_waves_from_cells(trend, conf_level=0.95),
        wave_cells=build_frame((), WAVE_CELLS),
        change=Change(),
        representation=Representation(),
        drivers=Drivers(),
        movement=Movement(),
        findings=(),
    )


def _responses(people: People, now: pd.Series, asked: Instrument) -> Responses:
    frame = people.frame.loc[now].reset_index(drop=True)
    nothing = pd.DataFrame(index=frame.index)
    return Responses(
        instrument=asked,
        answers=nothing,
        not_applicable=nothing,
        people=frame,
        hierarchy=people.hierarchy,
        waves=("2",),
        reports=(),
        head_counts=people.head_counts,
    )


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What a reader of a publication knows about one subscale: sums over people.

    Attributes
    ----------
    known : list of numpy.ndarray of bool
        The people behind each published number, in the order of `People.frame`.
    told : list of tuple of float
        Number and mean that are published for each.
    hidden : list of numpy.ndarray of bool
        The people behind each hidden cell of a unit.
    """

    known: list[np.ndarray]
    told: list[tuple[float, float]]
    hidden: list[np.ndarray]


def read_publication(
    publication: Publication, people: People, subscale: str = "v"
) -> Reader:
    """Collect every number about scores in a publication, with the people behind it."""
    valid = people.scores[subscale].notna().to_numpy()
    units = publication.units
    tables = {
        role: frame.loc[frame["subscale"] == subscale]
        for role, frame in ((FLOOR, units.cells), (LEADER, units.leaders))
    }
    told = [
        *_tell_roles(publication, people, subscale),
        *(cell for role in tables for cell in _tell_units(tables[role], people, role)),
        *_tell_gaps(publication, people, subscale),
    ]
    # Not from the log: units that nobody vouches for have no name there.
    hidden = [
        people.below(path, role) & valid
        for role, table in tables.items()
        for path in people.units(role)
        if path not in set(table.loc[table["status"] == "shown", "path"])
    ]
    return Reader(
        known=[members & valid for members, _, _ in told],
        told=[(number, mean) for _, number, mean in told],
        hidden=[members for members in hidden if members.any()],
    )


Told = Iterator[tuple[np.ndarray, float, float]]


def _tell_roles(publication: Publication, people: People, subscale: str) -> Told:
    for row in _shown(publication.profile, subscale):
        yield people.of(row["role"]), row["n_respondents"], row["mean"]
    for row in _shown(publication.trend, subscale):
        yield people.of(FLOOR, row["wave"]), row["n_respondents"], row["mean"]
    for row in _shown(publication.gap, subscale):
        for role in (FLOOR, LEADER):
            yield people.of(role), row[f"n_{role}"], row[f"mean_{role}"]
    kept = people.of(FLOOR) & ~people.labels["careless"].astype(bool)
    for row in _shown(publication.measurement.sensitivity, subscale):
        yield people.of(FLOOR), row["n_all"], row["mean_all"]
        yield kept, row["n_without"], row["mean_without"]


def _tell_gaps(publication: Publication, people: People, subscale: str) -> Told:
    gaps = publication.units.gaps
    for row in gaps.loc[gaps["subscale"] == subscale].to_dict("records"):
        for role in (FLOOR, LEADER):
            members = people.below(row["path"], role)
            yield members, row[f"n_{role}"], row[f"mean_{role}"]


def _tell_units(cells: pd.DataFrame, people: People, role: str) -> Told:
    rows = _shown(cells)
    shown = [row["path"] for row in rows if row["status"] == "shown"]
    for row in rows:
        members = people.below(row["path"], role)
        if row["status"] == "rest":
            members = rest_of(people, row["parent"], shown, role)
        yield members, row["n_respondents"], row["mean"]


def rest_of(
    people: People,
    parent: tuple[str, ...],
    shown: list[tuple[str, ...]],
    role: str = FLOOR,
) -> np.ndarray:
    """Tell who belongs to a unit and to none of its units that are shown."""
    members = people.below(parent, role)
    for path in shown:
        if path != parent and path[: len(parent)] == parent:
            members = members & ~people.below(path, role)
    return members


def _shown(frame: pd.DataFrame, subscale: str = "") -> list[dict]:
    if frame.empty:
        return []
    kept = frame["status"] != "hidden"
    if subscale:
        kept &= frame["subscale"] == subscale
    return frame.loc[kept].to_dict("records")


def leaks(reader: Reader, *, threshold: int) -> list[str]:
    """Return what the reader can work out and should not.

    Two people behind exactly the same published numbers cannot be told apart, so
    every group that can be worked out takes such a class whole. That makes the search
    over groups below the threshold exact and short.
    """
    if not reader.known:
        return []
    known = np.array(reader.known, dtype=float)
    hidden = np.array(reader.hidden, dtype=float)
    both = np.vstack([known, hidden]) if len(hidden) else known
    # People who are alike in the published *and* the hidden groups are one atom.
    atoms, sizes = np.unique(both, axis=1, return_counts=True)
    groups = [
        *atoms[len(known) :],
        *_small_groups(atoms[: len(known)], sizes, threshold),
    ]
    if not groups:
        return []
    derived = derivable_groups(atoms[: len(known)], np.array(groups))
    return [f"{groups[i] @ sizes:.0f} people" for i in np.flatnonzero(derived)]


def _small_groups(
    known: np.ndarray, sizes: np.ndarray, threshold: int
) -> Iterator[np.ndarray]:
    """Yield every group below the threshold that takes classes of `known` whole."""
    classes, of_class = np.unique(known, axis=1, return_inverse=True)
    people = np.bincount(of_class.ravel(), weights=sizes)
    few = np.flatnonzero(classes.any(axis=0) & (people < threshold))
    for size in range(1, threshold):
        for group in combinations(few, size):
            if people[list(group)].sum() < threshold:
                yield np.isin(of_class.ravel(), group).astype(float)
