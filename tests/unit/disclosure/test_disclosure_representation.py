"""Early and late answers are a cut across units: shown only where it is safe."""

from __future__ import annotations

from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis import conclusions
from diagnose.diagnosis.cells import build_frame
from diagnose.diagnosis.change import LINKED, Change
from diagnose.diagnosis.columns import ESTIMATES, MODELS
from diagnose.diagnosis.representation import Representation
from diagnose.diagnosis.timing import MIXED, TIMING, count_mixed
from diagnose.disclosure import Thresholds, publish, release
from diagnose.disclosure.audit_representation import find_representation_leaks
from diagnose.disclosure.representation import crossed_subscales
from diagnose.errors import DisclosureError
from diagnose.responses.model import FLOOR
from unit.disclosure import organisations
from unit.disclosure.organisations import (
    People,
    diagnose_people,
    leaks,
    people_of,
    random_people,
    read_publication,
)


@pytest.fixture
def scores_only(monkeypatch):
    """Leave out what is a function of published cells alone."""
    empty = build_frame((), ESTIMATES), build_frame((), MODELS)
    monkeypatch.setattr(release, "compare_units", lambda *_, **__: empty)
    monkeypatch.setattr(conclusions, "find", lambda parts: ())
    monkeypatch.setattr(organisations, "compare_units", lambda *_, **__: empty)


def halves_of(people, early, **changes):
    """Return the row of the halves, and the people behind them."""
    scores = people.scores["v"].to_numpy()
    valid = people.of(FLOOR) & np.isfinite(scores)
    kinds = early & valid, ~early & valid
    levels = list(people.hierarchy)
    units = (
        people.frame.groupby(levels, sort=False, dropna=False).ngroup().to_numpy()
        if levels
        else np.zeros(len(scores), dtype=int)
    )
    mixed = count_mixed(scores[valid], early[valid], units[valid])
    row = {
        "subscale": "v",
        "n_early": kinds[0].sum(),
        "n_late": kinds[1].sum(),
        "mean_early": scores[kinds[0]].mean(),
        "mean_late": scores[kinds[1]].mean(),
        "difference": scores[kinds[1]].mean() - scores[kinds[0]].mean(),
        "p_value": 0.2,
        **dict(zip(MIXED, mixed, strict=True)),
    }
    return row | changes, kinds


def publish_halves(people, row, **options):
    whole = diagnose_people(people)
    timing = build_frame([row], (*TIMING, *MIXED)).assign(direction="unclear")
    whole = replace(whole, representation=Representation(timing=timing))
    return publish(whole, **options)


def read_all(publication, people, kinds):
    reader = read_publication(publication, people)
    if is_shown(publication):
        reader.known.extend(kinds)
    return reader


def is_shown(publication):
    return (publication.representation.timing["status"] == "shown").any()


def last_wave(people):
    """Return the same people without those of the wave before."""
    now = people.frame["wave"] == "2"
    return People(
        frame=people.frame.loc[now].reset_index(drop=True),
        scores=people.scores.loc[now].reset_index(drop=True),
        hierarchy=people.hierarchy,
    )


def draw(n, first=0):
    """Yield large enough organisations with halves that follow teams more or less."""
    for seed in range(first, first + n):
        rng = np.random.default_rng(seed)
        people = last_wave(random_people(rng))
        teams = people.frame["team_id"].fillna(-1).to_numpy()
        chances = rng.choice([0.0, 0.05, 0.5, 0.95, 1.0], size=int(teams.max()) + 2)
        early = rng.random(len(teams)) < chances[teams.astype(int)]
        floor = people.of(FLOOR) & people.scores["v"].notna().to_numpy()
        if min((floor & early).sum(), (floor & ~early).sum()) >= 20:
            yield people, *halves_of(people, early)


@pytest.mark.parametrize("first", [0, 25, 50])
def test_no_small_group_can_be_derived_beside_the_halves(first, scores_only):
    n_shown = 0
    for people, row, kinds in draw(25, first):
        publication = publish_halves(people, row)

        n_shown += is_shown(publication)
        assert leaks(read_all(publication, people, kinds), threshold=5) == []
    assert n_shown > 0


def test_a_higher_threshold_holds_for_the_halves_as_well(scores_only):
    for people, row, kinds in draw(20):
        publication = publish_halves(people, row, thresholds=Thresholds(scores=8))

        assert leaks(read_all(publication, people, kinds), threshold=8) == []


def test_without_the_rule_small_groups_can_be_derived(scores_only):
    told = dict.fromkeys(MIXED, 99)

    assert any(
        leaks(read_all(publish_halves(people, row | told), people, kinds), threshold=5)
        for people, row, kinds in draw(100)
    )


