"""What follows from statements about groups, by rank and by integer programming.

The attacker knows for every statement which people it is about, who is in which unit,
role and wave, who answered which items, who can be followed, whose answers look
careless, and the head counts. Unknown are the answers.

By rank
    Score and item sums of one role, wave and subscale are weighted sums over the
    answers. People behind the same statements who answered the same items have the
    same weights in everything that can be made of the statements, so they are one
    class. Can a combination be made that is about the answers of fewer people than the
    threshold? Then the rows have a combination that vanishes on all other classes, and
    the rank falls when the classes of such a group are taken out.
By integer programming
    Counts lie between nobody and the head count, scores within their response scale.
    Is only one number left possible for a small group, or for a score an interval
    narrower than one answer step?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from attacker_files import NOW, Told
from attacker_organisations import FLOOR, WAVES, Path, items_of

from diagnose.diagnosis.screening import find_careless
from diagnose.disclosure.tree import Cell, is_unanimous
from diagnose.responses import Responses
from diagnose.scoring import score
from diagnose.statistics.bounds import bound_groups

THRESHOLD = 5
MOST_TRIES = 20_000
_TOLERANCE = 1e-9
_LOWEST, _HIGHEST = 1.0, 5.0

Members = np.ndarray
Key = tuple[str, str, str]
"""Role, wave and subscale."""


class Leak(NamedTuple):
    """Something about a small group that follows from what was told."""

    way: str
    about: str
    n_people: int


class Attacker:
    """Knows everything about an organisation but the answers."""

    def __init__(self, responses: Responses) -> None:
        self._responses = responses
        people = responses.people
        self._depth = len(responses.hierarchy)
        self._units = people[list(responses.hierarchy)].to_numpy(dtype=object)
        self._role = people["role"].to_numpy(dtype=object)
        self._wave = people["wave"].to_numpy(dtype=object)
        self._link = people["link"].to_numpy(dtype=object)
        self._answered = {
            subscale: responses.answers[list(items)].notna().to_numpy()
            for subscale, items in items_of().items()
        }
        self.scores = score(responses).frame
        self._valid = {s: self.scores[s].notna().to_numpy() for s in self._answered}

    def of(self, role: str, wave: str) -> Members:
        """Tell who of a role answered in a wave."""
        return (self._role == role) & (self._wave == wave)

    def below(self, path: Path, role: str, wave: str = NOW) -> Members:
        """Tell who of a role answered below a unit."""
        inside = self.of(role, wave)
        for level, label in enumerate(path):
            inside = inside & (self._units[:, level] == label)
        return inside

    @cached_property
    def _careless(self) -> Members:
        """Whose answers look careless; the attacker sees it, to be on the safe side."""
        now = self.of(FLOOR, NOW)
        own = self._responses.take(pd.Series(now))
        flagged = np.zeros(len(now), dtype=bool)
        flagged[now] = find_careless(own, score(own))[1]
        return flagged

    def _scored_codes(self, wave: str, subscale: str) -> set[str]:
        own = self.of(FLOOR, wave) & self._valid[subscale]
        return set(self._link[own]) - {""}

    def _followed(self, told: Told) -> Members:
        own = self.of(FLOOR, told.wave) & self._valid[told.subscale]
        other = NOW if told.wave != NOW else WAVES[-2]
        again = self._scored_codes(other, told.subscale)
        stayed = np.array([code in again for code in self._link], dtype=bool)
        if told.kind == "left":
            return own & ~stayed & (self._link != "")
        return own & stayed

    def members(self, told: Told, beside: Sequence[Told]) -> Members:
        """Tell who is behind a statement, given the others of the same table."""
        if told.kind in ("linked", "stayed", "left"):
            return self._followed(told)
        if told.kind == "item":
            place = items_of()[told.subscale].index(told.item)
            own = self.of(told.role, told.wave)
            return own & self._answered[told.subscale][:, place]
        own = self.below(told.path, told.role, told.wave)
        if told.kind in ("rest", "people_rest"):
            for other in beside:
                depth = len(told.path)
                if other.path[:depth] == told.path and len(other.path) > depth:
                    own = own & ~self.below(other.path, told.role, told.wave)
        if told.kind == "kept":
            own = own & ~self._careless
        if told.kind in ("people", "people_rest"):
            return own
        return own & self._valid[told.subscale]

    def unit_sizes(self, subscale: str) -> dict[Path, int]:
        """Return the scores of the work floor in each unit of every level."""
        own = self.of(FLOOR, NOW) & self._valid[subscale]
        found: dict[Path, int] = {}
        for row in self._units[own]:
            for end in range(1, self._depth + 1):
                path = tuple(row[:end])
                found[path] = found.get(path, 0) + 1
        return found

    def alike(self, subscale: str, paths: Sequence[Path]) -> set[Path]:
        """Return the units in which a mean would tell what everybody scored."""
        found = set()
        for path in paths:
            own = self.scores.loc[
                self.below(path, FLOOR) & self._valid[subscale], subscale
            ]
            cell = Cell(n_respondents=len(own), mean=own.mean(), sd=own.std())
            if len(own) and is_unanimous(cell, (_LOWEST, _HIGHEST)):
                found.add(path)
        return found

    def check_numbers(self, told: Sequence[Told]) -> list[str]:
        """Return the statements whose number is not that of their people."""
        wrong = []
        for one in told:
            own = self.members(one, _beside(one, told))
            if own.sum() != one.n_respondents:
                wrong.append(f"{one}: {own.sum()}")
            elif one.kind != "item" and not np.isnan(one.mean):
                mean = float(self.scores.loc[own, one.subscale].mean())
                if abs(mean - one.mean) > 0.006:
                    wrong.append(f"{one}: {mean}")
        return wrong

    def leaks(self, told: Sequence[Told], *, rounded: bool = False) -> list[Leak]:
        """Return everything that follows about small groups.

        Rounded numbers are used by rank only: equations do not need their values.
        """
        found: list[Leak] = []
        for key in _keys(told):
            own = [one for one in told if _key(one) == key]
            groups = self._groups(key, own)
            found += self._score_leaks(key, own, groups)
            if not rounded:
                found += self._narrow_scores(key, own, groups)
        return [*found, *self._count_leaks(told)]

    # --- scores ---------------------------------------------------------------

    def _groups(self, key: Key, told: Sequence[Told]) -> np.ndarray:
        """Return who of those that answered the subscale is behind each statement."""
        there = self._there(key)
        return np.array(
            [self.members(one, _beside(one, told))[there] for one in told], dtype=bool
        )

    def _there(self, key: Key) -> Members:
        role, wave, subscale = key
        return self.of(role, wave) & self._answered[subscale].any(axis=1)

    def _score_leaks(
        self, key: Key, told: Sequence[Told], groups: np.ndarray
    ) -> Iterator[Leak]:
        subscale = key[2]
        system = _Classes.make(groups, self._answered[subscale][self._there(key)])
        items = items_of()[subscale]
        rows = np.array(
            [
                system.item_row(place, items.index(one.item))
                if one.kind == "item"
                else system.score_row(place)
                for place, one in enumerate(told)
            ]
        )
        size = smallest_group(rows, system.owner, system.sizes)
        if not size:
            return
        of_scores = rows[[one.kind != "item" for one in told]]
        alone = smallest_group(of_scores, system.owner, system.sizes)
        yield Leak("scores" if alone else "items", " ".join(key), alone or size)

    def _narrow_scores(
        self, key: Key, told: Sequence[Told], groups: np.ndarray
    ) -> Iterator[Leak]:
        """Yield small units of which the sum of scores is as good as known."""
        role, wave, subscale = key
        step = 1 / len(items_of()[subscale])
        there = self._there(key)
        valid = self._valid[subscale][there]
        cells = [i for i, one in enumerate(told) if one.kind != "item"]
        for place in cells:
            number, mean = told[place].n_respondents, told[place].mean
            near = number * min(mean - _LOWEST, _HIGHEST - mean)
            if near < step - 1e-6:
                yield Leak("extreme", " ".join(key), int(number))
        paths = sorted(
            {tuple(row) for row in self._units[there & self._valid[subscale]]}
        )
        units = [self.below(path, role, wave)[there] & valid for path in paths]
        sizes = np.array([unit.sum() for unit in units], dtype=float)
        small = [i for i, n in enumerate(sizes) if 1 <= n < THRESHOLD]
        whole = [i for i in cells if told[i].kind in ("cell", "rest")]
        if not small or not whole:
            return
        incidence = [[float(groups[i][u].any()) for u in units] for i in whole]
        totals = [told[i].n_respondents * told[i].mean for i in whole]
        bounds = bound_groups(
            incidence,
            totals,
            np.eye(len(units))[small],
            lowest=sizes * _LOWEST,
            highest=sizes * _HIGHEST,
            tolerance=1e-6,
        )
        widths = bounds.to_frame()["width"]
        for place, width in zip(small, widths, strict=True):
            if width < step - 1e-4:
                yield Leak("narrow", " ".join(key), int(sizes[place]))

    # --- numbers of people ----------------------------------------------------

    def _count_leaks(self, told: Sequence[Told]) -> Iterator[Leak]:
        counted = [
            one
            for one in told
            if one.kind in ("people", "people_rest") and one.role == FLOOR
        ]
        there = self.of(FLOOR, NOW)
        if not counted or not there.any():
            return
        paths = sorted({tuple(row) for row in self._units[there]})
        units = [self.below(path, FLOOR)[there] for path in paths]
        sizes = np.array([unit.sum() for unit in units], dtype=float)
        rows = np.array(
            [
                [
                    float(self.members(one, _beside(one, counted))[there][u].any())
                    for u in units
                ]
                for one in counted
            ]
        )
        size = smallest_group(rows, np.arange(len(units)), sizes.astype(int))
        if size:
            yield Leak("counts", "participation", size)
        small = [i for i, n in enumerate(sizes) if 1 <= n < THRESHOLD]
        if not small or self._responses.head_counts is None:
            return
        staff = self._staff(paths)
        bounds = bound_groups(
            rows,
            [one.n_respondents for one in counted],
            np.eye(len(units))[small],
            highest=staff,
            numbers="whole",
        )
        for place, low, high in zip(
            small, bounds.conf_low, bounds.conf_high, strict=True
        ):
            if high - low < 0.5:
                yield Leak("staff", "participation", int(sizes[place]))

    def _staff(self, paths: Sequence[Path]) -> np.ndarray:
        counts = self._responses.head_counts
        known = {
            tuple(row[:-1]): float(row[-1])
            for row in counts.itertuples(index=False, name=None)
        }
        return np.array([known.get(path, np.inf) for path in paths])


def _key(told: Told) -> Key:
    return told.role, told.wave, told.subscale


def _keys(told: Sequence[Told]) -> list[Key]:
    return list(dict.fromkeys(_key(one) for one in told if one.subscale))


def _beside(told: Told, all_told: Sequence[Told]) -> list[Told]:
    """Return the shown units beside a rest, in the table in which it stands."""
    if told.kind not in ("rest", "people_rest"):
        return []
    shown = "people" if told.kind == "people_rest" else "cell"
    return [one for one in all_told if one.kind == shown and _key(one) == _key(told)]


@dataclass(frozen=True, kw_only=True)
class _Classes:
    """People who cannot be told apart, as columns: one a class and answered item.

    Attributes
    ----------
    sizes : numpy.ndarray
        People in each class.
    owner, item : numpy.ndarray
        Class and item of each column.
    groups : numpy.ndarray of bool, shape (n_statements, n_classes)
    n_answered : numpy.ndarray
        Items that the people of each class answered.
    """

    sizes: np.ndarray
    owner: np.ndarray
    item: np.ndarray
    groups: np.ndarray
    n_answered: np.ndarray

    @classmethod
    def make(cls, groups: np.ndarray, answered: np.ndarray) -> _Classes:
        both = np.vstack([groups, answered.T])
        kinds, sizes = np.unique(both, axis=1, return_counts=True)
        patterns = kinds[len(groups) :]
        item, owner = np.nonzero(patterns)
        return cls(
            sizes=sizes,
            owner=owner,
            item=item,
            groups=kinds[: len(groups)],
            n_answered=patterns.sum(axis=0),
        )

    def score_row(self, place: int) -> np.ndarray:
        """Return the weights of the answers in a sum of scores."""
        weights = self.groups[place] / self.n_answered
        return weights[self.owner]

    def item_row(self, place: int, item: int) -> np.ndarray:
        """Return the weights of the answers in the sum of one item."""
        inside = self.groups[place][self.owner]
        return np.where(inside & (self.item == item), 1.0, 0.0)


def smallest_group(rows: np.ndarray, owner: np.ndarray, sizes: np.ndarray) -> int:
    """Return how many people are in the smallest group that rows speak of alone.

    Parameters
    ----------
    rows : numpy.ndarray, shape (n_rows, n_columns)
        Weights of the unknowns in what is told.
    owner : numpy.ndarray of int, shape (n_columns,)
        The class of people that each unknown belongs to.
    sizes : numpy.ndarray of int
        People in each class.

    Returns
    -------
    int
        0 when no combination of the rows is about fewer people than the threshold.
    """
    few = sizes < THRESHOLD
    inside = few[owner]
    if not len(rows) or not inside.any():
        return 0
    only = _vanishing(rows[:, ~inside]) @ rows[:, inside]
    only = _row_basis(only)
    if not len(only):
        return 0
    owners = owner[inside]
    touched = np.unique(owners[np.abs(only).max(axis=0) > 1e-7])
    return _smallest_support(only, owners, touched, sizes)


def _smallest_support(
    only: np.ndarray, owners: np.ndarray, touched: np.ndarray, sizes: np.ndarray
) -> int:
    """Return the people of the smallest set of classes that a combination needs."""
    everybody = int(sizes[touched].sum())
    if everybody < THRESHOLD:
        return everybody
    tries = 0
    for n_people in range(1, THRESHOLD):
        for group in _groups_of(touched, sizes, n_people):
            outside = ~np.isin(owners, group)
            tries += 1
            if len(_row_basis(only[:, outside])) < len(only):
                return n_people
            if tries > MOST_TRIES:
                return 0
    return 0


def _groups_of(
    classes: np.ndarray, sizes: np.ndarray, n_people: int
) -> Iterator[tuple[int, ...]]:
    for number in range(1, n_people + 1):
        for group in combinations(classes.tolist(), number):
            if sizes[list(group)].sum() == n_people:
                yield group


def _vanishing(columns: np.ndarray) -> np.ndarray:
    """Return the combinations of rows that are zero on all columns."""
    if not columns.shape[1]:
        return np.eye(len(columns))
    wide = columns.shape[0] <= columns.shape[1]  # then the left side is whole anyway
    left, spread, _ = np.linalg.svd(columns, full_matrices=not wide)
    rank = int((spread > _TOLERANCE * max(spread.max(initial=0.0), 1.0)).sum())
    return left[:, rank:].T


def _row_basis(rows: np.ndarray) -> np.ndarray:
    if not rows.size:
        return rows[:0]
    _, spread, basis = np.linalg.svd(rows, full_matrices=False)
    return basis[spread > 1e-7]
