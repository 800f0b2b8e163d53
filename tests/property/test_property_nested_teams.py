"""Units within units: what must hold for any hierarchy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnose.statistics.pooling import nested_means

MODEST = settings(max_examples=25, deadline=None)
TWICE = settings(max_examples=15, deadline=None)  # two models each


@st.composite
def organisations(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sds = draw(st.sampled_from([(0, 0, 0), (0.5, 0.3, 0.4), (0, 0.6, 0.2), (2, 0, 1)]))
    rows = []
    for a in range(draw(st.integers(2, 5))):
        division = rng.normal(0, sds[0])
        for b in range(2 if a == 0 else int(rng.integers(1, 4))):
            department = division + rng.normal(0, sds[1])
            for c in range(2 if b == 0 else int(rng.integers(1, 4))):
                level = department + rng.normal(0, sds[2])
                for _ in range(int(rng.integers(1, 7)) + (c == 0)):
                    rows.append((f"a{a}", f"b{b}", f"c{c}", level + rng.normal()))
    return pd.DataFrame(rows, columns=["division", "department", "team", "value"])


def _fit(data):
    return nested_means(data["value"], data[["division", "department", "team"]])


@TWICE
@given(organisations())
def test_order_of_respondents_does_not_matter(data):
    pd.testing.assert_frame_equal(
        _fit(data).to_frame(), _fit(data[::-1]).to_frame(), rtol=1e-5, atol=1e-6
    )


@TWICE
@given(organisations(), st.floats(0.1, 50), st.floats(-100, 100))
def test_levels_move_with_unit_and_origin(data, unit, origin):
    result = _fit(data)
    moved = _fit(data.assign(value=origin + unit * data["value"]))

    assert list(moved.shares) == pytest.approx(list(result.shares), rel=1e-4, abs=1e-6)
    for name in ("estimate", "conf_low", "conf_high"):
        assert moved.to_frame()[name].to_numpy() == pytest.approx(
            origin + unit * result.to_frame()[name].to_numpy(), rel=1e-4, abs=1e-3
        )


@MODEST
@given(organisations())
def test_a_level_is_the_level_above_and_the_own_effect(data):
    result = _fit(data)
    frame = result.to_frame()
    levels = dict(zip(frame["path"], frame["estimate"], strict=True))

    above = [levels[path[:-1]] if len(path) > 1 else result.mu for path in levels]
    assert (frame["estimate"] - frame["effect"]).to_numpy() == pytest.approx(above)
    assert sum(result.shares) < 1
    assert frame.groupby("level")["n_respondents"].sum().eq(len(data)).all()


@MODEST
@given(organisations())
def test_no_variances_nearby_fit_better(data):
    """Brute force: the likelihood with full matrices."""
    result = _fit(data)
    paths = [data.columns[: depth + 1].tolist() for depth in range(3)]
    same = []
    for path in paths:
        codes = data.groupby(path).ngroup().to_numpy()
        same.append(codes[:, None] == codes[None, :])

    def criterion(ratios):
        covariance = np.eye(len(data)) + sum(
            ratio * block for ratio, block in zip(ratios, same, strict=True)
        )
        inverse = np.linalg.inv(covariance)
        precision = inverse.sum()
        rest = data["value"] - (inverse @ data["value"]).sum() / precision
        squares = rest @ inverse @ rest
        log_determinant = np.linalg.slogdet(covariance)[1]
        return (len(data) - 1) * np.log(squares) + log_determinant + np.log(precision)

    best = np.array(result.variances) / result.sigma2
    lowest = criterion(best)
    rng = np.random.default_rng(1)
    others = [best * rng.uniform(0.5, 1.6, 3) for _ in range(6)]
    others += [best + rng.uniform(0, 0.2, 3) for _ in range(6)]
    others += [rng.uniform(0, 2, 3) for _ in range(6)]
    assert all(lowest <= criterion(other) + 1e-7 for other in others)
