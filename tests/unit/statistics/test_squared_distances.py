"""Distances of respondents with missing answers: every route gives the same."""

from __future__ import annotations

import numpy as np
import pytest

from diagnose.statistics import squared_distances as module
from diagnose.statistics.squared_distances import squared_distances


def _answers(rng, n_items, *, share_missing):
    root = rng.normal(size=(n_items, n_items))
    covariance = root @ root.T / n_items + np.eye(n_items) / 2
    answers = rng.normal(size=(300, n_items)) @ np.linalg.cholesky(covariance).T
    answers[rng.random(answers.shape) < share_missing] = np.nan
    return answers, covariance


def _one_by_one(deviations, covariance):
    for row in deviations:
        known = ~np.isnan(row)
        part = covariance[np.ix_(known, known)]
        yield row[known] @ np.linalg.solve(part, row[known])


@pytest.mark.parametrize("n_items", [1, 2, 5, 8])
@pytest.mark.parametrize("share_missing", [0.0, 0.1, 0.5, 0.9])
def test_distances_are_those_of_the_items_answered(rng, n_items, share_missing):
    deviations, covariance = _answers(rng, n_items, share_missing=share_missing)

    statistic, df = squared_distances(deviations, covariance)

    assert statistic == pytest.approx(
        list(_one_by_one(deviations, covariance)), rel=1e-11, abs=1e-12
    )
    assert (df == (~np.isnan(deviations)).sum(axis=1)).all()


def test_nearly_dependent_items_take_the_route_that_keeps_the_digits(rng):
    deviations, covariance = _answers(rng, 4, share_missing=0.2)
    copy = np.array([1.0, 0, 0, 0]) + 1e-4 * rng.normal(size=4)
    mixed = np.vstack([np.eye(4), copy])
    wide = mixed @ covariance @ mixed.T + 1e-7 * np.eye(5)
    answers = np.column_stack([deviations, np.nan_to_num(deviations) @ copy])

    statistic, _ = squared_distances(answers, wide)

    assert statistic == pytest.approx(list(_one_by_one(answers, wide)), rel=1e-9)


def test_respondents_are_taken_in_parts_when_there_are_many(rng, monkeypatch):
    deviations, covariance = _answers(rng, 6, share_missing=0.4)
    together, _ = squared_distances(deviations, covariance)

    monkeypatch.setattr(module, "_AT_ONCE", 10)
    in_parts, _ = squared_distances(deviations, covariance)

    assert in_parts == pytest.approx(together, rel=1e-12, abs=1e-14)
