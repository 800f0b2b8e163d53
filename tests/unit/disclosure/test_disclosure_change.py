"""Teams as clusters and people who can be followed: no small group can be derived."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import diagnose as dg
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.linked import LINKED, MIXED, least_mixed
from diagnose.diagnosis.makeup import MAKEUP
from diagnose.diagnosis.trend import WAVE_CELLS, count_wave_cells, summarise_waves
from diagnose.disclosure import Thresholds
from diagnose.disclosure.audit_change import find_change_leaks
from diagnose.disclosure.change import suppress_change
from diagnose.disclosure.suppression import suppress_groups
from diagnose.disclosure.wave_tree import find_safe_cells
from diagnose.errors import DisclosureError
from unit.disclosure.organisations import SMALL, Reader, leaks, random_people

NO_UNITS = build_frame((), ("level", *WAVE_CELLS[1:]))


class Wave:
    """The work floor of one random wave, as the functions under test read it."""

    def __init__(self, seed):
        people = random_people(np.random.default_rng(seed))
        keep = (people.frame["role"] == "floor") & (people.frame["wave"] == "2")
        keep &= people.scores["v"].notna()
        self.people = people.frame.loc[keep].reset_index(drop=True)
        self.scores = people.scores.loc[keep].reset_index(drop=True)
        self.hierarchy = people.hierarchy
        # a wave before it, so that there is something to compare; nobody in units
        before = self.people.assign(wave="1")
        both = pd.concat([before, self.people], ignore_index=True)
        scores = pd.concat([self.scores, self.scores], ignore_index=True)
        responses = replace_responses(both, self.hierarchy)
        self.cells = count_wave_cells(scores, responses)
        waves = summarise_waves(scores, both["wave"], ("1", "2"))
        self.trend, _ = suppress_groups(
            waves, SMALL, Thresholds(), table="trend", by="wave"
        )

    def safe(self, threshold=5):
        found = find_safe_cells(
            self.cells,
            self.trend,
            SMALL,
            Thresholds(scores=threshold),
            published=NO_UNITS,
        )
        return found.loc[found["wave"] == "2"]

    def units(self):
        levels = list(self.hierarchy)
        grouped = self.people.groupby(levels, sort=False, dropna=False)
        return grouped.ngroup().to_numpy(dtype=np.intp)

    def known(self, safe):
        """Return the people of each smallest group."""
        own = [*self.people[list(self.hierarchy)].itertuples(index=False, name=None)]
        places = [self.place(path, safe) for path in own]
        return [np.array(places) == place for place in range(len(safe))]

    def place(self, path, safe):
        """Return the row of a person's group: a shown unit, else the nearest rest."""
        rows = [*zip(safe["path"], safe["status"], strict=True)]
        for depth in range(len(path), 0, -1):
            if (path[:depth], "shown") in rows:
                return rows.index((path[:depth], "shown"))
        for depth in range(len(path) - 1, -1, -1):
            if ((*path[:depth], ""), "rest") in rows:
                return rows.index(((*path[:depth], ""), "rest"))
        raise AssertionError(path)


def replace_responses(people, hierarchy):
    return SimpleNamespace(people=people, hierarchy=hierarchy, waves=("1", "2"))


def waves(n):
    for seed in range(n):
        wave = Wave(seed)
        if wave.hierarchy and len(wave.people) >= 20 and len(wave.safe()):
            yield seed, wave


def test_groups_that_serve_as_teams_make_up_the_wave_and_hide_every_small_group():
    n_pooled = 0
    for _, wave in waves(60):
        safe = wave.safe()
        known = wave.known(safe)

        assert [m.sum() for m in known] == safe["n_respondents"].tolist()
        assert np.sum(known, axis=0).tolist() == [1] * len(wave.people)
        assert (safe["n_respondents"] >= 5).all()
        assert leaks(Reader(known=known, told=[], hidden=[]), threshold=5) == []
        n_pooled += (safe["status"] == "rest").any()
    assert n_pooled > 5


def test_the_groups_of_the_last_wave_are_the_published_units(diagnosis, publication):
    given = (
        diagnosis.wave_cells,
        publication.trend,
        publication.instrument,
        publication.thresholds,
    )
    units = publication.units.cells
    safe = find_safe_cells(*given, published=units)
    without = find_safe_cells(*given, published=units.iloc[:0])
    key = ["wave", "subscale", "path"]
    pd.testing.assert_frame_equal(
        safe.sort_values(key, ignore_index=True),
        without.sort_values(key, ignore_index=True),
    )


def kinds_of(wave, seed):
    """Return up to three kinds that follow teams more or less."""
    rng = np.random.default_rng(seed)
    units = wave.units()
    chances = rng.dirichlet([0.3, 0.3, 0.3], size=units.max() + 1)
    if rng.random() < 0.5:
        chances = np.full_like(chances, 1 / 3)
    if rng.random() < 0.4:
        chances[:, 2] = 0
        chances /= chances.sum(axis=1, keepdims=True)
    return np.array([rng.choice(3, p=chances[unit]) for unit in units])


def test_no_small_group_can_be_derived_beside_the_kinds_of_people():
    n_safe = n_leaks = 0
    for seed, wave in waves(160):
        kinds = kinds_of(wave, seed)
        known = wave.known(wave.safe())
        known += [kinds == kind for kind in np.unique(kinds)]
        found = leaks(Reader(known=known, told=[], hidden=[]), threshold=5)
        fewest = least_mixed(wave.scores["v"].to_numpy(), kinds, wave.units())
        if fewest >= 5:
            n_safe += 1
            assert found == []
        n_leaks += bool(found)
    assert n_safe > 10
    assert n_leaks > 5  # without the rule there is something to find


