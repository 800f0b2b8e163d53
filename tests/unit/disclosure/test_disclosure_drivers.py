"""Drivers in a publication: whole or not at all, and what a reader can make of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from diagnose.diagnosis.drivers import Drivers
from diagnose.disclosure import derivable_groups, publish
from diagnose.errors import DisclosureError
from diagnose.statistics.drivers import common_method, driver_sums
from diagnose.statistics.drivers.table import driver_tests
from diagnose.statistics.drivers.uncertainty import without_each
from driven import ASKED, draw_scores, drivers_of
from unit.disclosure.organisations import People, diagnose_people

N_FLOOR = 120
FRAMES = ("weights", "models")


def diagnosis(*, skipped=0, n_people=N_FLOOR, same=False):
    """Return a diagnosis in which `skipped` people have no score on `v`."""
    scores = draw_scores(n_people)
    scores.loc[: skipped - 1, "v"] = np.nan
    if same:
        scores["k"] = 1.0
    rows = pd.DataFrame({"role": ["floor"] * n_people, "wave": "2", "careless": False})
    whole = diagnose_people(People(frame=rows, scores=scores, hierarchy=()), ASKED)
    verdicts = {"k": "unsupported"} if same else None
    return replace(whole, drivers=drivers_of(scores, verdicts=verdicts))


def test_drivers_of_everybody_are_shown_as_they_are():
    whole = diagnosis()

    shown = publish(whole).drivers

    for name in FRAMES:
        frame = getattr(shown, name)
        assert (frame["status"] == "shown").all()
        own = getattr(whole.drivers, name)
        pd.testing.assert_frame_equal(frame[list(own)], own)


@pytest.mark.parametrize("skipped", [1, 4])
def test_nothing_is_shown_when_a_few_people_are_left_out(skipped):
    publication = publish(diagnosis(skipped=skipped))

    for name in FRAMES:
        frame = getattr(publication.drivers, name)
        assert (frame["status"] == "hidden").all()
        assert frame.select_dtypes("number").isna().all(axis=None)
    assert (publication.drivers.weights["holds"] == "").all()
    assert (publication.drivers.models["note"] == "").all()
    log = publication.suppressed
    assert set(log.loc[log["table"] == "drivers.models", "rule"]) == {"complement"}
    codes = {finding.code for finding in publication.findings}
    assert not any(code.startswith("driver.") for code in codes)


def test_people_left_out_may_be_as_many_as_the_threshold():
    models = publish(diagnosis(skipped=5)).drivers.models

    assert (models["status"] == "shown").all()
    assert models["n_others"].tolist() == [5, 5]


def test_one_hidden_mean_hides_every_outcome():
    whole = diagnosis()
    profile = whole.profile.copy()
    profile.loc[profile["subscale"] == "k", ["mean", "sd"]] = [1.0, 0.0]

    publication = publish(replace(whole, profile=profile))

    assert (publication.drivers.models["status"] == "hidden").all()
    log = publication.suppressed
    rules = set(log.loc[log["table"] == "drivers.models", "rule"])
    assert rules == {"subscale-hidden"}


def test_too_few_for_numbers_still_says_how_many_where_that_is_safe():
    models = publish(diagnosis(n_people=41)).drivers.models

    assert models["n_respondents"].tolist() == [41, 41]
    assert models["r_squared"].isna().all()


def attacked(publication, name, **changes):
    frame = getattr(publication.drivers, name).assign(**changes)
    return replace(publication, drivers=replace(publication.drivers, **{name: frame}))


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("models", {"n_respondents": 117.0, "n_others": 3.0}, "D004"),
        ("models", {"n_respondents": [120.0, 115.0]}, "D004"),
        ("models", {"n_others": 7.0}, "D004"),
        ("models", {"status": ["shown", "hidden"]}, "D002"),
        ("models", {"n_respondents": 49.0}, "D003"),
        ("weights", {"n_respondents": 3.0}, "D003"),
        ("weights", {"mean": 3.0}, "D007"),
        ("models", {"status": ""}, "D002"),
    ],
)
def test_the_audit_refuses_what_the_rules_would_hide(name, changes, code):
    publication = publish(diagnosis())

    with pytest.raises(DisclosureError) as refused:
        attacked(publication, name, **changes)
    assert code in {problem.code for problem in refused.value.problems}


def test_the_audit_refuses_drivers_beside_a_hidden_mean():
    publication = publish(diagnosis())
    profile = publication.profile.copy()
    away = profile["subscale"] == "o"
    numbers = profile.select_dtypes("number").columns
    profile.loc[away, numbers] = np.nan
    profile.loc[away, "status"] = "hidden"

    with pytest.raises(DisclosureError, match=r"hidden means \(o\)"):
        replace(publication, profile=profile)


def test_the_audit_refuses_words_in_hidden_rows():
    publication = publish(diagnosis(skipped=2))

    with pytest.raises(DisclosureError, match="words in hidden rows"):
        attacked(publication, "weights", holds="yes")


def test_moving_or_stretching_the_scores_of_its_people_changes_no_number():
    scores = draw_scores(90)
    scores.loc[:5, "k"] = np.nan
    own = drivers_of(scores)
    complete = scores.notna().all(axis="columns")
    other = scores.copy()
    other.loc[complete, "v"] = 1.7 + 0.5 * other.loc[complete, "v"]

    moved = drivers_of(other)

    room = ["mean", "headroom", "headroom_low", "headroom_high"]
    pd.testing.assert_frame_equal(
        moved.weights.drop(columns=room), own.weights.drop(columns=room)
    )
    pd.testing.assert_frame_equal(
        moved.models.drop(columns="median_headroom"),
        own.models.drop(columns="median_headroom"),
    )


def published_numbers(values: np.ndarray, complete: np.ndarray) -> np.ndarray:
    """Return means, spreads and all that the drivers are made of, but the resampling.

    `values` has a row a person and a column a subscale, the outcome last; who is not
    complete has no score on the last.
    """
    teams = pd.Series([f"t{i % 12}" for i in range(int(complete.sum()))])
    whole = pd.DataFrame(values[complete], columns=["v", "o", "c"])
    sums = driver_sums(whole["c"], whole[["v", "o"]], clusters=teams)
    tests, left = driver_tests(sums.units), without_each(sums.units)
    valid = [values[:, 0], values[:, 1], values[complete, 2]]
    method = common_method(whole)
    matrix = sums.to_frame().to_numpy()
    return np.concatenate(
        [
            [f(column) for column in valid for f in (np.mean, np.std)],
            matrix[np.triu_indices(3, 1)],
            tests.statistic,
            tests.df,
            tests.coefficient_df,
            left.correlation_limits(matrix[:2, 2], tests.df, 0.95)[0],
            left.r_squared_limits(0.2, 0.95),
            [method.first_factor_share, method.mean_absolute_correlation],
        ]
    )


@pytest.mark.parametrize("n_others", [1, 3, 6])
def test_no_person_and_no_small_group_follows_from_the_rank_of_all_numbers(n_others):
    scores = draw_scores(60, seed=n_others)[["v", "o", "c"]].to_numpy()
    complete = np.arange(60) >= n_others
    cells = [(i, s) for s in range(3) for i in range(60) if s < 2 or complete[i]]
    jacobian, step = [], 1e-5
    for person, subscale in cells:
        ends = []
        for sign in (1, -1):
            moved = scores.copy()
            moved[person, subscale] += sign * step
            ends.append(published_numbers(moved, complete))
        jacobian.append((ends[0] - ends[1]) / (2 * step))
    known = np.array(jacobian).T
    known = known[np.linalg.norm(known, axis=1) > 1e-9]  # a limit may stand at 0
    # rows of one length, and away what differencing leaves of dependent ones
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    _, spread, basis = np.linalg.svd(known, full_matrices=False)
    known = basis[spread > 1e-6]
    rng = np.random.default_rng(n_others)
    groups = []
    for subscale in range(3):
        people = [i for i, s in cells if s == subscale]
        chosen = [[i] for i in people]
        chosen += [
            list(rng.choice(people, size=size, replace=False))
            for size in (2, 3, 4)
            for _ in range(40)
        ]
        few = [i for i in range(n_others) if i in people]
        chosen += [few] if 0 < len(few) < 5 else []
        groups += [
            [float(s == subscale and i in members) for i, s in cells]
            for members in chosen
        ]

    everybody = [float(s == 0) for _, s in cells]  # so that the search can find
    found = derivable_groups(known, np.array([*groups, everybody]))
    assert found.tolist() == [False] * len(groups) + [True]


def test_an_empty_diagnosis_has_nothing_to_hide():
    whole = replace(diagnosis(), drivers=Drivers())

    publication = publish(whole)

    assert publication.drivers.models.empty
    assert publication.suppressed.loc[
        publication.suppressed["table"].str.startswith("drivers")
    ].empty
