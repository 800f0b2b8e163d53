"""The distributions and indices that pages compute, against scipy and the package.

Tolerances: the functions reach 1e-12 or better where both sides are exact to that; they
are asked for 1e-10, six digits more than a page shows.
"""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from diagnose.statistics.agreement import a_wg, average_deviation, r_wg_j
from diagnose.statistics.null_distributions import null_variance

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).resolve().parents[2] / "book/_static/live/maths.js"

CALL = "([name, rows]) => rows.map(row => LiveMaths[name](...row))"
CLOSE = {"rtol": 1e-10, "atol": 1e-13}


@pytest.fixture(scope="module")
def maths(browser):
    page = browser.new_page()
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    yield lambda name, rows: page.evaluate(CALL, [name, rows])
    page.close()


def grid(*axes):
    return [[float(value) for value in row] for row in itertools.product(*axes)]


DEGREES = (1, 2, 3.7, 10, 41, 250, 5000)
POINTS = (0.001, 0.025, 0.2, 0.5, 0.8, 0.975, 0.9995)


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        ("logGamma", grid((0.05, 0.5, 1, 1.5, 7, 123.4, 4000)), special.gammaln),
        (
            "beta",
            grid((0, 1e-6, 0.2, 0.5, 0.93, 1), (0.5, 2, 31, 900), (0.5, 4, 700)),
            lambda x, a, b: special.betainc(a, b, x),
        ),
        (
            "tCdf",
            grid((-60, -3.1, -0.7, -1e-4, 0, 1e-5, 0.4, 2, 9), DEGREES),
            stats.t.cdf,
        ),
        (
            "fCdf",
            grid((0, 0.01, 0.6, 1, 3, 40), (1, 7, 99), (2, 19, 1500)),
            stats.f.cdf,
        ),
        ("normalCdf", grid((-9, -4, -2.6, -1, 0, 0.3, 2.4, 2.6, 5)), stats.norm.cdf),
        ("tQuantile", grid((*POINTS, 1 - 1e-6), DEGREES), stats.t.ppf),
        ("fQuantile", grid(POINTS, (1, 9, 99, 499), (3, 40, 9500)), stats.f.ppf),
        ("normalQuantile", grid((1e-9, *POINTS, 0.999999)), stats.norm.ppf),
    ],
)
def test_distributions_are_those_of_scipy(maths, name, rows, expected):
    found = maths(name, rows)

    np.testing.assert_allclose(found, [expected(*row) for row in rows], **CLOSE)


def test_the_small_moments_are_those_of_numpy(maths):
    x = np.random.default_rng(3).normal(3.4, 0.8, (2, 40)).tolist()

    assert maths("mean", [[x[0]]]) == pytest.approx([np.mean(x[0])])
    assert maths("sd", [[x[0]]]) == pytest.approx([np.std(x[0], ddof=1)])
    assert maths("correlation", [x]) == pytest.approx([np.corrcoef(x)[0, 1]])


def team(seed: int) -> pd.DataFrame:
    """Return answers of one team: many shapes, some of them missing."""
    rng = np.random.default_rng(seed)
    people, items = rng.integers(2, 14), rng.integers(1, 6)
    level = rng.uniform(0.5, 5.5) + rng.normal(0, rng.uniform(0, 2), (people, items))
    answers = pd.DataFrame(np.clip(np.round(level), 1, 5))
    return answers.mask(rng.uniform(size=answers.shape) < rng.choice([0, 0.2, 0.5]))


def by_package(answers: pd.DataFrame) -> list[float]:
    ends = {"lowest": 1, "highest": 5}
    calls = [
        lambda: a_wg(answers, **ends),
        lambda: average_deviation(answers, **ends),
        lambda: r_wg_j(answers, null="uniform", **ends),
        lambda: r_wg_j(answers, null="slight_skew", **ends),
    ]
    found = []
    for call in calls:
        try:
            found.append(call().estimate)
        except ValueError:  # nothing to compute it from
            found.append(math.nan)
    return found


def test_agreement_is_that_of_the_package_also_where_it_is_undefined(maths):
    nulls = [null_variance(n, lowest=1, highest=5) for n in ("uniform", "slight_skew")]
    teams = [team(seed) for seed in range(70)]
    columns = [[one[c].dropna().tolist() for c in one] for one in teams]

    found = maths("agreement", [[items, 1, 5, nulls] for items in columns])

    flat = [[f["aWg"], f["deviation"], *f["rWg"]] for f in found]
    flat = np.array(flat, dtype=float)
    expected = np.array([by_package(one) for one in teams])
    assert np.isnan(expected[:, 0]).any()
    assert (expected[:, 0] == 1).any()
    np.testing.assert_allclose(flat, expected, rtol=1e-12, atol=1e-12)