def followed(**options):
    design = {
        "seed": 3,
        "hierarchy": ("division", "team"),
        "n_units": (2, 12),
        "team_size_median": 14,
        "waves": ("1", "2"),
        "change": {"2": {"s": 0.8}},
        "linked": True,
    }
    return dg.simulate(dg.load_instrument("bottom-up"), **(design | options))


@pytest.fixture(scope="module")
def diagnosis():
    return dg.diagnose(followed())


@pytest.fixture(scope="module")
def publication(diagnosis):
    return dg.publish(diagnosis)


def test_linked_people_are_shown_without_the_counts_behind_the_rule(publication):
    linked, leavers = publication.change.linked, publication.change.leavers

    assert (linked["status"] == "shown").all()
    assert list(linked.columns) == [*LINKED, "status"]
    assert MIXED not in leavers
    assert (publication.representation.timing["status"] != "shown").all()


def suppressed(diagnosis, publication, **columns):
    linked = diagnosis.change.linked.assign(**columns)
    changed = replace(diagnosis, change=replace(diagnosis.change, linked=linked))
    change, log = suppress_change(
        changed,
        publication.trend,
        diagnosis.wave_cells,
        publication.measurement,
        publication.thresholds,
    )
    return change.linked, log


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"n_linked": 19.0}, "small"),
        ({MIXED: 4.0}, "complement"),
        ({MIXED: np.nan}, "complement"),
    ],
)
def test_an_unsafe_cut_is_hidden_whole(diagnosis, publication, columns, rule):
    linked, log = suppressed(diagnosis, publication, **columns)

    assert (linked["status"] == "hidden").all()
    assert linked[["n_linked", "change", "p_adjusted"]].isna().all(axis=None)
    assert set(linked["direction"]) == {""}
    assert {e.rule for e in log if e.table == "change.linked"} == {rule}


def test_where_everybody_is_linked_there_is_no_cut(diagnosis, publication):
    whole = {"n_others": 0.0, "n_others_before": 0.0, MIXED: np.nan}
    linked, _ = suppressed(diagnosis, publication, **whole)

    assert (linked["status"] == "shown").all()


@pytest.mark.parametrize(
    ("better", "worse", "hidden"),
    [(3, 10, True), (10, 3, True), (0, 12, False), (10, 12, False)],
)
def test_counts_of_a_few_who_changed_are_hidden(
    diagnosis, publication, better, worse, hidden
):
    linked, _ = suppressed(diagnosis, publication, n_better=better, n_worse=worse)

    assert linked["n_better"].isna().all() == hidden
    assert linked["smallest"].isna().all() == hidden
    assert linked["change"].notna().all()


def test_the_log_does_not_tell_that_everybody_moved_one_way(diagnosis, publication):
    everybody = diagnosis.change.linked["n_linked"].to_numpy()
    logs = [
        suppressed(diagnosis, publication, n_better=better, n_worse=0.0)[1]
        for better in (3.0, everybody)
    ]
    few, alike = ([e for e in log if e.table == "change.moved"] for log in logs)

    assert alike
    assert alike == few


@pytest.mark.parametrize(("smallest", "n_rows"), [(4.0, 0), (5.0, 1)])
def test_few_people_of_one_language_hide_the_shift(
    diagnosis, publication, smallest, n_rows
):
    row = {"wave": "2", "across": "language", "subscale": "", "n_smallest": smallest}
    makeup = build_frame([row | {"total_variation": 0.2}], MAKEUP)
    change, log = suppress_change(
        replace(diagnosis, change=replace(diagnosis.change, makeup=makeup)),
        publication.trend,
        diagnosis.wave_cells,
        publication.measurement,
        publication.thresholds,
    )
    assert (change.makeup["across"] == "language").sum() == n_rows
    assert ("change.makeup" in {entry.table for entry in log}) == (n_rows == 0)


@pytest.mark.parametrize(
    ("table", "changes", "code"),
    [
        ("linked", {"n_linked": 10.0}, "D003"),
        ("linked", {"n_better": 2.0}, "D003"),
        ("linked", {MIXED: 30.0}, "D002"),
        ("leavers", {"n_left": 7.0}, "D003"),
        ("makeup", {"n_smallest": 4.0}, "D003"),
        ("selected", {"n_teams": 9.0}, "D003"),
    ],
)
def test_the_audit_finds_what_was_not_hidden(publication, table, changes, code):
    frame = getattr(publication.change, table).assign(**changes)
    with pytest.raises(DisclosureError) as found:
        replace(publication, change=replace(publication.change, **{table: frame}))

    assert code in {problem.code for problem in found.value.problems}


def test_the_audit_finds_few_people_left_out_and_hidden_waves(publication):
    trend = publication.trend
    cells = trend.loc[trend["wave"] == "1"].set_index("subscale")["n_respondents"]
    linked = publication.change.linked
    left = linked.assign(n_linked=linked["subscale"].map(cells) - 2)
    broken = replace_change(publication, linked=left)
    assert {"D004"} <= {p.code for p in find_change_leaks(broken)}

    gone = replace_change(publication, trend=trend.assign(status="hidden"))
    assert {p.code for p in find_change_leaks(gone)} >= {"D007"}


def replace_change(publication, trend=None, **frames):
    return SimpleNamespace(
        trend=publication.trend if trend is None else trend,
        waves=publication.waves,
        thresholds=publication.thresholds,
        measurement=publication.measurement,
        change=replace(publication.change, **frames),
    )
