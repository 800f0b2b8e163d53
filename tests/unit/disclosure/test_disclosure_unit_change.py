"""Units in the wave before: no line is finer than what could be known already."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.columns import AGREEMENT, ESTIMATES, MODELS, UNIT_GAPS
from diagnose.diagnosis.model import Units
from diagnose.diagnosis.profile import profile_roles
from diagnose.diagnosis.trend import count_wave_cells, summarise_waves
from diagnose.diagnosis.units import count_cells
from diagnose.disclosure import Thresholds
from diagnose.disclosure.suppression import suppress_cells, suppress_groups
from diagnose.disclosure.unit_change import add_published_changes
from diagnose.disclosure.wave_tree import find_safe_cells
from diagnose.errors import DisclosureError
from published import TOO_SMALL, make_publication
from unit.disclosure.organisations import (
    SMALL,
    Reader,
    leaks,
    people_of,
    random_people,
)

FLOOR_ONLY = {
    "agreement": build_frame((), AGREEMENT),
    "estimates": build_frame((), ESTIMATES),
    "models": build_frame((), MODELS),
    "gaps": build_frame((), UNIT_GAPS),
}


class TwoWaves:
    """The work floor of two waves, and what is published of its units."""

    def __init__(self, before, now, hierarchy):
        self.hierarchy = hierarchy
        self.before = before.assign(wave="1")
        both = pd.concat([self.before, now.assign(wave="2")], ignore_index=True)
        scores = both[["v"]]
        responses = SimpleNamespace(people=both, hierarchy=hierarchy, waves=("1", "2"))
        later = (both["wave"] == "2").to_numpy()
        cells = count_cells(scores.loc[later], both.loc[later], hierarchy)
        profile = profile_roles(
            scores.loc[later], both.loc[later, "role"], conf_level=0.95
        )
        published, _ = suppress_cells(cells, profile, SMALL, Thresholds())
        trend, _ = suppress_groups(
            summarise_waves(scores, both["wave"], ("1", "2")),
            SMALL,
            Thresholds(),
            table="trend",
            by="wave",
        )
        self.safe = find_safe_cells(
            count_wave_cells(scores, responses),
            trend,
            SMALL,
            Thresholds(),
            published=published,
        )
        counted = count_cells(scores.loc[~later], both.loc[~later], hierarchy)
        units = Units(
            cells=published, leaders=published.iloc[:0], before=counted, **FLOOR_ONLY
        )
        diagnosis = SimpleNamespace(
            units=units, waves=("1", "2"), hierarchy=hierarchy, conf_level=0.95
        )
        bare = replace(units, before=counted.iloc[:0])
        self.units, self.log = add_published_changes(diagnosis, bare, self.safe)

    def below(self, path):
        inside = np.ones(len(self.before), dtype=bool)
        for level, label in zip(self.hierarchy, path, strict=False):
            inside &= (self.before[level] == label).to_numpy()
        return inside

    def members(self, rows):
        """Return the people of the wave before that each row is about."""
        shown = [r["path"] for r in rows if r["status"] == "shown"]
        found = []
        for row in rows:
            inside = self.below(
                row["path"] if row["status"] != "rest" else row["parent"]
            )
            if row["status"] == "rest":
                for path in shown:
                    depth = len(row["parent"])
                    if len(path) > depth and path[:depth] == row["parent"]:
                        inside = inside & ~self.below(path)
            found.append(inside)
        return found

    def groups(self, safe):
        """Return the people of each smallest group: a shown unit, or nearest rest."""
        places = {(row["path"], row["status"]): i for i, row in enumerate(safe)}
        own = self.before[list(self.hierarchy)].itertuples(index=False, name=None)
        of_person = np.array([self._place(tuple(path), places) for path in own])
        return [of_person == place for place in range(len(safe))]

    def _place(self, path, places):
        for depth in range(len(path), 0, -1):
            if (path[:depth], "shown") in places:
                return places[path[:depth], "shown"]
        rests = [((*path[:d], ""), "rest") for d in range(len(path) - 1, -1, -1)]
        return next((places[rest] for rest in rests if rest in places), -1)


def random_waves(seed):
    """Return two waves between which teams came, went, and got other names."""
    rng = np.random.default_rng(seed)
    people = random_people(rng)
    keep = people.of("floor") & people.scores["v"].notna().to_numpy()
    before = people.frame.loc[keep].assign(v=people.scores["v"])
    if not people.hierarchy or len(before) < 15:
        return None
    now = before.sample(
        int(len(before) * rng.uniform(0.5, 1.5)), replace=True, random_state=seed
    )
    now = now.assign(v=rng.integers(4, 21, len(now)) / 4.0)
    lowest = people.hierarchy[-1]
    names = now[lowest].unique()
    renamed = {name: f"{name} new" for name in names if name and rng.random() < 0.2}
    return TwoWaves(
        before.reset_index(drop=True),
        now.assign(**{lowest: now[lowest].replace(renamed)}).reset_index(drop=True),
        people.hierarchy,
    )


def test_every_line_of_the_wave_before_is_a_union_of_groups_that_may_be_known():
    n_lines = n_rests = n_changes = 0
    for seed in range(60):
        waves = random_waves(seed)
        if waves is None:
            continue
        rows = waves.units.before.to_dict("records")
        told = [row for row in rows if row["status"] != "hidden"]
        safe = waves.safe.loc[waves.safe["wave"] == "1"].to_dict("records")
        groups = waves.groups(safe)
        lines = waves.members(told)
        scores = waves.before["v"].to_numpy()
        for row, line in zip(told, lines, strict=True):
            assert all(line[g].all() or not line[g].any() for g in groups), seed
            assert row["n_respondents"] == line.sum()
            assert row["mean"] == pytest.approx(scores[line].mean())
            assert row["sd"] == pytest.approx(scores[line].std(ddof=1))
        whole = np.ones(len(scores), dtype=bool)
        hidden = [
            waves.below(row["path"])
            for row in rows
            if row["status"] == "hidden"
            # The only unit of its parent is its parent.
            and waves.below(row["path"]).sum() < waves.below(row["parent"]).sum()
        ]
        hidden = [one for one in hidden if one.any()]
        everything = [whole, *groups, *lines] if told else []
        table = [whole, *lines] if told else []
        assert leaks(Reader(known=everything, told=[], hidden=[]), threshold=5) == []
        assert leaks(Reader(known=table, told=[], hidden=hidden), threshold=5) == []
        n_lines += len(told)
        n_rests += sum(row["status"] == "rest" for row in told)
        n_changes += len(waves.units.changes)
    assert n_lines > 100
    assert n_rests > 10
    assert n_changes > 50


def test_only_units_that_this_wave_shows_are_named():
    for seed in range(25):
        waves = random_waves(seed)
        if waves is None:
            continue
        cells, before = waves.units.cells, waves.units.before
        now = set(cells.loc[cells["status"] == "shown", "path"])

        assert set(before.loc[before["status"] == "shown", "path"]) <= now
        assert set(waves.units.changes["path"]) <= now
        assert not before["path"].duplicated().any()
        assert {entry.path for entry in waves.log} == set(
            before.loc[before["status"] == "hidden", "path"]
        )


NINE = [3.0, 3.25, 4.0, 2.5, 3.5, 4.25, 2.75, 3.0, 3.75]


def frame_of(teams):
    people = people_of(teams)
    return people.frame.assign(v=people.scores["v"])


def test_a_unit_that_is_hidden_now_is_not_left_alone_in_the_rest():
    before = {("A",): NINE, ("B",): NINE[1:], ("C",): NINE * 2}
    now = {("A",): NINE[:2], ("C",): NINE, ("D",): NINE[:6], ("B",): NINE[:8]}
    waves = TwoWaves(frame_of(before), frame_of(now), ("team",))
    rows = waves.units.before.set_index("path")

    # A is small now and D, that goes with it, was not there: A would be the whole rest.
    assert rows["status"].to_dict() == {
        ("A",): "hidden",
        ("B",): "hidden",
        ("C",): "shown",
        ("D",): "hidden",
        ("",): "rest",
    }
    assert rows.loc[[("",)], "n_respondents"].tolist() == [17.0]
    assert waves.units.changes["path"].tolist() == [("C",)]


@pytest.fixture(scope="module")
def publication():
    return make_publication()


def test_the_published_waves_stand_beside_each_other(publication):
    units = publication.units
    changes = units.changes.loc[units.changes["level"] == "team"]
    log = publication.suppressed.query("table == 'units.before'")

    assert TOO_SMALL not in {path[-1] for path in changes["path"]}
    assert len(changes) == 5 * 12
    assert set(log["wave"]) == {"2025-1"}
    assert set(log["rule"]) == {"protected"}
    assert units.before.query("status == 'hidden'")["mean"].isna().all()


def refused(publication, **changes):
    with pytest.raises(DisclosureError) as caught:
        replace(publication, units=replace(publication.units, **changes))
    return {problem.code for problem in caught.value.problems}


def before_with(publication, path, **changes):
    before = publication.units.before.copy()
    here = np.array([one == path for one in before["path"]])
    own = (before["subscale"] == "s").to_numpy() & here
    for column, value in changes.items():
        before.loc[own, column] = value
    return before


DAY, KITCHEN = ("Care", "Day shift"), ("Care", "Kitchen")


@pytest.mark.parametrize(
    ("path", "changes", "code"),
    [
        (DAY, {"n_respondents": 4.0}, "D030"),
        (DAY, {"sd": 0.0}, "D031"),
        (DAY, {"mean": 4.98}, "D031"),
        (DAY, {"n_respondents": 36.0}, "D032"),
        (DAY, {"mean": 3.9}, "D032"),
        (("Care", ""), {"n_respondents": 4.0}, "D032"),
        (
            KITCHEN,
            {"status": "shown", "n_respondents": 6.0, "mean": 3.1, "sd": 0.5},
            "D033",
        ),
        (KITCHEN, {"mean": 3.0}, "D002"),
        (DAY, {"status": ""}, "D002"),
    ],
)
def test_the_audit_finds_a_line_that_should_not_be_there(
    publication, path, changes, code
):
    before = before_with(publication, path, **changes)

    assert code in refused(publication, before=before)


def test_the_audit_finds_units_below_a_hidden_one(publication):
    before = publication.units.before
    care = [path == ("Care",) for path in before["path"]]

    assert "D032" in refused(publication, before=before.loc[~np.array(care)])


@pytest.mark.parametrize("column", ["mean", "n_respondents", "mean_before", "change"])
def test_the_audit_finds_a_change_of_other_cells(publication, column):
    changes = publication.units.changes.copy()
    changes.loc[0, column] += 0.5 if column != "n_respondents" else 1

    assert "D035" in refused(publication, changes=changes)


def test_the_audit_finds_a_change_of_a_hidden_unit(publication):
    changes = publication.units.changes.copy()
    changes.at[0, "path"] = KITCHEN

    assert "D035" in refused(publication, changes=changes)


def test_the_audit_finds_a_wave_before_that_is_not_shown(publication):
    trend = publication.trend.copy()
    gone = (trend["wave"] == "2025-1") & (trend["subscale"] == "s")
    numbers = trend.select_dtypes("number").columns
    trend.loc[gone, numbers] = np.nan
    trend.loc[gone, "status"] = "hidden"

    with pytest.raises(DisclosureError) as caught:
        replace(publication, trend=trend)
    assert ("D034", "publication.units.before, s") in {
        (problem.code, problem.place) for problem in caught.value.problems
    }