def organisation(**teams):
    """Return people of teams given as (number early, number late)."""
    rng = np.random.default_rng(4)
    sizes = {("D", name): sum(kinds) for name, kinds in teams.items()}
    people = people_of(
        {path: list(rng.integers(4, 20, size) / 4) for path, size in sizes.items()}
    )
    early = [i < kinds[0] for kinds in teams.values() for i in range(sum(kinds))]
    return people, np.array(early)


def test_units_of_one_kind_each_do_not_make_the_halves_safe(scores_only):
    people, early = organisation(a=(20, 0), b=(0, 20), c=(3, 0), d=(0, 4))
    row, kinds = halves_of(people, early)
    assert [row[name] for name in MIXED] == [0, 0]

    publication = publish_halves(people, row)

    assert not is_shown(publication)
    unsafe = publish_halves(people, row | dict.fromkeys(MIXED, 99))
    assert "3 people" in leaks(read_all(unsafe, people, kinds), threshold=5)


@pytest.mark.parametrize("few", [(4, 9), (9, 4)])
def test_few_people_of_a_kind_in_mixed_units_hide_the_halves(few, scores_only):
    people, early = organisation(a=(20, 0), b=(0, 20), c=few)

    publication = publish_halves(people, halves_of(people, early)[0])

    timing = publication.representation.timing
    assert timing["status"].tolist() == ["hidden"]
    assert timing["direction"].tolist() == [""]
    assert timing.select_dtypes("number").isna().all(axis=None)
    log = publication.suppressed
    own = log.loc[log["table"] == "representation.timing"]
    assert own["rule"].tolist() == ["complement"]


def test_halves_are_shown_without_the_counts_that_judged_them(scores_only):
    people, early = organisation(a=(20, 6), b=(5, 20))

    timing = publish_halves(people, halves_of(people, early)[0]).representation.timing

    assert timing["status"].tolist() == ["shown"]
    assert list(timing.columns) == [*TIMING, "status"]
    assert timing["p_adjusted"].tolist() == [0.2]


def test_a_second_cut_on_the_subscale_hides_the_halves(scores_only):
    people, early = organisation(a=(20, 6), b=(5, 20))
    publication = publish_halves(people, halves_of(people, early)[0])
    sensitivity = publication.measurement.sensitivity.assign(
        n_all=51.0, n_without=40.0, status="shown"
    )
    careful = replace(publication.measurement, sensitivity=sensitivity)
    linked = build_frame([{"subscale": "v", "n_linked": 20}], LINKED)

    assert crossed_subscales(publication) == frozenset()
    for second in (
        {"measurement": careful},
        {"change": Change(linked=linked.assign(status="shown"))},
    ):
        assert "another cut across units" in found_in(publication, **second)
        assert crossed_subscales(with_parts(publication, **second)) == {"v"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_early": 4.0, "n_late": 47.0}, "a half of too few people"),
        ({"mean_early": 4.9}, "halves that do not add up"),
        ({"n_early_mixed": 7.0}, "counts the people in mixed units"),
        ({"subscale": "w"}, "divides a mean that the profile does not show"),
    ],
)
def test_the_audit_sees_halves_that_are_wrong(changes, message, scores_only):
    people, early = organisation(a=(20, 6), b=(5, 20))
    publication = publish_halves(people, halves_of(people, early)[0])
    timing = publication.representation.timing.assign(**changes)

    assert message in found_in(
        publication, representation=replace(publication.representation, timing=timing)
    )


def test_the_audit_sees_a_weighted_mean_of_another_cell(scores_only):
    people, early = organisation(a=(20, 6), b=(5, 20))
    publication = publish_halves(people, halves_of(people, early)[0])
    means = publication.representation.means
    assert len(means) == 1
    wrong = replace(publication.representation, means=means.assign(mean=4.4))

    assert "weighs a mean" in found_in(publication, representation=wrong)
    with pytest.raises(DisclosureError, match="weighs a mean"):
        replace(publication, representation=wrong)


def with_parts(publication, **changes):
    """Return the parts of a publication that no audit has seen."""
    names = [field.name for field in fields(publication)]
    kept = {name: getattr(publication, name) for name in names}
    return SimpleNamespace(**kept | changes)


def found_in(publication, **changes):
    leaks_found = find_representation_leaks(with_parts(publication, **changes))
    return "; ".join(leak.message for leak in leaks_found)


def test_a_subscale_that_is_hidden_has_no_halves(scores_only):
    people, early = organisation(a=(20, 6), b=(5, 20))
    scores = people.scores.assign(v=3.0)  # everybody the same: the mean is hidden
    alike = replace(people, scores=scores)

    publication = publish_halves(alike, halves_of(people, early)[0])

    assert not is_shown(publication)
    assert publication.representation.means.empty
    assert isinstance(publication.representation.means, pd.DataFrame)
